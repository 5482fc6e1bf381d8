package nlri

import (
	"encoding/binary"
	"iter"
	"net/netip"
)

// TLV types of BGP-LS descriptors (RFC 9552 §5.2, RFC 9086 §4.1, RFC 9514 §6.1, RFC 9857 §4).
const (
	tlvLocalNode     = 256
	tlvRemoteNode    = 257
	tlvLinkIDs       = 258
	tlvIPv4Interface = 259
	tlvIPv4Neighbor  = 260
	tlvIPv6Interface = 261
	tlvIPv6Neighbor  = 262
	tlvMultiTopology = 263
	tlvOSPFRouteType = 264
	tlvPrefix        = 265
	tlvAS            = 512
	tlvBGPLSID       = 513
	tlvAreaID        = 514
	tlvIGPRouterID   = 515
	tlvBGPRouterID   = 516
	tlvMemberAS      = 517
	tlvSID           = 518
	tlvCandidatePath = 554
	tlvIPv4RouterID  = 1028
	tlvIPv6RouterID  = 1029
)

// The methods below read one descriptor each. They answer false if it is not there, or not of the length it must have.

// AS returns the AS number of a node (TLV 512).
func (t TLVs) AS() (uint32, bool) { return t.number(tlvAS) }

// BGPLSID returns the BGP-LS Identifier of a node (TLV 513), 4 octets in the form of an address.
func (t TLVs) BGPLSID() (netip.Addr, bool) { return t.address(tlvBGPLSID) }

// AreaID returns the OSPF area of a node (TLV 514), 4 octets in the form of an address.
func (t TLVs) AreaID() (netip.Addr, bool) { return t.address(tlvAreaID) }

// IGPRouterID returns the IGP Router-ID of a node (TLV 515), which may have any length.
func (t TLVs) IGPRouterID() (IGPRouterID, bool) {
	value, ok := t.Find(tlvIGPRouterID)
	return IGPRouterID(value), ok
}

// BGPRouterID returns the BGP Router-ID of a node (TLV 516), 4 octets in the form of an address.
func (t TLVs) BGPRouterID() (netip.Addr, bool) { return t.address(tlvBGPRouterID) }

// MemberAS returns the AS number of a node inside its confederation (TLV 517).
func (t TLVs) MemberAS() (uint32, bool) { return t.number(tlvMemberAS) }

// IPv4RouterID returns the IPv4 Router-ID of a node (TLV 1028), which names the headend of an SR Policy.
func (t TLVs) IPv4RouterID() (netip.Addr, bool) { return t.address(tlvIPv4RouterID) }

// IPv6RouterID returns the IPv6 Router-ID of a node (TLV 1029), which names the headend of an SR Policy.
func (t TLVs) IPv6RouterID() (netip.Addr, bool) { return t.address(tlvIPv6RouterID) }

// LinkIDs returns the identifiers of a link at its ends (TLV 258).
func (t TLVs) LinkIDs() (local, remote uint32, ok bool) {
	value, _ := t.Find(tlvLinkIDs)
	if len(value) != 8 {
		return 0, 0, false
	}
	return binary.BigEndian.Uint32(value), binary.BigEndian.Uint32(value[4:]), true
}

// IPv4Interface returns the address of the local end of a link (TLV 259).
func (t TLVs) IPv4Interface() (netip.Addr, bool) { return t.address(tlvIPv4Interface) }

// IPv4Neighbor returns the address of the remote end of a link (TLV 260).
func (t TLVs) IPv4Neighbor() (netip.Addr, bool) { return t.address(tlvIPv4Neighbor) }

// IPv6Interface returns the address of the local end of a link (TLV 261).
func (t TLVs) IPv6Interface() (netip.Addr, bool) { return t.address(tlvIPv6Interface) }

// IPv6Neighbor returns the address of the remote end of a link (TLV 262).
func (t TLVs) IPv6Neighbor() (netip.Addr, bool) { return t.address(tlvIPv6Neighbor) }

// MultiTopology returns the topologies of a link, prefix or node (TLV 263); as a descriptor there is one.
func (t TLVs) MultiTopology() (MultiTopologyIDs, bool) {
	value, ok := t.Find(tlvMultiTopology)
	return MultiTopologyIDs(value), ok && len(value)%2 == 0
}

// OSPFRouteType returns the route type of a prefix (TLV 264).
func (t TLVs) OSPFRouteType() (OSPFRouteType, bool) {
	value, _ := t.Find(tlvOSPFRouteType)
	if len(value) != 1 {
		return 0, false
	}
	return OSPFRouteType(value[0]), true
}

// SID returns an SRv6 SID (TLV 518).
func (t TLVs) SID() (netip.Addr, bool) { return t.address(tlvSID) }

