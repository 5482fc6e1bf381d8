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
	dst = l.Protocol().AppendText(append(dst, ' '))
	dst = strconv.AppendUint(append(dst, " identifier "...), l.Identifier(), 10)
	for rest := l.TLVs(); len(rest) > 0; {
		size := linkState.size(rest)
		switch binary.BigEndian.Uint16(rest) {
		case tlvLocalNode:
			dst = l.appendNodeText(append(dst, " local"...), rest[4:size])
		case tlvRemoteNode:
			dst = l.appendNodeText(append(dst, " remote"...), rest[4:size])
		default:
			dst = l.appendTLVText(dst, rest[:size])
		}
		rest = rest[size:]
	}
	return dst
}

func (l LinkState) appendNodeText(dst []byte, node TLVs) []byte {
	for len(node) > 0 {
		size := linkState.size(node)
		dst = l.appendTLVText(dst, node[:size])
		node = node[size:]
	}
	return dst
}

// appendTLVText writes a single descriptor: what speaks for itself as it is, the rest with a word before, and what
// cannot be read by number and in hexadecimal.
func (l LinkState) appendTLVText(dst []byte, t TLVs) []byte {
	kind, value := binary.BigEndian.Uint16(t), t[4:]
	switch kind {
	case tlvAS, tlvMemberAS:
		if as, ok := t.number(kind); ok {
			if kind == tlvMemberAS {
				dst = append(dst, " member-as"...)
			}
			return strconv.AppendUint(append(dst, ' '), uint64(as), 10)
		}
	case tlvIGPRouterID:
		return IGPRouterID(value).AppendText(append(dst, ' '))
	case tlvLinkIDs:
		if local, remote, ok := t.LinkIDs(); ok {
			dst = strconv.AppendUint(append(dst, " local-id "...), uint64(local), 10)
			return strconv.AppendUint(append(dst, " remote-id "...), uint64(remote), 10)
		}
	case tlvMultiTopology:
		if ids, ok := t.MultiTopology(); ok {
			for id := range ids.All() {
				dst = strconv.AppendUint(append(dst, " topology "...), uint64(id), 10)
			}
			return dst
		}
	case tlvOSPFRouteType:
		if route, ok := t.OSPFRouteType(); ok {
			return route.AppendText(append(dst, " route-type "...))
		}
	case tlvPrefix:
		if p, ok := l.prefix(value); ok {
			return p.AppendTo(append(dst, ' '))
		}
	case tlvCandidatePath:
		if path, ok := t.CandidatePath(); ok {
			dst = path.Endpoint().AppendTo(append(dst, " endpoint "...))
			dst = strconv.AppendUint(append(dst, " color "...), uint64(path.Color()), 10)
			dst = strconv.AppendUint(append(dst, " originator "...), uint64(path.OriginatorAS()), 10)
			dst = path.Originator().AppendTo(append(dst, ' '))
			return strconv.AppendUint(append(dst, " discriminator "...), uint64(path.Discriminator()), 10)
		}
	default:
		if a, ok := t.address(kind); ok {
			switch kind {
			case tlvBGPLSID:
				dst = append(dst, " bgp-ls-id"...)
			case tlvAreaID:
				dst = append(dst, " area"...)
			case tlvBGPRouterID:
				dst = append(dst, " bgp-router-id"...)
			case tlvIPv4RouterID, tlvIPv6RouterID:
				dst = append(dst, " router-id"...)
			}
			return a.AppendTo(append(dst, ' '))
		}
	}
	dst = strconv.AppendUint(append(dst, ' '), uint64(kind), 10)
	return hex.AppendEncode(append(dst, '='), value)
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
