package wire

import (
	"encoding/binary"
	"errors"
	"iter"
	"strconv"
	"strings"
)

// SegmentType is the first octet of a segment, RFC 4271 §4.3 and RFC 5065 §3.
type SegmentType uint8

const (
	SegmentSet SegmentType = 1 + iota
	SegmentSequence
	SegmentConfedSequence
	SegmentConfedSet
)

// ASPath is the value of AS_PATH: segments of type, number of AS numbers (one octet each) and AS
// numbers of 4 octets, as AppendForwardable writes them. It borrows.
type ASPath []byte

// Segment is one segment. It borrows.
type Segment struct {
	Type SegmentType
	asns []byte
}

// Segments yields the segments, the nearest AS first.
func (p ASPath) Segments() iter.Seq[Segment] {
	return func(yield func(Segment) bool) {
		for len(p) > 0 {
			s, rest, ok := cutSegment(p, 4)
			if !ok || !yield(s) {
				return
			}
			p = rest
		}
	}
}

// cutSegment cuts the first segment of b, which has AS numbers of width octets.
func cutSegment(b []byte, width int) (s Segment, rest []byte, ok bool) {
	if len(b) < 2 || len(b) < 2+int(b[1])*width {
		return Segment{}, nil, false
	}
	end := 2 + int(b[1])*width
	return Segment{Type: SegmentType(b[0]), asns: b[2:end:end]}, b[end:], true
}

// Len is the number of AS numbers in the segment.
func (s Segment) Len() int { return len(s.asns) / 4 }

// At is the AS number of the index.
func (s Segment) At(i int) uint32 { return binary.BigEndian.Uint32(s.asns[4*i:]) }

// length is what the segment counts in the decision process.
func (t SegmentType) length(count int) int {
	switch t {
	case SegmentSequence:
		return count
	case SegmentSet:
		return 1 // RFC 4271 §9.1.2.2(a)
	}
	return 0 // RFC 5065 §5.3
}

// Len is the length that the decision process compares.
func (p ASPath) Len() int {
	length := 0
	for s := range p.Segments() {
		length += s.Type.length(s.Len())
	}
	return length
}

// NeighborASN is the AS the route came from (RFC 4271 §9.1.2.2(c)), confederation segments
// skipped (RFC 5065 §5.3); 0 if there is none: the path is empty or begins with a set.
func (p ASPath) NeighborASN() uint32 {
	for s := range p.Segments() {
		switch {
		case s.Type == SegmentSet || s.Len() == 0:
			return 0
		case s.Type == SegmentSequence:
			return s.At(0)
		}
	}
	return 0
}

// Origin is the AS that originated the route; 0 if there is none: the path is empty or ends with a
// set or a confederation segment.
func (p ASPath) Origin() uint32 {
	origin := uint32(0)
	for s := range p.Segments() {
		origin = 0
		if s.Type == SegmentSequence && s.Len() > 0 {
			origin = s.At(s.Len() - 1)
		}
	}
	return origin
}

// Contains says that the AS is anywhere in the path, sets and confederations included.
func (p ASPath) Contains(asn uint32) bool {
	for len(p) > 0 {
		s, rest, ok := cutSegment(p, 4)
		if !ok {
			return false
		}
		for ; len(s.asns) > 0; s.asns = s.asns[4:] {
			if binary.BigEndian.Uint32(s.asns) == asn {
				return true
			}
		}
		p = rest
	}
	return false
}

// AppendText appends the path as text: sequences bare, sets in braces, confederation sequences in
// parentheses, confederation sets in brackets: "65001 {65002,65003} (65004)".
func (p ASPath) AppendText(dst []byte) []byte { return AppendASPathText(dst, p, true) }

// AppendASPathText appends the text of an AS_PATH as a neighbor sent it, with AS numbers of 2 octets or of 4.
func AppendASPathText(dst, path []byte, as4 bool) []byte {
	brackets := [...]string{SegmentSet: "{,}", SegmentSequence: "", SegmentConfedSequence: "( )", SegmentConfedSet: "[,]"}
	width := 2
	if as4 {
		width = 4
	}
	for first := true; ; first = false {
		s, rest, ok := cutSegment(path, width)
		if !ok {
			return dst
		}
		path = rest
		open, separator, end := "", byte(' '), ""
		if int(s.Type) < len(brackets) && brackets[s.Type] != "" {
			b := brackets[s.Type]
			open, separator, end = b[:1], b[1], b[2:]
		}
		if !first {
			dst = append(dst, ' ')
		}
		dst = append(dst, open...)
		for at := 0; at < len(s.asns); at += width {
			if at > 0 {
				dst = append(dst, separator)
			}
			asn := uint64(binary.BigEndian.Uint16(s.asns[at:]))
			if as4 {
				asn = uint64(binary.BigEndian.Uint32(s.asns[at:]))
			}
			dst = strconv.AppendUint(dst, asn, 10)
		}
		dst = append(dst, end...)
	}
}

func (p ASPath) String() string { return string(p.AppendText(nil)) }

// ParseASPath reads what String writes. AS numbers without brackets are one sequence; what a segment of
// 255 AS numbers does not hold begins another.
func ParseASPath(s string) (ASPath, error) {
	p := pathBuilder{last: -1}
	for rest := strings.TrimLeft(s, " "); rest != ""; rest = strings.TrimLeft(rest, " ") {
		kind, numbers, behind, err := cutSegmentText(rest)
		if err != nil {
			return nil, &TextError{"AS path", s, numbers[0], err.Error()}
		}
		rest = behind
		if kind != SegmentSequence || p.last < 0 || SegmentType(p.dst[p.last]) != SegmentSequence {
			p.begin(kind)
		}
		for _, number := range numbers {
			asn, err := strconv.ParseUint(number, 10, 32)
			if err != nil || asn == 0 {
				return nil, &TextError{"AS path", s, number, "an AS number from 1 to 4294967295"}
			}
			p.add(uint32(asn))
		}
	}
	return ASPath(p.dst), nil
}

// cutSegmentText cuts the first segment of a path, or the first AS number of a sequence.
func cutSegmentText(s string) (kind SegmentType, numbers []string, rest string, err error) {
	bracket := strings.IndexByte("{([", s[0])
	if bracket < 0 {
		end := strings.IndexAny(s+" ", " {([")
		return SegmentSequence, []string{s[:end]}, s[end:], nil
	}
	kind = [...]SegmentType{SegmentSet, SegmentConfedSequence, SegmentConfedSet}[bracket]
	word, rest, closed := strings.Cut(s[1:], "})]"[bracket:bracket+1])
	numbers = strings.FieldsFunc(word, func(r rune) bool { return r == ' ' || r == ',' })
	if !closed || len(numbers) == 0 {
		return kind, []string{s}, rest, errors.New("a list of AS numbers such as {65001,65002}, (65001 65002) or [65001,65002]")
	}
	return kind, numbers, rest, nil
}
