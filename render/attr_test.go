package render

import (
	"encoding/json"
	"testing"

	"github.com/dci-rs/dci-rs/wire"
)

func TestAppendAttrsJSON(t *testing.T) {
	cases := map[string]struct {
		as4         bool
		attrs, want string
	}{
		"none": {true, "", `[]`},
		"ORIGIN": {true, "400101 02",
			`[{"code":1,"name":"origin","flags":"t","value":"incomplete","raw":"40010102"}]`},
		"AS_PATH with 4-octet numbers, a set and a confederation": {true, "400216 0201 0000fde9 0102 0000fdea 0000fdeb 0301 0000fdec",
			`[{"code":2,"name":"as-path","flags":"t","value":"65001 {65002,65003} (65004)","raw":"40021602010000fde901020000fdea0000fdeb03010000fdec"}]`},
		"AS_PATH with 2-octet numbers": {false, "400206 0202 fde9 fdea",
			`[{"code":2,"name":"as-path","flags":"t","value":"65001 65002","raw":"4002060202fde9fdea"}]`},
		"an empty AS_PATH": {true, "400200",
			`[{"code":2,"name":"as-path","flags":"t","value":"","raw":"400200"}]`},
		"MED of a wrong length": {true, "800402 0001",
			`[{"code":4,"name":"med","flags":"o","value":null,"raw":"8004020001"}]`},
		"AGGREGATOR": {true, "c00708 0000fde9 0a000001",
			`[{"code":7,"name":"aggregator","flags":"ot","value":"65001 10.0.0.1","raw":"c007080000fde90a000001"}]`},
		"communities and an ATOMIC_AGGREGATE": {true, "c00808 fde80001 ffffff01 400600",
			`[{"code":8,"name":"communities","flags":"ot","value":["65000:1","no-export"],"raw":"c00808fde80001ffffff01"},` +
				`{"code":6,"name":"atomic-aggregate","flags":"t","value":true,"raw":"400600"}]`},
		"MP_REACH_NLRI with two next hops and an extended length": {true, "900e 0026 0002 01 20 20010db8000000000000000000000001 fe800000000000000000000000000001 00 00",
			`[{"code":14,"name":"mp-reach-nlri","flags":"oe","value":{"family":"ipv6","next-hop":"2001:db8::1","next-hop-link-local":"fe80::1"},` +
				`"raw":"900e002600020120` + `20010db8000000000000000000000001` + `fe800000000000000000000000000001` + `0000"}]`},
		"a next hop of no known length": {true, "800e08 0001 01 03 0a0000 00",
			`[{"code":14,"name":"mp-reach-nlri","flags":"o","value":{"family":"ipv4","next-hop":"0x0a0000"},"raw":"800e08000101030a000000"}]`},
		"MP_UNREACH_NLRI": {true, "800f03 0019 46",
			`[{"code":15,"name":"mp-unreach-nlri","flags":"o","value":{"family":"evpn"},"raw":"800f03001946"}]`},
		"extended communities, route targets among them": {true, "c01010 0002fde800000001 030c000000000008",
			`[{"code":16,"name":"extended-communities","flags":"ot","value":["rt:65000:1","encap:vxlan"],"raw":"c010100002fde800000001030c000000000008"}]`},
		"PMSI tunnel with an MPLS label": {true, "c01609 00 06 027101 0a010001",
			`[{"code":22,"name":"pmsi-tunnel","flags":"ot","value":{"type":"ingress-replication","flags":0,"label":10000,"tunnel":"10.1.0.1"},"raw":"c0160900060271010a010001"}]`},
		"AIGP": {true, "801a0b 01 000b 0000000000000064",
			`[{"code":26,"name":"aigp","flags":"o","value":100,"raw":"801a0b01000b0000000000000064"}]`},
		"large communities": {true, "c0200c 0000fde8 00000001 00000002",
			`[{"code":32,"name":"large-communities","flags":"ot","value":["65000:1:2"],"raw":"c0200c0000fde80000000100000002"}]`},
		"a code without a name": {true, "e0fa02 abcd",
			`[{"code":250,"name":"attribute 250","flags":"otp","value":null,"raw":"e0fa02abcd"}]`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := AppendAttrsJSON(nil, wire.Attrs(octets(t, c.attrs)), c.as4)
			if !json.Valid(got) {
				t.Fatalf("not JSON: %s", got)
			}
			if string(got) != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}
