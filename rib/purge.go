package rib

import "slices"

// purge is the walk that takes out of every table the routes of ended sessions, and those that a
// refresh did not tell again. One pass serves all that ended before it began.
type purge struct {
	next, now []purgeJob // waiting for the next pass, served by this one
	table     int        // where the pass stands
	path      pathHandle
}

// purgeJob is one neighbor to be purged, and whom to tell.
type purgeJob struct {
	peer PeerID
	done []func()
}

func (p *purge) pending() bool { return len(p.next)+len(p.now) > 0 }

func (p *purge) want(peer PeerID) {
	if !slices.ContainsFunc(p.next, func(j purgeJob) bool { return j.peer == peer }) {
		p.next = append(p.next, purgeJob{peer: peer})
	}
}

// whenPurged calls done once no route of the neighbor's former sessions is left, at once if none is.
func (p *purge) whenPurged(peer PeerID, done func()) {
	for _, jobs := range [][]purgeJob{p.next, p.now} {
		for i := range jobs {
			if jobs[i].peer == peer {
				jobs[i].done = append(jobs[i].done, done)
				return
			}
		}
	}
	done()
}

// purgeSlice takes the pass some steps further and acknowledges its jobs at the end. What it
// removed is published by the caller.
func (s *shard) purgeSlice() {
	p := &s.purge
	if len(p.now) == 0 {
		if len(p.next) == 0 {
			return
		}
		p.now, p.next = p.next, p.now[:0]
		p.table, p.path = 0, 1
	}
	for steps := s.limits.walkSteps; p.table < len(s.tables); p.table, p.path = p.table+1, 1 {
		t := s.tables[p.table]
		for ; p.path < t.paths.End(); p.path++ {
			if steps--; steps < 0 {
				return
			}
			if at := t.paths.At(p.path); at.dest != 0 && (s.stale(at) || t.outdated(at)) {
				t.remove(p.path)
			}
		}
	}
	s.publish()
	for _, job := range p.now {
		for _, done := range job.done {
			done()
		}
	}
	clear(p.now)
	p.now = p.now[:0]
}

// stale says whether a path belongs to a session that is over.
func (s *shard) stale(p *path) bool {
	from := &s.peers[p.peer]
	return !from.up || from.epoch != p.epoch
}
