package rib

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/dci-rs/dci-rs/nlri"
)

// rank orders the paths of a destination, best first. The order is total and depends on nothing
// but the paths: it does not matter in which order they came.
func (t *familyTable) rank(d *destination) {
	if d.first == 0 || t.paths.At(d.first).next == 0 {
		return
	}
	ranked := t.publication.ranked[:0]
	compareMED := false
	for h := d.first; h != 0; h = t.paths.At(h).next {
		ranked = append(ranked, h)
		if t.sets.At(t.paths.At(h).set).flags&setMED != 0 {
			compareMED = true
		}
	}
	if compareMED {
		t.rankWithMED(ranked)
	} else {
		t.sortPaths(ranked)
	}
	d.first = ranked[0]
	for i, h := range ranked {
		p := t.paths.At(h)
		p.next = 0
		if i+1 < len(ranked) {
			p.next = ranked[i+1]
		}
	}
	t.publication.ranked = ranked
}

// sortPaths is an insertion sort: lists are short, and nearly sorted when one path has changed.
func (t *familyTable) sortPaths(ranked []pathHandle) {
	for i := 1; i < len(ranked); i++ {
		h := ranked[i]
		j := i
		for ; j > 0 && t.compare(h, ranked[j-1], false) < 0; j-- {
			ranked[j] = ranked[j-1]
		}
		ranked[j] = h
	}
}

// rankWithMED takes the best of what is left again and again. RFC 4271 §9.1.2.2 c) compares MED
// only between paths of one neighboring AS, which is no order by itself: so the paths of one AS
// are put in order first, and then the heads of these runs, whose AS all differ, run against each
// other without it.
func (t *familyTable) rankWithMED(ranked []pathHandle) {
	slices.SortFunc(ranked, func(a, b pathHandle) int {
		if c := cmp.Compare(t.neighborAS(a), t.neighborAS(b)); c != 0 {
			return c
		}
		return t.compare(a, b, true)
	})
	heads := t.publication.heads[:0]
	for i, h := range ranked {
		if i == 0 || t.neighborAS(h) != t.neighborAS(ranked[i-1]) {
			heads = append(heads, i)
		}
	}
	merged := t.publication.merged[:0]
	for len(merged) < len(ranked) {
		best := -1
		for run, at := range heads {
			if at < 0 {
				continue
			}
			if best < 0 || t.compare(ranked[at], ranked[heads[best]], false) < 0 {
				best = run
			}
		}
		at := heads[best]
		merged = append(merged, ranked[at])
		heads[best] = at + 1
		if at+1 == len(ranked) || t.neighborAS(ranked[at+1]) != t.neighborAS(ranked[at]) {
			heads[best] = -1
		}
	}
	copy(ranked, merged)
	t.publication.heads, t.publication.merged = heads, merged
}

func (t *familyTable) neighborAS(h pathHandle) uint32 {
	return t.sets.At(t.paths.At(h).set).neighborAS
}

// compare is negative when a is preferred. Next hops are always taken for reachable and equally
// far, since the reflector is not on the way of the traffic.
func (t *familyTable) compare(a, b pathHandle, med bool) int {
	pa, pb := t.paths.At(a), t.paths.At(b)
	sa, sb := t.sets.At(pa.set), t.sets.At(pb.set)
	fromA, fromB := &t.peers[pa.peer], &t.peers[pb.peer]
	switch {
	case sa.localPref != sb.localPref: // RFC 4271 §9.1.1
		return prefer(sa.localPref > sb.localPref)
	case (sa.flags|sb.flags)&setMobility != 0 && t.isMACIP(pa):
		if c := t.compareMobility(sa, sb); c != 0 {
			return c
		}
	}
	switch {
	case (fromA.Role == RoleLocal) != (fromB.Role == RoleLocal):
		return prefer(fromA.Role == RoleLocal)
	case sa.asLength != sb.asLength: // RFC 4271 §9.1.2.2 a)
		return prefer(sa.asLength < sb.asLength)
	case sa.origin != sb.origin: // b)
		return prefer(sa.origin < sb.origin)
	case med && sa.med != sb.med: // c), an absent one is the lowest
		return prefer(sa.med < sb.med)
	case fromA.Internal != fromB.Internal: // d)
		return prefer(fromB.Internal)
	}
	// f), with ORIGINATOR_ID in the place of the identifier: RFC 4456 §9.
	if ia, ib := identifier(sa, fromA), identifier(sb, fromB); ia != ib {
		return prefer(ia < ib)
	}
	if sa.clusters != sb.clusters { // RFC 4456 §9
		return prefer(sa.clusters < sb.clusters)
	}
	if c := fromA.Address.Compare(fromB.Address); c != 0 { // g)
		return c
	}
	if pa.peer != pb.peer {
		return prefer(pa.peer < pb.peer)
	}
	if pa.pathID != pb.pathID {
		return prefer(pa.pathID < pb.pathID)
	}
	return 0
}

func (t *familyTable) isMACIP(p *path) bool {
	return t.family == nlri.EVPN && nlri.EVPNType(t.octets.At(p.nlri, 1)[0]) == nlri.EVPNMACIP
}

// compareMobility prefers the latest place of a MAC: a sticky one does not move (RFC 7432 §15.2), then
// the higher sequence number, where absent is 0, then the lower next hop (§15.1). That a route with the
// community comes before one without keeps the order total.
func (t *familyTable) compareMobility(a, b *attrSet) int {
	switch {
	case a.flags&setSticky != b.flags&setSticky:
		return prefer(a.flags&setSticky != 0)
	case a.mobility != b.mobility:
		return prefer(a.mobility > b.mobility)
	case a.flags&setMobility != b.flags&setMobility:
		return prefer(a.flags&setMobility != 0)
	}
	return t.nextHopOf(a).Addr().Compare(t.nextHopOf(b).Addr())
}

func identifier(s *attrSet, from *seat) uint32 {
	if s.flags&setOriginator != 0 {
		return s.originator
	}
	return binary.BigEndian.Uint32(from.RouterID[:])
}

func prefer(first bool) int {
	if first {
		return -1
	}
	return 1
}
