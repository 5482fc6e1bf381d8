package wire

import (
	"encoding/binary"
	"encoding/hex"
	"iter"
	"math"
	"net/netip"
	"strings"
)

// IPv6ExtCommunity is one IPv6 address specific extended community, RFC 5701 §2: type, sub-type, IPv6
// address (16 octets), number (2).
type IPv6ExtCommunity [20]byte

// IPv6ExtCommunities is the value of attribute 25: 20 octets each. It borrows.
type IPv6ExtCommunities []byte

// All yields the communities in their order.
func (c IPv6ExtCommunities) All() iter.Seq[IPv6ExtCommunity] {
	return func(yield func(IPv6ExtCommunity) bool) {
		for ; len(c) >= 20; c = c[20:] {
			if !yield(IPv6ExtCommunity(c[:20])) {
				return
			}
		}
	}
}

// AppendText appends "rt:[2001:db8::1]:100", "ro:…" for a route origin, else "0x" and 40 digits.
func (c IPv6ExtCommunity) AppendText(dst []byte) []byte {
	switch ExtKind(binary.BigEndian.Uint16(c[:])) {
	case ExtRouteTarget:
		dst = append(dst, "rt:["...)
	case ExtRouteOrigin:
		dst = append(dst, "ro:["...)
	default:
		return appendHexNumber(dst, c[:])
	}
	dst = netip.AddrFrom16([16]byte(c[2:])).AppendTo(dst)
	return appendNumbers(append(dst, "]:"...), uint64(binary.BigEndian.Uint16(c[18:])))
}

func (c IPv6ExtCommunity) String() string { return string(c.AppendText(nil)) }

// Append appends a community behind those of a value of attribute 25.
func (c IPv6ExtCommunity) Append(dst []byte) []byte { return append(dst, c[:]...) }

// ParseIPv6ExtCommunity reads what String writes.
func ParseIPv6ExtCommunity(s string) (c IPv6ExtCommunity, err error) {
	p := newTextParser("IPv6 extended community", s)
	if digits, ok := strings.CutPrefix(s, "0x"); ok {
		if n, err := hex.Decode(c[:], []byte(digits[:min(len(digits), 2*len(c))])); err != nil || n != len(c) || len(digits) != 2*len(c) {
			p.fail(s, "0x and 40 hexadecimal digits")
		}
		return c, p.err
	}
	c[1] = byte(ExtRouteTarget) + byte(p.oneOf("rt", "ro"))
	address, number, ok := strings.Cut(strings.TrimPrefix(p.rest, "["), "]:")
	a, bad := netip.ParseAddr(address)
	if !ok || bad != nil || !a.Is6() || a.Zone() != "" {
		p.fail(p.rest, "[IPV6]:NUMBER such as [2001:db8::1]:100")
		return c, p.err
	}
	*(*[16]byte)(c[2:]) = a.As16()
	p.rest = number
	binary.BigEndian.PutUint16(c[18:], uint16(p.uint(math.MaxUint16)))
	return c, p.end()
}
