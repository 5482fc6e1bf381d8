package main

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/dci-rs/dci-rs/internal/tcpopt"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/speaker"
	"github.com/dci-rs/dci-rs/wire"
)

// What every site of the demo shares: one AS, one VXLAN network stretched over all of them.
const (
	demoASN = 65000
	demoVNI = 10000
)

// demoRoute is one route of a site and how the table names it.
type demoRoute struct {
	kind, text string
	endpoint   bool // a host, as opposed to what carries its traffic
	nlri       nlri.NLRI
	attrs      wire.Attrs
}

// site is a simulated data centre: a BGP speaker that announces its routes and remembers which
// routes it is told.
type site struct {
	name    string
	address netip.Addr // its end of the BGP session
	vtep    netip.Addr
	routes  []demoRoute

	mu    sync.Mutex
	up    bool
	seen  map[string]bool // by NLRI key
	error string          // why the last session ended
}

// newSite makes data centre n: two hosts of the stretched network 192.168.1.0/24, the route that
// floods its broadcasts, and a network of its own.
func newSite(n byte) *site {
	s := &site{
		name:    fmt.Sprintf("dc%d", n),
		address: netip.AddrFrom4([4]byte{127, 0, n, 1}),
		vtep:    netip.AddrFrom4([4]byte{10, n, 0, 1}),
		seen:    make(map[string]bool),
	}
	rd := nlri.RD{0, 1, 10, n, 0, 1, 0, 1}
	target := []byte{0, 2, demoASN >> 8, demoASN & 0xff, 0, 0, demoVNI >> 8, demoVNI & 0xff}
	vxlan := []byte{3, 0x0c, 0, 0, 0, 0, 0, 8}                                             // RFC 9012 §4.1
	gateway := []byte{6, 3, 0x00, 0x11, 0x22, 0x33, 0x44, n}                               // RFC 9135 §8.1: router's MAC
	flooding := append([]byte{0, 6, 0, demoVNI >> 8, demoVNI & 0xff}, s.vtep.AsSlice()...) // RFC 6514 §5: ingress replication
	for host := range byte(2) {
		mac := nlri.MAC{0x00, 0x11, 0x22, 0x33, 0x44, 0x45 + 0x10*n + host}
		ip := netip.AddrFrom4([4]byte{192, 168, 1, 10*n + host})
		s.routes = append(s.routes, demoRoute{
			kind: "host", text: fmt.Sprintf("%s %s", mac, ip), endpoint: true,
			nlri:  nlri.AppendMACIP(nil, nlri.MACIPFields{RD: rd, MAC: mac, IP: ip, Label1: demoVNI}),
			attrs: demoAttrs(nil, target, vxlan),
		})
	}
	network := netip.PrefixFrom(netip.AddrFrom4([4]byte{192, 168, 10 * n, 0}), 24)
	s.routes = append(s.routes, demoRoute{
		kind: "network", text: network.String(),
		nlri:  nlri.AppendIPPrefix(nil, nlri.IPPrefixFields{RD: rd, Prefix: network, Label: demoVNI}),
		attrs: demoAttrs(nil, target, vxlan, gateway),
	}, demoRoute{
		kind: "flooding", text: fmt.Sprintf("VTEP %s, VNI %d", s.vtep, demoVNI),
		nlri:  nlri.AppendIMET(nil, rd, 0, s.vtep),
		attrs: demoAttrs(flooding, target, vxlan),
	})
	return s
}

func demoAttrs(pmsi []byte, communities ...[]byte) wire.Attrs {
	const wellKnown, optional = 0x40, 0xc0
	attrs := wire.AppendAttr(nil, wellKnown, wire.AttrOrigin, []byte{0})
	attrs = wire.AppendAttr(attrs, wellKnown, wire.AttrASPath, nil)
	attrs = wire.AppendAttr(attrs, wellKnown, wire.AttrLocalPref, []byte{0, 0, 0, 100})
	attrs = wire.AppendAttr(attrs, optional, wire.AttrExtCommunities, slices.Concat(communities...))
	if pmsi != nil {
		attrs = wire.AppendAttr(attrs, optional, wire.AttrPMSITunnel, pmsi)
	}
	return attrs
}

func (r *demoRoute) key() string { return string(nlri.AppendKey(nil, nlri.EVPN, 0, r.nlri)) }

// sees tells whether another site's route arrived.
func (s *site) sees(r *demoRoute) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen[r.key()]
}

// state tells whether the session is established, and why the last one ended.
func (s *site) state() (up bool, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.up, s.error
}

// run keeps a session with the reflector until ctx ends, and calls changed after every change.
func (s *site) run(ctx context.Context, reflector netip.AddrPort, changed func()) {
	for ctx.Err() == nil {
		err := s.session(ctx, reflector, changed)
		s.mu.Lock()
		s.up, s.error = false, err.Error()
		clear(s.seen)
		s.mu.Unlock()
		changed()
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func (s *site) session(ctx context.Context, reflector netip.AddrPort, changed func()) error {
	dialing, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	session, err := speaker.Dial(dialing, reflector, speaker.Config{
		ASN: demoASN, RouterID: wire.RouterID(s.vtep.As4()), HoldTime: 90, Families: []nlri.Family{nlri.EVPN},
		TCP: tcpopt.Options{Local: s.address},
	})
	if err != nil {
		return err
	}
	defer session.Close()
	defer context.AfterFunc(ctx, func() { session.Close() })()
	s.mu.Lock()
	s.up = true
	s.mu.Unlock()
	changed()
	if err := session.Send(s.messages(session.Negotiated().Limit())); err != nil {
		return err
	}
	for {
		kind, body, err := session.Receive()
		if err != nil {
			return err
		}
		if kind != wire.TypeUpdate {
			continue
		}
		update, bad := wire.ParseUpdate(body, session.Negotiated())
		if bad != nil {
			return bad
		}
		s.learn(&update)
		changed()
	}
}

// messages are the UPDATEs of the site and its End-of-RIB.
func (s *site) messages(limit int) []byte {
	var out []byte
	for _, r := range s.routes {
		var w wire.UpdateWriter
		w.Begin(out, limit, nlri.EVPN, 0, s.vtep.AsSlice(), r.attrs)
		w.Add(0, r.nlri)
		out = w.End()
	}
	return wire.AppendEndOfRIB(out, nlri.EVPN)
}

func (s *site) learn(u *wire.Update) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if gone, ok := u.Unreach(); ok {
		for _, n := range gone.All() {
			delete(s.seen, string(nlri.AppendKey(nil, nlri.EVPN, 0, n)))
		}
	}
	if reach, ok := u.Reach(); ok {
		for _, n := range reach.List.All() {
			s.seen[string(nlri.AppendKey(nil, nlri.EVPN, 0, n))] = true
		}
	}
}
