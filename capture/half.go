package capture

import (
	"net/netip"
	"slices"
	"time"
)

// half is one direction of a TCP connection: its octets in order, whatever the order of its segments.
type half struct {
	src, dst netip.AddrPort
	begun    bool
	start    uint32 // sequence number of the first octet
	next     uint32 // of the first octet that has not come yet
	pending  []segment
	waiting  int // octets that pending costs
	framer   framer
}

// segment is octets of a stream and where they were found.
type segment struct {
	seq    uint32
	octets []byte
	at     time.Time
	packet int64
}

// cost is what it takes to keep a segment, in octets.
func (s segment) cost() int { return 128 + len(s.octets) }

// window is the most that a sender can be ahead of what the receiver acknowledged (RFC 7323 §2.3).
const window = 1 << 30

// begin says that the stream begins with the octet seq.
func (h *half) begin(seq uint32) { h.begun, h.start, h.next = true, seq, seq }

// trim cuts off what has come before; ahead says that octets before the segment have not come yet.
func (h *half) trim(s segment) (_ segment, ahead bool) {
	late := int32(h.next - s.seq)
	if late < 0 {
		return s, true
	}
	n := min(int(late), len(s.octets))
	s.seq, s.octets = s.seq+uint32(n), s.octets[n:]
	return s, false
}

// wait keeps a copy of a segment that is ahead, in the order of sequence numbers. One that is there
// already is not kept again.
func (h *half) wait(s segment) {
	at, _ := slices.BinarySearchFunc(h.pending, s, func(a, b segment) int { return int(int32(a.seq - b.seq)) })
	if at < len(h.pending) && h.pending[at].seq == s.seq && len(h.pending[at].octets) >= len(s.octets) {
		return
	}
	s.octets = slices.Clone(s.octets)
	h.pending = slices.Insert(h.pending, at, s)
	h.waiting += s.cost()
}

// ready removes and returns the first segment that waits, if its turn has come.
func (h *half) ready() (segment, bool) {
	for len(h.pending) > 0 {
		s, ahead := h.trim(h.pending[0])
		if ahead {
			break
		}
		h.waiting -= h.pending[0].cost()
		h.pending[0].octets = nil
		h.pending = h.pending[1:]
		if len(s.octets) > 0 {
			return s, true
		}
	}
	return segment{}, false
}

// giveUp goes on with the first segment that waits: what is missing before it will not come.
func (h *half) giveUp() {
	missing := h.pending[0].seq - h.next
	h.framer.gap(int64(missing))
	h.next += missing
}

// acknowledged says that the receiver has what is missing before the first segment that waits, and that
// it is the file which does not.
func (h *half) acknowledged(ack uint32, at time.Time) bool {
	return len(h.pending) > 0 && int32(ack-h.next) > 0 && at.Sub(h.pending[0].at) > patience
}
