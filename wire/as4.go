package wire

import "encoding/binary"

// as4 is what a neighbor with 2-octet AS numbers says in AS4_PATH and AS4_AGGREGATOR; nil where it
// says nothing, or nothing that counts (RFC 6793 §4.2.3).
type as4 struct {
	path, aggregator []byte
}

func (u *Update) findAS4() as4 {
	var four as4
	find := func(code AttrCode) []byte {
		if u.dropped.has(code) {
			return nil
		}
		a, _ := u.attrs.Find(code)
		return a.Value
	}
	if aggregator := find(AttrAggregator); len(aggregator) == 6 {
		if binary.BigEndian.Uint16(aggregator) != ASTrans {
			return four // RFC 6793 §4.2.3: an old speaker aggregated since; both are out of date.
		}
		if new := find(AttrAS4Aggregator); len(new) == 8 {
			four.aggregator = new
		}
	}
	four.path = find(AttrAS4Path)
	return four
}

// appendAggregator appends AGGREGATOR with 4-octet AS number, from the one of 2 octets.
func (four as4) appendAggregator(dst []byte, flags AttrFlags, old []byte) []byte {
	dst = appendAttrHead(dst, flags, AttrAggregator, 8)
	if four.aggregator != nil {
		return append(dst, four.aggregator...)
	}
	return append(append(dst, 0, 0), old...)
}

// appendPath appends AS_PATH with 4-octet AS numbers: as many of the old path's leading ones as it
// is longer than AS4_PATH, then AS4_PATH (RFC 6793 §4.2.3).
func (four as4) appendPath(dst []byte, flags AttrFlags, old []byte) []byte {
	lead, tail := pathLength(old, 2), four.path
	if most := pathLength(tail, 4); tail != nil && most <= lead {
		lead -= most
	} else {
		lead, tail = 1<<16, nil // all of the old path
	}
	p := pathBuilder{last: -1}
	start := len(dst)
	p.dst = appendAttrHead(dst, flags|FlagExtendedLength, AttrASPath, 0)
	for rest := old; len(rest) > 0; {
		s, behind, ok := cutSegment(rest, 2)
		if !ok {
			break
		}
		rest = behind
		count := len(s.asns) / 2
		if length := s.Type.length(count); length > 0 {
			// A confederation segment beside a segment taken is taken, it counts nothing.
			if lead == 0 {
				break
			}
			if s.Type == SegmentSequence && count > lead {
				count, rest = lead, nil
			}
			lead -= min(lead, length)
		}
		p.begin(s.Type)
		for i := range count {
			p.add(uint32(binary.BigEndian.Uint16(s.asns[2*i:])))
		}
	}
	for seam := true; len(tail) > 0; {
		s, rest, ok := cutSegment(tail, 4)
		if !ok {
			break
		}
		tail = rest
		if s.Type.length(1) == 0 {
			continue // RFC 6793 §6: confederation segments are dropped from AS4_PATH.
		}
		// A sequence that the conversion cut in two is whole again.
		if !seam || s.Type != SegmentSequence || p.last < 0 || SegmentType(p.dst[p.last]) != SegmentSequence {
			p.begin(s.Type)
		}
		seam = false
		for i := range s.Len() {
			p.add(s.At(i))
		}
	}
	if len(p.dst)-start-4 > anyLength {
		// Sets of AS4_PATH made it longer than an attribute can be. The old path alone is not: see checkASPath.
		return as4{}.appendPath(dst, flags, old)
	}
	return endAttr(p.dst, start, flags)
}

// pathBuilder appends segments with AS numbers of 4 octets.
type pathBuilder struct {
	dst  []byte
	last int // where the last segment begins, -1 = none yet
}

func (p *pathBuilder) begin(t SegmentType) {
	p.last = len(p.dst)
	p.dst = append(p.dst, byte(t), 0)
}

func (p *pathBuilder) add(asn uint32) {
	if p.dst[p.last+1] == 255 {
		p.begin(SegmentType(p.dst[p.last]))
	}
	p.dst[p.last+1]++
	p.dst = binary.BigEndian.AppendUint32(p.dst, asn)
}

// pathLength is what a path with AS numbers of width octets counts.
func pathLength(b []byte, width int) int {
	length := 0
	for len(b) > 0 {
		s, rest, ok := cutSegment(b, width)
		if !ok {
			break
		}
		length += s.Type.length(len(s.asns) / width)
		b = rest
	}
	return length
}

// endAttr writes the length of the attribute that was begun at start with the extended length flag,
// and takes the flag back where flags do not have it and the length needs one octet.
func endAttr(dst []byte, start int, flags AttrFlags) []byte {
	length := len(dst) - start - 4
	if length <= 255 && flags&FlagExtendedLength == 0 {
		dst[start] = byte(flags)
		dst[start+2] = byte(length)
		copy(dst[start+3:], dst[start+4:])
		return dst[:len(dst)-1]
	}
	binary.BigEndian.PutUint16(dst[start+2:], uint16(length))
	return dst
}

// outPath is a path on its way out: with an AS in front, in either width, with or without its
// confederation segments.
type outPath struct {
	path          ASPath
	prepend       uint32 // 0 = nothing
	width         int    // 2 or 4 octets
	confederation bool
}

// lossy says that the path does not fit into 2-octet AS numbers. Confederation segments do not
// count: AS4_PATH cannot hold them (RFC 6793 §4.2.2).
func lossy(path ASPath) bool {
	for s := range path.Segments() {
		for i := range s.Len() {
			if s.Type.length(1) > 0 && s.At(i) > 0xffff {
				return true
			}
		}
	}
	return false
}

func (p outPath) append(dst []byte, flags AttrFlags, code AttrCode) []byte {
	start := len(dst)
	dst = appendAttrHead(dst, flags|FlagExtendedLength, code, 0)
	if p.prepend != 0 {
		for !p.confederation && len(p.path) > 0 && SegmentType(p.path[0]) >= SegmentConfedSequence {
			_, rest, _ := cutSegment(p.path, 4) // The first segment is the first of those that stay.
			p.path = ASPath(rest)
		}
		// RFC 4271 §5.1.2(b): into the first segment if that is a sequence with room, else before it.
		joins := len(p.path) > 1 && SegmentType(p.path[0]) == SegmentSequence && p.path[1] < 255
		count := byte(1)
		if joins {
			count += p.path[1]
		}
		dst = p.appendASN(append(dst, byte(SegmentSequence), count), p.prepend)
		if joins {
			s, rest, _ := cutSegment(p.path, 4)
			dst = p.appendASNs(dst, s)
			p.path = ASPath(rest)
		}
	}
	for s := range p.path.Segments() {
		if p.confederation || s.Type.length(1) > 0 {
			dst = p.appendASNs(append(dst, byte(s.Type), byte(s.Len())), s)
		}
	}
	return endAttr(dst, start, flags)
}

func (p outPath) appendASNs(dst []byte, s Segment) []byte {
	if p.width == 4 {
		return append(dst, s.asns...)
	}
	for i := range s.Len() {
		dst = p.appendASN(dst, s.At(i))
	}
	return dst
}

func (p outPath) appendASN(dst []byte, asn uint32) []byte {
	if p.width == 4 {
		return binary.BigEndian.AppendUint32(dst, asn)
	}
	if asn > 0xffff {
		asn = ASTrans
	}
	return binary.BigEndian.AppendUint16(dst, uint16(asn))
}
