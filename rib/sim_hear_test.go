package rib

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/dci-rs/dci-rs/internal/oracle"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// read lets a neighbor take about max octets, and checks each message as it comes.
func (s *sim) read(p *simPeer, max int) bool {
	for _, l := range p.fo.links {
		if l.state.Load() == linkLive && l.next < l.journal.head.Load() && l.journal.at(l.next) == nil {
			s.stats.Overrun++
		}
	}
	bufs, progress := p.fo.Next(nil, max)
	for _, b := range bufs {
		s.take(p, b)
	}
	if progress.Lost {
		s.stats.Lost++
		s.down(p)
		return true
	}
	return len(bufs) > 0 || progress.More
}

func (s *sim) take(p *simPeer, b []byte) {
	form := nlri.Form(0)
	if p.key.AddPath != 0 {
		form = nlri.AddPath
	}
	n := &wire.Negotiated{Internal: true, AS4: true, ExtendedMessage: true,
		Families: []wire.FamilyOptions{{Family: simFamily, Receive: form}}}
	limit := wire.MaxMessage
	if p.key.ExtendedMessage {
		limit = wire.MaxExtendedMessage
	}
	for len(b) > 0 {
		h, err := wire.ParseHeader(b, limit)
		if err == nil && h.Type == wire.TypeRouteRefresh {
			s.marked(p, b[wire.HeaderLen:h.Length])
			b = b[h.Length:]
			continue
		}
		if err != nil || h.Type != wire.TypeUpdate {
			s.t.Fatalf("neighbor %d was sent type %d: %v", p.number, h.Type, err)
		}
		u, err := wire.ParseUpdate(b[wire.HeaderLen:h.Length], n)
		if err != nil {
			s.t.Fatalf("neighbor %d was sent a bad UPDATE: %v", p.number, err)
		}
		b = b[h.Length:]
		s.stats.Messages++
		s.hear(p, &u)
	}
}

// marked is BoRR or EoRR: what was not told again between them is gone (RFC 7313 §4).
func (s *sim) marked(p *simPeer, body []byte) {
	r, err := wire.ParseRouteRefresh(body)
	switch {
	case err != nil || r.Family != simFamily || !p.enhanced || !p.eor:
		s.t.Errorf("neighbor %d, End-of-RIB %v, marks %v: was sent %+v, %v", p.number, p.eor, p.enhanced, r, err)
	case r.Subtype == wire.BeginOfRefresh && p.stale == nil:
		s.stats.Rounds++
		p.stale, p.kept = map[simRoute]bool{}, nil
		if s.quiet() {
			p.kept = s.oracle.View(p.number)
		}
		for key, paths := range p.view {
			for id := range paths {
				p.stale[simRoute{key, id}] = true
			}
		}
	case r.Subtype == wire.EndOfRefresh && p.stale != nil:
		for x := range p.stale {
			p.drop(x.nlri, x.id)
		}
		p.stale = nil
		for key, want := range p.kept {
			if got := toldOf(p.view[key]); !slices.Equal(got, sortedTold(want)) {
				s.t.Errorf("neighbor %d: EoRR took a route that nobody changed", p.number)
			}
		}
	default:
		s.t.Errorf("neighbor %d, between the marks: %v: was sent %+v", p.number, p.stale != nil, r)
	}
}

// quiet says that the tables hold all that was said.
func (s *sim) quiet() bool {
	for _, shard := range s.table.shards {
		if len(shard.inbox) > 0 || shard.dirty() > 0 || shard.purge.pending() {
			return false
		}
	}
	return true
}

func (p *simPeer) drop(key string, id nlri.PathID) {
	delete(p.stale, simRoute{key, id})
	delete(p.view[key], id)
	if len(p.view[key]) == 0 {
		delete(p.view, key)
	}
}

func (s *sim) hear(p *simPeer, u *wire.Update) {
	if f, ok := u.EndOfRIB(); ok {
		s.endOfRIB(p, f)
		return
	}
	if l, ok := u.Unreach(); ok {
		for id, n := range l.All() {
			p.drop(string(nlri.AppendKey(nil, simFamily, nlri.Withdraw, n)), id)
		}
	}
	if r, ok := u.Reach(); ok {
		attrs := slices.Concat(bareAttrs(u.Attrs())...)
		for id, n := range r.List.All() {
			key := s.oracle.Key(n)
			if p.view[key] == nil {
				p.view[key] = map[nlri.PathID]oracle.Told{}
			}
			p.view[key][id] = oracle.Told{NLRI: string(n), NextHop: string(r.NextHop), Attrs: string(attrs)}
			delete(p.stale, simRoute{key, id})
			s.checkOrder(p, key, r.NextHop, u.Attrs())
		}
	}
}

// bareAttrs is the attributes without MP_REACH_NLRI and MP_UNREACH_NLRI.
func bareAttrs(attrs wire.Attrs) [][]byte {
	var bare [][]byte
	for a := range attrs.All() {
		if a.Code != wire.AttrMPReach && a.Code != wire.AttrMPUnreach {
			bare = append(bare, a.Raw)
		}
	}
	return bare
}

