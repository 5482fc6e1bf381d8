package main

import (
	"bytes"
	"net/netip"
	"slices"

	"github.com/osrg/gobgp/v4/pkg/packet/bgp"
	"github.com/segmentio/fasthash/fnv1a"
)

// families is the session as GoBGP keeps it.
var families = map[bgp.Family]bgp.BGPAddPathMode{bgp.RF_IPv4_VPN: 0, bgp.RF_EVPN: 0, bgp.RF_LS: 0}

var (
	originatorAddr = netip.AddrFrom4(originator)
	clusterAddr    = netip.AddrFrom4(cluster)
)

// gobgp is GoBGP's packet library at work. It gives everything memory of its own, so there is nothing to keep.
type gobgp struct {
	hashes uint64 // mixed, so that the compiler cannot leave them out
}

// parse reads the message and validates the UPDATE, as GoBGP's own server does.
func (g *gobgp) parse(m *message) *bgp.BGPMessage {
	parsed, err := bgp.ParseBGPMessage(m.octets)
	if err != nil {
		panic(err)
	}
	if _, err := bgp.ValidateUpdateMsg(parsed.Body.(*bgp.BGPUpdate), families, false, false, false); err != nil {
		panic(err)
	}
	return parsed
}

func reachOf(m *bgp.BGPMessage) *bgp.PathAttributeMpReachNLRI {
	for _, a := range m.Body.(*bgp.BGPUpdate).PathAttributes {
		if reach, ok := a.(*bgp.PathAttributeMpReachNLRI); ok {
			return reach
		}
	}
	panic("no MP_REACH_NLRI")
}

func (g *gobgp) check(m *message) int { return len(reachOf(g.parse(m)).Value) }

func (g *gobgp) walk(m *message) (octets int) {
	for _, n := range reachOf(g.parse(m)).Value {
		octets += n.NLRI.Len()
	}
	return octets
}

// walkKeys hashes what GoBGP's table tells EVPN routes apart by: FNV-1a of the text of the NLRI.
func (g *gobgp) walkKeys(m *message) (octets int) {
	for _, n := range reachOf(g.parse(m)).Value {
		g.hashes ^= fnv1a.HashString64(n.NLRI.String())
		octets += n.NLRI.Len()
	}
	return octets
}

// reflected is the attributes as they are reflected, MP_REACH_NLRI aside: a list of its own with two more.
func (g *gobgp) reflected(m *message) []bgp.PathAttributeInterface {
	received := m.decoded.Body.(*bgp.BGPUpdate).PathAttributes[1:]
	originatorID, _ := bgp.NewPathAttributeOriginatorId(originatorAddr)
	clusterList, _ := bgp.NewPathAttributeClusterList([]netip.Addr{clusterAddr})
	at := slices.IndexFunc(received, func(a bgp.PathAttributeInterface) bool { return a.GetType() > bgp.BGP_ATTR_TYPE_CLUSTER_LIST })
	return slices.Insert(slices.Clone(received), at, []bgp.PathAttributeInterface{originatorID, clusterList}...)
}

func (g *gobgp) reflect(m *message) int { return len(g.reflectedOctets(m)) }

func (g *gobgp) reflectedOctets(m *message) []byte {
	var out bytes.Buffer
	for _, a := range g.reflected(m) {
		octets, err := a.Serialize()
		if err != nil {
			panic(err)
		}
		out.Write(octets)
	}
	return out.Bytes()
}

func (g *gobgp) write(m *message) int { return len(g.message(m)) }

func (g *gobgp) message(m *message) []byte {
	octets, err := m.decoded.Serialize()
	if err != nil {
		panic(err)
	}
	return octets
}
