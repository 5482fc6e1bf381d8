package wire

import (
	"encoding/binary"
	"net/netip"
)

// TLVs of PREFIX_SID, RFC 8669 §3 and RFC 9252 §2.
const (
	SIDLabelIndex     = 1
	SIDOriginatorSRGB = 3
	SIDSRv6L3Service  = 5
	SIDSRv6L2Service  = 6
)

// AsPrefixSID reads the value of PREFIX_SID: TLVs of type (1 octet) and length (2).
func AsPrefixSID(value []byte) TLVs { return TLVs{prefixSIDTLVs, value} }

// prefixSIDTLVs are RFC 8669 §3 and RFC 9252 §2, §3. A sub-sub-TLV of any length is sound (RFC 9252 §7).
var prefixSIDTLVs = func() *tlvTable {
	data := newTLVTable(1, 2, false, map[uint16]*TLVFormat{
		1: record("structure", uintField("block", 1), uintField("node", 1), uintField("function", 1), uintField("argument", 1),
			uintField("transposition-length", 1), uintField("transposition-offset", 1)),
	})
	service := newTLVTable(1, 2, true, map[uint16]*TLVFormat{
		1: record("sid-information", reserved(1), field("sid", FieldAddress, 16), flagsField, uintField("behavior", 2), reserved(1)).with(data),
	})
	return newTLVTable(1, 2, true, map[uint16]*TLVFormat{
		SIDLabelIndex:     record("label-index", reserved(1), uintField("flags", 2), uintField("index", 4)),
		SIDOriginatorSRGB: record("originator-srgb", uintField("flags", 2)).entries("ranges", uintField("base", 3), uintField("size", 3)).atLeast(8),
		SIDSRv6L3Service:  record("srv6-l3-service", reserved(1)).with(service),
		SIDSRv6L2Service:  record("srv6-l2-service", reserved(1)).with(service),
	})
}()

func checkPrefixSID(v []byte, _ sessionKind) defect {
	for at := 0; at < len(v); {
		_, end := prefixSIDTLVs.bounds(v[at:])
		if end == 0 {
			end = len(v) - at
		}
		if d := prefixSIDTLVs.check(v[at : at+end]); d.wrong() {
			d.at += at
			if v[at] == SIDSRv6L3Service || v[at] == SIDSRv6L2Service {
				d.action = ActionTreatAsWithdraw // RFC 9252 §7
			}
			return d
		}
		at += end
	}
	return defect{}
}

// AppendLabelIndex appends a Label-Index TLV of PREFIX_SID.
func AppendLabelIndex(dst []byte, index uint32) []byte {
	return binary.BigEndian.AppendUint32(append(dst, SIDLabelIndex, 0, 7, 0, 0, 0), index)
}

// SRv6Service is an SRv6 service TLV of PREFIX_SID with one SID (RFC 9252 §3.1).
type SRv6Service struct {
	Layer2    bool
	SID       netip.Addr
	Behavior  uint16  // RFC 8986 §10.2
	Structure [6]byte // lengths of block, node, function, argument, transposed bits, and their offset; zero: none is told
}

// AppendSRv6Service appends an SRv6 service TLV of PREFIX_SID.
func AppendSRv6Service(dst []byte, s SRv6Service) []byte {
	kind, data := byte(SIDSRv6L3Service), []byte(nil)
	if s.Layer2 {
		kind = SIDSRv6L2Service
	}
	if s.Structure != [6]byte{} {
		data = append([]byte{1, 0, 6}, s.Structure[:]...)
	}
	information := 21 + len(data)
	dst = append(dst, kind, 0, byte(1+3+information), 0, 1, 0, byte(information), 0)
	sid := s.SID.As16()
	dst = append(append(dst, sid[:]...), 0, byte(s.Behavior>>8), byte(s.Behavior), 0)
	return append(dst, data...)
}
