package fuzz

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

func octets(text string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		panic(fmt.Sprintf("%q: %v", text, err))
	}
	return b
}

// Seeds are the inputs of a target that explain themselves: those of the field (rows.go), and routes of
// every kind as the encoders write them. What was captured or found stands in the corpus.
func Seeds(target string) [][]byte {
	var list [][]byte
	add := func(name string, in []byte) {
		if name == target {
			list = append(list, in)
		}
		// What one target reads is part of what the targets behind it read.
		var update []byte
		switch name {
		case "attribute":
			update = withAttribute(in[0], wire.AppendAttr(nil, wire.AttrFlags(in[2]), wire.AttrCode(in[1]), in[3:]))
		case "nlri":
			update = withField(family(in[0]), in[1], in[2:])
		case "update":
			update = in
		default:
			return
		}
		switch target {
		case "update":
			list = append(list, update)
		case "chain":
			f := byte(0)
			if name == "nlri" {
				f = in[0]
			}
			list = append(list, inChain(update, byte(len(list)&1), f))
		case "message":
			list = append(list, asMessage(update))
		}
	}
	for _, r := range rows {
		add(r.target, octets(r.octets))
	}
	for _, loop := range []string{"00 09 80 0a0000fd", "00 0a 80 01010101 0a0000fe", "00 02 40 0202 0000fde9 0000fde8"} {
		add("attribute", octets(loop)) // what has been here before: ourID, ourCluster, ourAS
	}
	for _, extended := range []string{"10 0e 80 0001 01 10 20010db8000000000000000000000001 00 18 cb0071", "10 0e 80 0001 04 20 20010db8000000000000000000000001 fe800000000000000000000000000001 00 30 000641 cb0071"} {
		add("attribute", octets(extended)) // IPv4 routes with an IPv6 next hop
	}
	for _, value := range values {
		add("attribute", octets(value))
	}
	for i, f := range families {
		for _, n := range routes(f) {
			add("nlri", append([]byte{byte(i), 0}, twins(f, n)...))
			for _, form := range []byte{0, byte(nlri.AddPath), byte(nlri.Withdraw)} {
				in := append([]byte{byte(i), form}, field(f, nlri.Form(form), n)...)
				add("nlri", in)
			}
		}
	}
	add("open", openInput(fullOpen(), wire.Open{ASN: 65001, HoldTime: 90, RouterID: wire.RouterID{10, 0, 0, 2}}))
	add("open", openInput(fullOpen(), fullOpen()))
	add("message", append([]byte{0}, slices.Concat(wire.AppendOpen(nil, fullOpen()), wire.AppendKeepalive(nil), wire.AppendEndOfRIB(nil, nlri.EVPN))...))
	return list
}

// field is an NLRI in a form of its family.
func field(f nlri.Family, form nlri.Form, n nlri.NLRI) (b []byte) {
	if form&nlri.AddPath != 0 {
		b = []byte{0, 0, 0, 7}
	}
	if form&nlri.Withdraw != 0 {
		return nlri.AppendWithdraw(b, f, form, n)
	}
	return append(b, n...)
}

// twins are a route and all that differ from it in one bit of one octet and are sound: what is a route's
// identity and what is its data shows there.
func twins(f nlri.Family, n nlri.NLRI) []byte {
	form := nlri.Form(0)
	if f == unknownFamily {
		form = nlri.OpaqueLength8
	}
	list := slices.Clone(n)
	for i := range n {
		twin := slices.Clone(n)
		if twin[i] ^= 1; nlri.Check(f, form, twin) == nil {
			list = append(list, twin...)
		}
	}
	return list
}

