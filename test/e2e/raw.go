//go:build linux

package e2e

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"
)

// speakerConfig describes a raw BGP speaker and the session it wants.
type speakerConfig struct {
	host            *host // whose namespace it dials from; nil is the machine's own loopback
	local           string
	remote          netip.AddrPort
	asn, peerASN    uint32
	families        []family
	twoOctetAS      bool // leave out the 4-octet AS capability
	extendedMessage bool
	extendedNextHop bool
	capabilities    []byte // further ones for the OPEN
	routeServer     bool   // the other side is a route server
}

// speaker sends octets as they are given and takes apart what arrives with the checker of this package.
type speaker struct {
	t      *testing.T
	config speakerConfig
	conn   net.Conn
	terms  terms         // settled once the session stands
	done   chan struct{} // closed when nothing more can arrive

	sending sync.Mutex

	mu           sync.Mutex
	changed      chan struct{} // closed and replaced whenever anything below changes
	peerOpen     []byte        // body of the OPEN received
	established  bool
	routes       map[string]route
	endOfRIB     map[family]int // routes of the family that were there when its End-of-RIB came
	notification []byte         // body of the NOTIFICATION received
	closed       error          // why the connection ended
	complaints   []error
}

// route is what the speaker was told last of one NLRI.
type route struct {
	nlri
	nextHop []byte
	attrs   []attr
}

func (r route) find(code byte) ([]byte, bool) { return findAttr(r.attrs, code) }

// connect opens the TCP connection, with patience, and starts to read. No message has been sent yet.
func connect(t *testing.T, c speakerConfig) *speaker {
	t.Helper()
	s := &speaker{t: t, config: c, done: make(chan struct{}), changed: make(chan struct{}), routes: map[string]route{}, endOfRIB: map[family]int{}}
	eventually(t, 15*time.Second, "TCP connection to "+c.remote.String(), func() (err error) {
		s.conn, err = c.dial()
		return err
	})
	s.terms = terms{twoOctetAS: c.twoOctetAS, external: c.asn != c.peerASN, routeServer: c.routeServer, limit: 4096, families: c.families}
	go s.receive()
	t.Cleanup(func() {
		s.close()
		<-s.done
		for _, err := range s.takeComplaints() {
			t.Errorf("%s received: %v", c.local, err)
		}
	})
	return s
}

// establish brings a session up and returns once both sides have seen each other's KEEPALIVE. A refused session is tried again.
func establish(t *testing.T, c speakerConfig) *speaker {
	t.Helper()
	var s *speaker
	eventually(t, 20*time.Second, "session of "+c.local+" with "+c.remote.String(), func() error {
		s = connect(t, c)
		s.send(s.open())
		return s.confirm()
	})
	return s
}

// confirm answers the other side's OPEN and waits for its KEEPALIVE. Our own OPEN has been sent.
func (s *speaker) confirm() error {
	err := s.wait(5*time.Second, func() error {
		if s.peerOpen == nil {
			return errors.New("no OPEN came")
		}
		return nil
	})
	if err == nil {
		s.send(message(typeKeepalive, nil))
		err = s.wait(5*time.Second, func() error {
			if !s.established {
				return errors.New("no KEEPALIVE came")
			}
			return nil
		})
	}
	if err != nil {
		s.close()
		return err
	}
	go s.keepAlive()
	return nil
}

// send writes messages as they are. An error shows in closed: the other side may end the session at any time.
func (s *speaker) send(messages ...[]byte) {
	s.sending.Lock()
	defer s.sending.Unlock()
	_ = s.conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
	_, _ = s.conn.Write(join(messages...))
}

func (s *speaker) close() { _ = s.conn.Close() }

// state returns a channel that is closed when something arrives, and why the connection ended: nil while it stands.
func (s *speaker) state() (changed <-chan struct{}, closed error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed, s.closed
}

// alive returns an error once the session has ended.
func (s *speaker) alive() error {
	_, closed := s.state()
	return closed
}

// wait calls check under the speaker's lock whenever something has arrived, until it returns nil.
func (s *speaker) wait(within time.Duration, check func() error) error {
	deadline := time.After(within)
	for {
		s.mu.Lock()
		err, closed, changed := check(), s.closed, s.changed
		s.mu.Unlock()
		if err == nil {
			return nil
		}
		if closed != nil {
			return fmt.Errorf("%w; the session has ended: %w", err, closed)
		}
		select {
		case <-changed:
		case <-deadline:
			return fmt.Errorf("not within %s: %w", within, err)
		}
	}
}

// must is wait that ends the test.
func (s *speaker) must(what string, check func() error) {
	s.t.Helper()
	if err := s.wait(10*time.Second*patience, check); err != nil {
		s.t.Fatalf("%s: %s: %v", s.config.local, what, err)
	}
}

