package nlri

import (
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"
)

// unhex reads hexadecimal digits, blanks ignored.
func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

// sample is one NLRI of a family and form.
type sample struct {
	name   string
	family Family
	form   Form
	octets string
}

const (
	rd1  = "0001 0a010001 0001 " // 10.1.0.1:1
	esi0 = "00 00 00 00 00 00 00 00 00 00 "
	esi1 = "00 11 22 33 44 55 66 77 88 99 "
	mac1 = "30 001122334455 "

	v6a     = " 20010db8000000000000000000000001 "
	v6b     = " 20010db8000000000000000000000002 "
	v6group = " ff0e0000000000000000000000000001 "

	node1 = "0100 0012 0200 0004 0000fde8 0203 0006 000000000001 "
)

// soundSamples has at least one NLRI of every layout and of every typed view.
var soundSamples = []sample{
	{"the IPv4 default route", IPv4Unicast, 0, "00"},
	{"an IPv4 prefix of 3 octets", IPv4Unicast, 0, "18 c0a801"},
	{"an IPv4 prefix with host bits", IPv4Unicast, 0, "0d 0a0f"},
	{"an IPv4 host", IPv4Unicast, Withdraw, "20 c0a80101"},
	{"an IPv6 prefix", IPv6Unicast, 0, "30 20010db80001"},
	{"an IPv6 prefix of 29 bits", IPv6Unicast, 0, "1d 20010dbf"},
	{"an IPv6 host", IPv6Unicast, 0, "80 20010db8000000000000000000000001"},
	{"an IPv4 multicast prefix", IPv4Multicast, 0, "10 0a01"},
	{"an IPv6 multicast prefix", IPv6Multicast, 0, "20 20010db8"},
	{"a labeled IPv4 prefix", IPv4Labeled, 0, "30 03e811 c00002"},
	{"a labeled IPv4 prefix whose label has no S bit", IPv4Labeled, 0, "30 03e810 c00002"},
	{"a labeled IPv4 prefix with two labels", IPv4Labeled, LabelStack, "48 03e810 000641 c00002"},
	{"a labeled IPv4 prefix of 8 bits", IPv4Labeled, LabelStack, "20 03e811 0a"},
	{"a labeled withdrawal of 0x800000", IPv4Labeled, Withdraw, "30 800000 c00002"},
	{"a labeled withdrawal on a session with label stacks", IPv4Labeled, LabelStack | Withdraw, "30 000000 c00002"},
	{"a labeled IPv6 prefix", IPv6Labeled, 0, "48 03e811 20010db80001"},
	{"a VPNv4 prefix", VPNv4, 0, "68 03e811 0000 fde8 00000001 0a09"},
	{"a VPNv4 prefix of 13 bits", VPNv4, 0, "65 03e811 " + rd1 + "0a0f"},
	{"a VPNv4 prefix with three labels", VPNv4, LabelStack, "98 03e810 000640 000191 0000 fde8 00000001 0a09"},
	{"a VPNv4 withdrawal of label 0", VPNv4, Withdraw, "68 000000 0000 fde8 00000001 0a09"},
	{"a VPNv6 prefix", VPNv6, 0, "88 03e811 0002 fa56ea00 0001 20010db80001"},
	{"an EVPN Ethernet A-D route", EVPN, 0, "01 19 " + rd1 + esi1 + "ffffffff 000000"},
	{"an EVPN MAC route with one label", EVPN, 0, "02 21 " + rd1 + esi0 + "00000000 " + mac1 + "00 002710"},
	{"an EVPN MAC route with two labels", EVPN, 0, "02 24 " + rd1 + esi0 + "00000000 " + mac1 + "00 002710 00c350"},
	{"an EVPN MAC/IPv4 route with one label", EVPN, 0, "02 25 " + rd1 + esi1 + "00000064 " + mac1 + "20 c0a8010a 002710"},
	{"an EVPN MAC/IPv4 route with two labels", EVPN, Withdraw, "02 28 " + rd1 + esi0 + "00000000 " + mac1 + "20 c0a8010a 002710 00c350"},
	{"an EVPN MAC/IPv6 route with one label", EVPN, 0, "02 31 " + rd1 + esi0 + "00000000 " + mac1 + "80 20010db8000000000000000000000001 002710"},
	{"an EVPN MAC/IPv6 route with two labels", EVPN, 0, "02 34 " + rd1 + esi0 + "00000000 " + mac1 + "80 20010db8000000000000000000000001 002710 00c350"},
	{"an EVPN IMET route over IPv4", EVPN, 0, "03 11 " + rd1 + "00000000 20 0a010001"},
	{"an EVPN IMET route over IPv6", EVPN, 0, "03 1d " + rd1 + "00000000 80 20010db8000000000000000000000001"},
	{"an EVPN Ethernet Segment route over IPv4", EVPN, 0, "04 17 " + rd1 + esi1 + "20 0a010001"},
	{"an EVPN Ethernet Segment route over IPv6", EVPN, 0, "04 23 " + rd1 + esi1 + "80 20010db8000000000000000000000001"},
	{"an EVPN IPv4 prefix route", EVPN, 0, "05 22 " + rd1 + esi0 + "00000000 18 c0a80200 00000000 002710"},
	{"an EVPN IPv4 prefix route with host bits", EVPN, 0, "05 22 " + rd1 + esi1 + "00000000 15 c0a802ff c0a80201 002710"},
	{"an EVPN IPv6 prefix route", EVPN, 0, "05 3a " + rd1 + esi0 + "00000000 41 20010db800000000ff00000000000001 00000000000000000000000000000000 002710"},
	{"an EVPN SMET route for any source", EVPN, 0, "06 18 " + rd1 + "00000000 00 20 ef010101 20 0a010001 02"},
	{"an EVPN SMET route over IPv6", EVPN, 0, "06 40 " + rd1 + "00000000 80 20010db8000000000000000000000001 80 ff050000000000000000000000000001 80 20010db8000000000000000000000002 04"},
	{"an EVPN Membership Report Synch route", EVPN, 0, "07 22 " + rd1 + esi1 + "00000000 00 20 ef010101 20 0a010001 02"},
	{"an EVPN Leave Synch route", EVPN, Withdraw, "08 27 " + rd1 + esi1 + "00000000 00 20 ef010101 20 0a010001 00000000 0a 02"},
	{"an EVPN SMET route for any source and group", EVPN, 0, "06 14 " + rd1 + "00000000 00 00 20 0a010001 0f"},
	{"an EVPN Membership Report Synch route over IPv6", EVPN, 0, "07 4a " + rd1 + esi1 + "00000064 80" + v6a + "80" + v6group + "80" + v6b + "02"},
	{"an EVPN Leave Synch route of an IPv4 source and an IPv6 group", EVPN, 0, "08 37 " + rd1 + esi1 + "00000064 20 0a090909 80" + v6group + "20 0a010001 ffffffff 64 0c"},
	{"an EVPN Per-Region I-PMSI A-D route", EVPN, 0, "09 14 " + rd1 + "00000064 0009fde800000001"},
	{"an EVPN S-PMSI A-D route for any source", EVPN, 0, "0a 17 " + rd1 + "00000000 00 20 ef010101 20 0a010001"},
	{"an EVPN S-PMSI A-D route over IPv6", EVPN, 0, "0a 3f " + rd1 + "00000064 80" + v6a + "80" + v6group + "80" + v6b},
	{"an EVPN Leaf A-D route", EVPN, 0, "0b 18 03 11 " + rd1 + "00000000 20 0a010001 20 0a010002"},
	{"an EVPN Leaf A-D route over IPv6", EVPN, 0, "0b 27 09 14 " + rd1 + "00000064 0009fde800000001 80" + v6b},
	{"an EVPN Leaf A-D route whose key is no NLRI", EVPN, 0, "0b 08 ffffff 20 0a010002"},
	{"an EVPN Leaf A-D route over IPv6 whose key is no NLRI", EVPN, 0, "0b 12 ff 80" + v6b},
	{"an EVPN route of type 0", EVPN, 0, "00 04 01020304"},
	{"an EVPN route of an unknown type", EVPN, 0, "63 0a " + rd1 + "0102"},
	{"an EVPN route of type 255 without octets", EVPN, 0, "ff 00"},
	{"a VPLS label block", VPLS, 0, "0011 " + rd1 + "0001 0001 0008 186a01"},
	{"a VPLS auto-discovery route", VPLS, 0, "000c " + rd1 + "0a010001"},
	{"a VPLS route of an unknown length", VPLS, 0, "000d " + rd1 + "0a01000100"},
	{"a VPLS route without octets", VPLS, 0, "0000"},
	{"a BGP-LS node", BGPLS, 0, "0001 001f 02 0000000000000000 0100 0012 0200 0004 0000fde8 0203 0006 000000000001"},
	{"a BGP-LS link", BGPLS, 0, "0002 0045 02 0000000000000000 " +
		"0100 0012 0200 0004 0000fde8 0203 0006 000000000001 " +
		"0101 0012 0200 0004 0000fde8 0203 0006 000000000002 " +
		"0103 0004 0a000001 0104 0004 0a000002"},
	{"a BGP-LS IPv4 prefix", BGPLS, Withdraw, "0003 001c 03 0000000000000001 0100 0008 0203 0004 01010101 0109 0003 10 0a09"},
	{"a BGP-LS SRv6 SID", BGPLS, 0, "0006 0029 02 0000000000000000 0100 0008 0200 0004 0000fde8 0206 0010 20010db8000000000000000000000001"},
	{"a BGP-LS NLRI without a node", BGPLS, 0, "0001 0009 02 0000000000000000"},
	{"a BGP-LS NLRI of an unknown type", BGPLS, 0, "0007 0003 010203"},
	{"a BGP-LS NLRI of an unknown type without octets", BGPLS, 0, "0063 0000"},
	{"a BGP-LS NLRI with an empty node", BGPLS, 0, "0001 000d 02 0000000000000000 0100 0000"},
	{"a BGP-LS link over IPv6", BGPLS, 0, "0002 0031 06 0000000000000000 0105 0010 20010db8000000000000000000000001 0106 0010 20010db8000000000000000000000002"},
	{"a BGP-LS node of OSPF with all descriptors", BGPLS, 0, "0001 005d 03 00000000000000ff 0100 0050 " +
		"0200 0004 fa56ea00 0201 0004 00000000 0202 0004 00000001 0203 0008 010101010a000001 " +
		"0204 0004 0a010001 0205 0004 0000fde9 0404 0004 0a020002 0405 0010 20010db8000000000000000000000001"},
	{"a BGP-LS link by identifiers in a topology", BGPLS, 0, "0002 0031 01 0000000000000000 " + node1 + "0102 0008 00000007 00000008 0107 0002 f002"},
	{"a BGP-LS IPv6 prefix with route type and topology", BGPLS, 0, "0004 002c 06 0000000000000000 0100 0008 0203 0004 01010101 0107 0002 0000 0108 0001 03 0109 0008 31 20010db8000080"},
	{"a BGP-LS SR Policy candidate path", BGPLS, 0, "0005 0031 09 0000000000000000 0100 0008 0404 0004 0a010001 " +
		"022a 0018 02 00 0000 0a020002 00000064 0000fde8 0a010001 00000007"},
	{"a BGP-LS SR Policy candidate path over IPv6", BGPLS, 0, "0005 003d 09 0000000000000000 0100 0008 0404 0004 0a010001 " +
		"022a 0024 02 80 0000" + v6a + "00000064 0000fde8 0a010001 00000007"},
	{"a BGP-LS node with unknown TLVs of one type in order", BGPLS, 0, "0001 001a 02 0000000000000000 0300 0001 ff 0300 0002 0001 0300 0002 0001"},
	{"a BGP-LS node with a node in it", BGPLS, 0, "0001 0011 02 0000000000000000 0100 0004 0100 0000"},
	{"a BGP-LS-VPN node", BGPLSVPN, 0, "0001 001d " + rd1 + "02 0000000000000000 0100 0008 0200 0004 0000fde8"},
	{"a BGP-LS-VPN NLRI of an unknown type", BGPLSVPN, 0, "0063 0008 " + rd1},
	{"the default RT membership", RouteTarget, 0, "00"},
	{"an RT membership of an AS", RouteTarget, 0, "20 0000fde8"},
	{"an RT membership of 41 bits", RouteTarget, 0, "29 0000fde8 00ff"},
	{"an RT membership of one target", RouteTarget, Withdraw, "60 0000fde8 0002 fde8 00000064"},
	{"a flow specification", FlowSpec4, 0, "08 01 18 c00002 03 81 06"},
	{"a flow specification of all components", FlowSpec4, 0, "32 01 18 c00002 02 08 0a 03 01 06 81 11 04 81 50 05 03 50 c5 5a 06 91 1f90 07 81 08 08 80 00 " +
		"09 01 02 42 10 83 20 0a a4 000005dc 0b 81 2e 0c 80 05"},
	{"a flow specification with a value of 8 octets", FlowSpec4, 0, "0c 0a 32 00000000000005dc 81 01"},
	{"a flow specification with a long length", FlowSpec4, 0, "f003 03 81 06"},
	{"a flow specification with an unknown component", FlowSpec4, 0, "05 01 08 0a 63 01"},
	{"an IPv6 flow specification with an offset", FlowSpec6, 0, "0b 02 68 40 123456789a 03 81 06"},
	{"an IPv6 flow specification with an odd offset", FlowSpec6, 0, "0f 01 20 00 20010db8 02 68 41 2468acf135"},
	{"an IPv6 flow specification for every address", FlowSpec6, 0, "09 01 00 00 0d a1 000fffff"},
	{"an IPv6 flow specification of 240 octets", FlowSpec6, 0, "f0f0 03" + strings.Repeat("0106", 118) + "910006"},
	{"a VPN flow specification", FlowSpecVPN4, 0, "0b " + rd1 + "03 81 06"},
	{"a VPN flow specification of 240 octets", FlowSpecVPN4, 0, "f0f0 " + rd1 + "03" + strings.Repeat("0106", 114) + "910006"},
	{"an IPv6 VPN flow specification", FlowSpecVPN6, 0, "0b " + rd1 + "03 81 06"},
	{"a layer 2 flow specification", FlowSpecL2VPN, 0, "22 " + rd1 + "0e 91 0800 0f 06 001122334455 10 06 66778899aabb 15 81 64 16 81 03"},
	{"a layer 2 flow specification of another draft", FlowSpecL2VPN, 0, "0d " + rd1 + "0e 81 06 0f 81"},
	{"a layer 2 flow specification with a long MAC address", FlowSpecL2VPN, 0, "12 " + rd1 + "0f 08 0011223344556677"},
	{"an MVPN route", MVPN4, 0, "01 0c " + rd1 + "0a010001"},
	{"an MVPN Intra-AS I-PMSI A-D route over IPv6", MVPN4, 0, "01 18 " + rd1 + v6a},
	{"an MVPN Inter-AS I-PMSI A-D route", MVPN6, 0, "02 0c " + rd1 + "0000fde8"},
	{"an MVPN S-PMSI A-D route", MVPN4, 0, "03 16 " + rd1 + "20 0a010001 20 ef010101 0a010002"},
	{"an MVPN S-PMSI A-D route for any source and group", MVPN6, 0, "03 1a " + rd1 + "00 00" + v6a},
	{"an MVPN Leaf A-D route for an S-PMSI", MVPN4, 0, "04 1c 03 16 " + rd1 + "20 0a010001 20 ef010101 0a010002 0a010003"},
	{"an MVPN Leaf A-D route over IPv6", MVPN6, 0, "04 1e 02 0c " + rd1 + "0000fde8" + v6b},
	{"an MVPN Source Active A-D route", MVPN6, 0, "05 2a " + rd1 + "80" + v6a + "80" + v6group},
	{"an MVPN Shared Tree Join route", MVPN4, 0, "06 16 " + rd1 + "0000fde8 20 0a010001 20 ef010101"},
	{"an MVPN Source Tree Join route", MVPN4, 0, "07 16 " + rd1 + "0000fde8 20 0a010001 20 ef010101"},
	{"an MVPN Leaf A-D route", MVPN6, 0, "04 0e 0102030405060708090a 0a010001"},
	{"an MVPN route of type 0", MVPN4, 0, "00 02 0102"},
	{"an MVPN route for mLDP", MVPN4, 0, "43 04 01020304"},
	{"an SR Policy", SRPolicy4, 0, "60 00000001 00000064 0a010001"},
	{"an IPv6 SR Policy", SRPolicy6, 0, "c0 00000001 00000064 20010db8000000000000000000000001"},
	{"a MUP route", MUP4, 0, "01 0001 0b " + rd1 + "10 0a01"},
	{"a MUP Interwork Segment Discovery route with host bits", MUP6, 0, "01 0001 0d " + rd1 + "1d 20010dbf"},
	{"a MUP Direct Segment Discovery route", MUP4, 0, "01 0002 0c " + rd1 + "0a010001"},
	{"a MUP Direct Segment Discovery route over IPv6", MUP4, 0, "01 0002 18 " + rd1 + v6a},
	{"a MUP Type 1 Session Transformed route", MUP4, 0, "01 0003 17 " + rd1 + "20 c0a80001 00003039 09 20 0a000001"},
	{"a MUP Type 1 Session Transformed route with a TLV", MUP4, 0, "01 0003 1c " + rd1 + "20 c0a80001 00003039 09 20 0a000001 00 8002aabb"},
	{"a MUP Type 1 Session Transformed route with a source", MUP6, 0, "01 0003 38 " + rd1 + "40 20010db800000001 0000303a 05 80" + v6a + "80" + v6b},
	{"a MUP Type 2 Session Transformed route without TEID", MUP4, 0, "01 0004 0d " + rd1 + "20 0a000001"},
	{"a MUP Type 2 Session Transformed route with 4 bits of TEID", MUP4, 0, "01 0004 0e " + rd1 + "24 0a000001 af"},
	{"a MUP Type 2 Session Transformed route with a TLV", MUP4, 0, "01 0004 16 " + rd1 + "40 0a000001 00003039 0103010203"},
	{"a MUP Type 2 Session Transformed route with an empty TLV", MUP4, 0, "01 0004 0f " + rd1 + "20 0a000001 0900"},
	{"a MUP Type 2 Session Transformed route over IPv6", MUP6, 0, "01 0004 1d " + rd1 + "a0" + v6a + "00003039"},
	{"a MUP route of an unknown type", MUP4, 0, "01 0005 0a " + rd1 + "0102"},
	{"a MUP route of an unknown architecture", MUP6, 0, "02 0001 02 0a01"},
	{"an opaque NLRI with a length in octets", FamilyOf(AFIL2VPN, 99), OpaqueLength8, "03 010203"},
	{"an opaque NLRI with a long length", FamilyOf(AFIL2VPN, 99), OpaqueLength16, "0003 010203"},
	{"an opaque NLRI with a length in bits", FamilyOf(AFIL2VPN, 99), OpaquePrefix, "15 0102ff"},
}

