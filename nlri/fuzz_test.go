package nlri

import (
	"bytes"
	"testing"
)

// fuzzFamilies is every family the codec knows and one it does not.
func fuzzFamilies() []Family {
	all := []Family{FamilyOf(AFIL2VPN, 99)}
	for _, f := range families {
		all = append(all, f.family)
	}
	return all
}

// FuzzParseList reads a field of any octets as any family in any form.
func FuzzParseList(f *testing.F) {
	fuzzed := fuzzFamilies()
	for _, s := range append(soundSamples, malformedSamples...) {
		for i, family := range fuzzed {
			if family == s.family {
				n := unhex(s.octets)
				f.Add(byte(i), byte(s.form), append(n[:len(n):len(n)], n...))
				f.Add(byte(i), byte(s.form|AddPath), append([]byte{0, 0, 0, 1}, n...))
			}
		}
	}
	f.Fuzz(func(t *testing.T, index, form byte, field []byte) {
		testField(t, fuzzed[int(index)%len(fuzzed)], Form(form&0x3f), field)
	})
}

func testField(t *testing.T, f Family, form Form, field []byte) {
	before := bytes.Clone(field)
	l, err := ParseList(f, form, field)
	if err != nil {
		return
	}
	malformed := l.FirstMalformed()
	if (malformed != nil) != (l.Malformed() > 0) {
		t.Fatalf("%d malformed, the first is %v", l.Malformed(), malformed)
	}
	// What All yields must lie in the field in order; what it skips must be as many malformed NLRI.
	rest, seen, skipped := field, 0, 0
	skipTo := func(n NLRI) {
		for len(rest) > 0 {
			if form&AddPath != 0 {
				rest = rest[4:]
			}
			size := layoutOf(f, form).size(rest)
			if n != nil && &rest[0] == &n[0] {
				if size != len(n) {
					t.Fatalf("%x has %d octets, its length field says %d", n, len(n), size)
				}
				rest = rest[size:]
				return
			}
			if Check(f, form, rest[:size]) == nil {
				t.Fatalf("%x is sound and not yielded", rest[:size])
			}
			skipped++
			rest = rest[size:]
		}
		if n != nil {
			t.Fatalf("%x is no part of the field", n)
		}
	}
	for _, n := range l.All() {
		seen++
		skipTo(n)
		testNLRI(t, f, form, n)
	}
	skipTo(nil)
	if seen != l.Len() || skipped != l.Malformed() {
		t.Fatalf("yielded %d and skipped %d, counted %d and %d", seen, skipped, l.Len(), l.Malformed())
	}
	if !bytes.Equal(before, field) {
		t.Fatal("the field was changed")
	}
}

func testNLRI(t *testing.T, f Family, form Form, n NLRI) {
	if err := Check(f, form, n); err != nil {
		t.Fatalf("All yields %x: %v", n, err)
	}
	key, locality := AppendKey(nil, f, form, n), Locality(f, form, n)
	if !within(n, locality) {
		t.Fatalf("%x: locality %x is no part of it", n, locality)
	}
	withdrawn := NLRI(AppendWithdraw(nil, f, form, n))
	if err := Check(f, form|Withdraw, withdrawn); err != nil {
		t.Fatalf("%x is withdrawn as %x: %v", n, withdrawn, err)
	}
	if got := AppendKey(nil, f, form|Withdraw, withdrawn); !bytes.Equal(got, key) {
		t.Fatalf("%x has key %x, withdrawn as %x it has %x", n, key, withdrawn, got)
	}
	if got := Locality(f, form|Withdraw, withdrawn); !bytes.Equal(got, locality) {
		t.Fatalf("%x has locality %x, withdrawn as %x it has %x", n, locality, withdrawn, got)
	}
	if p := AsPrefix(f, form, n); p.IsValid() && f.SAFI() != SAFIVPN {
		if !bytes.Equal(AppendPrefix(nil, p), key) {
			t.Fatalf("%x is the prefix %v with key %x", n, p, key)
		}
	}
	if len(AppendText(nil, f, form, n)) == 0 {
		t.Fatalf("%x has no text", n)
	}
	Opaque(f, n)
	LabelCount(f, form, n)
	if rd, ok := AsRD(f, form, n); ok {
		if again, err := ParseRD(rd.String()); err != nil || again != rd {
			t.Fatalf("RD %x is written %q and read %x, %v", rd[:], rd, again[:], err)
		}
	}
	readViews(f, n)
	testViews(t, f, n)
}

