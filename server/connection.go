package server

import (
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"

	"github.com/dci-rs/dci-rs/fsm"
	"github.com/dci-rs/dci-rs/internal/tcpopt"
	"github.com/dci-rs/dci-rs/wire"
)

// parting is how long a connection that the session gave up may take to tell the neighbor why, and
// again to hear that the neighbor has closed.
const parting = time.Second

// connection is one TCP connection with a neighbor, from its begin to its end. Its reader goroutine
// owns the read side and its place in the table, its writer the write side. The session goroutine
// starts both, answers what they report, and ends both.
type connection struct {
	peer   *peer
	kind   fsm.Conn
	tcp    *net.TCPConn
	writer *writer

	up      *up           // set when it comes up; the session's
	verdict chan *up      // the session's answer to a message read before it was up; nil = go on
	ended   chan struct{} // closed by the session: it has no use for the connection any more
	left    chan struct{} // closed when a connection that was up has left the table

	buffer     []byte
	start, end int                // what of buffer was read and not yet handled
	waiting    atomic.Int64       // since when the reader waits for the neighbor (Server.clock); 0 = it does not
	malformed  map[fault]struct{} // what was logged
}

// fault is a kind of malformed UPDATE.
type fault struct {
	action  wire.Action
	attr    wire.AttrCode
	code    wire.ErrorCode
	subcode uint8
}

func (p *peer) connect(kind fsm.Conn, tcp *net.TCPConn) *connection {
	c := &connection{
		peer: p, kind: kind, tcp: tcp,
		verdict: make(chan *up, 1), ended: make(chan struct{}), left: make(chan struct{}),
		buffer: make([]byte, wire.MaxMessage),
	}
	c.writer = newWriter(c)
	p.server.sessions.Add(2)
	go c.writer.run()
	go c.run()
	return c
}

// finish ends the connection once what the writer was given is written, if the neighbor lets us.
// Only the session calls it. It does not wait.
func (c *connection) finish() {
	c.tcp.SetReadDeadline(time.Unix(1, 0)) // wakes the reader
	c.writer.finish()
	close(c.ended)
}

// report tells the session what happened; it is not told of a connection it ended.
func (c *connection) report(e fsm.Event) { c.post(event{Event: e}) }

func (c *connection) post(e event) {
	e.Conn, e.from = c.kind, c
	select {
	case c.peer.events <- e:
	case <-c.ended:
	}
}

// ask tells the session of a message and waits for what follows from it.
func (c *connection) ask(e fsm.Event) (u *up, ok bool) {
	c.post(event{Event: e, asks: true})
	select {
	case u = <-c.verdict:
		return u, true
	case <-c.ended:
	}
	select {
	case u = <-c.verdict: // came just before the end, and the table expects us
		return u, u != nil
	default:
		return nil, false
	}
}

// heard is when the neighbor was last known to be alive or not to be listened to.
func (c *connection) heard(now time.Time) time.Time {
	since := c.waiting.Load()
	if since == 0 || tcpopt.Unread(c.tcp) > 0 {
		return now
	}
	return c.peer.server.since.Add(time.Duration(since))
}

// run is the reader goroutine.
func (c *connection) run() {
	defer c.peer.server.sessions.Done()
	if up := c.handshake(); up != nil {
		c.exchange(up)
	}
	<-c.ended
	<-c.writer.done
	// A close with octets unread would reset the connection, and the neighbor might never see our
	// NOTIFICATION.
	c.tcp.SetReadDeadline(time.Now().Add(parting))
	for {
		if _, err := c.tcp.Read(c.buffer); err != nil {
			break
		}
	}
	c.tcp.Close()
}

// handshake hands every message to the session until the session is up. It returns nil if it never
// is.
func (c *connection) handshake() *up {
	for {
		kind, body, err := c.next(wire.MaxMessage, nil)
		if err != nil {
			c.reportFailure(err)
			return nil
		}
		if up, ok := c.ask(messageEvent(kind, body)); up != nil || !ok {
			return up
		}
	}
}

// exchange seats the connection in the table for as long as the session is up.
func (c *connection) exchange(up *up) {
	defer close(c.left)
	if up.after != nil {
		<-up.after
	}
	in, follower := c.peer.server.table.Open(up.peer, up.negotiated, up.groups)
	c.writer.follow(follower, up.negotiated.Families)
	c.read(in, up.negotiated)
	in.Close()
	<-c.writer.done
	follower.Close()
}

// messageEvent is a message as the machine is told of it. It borrows body.
func messageEvent(kind wire.MessageType, body []byte) (e fsm.Event) {
	switch kind {
	case wire.TypeOpen:
		e.Kind = fsm.OpenReceived
		e.Open, e.Error = wire.ParseOpen(body)
	case wire.TypeUpdate:
		e.Kind = fsm.UpdateReceived
	case wire.TypeNotification:
		e.Kind = fsm.NotificationReceived
		e.Notification, e.Error = wire.ParseNotification(body)
	case wire.TypeKeepalive:
		e.Kind = fsm.KeepaliveReceived
	case wire.TypeRouteRefresh:
		e.Kind = fsm.RouteRefreshReceived
	}
	if e.Error != nil {
		e.Kind = fsm.MessageError
	}
	return e
}

// reportFailure tells the session why no further message can be read.
func (c *connection) reportFailure(err error) {
	if bad := new(wire.Error); errors.As(err, &bad) {
		c.report(fsm.Event{Kind: fsm.MessageError, Error: bad})
		return
	}
	if errors.Is(err, os.ErrDeadlineExceeded) { // finish
		return
	}
	reason := "the neighbor closed the connection"
	if !errors.Is(err, io.EOF) {
		reason = cause(err)
	}
	c.report(fsm.Event{Kind: fsm.ConnClosed, Text: reason})
}
