package server

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/wire"
)

// What becomes of a route that a good UPDATE announced when a bad one announces it again.
type fate string

const (
	kept      fate = "" // nothing is told of it
	withdrawn fate = "withdrawn"
	told      fate = "told"
	reset     fate = "reset" // the session ends, so the route goes
	anything  fate = "anything that leaves the session up"
)

// octets reads hex; blanks don't count.
func octets(text string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

// message frames a body.
func message(kind wire.MessageType, body []byte) []byte {
	b := []byte(strings.Repeat("\xff", 16))
	b = binary.BigEndian.AppendUint16(b, uint16(wire.HeaderLen+len(body)))
	return append(append(b, byte(kind)), body...)
}

// update is an UPDATE whose three parts are given.
func update(gone, attrs, prefixes []byte) []byte {
	body := binary.BigEndian.AppendUint16(nil, uint16(len(gone)))
	body = binary.BigEndian.AppendUint16(append(body, gone...), uint16(len(attrs)))
	return message(wire.TypeUpdate, append(append(body, attrs...), prefixes...))
}

// attribute writes an attribute with a length of one octet, or two where the flags say so.
func attribute(flags, code byte, value []byte) []byte {
	if flags&0x10 != 0 {
		return append(binary.BigEndian.AppendUint16([]byte{flags, code}, uint16(len(value))), value...)
	}
	return append([]byte{flags, code, byte(len(value))}, value...)
}

// reach is an MP_REACH_NLRI with a next hop of 4 octets.
func reach(f nlri.Family, list []byte) []byte { return reachVia(f, []byte{10, 0, 0, 9}, list) }

func reachVia(f nlri.Family, nextHop, list []byte) []byte {
	v := binary.BigEndian.AppendUint16(nil, uint16(f.AFI()))
	v = append(v, byte(f.SAFI()), byte(len(nextHop)))
	v = append(append(append(v, nextHop...), 0), list...)
	return attribute(0x90, 14, v)
}

const (
	nextHop    = "40 03 04 0a000009"
	base       = "40 01 01 00 40 02 00 " + nextHop + " 40 05 04 000000c8"
	baseMP     = "40 01 01 00 40 02 00 40 05 04 000000c8"
	med5       = "80 04 04 00000005"
	evpnSubnet = "05 22 0001 0a000001 0064 00000000000000000000 00000000 18 c0a80100 00000000 000064"
	evpnMAC    = "02 21 0001 0a000001 0064 00000000000000000000 00000000 30 001122334455 00 000064"
)

var subject = octets("10 0a01") // 10.1.0.0/16

// TestMalformed plays the inputs that other speakers died of (field.md §5, by row). The good route
// of the sender is announced first, so that one can tell what becomes of it.
func TestMalformed(t *testing.T) {
	attrs := func(text string) []byte { return octets(base + text) }
	with := func(text string) []byte { return update(nil, attrs(text), subject) }
	only := func(text string) []byte { return update(nil, octets(text), subject) }
	evpn := func(text string) []byte {
		return update(nil, append(reach(nlri.EVPN, octets(text)), octets(baseMP)...), nil)
	}
	for _, tt := range []struct {
		row      int
		name     string
		external bool
		good     []byte // announced before; nil = 10.1.0.0/16
		bad      []byte
		want     fate
		attr     string         // as it is told; "-" and a code: it is not told
		code     wire.ErrorCode // of a reset
		subcode  uint8
	}{
		{row: 1, name: "a Tunnel Encapsulation TLV longer than its attribute", bad: with("c0 17 04 000800ff"), want: anything},
		{row: 1, name: "an unknown optional transitive attribute is relayed with the Partial bit", bad: with("c0 1c 03 ffffff"), want: told, attr: "e0 1c 03 ffffff"},
		{row: 2, name: "a Prefix-SID of zeroes", bad: with("c0 28 0a 00000000000000000000"), want: anything},
		{row: 3, name: "an OTC with a length of two octets is relayed as it came", bad: with("d0 23 0004 0000fde8"), want: told, attr: "d0 23 0004 0000fde8"},
		{row: 3, name: "an OTC of 5 octets", bad: with("c0 23 05 0000fde800"), want: withdrawn},
		{row: 4, name: "a NEXT_HOP of 3 octets", bad: only("40 01 01 00 40 02 00 40 03 03 0a0000 40 05 04 000000c8"), want: withdrawn},
		{row: 4, name: "a NEXT_HOP of no octets", bad: only("40 01 01 00 40 02 00 40 03 00 40 05 04 000000c8"), want: withdrawn},
		{row: 5, name: "a malformed AS4_PATH before AS_PATH", bad: only("c0 11 03 020100 " + base + med5), want: told, attr: "-17"},
		{row: 6, name: "an unrecognised well-known attribute", bad: with("40 63 01 00"), want: anything},
		{row: 7, name: "an ORIGIN with wrong flags", bad: only("00 01 01 00 40 02 00 " + nextHop + " 40 05 04 000000c8"), want: withdrawn},
		{row: 8, name: "an attribute longer than what is left", bad: with("c0 08 ff fde80001"), want: withdrawn},
		{row: 8, name: "an attribute longer than what is left, and nothing that could be withdrawn (RFC 7606 §5.2)", bad: update(nil, attrs("c0 08 ff fde80001"), nil), want: reset, code: wire.ErrUpdate, subcode: wire.MalformedAttributeList},
		{row: 9, name: "a withdrawn prefix longer than its field", bad: update([]byte{0x18}, nil, nil), want: reset, code: wire.ErrUpdate, subcode: wire.InvalidNetworkField},
		{row: 10, name: "IPv6 extended communities of 8 octets", bad: with("c0 19 08 0000000000000000"), want: withdrawn},
		{row: 11, name: "a Prefix-SID whose SRv6 TLV passes its end", bad: with("c0 28 05 05 00ff 00 01"), want: anything},
		{row: 12, name: "an empty AS_PATH from eBGP", external: true, bad: only("40 01 01 00 40 02 00 " + nextHop), want: withdrawn},
		{row: 13, name: "a label without the bottom of stack bit is a label", good: update(nil, append(reachVia(nlri.VPNv4, make([]byte, 12), octets("68 000641 0000fde800000001 0a01")), octets(baseMP)...), nil),
			bad: update(nil, append(reachVia(nlri.VPNv4, make([]byte, 12), octets("68 000640 0000fde800000001 0a01")), octets(baseMP)...), nil), want: told},
		{row: 13, name: "a withdrawal with label 0x800000", good: update(nil, append(reachVia(nlri.VPNv4, make([]byte, 12), octets("68 000641 0000fde800000001 0a01")), octets(baseMP)...), nil),
			bad: update(nil, octets("80 0f 11 0001 80 68 800000 0000fde800000001 0a01"), nil), want: withdrawn},
		{row: 13, name: "a withdrawal with label 0", good: update(nil, append(reachVia(nlri.VPNv4, make([]byte, 12), octets("68 000641 0000fde800000001 0a01")), octets(baseMP)...), nil),
			bad: update(nil, octets("80 0f 11 0001 80 68 000000 0000fde800000001 0a01"), nil), want: withdrawn},
		{row: 14, name: "a membership of 104 bits in a family that was not negotiated", bad: update(nil, append(reach(nlri.RouteTarget, octets("68 0000fde8 0002fde800000064 00")), octets(baseMP)...), nil), want: kept},
		{row: 15, name: "a next hop of 3 octets in MP_REACH", good: evpn(evpnMAC), bad: update(nil, append(reachVia(nlri.EVPN, []byte{10, 0, 0}, octets(evpnMAC)), octets(baseMP)...), nil), want: reset, code: wire.ErrUpdate, subcode: wire.OptionalAttributeError},
		{row: 15, name: "a next hop of 33 octets in MP_REACH", good: evpn(evpnMAC), bad: update(nil, append(reachVia(nlri.EVPN, make([]byte, 33), octets(evpnMAC)), octets(baseMP)...), nil), want: reset, code: wire.ErrUpdate, subcode: wire.OptionalAttributeError},
		{row: 17, name: "an EVPN prefix of 33 bits in IPv4 layout", good: evpn(evpnSubnet), bad: evpn(strings.Replace(evpnSubnet, " 18 c0", " 21 c0", 1)), want: kept},
		{row: 18, name: "an EVPN type 99 is relayed", bad: evpn("63 03 010203"), want: told},
		{row: 18, name: "an EVPN type 0 is relayed", bad: evpn("00 00"), want: told},
		{row: 18, name: "a MAC address of 40 bits takes the rest of the UPDATE with it", good: evpn(evpnMAC), bad: evpn(strings.Replace(evpnMAC, " 30 00", " 28 00", 1) + evpnMAC), want: withdrawn},
		{row: 18, name: "an EVPN NLRI that is one octet short", good: evpn(evpnMAC), bad: evpn("02 20 " + evpnMAC[6:len(evpnMAC)-2] + evpnMAC), want: withdrawn},
		{row: 19, name: "both forms of VPLS in one field", bad: update(nil, append(reach(nlri.VPLS, octets("000c 00010a0000010064 0a000001 0011 00010a0000010064 0001 0001 0008 0186a0")), octets(baseMP)...), nil), want: told},
		{row: 22, name: "no attribute at all beside a prefix", bad: update(nil, nil, subject), want: withdrawn},
		{row: 23, name: "an MP_REACH that ends inside its next hop", bad: update(nil, octets("80 0e 05 0019 46 04 0a "+baseMP), nil), want: reset, code: wire.ErrUpdate, subcode: wire.OptionalAttributeError},
		{row: 24, name: "an unknown attribute and no mandatory one", bad: only("c0 1f 10 00000000000000000000000000000000"), want: withdrawn},
		{row: 25, name: "MP_UNREACH and a prefix without mandatory attributes", bad: only("80 0f 03 0002 01"), want: withdrawn},
		{row: 25, name: "an MP_UNREACH of one octet", bad: update(nil, octets("80 0f 01 00"), nil), want: reset, code: wire.ErrUpdate, subcode: wire.AttributeLengthError},
		{row: 26, name: "a ROUTE-REFRESH whose ORF part is short", bad: message(wire.TypeRouteRefresh, octets("0001 00 01 01 80 00")), want: kept},
		{row: 27, name: "an AIGP of one octet", bad: with("80 1a 01 01" + med5), want: told, attr: "-26"},
		{row: 28, name: "a Tunnel Encapsulation sub-TLV longer than its TLV", bad: with("c0 17 08 0008 0004 01ff 0000"), want: anything},
		{row: 36, name: "a prefix of 255 bits", bad: update(nil, attrs(""), append(octets("ff"), make([]byte, 32)...)), want: reset, code: wire.ErrUpdate, subcode: wire.InvalidNetworkField},
		{row: 37, name: "a BGP-LS NLRI whose TLV passes its end", bad: update(nil, append(reach(nlri.BGPLS, octets("0001 000d 02 0000000000000000 0100 00ff")), octets(baseMP)...), nil), want: anything},
		{row: 38, name: "the experimental attribute 255 is relayed", bad: with("c0 ff 04 01020304"), want: told, attr: "e0 ff 04 01020304"},
		{row: 42, name: "a Tunnel Encapsulation attribute is relayed as it came", bad: with("c0 17 0c 0008 0008 0406 0102030405 06"), want: told, attr: "c0 17 0c 0008 0008 0406 0102030405 06"},
		{row: 43, name: "a message of 18 octets", bad: append([]byte(strings.Repeat("\xff", 16)), 0, 18, 4), want: reset, code: wire.ErrHeader, subcode: wire.BadMessageLength},
		{row: 43, name: "an UPDATE of 22 octets", bad: message(wire.TypeUpdate, make([]byte, 3)), want: reset, code: wire.ErrHeader, subcode: wire.BadMessageLength},
		{row: 43, name: "a KEEPALIVE with a body", bad: message(wire.TypeKeepalive, make([]byte, 1)), want: reset, code: wire.ErrHeader, subcode: wire.BadMessageLength},
		{row: 43, name: "a marker that is not all ones", bad: make([]byte, 19), want: reset, code: wire.ErrHeader, subcode: wire.ConnectionNotSynchronized},
		{row: 43, name: "a message of type 6", bad: message(6, nil), want: reset, code: wire.ErrHeader, subcode: wire.BadMessageType},
	} {
		t.Run(fmt.Sprintf("row %d, %s", tt.row, tt.name), func(t *testing.T) {
			t.Parallel()
			families := []nlri.Family{nlri.IPv4Unicast, nlri.VPNv4, nlri.EVPN, nlri.VPLS, nlri.BGPLS}
			c := Config{Shards: 1}
			for _, a := range []string{"127.0.0.2", "127.0.0.3", "127.0.0.4"} {
				c.Neighbors = append(c.Neighbors, neighbor(a, rib.RoleClient, ourASN, families...))
			}
			asn, good := uint32(ourASN), tt.good
			fence := base
			if tt.external {
				c.Neighbors[0].Role, asn = rib.RolePeer, 65001
				c.Neighbors[0].ASN = asn
				fence = "40 01 01 00 40 02 06 0201 0000fde9" + nextHop
			}
			if good == nil {
				good = update(nil, octets(fence), subject)
			}
			r := run(t, c)
			sender := r.up("127.0.0.2", opening(asn, 2, families...))
			honest := r.up("127.0.0.3", opening(ourASN, 3, families...))
			observer := r.up("127.0.0.4", opening(ourASN, 4, families...))
			sender.told()
			observer.told()
			honest.send(update(nil, octets(base), octets("10 0a02")))
			observer.waitFor("\x10\x0a\x02")
			sender.send(good)
			observer.update()

			sender.send(tt.bad)
			if tt.want == reset {
				sender.wantNotification(tt.code, tt.subcode)
				if u, _ := observer.update(); withdrawals(u) != 1 {
					t.Error("the routes of the session stay")
				}
			} else {
				// What the bad message did is told at the latest with the first of these.
				sender.send(update(nil, octets(fence), octets("10 0a03")))
				log := observer.waitFor("\x10\x0a\x03")
				sender.send(update(nil, octets(fence), octets("10 0a04")))
				log = append(log, observer.waitFor("\x10\x0a\x04")...)
				check(t, log, tt.want, tt.attr)
			}
			honest.send(update(octets("10 0a02"), nil, nil))
			for u, _ := observer.update(); u.Withdrawn().Len() == 0; u, _ = observer.update() {
			}
			if r.status("127.0.0.3").Established != 1 {
				t.Error("the session of the honest neighbor suffered")
			}
		})
	}
}

// waitFor reads until a prefix is announced and returns the UPDATEs before it.
func (p *wirePeer) waitFor(prefix string) (log []wire.Update) {
	p.t.Helper()
	for {
		u, _ := p.update()
		routes := make(map[string]route)
		collect(u, routes)
		if _, ok := routes[prefix]; ok {
			return log
		}
		log = append(log, u)
	}
}

// withdrawals counts both forms.
func withdrawals(u wire.Update) int {
	l, _ := u.Unreach()
	return u.Withdrawn().Len() + l.Len()
}

// check compares what was told of the subject with its fate.
func check(t *testing.T, log []wire.Update, want fate, attr string) {
	t.Helper()
	got := kept
	for _, u := range log {
		if withdrawals(u) > 0 {
			got = withdrawn
		}
		routes := make(map[string]route)
		if collect(u, routes); len(routes) > 0 {
			got = told
		}
		for _, x := range routes {
			if code, absent := strings.CutPrefix(attr, "-"); absent {
				for has := range x.attrs {
					if fmt.Sprint(uint8(has)) == code {
						t.Errorf("attribute %s was told", code)
					}
				}
			} else if wanted := octets(attr); len(wanted) > 0 && x.attrs[wire.AttrCode(wanted[1])] != string(wanted) {
				t.Errorf("told with % x, want % x", x.attrs[wire.AttrCode(wanted[1])], wanted)
			}
		}
	}
	if want != anything && got != want {
		t.Errorf("the route was %q, want %q", got, want)
	}
}

// TestMalformedOpen: row 16 and what RFC 4271 §6.2 says.
func TestMalformedOpen(t *testing.T) {
	open := func(version byte, asn uint16, hold uint16, id string, parameters string) []byte {
		b := append([]byte{version}, byte(asn>>8), byte(asn), byte(hold>>8), byte(hold))
		b = append(b, octets(id)...)
		p := octets(parameters)
		return message(wire.TypeOpen, append(append(b, byte(len(p))), p...))
	}
	whole := open(4, ourASN, 90, "0a000001", "0206 010400010001")
	for _, tt := range []struct {
		name    string
		send    []byte
		code    wire.ErrorCode
		subcode uint8
	}{
		{"version 3", open(3, ourASN, 90, "0a000001", ""), wire.ErrOpen, wire.UnsupportedVersion},
		{"another AS", open(4, 65001, 90, "0a000001", ""), wire.ErrOpen, wire.BadPeerAS},
		{"a router-id of zero", open(4, ourASN, 90, "00000000", ""), wire.ErrOpen, wire.BadBGPIdentifier},
		{"our router-id", open(4, ourASN, 90, "c0000201", ""), wire.ErrOpen, wire.BadBGPIdentifier},
		{"a hold time of one second", open(4, ourASN, 1, "0a000001", ""), wire.ErrOpen, wire.UnacceptableHoldTime},
		{"a capability longer than its parameter", open(4, ourASN, 90, "0a000001", "0204 010400 01"), wire.ErrOpen, wire.UnspecificError},
		{"an optional parameter longer than the message", slices.Concat(whole[:len(whole)-7], []byte{0x20}, whole[len(whole)-6:]), wire.ErrOpen, wire.UnspecificError},
		{"an UPDATE instead", update(nil, octets(base), subject), wire.ErrFSM, wire.UnexpectedInOpenSent},
		{"a KEEPALIVE instead", wire.AppendKeepalive(nil), wire.ErrFSM, wire.UnexpectedInOpenSent},
		{"a second OPEN", slices.Concat(whole, whole), wire.ErrFSM, wire.UnexpectedInOpenConfirm},
		{"an OPEN in the middle of a session", slices.Concat(whole, wire.AppendKeepalive(nil), whole), wire.ErrFSM, wire.UnexpectedInEstablished},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := run(t, Config{Neighbors: clients("127.0.0.2")})
			p := r.connect("127.0.0.2")
			p.send(tt.send)
			p.wantNotification(tt.code, tt.subcode)
		})
	}
}

