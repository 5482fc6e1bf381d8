package bench

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Family is an address family.
type Family struct {
	AFI  uint16
	SAFI uint8
}

var (
	ipv4        = Family{1, 1}
	vpnv4       = Family{1, 128}
	evpn        = Family{25, 70}
	vpls        = Family{25, 65}
	linkState   = Family{16388, 71}
	routeTarget = Family{1, 132}
)

func (f Family) String() string { return fmt.Sprintf("%d/%d", f.AFI, f.SAFI) }

func (f Family) append(dst []byte) []byte {
	return append(binary.BigEndian.AppendUint16(dst, f.AFI), f.SAFI)
}

// A Table is what all senders together announce. Once built it never changes, and all sessions share it.
// A route has an id, which counts from 0 over all senders, and an attribute set of its sender's.
type Table struct {
	Family Family

	// Find tells the id of the route at the front of an NLRI field if it is one of the table, and Nowhere or
	// any other number if it is not: what stands there is compared. Sessions call it at the same time. A table
	// of routes that have their id in them goes without.
	Find func(field []byte) uint32
	// PerUpdate is how many routes of a set stand in one UPDATE at most.
	PerUpdate int
	// Label is the offset of a field of 3 octets that a withdrawal may fill as it likes, 0 if there is none.
	Label int

	at id // without Find: where routes have their id

	octets []byte  // the NLRI of all routes, one after the other
	places []place // by id, and one more behind the last
	sets   []set
	first  []uint32 // by sender the id of its first route
}

// Nowhere is an id that no route has.
const Nowhere = 1<<32 - 1

type place struct{ at, set uint32 }

// A set is what routes share: their sender, their next hop, their other attributes as they are encoded,
// LOCAL_PREF left out, which says the round.
type set struct {
	sender  int
	nextHop []byte
	attrs   []byte
}

// An id says where routes have theirs: in some bits of 4 octets at an offset, less what was added.
type id struct {
	offset     int
	mask, base uint32
}

// NewTable returns a table without senders. Its other exported fields are the caller's to set.
func NewTable(f Family) *Table { return &Table{Family: f, places: make([]place, 1)} }

// AddSender begins the sets and routes of the next sender.
func (t *Table) AddSender() { t.first = append(t.first, t.total()) }

// AddSet adds an attribute set of the last sender and returns its number. attrs are whole attributes by
// rising code without LOCAL_PREF, MP_REACH_NLRI and what a reflector adds. The next hop of IPv4 stands
// among them instead.
func (t *Table) AddSet(nextHop, attrs []byte) int {
	t.sets = append(t.sets, set{len(t.first) - 1, nextHop, attrs})
	return len(t.sets) - 1
}

// Add adds a route of the last sender.
func (t *Table) Add(route []byte, set int) {
	t.places[t.total()].set = uint32(set)
	t.octets = append(t.octets, route...)
	t.places = append(t.places, place{at: uint32(len(t.octets))})
}

// Senders is how many there are.
func (t *Table) Senders() int { return len(t.first) }

// total is the number of routes of all senders.
func (t *Table) total() uint32 { return uint32(len(t.places) - 1) }

func (t *Table) route(id uint32) []byte { return t.octets[t.places[id].at:t.places[id+1].at] }

// of is the range of the ids of a sender; -1 has none.
func (t *Table) of(sender int) (from, end uint32) {
	switch {
	case sender < 0:
		return 0, 0
	case sender == len(t.first)-1:
		return t.first[sender], t.total()
	}
	return t.first[sender], t.first[sender+1]
}

// find tells the id of the route at the front of a field, if it is one of the table.
func (t *Table) find(field []byte) uint32 {
	if t.Find != nil {
		return t.Find(field)
	}
	if len(field) < t.at.offset+4 {
		return Nowhere
	}
	return binary.BigEndian.Uint32(field[t.at.offset:])&t.at.mask - t.at.base
}

// run tells how many octets at the front of a field are those of a route and the ones behind it in the
// table, and where they end: at the route itself if it is another. Neighbors in the table that share a set
// are neighbors in most messages, and are compared at once.
func (t *Table) run(field []byte, id uint32) (octets int, end uint32) {
	from, set := t.places[id].at, t.places[id].set
	for end = id + 1; end < t.total() && t.places[end].set == set && int(t.places[end].at-from) < len(field); {
		end++
	}
	for ; end > id; end = id + (end-id)/2 {
		want := t.octets[from:t.places[end].at]
		if len(want) <= len(field) && bytes.Equal(field[:len(want)], want) {
			return len(want), end
		}
	}
	if want := t.route(id); t.Family == vpnv4 && sameButLabel(field, want, t.Label) && (field[t.Label+2]^want[t.Label+2])&^0x0e == 0 &&
		bytes.Equal(field[:t.Label+2], want[:t.Label+2]) {
		return len(want), id + 1 // RFC 8277 §2.2: the bits between label and S mean nothing, and FRR sets one
	}
	return 0, id
}

// announce encodes what a sender says in a round, at most perUpdate routes of a set in each UPDATE.
func (t *Table) announce(sender int, round uint32, perUpdate int) []byte {
	var stream, attrs, routes []byte
	for id, end := t.of(sender); id < end; {
		number, start := t.places[id].set, id
		room := maxMessage - 19 - 4 - 30 - len(t.sets[number].attrs) - len(t.sets[number].nextHop)
		for routes = routes[:0]; id < end && t.places[id].set == number && int(id-start) < perUpdate; id++ {
			if id > start && len(routes)+len(t.route(id)) > room {
				break
			}
			routes = append(routes, t.route(id)...)
		}
		attrs = t.appendAttrs(attrs[:0], number, round, routes)
		if t.Family == ipv4 {
			stream = appendUpdate(stream, nil, attrs, routes)
		} else {
			stream = appendUpdate(stream, nil, attrs, nil)
		}
	}
	return stream
}

// firstPref is the LOCAL_PREF of round 0.
const firstPref = 100

// appendAttrs writes MP_REACH_NLRI first, as RFC 7606 §5.1 wants it, and the others by rising code.
func (t *Table) appendAttrs(dst []byte, number, round uint32, routes []byte) []byte {
	s := &t.sets[number]
	if t.Family != ipv4 {
		dst = appendReach(dst, t.Family, s.nextHop, routes)
	}
	pref := binary.BigEndian.AppendUint32(nil, firstPref+round)
	rest := s.attrs
	for len(rest) > 0 && rest[1] < attrLocalPref {
		_, rest, _ = cutAttr(rest)
	}
	dst = append(dst, s.attrs[:len(s.attrs)-len(rest)]...)
	return append(appendAttr(dst, flagTransitive, attrLocalPref, pref...), rest...)
}

// withdraw encodes the withdrawal of all routes of a sender, as many in an UPDATE as fit.
func (t *Table) withdraw(sender int) []byte {
	const fits = maxMessage - 19 - 4 - 4 - 3
	var stream, routes []byte
	for id, end := t.of(sender); id < end; {
		for routes = routes[:0]; id < end && len(routes)+len(t.route(id)) <= fits; id++ {
			routes = append(routes, t.route(id)...)
		}
		if t.Family == ipv4 {
			stream = appendUpdate(stream, routes, nil, nil)
		} else {
			stream = appendUpdate(stream, nil, appendUnreach(nil, t.Family, routes), nil)
		}
	}
	return stream
}
