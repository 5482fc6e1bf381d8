package wire

import (
	"net/netip"
	"slices"
	"testing"
)

func TestASPath(t *testing.T) {
	cases := map[string]struct {
		path             string
		text             string
		length           int
		neighbor, origin uint32
	}{
		"an empty path":            {"", "", 0, 0, 0},
		"a sequence":               {"02 02 0000fde9 00010000", "65001 65536", 2, 65001, 65536},
		"a set behind a sequence":  {"02 01 0000fde9 01 02 0000fdea 0000fdeb", "65001 {65002,65003}", 2, 65001, 0},
		"a set alone":              {"01 02 0000fdea 0000fdeb", "{65002,65003}", 1, 0, 0},
		"a confederation in front": {"03 02 0000fdec 0000fded 04 02 00000001 00000002 02 01 0000fde9", "(65004 65005) [1,2] 65001", 1, 65001, 65001},
		"a confederation alone":    {"03 01 0000fdec", "(65004)", 0, 0, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p := ASPath(octets(c.path))
			if p.String() != c.text || p.Len() != c.length || p.NeighborASN() != c.neighbor || p.Origin() != c.origin {
				t.Errorf("%q, length %d, from %d by %d", p, p.Len(), p.NeighborASN(), p.Origin())
			}
		})
	}
	p := ASPath(octets("03 01 0000fdec 02 01 0000fde9 01 02 0000fdea 0000fdeb"))
	for _, asn := range []uint32{65004, 65001, 65002, 65003} {
		if !p.Contains(asn) {
			t.Errorf("%d is not found", asn)
		}
	}
	if p.Contains(65000) || p.Contains(0) {
		t.Error("what is not there is found")
	}
	for _, broken := range []string{"02", "02 02 0000fde9", "02 00"} {
		p := ASPath(octets(broken))
		_, _, _, _ = p.Len(), p.NeighborASN(), p.Origin(), p.Contains(1)
	}
}

func TestCommunities(t *testing.T) {
	c := Communities(octets("fde80001 ffffff01 ffff0000"))
	var names []string
	for x := range c.All() {
		names = append(names, x.String())
	}
	if want := []string{"65000:1", "no-export", "graceful-shutdown"}; !slices.Equal(names, want) {
		t.Errorf("got %q", names)
	}
	if !c.Contains(NoExport) || c.Contains(NoAdvertise) {
		t.Error("Contains is wrong")
	}
	for l := range LargeCommunities(octets("0000fde80000000100000002")).All() {
		if l.String() != "65000:1:2" {
			t.Errorf("got %s", l)
		}
	}
}

func TestExtCommunities(t *testing.T) {
	list := slices.Collect(ExtCommunities(octets("0002fde800000064 01020a0000010064 020200010000 0064 0003fde800000064 0602001122334455 4002fde800000064 030c000000000008")).All())
	targets, imports, transitive := []bool{}, []bool{}, []bool{}
	for _, c := range list {
		targets, imports, transitive = append(targets, c.IsRouteTarget()), append(imports, c.IsESImport()), append(transitive, c.Transitive())
	}
	if !slices.Equal(targets, []bool{true, true, true, false, false, false, false}) ||
		!slices.Equal(imports, []bool{false, false, false, false, true, false, false}) ||
		!slices.Equal(transitive, []bool{true, true, true, true, true, false, true}) {
		t.Errorf("targets %v, ES imports %v, transitive %v", targets, imports, transitive)
	}
}

func TestClusterList(t *testing.T) {
	c := ClusterList(octets("0a000001 0a000002"))
	if !c.Contains(RouterID{10, 0, 0, 2}) || c.Contains(RouterID{0, 0, 1, 10}) {
		t.Error("Contains is wrong")
	}
	if got := slices.Collect(c.All()); !slices.Equal(got, []RouterID{{10, 0, 0, 1}, {10, 0, 0, 2}}) {
		t.Errorf("got %v", got)
	}
}

func TestNextHop(t *testing.T) {
	global, local := netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("fe80::1")
	cases := map[string]struct {
		hop          NextHop
		addr, linked netip.Addr
	}{
		"4 octets":  {address("192.0.2.1"), netip.MustParseAddr("192.0.2.1"), netip.Addr{}},
		"12 octets": {vpnAddress("192.0.2.1"), netip.MustParseAddr("192.0.2.1"), netip.Addr{}},
		"16 octets": {address("2001:db8::1"), global, netip.Addr{}},
		"24 octets": {vpnAddress("2001:db8::1"), global, netip.Addr{}},
		"32 octets": {append(address("2001:db8::1"), address("fe80::1")...), global, local},
		"48 octets": {append(vpnAddress("2001:db8::1"), vpnAddress("fe80::1")...), global, local},
		"0 octets":  {nil, netip.Addr{}, netip.Addr{}},
		"5 octets":  {make([]byte, 5), netip.Addr{}, netip.Addr{}},
	}
	for name, c := range cases {
		if c.hop.Addr() != c.addr || c.hop.LinkLocal() != c.linked {
			t.Errorf("%s: %s and %s", name, c.hop.Addr(), c.hop.LinkLocal())
		}
	}
}

func TestAttrs(t *testing.T) {
	a := Attrs(octets("40 01 01 00 d0 63 0002 0102 80 04 04 00000001 40"))
	var codes []AttrCode
	for each := range a.All() {
		codes = append(codes, each.Code)
	}
	if !slices.Equal(codes, []AttrCode{1, 99, 4}) {
		t.Errorf("got %v: what passes the end is not yielded", codes)
	}
	if x, ok := a.Find(99); !ok || x.Flags.String() != "ote" || len(x.Raw) != 6 || string(x.Value) != "\x01\x02" {
		t.Errorf("got %+v", x)
	}
	if _, ok := a.Find(5); ok {
		t.Error("what is not there is found")
	}
	if AttrMED.String() != "med" || AttrCode(99).String() != "attribute 99" {
		t.Error("names")
	}
}
