package server

import (
	"context"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/dci-rs/dci-rs/internal/tcpopt"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/wire"
)

func TestAStrangerHearsNothing(t *testing.T) {
	c := Config{Neighbors: clients("127.0.0.2", "127.0.0.3")}
	c.Neighbors[1].Disabled = true
	r := run(t, c)
	for range 5 {
		for _, from := range []string{"127.0.0.3", "127.0.0.66"} {
			p := r.connect(from)
			p.conn.SetReadDeadline(time.Now().Add(bound))
			if b, err := io.ReadAll(p.conn); err != nil || len(b) != 0 {
				t.Fatalf("%s was told % x, %v", from, b, err)
			}
		}
	}
	if n := r.logs.count("connection turned away"); n != 1 {
		t.Errorf("10 connections made %d log lines, want 1", n)
	}
	if n := r.logs.count("the neighbor is disabled"); n != 1 {
		t.Error("the log does not say that the neighbor is disabled")
	}
}

func TestQuietCountsWhatItHoldsBack(t *testing.T) {
	var q quiet
	now := time.Now()
	for i, want := range []bool{true, false, false} {
		if _, ok := q.pass(now); ok != want {
			t.Errorf("line %d passes: %v", i, ok)
		}
	}
	if others, ok := q.pass(now.Add(quietTime)); !ok || others != 2 {
		t.Errorf("after a while: %d held back, %v", others, ok)
	}
}

func ranges(prefix string, asns ...uint32) []Range {
	return []Range{{
		Prefix: netip.MustParsePrefix(prefix), ASNs: asns,
		Neighbor: Neighbor{Role: rib.RoleClient, Site: "dc2", Families: []nlri.Family{nlri.IPv4Unicast}},
	}}
}

func TestListenRange(t *testing.T) {
	r := run(t, Config{Ranges: ranges("127.5.0.0/16"), Neighbors: clients("127.5.0.9")})
	a, b := r.up("127.5.0.2", ipv4(2)), r.up("127.5.1.3", ipv4(3))
	b.told()
	a.send(announce(plain, "10.1.0.0/16"))
	if u, _ := b.update(); u.Announced().Len() != 1 {
		t.Error("dynamic neighbors are not reflected to each other")
	}
	if n := r.status("127.5.0.2"); !n.Dynamic || n.Site != "dc2" || n.ASN != ourASN || n.State != "established" {
		t.Errorf("status %+v", n)
	}
	r.up("127.5.0.9", ipv4(9))
	if r.status("127.5.0.9").Dynamic {
		t.Error("a configured neighbor was taken for a dynamic one")
	}
	a.conn.Close()
	if u, _ := b.update(); u.Withdrawn().Len() != 1 {
		t.Error("the routes of a dynamic neighbor stay")
	}
	r.until("the dynamic neighbor is forgotten", func() bool { return !r.status("127.5.0.2").Address.IsValid() })
	r.up("127.5.0.2", ipv4(2)).told()
}

func TestListenRangeLimit(t *testing.T) {
	c := Config{Ranges: ranges("127.5.0.0/16")}
	c.Ranges[0].Limit = 1
	r := run(t, c)
	a := r.up("127.5.0.2", ipv4(2))
	if b, err := io.ReadAll(r.connect("127.5.0.3").conn); err != nil || len(b) != 0 {
		t.Errorf("one too many was told % x, %v", b, err)
	}
	if r.logs.count("the limit of the listen-range is reached") != 1 {
		t.Error("the log does not say why")
	}
	a.conn.Close()
	r.until("there is room again", func() bool { return len(r.Neighbors()) == 0 })
	r.up("127.5.0.3", ipv4(3))
}

func TestListenRangeASNs(t *testing.T) {
	for _, tt := range []struct {
		name string
		role rib.Role
		asns []uint32
		asn  uint32
		code wire.ErrorCode // 0 = the session comes up
		sub  uint8
	}{
		{"an AS of the list", rib.RolePeer, []uint32{65001, 65002}, 65002, 0, 0},
		{"an AS that is not in the list", rib.RolePeer, []uint32{65001, 65002}, 65003, wire.ErrOpen, wire.BadPeerAS},
		{"any AS for a route server", rib.RoleRouteServerClient, nil, 65003, 0, 0},
		{"our own AS for a route server", rib.RoleRouteServerClient, nil, ourASN, wire.ErrCease, wire.ConnectionRejected},
		{"another AS for a client", rib.RoleClient, nil, 65003, wire.ErrOpen, wire.BadPeerAS},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := Config{Ranges: ranges("127.5.0.0/16", tt.asns...)}
			c.Ranges[0].Neighbor.Role = tt.role
			r := run(t, c)
			p := r.connect("127.5.0.2")
			p.send(wire.AppendOpen(nil, opening(tt.asn, 2, nlri.IPv4Unicast)))
			p.send(wire.AppendKeepalive(nil))
			if tt.code != 0 {
				p.wantNotification(tt.code, tt.sub)
				return
			}
			r.until("the session is up", func() bool { return r.status("127.5.0.2").State == "established" })
		})
	}
}

