package bench

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"
	"sync/atomic"
	"time"
)

// counters only grow.
type counters struct {
	octets   int // of whole messages, headers included
	updates  int // UPDATE messages, End-of-RIB included
	ends     int // End-of-RIB markers of the table's family
	nlri     int // NLRI of the others announced, repeated and stale ones included
	repeated int // NLRI announced while held
	stale    int // NLRI of an earlier round than the sender's last
	unheld   int // NLRI withdrawn while not held
	returned int // NLRI of this session's own, announced or withdrawn
}

func (c *counters) add(o counters) {
	c.octets += o.octets
	c.updates += o.updates
	c.ends += o.ends
	c.nlri += o.nlri
	c.repeated += o.repeated
	c.stale += o.stale
	c.unheld += o.unheld
	c.returned += o.returned
}

// A tally is what one session was told and what it holds now. A session holds a route when the last that
// it was told of it is what the sender said last.
type tally struct {
	counters
	table   *Table
	own     int      // the sender whose routes this session announces itself, -1: none
	rounds  []uint32 // by sender: its last
	targets []bool   // by route target 65000:n: asked for; nil: everything is
	have    bitmap   // by id
	held    int      // bits set in have

	update  update
	checked []checked // by set; nil if each route has its own
	probe   *probe
}

// checked are attributes that were compared with those of a set and found right.
type checked struct {
	attrs []byte
	round uint32
}

// A probe takes the time from when a route was sent until it arrived.
type probe struct {
	start  time.Time
	from   uint32         // id of the first route
	sent   []atomic.Int64 // by route: nanoseconds since start
	delays []time.Duration
}

func newTally(t *Table, senders, own int) tally {
	s := tally{table: t, own: own, rounds: make([]uint32, senders), have: make(bitmap, t.total()/64+1)}
	if len(t.sets) < len(t.places)/2 {
		s.checked = make([]checked, len(t.sets))
	}
	return s
}

// everything is how many routes of the others the session is to be told, those of one sender left out
// (-1: of none).
func (t *tally) everything(but int) int {
	if t.targets == nil {
		n := t.table.total()
		for _, sender := range [2]int{t.own, but} {
			from, end := t.table.of(sender)
			n -= end - from
		}
		return int(n)
	}
	n := 0
	for _, p := range t.table.places[:t.table.total()] {
		if sender := t.table.sets[p.set].sender; sender != t.own && sender != but && t.wants(p.set) {
			n++
		}
	}
	return n
}

// wants tells whether the session is to be told the routes of a set.
func (t *tally) wants(set uint32) bool {
	if t.targets == nil {
		return true
	}
	a, _ := find(t.table.sets[set].attrs, attrExtCommunities)
	n := binary.BigEndian.Uint32(a.value[4:])
	return int(n) < len(t.targets) && t.targets[n]
}

// begin says that a sender says all its routes anew: none of them is held until it is told again.
func (t *tally) begin(sender int, round uint32) {
	t.rounds[sender] = round
	t.held -= t.have.clearRange(t.table.of(sender))
}

// tell takes in the body of one UPDATE. One without routes is an End-of-RIB.
func (t *tally) tell(body []byte) error {
	u := &t.update
	if err := u.cut(body, t.table.Family); err != nil {
		return err
	}
	// A reflector repeats the attributes of a set again and again: what was checked is compared.
	number := uint32(Nowhere)
	if len(u.reach) > 0 {
		if number = t.setOf(u.reach); number == Nowhere {
			return fmt.Errorf("NLRI %x, which nobody sent", u.reach[:min(len(u.reach), 64)])
		}
		if t.checked != nil && len(u.unreach) == 0 && bytes.Equal(u.attrs, t.checked[number].attrs) {
			return t.learn(u, number, t.checked[number].round)
		}
	}
	if err := u.cutRest(t.table.Family); err != nil {
		return err
	}
	if len(u.unreach) > 0 {
		if err := t.forget(u.unreach); err != nil {
			return err
		}
	}
	if len(u.reach) == 0 {
		if len(u.unreach) == 0 && !u.foreign {
			t.ends++
		}
		return nil
	}
	if number == Nowhere {
		if number = t.setOf(u.reach); number == Nowhere {
			return fmt.Errorf("NLRI %x, which nobody sent", u.reach[:min(len(u.reach), 64)])
		}
	}
	s := &t.table.sets[number]
	round, err := s.check(u.attrs)
	if err != nil {
		return fmt.Errorf("set %d of %s: %w", number, dotted(peerID(s.sender)), err)
	}
	if t.checked != nil && len(u.unreach) == 0 {
		c := &t.checked[number]
		c.attrs, c.round = append(c.attrs[:0], u.attrs...), round
	}
	return t.learn(u, number, round)
}

