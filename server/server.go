package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/dci-rs/dci-rs/internal/tcpopt"
	"github.com/dci-rs/dci-rs/rib"
)

// stopTime is how long Run waits for the sessions to end.
const stopTime = 3 * time.Second

// Server is the reflector: its table, its listeners and its neighbors.
type Server struct {
	config    Config // complete; never changed
	logger    *slog.Logger
	since     time.Time
	table     *rib.Table
	reports   chan rib.Event
	listeners []*net.TCPListener
	ranges    []*listenRange // longest prefix first

	sessions sync.WaitGroup // session, reader, writer and dial goroutines

	mu      sync.Mutex // of what follows and of peer.gone
	peers   map[netip.Addr]*peer
	turned  quiet
	queries sync.RWMutex // held while the table is asked
	closed  bool         // the table can't be asked any more
}

// New checks the configuration, opens the listeners and sets the keys of neighbors on them. An
// error names what is wrong and its mend. Run must follow.
func New(c Config, log *slog.Logger) (*Server, error) {
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	s := &Server{config: c, logger: log, since: time.Now(), peers: make(map[netip.Addr]*peer), reports: make(chan rib.Event, 16)}
	if err := s.listen(); err != nil {
		for _, l := range s.listeners {
			l.Close()
		}
		return nil, err
	}
	s.table = rib.New(rib.Options{Shards: c.Shards, Report: func(e rib.Event) {
		select {
		case s.reports <- e:
		default: // the shard must not wait; the table counts it
		}
	}})
	for _, r := range c.Ranges {
		s.ranges = append(s.ranges, &listenRange{Range: r})
	}
	slices.SortStableFunc(s.ranges, func(a, b *listenRange) int { return b.Prefix.Bits() - a.Prefix.Bits() })
	for _, n := range c.Neighbors {
		if _, err := s.add(n, []uint32{n.ASN}, nil); err != nil {
			s.close()
			return nil, err
		}
	}
	return s, nil
}

// listen opens the listeners and gives each the keys of the neighbors of its address family.
func (s *Server) listen() error {
	var wrong []error
	for _, at := range s.config.Listen {
		l, err := tcpopt.Listen(context.Background(), at)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		s.listeners = append(s.listeners, l)
		for prefix, key := range s.config.keys() {
			if prefix.Addr().Is4() == at.Addr().Is4() {
				if err := tcpopt.SetMD5(l, prefix, key.Reveal()); err != nil {
					wrong = append(wrong, err)
				}
			}
		}
	}
	return errors.Join(wrong...)
}

// keys are the TCP-MD5 keys by the addresses that they are for.
func (c *Config) keys() map[netip.Prefix]Secret {
	keys := make(map[netip.Prefix]Secret)
	for _, r := range c.Ranges {
		if r.Neighbor.MD5 != "" {
			keys[r.Prefix] = r.Neighbor.MD5
		}
	}
	for _, n := range c.Neighbors {
		if n.MD5 != "" {
			keys[netip.PrefixFrom(n.Address.WithZone(""), n.Address.BitLen())] = n.MD5
		}
	}
	return keys
}

// add makes a neighbor known. Of a running server, the caller holds mu.
func (s *Server) add(n Neighbor, asns []uint32, within *listenRange) (*peer, error) {
	id, ok := s.table.AddPeer()
	if !ok {
		return nil, fmt.Errorf("neighbor %s: there are 65,535 neighbors already; remove some", n.Address)
	}
	p := s.newPeer(n, asns, id, within)
	s.peers[n.Address] = p
	return p, nil
}

// Run speaks with the neighbors until ctx ends; then it tells them so and waits for their sessions
// to end. It is called once. Other methods may be called from any goroutine, before, while and after.
func (s *Server) Run(ctx context.Context) error {
	var accepting, logging sync.WaitGroup
	logging.Go(func() { s.logReports() })
	for _, p := range s.snapshot() {
		if !p.config.Disabled {
			s.sessions.Add(1)
			go p.run(ctx)
		}
	}
	for _, l := range s.listeners {
		s.logger.Info("listening", "address", l.Addr())
		accepting.Go(func() { s.accept(ctx, l) })
	}
	<-ctx.Done()
	for _, l := range s.listeners {
		l.Close()
	}
	accepting.Wait()
	ended := make(chan struct{})
	go func() {
		s.sessions.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(stopTime):
		return fmt.Errorf("some sessions did not end within %s", stopTime)
	}
	s.close()
	close(s.reports)
	logging.Wait()
	return nil
}

func (s *Server) close() {
	for _, l := range s.listeners {
		l.Close()
	}
	s.queries.Lock()
	s.closed = true
	s.queries.Unlock()
	s.table.Close()
}

// logReports logs what the table reports.
func (s *Server) logReports() {
	for e := range s.reports {
		log := s.logger
		for _, p := range s.snapshot() {
			if p.id == e.Source {
				log = p.log()
			}
		}
		log.Warn("route too long for the messages of some neighbors once rewritten; withdrawn from them. Further ones of this neighbor and family are not logged",
			"family", e.Family, "route", describe(e))
	}
}

// snapshot lists the neighbors known now.
func (s *Server) snapshot() []*peer {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*peer, 0, len(s.peers))
	for _, p := range s.peers {
		list = append(list, p)
	}
	return list
}

// forget ends a neighbor whose session goroutine ends, unless it has connected again in the meantime.
// When the server stops, what waits for the neighbor is turned away.
func (s *Server) forget(p *peer, stopping bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(p.events) > 0 && !stopping {
		return false
	}
	p.gone = true
	for len(p.events) > 0 {
		if e := <-p.events; e.tcp != nil {
			e.tcp.Close()
		}
	}
	if p.within != nil {
		p.within.active--
		delete(s.peers, p.config.Address)
		s.table.RemovePeer(p.id)
	}
	return true
}

// Addrs are the addresses that the server listens on, ports resolved.
func (s *Server) Addrs() []netip.AddrPort {
	list := make([]netip.AddrPort, len(s.listeners))
	for i, l := range s.listeners {
		list[i] = addrPort(l.Addr())
	}
	return list
}

// clock is the time since the server began, in nanoseconds; never 0.
func (s *Server) clock() int64 { return max(1, int64(time.Since(s.since))) }
