//go:build linux

package e2e

// sample is a family with NLRI of every shape and next hops of every length that the family knows.
type sample struct {
	family   family
	nextHops [][]byte
	nlri     [][]byte
}

var (
	hop4   = octets("0A010001")
	hop6   = octets("20010DB8 00000000 00000000 00000001")
	hopLL  = octets("FE800000 00000000 00000000 00000001")
	zeroRD = make([]byte, 8)
	rd0    = octets("0000 FDE8 00000001")
	rd1    = octets("0001 0A010001 0064")
	rd2    = octets("0002 FA56EA00 0007")
	esi    = octets("00112233445566778899")
)

func evpnNLRI(kind byte, parts ...[]byte) []byte { return join([]byte{kind}, withLen8(join(parts...))) }

func linkStateNLRI(kind int, parts ...[]byte) []byte { return tlv(kind, join(parts...)) }

// furtherEVPN are the multicast types of RFC 9251 and RFC 9572 and types that nobody has defined.
var furtherEVPN = [][]byte{
	evpnNLRI(6, rd1, octets("00000000 00 20 EF010101 20 0A010001 02")),
	evpnNLRI(7, rd1, esi, octets("00000000 20 0A090001 20 EF010101 20 0A010001 02")),
	evpnNLRI(8, rd1, esi, octets("00000000 00 20 EF010101 20 0A010001 00000001 05 02")),
	evpnNLRI(9, rd1, octets("00000000 0009FDE800000000")),
	evpnNLRI(10, rd1, octets("00000000 00 20 EF010101 20 0A010001")),
	evpnNLRI(11, evpnNLRI(10, rd1, octets("00000000 00 20 EF010101 20 0A010001")), octets("20 0A010001")),
	evpnNLRI(0, rd1), evpnNLRI(12), evpnNLRI(99, octets("DEADBEEF")), evpnNLRI(255, repeat(0xff, 255)),
}

// node is a node descriptor (local 256, remote 257) of an IS-IS router.
func node(code int, last byte) []byte {
	return tlv(code, join(tlv(512, u32(65000)), tlv(513, u32(0)), tlv(515, []byte{0, 0, 0, 0, 0, last})))
}

var samples = []sample{
	{ipv4, [][]byte{hop4}, [][]byte{
		octets("00"), octets("08 0A"), octets("11 0AFFFF"), octets("18 C00002"), octets("19 C0000280"), octets("20 C0000201"),
	}},
	{ipv6, [][]byte{hop6, join(hop6, hopLL)}, [][]byte{
		octets("00"), octets("20 20010DB8"), octets("31 20010DB80000FF"), octets("40 20010DB800010002"), octets("80 20010DB8000000000000000000000001"),
	}},
	{ipv4Labeled, [][]byte{hop4}, [][]byte{
		octets("30 03E811 C00002"), octets("38 03E8 1F C0000201"), octets("20 03E800 0A"), octets("18 000031"),
	}},
	{ipv6Labeled, [][]byte{hop6, join(hop6, hopLL)}, [][]byte{
		octets("58 03E811 20010DB800010002"), octets("98 03E810 20010DB8000000000000000000000001"), octets("18 000021"),
	}},
	{vpnv4, [][]byte{join(zeroRD, hop4)}, [][]byte{
		join(octets("70 03E811"), rd0, octets("0A0100")), join(octets("78 03E810"), rd1, octets("C0000201")), join(octets("58 000001"), rd2),
		join(octets("59 00000F"), rd2, octets("FF")),
	}},
	{vpnv6, [][]byte{join(zeroRD, hop6), join(zeroRD, hop6, zeroRD, hopLL)}, [][]byte{
		join(octets("98 03E811"), rd0, octets("20010DB800010002")), join(octets("D8 03E810"), rd1, octets("20010DB8000000000000000000000001")), join(octets("58 000001"), rd2),
	}},
	{evpn, [][]byte{hop4, hop6}, append([][]byte{
		evpnNLRI(1, rd1, esi, octets("FFFFFFFF 000000")),
		evpnNLRI(2, rd1, esi, octets("00000000 30 001122334455 00 002710")),
		evpnNLRI(2, rd1, esi, octets("00000000 30 001122334455 20 C0A8010A 002710")),
		evpnNLRI(2, rd1, esi, octets("00000064 30 001122334456 20 C0A8010B 002710 0003E8")),
		evpnNLRI(2, rd1, esi, octets("00000000 30 001122334457 80 20010DB8000000000000000000000001 002710 0003E8")),
		evpnNLRI(3, rd1, octets("00000000 20 0A010001")),
		evpnNLRI(3, rd1, octets("00000000 80"), hop6),
		evpnNLRI(4, rd1, esi, octets("20 0A010001")),
		evpnNLRI(4, rd1, esi, octets("80"), hop6),
		evpnNLRI(5, rd1, make([]byte, 10), octets("00000000 18 C0A80100 00000000 0003E8")),
		evpnNLRI(5, rd1, esi, octets("00000000 20 C0A80101 0A010001 000000")),
		evpnNLRI(5, rd1, esi, octets("00000000 40 20010DB8000100020000000000000000"), hop6, octets("0003E8")),
	}, furtherEVPN...)},
	{vpls, [][]byte{hop4, hop6}, [][]byte{
		withLen16(join(rd1, octets("0001 0001 0008 186A01"))),                      // RFC 4761
		withLen16(join(rd1, octets("0A010001"))),                                   // RFC 6074
		withLen16(join(rd2, octets("0002 0009 0008 186A11"))),                      // RFC 4761
		withLen16(join(rd0, octets("0A010002"))),                                   // RFC 6074
		withLen16(join(rd0, octets("0A01000203"))),                                 // nobody's: 13 octets
		withLen16(join(rd2, octets("0002 0011 0008 186A21"), octets("0000 0000"))), // nobody's: 21 octets
	}},
	{bgpLS, [][]byte{hop4, hop6}, [][]byte{
		linkStateNLRI(1, []byte{2}, make([]byte, 8), node(256, 1)),
		linkStateNLRI(2, []byte{2}, make([]byte, 8), node(256, 1), node(257, 2), tlv(259, hop4), tlv(260, hop4)),
		linkStateNLRI(3, []byte{2}, make([]byte, 8), node(256, 1), tlv(265, octets("18 0A0101"))),
		linkStateNLRI(4, []byte{2}, make([]byte, 8), node(256, 1), tlv(263, u16(2)), tlv(265, octets("40 20010DB800010002"))),
		linkStateNLRI(6, []byte{2}, make([]byte, 8), node(256, 1), tlv(518, octets("FCBB0000 00010000 00000000 00000001"))),
		linkStateNLRI(999, octets("00112233")),
	}},
	{bgpLSVPN, [][]byte{join(zeroRD, hop4), join(zeroRD, hop6)}, [][]byte{
		linkStateNLRI(1, rd1, []byte{2}, make([]byte, 8), node(256, 1)),
		linkStateNLRI(2, rd1, []byte{2}, make([]byte, 8), node(256, 1), node(257, 2)),
		linkStateNLRI(999, rd1, octets("00112233")),
	}},
}

