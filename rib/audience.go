package rib

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// Audience is an immutable set of constrained neighbors: who of them wants the route targets of an
// attribute set. All NLRI of one UPDATE share one attribute set, so this is a property of the message.
type Audience struct{ members *roaring.Bitmap }

// Contains says whether p is in the set.
func (a *Audience) Contains(p PeerID) bool { return a.members.Contains(uint32(p)) }

// audienceID names one of a table's target sets; 0 is everyone.
type audienceID = uint32

// hears says whether a neighbor is told routes with these route targets.
func (t *familyTable) hears(a audienceID, p PeerID) bool {
	return a == 0 || !t.peers[p].Constrained || t.audiences[a].audience.Contains(p)
}

// scopeID names one of the scopes that a shard has learned of; 0 means that a path is for everyone.
type scopeID = uint16

// Scope is an immutable set of views that a path is meant for. Table.DefineScope makes them.
type Scope struct {
	id    scopeID
	views []ViewID // sorted
}

// sees says whether a scoped path may be told to a view.
func (e *environment) sees(s scopeID, v ViewID) bool {
	if s == 0 {
		return true
	}
	_, found := slices.BinarySearch(e.scopes[s].views, v)
	return found
}
