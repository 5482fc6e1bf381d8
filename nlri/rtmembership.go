package nlri

import "encoding/binary"

// RTMembership is a Route Target membership NLRI (RFC 4684 §4): a length in bits, 0 or 32 to 96 (1 octet), origin AS (4),
// and as much of a route target (8) as the length says. It borrows.
type RTMembership NLRI

// AsRTMembership answers false unless n is a sound Route Target membership NLRI.
func AsRTMembership(n NLRI) (RTMembership, bool) {
	return RTMembership(n), routeTarget.size(n) == len(n) && !routeTarget.check(RouteTarget, 0, n).wrong()
}

// Bits returns the length: 0 is the default membership, 32 every target of OriginAS, 96 a single target.
func (m RTMembership) Bits() int { return int(m[0]) }

// OriginAS returns the origin AS, 0 in the default membership.
func (m RTMembership) OriginAS() uint32 {
	if len(m) < 5 {
		return 0
	}
	return binary.BigEndian.Uint32(m[1:])
}

// Target returns the route target as an extended community of 8 octets, of which the first Bits()-32 bits count and
// the others are cleared.
func (m RTMembership) Target() [8]byte {
	var t [8]byte
	if len(m) > 5 {
		copy(t[:], m[5:])
		if partial := m[0] % 8; partial != 0 {
			t[len(m)-6] &= 0xff << (8 - partial)
		}
	}
	return t
}

// AppendRTMembership appends a membership of 0 or 32 to 96 bits.
func AppendRTMembership(dst []byte, originAS uint32, target [8]byte, bits int) []byte {
	var octets [12]byte
	binary.BigEndian.PutUint32(octets[:], originAS)
	copy(octets[4:], target[:])
	return appendPrefixKey(dst, byte(bits), octets[:(bits+7)/8])
}
