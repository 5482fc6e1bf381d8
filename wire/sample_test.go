package wire

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"

	"github.com/dci-rs/dci-rs/nlri"
)

// A sample is a sound UPDATE of one family as a neighbor may send it.
type sample struct {
	family  nlri.Family
	form    nlri.Form
	nextHop NextHop
	nlri    []nlri.NLRI
}

// octets reads hexadecimal digits, blanks ignored.
func octets(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

func address(s string) []byte { return netip.MustParseAddr(s).AsSlice() }

func rd(n int) nlri.RD { return nlri.RD{0, 1, 10, 1, 0, 1, byte(n >> 8), byte(n)} }

func vpnAddress(s string) []byte { return append(make([]byte, 8), address(s)...) }

// samples has every family of the codec's first issue, and the next hops of both lengths.
func samples() map[string]sample {
	v4 := func(i int) netip.Prefix { return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 1, byte(i), 0}), 24) }
	v6 := func(i int) netip.Prefix {
		return netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, byte(i)}), 48)
	}
	both := append(address("2001:db8::1"), address("fe80::1")...)
	vpnBoth := append(vpnAddress("2001:db8::1"), vpnAddress("fe80::1")...)
	link := nlri.AppendTLV(nil, 256, nlri.AppendTLV(nil, 512, []byte{0, 0, 0xfd, 0xe8}))
	esi := nlri.ESI{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	many := func(n int, one func(i int) []byte) (list []nlri.NLRI) {
		for i := range n {
			list = append(list, one(i))
		}
		return list
	}
	macIP := func(i int) []byte {
		return nlri.AppendMACIP(nil, nlri.MACIPFields{RD: rd(1), MAC: nlri.MAC{0, 17, 34, 51, 68, byte(i)},
			IP: netip.AddrFrom4([4]byte{192, 168, 1, byte(i)}), Label1: 10000})
	}
	return map[string]sample{
		"ipv4":                  {nlri.IPv4Unicast, 0, address("192.0.2.1"), many(100, func(i int) []byte { return nlri.AppendPrefix(nil, v4(i)) })},
		"ipv4 over ipv6":        {nlri.IPv4Unicast, 0, address("2001:db8::1"), many(3, func(i int) []byte { return nlri.AppendPrefix(nil, v4(i)) })},
		"ipv4 add-path":         {nlri.IPv4Unicast, nlri.AddPath, address("192.0.2.1"), many(3, func(i int) []byte { return nlri.AppendPrefix(nil, v4(i)) })},
		"ipv6":                  {nlri.IPv6Unicast, 0, address("2001:db8::1"), many(3, func(i int) []byte { return nlri.AppendPrefix(nil, v6(i)) })},
		"ipv6 with link-local":  {nlri.IPv6Unicast, 0, both, many(3, func(i int) []byte { return nlri.AppendPrefix(nil, v6(i)) })},
		"ipv4-labeled":          {nlri.IPv4Labeled, 0, address("192.0.2.1"), many(3, func(i int) []byte { return nlri.AppendLabeled(nil, []nlri.Label{16001}, v4(i)) })},
		"ipv6-labeled, stack":   {nlri.IPv6Labeled, nlri.LabelStack, address("2001:db8::1"), many(3, func(i int) []byte { return nlri.AppendLabeled(nil, []nlri.Label{16001, 3}, v6(i)) })},
		"vpnv4":                 {nlri.VPNv4, 0, vpnAddress("192.0.2.1"), many(20, func(i int) []byte { return nlri.AppendVPN(nil, rd(1), []nlri.Label{16001}, v4(i)) })},
		"vpnv6":                 {nlri.VPNv6, 0, vpnAddress("2001:db8::1"), many(3, func(i int) []byte { return nlri.AppendVPN(nil, rd(1), []nlri.Label{16001}, v6(i)) })},
		"vpnv6 with link-local": {nlri.VPNv6, 0, vpnBoth, many(3, func(i int) []byte { return nlri.AppendVPN(nil, rd(1), []nlri.Label{16001}, v6(i)) })},
		"evpn 2":                {nlri.EVPN, 0, address("192.0.2.1"), many(5, macIP)},
		"evpn 2 over ipv6":      {nlri.EVPN, nlri.AddPath, address("2001:db8::1"), many(5, macIP)},
		"evpn 1, 3, 4, 5 and 99": {nlri.EVPN, 0, address("192.0.2.1"), []nlri.NLRI{
			nlri.AppendEthernetAD(nil, rd(1), esi, 0xffffffff, 0), nlri.AppendIMET(nil, rd(1), 0, netip.MustParseAddr("10.1.0.1")),
			nlri.AppendEthernetSegment(nil, rd(0), esi, netip.MustParseAddr("10.1.0.1")),
			nlri.AppendIPPrefix(nil, nlri.IPPrefixFields{RD: rd(1), Prefix: v4(1), Label: 10000}), {99, 3, 1, 2, 3}}},
		"vpls": {nlri.VPLS, 0, address("192.0.2.1"), []nlri.NLRI{
			nlri.AppendVPLS(nil, nlri.VPLSFields{RD: rd(100), VEID: 1, BlockOffset: 1, BlockSize: 8, LabelBase: 100000}),
			nlri.AppendVPLSAD(nil, rd(100), netip.MustParseAddr("10.1.0.1"))}},
		"bgp-ls":       {nlri.BGPLS, 0, address("192.0.2.1"), []nlri.NLRI{nlri.AppendLinkState(nil, nlri.LinkStateNode, 2, 0, link)}},
		"bgp-ls link":  {nlri.BGPLS, 0, address("192.0.2.1"), []nlri.NLRI{nlri.AppendLinkState(nil, nlri.LinkStateLink, 2, 0, linkDescriptors())}},
		"bgp-ls-vpn":   {nlri.BGPLSVPN, 0, vpnAddress("192.0.2.1"), []nlri.NLRI{octets("0001 001d 00010a0100010001 02 0000000000000000 0100 0008 0200 0004 0000fde8")}},
		"route-target": {nlri.RouteTarget, 0, address("192.0.2.1"), []nlri.NLRI{nlri.AppendRTMembership(nil, 65000, [8]byte{0, 2, 0xfd, 0xe8, 0, 0, 0, 100}, 96), {0}}},
	}
}

