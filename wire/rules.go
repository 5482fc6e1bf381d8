package wire

// attrRule says how an attribute that is recognized must look and what follows if it does not.
// An attribute with a name but without known is printed by name and relayed like an unknown one.
type attrRule struct {
	name  string
	known bool
	flags AttrFlags // Optional and Transitive as they must be

	least, most, step uint16 // octets of the value: from least to most, in steps of step from least; step 0 means any

	check   func(value []byte, k sessionKind) (reason string, stronger Action) // the inside; "" if sound
	subcode uint8                                                              // of the NOTIFICATION where check fails

	action      Action // of a value that is malformed
	flagsAction Action // of wrong flags, where it is not treat-as-withdraw
	internal    bool   // belongs to iBGP: from other neighbors it is left out, malformed or not

	rfc string // the sentence followed
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
		check: checkOrigin, subcode: InvalidOrigin, action: ActionTreatAsWithdraw,
		rfc: "RFC 7606 §7.1: malformed if its length is not 1 or if it has an undefined value"},
	AttrASPath: {name: "as-path", known: true, flags: wellKnown, most: anyLength,
		check: checkASPath, subcode: MalformedASPath, action: ActionTreatAsWithdraw,
		rfc: "RFC 7606 §7.2: malformed by an unrecognized segment type, an overrun, an underrun or an empty segment; RFC 7607 §2: by AS 0; RFC 5065 §5: by confederation segments from outside"},
	AttrNextHop: {name: "next-hop", known: true, flags: wellKnown, least: 4, most: 4, action: ActionTreatAsWithdraw,
		rfc: "RFC 7606 §7.3: malformed if its length is not 4"},
	AttrMED: {name: "med", known: true, flags: optionalNonTransitive, least: 4, most: 4, action: ActionTreatAsWithdraw,
		rfc: "RFC 7606 §7.4: malformed if its length is not 4"},
	AttrLocalPref: {name: "local-preference", known: true, flags: wellKnown, least: 4, most: 4, action: ActionTreatAsWithdraw, internal: true,
		rfc: "RFC 7606 §7.5: from an external neighbor discarded, else malformed if its length is not 4"},
	AttrAtomicAggregate: {name: "atomic-aggregate", known: true, flags: wellKnown, action: ActionDiscardAttribute,
		rfc: "RFC 7606 §7.6: malformed if its length is not 0"},
	AttrAggregator: {name: "aggregator", known: true, flags: optionalTransitive, least: 6, most: 8, step: 2,
		check: checkAggregator, subcode: OptionalAttributeError, action: ActionDiscardAttribute,
		rfc: "RFC 7606 §7.7: malformed if its length is not 6, or 8 with 4-octet AS numbers; RFC 7607 §2: by AS 0"},
	AttrCommunities: {name: "communities", known: true, flags: optionalTransitive, least: 4, most: anyLength, step: 4, action: ActionTreatAsWithdraw,
		rfc: "RFC 7606 §7.8: malformed if its length is not a non-zero multiple of 4"},
	AttrOriginatorID: {name: "originator-id", known: true, flags: optionalNonTransitive, least: 4, most: 4, action: ActionTreatAsWithdraw, internal: true,
		rfc: "RFC 7606 §7.9: from an external neighbor discarded, else malformed if its length is not 4"},
	AttrClusterList: {name: "cluster-list", known: true, flags: optionalNonTransitive, least: 4, most: anyLength, step: 4, action: ActionTreatAsWithdraw, internal: true,
		rfc: "RFC 7606 §7.10: from an external neighbor discarded, else malformed if its length is not a non-zero multiple of 4"},
	AttrMPReach: {name: "mp-reach-nlri", known: true, flags: optionalNonTransitive, least: 5, most: anyLength,
		action: ActionDisableFamily, flagsAction: ActionDisableFamily,
		rfc: "RFC 7606 §5.3, §7.11: session reset or AFI/SAFI disable if flags, length, next-hop length or NLRI are wrong"},
	AttrMPUnreach: {name: "mp-unreach-nlri", known: true, flags: optionalNonTransitive, least: 3, most: anyLength,
		action: ActionDisableFamily, flagsAction: ActionDisableFamily,
		rfc: "RFC 7606 §5.3: session reset or AFI/SAFI disable if flags, length or NLRI are wrong"},
	AttrExtCommunities: {name: "extended-communities", known: true, flags: optionalTransitive, least: 8, most: anyLength, step: 8, action: ActionTreatAsWithdraw,
		rfc: "RFC 7606 §7.14: malformed if its length is not a non-zero multiple of 8"},
	AttrAS4Path: {name: "as4-path", known: true, flags: optionalTransitive, least: 6, most: anyLength, step: 2,
		check: checkAS4Path, subcode: OptionalAttributeError, action: ActionDiscardAttribute,
		rfc: "RFC 6793 §6: malformed if its length is odd or less than 6, by a segment of no AS number, of wrong length or of undefined type; RFC 7607 §2: by AS 0"},
	AttrAS4Aggregator: {name: "as4-aggregator", known: true, flags: optionalTransitive, least: 8, most: 8,
		check: checkAS4Aggregator, subcode: OptionalAttributeError, action: ActionDiscardAttribute,
		rfc: "RFC 6793 §6: malformed if its length is not 8; RFC 7607 §2: by AS 0"},
	AttrPMSITunnel: {name: "pmsi-tunnel", known: true, flags: optionalTransitive, least: 5, most: anyLength,
		check: checkPMSITunnel, subcode: OptionalAttributeError, action: ActionTreatAsWithdraw,
		rfc: "RFC 6514 §5: malformed if the tunnel identifier cannot be parsed as one of its tunnel type"},
	AttrTunnelEncapsulation: {name: "tunnel-encapsulation", known: true, flags: optionalTransitive, least: 4, most: anyLength,
		check: checkTunnelEncapsulation, subcode: OptionalAttributeError, action: ActionTreatAsWithdraw,
		rfc: "RFC 9012 §13: treat-as-withdraw if the last octet of a TLV is not the last one of its last sub-TLV, or if there is no TLV"},
	AttrTrafficEngineering: {name: "traffic-engineering"},
	AttrIPv6ExtCommunities: {name: "ipv6-extended-communities", known: true, flags: optionalTransitive, least: 20, most: anyLength, step: 20, action: ActionTreatAsWithdraw,
		rfc: "RFC 7606 §7.15: malformed if its length is not a non-zero multiple of 20"},
	AttrAIGP: {name: "aigp", known: true, flags: optionalNonTransitive, least: 3, most: anyLength,
		check: checkAIGP, subcode: OptionalAttributeError, action: ActionDiscardAttribute, flagsAction: ActionDiscardAttribute,
		rfc: "RFC 7311 §3.2: malformed attributes, transitive ones and a metric of all ones are discarded"},
	AttrPEDistinguisherLabels: {name: "pe-distinguisher-labels"},
	AttrLinkState: {name: "bgp-ls", known: true, flags: optionalNonTransitive, least: 4, most: anyLength,
		check: checkLinkState, subcode: OptionalAttributeError, action: ActionDiscardAttribute,
		rfc: "RFC 9552 §8.2.2: attribute discard if the TLVs do not fill the attribute"},
	AttrLargeCommunities: {name: "large-communities", known: true, flags: optionalTransitive, least: 12, most: anyLength, step: 12, action: ActionTreatAsWithdraw,
		rfc: "RFC 8092 §6: malformed if its length is not a non-zero multiple of 12"},
	AttrBGPsecPath: {name: "bgpsec-path", known: true, flags: optionalNonTransitive, least: 1, most: anyLength, action: ActionTreatAsWithdraw,
		rfc: "RFC 8205 §5: an attribute that is not understood is relayed, never verified"},
	AttrOTC: {name: "otc", known: true, flags: optionalTransitive, least: 4, most: 4, action: ActionTreatAsWithdraw,
		rfc: "RFC 9234 §5: malformed if its length is not 4"},
	AttrDPath: {name: "d-path", known: true, flags: optionalTransitive, least: 1, most: anyLength, action: ActionTreatAsWithdraw,
		rfc: "RFC 7606 §4: an empty attribute is a syntax error"},
	AttrSFP:              {name: "sfp"},
	AttrBFDDiscriminator: {name: "bfd-discriminator"},
	AttrPrefixSID: {name: "prefix-sid", known: true, flags: optionalTransitive, least: 3, most: anyLength,
		check: checkPrefixSID, subcode: OptionalAttributeError, action: ActionDiscardAttribute,
		rfc: "RFC 8669 §6: attribute discard if a TLV passes the end or has a wrong length; RFC 9252 §7: treat-as-withdraw if an SRv6 service TLV is malformed"},
	AttrBIER: {name: "bier"},
	AttrSet: {name: "attr-set", known: true, flags: optionalTransitive, least: 4, most: anyLength,
		check: checkAttrSet, subcode: OptionalAttributeError, action: ActionTreatAsWithdraw,
		rfc: "RFC 7606 §7.16: a malformed one is treat-as-withdraw"},
}

// lengthOK is the length rule. The common steps are constants so that no division is left.
func (r *attrRule) lengthOK(length int) bool {
	if length < int(r.least) || length > int(r.most) {
		return false
	}
	switch extra := length - int(r.least); r.step {
	case 0:
		return true
	case 2, 4, 8:
		return extra&int(r.step-1) == 0
	default:
		return extra%int(r.step) == 0
	}
}

// wrongFlags is the action of wrong flags.
func (r *attrRule) wrongFlags() Action {
	if r.flagsAction != ActionNone {
		return r.flagsAction
	}
	return ActionTreatAsWithdraw
}
