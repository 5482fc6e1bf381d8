package rib

import "github.com/dci-rs/dci-rs/nlri"

// Catching up is the one way in which a member of a group hears what its journal does not tell it:
// because the session is new, asked for a refresh, or was overtaken by the ring. Its rules:
//
//  1. version counts the publications of a table; pulls are served between publications.
//  2. A member has two marks: announceFrom, after which it may have missed an announcement, and
//     withdrawFrom, after which it may hold something stale. Overtaken: both are the version of the
//     last entry written minus one, since that publication may be half told. Refresh: announceFrom
//     is 0. New: nothing is held.
//  3. A withdrawal is told only if the log of losses since withdrawFrom says that this member could
//     hold the route.
//  4. The log is a bounded FIFO of losses and changes by version: catching up inside its range costs
//     the range. A change that left the log is found by walking every set; a loss that left it is not
//     found at all, and the member is lost.
//  5. A lost member is told the whole family again, of all shards, in a round between BoRR and EoRR
//     (RFC 7313): what it holds and is not told again goes with EoRR. A round begins behind
//     End-of-RIB and behind the answers of all pulls, whose routes would else seem to be told again.
//     A neighbor that does not know these marks must lose its session (Cease/Out of Resources).
//  6. A pass tells losses first, then sets. It states what is true at each pull.
//  7. A member is live when a pass began and ended within one pull: then nothing changed meanwhile.
//  8. While a pull is outstanding the writer does not read that journal.

// member is one neighbor in a group of a table; the shard owns it.
type member struct {
	link  *link
	peer  PeerID
	group *group
	live  bool

	holds        bool // the neighbor may hold routes of the table
	announceFrom uint64
	withdrawFrom uint64
	turnedAt     uint64  // version when the first of turned came to a live member
	turned       []want  // wants gained or lost since the last pass began
	doubted      wantSet // and all of them since it was last live: it may hold such routes
	walk         walk
}

// walk is where a member's pass stands.
type walk struct {
	active    bool
	all       bool    // every set, instead of those in the log of changes
	version   uint64  // of the table when the pass began
	loss      lossPos // the next, up to lossEnd
	lossEnd   lossPos
	change    uint64 // number of the next change, up to changeEnd
	changeEnd uint64
	set       setHandle  // the next, when all are walked
	path      pathHandle // the next, when standing inside a set

	turned []want      // wants gained or lost, which this pass answers by
	extra  []setHandle // these sets, announced or withdrawn, whatever their version
	whole  bool        // the set that the walk stands in is one of them
}

// pulled is what one pull came to.
type pulled struct {
	octets []byte // whole messages
	passed bool   // a first pass has ended: everything known when it began was told
	live   bool   // go on with the journal at next
	lost   bool   // rule 4; what the pull brought holds
	next   uint64
	upTo   uint64 // the version that a live member has heard everything of
}

// fallBack makes a member that was live, or is catching up already, catch up from a version that it
// has heard everything of.
func (t *familyTable) fallBack(m *member, upTo uint64, refresh bool) {
	if m.live {
		m.live = false
		m.holds, m.announceFrom, m.withdrawFrom = true, upTo, upTo
		if len(m.turned) > 0 {
			// What the journal withdrew since was not for this member any more; its writer may
			// have read on before it saw that it was recalled.
			m.withdrawFrom = min(upTo, m.turnedAt)
		}
	} else if m.walk.active {
		// The pass is abandoned half told. What it told may have gone stale since it began.
		if !m.holds {
			m.holds, m.withdrawFrom = true, m.walk.version
		}
		t.unpin(&m.walk)
		m.turned = append(m.walk.turned, m.turned...) // what the pass left of them is not known
	}
	m.walk = walk{}
	if refresh {
		m.announceFrom = 0
	}
}

// pull fills dst with the next part of what a member has to catch up with.
func (t *familyTable) pull(m *member, dst []byte) pulled {
	res := pulled{}
	steps := t.limits.walkSteps
	for {
		w := &m.walk
		if !w.active && !t.begin(m) {
			res.octets, res.lost = dst, true
			return res
		}
		var done bool
		if dst, done = t.tellLosses(m, dst, &steps); done {
			dst, done = t.tellSets(m, dst, &steps)
		}
		if !done {
			res.octets, res.lost = dst, w.loss < w.lossEnd && w.loss < t.losses.start()
			return res
		}
		began := w.version
		*w = walk{}
		res.passed = true
		m.holds, m.announceFrom, m.withdrawFrom = true, began, began
		if began == t.version && len(m.turned) == 0 {
			m.live, m.doubted = true, wantSet{}
			res.octets, res.live, res.next, res.upTo = dst, true, m.group.journal.head.Load(), began
			return res
		}
	}
}

