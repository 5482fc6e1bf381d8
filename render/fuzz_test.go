package render

import (
	"encoding/json"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

var families = []nlri.Family{
	nlri.IPv4Unicast, nlri.IPv6Unicast, nlri.IPv4Labeled, nlri.IPv6Labeled, nlri.VPNv4, nlri.VPNv6, nlri.EVPN, nlri.VPLS,
	nlri.BGPLS, nlri.BGPLSVPN, nlri.RouteTarget, nlri.FlowSpec4, nlri.FlowSpec6, nlri.FlowSpecVPN4, nlri.FlowSpecVPN6,
	nlri.FlowSpecL2VPN, nlri.MVPN4, nlri.MUP4, nlri.SRPolicy4, nlri.FamilyOf(25, 99),
}

// Whatever octets a route has, its JSON is JSON and its text is printable and of one line.
func FuzzRoute(f *testing.F) {
	f.Add(uint8(6), uint8(0), octets(f, macIP), octets(f, macIPAttrs), []byte{10, 1, 0, 1}, "dc1")
	f.Add(uint8(4), uint8(nlri.LabelStack), octets(f, "68 03e811 0000fde800000001 0a09"), octets(f, "400206 0201 0000fde9"), []byte(nil), "")
	f.Add(uint8(8), uint8(nlri.AddPath), octets(f, "0003 0037 02 0000000000000001 0100 001a"+isisTLV+"0109 0004 18c00002 03e7 0004 01020304"), octets(f, "c01609 00 06 027101 0a010001"), []byte{1}, "\x1b\"")
	f.Add(uint8(11), uint8(0), octets(f, "0d 01 18c00002 03 8106 05 0350 c55a"), octets(f, "c01008 4004 fde8 7fc00000"), []byte(nil), "\xff")
	f.Add(uint8(0), uint8(0), octets(f, "080a"), octets(f, "801d14 0462 0010 04 00 0000 80000000 0443 0004 0000000a c0170c 0008 0008 08 02 12b5 c8 0001 ff c02408 01 0000fde8 0001 46"), []byte(nil), "")
	f.Add(uint8(0), uint8(0), octets(f, "080a"), octets(f, "c02825 05 0022 00  01 001e 00 20010db8000000000000000000000001 00 0013 00  01 0006 201010001030 c08010 0000fde8 400101 00 c08005 0000fde9 00"), []byte(nil), "")
	f.Add(uint8(0), uint8(0), octets(f, "080a"), octets(f, "c0172c 000f 0028 0c 06 0000 00000064 0d 06 0000 03e81000 80 0013 00 09 06 0000 00000001 01 06 0000 03e81000 63 00"), []byte(nil), "")
	f.Add(uint8(19), uint8(nlri.OpaqueLength8), octets(f, "02abcd"), octets(f, "e0fa02 abcd"), []byte(nil), "\u202e")
	f.Fuzz(func(t *testing.T, family, form uint8, n, attrs, hop []byte, site string) {
		r := Route{Family: families[int(family)%len(families)], Form: nlri.Form(form), NLRI: n, Attrs: attrs, NextHop: hop, Site: site}
		for range 2 {
			if got := AppendRouteJSON(nil, &r); !json.Valid(got) {
				t.Errorf("not JSON: %s", got)
			}
			if got := AppendAttrsJSON(nil, r.Attrs, r.Decoded); !json.Valid(got) {
				t.Errorf("not JSON: %s", got)
			}
			text := AppendRouteText(nil, &r)
			if !utf8.Valid(text) {
				t.Errorf("not UTF-8: %q", text)
			}
			for _, c := range string(text) {
				if unicode.IsControl(c) || bidirectional(c) {
					t.Errorf("%q in %q", c, text)
				}
			}
			r.Decoded = !r.Decoded
		}
	})
}

// Whatever an UPDATE holds, its JSON is JSON.
func FuzzMessage(f *testing.F) {
	for _, body := range []string{
		"0000 0030 800e20 0019 46 04 0a010001 00 0311" + rd1 + "00000000 20 0a010001 6302abcd 400101 00 400206 0201 0000fde9",
		"0002 080b 0012 400101 00 400204 0201 fde9 400304 0a010001 08 0a",
	} {
		f.Add(octets(f, body), true)
	}
	open := wire.Open{ASN: 65000, RouterID: wire.RouterID{10, 1, 0, 1}}
	open.Capabilities = open.Capabilities.AppendAS4(65000).AppendFamilies(families...)
	wide := wire.Negotiate(open, open)
	open.Capabilities = wire.Capabilities(nil).AppendFamilies(families...)
	narrow := wire.Negotiate(open, open)
	f.Fuzz(func(t *testing.T, body []byte, as4 bool) {
		n := &narrow
		if as4 {
			n = &wide
		}
		u, err := wire.ParseUpdate(body, n)
		m := Message{Type: wire.TypeUpdate, Length: wire.HeaderLen + len(body), AS4: as4, Update: &u, Err: err}
		if got := AppendMessageJSON(nil, &m); !json.Valid(got) {
			t.Errorf("not JSON: %s", got)
		}
		if got := AppendMessageText(nil, &m); !utf8.Valid(got) {
			t.Errorf("not UTF-8: %q", got)
		}
	})
}