// key is the identity of an NLRI in this session.
func (*speaker) key(f family, raw []byte) string {
	list, err := cutNLRI(f, raw)
	if err != nil || len(list) != 1 {
		panic(fmt.Sprintf("%s %x is not one NLRI: %v", f, raw, err))
	}
	return list[0].key
}

// holds returns a check that the route is there.
func (s *speaker) holds(f family, raw []byte) func() error {
	key := s.key(f, raw)
	return func() error {
		if _, ok := s.routes[key]; !ok {
			return fmt.Errorf("no route %s", key)
		}
		return nil
	}
}

// lacks returns a check that the route is not there.
func (s *speaker) lacks(f family, raw []byte) func() error {
	holds, key := s.holds(f, raw), s.key(f, raw)
	return func() error {
		if holds() == nil {
			return fmt.Errorf("still holds %s", key)
		}
		return nil
	}
}

// route returns what was told last of an NLRI.
func (s *speaker) route(f family, raw []byte) (route, bool) {
	key := s.key(f, raw)
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.routes[key]
	return r, ok
}

// ended returns nil once the session has ended.
func (s *speaker) ended(within time.Duration) error {
	deadline := time.After(within)
	for {
		changed, closed := s.state()
		if closed != nil {
			return nil
		}
		select {
		case <-changed:
		case <-deadline:
			return errors.New("the session still stands")
		}
	}
}

// reset returns nil once the session has ended with the given NOTIFICATION; subcode -1 is any.
func (s *speaker) reset(within time.Duration, code, subcode int) error {
	if err := s.ended(within); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.notification
	if len(n) < 2 || int(n[0]) != code || subcode >= 0 && int(n[1]) != subcode {
		return fmt.Errorf("ended with NOTIFICATION %x, expected %d/%d: %v", n, code, subcode, s.closed)
	}
	return nil
}

// takeComplaints returns what the checker found wrong since the last call.
func (s *speaker) takeComplaints() []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.complaints
	s.complaints = nil
	return c
}

func (s *speaker) receive() {
	defer close(s.done)
	header := make([]byte, 19)
	for {
		_, err := io.ReadFull(s.conn, header)
		if err == nil {
			n := int(binary.BigEndian.Uint16(header[16:]))
			body := make([]byte, max(0, n-19))
			if _, err = io.ReadFull(s.conn, body); err == nil {
				s.take(header, body)
				continue
			}
		}
		s.mu.Lock()
		s.closed = err
		if s.notification != nil {
			s.closed = fmt.Errorf("NOTIFICATION %x", s.notification)
		}
		s.notify()
		s.mu.Unlock()
		s.close()
		return
	}
}

// keepAlive sends what the hold time of 30 s asks for until the session ends.
func (s *speaker) keepAlive() {
	ticker := time.NewTicker(8 * time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			s.send(message(typeKeepalive, nil))
		case <-s.done:
			return
		}
	}
}

func (s *speaker) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// count is the number of routes of a family, under the speaker's lock.
func (s *speaker) count(f family) (n int) {
	for _, r := range s.routes {
		if r.family == f {
			n++
		}
	}
	return n
}

// take files one message.
func (s *speaker) take(header, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.notify()
	complain := func(err error) {
		if err != nil {
			s.complaints = append(s.complaints, fmt.Errorf("%w\n\tin %x%x", err, header, body))
		}
	}
	for _, o := range header[:16] {
		if o != 0xff {
			complain(errors.New("the marker is not all ones"))
			break
		}
	}
	if n := len(header) + len(body); n > s.terms.limit || int(binary.BigEndian.Uint16(header[16:])) != n {
		complain(fmt.Errorf("a message of %d octets in a session with limit %d", n, s.terms.limit))
	}
	switch kind := header[18]; kind {
	case typeOpen:
		s.peerOpen = body
		complain(s.negotiate(body))
	case typeKeepalive:
		if len(body) != 0 {
			complain(errors.New("a KEEPALIVE with a body"))
		}
		s.established = s.established || s.peerOpen != nil
	case typeNotification:
		s.notification = body
		if len(body) < 2 {
			complain(errors.New("a NOTIFICATION without code"))
		}
	case typeRouteRefresh:
		if len(body) != 4 {
			complain(fmt.Errorf("a ROUTE-REFRESH of %d octets", len(body)))
		}
	case typeUpdate:
		p, err := checkUpdate(body, s.terms)
		complain(err)
		for _, n := range p.withdrawn {
			delete(s.routes, n.key)
		}
		for _, n := range p.announced {
			s.routes[n.key] = route{nlri: n, nextHop: p.nextHop, attrs: p.attrs}
		}
		if p.endOfRIB {
			s.endOfRIB[p.endOfRIBFamily] = s.count(p.endOfRIBFamily)
		}
	default:
		complain(fmt.Errorf("message type %d", kind))
	}
}
