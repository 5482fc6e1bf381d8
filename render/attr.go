package render

import (
	"encoding/binary"
	"net/netip"
	"strconv"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// AppendAttrsJSON writes a block of attributes as an array, each with its code, name, flags ("o"
// optional, "t" transitive, "p" partial, "e" extended length), value, and octets, head included. A
// value that has no text here, or not the length that its attribute asks for, is null. as4 says
// that AS numbers have 4 octets.
func AppendAttrsJSON(dst []byte, attrs wire.Attrs, as4 bool) []byte {
	vni := vniAttrs(attrs)
	dst = append(dst, '[')
	for a := range attrs.All() {
		dst = append(appendComma(dst), '{')
		dst = appendUintMember(dst, "code", uint64(a.Code))
		dst = append(appendName(dst, "name"), '"')
		dst = append(append(dst, a.Code.String()...), '"')
		dst = append(appendName(dst, "flags"), '"')
		dst = append(appendFlags(dst, a.Flags), '"')
		dst = appendAttrValue(appendName(dst, "value"), a.Code, a.Value, as4, vni)
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
		return append(appendASPath(append(dst, '"'), v, as4), '"')
	case code == wire.AttrAS4Path:
		return append(appendASPath(append(dst, '"'), v, true), '"')
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
		return appendPMSI(dst, v, vni)
	case code == wire.AttrIPv6ExtCommunities && size%20 == 0:
		return appendIPv6ExtCommunities(dst, v)
	case code == wire.AttrAIGP && size >= 11 && v[0] == 1 && beUint(v[1:3]) == 11: // RFC 7311 §3
		return strconv.AppendUint(dst, beUint(v[3:11]), 10)
	case code == wire.AttrLargeCommunities && size%12 == 0:
		return appendLargeCommunities(dst, wire.LargeCommunities(v))
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

// appendASPath writes a path as wire.ASPath does, its AS numbers of 4 or of 2 octets.
func appendASPath(dst, v []byte, as4 bool) []byte {
	if as4 {
		return wire.ASPath(v).AppendText(dst)
	}
	var wide []byte
	for len(v) >= 2 && len(v) >= 2+2*int(v[1]) {
		wide = append(wide, v[0], v[1])
		members := v[2 : 2+2*int(v[1])]
		v = v[2+len(members):]
		for ; len(members) > 0; members = members[2:] {
			wide = append(wide, 0, 0, members[0], members[1])
		}
	}
	return wire.ASPath(wide).AppendText(dst)
}

// appendPMSI writes a PMSI tunnel (RFC 6514 §5): flags, type, label (3 octets), tunnel identifier.
func appendPMSI(dst, v []byte, vni bool) []byte {
	names := [...]string{"none", "rsvp-te-p2mp", "mldp-p2mp", "pim-ssm", "pim-sm", "bidir-pim", "ingress-replication", "mldp-mp2mp"}
	dst = append(appendName(append(dst, '{'), "type"), '"')
	if kind := v[1]; int(kind) < len(names) {
		dst = append(dst, names[kind]...)
	} else {
		dst = strconv.AppendUint(dst, uint64(kind), 10)
	}
	dst = append(dst, '"')
	dst = appendUintMember(dst, "flags", uint64(v[0]))
	dst = appendUintMember(dst, "label", uint64(labelValue(v[2:], vni)))
	if id := v[5:]; len(id) > 0 {
		dst = appendAddressMember(dst, "tunnel", id)
	}
	return append(dst, '}')
}

func appendCommunities(dst []byte, list wire.Communities) []byte {
	dst = append(dst, '[')
	for c := range list.All() {
		dst = append(appendComma(dst), '"')
		dst = append(AppendCommunity(dst, c), '"')
	}
	return append(dst, ']')
}

func appendLargeCommunities(dst []byte, list wire.LargeCommunities) []byte {
	dst = append(dst, '[')
	for c := range list.All() {
		dst = append(appendComma(dst), '"')
		dst = append(AppendLargeCommunity(dst, c), '"')
	}
	return append(dst, ']')
}

func appendExtCommunities(dst []byte, list wire.ExtCommunities) []byte {
	dst = append(dst, '[')
	for c := range list.All() {
		dst = append(appendComma(dst), '"')
		dst = append(AppendExtCommunity(dst, c), '"')
	}
	return append(dst, ']')
}

// appendRouteTargets writes the route targets alone.
func appendRouteTargets(dst []byte, list wire.ExtCommunities) []byte {
	dst = append(dst, '[')
	for c := range list.All() {
		if c.IsRouteTarget() {
			dst = append(appendComma(dst), '"')
			dst = append(AppendRouteTarget(dst, c), '"')
		}
	}
	return append(dst, ']')
}

// appendOtherExtCommunities writes all but the route targets.
func appendOtherExtCommunities(dst []byte, list wire.ExtCommunities) []byte {
	dst = append(dst, '[')
	for c := range list.All() {
		if !c.IsRouteTarget() {
			dst = append(appendComma(dst), '"')
			dst = append(AppendExtCommunity(dst, c), '"')
		}
	}
	return append(dst, ']')
}

func appendIPv6ExtCommunities(dst, v []byte) []byte {
	dst = append(dst, '[')
	for ; len(v) >= 20; v = v[20:] {
		dst = append(appendComma(dst), '"')
		dst = append(appendIPv6ExtCommunity(dst, [20]byte(v)), '"')
	}
	return append(dst, ']')
}

func appendClusterList(dst []byte, list wire.ClusterList) []byte {
	dst = append(dst, '[')
	for id := range list.All() {
		dst = append(appendComma(dst), '"')
		dst = append(netip.AddrFrom4(id).AppendTo(dst), '"')
	}
	return append(dst, ']')
}
