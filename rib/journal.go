package rib

import "sync/atomic"

// Entry is a run of whole UPDATE messages that are right for every member of one update group
// except those that the other fields leave out. It is immutable once published; the garbage
// collector frees it when the journal and the last reader have let go.
type entry struct {
	seq     uint64
	version uint64 // of the publication
	octets  []byte
	filter
}

// filter says which members a run of messages is for.
type filter struct {
	except PeerID    // the source of the routes, which is never told its own
	only   PeerID    // 0 = no such bound
	to     *Audience // of the constrained members; nil = everyone
	not    *Audience // and of these nobody, nor any unconstrained member; nil = no such bound
}

// passes says whether the messages are for this member.
func (f *filter) passes(p PeerID, constrained bool) bool {
	if p == f.except || f.only != 0 && f.only != p {
		return false
	}
	if !constrained {
		return f.not == nil
	}
	return (f.to == nil || f.to.Contains(p)) && (f.not == nil || !f.not.Contains(p))
}

// journal is the ring that one update group's entries leave a table by. It has one writer, the
// shard, and any number of readers, each with a sequence number of its own. The oldest entries
// are overwritten, by number and by octets: a reader that finds its entry gone was overtaken and
// catches up from the table.
type journal struct {
	ring   []atomic.Pointer[entry] // allocated with the first entry; its length is a power of two
	head   atomic.Uint64           // sequence number of the next entry
	tail   uint64                  // oldest entry still held; the writer's
	octets int                     // held; the writer's
}

// publish adds an entry and lets go of old ones beyond the bounds.
func (j *journal) publish(e *entry, l *limits) {
	if j.ring == nil {
		j.ring = make([]atomic.Pointer[entry], l.journalSlots)
	}
	e.seq = j.head.Load()
	j.octets += len(e.octets)
	for j.tail < e.seq && (j.octets > l.journalOctets || e.seq-j.tail >= uint64(len(j.ring))) {
		j.drop()
	}
	j.ring[e.seq&uint64(len(j.ring)-1)].Store(e)
	j.head.Store(e.seq + 1)
}

// drop lets go of the oldest entry.
func (j *journal) drop() {
	slot := &j.ring[j.tail&uint64(len(j.ring)-1)]
	j.octets -= len(slot.Load().octets)
	slot.Store(nil)
	j.tail++
}

// trim lets go of what every live member has read, so that the bound is for those who lag and costs
// nothing while nobody does.
func (g *group) trim() {
	j := &g.journal
	least := j.head.Load()
	for _, m := range g.members {
		if m.live {
			least = min(least, m.link.read.Load())
		}
	}
	for j.tail < least {
		j.drop()
	}
}

// heldOctets is how much the journals of a shard hold, and those of all shards together.
type heldOctets struct {
	here int
	all  *atomic.Int64
}

func (h *heldOctets) add(n int) {
	if n != 0 {
		h.here += n
		h.all.Add(int64(n))
	}
}

// relieve lets go of the oldest entries of the largest journals of the shard, while all shards hold
// more than half of what they may and this one more than its share of that half. So all of them never
// hold more than the whole: those beyond their share held it when the sum was in bounds.
func (s *shard) relieve() {
	half := s.limits.journalTotal / 2
	for int(s.journals.all.Load()) > half && s.journals.here > half/s.shards {
		var largest *group
		for _, t := range s.tables {
			for _, g := range t.groups {
				if largest == nil || g.journal.octets > largest.journal.octets {
					largest = g
				}
			}
		}
		j := &largest.journal
		before := j.octets
		largest.trim()
		for j.octets > before/2 {
			j.drop()
		}
		s.journals.add(j.octets - before)
	}
}

// at returns the entry with a sequence number below head, or nil if it was overwritten.
func (j *journal) at(seq uint64) *entry {
	e := j.ring[seq&uint64(len(j.ring)-1)].Load()
	if e == nil || e.seq != seq {
		return nil
	}
	return e
}
