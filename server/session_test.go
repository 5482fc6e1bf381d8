package server

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/wire"
)

func clients(addresses ...string) (list []Neighbor) {
	for _, a := range addresses {
		list = append(list, neighbor(a, rib.RoleClient, ourASN, nlri.IPv4Unicast))
	}
	return list
}

func ipv4(id byte) wire.Open { return opening(ourASN, id, nlri.IPv4Unicast) }

var plain = []byte(originIGP + emptyPath + localPref)

func TestARouteComesAndGoes(t *testing.T) {
	r := run(t, Config{Neighbors: clients("127.0.0.2", "127.0.0.3")})
	a, b := r.up("127.0.0.2", ipv4(2)), r.up("127.0.0.3", ipv4(3))
	if got := b.told(); len(got) != 0 {
		t.Errorf("an empty table told %v", got)
	}
	a.send(announce(plain, "10.1.0.0/16"))
	if u, _ := b.update(); u.Announced().Len() != 1 {
		t.Error("the route did not arrive")
	}
	a.send(withdraw("10.1.0.0/16"))
	if u, _ := b.update(); u.Withdrawn().Len() != 1 {
		t.Error("the withdrawal did not arrive")
	}
	a.send(announce(plain, "10.2.0.0/16"))
	b.update()
	a.conn.Close()
	if u, _ := b.update(); u.Withdrawn().Len() != 1 {
		t.Error("the routes of a neighbor that is gone are still there")
	}
}

func TestStatusSaysWhatIs(t *testing.T) {
	c := Config{Neighbors: clients("127.0.0.2")}
	c.Neighbors[0].Site, c.Neighbors[0].Group = "dc1", "vtep"
	r := run(t, c)
	r.until("it waits for the neighbor", func() bool { return r.status("127.0.0.2").State == "active" })
	if n := r.status("127.0.0.2"); n.Site != "dc1" || n.Group != "vtep" {
		t.Errorf("before the session: %+v", n)
	}
	a := r.up("127.0.0.2", ipv4(2))
	a.told()
	a.send(announce(plain, "10.1.0.0/16", "10.2.0.0/16"))
	r.until("two paths are counted", func() bool { return r.received("127.0.0.2", nlri.IPv4Unicast) == 2 })
	n := r.status("127.0.0.2")
	if n.State != "established" || n.Established != 1 || n.RouterID != (wire.RouterID{10, 255, 0, 2}) || n.HoldTime != 90*time.Second ||
		n.UpdatesIn != 1 || n.MessagesIn != 3 || n.Remote != addrPort(a.conn.LocalAddr()) {
		t.Errorf("established: %+v", n)
	}
	r.until("OPEN, KEEPALIVE and End-of-RIB are counted", func() bool { return r.status("127.0.0.2").MessagesOut == 3 })
	if s := r.Summary(); s.Established != 1 || s.Neighbors != 1 || total(r) != 2 {
		t.Errorf("summary: %+v", s)
	}
	var seen []string
	r.Routes(RouteQuery{Family: nlri.IPv4Unicast, Site: "dc1"}, func(x Route) bool {
		seen = append(seen, fmt.Sprintln(x.From, x.Site, x.Best))
		return true
	})
	if len(seen) != 2 || seen[0] != "127.0.0.2 dc1 true\n" {
		t.Errorf("routes: %v", seen)
	}
	if err := r.Routes(RouteQuery{Family: nlri.IPv4Unicast, From: netip.MustParseAddr("192.0.2.9")}, nil); err == nil {
		t.Error("routes of a stranger were shown")
	}
	a.conn.Close()
	r.until("the session is down", func() bool { n := r.status("127.0.0.2"); return n.State != "established" && len(n.Families) == 0 })
	if n := r.status("127.0.0.2"); !strings.Contains(n.LastError, "the neighbor closed the connection") || n.LastErrorAt.IsZero() {
		t.Errorf("down: %+v", n)
	}
}

