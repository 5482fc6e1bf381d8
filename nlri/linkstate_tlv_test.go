package nlri

import (
	"bytes"
	"net/netip"
	"reflect"
	"slices"
	"testing"
)

// readLinkState reads every descriptor that a fields struct can hold.
func readLinkState(f Family, n NLRI) (LinkStateFields, bool) {
	l, ok := AsLinkState(f, n)
	if !ok {
		return LinkStateFields{}, false
	}
	var got LinkStateFields
	got.RD, _ = AsRD(f, 0, n)
	got.Type, got.Protocol, got.Identifier = l.Type(), l.Protocol(), l.Identifier()
	got.Local, got.Remote = readNode(l.LocalNode()), readNode(l.RemoteNode())
	t := l.TLVs()
	got.LinkLocalID, got.LinkRemoteID, _ = t.LinkIDs()
	got.IPv4Interface, _ = t.IPv4Interface()
	got.IPv4Neighbor, _ = t.IPv4Neighbor()
	got.IPv6Interface, _ = t.IPv6Interface()
	got.IPv6Neighbor, _ = t.IPv6Neighbor()
	if ids, ok := t.MultiTopology(); ok {
		for id := range ids.All() {
			got.MultiTopologyID = id
		}
	}
	got.OSPFRouteType, _ = t.OSPFRouteType()
	got.Prefix, _ = l.Prefix()
	got.SID, _ = t.SID()
	if p, ok := t.CandidatePath(); ok {
		got.CandidatePath = CandidatePathFields{p.ProtocolOrigin(), p.Endpoint(), p.Color(), p.OriginatorAS(), p.Originator(), p.Discriminator()}
	}
	return got, true
}

func readNode(t TLVs) NodeFields {
	var n NodeFields
	n.AS, _ = t.AS()
	n.BGPLSID, _ = t.BGPLSID()
	n.AreaID, _ = t.AreaID()
	n.IGPRouterID, _ = t.IGPRouterID()
	n.BGPRouterID, _ = t.BGPRouterID()
	n.MemberAS, _ = t.MemberAS()
	n.IPv4RouterID, _ = t.IPv4RouterID()
	n.IPv6RouterID, _ = t.IPv6RouterID()
	return n
}

var (
	isisNode = NodeFields{AS: 65000, IGPRouterID: IGPRouterID{0, 0, 0, 0, 0, 1}}
	// linkStateSamples are the fields of samples, by name.
	linkStateSamples = map[string]LinkStateFields{
		"a BGP-LS node": {Type: LinkStateNode, Protocol: 2, Local: isisNode},
		"a BGP-LS link": {Type: LinkStateLink, Protocol: 2, Local: isisNode,
			Remote:        NodeFields{AS: 65000, IGPRouterID: IGPRouterID{0, 0, 0, 0, 0, 2}},
			IPv4Interface: mustAddr("10.0.0.1"), IPv4Neighbor: mustAddr("10.0.0.2")},
		"a BGP-LS link over IPv6": {Type: LinkStateLink, Protocol: 6, IPv6Interface: mustAddr("2001:db8::1"), IPv6Neighbor: mustAddr("2001:db8::2")},
		"a BGP-LS node of OSPF with all descriptors": {Type: LinkStateNode, Protocol: 3, Identifier: 255, Local: NodeFields{
			AS: 4200000000, BGPLSID: mustAddr("0.0.0.0"), AreaID: mustAddr("0.0.0.1"), IGPRouterID: IGPRouterID{1, 1, 1, 1, 10, 0, 0, 1},
			BGPRouterID: mustAddr("10.1.0.1"), MemberAS: 65001, IPv4RouterID: mustAddr("10.2.0.2"), IPv6RouterID: mustAddr("2001:db8::1")}},
		"a BGP-LS IPv4 prefix": {Type: LinkStateIPv4Prefix, Protocol: 3, Identifier: 1,
			Local: NodeFields{IGPRouterID: IGPRouterID{1, 1, 1, 1}}, Prefix: mustPrefix("10.9.0.0/16")},
		"a BGP-LS SR Policy candidate path": {Type: LinkStateSRPolicy, Protocol: 9, Local: NodeFields{IPv4RouterID: mustAddr("10.1.0.1")},
			CandidatePath: CandidatePathFields{2, mustAddr("10.2.0.2"), 100, 65000, mustAddr("10.1.0.1"), 7}},
		"a BGP-LS SR Policy candidate path over IPv6": {Type: LinkStateSRPolicy, Protocol: 9, Local: NodeFields{IPv4RouterID: mustAddr("10.1.0.1")},
			CandidatePath: CandidatePathFields{2, mustAddr("2001:db8::1"), 100, 65000, mustAddr("10.1.0.1"), 7}},
		"a BGP-LS SRv6 SID":            {Type: LinkStateSRv6SID, Protocol: 2, Local: NodeFields{AS: 65000}, SID: mustAddr("2001:db8::1")},
		"a BGP-LS NLRI without a node": {Type: LinkStateNode, Protocol: 2},
		"a BGP-LS-VPN node":            {Type: LinkStateNode, RD: mustRD("10.1.0.1:1"), Protocol: 2, Local: NodeFields{AS: 65000}},
	}
)

