package server

import (
	"bytes"
	"strings"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/wire"
)

// TestOctetsPassUnchanged sends routes of every family with every length of next hop, and attributes
// known and unknown, and compares what another client is told, octet for octet.
func TestOctetsPassUnchanged(t *testing.T) {
	const (
		v4     = "0a000009"
		v6     = "20010db8000000000000000000000009"
		v6ll   = "fe800000000000000000000000000009"
		rd     = "0000000000000000"
		opaque = nlri.Family(25<<8 | 99)
		lsNode = "0001 0015 02 0000000000000000 0100 0008 0200 0004 0000fde8"
	)
	for _, tt := range []struct {
		name    string
		family  nlri.Family
		nextHop []string
		nlri    []string
	}{
		{"ipv4", nlri.IPv4Unicast, []string{v4, v6, v6 + v6ll}, []string{"00", "10 0a01", "20 0a010203"}},
		{"ipv6", nlri.IPv6Unicast, []string{v6, v6 + v6ll}, []string{"00", "30 20010db80001", "80 20010db8000000000000000000000001"}},
		{"ipv4-labeled", nlri.IPv4Labeled, []string{v4, v6, v6 + v6ll}, []string{"28 000641 0a01", "28 000640 0a02"}},
		{"ipv6-labeled", nlri.IPv6Labeled, []string{v6, v6 + v6ll}, []string{"48 000641 20010db80001"}},
		{"vpnv4", nlri.VPNv4, []string{rd + v4, rd + v6, rd + v6 + rd + v6ll}, []string{"68 000641 0000fde800000001 0a01", "70 000651 00010a0000010001 0a0203"}},
		{"vpnv6", nlri.VPNv6, []string{rd + v6, rd + v6 + rd + v6ll}, []string{"88 000641 0000fde800000001 20010db80001"}},
		{"evpn", nlri.EVPN, []string{v4, v6}, []string{
			"01 19 00010a0000010064 00112233445566778899 ffffffff 000000",
			"02 21 00010a0000010064 00000000000000000000 00000000 30 001122334455 00 000064",
			"02 28 00010a0000010064 00000000000000000000 00000000 30 001122334455 20 c0a8010a 000064 0003e8",
			"03 11 00010a0000010064 00000000 20 0a000001",
			"04 17 00010a0000010000 00112233445566778899 20 0a000001",
			"05 22 00010a0000010064 00000000000000000000 00000000 18 c0a80100 00000000 000064",
			"06 18 00010a0000010064 00000000 00 20 ef010101 20 0a000001 02",
			"63 05 0102030405",
		}},
		{"vpls", nlri.VPLS, []string{v4, v6}, []string{"0011 00010a0000010064 0001 0001 0008 0186a0", "000c 00010a0000010064 0a000001"}},
		{"bgp-ls", nlri.BGPLS, []string{v4, v6}, []string{lsNode, "00ff 0003 010203"}},
		{"bgp-ls-vpn", nlri.BGPLSVPN, []string{rd + v4, rd + v6}, []string{"0001 001d 0000fde800000001 02 0000000000000000 0100 0008 0200 0004 0000fde8"}},
		{"an opaque family", opaque, []string{v4, v6}, []string{"03 010203", "00"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := Config{Neighbors: clients("127.0.0.2", "127.0.0.3")}
			for i := range c.Neighbors {
				c.Neighbors[i].Families = []nlri.Family{tt.family}
				if tt.family == opaque {
					c.Neighbors[i].Families, c.Neighbors[i].Opaque = nil, map[nlri.Family]nlri.Form{opaque: nlri.OpaqueLength8}
				}
			}
			r := run(t, c)
			open := func(id byte) wire.Open {
				o := opening(ourASN, id, tt.family)
				o.Capabilities = o.Capabilities.AppendExtendedNextHop(nlri.IPv4Unicast, nlri.IPv4Labeled, nlri.VPNv4)
				return o
			}
			a, b := r.up("127.0.0.2", open(2)), r.up("127.0.0.3", open(3))
			if tt.family == opaque {
				b.n.Families[0].Receive, b.n.Families[0].Send = nlri.OpaqueLength8, nlri.OpaqueLength8
			}
			b.told()
			attrs := originIGP + path(65009) + med + localPref + community + extCommunities + aigp + unknownPartial + "\xf0\xcb\x00\x04long"
			for _, nh := range tt.nextHop {
				for _, n := range tt.nlri {
					a.send(update(nil, append(reachVia(tt.family, octets(nh), octets(n)), attrs...), nil))
					u, _ := b.update()
					got := make(map[string]route)
					collect(u, got)
					x, ok := got[string(octets(n))]
					if !ok || len(got) != 1 {
						t.Fatalf("sent %s, told %x", n, got)
					}
					if !bytes.Equal([]byte(x.nextHop), octets(nh)) {
						t.Errorf("%s: next hop % x, want %s", n, x.nextHop, nh)
					}
					for sent := range wire.Attrs(attrs).All() {
						if x.attrs[sent.Code] != string(sent.Raw) {
							t.Errorf("%s: %s is told as % x, sent as % x", n, sent.Code, x.attrs[sent.Code], sent.Raw)
						}
						delete(x.attrs, sent.Code)
					}
					delete(x.attrs, wire.AttrOriginatorID)
					delete(x.attrs, wire.AttrClusterList)
					if len(x.attrs) > 0 {
						t.Errorf("%s: told besides: %x", n, x.attrs)
					}
				}
			}
		})
	}
}

