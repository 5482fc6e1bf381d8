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