func TestManyDynamicNeighborsComeAndGo(t *testing.T) {
	r := run(t, Config{Ranges: ranges("127.5.0.0/16")})
	for range 3 {
		var peers []*wirePeer
		for i := range 100 {
			peers = append(peers, r.up(netip.AddrFrom4([4]byte{127, 5, 1, byte(i + 1)}).String(), ipv4(byte(i+1))))
		}
		r.until("all are up", func() bool { return r.Summary().Established == 100 })
		for _, p := range peers {
			p.conn.Close()
		}
		r.until("all are forgotten", func() bool { return len(r.Neighbors()) == 0 })
	}
	for _, x := range r.ranges {
		if x.active != 0 {
			t.Errorf("%d neighbors are still counted", x.active)
		}
	}
}

func TestMD5(t *testing.T) {
	for _, tt := range []struct {
		name, listen, from, key string
		up                      bool
	}{
		{"a neighbor with its key", "127.0.0.1:0", "127.0.0.2", "right", true},
		{"a neighbor with a wrong key", "127.0.0.1:0", "127.0.0.2", "wrong", false},
		{"a neighbor without a key", "127.0.0.1:0", "127.0.0.2", "", false},
		{"a neighbor over IPv6 with its key", "[::1]:0", "::1", "six", true},
		{"a neighbor over IPv6 with a wrong key", "[::1]:0", "::1", "right", false},
		{"a member of a range with the key of the range", "127.0.0.1:0", "127.5.0.2", "range", true},
		{"a member of a range without a key", "127.0.0.1:0", "127.5.0.2", "", false},
		{"a neighbor inside a range with its own key", "127.0.0.1:0", "127.5.0.9", "own", true},
		{"a neighbor that has no key", "127.0.0.1:0", "127.0.0.3", "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := Config{
				Listen:    []netip.AddrPort{netip.MustParseAddrPort(tt.listen)},
				Neighbors: clients("127.0.0.2", "127.0.0.3", "127.5.0.9", "::1"),
				Ranges:    ranges("127.5.0.0/16"),
			}
			c.Neighbors[0].MD5, c.Neighbors[2].MD5, c.Neighbors[3].MD5 = "right", "own", "six"
			c.Ranges[0].Neighbor.MD5 = "range"
			r := run(t, c)
			within := bound
			if !tt.up {
				within = 300 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(context.Background(), within)
			defer cancel()
			conn, err := tcpopt.Options{Local: netip.MustParseAddr(tt.from), MD5: tt.key}.Dialer().DialContext(ctx, "tcp", r.at.String())
			if (err == nil) != tt.up {
				t.Fatalf("connecting: %v", err)
			}
			if err != nil {
				return
			}
			defer conn.Close()
			p := &wirePeer{t: t, conn: conn.(*net.TCPConn)}
			p.greet(ipv4(2))
			p.told()
		})
	}
}

func TestMD5OfADialledConnection(t *testing.T) {
	l, err := tcpopt.Listen(t.Context(), netip.MustParseAddrPort("127.0.0.2:0"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := tcpopt.SetMD5(l, netip.MustParsePrefix("127.0.0.0/8"), "right"); err != nil {
		t.Fatal(err)
	}
	c := Config{Neighbors: clients("127.0.0.2")}
	n := &c.Neighbors[0]
	n.Passive, n.Port, n.MD5 = false, addrPort(l.Addr()).Port(), "right"
	run(t, c)
	accept(t, l).greet(ipv4(2))
}

func TestTTLSecurity(t *testing.T) {
	c := Config{Neighbors: clients("127.0.0.2", "127.0.0.3")}
	for i := range c.Neighbors {
		c.Neighbors[i].TTLSecurity = 1
	}
	r := run(t, c)
	conn, err := tcpopt.Options{Local: netip.MustParseAddr("127.0.0.2"), TTL: 255, MinTTL: 255}.Dialer().Dial("tcp", r.at.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	near := &wirePeer{t: t, conn: conn.(*net.TCPConn)}
	near.greet(ipv4(2))
	far := r.connect("127.0.0.3") // with the system's hop limit, as from further away
	if kind, _ := far.next(); kind != wire.TypeOpen {
		t.Fatalf("%v came, want an OPEN", kind)
	}
	far.send(wire.AppendOpen(nil, ipv4(3)))
	near.send(wire.AppendRouteRefresh(nil, nlri.IPv4Unicast, wire.RefreshRequest))
	near.told()
	if n := r.status("127.0.0.3"); n.MessagesIn != 0 {
		t.Error("a message came from too far away")
	}
}

func TestHopLimits(t *testing.T) {
	for _, tt := range []struct {
		name string
		n    Neighbor
		want tcpopt.Options
	}{
		{"a client may be anywhere", Neighbor{Role: rib.RoleClient}, tcpopt.Options{}},
		{"a peer is on a network of ours", Neighbor{Role: rib.RolePeer}, tcpopt.Options{TTL: 1}},
		{"a peer with multihop may be anywhere", Neighbor{Role: rib.RolePeer, Multihop: true}, tcpopt.Options{}},
		{"ttl-security of one hop", Neighbor{Role: rib.RolePeer, TTLSecurity: 1}, tcpopt.Options{TTL: 255, MinTTL: 255}},
		{"ttl-security of three hops", Neighbor{Role: rib.RoleClient, TTLSecurity: 3}, tcpopt.Options{TTL: 255, MinTTL: 253}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.n.tcp(); got != tt.want {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
		})
	}
}