// An IPv4 route with an IPv6 next hop is nothing for those who did not ask for such (RFC 8950 §4).
func TestIPv6NextHopsGoOnlyToThoseWhoTakeThem(t *testing.T) {
	r := run(t, Config{Neighbors: clients("127.0.0.2", "127.0.0.3")})
	open := ipv4(2)
	open.Capabilities = open.Capabilities.AppendExtendedNextHop(nlri.IPv4Unicast)
	a := r.up("127.0.0.2", open)
	a.send(update(nil, append(reachVia(nlri.IPv4Unicast, make([]byte, 16), octets("10 0a01")), plain...), nil))
	a.send(update(nil, octets(base), octets("10 0a02")))
	r.until("both routes are there", func() bool { return total(r) == 2 })
	if got := r.up("127.0.0.3", ipv4(3)).told(); len(got) != 1 {
		t.Errorf("told %x, want only the route with an IPv4 next hop", got)
	}
}

func TestNextHopSelf(t *testing.T) {
	c := Config{Neighbors: clients("127.0.0.2", "127.0.0.3")}
	c.Neighbors[1].NextHopSelf = true
	r := run(t, c)
	a := r.up("127.0.0.2", ipv4(2))
	a.send(announce(plain, "10.1.0.0/16"))
	r.until("the route is there", func() bool { return total(r) == 1 })
	if got := r.up("127.0.0.3", ipv4(3)).told()[prefix("10.1.0.0/16")]; got.nextHop != "\x7f\x00\x00\x01" {
		t.Errorf("next hop % x, want the address of the session", got.nextHop)
	}
}

func TestAddPath(t *testing.T) {
	c := Config{Neighbors: clients("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5")}
	c.Neighbors[2].AddPath = map[nlri.Family]AddPath{nlri.IPv4Unicast: {Send: rib.AddPathAll}}
	c.Neighbors[3].AddPath = map[nlri.Family]AddPath{nlri.IPv4Unicast: {Receive: true}}
	r := run(t, c)
	several := func(id byte, mode wire.AddPathMode) wire.Open {
		o := ipv4(id)
		o.Capabilities = o.Capabilities.AppendAddPath(wire.AddPathEntry{Family: nlri.IPv4Unicast, Mode: mode})
		return o
	}
	a, b := r.up("127.0.0.2", ipv4(2)), r.up("127.0.0.3", ipv4(3))
	a.send(announce(plain, "10.1.0.0/16"))
	b.send(announce(plain, "10.1.0.0/16"))
	d := r.up("127.0.0.5", several(5, wire.AddPathSend))
	d.send(update(nil, octets(base), octets("00000001 10 0a01 00000002 10 0a01")))
	r.until("all four paths are there", func() bool { return total(r) == 4 })
	p := r.up("127.0.0.4", several(4, wire.AddPathReceive))
	ids := make(map[nlri.PathID]bool)
	for len(ids) < 4 {
		u, _ := p.update()
		if _, eor := u.EndOfRIB(); eor {
			break
		}
		for id := range u.Announced().All() {
			ids[id] = true
		}
	}
	if len(ids) != 4 || ids[0] {
		t.Errorf("Path Identifiers %v, want four that are not 0", ids)
	}
}

// What is offered is what works.
func TestOpenOffers(t *testing.T) {
	n := Neighbor{
		LocalASN: 4200000000, HoldTime: HoldTimeOff, RouterID: ourID,
		Families: []nlri.Family{nlri.EVPN, nlri.VPNv4, nlri.RouteTarget},
		AddPath:  map[nlri.Family]AddPath{nlri.EVPN: {Receive: true, Send: 2}},
		Opaque:   map[nlri.Family]nlri.Form{nlri.FamilyOf(25, 99): nlri.OpaqueLength8},
	}
	open, bad := wire.ParseOpen(wire.AppendOpen(nil, n.open())[wire.HeaderLen:])
	if bad != nil {
		t.Fatal(bad)
	}
	c := open.Capabilities
	var names []string
	for _, f := range c.Families() {
		names = append(names, f.String())
	}
	if got := strings.Join(names, " "); got != "vpnv4 route-target evpn 25/99" {
		t.Errorf("families %s", got)
	}
	if open.HoldTime != 0 || open.ASN != 4200000000 || !c.RouteRefresh() || !c.Has(wire.CapEnhancedRefresh) || !c.Has(wire.CapExtendedMessage) || !c.Has(wire.CapAS4) ||
		!c.ExtendedNextHop(nlri.VPNv4) || c.ExtendedNextHop(nlri.IPv4Unicast) || c.AddPath(nlri.EVPN) != wire.AddPathBoth || c.AddPath(nlri.VPNv4) != 0 {
		t.Errorf("OPEN %+v", open)
	}
	for _, code := range []wire.CapabilityCode{wire.CapGracefulRestart, wire.CapMultipleLabels, wire.CapRole} {
		if c.Has(code) {
			t.Errorf("%s is offered", code)
		}
	}
}
