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
