package nlri

import (
	"bytes"
	"testing"
)

func TestMVPNViewsReadTheFieldsOfEachType(t *testing.T) {
	const none = "invalid IP"
	for name, want := range map[string]struct {
		kind                      MVPNType
		rd                        string
		as                        int // -1: none
		source, group, originator string
		key                       string
	}{
		"an MVPN route": {1, "10.1.0.1:1", -1, none, none, "10.1.0.1", ""},
		"an MVPN Intra-AS I-PMSI A-D route over IPv6":       {1, "10.1.0.1:1", -1, none, none, "2001:db8::1", ""},
		"an MVPN Inter-AS I-PMSI A-D route":                 {2, "10.1.0.1:1", 65000, none, none, none, ""},
		"an MVPN S-PMSI A-D route":                          {3, "10.1.0.1:1", -1, "10.1.0.1", "239.1.1.1", "10.1.0.2", ""},
		"an MVPN S-PMSI A-D route for any source and group": {3, "10.1.0.1:1", -1, none, none, "2001:db8::1", ""},
		"an MVPN Leaf A-D route for an S-PMSI":              {4, "", -1, none, none, "10.1.0.3", "03 16 " + rd1 + "20 0a010001 20 ef010101 0a010002"},
		"an MVPN Leaf A-D route over IPv6":                  {4, "", -1, none, none, "2001:db8::2", "02 0c " + rd1 + "0000fde8"},
		"an MVPN Leaf A-D route":                            {4, "", -1, none, none, none, "0102030405060708090a 0a010001"},
		"an MVPN Source Active A-D route":                   {5, "10.1.0.1:1", -1, "2001:db8::1", "ff0e::1", none, ""},
		"an MVPN Shared Tree Join route":                    {6, "10.1.0.1:1", 65000, "10.1.0.1", "239.1.1.1", none, ""},
		"an MVPN Source Tree Join route":                    {7, "10.1.0.1:1", 65000, "10.1.0.1", "239.1.1.1", none, ""},
	} {
		v, ok := AsMVPN(unhex(sampleOf(t, name).octets))
		if !ok {
			t.Errorf("%s is no MVPN route", name)
			continue
		}
		if v.Type() != want.kind || v.Source().String() != want.source || v.Group().String() != want.group || v.Originator().String() != want.originator {
			t.Errorf("%s: type %d source %v group %v originator %v", name, v.Type(), v.Source(), v.Group(), v.Originator())
		}
		if rd, ok := v.RD(); ok != (want.rd != "") || ok && rd.String() != want.rd {
			t.Errorf("%s: RD %v, %v", name, rd, ok)
		}
		if as, ok := v.SourceAS(); ok != (want.as >= 0) || ok && int(as) != want.as {
			t.Errorf("%s: source AS %d, %v", name, as, ok)
		}
		if !bytes.Equal(v.RouteKey(), unhex(want.key)) {
			t.Errorf("%s: Route Key %x", name, v.RouteKey())
		}
	}
}

func TestMVPNAndMUPViewsAreRefusedToUnknownTypesAndMalformedRoutes(t *testing.T) {
	for _, s := range append(soundSamples, malformedSamples...) {
		n := unhex(s.octets)
		known := Check(s.family, s.form, n) == nil && !Opaque(s.family, n)
		if layoutOf(s.family, 0) == mvpn {
			if _, ok := AsMVPN(n); ok != known {
				t.Errorf("%s as MVPN: %v", s.name, ok)
			}
		}
		if _, ok := AsMUP(s.family, n); ok != (known && layoutOf(s.family, 0) == mup) {
			t.Errorf("%s as MUP: %v", s.name, ok)
		}
		if _, ok := AsSRPolicy(s.family, n); ok != (known && layoutOf(s.family, 0) == srPolicy) {
			t.Errorf("%s as SR Policy: %v", s.name, ok)
		}
	}
	if _, ok := AsMVPN(nil); ok {
		t.Error("no octets are an MVPN route")
	}
	if _, ok := AsMUP(MUP4, nil); ok {
		t.Error("no octets are a MUP route")
	}
}
