package server

import (
	"net/netip"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/wire"
)

const rtBase = "40 01 01 00  40 02 00  40 05 04 00000064"

// tenantRoute is an EVPN IP prefix route, its last octet n, of tenant 65000:rt.
func tenantRoute(n, rt byte) (message []byte, key string) {
	route := nlri.AppendIPPrefix(nil, nlri.IPPrefixFields{RD: nlri.RD{0, 0, 0xfd, 0xe8, 0, 0, 0, rt}, Prefix: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 1, 0, n}), 32)})
	attrs := append(octets(rtBase), octets("c0 10 08 0002fde8 000000")...)
	var w wire.UpdateWriter
	w.Begin(nil, wire.MaxMessage, nlri.EVPN, 0, wire.NextHop{10, 0, 0, 9}, append(attrs, rt))
	w.Add(0, route)
	return w.End(), string(route)
}

// membership is an UPDATE that announces or withdraws the membership of tenant 65000:rt.
func membership(announced bool, rt byte) []byte {
	n := nlri.AppendRTMembership(nil, ourASN, [8]byte{0, 2, 0xfd, 0xe8, 0, 0, 0, rt}, 96)
	var w wire.UpdateWriter
	if announced {
		w.Begin(nil, wire.MaxMessage, nlri.RouteTarget, 0, wire.NextHop{10, 0, 0, 9}, octets(rtBase))
	} else {
		w.BeginWithdraw(nil, wire.MaxMessage, nlri.RouteTarget, 0)
	}
	w.Add(0, n)
	return w.End()
}

// hears reads UPDATEs until a route of EVPN comes or goes, and returns its key.
func (p *wirePeer) hears(announced bool) string {
	p.t.Helper()
	for {
		u, _ := p.update()
		if r, ok := u.Reach(); ok && announced && r.Family == nlri.EVPN {
			for _, n := range r.List.All() {
				return string(n)
			}
		}
		if l, ok := u.Unreach(); ok && !announced && l.Family() == nlri.EVPN {
			for _, n := range l.All() {
				return string(n)
			}
		}
	}
}

func TestRouteTargetsDecideWhoIsToldWhat(t *testing.T) {
	both := []nlri.Family{nlri.EVPN, nlri.RouteTarget}
	r := run(t, Config{Neighbors: []Neighbor{
		neighbor("127.0.0.2", rib.RoleClient, ourASN, both...),
		neighbor("127.0.0.3", rib.RoleClient, ourASN, both...),
		neighbor("127.0.0.4", rib.RoleClient, ourASN, both...),
		neighbor("127.0.0.5", rib.RoleClient, ourASN, both...),
	}})
	source := r.up("127.0.0.2", opening(ourASN, 2, nlri.EVPN)) // does not have the family
	first, one := tenantRoute(1, 1)
	second, two := tenantRoute(2, 2)
	source.send(first)
	source.send(second)
	r.until("both routes are there", func() bool { return r.received("127.0.0.2", nlri.EVPN) == 2 })

	plain := r.up("127.0.0.5", opening(ourASN, 5, nlri.EVPN))
	if got := plain.told(); len(got) != 2 {
		t.Errorf("a neighbor without the family was told %d routes, want both", len(got))
	}

	wants := r.up("127.0.0.3", opening(ourASN, 3, both...))
	wants.send(membership(true, 1))
	wants.send(wire.AppendEndOfRIB(nil, nlri.RouteTarget))
	told := wants.told()
	if _, ok := told[one]; !ok || told[two].attrs != nil {
		t.Errorf("the one who wants tenant 1 was told %d routes, tenant 1's: %v", len(told), ok)
	}

	idle := r.up("127.0.0.4", opening(ourASN, 4, both...))
	idle.send(wire.AppendEndOfRIB(nil, nlri.RouteTarget))
	for key := range idle.told() {
		if key == one || key == two {
			t.Errorf("the one who asked for nothing was told %x", key)
		}
	}

	idle.send(membership(true, 2))
	if got := idle.hears(true); got != two {
		t.Errorf("after joining tenant 2: %x", got)
	}
	idle.send(membership(true, 1))
	if got := idle.hears(true); got != one {
		t.Errorf("after joining tenant 1: %x", got)
	}
	idle.send(membership(false, 2))
	if got := idle.hears(false); got != two {
		t.Errorf("after leaving tenant 2 %x went, want its route", got)
	}
	third, three := tenantRoute(3, 1)
	source.send(third)
	for name, p := range map[string]*wirePeer{"the first of tenant 1": wants, "the second": idle, "the one without the family": plain} {
		if got := p.hears(true); got != three {
			t.Errorf("%s was told %x, want the new route", name, got)
		}
	}
}