// begin starts a pass; it is false when the log no longer says what the member may hold.
func (t *familyTable) begin(m *member) bool {
	w := &m.walk
	w.active, w.version = true, t.version
	if m.holds {
		if m.withdrawFrom < t.losses.floor {
			return false
		}
		w.loss, w.lossEnd = t.losses.after(m.withdrawFrom), t.losses.end()
	}
	w.turned, m.turned = m.turned, nil
	for _, x := range w.turned {
		t.concerned(x, func(id audienceID) {
			for h := t.audiences[id].first; h != 0; h = t.sets.At(h).nextOfTargets {
				w.extra = append(w.extra, h)
			}
		})
	}
	if m.announceFrom == 0 || m.announceFrom < t.changes.floor {
		w.all, w.set = true, 1
	} else {
		w.change, w.changeEnd = t.changes.after(m.announceFrom), t.changes.next
	}
	return true
}

// tellLosses withdraws what the member could hold and is not told now.
func (t *familyTable) tellLosses(m *member, dst []byte, steps *int) ([]byte, bool) {
	w, g := &m.walk, m.group
	out := &t.publication.writer
	if w.loss >= w.lossEnd {
		return dst, true
	}
	if w.loss < t.losses.start() {
		return dst, false
	}
	out.BeginWithdraw(dst, g.limit(), t.family, g.form(0))
	size := len(dst)
	for w.loss < w.lossEnd && *steps > 0 && size < t.limits.pullOctets {
		*steps--
		var x loss
		x, w.loss = t.losses.at(w.loss)
		if int(x.column) != g.column || x.bits&g.bit == 0 || g.spared(x.source) == m.peer || !t.mayHear(m, x.audience) {
			continue
		}
		if t.isTold(m, &x) {
			continue
		}
		id := nlri.PathID(0)
		if g.AddPath != 0 {
			id = outgoingID(x.path)
		}
		out.Add(id, x.nlri)
		size += len(x.nlri) + 4
	}
	return out.End(), w.loss >= w.lossEnd
}

// mayHear says whether a member is told routes with these targets, or was since it was last live.
func (t *familyTable) mayHear(m *member, a audienceID) bool {
	return t.hears(a, m.peer) || m.doubted.matches(t.audiences[a].targets)
}

// isTold says whether a member is told the route of a loss now.
func (t *familyTable) isTold(m *member, x *loss) bool {
	dh := t.find(t.hashOf(x.form, x.nlri), x.form, x.nlri)
	if dh == 0 {
		return false
	}
	for h := t.dests.At(dh).first; h != 0; h = t.paths.At(h).next {
		if (m.group.AddPath == 0 || h == x.path) && t.tells(m, h) {
			return true
		}
	}
	return false
}

// tells says whether a path is part of what a member is told now.
func (t *familyTable) tells(m *member, h pathHandle) bool {
	p := t.paths.At(h)
	return *t.sent(h, m.group.column)&m.group.bit != 0 && m.group.spared(p.peer) != m.peer && t.hears(t.sets.At(p.set).audience, m.peer)
}

// tellSets announces what the member is told of the sets that its pass has left.
func (t *familyTable) tellSets(m *member, dst []byte, steps *int) ([]byte, bool) {
	w := &m.walk
	for {
		if w.path == 0 && !t.nextSet(m) {
			return dst, true
		}
		if *steps <= 0 || len(dst) >= t.limits.pullOctets {
			if w.path != 0 {
				t.pin(w)
			}
			return dst, false
		}
		*steps--
		if w.path == 0 {
			continue
		}
		audience := t.sets.At(t.paths.At(w.path).set).audience
		switch {
		case t.hears(audience, m.peer):
			dst = t.tellSet(m, dst, steps)
		case t.mayHear(m, audience):
			dst = t.untellSet(m, dst, steps)
		default:
			t.unpin(w)
			w.path = 0
		}
	}
}

// isOld says that neither a path nor those behind it in its set are news to the member's pass.
func (t *familyTable) isOld(m *member, p *path) bool {
	return !m.walk.whole && m.announceFrom != 0 && t.dests.At(p.dest).version <= m.announceFrom
}

