package bench

import (
	"encoding/binary"
	"fmt"
)

// ls: of ten routes one is a node, six are its links and three its prefixes (RFC 9552 §5.2), each with an
// attribute of its own of 5 to 7 TLVs.
var linkStateRecipe = &recipe{
	perUpdate: 1,
	find:      findLinkState,
	route:     appendLinkState,
	attrs: func(r synthetic) []byte {
		dst := appendAttr(appendAttr(nil, flagTransitive, attrOrigin, 0), flagTransitive, attrASPath)
		return appendAttr(dst, flagOptional, attrLinkState, linkStateAttr(r)...)
	},
}

// Offsets in a route of what the id is told from: the node's number, and the last octets of the link's
// local identifier and of the prefix.
const (
	lsNodeAt   = 39
	lsLinkAt   = 80
	lsPrefixAt = 51
)

const lsPerNode = 10

func findLinkState(field []byte) uint32 {
	if len(field) < lsNodeAt+4 {
		return Nowhere
	}
	node := binary.BigEndian.Uint32(field[lsNodeAt:])
	switch kind := field[1]; {
	case kind == 2 && len(field) > lsLinkAt:
		return node*lsPerNode + uint32(field[lsLinkAt])
	case kind == 3 && len(field) > lsPrefixAt:
		return node*lsPerNode + uint32(field[lsPrefixAt])
	default:
		return node * lsPerNode
	}
}

func appendLinkState(dst []byte, r synthetic) []byte {
	node, n := r.id/lsPerNode, r.id%lsPerNode
	body := append([]byte{2}, make([]byte, 8)...) // IS-IS level 2, identifier
	body = appendTLV(body, 256, lsNode(node)...)
	kind := byte(1)
	switch {
	case n > 6:
		kind = 3
		body = appendTLV(body, 265, 32, 10, byte(node>>8), byte(node), byte(n))
	case n > 0:
		kind = 2
		body = appendTLV(body, 257, lsNode(node+n)...)
		body = appendTLV(body, 258, 0, 0, 0, byte(n), 0, 0, 0, byte(7-n))
		body = appendTLV(body, 259, 172, byte(node>>8), byte(node), byte(n))
		body = appendTLV(body, 260, 172, byte((node+n)>>8), byte(node+n), byte(n))
	}
	return append(append(dst, 0, kind, 0, byte(len(body))), body...)
}

// lsNode are the descriptors of a node: AS, BGP-LS identifier, IGP router identifier.
func lsNode(node uint32) []byte {
	body := appendTLV(nil, 512, binary.BigEndian.AppendUint32(nil, rtAS)...)
	body = appendTLV(body, 513, 0, 0, 0, 0)
	return appendTLV(body, 515, binary.BigEndian.AppendUint32([]byte{0, 0}, node)...)
}

func linkStateAttr(r synthetic) []byte {
	node, n := r.id/lsPerNode, r.id%lsPerNode
	loopback := func(node uint32) []byte { return binary.BigEndian.AppendUint32(nil, 10<<24|node) }
	var body []byte
	switch {
	case n == 0:
		body = appendTLV(body, 1024, 0)
		body = appendTLV(body, 1026, fmt.Appendf(nil, "node%06d", node)...)
		body = appendTLV(body, 1027, 0x49, 0, 1)
		body = appendTLV(body, 1028, loopback(node)...)
		body = appendTLV(body, 1035, 0, 1)
	case n > 6:
		body = appendTLV(body, 1152, 0x40)
		body = appendTLV(body, 1153, 0, 0, 0, byte(n))
		body = appendTLV(body, 1154, 0, 0, 0, 0, 0, 0, 0, byte(n))
		body = appendTLV(body, 1155, binary.BigEndian.AppendUint32(nil, 10+n)...)
		body = appendTLV(body, 1158, append([]byte{0, 0, 0, 0}, binary.BigEndian.AppendUint32(nil, node)...)...)
	default:
		body = appendTLV(body, 1028, loopback(node)...)
		body = appendTLV(body, 1030, loopback(node+n)...)
		body = appendTLV(body, 1088, 0, 0, 0, byte(n))
		body = appendTLV(body, 1089, 0x4e, 0x95, 0x02, 0xf9) // 10 Gbit/s in octets per second
		body = appendTLV(body, 1090, 0x4e, 0x95, 0x02, 0xf9)
		body = appendTLV(body, 1092, binary.BigEndian.AppendUint32(nil, 10+n)...)
		body = appendTLV(body, 1095, 0, 0, byte(10+n))
	}
	return body
}

func appendTLV(dst []byte, kind uint16, value ...byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, kind)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(value)))
	return append(dst, value...)
}
