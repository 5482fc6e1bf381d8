package wire

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
)

// body is an UPDATE without header: withdrawn routes, attributes and NLRI behind their lengths.
func body(withdrawn, attrs, announced string) []byte {
	w, a := octets(withdrawn), octets(attrs)
	b := binary.BigEndian.AppendUint16(nil, uint16(len(w)))
	b = append(b, w...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(a)))
	return append(append(b, a...), octets(announced)...)
}

// everyFamily is a session that negotiated all families without options.
func everyFamily(internal bool) *Negotiated {
	n := &Negotiated{Internal: internal, AS4: true, RequirePath: !internal}
	for _, f := range []nlri.Family{nlri.IPv4Unicast, nlri.IPv6Unicast, nlri.IPv4Labeled, nlri.VPNv4, nlri.VPNv6, nlri.EVPN, nlri.VPLS, nlri.BGPLS, nlri.RouteTarget} {
		n.Families = append(n.Families, FamilyOptions{Family: f})
	}
	return n
}

func TestSoundUpdates(t *testing.T) {
	for name, s := range samples() {
		t.Run(name, func(t *testing.T) {
			message := s.message(sampleAttrs())
			u, err := ParseUpdate(message[HeaderLen:], s.session())
			if err != nil {
				t.Fatal(err)
			}
			reach, ok := u.Reach()
			list, hop := reach.List, reach.NextHop
			if !ok {
				list, hop = u.Announced(), u.NextHop()
			}
			if list.Family() != s.family || !bytes.Equal(hop, s.nextHop) || list.Len() != len(s.nlri) {
				t.Fatalf("family %s, next hop %x, %d NLRI", list.Family(), hop, list.Len())
			}
			i := 0
			for id, n := range list.All() {
				if s.form&nlri.AddPath != 0 && id != nlri.PathID(i+1) || !bytes.Equal(n, s.nlri[i]) {
					t.Errorf("NLRI %d: path %d, %x, want %x", i, id, n, s.nlri[i])
				}
				i++
			}
			if _, eor := u.EndOfRIB(); eor {
				t.Error("taken for End-of-RIB")
			}

			u, err = ParseUpdate(s.withdrawal()[HeaderLen:], s.session())
			if err != nil {
				t.Fatal("withdrawal:", err)
			}
			list, ok = u.Unreach()
			if !ok {
				list = u.Withdrawn()
			}
			if list.Family() != s.family || list.Len() != len(s.nlri) {
				t.Errorf("withdrawal: family %s, %d NLRI", list.Family(), list.Len())
			}

			u, err = ParseUpdate(AppendEndOfRIB(nil, s.family)[HeaderLen:], s.session())
			if f, ok := u.EndOfRIB(); err != nil || !ok || f != s.family {
				t.Errorf("End-of-RIB of %s: %v, %v", f, ok, err)
			}
		})
	}
}

func TestEndOfRIB(t *testing.T) {
	const evpn = "80 0f 03 0019 46"
	cases := map[string]struct {
		body []byte
		want nlri.Family
	}{
		"an empty UPDATE is that of ipv4":                {body("", "", ""), nlri.IPv4Unicast},
		"MP_UNREACH_NLRI alone is that of its family":    {body("", evpn, ""), nlri.EVPN},
		"with the extended length too":                   {body("", "90 0f 0003 0019 46", ""), nlri.EVPN},
		"beside another attribute it is none":            {body("", evpn+"40 01 01 00", ""), 0},
		"beside a withdrawn route it is none":            {body("18 0a0101", evpn, ""), 0},
		"of a family that was not negotiated it is none": {body("", "80 0f 03 0001 85", ""), 0},
		"MP_REACH_NLRI without NLRI is none":             {body("", "80 0e 09 0019 46 04 c0000201 00 40 01 01 00 40 02 00", ""), 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			u, err := ParseUpdate(c.body, everyFamily(true))
			if f, _ := u.EndOfRIB(); err != nil || f != c.want {
				t.Errorf("got %s, %v", f, err)
			}
		})
	}
}

