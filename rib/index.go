package rib

// index maps 64-bit hashes to handles. It is 256 open-addressed sub-tables, chosen by the low
// octet of the hash, so that growth rehashes one part in 256 at a time. A slot holds the upper
// half of the hash above the handle; 0 is empty:
//
//	63            32 31             0
//	+---------------+---------------+
//	|   hash tag    |    handle     |
//	+---------------+---------------+
//
// A hash only selects: the caller compares the octets of every candidate, so a collision costs time
// and never mixes two routes up. The hash is seeded per process, hence nobody can aim at one slot.
type index struct {
	parts    [256]indexPart
	maxProbe uint32 // longest probe seen
}

type indexPart struct {
	slots []uint64
	used  uint32
}

const minIndexSlots = 8

// find returns the handle whose tag matches and for which same says yes, or 0.
func (x *index) find(hash uint64, same func(handle uint32) bool) uint32 {
	part := &x.parts[uint8(hash)]
	if len(part.slots) == 0 {
		return 0
	}
	tag := hash >> 32
	mask := uint64(len(part.slots) - 1)
	for i, probe := tag&mask, uint32(0); ; i, probe = (i+1)&mask, probe+1 {
		slot := part.slots[i]
		if slot == 0 {
			if probe > x.maxProbe {
				x.maxProbe = probe
			}
			return 0
		}
		if slot>>32 == tag && same(uint32(slot)) {
			return uint32(slot)
		}
	}
}

// insert adds a handle that find did not return. Load stays below four fifths, so a probe always ends.
func (x *index) insert(hash uint64, handle uint32) {
	part := &x.parts[uint8(hash)]
	if (part.used+1)*5 > uint32(len(part.slots))*4 {
		part.grow()
	}
	part.place(hash>>32<<32 | uint64(handle))
	part.used++
}

func (p *indexPart) place(slot uint64) {
	mask := uint64(len(p.slots) - 1)
	i := slot >> 32 & mask
	for p.slots[i] != 0 {
		i = (i + 1) & mask
	}
	p.slots[i] = slot
}

func (p *indexPart) grow() {
	old := p.slots
	p.slots = make([]uint64, max(minIndexSlots, 2*len(old)))
	for _, slot := range old {
		if slot != 0 {
			p.place(slot)
		}
	}
}

// remove takes a handle out and moves later slots of its run back, so that no tombstone is left.
func (x *index) remove(hash uint64, handle uint32) {
	part := &x.parts[uint8(hash)]
	if len(part.slots) == 0 {
		return
	}
	mask := uint64(len(part.slots) - 1)
	want := hash>>32<<32 | uint64(handle)
	i := hash >> 32 & mask
	for part.slots[i] != want {
		if part.slots[i] == 0 {
			return
		}
		i = (i + 1) & mask
	}
	part.used--
	for j := (i + 1) & mask; part.slots[j] != 0; j = (j + 1) & mask {
		home := part.slots[j] >> 32 & mask
		// The slot at j may fill the hole at i only if its home does not lie behind the hole.
		if (j-home)&mask >= (j-i)&mask {
			part.slots[i] = part.slots[j]
			i = j
		}
	}
	part.slots[i] = 0
}