func TestLinkStateFieldsAreWrittenAsTheSamplesAndReadAgain(t *testing.T) {
	for name, fields := range linkStateSamples {
		s := sampleOf(t, name)
		want := unhex(s.octets)
		if got := AppendLinkStateFields(nil, s.family, fields); !bytes.Equal(got, want) {
			t.Errorf("%s:\ngot  %x\nwant %x", name, got, want)
		}
		if got, ok := readLinkState(s.family, want); !ok || !reflect.DeepEqual(got, fields) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", name, got, fields)
		}
	}
}

func TestEveryDescriptorIsWrittenInOrder(t *testing.T) {
	node := linkStateSamples["a BGP-LS node of OSPF with all descriptors"].Local
	all := LinkStateFields{
		Type: LinkStateIPv6Prefix, RD: mustRD("65000:1"), Protocol: 6, Identifier: 7, Local: node, Remote: node, LinkLocalID: 1, LinkRemoteID: 2,
		IPv4Interface: mustAddr("10.0.0.1"), IPv4Neighbor: mustAddr("10.0.0.2"), IPv6Interface: mustAddr("2001:db8::1"),
		IPv6Neighbor: mustAddr("2001:db8::2"), MultiTopologyID: 2, OSPFRouteType: OSPFNSSA2, Prefix: mustPrefix("2001:db8::/33"),
		SID: mustAddr("2001:db8::3"), CandidatePath: CandidatePathFields{3, mustAddr("2001:db8::4"), 1, 2, mustAddr("2001:db8::5"), 6},
	}
	n := AppendLinkStateFields([]byte("before"), BGPLSVPN, all)
	if got, ok := readLinkState(BGPLSVPN, n[6:]); !ok || !reflect.DeepEqual(got, all) {
		t.Errorf("%v\ngot  %+v\nwant %+v", Check(BGPLSVPN, 0, n[6:]), got, all)
	}
	without := AppendLinkStateFields(nil, BGPLS, LinkStateFields{CandidatePath: CandidatePathFields{Endpoint: mustAddr("10.0.0.1")}, Type: LinkStateSRPolicy})
	if got, _ := readLinkState(BGPLS, without); got.CandidatePath.Originator != netip.IPv4Unspecified() {
		t.Errorf("a candidate path without originator: %+v", got.CandidatePath)
	}
}

func TestDescriptorsOfWrongLengthsAreMalformed(t *testing.T) {
	right := map[uint16][]int{
		512: {4}, 513: {4}, 514: {4}, 515: {0, 4, 6, 7, 8, 20}, 516: {4}, 517: {4}, 258: {8}, 259: {4}, 260: {4}, 261: {16}, 262: {16},
		263: {2, 4, 6}, 264: {1}, 265: {1, 17}, 518: {16}, 1028: {4}, 1029: {16}, 9999: {0, 1, 70},
	}
	for kind, lengths := range right {
		for length := range 24 {
			descriptor := AppendTLV(nil, kind, make([]byte, length))
			if kind >= 512 && kind < 518 || kind == 1028 || kind == 1029 {
				descriptor = AppendTLV(nil, 256, descriptor)
			}
			err := Check(BGPLS, 0, AppendLinkState(nil, LinkStateLink, 2, 0, descriptor))
			if want := slices.Contains(lengths, length) || kind == 9999 || kind == 515 || kind == 265 && length > 0 && length < 18 || kind == 263 && length > 0 && length%2 == 0; want != (err == nil) {
				t.Errorf("TLV %d of %d octets: %v", kind, length, err)
			}
		}
	}
}

func TestValuesThatSayNothingAreCarriedAndNotRead(t *testing.T) {
	for kind, octets := range map[LinkStateType]string{LinkStateIPv4Prefix: "21 0a00000100", LinkStateIPv6Prefix: "81" + v6a} {
		n := AppendLinkState(nil, kind, 2, 0, AppendTLV(nil, 265, unhex(octets)))
		l, ok := AsLinkState(BGPLS, n)
		if p, read := l.Prefix(); !ok || read {
			t.Errorf("%x: %v, %v", n, ok, p)
		}
	}
	for _, octets := range []string{"00000000", "02 00 0000" + "00000000 00000000 00000000 00000000 0000000000", "02 80 0000" + "00000000 00000000 00000000 00000000 00000000"} {
		if path, ok := TLVs(AppendTLV(nil, 554, unhex(octets))).CandidatePath(); ok {
			t.Errorf("%s is the candidate path %x", octets, path)
		}
	}
}

func TestTopologiesLeaveReservedBitsOut(t *testing.T) {
	ids, ok := TLVs(unhex("0107 0004 f002 0fff")).MultiTopology()
	if got := slices.Collect(ids.All()); !ok || !slices.Equal(got, []uint16{2, 0xfff}) {
		t.Errorf("%v, %v", got, ok)
	}
}

func TestOSPFRouteTypesHaveNames(t *testing.T) {
	for kind, want := range map[OSPFRouteType]string{0: "0", OSPFIntraArea: "intra-area", OSPFNSSA2: "nssa-2", 7: "7"} {
		if kind.String() != want {
			t.Errorf("route type %d is called %q", kind, kind)
		}
	}
}
