package nlri

import (
	"bytes"
	"net/netip"
	"testing"
)

func TestEVPNViewsReadWhatTheEncodersWrite(t *testing.T) {
	rd := mustRD("10.1.0.1:1")
	esi, _ := ParseESI("00:11:22:33:44:55:66:77:88:99")
	mac, _ := ParseMAC("00:11:22:33:44:55")
	v4, v6 := mustAddr("10.1.0.1"), mustAddr("2001:db8::1")

	ad := AppendEthernetAD(nil, rd, esi, MaxEthernetTag, 100)
	if v, ok := AsEthernetAD(ad); !ok || v.RD() != rd || v.ESI() != esi || v.EthernetTag() != MaxEthernetTag || v.Label() != 100 {
		t.Errorf("Ethernet A-D %x, %v", ad, ok)
	}
	for _, ip := range []netip.Addr{{}, v4, v6} {
		for _, label2 := range []LabelField{0, 50000} {
			want := MACIPFields{rd, esi, 7, mac, ip, 10000, label2}
			n := AppendMACIP(nil, want)
			v, ok := AsMACIP(n)
			if !ok {
				t.Errorf("MAC/IP %x is malformed: %v", n, Check(EVPN, 0, n))
				continue
			}
			got := MACIPFields{v.RD(), v.ESI(), v.EthernetTag(), v.MAC(), v.IP(), v.Label1(), 0}
			has := false
			got.Label2, has = v.Label2()
			if got != want || has != (label2 != 0) {
				t.Errorf("MAC/IP %x: got %v, want %v", n, got, want)
			}
		}
	}
	for _, ip := range []netip.Addr{v4, v6} {
		n := AppendIMET(nil, rd, 7, ip)
		if v, ok := AsIMET(n); !ok || v.RD() != rd || v.EthernetTag() != 7 || v.IP() != ip {
			t.Errorf("IMET %x, %v", n, ok)
		}
		n = AppendEthernetSegment(nil, rd, esi, ip)
		if v, ok := AsEthernetSegment(n); !ok || v.RD() != rd || v.ESI() != esi || v.IP() != ip {
			t.Errorf("Ethernet Segment %x, %v", n, ok)
		}
	}
	for _, want := range []IPPrefixFields{
		{rd, esi, 7, mustPrefix("192.168.2.0/24"), mustAddr("192.168.2.1"), 10000},
		{rd, ESI{}, 7, mustPrefix("0.0.0.0/0"), mustAddr("0.0.0.0"), 10000},
		{rd, ESI{}, 0, mustPrefix("2001:db8::/61"), mustAddr("2001:db8::1"), 10000},
		{rd, ESI{}, 0, mustPrefix("2001:db8::1/128"), mustAddr("::"), 10000},
	} {
		n := AppendIPPrefix(nil, want)
		v, ok := AsIPPrefix(n)
		if !ok {
			t.Errorf("IP Prefix %x is malformed: %v", n, Check(EVPN, 0, n))
			continue
		}
		if got := (IPPrefixFields{v.RD(), v.ESI(), v.EthernetTag(), v.Prefix(), v.Gateway(), v.Label()}); got != want {
			t.Errorf("IP Prefix %x: got %v, want %v", n, got, want)
		}
		if want.Gateway.IsUnspecified() {
			want.Gateway = netip.Addr{}
			if !bytes.Equal(AppendIPPrefix(nil, want), n) {
				t.Error("a route without gateway is not one with gateway zero")
			}
		}
	}
}