// linkDescriptors are those of a link between two IS-IS routers.
func linkDescriptors() nlri.TLVs {
	node := func(last byte) []byte {
		t := nlri.AppendTLV(nil, 512, []byte{0, 0, 0xfd, 0xe8})
		t = nlri.AppendTLV(t, 513, make([]byte, 4))
		return nlri.AppendTLV(t, 515, []byte{0, 0, 0, 0, 0, last})
	}
	t := nlri.AppendTLV(nlri.AppendTLV(nil, 256, node(1)), 257, node(2))
	return nlri.AppendTLV(nlri.AppendTLV(t, 259, []byte{10, 0, 0, 1}), 260, []byte{10, 0, 0, 2})
}

// linkAttrs are the attributes of that link.
func linkAttrs() Attrs {
	t := nlri.AppendTLV(nil, 1028, []byte{10, 0, 0, 1})
	t = nlri.AppendTLV(t, 1030, []byte{10, 0, 0, 2})
	t = nlri.AppendTLV(t, 1088, make([]byte, 4))
	t = nlri.AppendTLV(t, 1089, []byte{0x4e, 0x95, 2, 0xf9})
	t = nlri.AppendTLV(t, 1091, make([]byte, 32))
	t = nlri.AppendTLV(t, 1092, []byte{0, 0, 0, 10})
	t = nlri.AppendTLV(t, 1095, []byte{0, 0, 10})
	t = nlri.AppendTLV(t, 1099, []byte{0x30, 0, 0, 0, 0, 0x5d, 0xc1})
	a := AppendAttr(AppendAttr(nil, wellKnown, AttrOrigin, []byte{0}), wellKnown, AttrASPath, nil)
	return AppendAttr(AppendAttr(a, wellKnown, AttrLocalPref, []byte{0, 0, 0, 100}), optionalNonTransitive, AttrLinkState, t)
}

// session is what the neighbor of the sample negotiated.
func (s sample) session() *Negotiated {
	return &Negotiated{Internal: true, AS4: true, LocalASN: 65000, PeerASN: 65000, Families: []FamilyOptions{
		{Family: nlri.IPv4Multicast}, {Family: s.family, Receive: s.form, Send: s.form, ExtendedNextHop: true}}}
}

// sampleAttrs is what an EVPN route has: ORIGIN, AS_PATH, LOCAL_PREF, two communities, two extended communities.
func sampleAttrs() Attrs {
	a := AppendAttr(nil, wellKnown, AttrOrigin, []byte{0})
	a = AppendAttr(a, wellKnown, AttrASPath, []byte{2, 1, 0, 0, 0xfd, 0xe9})
	a = AppendAttr(a, wellKnown, AttrLocalPref, []byte{0, 0, 0, 100})
	a = AppendAttr(a, optionalTransitive, AttrCommunities, []byte{0xfd, 0xe8, 0, 1, 0xfd, 0xe8, 0, 2})
	return AppendAttr(a, optionalTransitive, AttrExtCommunities, []byte{0, 2, 0xfd, 0xe8, 0, 0, 0x27, 0x10, 3, 12, 0, 0, 0, 0, 0, 8})
}

// message writes the sample as one UPDATE, VPLS too.
func (s sample) message(attrs Attrs) []byte {
	var w UpdateWriter
	w.Begin(nil, MaxMessage, s.family, s.form, s.nextHop, attrs)
	w.single = false
	for i, n := range s.nlri {
		if !w.Add(nlri.PathID(i+1), n) {
			panic(fmt.Sprintf("sample NLRI %d does not fit", i))
		}
	}
	return w.End()
}

func (s sample) withdrawal() []byte {
	var w UpdateWriter
	w.BeginWithdraw(nil, MaxMessage, s.family, s.form)
	w.single = false
	for i, n := range s.nlri {
		w.Add(nlri.PathID(i+1), n)
	}
	return w.End()
}

// lists are all four NLRI fields of an UPDATE.
func (u *Update) lists() []nlri.List {
	reach, _ := u.Reach()
	unreach, _ := u.Unreach()
	return []nlri.List{u.Withdrawn(), u.Announced(), reach.List, unreach}
}
