package render

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"net/netip"
	"testing"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

const (
	macIP      = "02 25" + rd1 + esi0 + "00000000 30 001122334455 20 c0a8010a 002710"
	macIPAttrs = "400101 00 400200 400504 00000064 c01010 0002fde800002710 030c000000000008 800904 0a010001 800a04 c0000201"
)

// reflected is the route of the interface's example.
func reflected(t testing.TB) Route {
	return Route{
		Family: nlri.EVPN, NLRI: octets(t, macIP), Attrs: octets(t, macIPAttrs), NextHop: wire.NextHop{10, 1, 0, 1},
		Peer: netip.MustParseAddr("10.1.0.1"), Site: "dc1", Best: true, Age: 12274 * time.Millisecond,
	}
}

func TestAppendRouteJSON(t *testing.T) {
	cases := map[string]struct {
		change func(*Route)
		want   string
	}{
		"the example of the interface": {
			func(*Route) {},
			`{"family":"evpn","type":2,"rd":"10.1.0.1:1","esi":"00:00:00:00:00:00:00:00:00:00","ethernet-tag":0,"mac":"00:11:22:33:44:55","ip":"192.168.1.10",` +
				`"labels":[10000],"raw":"` + hex.EncodeToString(octets(t, macIP)) + `","peer":"10.1.0.1","site":"dc1","best":true,"path-id":0,"next-hop":"10.1.0.1",` +
				`"origin":"igp","as-path":"","local-preference":100,"route-targets":["65000:10000"],"ext-communities":["encap:vxlan"],"originator-id":"10.1.0.1","cluster-list":["192.0.2.1"],"age":12.274}`,
		},
		"what else a route may have": {
			func(r *Route) {
				*r = Route{
					Family: nlri.IPv4Unicast, Form: nlri.AddPath, NLRI: nlri.NLRI{8, 10}, NextHop: wire.NextHop{10, 1, 0, 1}, PathID: 7, Stale: true, Rejected: true,
					Attrs: octets(t, "800404 00000005 c00804 fde80001 c0200c 0000fde8 00000001 00000002 c01614 00 05 000000"+"00000000000000000000000000000a"+
						" c01914 0002 20010db8000000000000000000000001 0064 c02804 01000101 c0fa02 abcd e0fb00"),
				}
			},
			`{"family":"ipv4","prefix":"10.0.0.0/8","raw":"080a","best":false,"path-id":7,"next-hop":"10.1.0.1","med":5,"communities":["65000:1"],"large-communities":["65000:1:2"],` +
				`"ipv6-ext-communities":["rt:[2001:db8::1]:100"],"pmsi":{"type":"bidir-pim","flags":0,"label":0,"tunnel":"0x00000000000000000000000000000a"},` +
				`"prefix-sid":[{"type":1,"value":"01"}],"unknown-attributes":["c0fa02abcd","e0fb00"],"stale":true,"rejected":true,"age":0}`,
		},
		"a route of a message has no rank": {
			func(r *Route) {
				*r = Route{Family: nlri.IPv4Unicast, NLRI: nlri.NLRI{8, 10}, NextHop: wire.NextHop{10, 1, 0, 1}, Decoded: true}
			},
			`{"family":"ipv4","prefix":"10.0.0.0/8","raw":"080a","next-hop":"10.1.0.1"}`,
		},
		"a site's name is escaped": {
			func(r *Route) {
				*r = Route{Family: nlri.IPv4Unicast, NLRI: nlri.NLRI{8, 10}, Site: "a\"\x1b[31m\n\xff\u0085\u202eé", Decoded: true}
			},
			`{"family":"ipv4","prefix":"10.0.0.0/8","raw":"080a","site":"a\"\u001b[31m\u000a` + "\ufffd" + `\u0085\u202eé"}`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := reflected(t)
			c.change(&r)
			got := AppendRouteJSON(nil, &r)
			if !json.Valid(got) {
				t.Fatalf("not JSON: %s", got)
			}
			if string(got) != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAppendRouteText(t *testing.T) {
	cases := map[string]struct {
		change func(*Route)
		want   string
	}{
		"a best MAC/IP route with a VNI": {
			func(*Route) {},
			"* 10.1.0.1        10.1.0.1        dc1     12s     mac-ip rd 10.1.0.1:1 tag 0 mac 00:11:22:33:44:55 ip 192.168.1.10 vni 10000  " +
				"rt:65000:10000 encap:vxlan origin igp local-preference 100 originator 10.1.0.1",
		},
		"a stale route of the daemon with a Path Identifier": {
			func(r *Route) {
				*r = Route{Family: nlri.IPv6Unicast, Form: nlri.AddPath, NLRI: octets(t, "2020010db8"), PathID: 3, Stale: true, Best: true, Age: 49*time.Hour + time.Minute,
					Attrs: octets(t, "400206 0201 0000fde9 800404 00000005 c00804 ffffff01 c0200c 0000fde8 00000001 00000002")}
			},
			"s -               local           -       2d1h    2001:db8::/32 path-id 3  path 65001 med 5 community no-export large-community 65000:1:2",
		},
		"a rejected VPN route with an MPLS label": {
			func(r *Route) {
				*r = Route{Family: nlri.VPNv4, NLRI: octets(t, "68 03e811 0000fde800000001 0a09"), Rejected: true, NextHop: octets(t, "0000000000000000 0a010001"), Age: 90 * time.Second}
			},
			"r 10.1.0.1        local           -       1m30s   65000:1 10.9.0.0/16 label 16001",
		},
		"a route of a message": {
			func(r *Route) { r.Decoded = true },
			"mac-ip rd 10.1.0.1:1 tag 0 mac 00:11:22:33:44:55 ip 192.168.1.10 vni 10000  next-hop 10.1.0.1 " +
				"rt:65000:10000 encap:vxlan origin igp local-preference 100 originator 10.1.0.1",
		},
		"a route that is not sound": {
			func(r *Route) { *r = Route{Family: nlri.IPv4Unicast, NLRI: nlri.NLRI{200, 10}, Decoded: true} },
			"malformed 0xc80a",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := reflected(t)
			c.change(&r)
			if got := string(AppendRouteText(nil, &r)); got != c.want {
				t.Errorf("\n got %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestAppendRouteHeadingFitsRoutes(t *testing.T) {
	heading := AppendRouteHeading(nil)
	line := AppendRouteText(nil, &Route{Family: nlri.IPv4Unicast, NLRI: nlri.NLRI{8, 10}, NextHop: wire.NextHop{10, 1, 0, 1}, Site: "dc1"})
	for title, value := range map[string]string{"NEXT HOP": "10.1.0.1", "FROM": "local", "SITE": "dc1", "AGE": "0s", "ROUTE": "10.0.0.0/8"} {
		if at := bytes.Index(heading, []byte(title)); at < 0 || at != bytes.Index(line, []byte(value)) {
			t.Errorf("%s does not stand over its values:\n%s\n%s", title, heading, line)
		}
	}
}

func TestRouteAllocs(t *testing.T) {
	attrs := octets(t, macIPAttrs+"800404 00000005 c00804 fde80001 c0200c 0000fde8 00000001 00000002 c01609 00 06 002710 0a010001 c0fa02 abcd")
	for name, r := range map[string]Route{
		"evpn":         reflected(t),
		"vpnv4":        {Family: nlri.VPNv4, NLRI: octets(t, "68 03e811 0000fde800000001 0a09"), Attrs: attrs},
		"ipv6":         {Family: nlri.IPv6Unicast, NLRI: octets(t, "2020010db8"), Attrs: attrs},
		"vpls":         {Family: nlri.VPLS, NLRI: octets(t, "0011 0001 0a010001 0064 0001 0001 0008 186a01"), Attrs: attrs},
		"bgp-ls":       {Family: nlri.BGPLS, NLRI: octets(t, "0003 0037 02 0000000000000001 0100 001a"+isisTLV+"0109 0004 18c00002 03e7 0004 01020304"), Attrs: attrs},
		"route-target": {Family: nlri.RouteTarget, NLRI: octets(t, "60 0000fde8 0002fde800000064"), Attrs: attrs},
		"flowspec4":    {Family: nlri.FlowSpec4, NLRI: octets(t, "0d 01 18c00002 03 8106 05 0350 c55a"), Attrs: attrs},
	} {
		buf := make([]byte, 0, 4096)
		if n := testing.AllocsPerRun(100, func() { AppendRouteJSON(buf, &r) }); n != 0 {
			t.Errorf("%s: %v allocations for JSON, want 0", name, n)
		}
		if n := testing.AllocsPerRun(100, func() { AppendRouteText(buf, &r) }); n != 0 {
			t.Errorf("%s: %v allocations for text, want 0", name, n)
		}
	}
	buf, known := make([]byte, 0, 4096), wire.Attrs(octets(t, macIPAttrs))
	if n := testing.AllocsPerRun(100, func() { AppendAttrsJSON(buf, known, true) }); n != 0 {
		t.Errorf("%v allocations for attributes, want 0", n)
	}
}

func BenchmarkAppendRouteJSON(b *testing.B) {
	r := reflected(b)
	buf := make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		AppendRouteJSON(buf, &r)
	}
}
