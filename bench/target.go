package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// A site is what a target's configuration says: where to listen, and who its clients are.
type site struct {
	listen netip.AddrPort
	peers  []netip.Addr
	load   *workload
	dir    string // for its files
}

func (s site) path(name string) string { return filepath.Join(s.dir, name) }

// write puts a file of the configuration into the site's folder.
func (s site) write(name, content string) (string, error) {
	path := s.path(name)
	return path, os.WriteFile(path, []byte(content), 0o644)
}

// A target is a reflector that can be measured. command writes its configuration for a site and says
// how to start it in the foreground; an error says what is missing here.
type target struct {
	name    string
	command func(s site) (*exec.Cmd, error)
}

// targets holds every known target; daemon is the path of the dci-rs binary.
func targets(daemon string) []target {
	return []target{
		{"relay", relayCommand},
		{"dci-rs", func(s site) (*exec.Cmd, error) { return daemonCommand(s, daemon) }},
		{"frr", func(s site) (*exec.Cmd, error) { return frrCommand(s, "") }},
		{"frr-nc", func(s site) (*exec.Cmd, error) { return frrCommand(s, " coalesce-time 0\n") }},
		{"bird", birdCommand},
		{"gobgp", gobgpCommand},
	}
}

// A process is a target that runs.
type process struct {
	pid    int
	listen netip.AddrPort
	output bytes.Buffer // to be read when it has exited
	exited chan struct{}
	stop   func()
}

// start runs a target for the sessions of a bed on a free port.
func (t target) start(c conditions) (*process, error) {
	listen, err := freePort()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "bench-"+t.name+"-")
	if err != nil {
		return nil, err
	}
	at := site{listen: listen, load: c.load, dir: dir}
	for i := range c.sessions() {
		at.peers = append(at.peers, peerAddress(i))
	}
	p := &process{listen: listen, exited: make(chan struct{})}
	command, err := t.command(at)
	if err == nil {
		command.Stdout, command.Stderr = &p.output, &p.output
		err = command.Start()
	}
	if err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("%s: %w", t.name, err)
	}
	p.pid = command.Process.Pid
	go func() {
		command.Wait()
		close(p.exited)
	}()
	p.stop = func() {
		command.Process.Signal(syscall.SIGTERM)
		select {
		case <-p.exited:
		case <-time.After(5 * time.Second):
			command.Process.Kill()
			<-p.exited
		}
		os.RemoveAll(dir)
	}
	return p, nil
}

// said is the end of what a stopped process printed.
func (p *process) said() string {
	lines := strings.Split(strings.TrimSpace(p.output.String()), "\n")
	return strings.Join(lines[max(len(lines)-10, 0):], "\n")
}

func freePort() (netip.AddrPort, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return netip.AddrPort{}, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).AddrPort(), nil
}

// installed is a program's path, or an error that names the package with it.
func installed(program, name string) (string, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return "", fmt.Errorf("%s is not installed: apt-get install %s", program, name)
	}
	return path, nil
}

func relayCommand(s site) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return exec.Command(self, "relay", s.listen.String()), nil
}

func daemonCommand(s site, daemon string) (*exec.Cmd, error) {
	if _, err := os.Stat(daemon); err != nil {
		return nil, fmt.Errorf("no binary at %s: run `make build`, or name it with -dci-rs", daemon)
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
    families: [evpn]
neighbors:
`, dotted(reflectorID), asn, s.listen, asn)
	for _, p := range s.peers {
		fmt.Fprintf(&text, "  - {address: %s, group: pe, passive: true}\n", p)
	}
	path, err := s.write("dci-rs.yaml", text.String())
	return exec.Command(daemon, "run", "-c", path), err
}

// frrCommand runs bgpd alone: without zebra every next hop counts as reachable. bgpd leaves root.
func frrCommand(s site, extra string) (*exec.Cmd, error) {
	bgpd, err := installed("/usr/lib/frr/bgpd", "frr")
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
	text.WriteString(` address-family l2vpn evpn
  neighbor PE activate
  neighbor PE route-reflector-client
 exit-address-family
`)
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

func birdCommand(s site) (*exec.Cmd, error) {
	bird, err := installed("bird", "bird2")
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	fmt.Fprintf(&text, `router id %s;
evpn table evpntab;
protocol device {}
template bgp pe {
  local %s port %d as %d;
  rr client;
  passive;
  evpn { table evpntab; import all; export all; };
}
`, dotted(reflectorID), s.listen.Addr(), s.listen.Port(), asn)
	for i, p := range s.peers {
		fmt.Fprintf(&text, "protocol bgp pe%d from pe { neighbor %s as %d; }\n", i, p, asn)
	}
	path, err := s.write("bird.conf", text.String())
	if err != nil {
		return nil, err
	}
	// BIRD before 2.18 has no EVPN; it says so when it reads the file.
	if out, err := exec.Command(bird, "-p", "-c", path).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("this BIRD refuses the EVPN configuration: %s", bytes.TrimSpace(out))
	}
	return exec.Command(bird, "-f", "-c", path, "-s", s.path("bird.ctl"), "-P", s.path("pid")), nil
}

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
  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "l2vpn-evpn"
`, p, asn, dotted(reflectorID))
	}
	path, err := s.write("gobgpd.toml", text.String())
	return exec.Command(gobgpd, "-f", path, "-t", "toml", "--pprof-disable", "--log-level", "warn", "--api-hosts", api.String()), err
}
