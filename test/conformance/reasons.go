package main

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/dci-rs/dci-rs/internal/oracle"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// reason is why we stand by an answer that the vote of others is against: what the messages hold, and the
// clause. It is found by our error, or by what the message holds where we have none; never by its row.
type reason struct {
	check  *check
	input  string
	clause string
	here   func(f *finding) bool
}

var reasons = []*reason{
	{accepted, "announcements without ORIGIN or AS_PATH", "RFC 7606 §3(d): a missing well-known mandatory attribute MUST be treat-as-withdraw",
		saying(0, "missing")},
	{accepted, "an attribute of a code without a meaning whose Optional bit is clear", "RFC 4271 §6.3: a well-known attribute that is not recognized is an error; it could not be passed on",
		saying(0, "well-known attribute that is not recognized")},
	{accepted, "OPEN with a Hold Time of one or two seconds", "RFC 4271 §6.2: MUST be rejected",
		saying(0, "hold time")},
	{accepted, "OPEN with an optional parameter that is not known", "RFC 4271 §6.2: the subcode MUST be Unsupported Optional Parameters",
		saying(0, "is not supported")},
	{accepted, "OPEN with a BGP Role of no octet or two", "RFC 9234 §4.1: the length is 1; RFC 4271 §6.2: a parameter that is recognized and malformed is an error",
		saying(0, "role: a value of")},
	{accepted, "AS number 0 in a path or an aggregator", "RFC 7607 §2: MUST be considered malformed",
		saying(0, "AS 0")},
	{accepted, "an AS_PATH segment without an AS number", "RFC 7606 §7.2: a segment length of zero is malformed",
		saying(wire.AttrASPath, "a segment without AS number")},
	{accepted, "a PMSI tunnel identifier of a length that its tunnel type cannot have", "RFC 6514 §5: malformed where the identifier cannot be parsed as one of the tunnel type",
		saying(wire.AttrPMSITunnel, "a tunnel identifier of")},
	{accepted, "a LAN Adjacency SID of other than 11 to 14 octets in the BGP-LS attribute", "RFC 9085 §2.2.2 has the lengths; RFC 9552 §8.2.2: the length of each TLV MUST be checked",
		opening(wire.AttrLinkState, "lan-adjacency-sid of ")},
	{accepted, "SR Capabilities of 2 octets in the BGP-LS attribute", "RFC 9085 §2.1.2: at least 12; RFC 9552 §8.2.2",
		opening(wire.AttrLinkState, "sr-capabilities of ")},
	{accepted, "a Range of less than 4 octets in the BGP-LS attribute", "RFC 9085 §2.3.5: flags, a reserved octet and the size of the range stand first; RFC 9552 §8.2.2",
		opening(wire.AttrLinkState, "range of ")},
	{accepted, "a SID/Label of 5 octets in the BGP-LS attribute", "RFC 9085 §2.1.1: 3 or 4; RFC 9552 §8.2.2",
		opening(wire.AttrLinkState, "sid of ")},
	{accepted, "descriptors of a BGP-LS NLRI out of order", "RFC 9552 §8.2.2, §5.1: the order is part of the syntax; MUST be NLRI discard",
		saying(wire.AttrMPReach, "is out of order", nlri.BGPLS)},
	{accepted, "a BGP-LS NLRI of a VPN too short for its Route Distinguisher", "RFC 9552 §5.2: an RD of 8 octets stands first",
		saying(wire.AttrMPReach, "holds no Route Distinguisher", nlri.BGPLSVPN)},
	{accepted, "an SR Policy priority of one octet", "RFC 9830 §2.4.6: the length MUST be 2; §5: any error of a sub-TLV MUST be treat-as-withdraw",
		opening(wire.AttrTunnelEncapsulation, "priority of ")},
	{accepted, "an SR Policy candidate path name of no octet", "RFC 9830 §2.4.7: a reserved octet stands before the name; §5: any error of a sub-TLV MUST be treat-as-withdraw",
		opening(wire.AttrTunnelEncapsulation, "candidate-path-name of ")},
	{accepted, "flow specifications with components out of order, or with an IPv6 pattern that does not fit its offset", "RFC 8955 §4.2: components MUST follow strict type ordering, and what is encoded otherwise is malformed; RFC 8956 §3.1",
		saying(wire.AttrMPReach, "is out of order", nlri.FlowSpec4, nlri.FlowSpec6, nlri.FlowSpecVPN4, nlri.FlowSpecVPN6)},
	{accepted, "flow specifications of a VPN without a component", "RFC 8955 §4.2: [component]+, one at least; what is encoded otherwise is malformed",
		saying(wire.AttrMPReach, "a component", nlri.FlowSpecVPN4, nlri.FlowSpecVPN6)},
	{accepted, "EVPN Ethernet A-D routes longer than their fields", "RFC 7432 §7.1: RD, ESI, tag and label are 25 octets",
		saying(wire.AttrMPReach, "Ethernet A-D route of length", nlri.EVPN)},
	{accepted, "an MVPN route whose source has a length of 1 bit", "RFC 6514 §4.3: 32 or 128, or 0 for a wildcard (RFC 6625 §2)",
		saying(wire.AttrMPReach, "multicast source length", nlri.MVPN4, nlri.MVPN6)},

	{ruled, "a malformed attribute in an UPDATE that announces nothing", "RFC 7606 §5.2: without reachable NLRI an error above attribute-discard MUST be session-reset",
		func(f *finding) bool {
			return f.err != nil && f.err.Action == wire.ActionResetSession && strings.Contains(f.detail, "treat-as-withdraw") && announcesNothing(f.row.message)
		}},
	{ruled, "a flow specification of the right length whose inside is wrong", "RFC 7606 §3(j): the NLRI are located, so that treat-as-withdraw is possible and the weaker action suffices",
		saying(wire.AttrMPReach, "component", nlri.FlowSpec4, nlri.FlowSpec6, nlri.FlowSpecVPN4, nlri.FlowSpecVPN6, nlri.FlowSpecL2VPN)},
	{ruled, "a flow specification with a component of an unknown type", "RFC 8955 §4.2 calls it malformed. We relay it: later documents define types, and to a reflector the NLRI is a key",
		holding(func(m []byte) bool { return anyNLRI(m, nlri.FlowSpec4, unknownComponent) })},
	{ruled, "NLRI of a SAFI that is carried as octets, cut by its length in bits", "the codec does not know SAFI 7 (RFC 5512) and 129 (RFC 6514): what it carries as octets it does not look into",
		holding(func(m []byte) bool {
			return ofFamily(m, nlri.FamilyOf(nlri.AFIIPv4, 129), nlri.FamilyOf(nlri.AFIIPv6, 129), nlri.FamilyOf(nlri.AFIIPv4, 7))
		})},

	{refused, "ROUTE-REFRESH of a subtype that is not defined", "RFC 7313 §5: MUST be ignored, which is no error of the message",
		holding(func(m []byte) bool { return wire.MessageType(m[18]) == wire.TypeRouteRefresh && m[21] > 2 })},
	{refused, "a host name that is no UTF-8 in the FQDN capability", "the draft of the capability asks for UTF-8 and names no error: a session is not refused for a name",
		holding(oddName)},
	{refused, "BGP-LS prefix attribute flags of more octets than others expect", "RFC 9085 §2.3.2: the length is variable",
		holding(func(m []byte) bool { return hasLinkStateTLV(m, 1170) })},
	{refused, "BGP-LS NLRI without a descriptor that others miss", "RFC 9552 §8.2.2: MUST NOT be considered malformed for the inclusion or exclusion of TLVs",
		holding(func(m []byte) bool {
			return anyNLRI(m, nlri.BGPLS, func(n []byte) bool {
				l, ok := nlri.AsLinkState(nlri.BGPLS, n)
				if !ok || l.Type() != nlri.LinkStateSRPolicy {
					return false
				}
				_, named := l.TLVs().CandidatePath()
				return !named
			})
		})},
	{refused, "a labeled prefix announced with the label field 0x800000", "RFC 8277 §2.2: one label, its S bit MUST be ignored; the value is a label like any other",
		holding(func(m []byte) bool {
			return anyNLRI(m, nlri.IPv4Labeled, func(n []byte) bool { return bytes.HasPrefix(n[1:], []byte{0x80, 0, 0}) })
		})},
	{refused, "a Route Distinguisher of a type that is not defined", "RFC 4364 §4.2: an RD is opaque to BGP but for its use by those who assign it; more types may be defined",
		holding(func(m []byte) bool {
			return anyNLRI(m, nlri.VPLS, func(n []byte) bool { rd, ok := nlri.AsRD(nlri.VPLS, 0, n); return ok && (rd[0] != 0 || rd[1] > 2) })
		})},
	{refused, "a membership of a part of a route target", "RFC 4684 §4: a prefix of 32 to 96 bits, or 0",
		holding(func(m []byte) bool {
			return anyNLRI(m, nlri.RouteTarget, func(n []byte) bool { return n[0] > 32 && n[0] < 96 })
		})},
	{refused, "MVPN routes of a type that is not defined", "RFC 7606 §5.4 has them discarded by those who do not know them. We relay them: the router that knows the type is behind us",
		holding(func(m []byte) bool {
			return anyNLRI(m, nlri.MVPN4, func(n []byte) bool { return n[0] == 0 || n[0] > 7 })
		})},
}

