package render

import (
	"net/netip"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

func appendCommunities(dst []byte, list wire.Communities) []byte {
	dst = append(dst, '[')
	for c := range list.All() {
		dst = append(appendComma(dst), '"')
		dst = append(c.AppendText(dst), '"')
	}
	return append(dst, ']')
}

func appendLargeCommunities(dst []byte, list wire.LargeCommunities) []byte {
	dst = append(dst, '[')
	for c := range list.All() {
		dst = append(appendComma(dst), '"')
		dst = append(c.AppendText(dst), '"')
	}
	return append(dst, ']')
}

func appendExtCommunities(dst []byte, list wire.ExtCommunities) []byte {
	dst = append(dst, '[')
	for c := range list.All() {
		dst = append(appendComma(dst), '"')
		dst = append(c.AppendText(dst), '"')
	}
	return append(dst, ']')
}

func appendIPv6ExtCommunities(dst []byte, list wire.IPv6ExtCommunities) []byte {
	dst = append(dst, '[')
	for c := range list.All() {
		dst = append(appendComma(dst), '"')
		dst = append(c.AppendText(dst), '"')
	}
	return append(dst, ']')
}

// appendExtCommunityMembers tells route targets from the rest, and leaves out the list that is empty.
func appendExtCommunityMembers(dst []byte, list wire.ExtCommunities) []byte {
	targets, others := false, false
	for c := range list.All() {
		if c.IsRouteTarget() {
			targets = true
		} else {
			others = true
		}
	}
	if targets {
		dst = append(appendName(dst, "route-targets"), '[')
		for c := range list.All() {
			if c.IsRouteTarget() {
				dst = append(appendComma(dst), '"')
				dst = append(c.AppendTarget(dst), '"')
			}
		}
		dst = append(dst, ']')
	}
	if others {
		dst = append(appendName(dst, "ext-communities"), '[')
		for c := range list.All() {
			if !c.IsRouteTarget() {
				dst = append(appendComma(dst), '"')
				dst = append(c.AppendText(dst), '"')
			}
		}
		dst = append(dst, ']')
	}
	return dst
}

func appendClusterList(dst []byte, list wire.ClusterList) []byte {
	dst = append(dst, '[')
	for id := range list.All() {
		dst = append(appendComma(dst), '"')
		dst = append(netip.AddrFrom4(id).AppendTo(dst), '"')
	}
	return append(dst, ']')
}

// vniAttrs says that an encapsulation community makes label fields virtual network identifiers.
func vniAttrs(attrs wire.Attrs) bool {
	a, _ := attrs.Find(wire.AttrExtCommunities)
	return wire.ExtCommunities(a.Value).VNI()
}

// fieldValue is what a label field of 3 octets holds.
func fieldValue(l nlri.LabelField, vni bool) uint32 {
	if vni {
		return l.VNI()
	}
	return uint32(l.MPLS())
}
