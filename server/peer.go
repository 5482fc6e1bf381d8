package server

import (
	"log/slog"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/dci-rs/dci-rs/fsm"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/wire"
)

// peer is a neighbor for as long as the server knows it. Its session goroutine owns what happens to
// it; others send events or read what is atomic here.
type peer struct {
	server *Server
	config Neighbor // with defaults filled in; never changed
	asns   []uint32 // what the neighbor may be; empty = any
	id     rib.PeerID
	within *listenRange // that let a dynamic neighbor in; nil = configured by itself

	events chan event
	gone   bool // its session goroutine takes no more events; Server.mu guards it
	held   atomic.Pointer[held]

	messagesIn  atomic.Uint64
	messagesOut atomic.Uint64
	updatesIn   atomic.Uint64
	malformed   atomic.Uint64
}

// eventQueue is how many events may wait for a session goroutine before an accepted connection is
// turned away.
const eventQueue = 8

func (s *Server) newPeer(n Neighbor, asns []uint32, id rib.PeerID, within *listenRange) *peer {
	p := &peer{server: s, config: n, asns: asns, id: id, within: within, events: make(chan event, eventQueue)}
	p.held.Store(&held{since: time.Now()})
	return p
}

func (p *peer) log() *slog.Logger {
	l := p.server.logger.With("neighbor", p.config.Address)
	if p.config.Site != "" {
		l = l.With("site", p.config.Site)
	}
	return l
}

// held is the state of a session as others see it. The session goroutine
// replaces it as a whole.
type held struct {
	state       fsm.State
	since       time.Time
	sessions    uint64
	up          *up // nil unless established
	lastError   string
	lastErrorAt time.Time
}

// up is what is fixed for as long as a session is established.
type up struct {
	negotiated    *wire.Negotiated
	local, remote netip.AddrPort
	peer          rib.Peer
	groups        []rib.GroupKey
	after         <-chan struct{} // closed when the former session has left the table; nil = there was none
}
