package bench

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// spoken is the name of the workload's family in the configuration of a daemon, or an error if the daemon
// does not have it.
func (s site) spoken(daemon string, names map[Family]string) (string, error) {
	name := names[s.load.Family]
	if name == "" || s.load.Constrained && names[routeTarget] == "" {
		return "", fmt.Errorf("%s has no workload %s", daemon, s.load.Name)
	}
	return name, nil
}

// installed is a program's path, or an error that names the package with it.
func installed(program, name string) (string, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return "", fmt.Errorf("%s is not installed: apt-get install %s", program, name)
	}
	return path, nil
}

func daemonCommand(s site, daemon string) (*exec.Cmd, error) {
	if _, err := os.Stat(daemon); err != nil {
		return nil, fmt.Errorf("no binary at %s: run `make build`, or name it with -dci-rs", daemon)
	}
	var families []string
	for _, f := range s.load.families() {
		families = append(families, f.String())
	}
	var text strings.Builder
	fmt.Fprintf(&text, `router-id: %s
asn: %d
listen: ["%s"]
control: ""
api: ""
groups:
  pe:
    role: client
    asn: %d
    families: ["%s"]
neighbors:
`, dotted(reflectorID), asn, s.listen, asn, strings.Join(families, `", "`))
	for _, p := range s.peers {
		fmt.Fprintf(&text, "  - {address: %s, group: pe, passive: true}\n", p)
	}
	path, err := s.write("dci-rs.yaml", text.String())
	args := []string{"run", "-c", path}
	if s.profile != "" {
		args = append(args, "--profile", s.profile)
	}
	return exec.Command(daemon, args...), err
}

var frrFamilies = map[Family]string{ipv4: "ipv4 unicast", vpnv4: "ipv4 vpn", evpn: "l2vpn evpn"}

// frrCommand runs bgpd alone: without zebra every next hop counts as reachable. bgpd leaves root.
func frrCommand(s site, extra string) (*exec.Cmd, error) {
	bgpd, err := installed("/usr/lib/frr/bgpd", "frr")
	if err != nil {
		return nil, err
	}
	family, err := s.spoken("FRR", frrFamilies)
	if err != nil {
		return nil, err
	}
	if os.Geteuid() != 0 {
		return nil, errors.New("bgpd starts as root only")
	}
	var text strings.Builder
	fmt.Fprintf(&text, `log stdout critical
router bgp %d
 bgp router-id %s
 no bgp default ipv4-unicast
%s neighbor PE peer-group
 neighbor PE remote-as %d
 neighbor PE passive
`, asn, dotted(reflectorID), extra, asn)
	for _, p := range s.peers {
		fmt.Fprintf(&text, " neighbor %s peer-group PE\n", p)
	}
	fmt.Fprintf(&text, ` address-family %s
  neighbor PE activate
  neighbor PE route-reflector-client
 exit-address-family
`, family)
	path, err := s.write("bgpd.conf", text.String())
	if err != nil {
		return nil, err
	}
	if out, err := exec.Command("chown", "-R", "frr:frr", s.dir).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w", bytes.TrimSpace(out), err)
	}
	return exec.Command(bgpd, "-Z", "-f", path, "-i", s.path("pid"), "-l", s.listen.Addr().String(),
		"-p", fmt.Sprint(s.listen.Port()), "--vty_socket", s.dir, "-u", "frr", "-g", "frr", "-A", "127.0.0.1", "-P", "0"), nil
}

var birdFamilies = map[Family]string{ipv4: "ipv4", vpnv4: "vpn4", evpn: "evpn"}

func birdCommand(s site) (*exec.Cmd, error) {
	bird, err := installed("bird", "bird2")
	if err != nil {
		return nil, err
	}
	family, err := s.spoken("BIRD", birdFamilies)
	if err != nil {
		return nil, err
	}
	channel := family
	if s.load.Family == vpnv4 {
		channel = "vpn4 mpls"
	}
	var text strings.Builder
	fmt.Fprintf(&text, `router id %s;
%s table reflected;
protocol device {}
template bgp reflected_client {
  local %s port %d as %d;
  rr client;
  passive;
  %s { table reflected; import all; export all; };
}
`, dotted(reflectorID), family, s.listen.Addr(), s.listen.Port(), asn, channel)
	for i, p := range s.peers {
		fmt.Fprintf(&text, "protocol bgp pe%d from reflected_client { neighbor %s as %d; }\n", i, p, asn)
	}
	path, err := s.write("bird.conf", text.String())
	if err != nil {
		return nil, err
	}
	// BIRD before 2.18 has no EVPN; it says so when it reads the file.
	if out, err := exec.Command(bird, "-p", "-c", path).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("this BIRD refuses the configuration: %s", bytes.TrimSpace(out))
	}
	return exec.Command(bird, "-f", "-c", path, "-s", s.path("bird.ctl"), "-P", s.path("pid")), nil
}

var gobgpFamilies = map[Family]string{ipv4: "ipv4-unicast", vpnv4: "l3vpn-ipv4-unicast", evpn: "l2vpn-evpn",
	vpls: "l2vpn-vpls", linkState: "ls", routeTarget: "rtc"}

func gobgpCommand(s site) (*exec.Cmd, error) {
	gobgpd, err := installed("gobgpd", "gobgpd")
	if err != nil {
		return nil, err
	}
	api, err := freePort()
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	fmt.Fprintf(&text, `[global.config]
  as = %d
  router-id = "%s"
  port = %d
  local-address-list = ["%s"]
`, asn, dotted(reflectorID), s.listen.Port(), s.listen.Addr())
	for _, p := range s.peers {
		fmt.Fprintf(&text, `[[neighbors]]
  [neighbors.config]
    neighbor-address = "%s"
    peer-as = %d
  [neighbors.transport.config]
    passive-mode = true
  [neighbors.route-reflector.config]
    route-reflector-client = true
    route-reflector-cluster-id = "%s"
`, p, asn, dotted(reflectorID))
		for _, f := range s.load.families() {
			fmt.Fprintf(&text, `  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "%s"
`, gobgpFamilies[f])
		}
	}
	path, err := s.write("gobgpd.toml", text.String())
	return exec.Command(gobgpd, "-f", path, "-t", "toml", "--pprof-disable", "--log-level", "warn", "--api-hosts", api.String()), err
}