// reasonOf is the first reason that fits a finding against us, nil if there is none.
func reasonOf(f *finding) *reason {
	if f.agrees {
		return nil
	}
	for _, r := range reasons {
		if r.check == f.check && r.here(f) {
			return r
		}
	}
	return nil
}

// saying finds an error of ours by attribute (0 is any), words, and family if some are named.
func saying(attr wire.AttrCode, words string, families ...nlri.Family) func(*finding) bool {
	return func(f *finding) bool {
		e := f.err
		if e == nil || attr != 0 && e.Attr != attr || !strings.Contains(e.Reason, words) {
			return false
		}
		for _, family := range families {
			if e.Family == family || strings.HasPrefix(e.Reason, family.String()+" NLRI") {
				return true
			}
		}
		return len(families) == 0
	}
}

// opening finds an error of ours by attribute and the words that it begins with.
func opening(attr wire.AttrCode, words string) func(*finding) bool {
	return func(f *finding) bool {
		return f.err != nil && f.err.Attr == attr && strings.HasPrefix(f.err.Reason, words)
	}
}

// holding finds a message that we have no error of by what it holds.
func holding(here func(message []byte) bool) func(*finding) bool {
	return func(f *finding) bool {
		return f.err == nil && len(f.row.message) > wire.HeaderLen && here(f.row.message)
	}
}

