package fsm

import (
	"time"

	"github.com/dci-rs/dci-rs/wire"
)

// What concerns the peering, or is common to several states.

// start: RFC 4271 §8.2.2, Idle: "sets ConnectRetryCounter to zero, … initiates a TCP connection, …
// listens". In any other state "the start events are ignored"; during the idle hold an operator's
// start ends the wait.
func (m *Machine) start() {
	if m.started && m.idleHold.IsZero() {
		return
	}
	m.started, m.failures = true, 0
	m.begin()
}

// begin leaves Idle.
func (m *Machine) begin() {
	m.idleHold = time.Time{}
	if m.config.Passive {
		m.listen()
	} else {
		m.dial()
	}
}

// stop: RFC 4271 §8.2.2: "sends the NOTIFICATION message with a Cease, … drops the TCP connection,
// sets the ConnectRetryCounter to zero, and changes its state to Idle"; no timer remains.
func (m *Machine) stop(e Event) {
	m.cease(e, "stopped")
	m.started, m.failures, m.idleHold = false, 0, time.Time{}
}

// reset is AutomaticStop, with damping.
func (m *Machine) reset(e Event) {
	if m.State() == Idle {
		return
	}
	m.cease(e, "reset")
	m.damp()
}

// cease closes both connections.
func (m *Machine) cease(e Event, what string) {
	reason := what + " by us: " + wire.NotificationName(wire.ErrCease, e.Subcode)
	var data []byte
	if e.Subcode == wire.AdministrativeShutdown || e.Subcode == wire.AdministrativeReset { // RFC 9003 §2
		data = wire.AppendShutdownText(nil, e.Text)
	}
	if e.Text != "" {
		reason += ": " + e.Text
	}
	for c := range Conn(len(m.conns)) {
		if m.alive(c) {
			m.notify(c, wire.ErrCease, e.Subcode, data)
		}
		m.release(c, reason)
	}
}

// tick lets every timer expire whose time has come. A late tick sends one KEEPALIVE, not several.
func (m *Machine) tick() {
	if m.due(&m.idleHold) {
		m.begin()
	}
	for i := range m.conns {
		c := &m.conns[i]
		for _, t := range [...]struct {
			at     *time.Time
			expiry EventKind
		}{{&c.hold, holdExpires}, {&c.sendHold, sendHoldExpires}, {&c.keepalive, keepaliveExpires}, {&c.retry, connectRetryExpires}} {
			if m.due(t.at) {
				m.dispatch(Event{Kind: t.expiry, Conn: Conn(i)})
			}
		}
	}
}

// due stops a timer whose time has come.
func (m *Machine) due(t *time.Time) bool {
	if t.IsZero() || m.now.Before(*t) {
		return false
	}
	*t = time.Time{}
	return true
}

// accepted: the peer has connected to us.
func (m *Machine) accepted() {
	switch m.State() {
	case Idle:
		// RFC 4271 §8.2.2, Idle: "BGP FSM refuses all incoming BGP connections". RFC 4486 §4 names the subcode.
		m.act(Action{Kind: Reject, Conn: Incoming, Code: wire.ErrCease, Subcode: wire.ConnectionRejected})
		return
	case Established:
		// RFC 4271 §6.8: "a connection collision with an existing BGP connection that is in the
		// Established state causes closing of the newly created connection."
		m.act(Action{Kind: Reject, Conn: Incoming, Code: wire.ErrCease, Subcode: wire.ConnectionCollision})
		return
	}
	if m.alive(Incoming) {
		// A peer has no use for two connections: it has given the first one up, and we may not know yet.
		m.notify(Incoming, wire.ErrCease, wire.ConnectionCollision, nil)
		m.release(Incoming, "the peer has connected anew")
	}
	m.act(Action{Kind: Accept, Conn: Incoming})
	m.connected(Incoming)
}

// connected: TCP is there. RFC 4271 §8.2.2, Connect and Active: "sends an OPEN message to its peer,
// sets the HoldTimer to a large value, and changes its state to OpenSent".
func (m *Machine) connected(c Conn) {
	m.conns[c] = connection{state: OpenSent, hold: m.now.Add(openHold)}
	m.act(Action{Kind: SendOpen, Conn: c, Open: m.config.Local})
	if c == Incoming && m.conns[Outgoing].state == Active {
		m.listen()
	}
}

