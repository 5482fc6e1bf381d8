package nlri

import "testing"

func TestTextOfRoutes(t *testing.T) {
	for name, want := range map[string]string{
		"an IPv4 prefix of 3 octets":               "192.168.1.0/24",
		"a labeled IPv4 prefix with two labels":    "192.0.2.0/24 label 16001 label 100",
		"a VPNv4 prefix":                           "65000:1 10.9.0.0/16 label 16001",
		"a VPNv6 prefix":                           "4200000000:1 2001:db8:1::/48 label 16001",
		"an EVPN Ethernet A-D route":               "ethernet-ad rd 10.1.0.1:1 esi 00:11:22:33:44:55:66:77:88:99 tag 4294967295",
		"an EVPN MAC route with one label":         "mac-ip rd 10.1.0.1:1 tag 0 mac 00:11:22:33:44:55",
		"an EVPN MAC/IPv4 route with one label":    "mac-ip rd 10.1.0.1:1 tag 100 mac 00:11:22:33:44:55 ip 192.168.1.10 esi 00:11:22:33:44:55:66:77:88:99",
		"an EVPN IMET route over IPv4":             "imet rd 10.1.0.1:1 tag 0 ip 10.1.0.1",
		"an EVPN Ethernet Segment route over IPv6": "ethernet-segment rd 10.1.0.1:1 esi 00:11:22:33:44:55:66:77:88:99 ip 2001:db8::1",
		"an EVPN IPv4 prefix route":                "ip-prefix rd 10.1.0.1:1 tag 0 prefix 192.168.2.0/24",
		"an EVPN IPv4 prefix route with host bits": "ip-prefix rd 10.1.0.1:1 tag 0 prefix 192.168.0.0/21 gateway 192.168.2.1 esi 00:11:22:33:44:55:66:77:88:99",
		"an EVPN route of type 0":                  "type 0 01020304",
		"an EVPN route of type 255 without octets": "type 255",
		"a VPLS label block":                       "rd 10.1.0.1:1 ve-id 1 block-offset 1 block-size 8 label-base 100000",
		"a VPLS auto-discovery route":              "rd 10.1.0.1:1 bgp-ad 10.1.0.1",
		"a VPLS route of an unknown length":        "000d00010a01000100010a01000100",
		"the default RT membership":                "default",
		"an RT membership of an AS":                "origin-as 65000",
		"an RT membership of 41 bits":              "origin-as 65000 route-target 0x0080000000000000/9",
		"an RT membership of one target":           "origin-as 65000 route-target 65000:100",
		"a BGP-LS node":                            "node isis-l2 identifier 0 local 65000 0000.0000.0001",
		"a BGP-LS link":                            "link isis-l2 identifier 0 local 65000 0000.0000.0001 remote 65000 0000.0000.0002 10.0.0.1 10.0.0.2",
		"a BGP-LS IPv4 prefix":                     "ipv4-prefix ospfv2 identifier 1 local 1.1.1.1 10.9.0.0/16",
		"a BGP-LS link over IPv6":                  "link ospfv3 identifier 0 2001:db8::1 2001:db8::2",
		"a BGP-LS SRv6 SID":                        "srv6-sid isis-l2 identifier 0 local 65000 2001:db8::1",
		"a BGP-LS-VPN node":                        "10.1.0.1:1 node isis-l2 identifier 0 local 65000",
		"a BGP-LS NLRI of an unknown type":         "00070003010203",
		"a flow specification":                     "destination 192.0.2.0/24 protocol =6",
		"an opaque NLRI with a length in octets":   "03010203",
		"a labeled withdrawal of 0x800000":         "192.0.2.0/24",

		"an EVPN SMET route for any source":                             "smet rd 10.1.0.1:1 tag 0 source * group 239.1.1.1 originator 10.1.0.1 flags 2",
		"an EVPN Membership Report Synch route over IPv6":               "report-synch rd 10.1.0.1:1 tag 100 esi 00:11:22:33:44:55:66:77:88:99 source 2001:db8::1 group ff0e::1 originator 2001:db8::2 flags 2",
		"an EVPN Leave Synch route of an IPv4 source and an IPv6 group": "leave-synch rd 10.1.0.1:1 tag 100 esi 00:11:22:33:44:55:66:77:88:99 source 10.9.9.9 group ff0e::1 originator 10.1.0.1 max-response-time 100 flags 12",
		"an EVPN Per-Region I-PMSI A-D route":                           "region-i-pmsi rd 10.1.0.1:1 tag 100 region 0x0009fde800000001",
		"an EVPN S-PMSI A-D route for any source":                       "s-pmsi rd 10.1.0.1:1 tag 0 source * group 239.1.1.1 originator 10.1.0.1",
		"an EVPN Leaf A-D route":                                        "leaf-ad route-key 031100010a0100010001000000" + "00200a010001 originator 10.1.0.2",

		"a BGP-LS node of OSPF with all descriptors": "node ospfv2 identifier 255 local 4200000000 bgp-ls-id 0.0.0.0 area 0.0.0.1 1.1.1.1:10.0.0.1 bgp-router-id 10.1.0.1" +
			" member-as 65001 router-id 10.2.0.2 router-id 2001:db8::1",
		"a BGP-LS link by identifiers in a topology":           "link isis-l1 identifier 0 local 65000 0000.0000.0001 local-id 7 remote-id 8 topology 2",
		"a BGP-LS IPv6 prefix with route type and topology":    "ipv6-prefix ospfv3 identifier 0 local 1.1.1.1 topology 0 route-type external-1 2001:db8:0:8000::/49",
		"a BGP-LS SR Policy candidate path":                    "sr-policy segment-routing identifier 0 local router-id 10.1.0.1 endpoint 10.2.0.2 color 100 originator 65000 10.1.0.1 discriminator 7",
		"a BGP-LS node with unknown TLVs of one type in order": "node isis-l2 identifier 0 768=ff 768=0001 768=0001",
		"a BGP-LS node with a node in it":                      "node isis-l2 identifier 0 local 256=",
		"a flow specification with an unknown component":       "destination 10.0.0.0/8 0x6301",
		"a VPN flow specification":                             "10.1.0.1:1 protocol =6",
		"a layer 2 flow specification":                         "10.1.0.1:1 ether-type =2048 source-mac 00:11:22:33:44:55 destination-mac 66:77:88:99:aa:bb vlan =100 vlan-cos =3",
		"a layer 2 flow specification of another draft":        "10.1.0.1:1 ether-type =6 0x0f81",
		"a layer 2 flow specification with a long MAC address": "10.1.0.1:1 source-mac 0x0011223344556677",
		"an MVPN route":                                              "intra-as-i-pmsi rd 10.1.0.1:1 originator 10.1.0.1",
		"an MVPN Inter-AS I-PMSI A-D route":                          "inter-as-i-pmsi rd 10.1.0.1:1 source-as 65000",
		"an MVPN S-PMSI A-D route for any source and group":          "s-pmsi rd 10.1.0.1:1 source * group * originator 2001:db8::1",
		"an MVPN Leaf A-D route over IPv6":                           "leaf-ad route-key 020c00010a01000100010000fde8 originator 2001:db8::2",
		"an MVPN Leaf A-D route":                                     "leaf-ad route-key 0102030405060708090a0a010001",
		"an MVPN Source Active A-D route":                            "source-active rd 10.1.0.1:1 source 2001:db8::1 group ff0e::1",
		"an MVPN Source Tree Join route":                             "source-tree-join rd 10.1.0.1:1 source-as 65000 source 10.1.0.1 group 239.1.1.1",
		"an MVPN route for mLDP":                                     "430401020304",
		"an SR Policy":                                               "distinguisher 1 color 100 endpoint 10.1.0.1",
		"a MUP route":                                                "interwork-segment rd 10.1.0.1:1 prefix 10.1.0.0/16",
		"a MUP Direct Segment Discovery route":                       "direct-segment rd 10.1.0.1:1 address 10.1.0.1",
		"a MUP Type 1 Session Transformed route with a source":       "type-1-session rd 10.1.0.1:1 prefix 2001:db8:0:1::/64 endpoint 2001:db8::1 source 2001:db8::2 teid 12346 qfi 5",
		"a MUP Type 2 Session Transformed route with 4 bits of TEID": "type-2-session rd 10.1.0.1:1 endpoint 10.0.0.1 teid 2684354560/4",
		"a MUP Type 2 Session Transformed route without TEID":        "type-2-session rd 10.1.0.1:1 endpoint 10.0.0.1",
		"a VPNv4 withdrawal of label 0":                              "65000:1 10.9.0.0/16",
	} {
		s := sampleOf(t, name)
		if got := string(AppendText(nil, s.family, s.form, unhex(s.octets))); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, want)
		}
	}
}
