package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"
)

// readSize is how much a session reads at once: it stays in the core's cache until it is counted.
const readSize = 128 << 10

// receive counts what arrives until the connection ends. It is the one goroutine that reads the
// connection; it allocates nothing once it runs.
func (s *session) receive(w *workload) {
	buffer := make([]byte, readSize)
	filled := 0
	for {
		n, err := s.conn.Read(buffer[filled:])
		filled += n
		used, wrong := s.count(w, buffer[:filled])
		if wrong != nil {
			err = wrong
		}
		if err != nil {
			s.report(fmt.Errorf("session %s: %w", s.address, err))
			return
		}
		filled = copy(buffer, buffer[used:filled])
	}
}

// count walks the whole messages at the front of b and returns their octets. It tells when the
// session came to hold as many routes as its goal says.
func (s *session) count(w *workload, b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	used, err := s.tally.messages(w, b)
	s.tally.octets += used
	s.arrive()
	return used, err
}

// arrive is called with mu held.
func (s *session) arrive() {
	if s.waiting && s.tally.held == s.goal {
		s.waiting = false
		s.arrived <- time.Now()
	}
}

func (t *tally) messages(w *workload, b []byte) (int, error) {
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
			if err := t.tell(w, m[19:length]); err != nil {
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

// tell takes in the body of one UPDATE. One without routes is an End-of-RIB.
func (t *tally) tell(w *workload, body []byte) error {
	u := &t.update
	if err := u.parse(body, w); err != nil {
		return err
	}
	// A reflector repeats the attributes of a set again and again: what was checked is compared.
	tail := body[u.rest:]
	if u.present.has(attrMPReach) && len(tail) > 0 {
		set, err := w.setOf(t.scale, u)
		if err != nil {
			return err
		}
		if bytes.Equal(tail, t.checked[set]) {
			return w.learn(t, u.octets(u.reach), set)
		}
	}
	if err := u.parseRest(w); err != nil {
		return err
	}
	withdraws := u.present.has(attrMPUnreach) && u.unreach.from < u.unreach.to
	if withdraws {
		if err := w.forget(t, u.octets(u.unreach)); err != nil {
			return err
		}
	}
	if !u.present.has(attrMPReach) {
		if !withdraws {
			t.ends++
		}
		return nil
	}
	set, err := w.setOf(t.scale, u)
	if err != nil {
		return err
	}
	if err := w.check(u, set); err != nil {
		return err
	}
	if !u.present.has(attrMPUnreach) {
		t.checked[set] = append(t.checked[set][:0], tail...)
	}
	return w.learn(t, u.octets(u.reach), set)
}
