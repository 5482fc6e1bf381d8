package render

import (
	"encoding/binary"
	"strconv"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// AppendAttrsJSON writes a block of attributes as an array, each with its code, name, flags ("o"
// optional, "t" transitive, "p" partial, "e" extended length), value, and octets, head included. A
// value that has no text here, or not the length that its attribute asks for, is null. as4 says
// that AS numbers have 4 octets.
func AppendAttrsJSON(dst []byte, attrs wire.Attrs, as4 bool) []byte {
	return appendAttrs(dst, attrs, as4, false)
}

func appendAttrs(dst []byte, attrs wire.Attrs, as4, inside bool) []byte {
	vni := vniAttrs(attrs)
	dst = append(dst, '[')
	for a := range attrs.All() {
		dst = append(appendComma(dst), '{')
		dst = appendUintMember(dst, "code", uint64(a.Code))
		dst = append(appendName(dst, "name"), '"')
		dst = append(a.Code.AppendText(dst), '"')
		dst = append(appendName(dst, "flags"), '"')
		dst = append(appendFlags(dst, a.Flags), '"')
		dst = appendName(dst, "value")
		if inside && a.Code == wire.AttrSet {
			dst = append(dst, "null"...)
		} else {
			dst = appendAttrValue(dst, a.Code, a.Value, as4, vni)
		}
		dst = appendHexMember(dst, "raw", a.Raw)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func appendFlags(dst []byte, f wire.AttrFlags) []byte {
	for i, letter := range []byte("otpe") {
		if f&(wire.FlagOptional>>i) != 0 {
			dst = append(dst, letter)
		}
	}
	return dst
}

// appendAttrValue writes the value of an attribute as JSON.
func appendAttrValue(dst []byte, code wire.AttrCode, v []byte, as4, vni bool) []byte {
	size := len(v)
	switch {
	case code == wire.AttrOrigin && size == 1:
		return append(appendOrigin(append(dst, '"'), v[0]), '"')
	case code == wire.AttrASPath:
		return append(wire.AppendASPathText(append(dst, '"'), v, as4), '"')
	case code == wire.AttrAS4Path:
		return append(wire.AppendASPathText(append(dst, '"'), v, true), '"')
	case code == wire.AttrNextHop && size == 4, code == wire.AttrOriginatorID && size == 4:
		return append(appendAddress(append(dst, '"'), v), '"')
	case code == wire.AttrMED && size == 4, code == wire.AttrLocalPref && size == 4, code == wire.AttrOTC && size == 4:
		return strconv.AppendUint(dst, beUint(v), 10)
	case code == wire.AttrAtomicAggregate && size == 0:
		return append(dst, "true"...)
	case code == wire.AttrAggregator && (size == 6 || size == 8), code == wire.AttrAS4Aggregator && size == 8:
		dst = strconv.AppendUint(append(dst, '"'), beUint(v[:size-4]), 10)
		return append(appendAddress(append(dst, ' '), v[size-4:]), '"')
	case code == wire.AttrCommunities && size%4 == 0:
		return appendCommunities(dst, wire.Communities(v))
	case code == wire.AttrClusterList && size%4 == 0:
		return appendClusterList(dst, wire.ClusterList(v))
	case code == wire.AttrMPReach && size >= 5 && size >= 5+int(v[3]):
		dst = appendFamilyObject(dst, v)
		dst = appendNextHop(dst, wire.NextHop(v[4:4+int(v[3])]))
		return append(dst, '}')
	case code == wire.AttrMPUnreach && size >= 3:
		return append(appendFamilyObject(dst, v), '}')
	case code == wire.AttrExtCommunities && size%8 == 0:
		return appendExtCommunities(dst, wire.ExtCommunities(v))
	case code == wire.AttrPMSITunnel && size >= 5:
		return appendPMSI(dst, wire.PMSITunnel(v), vni)
	case code == wire.AttrTunnelEncapsulation:
		return appendTLVs(dst, wire.AsTunnelEncapsulation(v))
	case code == wire.AttrIPv6ExtCommunities && size%20 == 0:
		return appendIPv6ExtCommunities(dst, wire.IPv6ExtCommunities(v))
	case code == wire.AttrAIGP:
		if metric, ok := wire.AIGP(v).Metric(); ok {
			return strconv.AppendUint(dst, metric, 10)
		}
	case code == wire.AttrLinkState:
		return appendTLVs(dst, wire.AsLinkState(v))
	case code == wire.AttrLargeCommunities && size%12 == 0:
		return appendLargeCommunities(dst, wire.LargeCommunities(v))
	case code == wire.AttrDPath:
		return appendDPath(dst, wire.DPath(v))
	case code == wire.AttrPrefixSID:
		return appendTLVs(dst, wire.AsPrefixSID(v))
	case code == wire.AttrSet && size >= 4:
		return appendAttributeSet(dst, wire.AttributeSet(v))
	}
	return append(dst, "null"...)
}

// appendFamilyObject begins an object with the family at the front of v: AFI (2 octets), SAFI.
func appendFamilyObject(dst, v []byte) []byte {
	f := nlri.FamilyOf(nlri.AFI(binary.BigEndian.Uint16(v)), nlri.SAFI(v[2]))
	dst = append(appendName(append(dst, '{'), "family"), '"')
	return append(f.AppendText(dst), '"')
}

// appendNextHop writes a next-hop field: its address, a link-local one beside it, and octets of no
// known length as hexadecimal digits.
func appendNextHop(dst []byte, h wire.NextHop) []byte {
	if len(h) == 0 {
		return dst
	}
	a := h.Addr()
	if !a.IsValid() {
		dst = append(appendName(dst, "next-hop"), `"0x`...)
		return append(appendHex(dst, h), '"')
	}
	dst = appendAddr(dst, "next-hop", a)
	if local := h.LinkLocal(); local.IsValid() {
		dst = appendAddr(dst, "next-hop-link-local", local)
	}
	return dst
}

// appendOrigin writes an ORIGIN by name (RFC 4271 §5.1.1).
func appendOrigin(dst []byte, v byte) []byte {
	if names := [...]string{"igp", "egp", "incomplete"}; int(v) < len(names) {
		return append(dst, names[v]...)
	}
	return strconv.AppendUint(dst, uint64(v), 10)
}

// appendDPath writes the domains, the one that was left last first.
func appendDPath(dst []byte, p wire.DPath) []byte {
	dst = append(dst, '[')
	for d := range p.All() {
		dst = append(appendComma(dst), '"')
		dst = append(d.AppendText(dst), '"')
	}
	return append(dst, ']')
}

// appendAttributeSet writes the attributes of a customer's route (RFC 6368 §5). One more set inside stays
// octets: a row of them, each in the last, would grow by the square of their number.
func appendAttributeSet(dst []byte, s wire.AttributeSet) []byte {
	dst = appendUintMember(append(dst, '{'), "origin-as", uint64(s.OriginAS()))
	return append(appendAttrs(appendName(dst, "attributes"), s.Attrs(), true, true), '}')
}
