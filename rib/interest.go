package rib

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// interest is which route targets the constrained neighbors asked for: those whose session has the
// route-target family (RFC 4684). Memberships are told to every shard, in order with the neighbor's
// other messages, and each keeps a copy of its own: nobody has to ask anybody. A neighbor's filter is
// all memberships that it sent, whatever becomes of them as routes.
type interest struct {
	exact    map[target]*roaring.Bitmap
	prefixes map[want]*roaring.Bitmap // shorter than a whole target
	all      *roaring.Bitmap          // who wants everything
	wishes   map[PeerID]*wishes
}

// target is a route target: an extended community (RFC 4360 §4).
type target [8]byte

// want is one thing to be asked for: the first bits of a target, 0 for every target. The origin AS is
// not matched, so that a membership of 32 bits is one for everything too.
type want struct {
	target target
	bits   uint8
}

func wantOf(m nlri.RTMembership) want {
	if m.Bits() <= 32 {
		return want{}
	}
	return want{target: m.Target(), bits: uint8(m.Bits() - 32)}
}

func (w want) matches(t target) bool {
	whole, rest := w.bits/8, w.bits%8
	if !slices.Equal(w.target[:whole], t[:whole]) {
		return false
	}
	return rest == 0 || (w.target[whole]^t[whole])>>(8-rest) == 0
}

// matchesAny says whether a set of targets has one that is wanted; everything wants even the empty one.
func (w want) matchesAny(targets []target) bool {
	return w.bits == 0 || slices.ContainsFunc(targets, w.matches)
}

// wantSet is any number of wants.
type wantSet struct {
	exact    map[target]struct{}
	prefixes []want // each once
	all      bool
}

func (x *wantSet) add(w want) {
	switch {
	case w.bits == 0:
		x.all = true
	case w.bits == 64:
		if x.exact == nil {
			x.exact = map[target]struct{}{}
		}
		x.exact[w.target] = struct{}{}
	case !slices.Contains(x.prefixes, w):
		x.prefixes = append(x.prefixes, w)
	}
}

// matches says whether one of the wants matches one of the targets.
func (x *wantSet) matches(targets []target) bool {
	if x.all {
		return true
	}
	for _, t := range targets {
		if _, ok := x.exact[t]; ok {
			return true
		}
		for _, w := range x.prefixes {
			if w.matches(t) {
				return true
			}
		}
	}
	return false
}

// wishes are the memberships of one neighbor. Several may ask for the same.
type wishes struct {
	memberships map[membership]wish
	times       map[want]int
	refresh     refreshID // between BoRR and EoRR: of those told again
}

type wish struct {
	want
	refresh refreshID
}

type membership struct {
	nlri   string
	pathID nlri.PathID
}

func newInterest() interest {
	return interest{
		exact: map[target]*roaring.Bitmap{}, prefixes: map[want]*roaring.Bitmap{}, all: roaring.New(),
		wishes: map[PeerID]*wishes{},
	}
}

// add notes a membership; new is true if the neighbor did not want this before.
func (i *interest) add(p PeerID, n nlri.NLRI, id nlri.PathID) (w want, new bool) {
	m, ok := nlri.AsRTMembership(n)
	if !ok {
		return w, false
	}
	mine := i.wishes[p]
	if mine == nil {
		mine = &wishes{memberships: map[membership]wish{}, times: map[want]int{}}
		i.wishes[p] = mine
	}
	key := membership{string(nlri.AppendKey(nil, nlri.RouteTarget, 0, n)), id}
	w = wantOf(m)
	_, has := mine.memberships[key]
	mine.memberships[key] = wish{w, mine.refresh}
	if has {
		return w, false
	}
	mine.times[w]++
	if mine.times[w] > 1 {
		return w, false
	}
	i.bitmap(w).Add(uint32(p))
	return w, true
}

// drop takes a membership back; gone is true if the neighbor does not want this any more.
func (i *interest) drop(p PeerID, n nlri.NLRI, id nlri.PathID) (w want, gone bool) {
	mine := i.wishes[p]
	if mine == nil {
		return w, false
	}
	return i.take(p, mine, membership{string(nlri.AppendKey(nil, nlri.RouteTarget, 0, n)), id})
}

