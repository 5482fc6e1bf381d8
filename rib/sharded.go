package rib

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// Options configures a table.
type Options struct {
	Shards int              // 0 = one per core; rounded up to a power of two
	Now    func() time.Time // nil = time.Now
	Report func(Event)      // called from the shards, must not block; nil = nobody listens

	limits limits
	seed   uint64 // of the hashes; 0 = one of its own for every table
}

// Table is all routes of all families, spread over shards. Its methods may be called from any
// goroutine.
type Table struct {
	shards   []*shard
	seed     uint64
	free     chan *batch
	running  sync.WaitGroup
	lastPeer atomic.Uint32
	returned chan PeerID
	epochs   atomic.Uint32
	scopes   atomic.Uint32

	journalOctets atomic.Int64 // of all shards
}

const maxPeers = 1<<16 - 1

// New starts the shards of an empty table.
func New(o Options) *Table {
	t := newTable(o)
	for _, s := range t.shards {
		t.running.Add(1)
		go s.run(t.running.Done)
	}
	return t
}

func newTable(o Options) *Table {
	n := o.Shards
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	n = 1 << bits.Len(uint(n-1))
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.limits == (limits{}) {
		o.limits = defaultLimits
	}
	if o.seed == 0 {
		o.seed = rand.Uint64()
	}
	t := &Table{
		shards: make([]*shard, 0, n), seed: o.seed, free: make(chan *batch, n*inboxBatches), returned: make(chan PeerID, maxPeers),
	}
	for range n {
		t.shards = append(t.shards, newShard(o, t))
	}
	return t
}

// Close ends the shards. Every session must have been closed before.
func (t *Table) Close() {
	for _, s := range t.shards {
		close(s.quit)
	}
	t.running.Wait()
}

// shardOf picks the shard by the upper bits of the hash of a route's locality.
func (t *Table) shardOf(locality uint64) int {
	return int(locality >> 32 & uint64(len(t.shards)-1))
}

func (t *Table) freeBatch() *batch {
	select {
	case b := <-t.free:
		return b
	default:
		return &batch{}
	}
}

// AddPeer reserves an identifier for a neighbor, for all its sessions. ok is false when 65,535 are
// in use.
func (t *Table) AddPeer() (id PeerID, ok bool) {
	select {
	case id = <-t.returned:
		return id, true
	default:
	}
	n := t.lastPeer.Add(1)
	if n > maxPeers {
		t.lastPeer.Store(maxPeers)
		return 0, false
	}
	return PeerID(n), true
}

// RemovePeer gives an identifier back once no route of its sessions is left. All of them must have
// been closed.
func (t *Table) RemovePeer(id PeerID) {
	t.inEveryShard(func(s *shard, done func()) { s.purge.whenPurged(id, done) }, func() { t.returned <- id })
}

// inEveryShard runs f in every shard, which calls done there, now or later, and then all.
func (t *Table) inEveryShard(f func(s *shard, done func()), all func()) {
	var left atomic.Int32
	left.Store(int32(len(t.shards)))
	for _, s := range t.shards {
		s.requests <- func(s *shard) {
			// The word that a neighbor's former session is over may still be in the inbox.
			for range len(s.inbox) {
				s.apply(<-s.inbox)
			}
			s.publish()
			f(s, func() {
				if left.Add(-1) == 0 {
					all()
				}
			})
		}
	}
}

// Open seats a session that became established. It waits until the routes of the neighbor's former
// session are purged, which its Ingest.Close began. groups has one key per family that is sent to
// the neighbor.
func (t *Table) Open(p Peer, n *wire.Negotiated, groups []GroupKey) (*Ingest, *Follower) {
	seated := make(chan struct{})
	in, fo := t.open(p, n, groups, func() { close(seated) })
	<-seated
	if p.Constrained {
		in.patience = time.AfterFunc(interestWait, func() { t.satisfy(p.ID, in.epoch) })
	}
	return in, fo
}

// interestWait is how long a constrained neighbor may take to say, by an End-of-RIB, that its
// memberships are complete, before its first routes are told without it (RFC 4684 §6).
const interestWait = time.Minute

