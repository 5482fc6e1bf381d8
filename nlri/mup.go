package nlri

import (
	"encoding/binary"
	"net/netip"
	"strconv"
)

// MUPType is the route type of a BGP-MUP NLRI, 2 octets behind the architecture type.
type MUPType uint16

// BGP-MUP route types of the architecture 3gpp-5g (draft-ietf-bess-mup-safi §3.1). Other types, and other
// architectures, are carried as they came.
const (
	MUPInterworkSegment MUPType = 1 // Interwork Segment Discovery
	MUPDirectSegment    MUPType = 2 // Direct Segment Discovery
	MUPType1Session     MUPType = 3 // Type 1 Session Transformed
	MUPType2Session     MUPType = 4 // Type 2 Session Transformed
)

// mup3GPP5G is the architecture type of the known route types.
const mup3GPP5G = 1

// MUP is a BGP-MUP NLRI of a known type (draft-ietf-bess-mup-safi §3.1): architecture 1 (1 octet), type (2), length (1),
// RD (8), then
//
//	1 Interwork Segment Discovery  prefix length in bits (1), prefix
//	2 Direct Segment Discovery     address (4 or 16)
//	3 Type 1 Session Transformed   prefix length, prefix, TEID (4), QFI (1), endpoint, source, TLVs
//	4 Type 2 Session Transformed   endpoint length in bits (1), which counts endpoint (4 or 16) and TEID (0 to 4), TLVs
//
// with endpoint and source of type 3 as addresses of 4 or 16 octets behind their length in bits (1), the source being
// one of length 0 or left out where there is none. Prefixes, and the endpoint of type 4, are of the family's AFI. TLVs
// are type (1), length (1), value. It borrows.
type MUP struct {
	family Family
	octets NLRI
}

// AsMUP answers false unless n is a sound NLRI of MUP4 or MUP6 of a known type.
func AsMUP(f Family, n NLRI) (MUP, bool) {
	return MUP{f, n}, layoutOf(f, 0) == mup && mup.size(n) == len(n) && knownMUP(n) && !checkMUP(f, n).wrong()
}

func knownMUP(n NLRI) bool {
	return n[0] == mup3GPP5G && n[1] == 0 && n[2] >= byte(MUPInterworkSegment) && n[2] <= byte(MUPType2Session)
}

// Type returns the route type.
func (m MUP) Type() MUPType { return MUPType(m.octets[2]) }

func (m MUP) RD() RD { return RD(m.octets[4:12]) }

// Prefix returns the prefix of types 1 and 3, host bits cleared; the zero Prefix for other types.
func (m MUP) Prefix() netip.Prefix {
	switch m.Type() {
	case MUPInterworkSegment, MUPType1Session:
		bits := int(m.octets[12])
		return prefixFrom(m.family.addressBits(), bits, m.octets[13:13+(bits+7)/8])
	}
	return netip.Prefix{}
}

// Address returns the address of a Direct Segment Discovery route; the zero Addr for other types.
func (m MUP) Address() netip.Addr {
	if m.Type() != MUPDirectSegment {
		return netip.Addr{}
	}
	a, _ := netip.AddrFromSlice(m.octets[12:])
	return a
}

// TEID returns the Tunnel Endpoint Identifier of types 3 and 4 and how many of its bits, from the first, are given: 32
// in type 3, 0 to 32 in type 4; 0 bits for other types.
func (m MUP) TEID() (teid uint32, bits int) {
	switch m.Type() {
	case MUPType1Session:
		return binary.BigEndian.Uint32(m.session()), 32
	case MUPType2Session:
		var octets [4]byte
		address := m.family.addressBits()
		bits = int(m.octets[12]) - address
		copy(octets[:], m.octets[13+address/8:13+(address+bits+7)/8])
		return binary.BigEndian.Uint32(octets[:]) &^ uint32(0xffffffff>>bits), bits
	}
	return 0, 0
}

// QFI returns the QoS Flow Identifier of a Type 1 Session Transformed route; 0 for other types.
func (m MUP) QFI() uint8 {
	if m.Type() != MUPType1Session {
		return 0
	}
	return m.session()[4]
}

// Endpoint returns the tunnel endpoint of types 3 and 4; the zero Addr for other types.
func (m MUP) Endpoint() netip.Addr {
	switch m.Type() {
	case MUPType1Session:
		return sizedAddress(m.session()[5:], 0)
	case MUPType2Session:
		a, _ := netip.AddrFromSlice(m.octets[13 : 13+m.family.addressBits()/8])
		return a
	}
	return netip.Addr{}
}

