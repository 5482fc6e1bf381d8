//go:build linux

package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"
)

// linkState is a BGP-LS route as GoBGP is told to originate it and as others have to see it.
type linkState struct {
	what            string
	words           string // for the command line of GoBGP
	nlri, attribute []byte // on the wire (RFC 9552 §5.2, RFC 9514 §6)
	exaNLRI         string // as ExaBGP decodes them
	exaAttribute    string
}

const (
	exaNode1 = `{"autonomous-system": 65000, "bgp-ls-identifier": "0", "router-id": "000000000001"}`
	exaNode2 = `{"autonomous-system": 65000, "bgp-ls-identifier": "0", "router-id": "000000000002"}`
)

// identified is a BGP-LS NLRI of IS-IS level 2 with Identifier 7.
func identified(kind int, descriptors ...[]byte) []byte {
	return linkStateNLRI(kind, []byte{2}, u32(0), u32(7), join(descriptors...))
}

// No router has descriptors that ExaBGP 4.2 does not know (BGP Router-ID, Member-ASN): it ends the session at them. The SRv6 SID
// comes last: ExaBGP ends the session when an NLRI of a type that it does not know is withdrawn.
var linkStates = []linkState{
	{
		"a node", "node protocol 2 identifier 7 local-asn 65000 local-bgp-ls-id 0 local-igp-router-id 0000.0000.0001 node-name r1 isis-area-id 490001 sr-algorithm 0 1",
		identified(1, node(256, 1)), join(tlv(1026, []byte("r1")), tlv(1027, octets("490001")), tlv(1035, octets("0001"))),
		`{"ls-nlri-type": "bgpls-node", "l3-routing-topology": 7, "protocol-id": 2, "node-descriptors": ` + exaNode1 + `}`,
		`{"node-name": "r1", "area-id": "490001", "sr-algorithms": [0, 1]}`,
	},
	{
		"a link", "link protocol 2 identifier 7 local-asn 65000 local-bgp-ls-id 0 local-igp-router-id 0000.0000.0001 remote-asn 65000 remote-bgp-ls-id 0 remote-igp-router-id 0000.0000.0002" +
			" ipv4-interface-address 10.9.0.1 ipv4-neighbor-address 10.9.0.2 max-link-bandwidth 1000 te-default-metric 50 metric 10",
		identified(2, node(256, 1), node(257, 2), tlv(259, octets("0A090001")), tlv(260, octets("0A090002"))),
		join(tlv(1092, octets("00000032")), tlv(1095, octets("00000A")), tlv(1089, octets("447A0000"))),
		`{"ls-nlri-type": "bgpls-link", "l3-routing-topology": 7, "protocol-id": 2, "local-node-descriptors": ` + exaNode1 + `, "remote-node-descriptors": ` + exaNode2 +
			`, "interface-address": {"interface-address": "10.9.0.1"}, "neighbor-address": {"neighbor-address": "10.9.0.2"}}`,
		`{"te-metric": 50, "igp-metric": 10, "maximum-link-bandwidth": 1000}`,
	},
	{
		"an IPv6 prefix", "prefixv6 protocol 2 identifier 7 local-asn 65000 local-bgp-ls-id 0 local-igp-router-id 0000.0000.0001 ip-reachability-info 2001:db8:77::/64",
		identified(4, node(256, 1), tlv(265, octets("40 20010DB800770000"))), nil,
		`{"ls-nlri-type": "bgpls-prefix-v6", "l3-routing-topology": 7, "protocol-id": 2, "node-descriptors": ` + exaNode1 + `, "ip-reachability-tlv": "2001:db8:77::", "ip-reach-prefix": "2001:db8:77::/64"}`,
		`null`,
	},
	{
		"an SRv6 SID", "srv6sid protocol 2 identifier 7 local-asn 65000 local-bgp-ls-id 0 local-igp-router-id 0000.0000.0001 sids fc00:b100:1:: srv6-endpoint-behavior 48",
		identified(6, node(256, 1), tlv(518, octets("FC00B100000100000000000000000000"))), tlv(1250, octets("0030 00 00")),
		`{"code": 6, "parsed": false, "raw": "063B0200000000000000070100001A020000040000FDE802010004000000000203000600000000000102060010FC00B100000100000000000000000000"}`,
		`{"attribute-not-implemented": "1250"}`,
	},
}

const exaLinkState = "bgp-ls bgp-ls"

