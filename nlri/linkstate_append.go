package nlri

import (
	"encoding/binary"
	"net/netip"
)

// AppendTLV appends a TLV.
func AppendTLV(dst []byte, kind uint16, value []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, kind)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(value)))
	return append(dst, value...)
}

// AppendLinkState appends a BGP-LS NLRI; descriptors are TLVs in ascending order of their type.
func AppendLinkState(dst []byte, t LinkStateType, p LinkStateProtocol, identifier uint64, descriptors TLVs) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(t))
	dst = binary.BigEndian.AppendUint16(dst, uint16(9+len(descriptors)))
	dst = append(dst, byte(p))
	dst = binary.BigEndian.AppendUint64(dst, identifier)
	return append(dst, descriptors...)
}

// LinkStateFields is what a BGP-LS NLRI of type 1 to 6 holds. What is left at its zero value is not written: a type has
// the descriptors that its RFC gives it (RFC 9552 §5.2, RFC 9514 §6, RFC 9857 §3).
type LinkStateFields struct {
	Type       LinkStateType
	RD         RD // written in BGPLSVPN, always
	Protocol   LinkStateProtocol
	Identifier uint64
	Local      NodeFields // not written if it is empty, as is Remote
	Remote     NodeFields

	LinkLocalID   uint32 // written with LinkRemoteID unless both are 0
	LinkRemoteID  uint32
	IPv4Interface netip.Addr
	IPv4Neighbor  netip.Addr
	IPv6Interface netip.Addr
	IPv6Neighbor  netip.Addr

	MultiTopologyID uint16 // 0, the default topology, is not written
	OSPFRouteType   OSPFRouteType
	Prefix          netip.Prefix

	SID           netip.Addr
	CandidatePath CandidatePathFields // not written without an endpoint
}

// NodeFields is what the descriptors of a node hold (RFC 9552 §5.2.1.4, RFC 9086 §4.1, RFC 9857 §3). What is left at its
// zero value is not written.
type NodeFields struct {
	AS           uint32
	BGPLSID      netip.Addr // 4 octets, written as an address
	AreaID       netip.Addr // 4 octets
	IGPRouterID  IGPRouterID
	BGPRouterID  netip.Addr // 4 octets
	MemberAS     uint32
	IPv4RouterID netip.Addr
	IPv6RouterID netip.Addr
}

// CandidatePathFields is what the descriptor of an SR Policy candidate path holds (RFC 9857 §4).
type CandidatePathFields struct {
	ProtocolOrigin uint8
	Endpoint       netip.Addr
	Color          uint32
	OriginatorAS   uint32
	Originator     netip.Addr
	Discriminator  uint32
}

// AppendLinkStateFields appends an NLRI of BGPLS or BGPLSVPN, its TLVs in the order that RFC 9552 §5.1 demands.
func AppendLinkStateFields(dst []byte, f Family, l LinkStateFields) []byte {
	start := len(dst)
	dst = binary.BigEndian.AppendUint16(dst, uint16(l.Type))
	dst = append(dst, 0, 0)
	if f == BGPLSVPN {
		dst = append(dst, l.RD[:]...)
	}
	dst = append(dst, byte(l.Protocol))
	dst = binary.BigEndian.AppendUint64(dst, l.Identifier)
	dst = l.Local.appendTLV(dst, tlvLocalNode)
	dst = l.Remote.appendTLV(dst, tlvRemoteNode)
	if l.LinkLocalID != 0 || l.LinkRemoteID != 0 {
		dst = binary.BigEndian.AppendUint32(appendTLVHead(dst, tlvLinkIDs, 8), l.LinkLocalID)
		dst = binary.BigEndian.AppendUint32(dst, l.LinkRemoteID)
	}
	dst = appendAddressTLV(dst, tlvIPv4Interface, l.IPv4Interface)
	dst = appendAddressTLV(dst, tlvIPv4Neighbor, l.IPv4Neighbor)
	dst = appendAddressTLV(dst, tlvIPv6Interface, l.IPv6Interface)
	dst = appendAddressTLV(dst, tlvIPv6Neighbor, l.IPv6Neighbor)
	if l.MultiTopologyID != 0 {
		dst = binary.BigEndian.AppendUint16(appendTLVHead(dst, tlvMultiTopology, 2), l.MultiTopologyID)
	}
	if l.OSPFRouteType != 0 {
		dst = append(appendTLVHead(dst, tlvOSPFRouteType, 1), byte(l.OSPFRouteType))
	}
	if l.Prefix.IsValid() {
		dst = AppendPrefix(appendTLVHead(dst, tlvPrefix, 1+(l.Prefix.Bits()+7)/8), l.Prefix)
	}
	dst = appendAddressTLV(dst, tlvSID, l.SID)
	if l.CandidatePath.Endpoint.IsValid() {
		dst = l.CandidatePath.appendTLV(dst)
	}
	binary.BigEndian.PutUint16(dst[start+2:], uint16(len(dst)-start-4))
	return dst
}

