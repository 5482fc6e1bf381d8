package nlri

import (
	"encoding/binary"
	"net/netip"
)

// MVPNType is the route type of an MCAST-VPN NLRI, its first octet.
type MVPNType uint8

// MCAST-VPN route types (RFC 6514 §4). Every other type, those of RFC 7441 among them, is carried as it came.
const (
	MVPNIntraASIPMSI   MVPNType = 1
	MVPNInterASIPMSI   MVPNType = 2
	MVPNSPMSI          MVPNType = 3
	MVPNLeafAD         MVPNType = 4
	MVPNSourceActive   MVPNType = 5
	MVPNSharedTreeJoin MVPNType = 6
	MVPNSourceTreeJoin MVPNType = 7
)

// MVPN is an MCAST-VPN NLRI of a known type (RFC 6514 §4): type (1 octet) and length (1), then
//
//	1 Intra-AS I-PMSI A-D              RD (8), originating router (4 or 16)
//	2 Inter-AS I-PMSI A-D              RD, source AS (4)
//	3 S-PMSI A-D                       RD, source, group, originating router (4 or 16)
//	4 Leaf A-D                         Route Key, which is the NLRI of another route, originating router (4 or 16)
//	5 Source Active A-D                RD, source, group
//	6 Shared Tree, 7 Source Tree Join  RD, source AS, source, group
//
// with source and group as addresses of 4 or 16 octets behind their length in bits (1); of type 3 both may be empty,
// which stands for any (RFC 6625 §2). It borrows.
type MVPN NLRI

// AsMVPN answers false unless n is a sound MCAST-VPN NLRI of a known type.
func AsMVPN(n NLRI) (MVPN, bool) {
	return MVPN(n), mvpn.size(n) == len(n) && knownMVPN(n) && !checkMVPN(n).wrong()
}

func knownMVPN(n NLRI) bool {
	return MVPNType(n[0]) >= MVPNIntraASIPMSI && MVPNType(n[0]) <= MVPNSourceTreeJoin
}

// Type returns the route type.
func (m MVPN) Type() MVPNType { return MVPNType(m[0]) }

// RD returns the Route Distinguisher; false for a Leaf A-D route, which has that of its Route Key.
func (m MVPN) RD() (RD, bool) {
	if m.Type() == MVPNLeafAD {
		return RD{}, false
	}
	return RD(m[2:10]), true
}

// SourceAS returns the source AS of types 2, 6 and 7; false for other types.
func (m MVPN) SourceAS() (uint32, bool) {
	switch m.Type() {
	case MVPNInterASIPMSI, MVPNSharedTreeJoin, MVPNSourceTreeJoin:
		return binary.BigEndian.Uint32(m[10:]), true
	}
	return 0, false
}

// Source returns the multicast source of types 3, 5, 6 and 7, which in a Shared Tree Join is the rendezvous point; the
// zero Addr stands for any in type 3, for none in other types.
func (m MVPN) Source() netip.Addr { return m.flow(0) }

// Group returns the multicast group of types 3, 5, 6 and 7; the zero Addr stands for any in type 3, for none in other
// types.
func (m MVPN) Group() netip.Addr { return m.flow(1) }

func (m MVPN) flow(i int) netip.Addr {
	switch m.Type() {
	case MVPNSPMSI, MVPNSourceActive:
		return sizedAddress(m[10:], i)
	case MVPNSharedTreeJoin, MVPNSourceTreeJoin:
		return sizedAddress(m[14:], i)
	}
	return netip.Addr{}
}

// Originator returns the address of the originating router of types 1, 3 and 4; the zero Addr for other types, and for
// a Leaf A-D route whose Route Key does not say where it ends.
func (m MVPN) Originator() netip.Addr {
	at := len(m)
	switch m.Type() {
	case MVPNIntraASIPMSI:
		at = 10
	case MVPNSPMSI:
		at, _ = checkFlow(NLRI(m), 10)
	case MVPNLeafAD:
		at = 2 + len(m.RouteKey())
	}
	a, _ := netip.AddrFromSlice(m[at:])
	return a
}

// RouteKey returns the NLRI of the route that a Leaf A-D route answers, and all behind the length if what stands there
// does not say where it ends; nil for other types. It is not checked.
func (m MVPN) RouteKey() NLRI {
	if m.Type() != MVPNLeafAD {
		return nil
	}
	if end := 4 + int(m[3]); end == len(m)-4 || end == len(m)-16 {
		return NLRI(m[2:end])
	}
	return NLRI(m[2:])
}

// checkMVPN looks at the lengths inside the known route types.
func checkMVPN(n NLRI) defect {
	length := int(n[1])
	kind := MVPNType(n[0])
	flow := 2 + 8
	switch kind {
	case MVPNIntraASIPMSI:
		if length != 12 && length != 24 {
			return defect{"Intra-AS I-PMSI A-D route of length %d, must be 12 or 24", length}
		}
		return defect{}
	case MVPNInterASIPMSI:
		if length != 12 {
			return defect{"Inter-AS I-PMSI A-D route of length %d, must be 12", length}
		}
		return defect{}
	case MVPNLeafAD:
		// The Route Key may be a route of a kind that is yet to come: only the octets it cannot do without are asked for.
		if length < 2+4 {
			return defect{"Leaf A-D route of length %d, which holds no Route Key and originating router", length}
		}
		return defect{}
	case MVPNSPMSI, MVPNSourceActive:
	case MVPNSharedTreeJoin, MVPNSourceTreeJoin:
		flow += 4
	default:
		return defect{}
	}
	end, d := checkFlow(n, flow)
	if d.wrong() {
		return d
	}
	if kind == MVPNSPMSI {
		if left := len(n) - end; left != 4 && left != 16 {
			return defect{"%d octets are left for the originating router, must be 4 or 16", left}
		}
		return defect{}
	}
	// RFC 6514 §4.5, §4.6: there is a source and a group; RFC 6625 has wildcards for S-PMSI A-D routes only.
	if source := int(n[flow]); source == 0 || n[flow+1+source/8] == 0 {
		return defect{"route of type %d for any source or group", int(kind)}
	}
	if end != len(n) {
		return defect{"%d octets are left behind the multicast group", len(n) - end}
	}
	return defect{}
}
