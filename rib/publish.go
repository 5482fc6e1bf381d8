package rib

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// publication is what a table gathers between two publications, and the scratch memory of one.
type publication struct {
	dirty   []dirtyDest
	priors  []prior
	removed []pathHandle
	retired []retired // NLRI octets to be freed

	chains      []chain
	items       []item
	withdrawals []withdrawal
	selected    []pathHandle
	told        []pathHandle // announced paths of one destination
	masks       []uint64     // and to which groups

	ranked, merged []pathHandle
	heads          []int
	writer         wire.UpdateWriter
	out            []byte // messages of the entry being gathered
	attrs, scratch []byte
	bare           []byte
}

// dirtyDest is a destination that changed, and one of its NLRI, whose octets live until the end of
// the publication even if every path goes.
type dirtyDest struct {
	dest    destHandle
	nlri    uint32
	priors  uint32 // its priors: [priors, end)
	end     uint32
	nlriLen uint16
	form    nlri.Form
}

// prior is what groups had been told of a path before its destination changed.
type prior struct {
	sent     uint64
	path     pathHandle
	audience audienceID
	column   uint16
	source   PeerID
}

type retired struct {
	nlri uint32
	len  uint16
}

// item is one path to be announced to the groups of mask; chain lists those of one attribute set.
type item struct {
	mask uint64
	path pathHandle
	next int32
}

type chain struct {
	set         setHandle
	first, last int32
	mask        uint64
}

// sortWithdrawals puts those for one audience together, so that they share messages.
func (p *publication) sortWithdrawals() {
	slices.SortStableFunc(p.withdrawals, func(a, b withdrawal) int { return cmp.Compare(a.audience, b.audience) })
}

// withdrawal is one NLRI to be withdrawn from the members of a group that filter passes.
type withdrawal struct {
	group *group
	filter
	audience audienceID // of what was told
	nlri     uint32
	pathID   nlri.PathID
	nlriLen  uint16
	form     nlri.Form
}

func (p *publication) retire(h uint32, n uint16) { p.retired = append(p.retired, retired{h, n}) }

// markDirty notes, before a destination's first change since the last publication, what had been told of it.
func (t *familyTable) markDirty(dh destHandle) {
	d := t.dests.At(dh)
	if d.dirty != 0 {
		return
	}
	pub := &t.publication
	first := t.paths.At(d.first)
	m := dirtyDest{dest: dh, nlri: first.nlri, nlriLen: first.nlriLen, form: first.form, priors: uint32(len(pub.priors))}
	for h := d.first; h != 0; h = t.paths.At(h).next {
		p := t.paths.At(h)
		for column := range t.usedBits {
			if bits := *t.sent(h, column); bits != 0 {
				t.hold(t.sets.At(p.set).audience)
				pub.priors = append(pub.priors, prior{
					sent: bits, path: h, audience: t.sets.At(p.set).audience, column: uint16(column), source: p.peer,
				})
			}
		}
	}
	m.end = uint32(len(pub.priors))
	pub.dirty = append(pub.dirty, m)
	d.dirty = uint32(len(pub.dirty))
}

// publish makes everything that changed since the last publication visible: it settles what each
// group is told of each changed destination, writes the groups' journals and logs the losses.
func (t *familyTable) publish() {
	pub := &t.publication
	if len(pub.dirty) == 0 {
		return
	}
	t.version++
	t.dropEmptyGroups()
	for i := range pub.dirty {
		t.rank(t.dests.At(pub.dirty[i].dest))
	}
	for column := range t.usedBits {
		pub.chains, pub.items, pub.withdrawals = pub.chains[:0], pub.items[:0], pub.withdrawals[:0]
		for i := range pub.dirty {
			t.settle(&pub.dirty[i], column)
		}
		if slices.ContainsFunc(t.groups, func(g *group) bool { return g.constrained > 0 }) {
			pub.sortWithdrawals()
		}
		for _, g := range t.groups {
			if g.column == column && g.phase == ready && len(g.members) > 0 {
				t.encode(g)
			}
		}
		for i := range pub.chains {
			set := pub.chains[i].set
			t.sets.At(set).chain = 0
			t.changes.add(change{t.version, set}, t.limits.changes)
		}
	}
	t.finish()
}

// finish ends what a publication kept alive.
func (t *familyTable) finish() {
	pub := &t.publication
	for i := range pub.dirty {
		m := &pub.dirty[i]
		d := t.dests.At(m.dest)
		d.dirty = 0
		for h := d.first; h != 0; h = t.paths.At(h).next {
			t.paths.At(h).flags &^= pathChanged
		}
		if d.first == 0 {
			t.index.remove(t.hashOf(m.form, t.octets.At(m.nlri, int(m.nlriLen))), m.dest)
			t.dests.Free(m.dest)
		}
	}
	for _, h := range pub.removed {
		for column := range t.usedBits {
			*t.sent(h, column) = 0
		}
		t.paths.Free(h)
	}
	for i := range pub.priors {
		t.letGo(pub.priors[i].audience)
	}
	for _, r := range pub.retired {
		t.octets.Free(r.nlri, int(r.len))
	}
	pub.dirty, pub.priors, pub.removed, pub.retired = pub.dirty[:0], pub.priors[:0], pub.removed[:0], pub.retired[:0]
}

