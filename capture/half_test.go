package capture

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/tcpassembly"
)

// TestHalfAgainstTCPAssembly sends a stream in random segments, overlapping, repeated, out of order and
// with some of them lost, through half and through gopacket's assembler: both must make the same of it.
func TestHalfAgainstTCPAssembly(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		stream := make([]byte, 1+random.IntN(20000))
		for i := range stream {
			stream[i] = byte(random.Uint32())
		}
		isn := random.Uint32()
		var segments []segment
		for at := 0; at < len(stream); {
			size := min(1+random.IntN(1500), len(stream)-at)
			from := max(0, at-random.IntN(2)*random.IntN(3000))
			at += size
			if seed%2 == 1 && random.IntN(20) == 0 {
				continue
			}
			for range 1 + random.IntN(3)/2 {
				segments = append(segments, segment{seq: isn + 1 + uint32(from), octets: stream[from:at]})
			}
		}
		for i := range segments {
			j := min(len(segments)-1, i+random.IntN(6))
			segments[i], segments[j] = segments[j], segments[i]
		}
		if got, want := byHalf(isn, segments), byTCPAssembly(isn, segments); got != want {
			t.Fatalf("seed %d: half made\n%.300s\n\ngopacket made\n%.300s", seed, got, want)
		}
	}
}

func byHalf(isn uint32, segments []segment) string {
	var h half
	var made []byte
	h.begin(isn + 1)
	read := func(s segment) {
		made = fmt.Appendf(made, "%x", s.octets)
		h.next += uint32(len(s.octets))
	}
	drain := func() {
		for s, ok := h.ready(); ok; s, ok = h.ready() {
			read(s)
		}
	}
	for _, s := range segments {
		if s, ahead := h.trim(s); ahead {
			h.wait(s)
		} else {
			read(s)
		}
		drain()
	}
	for len(h.pending) > 0 {
		made = fmt.Appendf(made, " %d missing ", h.pending[0].seq-h.next)
		h.giveUp()
		drain()
	}
	if h.waiting != 0 {
		return "octets are left"
	}
	return string(made)
}

type recorder struct{ made []byte }

func (r *recorder) New(_, _ gopacket.Flow) tcpassembly.Stream { return r }
func (r *recorder) ReassemblyComplete()                       {}
func (r *recorder) Reassembled(pieces []tcpassembly.Reassembly) {
	for _, p := range pieces {
		if p.Skip != 0 {
			r.made = fmt.Appendf(r.made, " %d missing ", p.Skip)
		}
		r.made = fmt.Appendf(r.made, "%x", p.Bytes)
	}
}

func byTCPAssembly(isn uint32, segments []segment) string {
	var r recorder
	a := tcpassembly.NewAssembler(tcpassembly.NewStreamPool(&r))
	a.Assemble(gopacket.Flow{}, &layers.TCP{SYN: true, Seq: isn})
	for _, s := range segments {
		a.Assemble(gopacket.Flow{}, &layers.TCP{Seq: s.seq, BaseLayer: layers.BaseLayer{Payload: s.octets}})
	}
	a.FlushAll()
	return string(r.made)
}
