package server

import (
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"

	"github.com/dci-rs/dci-rs/fsm"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/wire"
)

// offered are the families of our OPEN.
func (n *Neighbor) offered() []nlri.Family {
	families := slices.AppendSeq(slices.Clone(n.Families), maps.Keys(n.Opaque))
	slices.Sort(families)
	return slices.Compact(families)
}

// withIPv6NextHop are the families whose routes are relayed with an IPv6 next hop (RFC 8950 §4).
var withIPv6NextHop = [...]nlri.Family{nlri.IPv4Unicast, nlri.IPv4Labeled, nlri.VPNv4}

// open is the OPEN sent to the neighbor. It offers only what is kept.
func (n *Neighbor) open() wire.Open {
	families := n.offered()
	c := wire.Capabilities{}.
		AppendFamilies(families...).
		AppendFlag(wire.CapRouteRefresh).
		AppendFlag(wire.CapEnhancedRefresh).
		AppendFlag(wire.CapExtendedMessage).
		AppendAS4(n.LocalASN)
	extended := slices.DeleteFunc(slices.Clone(withIPv6NextHop[:]), func(f nlri.Family) bool { return !slices.Contains(families, f) })
	if len(extended) > 0 {
		c = c.AppendExtendedNextHop(extended...)
	}
	var paths []wire.AddPathEntry
	for _, f := range families {
		var mode wire.AddPathMode
		if n.AddPath[f].Receive {
			mode |= wire.AddPathReceive
		}
		if n.AddPath[f].Send != 0 {
			mode |= wire.AddPathSend
		}
		if mode != 0 {
			paths = append(paths, wire.AddPathEntry{Family: f, Mode: mode})
		}
	}
	if len(paths) > 0 {
		c = c.AppendAddPath(paths...)
	}
	return wire.Open{
		ASN:          n.LocalASN,
		HoldTime:     uint16(max(0, n.HoldTime) / time.Second),
		RouterID:     n.RouterID,
		Capabilities: c,
	}
}

func (p *peer) machine() *fsm.Machine {
	return fsm.New(fsm.Config{
		Local:        p.config.open(),
		PeerASNs:     p.asns,
		Passive:      p.config.Passive,
		MinHoldTime:  p.config.MinHoldTime,
		ConnectRetry: p.config.ConnectRetry,
		SendHold:     p.config.SendHoldTime,
		Jitter:       func() float64 { return 0.75 + 0.25*rand.Float64() },
	})
}

// agreed is what a session that came up on a connection has for as long as it lasts.
func (p *peer) agreed(n wire.Negotiated, local, remote netip.AddrPort) *up {
	n.Families = slices.Clone(n.Families)
	for i := range n.Families {
		f := &n.Families[i]
		f.Receive |= p.config.Opaque[f.Family]
		f.Send |= p.config.Opaque[f.Family]
	}
	u := &up{
		negotiated: &n,
		local:      local,
		remote:     remote,
		peer: rib.Peer{
			ID:            p.id,
			Role:          p.config.Role,
			Internal:      n.Internal,
			ASN:           n.PeerASN,
			LocalASN:      n.LocalASN,
			RouterID:      n.PeerRouterID,
			LocalRouterID: p.config.RouterID,
			ClusterID:     p.server.config.ClusterID,
			Address:       p.config.Address,
			DefaultTarget: p.config.DefaultRT,
			OpaqueDiscard: p.config.OpaqueDiscard,
		},
	}
	_, u.peer.Constrained = n.Family(nlri.RouteTarget)
	for _, f := range n.Families {
		u.groups = append(u.groups, p.group(&n, f, local.Addr()))
	}
	return u
}

// group names the neighbors that are sent the same as this one.
func (p *peer) group(n *wire.Negotiated, f wire.FamilyOptions, local netip.Addr) rib.GroupKey {
	g := rib.GroupKey{
		Family:          f.Family,
		Form:            p.config.Opaque[f.Family],
		Role:            p.config.Role,
		Internal:        n.Internal,
		AS4:             n.AS4,
		ExtendedMessage: n.ExtendedMessage,
		ExtendedNextHop: f.ExtendedNextHop,
		LocalASN:        n.LocalASN,
		LocalRouterID:   p.config.RouterID,
		ClusterID:       p.server.config.ClusterID,
	}
	if f.Send&nlri.AddPath != 0 {
		g.AddPath = p.config.AddPath[f.Family].Send
	}
	if p.config.NextHopSelf || f.Family == nlri.RouteTarget && (p.config.DefaultRT || g.Role == rib.RoleClient) { // RFC 4684 §3.2
		g.NextHop = local.WithZone("")
	}
	return g
}
