package render

import (
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// octets reads hexadecimal digits, blanks ignored.
func octets(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const (
	rd1     = "0001 0a010001 0001 "
	esi0    = "00000000000000000000 "
	esi1    = "00112233445566778899 "
	vxlan   = "c010 08 030c000000000008"
	isisTLV = "0200 0004 0000fde8  0201 0004 00000000  0203 0006 000000000001"
)

// The JSON of NLRI is what other programs read: every line that the interface promises.
func TestAppendRouteJSONOfNLRI(t *testing.T) {
	cases := map[string]struct {
		family nlri.Family
		form   nlri.Form
		nlri   string
		attrs  string
		want   string
	}{
		"EVPN type 1 of a whole segment": {
			nlri.EVPN, 0, "01 19" + rd1 + esi1 + "ffffffff 000000", "",
			`{"family":"evpn","type":1,"rd":"10.1.0.1:1","esi":"00:11:22:33:44:55:66:77:88:99","ethernet-tag":4294967295,"labels":[0]}`,
		},
		"EVPN type 2 with an MPLS label": {
			nlri.EVPN, 0, "02 25" + rd1 + esi0 + "00000000 30 001122334455 20 c0a8010a 027101", "",
			`{"family":"evpn","type":2,"rd":"10.1.0.1:1","esi":"00:00:00:00:00:00:00:00:00:00","ethernet-tag":0,"mac":"00:11:22:33:44:55","ip":"192.168.1.10","labels":[10000]}`,
		},
		"EVPN type 2 with two VNIs and an IPv6 address": {
			nlri.EVPN, 0, "02 34" + rd1 + esi0 + "00000000 30 001122334455 80 20010db8000000000000000000000001 002710 0003e8", vxlan,
			`{"family":"evpn","type":2,"rd":"10.1.0.1:1","esi":"00:00:00:00:00:00:00:00:00:00","ethernet-tag":0,"mac":"00:11:22:33:44:55","ip":"2001:db8::1","labels":[10000,1000],"ext-communities":["encap:vxlan"]}`,
		},
		"EVPN type 2 without an address": {
			nlri.EVPN, 0, "02 21" + rd1 + esi0 + "00000000 30 001122334455 00 027101", "",
			`{"family":"evpn","type":2,"rd":"10.1.0.1:1","esi":"00:00:00:00:00:00:00:00:00:00","ethernet-tag":0,"mac":"00:11:22:33:44:55","labels":[10000]}`,
		},
		"EVPN type 3": {
			nlri.EVPN, 0, "03 11" + rd1 + "00000000 20 0a010001", "",
			`{"family":"evpn","type":3,"rd":"10.1.0.1:1","ethernet-tag":0,"ip":"10.1.0.1"}`,
		},
		"EVPN type 4": {
			nlri.EVPN, 0, "04 17 0001 0a010001 0000" + esi1 + "20 0a010001", "",
			`{"family":"evpn","type":4,"rd":"10.1.0.1:0","esi":"00:11:22:33:44:55:66:77:88:99","ip":"10.1.0.1"}`,
		},
		"EVPN type 5 with a VNI": {
			nlri.EVPN, 0, "05 22" + rd1 + esi0 + "00000000 18 c0a80200 00000000 002710", vxlan,
			`{"family":"evpn","type":5,"rd":"10.1.0.1:1","esi":"00:00:00:00:00:00:00:00:00:00","ethernet-tag":0,"prefix":"192.168.2.0/24","gateway":"0.0.0.0","labels":[10000],"ext-communities":["encap:vxlan"]}`,
		},
		"EVPN type 6 of any source": {
			nlri.EVPN, 0, "06 18" + rd1 + "00000000 00 20 ef010101 20 0a010001 02", "",
			`{"family":"evpn","type":6,"rd":"10.1.0.1:1","ethernet-tag":0,"source":"","group":"239.1.1.1","originator":"10.1.0.1","flags":2}`,
		},
		"EVPN type 7": {
			nlri.EVPN, 0, "07 26" + rd1 + esi1 + "00000001 20 0a000001 20 ef010101 20 0a010001 02", "",
			`{"family":"evpn","type":7,"rd":"10.1.0.1:1","esi":"00:11:22:33:44:55:66:77:88:99","ethernet-tag":1,"source":"10.0.0.1","group":"239.1.1.1","originator":"10.1.0.1","flags":2}`,
		},
		"EVPN type 8": {
			nlri.EVPN, 0, "08 2b" + rd1 + esi1 + "00000001 20 0a000001 20 ef010101 20 0a010001 00000000 64 02", "",
			`{"family":"evpn","type":8,"rd":"10.1.0.1:1","esi":"00:11:22:33:44:55:66:77:88:99","ethernet-tag":1,"source":"10.0.0.1","group":"239.1.1.1","originator":"10.1.0.1","max-response-time":100,"flags":2}`,
		},
		"EVPN type 9": {
			nlri.EVPN, 0, "09 14" + rd1 + "00000001 0009fde800000064", "",
			`{"family":"evpn","type":9,"rd":"10.1.0.1:1","ethernet-tag":1,"region-id":"0009fde800000064"}`,
		},
		"EVPN type 10 of any source": {
			nlri.EVPN, 0, "0a 17" + rd1 + "00000001 00 20 ef010101 20 0a010001", "",
			`{"family":"evpn","type":10,"rd":"10.1.0.1:1","ethernet-tag":1,"source":"","group":"239.1.1.1","originator":"10.1.0.1"}`,
		},
		"EVPN type 11": {
			nlri.EVPN, 0, "0b 18 03 11" + rd1 + "00000000 20 0a010001 20 0a010002", "",
			`{"family":"evpn","type":11,"route-key":"031100010a0100010001000000` + `00200a010001","originator":"10.1.0.2"}`,
		},
		"MVPN Source Active": {
			nlri.MVPN4, 0, "05 12" + rd1 + "20 0a000001 20 ef010101", "",
			`{"family":"mvpnv4","type":5,"rd":"10.1.0.1:1","source":"10.0.0.1","group":"239.1.1.1"}`,
		},
		"MVPN Inter-AS I-PMSI": {
			nlri.MVPN4, 0, "02 0c" + rd1 + "0000fde8", "",
			`{"family":"mvpnv4","type":2,"rd":"10.1.0.1:1","source-as":65000}`,
		},
		"MVPN of an unknown type": {
			nlri.MVPN4, 0, "63 02 abcd", "",
			`{"family":"mvpnv4","type":99}`,
		},
		"MUP Interwork Segment": {
			nlri.MUP4, 0, "01 0001 0c" + rd1 + "18 c0a801", "",
			`{"family":"mup4","type":1,"rd":"10.1.0.1:1","prefix":"192.168.1.0/24"}`,
		},
		"MUP Type 1 Session": {
			nlri.MUP4, 0, "01 0003 17" + rd1 + "20 c0a80101 00003039 09 20 0a000001", "",
			`{"family":"mup4","type":3,"rd":"10.1.0.1:1","prefix":"192.168.1.1/32","endpoint":"10.0.0.1","teid":12345,"qfi":9}`,
		},
		"MUP of another architecture": {
			nlri.MUP4, 0, "02 0001 02 abcd", "",
			`{"family":"mup4","type":1,"architecture":2}`,
		},
		"SR Policy": {
			nlri.SRPolicy4, 0, "60 00000001 00000064 0a000001", "",
			`{"family":"sr-policy4","distinguisher":1,"color":100,"endpoint":"10.0.0.1"}`,
		},
		"BGP-LS SR Policy candidate path": {
			nlri.BGPLS, 0, "0005 0039 09 0000000000000000 0100 0010 0200 0004 0000fde8 0404 0004 0a000001 022a 0018 02 00 0000 0a000002 00000064 0000fde8 0a000003 00000001", "",
			`{"family":"bgp-ls","type":5,"protocol":"segment-routing","identifier":0,"local":{"asn":65000,"ipv4-router-id":"10.0.0.1"},` +
				`"candidate-path":{"protocol-origin":2,"endpoint":"10.0.0.2","color":100,"originator-as":65000,"originator":"10.0.0.3","discriminator":1}}`,
		},
		"EVPN of an unknown type": {
			nlri.EVPN, 0, "63 02 abcd", "",
			`{"family":"evpn","type":99}`,
		},
		"VPNv4": {
			nlri.VPNv4, 0, "68 03e811 0000 fde8 00000001 0a09", "",
			`{"family":"vpnv4","rd":"65000:1","prefix":"10.9.0.0/16","labels":[16001]}`,
		},
		"labeled IPv4": {
			nlri.IPv4Labeled, 0, "30 03e811 c00002", "",
			`{"family":"ipv4-labeled","prefix":"192.0.2.0/24","labels":[16001]}`,
		},
		"labeled IPv4 with a stack of labels": {
			nlri.IPv4Labeled, nlri.LabelStack, "48 03e810 03e821 c00002", "",
			`{"family":"ipv4-labeled","prefix":"192.0.2.0/24","labels":[16001,16002]}`,
		},
		"IPv6": {
			nlri.IPv6Unicast, 0, "20 20010db8", "",
			`{"family":"ipv6","prefix":"2001:db8::/32"}`,
		},
		"VPLS with a label block": {
			nlri.VPLS, 0, "0011 0001 0a010001 0064 0001 0001 0008 186a01", "",
			`{"family":"vpls","rd":"10.1.0.1:100","ve-id":1,"block-offset":1,"block-size":8,"label-base":100000}`,
		},
		"VPLS auto-discovery": {
			nlri.VPLS, 0, "000c 0001 0a010001 0064 0a010001", "",
			`{"family":"vpls","rd":"10.1.0.1:100","bgp-ad":"10.1.0.1"}`,
		},
		"BGP-LS link": {
			nlri.BGPLS, 0, "0002 0055 02 0000000000000000" +
				"0100 001a" + isisTLV + "0101 001a 0200 0004 0000fde8 0201 0004 00000000 0203 0006 000000000002" +
				"0103 0004 0a000001 0104 0004 0a000002", "",
			`{"family":"bgp-ls","type":2,"protocol":"isis-l2","identifier":0,` +
				`"local":{"asn":65000,"bgp-ls-id":"0.0.0.0","igp-router-id":"0000.0000.0001"},` +
				`"remote":{"asn":65000,"bgp-ls-id":"0.0.0.0","igp-router-id":"0000.0000.0002"},` +
				`"link":{"ipv4-interface":"10.0.0.1","ipv4-neighbor":"10.0.0.2"}}`,
		},
		"BGP-LS prefix with an unknown descriptor": {
			nlri.BGPLS, 0, "0003 0037 02 0000000000000001 0100 001a" + isisTLV + "0109 0004 18c00002 03e7 0004 01020304", "",
			`{"family":"bgp-ls","type":3,"protocol":"isis-l2","identifier":1,` +
				`"local":{"asn":65000,"bgp-ls-id":"0.0.0.0","igp-router-id":"0000.0000.0001"},"prefix":"192.0.2.0/24","tlv-999":"01020304"}`,
		},
		"BGP-LS of an unknown type": {
			nlri.BGPLS, 0, "0063 0002 abcd", "",
			`{"family":"bgp-ls","type":99}`,
		},
		"BGP-LS node in a VPN": {
			nlri.BGPLSVPN, 0, "0001 002f" + rd1 + "02 0000000000000000 0100 001a" + isisTLV, "",
			`{"family":"bgp-ls-vpn","type":1,"rd":"10.1.0.1:1","protocol":"isis-l2","identifier":0,` +
				`"local":{"asn":65000,"bgp-ls-id":"0.0.0.0","igp-router-id":"0000.0000.0001"}}`,
		},
		"membership of one route target": {
			nlri.RouteTarget, 0, "60 0000fde8 0002fde800000064", "",
			`{"family":"route-target","origin-as":65000,"route-target":"65000:100","length":96}`,
		},
		"membership of every route target": {
			nlri.RouteTarget, 0, "00", "",
			`{"family":"route-target","length":0}`,
		},
		"membership of a range of route targets": {
			nlri.RouteTarget, 0, "40 0000fde8 0002fde8", "",
			`{"family":"route-target","origin-as":65000,"route-target":"0x0002fde800000000","length":64}`,
		},
		"FlowSpec of IPv4": {
			nlri.FlowSpec4, 0, "0d 01 18c00002 03 8106 05 0350 c55a", "",
			`{"family":"flowspec4","rule":"destination 192.0.2.0/24 protocol =6 destination-port >=80&<=90"}`,
		},
		"FlowSpec of IPv6 with an offset": {
			nlri.FlowSpec6, 0, "0b 02 6840 1234000000 09 8212", "",
			`{"family":"flowspec6","rule":"source ::1234:0:0:0/104 offset 64 tcp-flags !0x12"}`,
		},
		"FlowSpec with a component that is unknown": {
			nlri.FlowSpec4, 0, "05 01 08 0a 63 01", "",
			`{"family":"flowspec4","rule":"destination 10.0.0.0/8 0x6301"}`,
		},
		"a family that the codec does not know": {
			nlri.FamilyOf(25, 99), nlri.OpaqueLength8, "02 abcd", "",
			`{"family":"25/99"}`,
		},
		"an NLRI that is not sound": {
			nlri.IPv4Unicast, 0, "c8 0a", "",
			`{"family":"ipv4"}`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			n := octets(t, c.nlri)
			got := string(AppendRouteJSON(nil, &Route{Family: c.family, Form: c.form, NLRI: n, Attrs: wire.Attrs(octets(t, c.attrs)), Decoded: true}))
			if !json.Valid([]byte(got)) {
				t.Fatalf("not JSON: %s", got)
			}
			got = strings.Replace(got, `,"raw":"`+hex.EncodeToString(n)+`"`, "", 1)
			if got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}
