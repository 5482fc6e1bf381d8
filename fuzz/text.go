package fuzz

import (
	"fmt"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/wire"
)

// Text reads and writes words: an octet picks the kind, the rest is a text, or with the octet's upper
// bit set the octets that it stands for. What is accepted is read the same again as it is written,
// what is refused is refused in one printable line, and whatever is written can be read.
func Text(in []byte) error {
	r := reader(in)
	pick := r.octet()
	words := [...]func(string) error{
		read(nlri.ParseRD), read(nlri.ParseESI), read(nlri.ParseMAC), read(nlri.ParseFamily),
		read(wire.ParseRouterID), read(rib.ParseRole),
		read(wire.ParseCommunity), read(wire.ParseLargeCommunity), extCommunity,
		read(wire.ParseIPv6ExtCommunity), read(wire.ParseTunnelType), read(parsePath),
	}
	if pick&0x80 == 0 {
		return words[int(pick)%len(words)](string(r))
	}
	b := [20]byte{}
	copy(b[:], r)
	switch number := func(at int) uint32 {
		return uint32(b[at])<<24 | uint32(b[at+1])<<16 | uint32(b[at+2])<<8 | uint32(b[at+3])
	}; pick & 7 {
	case 0:
		return written(nlri.RD(b[:8]), nlri.ParseRD)
	case 1:
		return written(nlri.ESI(b[:10]), nlri.ParseESI)
	case 2:
		return written(nlri.MAC(b[:6]), nlri.ParseMAC)
	case 3:
		return written(nlri.Family(number(0)>>8), nlri.ParseFamily)
	case 4:
		return written(wire.Community(number(0)), wire.ParseCommunity)
	case 5:
		return written(wire.LargeCommunity{Global: number(0), Local1: number(4), Local2: number(8)}, wire.ParseLargeCommunity)
	case 6:
		return readable(wire.ExtCommunity(b[:8]), wire.ParseExtCommunity)
	default:
		return written(wire.IPv6ExtCommunity(b), wire.ParseIPv6ExtCommunity)
	}
}

// word is a value with a text.
type word interface {
	comparable
	fmt.Stringer
}

// read is the property of a parser.
func read[T word](parse func(string) (T, error)) func(string) error {
	return func(text string) error {
		v, err := parse(text)
		if err != nil {
			return oneLine(err.Error())
		}
		return written(v, parse)
	}
}

// written: a value is read the same as it is written.
func written[T word](v T, parse func(string) (T, error)) error {
	again, err := parse(v.String())
	if err != nil || again != v {
		return fmt.Errorf("%#v is written %q and read as %#v, %v", v, v.String(), again, err)
	}
	return printable([]byte(v.String()))
}

// readable: a value has a text that can be read and is written the same again. Octets that mean nothing
// have no part in it.
func readable[T word](v T, parse func(string) (T, error)) error {
	again, err := parse(v.String())
	if err != nil || again.String() != v.String() {
		return fmt.Errorf("%#v is written %q and read as %v, %v", v, v.String(), again, err)
	}
	return written(again, parse)
}

func extCommunity(text string) error {
	c, err := wire.ParseExtCommunity(text)
	if err != nil {
		return oneLine(err.Error())
	}
	return readable(c, wire.ParseExtCommunity)
}

// asPath is an AS path that can be compared.
type asPath string

func (p asPath) String() string { return wire.ASPath(p).String() }

func parsePath(text string) (asPath, error) {
	p, err := wire.ParseASPath(text)
	return asPath(p), err
}
