package wire

import "fmt"

//go:generate go test -run TestErrorsDocument -update .

// attrRule says how an attribute that is recognized must look and what follows if it does not.
// An attribute with a name but without known is printed by name and relayed like an unknown one.
// The table is printed into docs/errors.md.
type attrRule struct {
	name  string
	known bool
	flags AttrFlags // Optional and Transitive as they must be

	least, most, step uint16 // octets of the value: from least to most, in steps of step from least; step 0 means any

	check   func(value []byte, k sessionKind) defect // the inside
	inner   string                                   // what check asks for, in words
	subcode uint8                                    // of the NOTIFICATION where check fails

	action      Action // of a value that is malformed
	flagsAction Action // of wrong flags, where it is not treat-as-withdraw
	internal    bool   // belongs to iBGP: from other neighbors it is left out, malformed or not

	rfc string // where that is said
}

const (
	wellKnown             = FlagTransitive
	optionalTransitive    = FlagOptional | FlagTransitive
	optionalNonTransitive = FlagOptional

	anyLength = 65535
)

// attrRules is the error handling of RFC 7606 and of the RFCs that came after it, attribute by
// attribute. RFC 7606 §3(c): wrong flags are treat-as-withdraw unless the attribute's own RFC
// says otherwise. RFC 7606 §4: no attribute may be empty unless its RFC allows it.
var attrRules = [256]attrRule{
	AttrOrigin: {name: "origin", known: true, flags: wellKnown, least: 1, most: 1,
		check: checkOrigin, inner: "0, 1 or 2", subcode: InvalidOrigin, action: ActionTreatAsWithdraw,
		rfc: "RFC 7606 §7.1"},
	AttrASPath: {name: "as-path", known: true, flags: wellKnown, most: anyLength,
		check: checkASPath, inner: "segments of a defined type, none empty, none past the end; no AS 0; no confederation segment from outside",
		subcode: MalformedASPath, action: ActionTreatAsWithdraw,
		rfc: "RFC 7606 §7.2, RFC 7607 §2, RFC 5065 §5"},
	AttrNextHop: {name: "next-hop", known: true, flags: wellKnown, least: 4, most: 4, action: ActionTreatAsWithdraw,
		inner: "beside NLRI of the message itself: the address of a host",
		rfc:   "RFC 7606 §7.3, RFC 4271 §6.3"},
	AttrMED: {name: "med", known: true, flags: optionalNonTransitive, least: 4, most: 4, action: ActionTreatAsWithdraw,
		rfc: "RFC 7606 §7.4"},
	AttrLocalPref: {name: "local-preference", known: true, flags: wellKnown, least: 4, most: 4, action: ActionTreatAsWithdraw, internal: true,
		rfc: "RFC 7606 §7.5"},
	AttrAtomicAggregate: {name: "atomic-aggregate", known: true, flags: wellKnown, action: ActionDiscardAttribute,
		rfc: "RFC 7606 §7.6"},
	AttrAggregator: {name: "aggregator", known: true, flags: optionalTransitive, least: 6, most: 8, step: 2,
		check: checkAggregator, inner: "8 octets where AS numbers have 4, else 6; no AS 0", subcode: OptionalAttributeError, action: ActionDiscardAttribute,
		rfc: "RFC 7606 §7.7, RFC 7607 §2"},
	AttrCommunities: {name: "communities", known: true, flags: optionalTransitive, least: 4, most: anyLength, step: 4, action: ActionTreatAsWithdraw,
		rfc: "RFC 7606 §7.8"},
	AttrOriginatorID: {name: "originator-id", known: true, flags: optionalNonTransitive, least: 4, most: 4, action: ActionTreatAsWithdraw, internal: true,
		rfc: "RFC 7606 §7.9, RFC 4456 §8"},
	AttrClusterList: {name: "cluster-list", known: true, flags: optionalNonTransitive, least: 4, most: anyLength, step: 4, action: ActionTreatAsWithdraw, internal: true,
		rfc: "RFC 7606 §7.10, RFC 4456 §8"},
	AttrMPReach: {name: "mp-reach-nlri", known: true, flags: optionalNonTransitive, least: 5, most: anyLength,
		inner:  "a next hop of a length that goes with the family; NLRI that cut cleanly",
		action: ActionDisableFamily, flagsAction: ActionDisableFamily,
		rfc: "RFC 7606 §5.3, §7.11, RFC 4760 §7, RFC 8950 §3"},
	AttrMPUnreach: {name: "mp-unreach-nlri", known: true, flags: optionalNonTransitive, least: 3, most: anyLength,
		inner:  "NLRI that cut cleanly",
		action: ActionDisableFamily, flagsAction: ActionDisableFamily,
		rfc: "RFC 7606 §5.3, RFC 4760 §7"},
	AttrExtCommunities: {name: "extended-communities", known: true, flags: optionalTransitive, least: 8, most: anyLength, step: 8, action: ActionTreatAsWithdraw,
		rfc: "RFC 7606 §7.14"},
	AttrAS4Path: {name: "as4-path", known: true, flags: optionalTransitive, least: 6, most: anyLength, step: 2,
		check: checkAS4Path, inner: "segments of a defined type, none empty, none past the end; no AS 0", subcode: OptionalAttributeError, action: ActionDiscardAttribute,
		rfc: "RFC 6793 §6, RFC 7607 §2"},
	AttrAS4Aggregator: {name: "as4-aggregator", known: true, flags: optionalTransitive, least: 8, most: 8,
		check: checkAS4Aggregator, inner: "no AS 0", subcode: OptionalAttributeError, action: ActionDiscardAttribute,
		rfc: "RFC 6793 §6, RFC 7607 §2"},
	AttrPMSITunnel: {name: "pmsi-tunnel", known: true, flags: optionalTransitive, least: 5, most: anyLength,
		check: checkPMSITunnel, inner: "a tunnel identifier that is one of its tunnel type; any of an unknown type", subcode: OptionalAttributeError, action: ActionTreatAsWithdraw,
		rfc: "RFC 6514 §5, RFC 7385"},
	AttrTunnelEncapsulation: {name: "tunnel-encapsulation", known: true, flags: optionalTransitive, least: 4, most: anyLength,
		check: checkTunnelEncapsulation, inner: "TLVs fill the attribute and sub-TLVs their TLV; those of an SR Policy have their lengths",
		subcode: OptionalAttributeError, action: ActionTreatAsWithdraw,
		rfc: "RFC 9012 §13, RFC 9830 §5"},
	AttrTrafficEngineering: {name: "traffic-engineering"},
	AttrIPv6ExtCommunities: {name: "ipv6-extended-communities", known: true, flags: optionalTransitive, least: 20, most: anyLength, step: 20, action: ActionTreatAsWithdraw,
		rfc: "RFC 7606 §7.15"},
	AttrAIGP: {name: "aigp", known: true, flags: optionalNonTransitive, least: 3, most: anyLength,
		check: checkAIGP, inner: "TLVs fill the attribute; a metric TLV has 11 octets, the first one no metric of all ones",
		subcode: OptionalAttributeError, action: ActionDiscardAttribute, flagsAction: ActionDiscardAttribute,
		rfc: "RFC 7311 §3, §3.2"},
	AttrPEDistinguisherLabels: {name: "pe-distinguisher-labels"},
	AttrLinkState: {name: "bgp-ls", known: true, flags: optionalNonTransitive, least: 4, most: anyLength,
		check: checkLinkState, inner: "TLVs fill the attribute; those that are recognized have their lengths, and so have their sub-TLVs",
		subcode: OptionalAttributeError, action: ActionDiscardAttribute,
		rfc: "RFC 9552 §8.2.2, RFC 9085 §4, RFC 9086 §7, RFC 9514 §10"},
	AttrLargeCommunities: {name: "large-communities", known: true, flags: optionalTransitive, least: 12, most: anyLength, step: 12, action: ActionTreatAsWithdraw,
		rfc: "RFC 8092 §6"},
	AttrBGPsecPath: {name: "bgpsec-path", known: true, flags: optionalNonTransitive, least: 1, most: anyLength, action: ActionTreatAsWithdraw,
		rfc: "RFC 7606 §4, RFC 8205 §5: carried, never verified"},
	AttrOTC: {name: "otc", known: true, flags: optionalTransitive, least: 4, most: 4, action: ActionTreatAsWithdraw,
		rfc: "RFC 9234 §5"},
	AttrDPath: {name: "d-path", known: true, flags: optionalTransitive, least: 1, most: anyLength,
		check: checkDPath, inner: "segments of domains, none empty, none past the end", subcode: OptionalAttributeError, action: ActionTreatAsWithdraw,
		rfc: "RFC 7606 §4, draft-ietf-bess-evpn-ipvpn-interworking §4"},
	AttrSFP:              {name: "sfp"},
	AttrBFDDiscriminator: {name: "bfd-discriminator"},
	AttrPrefixSID: {name: "prefix-sid", known: true, flags: optionalTransitive, least: 3, most: anyLength,
		check: checkPrefixSID, inner: "TLVs fill the attribute; label index and SRGB have their lengths. Treat-as-withdraw where an SRv6 service TLV, its sub-TLVs or theirs are not whole",
		subcode: OptionalAttributeError, action: ActionDiscardAttribute,
		rfc: "RFC 8669 §6, RFC 9252 §7"},
	AttrBIER: {name: "bier"},
	AttrSet: {name: "attr-set", known: true, flags: optionalTransitive, least: 4, most: anyLength,
		check: checkAttrSet, inner: "attributes that are whole", subcode: OptionalAttributeError, action: ActionTreatAsWithdraw,
		rfc: "RFC 7606 §7.16, RFC 6368 §5"},
}

