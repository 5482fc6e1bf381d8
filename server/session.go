package server

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/dci-rs/dci-rs/fsm"
	"github.com/dci-rs/dci-rs/wire"
)

// event is what a session goroutine is told.
type event struct {
	fsm.Event
	from *connection  // that reports it; nil of ConnectOK, ConnectFailed and Accepted
	asks bool         // from waits for a verdict
	dial *dial        // of ConnectOK and ConnectFailed
	tcp  *net.TCPConn // of ConnectOK and Accepted
}

// dial is one attempt to connect.
type dial struct{ cancel context.CancelFunc }

// session drives the machine of one neighbor: it tells it what happens and does what it asks for.
// Its goroutine owns it.
type session struct {
	*peer
	machine  *fsm.Machine
	conns    [2]*connection
	dialling *dial
	accepted *net.TCPConn    // of the event at hand, until the machine decides
	left     <-chan struct{} // closed when the last connection that was up has left the table
	refusal  string          // why the session that just came up can't stay
	failure  string          // the last reason logged
	stopping bool            // the server ends
	acts     []fsm.Action
}

// run is the session goroutine. It ends when ctx does or, of a dynamic neighbor, when no connection
// is left.
func (p *peer) run(ctx context.Context) {
	defer p.server.sessions.Done()
	for over := false; !over; {
		s := &session{peer: p, machine: p.machine()}
		s.drive(ctx)
		if s.left != nil {
			<-s.left
		}
		over = p.server.forget(p, ctx.Err() != nil)
	}
}

// drive runs the machine until ctx ends or the session of a dynamic neighbor is over.
func (s *session) drive(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	s.step(fsm.Event{Kind: fsm.Start})
	for over := false; !over; over = s.within != nil && s.conns == [2]*connection{} {
		timer.Reset(s.untilDeadline())
		select {
		case e := <-s.events:
			s.handle(e)
		case <-timer.C:
			s.tick()
		case <-ctx.Done():
			s.stopping = true
			s.step(fsm.Event{Kind: fsm.Stop, Subcode: wire.AdministrativeShutdown})
			return
		}
	}
}

func (s *session) untilDeadline() time.Duration {
	deadline := s.machine.Deadline()
	if deadline.IsZero() {
		return time.Hour
	}
	return time.Until(deadline)
}

// tick is told to the machine after the latest that is known of an established connection.
func (s *session) tick() {
	now := time.Now()
	for kind, c := range s.conns {
		if c != nil && c.up != nil {
			s.step(fsm.Event{Kind: fsm.Activity, Conn: fsm.Conn(kind), At: c.heard(now)})
			s.step(fsm.Event{Kind: fsm.WriteProgress, Conn: fsm.Conn(kind), At: c.writer.progressed(now)})
		}
	}
	s.step(fsm.Event{Kind: fsm.Tick})
}

func (s *session) handle(e event) {
	switch {
	case e.dial != nil:
		s.dialled(e)
	case e.from == nil:
		s.accepted = e.tcp
		s.step(e.Event)
		if s.accepted != nil { // the machine has no use for it
			s.accepted.Close()
			s.accepted = nil
		}
	case s.conns[e.Conn] == e.from:
		s.step(e.Event)
		if e.asks && s.conns[e.Conn] == e.from {
			s.answer(e.from)
		}
	}
}

func (s *session) dialled(e event) {
	if e.dial != s.dialling { // it was cancelled
		if e.tcp != nil {
			e.tcp.Close()
		}
		return
	}
	s.dialling = nil
	if e.tcp != nil {
		s.conns[fsm.Outgoing] = s.connect(fsm.Outgoing, e.tcp)
	}
	s.step(e.Event)
}

// answer lets the reader of a connection go on: to the next message or, once up, to the table.
func (s *session) answer(c *connection) {
	if c.up != nil {
		c.up.after, s.left = s.left, c.left
	}
	c.verdict <- c.up
}

// step tells the machine of an event and does what it asks for.
func (s *session) step(e fsm.Event) {
	s.acts = s.machine.Step(time.Now(), e, s.acts[:0])
	for i := range s.acts {
		s.do(&s.acts[i])
	}
	if text := s.refusal; text != "" {
		s.refusal = ""
		s.step(fsm.Event{Kind: fsm.Reset, Subcode: wire.ConnectionRejected, Text: text})
		return
	}
	s.show()
}

