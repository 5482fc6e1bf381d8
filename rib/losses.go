package rib

import (
	"encoding/binary"
	"math"

	"github.com/dci-rs/dci-rs/nlri"
)

// loss says that members of some groups may have lost a path in a publication: who could hold it,
// and under which identifier.
type loss struct {
	version  uint64
	bits     uint64 // of the groups, in column
	path     pathHandle
	audience audienceID
	column   uint16
	source   PeerID
	form     nlri.Form
	nlri     nlri.NLRI // in the log: valid until the next loss
}

// losses is a FIFO of losses in order of version, bounded by octets. It grows and forgets by chunks.
type losses struct {
	chunks []lossChunk // oldest first
	first  uint64      // number of chunks[0]
	octets int         // of all chunks
	floor  uint64      // losses of versions up to this one may be gone
}

// lossChunk holds losses one behind the other:
//
//	bits 8 | version - base 4 | path 4 | audience 4 | source 2 | column 2 | form 1 | length 2 | NLRI
type lossChunk struct {
	base, last uint64 // versions of its first and last loss
	octets     []byte
}

const lossHeader = 27

// lossPos is where a loss stands: the number of its chunk above its offset there.
type lossPos uint64

func posOf(chunk uint64, offset int) lossPos { return lossPos(chunk<<32 | uint64(offset)) }

// start is where the oldest loss stands, end where the next one will.
func (l *losses) start() lossPos { return posOf(l.first, 0) }

func (l *losses) end() lossPos {
	if len(l.chunks) == 0 {
		return l.start()
	}
	last := len(l.chunks) - 1
	return posOf(l.first+uint64(last), len(l.chunks[last].octets))
}

// at reads the loss at a position between start and end, and returns the next position.
func (l *losses) at(p lossPos) (x loss, next lossPos) {
	i := int(uint64(p)>>32 - l.first)
	c := &l.chunks[i]
	x, n := c.at(int(uint32(p)))
	if n == len(c.octets) && i+1 < len(l.chunks) {
		return x, posOf(l.first+uint64(i+1), 0)
	}
	return x, posOf(l.first+uint64(i), n)
}

func (c *lossChunk) at(offset int) (x loss, next int) {
	b := c.octets[offset:]
	n := lossHeader + int(binary.NativeEndian.Uint16(b[25:]))
	return loss{
		bits:     binary.NativeEndian.Uint64(b),
		version:  c.base + uint64(binary.NativeEndian.Uint32(b[8:])),
		path:     binary.NativeEndian.Uint32(b[12:]),
		audience: binary.NativeEndian.Uint32(b[16:]),
		source:   PeerID(binary.NativeEndian.Uint16(b[20:])),
		column:   binary.NativeEndian.Uint16(b[22:]),
		form:     nlri.Form(b[24]),
		nlri:     nlri.NLRI(b[lossHeader:n]),
	}, offset + n
}

// after is where the first loss of a version above v stands.
func (l *losses) after(v uint64) lossPos {
	for i := range l.chunks {
		c := &l.chunks[i]
		if c.last <= v {
			continue
		}
		for offset := 0; ; {
			x, next := c.at(offset)
			if x.version > v {
				return posOf(l.first+uint64(i), offset)
			}
			offset = next
		}
	}
	return l.end()
}

// lose adds a loss to the log, and forgets the oldest ones beyond the bound.
func (t *familyTable) lose(x loss) {
	c := t.lossChunk(&x)
	t.hold(x.audience)
	c.last = x.version
	b := binary.NativeEndian.AppendUint64(c.octets, x.bits)
	b = binary.NativeEndian.AppendUint32(b, uint32(x.version-c.base))
	b = binary.NativeEndian.AppendUint32(b, x.path)
	b = binary.NativeEndian.AppendUint32(b, x.audience)
	b = binary.NativeEndian.AppendUint16(b, uint16(x.source))
	b = binary.NativeEndian.AppendUint16(b, x.column)
	b = append(b, byte(x.form))
	b = binary.NativeEndian.AppendUint16(b, uint16(len(x.nlri)))
	c.octets = append(b, x.nlri...)
}

// lossChunk is the chunk with room for a loss.
func (t *familyTable) lossChunk(x *loss) *lossChunk {
	l := &t.losses
	need := lossHeader + len(x.nlri)
	if n := len(l.chunks); n > 0 {
		c := &l.chunks[n-1]
		if len(c.octets)+need <= cap(c.octets) && x.version-c.base <= math.MaxUint32 {
			return c
		}
	}
	size := max(need, t.limits.lossChunk)
	var free []byte
	for len(l.chunks) > 0 && l.octets+size > t.limits.lossOctets {
		free = t.forgetLosses()
	}
	if cap(free) < size {
		free = make([]byte, 0, size)
	}
	l.octets += cap(free)
	l.chunks = append(l.chunks, lossChunk{base: x.version, octets: free[:0]})
	return &l.chunks[len(l.chunks)-1]
}

// forgetLosses lets go of the oldest chunk and returns its memory.
func (t *familyTable) forgetLosses() []byte {
	l := &t.losses
	c := l.chunks[0]
	for offset := 0; offset < len(c.octets); {
		x, next := c.at(offset)
		t.letGo(x.audience)
		offset = next
	}
	l.floor = c.last
	l.octets -= cap(c.octets)
	l.first++
	l.chunks = append(l.chunks[:0], l.chunks[1:]...)
	return c.octets
}
