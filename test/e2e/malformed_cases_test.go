//go:build linux

package e2e

import (
	"bytes"
	"fmt"
	"slices"
	"time"
)

const ot = optional | transitive

func longPath(s side, n int) []byte {
	var v []byte
	for n > 0 {
		m := min(n, 255)
		v = append(v, 2, byte(m))
		for i := range m {
			asn := uint32(4200000000 + i)
			if i == 0 {
				asn = s.injector + 100
				if s.external() {
					asn = s.injector
				}
			}
			v = append(v, u32(asn)...)
		}
		n -= m
	}
	return attribute(transitive, attrASPath, v)
}

// fill is an unknown attribute of as many octets in all.
func fill(octets int) []byte { return attribute(ot|partial|extended, 201, repeat(0x5a, octets-4)) }

// manyPrefixes are n different IPv4 prefixes of 4 octets each outside the fences.
func manyPrefixes(n int) []byte {
	var list []byte
	for i := range n {
		list = append(list, 24, 100, byte(i>>8), byte(i))
	}
	return list
}

// holdAll returns nil if every observer given holds every prefix of the list.
func holdAll(list []byte, observers ...*speaker) error {
	prefixes := cut(ipv4, list)
	for _, o := range observers {
		if err := o.wait(5*time.Second, func() error {
			for _, p := range prefixes {
				if _, ok := o.routes[p.Key]; !ok {
					return fmt.Errorf("observer %s: %x is missing, %d are there", o.config.local, p.Raw, len(o.routes))
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// arrivesAt returns nil once the observer holds the IPv4 probe with an attribute of as many octets.
func arrivesAt(o *speaker, code byte, size int) error {
	return o.wait(3*time.Second, func() error {
		r := o.routes[key(ipv4, probes[ipv4])]
		if v, _ := r.find(code); len(v) != size {
			return fmt.Errorf("observer %s: attribute %d has %d octets, not %d", o.config.local, code, len(v), size)
		}
		return nil
	})
}

func lacksProbe(o *speaker) error { return o.wait(3*time.Second, o.lacks(ipv4, probes[ipv4])) }

func extendedSession(c *speakerConfig) { c.extendedMessage = true }

// malformedCases are inputs that have brought down or misled BGP speakers in the field, row by row as the survey of them counts:
// what came out of CVEs, incident reports and the fixes of other implementations. The action is the one of RFC 7606 and of the
// attribute's own specification; for defects inside the TLVs of an attribute either of discard and withdraw will do. Rows 16 and 43 have further inputs in openCases.
var malformedCases = []malformed{
	{row: 1, name: "Tunnel Encapsulation whose TLV is longer than the attribute", want: neverWith(attrTunnelEncap),
		send: legacy(put(octets("C0 17 04 0008 00FF")))},
	{row: 1, name: "garbage in the deprecated attribute 28", want: survives, send: legacy(put(octets("C0 1C 03 FFFFFF")))},
	{row: 2, name: "Prefix-SID of zeros on IPv4", want: neverWith(attrPrefixSID), send: legacy(put(octets("C0 28 0A 00000000000000000000")))},
	{row: 2, name: "Prefix-SID of zeros on EVPN", family: evpn, want: neverWith(attrPrefixSID),
		send: mp(evpn, probes[evpn], put(octets("C0 28 0A 00000000000000000000")))},
	{row: 3, name: "Only-to-Customer with an extended length it does not need", want: passedOnWith(octets("D0 23 0004 0000FDE8")),
		send: legacy(put(octets("D0 23 0004 0000FDE8")))},
	{row: 3, name: "Only-to-Customer of 5 octets", want: asWithdraw, send: legacy(put(octets("C0 23 05 0000FDE800")))},
	{row: 4, name: "NEXT_HOP of 0 octets", want: asWithdraw, send: legacy(put(octets("40 03 00")))},
	{row: 4, name: "NEXT_HOP of 1 octet", want: asWithdraw, send: legacy(put(octets("40 03 01 0A")))},
	{row: 4, name: "NEXT_HOP of 3 octets", want: asWithdraw, send: legacy(put(octets("40 03 03 0A0000")))},
	{row: 4, name: "NEXT_HOP of 5 octets", want: asWithdraw, send: legacy(put(octets("40 03 05 0A00000100")))},
	{row: 4, name: "NEXT_HOP of 16 octets", want: asWithdraw, send: legacy(put(attribute(transitive, attrNextHop, hop6)))},
	{row: 5, name: "malformed AS4_PATH before AS_PATH from a 4-octet speaker", want: passedOnWithout(attrAS4Path), send: legacy(first(octets("C0 11 03 020200")))},
	{row: 5, name: "malformed AS4_PATH before AS_PATH from a 2-octet speaker", want: passedOnWithout(attrAS4Path),
		config: func(c *speakerConfig) { c.twoOctetAS = true },
		send:   legacy(first(octets("C0 11 03 020200")))},
	{row: 6, name: "a well-known attribute nobody has defined", want: withdrawOrReset, send: legacy(put(octets("40 63 01 00")))},
	{row: 7, name: "ORIGIN marked neither optional nor transitive", want: asWithdraw, send: legacy(put(octets("00 01 01 00")))},
	{row: 7, name: "ORIGIN marked optional", want: asWithdraw, send: legacy(put(octets("C0 01 01 00")))},
	{row: 7, name: "MULTI_EXIT_DISC marked transitive", want: asWithdraw, send: legacy(put(octets("C0 04 04 0000029A")))},
	{row: 8, name: "the last attribute exceeds the attributes", want: asWithdraw, send: legacy(last(octets("C0 63 FF 00")))},
	{row: 8, name: "one octet is left after the last attribute", want: asWithdraw, send: legacy(last(octets("C0")))},
	{row: 8, name: "the last attribute exceeds the attributes after MP_REACH_NLRI", family: evpn, want: asWithdraw, send: mp(evpn, probes[evpn], last(octets("C0 63 FF 00")))},
	{row: 8, name: "a malformed attribute without any NLRI", want: reset, send: one(update(nil, octets("40 01 02 0000"), nil))},
	{row: 8, name: "a malformed attribute beside withdrawn routes only", want: reset, send: one(update(probes[ipv4], octets("40 01 02 0000"), nil))},
	{row: 9, name: "withdrawn routes of 1 octet whose prefix needs 3 more", want: reset, send: one(message(typeUpdate, octets("0001 18 C0A801")))},
	{row: 9, name: "withdrawn routes that exceed the message", want: resetWith(3, 1), send: one(message(typeUpdate, octets("FFFF 0000")))},
	{row: 9, name: "attributes that exceed the message", want: resetWith(3, 1), send: one(message(typeUpdate, octets("0000 00FF 40010100")))},
	{row: 9, name: "the last withdrawn prefix is cut off", want: reset, send: one(update(octets("18 C63364 18 C0A8"), nil, nil))},
	{row: 10, name: "IPv6 extended communities of 8 octets", want: asWithdraw, send: legacy(put(attribute(ot, attrIPv6ExtComms, repeat(1, 8))))},
	{row: 10, name: "IPv6 extended communities of 21 octets", want: asWithdraw, send: legacy(put(attribute(ot, attrIPv6ExtComms, repeat(1, 21))))},
	{row: 10, name: "IPv6 extended communities of 0 octets", want: asWithdraw, send: legacy(put(attribute(ot, attrIPv6ExtComms)))},
	{row: 10, name: "communities of 3 octets", want: asWithdraw, send: legacy(put(attribute(ot, attrCommunities, repeat(1, 3))))},
	{row: 10, name: "communities of 0 octets", want: asWithdraw, send: legacy(put(attribute(ot, attrCommunities)))},
	{row: 10, name: "extended communities of 9 octets", want: asWithdraw, send: legacy(put(attribute(ot, attrExtCommunities, repeat(1, 9))))},
	{row: 10, name: "large communities of 13 octets", want: asWithdraw, send: legacy(put(attribute(ot, attrLarge, repeat(1, 13))))},
	{row: 11, name: "SRv6 service TLV longer than the Prefix-SID", family: vpnv6, want: neverWith(attrPrefixSID),
		send: mp(vpnv6, probes[vpnv6], put(octets("C0 28 05 05 00FF 00 01")))},
	{row: 11, name: "SRv6 SID information longer than its service TLV", family: vpnv6, want: neverWith(attrPrefixSID),
		send: mp(vpnv6, probes[vpnv6], put(octets("C0 28 08 05 0005 00 01 00FF 00")))},
	{row: 11, name: "SRv6 SID structure longer than its SID information", family: evpn, want: neverWith(attrPrefixSID),
		send: mp(evpn, probes[evpn], put(attribute(ot, attrPrefixSID, octets("05 001F 00 01 001B 00"), hop6, octets("00 0012 00 01 00FF 20 10 10"))))},
	{row: 12, name: "an empty AS_PATH", on: map[string]fate{"internal": passedOn, "external": asWithdraw}, send: legacy(put(asSequence()))},
	{row: 12, name: "an AS_PATH segment without AS", want: asWithdraw, send: legacy(put(octets("40 02 02 0200")))},
	{row: 12, name: "an AS_PATH segment of an unknown type", want: asWithdraw, send: legacy(put(octets("40 02 06 05 01 0000FDE9")))},
	{row: 13, name: "a VPN label without bottom of stack", family: vpnv4, want: passedOn, send: mp(vpnv4, probeWithLabel("03E810"))},
	{row: 13, name: "a withdrawal with label 0x800000", family: vpnv4, want: asWithdraw, send: one(withdraw(vpnv4, probeWithLabel("800000")))},
	{row: 13, name: "a withdrawal with label 0x000000", family: vpnv4, want: asWithdraw, send: one(withdraw(vpnv4, probeWithLabel("000000")))},
	{row: 13, name: "a withdrawal with another label", family: vpnv4, want: asWithdraw, send: one(withdraw(vpnv4, probeWithLabel("0AAAA1")))},
	{row: 13, name: "a label stack where one label was agreed", family: vpnv4, want: notPassedOn,
		send: mp(vpnv4, join(octets("90 03E810 03E820"), rd0, octets("C0000201 00")))},
	{row: 14, name: "route target membership of 104 bits", want: notPassedOn, config: withFamily(routeTarget),
		send: mp(routeTarget, octets("68 0000FDE8 0002FDE800000064 00"))},
	{row: 14, name: "route target membership of 1 bit", want: notPassedOn, config: withFamily(routeTarget), send: mp(routeTarget, octets("01 80"))},
	{row: 14, name: "route target membership of 0 and of 96 bits", want: survives, config: withFamily(routeTarget),
		send: mp(routeTarget, octets("00 60 0000FDE8 0002FDE800000064"))},
	{row: 15, name: "an MP next hop of 0 octets", family: evpn, want: withdrawOrReset, send: mpRaw(octets("0019 46 00 00"), probes[evpn])},
	{row: 15, name: "an EVPN next hop of 3 octets", family: evpn, want: withdrawOrReset, send: mpRaw(octets("0019 46 03 0A0001 00"), probes[evpn])},
	{row: 15, name: "an IPv6 next hop of 5 octets", family: ipv6, want: withdrawOrReset, send: mpRaw(octets("0002 01 05 0A00010001 00"), probes[ipv6])},
	{row: 15, name: "an IPv6 next hop of 4 octets", family: ipv6, want: withdrawOrReset, send: mpRaw(octets("0002 01 04 0A000101 00"), probes[ipv6])},
	{row: 15, name: "a VPNv4 next hop of 13 octets", family: vpnv4, want: withdrawOrReset, send: mpRaw(octets("0001 80 0D"), repeat(0, 13), []byte{0}, probes[vpnv4])},
	{row: 15, name: "a VPNv6 next hop of 33 octets", family: vpnv6, want: withdrawOrReset, send: mpRaw(octets("0002 80 21"), repeat(0, 33), []byte{0}, probes[vpnv6])},
	{row: 15, name: "a VPLS next hop of 5 octets", family: vpls, want: withdrawOrReset, send: mpRaw(octets("0019 41 05 0A00010101 00"), probes[vpls])},
	{row: 15, name: "a BGP-LS next hop of 3 octets", family: bgpLS, want: withdrawOrReset, send: mpRaw(octets("4004 47 03 0A0001 00"), probes[bgpLS])},
	{row: 17, name: "EVPN type 5 with an IPv4 prefix of 33 bits", family: evpn, want: asWithdraw,
		send: mp(evpn, join(probes[evpn], octets("05 22 0001 0A000001 0064 00000000000000000000 00000000 21 C0A80100 00000000 000064")))},
	{row: 17, name: "EVPN type 5 with a prefix of 200 bits", family: evpn, want: asWithdraw,
		send: mp(evpn, join(probes[evpn], evpnNLRI(5, rd1, esi, octets("00000000 C8 C0A80200 00000000 000064"))))},
	{row: 17, name: "EVPN type 5 with an IPv6 prefix of 129 bits", family: evpn, want: asWithdraw,
		send: mp(evpn, join(probes[evpn], evpnNLRI(5, rd1, esi, octets("00000000 81"), hop6, hop6, octets("000064"))))},
	{row: 18, name: "EVPN types above 5 and type 0", family: evpn, want: passedOn, check: holdsFurtherEVPN,
		send: mp(evpn, join(append([][]byte{probes[evpn]}, furtherEVPN...)...))},
	{row: 18, name: "EVPN type 2 with a MAC of 47 bits", family: evpn, want: asWithdraw,
		send: mp(evpn, join(probes[evpn], evpnNLRI(2, rd1, esi, octets("00000000 2F 001122334455 00 002710"))))},
	{row: 18, name: "EVPN type 2 with a MAC of 40 bits", family: evpn, want: asWithdraw,
		send: mp(evpn, join(probes[evpn], evpnNLRI(2, rd1, esi, octets("00000000 28 0011223344 00 002710"))))},
	{row: 18, name: "EVPN type 2 with an IP of 33 bits", family: evpn, want: asWithdraw,
		send: mp(evpn, join(probes[evpn], evpnNLRI(2, rd1, esi, octets("00000000 30 001122334455 21 C0A8010A 002710"))))},
	{row: 18, name: "EVPN type 2 that is 1 octet too short", family: evpn, want: asWithdraw,
		send: mp(evpn, join(probes[evpn], evpnNLRI(2, rd1, esi, octets("00000000 30 001122334455 00 0027"))))},
	{row: 18, name: "EVPN type 2 that is 1 octet too long", family: evpn, want: asWithdraw,
		send: mp(evpn, join(probes[evpn], evpnNLRI(2, rd1, esi, octets("00000000 30 001122334455 00 002710 00"))))},
	{row: 18, name: "EVPN types 1 to 5 of length 0", family: evpn, want: asWithdraw,
		send: mp(evpn, join(probes[evpn], octets("0100 0200 0300 0400 0500")))},
	{row: 18, name: "EVPN type 3 with an IP of 64 bits", family: evpn, want: asWithdraw,
		send: mp(evpn, join(probes[evpn], evpnNLRI(3, rd1, octets("00000000 40 0A01000100000000"))))},
	{row: 18, name: "EVPN type 2 that is cut off by the attribute", family: evpn, want: withdrawOrReset,
		send: mp(evpn, join(probes[evpn], octets("02 21 0001 0A01 0001")))},
	{row: 19, name: "VPLS NLRI of 17, 12 and 13 octets in one field", family: vpls, want: passedOn, check: holdsEveryVPLS,
		send: mp(vpls, join(append([][]byte{probes[vpls]}, furtherVPLS...)...))},
	{row: 19, name: "VPLS NLRI cut off by the attribute", family: vpls, want: withdrawOrReset, send: mp(vpls, join(probes[vpls], octets("0011 0001 0A01")))},
	{row: 20, name: "FlowSpec NLRI of length 0", want: notPassedOn, config: withFamily(flowspec4), send: mp(flowspec4, octets("00"))},
	{row: 20, name: "a VPN NLRI without room for its RD", family: vpnv4, want: withdrawOrReset, send: mp(vpnv4, join(probes[vpnv4], octets("18 03E811")))},
	{row: 20, name: "a VPN NLRI without room for its label", family: vpnv4, want: withdrawOrReset, send: mp(vpnv4, join(probes[vpnv4], octets("08 03")))},
	{row: 20, name: "a labeled NLRI without room for its label", family: ipv4Labeled, want: withdrawOrReset, send: mp(ipv4Labeled, join(probes[ipv4Labeled], octets("10 03E8")))},
	{row: 21, name: "FlowSpec NLRI of 4095 octets without an end", want: notPassedOn,
		config: func(c *speakerConfig) { withFamily(flowspec4)(c); c.extendedMessage = true },
		send:   mp(flowspec4, join(octets("FFFF"), repeat(3, 4095)))},
	{row: 22, name: "NLRI without any attribute", want: asWithdraw, send: one(update(nil, nil, probes[ipv4]))},
	{row: 22, name: "NLRI without ORIGIN", want: asWithdraw, send: legacy(drop(attrOrigin))},
	{row: 22, name: "NLRI without AS_PATH", want: asWithdraw, send: legacy(drop(attrASPath))},
	{row: 22, name: "NLRI without NEXT_HOP", want: asWithdraw, send: legacy(drop(attrNextHop))},
	{row: 23, name: "MP_REACH_NLRI of 0 octets", family: evpn, want: withdrawOrReset.unprobed(), send: mpRaw()},
	{row: 23, name: "MP_REACH_NLRI of 3 octets", family: evpn, want: withdrawOrReset.unprobed(), send: mpRaw(octets("0019 46"))},
	{row: 23, name: "MP_REACH_NLRI that ends inside the next hop", family: evpn, want: withdrawOrReset, send: mpRaw(octets("0019 46 04 0A01"))},
	{row: 23, name: "MP_REACH_NLRI that ends before the reserved octet", family: evpn, want: withdrawOrReset, send: mpRaw(octets("0019 46 04 0A010001"))},
	{row: 23, name: "MP_REACH_NLRI with SNPAs as RFC 2858 had them", family: evpn, want: withdrawOrReset.unprobed(),
		send: mpRaw(octets("0019 46 04 0A010001 01 04 AABB"), probes[evpn])},
	{row: 23, name: "MP_REACH_NLRI that ends inside an NLRI", family: evpn, want: withdrawOrReset, send: mpRaw(octets("0019 46 04 0A010001 00"), probes[evpn][:20])},
	{row: 23, name: "MP_REACH_NLRI twice", family: evpn, want: resetWith(3, 1), send: func(s side) [][]byte {
		reach := mpReach(evpn, hop4, probes[evpn])
		return [][]byte{update(nil, join(reach, reach, s.attributes(marker, nil)), nil)}
	}},
	{row: 23, name: "MP_REACH_NLRI marked transitive", family: evpn, want: withdrawOrReset, send: func(s side) [][]byte {
		reach := mpReach(evpn, hop4, probes[evpn])
		reach[0] |= transitive
		return [][]byte{update(nil, join(reach, s.attributes(marker, nil)), nil)}
	}},
	{row: 24, name: "an unknown attribute instead of the mandatory ones from a peer with graceful restart", want: asWithdraw,
		config: func(c *speakerConfig) { c.capabilities = capability(64, octets("0078")) },
		send:   one(update(nil, attribute(ot, 31, repeat(1, 16)), probes[ipv4]))},
	{row: 24, name: "an unknown attribute and nothing else", want: survives, send: one(update(nil, attribute(ot, 31, repeat(1, 16)), nil))},
	{row: 25, name: "MP_UNREACH_NLRI beside IPv4 NLRI without the mandatory attributes", want: asWithdraw,
		send: one(update(nil, mpUnreach(evpn, probes[evpn]), probes[ipv4]))},
	{row: 25, name: "MP_UNREACH_NLRI of 0 octets", family: evpn, want: mayReset(3), send: one(update(nil, octets("80 0F 00"), nil))},
	{row: 25, name: "MP_UNREACH_NLRI of 2 octets", family: evpn, want: mayReset(3), send: one(update(nil, octets("80 0F 02 0019"), nil))},
	{row: 25, name: "an End-of-RIB with the flags of a well-known attribute", family: evpn, want: mayReset(3), send: one(update(nil, octets("40 0F 03 0019 46"), nil))},
	{row: 25, name: "an End-of-RIB of a family that was not agreed", want: survives, send: one(update(nil, octets("80 0F 03 0001 85"), nil))},
	{row: 26, name: "ROUTE-REFRESH of 3 octets", want: mayReset(1), send: one(message(typeRouteRefresh, octets("0001 00")))},
	{row: 26, name: "ROUTE-REFRESH with an ORF that ends in its header", want: mayReset(7), send: one(message(typeRouteRefresh, octets("0001 00 01 01 40")))},
	{row: 26, name: "ROUTE-REFRESH with a malformed ORF after a sound one", want: mayReset(7),
		send: one(message(typeRouteRefresh, octets("0001 00 01 01 40 0007 00 00000001 00 00 40 FFFF 00")))},
	{row: 26, name: "ROUTE-REFRESH of a family that was not agreed", want: survives, send: one(message(typeRouteRefresh, octets("0001 00 85")))},
	{row: 26, name: "ROUTE-REFRESH of an unknown subtype", want: survives, send: one(message(typeRouteRefresh, octets("0001 7F 01")))},
	{row: 27, name: "AIGP of 1 octet", want: neverWith(attrAIGP), send: legacy(put(octets("80 1A 01 01")))},
	{row: 27, name: "AIGP of 2 octets", want: neverWith(attrAIGP), send: legacy(put(octets("80 1A 02 0100")))},
	{row: 27, name: "AIGP TLV of length 2", want: neverWith(attrAIGP), send: legacy(put(octets("80 1A 03 01 0002")))},
	{row: 27, name: "AIGP TLV longer than the attribute", want: neverWith(attrAIGP), send: legacy(put(octets("80 1A 05 01 00FF 0000")))},
	{row: 28, name: "Prefix-SID label index of 6 octets", want: neverWith(attrPrefixSID), send: legacy(put(octets("C0 28 09 01 0006 000000000001")))},
	{row: 28, name: "Prefix-SID that ends inside its TLV", want: neverWith(attrPrefixSID), send: legacy(put(octets("C0 28 03 01 0007")))},
	{row: 28, name: "Tunnel Encapsulation sub-TLV longer than the tunnel", want: neverWith(attrTunnelEncap),
		send: legacy(put(octets("C0 17 08 0008 0004 01FF 0000")))},
	{row: 29, name: "Tunnel Encapsulation sub-TLV with half of its two length octets", want: neverWith(attrTunnelEncap),
		send: legacy(put(octets("C0 17 06 0008 0002 80 00")))},
	{row: 30, name: "300 4-octet AS numbers on the way to a 2-octet speaker", want: passedOn,
		send:  func(s side) [][]byte { return [][]byte{s.legacy(put(longPath(s, 300)))} },
		check: func(b *malformedBench, _ *speaker) error { return longPathArrives(b, 300) }},
	{row: 30, name: "900 4-octet AS numbers, which no message to a 2-octet speaker can hold", want: passedOn,
		send:  func(s side) [][]byte { return [][]byte{s.legacy(put(longPath(s, 900)))} },
		check: func(b *malformedBench, _ *speaker) error { return lacksProbe(b.narrow) }},
	{row: 31, name: "2100 AS numbers by an extended message", want: asWithdraw, config: extendedSession,
		send:  func(s side) [][]byte { return [][]byte{s.legacy(put(longPath(s, 2100)))} },
		check: func(b *malformedBench, _ *speaker) error { return arrivesAt(b.large, attrASPath, 2100*4+2*9) }},
	{row: 32, name: "a Cease whose shutdown text is longer than 128 octets", want: closedByInjector, send: one(message(typeNotification, join(octets("06 02 C8"), repeat('x', 200))))},
	{row: 32, name: "a Cease whose shutdown text is no UTF-8", want: closedByInjector, send: one(message(typeNotification, octets("06 02 04 FFC0AF0A")))},
	{row: 32, name: "a Cease whose shutdown text is cut off", want: closedByInjector, send: one(message(typeNotification, octets("06 02 FF 41")))},
	{row: 33, name: "a full message of 4096 octets with many NLRI", want: survives, send: func(s side) [][]byte {
		attrs := s.attributes(marker, hop4, put(fill(500)))
		return [][]byte{update(nil, attrs, manyPrefixes((4096-23-len(attrs))/4))}
	}, check: func(b *malformedBench, _ *speaker) error {
		return holdAll(manyPrefixes((4096-23-len(b.side.attributes(marker, hop4, put(fill(500)))))/4), b.observers()...)
	}},
	{row: 33, name: "a full message of 4096 octets with one NLRI", on: map[string]fate{"internal": asWithdraw, "external": passedOn},
		send: func(s side) [][]byte {
			room := 4096 - 23 - len(s.attributes(marker, hop4)) - len(probes[ipv4])
			return [][]byte{s.legacy(put(fill(room)))}
		}, check: func(b *malformedBench, _ *speaker) error {
			room := 4096 - 23 - len(b.side.attributes(marker, hop4)) - len(probes[ipv4])
			return arrivesAt(b.large, 201, room-4)
		}},
	{row: 34, name: "an extended message with many NLRI", want: survives, config: extendedSession,
		send: func(s side) [][]byte { return [][]byte{update(nil, s.attributes(marker, hop4), manyPrefixes(16000))} },
		check: func(b *malformedBench, _ *speaker) error {
			return holdAll(manyPrefixes(16000), b.observers()...)
		}},
	{row: 34, name: "an extended message with 30,000 octets of attributes", want: asWithdraw, config: extendedSession,
		send: legacy(put(fill(30000))),
		check: func(b *malformedBench, _ *speaker) error {
			return arrivesAt(b.large, 201, 30000-4)
		}},
	{row: 34, name: "an extended message from a peer that cannot receive one itself", want: asWithdraw, // RFC 8654 §4: it may send them
		send: legacy(put(fill(5000))), check: func(b *malformedBench, _ *speaker) error { return arrivesAt(b.large, 201, 5000-4) }},
	{row: 35, name: "a sound EVPN type 5 and then the end of the connection", family: evpn, want: closedByInjector,
		send: func(s side) [][]byte {
			return [][]byte{s.mp(evpn, probes[evpn]), message(typeNotification, octets("06 04"))}
		}},
	{row: 36, name: "an IPv4 prefix of 255 bits", want: withdrawOrReset, send: func(s side) [][]byte {
		return [][]byte{update(nil, s.attributes(marker, hop4), join(probes[ipv4], octets("FF"), repeat(1, 32)))}
	}},
	{row: 36, name: "an IPv4 prefix of 33 bits", want: withdrawOrReset, send: func(s side) [][]byte {
		return [][]byte{update(nil, s.attributes(marker, hop4), join(probes[ipv4], octets("21 C633640000")))}
	}},
	{row: 36, name: "a withdrawn IPv4 prefix of 255 bits", want: mayReset(3), send: one(update(join(octets("FF"), repeat(1, 32)), nil, nil))},
	{row: 36, name: "an IPv6 prefix of 129 bits", family: ipv6, want: withdrawOrReset, send: mp(ipv6, join(probes[ipv6], octets("81"), repeat(1, 17)))},
	{row: 36, name: "a VPN prefix of 33 bits", family: vpnv4, want: withdrawOrReset, send: mp(vpnv4, join(probes[vpnv4], octets("79 03E811"), rd0, octets("C633640000")))},
	{row: 36, name: "an AS_PATH segment that claims 255 AS numbers", want: asWithdraw, send: legacy(put(octets("40 02 06 02 FF 0000FDE9")))},
	{row: 36, name: "an extended length of which one octet is there", want: asWithdraw, send: legacy(last(octets("D0 63 00")))},
	{row: 37, name: "BGP-LS descriptor longer than its NLRI", family: bgpLS, want: passedOn,
		send: mp(bgpLS, join(probes[bgpLS], linkStateNLRI(1, []byte{2}, make([]byte, 8), octets("0100 00FF 0200 0004 0000FDE8"))))},
	{row: 37, name: "BGP-LS sub-TLV longer than its descriptor", family: bgpLS, want: survives,
		send: mp(bgpLS, join(probes[bgpLS], linkStateNLRI(1, []byte{2}, make([]byte, 8), octets("0100 0008 0200 00FF 0000FDE8"))))},
	{row: 37, name: "BGP-LS NLRI shorter than its header", family: bgpLS, want: passedOn, send: mp(bgpLS, join(probes[bgpLS], linkStateNLRI(1, octets("02 0000"))))},
	{row: 37, name: "BGP-LS NLRI cut off by the attribute", family: bgpLS, want: withdrawOrReset, send: mp(bgpLS, join(probes[bgpLS], octets("0001 00FF 02")))},
	{row: 37, name: "BGP-LS attribute whose TLV exceeds it", family: bgpLS, want: fate{probe: unjudged, without: attrBGPLS},
		send: mp(bgpLS, probes[bgpLS], put(octets("80 1D 06 0402 00FF 4142")))},
	{row: 37, name: "BGP-LS attribute with reserved bits and a TLV twice", family: bgpLS, want: passedOnWith(octets("80 1D 0D 0400 0001 FF 0402 0000 0402 0000")),
		send: mp(bgpLS, probes[bgpLS], put(octets("80 1D 0D 0400 0001 FF 0402 0000 0402 0000")))},
	{row: 37, name: "BGP-LS prefix without topology and with a prefix of length 0", family: bgpLS, want: passedOn, check: holdsDefaultPrefix,
		send: mp(bgpLS, join(probes[bgpLS], defaultPrefix))},
	{row: 38, name: "the experimental attribute 255", want: passedOnWith(octets("E0 FF 04 DEADBEEF")), send: legacy(put(octets("C0 FF 04 DEADBEEF")))},
	{row: 39, name: "a VPNv4 next hop with an NSAP address", family: vpnv4, want: withdrawOrReset, send: mpRaw(octets("0001 80 1C"), repeat(0x47, 28), []byte{0}, probes[vpnv4])},
	{row: 40, name: "NLRI with a Path Identifier that only the injector offered", want: notPassedOn,
		config: func(c *speakerConfig) { c.capabilities = capability(69, octets("0001 01 03")) },
		send: func(s side) [][]byte {
			return [][]byte{update(nil, s.attributes(marker, hop4), octets("00000001 18 C63364"))}
		}},
	{row: 41, name: "a flood of ROUTE-REFRESH", want: passedOn, send: func(s side) [][]byte {
		var list [][]byte
		for range 2000 {
			for _, f := range sampleFamilies() {
				list = append(list, message(typeRouteRefresh, join(u16(f.afi()), []byte{0, byte(f.safi())})))
			}
		}
		return append(list, s.legacy())
	}},
	{row: 42, name: "Tunnel Encapsulation with two tunnels and sub-TLVs nobody knows", breaksFRR: true, want: passedOnWith(tunnelEncap), send: legacy(put(tunnelEncap))},
	{row: 43, name: "a bad marker", want: resetWith(1, 1), send: one(slices.Replace(message(typeKeepalive, nil), 3, 4, 0xfe))},
	{row: 43, name: "a header of length 0", want: resetWith(1, 2), send: one(slices.Replace(message(typeKeepalive, nil), 16, 18, 0, 0))},
	{row: 43, name: "a header of length 18", want: resetWith(1, 2), send: one(slices.Replace(message(typeKeepalive, nil), 16, 18, 0, 18))},
	{row: 43, name: "a KEEPALIVE of 4097 octets", want: resetWith(1, 2), send: one(slices.Replace(message(typeKeepalive, nil), 16, 18, 0x10, 0x01))},
	{row: 43, name: "a KEEPALIVE with a body", want: resetWith(1, 2), send: one(message(typeKeepalive, []byte{0}))},
	{row: 43, name: "an UPDATE of 22 octets", want: resetWith(1, 2), send: one(message(typeUpdate, octets("0000 00")))},
	{row: 43, name: "a NOTIFICATION of 20 octets", want: closedByInjector, send: one(message(typeNotification, []byte{6}))},
	{row: 43, name: "message type 0", want: resetWith(1, 3), send: one(message(0, nil))},
	{row: 43, name: "message type 6", want: resetWith(1, 3), send: one(message(6, nil))},
	{row: 43, name: "message type 255", want: resetWith(1, 3), send: one(message(255, octets("00")))},
	{row: 43, name: "an OPEN on a session that stands", want: resetWith(5, 3), send: one(message(typeOpen, octets("04 FDE8 001E 7F000101 00")))},
}

var tunnelEncap = attribute(ot, attrTunnelEncap, octets("0008 0010 01 04 0000000A 7F 02 1234 80 0003 AABBCC  00FE 0003 050101"))

func holdsFurtherEVPN(b *malformedBench, _ *speaker) error { return holdsExactly(b, evpn, furtherEVPN) }

var furtherVPLS = [][]byte{withLen16(join(rd1, octets("0A010001"))), withLen16(join(rd1, octets("0A01000102"))), withLen16(join(rd2, octets("0001 0001 0008 186A01")))}

func holdsEveryVPLS(b *malformedBench, _ *speaker) error { return holdsExactly(b, vpls, furtherVPLS) }

var defaultPrefix = linkStateNLRI(3, []byte{2}, make([]byte, 8), node(256, 1), tlv(265, []byte{0}))

func holdsDefaultPrefix(b *malformedBench, _ *speaker) error {
	return holdsExactly(b, bgpLS, [][]byte{defaultPrefix})
}

func holdsExactly(b *malformedBench, f family, list [][]byte) error {
	return b.observer.wait(3*time.Second, func() error {
		for _, raw := range list {
			if r := b.observer.routes[key(f, raw)]; !bytes.Equal(r.Raw, raw) {
				return fmt.Errorf("%x arrived as %x", raw, r.Raw)
			}
		}
		return nil
	})
}

func probeWithLabel(label string) []byte { return join(octets("70 "+label), rd0, octets("0A0100")) }

func withFamily(f family) func(*speakerConfig) {
	return func(c *speakerConfig) { c.families = append(slices.Clone(c.families), f) }
}

// longPathArrives checks both forms of a long path: AS_TRANS for what has no 2-octet number, and the whole of it in AS4_PATH.
func longPathArrives(b *malformedBench, n int) error {
	segments := (n + 254) / 255
	if err := arrivesAt(b.large, attrASPath, 4*n+2*segments); err != nil {
		return err
	}
	if err := arrivesAt(b.narrow, attrASPath, 2*n+2*segments); err != nil {
		return err
	}
	return arrivesAt(b.narrow, attrAS4Path, 4*n+2*segments)
}