// knownAttributes has every attribute whose meaning a reflector may know, with values that tempt it to rewrite them.
func knownAttributes(localPref bool) [][]byte {
	list := [][]byte{
		attribute(transitive, attrOrigin, []byte{2}),
		attribute(transitive|extended, attrASPath, octets("02 02 0000FDE9 FA56EA00 01 02 0000FDEA 0000FDEB")), // extended length it would not need
		attribute(optional, attrMED, u32(77)),
	}
	if localPref {
		list = append(list, attribute(transitive, attrLocalPref, u32(200)))
	}
	return append(list,
		attribute(transitive, attrAtomicAggregate),
		attribute(optional|transitive, attrAggregator, u32(4200000000), hop4),
		attribute(optional|transitive, attrCommunities, octets("FDE80001 FDE80001 00000000 FFFF029A")),
		attribute(optional|transitive, attrExtCommunities, octets(`
			0002FDE800002710 0102 0A010001 0064 0202 FA56EA00 0064  030C000000000008 0600 01 00 00000005 0601 01 00 00 000064
			0602 001122334455 0603 001122334455 800A 13 00 05DC 0000 030D000000000000 8FAB010203040506 4004FDE84E95 02F9 030B 0000 00000064`)),
		attribute(optional|transitive, attrPMSI, octets("00 06 002710 0A010001")),
		attribute(optional|transitive, attrTunnelEncap, octets("0008 0010 0106 0A0100010001 8000 02 1234 7F 01 AA")),
		attribute(optional|transitive, attrIPv6ExtComms, octets("0002"), hop6, octets("0064"), octets("400B"), hop6, octets("0001")),
		attribute(optional, attrAIGP, octets("01 000B 0000000000000064")),
		attribute(optional, attrBGPLS, tlv(1026, []byte("router-1")), octets("FFFE 0002 0102")),
		attribute(optional|transitive, attrLarge, u32(65000), u32(1), u32(2)),
		attribute(optional|transitive|extended, attrOTC, u32(65000)),
		attribute(optional|transitive|partial, attrDPath, octets("01 0000FDE8 0001 46")),
		attribute(optional|transitive, attrPrefixSID, octets("05 0022 00 01 001E 00 FCBB0000000100000000000000000001 00 0012 00 01 0006 201010000000")),
		attribute(optional|transitive|partial, attrSet, u32(65001), attribute(transitive, attrOrigin, []byte{0})),
	)
}

// unknownAttributes has attributes that nobody has defined, in ascending order.
func unknownAttributes() [][]byte {
	return [][]byte{
		attribute(transitive, attrOrigin, []byte{0}),
		asSequence(65010),
		attribute(transitive, attrLocalPref, u32(100)),
		attribute(optional|transitive, attrExtCommunities, octets("0002FDE800002710")),
		attribute(optional|transitive, 99, octets("DEAD")),                  // Partial is set on the way
		attribute(optional|transitive|partial, 100, octets("BEEF")),         // Partial already
		attribute(optional|transitive|extended, 101, octets("00010203")),    // an extended length it would not need
		attribute(optional, 102, octets("0102")),                            // non-transitive: dropped by a reflector
		attribute(optional|transitive, 103, repeat(0x5a, 700)),              // needs its extended length
		attribute(optional|transitive, 104),                                 // empty
		attribute(optional|transitive, 255, octets("01 02 03 04 05 06 07")), // the experimental code
	}
}
