package nlri

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strconv"
)

func (l LinkState) appendText(dst []byte) []byte {
	names := [...]string{"node", "link", "ipv4-prefix", "ipv6-prefix", "sr-policy", "srv6-sid"}
	dst = append(dst, names[l.kind-LinkStateNode]...)
	dst = append(append(dst, ' '), l.Protocol().String()...)
	dst = strconv.AppendUint(append(dst, " identifier "...), l.Identifier(), 10)
	for kind, value := range l.TLVs().All() {
		switch {
		case kind == tlvLocalNode:
			dst = appendNodeText(append(dst, " local"...), value)
		case kind == tlvRemoteNode:
			dst = appendNodeText(append(dst, " remote"...), value)
		case (kind == tlvIPv4Interface || kind == tlvIPv4Neighbor) && len(value) == 4,
			(kind == tlvIPv6Interface || kind == tlvIPv6Neighbor) && len(value) == 16:
			address, _ := netip.AddrFromSlice(value)
			dst = address.AppendTo(append(dst, ' '))
		case kind == tlvPrefix && l.kind == LinkStateIPv4Prefix && soundPrefix(32, value):
			dst = prefixFrom(32, int(value[0]), value[1:]).AppendTo(append(dst, ' '))
		case kind == tlvPrefix && l.kind == LinkStateIPv6Prefix && soundPrefix(128, value):
			dst = prefixFrom(128, int(value[0]), value[1:]).AppendTo(append(dst, ' '))
		default:
			dst = strconv.AppendUint(append(dst, ' '), uint64(kind), 10)
			dst = hex.AppendEncode(append(dst, '='), value)
		}
	}
	return dst
}

func soundPrefix(addressBits int, value []byte) bool {
	return len(value) > 0 && int(value[0]) <= addressBits && prefix.size(value) == len(value)
}

// appendNodeText writes the AS and the IGP Router-ID of a node, the parts that name it to people.
func appendNodeText(dst []byte, node TLVs) []byte {
	if asn, ok := node.Find(tlvAS); ok && len(asn) == 4 {
		dst = strconv.AppendUint(append(dst, ' '), uint64(binary.BigEndian.Uint32(asn)), 10)
	}
	if id, ok := node.Find(tlvIGPRouterID); ok {
		dst = IGPRouterID(id).AppendText(append(dst, ' '))
	}
	return dst
}

// IGPRouterID is the value of TLV 515 (RFC 9552 §5.2.1.4): 4 octets for OSPF, 6 for IS-IS, 7 and 8 for their
// pseudonodes. It borrows.
type IGPRouterID []byte

// String returns "192.0.2.1", "0000.0000.0001", "0000.0000.0001.02" or "192.0.2.1:10.0.0.1", by length; otherwise the
// octets in hexadecimal.
func (id IGPRouterID) String() string { return string(id.AppendText(nil)) }

// AppendText appends what String returns.
func (id IGPRouterID) AppendText(dst []byte) []byte {
	switch len(id) {
	case 4, 8:
		dst = netip.AddrFrom4([4]byte(id[:4])).AppendTo(dst)
		if len(id) == 8 {
			dst = netip.AddrFrom4([4]byte(id[4:])).AppendTo(append(dst, ':'))
		}
		return dst
	case 6, 7:
		for i := 0; i < len(id); i += 2 {
			if i > 0 {
				dst = append(dst, '.')
			}
			dst = hex.AppendEncode(dst, id[i:min(i+2, len(id))])
		}
		return dst
	}
	return hex.AppendEncode(dst, id)
}