func (n NodeFields) appendTLV(dst []byte, kind uint16) []byte {
	start := len(dst)
	dst = appendTLVHead(dst, kind, 0)
	if n.AS != 0 {
		dst = binary.BigEndian.AppendUint32(appendTLVHead(dst, tlvAS, 4), n.AS)
	}
	dst = appendAddressTLV(dst, tlvBGPLSID, n.BGPLSID)
	dst = appendAddressTLV(dst, tlvAreaID, n.AreaID)
	if len(n.IGPRouterID) > 0 {
		dst = AppendTLV(dst, tlvIGPRouterID, n.IGPRouterID)
	}
	dst = appendAddressTLV(dst, tlvBGPRouterID, n.BGPRouterID)
	if n.MemberAS != 0 {
		dst = binary.BigEndian.AppendUint32(appendTLVHead(dst, tlvMemberAS, 4), n.MemberAS)
	}
	dst = appendAddressTLV(dst, tlvIPv4RouterID, n.IPv4RouterID)
	dst = appendAddressTLV(dst, tlvIPv6RouterID, n.IPv6RouterID)
	if len(dst) == start+4 {
		return dst[:start]
	}
	binary.BigEndian.PutUint16(dst[start+2:], uint16(len(dst)-start-4))
	return dst
}

func (c CandidatePathFields) appendTLV(dst []byte) []byte {
	start := len(dst)
	flags := byte(0)
	if c.Endpoint.Is6() {
		flags |= candidatePathEndpoint6
	}
	originator := c.Originator
	if !originator.IsValid() {
		originator = netip.IPv4Unspecified()
	}
	if originator.Is6() {
		flags |= candidatePathOriginator6
	}
	dst = append(appendTLVHead(dst, tlvCandidatePath, 0), c.ProtocolOrigin, flags, 0, 0)
	dst = appendAddress(dst, c.Endpoint)
	dst = binary.BigEndian.AppendUint32(dst, c.Color)
	dst = binary.BigEndian.AppendUint32(dst, c.OriginatorAS)
	dst = appendAddress(dst, originator)
	dst = binary.BigEndian.AppendUint32(dst, c.Discriminator)
	binary.BigEndian.PutUint16(dst[start+2:], uint16(len(dst)-start-4))
	return dst
}

// appendAddressTLV appends a TLV with an address, nothing for the zero Addr.
func appendAddressTLV(dst []byte, kind uint16, a netip.Addr) []byte {
	if !a.IsValid() {
		return dst
	}
	return appendAddress(appendTLVHead(dst, kind, a.BitLen()/8), a)
}

func appendTLVHead(dst []byte, kind uint16, length int) []byte {
	dst = binary.BigEndian.AppendUint16(dst, kind)
	return binary.BigEndian.AppendUint16(dst, uint16(length))
}
