//go:build linux

package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// bird is BIRD on a host; its protocol towards dci-rs is named dut by every test.
type bird struct {
	*host
	daemon *process
}

func needBIRD(t *testing.T) {
	t.Helper()
	program(t, "bird", "/usr/sbin/bird")
	program(t, "birdc", "/usr/sbin/birdc")
}

// startBIRD runs BIRD with the given configuration, to which its log, router id and devices are added.
func startBIRD(h *host, config string) *bird {
	t := h.lab.t
	t.Helper()
	b := &bird{host: h}
	path := h.file("bird.conf", fmt.Sprintf("log stderr all;\nrouter id %s;\nprotocol device {}\n%s", h.addr, config))
	b.daemon = h.start("bird", nil, program(t, "bird", "/usr/sbin/bird"), "-f", "-c", path, "-s", b.socket(), "-P", filepath.Join(h.dir, "bird.pid"))
	eventually(t, 10*time.Second, "bird opens its socket", func() error {
		_, err := os.Stat(b.socket())
		return errors.Join(b.daemon.exited(), err)
	})
	return b
}

func (b *bird) socket() string { return filepath.Join(b.dir, "bird.ctl") }

// birdc gives BIRD a command, in one argument.
func (b *bird) birdc(command string) (string, error) {
	out, err := b.try(program(b.lab.t, "birdc", "/usr/sbin/birdc"), append([]string{"-s", b.socket()}, strings.Fields(command)...)...)
	if err != nil {
		return out, fmt.Errorf("%s: birdc %s: %w: %s", b.name, command, err, lastLines(out, 3))
	}
	return out, nil
}

// paths returns the paths of a network that BIRD has from a protocol: each by attribute ("BGP.next_hop"), in BIRD's words.
func (b *bird) paths(table, network, protocol string) ([]map[string]string, error) {
	out, err := b.birdc(fmt.Sprintf("show route %s table %s protocol %s all", network, table, protocol))
	if err != nil && !strings.Contains(out, "Network not found") {
		return nil, err
	}
	var paths []map[string]string
	for line := range strings.Lines(out) {
		if strings.Contains(line, "["+protocol+" ") {
			paths = append(paths, map[string]string{})
		}
		name, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if ok && len(paths) > 0 {
			paths[len(paths)-1][name] = value
		}
	}
	return paths, nil
}
