package rib

// changes is a FIFO of the sets that a table's last publications told anew, so that a member that fell
// behind, but not too far, finds them at the price of what it missed.
type changes struct {
	ring  []change // once it is as long as its bound
	first uint64   // number of the oldest held; numbers rise by one
	next  uint64
	floor uint64 // changes of versions up to this one may be gone
}

// change says that some path of a set was told anew in a publication.
type change struct {
	version uint64
	set     setHandle
}

func (l *changes) add(x change, bound int) {
	if len(l.ring) < bound {
		l.ring = append(l.ring, x)
		l.next++
		return
	}
	slot := &l.ring[l.next%uint64(len(l.ring))]
	l.floor = slot.version
	*slot = x
	l.next++
	l.first++
}

func (l *changes) at(n uint64) *change { return &l.ring[n%uint64(len(l.ring))] }

// after is the number of the first change of a version above v.
func (l *changes) after(v uint64) uint64 {
	lo, hi := l.first, l.next
	for lo < hi {
		mid := (lo + hi) / 2
		if l.at(mid).version > v {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}
