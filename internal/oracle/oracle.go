// Package oracle holds what tests compare the product with, as naive as can be: a reflector of maps
// and full recomputation, which shares no code with the table and may import wire and nlri; and, in
// the files strict*.go, a strict decoder that imports the standard library alone.
package oracle

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// Peer is a neighbor: where its routes come from and what it may be told.
type Peer struct {
	Role          string // as configuration spells it, or "local"
	Internal      bool
	RouterID      wire.RouterID
	Address       netip.Addr
	ClusterID     wire.RouterID
	LocalRouterID wire.RouterID
	LocalASN      uint32
	AddPath       int // paths it is told of each NLRI; 0 the best without identifier, 255 all
	View          int
	Hears         func(attrs wire.Attrs) bool // nil = everything

	TwoOctetAS      bool // AS numbers have 2 octets
	ExtendedNextHop bool // it takes IPv4 routes with an IPv6 next hop (RFC 8950)
}

// Route is one route as a neighbor announced it: attributes without next hop.
type Route struct {
	NLRI    nlri.NLRI
	PathID  nlri.PathID
	NextHop wire.NextHop
	Attrs   wire.Attrs
	Views   []int // nil = everyone
}

// Told is one route as a neighbor is told it.
type Told struct {
	NLRI    string
	NextHop string
	Attrs   string
}

// Reflector holds what every neighbor announced of one family.
type Reflector struct {
	Family nlri.Family
	peers  map[int]Peer
	routes map[int]map[id]Route
}

type id struct {
	key    string
	pathID nlri.PathID
}

// New is a reflector without neighbors.
func New(f nlri.Family) *Reflector {
	return &Reflector{f, map[int]Peer{}, map[int]map[id]Route{}}
}

// Up adds a neighbor without routes. Numbers break the last ties, as identifiers do.
func (r *Reflector) Up(n int, p Peer) { r.peers[n], r.routes[n] = p, map[id]Route{} }

// Down removes a neighbor and its routes.
func (r *Reflector) Down(n int) { delete(r.peers, n); delete(r.routes, n) }

// Key is the identity of an NLRI.
func (r *Reflector) Key(n nlri.NLRI) string { return string(nlri.AppendKey(nil, r.Family, 0, n)) }

// Announce adds or replaces a route.
func (r *Reflector) Announce(n int, x Route) { r.routes[n][id{r.Key(x.NLRI), x.PathID}] = x }

// Withdraw removes a route.
func (r *Reflector) Withdraw(n int, x nlri.NLRI, pathID nlri.PathID) {
	delete(r.routes[n], id{r.Key(x), pathID})
}

// Routes are those that a neighbor announces, by key and Path Identifier.
func (r *Reflector) Routes(n int) []Route {
	var all []Route
	for k, x := range r.routes[n] {
		x.PathID = k.pathID
		all = append(all, x)
	}
	slices.SortFunc(all, func(a, b Route) int {
		return cmp.Or(cmp.Compare(r.Key(a.NLRI), r.Key(b.NLRI)), cmp.Compare(a.PathID, b.PathID))
	})
	return all
}

type candidate struct {
	from   int
	route  Route
	pathID nlri.PathID
}

// View is what a neighbor holds when nothing more is to come: by key, in rank order.
func (r *Reflector) View(to int) map[string][]Told {
	byKey := map[string][]candidate{}
	for from, routes := range r.routes {
		for k, x := range routes {
			byKey[k.key] = append(byKey[k.key], candidate{from, x, k.pathID})
		}
	}
	view := map[string][]Told{}
	for key, all := range byKey {
		for _, c := range r.selected(to, all) {
			p := r.peers[to]
			// RFC 4684 §3.2: a client is told the best path of a membership even if it is its own.
			own := c.from == to && !(r.Family == nlri.RouteTarget && p.Role == "client")
			if own || p.Hears != nil && !p.Hears(c.route.Attrs) {
				continue
			}
			view[key] = append(view[key], Told{string(c.route.NLRI), string(c.route.NextHop), string(r.rewritten(c, to))})
		}
	}
	return view
}

func (r *Reflector) selected(to int, all []candidate) []candidate {
	p := r.peers[to]
	var visible []candidate
	for _, c := range all {
		if c.route.Views == nil || slices.Contains(c.route.Views, p.View) {
			visible = append(visible, c)
		}
	}
	ranked := r.ranked(visible)
	bestOrNothing := p.AddPath == 0 && p.Role != "route-server-client" && p.Role != "feed" && p.View == 0 &&
		!(r.Family == nlri.RouteTarget && p.Role == "non-client") // RFC 4684 §3.2
	if bestOrNothing && len(ranked) > 0 {
		ranked = ranked[:1]
	}
	var eligible []candidate
	for _, c := range ranked {
		if r.eligible(c, p) {
			eligible = append(eligible, c)
		}
	}
	most := max(p.AddPath, 1)
	if p.AddPath == 255 || len(eligible) < most {
		return eligible
	}
	return eligible[:most]
}

func (r *Reflector) eligible(c candidate, to Peer) bool {
	from := r.peers[c.from].Role
	if to.Role == "feed" && from != "local" || from == "feed" || from == "non-client" && to.Role == "non-client" {
		return false
	}
	if longest, ok := longestNextHop[r.Family]; ok && len(c.route.NextHop) > longest && !to.ExtendedNextHop {
		return false
	}
	if _, ok := c.route.Attrs.Find(wire.AttrASPath); !ok && !to.Internal {
		return false
	}
	for community := range communities(c.route.Attrs) {
		if community == 0xffffff02 || !to.Internal && (community == 0xffffff01 || community == 0xffffff03) {
			return false
		}
	}
	return true
}

