package main

import (
	"maps"
	"slices"
	"strings"
)

// field is one of the things that several decoders read from the same message.
type field string

const (
	fieldNLRI        field = "NLRI"
	fieldNextHop     field = "next hop"
	fieldTargets     field = "route targets"
	fieldPath        field = "AS_PATH"
	fieldCommunities field = "communities"
	fieldLarge       field = "large communities"
)

// unknownToIt is why the NLRI of a family are skipped.
const unknownToIt = "a family or type that it does not know"

// The bars of a comparison, in per cent: what agrees of what is not disputed, and what may be skipped.
const (
	fieldBar   = 99
	skippedBar = 10
)

var fields = []field{fieldNLRI, fieldNextHop, fieldTargets, fieldPath, fieldCommunities, fieldLarge}

// route is an NLRI by the names of its members, in the words of the JSON of a route. A decoder states
// those that it has; where it leaves open which of several values a member has, they are joined by |.
type route map[string]string

// reading is what a decoder reads from an UPDATE.
type reading struct {
	routes   map[string][]route // by "+" or "-" and the family's name
	nextHops map[string]string  // by family
	legacy   string             // NEXT_HOP
	lists    map[field][]string // of each attribute that is there
}

func newReading() *reading {
	return &reading{routes: map[string][]route{}, nextHops: map[string]string{}, lists: map[field][]string{}}
}

// legacyHop makes NEXT_HOP the next hop of IPv4 unless MP_REACH_NLRI has one, beside which it means nothing (RFC 7606 §5.1).
func (r *reading) legacyHop() {
	if _, ok := r.nextHops["ipv4"]; !ok && r.legacy != "" {
		r.nextHops["ipv4"] = r.legacy
	}
}

// decoder is an oracle: another decoder and what it read.
type decoder struct {
	name     string
	file     string
	unknown  []string // families that it does not know
	oneHop   bool     // it states one address of a next hop, of two the global one
	read     func(answer map[string]any) (theirs *reading, refused string)
	disputes []dispute
}

var oracles = []*decoder{tshark, gobgp, exabgp}

// readAnswers reads what an oracle said, by row.
func readAnswers(file string) (map[string]map[string]any, error) {
	list, err := readFile[map[string]any](file)
	answers := make(map[string]map[string]any, len(list))
	for _, a := range list {
		answers[word(a["id"])] = a
	}
	return answers, err
}

// dispute is a reason for which an oracle is not believed where it differs.
type dispute struct {
	field  field
	reason string
	here   func(d *difference) bool
}

// difference is a field that two decoders read differently. Of NLRI each side is one route, or none.
type difference struct {
	field        field
	family       string // of NLRI and next hops
	ours, theirs string
	row          *row
	pathIDs      [2]bool // some NLRI of the message have Path Identifiers, to us and to the oracle
	beside       []route // the NLRI of the message that stand in the same field, to us
}

// tally counts the fields of a kind that were held against an oracle.
type tally struct {
	agreed            int
	disputed, skipped map[string]int // by reason
	disagreed         []difference
}

func total(m map[string]int) (n int) {
	for _, each := range m {
		n += each
	}
	return n
}

func (t *tally) compared() int { return t.agreed + len(t.disagreed) + total(t.disputed) }

// share is the percentage of the fields not disputed that agree.
func (t *tally) share() float64 {
	return 100 * float64(t.agreed) / float64(max(1, t.agreed+len(t.disagreed)))
}

// skippedShare is the percentage of the fields that were not compared.
func (t *tally) skippedShare() float64 {
	skipped := total(t.skipped)
	return 100 * float64(skipped) / float64(max(1, skipped+t.compared()))
}

// comparison is an oracle at work.
type comparison struct {
	oracle  *decoder
	answers map[string]map[string]any // by row
	tallies map[field]*tally
}

func newComparison(o *decoder, answers map[string]map[string]any) *comparison {
	c := &comparison{o, answers, map[field]*tally{}}
	for _, f := range fields {
		c.tallies[f] = &tally{disputed: map[string]int{}, skipped: map[string]int{}}
	}
	return c
}

