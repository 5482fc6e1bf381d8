package wire

import "net/netip"

// NextHop is a next-hop field as on the wire: 4 octets IPv4, 16 IPv6, 32 IPv6 and its link-local
// twin (RFC 2545 §3); for VPN families each address behind an 8-octet RD of zero: 12, 24, 48
// (RFC 4364 §4.3.2, RFC 4659 §3.2.1). Empty for FlowSpec. It borrows.
type NextHop []byte

// Addr is the address, of two the global one; invalid if the length is none of the known ones.
func (h NextHop) Addr() netip.Addr {
	switch len(h) {
	case 4, 16:
	case 32:
		h = h[:16]
	case 12, 24:
		h = h[8:]
	case 48:
		h = h[8:24]
	default:
		return netip.Addr{}
	}
	a, _ := netip.AddrFromSlice(h)
	return a
}

// LinkLocal is the second address of a 32 or 48 octet field; invalid if there is none.
func (h NextHop) LinkLocal() netip.Addr {
	if len(h) != 32 && len(h) != 48 {
		return netip.Addr{}
	}
	return netip.AddrFrom16([16]byte(h[len(h)-16:]))
}

// noHost says that it is an IPv4 address and no host's. RFC 4271 §6.3: NEXT_HOP must be a host's
// address; multicast and class E are none.
func (h NextHop) noHost() bool { return len(h) == 4 && h[0] >= 224 }
