package arena

import (
	"encoding/binary"
	"math/bits"
)

const (
	granule      = 8   // octets; every string starts on one
	exactClasses = 128 // up to this many granules, a class per size
	// MaxString is the longest string Bytes holds: an attribute block of the longest message
	// and its next hop fit.
	MaxString  = 1<<17 - granule
	classCount = exactClasses + 1 + 8*8
)

// Bytes holds byte strings of up to MaxString octets. Handle 0 means none. Freed strings are
// kept in one list per size class, threaded through their own memory.
type Bytes struct {
	shift  uint8 // log2 of granules per chunk
	chunks [][]byte
	next   uint32 // granule index of the first unused granule
	end    uint32 // first granule beyond the newest chunk
	free   [classCount]uint32
	used   int // octets in use, rounded up to classes
}

// NewBytes makes an arena that grows by chunks of 1<<shift octets; shift is at least 17.
func NewBytes(shift uint8) Bytes {
	return Bytes{shift: max(shift, 17) - 3}
}

// class returns the list that strings of n octets come from, and its size in granules. Above the
// exact classes sizes step by an eighth of a power of two.
func class(n int) (list int, granules uint32) {
	g := uint32(n+granule-1) / granule
	if g == 0 {
		g = 1
	}
	if g <= exactClasses {
		return int(g), g
	}
	step := uint32(1) << (bits.Len32(g-1) - 4)
	g = (g + step - 1) &^ (step - 1)
	octave := bits.Len32(g-1) - 8 // 0 for sizes of 129 to 256 granules
	return exactClasses + 1 + octave*8 + int(g/step-1)%8, g
}

// Alloc returns the handle of a string of n octets whose content is undefined.
func (b *Bytes) Alloc(n int) uint32 {
	list, g := class(n)
	b.used += int(g) * granule
	if h := b.free[list]; h != 0 {
		b.free[list] = binary.NativeEndian.Uint32(b.At(h, 4))
		return h
	}
	if b.end-b.next < g {
		b.grow()
	}
	h := b.next
	b.next += g
	return h
}

// grow starts a chunk. What is left of the old one goes to the lists of exact sizes.
func (b *Bytes) grow() {
	for b.next < b.end {
		g := min(b.end-b.next, exactClasses)
		b.push(int(g), b.next)
		b.next += g
	}
	b.next = uint32(len(b.chunks)) << b.shift
	b.chunks = append(b.chunks, make([]byte, granule<<b.shift))
	b.end = uint32(len(b.chunks)) << b.shift
	if b.next == 0 {
		b.next = 1
	}
}

func (b *Bytes) push(list int, h uint32) {
	binary.NativeEndian.PutUint32(b.At(h, 4), b.free[list])
	b.free[list] = h
}

// Free gives back the string of n octets at h.
func (b *Bytes) Free(h uint32, n int) {
	list, g := class(n)
	b.used -= int(g) * granule
	b.push(list, h)
}

// At returns the n octets at h. The slice stays valid until the string is freed.
func (b *Bytes) At(h uint32, n int) []byte {
	chunk := b.chunks[h>>b.shift]
	at := int(h&(1<<b.shift-1)) * granule
	return chunk[at : at+n : at+n]
}

// Append copies s into the arena.
func (b *Bytes) Append(s []byte) uint32 {
	h := b.Alloc(len(s))
	copy(b.At(h, len(s)), s)
	return h
}

// Used is the number of octets in use, rounded up to size classes.
func (b *Bytes) Used() int { return b.used }