func TestLinkStateRoutesOfGoBGPReachGoBGPAndExaBGPAndLeaveOneByOne(t *testing.T) {
	needExaBGP(t)
	release := needGoBGP4(t)
	l := newLab(t)
	t.Parallel()
	r := l.startForPEs([]family{bgpLS}, "", 11, 12, 13)
	origin := startGoBGP(l.host("pe1", "10.255.0.11/24"), release, 65000, 65000, "", "ls")
	reader := startGoBGP(l.host("pe2", "10.255.0.12/24"), release, 65000, 65000, "", "ls")
	exa := startExaBGP(l.host("pe3", "10.255.0.13/24"), 65000, 65000, exaLinkState+";", "")
	observer := r.observer(bgpLS)
	for _, ls := range linkStates {
		origin.must("global rib add -a ls " + ls.words)
	}

	for _, ls := range linkStates {
		observer.must("gets "+ls.what, observer.holds(bgpLS, ls.nlri))
		route, _ := observer.route(bgpLS, ls.nlri)
		if attribute, _ := route.find(attrBGPLS); !bytes.Equal(attribute, ls.attribute) {
			t.Errorf("the raw observer gets %s with attribute %x, expected %x", ls.what, attribute, ls.attribute)
		}
		if !bytes.Equal(route.nextHop, octets("0AFF000B")) {
			t.Errorf("the raw observer gets %s with next hop %x", ls.what, route.nextHop)
		}
	}
	eventually(t, 15*time.Second, "GoBGP reads what GoBGP originates", func() error { return sameLinkStates(origin, reader, len(linkStates)) })
	eventually(t, 15*time.Second, "ExaBGP reads what GoBGP originates", func() error { return exaLinkStates(exa, linkStates) })

	for i, ls := range linkStates {
		origin.must("global rib del -a ls " + ls.words)
		observer.must("loses "+ls.what, observer.lacks(bgpLS, ls.nlri))
		left := linkStates[i+1:]
		eventually(t, 10*time.Second, "GoBGP loses "+ls.what, func() error { return sameLinkStates(origin, reader, len(left)) })
		eventually(t, 10*time.Second, "ExaBGP loses "+ls.what, func() error { return exaLinkStates(exa, left) })
		if heard, err := exa.heard(); err != nil || len(left) > 0 && heard.down > 0 {
			t.Fatalf("ExaBGP's session went at the withdrawal of %s: %v", ls.what, err)
		}
	}
}

// sameLinkStates returns nil if the reader has exactly the n BGP-LS routes of the origin, with their attribute.
func sameLinkStates(origin, reader *gobgp, n int) error {
	want, err := origin.originated("ls")
	if err != nil {
		return err
	}
	got, err := reader.heard("ls")
	if err != nil {
		return err
	}
	var errs []error
	if len(want) != n || len(got) != n {
		errs = append(errs, fmt.Errorf("%d originated, %d read, expected %d", len(want), len(got), n))
	}
	for nlri, paths := range want {
		if len(got[nlri]) != 1 {
			errs = append(errs, fmt.Errorf("%d paths of %s", len(got[nlri]), nlri))
			continue
		}
		read := got[nlri][0]
		if a, b := paths[0].attr(attrBGPLS), read.attr(attrBGPLS); a != b {
			errs = append(errs, fmt.Errorf("%s is originated with %s and read with %s", nlri, a, b))
		}
		for code, value := range map[int]string{attrOriginatorID: `{"type":9,"value":"` + origin.addr + `"}`, attrClusterList: `{"type":10,"value":["` + dci4 + `"]}`} {
			if a := read.attr(code); a != value {
				errs = append(errs, fmt.Errorf("%s is read with %s, expected %s", nlri, a, value))
			}
		}
	}
	return errors.Join(errs...)
}

// exaLinkStates returns nil if ExaBGP has exactly these BGP-LS routes.
func exaLinkStates(exa *exabgp, want []linkState) error {
	heard, err := exa.heard()
	if err != nil {
		return err
	}
	if len(heard.routes) != len(want) {
		return fmt.Errorf("%d routes, expected %d", len(heard.routes), len(want))
	}
	var errs []error
	for _, ls := range want {
		route, err := heard.route(exaLinkState, ls.exaNLRI)
		errs = append(errs, err)
		var attribute any
		errs = append(errs, json.Unmarshal([]byte(ls.exaAttribute), &attribute))
		if fmt.Sprint(route.attribute["bgp-ls"]) != fmt.Sprint(attribute) || route.nextHop != "10.255.0.11" {
			errs = append(errs, fmt.Errorf("%s by %s with %v, expected %v", ls.what, route.nextHop, route.attribute["bgp-ls"], attribute))
		}
	}
	return errors.Join(errs...)
}
