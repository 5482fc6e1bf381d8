package main

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
	address netip.Addr
	conn    *net.TCPConn
	failed  chan<- error
	arrived chan<- time.Time

	writing sync.Mutex // held for whole messages

	mu      sync.Mutex // guards what follows; receive holds it while it counts one read
	tally   tally
	goal    int // routes to hold
	waiting bool
}

// dial establishes session i, and tries again until the context ends: a daemon that starts refuses
// connections at first.
func dial(ctx context.Context, target netip.AddrPort, w *workload, i int) (*net.TCPConn, error) {
	for {
		conn, err := dialOnce(ctx, target, w, i)
		if err == nil {
			return conn, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("session %s to %s: %w (%w)", peerAddress(i), target, err, context.Cause(ctx))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func dialOnce(ctx context.Context, target netip.AddrPort, w *workload, i int) (*net.TCPConn, error) {
	dialer := net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(peerAddress(i), 0))}
	c, err := dialer.DialContext(ctx, "tcp4", target.String())
	if err != nil {
		return nil, err
	}
	conn := c.(*net.TCPConn)
	if err := handshake(conn, w, i); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

func handshake(conn *net.TCPConn, w *workload, i int) error {
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	defer conn.SetDeadline(time.Time{})
	if _, err := conn.Write(appendOpen(nil, w, peerID(i), uint16(holdTime/time.Second))); err != nil {
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

// report passes on the first failure of a bed; the ones that follow from it are dropped.
func (s *session) report(err error) {
	select {
	case s.failed <- err:
	default:
	}
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
