package speaker

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"github.com/dci-rs/dci-rs/wire"
)

// Session is an Established session. One goroutine may receive, any may send.
type Session struct {
	conn       net.Conn
	open       wire.Open
	negotiated *wire.Negotiated
	hold       time.Duration // 0 until Established
	done       chan struct{} // closed by Close
	closing    sync.Once
	keepalives sync.WaitGroup

	in  []byte // read and not yet handed over, the front part of a 64 KiB buffer
	buf []byte

	writing sync.Mutex  // guards what follows
	broken  error       // why nothing can be written any more
	out     net.Buffers // being written
	spare   net.Buffers // the memory of out
}

// PeerError says that the peer ended the session with a NOTIFICATION.
type PeerError struct{ wire.Notification }

func (e *PeerError) Error() string { return "the peer ended the session: " + e.String() }

// past is a deadline that ends what waits.
var past = time.Unix(1, 0)

// closeTimeout is how long a peer that does not read may hold up Close.
const closeTimeout = time.Second

// establish exchanges OPEN and KEEPALIVE on a new connection, which it closes on an error.
func establish(ctx context.Context, conn net.Conn, c Config) (*Session, error) {
	s := &Session{conn: conn, done: make(chan struct{}), buf: make([]byte, 64<<10)}
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(past) })
	err := s.exchange(c.open())
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("session with %s: %w", conn.RemoteAddr(), contextError(ctx, err))
	}
	if s.hold = s.negotiated.HoldTime; s.hold > 0 {
		s.keepalives.Go(s.keepalive)
	}
	return s, nil
}

// contextError puts the context's error in place of the timeout that it caused.
func contextError(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, os.ErrDeadlineExceeded) {
		return ctx.Err()
	}
	return err
}

func (s *Session) exchange(local wire.Open) error {
	if err := s.Send(wire.AppendOpen(nil, local)); err != nil {
		return err
	}
	body, err := s.expect(wire.TypeOpen)
	if err != nil {
		return err
	}
	remote, bad := wire.ParseOpen(body)
	if bad != nil {
		return s.refuse(bad)
	}
	n := wire.Negotiate(local, remote)
	s.open, s.negotiated = remote, &n
	if err := s.Send(wire.AppendKeepalive(nil)); err != nil {
		return err
	}
	_, err = s.expect(wire.TypeKeepalive)
	return err
}

// expect reads the message that must come next.
func (s *Session) expect(want wire.MessageType) ([]byte, error) {
	got, body, err := s.next()
	switch {
	case err != nil:
		return nil, err
	case got == wire.TypeNotification:
		return nil, peerError(body)
	case got != want:
		return nil, s.refuse(&wire.Error{Code: wire.ErrFSM, Action: wire.ActionResetSession, Reason: fmt.Sprintf("%v came, want %v", got, want)})
	}
	return body, nil
}

// Negotiated is what both sides agreed on.
func (s *Session) Negotiated() *wire.Negotiated { return s.negotiated }

// PeerOpen is the peer's OPEN.
func (s *Session) PeerOpen() wire.Open { return s.open }

// LocalAddr is our end of the connection.
func (s *Session) LocalAddr() netip.AddrPort { return s.conn.LocalAddr().(*net.TCPAddr).AddrPort() }

// Send writes whole messages, any number in each buffer, by as few system calls as it can. It waits
// for a peer that does not read. After an error the session is of no use but to be closed.
func (s *Session) Send(messages ...[]byte) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.write(messages)
}

// write does not touch the caller's slice, which net.Buffers would empty.
func (s *Session) write(messages [][]byte) error {
	if s.broken == nil {
		s.spare = append(s.spare[:0], messages...)
		s.out = s.spare
		_, s.broken = s.out.WriteTo(s.conn)
	}
	return s.broken
}

// Receive returns the next message but KEEPALIVE: its type and its body behind the header, which is
// the session's and valid until the next Receive. A NOTIFICATION comes as a *PeerError, an end without
// one as io.EOF or the error of TCP. The hold timer runs only while Receive waits for the peer.
func (s *Session) Receive() (wire.MessageType, []byte, error) {
	for {
		t, body, err := s.next()
		switch {
		case err != nil:
			return 0, nil, err
		case t == wire.TypeNotification:
			return 0, nil, peerError(body)
		case t != wire.TypeKeepalive:
			return t, body, nil
		}
	}
}

func peerError(body []byte) error {
	n, bad := wire.ParseNotification(body)
	if bad != nil {
		return bad
	}
	return &PeerError{n}
}

// next returns the next message of any type.
func (s *Session) next() (wire.MessageType, []byte, error) {
	limit := wire.MaxMessage
	if s.negotiated != nil {
		limit = s.negotiated.ReceiveLimit()
	}
	for {
		if len(s.in) >= wire.HeaderLen {
			h, bad := wire.ParseHeader(s.in, limit)
			if bad != nil {
				return 0, nil, s.refuse(bad)
			}
			if len(s.in) >= h.Length {
				body := s.in[wire.HeaderLen:h.Length]
				s.in = s.in[h.Length:]
				return h.Type, body, nil
			}
		}
		if err := s.fill(); err != nil {
			return 0, nil, err
		}
	}
}

// fill reads once, behind the part of a message that is there.
func (s *Session) fill() error {
	if s.hold > 0 {
		s.conn.SetReadDeadline(time.Now().Add(s.hold))
	}
	have := copy(s.buf, s.in)
	n, err := s.conn.Read(s.buf[have:])
	s.in = s.buf[:have+n]
	if n > 0 {
		return nil
	}
	if s.hold > 0 && errors.Is(err, os.ErrDeadlineExceeded) {
		return s.refuse(&wire.Error{Code: wire.ErrHoldTimer, Action: wire.ActionResetSession,
			Reason: fmt.Sprintf("nothing came for %v", s.hold)})
	}
	return err
}

// refuse tells the peer what it did wrong and returns it.
func (s *Session) refuse(e *wire.Error) error {
	s.last(wire.AppendNotification(nil, e.Code, e.Subcode, e.Data))
	return e
}

// last writes the last message of the session, if the peer takes it in time.
func (s *Session) last(message []byte) {
	s.conn.SetWriteDeadline(time.Now().Add(closeTimeout)) // also ends a Send that waits
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.write([][]byte{message}) == nil {
		s.broken = net.ErrClosed
	}
}

// keepalive sends a KEEPALIVE each third of the hold time until the session ends.
func (s *Session) keepalive() {
	message := wire.AppendKeepalive(nil)
	for ticker := time.NewTicker(s.hold / 3); ; {
		select {
		case <-ticker.C:
			if s.Send(message) != nil {
				return // whoever receives or sends next learns why
			}
		case <-s.done:
			return
		}
	}
}

// Close ends the session with a Cease and waits for nothing else. It may be called more than once,
// and while others send or receive.
func (s *Session) Close() error {
	var err error
	s.closing.Do(func() {
		close(s.done)
		s.last(wire.AppendNotification(nil, wire.ErrCease, wire.AdministrativeShutdown, nil))
		err = s.conn.Close()
		s.keepalives.Wait()
	})
	return err
}
