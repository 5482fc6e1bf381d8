package nlri

import "testing"

func TestRouteDistinguishersReadAndWrite(t *testing.T) {
	for text, octets := range map[string]string{
		"65000:1":            "0000 fde8 00000001",
		"0:0":                "0000 0000 00000000",
		"65535:4294967295":   "0000 ffff ffffffff",
		"10.1.0.1:1":         "0001 0a010001 0001",
		"0.0.0.0:65535":      "0001 00000000 ffff",
		"4200000000:1":       "0002 fa56ea00 0001",
		"0.65000:1":          "0002 0000fde8 0001",
		"0x0003000000000001": "0003 000000000001",
	} {
		rd := RD(unhex(octets))
		if rd.String() != text {
			t.Errorf("%x is %q, want %q", rd[:], rd, text)
		}
		if got, err := ParseRD(text); err != nil || got != rd {
			t.Errorf("ParseRD(%q) = %x, %v; want %x", text, got[:], err, rd[:])
		}
	}
	if got, err := ParseRD("1.10:5"); err != nil || got != RD(unhex("0002 0001000a 0005")) {
		t.Errorf("ParseRD(1.10:5) = %x, %v", got[:], err)
	}
	for _, wrong := range []string{"", ":", "1", "1:", ":1", "65536:65536", "10.0.0.1:65536", "4294967296:1", "2001:db8::1:1", "1:4294967296",
		"1:-1", "a:1", "0.65536:1", "1.2.3:1", "0x00", "0x000000000000000g"} {
		if got, err := ParseRD(wrong); err == nil {
			t.Errorf("ParseRD(%q) = %x", wrong, got[:])
		}
	}
}

func TestTheRouteDistinguisherOfEachFamily(t *testing.T) {
	for _, s := range soundSamples {
		rd, ok := AsRD(s.family, s.form, unhex(s.octets))
		want := ""
		switch s.family {
		case VPNv4, VPNv6, VPLS, BGPLSVPN, FlowSpecVPN4, FlowSpecVPN6, FlowSpecL2VPN, EVPN, MVPN4, MVPN6, MUP4, MUP6:
			want = "10.1.0.1:1"
		}
		switch s.name {
		case "a VPNv4 prefix", "a VPNv4 prefix with three labels", "a VPNv4 withdrawal of label 0":
			want = "65000:1"
		case "a VPNv6 prefix":
			want = "4200000000:1"
		case "an EVPN route of type 0", "a VPLS route without octets", "an EVPN route of type 255 without octets", "a MUP route of an unknown architecture", "an MVPN route for mLDP", "an MVPN route of type 0",
			"an EVPN Leaf A-D route", "an EVPN Leaf A-D route over IPv6", "an EVPN Leaf A-D route whose key is no NLRI", "an EVPN Leaf A-D route over IPv6 whose key is no NLRI",
			"an MVPN Leaf A-D route", "an MVPN Leaf A-D route for an S-PMSI", "an MVPN Leaf A-D route over IPv6":
			want = ""
		}
		if ok != (want != "") || ok && rd.String() != want {
			t.Errorf("%s: %v, %v; want %q", s.name, rd, ok, want)
		}
	}
}
