package render

import (
	"encoding/binary"
	"net/netip"
	"strconv"

	"github.com/dci-rs/dci-rs/nlri"
)

// appendLinkState writes protocol, identifier and descriptors of a BGP-LS NLRI (RFC 9552 §5.2).
// Descriptors of a link stand in an object, those of a prefix or SID beside the rest.
func appendLinkState(dst []byte, l nlri.LinkState) []byte {
	dst = append(appendName(dst, "protocol"), '"')
	dst = append(l.Protocol().AppendText(dst), '"')
	dst = appendUintMember(dst, "identifier", l.Identifier())
	for kind, value := range l.TLVs().All() {
		switch kind {
		case tlvLocalNode:
			dst = appendNode(appendName(dst, "local"), value)
		case tlvRemoteNode:
			dst = appendNode(appendName(dst, "remote"), value)
		}
	}
	if l.Type() == nlri.LinkStateLink {
		dst = append(appendName(dst, "link"), '{')
	}
	for kind, value := range l.TLVs().All() {
		if kind != tlvLocalNode && kind != tlvRemoteNode {
			dst = appendDescriptor(dst, kind, value, l)
		}
	}
	if l.Type() == nlri.LinkStateLink {
		dst = append(dst, '}')
	}
	return dst
}

// Descriptor TLVs that hold node descriptors (RFC 9552 §5.2.1.2, §5.2.1.3).
const (
	tlvLocalNode  = 256
	tlvRemoteNode = 257
)

// appendNode writes node descriptors (RFC 9552 §5.2.1.4, RFC 9086 §4.1, RFC 9857 §3) as an object.
func appendNode(dst []byte, node nlri.TLVs) []byte {
	dst = append(dst, '{')
	for kind, v := range node.All() {
		switch {
		case kind == 512 && len(v) == 4:
			dst = appendUintMember(dst, "asn", beUint(v))
		case kind == 513 && len(v) == 4:
			dst = appendAddressMember(dst, "bgp-ls-id", v)
		case kind == 514 && len(v) == 4:
			dst = appendAddressMember(dst, "area-id", v)
		case kind == 515:
			dst = append(appendName(dst, "igp-router-id"), '"')
			dst = append(nlri.IGPRouterID(v).AppendText(dst), '"')
		case kind == 516 && len(v) == 4:
			dst = appendAddressMember(dst, "bgp-router-id", v)
		case kind == 517 && len(v) == 4:
			dst = appendUintMember(dst, "member-asn", beUint(v))
		case kind == 1028 && len(v) == 4:
			dst = appendAddressMember(dst, "ipv4-router-id", v)
		case kind == 1029 && len(v) == 16:
			dst = appendAddressMember(dst, "ipv6-router-id", v)
		default:
			dst = appendUnknownTLV(dst, kind, v)
		}
	}
	return append(dst, '}')
}

// appendDescriptor writes a descriptor of l: of a link (RFC 9552 §5.2.2), prefix (§5.2.3), SID (RFC 9514 §6.1) or
// candidate path (RFC 9857 §4).
func appendDescriptor(dst []byte, kind uint16, v []byte, l nlri.LinkState) []byte {
	switch {
	case kind == 258 && len(v) == 8:
		dst = appendUintMember(dst, "local-id", beUint(v[:4]))
		return appendUintMember(dst, "remote-id", beUint(v[4:]))
	case kind == 259 && len(v) == 4:
		return appendAddressMember(dst, "ipv4-interface", v)
	case kind == 260 && len(v) == 4:
		return appendAddressMember(dst, "ipv4-neighbor", v)
	case kind == 261 && len(v) == 16:
		return appendAddressMember(dst, "ipv6-interface", v)
	case kind == 262 && len(v) == 16:
		return appendAddressMember(dst, "ipv6-neighbor", v)
	case kind == 263 && len(v)%2 == 0:
		dst = append(appendName(dst, "multi-topology"), '[')
		for ; len(v) > 0; v = v[2:] {
			dst = strconv.AppendUint(appendComma(dst), uint64(binary.BigEndian.Uint16(v)&0xfff), 10)
		}
		return append(dst, ']')
	case kind == 264 && len(v) == 1:
		return appendUintMember(dst, "ospf-route-type", uint64(v[0]))
	case kind == 265:
		family := nlri.IPv4Unicast
		if l.Type() == nlri.LinkStateIPv6Prefix {
			family = nlri.IPv6Unicast
		}
		if nlri.Check(family, 0, v) == nil { // the value is written as a unicast NLRI is
			return appendPrefixMember(dst, "prefix", nlri.AsPrefix(family, 0, v))
		}
	case kind == 518 && len(v) == 16:
		return appendAddressMember(dst, "sid", v)
	case kind == 554:
		if path, ok := l.TLVs().CandidatePath(); ok {
			dst = append(appendName(dst, "candidate-path"), '{')
			dst = appendUintMember(dst, "protocol-origin", uint64(path.ProtocolOrigin()))
			dst = appendAddr(dst, "endpoint", path.Endpoint())
			dst = appendUintMember(dst, "color", uint64(path.Color()))
			dst = appendUintMember(dst, "originator-as", uint64(path.OriginatorAS()))
			dst = appendAddr(dst, "originator", path.Originator())
			return append(appendUintMember(dst, "discriminator", uint64(path.Discriminator())), '}')
		}
	}
	return appendUnknownTLV(dst, kind, v)
}

func appendUnknownTLV(dst []byte, kind uint16, v []byte) []byte {
	dst = append(appendComma(dst), `"tlv-`...)
	dst = strconv.AppendUint(dst, uint64(kind), 10)
	dst = append(dst, `":"`...)
	return append(appendHex(dst, v), '"')
}

// appendAddress writes 4 octets as an IPv4 and 16 as an IPv6 address, others in hexadecimal.
func appendAddress(dst, v []byte) []byte {
	if a, ok := netip.AddrFromSlice(v); ok {
		return a.AppendTo(dst)
	}
	return appendHex(append(dst, "0x"...), v)
}

func appendAddressMember(dst []byte, name string, v []byte) []byte {
	dst = append(appendName(dst, name), '"')
	return append(appendAddress(dst, v), '"')
}
