package rib

import "github.com/dci-rs/dci-rs/wire"

// A round tells a neighbor a whole family again, from all shards, between BoRR and EoRR (RFC 7313).
// The writer runs it: because the neighbor asked, or because one of its members is lost.

// waits says that an idle link may not pull: the next octets of its table must stand behind BoRR.
func (l *link) waits() bool {
	f := &l.follower.families[l.family]
	return l.lost || f.again && f.passes == 0
}

// mark appends what is to be told between the passes of a family: End-of-RIB or EoRR behind the last,
// BoRR before those of a round.
func (fo *Follower) mark(bufs [][]byte) [][]byte {
	for i := range fo.families {
		f := &fo.families[i]
		if f.passes > 0 {
			continue
		}
		if f.owed {
			bufs, f.owed = append(bufs, f.fixed), false
		}
		if f.eor != nil {
			bufs, f.eor = append(bufs, f.eor), nil
		}
		if f.round {
			f.round = false
			bufs = append(bufs, wire.AppendRouteRefresh(nil, f.family, wire.EndOfRefresh))
		}
		if f.again && fo.begin(i) {
			bufs = append(bufs, wire.AppendRouteRefresh(nil, f.family, wire.BeginOfRefresh))
		}
	}
	return bufs
}

// begin starts a round of a family. It is false while one of its pulls has not been answered and
// taken: its routes may be gone by now, and behind BoRR they would count as told again.
func (fo *Follower) begin(family int) bool {
	for _, l := range fo.links {
		if s := l.state.Load(); l.family == family && (s == linkPulling || s == linkFilled) {
			return false
		}
	}
	f := &fo.families[family]
	f.again, f.round, f.owed = false, true, f.fixed != nil
	for _, l := range fo.links {
		if l.family == family {
			f.passes++
			l.asks, l.passed, l.lost = askAfresh, false, false
			l.state.Store(linkIdle)
		}
	}
	return true
}
