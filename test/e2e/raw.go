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

	"github.com/dci-rs/dci-rs/internal/oracle"
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

// speaker sends octets as they are given and takes apart what arrives with the strict decoder.
type speaker struct {
	t      *testing.T
	config speakerConfig
	conn   net.Conn
	terms  oracle.Terms  // settled once the session stands
	done   chan struct{} // closed when nothing more can arrive

	sending sync.Mutex

	mu           sync.Mutex
	changed      chan struct{} // closed and replaced whenever anything below changes
	peerOpen     []byte        // body of the OPEN received
	established  bool
	routes       map[string]route
	named        map[string]int // how often each NLRI was announced or withdrawn
	endOfRIB     map[family]int // routes of the family that were there when its End-of-RIB came
	notification []byte         // body of the NOTIFICATION received
	closed       error          // why the connection ended
	complaints   []error
}

// route is what the speaker was told last of one NLRI.
type route struct {
	oracle.NLRI
	nextHop []byte
	attrs   []oracle.Attr
}

func (r route) find(code byte) ([]byte, bool) {
	for _, a := range r.attrs {
		if a.Code == code {
			return a.Value, true
		}
	}
	return nil, false
}

// connect opens the TCP connection, with patience, and starts to read. No message has been sent yet.
func connect(t *testing.T, c speakerConfig) *speaker {
	t.Helper()
	s := &speaker{t: t, config: c, done: make(chan struct{}), changed: make(chan struct{}), routes: map[string]route{}, named: map[string]int{}, endOfRIB: map[family]int{}}
	eventually(t, 15*time.Second, "TCP connection to "+c.remote.String(), func() (err error) {
		s.conn, err = c.dial()
		return err
	})
	s.terms = oracle.Terms{TwoOctetAS: c.twoOctetAS, External: c.asn != c.peerASN, RouteServer: c.routeServer, Deep: true, Families: map[oracle.Family]oracle.Framing{}}
	for _, f := range c.families {
		s.terms.Families[oracle.Family(f)] = oracle.Framing{}
	}
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

// cut takes a field with NLRI apart.
func cut(f family, field []byte) []oracle.NLRI {
	list, err := oracle.Terms{Families: map[oracle.Family]oracle.Framing{oracle.Family(f): {}}}.NLRI(oracle.Family(f), field, false)
	if err != nil {
		panic(err)
	}
	return list
}

// key is the identity of an NLRI.
func key(f family, raw []byte) string {
	list := cut(f, raw)
	if len(list) != 1 {
		panic(fmt.Sprintf("%s %x is not one NLRI", f, raw))
	}
	return list[0].Key
}

// holds returns a check that the route is there.
func (s *speaker) holds(f family, raw []byte) func() error {
	k := key(f, raw)
	return func() error {
		if _, ok := s.routes[k]; !ok {
			return fmt.Errorf("no route %s", k)
		}
		return nil
	}
}

// lacks returns a check that the route is not there.
func (s *speaker) lacks(f family, raw []byte) func() error {
	holds := s.holds(f, raw)
	return func() error {
		if holds() == nil {
			return fmt.Errorf("still holds %s", key(f, raw))
		}
		return nil
	}
}

// route returns what was told last of an NLRI.
func (s *speaker) route(f family, raw []byte) (route, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.routes[key(f, raw)]
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
				s.take(join(header, body))
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
		if family(r.Family) == f {
			n++
		}
	}
	return n
}

// take files one message.
func (s *speaker) take(octets []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.notify()
	complain := func(err error) {
		if err != nil {
			s.complaints = append(s.complaints, fmt.Errorf("%w\n\tin %x", err, octets))
		}
	}
	list, err := oracle.Messages(octets, s.terms.Limit)
	if err != nil {
		complain(err)
		return
	}
	body := list[0].Body
	switch list[0].Type {
	case typeOpen:
		s.peerOpen = body
		complain(s.negotiate(body))
	case typeKeepalive:
		s.established = s.established || s.peerOpen != nil
	case typeNotification:
		s.notification = body
	case typeUpdate:
		u, err := s.terms.Update(body)
		complain(err)
		for _, n := range u.Withdrawn {
			s.named[n.Key]++
			delete(s.routes, n.Key)
		}
		for _, n := range u.Announced {
			s.named[n.Key]++
			s.routes[n.Key] = route{NLRI: n, nextHop: u.NextHop, attrs: u.Attrs}
		}
		if f := family(u.EndOfRIB); f != 0 {
			s.endOfRIB[f] = s.count(f)
		}
	}
}