// RFC 4684 §3.2: clients are told their own memberships too, so that two PEs of one tenant hear of
// each other; the reflector stands as the originator, lest they drop them.
func TestAClientIsToldItsOwnMembership(t *testing.T) {
	both := []nlri.Family{nlri.EVPN, nlri.RouteTarget}
	r := run(t, Config{Neighbors: []Neighbor{
		neighbor("127.0.0.2", rib.RoleClient, ourASN, both...), neighbor("127.0.0.3", rib.RoleNonClient, ourASN, both...),
	}})
	p := r.up("127.0.0.2", opening(ourASN, 2, both...))
	p.send(membership(true, 7))
	p.send(wire.AppendEndOfRIB(nil, nlri.RouteTarget))
	key := nlri.AppendRTMembership(nil, ourASN, [8]byte{0, 2, 0xfd, 0xe8, 0, 0, 0, 7}, 96)
	routes := map[string]route{}
	for routes[string(key)].attrs == nil {
		u, _ := p.update()
		collect(u, routes)
	}
	got := routes[string(key)]
	if want := "\x80\x09\x04" + string(ourID[:]); got.attrs[wire.AttrOriginatorID] != want {
		t.Errorf("ORIGINATOR_ID %x, want ours", got.attrs[wire.AttrOriginatorID])
	}
	if want := string(r.at.Addr().AsSlice()); got.nextHop != want {
		t.Errorf("next hop %x, want the session's address %x", got.nextHop, want)
	}
	other := r.up("127.0.0.3", opening(ourASN, 3, both...))
	other.send(wire.AppendEndOfRIB(nil, nlri.RouteTarget))
	told := other.told()[string(key)]
	if want := "\x80\x09\x04\x0a\xff\x00\x02"; told.attrs[wire.AttrOriginatorID] != want {
		t.Errorf("a non-client was told ORIGINATOR_ID %x, want the client", told.attrs[wire.AttrOriginatorID])
	}
}

// A neighbor that is to send us everything is told the default membership, and no tenant's (RFC 4684 §4).
func TestANeighborIsToldThatWeWantEveryRouteTarget(t *testing.T) {
	both := []nlri.Family{nlri.EVPN, nlri.RouteTarget}
	asked := neighbor("127.0.0.3", rib.RoleClient, ourASN, both...)
	asked.DefaultRT = true
	r := run(t, Config{Neighbors: []Neighbor{neighbor("127.0.0.2", rib.RoleClient, ourASN, both...), asked}})
	other := r.up("127.0.0.2", opening(ourASN, 2, both...))
	other.send(membership(true, 7))
	r.until("the membership is there", func() bool { return r.received("127.0.0.2", nlri.RouteTarget) == 1 })

	p := r.up("127.0.0.3", opening(ourASN, 3, both...))
	p.send(wire.AppendEndOfRIB(nil, nlri.RouteTarget))
	told := p.told()
	got, ok := told["\x00"]
	if len(told) != 1 || !ok {
		t.Fatalf("it was told %q, want the default membership alone", told)
	}
	if want := string(r.at.Addr().AsSlice()); got.nextHop != want {
		t.Errorf("next hop %x, want the session's address %x", got.nextHop, want)
	}
	p.send(wire.AppendRouteRefresh(nil, nlri.RouteTarget, wire.RefreshRequest))
	again := map[string]route{}
	for again["\x00"].attrs == nil {
		u, _ := p.update()
		collect(u, again)
	}
}
