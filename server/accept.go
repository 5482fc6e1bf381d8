package server

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"syscall"
	"time"

	"github.com/dci-rs/dci-rs/fsm"
	"github.com/dci-rs/dci-rs/internal/tcpopt"
)

// listenRange is a Range and how many of its neighbors there are.
type listenRange struct {
	Range
	active int // Server.mu guards it
}

// accept hands connections to the neighbors that they come from until the listener is closed.
func (s *Server) accept(ctx context.Context, l *net.TCPListener) {
	var failed quiet
	for {
		tcp, err := l.AcceptTCP()
		switch {
		case err == nil:
			s.welcome(ctx, tcp)
		case errors.Is(err, net.ErrClosed):
			return
		default:
			if others, ok := failed.pass(time.Now()); ok {
				mend := ""
				if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
					mend = "raise the limit of open files (LimitNOFILE=, ulimit -n)"
				}
				s.logger.Error("can't accept connections", "address", l.Addr(), "reason", cause(err), "mend", mend, "more", others)
			}
			select {
			case <-time.After(100 * time.Millisecond):
			case <-ctx.Done():
			}
		}
	}
}

// welcome gives a connection to its neighbor's session, or closes it without a word.
func (s *Server) welcome(ctx context.Context, tcp *net.TCPConn) {
	from := addrPort(tcp.RemoteAddr()).Addr()
	s.mu.Lock()
	defer s.mu.Unlock()
	reason := s.handOver(ctx, from, tcp)
	if reason == "" {
		return
	}
	if others, ok := s.turned.pass(time.Now()); ok {
		s.logger.Warn("connection turned away", "from", from, "reason", reason, "more", others)
	}
	tcp.Close()
}

// handOver finds the neighbor of an address, or makes it if a range holds the address, and gives it
// the connection. It returns why it could not. The caller holds mu.
func (s *Server) handOver(ctx context.Context, from netip.Addr, tcp *net.TCPConn) (reason string) {
	p := s.peers[from]
	n, within := Neighbor{}, (*listenRange)(nil)
	if p != nil {
		n = p.config
	} else {
		if within = s.rangeOf(from); within == nil {
			return "no neighbor has this address and no listen-range holds it"
		}
		n = within.Neighbor
		n.Address = from
	}
	switch {
	case n.Disabled:
		return "the neighbor is disabled"
	case p != nil && p.gone:
		return "the session is ending"
	case within != nil && within.Limit > 0 && within.active >= within.Limit:
		return "the limit of the listen-range is reached"
	}
	if err := n.tcp().Apply(tcp); err != nil {
		return err.Error()
	}
	if p == nil {
		var err error
		if p, err = s.add(n, within.ASNs, within); err != nil {
			return err.Error()
		}
		within.active++
		s.sessions.Add(1)
		go p.run(ctx)
	}
	select {
	case p.events <- event{Event: fsm.Event{Kind: fsm.Accepted, Conn: fsm.Incoming}, tcp: tcp}:
		return ""
	default:
		return "too many connections at a time"
	}
}

func (s *Server) rangeOf(a netip.Addr) *listenRange {
	for _, r := range s.ranges {
		if r.Prefix.Contains(a.WithZone("")) {
			return r
		}
	}
	return nil
}

// tcp is how connections with the neighbor are made.
func (n *Neighbor) tcp() tcpopt.Options {
	o := tcpopt.Options{Local: n.LocalAddress, MD5: n.MD5.Reveal()}
	switch {
	case n.TTLSecurity > 0: // RFC 5082 §3
		o.TTL, o.MinTTL = 255, 256-n.TTLSecurity
	case isExternal(n.Role) && !n.Multihop:
		o.TTL = 1
	}
	return o
}

// quiet lets one log line through every so often and counts the others.
type quiet struct {
	until time.Time
	held  int
}

// quietTime is how long others are held back after a line.
const quietTime = 10 * time.Second

// pass says whether a line may be logged now, and how many were held back before it.
func (q *quiet) pass(now time.Time) (others int, ok bool) {
	if now.Before(q.until) {
		q.held++
		return 0, false
	}
	others = q.held
	q.until, q.held = now.Add(quietTime), 0
	return others, true
}
