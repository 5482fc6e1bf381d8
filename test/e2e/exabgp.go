//go:build linux

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// exabgp is ExaBGP on a host with one neighbor, and the process of ours that it tells what it hears and that tells it what to say.
type exabgp struct {
	*host
	daemon   *process
	events   string   // file of what ExaBGP told its process: one JSON object per line, and the answers to commands
	commands *os.File // pipe to the process
}

// exaProcess keeps what ExaBGP tells it and hands on the commands of the test. Python, because ExaBGP has brought it.
const exaProcess = `import sys, threading
events, commands = open(sys.argv[1], "a"), open(sys.argv[2])
def say():
    for line in commands:
        sys.stdout.write(line)
        sys.stdout.flush()
threading.Thread(target=say, daemon=True).start()
for line in sys.stdin:
    events.write(line)
    events.flush()
`

func needExaBGP(t *testing.T) {
	t.Helper()
	program(t, "exabgp")
	program(t, "python3")
}

// startExaBGP runs ExaBGP with one neighbor, dci-rs at its IPv4 address, in the given AS: the families in ExaBGP's words and
// further lines of the neighbor block.
func startExaBGP(h *host, asn, peerASN uint32, families, neighbor string) *exabgp {
	t := h.lab.t
	t.Helper()
	e := &exabgp{host: h, events: h.file("events", "")}
	pipe := filepath.Join(h.dir, "commands")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	// Read and write: opening does not wait for the reader, and the reader sees no end while the test lives.
	var err error
	if e.commands, err = os.OpenFile(pipe, os.O_RDWR, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.commands.Close() })
	config := h.file("exabgp.conf", fmt.Sprintf(`
process test {
  run %s -u %s %s %s;
  encoder json;
}
neighbor %s {
  router-id %[6]s;
  local-address %[6]s;
  local-as %[7]d;
  peer-as %[8]d;
  hold-time 9;
  family { %[9]s }
  api { processes [ test ]; neighbor-changes; receive { parsed; update; notification; } }
  %[10]s
}
`, program(t, "python3"), h.file("process.py", exaProcess), e.events, pipe, dci4, h.addr, asn, peerASN, families, neighbor))
	// As root, without a file for the command line tool: nothing outside the host's folder.
	environment := []string{"exabgp.daemon.user=root", "exabgp.daemon.drop=false", "exabgp.api.cli=false", "exabgp.log.destination=stdout"}
	e.daemon = h.start("exabgp", environment, program(t, "exabgp"), config)
	return e
}

// tell gives ExaBGP a command of its process interface and returns once it is accepted.
func (e *exabgp) tell(command string) {
	t := e.lab.t
	t.Helper()
	before, _, err := e.answers()
	if err == nil {
		_, err = e.commands.WriteString(command + "\n")
	}
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, 5*time.Second, e.name+": ExaBGP answers to "+command, func() error {
		n, last, err := e.answers()
		if err == nil && n == before {
			err = fmt.Errorf("%d answers", n)
		}
		if err == nil && last != "done" {
			t.Fatalf("%s: ExaBGP answers %q to %q", e.name, last, command)
		}
		return err
	})
}

// answers counts the lines that are no event and returns the last.
func (e *exabgp) answers() (n int, last string, err error) {
	b, err := os.ReadFile(e.events)
	for line := range strings.Lines(string(b)) {
		if !strings.HasPrefix(line, "{") && strings.HasSuffix(line, "\n") {
			n, last = n+1, strings.TrimSpace(line)
		}
	}
	return n, last, err
}

// exaRoute is what ExaBGP heard last of one NLRI, in the words of its JSON.
type exaRoute struct {
	nextHop   string
	nlri      map[string]any
	attribute map[string]any
}

// exaHeard is what ExaBGP has heard since its start.
type exaHeard struct {
	routes    map[string]exaRoute // by family, in ExaBGP's words, and NLRI
	withdrawn map[string]int      // how often each was withdrawn
	up, down  int                 // how often the session came and went
}

// heard reads ExaBGP's events. A session that goes takes its routes along.
func (e *exabgp) heard() (exaHeard, error) {
	h := exaHeard{routes: map[string]exaRoute{}, withdrawn: map[string]int{}}
	b, err := os.ReadFile(e.events)
	if err != nil {
		return h, err
	}
	for line := range strings.Lines(string(b)) {
		if !strings.HasPrefix(line, "{") || !strings.HasSuffix(line, "\n") {
			continue
		}
		var event struct {
			Neighbor struct {
				State   string
				Message struct {
					Update struct {
						Attribute map[string]any
						Announce  map[string]map[string][]map[string]any
						Withdraw  map[string][]map[string]any
					}
				}
			}
		}
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			return h, fmt.Errorf("%s: %w in %s", e.name, err, line)
		}
		switch event.Neighbor.State {
		case "up":
			h.up++
		case "down":
			h.down++
			clear(h.routes)
		}
		update := event.Neighbor.Message.Update
		for family, list := range update.Withdraw {
			for _, n := range list {
				delete(h.routes, exaKey(family, n))
				h.withdrawn[exaKey(family, n)]++
			}
		}
		for family, byNextHop := range update.Announce {
			for nextHop, list := range byNextHop {
				for _, n := range list {
					h.routes[exaKey(family, n)] = exaRoute{nextHop, n, update.Attribute}
				}
			}
		}
	}
	return h, nil
}

// exaKey names a route: its family and the members of its NLRI that identify it.
func exaKey(family string, n map[string]any) string {
	key := map[string]any{}
	for member, value := range n {
		switch member {
		case "label", "base", "size", "nexthop":
		default:
			key[member] = value
		}
	}
	b, _ := json.Marshal(key)
	return family + " " + string(b)
}

// route returns what is heard of an NLRI, given as ExaBGP's JSON.
func (h exaHeard) route(family, nlri string) (exaRoute, error) {
	var n map[string]any
	if err := json.Unmarshal([]byte(nlri), &n); err != nil {
		return exaRoute{}, err
	}
	r, ok := h.routes[exaKey(family, n)]
	if !ok {
		return r, fmt.Errorf("no route %s %s", family, nlri)
	}
	return r, nil
}
