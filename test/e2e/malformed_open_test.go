//go:build linux

package e2e

import (
	"slices"
	"testing"
	"time"
)

// openCase is what an injector sends instead of a sound OPEN.
type openCase struct {
	row  int
	name string
	send func(s *speaker) []byte
	code int // of the NOTIFICATION that must come; 0: the session must come up
	sub  int // -1 is any
}

// parameters is an OPEN with the given optional parameters field, its length octet included.
func parameters(field string) func(*speaker) []byte {
	return func(s *speaker) []byte { return message(typeOpen, s.openBody(octets(field))) }
}

// capabilities is a sound OPEN with further capabilities.
func capabilities(further ...[]byte) func(*speaker) []byte {
	return func(s *speaker) []byte {
		return message(typeOpen, s.openBody(withParameter(join(capability(65, u32(s.config.asn)), join(further...)))))
	}
}

// patched is a sound OPEN of which some octets of the whole message are replaced.
func patched(at int, with ...byte) func(*speaker) []byte {
	return func(s *speaker) []byte { return slices.Replace(s.open(), at, at+len(with), with...) }
}

func bare(m []byte) func(*speaker) []byte { return func(*speaker) []byte { return m } }

var openCases = []openCase{
	{16, "a capability longer than its parameter", parameters("06 02 04 41 FF 0000"), 2, -1},
	{16, "a parameter longer than the message", parameters("02 02 FF"), 2, -1},
	{16, "parameters longer than the message", parameters("20 02 00"), 2, -1},
	{16, "parameters shorter than the message", parameters("00 02 00"), 2, -1},
	{16, "a message that ends at a parameter's length", parameters("01 02"), 2, -1},
	{16, "extended parameters of which two octets are there", parameters("FF FF 00"), 2, -1},
	{16, "extended parameters of which none is there", parameters("FF FF"), 2, -1},
	{16, "extended parameters longer than the message", parameters("FF FF 00FF 02 0000"), 2, -1},
	{16, "a capability header of one octet", parameters("03 02 01 41"), 2, -1},
	{16, "a 4-octet AS capability of 2 octets", parameters("06 02 04 41 02 FDE8"), 2, -1},
	{16, "a parameter nobody knows", parameters("03 09 01 00"), 2, 4},
	{16, "version 3", patched(19, 3), 2, 1},
	{16, "an AS that is not ours to expect", func(s *speaker) []byte {
		s.config.asn = 64999
		return s.open()
	}, 2, 2},
	{16, "a hold time of 1 s", patched(22, 0, 1), 2, 6},
	{16, "router identifier 0", patched(24, 0, 0, 0, 0), 2, 3},
	{16, "an OPEN of 28 octets", bare(message(typeOpen, octets("04 FDE8 001E 7F0000"))), 1, 2},
	{16, "a multiprotocol capability of 3 octets", capabilities(octets("01 03 000100")), 2, -1},
	{16, "a software version of 255 octets", func(s *speaker) []byte {
		caps := join(capability(65, u32(s.config.asn)), capability(75, repeat('v', 255)))
		return message(typeOpen, s.openBody(join(octets("FF FF"), withLen16(join([]byte{2}, withLen16(caps))))))
	}, 0, 0},
	{16, "a software version whose inner length is wrong", capabilities(octets("4B 03 FF 7631")), 2, -1},
	{16, "capabilities nobody knows, and one twice", capabilities(octets("C8 02 ABCD  C8 02 ABCD  01 04 0001 00 01  01 04 0001 00 01  01 04 7FFF 00 7F")), 0, 0},
	{41, "ADD-PATH of a mode nobody knows", capabilities(octets("45 04 0001 01 09")), 0, 0},
	{43, "a bad marker instead of an OPEN", patched(0, 0), 1, 1},
	{43, "an OPEN of 4097 octets", bare(slices.Replace(message(typeOpen, nil), 16, 18, 0x10, 0x01)), 1, 2},
	{43, "a header of length 18 instead of an OPEN", patched(16, 0, 18), 1, 2},
	{43, "message type 7 instead of an OPEN", patched(18, 7), 1, 3},
	{43, "a KEEPALIVE instead of an OPEN", bare(message(typeKeepalive, nil)), 5, -1},
	{43, "an UPDATE instead of an OPEN", bare(update(nil, nil, nil)), 5, -1},
}

func (b *malformedBench) runOpen(t *testing.T, c openCase) {
	s := connect(t, b.nextInjector(malformed{}))
	s.send(c.send(s))
	if c.code == 0 {
		if err := s.confirm(); err != nil {
			t.Errorf("the session must come up: %v", err)
		}
	} else if err := s.reset(5*time.Second, c.code, c.sub); err != nil {
		t.Error(err)
	}
	b.settle(t, s)
}

// toggle brings one neighbor up again and again with other capabilities each time, as a flapping peer does, a session reset in between.
func (b *malformedBench) toggle(t *testing.T) {
	config := b.nextInjector(malformed{})
	for n := range 6 {
		config.families = sampleFamilies()[n:]
		config.extendedMessage, config.extendedNextHop = n%2 == 0, n%3 == 0
		s := establish(t, config)
		f := config.families[0]
		s.send(b.side.sound(f, probes[f], 1))
		if err := b.observer.wait(5*time.Second, b.observer.holds(f, probes[f])); err != nil {
			t.Error(err)
		}
		if n%2 == 1 {
			s.send(message(typeKeepalive, []byte{0}))
			if err := s.reset(5*time.Second, 1, 2); err != nil {
				t.Error(err)
			}
		}
		b.settle(t, s)
	}
}