// add holds what we read from a row against what the oracle read.
func (c *comparison) add(r *row, ours *reading) {
	answer := c.answers[r.ID]
	if answer == nil {
		c.skipAll(ours, "no answer")
		return
	}
	theirs, refused := c.oracle.read(answer)
	if refused != "" {
		c.skipAll(ours, refused)
		return
	}
	c.routes(r, ours, theirs)
	for family, hop := range ours.nextHops {
		if slices.Contains(c.oracle.unknown, family) {
			c.tallies[fieldNextHop].skipped[unknownToIt]++
			continue
		}
		other := theirs.nextHops[family]
		own := hop
		if c.oracle.oneHop {
			own, _, _ = strings.Cut(hop, " ")
		}
		c.judge(difference{field: fieldNextHop, family: family, ours: hop, theirs: other, row: r}, own == other)
	}
	for f, list := range ours.lists {
		other := theirs.lists[f]
		c.judge(difference{field: f, ours: strings.Join(list, " "), theirs: strings.Join(other, " "), row: r}, slices.Equal(list, other))
	}
	for f, list := range theirs.lists {
		if _, both := ours.lists[f]; !both && len(list) > 0 {
			c.judge(difference{field: f, theirs: strings.Join(list, " "), row: r}, false)
		}
	}
}

// routes finds for each of our routes one of theirs that says nothing else, whatever the order.
func (c *comparison) routes(r *row, ours, theirs *reading) {
	t := c.tallies[fieldNLRI]
	pathIDs := [2]bool{ours.pathIDs(), theirs.pathIDs()}
	keys := maps.Clone(ours.routes)
	maps.Copy(keys, theirs.routes)
	for key := range keys {
		list := ours.routes[key]
		if slices.Contains(c.oracle.unknown, key[1:]) {
			t.skipped[unknownToIt] += len(list)
			continue
		}
		var alone []route
		left := slices.Clone(theirs.routes[key])
		for _, each := range list {
			i := slices.IndexFunc(left, func(other route) bool { return agree(each, other, key[0] == '-') })
			if i < 0 {
				alone = append(alone, each)
				continue
			}
			left = slices.Delete(left, i, i+1)
			t.agreed++
		}
		stated := slices.DeleteFunc(slices.Clone(left), func(other route) bool { return len(other) == 0 })
		unstated := min(len(left)-len(stated), max(0, len(alone)-len(stated)))
		t.skipped["nothing of the NLRI is stated in a form to compare"] += unstated
		alone = alone[:len(alone)-unstated]
		for i := range max(len(alone), len(stated)) {
			d := difference{field: fieldNLRI, family: key, row: r, pathIDs: pathIDs, beside: list}
			if i < len(alone) {
				d.ours = alone[i].String()
			}
			if i < len(stated) {
				d.theirs = stated[i].String()
			}
			c.judge(d, false)
		}
	}
}

// pathIDs says that some NLRI have Path Identifiers.
func (r *reading) pathIDs() bool {
	for _, list := range r.routes {
		for _, each := range list {
			if each["path-id"] != "" {
				return true
			}
		}
	}
	return false
}

// agree says that a route has all that another decoder states of it. The label field of a withdrawal has no
// meaning (RFC 8277 §2.4), so that every decoder writes something else there.
func agree(ours, theirs route, withdrawn bool) bool {
	if len(theirs) == 0 {
		return false
	}
	for name, value := range theirs {
		own, ok := ours[name]
		if withdrawn && name == "labels" {
			continue
		}
		if !ok || own != value && !slices.Contains(strings.Split(value, "|"), own) {
			return false
		}
	}
	return true
}

func (r route) String() string {
	var words []string
	for name, value := range r {
		words = append(words, name+"="+value)
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

func (c *comparison) judge(d difference, agreed bool) {
	t := c.tallies[d.field]
	if agreed {
		t.agreed++
		return
	}
	for _, rule := range c.oracle.disputes {
		if rule.field == d.field && rule.here(&d) {
			t.disputed[rule.reason]++
			return
		}
	}
	t.disagreed = append(t.disagreed, d)
}

func (c *comparison) skipAll(ours *reading, why string) {
	for _, list := range ours.routes {
		c.tallies[fieldNLRI].skipped[why] += len(list)
	}
	for range ours.nextHops {
		c.tallies[fieldNextHop].skipped[why]++
	}
	for f := range ours.lists {
		c.tallies[f].skipped[why]++
	}
}