// establish makes c the session and closes the other connection.
func (m *Machine) establish(c Conn) {
	if m.alive(c.other()) {
		m.notify(c.other(), wire.ErrCease, wire.ConnectionCollision, nil)
	}
	m.release(c.other(), "the "+c.String()+" connection is Established")
	conn := &m.conns[c]
	hold := conn.negotiated.HoldTime
	conn.state, conn.hold = Established, later(time.Time{}, m.now, hold)
	conn.sendHold = m.now.Add(m.sendHoldTime(hold))
	m.upSince = m.now
	m.act(Action{Kind: Up, Conn: c, Negotiated: conn.negotiated})
}

// dial: Outgoing goes to Connect.
func (m *Machine) dial() {
	m.conns[Outgoing] = connection{state: Connect, retry: m.after(m.config.ConnectRetry)}
	m.act(Action{Kind: Dial, Conn: Outgoing})
}

// listen: Outgoing goes to Active. The ConnectRetryTimer runs if we dial at all and nothing better is under way.
func (m *Machine) listen() {
	m.conns[Outgoing] = connection{state: Active}
	if !m.config.Passive && !m.alive(Incoming) {
		m.conns[Outgoing].retry = m.after(m.config.ConnectRetry)
	}
}

// drop ends one connection without blame: the peering goes on, and is dialled again after the
// ConnectRetryTimer if the peer does not connect first.
func (m *Machine) drop(c Conn, reason string) {
	m.release(c, reason)
	if m.conns[Outgoing].state != Connect && !m.alive(Outgoing) {
		m.listen()
	}
}

// fail ends a connection after an error. The peering goes to Idle for a while, unless the other
// connection makes progress.
func (m *Machine) fail(c Conn, reason string) {
	if m.alive(c.other()) {
		m.drop(c, reason)
		return
	}
	m.release(c, reason)
	m.release(c.other(), "the "+c.String()+" connection failed")
	m.damp()
}

// damp starts the idle hold: RFC 4271 §8.1.1, DampPeerOscillations. It doubles with each failure.
func (m *Machine) damp() {
	m.idleHold = m.after(min(minIdleHold<<min(m.failures, 10), maxIdleHold))
	m.failures++
}

// release closes whatever c is and tells why.
func (m *Machine) release(c Conn, reason string) {
	switch m.conns[c].state {
	case Connect:
		m.close(c)
	case OpenSent, OpenConfirm:
		m.close(c)
		m.failed(c, reason)
	case Established:
		m.close(c)
		m.act(Action{Kind: Down, Conn: c, Reason: reason})
		if m.now.Sub(m.upSince) > maxIdleHold { // it lasted: what failed before is forgotten
			m.failures = 0
		}
	}
	m.conns[c] = connection{}
}

// alive says that TCP is there.
func (m *Machine) alive(c Conn) bool { return m.conns[c].state >= OpenSent }

func (m *Machine) sendKeepalive(c Conn) {
	m.act(Action{Kind: SendKeepalive, Conn: c})
	if hold := m.conns[c].negotiated.HoldTime; hold > 0 {
		// RFC 4271 §10: a third of the hold time, with jitter.
		m.conns[c].keepalive = m.now.Add(max(m.jittered(hold/3), minKeepalive))
	}
}

// sendHoldTime is the SendHoldTime of RFC 9687: as configured, else 8 minutes or twice the hold time, whichever is greater.
func (m *Machine) sendHoldTime(hold time.Duration) time.Duration {
	if m.config.SendHold != 0 {
		return m.config.SendHold
	}
	return max(defaultSendHold, 2*hold)
}

// later restarts a timer from at, never to an earlier time. A duration of zero means that it does not run.
func later(timer, at time.Time, d time.Duration) time.Time {
	if next := at.Add(d); d > 0 && next.After(timer) {
		return next
	}
	return timer
}

func (m *Machine) after(d time.Duration) time.Time { return m.now.Add(m.jittered(d)) }

// jittered shortens d by chance, RFC 4271 §10.
func (m *Machine) jittered(d time.Duration) time.Duration {
	if m.config.Jitter == nil {
		return d
	}
	return time.Duration(float64(d) * m.config.Jitter())
}

func (m *Machine) act(a Action) { m.acts = append(m.acts, a) }

func (m *Machine) close(c Conn) { m.act(Action{Kind: Close, Conn: c}) }

func (m *Machine) failed(c Conn, reason string) {
	m.act(Action{Kind: Failed, Conn: c, Reason: reason})
}

func (m *Machine) notify(c Conn, code wire.ErrorCode, subcode uint8, data []byte) {
	m.act(Action{Kind: SendNotification, Conn: c, Code: code, Subcode: subcode, Data: data})
}