func TestAStopTellsEveryoneWhy(t *testing.T) {
	r := run(t, Config{Neighbors: clients("127.0.0.2", "127.0.0.3")})
	a, b := r.up("127.0.0.2", ipv4(2)), r.up("127.0.0.3", ipv4(3))
	// Octets that nobody will read must not cost the neighbor the reason.
	a.send(announce(plain, "10.1.0.0/16")[:30])
	ended := make(chan error, 1)
	go func() { ended <- r.stop() }()
	for _, p := range []*wirePeer{a, b} {
		p.wantNotification(wire.ErrCease, wire.AdministrativeShutdown)
		p.conn.Close()
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if r.Neighbors()[0].State != "idle" {
		t.Error("a neighbor is not idle after the end")
	}
}

// listener is where the server finds a neighbor that it dials.
func listener(t *testing.T, address string) (*net.TCPListener, uint16) {
	t.Helper()
	l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(address), 0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l, addrPort(l.Addr()).Port()
}

func accept(t *testing.T, l *net.TCPListener) *wirePeer {
	t.Helper()
	l.SetDeadline(time.Now().Add(bound))
	conn, err := l.AcceptTCP()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &wirePeer{t: t, conn: conn}
}

func TestItDialsAndComesBack(t *testing.T) {
	l, port := listener(t, "127.0.0.2")
	c := Config{Neighbors: clients("127.0.0.2")}
	n := &c.Neighbors[0]
	n.Passive, n.Port, n.ConnectRetry, n.LocalAddress = false, port, time.Second, netip.MustParseAddr("127.0.0.9")
	r := run(t, c)
	a := accept(t, l)
	if from := addrPort(a.conn.RemoteAddr()).Addr(); from != n.LocalAddress {
		t.Errorf("dialled from %s, want %s", from, n.LocalAddress)
	}
	a.greet(ipv4(2))
	a.send(announce(plain, "10.1.0.0/16"))
	r.until("the route is there", func() bool { return total(r) == 1 })
	a.conn.Close()
	r.until("the route is gone", func() bool { return total(r) == 0 })
	b := accept(t, l)
	b.greet(ipv4(2))
	b.send(announce(plain, "10.1.0.0/16"))
	r.until("the route is back", func() bool { return total(r) == 1 })
	if n := r.status("127.0.0.2"); n.Established != 2 {
		t.Errorf("%d sessions so far, want 2", n.Established)
	}
}

func TestAReasonIsLoggedOnce(t *testing.T) {
	l, port := listener(t, "127.0.0.2")
	l.Close()
	c := Config{Neighbors: clients("127.0.0.2")}
	c.Neighbors[0].Passive, c.Neighbors[0].Port, c.Neighbors[0].ConnectRetry = false, port, 20*time.Millisecond
	r := run(t, c)
	var first time.Time
	r.until("several attempts fail", func() bool {
		at := r.status("127.0.0.2").LastErrorAt
		if first.IsZero() {
			first = at
		}
		return !first.IsZero() && at.Sub(first) > 60*time.Millisecond
	})
	if n := r.logs.count("connection refused"); n != 1 {
		t.Errorf("the reason was logged %d times", n)
	}
}

func TestCollision(t *testing.T) {
	for _, tt := range []struct {
		name string
		id   wire.RouterID
		ours bool // the connection we opened is kept
	}{
		{"our router-id is higher", wire.RouterID{10, 0, 0, 1}, true},
		{"the neighbor's router-id is higher", wire.RouterID{203, 0, 113, 1}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, port := listener(t, "127.0.0.2")
			c := Config{Neighbors: clients("127.0.0.2")}
			c.Neighbors[0].Passive, c.Neighbors[0].Port = false, port
			r := run(t, c)
			ours, theirs := accept(t, l), r.connect("127.0.0.2")
			kept, lost := theirs, ours
			if tt.ours {
				kept, lost = ours, theirs
			}
			open := ipv4(2)
			open.RouterID = tt.id
			// Both are in OpenSent; the one that will lose says OPEN first, so that the rule must decide.
			lost.send(wire.AppendOpen(nil, open))
			for kind := wire.MessageType(0); kind != wire.TypeKeepalive; {
				kind, _ = lost.next()
			}
			kept.greet(open)
			lost.wantNotification(wire.ErrCease, wire.ConnectionCollision)
			lost.conn.Close()
			kept.send(announce(plain, "10.1.0.0/16"))
			r.until("the route came over the connection that was kept", func() bool { return total(r) == 1 })
		})
	}
}

func TestASecondConnectionDoesNotDisturbTheFirst(t *testing.T) {
	r := run(t, Config{Neighbors: clients("127.0.0.2")})
	a := r.up("127.0.0.2", ipv4(2))
	a.told() // so it is Established on both sides
	r.connect("127.0.0.2").wantNotification(wire.ErrCease, wire.ConnectionCollision)
	a.send(announce(plain, "10.1.0.0/16"))
	r.until("the first session still works", func() bool { return total(r) == 1 })
}

func TestASilentNeighborExpires(t *testing.T) {
	t.Parallel()
	r := run(t, Config{Neighbors: clients("127.0.0.2")})
	open := ipv4(2)
	open.HoldTime = 3
	began := time.Now()
	r.up("127.0.0.2", open).wantNotification(wire.ErrHoldTimer, 0)
	if took := time.Since(began); took < 3*time.Second || took > 4*time.Second {
		t.Errorf("it expired after %v, want 3 s", took)
	}
}

// A neighbor whose octets wait in the socket, or for the table, is not silent.
func TestHeardOnlyCountsWaitingForTheNeighbor(t *testing.T) {
	l, _ := listener(t, "127.0.0.1")
	far, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	near := accept(t, l)
	s := &Server{since: time.Now().Add(-time.Hour)}
	c := &connection{peer: &peer{server: s}, tcp: near.conn}
	now := time.Now()
	if got := c.heard(now); got != now {
		t.Error("a reader that is at work: the neighbor was silent")
	}
	c.waiting.Store(int64(time.Minute))
	if got := c.heard(now); got != s.since.Add(time.Minute) {
		t.Errorf("a reader that waits: heard %v, want the time it began to wait", got)
	}
	far.Write([]byte{1})
	for deadline := time.Now().Add(bound); c.heard(now) != now; {
		if time.Now().After(deadline) {
			t.Fatal("an octet waits in the socket: the neighbor was silent")
		}
	}
}