// withField is an input of Update with an MP_REACH_NLRI or MP_UNREACH_NLRI of any field.
func withField(f nlri.Family, form byte, field []byte) []byte {
	bits := byte(0)
	if form&byte(nlri.AddPath) != 0 {
		bits |= addPath
	}
	if form&byte(nlri.LabelStack) != 0 {
		bits |= labelStack
	}
	value := []byte{byte(f.AFI() >> 8), byte(f.AFI()), byte(f.SAFI())}
	attrs := [][]byte{}
	if form&byte(nlri.Withdraw) != 0 {
		attrs = append(attrs, wire.AppendAttr(nil, wire.FlagOptional, wire.AttrMPUnreach, append(value, field...)))
	} else {
		nextHop := nextHopOf(f)
		value = append(append(append(value, byte(len(nextHop))), nextHop...), 0)
		attrs = append(attrs, wire.AppendAttr(nil, wire.FlagOptional, wire.AttrMPReach, append(value, field...)))
		for _, a := range mandatory(0) {
			if wire.AttrCode(a[1]) != wire.AttrNextHop {
				attrs = append(attrs, a)
			}
		}
	}
	block := slices.Concat(attrs...)
	return append([]byte{bits, 0, 0, byte(len(block) >> 8), byte(len(block))}, block...)
}

// nextHopOf is a next hop that goes with a family.
func nextHopOf(f nlri.Family) []byte {
	switch f {
	case nlri.IPv6Unicast, nlri.IPv6Labeled, nlri.IPv6Multicast:
		return make([]byte, 16)
	case nlri.VPNv4, nlri.BGPLSVPN:
		return make([]byte, 12)
	case nlri.VPNv6:
		return make([]byte, 24)
	case nlri.FlowSpec4, nlri.FlowSpec6, nlri.FlowSpecVPN4, nlri.FlowSpecVPN6, nlri.FlowSpecL2VPN:
		return nil
	}
	return []byte{10, 0, 0, 1}
}

// inChain has the UPDATE of an input of Update sent, a late neighbor come and the sender told all again.
// The sender has one of the two roles on its side of the AS.
func inChain(update []byte, role, f byte) []byte {
	bits, body := update[0], update[1:]
	if bits&external != 0 {
		role |= 2
	}
	in := []byte{bits, role, f, 0, byte(len(body) >> 8), byte(len(body))}
	return append(append(in, body...), 7<<1, 6<<1)
}

// asMessage is an input of Message with the body of an input of Update.
func asMessage(update []byte) []byte {
	n := wire.HeaderLen + len(update) - 1
	header := append([]byte(strings.Repeat("\xff", 16)), byte(n>>8), byte(n), byte(wire.TypeUpdate))
	return slices.Concat(update[:1], header, update[1:])
}

func openInput(a, b wire.Open) []byte {
	first, second := wire.AppendOpen(nil, a)[wire.HeaderLen:], wire.AppendOpen(nil, b)[wire.HeaderLen:]
	return slices.Concat([]byte{byte(len(first) >> 8), byte(len(first))}, first, second)
}

// fullOpen has every capability there is an encoder for.
func fullOpen() wire.Open {
	c := wire.Capabilities{}.
		AppendFamilies(families[:]...).
		AppendFlag(wire.CapRouteRefresh).AppendFlag(wire.CapEnhancedRefresh).AppendFlag(wire.CapExtendedMessage).
		AppendAS4(4200000000).
		AppendAddPath(wire.AddPathEntry{Family: nlri.EVPN, Mode: wire.AddPathBoth}, wire.AddPathEntry{Family: nlri.IPv4Unicast, Mode: wire.AddPathSend}).
		AppendMultipleLabels(5, nlri.VPNv4).
		AppendExtendedNextHop(nlri.IPv4Unicast, nlri.VPNv4).
		AppendRole(wire.RoleRouteServer).
		AppendGracefulRestart(wire.GracefulRestart{Restarted: true, Time: 120, Families: []wire.GracefulFamily{{Family: nlri.EVPN, ForwardingState: true}}}).
		AppendLongLived(wire.GracefulFamily{Family: nlri.EVPN, StaleTime: 3600}).
		AppendFQDN("leaf1", "dc1.example").
		AppendSoftwareVersion("dci-rs")
	return wire.Open{ASN: 4200000000, HoldTime: 90, RouterID: wire.RouterID{10, 0, 0, 1}, Capabilities: c}
}

