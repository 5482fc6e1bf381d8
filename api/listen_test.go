package api

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/server"
	"github.com/dci-rs/dci-rs/wire"
)

// serve runs a reflector with one passive neighbor and its interfaces, and returns the control
// socket and the URL.
func serve(t *testing.T) (control, url string) {
	t.Helper()
	s, err := server.New(server.Config{
		RouterID: wire.RouterID{192, 0, 2, 1}, ASN: 65000, Listen: []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:0")},
		Neighbors: []server.Neighbor{{
			Address: netip.MustParseAddr("127.0.0.77"), Passive: true, Role: rib.RoleClient, Site: "dc1", Group: "leaves",
			Description: "leaf 1", Families: []nlri.Family{nlri.EVPN}, MD5: "",
		}},
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	control = filepath.Join(t.TempDir(), "deep", "control.sock")
	socket, err := ListenControl(control)
	if err != nil {
		t.Fatal(err)
	}
	query, err := ListenHTTP("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	go func() { ended <- s.Run(ctx) }()
	go func() { ended <- New(s, "v1").Serve(ctx, slog.New(slog.DiscardHandler), socket, query) }()
	t.Cleanup(func() {
		cancel()
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		if _, err := os.Lstat(control); !os.IsNotExist(err) {
			t.Errorf("the socket is still there: %v", err)
		}
	})
	return control, "http://" + query.Addr().String()
}

func TestTheControlSocketBelongsToItsUserAndGroup(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run", "control.sock")
	l, err := ListenControl(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for name, want := range map[string]os.FileMode{path: 0o660, filepath.Dir(path): 0o755} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, %v; want %v", name, info.Mode(), err, want)
		}
	}
}

func TestASocketNobodyAnswersIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "control.sock")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close()
	again, err := ListenControl(path)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}

func TestWhatStandsAtThePathOfTheSocketIsKept(t *testing.T) {
	folder := t.TempDir()
	taken := filepath.Join(folder, "taken.sock")
	l, err := ListenControl(taken)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		taken:                      "another daemon has",
		file:                       "is no socket",
		filepath.Join(file, "sub"): "not a directory",
	} {
		if _, err := ListenControl(path); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v; want %q", path, err, want)
		}
	}
	if content, _ := os.ReadFile(file); string(content) != "precious" {
		t.Errorf("the file now holds %q", content)
	}
	if conn, err := net.Dial("unix", taken); err != nil {
		t.Errorf("the socket of the other daemon is gone: %v", err)
	} else {
		conn.Close()
	}
}

func TestAPortInUseIsNamedWithItsMend(t *testing.T) {
	l, err := ListenHTTP("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := ListenHTTP(l.Addr().String()); err == nil || !strings.Contains(err.Error(), l.Addr().String()) || !strings.Contains(err.Error(), "set api") {
		t.Error(err)
	}
}