// settle decides what the groups of a column are told of one changed destination.
func (t *familyTable) settle(m *dirtyDest, column int) {
	pub := &t.publication
	d := t.dests.At(m.dest)
	priors := pub.priors[m.priors:m.end]
	pub.told, pub.masks = pub.told[:0], pub.masks[:0]
	var lost uint64 // groups some prior was lost for; its bits are logged per prior below
	for _, g := range t.groups {
		if g.column != column || g.phase == clearing {
			continue
		}
		pub.selected = pub.selected[:0]
		t.selection(d, g, func(h pathHandle) { pub.selected = append(pub.selected, h) })
		for i := range priors {
			old := &priors[i]
			if int(old.column) == column && old.sent&g.bit != 0 && !t.settlePrior(m, g, old) {
				old.sent &^= g.bit // nothing of it was lost
			}
		}
		for _, h := range pub.selected {
			was := *t.sent(h, column)&g.bit != 0
			t.mark(h, g, true)
			if !was || t.paths.At(h).flags&pathChanged != 0 {
				pub.announceTo(h, g)
			}
		}
		lost |= g.bit
	}
	for i := range priors {
		old := &priors[i]
		if int(old.column) == column && old.sent&lost != 0 {
			d.version = t.version
			t.lose(loss{
				version: t.version, bits: old.sent & lost, path: old.path, audience: old.audience, source: old.source,
				column: old.column, form: m.form, nlri: t.octets.At(m.nlri, int(m.nlriLen)),
			})
		}
	}
	for i, h := range pub.told {
		d.version = t.version
		t.chainUp(h, pub.masks[i])
	}
}

// settlePrior withdraws a path that a group had been told, from those of its members who are not
// told it, or its successor, now. It says whether anyone lost it.
func (t *familyTable) settlePrior(m *dirtyDest, g *group, old *prior) bool {
	pub := &t.publication
	id := nlri.PathID(0)
	var successor pathHandle
	if g.AddPath == 0 {
		if len(pub.selected) > 0 {
			successor = pub.selected[0]
		}
	} else {
		id = outgoingID(old.path)
		for _, h := range pub.selected {
			if h == old.path {
				successor = h
			}
		}
	}
	if successor != old.path {
		t.mark(old.path, g, false)
	}
	if successor == 0 {
		t.withdrawFrom(m, g, id, old.audience, filter{except: g.spared(old.source), to: t.audience(g, old.audience)})
		return true
	}
	p := t.paths.At(successor)
	audience := t.sets.At(p.set).audience
	lost := false
	if p.peer != old.source && g.spared(p.peer) != 0 {
		// The new source may have been told the old path, and is not told its own.
		t.withdrawFrom(m, g, id, old.audience, filter{except: g.spared(old.source), only: p.peer})
		lost = true
	}
	if g.constrained > 0 && audience != old.audience && audience != 0 {
		t.withdrawFrom(m, g, id, old.audience, filter{except: g.spared(old.source), to: t.audience(g, old.audience), not: t.audience(g, audience)})
		lost = true
	}
	return lost
}

// outgoingID is the Path Identifier that a path is told with: its handle, one up, since 0 is avoided.
func outgoingID(h pathHandle) nlri.PathID { return nlri.PathID(h) + 1 }

func (t *familyTable) withdrawFrom(m *dirtyDest, g *group, id nlri.PathID, audience audienceID, f filter) {
	if g.phase == ready && len(g.members) > 0 {
		t.publication.withdrawals = append(t.publication.withdrawals, withdrawal{
			group: g, filter: f, audience: audience, nlri: m.nlri, nlriLen: m.nlriLen, form: m.form, pathID: id,
		})
	}
}

// announceTo gathers the groups that a path of the destination at hand is announced to.
func (p *publication) announceTo(h pathHandle, g *group) {
	for i, told := range p.told {
		if told == h {
			p.masks[i] |= g.bit
			return
		}
	}
	p.told, p.masks = append(p.told, h), append(p.masks, g.bit)
}

