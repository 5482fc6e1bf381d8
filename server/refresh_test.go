package server

import (
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// enhanced is an OPEN with the capability of RFC 7313.
func enhanced(id byte) wire.Open {
	o := ipv4(id)
	o.Capabilities = o.Capabilities.AppendFlag(wire.CapEnhancedRefresh)
	return o
}

func TestARefreshStandsBetweenItsMarks(t *testing.T) {
	r := run(t, Config{Neighbors: clients("127.0.0.2", "127.0.0.3")})
	a, b := r.up("127.0.0.2", ipv4(2)), r.up("127.0.0.3", enhanced(3))
	b.told()
	a.send(announce(plain, "10.1.0.0/16"))
	b.update()
	b.send(wire.AppendRouteRefresh(nil, nlri.IPv4Unicast, wire.RefreshRequest))
	mark := func(want wire.RefreshKind) {
		kind, body := b.next()
		if m, bad := wire.ParseRouteRefresh(body); kind != wire.TypeRouteRefresh || bad != nil || m.Subtype != want || m.Family != nlri.IPv4Unicast {
			t.Fatalf("%v % x came, want mark %d", kind, body, want)
		}
	}
	mark(wire.BeginOfRefresh)
	if u, _ := b.update(); u.Announced().Len() != 1 {
		t.Error("the refresh did not tell the route again")
	}
	mark(wire.EndOfRefresh)
}

func TestWhatANeighborsRefreshLeavesOutIsWithdrawn(t *testing.T) {
	r := run(t, Config{Shards: 1, Neighbors: clients("127.0.0.2", "127.0.0.3")})
	a, b := r.up("127.0.0.2", enhanced(2)), r.up("127.0.0.3", ipv4(3))
	b.told()
	a.send(announce(plain, "10.1.0.0/16", "10.2.0.0/16"))
	b.update()
	for _, f := range []nlri.Family{nlri.VPNv4, nlri.IPv4Unicast} { // the first is not negotiated
		a.send(wire.AppendRouteRefresh(nil, f, wire.BeginOfRefresh))
		if f == nlri.IPv4Unicast {
			a.send(announce(plain, "10.1.0.0/16"))
		}
		a.send(wire.AppendRouteRefresh(nil, f, wire.EndOfRefresh))
	}
	u, _ := b.update()
	for _, n := range u.Withdrawn().All() {
		if string(n) != prefix("10.2.0.0/16") {
			t.Errorf("%x was withdrawn", n)
		}
	}
	if u.Withdrawn().Len() != 1 || r.received("127.0.0.2", nlri.IPv4Unicast) != 1 {
		t.Errorf("%d routes were withdrawn, %d are left, want one of each", u.Withdrawn().Len(), r.received("127.0.0.2", nlri.IPv4Unicast))
	}
}