// values are sound attributes that have an inside, as inputs of Attribute.
var values = []string{
	"00 02 40 0202 0000fde9 0000fdea 0102 0000fdeb 0000fdec", // AS_PATH with a set
	"02 07 c0 fde9 0a000001",                                 // AGGREGATOR with 2 octets
	"00 07 c0 0000fde9 0a000001",                             // and with 4
	"02 11 c0 0201 fa56ea00",                                 // AS4_PATH
	"02 12 c0 fa56ea00 0a000001",                             // AS4_AGGREGATOR
	"00 08 c0 ffffff01 fde80001",                             // NO_EXPORT
	"00 08 c0 ffffff02",                                      // NO_ADVERTISE
	"00 20 c0 0000fde8 00000001 00000002",                    // large communities
	"00 10 c0 0002fde800000064 01020a0000010064 0202fa56ea000064 030c000000000008 0600010000000007 0601000000000641",                                    // RT in all forms, encapsulation, mobility, ESI label
	"00 10 c0 0602001122334455 0603001122334455 030d000000000000 0604000105dc0000 800a1300 05dc0000 0606020000000000 030b000000000064 4004fde849742400", // ES-Import, router's MAC, gateway, layer 2, DF election, color, bandwidth
	"00 10 c0 8006fde849742400 8007000000000001 8008fde800000064 800900000000002e 800c000049742400",                                                     // FlowSpec actions
	"00 19 c0 0002 20010db8000000000000000000000001 0064",                                                                                               // IPv6 route target
	"00 16 c0 00 06 000064 0a000001",                                                                               // PMSI tunnel: ingress replication
	"00 16 c0 01 01 000640 0a000001 0000 0001 00000007",                                                            // RSVP-TE
	"00 16 c0 00 02 000000 06 0001 04 0a000001 0007 01 0004 00000001",                                              // mLDP
	"00 16 c0 00 03 000000 0a000001 e8000001",                                                                      // PIM-SSM
	"00 17 c0 0008 000c 040a 030b000000000064 0000",                                                                // tunnel encapsulation with a color
	"00 17 c0 0008 001a 010c 80000064 001122334455 0000 060a 00000000 0001 0a000001",                               // VXLAN
	"00 17 c0 000f 0014 0c06 000000000064 0d06 000003e80000 80 0001 00",                                            // SR policy
	"00 1a 80 01 000b 0000000000000064",                                                                            // AIGP
	"00 1d 80 0402 0005 6c65616631 0404 0004 0a000001 0400 0001 00",                                                // node
	"00 1d 80 0440 0004 00000001 0441 0004 4cee6b28 0447 0003 00000a 045a 0004 00000064 044b 0007 70000000 0186a1", // link
	"00 1d 80 0480 0001 00 0483 0004 0000000a 0485 0004 00000001 0486 0008 0000 0000 00000010",                     // prefix
	"00 24 c0 02 0000fde8 0064 46 0000fde9 0065 80",                                                                // D-PATH
	"00 28 c0 01 0007 00 0000 00000010 03 0008 0000 003e80 001f40",                                                 // Prefix-SID: label index, SRGB
	"00 28 c0 05 0022 00 01 001e 00 20010db8000000000000000000000001 00 0013 00 01 0006 2010100000 00",             // SRv6 service
	"00 80 c0 0000fde8 40010100 400200 80040400000064",                                                             // ATTR_SET
	"00 21 80 0008 0000fde9 00",                                                                                    // BGPsec_PATH
}

