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
	{"an EVPN SMET route whose addresses do not fit", EVPN, 0, "06 0f " + rd1 + "00000000 ff 20 ef"},
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
	{"a BGP-LS-VPN node", BGPLSVPN, 0, "0001 001d " + rd1 + "02 0000000000000000 0100 0008 0200 0004 0000fde8"},
	{"a BGP-LS-VPN NLRI of an unknown type", BGPLSVPN, 0, "0063 0008 " + rd1},
	{"the default RT membership", RouteTarget, 0, "00"},
	{"an RT membership of an AS", RouteTarget, 0, "20 0000fde8"},
	{"an RT membership of 41 bits", RouteTarget, 0, "29 0000fde8 00ff"},
	{"an RT membership of one target", RouteTarget, Withdraw, "60 0000fde8 0002 fde8 00000064"},
	{"a flow specification", FlowSpec4, 0, "08 01 18 c00002 03 81 06"},
	{"an IPv6 flow specification of 240 octets", FlowSpec6, 0, "f0f0 " + strings.Repeat("03", 240)},
	{"a VPN flow specification", FlowSpecVPN4, 0, "0b " + rd1 + "03 81 06"},
	{"a VPN flow specification of 240 octets", FlowSpecVPN4, 0, "f0f0 " + rd1 + strings.Repeat("03", 232)},
	{"an IPv6 VPN flow specification", FlowSpecVPN6, 0, "0b " + rd1 + "03 81 06"},
	{"a layer 2 flow specification", FlowSpecL2VPN, 0, "0b " + rd1 + "0f 81 06"},
	{"an MVPN route", MVPN4, 0, "01 0c " + rd1 + "0a010001"},
	{"an MVPN Source Tree Join route", MVPN4, 0, "07 16 " + rd1 + "0000fde8 20 0a010001 20 ef010101"},
	{"an MVPN Leaf A-D route", MVPN6, 0, "04 0e 0102030405060708090a 0a010001"},
	{"an SR Policy", SRPolicy4, 0, "60 00000001 00000064 0a010001"},
	{"an IPv6 SR Policy", SRPolicy6, 0, "c0 00000001 00000064 20010db8000000000000000000000001"},
	{"a MUP route", MUP4, 0, "01 0001 0b " + rd1 + "10 0a01"},
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
	{"a second label in a withdrawal", IPv4Labeled, LabelStack | Withdraw, "50 03e810 000641 c0000201"},
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
	{"a BGP-LS NLRI without an identifier", BGPLS, 0, "0001 0008 02 00000000000000"},
	{"a BGP-LS TLV cut in its header", BGPLS, 0, "0001 000c 02 0000000000000000 010000"},
	{"a BGP-LS TLV that passes the end", BGPLS, 0, "0001 000e 02 0000000000000000 0100 0002 01"},
	{"a BGP-LS sub-TLV that passes its TLV", BGPLS, 0, "0001 0012 02 0000000000000000 0100 0005 0200 0002 01"},
	{"a BGP-LS sub-TLV of 1 octet", BGPLS, 0, "0001 000e 02 0000000000000000 0100 0001 02"},
	{"BGP-LS TLVs out of order", BGPLS, 0, "0002 0011 02 0000000000000000 0101 0000 0100 0000"},
	{"a BGP-LS-VPN NLRI without an RD", BGPLSVPN, 0, "0001 0007 00000000000000"},
	{"a BGP-LS-VPN NLRI without an identifier", BGPLSVPN, 0, "0001 0008 " + rd1},
	{"an RT membership of 31 bits", RouteTarget, 0, "1f 0000fde8"},
	{"an RT membership of 1 bit", RouteTarget, 0, "01 00"},
	{"an RT membership of 104 bits", RouteTarget, 0, "68 0000fde8 0002 fde8 00000064 00"},
	{"a flow specification without components", FlowSpec4, 0, "00"},
	{"a flow specification without components, long length", FlowSpec6, 0, "f000"},
	{"a VPN flow specification shorter than its RD", FlowSpecVPN4, 0, "04 01020304"},
	{"a VPN flow specification without components", FlowSpecVPN6, 0, "08 " + rd1},
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