// updateErrors are UPDATEs of an internal session with every family, and what follows from them.
func updateErrors() map[string]updateError {
	const (
		origin  = "40 01 01 00 "
		path    = "40 02 06 02 01 0000fde9 "
		hop     = "40 03 04 c0000201 "
		good    = origin + path + hop
		mp      = origin + path
		prefix  = "18 c63364"
		evpnRD  = "00010a0100010001"
		zeroESI = "00000000000000000000"
	)
	evpn := func(n string) string {
		b := octets("0019 46 04 c0000201 00" + n)
		return mp + string(hexOf(AppendAttr(nil, FlagOptional, AttrMPReach, b)))
	}
	return map[string]updateError{
		// Framing.
		"withdrawn routes past their end":                     {"18 c0a8", good, prefix, ActionResetSession, InvalidNetworkField},
		"a withdrawn prefix of 33 bits":                       {"21 c0a8010100", "", "", ActionResetSession, InvalidNetworkField},
		"an announced prefix of 255 bits":                     {"", good, "ff c0a801", ActionResetSession, InvalidNetworkField},
		"an announced prefix past the end":                    {"", good, "18 c0a8", ActionResetSession, InvalidNetworkField},
		"the last attribute passes the end, with NLRI":        {"", good + "80 04 04 0000", prefix, ActionTreatAsWithdraw, MalformedAttributeList},
		"two octets behind the last attribute, with NLRI":     {"", good + "80 04", prefix, ActionTreatAsWithdraw, MalformedAttributeList},
		"the last attribute passes the end, without NLRI":     {"", good + "80 04 04 0000", "", ActionResetSession, MalformedAttributeList},
		"MP_REACH_NLRI itself passes the end":                 {"", mp + "80 0e 40 0019 46 04 c0000201 00", "", ActionResetSession, MalformedAttributeList},
		"two MP_REACH_NLRI":                                   {"", mp + "80 0e 09 0019 46 04 c0000201 00 80 0e 09 0019 46 04 c0000201 00", "", ActionResetSession, MalformedAttributeList},
		"two MP_UNREACH_NLRI":                                 {"", "80 0f 03 0019 46 80 0f 03 0019 46", "", ActionResetSession, MalformedAttributeList},
		"ORIGIN twice is accepted":                            {"", good + "40 01 01 02", prefix, ActionNone, 0},
		"an attribute of wrong length without reachable NLRI": {"18 c63364", "40 05 03 000000", "", ActionResetSession, AttributeLengthError},
		"a discarded attribute without reachable NLRI":        {"18 c63364", "40 06 01 00", "", ActionDiscardAttribute, AttributeLengthError},

		// Mandatory attributes.
		"no attributes at all":       {"", "", prefix, ActionTreatAsWithdraw, MissingWellKnownAttribute},
		"an unknown attribute alone": {"", "c0 1f 10 00000000000000000000000000000000", prefix, ActionTreatAsWithdraw, MissingWellKnownAttribute},
		"no ORIGIN":                  {"", path + hop, prefix, ActionTreatAsWithdraw, MissingWellKnownAttribute},
		"no AS_PATH":                 {"", origin + hop, prefix, ActionTreatAsWithdraw, MissingWellKnownAttribute},
		"MP_REACH_NLRI without NLRI and without ORIGIN": {"", path + "80 0e 09 0019 46 04 c0000201 00", "", ActionTreatAsWithdraw, MissingWellKnownAttribute},
		"no NEXT_HOP":               {"", origin + path, prefix, ActionTreatAsWithdraw, MissingWellKnownAttribute},
		"no LOCAL_PREF is accepted": {"", good, prefix, ActionNone, 0},
		"MP_UNREACH_NLRI with IPv4 NLRI that lack them":               {"", "80 0f 03 0019 46", prefix, ActionTreatAsWithdraw, MissingWellKnownAttribute},
		"BGPsec_PATH in place of AS_PATH inside the AS":               {"", origin + hop + "80 21 04 00020100", prefix, ActionNone, 0},
		"an IPv4 next hop in MP_REACH_NLRI that is a multicast group": {"", origin + path + "80 0e 0d 0001 01 04 e0000001 00 18 c63364", "", ActionTreatAsWithdraw, InvalidNextHop},
		"NEXT_HOP of a multicast group":                               {"", origin + path + "40 03 04 e0000001", prefix, ActionTreatAsWithdraw, InvalidNextHop},

		// Flags and unknown attributes.
		"ORIGIN without flags":                         {"", "00 01 01 00" + path + hop, prefix, ActionTreatAsWithdraw, AttributeFlagsError},
		"transitive AIGP is discarded":                 {"", good + "c0 1a 0b 01 000b 0000000000000001", prefix, ActionDiscardAttribute, AttributeFlagsError},
		"a well-known attribute nobody knows":          {"", good + "40 63 01 00", prefix, ActionTreatAsWithdraw, UnrecognizedWellKnownAttribute},
		"the low flag bits are nobody's business":      {"", good + "cf 63 00", prefix, ActionNone, 0},
		"attribute 255 is relayed":                     {"", good + "c0 ff 03 010203", prefix, ActionNone, 0},
		"attribute 28 with anything inside is relayed": {"", good + "c0 1c 03 ffffff", prefix, ActionNone, 0},
		"OTC with the extended length":                 {"", good + "d0 23 0004 0000fde8", prefix, ActionNone, 0},
		"OTC of 5 octets":                              {"", good + "c0 23 05 0000fde800", prefix, ActionTreatAsWithdraw, AttributeLengthError},

		// MP attributes.
		"EVPN next hop of 5 octets":                   {"", mp + "80 0e 0a 0019 46 05 c000020100 00", "", ActionDisableFamily, OptionalAttributeError},
		"EVPN next hop of 0 octets":                   {"", mp + "80 0e 05 0019 46 00 00", "", ActionDisableFamily, OptionalAttributeError},
		"an IPv6 next hop of 4 octets":                {"", mp + "80 0e 09 0002 01 04 c0000201 00", "", ActionDisableFamily, OptionalAttributeError},
		"an IPv6 next hop for IPv4, not negotiated":   {"", mp + "80 0e 15 0001 01 10 20010db8000000000000000000000001 00", "", ActionDisableFamily, OptionalAttributeError},
		"a next hop past the end":                     {"", mp + "80 0e 08 0019 46 04 c0000201", "", ActionDisableFamily, OptionalAttributeError},
		"MP_REACH_NLRI of 4 octets":                   {"", mp + "80 0e 04 0019 46 00", "", ActionDisableFamily, AttributeLengthError},
		"MP_UNREACH_NLRI of 2 octets":                 {"", "80 0f 02 0019", "", ActionResetSession, AttributeLengthError},
		"transitive MP_REACH_NLRI":                    {"", mp + "c0 0e 09 0019 46 04 c0000201 00", "", ActionDisableFamily, AttributeFlagsError},
		"a family that was not negotiated":            {"", mp + "80 0e 0c 0001 85 00 00 03 01 08 0a 00 00 00", "", ActionDiscardNLRI, OptionalAttributeError},
		"an IPv6 prefix of 129 bits":                  {"", mp + "80 0e 27 0002 01 10 20010db8000000000000000000000001 00 81 20010db80000000000000000000000000000", "", ActionDisableFamily, OptionalAttributeError},
		"an EVPN NLRI past the end":                   {"", evpn("02 21" + evpnRD), "", ActionDisableFamily, OptionalAttributeError},
		"an EVPN NLRI with a MAC length of 47":        {"", evpn("02 21" + evpnRD + zeroESI + "00000000 2f 001122334455 00 000064"), "", ActionTreatAsWithdraw, OptionalAttributeError},
		"an EVPN NLRI with an IP length of 33":        {"", evpn("02 25" + evpnRD + zeroESI + "00000000 30 001122334455 21 0a000001 000064"), "", ActionTreatAsWithdraw, OptionalAttributeError},
		"an EVPN type 5 of 33 bits in an IPv4 layout": {"", evpn("05 22" + evpnRD + zeroESI + "00000000 21 c0a80100 00000000 000064"), "", ActionTreatAsWithdraw, OptionalAttributeError},
		"EVPN types 0, 12 and 255 are carried":        {"", evpn("00 01 aa 0c 00 ff 02 bbcc"), "", ActionNone, 0},
		"both VPLS forms in one field":                {"", mp + "80 0e 2a 0019 41 04 c0000201 00 0011 00010a0100010001 0001 0001 0008 186a01 000c 00010a0100010001 0a000001", "", ActionNone, 0},
		"a route target of 104 bits":                  {"", mp + "80 0e 17 0001 84 04 c0000201 00 68 0000fde8 0002fde800000064 00", "", ActionDisableFamily, OptionalAttributeError},
		"route targets of 0 and 96 bits":              {"", mp + "80 0e 17 0001 84 04 c0000201 00 00 60 0000fde8 0002fde800000064", "", ActionNone, 0},
		"a VPN prefix shorter than its label and RD":  {"", mp + "80 0e 19 0001 80 0c 0000000000000000 c0000201 00 40 000641 0000fde8 00", "", ActionDisableFamily, OptionalAttributeError},
		"a VPN withdrawal with label 0x800000":        {"", "80 0f 12 0001 80 70 800000 00010a0100010001 0a0101", "", ActionNone, 0},
		"a VPN withdrawal with label 0x000000":        {"", "80 0f 12 0001 80 70 000000 00010a0100010001 0a0101", "", ActionNone, 0},
		"a BGP-LS node whose TLV passes the end":      {"", mp + "80 0e 1a 4004 47 04 c0000201 00 0001 000d 02 0000000000000000 0100 0008", "", ActionDiscardNLRI, OptionalAttributeError},
	}
}