// attrShape is what an attribute can be told by without looking inside: flags and length of its rule, in
// 8 octets, so that all of them stay in the cache.
type attrShape struct {
	least, span uint16 // octets: from least to least+span
	flags       AttrFlags
	mask        uint8 // the length beyond least has none of these bits
	step        uint8 // where it is a multiple of a number that is no power of 2: that number
	inside      bool  // the value is looked at as well
}

// notKnown are flags that no attribute has.
const notKnown AttrFlags = 0xff

var attrShapes = func() (shapes [256]attrShape) {
	for i := range attrRules {
		r := &attrRules[i]
		s := attrShape{least: r.least, span: r.most - r.least, flags: notKnown}
		if r.known {
			s.flags = r.flags
		}
		switch step := uint8(r.step); {
		case step&(step-1) != 0:
			s.step = step
		case step != 0:
			s.mask = step - 1
		}
		s.inside = r.check != nil || r.inner != ""
		shapes[i] = s
	}
	return shapes
}()

func (s attrShape) fits(flags AttrFlags, length int) bool {
	extra := uint(length - int(s.least))
	return flags&(FlagOptional|FlagTransitive) == s.flags && extra <= uint(s.span) &&
		extra&uint(s.mask) == 0 && (s.step == 0 || extra%uint(s.step) == 0)
}

// wrongFlags is the action of wrong flags.
func (r *attrRule) wrongFlags() Action {
	if r.flagsAction != ActionNone {
		return r.flagsAction
	}
	return ActionTreatAsWithdraw
}

// lengthText is the length rule in words.
func (r *attrRule) lengthText() string {
	switch {
	case r.step == 0 && r.least == r.most:
		return fmt.Sprint(r.least)
	case r.step == 0 && r.least == 0:
		return "any"
	case r.step == 0:
		return fmt.Sprintf("at least %d", r.least)
	case r.most < anyLength:
		return fmt.Sprintf("%d or %d", r.least, r.most)
	case r.least == r.step:
		return fmt.Sprintf("a multiple of %d, not 0", r.step)
	}
	return fmt.Sprintf("at least %d, in steps of %d", r.least, r.step)
}
