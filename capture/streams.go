package capture

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/dci-rs/dci-rs/wire"
)

const bgpPort = 179

// packet is what matters of a TCP packet. It borrows.
type packet struct {
	src, dst netip.AddrPort
	syn, ack bool
	seq      uint32
	acked    uint32
	octets   []byte
	at       time.Time
	number   int64
}

// ends are the ends of a connection, the lesser one first.
type ends struct{ a, b netip.AddrPort }

// streams are the TCP connections of a capture that speak BGP.
type streams struct {
	out      *output
	fallback *wire.Negotiated
	sessions map[ends]*session
	born     int64
	held     int // octets of all connections that wait
}

type session struct {
	number int   // -1 before its first message
	born   int64 // counts connections
	last   int64 // number of its last packet
	lastAt time.Time
	halves [2]half
	dialogue
}

// packet takes in a packet. A connection is one of BGP if a port is 179 or a segment of it begins with a
// marker.
func (t *streams) packet(p *packet) {
	key, side := ends{p.src, p.dst}, 0
	if p.src.Compare(p.dst) > 0 {
		key, side = ends{p.dst, p.src}, 1
	}
	s := t.sessions[key]
	switch {
	case s == nil && !p.syn && len(p.octets) == 0:
		return
	case s == nil && p.src.Port() != bgpPort && p.dst.Port() != bgpPort && !bytes.HasPrefix(p.octets, marker):
		t.out.counts.OtherPackets++
		return
	case s != nil && p.syn && s.halves[side].begun && s.halves[side].start != p.seq+1:
		// RFC 9293 §3.5: a SYN with another sequence number is of a new connection.
		t.end(s)
		s = nil
	}
	if s == nil {
		s = t.begin(key)
	}
	s.last, s.lastAt = p.number, p.at
	h := &s.halves[side]
	seq := p.seq
	if p.syn {
		seq++
	}
	if !h.begun && (p.syn || len(p.octets) > 0) {
		h.begin(seq)
		h.framer.lost = !p.syn
	}
	if len(p.octets) > 0 {
		t.segment(s, side, segment{seq, p.octets, p.at, p.number})
	}
	if other := &s.halves[1-side]; p.ack && other.acknowledged(p.acked, p.at) {
		other.giveUp()
		t.drain(s, 1-side)
	}
	if t.held > maxHeld {
		t.evict()
	}
}

func (t *streams) begin(key ends) *session {
	if len(t.sessions) >= maxSessions {
		t.evict()
	}
	s := &session{number: -1, born: t.born, dialogue: newDialogue(t.fallback)}
	t.born++
	s.halves[0].src, s.halves[0].dst = key.a, key.b
	s.halves[1].src, s.halves[1].dst = key.b, key.a
	t.sessions[key] = s
	return s
}

// segment takes in octets of one side.
func (t *streams) segment(s *session, side int, g segment) {
	h := &s.halves[side]
	whole, length := g, len(g.octets)
	if d := int32(g.seq - h.next); d > window || d < -window {
		t.out.fault(Fault{Position: g.packet, Src: h.src, Dst: h.dst, Skipped: int64(length),
			Reason: fmt.Sprintf("the sequence number %d is far from %d, which the stream has come to", g.seq, h.next)})
		return
	}
	g, ahead := h.trim(g)
	if len(g.octets) > 0 && len(g.octets) < length && h.framer.between() && !startsMessage(g.octets) && startsMessage(whole.octets) {
		// Some writers of captures do not count the SYN: the next message seems to overlap the one before.
		g, h.next = whole, whole.seq
	}
	t.out.counts.Repeated += int64(length - len(g.octets))
	switch {
	case ahead:
		t.held -= h.waiting
		h.wait(g)
		t.held += h.waiting
		if h.waiting > maxPending {
			h.giveUp()
			t.drain(s, side)
		}
	case len(g.octets) > 0:
		t.read(s, side, g)
		t.drain(s, side)
	}
}

// startsMessage says that a message can begin with b.
func startsMessage(b []byte) bool {
	return bytes.HasPrefix(b, marker[:min(len(b), len(marker))])
}

// drain reads the segments whose turn has come.
func (t *streams) drain(s *session, side int) {
	h := &s.halves[side]
	t.held -= h.waiting
	for !t.out.ended {
		g, ok := h.ready()
		if !ok {
			break
		}
		t.read(s, side, g)
	}
	t.held += h.waiting
}

// read cuts the next octets of one side into messages.
func (t *streams) read(s *session, side int, g segment) {
	h := &s.halves[side]
	h.next += uint32(len(g.octets))
	f := &h.framer
	t.held -= len(f.rest)
	f.push(g.octets)
	t.messages(s, side, g.at, g.packet, false)
	f.keep()
	t.held += len(f.rest)
}

func (t *streams) messages(s *session, side int, at time.Time, number int64, last bool) {
	h := &s.halves[side]
	f := &h.framer
	for !t.out.ended {
		message := f.next(s.sent[side].ReceiveLimit(), last)
		if message == nil {
			return
		}
		if reason := f.loss(); reason != "" {
			t.loss(h, number, reason)
			if t.out.ended {
				return
			}
		}
		if s.number < 0 {
			s.number = t.out.newSession()
		}
		s.hear(side, message)
		m := &t.out.message
		m.Time, m.Src, m.Dst, m.Session, m.Position = at, h.src, h.dst, s.number, number
		m.Bytes, m.Context = message, s.sent[side]
		t.out.send()
		f.take(len(message))
	}
}

// loss tells what a stream lost.
func (t *streams) loss(h *half, number int64, reason string) {
	f := &h.framer
	t.out.fault(Fault{Position: number, Src: h.src, Dst: h.dst, Missing: f.missing, Skipped: f.skipped, Reason: reason})
	f.missing, f.skipped = 0, 0
}

// end reads what can be read yet of a connection and forgets it.
func (t *streams) end(s *session) {
	delete(t.sessions, ends{s.halves[0].src, s.halves[0].dst})
	for side := range s.halves {
		h := &s.halves[side]
		for len(h.pending) > 0 && !t.out.ended {
			h.giveUp()
			t.drain(s, side)
		}
		f := &h.framer
		t.held -= h.waiting + len(f.rest)
		f.push(nil)
		t.messages(s, side, s.lastAt, s.last, true)
		if reason := f.end(); reason != "" && !t.out.ended {
			t.loss(h, s.last, reason)
		}
	}
}

// endAll ends the connections in the order in which they began.
func (t *streams) endAll() {
	for _, s := range slices.SortedFunc(maps.Values(t.sessions), func(a, b *session) int { return cmp.Compare(a.born, b.born) }) {
		t.end(s)
	}
}

// evict ends the half of the connections that were silent longest. Should one of them speak again it
// is read from its next marker on.
func (t *streams) evict() {
	oldest := slices.SortedFunc(maps.Values(t.sessions), func(a, b *session) int { return cmp.Compare(a.last, b.last) })
	for _, s := range oldest[:(len(oldest)+1)/2] {
		t.end(s)
	}
}
