package server

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dci-rs/dci-rs/internal/tcpopt"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/wire"
)

// bound is how long a test waits for what must happen, and never for what must not.
const bound = 5 * time.Second

const ourASN = 65000

var ourID = wire.RouterID{192, 0, 2, 1}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a server that listens on loopback, with neighbors that the test plays octet by octet.
type rig struct {
	*Server
	t    *testing.T
	at   netip.AddrPort
	logs *logs
	stop func() error
}

// logs collects log lines.
type logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logs) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// tail is the end of the log.
func (l *logs) tail() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.text.Bytes()
	return string(b[max(0, len(b)-4000):])
}

func (l *logs) count(part string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.text.String()) {
		if strings.Contains(line, part) {
			n++
		}
	}
	return n
}

func neighbor(address string, role rib.Role, asn uint32, families ...nlri.Family) Neighbor {
	return Neighbor{Address: netip.MustParseAddr(address), Role: role, ASN: asn, Families: families, Passive: true}
}

func run(t *testing.T, c Config) *rig {
	t.Helper()
	if c.Listen == nil {
		c.Listen = []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:0")}
	}
	c.RouterID, c.ASN = ourID, ourASN
	if c.Shards == 0 {
		c.Shards = 2
	}
	r := &rig{t: t, logs: &logs{}}
	var err error
	if r.Server, err = New(c, slog.New(slog.NewTextHandler(r.logs, nil))); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	r.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(r.logs.tail())
		}
	})
	if addrs := r.Addrs(); len(addrs) > 0 {
		r.at = addrs[0]
	}
	return r
}

// until waits for something to become true.
func (r *rig) until(what string, is func() bool) {
	r.t.Helper()
	for deadline := time.Now().Add(bound); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			list := r.Neighbors()
			r.t.Fatalf("not within %s: %s; %d neighbors: %+v", bound, what, len(list), list[:min(3, len(list))])
		}
	}
}

func (r *rig) status(address string) NeighborStatus {
	for _, n := range r.Neighbors() {
		if n.Address == netip.MustParseAddr(address) {
			return n
		}
	}
	return NeighborStatus{}
}

func (r *rig) received(address string, f nlri.Family) int {
	for _, x := range r.status(address).Families {
		if x.Family == f {
			return x.Received
		}
	}
	return 0
}

// opening is the OPEN of a neighbor with all capabilities that the server offers itself.
func opening(asn uint32, id byte, families ...nlri.Family) wire.Open {
	c := wire.Capabilities{}.AppendFamilies(families...).AppendFlag(wire.CapRouteRefresh).AppendFlag(wire.CapExtendedMessage).AppendAS4(asn)
	return wire.Open{ASN: asn, HoldTime: 90, RouterID: wire.RouterID{10, 255, 0, id}, Capabilities: c}
}

// wirePeer is a neighbor that the test plays.
type wirePeer struct {
	t    *testing.T
	conn *net.TCPConn
	n    wire.Negotiated
}

// connect opens a TCP connection from an address to the server.
func (r *rig) connect(from string) *wirePeer {
	r.t.Helper()
	d := tcpopt.Options{Local: netip.MustParseAddr(from)}.Dialer()
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	defer cancel()
	conn, err := d.DialContext(ctx, "tcp", r.at.String())
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { conn.Close() })
	return &wirePeer{t: r.t, conn: conn.(*net.TCPConn)}
}

// up brings a session from an address up.
func (r *rig) up(from string, open wire.Open) *wirePeer {
	r.t.Helper()
	p := r.connect(from)
	p.greet(open)
	return p
}

// greet exchanges OPEN and KEEPALIVE.
func (p *wirePeer) greet(open wire.Open) {
	p.t.Helper()
	p.send(wire.AppendOpen(nil, open))
	kind, body := p.next()
	if kind != wire.TypeOpen {
		p.t.Fatalf("%v came, want an OPEN", kind)
	}
	theirs, bad := wire.ParseOpen(body)
	if bad != nil {
		p.t.Fatal(bad)
	}
	p.n = wire.Negotiate(open, theirs)
	p.send(wire.AppendKeepalive(nil))
	if kind, body := p.next(); kind != wire.TypeKeepalive {
		p.t.Fatalf("%v % x came, want a KEEPALIVE", kind, body)
	}
}

func (p *wirePeer) send(b []byte) {
	p.t.Helper()
	if _, err := p.conn.Write(b); err != nil {
		p.t.Fatal(err)
	}
}

// next reads one message; type 0 is the end of the connection.
func (p *wirePeer) next() (wire.MessageType, []byte) {
	p.t.Helper()
	p.conn.SetReadDeadline(time.Now().Add(bound))
	head := make([]byte, wire.HeaderLen)
	if _, err := io.ReadFull(p.conn, head); err != nil {
		if err == io.EOF {
			return 0, nil
		}
		p.t.Fatalf("no message: %v", err)
	}
	h, bad := wire.ParseHeader(head, wire.MaxExtendedMessage)
	if bad != nil {
		p.t.Fatal(bad)
	}
	body := make([]byte, h.Length-wire.HeaderLen)
	if _, err := io.ReadFull(p.conn, body); err != nil {
		p.t.Fatal(err)
	}
	return h.Type, body
}

