package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/osrg/gobgp/v4/pkg/packet/bgp"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// agree says where the two sides do not read the same, or do not write it the same again.
func agree(all []message) error {
	var o ours
	var g gobgp
	for i := range all {
		m := &all[i]
		if a, b := o.text(m), g.text(m); a != b {
			return fmt.Errorf("message %d: read as\n%sby GoBGP as\n%s", i, a, b)
		}
		o.write(m)
		if a, b := o.out, g.message(m); !bytes.Equal(a, b) {
			return fmt.Errorf("message %d: written as\n%x\nby GoBGP as\n%x", i, a, b)
		}
	}
	return nil
}

// agreeReflected says where the two sides do not reflect the same attributes to the same octets.
func agreeReflected(all []message) error {
	var o ours
	for i := range all {
		o.reflect(&all[i])
		if a, b := o.out, new(gobgp).reflectedOctets(&all[i]); !bytes.Equal(a, b) {
			return fmt.Errorf("message %d: reflected as\n%x\nby GoBGP as\n%x", i, a, b)
		}
	}
	return nil
}

// text is what the decoded message says, a line for each NLRI and one for the attributes.
func (o *ours) text(m *message) string {
	var b strings.Builder
	u := o.parse(m)
	reach, _ := u.Reach()
	for _, n := range reach.List.All() {
		if r, ok := nlri.AsMACIP(n); ok && reach.Family == nlri.EVPN {
			second, _ := r.Label2()
			fmt.Fprintln(&b, r.RD(), r.EthernetTag(), r.MAC(), r.IP(), r.Label1().VNI(), second.VNI())
		} else if l, ok := nlri.AsLinkState(reach.Family, n); ok {
			near, _ := l.TLVs().IPv4Interface()
			far, _ := l.TLVs().IPv4Neighbor()
			fmt.Fprintln(&b, uint8(l.Protocol()), l.Identifier(), describe(l.LocalNode()), describe(l.RemoteNode()), near, far)
		} else {
			rd, _ := nlri.AsRD(reach.Family, 0, n)
			fmt.Fprintln(&b, rd, nlri.AsPrefix(reach.Family, 0, n), nlri.AsLabels(reach.Family, 0, n).At(0))
		}
	}
	fmt.Fprint(&b, reach.NextHop.Addr())
	for a := range u.Attrs().All() {
		if a.Code != wire.AttrMPReach {
			fmt.Fprintf(&b, " %d:%d", a.Code, len(a.Value))
		}
		if a.Code == wire.AttrLinkState {
			for t := range wire.AsLinkState(a.Value).All() {
				fmt.Fprintf(&b, " %d", t.Type)
			}
		}
	}
	return b.String() + "\n"
}

func describe(node nlri.TLVs) string {
	as, _ := node.AS()
	id, _ := node.IGPRouterID()
	return fmt.Sprintf("%d/%x", as, []byte(id))
}

func (g *gobgp) text(m *message) string {
	var b strings.Builder
	parsed := g.parse(m)
	reach := reachOf(parsed)
	for _, n := range reach.Value {
		switch n := n.NLRI.(type) {
		case *bgp.EVPNNLRI:
			r := n.RouteTypeData.(*bgp.EVPNMacIPAdvertisementRoute)
			fmt.Fprintln(&b, r.RD, r.ETag, r.MacAddress, r.IPAddress, r.Labels[0], r.Labels[1])
		case *bgp.LsAddrPrefix:
			l := n.NLRI.(*bgp.LsLinkNLRI)
			var link bgp.LsLinkDescriptor
			link.ParseTLVs(l.LinkDesc)
			fmt.Fprintln(&b, uint8(l.ProtocolID), l.Identifier, g.describe(l.LocalNodeDesc), g.describe(l.RemoteNodeDesc),
				link.InterfaceAddrIPv4, link.NeighborAddrIPv4)
		case *bgp.LabeledVPNIPAddrPrefix:
			fmt.Fprintln(&b, n.RD, n.Prefix, n.Labels.Labels[0])
		}
	}
	fmt.Fprint(&b, reach.Nexthop)
	for _, a := range parsed.Body.(*bgp.BGPUpdate).PathAttributes {
		if a != bgp.PathAttributeInterface(reach) {
			octets, _ := a.Serialize()
			fmt.Fprintf(&b, " %d:%d", a.GetType(), len(octets)-3)
		}
		if ls, ok := a.(*bgp.PathAttributeLs); ok {
			for _, t := range ls.TLVs {
				fmt.Fprintf(&b, " %d", t.GetLsTLV().Type)
			}
		}
	}
	return b.String() + "\n"
}

func (g *gobgp) describe(node bgp.LsTLVInterface) string {
	for _, t := range node.(*bgp.LsTLVNodeDescriptor).SubTLVs {
		if id, ok := t.(*bgp.LsTLVIgpRouterID); ok {
			return fmt.Sprintf("%d/%x", node.(*bgp.LsTLVNodeDescriptor).Extract().Asn, id.RouterID)
		}
	}
	return ""
}