func TestAMalformedKindIsLoggedOnce(t *testing.T) {
	r := run(t, Config{Neighbors: clients("127.0.0.2")})
	a := r.up("127.0.0.2", ipv4(2))
	for range 10 {
		a.send(update(nil, nil, subject))
	}
	a.send(update(nil, octets(base+"80 1a 01 01"), subject))
	r.until("11 malformed messages are counted", func() bool { return r.status("127.0.0.2").Malformed == 11 })
	if n := r.logs.count("malformed message"); n != 2 {
		t.Errorf("two kinds of malformed messages made %d log lines", n)
	}
}

// TestARouteTooLongIsWithdrawn: rows 33 and 34. What fits no more once it is rewritten is withdrawn,
// so that nobody keeps an older state of it.
func TestARouteTooLongIsWithdrawn(t *testing.T) {
	r := run(t, Config{Neighbors: clients("127.0.0.2", "127.0.0.3", "127.0.0.4")})
	short := ipv4(3)
	short.Capabilities = wire.Capabilities{}.AppendFamilies(nlri.IPv4Unicast).AppendAS4(ourASN)
	a, b, c := r.up("127.0.0.2", ipv4(2)), r.up("127.0.0.3", short), r.up("127.0.0.4", ipv4(4))
	b.told()
	c.told()
	a.send(update(nil, octets(base), subject))
	b.update()
	c.update()
	// The longest that a short message holds: 4096 = 19 + 4 + base + 4 + communities + subject.
	room := wire.MaxMessage - wire.HeaderLen - 4 - len(octets(base)) - 4 - len(subject)
	long := append(octets(base), attribute(0xd0, 8, make([]byte, room/4*4))...)
	for range 2 {
		a.send(update(nil, long, subject))
		if u, _ := c.update(); u.Announced().Len() != 1 {
			t.Error("one who takes long messages was not told the route")
		}
		a.send(update(nil, octets(base), subject))
		c.update()
	}
	if u, _ := b.update(); u.Withdrawn().Len() != 1 {
		t.Error("one who takes short messages keeps the older route")
	}
	r.until("it is logged", func() bool { return r.logs.count("route too long") == 1 })
}
