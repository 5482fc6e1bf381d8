package nlri

import (
	"bytes"
	"net/netip"
	"testing"
)

func TestMulticastViewsReadWhatTheEncodersWrite(t *testing.T) {
	rd := mustRD("10.1.0.1:1")
	esi, _ := ParseESI("00:11:22:33:44:55:66:77:88:99")
	v4, v6 := mustAddr("10.1.0.1"), mustAddr("2001:db8::1")
	for _, source := range []netip.Addr{{}, v4, v6} {
		for _, group := range []netip.Addr{{}, mustAddr("239.1.1.1"), mustAddr("ff0e::1")} {
			for _, router := range []netip.Addr{v4, v6} {
				want := EVPNMulticastFields{rd, esi, 7, source, group, router, 100, MulticastVersion3 | MulticastExclude}
				n := AppendSMET(nil, want)
				smet, ok := AsSMET(n)
				if !ok {
					t.Fatalf("SMET %x is malformed: %v", n, Check(EVPN, 0, n))
				}
				got := EVPNMulticastFields{smet.RD(), esi, smet.EthernetTag(), smet.Source(), smet.Group(), smet.Originator(), 100, smet.Flags()}
				if got != want {
					t.Errorf("SMET %x: got %v, want %v", n, got, want)
				}
				n = AppendReportSynch(nil, want)
				report, ok := AsReportSynch(n)
				if !ok {
					t.Fatalf("report synch %x is malformed: %v", n, Check(EVPN, 0, n))
				}
				got = EVPNMulticastFields{report.RD(), report.ESI(), report.EthernetTag(), report.Source(), report.Group(), report.Originator(), 100, report.Flags()}
				if got != want {
					t.Errorf("report synch %x: got %v, want %v", n, got, want)
				}
				n = AppendLeaveSynch(nil, want)
				leave, ok := AsLeaveSynch(n)
				if !ok {
					t.Fatalf("leave synch %x is malformed: %v", n, Check(EVPN, 0, n))
				}
				got = EVPNMulticastFields{leave.RD(), leave.ESI(), leave.EthernetTag(), leave.Source(), leave.Group(), leave.Originator(), leave.MaxResponseTime(), leave.Flags()}
				if got != want {
					t.Errorf("leave synch %x: got %v, want %v", n, got, want)
				}
				n = AppendSPMSI(nil, want)
				pmsi, ok := AsSPMSI(n)
				if !ok {
					t.Fatalf("S-PMSI %x is malformed: %v", n, Check(EVPN, 0, n))
				}
				got = EVPNMulticastFields{pmsi.RD(), esi, pmsi.EthernetTag(), pmsi.Source(), pmsi.Group(), pmsi.Originator(), 100, want.Flags}
				if got != want {
					t.Errorf("S-PMSI %x: got %v, want %v", n, got, want)
				}
				leaf := AppendLeafAD(nil, n, router)
				if v, ok := AsLeafAD(leaf); !ok || !bytes.Equal(v.RouteKey(), n) || v.Originator() != router {
					t.Errorf("Leaf A-D %x of %x: %v", leaf, n, ok)
				}
			}
		}
	}
	region := [8]byte{0, 9, 0xfd, 0xe8, 0, 0, 0, 1}
	n := AppendRegionIPMSI(nil, rd, 7, region)
	if v, ok := AsRegionIPMSI(n); !ok || v.RD() != rd || v.EthernetTag() != 7 || v.RegionID() != region {
		t.Errorf("Per-Region I-PMSI %x, %v", n, ok)
	}
}

func TestTheWireFormOfEVPNMulticastRoutes(t *testing.T) {
	rd := mustRD("10.1.0.1:1")
	esi, _ := ParseESI("00:11:22:33:44:55:66:77:88:99")
	v4, v6a, v6b := mustAddr("10.1.0.1"), mustAddr("2001:db8::1"), mustAddr("2001:db8::2")
	any4 := EVPNMulticastFields{RD: rd, ESI: esi, Group: mustAddr("239.1.1.1"), Originator: v4, MaxResponseTime: 10, Flags: MulticastVersion2}
	over6 := EVPNMulticastFields{RD: rd, ESI: esi, EthernetTag: 100, Source: v6a, Group: mustAddr("ff0e::1"), Originator: v6b, Flags: MulticastVersion2}
	region := AppendRegionIPMSI(nil, rd, 100, [8]byte{0, 9, 0xfd, 0xe8, 0, 0, 0, 1})
	for name, got := range map[string][]byte{
		"an EVPN SMET route for any source":               AppendSMET(nil, any4),
		"an EVPN SMET route for any source and group":     AppendSMET(nil, EVPNMulticastFields{RD: rd, Originator: v4, Flags: 15}),
		"an EVPN Membership Report Synch route":           AppendReportSynch(nil, any4),
		"an EVPN Membership Report Synch route over IPv6": AppendReportSynch(nil, over6),
		"an EVPN Leave Synch route":                       AppendLeaveSynch(nil, any4),
		"an EVPN Per-Region I-PMSI A-D route":             region,
		"an EVPN S-PMSI A-D route for any source":         AppendSPMSI(nil, any4),
		"an EVPN S-PMSI A-D route over IPv6":              AppendSPMSI(nil, over6),
		"an EVPN Leaf A-D route":                          AppendLeafAD(nil, AppendIMET(nil, rd, 0, v4), mustAddr("10.1.0.2")),
		"an EVPN Leaf A-D route over IPv6":                AppendLeafAD(nil, region, v6b),
	} {
		if want := unhex(sampleOf(t, name).octets); !bytes.Equal(got, want) {
			t.Errorf("%s:\ngot  %x\nwant %x", name, got, want)
		}
	}
}

func TestALeafRouteWithAKeyOfAnUnknownKindEndsWithItsOriginator(t *testing.T) {
	for name, want := range map[string][2]string{
		"an EVPN Leaf A-D route whose key is no NLRI":           {"ffffff", "10.1.0.2"},
		"an EVPN Leaf A-D route over IPv6 whose key is no NLRI": {"ff", "2001:db8::2"},
	} {
		v, ok := AsLeafAD(unhex(sampleOf(t, name).octets))
		if !ok || !bytes.Equal(v.RouteKey(), unhex(want[0])) || v.Originator() != mustAddr(want[1]) {
			t.Errorf("%s: %v, %x, %v", name, ok, v.RouteKey(), v.Originator())
		}
	}
}
