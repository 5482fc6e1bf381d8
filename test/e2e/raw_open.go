//go:build linux

package e2e

import (
	"fmt"
	"net/netip"
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
	caps, err := openCapabilities(body)
	if err != nil {
		return err
	}
	for _, c := range caps {
		switch {
		case c.code == 6 && s.config.extendedMessage:
			s.terms.limit = 65535
		case c.code == 5 && s.config.extendedNextHop:
			s.terms.extendedNextHop = true
		}
	}
	return nil
}

type openCapability struct {
	code  byte
	value []byte
}

// openCapabilities lists the capabilities of an OPEN body, in either form of the optional parameters (RFC 5492, RFC 9072).
func openCapabilities(body []byte) ([]openCapability, error) {
	wrong := fmt.Errorf("malformed OPEN %x", body)
	if len(body) < 10 || int(body[9]) != len(body)-10 && body[9] != 255 {
		return nil, wrong
	}
	parameters, lengthSize := body[10:], 1
	if body[9] == 255 && len(body) >= 13 && body[10] == 255 {
		parameters, lengthSize = body[13:], 2
	}
	var caps []openCapability
	err := eachTLV(parameters, 1, lengthSize, func(kind int, value []byte) error {
		if kind != 2 {
			return wrong
		}
		return eachTLV(value, 1, 1, func(code int, value []byte) error {
			caps = append(caps, openCapability{byte(code), value})
			return nil
		})
	})
	return caps, err
}
