package rib

import (
	"bytes"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
)

// Query says which paths Routes shows.
type Query struct {
	Family  nlri.Family
	From    PeerID // with HasFrom: only paths of this neighbor
	HasFrom bool
	To      PeerID // with HasTo: only what this neighbor is told
	HasTo   bool
}

// Routes visits the paths of a family in all shards until show returns false. It copies them out in
// slices, so that no shard is held for long, and shows each path as it was when its slice was taken.
func (t *Table) Routes(q Query, show func(Route) bool) {
	var slice routeSlice
	for _, s := range t.shards {
		for slice.next = 1; slice.next != 0; {
			done := make(chan struct{})
			s.requests <- func(s *shard) { s.copyRoutes(q, &slice); close(done) }
			<-done
			for i := range slice.routes {
				if !show(slice.routes[i]) {
					return
				}
			}
		}
	}
}

// routeSlice is a run of copied routes and the destination to go on with; 0 ends it.
type routeSlice struct {
	next   destHandle
	routes []Route
}

const visitedDestinations = 512

// copyRoutes fills a slice from the destinations at its cursor.
func (s *shard) copyRoutes(q Query, slice *routeSlice) {
	slice.routes = slice.routes[:0]
	t := s.existing(q.Family)
	if t == nil {
		slice.next = 0
		return
	}
	var member *member
	if q.HasTo {
		if member = t.memberOf(q.To); member == nil {
			slice.next = 0
			return
		}
	}
	for n := 0; n < visitedDestinations; n++ {
		if slice.next >= t.dests.End() {
			slice.next = 0
			return
		}
		first := t.dests.At(slice.next).first
		slice.next++
		for h := first; h != 0; h = t.paths.At(h).next {
			p := t.paths.At(h)
			if q.HasFrom && p.peer != q.From || member != nil && !t.tells(member, h) {
				continue
			}
			set := t.sets.At(p.set)
			slice.routes = append(slice.routes, Route{
				Family: t.family, Form: p.form, NLRI: bytes.Clone(t.nlriOf(p)),
				Attrs: bytes.Clone(t.attrsOf(set)), NextHop: bytes.Clone(t.nextHopOf(set)),
				Peer: p.peer, PathID: p.pathID, Best: h == first,
				Since: s.began.Add(time.Duration(p.since) * time.Second),
			})
		}
	}
}

// existing returns the table of a family, or nil.
func (s *shard) existing(f nlri.Family) *familyTable {
	for _, t := range s.tables {
		if t.family == f {
			return t
		}
	}
	return nil
}

func (t *familyTable) memberOf(p PeerID) *member {
	for _, g := range t.groups {
		for _, m := range g.members {
			if m.peer == p {
				return m
			}
		}
	}
	return nil
}