// attributes are the path attributes of an UPDATE, by the strict decoder's eyes.
func attributes(message []byte) []oracle.Attr {
	if len(message) <= wire.HeaderLen || wire.MessageType(message[18]) != wire.TypeUpdate {
		return nil
	}
	_, block, _, err := oracle.Fields(message[wire.HeaderLen:])
	if err != nil {
		return nil
	}
	list, _ := oracle.Attributes(block)
	return list
}

// ofFamily says that an UPDATE has MP attributes of one of the families.
func ofFamily(message []byte, families ...nlri.Family) bool {
	for _, a := range attributes(message) {
		code := wire.AttrCode(a.Code)
		if code != wire.AttrMPReach && code != wire.AttrMPUnreach || len(a.Value) < 3 {
			continue
		}
		for _, f := range families {
			if f == nlri.FamilyOf(nlri.AFI(a.Value[0])<<8|nlri.AFI(a.Value[1]), nlri.SAFI(a.Value[2])) {
				return true
			}
		}
	}
	return false
}

// announcesNothing says that an UPDATE with attributes has no NLRI that it announces.
func announcesNothing(message []byte) bool {
	list := attributes(message)
	for _, a := range list {
		if wire.AttrCode(a.Code) == wire.AttrMPReach {
			return false
		}
	}
	if len(list) == 0 {
		return false
	}
	_, _, legacy, _ := oracle.Fields(message[wire.HeaderLen:])
	return len(legacy) == 0
}

// hasLinkStateTLV says that the BGP-LS attribute has a TLV of a type.
func hasLinkStateTLV(message []byte, kind uint16) bool {
	for _, a := range attributes(message) {
		if wire.AttrCode(a.Code) == wire.AttrLinkState {
			if _, ok := nlri.TLVs(a.Value).Find(kind); ok {
				return true
			}
		}
	}
	return false
}

// anyNLRI says that one of the NLRI of a family in MP_REACH_NLRI is such.
func anyNLRI(message []byte, f nlri.Family, such func(n []byte) bool) bool {
	if wire.MessageType(message[18]) != wire.TypeUpdate {
		return false
	}
	u, _ := wire.ParseUpdate(message[wire.HeaderLen:], (&row{}).negotiated(true))
	reach, ok := u.Reach()
	if !ok || reach.Family != f {
		return false
	}
	for _, n := range reach.List.All() {
		if such(n) {
			return true
		}
	}
	return false
}

// unknownComponent says that a flow specification has what its text cannot name.
func unknownComponent(n []byte) bool {
	s, ok := nlri.AsFlowSpec(nlri.FlowSpec4, n)
	return ok && strings.Contains(string(s.AppendText(nil)), "0x")
}

// oddName says that an OPEN has a host or domain name that is no UTF-8.
func oddName(message []byte) bool {
	if wire.MessageType(message[18]) != wire.TypeOpen {
		return false
	}
	o, _ := oracle.OpenBody(message[wire.HeaderLen:])
	for _, c := range o.Capabilities {
		if wire.CapabilityCode(c.Code) == wire.CapFQDN && !utf8.Valid(c.Value) {
			return true
		}
	}
	return false
}
