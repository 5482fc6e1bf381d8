// Package fuzz holds what must be true of any octets from outside, one function per target: it takes
// an input and says what did not hold. The tests run each under Go's engine with the inputs of
// TARGET/corpus as seeds; other engines take the same folders. It may import everything; nobody
// imports it but the tool beside it.
package fuzz

import (
	"encoding/binary"

	"github.com/dci-rs/dci-rs/internal/oracle"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// A Target is a property and the folder of its inputs.
type Target struct {
	Name  string
	Check func(in []byte) error
}

// Targets are all there are, in the order of the layers they reach.
func Targets() []Target {
	return []Target{
		{"nlri", NLRI},
		{"text", Text},
		{"attribute", Attribute},
		{"open", Open},
		{"update", Update},
		{"control", Control},
		{"message", Message},
		{"chain", Chain},
		{"stream", Stream},
		{"pcap", Pcap},
		{"mrt", MRT},
		{"configuration", Configuration},
	}
}

// reader takes an input apart. Where the input has ended it reads zeros and empty fields.
type reader []byte

func (r *reader) octet() byte {
	if len(*r) == 0 {
		return 0
	}
	o := (*r)[0]
	*r = (*r)[1:]
	return o
}

// field is what stands behind a length of two octets, or all that is left.
func (r *reader) field() []byte {
	n := int(binary.BigEndian.Uint16([]byte{r.octet(), r.octet()}))
	n = min(n, len(*r))
	f := (*r)[:n:n]
	*r = (*r)[n:]
	return f
}

// unknownFamily has no row in the codec: its NLRI are carried by their length field alone.
const unknownFamily = nlri.Family(nlri.AFIL2VPN)<<8 | 99

// families are those that an octet of the input picks from. Rows may be added at the end only:
// what stands in the corpora refers to them by number.
var families = [...]nlri.Family{
	nlri.IPv4Unicast, nlri.IPv6Unicast, nlri.IPv4Labeled, nlri.IPv6Labeled, nlri.VPNv4, nlri.VPNv6,
	nlri.EVPN, nlri.VPLS, nlri.BGPLS, nlri.BGPLSVPN, nlri.RouteTarget,
	nlri.FlowSpec4, nlri.FlowSpec6, nlri.FlowSpecVPN4, nlri.FlowSpecVPN6, nlri.FlowSpecL2VPN,
	nlri.MVPN4, nlri.MVPN6, nlri.SRPolicy4, nlri.SRPolicy6, nlri.MUP4, nlri.MUP6,
	nlri.IPv4Multicast, nlri.IPv6Multicast, unknownFamily,
}

func family(octet byte) nlri.Family { return families[int(octet)%len(families)] }

// The bits of an octet that says what a session agreed on.
const (
	external byte = 1 << iota
	twoOctetAS
	addPath
	labelStack
	extendedNextHop
	extendedMessage
)

// The AS numbers of all sessions.
const (
	ourAS   = 65000
	theirAS = 65001
)

// session is what the bits say, for some families.
func session(bits byte, list ...nlri.Family) *wire.Negotiated {
	n := &wire.Negotiated{
		LocalASN: ourAS, PeerASN: ourAS, Internal: bits&external == 0, AS4: bits&twoOctetAS == 0,
		ExtendedMessage: bits&extendedMessage != 0, RequirePath: bits&external != 0,
	}
	if !n.Internal {
		n.PeerASN = theirAS
	}
	for _, f := range list {
		form := nlri.Form(0)
		if bits&addPath != 0 {
			form |= nlri.AddPath
		}
		if bits&labelStack != 0 {
			form |= nlri.LabelStack
		}
		if f == unknownFamily {
			form |= nlri.OpaqueLength8
		}
		n.Families = append(n.Families, wire.FamilyOptions{Family: f, Receive: form, Send: form, ExtendedNextHop: bits&extendedNextHop != 0})
	}
	return n
}

// terms is what the strict decoder is told of the messages that go out on a session.
func terms(n *wire.Negotiated) oracle.Terms {
	t := oracle.Terms{
		Limit: n.Limit(), TwoOctetAS: !n.AS4, External: !n.Internal, Deep: true,
		Families: make(map[oracle.Family]oracle.Framing, len(n.Families)),
	}
	for _, o := range n.Families {
		framing := oracle.Framing{
			AddPath: o.Send&nlri.AddPath != 0, LabelStack: o.Send&nlri.LabelStack != 0, ExtendedNextHop: o.ExtendedNextHop,
		}
		if o.Send&nlri.OpaqueLength8 != 0 {
			framing.Unknown = 1
		}
		t.Families[oracle.Family(o.Family)] = framing
	}
	return t
}