// update reads up to the next UPDATE and checks that it is sound.
func (p *wirePeer) update() (wire.Update, []byte) {
	p.t.Helper()
	for {
		kind, body := p.next()
		switch kind {
		case wire.TypeKeepalive:
		case wire.TypeUpdate:
			u, bad := wire.ParseUpdate(body, &p.n)
			if bad != nil {
				p.t.Fatalf("an UPDATE that is not sound came: %v: % x", bad, body)
			}
			return u, body
		case wire.TypeNotification:
			n, _ := wire.ParseNotification(body)
			p.t.Fatalf("%s came, want an UPDATE", wire.NotificationName(n.Code, n.Subcode))
		default:
			p.t.Fatalf("%v came, want an UPDATE", kind)
		}
	}
}

// route is what an UPDATE said of one NLRI.
type route struct {
	attrs   map[wire.AttrCode]string // raw, without NEXT_HOP and MP_REACH
	nextHop string
}

// told reads UPDATEs until the End-of-RIB of every negotiated family and returns what they announce.
func (p *wirePeer) told() map[string]route {
	p.t.Helper()
	routes := make(map[string]route)
	for left := len(p.n.Families); left > 0; {
		u, _ := p.update()
		if _, eor := u.EndOfRIB(); eor {
			left--
			continue
		}
		collect(u, routes)
	}
	return routes
}

func collect(u wire.Update, routes map[string]route) {
	r := route{attrs: make(map[wire.AttrCode]string)}
	for a := range u.Attrs().All() {
		switch a.Code {
		case wire.AttrNextHop, wire.AttrMPReach, wire.AttrMPUnreach:
		default:
			r.attrs[a.Code] = string(a.Raw)
		}
	}
	add := func(l nlri.List, nh wire.NextHop) {
		r.nextHop = string(nh)
		for _, n := range l.All() {
			routes[string(n)] = r
		}
	}
	if l := u.Announced(); l.Len() > 0 {
		add(l, u.NextHop())
	}
	if reach, ok := u.Reach(); ok {
		add(reach.List, reach.NextHop)
	}
}

// ends reads until the server closes the connection and returns the last NOTIFICATION.
func (p *wirePeer) ends() (last wire.Notification) {
	p.t.Helper()
	for {
		switch kind, body := p.next(); kind {
		case 0:
			return last
		case wire.TypeNotification:
			n, bad := wire.ParseNotification(bytes.Clone(body))
			if bad != nil {
				p.t.Fatal(bad)
			}
			last = n
		}
	}
}

func (p *wirePeer) wantNotification(code wire.ErrorCode, subcode uint8) {
	p.t.Helper()
	if n := p.ends(); n.Code != code || n.Subcode != subcode {
		p.t.Fatalf("the session ended with %s, want %s", wire.NotificationName(n.Code, n.Subcode), wire.NotificationName(code, subcode))
	}
}

// announce is an UPDATE of IPv4 prefixes with attributes.
func announce(attrs []byte, prefixes ...string) []byte {
	var w wire.UpdateWriter
	w.Begin(nil, wire.MaxMessage, nlri.IPv4Unicast, 0, wire.NextHop{10, 0, 0, 9}, attrs)
	for _, s := range prefixes {
		w.Add(0, nlri.NLRI(nlri.AppendPrefix(nil, netip.MustParsePrefix(s))))
	}
	return w.End()
}

func withdraw(prefixes ...string) []byte {
	var w wire.UpdateWriter
	w.BeginWithdraw(nil, wire.MaxMessage, nlri.IPv4Unicast, 0)
	for _, s := range prefixes {
		w.Add(0, nlri.NLRI(nlri.AppendPrefix(nil, netip.MustParsePrefix(s))))
	}
	return w.End()
}

func prefix(s string) string {
	return string(nlri.AppendPrefix(nil, netip.MustParsePrefix(s)))
}

// Attributes as they stand on the wire.
const (
	originIGP = "\x40\x01\x01\x00"
	emptyPath = "\x40\x02\x00"
	localPref = "\x40\x05\x04\x00\x00\x00\xc8" // 200
)

// path is an AS_PATH attribute with one sequence of 4-octet numbers.
func path(asns ...uint32) string {
	if len(asns) == 0 {
		return emptyPath
	}
	b := []byte{0x40, 0x02, byte(2 + 4*len(asns)), 2, byte(len(asns))}
	for _, a := range asns {
		b = append(b, byte(a>>24), byte(a>>16), byte(a>>8), byte(a))
	}
	return string(b)
}
