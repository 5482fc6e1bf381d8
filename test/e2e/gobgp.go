//go:build linux

package e2e

import (
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// gobgpRelease is where the programs of one release of GoBGP are.
type gobgpRelease struct{ daemon, cli string }

// needGoBGP returns Debian's GoBGP 3.10.
func needGoBGP(t *testing.T) gobgpRelease {
	t.Helper()
	return gobgpRelease{program(t, "gobgpd"), program(t, "gobgp")}
}

const gobgp4Version = "v4.8.0" // the first release that the lab knows to originate every BGP-LS route it asks for

// needGoBGP4 returns GoBGP 4.8, which Debian does not have: Go's own tool compiles it, once for the user.
func needGoBGP4(t *testing.T) gobgpRelease {
	t.Helper()
	begin := time.Now()
	r, err := installGoBGP4()
	if err != nil {
		missing(t, "GoBGP %s: %v", gobgp4Version, err)
	}
	t.Logf("GoBGP %s was there after %.1f s", gobgp4Version, time.Since(begin).Seconds())
	return r
}

var installGoBGP4 = sync.OnceValues(func() (gobgpRelease, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return gobgpRelease{}, err
	}
	folder := filepath.Join(cache, "dci-rs-e2e", "gobgp-"+gobgp4Version)
	r := gobgpRelease{filepath.Join(folder, "gobgpd"), filepath.Join(folder, "gobgp")}
	for _, path := range []string{r.daemon, r.cli} {
		if info, err := buildinfo.ReadFile(path); err == nil && info.Main.Version == gobgp4Version {
			continue
		}
		cmd := exec.Command("go", "install", "github.com/osrg/gobgp/v4/cmd/"+filepath.Base(path)+"@"+gobgp4Version)
		cmd.Env = append(os.Environ(), "GOBIN="+folder)
		if out, err := cmd.CombinedOutput(); err != nil {
			return r, fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, lastLines(string(out), 5))
		}
	}
	return r, nil
})

// gobgp is gobgpd on a host.
type gobgp struct {
	*host
	daemon *process
	cli    string
}

const gobgpAPI = "127.0.0.1:50051" // in the host's own namespace

// startGoBGP runs gobgpd with one neighbor, dci-rs at its IPv4 address, in the given AS: the families in GoBGP's words and
// further lines of its config table, which may open tables of their own.
func startGoBGP(h *host, r gobgpRelease, asn, peerASN uint32, neighbor string, families ...string) *gobgp {
	t := h.lab.t
	t.Helper()
	var config strings.Builder
	fmt.Fprintf(&config, `
[global.config]
  as = %d
  router-id = %q
[[neighbors]]
  [neighbors.config]
    neighbor-address = %q
    peer-as = %d
%s
  [neighbors.timers.config]
    hold-time = 9
    keepalive-interval = 3
    connect-retry = 5
    idle-hold-time-after-reset = 1
`, asn, h.addr, dci4, peerASN, neighbor)
	for _, f := range families {
		fmt.Fprintf(&config, "  [[neighbors.afi-safis]]\n    [neighbors.afi-safis.config]\n      afi-safi-name = %q\n", f)
	}
	g := &gobgp{host: h, cli: r.cli}
	g.daemon = h.start("gobgpd", nil, r.daemon, "-f", h.file("gobgpd.toml", config.String()), "-t", "toml", "--pprof-disable", "--api-hosts", gobgpAPI)
	eventually(t, 10*time.Second, "gobgpd answers", func() error {
		if err := g.daemon.exited(); err != nil {
			return err
		}
		_, err := g.command("global")
		return err
	})
	return g
}

// command runs the command line tool.
func (g *gobgp) command(args ...string) (string, error) {
	out, err := g.try(g.cli, args...)
	if err != nil {
		return out, fmt.Errorf("%s: gobgp %s: %w: %s", g.name, strings.Join(args, " "), err, lastLines(out, 3))
	}
	return out, nil
}

// must is command for what has to succeed, in one argument.
func (g *gobgp) must(command string) {
	g.lab.t.Helper()
	if _, err := g.command(strings.Fields(command)...); err != nil {
		g.lab.t.Fatal(err)
	}
}

// gobgpPath is one path of GoBGP's JSON.
type gobgpPath struct {
	Attrs []json.RawMessage `json:"attrs"`
}

// attr returns the JSON of the attribute with a code, in the form that GoBGP gives its kind; empty if there is none.
func (p gobgpPath) attr(code int) string {
	for _, a := range p.Attrs {
		var kind struct{ Type int }
		if json.Unmarshal(a, &kind) == nil && kind.Type == code {
			return string(a)
		}
	}
	return ""
}

// heard returns what came from dci-rs of a family, in GoBGP's words ("ls"): its paths by NLRI, in GoBGP's text.
func (g *gobgp) heard(family string) (map[string][]gobgpPath, error) {
	return g.routes("neighbor", dci4, "adj-in", "-a", family)
}

// originated returns GoBGP's own table of a family.
func (g *gobgp) originated(family string) (map[string][]gobgpPath, error) {
	return g.routes("global", "rib", "-a", family)
}

func (g *gobgp) routes(args ...string) (map[string][]gobgpPath, error) {
	out, err := g.command(append([]string{"-j"}, args...)...)
	if err != nil {
		return nil, err
	}
	var routes map[string][]gobgpPath
	if err := json.Unmarshal([]byte(out), &routes); err != nil {
		return nil, fmt.Errorf("%s: gobgp %s: %w: %s", g.name, strings.Join(args, " "), err, lastLines(out, 3))
	}
	return routes, nil
}
