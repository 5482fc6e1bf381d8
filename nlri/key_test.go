package nlri

import (
	"bytes"
	"testing"
)

func TestKeysOfEachFamily(t *testing.T) {
	for name, want := range map[string]string{
		"the IPv4 default route":                   "00",
		"an IPv4 prefix with host bits":            "0d 0a08",
		"an IPv6 prefix of 29 bits":                "1d 20010db8",
		"a labeled IPv4 prefix with two labels":    "18 c00002",
		"a labeled withdrawal of 0x800000":         "18 c00002",
		"a VPNv4 prefix with three labels":         "50 0000fde800000001 0a09",
		"a VPNv4 prefix of 13 bits":                "4d 00010a0100010001 0a08",
		"an EVPN Ethernet A-D route":               "01 19" + rd1 + esi1 + "ffffffff",
		"an EVPN MAC route with two labels":        "02" + rd1 + "00000000" + mac1 + "00",
		"an EVPN MAC/IPv4 route with one label":    "02" + rd1 + "00000064" + mac1 + "20 c0a8010a",
		"an EVPN IMET route over IPv4":             "03 11 " + rd1 + "00000000 20 0a010001",
		"an EVPN Ethernet Segment route over IPv4": "04 17 " + rd1 + esi1 + "20 0a010001",
		"an EVPN IPv4 prefix route with host bits": "05" + rd1 + "00000000 15 c0a80000",
		"an EVPN IPv6 prefix route":                "05" + rd1 + "00000000 41 20010db800000000 8000000000000000",
		"an EVPN SMET route for any source":        "06 18 " + rd1 + "00000000 00 20 ef010101 20 0a010001",
		"an EVPN Membership Report Synch route":    "07 22 " + rd1 + esi1 + "00000000 00 20 ef010101 20 0a010001",
		"an EVPN Leave Synch route":                "08 27 " + rd1 + esi1 + "00000000 00 20 ef010101 20 0a010001",
		"an EVPN Per-Region I-PMSI A-D route":      "09 14 " + rd1 + "00000064 0009fde800000001",
		"an EVPN S-PMSI A-D route for any source":  "0a 17 " + rd1 + "00000000 00 20 ef010101 20 0a010001",
		"an EVPN Leaf A-D route":                   "0b 18 03 11 " + rd1 + "00000000 20 0a010001 20 0a010002",
		"an EVPN route of an unknown type":         "63 0a " + rd1 + "0102",
		"a VPLS label block":                       "0011 " + rd1 + "0001 0001",
		"a VPLS auto-discovery route":              "000c " + rd1 + "0a010001",
		"an RT membership of 41 bits":              "29 0000fde8 0080",
		"an opaque NLRI with a length in bits":     "15 0102f8",
		"an opaque NLRI with a long length":        "0003 010203",
		"a BGP-LS NLRI of an unknown type":         "0007 0003 010203",
		"an SR Policy":                             "60 00000001 00000064 0a010001",
		"a MUP route":                              "01 0001 " + rd1 + "10 0a01",
		"a MUP Direct Segment Discovery route":     "01 0002 0c " + rd1 + "0a010001",
		"a MUP route of an unknown type":           "01 0005 0a " + rd1 + "0102",
		"a MUP route of an unknown architecture":   "02 0001 02 0a01",

		"a MUP Interwork Segment Discovery route with host bits":     "01 0001 " + rd1 + "1d 20010db8",
		"a MUP Type 1 Session Transformed route":                     "01 0003 " + rd1 + "20 c0a80001",
		"a MUP Type 1 Session Transformed route with a TLV":          "01 0003 " + rd1 + "20 c0a80001",
		"a MUP Type 2 Session Transformed route without TEID":        "01 0004 " + rd1 + "20 0a000001",
		"a MUP Type 2 Session Transformed route with 4 bits of TEID": "01 0004 " + rd1 + "24 0a000001 a0",
		"a MUP Type 2 Session Transformed route with a TLV":          "01 0004 " + rd1 + "40 0a000001 00003039",
		"a VPN flow specification":                                   "0b " + rd1 + "03 81 06",
		"an MVPN route":                                              "01 0c " + rd1 + "0a010001",
	} {
		s := sampleOf(t, name)
		if got := AppendKey(nil, s.family, s.form, unhex(s.octets)); !bytes.Equal(got, unhex(want)) {
			t.Errorf("%s: key %x, want %s", name, got, want)
		}
	}
}

func TestLocalitiesOfEachFamily(t *testing.T) {
	for name, want := range map[string]string{
		"the IPv4 default route":                   "00",
		"an IPv4 prefix of 3 octets":               "c0a8",
		"an IPv4 prefix with host bits":            "0d0a",
		"an IPv6 prefix":                           "20010db8",
		"an IPv6 prefix of 29 bits":                "1d20010d",
		"a labeled IPv4 prefix with two labels":    "c000",
		"a labeled IPv4 prefix of 8 bits":          "0a",
		"a labeled IPv6 prefix":                    "20010db8",
		"a VPNv4 prefix with three labels":         "0000fde800000001",
		"an EVPN MAC/IPv4 route with one label":    rd1,
		"an EVPN route of an unknown type":         rd1,
		"an EVPN route of type 0":                  "00 04 01020304",
		"an EVPN route of type 255 without octets": "ff 00",
		"a VPLS label block":                       rd1,
		"a VPLS auto-discovery route":              rd1,
		"a BGP-LS link":                            "0100 0012 0200 0004 0000fde8 0203 0006 000000000001",
		"a BGP-LS NLRI without a node":             "0001 0009 02 0000000000000000",
		"a BGP-LS NLRI of an unknown type":         "0007 0003 010203",
		"a BGP-LS-VPN node":                        rd1,
		"an RT membership of 41 bits":              "29 0000fde8 00",
		"an RT membership of one target":           "60 0000fde8 0002 fde8 00000064",
		"a VPN flow specification":                 rd1,
		"a VPN flow specification of 240 octets":   rd1,
		"a flow specification":                     "08 01 18 c00002 03 81 06",
		"an MVPN route":                            rd1,
		"an MVPN Source Tree Join route":           rd1,
		"an MVPN Leaf A-D route":                   "04 0e 0102030405060708090a 0a010001",
		"a MUP route":                              rd1,
		"a MUP route of an unknown type":           rd1,
		"an EVPN Leaf A-D route":                   "0b 18 03 11 " + rd1 + "00000000 20 0a010001 20 0a010002",
		"an opaque NLRI with a length in bits":     "15 0102",
		"an opaque NLRI with a length in octets":   "03 010203",
	} {
		s := sampleOf(t, name)
		if got := Locality(s.family, s.form, unhex(s.octets)); !bytes.Equal(got, unhex(want)) {
			t.Errorf("%s: locality %x, want %s", name, got, want)
		}
	}
}

func TestAppendingAKeyKeepsWhatStoodBefore(t *testing.T) {
	for _, s := range soundSamples {
		n := unhex(s.octets)
		got := AppendKey([]byte("before"), s.family, s.form, n)
		if want := append([]byte("before"), AppendKey(nil, s.family, s.form, n)...); !bytes.Equal(got, want) {
			t.Errorf("%s: %x, want %x", s.name, got, want)
		}
		if !bytes.Equal(n, unhex(s.octets)) {
			t.Errorf("%s: its octets were changed to %x", s.name, n)
		}
	}
}
