package nlri

import (
	"errors"
	"strings"
	"testing"
)

func TestSoundNLRIPassTheCheck(t *testing.T) {
	for _, s := range soundSamples {
		if err := Check(s.family, s.form, unhex(s.octets)); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
	}
}

func TestSizeIsThatOfTheFirstNLRI(t *testing.T) {
	for _, s := range soundSamples {
		n := unhex(s.octets)
		if got := Size(s.family, s.form, append(n, 1, 2, 3)); got != len(n) {
			t.Errorf("%s: %d octets, want %d", s.name, got, len(n))
		}
		if got := Size(s.family, s.form, n[:len(n)-1]); got < len(n) {
			t.Errorf("%s, cut off by an octet: %d octets, want more than there are", s.name, got)
		}
	}
}

func TestMalformedNLRIAreFramedAndRefused(t *testing.T) {
	for _, s := range malformedSamples {
		n := unhex(s.octets)
		l, err := ParseList(s.family, s.form, n)
		if err != nil {
			t.Errorf("%s: the framing is right, got %v", s.name, err)
			continue
		}
		if l.Len() != 0 || l.Malformed() != 1 {
			t.Errorf("%s: %d sound and %d malformed NLRI, want 0 and 1", s.name, l.Len(), l.Malformed())
		}
		for range l.All() {
			t.Errorf("%s: All yields it", s.name)
		}
		err = Check(s.family, s.form, n)
		if err == nil || l.FirstMalformed() == nil {
			t.Errorf("%s: Check %v, FirstMalformed %v", s.name, err, l.FirstMalformed())
		} else if text := err.Error(); text != l.FirstMalformed().Error() || strings.Contains(text, "%!") {
			t.Errorf("%s: Check says %q, FirstMalformed %q", s.name, text, l.FirstMalformed())
		}
	}
}

func TestCheckRefusesMoreOrLessThanOneNLRI(t *testing.T) {
	for _, s := range soundSamples {
		n := unhex(s.octets)
		if Check(s.family, s.form, n[:len(n)-1]) == nil {
			t.Errorf("%s, one octet short, passes", s.name)
		}
		if Check(s.family, s.form, append(n, 0)) == nil {
			t.Errorf("%s, one octet long, passes", s.name)
		}
	}
}

func TestReasonsNameTheValue(t *testing.T) {
	reasons := map[string]string{
		"an IPv6 prefix length of 129":                "prefix length 129, must be 0 to 128",
		"a labeled prefix shorter than its label":     "23 bits hold no prefix behind labels and Route Distinguisher",
		"a label stack without an S bit":              "48 bits hold no whole label stack",
		"an Ethernet A-D route one octet short":       "Ethernet A-D route of length 24, must be 25",
		"a MAC/IP route of no octets":                 "MAC/IP route of length 0, must be at least 33",
		"a MAC length of 40":                          "MAC address length 40, must be 48",
		"an IP length of 33":                          "IP address length 33, must be 0, 32 or 128",
		"a MAC/IP route one octet long":               "4 octets of labels, must be 3 or 6",
		"an IMET route whose lengths disagree":        "Inclusive Multicast route of length 17, must be 17 or 29 and its IP address length 32 or 128",
		"an Ethernet Segment route of length 22":      "Ethernet Segment route of length 22, must be 23 or 35 and its IP address length 32 or 128",
		"an IP Prefix route of length 35":             "IP Prefix route of length 35, must be 34 or 58",
		"an IPv4 prefix route of prefix length 33":    "IP prefix length 33 is more than its address has",
		"a BGP-LS NLRI without an identifier":         "length 8 holds no Protocol-ID and Identifier",
		"a BGP-LS TLV that passes the end":            "TLV 256 passes the end of the NLRI",
		"a BGP-LS sub-TLV that passes its TLV":        "a sub-TLV passes the end of TLV 256",
		"BGP-LS TLVs out of order":                    "TLV 256 is out of order",
		"a BGP-LS-VPN NLRI without an RD":             "length 7 holds no Route Distinguisher",
		"an RT membership of 104 bits":                "prefix length 104, must be 0 or 32 to 96",
		"a VPN flow specification without components": "length 8, must hold a Route Distinguisher and a component",
		"an SMET route of no octets":                  "length 0 holds no multicast source and group",
		"an SMET route without flags":                 "multicast route of length 23, which its addresses do not fill",
		"an SMET route whose source is 64 bits long":  "multicast source length 64, must be 0, 32 or 128",
		"an SMET route whose group is 64 bits long":   "multicast group length 64, must be 0, 32 or 128",
		"a Leaf A-D route without originator":         "Leaf A-D route of length 19, which holds no Route Key and originating router",

		"BGP-LS TLVs of one type out of order by value":                     "TLV 768 is out of order",
		"a BGP-LS sub-TLV that is repeated":                                 "sub-TLV 512 of a node is repeated or out of order",
		"a flow specification without end-of-list bit":                      "component type 3 has no end-of-list bit",
		"a flow specification whose value passes its end":                   "component type 3 passes the end",
		"a flow specification of a prefix length of 33":                     "prefix length 33 in a component, must be 0 to 32",
		"a flow specification whose components are out of order":            "component type 1 is out of order",
		"an IPv6 flow specification whose offset is its length":             "prefix length 64 in a component, must be more than its offset and at most 128",
		"an MVPN S-PMSI A-D route without originator":                       "0 octets are left for the originating router, must be 4 or 16",
		"an MVPN Shared Tree Join route for any group":                      "route of type 6 for any source or group",
		"an MVPN Source Active A-D route one octet long":                    "1 octets are left behind the multicast group",
		"an SR Policy with an IPv6 endpoint in IPv4":                        "length 192, must be 64 bits and an endpoint address",
		"a MUP Interwork Segment Discovery route one octet long":            "1 octets are left behind the prefix",
		"a MUP Type 1 Session Transformed route of an endpoint length of 0": "endpoint address length 0, must be 32 or 128",
		"a MUP Type 1 Session Transformed route whose TLV passes its end":   "a TLV passes the end of the route of length 28",
		"a MUP Type 2 Session Transformed route of 33 bits of TEID":         "endpoint length 65, must be that of an address and up to 32 bits of TEID",
	}
	for _, s := range malformedSamples {
		want, ok := reasons[s.name]
		delete(reasons, s.name)
		var e *Error
		if err := Check(s.family, s.form, unhex(s.octets)); ok && (!errors.As(err, &e) || e.Reason != want) {
			t.Errorf("%s: %v, want %q", s.name, err, want)
		}
	}
	if len(reasons) > 0 {
		t.Errorf("no sample for %v", reasons)
	}
}

func TestErrorsNameFamilyPlaceAndValue(t *testing.T) {
	field := unhex("00000001 18 c0a801 00000002 c8" + strings.Repeat("00", 25))
	l, err := ParseList(IPv4Unicast, AddPath, field)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := l.FirstMalformed().Error(), "ipv4 NLRI at offset 12: prefix length 200, must be 0 to 32"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	_, err = ParseList(EVPN, 0, unhex("6300 0221 00"))
	if got, want := err.Error(), "evpn NLRI at offset 2: its length field passes the end of the field, 3 octets left"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
