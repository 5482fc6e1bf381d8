package rib

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// Audience is an immutable set of neighbors. All NLRI of one UPDATE share one attribute set, so
// whom an attribute-based rule lets have a route is a property of the message.
type Audience struct{ members *roaring.Bitmap }

// NewAudience makes the set of the given neighbors.
func NewAudience(members ...PeerID) *Audience {
	b := roaring.New()
	for _, p := range members {
		b.Add(uint32(p))
	}
	b.RunOptimize()
	return &Audience{b}
}

// Contains says whether p is in the set.
func (a *Audience) Contains(p PeerID) bool { return a.members.Contains(uint32(p)) }

// audienceID names one of a table's audiences; 0 is everyone.
type audienceID = uint32

// hears says whether an audience has a neighbor in it.
func (t *familyTable) hears(a audienceID, p PeerID) bool {
	return a == 0 || t.audiences[a].Contains(p)
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