// take is drop by key.
func (i *interest) take(p PeerID, mine *wishes, key membership) (w want, gone bool) {
	x, has := mine.memberships[key]
	if !has {
		return w, false
	}
	w = x.want
	delete(mine.memberships, key)
	if mine.times[w]--; mine.times[w] > 0 {
		return w, false
	}
	delete(mine.times, w)
	i.bitmap(w).Remove(uint32(p))
	i.sweep(w)
	return w, true
}

// bitmap is who asked for exactly this.
func (i *interest) bitmap(w want) *roaring.Bitmap {
	switch w.bits {
	case 0:
		return i.all
	case 64:
		b := i.exact[w.target]
		if b == nil {
			b = roaring.New()
			i.exact[w.target] = b
		}
		return b
	}
	b := i.prefixes[w]
	if b == nil {
		b = roaring.New()
		i.prefixes[w] = b
	}
	return b
}

// sweep forgets a want that nobody has any more.
func (i *interest) sweep(w want) {
	switch {
	case w.bits == 0 || !i.bitmap(w).IsEmpty():
	case w.bits == 64:
		delete(i.exact, w.target)
	default:
		delete(i.prefixes, w)
	}
}

// audience is who wants at least one of the targets.
func (i *interest) audience(targets []target) *roaring.Bitmap {
	b := i.all.Clone()
	for _, t := range targets {
		if who := i.exact[t]; who != nil {
			b.Or(who)
		}
		for w, who := range i.prefixes {
			if w.matches(t) {
				b.Or(who)
			}
		}
	}
	return b
}

// targetSet is the route targets of some attribute sets of a table, and who wants one of them. Sets and
// losses refer to it by its audienceID; it is forgotten with the last of them.
type targetSet struct {
	targets  []target // sorted
	audience *Audience
	first    setHandle // the attribute sets with these targets
	refs     uint32
}

// constrains says whether route targets filter a family: RFC 4684 §1 and the families built since
// on the same model.
func constrains(f nlri.Family) bool {
	switch f.SAFI() {
	case nlri.SAFIVPN, nlri.SAFIVPLS, nlri.SAFIEVPN, 72, 129, 134:
		return true
	}
	return false
}