func TestANeighborThatTakesNothingIsGivenUp(t *testing.T) {
	t.Parallel()
	c := Config{Neighbors: clients("127.0.0.2", "127.0.0.3", "127.0.0.4")}
	c.Neighbors[1].SendHoldTime = time.Second
	r := run(t, c)
	a, stuck, free := r.up("127.0.0.2", ipv4(2)), r.up("127.0.0.3", ipv4(3)), r.up("127.0.0.4", ipv4(4))
	free.told()
	stuck.conn.SetReadBuffer(4096)
	// More than the buffers of both sockets hold. Who reads gets it all.
	const routes = 3000
	go func() {
		for i := range routes {
			big := make([]byte, 3000)
			big[0], big[1] = byte(i>>8), byte(i)
			attrs := append([]byte(originIGP+emptyPath+localPref), 0xd0, 0x08, 0x0b, 0xb8)
			a.conn.Write(announce(append(attrs, big...), fmt.Sprintf("10.%d.%d.0/24", i>>8, i&255)))
		}
	}()
	got := make(map[string]route)
	for len(got) < routes {
		u, _ := free.update()
		collect(u, got)
	}
	r.until("the session with the stuck neighbor is down", func() bool {
		return strings.Contains(r.status("127.0.0.3").LastError, "send hold timer expired")
	})
	if r.status("127.0.0.4").State != "established" {
		t.Error("another neighbor suffered")
	}
}

func TestRouteRefresh(t *testing.T) {
	r := run(t, Config{Neighbors: clients("127.0.0.2", "127.0.0.3")})
	a, b := r.up("127.0.0.2", ipv4(2)), r.up("127.0.0.3", ipv4(3))
	b.told()
	a.send(announce(plain, "10.1.0.0/16"))
	b.update()
	b.send(wire.AppendRouteRefresh(nil, nlri.VPNv4, wire.RefreshRequest)) // not negotiated: no answer, no harm
	b.send(wire.AppendRouteRefresh(nil, nlri.IPv4Unicast, wire.RefreshRequest))
	if u, _ := b.update(); u.Announced().Len() != 1 {
		t.Error("a refresh did not tell the route again")
	}
}

func TestNotificationTextIsEscaped(t *testing.T) {
	r := run(t, Config{Neighbors: clients("127.0.0.2")})
	a := r.up("127.0.0.2", ipv4(2))
	a.send(wire.AppendNotification(nil, wire.ErrCease, wire.AdministrativeShutdown, wire.AppendShutdownText(nil, "bye\x1b[2J\n\u202eevil")))
	a.ends()
	r.until("the session is down", func() bool { return r.status("127.0.0.2").LastError != "" })
	text := r.status("127.0.0.2").LastError
	if strings.ContainsAny(text, "\x1b\n\u202e") || !strings.Contains(text, "bye") {
		t.Errorf("last error %q", text)
	}
	if r.logs.count("\x1b") != 0 || r.logs.count("\u202e") != 0 {
		t.Error("a control character reached the log")
	}
}

func TestLongMessagesAreSplitForThoseWhoTakeShortOnes(t *testing.T) {
	r := run(t, Config{Neighbors: clients("127.0.0.2", "127.0.0.3", "127.0.0.4")})
	a := r.up("127.0.0.2", ipv4(2))
	short := ipv4(3)
	short.Capabilities = wire.Capabilities{}.AppendFamilies(nlri.IPv4Unicast).AppendAS4(ourASN)
	b, c := r.up("127.0.0.3", short), r.up("127.0.0.4", ipv4(4))
	b.told()
	c.told()
	var w wire.UpdateWriter
	w.Begin(nil, wire.MaxExtendedMessage, nlri.IPv4Unicast, 0, wire.NextHop{10, 0, 0, 9}, plain)
	const routes = 10000
	for i := range routes {
		w.Add(0, nlri.NLRI{32, 10, 9, byte(i >> 8), byte(i)})
	}
	message := w.End()
	if w.Messages() != 1 {
		t.Fatalf("%d messages sent, want 1", w.Messages())
	}
	a.send(message)
	for _, p := range []*wirePeer{b, c} {
		got, longest := make(map[string]route), 0
		for len(got) < routes {
			u, body := p.update()
			longest = max(longest, len(body)+wire.HeaderLen)
			collect(u, got)
		}
		if limit := p.n.Limit(); longest > limit || longest < wire.MaxMessage*3/4 || p == c && longest <= wire.MaxMessage {
			t.Errorf("messages of up to %d octets came, the limit is %d", longest, limit)
		}
	}
}