func TestTheWireFormOfEVPNRoutes(t *testing.T) {
	rd := mustRD("10.1.0.1:1")
	esi, _ := ParseESI("00:11:22:33:44:55:66:77:88:99")
	mac, _ := ParseMAC("00:11:22:33:44:55")
	for name, got := range map[string][]byte{
		"an EVPN Ethernet A-D route":               AppendEthernetAD(nil, rd, esi, MaxEthernetTag, 0),
		"an EVPN MAC route with one label":         AppendMACIP(nil, MACIPFields{RD: rd, MAC: mac, Label1: 10000}),
		"an EVPN MAC/IPv4 route with two labels":   AppendMACIP(nil, MACIPFields{RD: rd, MAC: mac, IP: mustAddr("192.168.1.10"), Label1: 10000, Label2: 50000}),
		"an EVPN IMET route over IPv4":             AppendIMET(nil, rd, 0, mustAddr("10.1.0.1")),
		"an EVPN Ethernet Segment route over IPv6": AppendEthernetSegment(nil, rd, esi, mustAddr("2001:db8::1")),
		"an EVPN IPv4 prefix route":                AppendIPPrefix(nil, IPPrefixFields{RD: rd, Prefix: mustPrefix("192.168.2.0/24"), Label: 10000}),
		"a VPLS label block":                       AppendVPLS(nil, VPLSFields{rd, 1, 1, 8, 100000}),
		"a VPLS auto-discovery route":              AppendVPLSAD(nil, rd, mustAddr("10.1.0.1")),
		"a labeled IPv4 prefix with two labels":    AppendLabeled(nil, []Label{16001, 100}, mustPrefix("192.0.2.0/24")),
		"a VPNv4 prefix":                           AppendVPN(nil, mustRD("65000:1"), []Label{16001}, mustPrefix("10.9.0.0/16")),
		"an RT membership of one target":           AppendRTMembership(nil, 65000, [8]byte(unhex("0002 fde8 00000064")), 96),
		"the default RT membership":                AppendRTMembership(nil, 0, [8]byte{}, 0),
		"a BGP-LS NLRI without a node":             AppendLinkState(nil, LinkStateNode, 2, 0, nil),
		"an EVPN MAC/IPv6 route with two labels":   AppendMACIP(nil, MACIPFields{RD: rd, MAC: mac, IP: mustAddr("2001:db8::1"), Label1: 10000, Label2: 50000}),
		"an EVPN Ethernet Segment route over IPv4": AppendEthernetSegment(nil, rd, esi, mustAddr("10.1.0.1")),
		"an EVPN IMET route over IPv6":             AppendIMET(nil, rd, 0, mustAddr("2001:db8::1")),
		"a labeled IPv6 prefix":                    AppendLabeled(nil, []Label{16001}, mustPrefix("2001:db8:1::/48")),
		"an EVPN MAC/IPv4 route with one label":    AppendMACIP(nil, MACIPFields{RD: rd, ESI: esi, EthernetTag: 100, MAC: mac, IP: mustAddr("192.168.1.10"), Label1: 10000}),
		"an IPv4 prefix of 3 octets":               AppendPrefix(nil, mustPrefix("192.168.1.0/24")),
		"an EVPN MAC/IPv6 route with one label":    AppendMACIP(nil, MACIPFields{RD: rd, MAC: mac, IP: mustAddr("2001:db8::1"), Label1: 10000}),
		"an IPv6 prefix":                           AppendPrefix(nil, mustPrefix("2001:db8:1::/48")),
		"a VPNv4 prefix with three labels":         AppendVPN(nil, mustRD("65000:1"), []Label{16001, 100, 25}, mustPrefix("10.9.0.0/16")),
		"a VPNv6 prefix":                           AppendVPN(nil, mustRD("4200000000:1"), []Label{16001}, mustPrefix("2001:db8:1::/48")),
		"an EVPN MAC route with two labels":        AppendMACIP(nil, MACIPFields{RD: rd, MAC: mac, Label1: 10000, Label2: 50000}),
		"an RT membership of an AS":                AppendRTMembership(nil, 65000, [8]byte(unhex("0002 fde8 00000064")), 32),
	} {
		if want := unhex(sampleOf(t, name).octets); !bytes.Equal(got, want) {
			t.Errorf("%s:\ngot  %x\nwant %x", name, got, want)
		}
	}
}

func TestAViewIsRefusedToOtherTypesAndMalformedRoutes(t *testing.T) {
	inputs := []NLRI{nil, {}, {2}}
	for _, s := range append(soundSamples, malformedSamples...) {
		inputs = append(inputs, unhex(s.octets))
	}
	for _, n := range inputs {
		sound := Check(EVPN, 0, n) == nil
		var views [12]bool
		_, views[1] = AsEthernetAD(n)
		_, views[2] = AsMACIP(n)
		_, views[3] = AsIMET(n)
		_, views[4] = AsEthernetSegment(n)
		_, views[5] = AsIPPrefix(n)
		_, views[6] = AsSMET(n)
		_, views[7] = AsReportSynch(n)
		_, views[8] = AsLeaveSynch(n)
		_, views[9] = AsRegionIPMSI(n)
		_, views[10] = AsSPMSI(n)
		_, views[11] = AsLeafAD(n)
		for i, ok := range views {
			if want := sound && i > 0 && int(AsEVPNType(n)) == i; ok != want {
				t.Errorf("%x as type %d: %v, want %v", n, i, ok, want)
			}
		}
	}
}
