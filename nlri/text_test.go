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
		"a BGP-LS SRv6 SID":                        "srv6-sid isis-l2 identifier 0 local 65000 518=20010db8000000000000000000000001",
		"a BGP-LS-VPN node":                        "10.1.0.1:1 node isis-l2 identifier 0 local 65000",
		"a BGP-LS NLRI of an unknown type":         "00070003010203",
		"a flow specification":                     "080118c00002038106",
		"an opaque NLRI with a length in octets":   "03010203",
		"a labeled withdrawal of 0x800000":         "192.0.2.0/24",
		"a VPNv4 withdrawal of label 0":            "65000:1 10.9.0.0/16",
	} {
		s := sampleOf(t, name)
		if got := string(AppendText(nil, s.family, s.form, unhex(s.octets))); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, want)
		}
	}
}
