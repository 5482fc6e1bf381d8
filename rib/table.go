package rib

import (
	"bytes"

	"github.com/dci-rs/dci-rs/internal/arena"
	"github.com/dci-rs/dci-rs/nlri"
)

// destination is one NLRI: its ranked list of paths, best first between publications.
type destination struct {
	version uint64     // of the publication that last changed what any group is told
	first   pathHandle // 0 while the destination only waits for the publication that ends it
	dirty   uint32     // 1 + index in familyTable.dirty
}

// path is one route of one neighbor.
type path struct {
	sent      uint64 // bit g: told to update group g of column 0
	prevInSet pathHandle
	nextInSet pathHandle
	dest      destHandle // 0 = the record is free
	next      pathHandle // of the destination
	set       setHandle
	nlri      uint32 // arena handle
	pathID    nlri.PathID
	since     uint32 // seconds after the table began
	nlriLen   uint16
	peer      PeerID
	scope     scopeID
	refresh   refreshID
	epoch     uint8
	form      nlri.Form
	flags     pathFlags
}

type (
	pathHandle = uint32
	destHandle = uint32
	pathFlags  uint8
)

const (
	pathChanged     pathFlags = 1 << iota // since the last publication
	pathUnderCursor                       // a walk stands on it
)

// familyTable holds the routes of one family in one shard. Only the shard's goroutine touches it.
type familyTable struct {
	family nlri.Family
	*environment

	version uint64 // publications so far
	index   index
	dests   arena.Records[destination]
	paths   arena.Records[path]
	columns []arena.Records[uint64] // columns 1 and up of the sent bits, by path handle
	octets  arena.Bytes

	setIndex      index
	sets          arena.Records[attrSet]
	audiences     []targetSet // by audienceID; 0 is everyone
	freeAudiences []audienceID
	targetSets    map[string]audienceID // by sorted targets
	byTarget      map[target][]audienceID
	targets       []target // scratch

	groups   []*group
	usedBits []uint64 // by column: bits that some group has ever used
	losses   losses
	changes  changes
	pinned   []*walk  // that stand on a path
	sources  []source // by PeerID

	publication publication
	keyA, keyB  []byte
}

// environment is what the tables of one shard share.
type environment struct {
	peers     []seat // by PeerID
	scopes    []*Scope
	now       uint32 // seconds after the table began
	limits    limits
	hasher    hasher
	report    func(Event)
	told      map[unfitKey]bool // what report was told of already
	unfits    uint64            // routes that did not fit, each time they were not told
	interest  interest
	satisfied []*member // that may be served now, once what is dirty is published
	journals  heldOctets
}

// seat is what a shard knows of a neighbor.
type seat struct {
	Peer
	epoch     uint8
	up        bool
	satisfied bool      // it has told all its memberships, or took too long
	waiting   []*member // whose first pull waits for that
}

// limits bounds the memory that output may hold.
type limits struct {
	journalOctets int // per group
	journalTotal  int // of all groups in all shards
	journalSlots  int // per group, a power of two
	lossOctets    int // of the log of losses, per family
	lossChunk     int // octets it grows by
	changes       int // per family
	pullOctets    int
	walkSteps     int
	recordShift   uint8
}

var defaultLimits = limits{
	journalOctets: 8 << 20,
	journalTotal:  64 << 20,
	journalSlots:  8192,
	lossOctets:    4 << 20,
	lossChunk:     64 << 10,
	changes:       1 << 14,
	pullOctets:    256 << 10,
	walkSteps:     4096,
	recordShift:   13,
}

func newFamilyTable(f nlri.Family, env *environment) *familyTable {
	shift := env.limits.recordShift
	return &familyTable{
		family:      f,
		environment: env,
		dests:       arena.NewRecords[destination](shift),
		paths:       arena.NewRecords[path](shift),
		sets:        arena.NewRecords[attrSet](min(shift, 8)),
		octets:      arena.NewBytes(min(shift, 5) + 13),
		audiences:   make([]targetSet, 1),
	}
}

func (t *familyTable) nlriOf(p *path) nlri.NLRI {
	return nlri.NLRI(t.octets.At(p.nlri, int(p.nlriLen)))
}

// find returns the destination of a route, or 0.
func (t *familyTable) find(hash uint64, form nlri.Form, n nlri.NLRI) destHandle {
	t.keyA = t.keyA[:0]
	return t.index.find(hash, func(h uint32) bool {
		held, heldForm := t.identity(h)
		if form == heldForm && bytes.Equal(held, n) {
			return true
		}
		if len(t.keyA) == 0 {
			t.keyA = nlri.AppendKey(t.keyA, t.family, form, n)
		}
		t.keyB = nlri.AppendKey(t.keyB[:0], t.family, heldForm, held)
		return bytes.Equal(t.keyA, t.keyB)
	})
}