type updateError struct {
	withdrawn, attrs, announced string
	action                      Action
	subcode                     uint8
}

func TestUpdateErrors(t *testing.T) {
	for name, c := range updateErrors() {
		t.Run(name, func(t *testing.T) {
			_, err := ParseUpdate(body(c.withdrawn, c.attrs, c.announced), everyFamily(true))
			switch {
			case err == nil && c.action != ActionNone:
				t.Errorf("accepted, want %s", c.action)
			case err != nil && (err.Action != c.action || err.Subcode != c.subcode || err.Code != ErrUpdate):
				t.Errorf("got %v, want %s with subcode %d", err, c.action, c.subcode)
			}
		})
	}
}

func hexOf(b []byte) []byte {
	const digits = "0123456789abcdef"
	var s []byte
	for _, c := range b {
		s = append(s, digits[c>>4], digits[c&15])
	}
	return s
}

func TestLengthsPastTheEnd(t *testing.T) {
	for _, b := range []string{"", "00", "000000", "0005 0000", "0000 0001", "ffff ffff", "0000 0003 4001"} {
		if _, err := ParseUpdate(octets(b), everyFamily(true)); err == nil || err.Action != ActionResetSession || err.Subcode != MalformedAttributeList {
			t.Errorf("%q: %v", b, err)
		}
	}
}