// satisfy tells every shard that a session waits for no further memberships.
func (t *Table) satisfy(p PeerID, epoch uint8) {
	for _, s := range t.shards {
		s.requests <- func(s *shard) {
			if s.peers[p].epoch == epoch {
				s.satisfy(p)
			}
		}
	}
}

// open is Open without the waiting: nothing may be asked of what it returns before seated is called.
func (t *Table) open(p Peer, n *wire.Negotiated, groups []GroupKey, seated func()) (*Ingest, *Follower) {
	in := &Ingest{table: t, peer: p, negotiated: n, epoch: uint8(t.epochs.Add(1)), parts: make([]part, len(t.shards))}
	in.hasher.seed = t.seed
	t.inEveryShard(func(s *shard, done func()) {
		s.purge.whenPurged(p.ID, func() { s.admit(p, in.epoch); done() })
	}, seated)
	fo := &Follower{peer: p.ID, constrained: p.Constrained, enhanced: n.EnhancedRefresh, wake: make(chan struct{}, 1)}
	for i, key := range groups {
		f := followed{family: key.Family, eor: wire.AppendEndOfRIB(nil, key.Family)}
		if p.DefaultTarget && key.Family == nlri.RouteTarget {
			f.fixed, f.owed = defaultMembership(&key), true
			fo.families = append(fo.families, f)
			continue
		}
		f.passes = len(t.shards)
		fo.families = append(fo.families, f)
		for _, s := range t.shards {
			fo.links = append(fo.links, &link{follower: fo, shard: s, family: i, key: key})
		}
	}
	return in, fo
}

// DefineScope makes a scope of the given views. Scopes are for good: make each one once.
func (t *Table) DefineScope(views ...ViewID) (*Scope, error) {
	id := t.scopes.Add(1)
	if id > 1<<16-1 {
		return nil, fmt.Errorf("scope %v: all 65,535 scopes are in use", views)
	}
	s := &Scope{id: scopeID(id), views: slices.Clone(views)}
	slices.Sort(s.views)
	return s, nil
}

// Originate seats the daemon itself, as the source of local routes. Its Ingest may be used by one
// goroutine.
func (t *Table) Originate(p Peer, n *wire.Negotiated) *Ingest {
	p.ID, p.Role = Local, RoleLocal
	in, _ := t.Open(p, n, nil)
	return in
}

// visit runs f in every shard, between publications, and waits for each.
func (t *Table) visit(f func(*shard)) {
	done := make(chan struct{})
	for _, s := range t.shards {
		s.requests <- func(s *shard) { f(s); done <- struct{}{} }
		<-done
	}
}

// Count is how many paths of a family a neighbor has in the table, and how many it is told.
type Count struct {
	Peer       PeerID
	Family     nlri.Family
	Received   int
	Advertised int
}

// Counts visits every shard.
func (t *Table) Counts() []Count {
	sums := map[[2]uint32]*Count{}
	at := func(p PeerID, f nlri.Family) *Count {
		key := [2]uint32{uint32(p), uint32(f)}
		if sums[key] == nil {
			sums[key] = &Count{Peer: p, Family: f}
		}
		return sums[key]
	}
	t.visit(func(s *shard) {
		for _, ft := range s.tables {
			for p := range ft.sources {
				if n := ft.sources[p].paths; n > 0 {
					at(PeerID(p), ft.family).Received += int(n)
				}
			}
			for _, g := range ft.groups {
				for _, m := range g.members {
					at(m.peer, ft.family).Advertised += g.advertised - int(g.from(m.peer))
				}
			}
		}
	})
	counts := make([]Count, 0, len(sums))
	for _, c := range sums {
		counts = append(counts, *c)
	}
	return counts
}

// from is how many of a group's advertised paths are of one neighbor, which is not told them.
func (g *group) from(p PeerID) uint32 {
	if int(p) < len(g.bySource) && g.spared(p) == p {
		return g.bySource[p]
	}
	return 0
}
