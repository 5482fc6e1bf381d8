package render

import (
	"strconv"

	"github.com/dci-rs/dci-rs/wire"
)

// AppendRouteJSON writes a route as one object: what its NLRI says, then who told it and what goes
// with it. A member that does not apply is not there.
func AppendRouteJSON(dst []byte, r *Route) []byte {
	vni := vniAttrs(r.Attrs)
	dst = appendRouteHead(append(dst, '{'), r, vni)
	dst = appendNextHop(dst, r.NextHop)
	dst = appendAttrMembers(dst, r.Attrs, vni)
	if r.Stale {
		dst = append(appendName(dst, "stale"), "true"...)
	}
	if r.Rejected {
		dst = append(appendName(dst, "rejected"), "true"...)
	}
	if !r.Decoded {
		dst = appendName(dst, "age")
		dst = strconv.AppendFloat(dst, float64(r.Age.Milliseconds())/1000, 'f', -1, 64)
	}
	return append(dst, '}')
}

// appendRouteHead writes a route up to its Path Identifier.
func appendRouteHead(dst []byte, r *Route, vni bool) []byte {
	dst = appendNLRI(dst, r.Family, r.Form, r.NLRI, vni)
	dst = appendHexMember(dst, "raw", r.NLRI)
	if r.Peer.IsValid() {
		dst = appendAddr(dst, "peer", r.Peer)
	}
	if r.Site != "" {
		dst = appendString(appendName(dst, "site"), r.Site)
	}
	if !r.Decoded {
		dst = strconv.AppendBool(appendName(dst, "best"), r.Best)
	}
	if !r.Decoded || r.hasPathID() {
		dst = appendUintMember(dst, "path-id", uint64(r.PathID))
	}
	return dst
}

// memberOrder is the order of attributes in a route. Those not in it follow as unknown-attributes, but for
// BGPsec_PATH, which is hexadecimal digits.
var memberOrder = [...]wire.AttrCode{
	wire.AttrOrigin, wire.AttrASPath, wire.AttrLocalPref, wire.AttrMED, wire.AttrAtomicAggregate, wire.AttrAggregator,
	wire.AttrCommunities, wire.AttrLargeCommunities, wire.AttrExtCommunities, wire.AttrIPv6ExtCommunities,
	wire.AttrOriginatorID, wire.AttrClusterList, wire.AttrPMSITunnel, wire.AttrAIGP, wire.AttrOTC,
	wire.AttrTunnelEncapsulation, wire.AttrPrefixSID, wire.AttrLinkState, wire.AttrDPath, wire.AttrSet,
}

func appendAttrMembers(dst []byte, attrs wire.Attrs, vni bool) []byte {
	var written [256]bool
	for _, code := range memberOrder {
		a, ok := attrs.Find(code)
		if !ok {
			continue
		}
		written[code] = true
		switch code {
		case wire.AttrExtCommunities:
			dst = appendExtCommunityMembers(dst, wire.ExtCommunities(a.Value))
			continue
		case wire.AttrPMSITunnel:
			dst = appendName(dst, "pmsi")
		case wire.AttrIPv6ExtCommunities:
			dst = appendName(dst, "ipv6-ext-communities")
		default:
			dst = appendName(dst, code.Name())
		}
		dst = appendAttrValue(dst, code, a.Value, true, vni)
	}
	if a, ok := attrs.Find(wire.AttrBGPsecPath); ok {
		written[a.Code] = true
		dst = appendHexMember(dst, a.Code.Name(), a.Value)
	}
	unknown := false
	for a := range attrs.All() {
		if written[a.Code] {
			continue
		}
		if !unknown {
			unknown = true
			dst = append(appendName(dst, "unknown-attributes"), '[')
		}
		dst = append(appendComma(dst), '"')
		dst = append(appendHex(dst, a.Raw), '"')
	}
	if unknown {
		dst = append(dst, ']')
	}
	return dst
}