// chainUp puts a path among those of its attribute set that are announced, so that messages pack
// whatever the order the routes changed in.
func (t *familyTable) chainUp(h pathHandle, mask uint64) {
	pub := &t.publication
	t.touch(h)
	s := t.sets.At(t.paths.At(h).set)
	pub.items = append(pub.items, item{mask: mask, path: h, next: -1})
	at := int32(len(pub.items) - 1)
	if s.chain == 0 {
		pub.chains = append(pub.chains, chain{set: t.paths.At(h).set, first: at, last: at, mask: mask})
		s.chain = uint32(len(pub.chains))
		return
	}
	c := &pub.chains[s.chain-1]
	pub.items[c.last].next = at
	c.last = at
	c.mask |= mask
}

// trimOctets is what a journal may hold before what everyone has read is looked for.
const trimOctets = 256 << 10

// entryOctets is the size from which a journal entry is closed.
const entryOctets = 64 << 10

// encode writes what a publication tells one group into its journal.
func (t *familyTable) encode(g *group) {
	pub := &t.publication
	pub.out = pub.out[:0]
	before, held := g.journal.head.Load(), g.journal.octets
	var f filter
	t.encodeWithdrawals(g, &f)
	for i := range pub.chains {
		c := &pub.chains[i]
		if c.mask&g.bit == 0 {
			continue
		}
		t.encodeChain(g, c, &f)
	}
	t.flush(g, &f)
	if g.journal.head.Load() == before {
		return
	}
	if g.journal.octets > trimOctets {
		g.trim()
	}
	t.journals.add(g.journal.octets - held)
	for _, m := range g.members {
		m.link.follower.notify()
	}
}

func (t *familyTable) encodeWithdrawals(g *group, f *filter) {
	pub := &t.publication
	w := &pub.writer
	open := false
	for i := range pub.withdrawals {
		x := &pub.withdrawals[i]
		if x.group != g {
			continue
		}
		if !open || *f != x.filter || len(pub.out) > entryOctets {
			if open {
				pub.out = w.End()
				t.flush(g, f)
			}
			*f = x.filter
			w.BeginWithdraw(pub.out, g.limit(), t.family, g.form(x.form))
			open = true
		}
		w.Add(x.pathID, t.octets.At(x.nlri, int(x.nlriLen)))
	}
	if open {
		pub.out = w.End()
	}
}

// encodeChain announces the paths of one set. Those of different sources differ in what must not
// go back to whom, and in ORIGINATOR_ID; they make messages of their own.
func (t *familyTable) encodeChain(g *group, c *chain, f *filter) {
	pub := &t.publication
	s := t.sets.At(c.set)
	w := &pub.writer
	open := false
	for at := c.first; at >= 0; at = pub.items[at].next {
		x := &pub.items[at]
		if x.mask&g.bit == 0 {
			continue
		}
		p := t.paths.At(x.path)
		want := filter{except: g.spared(p.peer), to: t.audience(g, s.audience)}
		if !open || *f != want {
			if open {
				pub.out = w.End()
			}
			if *f != want || len(pub.out) > entryOctets {
				t.flush(g, f)
			}
			*f = want
			pub.attrs = t.rewrite(pub.attrs[:0], s, &t.peers[p.peer], g)
			w.Begin(pub.out, g.limit(), t.family, g.form(p.form), t.nextHopFor(s, g), pub.attrs)
			open = true
		}
		id := nlri.PathID(0)
		if g.AddPath != 0 {
			id = outgoingID(x.path)
		}
		if !w.Add(id, t.nlriOf(p)) {
			pub.out = w.End()
			pub.out = t.appendUnfit(pub.out, g, p, id)
			w.Begin(pub.out, g.limit(), t.family, g.form(p.form), t.nextHopFor(s, g), pub.attrs)
		}
	}
	if open {
		pub.out = w.End()
	}
}

// appendUnfit withdraws a route that does not fit into a message of the group's limit once it is
// rewritten, so that no older state of it stays with the members.
func (t *familyTable) appendUnfit(dst []byte, g *group, p *path, id nlri.PathID) []byte {
	t.unfit(t.family, p.peer, t.nlriOf(p), p.form)
	var w wire.UpdateWriter
	w.BeginWithdraw(dst, g.limit(), t.family, g.form(p.form))
	w.Add(id, t.nlriOf(p))
	return w.End()
}

// flush makes an entry of the gathered messages.
func (t *familyTable) flush(g *group, f *filter) {
	pub := &t.publication
	if len(pub.out) == 0 {
		return
	}
	g.journal.publish(&entry{version: t.version, octets: bytes.Clone(pub.out), filter: *f}, &t.limits)
	pub.out = pub.out[:0]
}

func (g *group) limit() int {
	if g.ExtendedMessage {
		return wire.MaxExtendedMessage
	}
	return wire.MaxMessage
}

// form is how an NLRI is written for the group: with its identifier or without.
func (k *GroupKey) form(received nlri.Form) nlri.Form {
	if k.AddPath != 0 {
		return received | nlri.AddPath
	}
	return received
}