// setOf is the set of the first route of a field.
func (t *tally) setOf(field []byte) uint32 {
	if id := t.table.find(field); id < t.table.total() {
		return t.table.places[id].set
	}
	return Nowhere
}

// learn compares the routes of an UPDATE octet for octet with those of the set, and marks them as held.
func (t *tally) learn(u *update, number, round uint32) error {
	table, s, field := t.table, &t.table.sets[number], u.reach
	if !bytes.Equal(u.nextHop, s.nextHop) {
		return fmt.Errorf("next hop %x of set %d, want %x", u.nextHop, number, s.nextHop)
	}
	last := t.rounds[s.sender]
	if round > last || !t.wants(number) {
		return fmt.Errorf("set %d of %s in round %d of %d: not sent yet, or not asked for", number, dotted(peerID(s.sender)), round, last)
	}
	n, fresh := 0, 0
	for len(field) > 0 {
		id := table.find(field)
		if id >= table.total() || table.places[id].set != number {
			return fmt.Errorf("NLRI %x is not of set %d of %s", field[:min(len(field), 64)], number, dotted(peerID(s.sender)))
		}
		octets, end := table.run(field, id)
		if end == id {
			return fmt.Errorf("NLRI %x, want %x", field[:min(len(field), len(table.route(id)))], table.route(id))
		}
		field = field[octets:]
		n += int(end - id)
		if s.sender == t.own || round != last {
			continue
		}
		if t.probe == nil {
			fresh += t.have.setRange(id, end)
			continue
		}
		for ; id < end; id++ {
			if t.have.setRange(id, id+1) == 1 {
				fresh++
				t.probe.arrived(id)
			}
		}
	}
	switch {
	case s.sender == t.own:
		t.returned += n
	case round < last:
		t.nlri += n
		t.stale += n
	default:
		t.nlri += n
		t.held += fresh
		t.repeated += n - fresh
	}
	return nil
}

// forget leaves the label unchecked: a withdrawal may carry any.
func (t *tally) forget(field []byte) error {
	table := t.table
	from, end := table.of(t.own)
	for len(field) > 0 {
		id := table.find(field)
		if id >= table.total() {
			return fmt.Errorf("withdrawn NLRI %x, which nobody sent", field[:min(len(field), 64)])
		}
		want := table.route(id)
		if !sameButLabel(field, want, table.Label) {
			return fmt.Errorf("withdrawn NLRI %x, want %x", field[:min(len(field), len(want))], want)
		}
		field = field[len(want):]
		if from <= id && id < end {
			t.returned++
			continue
		}
		was := t.have.clearRange(id, id+1)
		t.held -= was
		t.unheld += 1 - was
	}
	return nil
}

func sameButLabel(field, want []byte, label int) bool {
	if len(field) < len(want) {
		return false
	}
	if label == 0 {
		return bytes.Equal(field[:len(want)], want)
	}
	return bytes.Equal(field[:label], want[:label]) && bytes.Equal(field[label+3:len(want)], want[label+3:])
}

func (p *probe) arrived(id uint32) {
	if n := id - p.from; n < uint32(len(p.sent)) {
		p.delays = append(p.delays, time.Since(p.start)-time.Duration(p.sent[n].Load()))
	}
}

// A bitmap has one bit for each id.
type bitmap []uint64

// setRange returns how many bits were clear.
func (b bitmap) setRange(from, end uint32) int {
	n := 0
	for from < end {
		word, mask, next := b.part(from, end)
		n += bits.OnesCount64(mask &^ *word)
		*word |= mask
		from = next
	}
	return n
}

// clearRange returns how many bits were set.
func (b bitmap) clearRange(from, end uint32) int {
	n := 0
	for from < end {
		word, mask, next := b.part(from, end)
		n += bits.OnesCount64(*word & mask)
		*word &^= mask
		from = next
	}
	return n
}

// part is the first word that a range touches, its bits there, and where the range goes on.
func (b bitmap) part(from, end uint32) (word *uint64, mask uint64, next uint32) {
	next = min((from/64+1)*64, end)
	return &b[from/64], (1<<(next-from) - 1) << (from % 64), next
}

func dotted(a uint32) string { return fmt.Sprintf("%d.%d.%d.%d", a>>24, a>>16&255, a>>8&255, a&255) }