// CandidatePath returns the descriptor of an SR Policy candidate path (TLV 554).
func (t TLVs) CandidatePath() (CandidatePath, bool) {
	value, _ := t.Find(tlvCandidatePath)
	c := CandidatePath(value)
	return c, len(c) >= 24 && len(c) == c.at(24)
}

// Prefix returns the prefix of an NLRI of type 3 or 4 (TLV 265), host bits cleared.
func (l LinkState) Prefix() (netip.Prefix, bool) {
	value, _ := l.TLVs().Find(tlvPrefix)
	return l.prefix(value)
}

func (l LinkState) prefix(value []byte) (netip.Prefix, bool) {
	bits := 32
	if l.kind == LinkStateIPv6Prefix {
		bits = 128
	}
	if len(value) == 0 || int(value[0]) > bits || prefix.size(value) != len(value) {
		return netip.Prefix{}, false
	}
	return prefixFrom(bits, int(value[0]), value[1:]), true
}

func (t TLVs) number(kind uint16) (uint32, bool) {
	value, _ := t.Find(kind)
	if len(value) != 4 {
		return 0, false
	}
	return binary.BigEndian.Uint32(value), true
}

// address reads a descriptor that is an address; false if it is none of those.
func (t TLVs) address(kind uint16) (netip.Addr, bool) {
	octets := 0
	switch kind {
	case tlvIPv4Interface, tlvIPv4Neighbor, tlvBGPLSID, tlvAreaID, tlvBGPRouterID, tlvIPv4RouterID:
		octets = 4
	case tlvIPv6Interface, tlvIPv6Neighbor, tlvSID, tlvIPv6RouterID:
		octets = 16
	}
	value, _ := t.Find(kind)
	if len(value) != octets {
		return netip.Addr{}, false
	}
	return netip.AddrFromSlice(value)
}

// MultiTopologyIDs is the value of TLV 263: IDs of 2 octets, 4 bits reserved and 12 of ID. It borrows.
type MultiTopologyIDs []byte

// All yields the IDs.
func (m MultiTopologyIDs) All() iter.Seq[uint16] {
	return func(yield func(uint16) bool) {
		for ; len(m) >= 2; m = m[2:] {
			if !yield(binary.BigEndian.Uint16(m) & 0x0fff) {
				return
			}
		}
	}
}

// OSPFRouteType is the value of TLV 264, 1 octet (RFC 9552 §5.2.3.1).
type OSPFRouteType uint8

// OSPF route types.
const (
	OSPFIntraArea OSPFRouteType = 1 + iota
	OSPFInterArea
	OSPFExternal1
	OSPFExternal2
	OSPFNSSA1
	OSPFNSSA2
)

var ospfRouteTypeNames = [...]string{OSPFIntraArea: "intra-area", OSPFInterArea: "inter-area", OSPFExternal1: "external-1", OSPFExternal2: "external-2", OSPFNSSA1: "nssa-1", OSPFNSSA2: "nssa-2"}

// String returns a short name, the number in decimal if there is none.
func (t OSPFRouteType) String() string { return nameOf(ospfRouteTypeNames[:], uint8(t)) }

// AppendText appends what String returns.
func (t OSPFRouteType) AppendText(dst []byte) []byte {
	return appendNameOf(dst, ospfRouteTypeNames[:], uint8(t))
}

// Flags of a candidate path.
const (
	candidatePathEndpoint6   = 0x80
	candidatePathOriginator6 = 0x40
)

// CandidatePath is the value of TLV 554 (RFC 9857 §4): protocol origin (1 octet), flags (1), reserved (2), endpoint (4 or
// 16, as a flag says), color (4), AS number of the originator (4), address of the originator (4 or 16, as another flag
// says), discriminator (4). It borrows.
type CandidatePath []byte

func (c CandidatePath) ProtocolOrigin() uint8 { return c[0] }

// Endpoint returns the endpoint of the policy.
func (c CandidatePath) Endpoint() netip.Addr { return c.address(4, 8) }

func (c CandidatePath) Color() uint32        { return binary.BigEndian.Uint32(c[c.at(8):]) }
func (c CandidatePath) OriginatorAS() uint32 { return binary.BigEndian.Uint32(c[c.at(12):]) }

// Originator returns the address of the node that the path came from.
func (c CandidatePath) Originator() netip.Addr { return c.address(16, 20) }

func (c CandidatePath) Discriminator() uint32 { return binary.BigEndian.Uint32(c[c.at(20):]) }

// at returns where something stands that would stand at offset if both addresses had 4 octets.
func (c CandidatePath) at(offset int) int {
	at := offset
	if offset > 4 && c[1]&candidatePathEndpoint6 != 0 {
		at += 12
	}
	if offset > 16 && c[1]&candidatePathOriginator6 != 0 {
		at += 12
	}
	return at
}

func (c CandidatePath) address(start, end int) netip.Addr {
	a, _ := netip.AddrFromSlice(c[c.at(start):c.at(end)])
	return a
}
