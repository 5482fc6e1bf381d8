package nlri

import "encoding/binary"

// layout is how the NLRI of a family are written: it decides framing, inner check, key and locality.
type layout uint8

const (
	unknown        layout = iota
	prefix                // length in bits, prefix (RFC 4271 §4.3)
	labeledPrefix         // length in bits, labels, prefix (RFC 8277 §2)
	vpnPrefix             // length in bits, labels, RD, prefix (RFC 4364 §4.3.4)
	routeTarget           // length in bits, origin AS, part of a route target (RFC 4684 §4)
	srPolicy              // length in bits, distinguisher, color, endpoint (RFC 9830 §2.1)
	evpn                  // type (1 octet), length (1), RD … (RFC 7432 §7)
	mvpn                  // type (1), length (1), RD mostly (RFC 6514 §4)
	mup                   // architecture (1), type (2), length (1), RD … (draft-ietf-bess-mup-safi)
	vpls                  // length (2), RD … (RFC 4761 §3.2.2, RFC 6074 §3.2.2)
	linkState             // type (2), length (2), protocol, identifier, TLVs (RFC 9552 §5.2)
	linkStateVPN          // type (2), length (2), RD, then as linkState
	flowSpec              // length (1 or 2), components (RFC 8955 §4.1)
	flowSpecVPN           // length (1 or 2), RD, components (RFC 8955 §8)
	opaquePrefix          // length in bits, octets
	opaqueLength8         // length (1), octets
	opaqueLength16        // length (2), octets
)

// layoutOf is the one place that knows which family is written how. The Opaque forms speak for families that have no
// case here.
func layoutOf(f Family, form Form) layout {
	switch f {
	case IPv4Unicast, IPv6Unicast, IPv4Multicast, IPv6Multicast:
		return prefix
	case IPv4Labeled, IPv6Labeled:
		return labeledPrefix
	case VPNv4, VPNv6:
		return vpnPrefix
	case EVPN:
		return evpn
	case VPLS:
		return vpls
	case BGPLS:
		return linkState
	case BGPLSVPN:
		return linkStateVPN
	case RouteTarget:
		return routeTarget
	case FlowSpec4, FlowSpec6:
		return flowSpec
	case FlowSpecVPN4, FlowSpecVPN6, FlowSpecL2VPN:
		return flowSpecVPN
	case MVPN4, MVPN6:
		return mvpn
	case MUP4, MUP6:
		return mup
	case SRPolicy4, SRPolicy6:
		return srPolicy
	}
	switch {
	case form&OpaqueLength8 != 0:
		return opaqueLength8
	case form&OpaqueLength16 != 0:
		return opaqueLength16
	case form&OpaquePrefix != 0:
		return opaquePrefix
	}
	return unknown
}

// Size returns the octets of the NLRI at the front of b, its Path Identifier excluded, by its length field alone: more
// than len(b) if b ends before, or if the family is unknown and form does not say how its NLRI are cut.
func Size(f Family, form Form, b []byte) int { return layoutOf(f, form).size(b) }

// size returns the octets of the NLRI at the front of b, by its length field alone: more than len(b) if b ends before.
func (l layout) size(b []byte) int {
	switch l {
	case prefix, labeledPrefix, vpnPrefix, routeTarget, srPolicy, opaquePrefix:
		if len(b) >= 1 {
			return 1 + (int(b[0])+7)/8
		}
	case evpn, mvpn:
		if len(b) >= 2 {
			return 2 + int(b[1])
		}
	case vpls, opaqueLength16:
		if len(b) >= 2 {
			return 2 + int(binary.BigEndian.Uint16(b))
		}
	case linkState, linkStateVPN:
		if len(b) >= 4 {
			return 4 + int(binary.BigEndian.Uint16(b[2:]))
		}
	case flowSpec, flowSpecVPN:
		if len(b) >= 1 && b[0] < 0xf0 {
			return 1 + int(b[0])
		}
		// RFC 8955 §4.1: 0xfnnn is a length of 12 bits.
		if len(b) >= 2 {
			return 2 + int(binary.BigEndian.Uint16(b)&0x0fff)
		}
	case mup:
		if len(b) >= 4 {
			return 4 + int(b[3])
		}
	case opaqueLength8:
		if len(b) >= 1 {
			return 1 + int(b[0])
		}
	}
	return len(b) + 1
}

// header returns the octets of a whole NLRI in front of what its length field counts.
func (l layout) header(n NLRI) int {
	switch l {
	case evpn, mvpn, vpls, opaqueLength16:
		return 2
	case linkState, linkStateVPN, mup:
		return 4
	case flowSpec, flowSpecVPN:
		if n[0] >= 0xf0 {
			return 2
		}
	}
	return 1
}