func (s *session) do(a *fsm.Action) {
	switch a.Kind {
	case fsm.Dial:
		s.dial()
	case fsm.Accept:
		s.conns[fsm.Incoming] = s.connect(fsm.Incoming, s.accepted)
		s.accepted = nil
	case fsm.Reject:
		c := s.connect(fsm.Incoming, s.accepted)
		s.accepted = nil
		c.writer.send(wire.AppendNotification(nil, a.Code, a.Subcode, a.Data))
		c.finish()
	case fsm.SendOpen:
		s.conns[a.Conn].writer.send(wire.AppendOpen(nil, a.Open))
	case fsm.SendKeepalive:
		s.conns[a.Conn].writer.send(wire.AppendKeepalive(nil))
	case fsm.SendNotification:
		s.conns[a.Conn].writer.send(wire.AppendNotification(nil, a.Code, a.Subcode, a.Data))
	case fsm.Close:
		s.close(a.Conn)
	case fsm.Up:
		s.cameUp(s.conns[a.Conn], a.Negotiated)
	case fsm.Down:
		s.note("session down", a.Reason)
	case fsm.Failed:
		if s.machine.State() < fsm.OpenSent { // else the other connection goes on
			s.note("no session", a.Reason)
		}
	}
}

// dial connects in a goroutine of its own, which ends at the latest when the session cancels it.
func (s *session) dial() {
	ctx, cancel := context.WithCancel(context.Background())
	d := &dial{cancel}
	s.dialling = d
	s.server.sessions.Add(1)
	go func() {
		defer s.server.sessions.Done()
		defer cancel()
		e := event{Event: fsm.Event{Kind: fsm.ConnectOK, Conn: fsm.Outgoing}, dial: d}
		to := netip.AddrPortFrom(s.config.Address, s.config.Port)
		conn, err := s.config.tcp().Dialer().DialContext(ctx, "tcp", to.String())
		if err == nil {
			e.tcp = conn.(*net.TCPConn)
		} else {
			e.Event = fsm.Event{Kind: fsm.ConnectFailed, Conn: fsm.Outgoing, Text: fmt.Sprintf("%s: %s", to, cause(err))}
		}
		select {
		case s.events <- e:
		case <-ctx.Done():
			if e.tcp != nil {
				e.tcp.Close()
			}
		}
	}()
}

func (s *session) close(kind fsm.Conn) {
	if c := s.conns[kind]; c != nil {
		s.conns[kind] = nil
		c.finish()
	} else if kind == fsm.Outgoing && s.dialling != nil {
		s.dialling.cancel()
		s.dialling = nil
	}
}

// cameUp notes what holds for as long as the session is up.
func (s *session) cameUp(c *connection, n *wire.Negotiated) {
	if isInternal(s.config.Role) && !n.Internal || isExternal(s.config.Role) && n.Internal {
		s.refusal = fmt.Sprintf("AS %d can't be that of a %s of AS %d", n.PeerASN, s.config.Role, n.LocalASN)
		return
	}
	c.up = s.agreed(*n, addrPort(c.tcp.LocalAddr()), addrPort(c.tcp.RemoteAddr()))
	s.failure = ""
	log := s.log().With("as", n.PeerASN, "router-id", n.PeerRouterID, "hold-time", n.HoldTime)
	var families, refused []string
	for _, f := range s.config.offered() {
		if _, ok := n.Family(f); ok {
			families = append(families, f.String())
		} else {
			refused = append(refused, f.String())
		}
	}
	if len(refused) > 0 {
		log = log.With("not-offered-by-neighbor", strings.Join(refused, " "))
	}
	log.Info("session up", "families", strings.Join(families, " "))
}

// note logs why a session or an attempt ended, unless the attempt before ended for the same reason.
func (s *session) note(what, reason string) {
	reason = printable(reason)
	h := *s.held.Load()
	h.lastError, h.lastErrorAt = reason, time.Now()
	s.held.Store(&h)
	if s.failure != reason {
		s.failure = reason
		level := slog.LevelWarn
		if s.stopping {
			level = slog.LevelInfo
		}
		s.log().Log(context.Background(), level, what, "reason", reason)
	}
}

// show lets others see the state that the machine is in.
func (s *session) show() {
	var up *up
	for _, c := range s.conns {
		if c != nil && c.up != nil {
			up = c.up
		}
	}
	was := s.held.Load()
	state := s.machine.State()
	if was.state == state && was.up == up {
		return
	}
	h := *was
	h.state, h.up, h.since = state, up, time.Now()
	if up != nil && was.up != up {
		h.sessions++
	}
	s.held.Store(&h)
}

func addrPort(a net.Addr) netip.AddrPort {
	ap := a.(*net.TCPAddr).AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}
