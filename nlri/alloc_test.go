package nlri

import "testing"

func TestAllocationsOfTheHotPath(t *testing.T) {
	dst := make([]byte, 0, 512)
	for _, s := range soundSamples {
		for _, addPath := range []Form{0, AddPath} {
			form := s.form | addPath
			var field []byte
			for id := range 3 {
				field = appendEntry(field, form, entry{PathID(id), string(unhex(s.octets))})
			}
			allocs := testing.AllocsPerRun(10, func() {
				l, err := ParseList(s.family, form, field)
				if err != nil {
					t.Fatal(err)
				}
				seen := 0
				for _, n := range l.All() {
					seen++
					if Check(s.family, form, n) != nil {
						t.Fatal("malformed")
					}
					dst = AppendKey(dst[:0], s.family, form, n)
					dst = append(dst, Locality(s.family, form, n)...)
					dst = AppendWithdraw(dst, s.family, form, n)
					LabelCount(s.family, form, n)
					Opaque(s.family, n)
					AsRD(s.family, form, n)
					AsPrefix(s.family, form, n)
					readViews(s.family, n)
					dst = AppendText(dst[:0], s.family, form, n)
				}
				if seen != 3 {
					t.Fatalf("saw %d NLRI", seen)
				}
			})
			if allocs != 0 {
				t.Errorf("%s: %v allocations", s.name, allocs)
			}
		}
	}
}

func TestAllocationsOfTheEncoders(t *testing.T) {
	dst := make([]byte, 0, 4096)
	rd := mustRD("10.1.0.1:1")
	v4, v6 := mustPrefix("10.9.0.0/16"), mustPrefix("2001:db8::/32")
	descriptors := make([]byte, 0, 64)
	multicast := EVPNMulticastFields{RD: rd, Source: v4.Addr(), Group: v6.Addr(), Originator: v4.Addr()}
	allocs := testing.AllocsPerRun(10, func() {
		dst = AppendPrefix(dst[:0], v4)
		dst = AppendLabeled(dst, []Label{16001}, v6)
		dst = AppendVPN(dst, rd, []Label{16001, 16002}, v4)
		dst = AppendEthernetAD(dst, rd, ESI{}, 0, 0)
		dst = AppendMACIP(dst, MACIPFields{RD: rd, IP: v6.Addr(), Label1: 1, Label2: 2})
		dst = AppendIMET(dst, rd, 0, v4.Addr())
		dst = AppendEthernetSegment(dst, rd, ESI{}, v4.Addr())
		dst = AppendIPPrefix(dst, IPPrefixFields{RD: rd, Prefix: v6})
		dst = AppendSMET(dst, multicast)
		dst = AppendReportSynch(dst, multicast)
		dst = AppendLeaveSynch(dst, multicast)
		dst = AppendRegionIPMSI(dst, rd, 0, [8]byte{})
		dst = AppendSPMSI(dst, multicast)
		dst = AppendLeafAD(dst, dst[:4], v4.Addr())
		dst = AppendVPLS(dst, VPLSFields{RD: rd})
		dst = AppendVPLSAD(dst, rd, v4.Addr())
		dst = AppendRTMembership(dst, 65000, [8]byte{}, 96)
		descriptors = AppendTLV(descriptors[:0], tlvLocalNode, rd[:])
		dst = AppendLinkState(dst, LinkStateNode, 2, 0, descriptors)
		for _, fields := range linkStateSamples {
			dst = AppendLinkStateFields(dst, BGPLSVPN, fields)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func TestAllocationsOfNames(t *testing.T) {
	dst := make([]byte, 0, 64)
	allocs := testing.AllocsPerRun(10, func() {
		for i := range 256 {
			dst = LinkStateProtocol(i).AppendText(dst[:0])
			dst = OSPFRouteType(i).AppendText(dst[:0])
			dst = FlowType(i).AppendText(dst[:0])
		}
		if LinkStateProtocol(2).String() != "isis-l2" {
			t.Fatal("IS-IS level 2 has another name")
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}
