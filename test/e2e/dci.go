//go:build linux

package e2e

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// workDir holds what the whole run shares; TestMain makes and removes it.
var workDir string

// buildDCI compiles dci-rs once for the run.
var buildDCI = sync.OnceValues(func() (string, error) {
	path := filepath.Join(workDir, "dci-rs")
	cmd := exec.Command("go", "build", "-o", path, "./cmd/dci-rs")
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build ./cmd/dci-rs: %w\n%s", err, out)
	}
	return path, nil
})

func dciPath(t *testing.T) string {
	t.Helper()
	if path := os.Getenv(binaryVariable); path != "" {
		return path
	}
	path, err := buildDCI()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	dci4 = "10.255.0.1" // addresses of dci-rs in every lab
	dci6 = "fd00:255::1"
)

// reflector is dci-rs on a host of its own.
type reflector struct {
	*host
	binary, config string
	*process
	listener netip.AddrPort // where raw speakers find it
}

// startReflector runs dci-rs on its own host with the given native configuration, to which the lab adds its control socket.
func (l *lab) startReflector(config string) *reflector {
	l.t.Helper()
	r := &reflector{binary: dciPath(l.t), listener: netip.MustParseAddrPort(dci4 + ":179")}
	r.host = l.host("dci", dci4+"/24", dci6+"/64")
	r.configure(config)
	if os.Getenv(keepVariable) != "" {
		l.capture(r.host)
	}
	r.restart()
	return r
}

// startOnLoopback runs dci-rs on a free port of 127.0.0.1 for raw speakers on other addresses of 127.0.0.0/8.
func startOnLoopback(t *testing.T, config string) *reflector {
	t.Helper()
	l := newLoopbackLab(t)
	r := &reflector{binary: dciPath(t)}
	r.host = l.folder("dci")
	r.machine = true
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.listener = free.Addr().(*net.TCPAddr).AddrPort()
	free.Close()
	r.configure(fmt.Sprintf("listen: [%q]\n%s", r.listener, config))
	r.restart()
	return r
}

// familyList is the configuration's way to write families.
func familyList(families ...family) string {
	var names []string
	for _, f := range families {
		names = append(names, f.String())
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// startForClients runs dci-rs on the loopback for so many raw clients with these families. config is what the n-th of them dials with.
func startForClients(t *testing.T, families []family, count int) (config func(n int) speakerConfig) {
	t.Helper()
	var neighbors strings.Builder
	for n := 1; n <= count; n++ {
		fmt.Fprintf(&neighbors, "  - {address: 127.0.1.%d, group: raw}\n", n)
	}
	r := startOnLoopback(t, fmt.Sprintf(`
router-id: 192.0.2.1
asn: 65000
groups:
  raw: {role: client, asn: 65000, families: %s, passive: true}
neighbors:
%s`, familyList(families...), neighbors.String()))
	return func(n int) speakerConfig {
		return speakerConfig{local: fmt.Sprintf("127.0.1.%d", n), remote: r.listener, asn: 65000, peerASN: 65000, families: families}
	}
}

// startForPEs runs dci-rs for clients with these families, one at 10.255.0.N of each site, in the lab, and for a raw one at
// 10.255.0.99, which it lets come. further is what follows in the list of neighbors.
func (l *lab) startForPEs(families []family, further string, pes ...int) *reflector {
	l.t.Helper()
	var neighbors strings.Builder
	for i, n := range pes {
		fmt.Fprintf(&neighbors, "  - {address: 10.255.0.%d, group: pe, site: dc%d}\n", n, i+1)
	}
	return l.startReflector(fmt.Sprintf(`
router-id: 10.255.0.1
asn: 65000
groups:
  pe: {role: client, asn: 65000, families: %s, hold-time: 9s, connect-retry: 1s}
neighbors:
%s  - {address: 10.255.0.99, group: pe, passive: true}
%s`, familyList(families...), neighbors.String(), further))
}

// observer is a raw client in AS 65000 at 10.255.0.99.
func (r *reflector) observer(families ...family) *speaker {
	r.lab.t.Helper()
	const address = "10.255.0.99"
	return establish(r.lab.t, speakerConfig{host: r.lab.host("observer", address+"/24"), local: address, remote: r.listener, asn: 65000, peerASN: 65000, families: families})
}

func (r *reflector) configure(config string) {
	r.lab.t.Helper()
	r.config = r.file("dci-rs.yaml", fmt.Sprintf("control: %s\napi: \"\"\n%s", filepath.Join(r.dir, "control.sock"), strings.TrimLeft(config, "\n")))
}

// restart starts dci-rs, again if it has been stopped.
func (r *reflector) restart() {
	r.lab.t.Helper()
	r.process = r.start("dci-rs", nil, r.binary, "run", "-c", r.config)
	r.mustLive = true
}

// shutdown stops dci-rs as an operator does and checks that it ends well.
func (r *reflector) shutdown() {
	r.lab.t.Helper()
	r.mustLive = false
	if err := r.stop(); err != nil {
		r.lab.t.Fatalf("dci-rs after SIGTERM: %v", err)
	}
}

// capture records the BGP sessions of a host in its folder.
func (l *lab) capture(h *host) {
	l.t.Helper()
	h.start("tcpdump", nil, program(l.t, "tcpdump"), "-Z", "root", "-U", "-i", "eth0", "-s", "0", "-w", filepath.Join(h.dir, "bgp.pcap"), "tcp port 179")
}