// routes are NLRI of a family as the encoders write them, and where there is no encoder in octets.
func routes(f nlri.Family) []nlri.NLRI {
	rd := nlri.RD(octets(rdHex))
	p := netip.MustParsePrefix("10.1.0.0/16")
	if f.AFI() == nlri.AFIIPv6 {
		p = netip.MustParsePrefix("2001:db8:1::/48")
	}
	esi := nlri.ESI{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	router := netip.MustParseAddr("10.0.0.1")
	switch f {
	case nlri.IPv4Unicast, nlri.IPv6Unicast, nlri.IPv4Multicast, nlri.IPv6Multicast:
		return []nlri.NLRI{nlri.AppendPrefix(nil, p), {0}}
	case nlri.IPv4Labeled, nlri.IPv6Labeled:
		return []nlri.NLRI{nlri.AppendLabeled(nil, []nlri.Label{100}, p)}
	case nlri.VPNv4, nlri.VPNv6:
		return []nlri.NLRI{nlri.AppendVPN(nil, rd, []nlri.Label{100}, p)}
	case nlri.EVPN:
		return []nlri.NLRI{
			nlri.AppendEthernetAD(nil, rd, esi, nlri.MaxEthernetTag, 0),
			nlri.AppendMACIP(nil, nlri.MACIPFields{RD: rd, ESI: esi, MAC: nlri.MAC{2, 0, 0, 0, 0, 1}, Label1: 100}),
			nlri.AppendMACIP(nil, nlri.MACIPFields{RD: rd, MAC: nlri.MAC{2, 0, 0, 0, 0, 1}, IP: netip.MustParseAddr("2001:db8::1"), Label1: 100, Label2: 1000}),
			nlri.AppendIMET(nil, rd, 0, router),
			nlri.AppendEthernetSegment(nil, rd, esi, router),
			nlri.AppendIPPrefix(nil, nlri.IPPrefixFields{RD: rd, Prefix: p, Label: 1000}),
			nlri.AppendIPPrefix(nil, nlri.IPPrefixFields{RD: rd, Prefix: netip.MustParsePrefix("2001:db8:1::/48"), Label: 1000}),
			octets("0618" + rdHex + "00000000 00 20ef010101 20 0a000001 02"),
			octets("0722" + rdHex + "00010203040506070809 00000000 00 20ef010101 20 0a000001 02"),
			octets("0827" + rdHex + "00010203040506070809 00000000 00 20ef010101 20 0a000001 00000000 0a 02"),
		}
	case nlri.VPLS:
		return []nlri.NLRI{
			nlri.AppendVPLS(nil, nlri.VPLSFields{RD: rd, VEID: 1, BlockOffset: 1, BlockSize: 8, LabelBase: 100}),
			nlri.AppendVPLSAD(nil, rd, router),
		}
	case nlri.RouteTarget:
		target := [8]byte{0, 2, 0xfd, 0xe8, 0, 0, 0, 100}
		return []nlri.NLRI{nlri.AppendRTMembership(nil, 65000, target, 96), nlri.AppendRTMembership(nil, 65000, target, 32), {0}}
	case nlri.BGPLS:
		node := nlri.AppendTLV(nil, 256, nlri.AppendTLV(nil, 515, []byte{0, 0, 0, 0, 0, 1}))
		return []nlri.NLRI{
			nlri.AppendLinkState(nil, nlri.LinkStateNode, 2, 0, node),
			nlri.AppendLinkState(nil, nlri.LinkStateLink, 2, 0, nlri.AppendTLV(nlri.AppendTLV(node, 257, nlri.AppendTLV(nil, 515, []byte{0, 0, 0, 0, 0, 2})), 259, []byte{10, 0, 0, 1})),
			nlri.AppendLinkState(nil, nlri.LinkStateIPv4Prefix, 3, 7, nlri.AppendTLV(node, 265, []byte{16, 10, 1})),
		}
	case nlri.BGPLSVPN:
		return []nlri.NLRI{octets("00010025" + rdHex + "02 0000000000000000 0100 0010 0200 0004 0000fde8 0203 0004 0a000001")}
	case nlri.FlowSpec4, nlri.FlowSpec6:
		return []nlri.NLRI{octets("06 03 81 06 05 81 50"), octets("f007 03 81 06 05 91 0050")}
	case nlri.FlowSpecVPN4, nlri.FlowSpecVPN6, nlri.FlowSpecL2VPN:
		return []nlri.NLRI{octets("0b" + rdHex + "03 81 06")}
	case nlri.MVPN4, nlri.MVPN6:
		return []nlri.NLRI{octets("010c" + rdHex + "0a000001"), octets("04 06 0102 0a000001")}
	case nlri.SRPolicy4:
		return []nlri.NLRI{octets("60 00000001 00000064 0a000001")}
	case nlri.SRPolicy6:
		return []nlri.NLRI{octets("c0 00000001 00000064 20010db8000000000000000000000001")}
	case nlri.MUP4, nlri.MUP6:
		return []nlri.NLRI{octets("01 0001 0b" + rdHex + "10 0a01"), octets("01 0002 0c" + rdHex + "0a000001")}
	}
	return []nlri.NLRI{octets("03 abcdef"), {0}}
}