// untellSet withdraws what the member could hold of a set that it no longer hears.
func (t *familyTable) untellSet(m *member, dst []byte, steps *int) []byte {
	w, g := &m.walk, m.group
	t.unpin(w)
	out := &t.publication.writer
	out.BeginWithdraw(dst, g.limit(), t.family, g.form(t.paths.At(w.path).form))
	size := len(dst)
	for ; w.path != 0 && *steps > 0 && size < t.limits.pullOctets; w.path = t.paths.At(w.path).nextInSet {
		*steps--
		p := t.paths.At(w.path)
		if t.isOld(m, p) {
			w.path = 0
			break
		}
		if *t.sent(w.path, g.column)&g.bit == 0 || g.spared(p.peer) == m.peer {
			continue
		}
		id := nlri.PathID(0)
		if g.AddPath != 0 {
			id = outgoingID(w.path)
		}
		out.Add(id, t.nlriOf(p))
		size += int(p.nlriLen)
	}
	return out.End()
}

// nextSet moves the walk to the first path of the next set; path stays 0 for a set that is gone.
// It is false at the end.
func (t *familyTable) nextSet(m *member) bool {
	w := &m.walk
	if w.whole = len(w.extra) > 0; w.whole {
		w.path = t.sets.At(w.extra[0]).first
		w.extra = w.extra[1:]
		return true
	}
	if w.all {
		if w.set >= t.sets.End() {
			return false
		}
		w.path = t.sets.At(w.set).first
		w.set++
		return true
	}
	if w.change < t.changes.first {
		// The ring overtook the pass: every set is walked instead.
		w.all, w.set = true, 1
		return true
	}
	if w.change == w.changeEnd {
		return false
	}
	if set := t.changes.at(w.change).set; set < t.sets.End() {
		w.path = t.sets.At(set).first
	}
	w.change++
	return true
}

// tellSet announces from the set that the walk stands in, until its end, the end of what is new in
// it, or the end of the budget. Every path told after a version stands before every one that was
// not (see touch), so the first old one ends it.
func (t *familyTable) tellSet(m *member, dst []byte, steps *int) []byte {
	w, g := &m.walk, m.group
	t.unpin(w)
	s := t.sets.At(t.paths.At(w.path).set)
	out := &t.publication.writer
	source, open, size := PeerID(0), false, len(dst)
	for ; w.path != 0 && *steps > 0 && size < t.limits.pullOctets; w.path = t.paths.At(w.path).nextInSet {
		*steps--
		p := t.paths.At(w.path)
		if t.isOld(m, p) {
			w.path = 0
			break
		}
		if !t.tells(m, w.path) {
			continue
		}
		if !open || source != p.peer {
			if open {
				dst = out.End()
			}
			t.publication.attrs = t.rewrite(t.publication.attrs[:0], s, &t.peers[p.peer], g)
			out.Begin(dst, g.limit(), t.family, g.form(p.form), t.nextHopFor(s, g), t.publication.attrs)
			size += len(t.publication.attrs)
			source, open = p.peer, true
		}
		id := nlri.PathID(0)
		if g.AddPath != 0 {
			id = outgoingID(w.path)
		}
		if !out.Add(id, t.nlriOf(p)) {
			dst = t.appendUnfit(out.End(), g, p, id)
			open = false
		}
		size += int(p.nlriLen)
	}
	if open {
		dst = out.End()
	}
	return dst
}

// pin notes that a walk rests on a path between pulls: part moves it on if the path leaves its set.
func (t *familyTable) pin(w *walk) {
	t.unpin(w)
	t.paths.At(w.path).flags |= pathUnderCursor
	t.pinned = append(t.pinned, w)
}

func (t *familyTable) unpin(w *walk) {
	for i, other := range t.pinned {
		if other == w {
			t.pinned = append(t.pinned[:i], t.pinned[i+1:]...)
			break
		}
	}
}

// stepWalks moves the walks that rest on a path to the next of its set.
func (t *familyTable) stepWalks(h pathHandle, p *path) {
	p.flags &^= pathUnderCursor
	kept := t.pinned[:0]
	for _, w := range t.pinned {
		if w.path == h {
			w.path = p.nextInSet
			if w.path == 0 {
				continue
			}
			t.paths.At(w.path).flags |= pathUnderCursor
		}
		kept = append(kept, w)
	}
	t.pinned = kept
}
