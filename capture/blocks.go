package capture

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Types of pcapng blocks that are read (draft-ietf-opsawg-pcapng §4).
const (
	blockSection   = 0x0a0d0d0a
	blockInterface = 1
	blockPacket    = 2 // obsolete
	blockSimple    = 3
	blockEnhanced  = 6
)

// Options of an interface (draft-ietf-opsawg-pcapng §4.2) that times depend on, and a code nobody knows.
const (
	optionResolution = 9
	optionOffset     = 14
	optionUnknown    = 0x7fff
)

// leastBlock is the least length of a block that is read, 0 for others: type, length, fixed fields,
// length again.
func leastBlock(kind uint32) int {
	switch kind {
	case blockSection:
		return 28
	case blockInterface:
		return 20
	case blockSimple:
		return 16
	case blockPacket, blockEnhanced:
		return 32
	}
	return 0
}

// blocks is a pcapng file as gopacket may see it. Read never crosses the end of a block, a block is
// handed over only if all its lengths are sound, and blocks of other types are left out. So gopacket
// never reads into the next block, and allocates no more than maxPacket or maxBlock.
type blocks struct {
	in    *bufio.Reader
	order binary.ByteOrder
	block []byte
	rest  []byte // of block, not read yet
	links []uint32
	err   error // the end of the file, or why nothing more can be read of it
}

func (b *blocks) Read(p []byte) (int, error) {
	for len(b.rest) == 0 {
		if err := b.load(); err != nil {
			return 0, err
		}
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// load reads the next block. A refusal says that it is not handed over.
func (b *blocks) load() error {
	if b.err != nil {
		return b.err
	}
	var kind uint32
	var length int
	if kind, length, b.err = b.head(); b.err != nil {
		return b.err
	}
	least := leastBlock(kind)
	switch {
	case least == 0:
		return b.skip(length)
	case length > maxBlock:
		if err := b.skip(length); err != nil {
			return err
		}
		return refuse("a block of %d octets: %d is the most that is read", length, maxBlock)
	}
	if cap(b.block) < length {
		b.block = make([]byte, length)
	}
	b.block = b.block[:length]
	if _, err := io.ReadFull(b.in, b.block); err != nil {
		b.err = fmt.Errorf("the file ends in the middle of a block: %w", io.ErrUnexpectedEOF)
		return b.err
	}
	if length < least {
		return refuse("a block of type %d has %d octets, want at least %d", kind, length, least)
	}
	if err := b.check(kind); err != nil {
		return err
	}
	b.rest = b.block
	return nil
}

// head looks at type and length of the next block, and at its byte order if it begins a section.
func (b *blocks) head() (kind uint32, length int, err error) {
	front, err := b.in.Peek(12)
	if len(front) == 0 {
		if errors.Is(err, io.EOF) {
			return 0, 0, io.EOF
		}
		return 0, 0, err
	}
	if len(front) < 12 {
		return 0, 0, fmt.Errorf("the file ends in the middle of a block: %w", io.ErrUnexpectedEOF)
	}
	if binary.BigEndian.Uint32(front) == blockSection {
		const magic = 0x1a2b3c4d
		switch {
		case binary.LittleEndian.Uint32(front[8:]) == magic:
			b.order = binary.LittleEndian
		case binary.BigEndian.Uint32(front[8:]) == magic:
			b.order = binary.BigEndian
		default:
			return 0, 0, fmt.Errorf("a section with byte order %x", front[8:])
		}
	}
	kind, total := b.order.Uint32(front), b.order.Uint32(front[4:])
	if total < 12 || total%4 != 0 {
		return 0, 0, fmt.Errorf("a block of type %d with length %d: want a multiple of 4 from 12", kind, total)
	}
	return kind, int(total), nil
}

func (b *blocks) skip(length int) error {
	if _, err := b.in.Discard(length); err != nil {
		b.err = fmt.Errorf("the file ends in the middle of a block: %w", io.ErrUnexpectedEOF)
	}
	return b.err
}

// check refuses a block whose lengths contradict each other, and mends what gopacket would trust.
func (b *blocks) check(kind uint32) error {
	end := len(b.block) - 4
	switch kind {
	case blockSection:
		b.links = b.links[:0]
		b.mendOptions(b.block[24:end])
	case blockInterface:
		if len(b.links) >= maxInterfaces {
			return refuse("a section with more than %d interfaces", maxInterfaces)
		}
		b.links = append(b.links, uint32(b.order.Uint16(b.block[8:])))
		if b.order.Uint32(b.block[12:]) > maxPacket {
			b.order.PutUint32(b.block[12:], maxPacket)
		}
		b.mendOptions(b.block[16:end])
	case blockPacket, blockEnhanced:
		captured := b.order.Uint32(b.block[20:])
		if most := uint32(end - 28); captured > most {
			return refuse("%d octets captured in a block with room for %d", captured, most)
		}
	case blockSimple:
		if most := uint32(end - 12); b.order.Uint32(b.block[8:]) > most {
			b.order.PutUint32(b.block[8:], most)
		}
	}
	return nil
}

// countable says that the units of a second fit into 64 bits: 10 to the power of resolution of them, or
// with its first bit set 2 to the power of the rest.
func countable(resolution byte) bool {
	return resolution <= 19 || 0x80 <= resolution && resolution < 0x80+64
}

// mendOptions ends a list of options before the first that gopacket would stumble over. Those that it
// would only keep, such as comments, become unknown ones.
func (b *blocks) mendOptions(options []byte) {
	for len(options) >= 4 {
		code, length := b.order.Uint16(options), int(b.order.Uint16(options[2:]))
		padded := 4 + (length+3)&^3
		// gopacket counts the padded length in 16 bits, and divides by units a second in 64.
		if code == 0 || padded > len(options) || padded-4 > 0xffff || code == optionResolution && length > 0 && !countable(options[4]) {
			clear(options[:4])
			return
		}
		if code != optionResolution && code != optionOffset {
			b.order.PutUint16(options, optionUnknown)
		}
		options = options[padded:]
	}
}