// Source returns the source address of a Type 1 Session Transformed route; the zero Addr if it has none, and for other
// types.
func (m MUP) Source() netip.Addr {
	if m.Type() != MUPType1Session {
		return netip.Addr{}
	}
	if addresses := m.session()[5:]; len(addresses) > 1+int(addresses[0])/8 {
		return sizedAddress(addresses, 1)
	}
	return netip.Addr{}
}

func (m MUP) appendText(dst []byte) []byte {
	names := [...]string{"interwork-segment", "direct-segment", "type-1-session", "type-2-session"}
	dst = append(dst, names[m.Type()-MUPInterworkSegment]...)
	dst = m.RD().AppendText(append(dst, " rd "...))
	if p := m.Prefix(); p.IsValid() {
		dst = p.AppendTo(append(dst, " prefix "...))
	}
	if a := m.Address(); a.IsValid() {
		dst = a.AppendTo(append(dst, " address "...))
	}
	if a := m.Endpoint(); a.IsValid() {
		dst = a.AppendTo(append(dst, " endpoint "...))
	}
	if a := m.Source(); a.IsValid() {
		dst = a.AppendTo(append(dst, " source "...))
	}
	if teid, bits := m.TEID(); bits > 0 {
		dst = strconv.AppendUint(append(dst, " teid "...), uint64(teid), 10)
		if bits < 32 {
			dst = strconv.AppendInt(append(dst, '/'), int64(bits), 10)
		}
	}
	if m.Type() == MUPType1Session {
		dst = strconv.AppendUint(append(dst, " qfi "...), uint64(m.QFI()), 10)
	}
	return dst
}

// session returns what stands behind the prefix of a route of type 3.
func (m MUP) session() []byte { return m.octets[13+(int(m.octets[12])+7)/8:] }

// appendMUPKey leaves out what may change under the same session.
func appendMUPKey(dst []byte, n NLRI) []byte {
	if knownMUP(n) {
		switch MUPType(n[2]) {
		case MUPInterworkSegment, MUPType1Session, MUPType2Session:
			// draft-ietf-bess-mup-safi §3.1: RD and prefix, or RD, endpoint and TEID; the rest of a session is data. The
			// length before an endpoint is kept, as it tells a TEID from the first bits of one.
			dst = append(dst, n[:3]...)
			dst = append(dst, n[4:12]...)
			return appendPrefixKey(dst, n[12], n[13:13+(int(n[12])+7)/8])
		}
	}
	return append(dst, n...)
}

// checkMUP looks at the lengths inside the known route types.
func checkMUP(f Family, n NLRI) defect {
	if !knownMUP(n) {
		return defect{}
	}
	kind, length := MUPType(n[2]), len(n)-4
	if kind == MUPDirectSegment {
		if length != 12 && length != 24 {
			return defect{"Direct Segment Discovery route of length %d, must be 12 or 24", length}
		}
		return defect{}
	}
	if length < 9 {
		return defect{"length %d holds no Route Distinguisher and prefix", length}
	}
	bits := int(n[12])
	rest := n[13:]
	if kind == MUPType2Session {
		if teid := bits - f.addressBits(); teid < 0 || teid > 32 {
			return defect{"endpoint length %d, must be that of an address and up to 32 bits of TEID", bits}
		}
	} else if d := checkPrefix(f, bits); d.wrong() {
		return d
	}
	octets := (bits + 7) / 8
	if octets > len(rest) {
		return defect{"route of length %d, which its prefix or endpoint passes", length}
	}
	rest = rest[octets:]
	switch kind {
	case MUPInterworkSegment:
		if len(rest) > 0 {
			return defect{"%d octets are left behind the prefix", len(rest)}
		}
	case MUPType1Session:
		if len(rest) < 4+1+1 {
			return defect{"%d octets are left for TEID, QFI and endpoint", len(rest)}
		}
		rest = rest[4+1:]
		for i, text := range [...]string{"endpoint address length %d, must be 32 or 128", "source address length %d, must be 0, 32 or 128"} {
			if i == 1 && len(rest) == 0 {
				break
			}
			bits := int(rest[0])
			if bits != 32 && bits != 128 && (i == 0 || bits != 0) {
				return defect{text, bits}
			}
			if 1+bits/8 > len(rest) {
				return defect{"route of length %d, which its endpoint or source passes", length}
			}
			rest = rest[1+bits/8:]
		}
		fallthrough
	case MUPType2Session:
		for len(rest) > 0 {
			if len(rest) < 2 || 2+int(rest[1]) > len(rest) {
				return defect{"a TLV passes the end of the route of length %d", length}
			}
			rest = rest[2+int(rest[1]):]
		}
	}
	return defect{}
}
