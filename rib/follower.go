package rib

import (
	"sync/atomic"

	"github.com/dci-rs/dci-rs/nlri"
)

// Follower is what a session's writer reads the table by: one link per family and shard. The
// writer owns it; shards only fill the buffers that it lends them, and wake it.
type Follower struct {
	peer        PeerID
	constrained bool
	enhanced    bool // BoRR and EoRR were negotiated (RFC 7313)
	families    []followed
	wake        chan struct{}
	parked      atomic.Bool
	at          int // the link to begin with, so that none starves
	links       []*link
}

// followed is one family of a session.
type followed struct {
	family nlri.Family
	eor    []byte // End-of-RIB, until it is told
	passes int    // shards whose first pass, of the session or of a round, has not ended
	fixed  []byte // what it is told in place of routes; nil for all families but few
	owed   bool   // fixed is to be told
	again  bool   // a round is wanted
	round  bool   // BoRR was told, EoRR is owed
}

// link joins a follower to a group of one table. While its state is pulling it belongs to the
// shard, else to the writer.
type link struct {
	follower *Follower
	shard    *shard
	family   int // in follower.families
	key      GroupKey
	state    atomic.Uint32
	member   *member  // the shard's
	journal  *journal // set by the first pull
	buffer   []byte   // lent with each pull
	result   pulled
	next     uint64        // journal entry to read
	read     atomic.Uint64 // next, as the shard may see it
	upTo     uint64        // version that everything was heard of
	passed   bool          // its first pass, of the session or of a round, has ended
	lost     bool          // it waits for a round
	asks     ask           // of the next pull
	recall   atomic.Bool   // the shard has the member catch up, though it could go on
}

const (
	linkIdle    uint32 = iota // a pull is to be sent
	linkPulling               // a pull is with the shard
	linkFilled                // its answer waits
	linkLive                  // follows the journal
)

// ask is what a writer wants of a pull.
type ask uint8

const (
	askMore   ask = iota // to go on, or what it missed
	askAgain             // everything, besides what it missed
	askAfresh            // everything, as if it held nothing
)

// Progress says what a call of Follower.Next left to do.
type Progress struct {
	More bool // call Next again at once
	Lost bool // rule 5 of catching up: end the session with Cease/Out of Resources
}

// notify wakes the writer if it sleeps.
func (fo *Follower) notify() {
	if fo.parked.Load() && fo.parked.CompareAndSwap(true, false) {
		select {
		case fo.wake <- struct{}{}:
		default:
		}
	}
}

// Wake receives when there may be something to send again. The writer waits on it after a Next that
// returned nothing and no More.
func (fo *Follower) Wake() <-chan struct{} { return fo.wake }

// Next appends to bufs whole BGP messages to be sent now, about max octets at most. It never waits.
// The buffers are read-only and valid until the next call. Only the writer calls it.
func (fo *Follower) Next(bufs [][]byte, max int) ([][]byte, Progress) {
	had := len(bufs)
	bufs, p := fo.collect(bufs, max)
	if len(bufs) == had && !p.More && !p.Lost {
		// Park, and look once more: what a shard published before it saw the mark is found here.
		fo.parked.Store(true)
		bufs, p = fo.collect(bufs, max)
		if len(bufs) > had || p.More {
			fo.parked.Store(false)
		}
	}
	return bufs, p
}

func (fo *Follower) collect(bufs [][]byte, max int) ([][]byte, Progress) {
	var p Progress
	for range fo.links {
		if max <= 0 {
			p.More = true
			return bufs, p
		}
		l := fo.links[fo.at]
		if fo.at++; fo.at == len(fo.links) {
			fo.at = 0
		}
		// A step may end in a state that asks for another one: nobody would wake us for it.
		for had := len(bufs); ; {
			state := l.state.Load()
			switch state {
			case linkIdle:
				if !l.waits() {
					l.pull()
				}
			case linkFilled:
				bufs, max = l.take(bufs, max)
				if l.lost && !fo.enhanced {
					p.Lost = true
					return bufs, p
				}
			case linkLive:
				bufs, max = l.follow(bufs, max)
			}
			if len(bufs) > had || state == linkIdle || l.state.Load() == state {
				break
			}
		}
	}
	return fo.mark(bufs), p
}

// pull lends the shard the buffer and asks it to fill it.
func (l *link) pull() {
	upTo, asks := l.upTo, l.asks
	l.asks = askMore
	l.state.Store(linkPulling)
	l.shard.requests <- func(s *shard) { s.pull(l, upTo, asks) }
}

