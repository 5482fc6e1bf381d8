package nlri

import "testing"

func TestMUPViewsReadTheFieldsOfEachType(t *testing.T) {
	const none, noPrefix = "invalid IP", "invalid Prefix"
	for name, want := range map[string]struct {
		kind             MUPType
		prefix, address  string
		teid             uint32
		bits             int
		qfi              uint8
		endpoint, source string
	}{
		"a MUP route": {1, "10.1.0.0/16", none, 0, 0, 0, none, none},
		"a MUP Interwork Segment Discovery route with host bits":     {1, "2001:db8::/29", none, 0, 0, 0, none, none},
		"a MUP Direct Segment Discovery route":                       {2, noPrefix, "10.1.0.1", 0, 0, 0, none, none},
		"a MUP Direct Segment Discovery route over IPv6":             {2, noPrefix, "2001:db8::1", 0, 0, 0, none, none},
		"a MUP Type 1 Session Transformed route":                     {3, "192.168.0.1/32", none, 12345, 32, 9, "10.0.0.1", none},
		"a MUP Type 1 Session Transformed route with a TLV":          {3, "192.168.0.1/32", none, 12345, 32, 9, "10.0.0.1", none},
		"a MUP Type 1 Session Transformed route with a source":       {3, "2001:db8:0:1::/64", none, 12346, 32, 5, "2001:db8::1", "2001:db8::2"},
		"a MUP Type 2 Session Transformed route without TEID":        {4, noPrefix, none, 0, 0, 0, "10.0.0.1", none},
		"a MUP Type 2 Session Transformed route with 4 bits of TEID": {4, noPrefix, none, 0xa0000000, 4, 0, "10.0.0.1", none},
		"a MUP Type 2 Session Transformed route with a TLV":          {4, noPrefix, none, 12345, 32, 0, "10.0.0.1", none},
		"a MUP Type 2 Session Transformed route over IPv6":           {4, noPrefix, none, 12345, 32, 0, "2001:db8::1", none},
	} {
		s := sampleOf(t, name)
		v, ok := AsMUP(s.family, unhex(s.octets))
		if !ok {
			t.Errorf("%s is no MUP route", name)
			continue
		}
		if v.Type() != want.kind || v.RD() != mustRD("10.1.0.1:1") || v.Prefix().String() != want.prefix || v.Address().String() != want.address {
			t.Errorf("%s: type %d RD %v prefix %v address %v", name, v.Type(), v.RD(), v.Prefix(), v.Address())
		}
		if teid, bits := v.TEID(); teid != want.teid || bits != want.bits || v.QFI() != want.qfi {
			t.Errorf("%s: TEID %d of %d bits, QFI %d", name, teid, bits, v.QFI())
		}
		if v.Endpoint().String() != want.endpoint || v.Source().String() != want.source {
			t.Errorf("%s: endpoint %v source %v", name, v.Endpoint(), v.Source())
		}
	}
}
