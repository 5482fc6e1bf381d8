package fsm

import (
	"fmt"

	"github.com/dci-rs/dci-rs/wire"
)

// dispatch gives an event of one connection to the method of its state.
func (m *Machine) dispatch(e Event) {
	switch m.conns[e.Conn].state {
	case Idle:
		// RFC 4271 §8.2.2, Idle: "Any other event … does not cause change in the state". Start and the
		// idle hold are of the peering (peering.go); all else is late news of a connection that is gone.
	case Connect:
		m.connect(e)
	case Active:
		m.active(e)
	case OpenSent:
		m.openSent(e)
	case OpenConfirm:
		m.openConfirm(e)
	case Established:
		m.established(e)
	}
}

// connect: a dial is under way. Outgoing only.
func (m *Machine) connect(e Event) {
	switch e.Kind {
	case connectRetryExpires:
		// RFC 4271 §8.2.2, Connect: "drops the TCP connection, restarts the ConnectRetryTimer, …
		// initiates a TCP connection".
		m.close(Outgoing)
		m.failed(Outgoing, "can't connect: no answer")
		if m.alive(Incoming) {
			m.listen()
		} else {
			m.dial()
		}
	case ConnectOK:
		// "stops the ConnectRetryTimer, … sends an OPEN message, … changes its state to OpenSent"
		m.connected(Outgoing)
	case ConnectFailed:
		// With DelayOpen: "restarts the ConnectRetryTimer …, continues to listen …, and changes its
		// state to Active". Without, the RFC goes to Idle and would refuse the peer's own connection.
		m.failed(Outgoing, "can't connect: "+e.Text)
		m.listen()
	}
}

// active: waiting for the peer to connect, or for the time to dial again. Outgoing only.
func (m *Machine) active(e Event) {
	if e.Kind == connectRetryExpires {
		// RFC 4271 §8.2.2, Active: "restarts the ConnectRetryTimer, initiates a TCP connection, … and
		// changes its state to Connect".
		m.dial()
	}
}

// openSent: our OPEN is on its way, the peer's is awaited.
func (m *Machine) openSent(e Event) {
	switch e.Kind {
	case OpenReceived:
		m.openReceived(e.Conn, e.Open)
	case holdExpires:
		// RFC 4271 §8.2.2, OpenSent: "sends a NOTIFICATION message with the error code Hold Timer Expired"
		m.notify(e.Conn, wire.ErrHoldTimer, 0, nil)
		m.fail(e.Conn, fmt.Sprintf("hold timer expired: no OPEN within %v", openHold))
	case ConnClosed:
		// "closes the BGP connection, restarts the ConnectRetryTimer, continues to listen …, and
		// changes its state to Active"
		m.drop(e.Conn, "connection ended before an OPEN came: "+e.Text)
	case NotificationReceived:
		m.notified(e)
	case MessageError:
		// "sends a NOTIFICATION message with the appropriate error code"
		m.messageError(e)
	case KeepaliveReceived, UpdateReceived, RouteRefreshReceived:
		// RFC 6608 §4: "Receive Unexpected Message in OpenSent State", Data is the type.
		m.unexpected(e, wire.UnexpectedInOpenSent)
	}
}

// openConfirm: both OPEN messages are exchanged, the peer's KEEPALIVE is awaited.
func (m *Machine) openConfirm(e Event) {
	c := &m.conns[e.Conn]
	switch e.Kind {
	case KeepaliveReceived:
		// RFC 4271 §8.2.2, OpenConfirm: "restarts the HoldTimer and changes its state to Established"
		m.establish(e.Conn)
	case keepaliveExpires:
		// "sends a KEEPALIVE message, restarts the KeepaliveTimer"
		m.sendKeepalive(e.Conn)
	case holdExpires:
		m.notify(e.Conn, wire.ErrHoldTimer, 0, nil)
		m.fail(e.Conn, fmt.Sprintf("hold timer expired: no KEEPALIVE within %v of the OPEN", c.confirmHold()))
	case ConnClosed:
		m.drop(e.Conn, "connection ended before a KEEPALIVE came: "+e.Text)
	case NotificationReceived:
		m.notified(e)
	case MessageError:
		m.messageError(e)
	case OpenReceived, UpdateReceived, RouteRefreshReceived:
		// RFC 6608 §4: "Receive Unexpected Message in OpenConfirm State", Data is the type.
		m.unexpected(e, wire.UnexpectedInOpenConfirm)
	}
}

// established: routes are exchanged.
func (m *Machine) established(e Event) {
	c := &m.conns[e.Conn]
	hold := c.negotiated.HoldTime
	switch e.Kind {
	case KeepaliveReceived, UpdateReceived, RouteRefreshReceived:
		// RFC 4271 §8.2.2, Established: "restarts its HoldTimer, if the negotiated HoldTime value is non-zero"
		c.hold = later(c.hold, m.now, hold)
	case Activity:
		c.hold = later(c.hold, e.At, hold)
	case WriteProgress:
		c.sendHold = later(c.sendHold, e.At, m.sendHoldTime(hold))
	case keepaliveExpires:
		// "sends a KEEPALIVE message, and restarts its KeepaliveTimer"
		m.sendKeepalive(e.Conn)
	case holdExpires:
		// "sends a NOTIFICATION message with the Error Code Hold Timer Expired"
		m.notify(e.Conn, wire.ErrHoldTimer, 0, nil)
		m.fail(e.Conn, fmt.Sprintf("hold timer expired: nothing came for %v", hold))
	case sendHoldExpires:
		// RFC 9687: the connection ends although the peer still sends; the NOTIFICATION goes out only if
		// the peer reads again.
		m.notify(e.Conn, wire.ErrSendHold, 0, nil)
		m.fail(e.Conn, fmt.Sprintf("send hold timer expired: the peer took nothing for %v", m.sendHoldTime(hold)))
	case ConnClosed:
		m.drop(e.Conn, "connection ended: "+e.Text)
	case NotificationReceived:
		m.notified(e)
	case MessageError:
		// "sends a NOTIFICATION message with an Update error"
		m.messageError(e)
	case OpenReceived:
		// RFC 6608 §4: "Receive Unexpected Message in Established State", Data is the type.
		m.unexpected(e, wire.UnexpectedInEstablished)
	}
}

// messageError ends the connection on which a malformed message came.
func (m *Machine) messageError(e Event) {
	m.notify(e.Conn, e.Error.Code, e.Error.Subcode, e.Error.Data)
	m.fail(e.Conn, "malformed message: "+e.Error.Error())
}

// unexpected ends the connection on which a sound message came in the wrong state.
func (m *Machine) unexpected(e Event, subcode uint8) {
	t := [...]wire.MessageType{OpenReceived: wire.TypeOpen, UpdateReceived: wire.TypeUpdate,
		KeepaliveReceived: wire.TypeKeepalive, RouteRefreshReceived: wire.TypeRouteRefresh}[e.Kind]
	state := m.conns[e.Conn].state
	m.notify(e.Conn, wire.ErrFSM, subcode, []byte{byte(t)})
	m.fail(e.Conn, fmt.Sprintf("the peer sent a message of type %v in state %v", t, state))
}

// notified ends the connection that the peer has ended with a NOTIFICATION.
func (m *Machine) notified(e Event) {
	n := e.Notification
	reason := "the peer sent " + n.String()
	if n.Code == wire.ErrCease {
		// RFC 4271 §6.7: Cease stands for "the absence of any fatal errors". Of a collision it says that
		// the peer keeps the other connection.
		m.drop(e.Conn, reason)
		return
	}
	m.fail(e.Conn, reason)
}