// take sends what a pull brought on its way and decides what is next. The buffer is lent again only
// by the next call of Next, when its octets have been written.
func (l *link) take(bufs [][]byte, max int) ([][]byte, int) {
	r := &l.result
	if len(r.octets) > 0 {
		bufs = append(bufs, r.octets)
		max -= len(r.octets)
		l.buffer = r.octets[:0]
	}
	if r.passed && !l.passed {
		l.passed = true
		l.follower.families[l.family].passes--
	}
	if r.live {
		l.next, l.upTo = r.next, r.upTo
	}
	if l.lost = r.lost; l.lost {
		l.follower.families[l.family].again = true
	}
	if r.live && l.asks == askMore {
		l.buffer = nil // a live member needs none
		l.state.Store(linkLive)
	} else {
		l.state.Store(linkIdle)
	}
	return bufs, max
}

// follow takes entries from the journal.
func (l *link) follow(bufs [][]byte, max int) ([][]byte, int) {
	if l.recall.Load() {
		l.state.Store(linkIdle)
		return bufs, max
	}
	head := l.journal.head.Load()
	for l.next < head && max > 0 {
		e := l.journal.at(l.next)
		if e == nil {
			l.state.Store(linkIdle)
			return bufs, max
		}
		l.next++
		l.upTo = e.version - 1 // the rest of this publication may be missed
		if e.passes(l.follower.peer, l.follower.constrained) {
			bufs = append(bufs, e.octets)
			max -= len(e.octets)
		}
	}
	l.read.Store(l.next)
	return bufs, max
}

// Refresh tells the neighbor every route of the family again (RFC 2918), in a round if it knows
// their marks. Only the writer calls it.
func (fo *Follower) Refresh(f nlri.Family) {
	for i := range fo.families {
		if of := &fo.families[i]; of.family == f {
			of.again = fo.enhanced
			of.owed = of.fixed != nil
		}
	}
	for _, l := range fo.links {
		if fo.families[l.family].family == f && !fo.enhanced {
			l.asks = askAgain
			l.state.CompareAndSwap(linkLive, linkIdle)
		}
	}
}

// Close leaves the update groups. Only the writer calls it, or whoever took its place.
func (fo *Follower) Close() {
	for _, l := range fo.links {
		l.shard.requests <- func(s *shard) { s.leave(l) }
	}
}

// pull serves a link in its shard.
func (s *shard) pull(l *link, upTo uint64, asks ask) {
	t := s.table(l.key.Family)
	m := l.member
	l.recall.Store(false)
	switch {
	case m == nil:
		g := t.groupOf(l.key)
		m = &member{link: l, peer: l.follower.peer, group: g}
		g.members = append(g.members, m)
		if l.follower.constrained {
			g.constrained++
		}
		l.member, l.journal = m, &g.journal
	case asks == askAfresh:
		t.unpin(&m.walk)
		*m = member{link: l, peer: m.peer, group: m.group}
	case m.live || asks == askAgain:
		if m.live && l.next == m.group.journal.head.Load() {
			upTo = t.version // there was nothing to hear since
		}
		t.fallBack(m, upTo, asks == askAgain)
	}
	t.serveWhenReady(m)
}

// serveWhenReady answers a member's pull, at once or when its group is filled and its neighbor has
// said what it wants.
func (t *familyTable) serveWhenReady(m *member) {
	switch from := &t.peers[m.peer]; {
	case constrains(t.family) && from.Constrained && !from.satisfied:
		from.waiting = append(from.waiting, m)
	case m.group.phase != ready:
		m.group.waiting = append(m.group.waiting, m)
	default:
		t.serve(m)
	}
}

// satisfy lets a neighbor's first pulls go on.
func (s *shard) satisfy(p PeerID) {
	from := &s.peers[p]
	from.satisfied = true
	s.satisfied = append(s.satisfied, from.waiting...)
	from.waiting = nil
}

// serve answers a member's pull.
func (t *familyTable) serve(m *member) {
	l := m.link
	l.result = t.pull(m, l.buffer[:0])
	if l.result.lost {
		m.group.lost++
	}
	l.read.Store(l.result.next)
	l.state.Store(linkFilled)
	l.follower.notify()
}

// leave takes a link's member out of its group.
func (s *shard) leave(l *link) {
	m := l.member
	if m == nil {
		return
	}
	t := s.table(l.key.Family)
	t.unpin(&m.walk)
	g := m.group
	g.members = without(g.members, m)
	if l.follower.constrained {
		g.constrained--
	}
	g.waiting = without(g.waiting, m)
	s.peers[m.peer].waiting = without(s.peers[m.peer].waiting, m)
	s.satisfied = without(s.satisfied, m)
	if len(g.members) == 0 {
		g.emptySince = s.now
	}
	l.member = nil
}

func without(list []*member, m *member) []*member {
	for i, other := range list {
		if other == m {
			list[i] = list[len(list)-1]
			list[len(list)-1] = nil
			return list[:len(list)-1]
		}
	}
	return list
}
