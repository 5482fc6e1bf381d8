//go:build linux

package e2e

import (
	"net/netip"

	"github.com/dci-rs/dci-rs/internal/oracle"
)

func capability(code byte, value ...[]byte) []byte {
	return join([]byte{code}, withLen8(join(value...)))
}

// open is the OPEN message that the configuration asks for.
func (s *speaker) open() []byte {
	c := s.config
	var caps [][]byte
	for _, f := range c.families {
		caps = append(caps, capability(1, u16(f.afi()), []byte{0, byte(f.safi())}))
	}
	caps = append(caps, capability(2), capability(70))
	if c.extendedMessage {
		caps = append(caps, capability(6))
	}
	if !c.twoOctetAS {
		caps = append(caps, capability(65, u32(c.asn)))
	}
	for _, f := range c.families {
		if c.extendedNextHop && f.afi() == 1 {
			caps = append(caps, capability(5, u16(f.afi()), u16(f.safi()), u16(2)))
		}
	}
	return message(typeOpen, s.openBody(withParameter(join(join(caps...), c.capabilities))))
}

// openBody is the body of an OPEN with the given optional parameters field, its length octet included.
func (s *speaker) openBody(parameters []byte) []byte {
	asn := s.config.asn
	if asn > 0xffff {
		asn = 23456
	}
	id := netip.MustParseAddr(s.config.local).As4()
	return join([]byte{4}, u16(int(asn)), u16(30), id[:], parameters)
}

// withParameter is an optional parameters field with one capabilities parameter.
func withParameter(capabilities []byte) []byte {
	return withLen8(join([]byte{2}, withLen8(capabilities)))
}

// negotiate reads the peer's capabilities as far as they change how messages are read.
func (s *speaker) negotiate(body []byte) error {
	o, err := oracle.OpenBody(body)
	if err != nil {
		return err
	}
	for _, c := range o.Capabilities {
		switch {
		case c.Code == 6 && s.config.extendedMessage:
			s.terms.Limit = 65535
		case c.Code == 5 && s.config.extendedNextHop:
			for f := range s.terms.Families {
				s.terms.Families[f] = oracle.Framing{ExtendedNextHop: true}
			}
		}
	}
	return nil
}
