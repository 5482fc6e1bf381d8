//go:build linux

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// host is a namespace with eth0 on the switch and a folder of its own.
type host struct {
	lab     *lab
	name    string
	dir     string
	addr    string // first address of eth0, without its length
	machine bool   // no namespace of its own: the machine's
}

// host adds a host with the given addresses (with lengths) on eth0; none makes a host without link to the switch.
func (l *lab) host(name string, addresses ...string) *host {
	l.t.Helper()
	h := l.folder(name)
	l.namespace(name)
	if len(addresses) > 0 {
		h.addr, _, _ = strings.Cut(addresses[0], "/")
		l.ports++
		port := fmt.Sprintf("p%d", l.ports)
		sw := l.prefix + "switch"
		l.ip("-n", sw, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", h.namespace())
		l.ip("-n", sw, "link", "set", port, "master", "br0", "up")
		for _, a := range addresses {
			h.address("eth0", a)
		}
		h.ip("link", "set", "eth0", "up")
	}
	return h
}

func (l *lab) folder(name string) *host {
	l.t.Helper()
	h := &host{lab: l, name: name, dir: filepath.Join(l.dir, name)}
	if err := os.Mkdir(h.dir, 0o755); err != nil {
		l.t.Fatal(err)
	}
	return h
}

func (h *host) namespace() string { return h.lab.prefix + h.name }

// ip runs an ip command inside the host.
func (h *host) ip(args ...string) {
	h.lab.t.Helper()
	h.lab.ip(append([]string{"-n", h.namespace()}, args...)...)
}

// address gives a device an address that is usable at once.
func (h *host) address(device, address string) {
	h.lab.t.Helper()
	args := []string{"addr", "add", address, "dev", device}
	if strings.Contains(address, ":") {
		args = append(args, "nodad")
	}
	h.ip(args...)
}

// link joins two hosts by a pair of interfaces, both up.
func (h *host) link(device string, other *host, otherDevice string) {
	h.lab.t.Helper()
	h.ip("link", "add", device, "type", "veth", "peer", "name", otherDevice, "netns", other.namespace())
	h.ip("link", "set", device, "up")
	other.ip("link", "set", otherDevice, "up")
}

// try runs a program inside the host to its end.
func (h *host) try(name string, args ...string) (string, error) {
	return command(15*time.Second, "ip", append([]string{"netns", "exec", h.namespace(), name}, args...)...)
}

// run is try for what must succeed.
func (h *host) run(name string, args ...string) string {
	h.lab.t.Helper()
	out, err := h.try(name, args...)
	if err != nil {
		h.lab.t.Fatalf("%s: %s %s: %v\n%s", h.name, name, strings.Join(args, " "), err, out)
	}
	return out
}

// file writes a file into the host's folder and returns its path.
func (h *host) file(name, content string) string {
	h.lab.t.Helper()
	path := filepath.Join(h.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		h.lab.t.Fatal(err)
	}
	return path
}

// ping sends one packet and says whether the answer came.
func (h *host) ping(address string) error {
	out, err := h.try("ping", "-n", "-c", "1", "-W", "1", address)
	if err != nil {
		return fmt.Errorf("%s cannot ping %s: %s", h.name, address, lastLines(out, 3))
	}
	return nil
}
