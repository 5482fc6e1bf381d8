package rib

import (
	"github.com/dci-rs/dci-rs/internal/arena"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// group is one update group of one table: the neighbors that are sent the same octets.
type group struct {
	GroupKey
	column  int
	bit     uint64 // in its column
	journal journal
	members []*member
	// constrained counts the members who are told only what they asked for. Without any, audiences
	// do not matter, and messages of all route targets may share an entry.
	constrained int

	// A new group's bits are cleared, where the bit was used before, and then filled, both by walks;
	// its members wait until it is ready.
	phase   groupPhase
	cursor  uint32
	waiting []*member // whose pulls wait for the fill

	advertised int      // paths with the bit
	bySource   []uint32 // of these, by PeerID
	emptySince uint32
	lost       int // times that a member fell behind the log of losses

	nextHop  [16]byte // of GroupKey.NextHop
	nextHops int
}

type groupPhase uint8

const (
	clearing groupPhase = iota // its bits mean nothing yet; publications pass it by
	filling                    // publications mark its bits, but no one is told
	ready
)

// emptyGroupLife is how long, in seconds, a group outlives its last member, so that a session that
// comes back finds its bits in place.
const emptyGroupLife = 300

// groupOf returns the group of a key and makes it if there is none.
func (t *familyTable) groupOf(key GroupKey) *group {
	for _, g := range t.groups {
		if g.GroupKey == key {
			return g
		}
	}
	g := &group{GroupKey: key, cursor: 1}
	g.column, g.bit = t.freeBit()
	if key.NextHop.IsValid() {
		g.nextHops = copy(g.nextHop[:], key.NextHop.AsSlice())
	}
	switch {
	case t.paths.End() == 1:
		g.phase = ready
	case t.usedBits[g.column]&g.bit == 0:
		g.phase = filling
	}
	t.usedBits[g.column] |= g.bit
	t.groups = append(t.groups, g)
	return g
}

// freeBit finds a bit that no group uses and adds a column of 64 when all are taken.
func (t *familyTable) freeBit() (column int, bit uint64) {
	for column = 0; ; column++ {
		if column == len(t.usedBits) {
			t.addColumn()
		}
		var taken uint64
		for _, g := range t.groups {
			if g.column == column {
				taken |= g.bit
			}
		}
		if taken != ^uint64(0) {
			return column, ^taken & (taken + 1)
		}
	}
}

// addColumn makes room for 64 further groups. Column 0 stands in the path itself.
func (t *familyTable) addColumn() {
	if len(t.usedBits) > 0 {
		column := arena.NewRecords[uint64](t.limits.recordShift)
		for column.End() < t.paths.End() {
			column.Alloc()
		}
		t.columns = append(t.columns, column)
	}
	t.usedBits = append(t.usedBits, 0)
}

// dropEmptyGroups ends the groups whose last member left long ago. Their bits stay where they are
// and mean nothing: the next group on a bit clears it everywhere first.
func (t *familyTable) dropEmptyGroups() {
	kept := t.groups[:0]
	for _, g := range t.groups {
		if len(g.members) > 0 || t.now-g.emptySince < emptyGroupLife {
			kept = append(kept, g)
		} else {
			t.journals.add(-g.journal.octets)
		}
	}
	clear(t.groups[len(kept):])
	t.groups = kept
}

// firstEligible says whether a group takes the first path that it may have. Route servers do
// (which ends the path hiding of RFC 7947 §2.3.1), and so do groups with a view of their own;
// reflection tells the best path or nothing.
func (g *group) firstEligible() bool {
	return g.Role == RoleRouteServerClient || g.Role == RoleFeed || g.View != 0 ||
		// RFC 4684 §3.2: a non-client is told a client's path of a membership if there is one.
		g.Family == nlri.RouteTarget && g.Role == RoleNonClient
}

// audience is who of a group hears route targets: nil for everyone.
func (t *familyTable) audience(g *group, id audienceID) *Audience {
	if g.constrained == 0 {
		return nil
	}
	return t.audiences[id].audience
}

// spared is the neighbor that a group's messages with routes of a source are not for: the source. A
// client is told the best path of every membership even if it is its own: so it knows that others
// behind the reflector want the route target (RFC 4684 §3.2).
func (g *group) spared(source PeerID) PeerID {
	if g.Family == nlri.RouteTarget && g.Role == RoleClient {
		return Local
	}
	return source
}

// eligible says whether a path may be told to a group at all: who gets what.
func (t *familyTable) eligible(p *path, g *group) bool {
	s := t.sets.At(p.set)
	if !reflects(t.peers[p.peer].Role, g.Role) {
		return false
	}
	if s.flags&setNoAdvertise != 0 { // RFC 1997
		return false
	}
	if s.flags&setNoExport != 0 && !g.Internal { // RFC 1997
		return false
	}
	return g.ExtendedNextHop || !needsExtendedNextHop(t.family, s.nextHop) || g.NextHop.IsValid()
}

// reflects is the table of who gets what: RFC 4456 §6, RFC 7947 §2.
func reflects(from, to Role) bool {
	switch {
	case to == RoleFeed:
		return from == RoleLocal
	case from == RoleNonClient && to == RoleNonClient:
		return false
	case from == RoleFeed:
		return false
	}
	return true
}

// needsExtendedNextHop is true for an IPv4 route with an IPv6 next hop, RFC 8950 §4.
func needsExtendedNextHop(f nlri.Family, nextHop uint8) bool {
	switch f {
	case nlri.IPv4Unicast, nlri.IPv4Labeled, nlri.IPv4Multicast:
		return nextHop > 4
	case nlri.VPNv4:
		return nextHop > 12
	}
	return false
}

// selection calls yield for each path of a destination that a group is told, in rank order.
func (t *familyTable) selection(d *destination, g *group, yield func(pathHandle)) {
	left := 1
	if g.AddPath != 0 {
		left = int(g.AddPath)
	}
	for h := d.first; h != 0; h = t.paths.At(h).next {
		p := t.paths.At(h)
		if !t.sees(p.scope, g.View) {
			continue
		}
		if !t.eligible(p, g) {
			if g.AddPath == 0 && !g.firstEligible() {
				return
			}
			continue
		}
		yield(h)
		if left--; left == 0 && g.AddPath != AddPathAll {
			return
		}
	}
}

// prepare takes a group that is not ready some steps further; it says whether the group is ready.
func (t *familyTable) prepare(g *group, steps int) bool {
	if g.phase == clearing {
		for ; steps > 0 && g.cursor < t.paths.End(); steps-- {
			*t.sent(g.cursor, g.column) &^= g.bit
			g.cursor++
		}
		if g.cursor < t.paths.End() {
			return false
		}
		g.phase, g.cursor = filling, 1
	}
	for ; steps > 0 && g.cursor < t.dests.End(); steps-- {
		d := t.dests.At(g.cursor)
		g.cursor++
		for h := d.first; h != 0; h = t.paths.At(h).next {
			t.mark(h, g, false)
		}
		t.selection(d, g, func(h pathHandle) { t.mark(h, g, true) })
	}
	if g.cursor == t.dests.End() {
		g.phase = ready
	}
	return g.phase == ready
}

// mark sets or clears the bit of a path for a group and keeps the group's counts.
func (t *familyTable) mark(h pathHandle, g *group, on bool) {
	bits := t.sent(h, g.column)
	if *bits&g.bit != 0 == on {
		return
	}
	*bits ^= g.bit
	by := -1
	if on {
		by = 1
	}
	g.advertised += by
	peer := t.paths.At(h).peer
	for int(peer) >= len(g.bySource) {
		g.bySource = append(g.bySource, 0)
	}
	g.bySource[peer] += uint32(by)
}

// rewrite appends the attributes of a set as a group is told them when they come from a source:
// what of RFC 4456 §8, RFC 4271 §5 and RFC 7947 §2.2 changes them.
func (t *familyTable) rewrite(dst []byte, s *attrSet, from *seat, g *group) []byte {
	attrs := t.attrsOf(s)
	if from.Internal && g.Internal {
		r := wire.Reflection{OriginatorID: from.RouterID, ClusterID: g.ClusterID}
		if g.Family == nlri.RouteTarget && g.Role == RoleClient {
			// RFC 4684 §3.2: ORIGINATOR_ID is the reflector, lest the client drop its own membership.
			r.OriginatorID = g.LocalRouterID
			t.publication.bare = appendWithout(t.publication.bare[:0], attrs, wire.AttrOriginatorID)
			attrs = t.publication.bare
		}
		if g.AS4 {
			return wire.AppendReflected(dst, attrs, r)
		}
		t.publication.scratch = wire.AppendReflected(t.publication.scratch[:0], attrs, r)
		return wire.AppendExported(dst, t.publication.scratch, wire.Export{To: wire.Verbatim})
	}
	return wire.AppendExported(dst, attrs, wire.Export{
		To:          g.exportKind(),
		LocalASN:    g.LocalASN,
		AS4:         g.AS4,
		MEDReceived: from.Role != RoleLocal,
	})
}

// exportKind is how routes that do not go from iBGP to iBGP are rewritten.
func (k *GroupKey) exportKind() wire.ExportKind {
	switch {
	case k.Role == RoleRouteServerClient:
		return wire.ToRouteServerClient
	case !k.Internal:
		return wire.ToPeer
	}
	return wire.ToInternal
}

// defaultMembership is an UPDATE that asks for every route target (RFC 4684 §4), from key.NextHop.
func defaultMembership(key *GroupKey) []byte {
	bare := wire.Attrs{0x40, byte(wire.AttrOrigin), 1, 0, 0x40, byte(wire.AttrASPath), 0}
	attrs := wire.AppendExported(nil, bare, wire.Export{To: key.exportKind(), LocalASN: key.LocalASN, AS4: key.AS4})
	var w wire.UpdateWriter
	w.Begin(nil, wire.MaxMessage, key.Family, key.form(0), key.NextHop.AsSlice(), attrs)
	w.Add(1, nlri.NLRI{0})
	return w.End()
}

// appendWithout appends attributes but one.
func appendWithout(dst []byte, attrs wire.Attrs, code wire.AttrCode) []byte {
	for a := range attrs.All() {
		if a.Code != code {
			dst = append(dst, a.Raw...)
		}
	}
	return dst
}

// nextHopFor is the next hop a group is told: the received one unless the group writes its own.
func (t *familyTable) nextHopFor(s *attrSet, g *group) wire.NextHop {
	if g.nextHops > 0 {
		return g.nextHop[:g.nextHops]
	}
	return t.nextHopOf(s)
}
