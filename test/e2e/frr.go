//go:build linux

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// frr is FRR's zebra and bgpd on a host, without systemd: the kernel of the host's namespace is its data plane.
type frr struct {
	*host
	zebra, bgpd *process
}

const frrFolder = "/usr/lib/frr/" // Debian; /usr/sbin/bgpd may be OpenBGPD

func needFRR(t *testing.T) {
	t.Helper()
	program(t, frrFolder+"zebra")
	program(t, frrFolder+"bgpd")
	program(t, "vtysh")
	if _, err := user.Lookup("frr"); err != nil {
		missing(t, "user frr: %v", err)
	}
}

// startFRR runs zebra and bgpd with the given configuration lines.
func startFRR(h *host, zebraConfig, bgpdConfig string) *frr {
	t := h.lab.t
	t.Helper()
	// Both daemons drop to this user and create their sockets in the folder.
	u, err := user.Lookup("frr")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(h.dir, uid, gid); err != nil {
		t.Fatal(err)
	}
	f := &frr{host: h}
	sockets := []string{"-z", filepath.Join(h.dir, "zserv.api"), "--vty_socket", h.dir, "-u", "frr", "-g", "frr", "-A", "127.0.0.1", "-P", "0", "--log", "stdout"}
	zebra := append([]string{"-f", h.file("zebra.conf", "hostname "+h.name+"\n"+zebraConfig), "-i", filepath.Join(h.dir, "zebra.pid")}, sockets...)
	f.zebra = h.start("zebra", nil, frrFolder+"zebra", zebra...)
	eventually(t, 10*time.Second, "zebra opens its socket", func() error {
		if err := f.zebra.exited(); err != nil {
			return err
		}
		_, err := os.Stat(filepath.Join(h.dir, "zserv.api"))
		return err
	})
	bgpd := append([]string{"-f", h.file("bgpd.conf", "hostname "+h.name+"\n"+bgpdConfig), "-i", filepath.Join(h.dir, "bgpd.pid")}, sockets...)
	f.bgpd = h.start("bgpd", nil, frrFolder+"bgpd", bgpd...)
	eventually(t, 10*time.Second, "bgpd answers", func() error {
		if err := f.bgpd.exited(); err != nil {
			return err
		}
		_, err := f.vtysh("show version")
		return err
	})
	return f
}

// frrClient is the configuration of a bgpd in AS 65000 with one neighbor, dci-rs at its IPv4 address: families is what activates it.
func frrClient(routerID, families string) string {
	return fmt.Sprintf(`
router bgp 65000
 bgp router-id %s
 no bgp default ipv4-unicast
 no bgp network import-check
 neighbor %[2]s remote-as 65000
 neighbor %[2]s timers 3 9
 neighbor %[2]s timers connect 1
%sexit
`, routerID, dci4, families)
}

// frrFamilies activates a neighbor in address families.
func frrFamilies(neighbor string, families ...string) string {
	var lines string
	for _, f := range families {
		lines += fmt.Sprintf(" address-family %s\n  neighbor %s activate\n exit-address-family\n", f, neighbor)
	}
	return lines
}

func (f *frr) vtysh(commands ...string) (string, error) {
	args := []string{"--vty_socket", f.dir}
	for _, c := range commands {
		args = append(args, "-c", c)
	}
	out, err := f.try("vtysh", args...)
	if err != nil {
		return out, fmt.Errorf("%s: vtysh %q: %w: %s", f.name, commands, err, lastLines(out, 3))
	}
	return out, nil
}

// show decodes the JSON of a show command into v.
func (f *frr) show(command string, v any) error {
	out, err := f.vtysh(command + " json")
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(out), v); err != nil {
		return fmt.Errorf("%s: %s json: %w: %s", f.name, command, err, lastLines(out, 3))
	}
	return nil
}

// configure applies configuration lines to the running bgpd.
func (f *frr) configure(lines ...string) {
	f.lab.t.Helper()
	if out, err := f.vtysh(append([]string{"configure terminal"}, lines...)...); err != nil {
		f.lab.t.Fatalf("%v\n%s", err, out)
	}
}

// sessions returns the state of every BGP session by neighbor.
func (f *frr) sessions() (map[string]string, error) {
	var neighbors map[string]struct {
		BGPState string `json:"bgpState"`
	}
	if err := f.show("show bgp neighbors", &neighbors); err != nil {
		return nil, err
	}
	states := map[string]string{}
	for address, n := range neighbors {
		states[address] = n.BGPState
	}
	return states, nil
}

// established returns nil if the session with the neighbor stands.
func (f *frr) established(neighbor string) error {
	states, err := f.sessions()
	if err == nil && states[neighbor] != "Established" {
		err = fmt.Errorf("%s: session with %s is %q", f.name, neighbor, states[neighbor])
	}
	return err
}

// frrPath is one path of FRR's JSON, the fields that a test asks for.
type frrPath struct {
	ASPath            struct{ String string } `json:"aspath"`
	Metric            int                     `json:"metric"` // MED
	Community         struct{ String string } `json:"community"`
	ExtendedCommunity struct{ String string } `json:"extendedCommunity"`
	OriginatorID      string                  `json:"originatorId"`
	ClusterList       struct{ List []string } `json:"clusterList"`
	Nexthops          []struct{ IP string }   `json:"nexthops"`
	Peer              struct{ PeerID string } `json:"peer"`
	RemoteLabel       int                     `json:"remoteLabel"`
}

// pathsFrom returns the paths of a prefix (show bgp AFI SAFI PREFIX) that came from a neighbor.
func (f *frr) pathsFrom(neighbor, table, prefix string) ([]frrPath, error) {
	var answer struct {
		Paths []frrPath `json:"paths"`
	}
	if err := f.show("show bgp "+table+" "+prefix, &answer); err != nil {
		return nil, err
	}
	var paths []frrPath
	for _, p := range answer.Paths {
		if p.Peer.PeerID == neighbor {
			paths = append(paths, p)
		}
	}
	return paths, nil
}