// checkOrder is guarantee 1: the sequence number of a route never falls. Next hops name sources;
// one that announces several paths of an NLRI may have an older one become its best.
func (s *sim) checkOrder(p *simPeer, key string, nextHop wire.NextHop, attrs wire.Attrs) {
	source := nextHop[len(nextHop)-1]
	if s.peers[source-1].paths > 1 {
		return
	}
	a, _ := attrs.Find(wire.AttrCommunities)
	seq := binary.BigEndian.Uint32(a.Value)
	stream := fmt.Sprint(key, source)
	if seq < p.newest[stream] {
		s.t.Errorf("neighbor %d heard state %d of a route after state %d", p.number, seq, p.newest[stream])
	}
	p.newest[stream] = seq
}

// endOfRIB is guarantee 3.
func (s *sim) endOfRIB(p *simPeer, f nlri.Family) {
	s.stats.EndOfRIBs++
	if p.eor || f != simFamily {
		s.t.Errorf("neighbor %d: End-of-RIB of %v, heard before: %v", p.number, f, p.eor)
	}
	p.eor = true
	for key, want := range p.known {
		if p.changed[key] {
			continue
		}
		if got := toldOf(p.view[key]); !slices.Equal(got, sortedTold(want)) {
			s.t.Errorf("neighbor %d: End-of-RIB before %d paths of a route known at its start, has %d", p.number, len(want), len(got))
		}
	}
}

func toldOf(paths map[nlri.PathID]oracle.Told) []oracle.Told {
	return sortedTold(slices.Collect(maps.Values(paths)))
}

func sortedTold(told []oracle.Told) []oracle.Told {
	told = slices.Clone(told)
	slices.SortFunc(told, func(a, b oracle.Told) int {
		return slices.Compare([]string{a.NLRI, a.NextHop, a.Attrs}, []string{b.NLRI, b.NextHop, b.Attrs})
	})
	return told
}

// settle stops the input, lets everyone read everything and compares the views.
func (s *sim) settle() {
	for _, p := range s.peers {
		if p.in != nil {
			s.complete(p)
		}
	}
	for busy := true; busy; {
		busy = false
		s.turn()
		for _, p := range s.peers {
			if p.fo != nil {
				busy = s.read(p, 1<<20) || busy
			}
		}
		for _, shard := range s.table.shards {
			busy = busy || len(shard.requests) > 0 || len(shard.inbox) > 0
		}
	}
	for _, p := range s.peers {
		if p.fo == nil {
			continue
		}
		if !p.eor {
			s.t.Errorf("neighbor %d never heard End-of-RIB", p.number)
		}
		if p.stale != nil {
			s.t.Errorf("neighbor %d never heard EoRR", p.number)
		}
		s.compare(p)
	}
	s.checkBounds()
}

func (s *sim) compare(p *simPeer) {
	want := s.oracle.View(p.number)
	for key, told := range want {
		if got := toldOf(p.view[key]); !slices.Equal(got, sortedTold(told)) {
			s.t.Errorf("neighbor %d (%v, add-path %d): of %x has\n%v\nwant\n%v", p.number, p.Role, p.key.AddPath, key, hexTold(got), hexTold(sortedTold(told)))
		}
	}
	for key, paths := range p.view {
		if len(want[key]) == 0 {
			s.t.Errorf("neighbor %d (%v) holds %x, which nobody announces to it: %v", p.number, p.Role, key, hexTold(toldOf(paths)))
		}
	}
}

func hexTold(told []oracle.Told) string {
	var out string
	for _, t := range told {
		out += fmt.Sprintf("  %x via %x: %x\n", t.NLRI, t.NextHop, t.Attrs)
	}
	return out
}

// checkBounds is guarantee 4, and that nothing is left behind by routes that are gone.
func (s *sim) checkBounds() {
	all := 0
	for _, shard := range s.table.shards {
		for _, t := range shard.tables {
			for _, g := range t.groups {
				held, sum := 0, 0
				for i := range g.journal.ring {
					if e := g.journal.ring[i].Load(); e != nil {
						held++
						sum += len(e.octets)
					}
				}
				if held > 1 && sum > t.limits.journalOctets || sum != g.journal.octets {
					s.t.Errorf("a journal holds %d octets in %d entries, counts %d, bound %d", sum, held, g.journal.octets, t.limits.journalOctets)
				}
				all += sum
				s.stats.Behind += g.lost
				s.checkCounts(t, g)
			}
			if t.losses.octets > t.limits.lossOctets {
				s.t.Errorf("the log of losses holds %d octets, bound %d", t.losses.octets, t.limits.lossOctets)
			}
			if len(t.pinned) != 0 {
				s.t.Errorf("%d walks are pinned when every member is live", len(t.pinned))
			}
			inSets := 0
			for h := uint32(1); h < t.sets.End(); h++ {
				inSets += int(t.sets.At(h).paths)
			}
			if inSets != t.paths.Len() {
				s.t.Errorf("%d paths, %d of them in sets", t.paths.Len(), inSets)
			}
		}
	}
	if held := int(s.table.journalOctets.Load()); held != all {
		s.t.Errorf("all journals hold %d octets, counted %d", all, held)
	}
}

func (s *sim) checkCounts(t *familyTable, g *group) {
	if g.phase != ready {
		s.t.Errorf("a group is left unfilled")
	}
	advertised := 0
	for h := uint32(1); h < t.paths.End(); h++ {
		if t.paths.At(h).dest != 0 && *t.sent(h, g.column)&g.bit != 0 {
			advertised++
		}
	}
	if advertised != g.advertised {
		s.t.Errorf("a group counts %d advertised paths, has %d", g.advertised, advertised)
	}
}
