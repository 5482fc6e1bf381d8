package fsm

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/dci-rs/dci-rs/wire"
)

// openReceived takes a sound OPEN in OpenSent.
func (m *Machine) openReceived(c Conn, o wire.Open) {
	n := wire.Negotiate(m.config.Local, o)
	if err := m.checkOpen(&o, &n); err != nil {
		m.notify(c, err.Code, err.Subcode, err.Data)
		m.fail(c, err.Reason)
		return
	}
	// RFC 4271 §6.8: "Upon receipt of an OPEN message, the local system MUST examine all of its
	// connections that are in the OpenConfirm state." One in OpenSent waits for its own OPEN; there is
	// none in Established, for establish closes the other.
	if m.conns[c.other()].state == OpenConfirm {
		loser := m.loser(&o)
		m.collide(loser)
		if loser == c {
			return
		}
	}
	// RFC 4271 §8.2.2, OpenSent: "sends a KEEPALIVE message, … sets the HoldTimer according to the
	// negotiated value, changes its state to OpenConfirm"
	conn := &m.conns[c]
	conn.state, conn.open, conn.negotiated = OpenConfirm, o, &n
	conn.hold = m.now.Add(conn.confirmHold())
	m.sendKeepalive(c)
}

// confirmHold bounds OpenConfirm. RFC 4271 has no bound where the negotiated hold time is zero; a
// peer that never confirms must not keep a connection for ever.
func (c *connection) confirmHold() time.Duration {
	if c.negotiated.HoldTime == 0 {
		return openHold
	}
	return c.negotiated.HoldTime
}

// checkOpen makes the checks of RFC 4271 §6.2 that need to know the peering; wire.ParseOpen made the others.
func (m *Machine) checkOpen(o *wire.Open, n *wire.Negotiated) *wire.Error {
	bad := func(subcode uint8, format string, a ...any) *wire.Error {
		return &wire.Error{Code: wire.ErrOpen, Subcode: subcode, Action: wire.ActionResetSession, Reason: fmt.Sprintf(format, a...)}
	}
	switch {
	case len(m.config.PeerASNs) > 0 && !slices.Contains(m.config.PeerASNs, o.ASN):
		return bad(wire.BadPeerAS, "the peer's OPEN has AS %d; configured is AS %s", o.ASN, list(m.config.PeerASNs))
	case n.Internal && o.RouterID == m.config.Local.RouterID: // RFC 6286 §2.2
		return bad(wire.BadBGPIdentifier, "the peer's OPEN has our own router-id, %s; inside one AS each needs its own", o.RouterID)
	case n.HoldTime < m.config.MinHoldTime: // "MAY reject any proposed Hold Time"
		return bad(wire.UnacceptableHoldTime, "the hold time would be %v; min-hold-time is %v", n.HoldTime, m.config.MinHoldTime)
	}
	return nil
}

func list(asns []uint32) string {
	s := fmt.Sprint(asns[0])
	for _, asn := range asns[1:] {
		s += fmt.Sprintf(" or %d", asn)
	}
	return s
}

// loser is the connection that the collision rule closes: RFC 4271 §6.8 retains "only the connection
// initiated by the BGP speaker with the higher-valued BGP Identifier", RFC 6286 §2.3 between equal
// ones that of the larger AS number.
func (m *Machine) loser(o *wire.Open) Conn {
	local := &m.config.Local
	if cmp.Or(cmp.Compare(local.RouterID.Uint32(), o.RouterID.Uint32()), cmp.Compare(local.ASN, o.ASN)) < 0 {
		return Outgoing
	}
	return Incoming
}

// collide closes the loser of a collision. RFC 4271 §6.8: "by sending the NOTIFICATION message with
// the Error Code Cease".
func (m *Machine) collide(loser Conn) {
	m.notify(loser, wire.ErrCease, wire.ConnectionCollision, nil)
	m.drop(loser, fmt.Sprintf("collision: the %s connection is kept", loser.other()))
}
