package rib

import "github.com/dci-rs/dci-rs/nlri"

// refreshID counts the BoRR of a neighbor and family; a path bears the number that it was last told
// under. It wraps, and is compared across far fewer steps than that.
type refreshID int16

// source is what a table knows of a neighbor whose routes it holds.
type source struct {
	paths   uint32
	refresh refreshID // of the latest BoRR
	floor   refreshID // of the latest EoRR: what was last told under an older one goes
	open    bool      // EoRR is to come
}

func (t *familyTable) source(p PeerID) *source {
	for int(p) >= len(t.sources) {
		t.sources = append(t.sources, source{})
	}
	return &t.sources[p]
}

// outdated says that a path was not told again in its neighbor's last refresh.
func (t *familyTable) outdated(p *path) bool { return p.refresh-t.sources[p.peer].floor < 0 }

// beginRefresh is BoRR: what the neighbor tells of the family from here on is told again.
func (s *shard) beginRefresh(p PeerID, f nlri.Family) {
	from := s.table(f).source(p)
	from.refresh, from.open = from.refresh+1, true
	if mine := s.interest.wishes[p]; f == nlri.RouteTarget && mine != nil {
		mine.refresh++
	}
}

// endRefresh is EoRR. One without BoRR says nothing (RFC 7313 §4).
func (s *shard) endRefresh(p PeerID, f nlri.Family) {
	from := s.table(f).source(p)
	if !from.open {
		return
	}
	from.open, from.floor = false, from.refresh
	s.purge.want(p)
	if mine := s.interest.wishes[p]; f == nlri.RouteTarget && mine != nil {
		for key, x := range mine.memberships {
			if x.refresh == mine.refresh {
				continue
			}
			if w, gone := s.interest.take(p, mine, key); gone {
				for _, t := range s.tables {
					t.turnTo(p, w, false)
				}
			}
		}
	}
}
