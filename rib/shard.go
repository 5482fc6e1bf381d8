package rib

import (
	"time"

	"github.com/dci-rs/dci-rs/nlri"
)

// shard owns the part of every table whose routes' locality hashes to it. It is one goroutine: all
// below it is single-threaded. It waits for nobody, except when there is nothing to do.
type shard struct {
	environment
	inbox    chan *batch
	requests chan request
	quit     chan struct{}
	free     chan *batch // the readers' pool
	tables   []*familyTable
	shards   int // of the whole table
	purge    purge
	began    time.Time
	clock    func() time.Time
}

// request asks a shard for something that is not a batch of routes: it runs in the shard, between
// publications.
type request func(*shard)

const (
	inboxBatches  = 64
	inboxRequests = 1024
	// A shard drains its inbox until it is empty, or one of these, and then publishes: idle, it
	// publishes at once; loaded, it publishes large, well-packed messages.
	drainTime  = 2 * time.Millisecond
	drainDirty = 16 << 10 // destinations
)

func newShard(o Options, t *Table) *shard {
	s := &shard{
		inbox:    make(chan *batch, inboxBatches),
		requests: make(chan request, inboxRequests),
		quit:     make(chan struct{}),
		free:     t.free,
		shards:   cap(t.shards),
		clock:    o.Now,
		began:    o.Now(),
	}
	s.limits = o.limits
	s.journals.all = &t.journalOctets
	s.hasher.seed = t.seed
	s.report = o.Report
	s.interest = newInterest()
	s.seat(Peer{ID: Local, Role: RoleLocal})
	return s
}

// run is the shard's goroutine.
func (s *shard) run(done func()) {
	defer done()
	for {
		if !s.busy() {
			select {
			case b := <-s.inbox:
				s.tick()
				s.apply(b)
			case r := <-s.requests:
				r(s)
			case <-s.quit:
				return
			}
		}
		s.turn()
	}
}

// tick notes the time, once for all that is done together.
func (s *shard) tick() (now time.Time) {
	now = s.clock()
	s.now = uint32(now.Sub(s.began) / time.Second)
	return now
}

// busy says that walks wait for their next slice.
func (s *shard) busy() bool {
	if s.purge.pending() {
		return true
	}
	for _, t := range s.tables {
		for _, g := range t.groups {
			if g.phase != ready {
				return true
			}
		}
	}
	return false
}

// turn drains the inbox, publishes, answers requests and takes each walk one slice further.
func (s *shard) turn() {
	s.drain(s.tick().Add(drainTime))
	s.publish()
	s.answer()
	s.walk()
	s.publish()
}

func (s *shard) drain(deadline time.Time) {
	for {
		select {
		case b := <-s.inbox:
			s.apply(b)
		default:
			return
		}
		if s.dirty() > drainDirty || s.clock().After(deadline) {
			return
		}
	}
}

func (s *shard) dirty() int {
	n := 0
	for _, t := range s.tables {
		n += len(t.publication.dirty)
	}
	return n
}

func (s *shard) publish() {
	for _, t := range s.tables {
		t.publish()
	}
	s.relieve()
}

// answer runs the requests that wait now. Those that they cause come in the next turn.
func (s *shard) answer() {
	for range len(s.requests) {
		(<-s.requests)(s)
	}
}

// walk gives each waiting walk one slice. Whoever is served is served from what is published, hence
// before the purge, which changes the table.
func (s *shard) walk() {
	for _, m := range s.satisfied {
		s.table(m.group.Family).serveWhenReady(m)
	}
	s.satisfied = s.satisfied[:0]
	for _, t := range s.tables {
		for _, g := range t.groups {
			if g.phase == ready || !t.prepare(g, s.limits.walkSteps) {
				continue
			}
			for _, m := range g.waiting {
				t.serve(m)
			}
			g.waiting = nil
		}
	}
	s.purgeSlice()
}

// table returns the table of a family and makes it if there is none.
func (s *shard) table(f nlri.Family) *familyTable {
	for _, t := range s.tables {
		if t.family == f {
			return t
		}
	}
	t := newFamilyTable(f, &s.environment)
	s.tables = append(s.tables, t)
	return t
}

// seat notes a neighbor.
func (s *shard) seat(p Peer) *seat {
	for int(p.ID) >= len(s.peers) {
		s.peers = append(s.peers, seat{})
	}
	s.peers[p.ID].Peer = p
	return &s.peers[p.ID]
}

// admit seats a neighbor whose session came up.
func (s *shard) admit(p Peer, epoch uint8) {
	seat := s.seat(p)
	seat.epoch, seat.up, seat.satisfied = epoch, true, !p.Constrained
}

// apply puts the routes of a batch into the tables and gives the batch back.
func (s *shard) apply(b *batch) {
	if b.scope != nil {
		s.learn(b.scope)
	}
	if peer := &s.peers[b.peer]; peer.up && peer.epoch == b.epoch {
		s.applyRecords(b)
	}
	b.reset()
	select {
	case s.free <- b:
	default:
	}
}

func (s *shard) applyRecords(b *batch) {
	var t *familyTable
	for i := range b.records {
		r := &b.records[i]
		if r.op >= opEndOfRIB {
			s.applyWord(b.peer, r)
			continue
		}
		if t == nil || t.family != r.family {
			t = s.table(r.family)
		}
		n := nlri.NLRI(b.octets[r.offset : r.offset+uint32(r.length)])
		switch r.op {
		case opAnnounce:
			set := &b.sets[r.set]
			if set.handle == 0 {
				set.handle = t.intern(set.hash, b.octets[set.offset:set.offset+set.length], set.nextHop)
				t.sets.At(set.handle).paths++ // the batch holds it until its end
			}
			t.announce(b.peer, r, n, set.handle)
		case opWithdraw:
			t.withdraw(b.peer, r, n)
		case opWant, opUnwant:
			s.wish(b.peer, n, r.pathID, r.op == opWant)
		}
	}
	for i := range b.sets {
		if h := b.sets[i].handle; h != 0 {
			t := s.table(b.sets[i].family)
			t.sets.At(h).paths--
			t.release(h)
		}
	}
}

// applyWord takes in what a neighbor, or its end, says of a session.
func (s *shard) applyWord(p PeerID, r *record) {
	switch r.op {
	case opEndOfRIB:
		if r.family == nlri.RouteTarget {
			s.satisfy(p)
		}
	case opBeginRefresh:
		s.beginRefresh(p, r.family)
	case opEndRefresh:
		s.endRefresh(p, r.family)
	case opClose:
		s.peers[p].up = false
		s.forget(p)
		s.purge.want(p)
	}
}

func (s *shard) learn(sc *Scope) {
	for int(sc.id) >= len(s.scopes) {
		s.scopes = append(s.scopes, nil)
	}
	s.scopes[sc.id] = sc
}
