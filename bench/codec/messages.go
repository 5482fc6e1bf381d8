package main

import (
	"encoding/binary"
	"math"
	"net/netip"
	"slices"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
	"github.com/osrg/gobgp/v4/pkg/packet/bgp"
)

// variants is how many messages of a kind take turns: alike in shape, each with routes of its own.
const variants = 64

const asn = 65000

var (
	originator = wire.RouterID{10, 0, 0, 1}
	cluster    = wire.RouterID{10, 0, 0, 100}
)

// session is an iBGP session with the families of a data centre.
var session = wire.Negotiated{LocalASN: asn, PeerASN: asn, Internal: true, AS4: true, Families: []wire.FamilyOptions{
	{Family: nlri.VPNv4, MaxLabels: 1}, {Family: nlri.EVPN}, {Family: nlri.BGPLS},
}}

// A message is one UPDATE of a neighbor and the parts it was made of.
type message struct {
	octets  []byte
	family  nlri.Family
	nextHop wire.NextHop
	nlri    []nlri.NLRI
	attrs   wire.Attrs      // as they may be passed on: without MP_REACH_NLRI
	decoded *bgp.BGPMessage // what GoBGP keeps of it
}

// messages writes variants of an UPDATE.
func messages(f nlri.Family, nextHop wire.NextHop, count int, route func(id int) nlri.NLRI, attrs func(variant int) wire.Attrs) []message {
	all := make([]message, variants)
	for v := range all {
		m := &all[v]
		*m = message{family: f, nextHop: nextHop, attrs: attrs(v)}
		for i := range count {
			m.nlri = append(m.nlri, route(v*count+i))
		}
		m.encode()
	}
	return all
}

// encode puts MP_REACH_NLRI first (RFC 7606 §5.1).
func (m *message) encode() {
	var o ours
	o.write(m)
	m.octets = o.out
	m.decoded = new(gobgp).parse(m)
}

// reflected is the messages as a reflector passes them on.
func reflected(all []message) []message {
	all = slices.Clone(all)
	for i := range all {
		var o ours
		o.reflect(&all[i])
		all[i].attrs = o.out
		all[i].encode()
	}
	return all
}

func rd(number int) nlri.RD {
	return nlri.RD{0, 1, 10, 0, 0, 1, byte(number >> 8), byte(number)}
}

// evpnMessages announce MAC/IP routes of a symmetric IRB: two VNIs, hosts that have moved.
func evpnMessages() []message {
	route := func(id int) nlri.NLRI {
		return nlri.AppendMACIP(nil, nlri.MACIPFields{RD: rd(10 + id/5), MAC: nlri.MAC{0, 0x50, 0x56, 1, byte(id >> 8), byte(id)},
			IP: netip.AddrFrom4([4]byte{10, 20, byte(id >> 8), byte(id)}), Label1: 10010, Label2: 50001})
	}
	attrs := func(variant int) wire.Attrs {
		a := commonAttrs(65101, 65001)
		return appendAttr(a, optionalTransitive, wire.AttrExtCommunities,
			[]byte{0, 2, 0xfd, 0xe8, 0, 0, 0x27, byte(variant)}, // route targets of the MAC-VRF and the IP-VRF
			[]byte{0, 2, 0xfd, 0xe8, 0, 0, 0xc3, 0x51},
			[]byte{3, 12, 0, 0, 0, 0, 0, 8},            // VXLAN
			[]byte{6, 0, 0, 0, 0, 0, 0, byte(variant)}, // MAC mobility
			[]byte{6, 3, 2, 0, 0, 0, 0, 1})             // router's MAC
	}
	return messages(nlri.EVPN, []byte{10, 0, 0, 1}, 5, route, attrs)
}

// vpnMessages announce /24s of one VRF each.
func vpnMessages() []message {
	route := func(id int) nlri.NLRI {
		prefix := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(id >> 8), byte(id), 0}), 24)
		return nlri.AppendVPN(nil, rd(100+id/20), []nlri.Label{16001}, prefix)
	}
	attrs := func(variant int) wire.Attrs {
		a := commonAttrs(65201)
		return appendAttr(a, optionalTransitive, wire.AttrExtCommunities,
			[]byte{0, 2, 0xfd, 0xe8, 0, 0, 0, byte(variant)}, // route target
			[]byte{0, 3, 0xfd, 0xe8, 0, 0, 0, byte(variant)}) // route origin
	}
	return messages(nlri.VPNv4, []byte{0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1}, 20, route, attrs)
}

// linkMessages announce a link between two IS-IS routers, with what a traffic engineering controller wants to know.
func linkMessages() []message {
	node := func(id int) nlri.TLVs {
		t := nlri.AppendTLV(nil, 512, number(asn))
		t = nlri.AppendTLV(t, 513, number(0))
		return nlri.AppendTLV(t, 515, []byte{0, 0, 0, 0, byte(id >> 8), byte(id)})
	}
	route := func(id int) nlri.NLRI {
		t := nlri.AppendTLV(nil, 256, node(id))
		t = nlri.AppendTLV(t, 257, node(id+1))
		t = nlri.AppendTLV(t, 259, []byte{10, 1, byte(id), 1})
		t = nlri.AppendTLV(t, 260, []byte{10, 1, byte(id), 2})
		return nlri.AppendLinkState(nil, nlri.LinkStateLink, 2, 0, t)
	}
	attrs := func(variant int) wire.Attrs {
		bandwidth := math.Float32bits(1.25e9)
		t := nlri.AppendTLV(nil, 1028, []byte{10, 0, 0, byte(variant)})
		t = nlri.AppendTLV(t, 1030, []byte{10, 0, 1, byte(variant)})
		t = nlri.AppendTLV(t, 1088, number(1))
		t = nlri.AppendTLV(t, 1089, number(bandwidth))
		t = nlri.AppendTLV(t, 1090, number(bandwidth))
		unreserved := []byte(nil)
		for range 8 {
			unreserved = binary.BigEndian.AppendUint32(unreserved, bandwidth)
		}
		t = nlri.AppendTLV(t, 1091, unreserved)
		t = nlri.AppendTLV(t, 1092, number(uint32(10+variant)))
		t = nlri.AppendTLV(t, 1095, []byte{0, 0, byte(10 + variant)})
		t = nlri.AppendTLV(t, 1099, []byte{0x30, 0, 0, 0, 0, 0x5d, byte(variant)})
		return appendAttr(commonAttrs(), wire.FlagOptional, wire.AttrLinkState, t)
	}
	return messages(nlri.BGPLS, []byte{10, 0, 0, 1}, 1, route, attrs)
}

const optionalTransitive = wire.FlagOptional | wire.FlagTransitive

// commonAttrs are ORIGIN, AS_PATH and LOCAL_PREF.
func commonAttrs(path ...uint32) wire.Attrs {
	a := appendAttr(nil, wire.FlagTransitive, wire.AttrOrigin, []byte{0})
	var segment []byte
	if len(path) > 0 {
		segment = []byte{2, byte(len(path))}
		for _, as := range path {
			segment = binary.BigEndian.AppendUint32(segment, as)
		}
	}
	a = appendAttr(a, wire.FlagTransitive, wire.AttrASPath, segment)
	return appendAttr(a, wire.FlagTransitive, wire.AttrLocalPref, number(100))
}

func appendAttr(dst wire.Attrs, flags wire.AttrFlags, code wire.AttrCode, parts ...[]byte) wire.Attrs {
	var value []byte
	for _, p := range parts {
		value = append(value, p...)
	}
	return wire.AppendAttr(dst, flags, code, value)
}

func number(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