// targetsOf appends the route targets among extended communities, sorted, each once: subtype 2 of the
// AS, IPv4 address and 4-octet AS types, and ES-Import (RFC 4360 §4, RFC 5668, RFC 7432 §7.6).
func targetsOf(dst []target, attrs wire.Attrs) []target {
	a, ok := attrs.Find(wire.AttrExtCommunities)
	if !ok {
		return dst
	}
	for v := a.Value; len(v) >= 8; v = v[8:] {
		switch v[0] {
		case 0, 1, 2, 6:
			if v[1] == 2 {
				dst = append(dst, target(v[:8]))
			}
		}
	}
	slices.SortFunc(dst, func(a, b target) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(dst)
}

// joinTargets puts an attribute set among those with its route targets.
func (t *familyTable) joinTargets(h setHandle) {
	if !constrains(t.family) {
		return
	}
	s := t.sets.At(h)
	t.targets = targetsOf(t.targets[:0], t.attrsOf(s))
	t.keyA = t.keyA[:0]
	for i := range t.targets {
		t.keyA = append(t.keyA, t.targets[i][:]...)
	}
	id, ok := t.targetSets[string(t.keyA)]
	if !ok {
		id = t.newTargetSet(string(t.keyA), slices.Clone(t.targets))
	}
	x := &t.audiences[id]
	x.refs++
	s.audience, s.nextOfTargets = id, x.first
	if x.first != 0 {
		t.sets.At(x.first).prevOfTargets = h
	}
	x.first = h
}

func (t *familyTable) newTargetSet(key string, targets []target) audienceID {
	if t.targetSets == nil {
		t.targetSets, t.byTarget = map[string]audienceID{}, map[target][]audienceID{}
	}
	var id audienceID
	if n := len(t.freeAudiences); n > 0 {
		id = t.freeAudiences[n-1]
		t.freeAudiences = t.freeAudiences[:n-1]
	} else {
		id = audienceID(len(t.audiences))
		t.audiences = append(t.audiences, targetSet{})
	}
	t.audiences[id] = targetSet{targets: targets, audience: &Audience{t.interest.audience(targets)}}
	t.targetSets[key] = id
	for _, x := range targets {
		t.byTarget[x] = append(t.byTarget[x], id)
	}
	return id
}

// partTargets takes an attribute set that dies out of the list of its route targets.
func (t *familyTable) partTargets(s *attrSet) {
	if s.audience == 0 {
		return
	}
	if s.prevOfTargets != 0 {
		t.sets.At(s.prevOfTargets).nextOfTargets = s.nextOfTargets
	} else {
		t.audiences[s.audience].first = s.nextOfTargets
	}
	if s.nextOfTargets != 0 {
		t.sets.At(s.nextOfTargets).prevOfTargets = s.prevOfTargets
	}
	t.letGo(s.audience)
}

// hold keeps a target set for a loss.
func (t *familyTable) hold(id audienceID) {
	if id != 0 {
		t.audiences[id].refs++
	}
}

// letGo forgets a target set with the last that refers to it.
func (t *familyTable) letGo(id audienceID) {
	if id == 0 {
		return
	}
	x := &t.audiences[id]
	if x.refs--; x.refs != 0 {
		return
	}
	t.keyB = t.keyB[:0]
	for i, member := range x.targets {
		t.keyB = append(t.keyB, x.targets[i][:]...)
		ids := t.byTarget[member]
		ids = slices.DeleteFunc(ids, func(other audienceID) bool { return other == id })
		if t.byTarget[member] = ids; len(ids) == 0 {
			delete(t.byTarget, member)
		}
	}
	delete(t.targetSets, string(t.keyB))
	*x = targetSet{}
	t.freeAudiences = append(t.freeAudiences, id)
}

// concerned calls yield for each target set that a want matches.
func (t *familyTable) concerned(w want, yield func(audienceID)) {
	if w.bits == 64 {
		for _, id := range t.byTarget[w.target] {
			yield(id)
		}
		return
	}
	for id := range t.audiences {
		if x := &t.audiences[id]; x.refs > 0 && w.matchesAny(x.targets) {
			yield(audienceID(id))
		}
	}
}

// turnTo makes a neighbor hear, or no longer hear, the target sets that a want matches, and has its
// member catch up with the difference.
func (t *familyTable) turnTo(p PeerID, w want, wanted bool) {
	if !constrains(t.family) {
		return
	}
	t.concerned(w, func(id audienceID) {
		x := &t.audiences[id]
		hears := wanted || t.interest.audience(x.targets).Contains(uint32(p))
		if hears == x.audience.Contains(p) {
			return
		}
		b := x.audience.members.Clone()
		if hears {
			b.Add(uint32(p))
		} else {
			b.Remove(uint32(p))
		}
		x.audience = &Audience{b}
	})
	if m := t.memberOf(p); m != nil {
		if m.live && len(m.turned) == 0 {
			m.turnedAt = t.version
		}
		m.turned = append(m.turned, w)
		m.doubted.add(w)
		if m.live {
			m.link.recall.Store(true)
			m.link.follower.notify()
		}
	}
}

// wish applies a neighbor's membership, announced or withdrawn, to every table.
func (s *shard) wish(p PeerID, n nlri.NLRI, id nlri.PathID, announced bool) {
	change := s.interest.drop
	if announced {
		change = s.interest.add
	}
	w, changed := change(p, n, id)
	if !changed {
		return
	}
	for _, t := range s.tables {
		t.turnTo(p, w, announced)
	}
}

// forget ends the wishes of a neighbor whose session is over.
func (s *shard) forget(p PeerID) {
	mine := s.interest.wishes[p]
	if mine == nil {
		return
	}
	for w := range mine.times {
		s.interest.bitmap(w).Remove(uint32(p))
		s.interest.sweep(w)
	}
	delete(s.interest.wishes, p)
	for _, t := range s.tables {
		for w := range mine.times {
			t.turnTo(p, w, false)
		}
	}
}