// longestNextHop is the longest next hop with an IPv4 address, of the families that RFC 8950 is about.
var longestNextHop = map[nlri.Family]int{nlri.IPv4Unicast: 4, nlri.IPv4Multicast: 4, nlri.IPv4Labeled: 4, nlri.VPNv4: 12}

func communities(attrs wire.Attrs) map[uint32]bool {
	set := map[uint32]bool{}
	if a, ok := attrs.Find(wire.AttrCommunities); ok {
		for v := a.Value; len(v) >= 4; v = v[4:] {
			set[binary.BigEndian.Uint32(v)] = true
		}
	}
	return set
}

// ranked repeats the choice of RFC 4271 §9.1.2 until nothing is left.
func (r *Reflector) ranked(left []candidate) []candidate {
	var ranked []candidate
	for len(left) > 0 {
		winners := map[uint32]candidate{} // of each neighboring AS, MED compared
		for _, c := range left {
			as := wire.ASPath(value(c, wire.AttrASPath)).NeighborASN()
			if w, ok := winners[as]; !ok || r.before(c, w, true) {
				winners[as] = c
			}
		}
		var best *candidate
		for _, w := range winners {
			if best == nil || r.before(w, *best, false) {
				best = &w
			}
		}
		ranked = append(ranked, *best)
		left = slices.DeleteFunc(slices.Clone(left), func(c candidate) bool {
			return c.from == best.from && c.pathID == best.pathID
		})
	}
	return ranked
}

func value(c candidate, code wire.AttrCode) []byte {
	a, _ := c.route.Attrs.Find(code)
	return a.Value
}

func number(c candidate, code wire.AttrCode, absent uint32) uint32 {
	if v := value(c, code); v != nil {
		return binary.BigEndian.Uint32(v)
	}
	return absent
}

// before compares two routes step by step; lower wins in every column.
func (r *Reflector) before(a, b candidate, med bool) bool {
	return slices.Compare(r.weight(a, med), r.weight(b, med)) < 0
}

func (r *Reflector) weight(c candidate, med bool) []uint64 {
	p := r.peers[c.from]
	w := append([]uint64{1<<32 - uint64(number(c, wire.AttrLocalPref, 100))}, r.place(c)...)
	compared := uint64(0)
	if med {
		compared = uint64(number(c, wire.AttrMED, 0))
	}
	high, low := address(p.Address)
	return append(w,
		truth(p.Role != "local"),
		uint64(wire.ASPath(value(c, wire.AttrASPath)).Len()),
		uint64(value(c, wire.AttrOrigin)[0]),
		compared,
		truth(p.Internal),
		uint64(number(c, wire.AttrOriginatorID, binary.BigEndian.Uint32(p.RouterID[:]))),
		uint64(len(value(c, wire.AttrClusterList))),
		high, low, uint64(c.from), uint64(c.pathID),
	)
}

// place is how late a MAC was seen where a route says it is (RFC 7432 §7.7, §15).
func (r *Reflector) place(c candidate) []uint64 {
	w := []uint64{1, 1 << 32, 1, 0, 0, 0}
	if r.Family != nlri.EVPN || c.route.NLRI[0] != 2 {
		return w
	}
	for v := value(c, wire.AttrExtCommunities); len(v) >= 8; v = v[8:] {
		if v[0] != 6 || v[1] != 0 {
			continue
		}
		w[1], w[2] = 1<<32-uint64(binary.BigEndian.Uint32(v[4:])), 0
		if v[2]&1 != 0 {
			w[0] = 0
		}
	}
	if hop := c.route.NextHop.Addr(); w[2] == 0 {
		w[3] = uint64(hop.BitLen())
		w[4], w[5] = address(hop)
	}
	return w
}

func address(a netip.Addr) (high, low uint64) {
	if !a.IsValid() {
		return 0, 0
	}
	b := a.As16()
	return binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
}

func truth(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func (r *Reflector) rewritten(c candidate, to int) []byte {
	from, p := r.peers[c.from], r.peers[to]
	attrs := c.route.Attrs
	e := wire.Export{LocalASN: p.LocalASN, AS4: !p.TwoOctetAS, MEDReceived: from.Role != "local"}
	switch {
	case from.Internal && p.Internal:
		if r.Family == nlri.RouteTarget && p.Role == "client" {
			// RFC 4684 §3.2: the originator is the reflector.
			from.RouterID = p.LocalRouterID
			attrs = without(attrs, wire.AttrOriginatorID)
		}
		attrs = wire.AppendReflected(nil, attrs, wire.Reflection{OriginatorID: from.RouterID, ClusterID: p.ClusterID})
		e.To = wire.Verbatim
	case p.Role == "route-server-client":
		e.To = wire.ToRouteServerClient
	case !p.Internal:
		e.To = wire.ToPeer
	default:
		e.To = wire.ToInternal
	}
	return wire.AppendExported(nil, attrs, e)
}

func without(attrs wire.Attrs, code wire.AttrCode) (rest wire.Attrs) {
	for a := range attrs.All() {
		if a.Code != code {
			rest = append(rest, a.Raw...)
		}
	}
	return rest
}
