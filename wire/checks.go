package wire

import (
	"encoding/binary"
	"fmt"
)

// defect is why the inside of a value is wrong; the zero value says that it is not.
type defect struct {
	reason string
	at     int    // octets from the start of the value
	action Action // where one asks for more than the action of the attribute's rule
}

func (d defect) wrong() bool { return d.reason != "" }

// sessionKind is what the inside of attributes depends on. It is a value: a pointer would go through the
// function pointers of the table and so make every Update escape to the heap.
type sessionKind struct{ internal, as4 bool }

func checkOrigin(v []byte, _ sessionKind) defect {
	if v[0] > 2 {
		return defect{reason: fmt.Sprintf("value %d, want 0, 1 or 2", v[0])}
	}
	return defect{}
}

func checkASPath(v []byte, k sessionKind) defect {
	if k.as4 {
		return checkSegments(v, 4, k.internal)
	}
	if len(v) > anyLength/2 {
		return defect{reason: "the path is too long for 4-octet AS numbers"}
	}
	return checkSegments(v, 2, k.internal)
}

// checkAS4Path: confederation segments do not make it malformed, they are left out (RFC 6793 §6).
func checkAS4Path(v []byte, _ sessionKind) defect { return checkSegments(v, 4, true) }

// checkSegments walks the segments: type and number of AS numbers (one octet each), AS numbers of width octets.
func checkSegments(v []byte, width int, confederation bool) defect {
	for at := 0; at < len(v); {
		if at+2 > len(v) {
			return defect{reason: "one octet is left behind the last segment", at: at}
		}
		kind, end := SegmentType(v[at]), at+2+int(v[at+1])*width
		if kind != SegmentSequence || end == at+2 || end > len(v) {
			if d := segmentDefect(v, at, end, confederation); d.wrong() {
				return d
			}
		}
		for at += 2; at < end; at += width {
			if v[at]|v[at+1] == 0 && (width == 2 || v[at+2]|v[at+3] == 0) {
				return defect{reason: "AS 0 in the path", at: at}
			}
		}
	}
	return defect{}
}

func segmentDefect(v []byte, at, end int, confederation bool) defect {
	switch kind := SegmentType(v[at]); {
	case kind < SegmentSet || kind > SegmentConfedSet:
		return defect{reason: fmt.Sprintf("undefined segment type %d", kind), at: at}
	case kind >= SegmentConfedSequence && !confederation:
		return defect{reason: "a confederation segment from outside the confederation", at: at}
	case end == at+2:
		return defect{reason: "a segment without AS number", at: at}
	case end > len(v):
		return defect{reason: fmt.Sprintf("a segment of %d AS numbers passes the end", v[at+1]), at: at}
	}
	return defect{}
}

func checkAggregator(v []byte, k sessionKind) defect {
	switch {
	case k.as4 && len(v) != 8:
		return defect{reason: "a length of 6 though AS numbers have 4 octets"}
	case !k.as4 && len(v) != 6:
		return defect{reason: "a length of 8 though AS numbers have 2 octets"}
	case k.as4:
		return checkAS4Aggregator(v, k)
	case v[0]|v[1] == 0:
		return defect{reason: "AS 0"}
	}
	return defect{}
}

func checkAS4Aggregator(v []byte, _ sessionKind) defect {
	if binary.BigEndian.Uint32(v) == 0 {
		return defect{reason: "AS 0"}
	}
	return defect{}
}
