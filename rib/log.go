package rib

import "github.com/dci-rs/dci-rs/nlri"

// log is what a table remembers of its last publications, so that a member that fell behind, but
// not too far, catches up at the price of what it missed. Both parts are bounded FIFOs.
type log struct {
	losses      []loss // a ring once it is as long as its bound
	firstLoss   uint64 // number of the oldest held; numbers rise by one
	nextLoss    uint64
	lossFloor   uint64 // losses of versions up to this one may be gone
	changes     []change
	firstChange uint64
	nextChange  uint64
	changeFloor uint64 // changes of versions up to this one may be gone
}

// loss says that members of some groups may have lost a path in a publication: who could hold it,
// and under which identifier. It owns its NLRI octets in the table's arena.
type loss struct {
	version  uint64
	bits     uint64 // of the groups, in column
	nlri     uint32
	path     pathHandle
	audience audienceID
	column   uint16
	source   PeerID
	nlriLen  uint16
	form     nlri.Form
}

// change says that some path of a set was told anew in a publication.
type change struct {
	version uint64
	set     setHandle
}

// lose appends a loss with a copy of its NLRI and drops the oldest one beyond the bound.
func (l *log) lose(t *familyTable, x loss) {
	x.nlri = t.octets.Append(t.octets.At(x.nlri, int(x.nlriLen)))
	t.hold(x.audience)
	if n := t.limits.losses; len(l.losses) < n {
		l.losses = append(l.losses, x)
		l.nextLoss++
		return
	}
	slot := &l.losses[l.nextLoss%uint64(len(l.losses))]
	l.lossFloor = slot.version
	t.octets.Free(slot.nlri, int(slot.nlriLen))
	t.letGo(slot.audience)
	*slot = x
	l.nextLoss++
	l.firstLoss++
}

func (l *log) lossAt(n uint64) *loss { return &l.losses[n%uint64(len(l.losses))] }

// lossAfter is the number of the first loss of a version above v.
func (l *log) lossAfter(v uint64) uint64 {
	lo, hi := l.firstLoss, l.nextLoss
	for lo < hi {
		mid := (lo + hi) / 2
		if l.lossAt(mid).version > v {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

func (l *log) change(t *familyTable, set setHandle) {
	x := change{t.version, set}
	if n := t.limits.changes; len(l.changes) < n {
		l.changes = append(l.changes, x)
		l.nextChange++
		return
	}
	slot := &l.changes[l.nextChange%uint64(len(l.changes))]
	l.changeFloor = slot.version
	*slot = x
	l.nextChange++
	l.firstChange++
}

func (l *log) changeAt(n uint64) *change { return &l.changes[n%uint64(len(l.changes))] }

// changeAfter is the number of the first change of a version above v.
func (l *log) changeAfter(v uint64) uint64 {
	lo, hi := l.firstChange, l.nextChange
	for lo < hi {
		mid := (lo + hi) / 2
		if l.changeAt(mid).version > v {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}