// testViews re-encodes what a view reads, which must be the same route.
func testViews(t *testing.T, f Family, n NLRI) {
	var again []byte
	switch f {
	case EVPN:
		if r, ok := AsEthernetAD(n); ok {
			again = AppendEthernetAD(nil, r.RD(), r.ESI(), r.EthernetTag(), r.Label())
		} else if r, ok := AsMACIP(n); ok {
			label2, _ := r.Label2()
			again = AppendMACIP(nil, MACIPFields{r.RD(), r.ESI(), r.EthernetTag(), r.MAC(), r.IP(), r.Label1(), label2})
		} else if r, ok := AsIMET(n); ok {
			again = AppendIMET(nil, r.RD(), r.EthernetTag(), r.IP())
		} else if r, ok := AsEthernetSegment(n); ok {
			again = AppendEthernetSegment(nil, r.RD(), r.ESI(), r.IP())
		} else if r, ok := AsIPPrefix(n); ok {
			again = AppendIPPrefix(nil, IPPrefixFields{r.RD(), r.ESI(), r.EthernetTag(), r.Prefix(), r.Gateway(), r.Label()})
		} else if r, ok := AsSMET(n); ok {
			again = AppendSMET(nil, EVPNMulticastFields{r.RD(), ESI{}, r.EthernetTag(), r.Source(), r.Group(), r.Originator(), 0, r.Flags()})
		} else if r, ok := AsReportSynch(n); ok {
			again = AppendReportSynch(nil, EVPNMulticastFields{r.RD(), r.ESI(), r.EthernetTag(), r.Source(), r.Group(), r.Originator(), 0, r.Flags()})
		} else if r, ok := AsLeaveSynch(n); ok {
			again = AppendLeaveSynch(nil, EVPNMulticastFields{r.RD(), r.ESI(), r.EthernetTag(), r.Source(), r.Group(), r.Originator(), r.MaxResponseTime(), r.Flags()})
		} else if r, ok := AsRegionIPMSI(n); ok {
			again = AppendRegionIPMSI(nil, r.RD(), r.EthernetTag(), r.RegionID())
		} else if r, ok := AsSPMSI(n); ok {
			again = AppendSPMSI(nil, EVPNMulticastFields{r.RD(), ESI{}, r.EthernetTag(), r.Source(), r.Group(), r.Originator(), 0, 0})
		} else if r, ok := AsLeafAD(n); ok {
			again = AppendLeafAD(nil, r.RouteKey(), r.Originator())
		}
	case VPLS:
		if r, ok := AsVPLSBlock(n); ok {
			again = AppendVPLS(nil, VPLSFields{r.RD(), r.VEID(), r.BlockOffset(), r.BlockSize(), r.LabelBase()})
		} else if r, ok := AsVPLSAD(n); ok {
			again = AppendVPLSAD(nil, r.RD(), r.PE())
		}
	case RouteTarget:
		if r, ok := AsRTMembership(n); ok {
			again = AppendRTMembership(nil, r.OriginAS(), r.Target(), r.Bits())
		}
	case BGPLS:
		if r, ok := AsLinkState(f, n); ok {
			again = AppendLinkState(nil, r.Type(), r.Protocol(), r.Identifier(), r.TLVs())
		}
	}
	if again != nil && !bytes.Equal(AppendKey(nil, f, 0, again), AppendKey(nil, f, 0, n)) {
		t.Fatalf("%x is re-encoded as %x, another route", n, again)
	}
}

// FuzzText reads any words as RD, ESI, MAC address and family; what is accepted must be read again as it is written.
func FuzzText(f *testing.F) {
	for _, s := range []string{"65000:1", "10.0.0.1:1", "0.65000:1", "0x0003000000000001", "00:11:22:33:44:55", "00:11:22:33:44:55:66:77:88:99", "evpn", "25/99"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if rd, err := ParseRD(s); err == nil {
			if again, err := ParseRD(rd.String()); err != nil || again != rd {
				t.Fatalf("%q: %v, then %v, %v", s, rd, again, err)
			}
		}
		if esi, err := ParseESI(s); err == nil {
			if again, err := ParseESI(esi.String()); err != nil || again != esi {
				t.Fatalf("%q: %v, then %v, %v", s, esi, again, err)
			}
		}
		if mac, err := ParseMAC(s); err == nil {
			if again, err := ParseMAC(mac.String()); err != nil || again != mac {
				t.Fatalf("%q: %v, then %v, %v", s, mac, again, err)
			}
		}
		if family, err := ParseFamily(s); err == nil {
			if again, err := ParseFamily(family.String()); err != nil || again != family {
				t.Fatalf("%q: %v, then %v, %v", s, family, again, err)
			}
		}
	})
}