func TestFamilyIsDisabledOnlyBesideOthers(t *testing.T) {
	b := body("", "40 01 01 00 40 02 00 80 0e 0a 0019 46 05 c000020100 00", "")
	_, err := ParseUpdate(b, everyFamily(true))
	if err == nil || err.Action != ActionDisableFamily || err.Family != nlri.EVPN {
		t.Errorf("with other families: %v", err)
	}
	_, err = ParseUpdate(b, &Negotiated{Internal: true, AS4: true, Families: []FamilyOptions{{Family: nlri.EVPN}}})
	if err == nil || err.Action != ActionResetSession {
		t.Errorf("alone: %v", err)
	}
}

func TestMalformedNLRIAreLeftOut(t *testing.T) {
	s := samples()["evpn 2"]
	s.nlri[1][24] = 40 // the MAC length
	u, err := ParseUpdate(s.message(sampleAttrs())[HeaderLen:], s.session())
	reach, ok := u.Reach()
	if err == nil || err.Action != ActionTreatAsWithdraw || !ok || reach.List.Len() != 4 || reach.List.Malformed() != 1 {
		t.Errorf("%v: %d sound, %d malformed", err, reach.List.Len(), reach.List.Malformed())
	}
}

func TestStrongestErrorHolds(t *testing.T) {
	b := body("", "40 06 01 00 40 01 01 07 40 02 00 40 03 04 c0000201 80 04 03 000000", "18 c63364")
	_, err := ParseUpdate(b, everyFamily(true))
	if err == nil || err.Attr != AttrOrigin || err.Subcode != InvalidOrigin || err.Offset != 11 || !bytes.Equal(err.Data, []byte{0x40, 1, 1, 7}) {
		t.Errorf("want the first of the two that withdraw, at offset 11: %+v", err)
	}
}
