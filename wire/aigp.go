package wire

import (
	"encoding/binary"
	"fmt"
)

// AIGP is the value of AIGP (RFC 7311 §3): TLVs of type (1 octet) and length (2), which counts itself and
// the type. It borrows.
type AIGP []byte

const (
	aigpMetric    = 1
	aigpMetricLen = 11
)

// Metric is the metric of the first AIGP TLV; false if there is none.
func (a AIGP) Metric() (uint64, bool) {
	for len(a) >= 3 {
		length := int(binary.BigEndian.Uint16(a[1:]))
		if length < 3 || length > len(a) {
			break
		}
		if a[0] == aigpMetric && length == aigpMetricLen {
			return binary.BigEndian.Uint64(a[3:]), true
		}
		a = a[length:]
	}
	return 0, false
}

// AppendAIGP appends a value of AIGP.
func AppendAIGP(dst []byte, metric uint64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, aigpMetric, 0, aigpMetricLen), metric)
}

func checkAIGP(v []byte, _ sessionKind) defect {
	first := true
	for at := 0; at < len(v); {
		rest := v[at:]
		if len(rest) < 3 {
			return defect{reason: "a TLV is cut off", at: at}
		}
		length := int(binary.BigEndian.Uint16(rest[1:]))
		switch {
		case length < 3 || length > len(rest):
			return defect{reason: fmt.Sprintf("a TLV length of %d, with %d octets left", length, len(rest)), at: at + 1}
		case rest[0] == aigpMetric && length != aigpMetricLen:
			return defect{reason: fmt.Sprintf("a metric TLV length of %d, want 11", length), at: at + 1}
		case rest[0] == aigpMetric && first:
			if binary.BigEndian.Uint64(rest[3:]) == ^uint64(0) {
				return defect{reason: "the metric is all ones", at: at + 3}
			}
			first = false
		}
		at += length
	}
	return defect{}
}
