package render

import (
	"encoding/json"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
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
		"IPv6 extended communities": {true, "c01914 0002 20010db8000000000000000000000001 0064",
			`[{"code":25,"name":"ipv6-extended-communities","flags":"ot","value":["rt:[2001:db8::1]:100"],"raw":"c01914000220010db80000000000000000000000010064"}]`},
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

// Values of structured attributes, without what is around them.
func TestStructuredAttrs(t *testing.T) {
	cases := map[string]struct {
		flags       wire.AttrFlags
		code        wire.AttrCode
		value, want string
	}{
		"PMSI of PIM-SSM":         {0xc0, 0x16, "01 03 000000 0a000001 e8000001", `{"type":"pim-ssm","flags":1,"label":0,"sender":"10.0.0.1","group":"232.0.0.1"}`},
		"PMSI of mLDP":            {0xc0, 0x16, "00 02 000641 06 0001 04 0a000001 0007 01 0004 00000001", `{"type":"mldp-p2mp","flags":0,"label":100,"root":"10.0.0.1","opaque":"01000400000001"}`},
		"PMSI of RSVP-TE":         {0xc0, 0x16, "00 01 000000 0a000001 0000 0001 0a000002", `{"type":"rsvp-te-p2mp","flags":0,"label":0,"extended-tunnel-id":"10.0.0.1","tunnel-id":1,"p2mp-id":167772162}`},
		"PMSI of BIER":            {0xc0, 0x16, "00 0b 000000 01 0002 0a000001", `{"type":"bier","flags":0,"label":0,"sub-domain":1,"bfr-id":2,"bfr-prefix":"10.0.0.1"}`},
		"PMSI without identifier": {0xc0, 0x16, "01 00 000000", `{"type":"none","flags":1,"label":0}`},
		"PMSI of an unknown type": {0xc0, 0x16, "00 30 000000 ff", `{"type":"48","flags":0,"label":0,"tunnel":"0xff"}`},
		"a VXLAN tunnel": {0xc0, 0x17, "0008 0022  01 0c c0 002710 001122334455 0000  06 0a 00000000 0001 0a000001  08 02 12b5  c8 0001 ff",
			`[{"type":8,"name":"vxlan","value":[{"type":1,"name":"encapsulation","value":{"flags":192,"vni":10000,"mac":"00:11:22:33:44:55"}},` +
				`{"type":6,"name":"egress-endpoint","value":{"afi":1,"address":"10.0.0.1"}},{"type":8,"name":"udp-destination-port","value":4789},{"type":200,"value":"ff"}]}]`},
		"a tunnel with a color and a sub-TLV of a wrong length": {0xc0, 0x17, "0002 0011 04 08 030b 0000 00000064 02 03 080000 07 00",
			`[{"type":2,"name":"gre","value":[{"type":4,"name":"color","value":"color:100"},{"type":2,"value":"080000"},{"type":7,"value":""}]}]`},
		"a tunnel of an unknown type": {0xc0, 0x17, "4e20 0003 01 01 ff", `[{"type":20000,"value":[{"type":1,"name":"encapsulation","value":"ff"}]}]`},
		"an SR Policy": {0xc0, 0x17, "000f 002c  0c 06 0000 00000064  0d 06 0000 03e81000  80 0013 00  09 06 0000 00000001  01 06 0000 03e81000  63 00  81 0003 00 6331",
			`[{"type":15,"name":"sr-policy","value":[{"type":12,"name":"preference","value":{"flags":0,"preference":100}},{"type":13,"name":"binding-sid","value":{"flags":0,"label":16001}},` +
				`{"type":128,"name":"segment-list","value":[{"type":9,"name":"weight","value":{"flags":0,"weight":1}},{"type":1,"name":"segment-a","value":{"flags":0,"sid":16001}},{"type":99,"value":""}]},` +
				`{"type":129,"name":"candidate-path-name","value":{"name":"c1"}}]}]`},
		"an AIGP attribute without a metric": {0x80, 0x1a, "02 0003", `null`},
		"BGP-LS of a node": {0x80, 0x1d, "0402 0003 72 31 22  0404 0004 0a000001  040a 000c 80 00 001f40 0489 0003 003e80  040b 0002 0001  ffff 0000",
			`[{"type":1026,"name":"node-name","value":"r1\""},{"type":1028,"name":"local-ipv4-router-id","value":"10.0.0.1"},` +
				`{"type":1034,"name":"sr-capabilities","value":{"flags":128,"ranges":[{"size":8000,"label":16000}]}},{"type":1035,"name":"sr-algorithms","value":[0,1]},{"type":65535,"value":""}]`},
		"BGP-LS of a link": {0x80, 0x1d, "0441 0004 4e9502f9  0447 0003 00000a  0448 0008 00000001 00000002  044b 0007 30 00 0000 005dc1  044c 000e 30 00 0000 000000000001 00000064  045a 0004 80000064  0459 0000  0439 0004 7f800000",
			`[{"type":1089,"name":"max-link-bandwidth","value":1.25e9},{"type":1095,"name":"igp-metric","value":10},{"type":1096,"name":"srlg","value":[1,2]},` +
				`{"type":1099,"name":"adjacency-sid","value":{"flags":48,"weight":0,"label":24001}},{"type":1100,"name":"lan-adjacency-sid","value":{"flags":48,"weight":0,"neighbor":"0000.0000.0001","index":100}},` +
				`{"type":1114,"name":"delay","value":{"flags":128,"delay":100}},{"type":1113,"value":""},{"type":1081,"value":"7f800000"}]`},
		"BGP-LS bandwidth without end": {0x80, 0x1d, "045e 0004 7f800000", `[{"type":1118,"name":"residual-bandwidth","value":"+Inf"}]`},
		"BGP-LS of SRv6": {0x80, 0x1d, "0452 001e 0039 00 00 0a 00 20010db8000000000000000000000001 04e4 0004 20101000  0459 0000",
			`[{"type":1106,"name":"srv6-end-x-sid","value":{"behavior":57,"flags":0,"algorithm":0,"weight":10,"sid":"2001:db8::1",` +
				`"sub-tlvs":[{"type":1252,"name":"srv6-sid-structure","value":{"block":32,"node":16,"function":16,"argument":0}}]}},{"type":1113,"value":""}]`},
		"BGP-LS of an application": {0x80, 0x1d, "0462 0010 04 00 0000 80000000 0443 0004 0000000a", `[{"type":1122,"name":"application-specific-link-attributes","value":{"standard-applications":"80000000",` +
			`"user-defined-applications":"","sub-tlvs":[{"type":1091,"value":"0000000a"}]}}]`},
		"BGP-LS multi-topology and MSD": {0x80, 0x1d, "0107 0004 0000 f002 010a 0002 010a", `[{"type":263,"name":"multi-topology","value":[0,2]},{"type":266,"name":"node-msd","value":[{"type":1,"value":10}]}]`},
		"D-PATH":                        {0xc0, 0x24, "01 0000fde8 0001 46", `["65000:1:evpn"]`},
		"OTC":                           {0xc0, 0x23, "0000fde8", `65000`},
		"Prefix-SID": {0xc0, 0x28, "01 0007 00 0000 00000064  03 000e 0000 003e80 001f40 005dc0 0003e8  63 0000",
			`[{"type":1,"name":"label-index","value":{"flags":0,"index":100}},{"type":3,"name":"originator-srgb","value":{"flags":0,"ranges":[{"base":16000,"size":8000},{"base":24000,"size":1000}]}},{"type":99,"value":""}]`},
		"Prefix-SID of SRv6": {0xc0, 0x28, "05 0022 00  01 001e 00 20010db8000000000000000000000001 00 0013 00  01 0006 201010001030",
			`[{"type":5,"name":"srv6-l3-service","value":[{"type":1,"name":"sid-information","value":{"sid":"2001:db8::1","flags":0,"behavior":19,` +
				`"sub-tlvs":[{"type":1,"name":"structure","value":{"block":32,"node":16,"function":16,"argument":0,"transposition-length":16,"transposition-offset":48}}]}}]}]`},
		"ATTR_SET": {0xc0, 0x80, "0000fde8 400101 00 c08005 0000fde9 00",
			`{"origin-as":65000,"attributes":[{"code":1,"name":"origin","flags":"t","value":"igp","raw":"40010100"},{"code":128,"name":"attr-set","flags":"ot","value":null,"raw":"c080050000fde900"}]}`},
	}
	buffer := make([]byte, 0, 1<<14)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			attrs := wire.Attrs(wire.AppendAttr(nil, c.flags, c.code, octets(t, c.value)))
			var got []struct{ Value json.RawMessage }
			if err := json.Unmarshal(AppendAttrsJSON(nil, attrs, true), &got); err != nil || len(got) != 1 {
				t.Fatalf("%v: %s", err, AppendAttrsJSON(nil, attrs, true))
			}
			if string(got[0].Value) != c.want {
				t.Errorf("\n got %s\nwant %s", got[0].Value, c.want)
			}
			r := Route{Family: nlri.IPv4Unicast, NLRI: nlri.NLRI{8, 10}, Attrs: attrs}
			if n := testing.AllocsPerRun(20, func() {
				AppendAttrsJSON(buffer, attrs, true)
				AppendRouteJSON(buffer, &r)
				AppendRouteText(buffer, &r)
			}); n != 0 {
				t.Errorf("%v allocations", n)
			}
		})
	}
}

func TestStructuredAttrsAsText(t *testing.T) {
	r := Route{Family: nlri.IPv4Unicast, NLRI: nlri.NLRI{8, 10}, Decoded: true,
		Attrs: octets(t, "c01609 00 06 027101 0a010001 801a0b 01 000b 0000000000000064 801d0a 0402 0006 723122205c01 c02408 01 0000fde8 0001 46 c01914 0002 20010db8000000000000000000000001 0064")}
	const want = `10.0.0.0/8  pmsi-tunnel {type ingress-replication,flags 0,label 10000,tunnel 10.1.0.1} ipv6-extended-communities [rt:[2001:db8::1]:100] aigp 100 ` +
		`bgp-ls [{type 1026,name node-name,value r1\" \\\u0001}] d-path [65000:1:evpn]`
	if got := string(AppendRouteText(nil, &r)); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}
