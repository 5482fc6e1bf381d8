// Command codec measures the codec beside the packet library of GoBGP: the same messages on one core, both sides in
// turn. It is a module of its own, so that GoBGP's dependencies stay out of ours.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"text/tabwriter"
	"time"
)

// A work is one thing that both sides do.
type work struct {
	name        string
	bar         float64 // how many times faster ours must be
	messages    []message
	octets      func(*message) []byte // what is read or written, which memcpy copies
	agree       func([]message) error
	ours, gobgp side
	oursDoes    string
	gobgpDoes   string
}

func works() []work {
	o, g := new(ours), new(gobgp)
	evpn, vpn, link := evpnMessages(), vpnMessages(), linkMessages()
	whole := func(m *message) []byte { return m.octets }
	attrs := func(m *message) []byte { return m.attrs }
	const (
		reads   = "reads header and UPDATE, checks every attribute and NLRI to its last octet"
		decodes = "decodes every attribute and NLRI into an object, then ValidateUpdateMsg"
	)
	return []work{
		{"EVPN type 2 x5: parse, check, walk", 15, evpn, whole, agree, o.walk, g.walk,
			reads + ", yields each NLRI", decodes + ", ranges over the NLRI"},
		{"EVPN type 2 x5: with key and hash of each", 10, evpn, whole, agree, o.walkKeys, g.walkKeys,
			"the same, AppendKey and xxhash of the key", "the same, FNV-1a of NLRI.String() as its table does"},
		{"VPNv4 x20: parse, check, walk", 12, vpn, whole, agree, o.walk, g.walk,
			reads + ", yields each NLRI", decodes + ", ranges over the NLRI"},
		{"BGP-LS link, attribute 29: parse, check", 20, link, whole, agree, o.check, g.check,
			reads + ", TLVs by length and order", decodes + ", one for each TLV"},
		{"EVPN attributes: reflect", 25, evpn, attrs, agreeReflected, o.reflect, g.reflect,
			"AppendReflected: octets to octets, ORIGINATOR_ID and CLUSTER_LIST in their places", "copies the list of decoded attributes, inserts two new ones, serializes each"},
		{"EVPN type 2 x5: write the reflected message", 12, reflected(evpn), whole, agree, o.write, g.write,
			"UpdateWriter: NLRI and attributes, both as octets, to one message", "BGPMessage.Serialize of the decoded message"},
	}
}

// A result is a line of the report.
type result struct {
	Name   string  `json:"name"`
	Octets int     `json:"octets"`
	Ours   sample  `json:"ours"`
	GoBGP  sample  `json:"gobgp"`
	Memcpy sample  `json:"memcpy"`
	Ratio  float64 `json:"ratio"`
	Bar    float64 `json:"bar"`
}

func main() {
	asJSON := flag.Bool("json", false, "one line of JSON for each work")
	rounds := flag.Int("rounds", 9, "how often each side has its turn")
	each := flag.Duration("time", 20*time.Millisecond, "how long a turn is at least")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	results, err := measureAll(works(), *rounds, *each)
	if err != nil {
		fmt.Fprintln(os.Stderr, "codec:", err)
		os.Exit(1)
	}
	if *asJSON {
		lines := json.NewEncoder(os.Stdout)
		for _, r := range results {
			lines.Encode(r)
		}
		return
	}
	report(results, *rounds)
}

// measureAll measures the works whose results are the same on both sides, and ends at one where they are not.
func measureAll(all []work, rounds int, each time.Duration) ([]result, error) {
	var results []result
	copied := make([]byte, 4096)
	for _, w := range all {
		if err := w.agree(w.messages); err != nil {
			return nil, fmt.Errorf("%s: %w", w.name, err)
		}
		if a, b := w.ours(&w.messages[0]), w.gobgp(&w.messages[0]); a != b {
			return nil, fmt.Errorf("%s: %d here, %d by GoBGP", w.name, a, b)
		}
		memcpy := func(m *message) int { return copy(copied, w.octets(m)) }
		s := measure(w.messages, []side{w.ours, w.gobgp, memcpy}, rounds, each)
		results = append(results, result{w.name, len(w.octets(&w.messages[0])), s[0], s[1], s[2], s[1].Nanoseconds / s[0].Nanoseconds, w.bar})
	}
	return results, nil
}

func report(results []result, rounds int) {
	gc := debug.SetGCPercent(100)
	debug.SetGCPercent(gc)
	fmt.Printf("%s, GOMAXPROCS 1, GOGC %d, medians of %d rounds in turn, %d messages of a kind\n\n", runtime.Version(), gc, rounds, variants)
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "per message\toctets\tours ns\tMB/s\tallocs\tgobgp ns\tMB/s\tallocs\tratio\tbar\tmemcpy ns\t")
	rate := func(r result, s sample) float64 { return float64(r.Octets) * 1000 / s.Nanoseconds }
	for _, r := range results {
		fmt.Fprintf(t, "%s\t%d\t%.1f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.1f\t%.0f\t%.1f\t\n", r.Name, r.Octets,
			r.Ours.Nanoseconds, rate(r, r.Ours), r.Ours.Allocations, r.GoBGP.Nanoseconds, rate(r, r.GoBGP), r.GoBGP.Allocations,
			r.Ratio, r.Bar, r.Memcpy.Nanoseconds)
	}
	t.Flush()
	fmt.Println()
	for _, w := range works() {
		fmt.Printf("%s\n  ours:  %s\n  gobgp: %s\n", w.name, w.oursDoes, w.gobgpDoes)
	}
}