// malformedSamples have the right length and a wrong inside.
var malformedSamples = []sample{
	{"an IPv4 prefix length of 33", IPv4Unicast, 0, "21 c0a8010100"},
	{"an IPv4 prefix length of 200", IPv4Unicast, 0, "c8 " + strings.Repeat("00", 25)},
	{"an IPv6 prefix length of 129", IPv6Unicast, 0, "81 " + strings.Repeat("20", 17)},
	{"a multicast prefix length of 40", IPv4Multicast, 0, "28 0102030405"},
	{"a labeled prefix without a label", IPv4Labeled, 0, "00"},
	{"a labeled prefix shorter than its label", IPv4Labeled, 0, "17 03e811"},
	{"a labeled prefix length of 33", IPv4Labeled, 0, "39 03e811 c0a8010100"},
	{"a label stack without an S bit", IPv4Labeled, LabelStack, "30 03e810 c00002"},
	{"a second label without capability", IPv4Labeled, 0, "50 03e810 000641 c0000201"},
	{"a withdrawn stack of labels without bottom", IPv4Labeled, LabelStack | Withdraw, "50 03e810 000640 c0000201"},
	{"a BGP-LS node whose AS number has an octet", BGPLS, 0, "0001 0012 07 0000000000000000 0100 0005 0200 0001 ff"},
	{"a BGP-LS link whose address has none", BGPLS, 0, "0002 000d 07 0000000000000000 0103 0000"},
	{"a VPN prefix shorter than its RD", VPNv4, 0, "57 03e811 " + rd1},
	{"a VPN prefix length of 33", VPNv4, 0, "79 03e811 " + rd1 + "c0a8010100"},
	{"a VPN label stack without an S bit", VPNv4, LabelStack, "70 03e810 0000 fce8 00000000 c0a802"},
	{"a VPNv6 prefix length of 129", VPNv6, 0, "d9 03e811 " + rd1 + strings.Repeat("20", 17)},
	{"an Ethernet A-D route one octet short", EVPN, 0, "01 18 " + rd1 + esi1 + "ffffffff 0000"},
	{"an Ethernet A-D route one octet long", EVPN, 0, "01 1a " + rd1 + esi1 + "ffffffff 00000000"},
	{"a MAC/IP route of no octets", EVPN, 0, "02 00"},
	{"a MAC length of 40", EVPN, 0, "02 21 " + rd1 + esi0 + "00000000 28 001122334455 00 002710"},
	{"a MAC length of 47", EVPN, 0, "02 21 " + rd1 + esi0 + "00000000 2f 001122334455 00 002710"},
	{"an IP length of 33", EVPN, 0, "02 25 " + rd1 + esi0 + "00000000 " + mac1 + "21 c0a8010a 002710"},
	{"an IP length of 128 with 4 octets", EVPN, 0, "02 25 " + rd1 + esi0 + "00000000 " + mac1 + "80 c0a8010a 002710"},
	{"a MAC/IP route one octet short", EVPN, 0, "02 24 " + rd1 + esi0 + "00000000 " + mac1 + "20 c0a8010a 0027"},
	{"a MAC/IP route one octet long", EVPN, 0, "02 26 " + rd1 + esi0 + "00000000 " + mac1 + "20 c0a8010a 00271000"},
	{"an IMET route without address", EVPN, 0, "03 0d " + rd1 + "00000000 00"},
	{"an IMET route of no octets", EVPN, 0, "03 00"},
	{"an IMET route whose lengths disagree", EVPN, 0, "03 11 " + rd1 + "00000000 80 0a010001"},
	{"an Ethernet Segment route of length 22", EVPN, 0, "04 16 " + rd1 + esi1 + "20 0a0100"},
	{"an Ethernet Segment route of no octets", EVPN, 0, "04 00"},
	{"an IPv4 prefix route of prefix length 33", EVPN, 0, "05 22 " + rd1 + esi0 + "00000000 21 c0a80100 00000000 000064"},
	{"an IPv6 prefix route of prefix length 129", EVPN, 0, "05 3a " + rd1 + esi0 + "00000000 81 " + strings.Repeat("00", 35)},
	{"an IP Prefix route of length 35", EVPN, 0, "05 23 " + rd1 + esi0 + "00000000 18 c0a80100 00000000 00006400"},
	{"an SMET route whose addresses do not fit", EVPN, 0, "06 0f " + rd1 + "00000000 ff 20 ef"},
	{"an SMET route of no octets", EVPN, 0, "06 00"},
	{"an SMET route without flags", EVPN, 0, "06 17 " + rd1 + "00000000 00 20 ef010101 20 0a010001"},
	{"an SMET route of two octets of flags", EVPN, 0, "06 19 " + rd1 + "00000000 00 20 ef010101 20 0a010001 0202"},
	{"an SMET route whose source is 64 bits long", EVPN, 0, "06 20 " + rd1 + "00000000 40 0a01000100000000 20 ef010101 20 0a010001 02"},
	{"an SMET route whose group is 64 bits long", EVPN, 0, "06 1c " + rd1 + "00000000 00 40 ef01010100000000 20 0a010001 02"},
	{"an SMET route whose group passes its end", EVPN, 0, "06 11 " + rd1 + "00000000 00 20 ef0101"},
	{"an SMET route without originator", EVPN, 0, "06 14 " + rd1 + "00000000 00 20 ef010101 00 02"},
	{"a Membership Report Synch route without ESI", EVPN, 0, "07 18 " + rd1 + "00000000 00 20 ef010101 20 0a010001 02"},
	{"a Leave Synch route without response time", EVPN, 0, "08 22 " + rd1 + esi1 + "00000000 00 20 ef010101 20 0a010001 02"},
	{"a Leave Synch route one octet long", EVPN, 0, "08 28 " + rd1 + esi1 + "00000000 00 20 ef010101 20 0a010001 00000000 0a 02 00"},
	{"a Per-Region I-PMSI A-D route one octet long", EVPN, 0, "09 15 " + rd1 + "00000064 0009fde80000000100"},
	{"an S-PMSI A-D route with flags", EVPN, 0, "0a 18 " + rd1 + "00000000 00 20 ef010101 20 0a010001 02"},
	{"an S-PMSI A-D route whose originator is cut", EVPN, 0, "0a 16 " + rd1 + "00000000 00 20 ef010101 20 0a0100"},
	{"a Leaf A-D route without Route Key", EVPN, 0, "0b 05 20 0a010001"},
	{"a Leaf A-D route without originator", EVPN, 0, "0b 13 03 11 " + rd1 + "00000000 20 0a010001"},
	{"a Leaf A-D route of no octets", EVPN, 0, "0b 00"},
	{"a Leaf A-D route whose key is no NLRI without originator", EVPN, 0, "0b 08 ffffff 21 0a010002"},
	{"a BGP-LS NLRI without an identifier", BGPLS, 0, "0001 0008 02 00000000000000"},
	{"a BGP-LS TLV cut in its header", BGPLS, 0, "0001 000c 02 0000000000000000 010000"},
	{"a BGP-LS TLV that passes the end", BGPLS, 0, "0001 000e 02 0000000000000000 0100 0002 01"},
	{"a BGP-LS sub-TLV that passes its TLV", BGPLS, 0, "0001 0012 02 0000000000000000 0100 0005 0200 0002 01"},
	{"a BGP-LS sub-TLV of 1 octet", BGPLS, 0, "0001 000e 02 0000000000000000 0100 0001 02"},
	{"BGP-LS TLVs out of order", BGPLS, 0, "0002 0011 02 0000000000000000 0101 0000 0100 0000"},
	{"BGP-LS TLVs of one type out of order by length", BGPLS, 0, "0001 0014 02 0000000000000000 0300 0002 0001 0300 0001 ff"},
	{"BGP-LS TLVs of one type out of order by value", BGPLS, 0, "0001 0013 02 0000000000000000 0300 0001 02 0300 0001 01"},
	{"BGP-LS sub-TLVs out of order", BGPLS, 0, "0001 001d 02 0000000000000000 0100 0010 0203 0004 01010101 0200 0004 0000fde8"},
	{"a BGP-LS sub-TLV that is repeated", BGPLS, 0, "0001 001d 02 0000000000000000 0101 0010 0200 0004 0000fde8 0200 0004 0000fde9"},
	{"a BGP-LS-VPN NLRI without an RD", BGPLSVPN, 0, "0001 0007 00000000000000"},
	{"a BGP-LS-VPN NLRI without an identifier", BGPLSVPN, 0, "0001 0008 " + rd1},
	{"an RT membership of 31 bits", RouteTarget, 0, "1f 0000fde8"},
	{"an RT membership of 1 bit", RouteTarget, 0, "01 00"},
	{"an RT membership of 104 bits", RouteTarget, 0, "68 0000fde8 0002 fde8 00000064 00"},
	{"a flow specification without components", FlowSpec4, 0, "00"},
	{"a flow specification without components, long length", FlowSpec6, 0, "f000"},
	{"a flow specification without end-of-list bit", FlowSpec4, 0, "03 03 01 06"},
	{"a flow specification without operator", FlowSpec4, 0, "01 03"},
	{"a flow specification whose value passes its end", FlowSpec4, 0, "03 03 91 06"},
	{"a flow specification of a prefix length of 33", FlowSpec4, 0, "07 01 21 c0000201 00"},
	{"a flow specification whose prefix passes its end", FlowSpec4, 0, "04 01 18 c000"},
	{"a flow specification that ends behind a type", FlowSpec4, 0, "04 01 08 0a 02"},
	{"a flow specification whose components are out of order", FlowSpec4, 0, "06 03 81 06 01 08 0a"},
	{"a flow specification with a component that is repeated", FlowSpec4, 0, "06 03 81 06 03 81 11"},
	{"a flow specification whose unknown component is out of order", FlowSpec4, 0, "05 03 81 06 00 01"},
	{"an IPv6 flow specification of a prefix length of 129", FlowSpec6, 0, "14 01 81 00" + v6a + "80"},
	{"an IPv6 flow specification whose offset is its length", FlowSpec6, 0, "03 01 40 40"},
	{"an IPv6 flow specification with an offset and no length", FlowSpec6, 0, "03 01 00 01"},
	{"an IPv6 flow specification whose prefix passes its end", FlowSpec6, 0, "04 01 18 00 20"},
	{"an IPv6 flow specification that ends behind a length", FlowSpec6, 0, "02 01 18"},
	{"a VPN flow specification without end-of-list bit", FlowSpecVPN6, 0, "0b " + rd1 + "03 01 06"},
	{"a VPN flow specification shorter than its RD", FlowSpecVPN4, 0, "04 01020304"},
	{"a VPN flow specification without components", FlowSpecVPN6, 0, "08 " + rd1},
	{"an MVPN route of no octets", MVPN4, 0, "01 00"},
	{"an MVPN Intra-AS I-PMSI A-D route one octet long", MVPN4, 0, "01 0d " + rd1 + "0a01000100"},
	{"an MVPN Inter-AS I-PMSI A-D route one octet short", MVPN4, 0, "02 0b " + rd1 + "0000fd"},
	{"an MVPN S-PMSI A-D route without originator", MVPN4, 0, "03 12 " + rd1 + "20 0a010001 20 ef010101"},
	{"an MVPN S-PMSI A-D route without a group", MVPN4, 0, "03 0d " + rd1 + "20 0a010001"},
	{"an MVPN Leaf A-D route without Route Key", MVPN4, 0, "04 04 0a010001"},
	{"an MVPN Source Active A-D route for any source", MVPN4, 0, "05 0e " + rd1 + "00 20 ef010101"},
	{"an MVPN Source Active A-D route one octet long", MVPN4, 0, "05 13 " + rd1 + "20 0a010001 20 ef010101 00"},
	{"an MVPN Shared Tree Join route for any group", MVPN4, 0, "06 12 " + rd1 + "0000fde8 20 0a010001 00"},
	{"an MVPN Source Tree Join route whose source is 33 bits long", MVPN4, 0, "07 17 " + rd1 + "0000fde8 21 0a01000100 20 ef010101"},
	{"an MVPN Source Tree Join route without source AS", MVPN4, 0, "07 12 " + rd1 + "20 0a010001 20 ef010101"},
	{"a MUP route without RD", MUP4, 0, "01 0001 04 01020304"},
	{"a MUP Interwork Segment Discovery route of a prefix length of 33", MUP4, 0, "01 0001 0e " + rd1 + "21 0a01000100"},
	{"a MUP Interwork Segment Discovery route one octet short", MUP4, 0, "01 0001 0a " + rd1 + "10 0a"},
	{"a MUP Interwork Segment Discovery route one octet long", MUP4, 0, "01 0001 0c " + rd1 + "10 0a0100"},
	{"a MUP Direct Segment Discovery route one octet long", MUP4, 0, "01 0002 0d " + rd1 + "0a01000100"},
	{"a MUP Type 1 Session Transformed route without endpoint", MUP4, 0, "01 0003 12 " + rd1 + "20 c0a80001 00003039 09"},
	{"a MUP Type 1 Session Transformed route of an endpoint length of 0", MUP4, 0, "01 0003 13 " + rd1 + "20 c0a80001 00003039 09 00"},
	{"a MUP Type 1 Session Transformed route whose endpoint is cut", MUP4, 0, "01 0003 16 " + rd1 + "20 c0a80001 00003039 09 20 0a0000"},
	{"a MUP Type 1 Session Transformed route of a source length of 1", MUP4, 0, "01 0003 19 " + rd1 + "20 c0a80001 00003039 09 20 0a000001 01 80"},
	{"a MUP Type 1 Session Transformed route with half a TLV", MUP4, 0, "01 0003 19 " + rd1 + "20 c0a80001 00003039 09 20 0a000001 00 80"},
	{"a MUP Type 1 Session Transformed route whose TLV passes its end", MUP4, 0, "01 0003 1c " + rd1 + "20 c0a80001 00003039 09 20 0a000001 00 8003aabb"},
	{"a MUP Type 2 Session Transformed route of an endpoint length of 31", MUP4, 0, "01 0004 0d " + rd1 + "1f 0a000000"},
	{"a MUP Type 2 Session Transformed route of 33 bits of TEID", MUP4, 0, "01 0004 12 " + rd1 + "41 0a000001 0000303980"},
	{"a MUP Type 2 Session Transformed route whose TEID is cut", MUP4, 0, "01 0004 10 " + rd1 + "40 0a000001 000030"},
	{"a MUP Type 2 Session Transformed route with an IPv4 endpoint in IPv6", MUP6, 0, "01 0004 11 " + rd1 + "40 0a000001 00003039"},
	{"an SR Policy with an IPv6 endpoint in IPv4", SRPolicy4, 0, "c0 00000001 00000064 20010db8000000000000000000000001"},
}

func sampleOf(t *testing.T, name string) sample {
	t.Helper()
	for _, s := range soundSamples {
		if s.name == name {
			return s
		}
	}
	t.Fatalf("no sample %q", name)
	return sample{}
}

func mustPrefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }
func mustAddr(s string) netip.Addr     { return netip.MustParseAddr(s) }

func mustRD(s string) RD {
	rd, err := ParseRD(s)
	if err != nil {
		panic(err)
	}
	return rd
}
