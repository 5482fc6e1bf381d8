// Package fsm is the BGP session as a pure function: RFC 4271 §8 for a pair of connections with one
// peer, the collision rule of §6.8 (with RFC 6286), the subcodes of RFC 6608 and the send hold timer
// of RFC 9687. Step takes the time and an event and returns what to do; timers are deadlines. It
// opens no socket, reads no clock and starts no goroutine. It imports wire and nlri.
//
// Where it leaves the letter of RFC 4271, because two connections may exist and a peering should
// come up soon:
//   - the state of a peering is that of its more advanced connection;
//   - a failed dial, a closed connection and a Cease of the peer, in any state, lead to Active, not
//     Idle, so that the peer can connect to us at once; an error leads to Idle, for a while;
//   - nothing is dialled while an incoming connection makes progress;
//   - a second incoming connection replaces one that is not Established;
//   - while Established, further connections are refused at once, not when they send their OPEN;
//   - DelayOpen is off; DampPeerOscillations is on (the idle hold).
package fsm

import (
	"time"

	"github.com/dci-rs/dci-rs/wire"
)

// State is a state of RFC 4271 §8.2.2. The order is that of progress.
type State uint8

const (
	Idle State = iota
	Connect
	Active
	OpenSent
	OpenConfirm
	Established
)

func (s State) String() string {
	return [...]string{"idle", "connect", "active", "opensent", "openconfirm", "established"}[s]
}

// Config is what the machine knows of the peering from the start. It is not changed afterwards.
type Config struct {
	Local        wire.Open      // the OPEN we send; its HoldTime is what we offer
	PeerASNs     []uint32       // what the peer may be; empty: any
	Passive      bool           // never dial
	MinHoldTime  time.Duration  // least negotiated hold time accepted; 0: any
	ConnectRetry time.Duration  // between dials, and the time a dial may take; 0: 5 s
	SendHold     time.Duration  // longest wait for a write; 0: 8 min or twice the hold time, whichever is greater
	Jitter       func() float64 // factor for ConnectRetry, keepalive and idle hold, 0.75 to 1 by RFC 4271 §10; nil: 1
}

const (
	defaultConnectRetry = 5 * time.Second
	defaultSendHold     = 8 * time.Minute // RFC 9687
	openHold            = 4 * time.Minute // RFC 4271 §8.2.2: "a HoldTimer value of 4 minutes is suggested"
	minKeepalive        = time.Second     // RFC 4271 §4.4: no more than one a second
	minIdleHold         = 5 * time.Second
	maxIdleHold         = 2 * time.Minute
)

// connection is one of the pair. Its zero value is a connection that does not exist.
type connection struct {
	state      State
	retry      time.Time        // ConnectRetryTimer, Outgoing only. A zero time is a timer that does not run
	hold       time.Time        // HoldTimer
	keepalive  time.Time        // KeepaliveTimer
	sendHold   time.Time        // SendHoldTimer
	open       wire.Open        // the peer's
	negotiated *wire.Negotiated // nil before OpenConfirm
}

// Machine is the session with one peer. It is not safe for concurrent use.
type Machine struct {
	config   Config
	conns    [2]connection
	started  bool
	idleHold time.Time // IdleHoldTimer: when a started machine leaves Idle
	failures int       // since the last session that lasted
	upSince  time.Time // of the session that is up, or was last

	now  time.Time // of the Step under way
	acts []Action
}

// New makes a machine in Idle.
func New(c Config) *Machine {
	if c.ConnectRetry == 0 {
		c.ConnectRetry = defaultConnectRetry
	}
	return &Machine{config: c}
}

// Step tells the machine that e happened at now and appends what is to be done to acts.
func (m *Machine) Step(now time.Time, e Event, acts []Action) []Action {
	m.now, m.acts = now, acts
	switch e.Kind {
	case Start:
		m.start()
	case Stop:
		m.stop(e)
	case Reset:
		m.reset(e)
	case Tick:
		m.tick()
	case Accepted:
		m.accepted()
	default:
		m.dispatch(e)
	}
	acts, m.acts = m.acts, nil
	return acts
}

// Deadline is when Tick must be reported at the latest. Zero: no timer runs.
func (m *Machine) Deadline() time.Time {
	d := m.idleHold
	for i := range m.conns {
		c := &m.conns[i]
		for _, t := range [...]time.Time{c.retry, c.hold, c.keepalive, c.sendHold} {
			if d.IsZero() || !t.IsZero() && t.Before(d) {
				d = t
			}
		}
	}
	return d
}

// State is the state of the more advanced connection.
func (m *Machine) State() State {
	return max(m.conns[Outgoing].state, m.conns[Incoming].state)
}

// Negotiated is what the Established session may do; its zero value in any other state.
func (m *Machine) Negotiated() wire.Negotiated {
	if c := m.up(); c != nil {
		return *c.negotiated
	}
	return wire.Negotiated{}
}

// PeerOpen is the OPEN that the peer sent on the Established session; its zero value in any other state.
func (m *Machine) PeerOpen() wire.Open {
	if c := m.up(); c != nil {
		return c.open
	}
	return wire.Open{}
}

// up is the Established connection, nil if there is none.
func (m *Machine) up() *connection {
	for i := range m.conns {
		if m.conns[i].state == Established {
			return &m.conns[i]
		}
	}
	return nil
}