// identity returns one NLRI of a destination. One that has lost its last path is still known by
// the NLRI that its dirty mark keeps until the next publication.
func (t *familyTable) identity(h destHandle) (nlri.NLRI, nlri.Form) {
	d := t.dests.At(h)
	if d.first != 0 {
		p := t.paths.At(d.first)
		return t.nlriOf(p), p.form
	}
	m := &t.publication.dirty[d.dirty-1]
	return t.octets.At(m.nlri, int(m.nlriLen)), m.form
}

// announce puts one path into the table. set is what Batch interned for it.
func (t *familyTable) announce(peer PeerID, r *record, n nlri.NLRI, set setHandle) {
	dh := t.find(r.hash, r.form, n)
	if dh == 0 {
		dh = t.dests.Alloc()
		t.index.insert(r.hash, dh)
	}
	d := t.dests.At(dh)
	epoch := t.peers[peer].epoch
	for h := d.first; h != 0; h = t.paths.At(h).next {
		p := t.paths.At(h)
		if p.peer == peer && p.pathID == r.pathID {
			t.replace(dh, h, r, n, set, epoch)
			return
		}
	}
	h := t.paths.Alloc()
	p := t.paths.At(h)
	from := t.source(peer)
	from.paths++
	p.refresh = from.refresh
	p.dest, p.pathID, p.peer, p.epoch, p.form, p.scope = dh, r.pathID, peer, epoch, r.form, r.scope
	p.since = t.now
	p.nlri, p.nlriLen = t.octets.Append(n), uint16(len(n))
	p.flags = pathChanged
	t.growColumns(h)
	t.join(set, h)
	if d.first == 0 && d.dirty == 0 {
		p.next, d.first = 0, h
		t.markDirty(dh)
	} else {
		t.markDirty(dh)
		p.next, d.first = d.first, h
	}
}

// replace is an implicit withdraw, RFC 4271 §3.1. A change of the NLRI's data alone (a label, an
// ESI) is a change; the same octets again are none.
func (t *familyTable) replace(dh destHandle, h pathHandle, r *record, n nlri.NLRI, set setHandle, epoch uint8) {
	p := t.paths.At(h)
	p.epoch, p.refresh = epoch, t.source(p.peer).refresh
	sameNLRI := p.form == r.form && bytes.Equal(t.nlriOf(p), n)
	if p.set == set && sameNLRI && p.scope == r.scope {
		return
	}
	t.markDirty(dh)
	p.scope = r.scope
	p.since = t.now
	p.flags |= pathChanged
	if !sameNLRI {
		t.publication.retire(p.nlri, p.nlriLen)
		p.nlri, p.nlriLen, p.form = t.octets.Append(n), uint16(len(n)), r.form
	}
	if p.set != set {
		old := p.set
		t.part(h)
		t.join(set, h)
		t.release(old)
	}
}

// withdraw takes one path out of the table; it is not an error if it is not there.
func (t *familyTable) withdraw(peer PeerID, r *record, n nlri.NLRI) {
	dh := t.find(r.hash, r.form, n)
	if dh == 0 {
		return
	}
	for h := t.dests.At(dh).first; h != 0; {
		p := t.paths.At(h)
		next := p.next
		if p.peer == peer && p.pathID == r.pathID {
			t.remove(h)
			return
		}
		h = next
	}
}

// remove unlinks a path. Its handle and NLRI are free only after the next publication, which may
// have to withdraw them.
func (t *familyTable) remove(h pathHandle) {
	p := t.paths.At(h)
	dh := p.dest
	t.markDirty(dh)
	d := t.dests.At(dh)
	if d.first == h {
		d.first = p.next
	} else {
		at := d.first
		for t.paths.At(at).next != h {
			at = t.paths.At(at).next
		}
		t.paths.At(at).next = p.next
	}
	set := p.set
	t.part(h)
	t.release(set)
	t.source(p.peer).paths--
	t.publication.retire(p.nlri, p.nlriLen)
	t.publication.removed = append(t.publication.removed, h)
	p.dest = 0
}

// growColumns makes room for the bits of a path in every further column.
func (t *familyTable) growColumns(h pathHandle) {
	for i := range t.columns {
		for t.columns[i].End() <= h {
			t.columns[i].Alloc()
		}
	}
}

// sent is where the bits of a path for the groups of a column stand.
func (t *familyTable) sent(h pathHandle, column int) *uint64 {
	if column == 0 {
		return &t.paths.At(h).sent
	}
	return t.columns[column-1].At(h)
}
