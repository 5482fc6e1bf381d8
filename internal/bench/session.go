package bench

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"
)

const (
	holdTime  = 90 * time.Second
	keepalive = holdTime / 3
)

// peerAddress is the source address of session i, so that the reflector's configuration can name it.
func peerAddress(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{127, 1, byte((i + 1) >> 8), byte(i + 1)})
}

// A session is one reflector client: a sender that is also told the others' routes, or a receiver.
type session struct {
	number  int
	address netip.Addr
	conn    *net.TCPConn
	failed  chan<- error
	arrived chan<- time.Time

	writing sync.Mutex // held for whole messages
	buffer  int        // octets that the kernel keeps for it, 0 = as it likes
	unread  []byte     // of receive when it has halted: the front of a message
	stuck   bool       // it does not read: nobody waits for it

	mu      sync.Mutex // guards what follows; receive holds it while it counts one read
	tally   tally
	goal    int // routes to hold
	waiting bool
	over    bool // closed by this side

	// halted, if it is there, makes receive end when the goal is reached, and is closed then.
	halted chan struct{}
}

// dial connects and tries again until the context ends: a daemon that starts refuses connections at first.
func (s *session) dial(ctx context.Context, target netip.AddrPort, families []Family) error {
	for {
		err := s.dialOnce(ctx, target, families)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("session %s to %s: %w (%w)", s.address, target, err, context.Cause(ctx))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (s *session) dialOnce(ctx context.Context, target netip.AddrPort, families []Family) error {
	dialer := net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(s.address, 0))}
	c, err := dialer.DialContext(ctx, "tcp4", target.String())
	if err != nil {
		return err
	}
	s.conn = c.(*net.TCPConn)
	if s.buffer > 0 {
		s.conn.SetReadBuffer(s.buffer)
	}
	if err := handshake(s.conn, families, peerID(s.number)); err != nil {
		s.conn.Close()
		return err
	}
	return nil
}

func handshake(conn *net.TCPConn, families []Family, id uint32) error {
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	defer conn.SetDeadline(time.Time{})
	if _, err := conn.Write(appendOpen(nil, families, id, uint16(holdTime/time.Second))); err != nil {
		return err
	}
	if _, err := expect(conn, messageOpen); err != nil {
		return err
	}
	if _, err := conn.Write(appendKeepalive(nil)); err != nil {
		return err
	}
	_, err := expect(conn, messageKeepalive)
	return err
}

// expect reads one message of the given type, not an octet more, and returns its body.
func expect(conn io.Reader, kind byte) ([]byte, error) {
	var header [19]byte
	if _, err := io.ReadFull(conn, header[:]); err != nil {
		return nil, err
	}
	body := make([]byte, max(int(binary.BigEndian.Uint16(header[16:]))-len(header), 0))
	if _, err := io.ReadFull(conn, body); err != nil {
		return nil, err
	}
	if header[18] != kind {
		return nil, fmt.Errorf("message type %d with %x, want type %d", header[18], body, kind)
	}
	return body, nil
}

// send writes encoded messages as fast as the socket takes them.
func (s *session) send(stream []byte) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if _, err := s.conn.Write(stream); err != nil {
		s.report(err)
	}
}

// keepAlive writes KEEPALIVE, unless the session is writing anyway, until the context ends.
func (s *session) keepAlive(ctx context.Context) {
	ticker := time.NewTicker(keepalive)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if s.writing.TryLock() {
			s.conn.Write(appendKeepalive(nil)) // a connection that ended is reported by receive
			s.writing.Unlock()
		}
	}
}

// report passes on the first failure of a rig; the ones that follow from it are dropped.
func (s *session) report(err error) {
	s.mu.Lock()
	over := s.over
	s.mu.Unlock()
	if over {
		return
	}
	select {
	case s.failed <- fmt.Errorf("session %s: %w", s.address, err):
	default:
	}
}

func (s *session) close() {
	s.mu.Lock()
	s.over = true
	s.mu.Unlock()
	if s.conn != nil {
		s.conn.Close()
	}
}

// readSize is how much a session reads at once: it stays in the core's cache until it is counted.
const readSize = 128 << 10

// receive counts what arrives until the connection ends, or until the goal is reached if it is to halt
// there. It is the one goroutine that reads the connection; it allocates nothing once it runs.
func (s *session) receive() {
	buffer := make([]byte, readSize)
	filled := copy(buffer, s.unread)
	for {
		n, err := s.conn.Read(buffer[filled:])
		filled += n
		used, halt, wrong := s.count(buffer[:filled])
		if wrong != nil {
			err = wrong
		}
		if err != nil {
			s.report(err)
			return
		}
		filled = copy(buffer, buffer[used:filled])
		if halt {
			s.unread = buffer[:filled]
			close(s.halted)
			return
		}
	}
}

// count walks the whole messages at the front of b and returns their octets. It tells when the
// session came to hold as many routes as its goal says.
func (s *session) count(b []byte) (used int, halt bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	used, err = s.tally.messages(b)
	s.tally.octets += used
	s.arrive()
	return used, s.halted != nil && !s.waiting, err
}

// arrive is called with mu held.
func (s *session) arrive() {
	if s.waiting && s.tally.held == s.goal {
		s.waiting = false
		s.arrived <- time.Now()
	}
}

func (t *tally) messages(b []byte) (int, error) {
	used := 0
	for len(b)-used >= 19 {
		m := b[used:]
		length := int(binary.BigEndian.Uint16(m[16:]))
		if length < 19 || length > maxMessage || binary.BigEndian.Uint64(m)&binary.BigEndian.Uint64(m[8:]) != 1<<64-1 {
			return used, fmt.Errorf("no message header: %x", m[:19])
		}
		if len(m) < length {
			break
		}
		used += length
		switch m[18] {
		case messageUpdate:
			t.updates++
			if err := t.tell(m[19:length]); err != nil {
				return used, err
			}
		case messageNotification:
			return used, fmt.Errorf("NOTIFICATION %x", m[19:length])
		case messageKeepalive:
		default:
			return used, fmt.Errorf("a message of type %d", m[18])
		}
	}
	return used, nil
}

// await sets how many distinct routes the session is to hold next.
func (s *session) await(goal int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.goal, s.waiting = goal, true
	s.arrive()
}

// now returns the counters and how many routes the session is off its goal.
func (s *session) now() (counters, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tally.counters, max(s.goal-s.tally.held, s.tally.held-s.goal)
}
