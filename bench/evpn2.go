package main

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// The workload evpn2: MAC/IP routes (RFC 7432 §7.2) with one IPv4 address and one label, a VNI. Five
// of them stand in an UPDATE, a sender uses its 50 attribute sets in turn.
const (
	evpn2Len       = 39
	evpn2PerUpdate = 5
	evpn2Sets      = 50
	evpn2FirstVNI  = 10000
	evpn2Round     = evpn2PerUpdate * evpn2Sets
)

var evpn2 = workload{
	name: "evpn2", afi: 25, safi: 70, sets: evpn2Sets,
	announce: evpn2Announce, withdraw: evpn2Withdraw,
	setOf: evpn2SetOf, check: evpn2Check, learn: evpn2Learn, forget: evpn2Forget,
}

// evpn2Set is the attribute set of the n-th route of a sender.
func evpn2Set(n uint32) uint32 { return n % evpn2Round / evpn2PerUpdate }

// appendEVPN2 writes the route of an id. The RD is PE:set, the MAC 02:00 and the id, the address
// 10.0.0.0 plus the id.
func appendEVPN2(dst []byte, sender int, set, id uint32) []byte {
	dst = append(dst, 2, evpn2Len-2, 0, 1)
	dst = binary.BigEndian.AppendUint32(dst, peerID(sender))
	dst = binary.BigEndian.AppendUint16(dst, uint16(set))
	dst = append(dst, make([]byte, 10+4)...) // ESI, Ethernet tag
	dst = append(dst, 48, 2, 0)
	dst = binary.BigEndian.AppendUint32(dst, id)
	dst = append(dst, 32)
	dst = binary.BigEndian.AppendUint32(dst, 10<<24+id)
	vni := evpn2FirstVNI + set
	return append(dst, byte(vni>>16), byte(vni>>8), byte(vni))
}

// evpn2Communities is RT 65000:set and the encapsulation community that says VXLAN (RFC 8365 §5.1.2).
func evpn2Communities(set uint32) (rt, encapsulation uint64) {
	return 0x0002_0000_0000_0000 | asn<<32 | uint64(set), 0x030c_0000_0000_0008
}

func evpn2Announce(s scale, sender int) []byte {
	var stream, reach, attrs []byte
	first := uint32(sender * s.routes)
	for n := uint32(0); n < uint32(s.routes); {
		set := evpn2Set(n)
		reach = append(reach[:0], 0, 25, 70, 4)
		reach = append(binary.BigEndian.AppendUint32(reach, peerID(sender)), 0)
		for ; n < uint32(s.routes) && evpn2Set(n) == set; n++ {
			reach = appendEVPN2(reach, sender, set, first+n)
		}
		rt, encapsulation := evpn2Communities(set)
		communities := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, rt), encapsulation)
		attrs = appendAttr(attrs[:0], 0x80, attrMPReach, reach)
		attrs = append(attrs, 0x40, attrOrigin, 1, 0, 0x40, attrASPath, 0, 0x40, attrLocalPref, 4, 0, 0, 0, 100)
		attrs = appendAttr(attrs, 0xc0, attrExtCommunities, communities)
		stream = appendUpdate(stream, attrs)
	}
	return stream
}

func evpn2Withdraw(s scale, sender int) []byte {
	const perUpdate = (maxMessage - 19 - 4 - 4 - 3) / evpn2Len
	var stream, unreach []byte
	for n := 0; n < s.routes; {
		unreach = append(unreach[:0], 0, 25, 70)
		for range min(perUpdate, s.routes-n) {
			unreach = appendEVPN2(unreach, sender, evpn2Set(uint32(n)), uint32(sender*s.routes+n))
			n++
		}
		stream = appendUpdate(stream, appendAttr(nil, 0x80, attrMPUnreach, unreach))
	}
	return stream
}

// evpn2SetOf reads the RD of the first route.
func evpn2SetOf(s scale, u *update) (int, error) {
	field := u.octets(u.reach)
	if len(field) < evpn2Len || len(field)%evpn2Len != 0 {
		return 0, fmt.Errorf("an NLRI field of %d octets, want a multiple of %d", len(field), evpn2Len)
	}
	pe, set := binary.BigEndian.Uint32(field[4:]), int(binary.BigEndian.Uint16(field[8:]))
	sender := int(pe - peerID(0))
	if sender >= s.senders || set >= evpn2Sets || set*evpn2PerUpdate >= s.routes {
		return 0, fmt.Errorf("RD %s:%d, which nobody sent", dotted(pe), set)
	}
	if hop := u.octets(u.nextHop); len(hop) != 4 || binary.BigEndian.Uint32(hop) != pe {
		return 0, fmt.Errorf("next hop %x of routes with RD %s:%d", hop, dotted(pe), set)
	}
	return sender*evpn2Sets + set, nil
}

func evpn2Learn(t *tally, field []byte, set int) error {
	sender, set := set/evpn2Sets, set%evpn2Sets
	n, fresh := len(field)/evpn2Len, 0
	if sender == t.own {
		t.returned += n
		return nil
	}
	// The ids of a set come back every evpn2Round.
	first := uint32(sender*t.routes + set*evpn2PerUpdate)
	span := uint32(t.routes - set*evpn2PerUpdate)
	want, have := evpn2WordsOf(sender, set), t.have
	for ; len(field) >= evpn2Len; field = field[evpn2Len:] {
		route := (*[evpn2Len]byte)(field)
		id := evpn2ID(route)
		if n := id - first; n >= span || n%evpn2Round >= evpn2PerUpdate || want.difference(route) != 0 {
			return fmt.Errorf("NLRI %x is not of set %d of %s", *route, set, dotted(peerID(sender)))
		}
		fresh += have.set(id)
	}
	t.learned(n, fresh)
	return nil
}

// What arrives is what was sent, and what a reflector adds: RFC 4456 §8 and, FRR only, MED 0.
const (
	evpn2Attrs = 1<<attrMPReach | 1<<attrOrigin | 1<<attrASPath | 1<<attrLocalPref | 1<<attrExtCommunities
	evpn2Added = 1<<attrOriginatorID | 1<<attrClusterList | 1<<attrMED | 1<<attrMPUnreach
)

func evpn2Check(u *update, set int) error {
	pe, set := peerID(set/evpn2Sets), set%evpn2Sets
	if err := evpn2Differs(u, pe, uint32(set)); err != nil {
		return fmt.Errorf("set %d of %s: %w", set, dotted(pe), err)
	}
	return nil
}

func evpn2Differs(u *update, pe, set uint32) error {
	if missing := evpn2Attrs &^ u.present; missing != 0 {
		return fmt.Errorf("attribute %d is missing", bits.TrailingZeros64(uint64(missing)))
	}
	if foreign := u.present &^ (evpn2Attrs | evpn2Added); foreign != 0 {
		return fmt.Errorf("attribute %d was added", bits.TrailingZeros64(uint64(foreign)))
	}
	if u.present.has(attrMED) {
		if v := u.value(attrMED); len(v) != 4 || binary.BigEndian.Uint32(v) != 0 {
			return fmt.Errorf("MED %x, want none or 0", v)
		}
	}
	if v := u.value(attrOrigin); len(v) != 1 || v[0] != 0 {
		return fmt.Errorf("ORIGIN %x, want IGP", v)
	}
	if v := u.value(attrASPath); len(v) != 0 {
		return fmt.Errorf("AS_PATH %x, want it empty", v)
	}
	if v := u.value(attrLocalPref); len(v) != 4 || binary.BigEndian.Uint32(v) != 100 {
		return fmt.Errorf("LOCAL_PREF %x, want 100", v)
	}
	if u.present.has(attrOriginatorID) {
		if v := u.value(attrOriginatorID); len(v) != 4 || binary.BigEndian.Uint32(v) != pe {
			return fmt.Errorf("ORIGINATOR_ID %x, want %s", v, dotted(pe))
		}
	}
	v := u.value(attrExtCommunities)
	if len(v) != 16 {
		return fmt.Errorf("extended communities %x, want two", v)
	}
	rt, encapsulation := evpn2Communities(set)
	a, b := binary.BigEndian.Uint64(v), binary.BigEndian.Uint64(v[8:])
	// A reflector may sort the communities.
	if (a != rt || b != encapsulation) && (a != encapsulation || b != rt) {
		return fmt.Errorf("extended communities %x, want RT %d:%d and VXLAN", v, asn, set)
	}
	return nil
}

// evpn2Forget leaves the label unchecked: a withdrawal may carry any.
func evpn2Forget(t *tally, field []byte) error {
	if len(field)%evpn2Len != 0 {
		return fmt.Errorf("a withdrawn NLRI field of %d octets, want a multiple of %d", len(field), evpn2Len)
	}
	n, fresh := 0, 0
	for ; len(field) >= evpn2Len; field = field[evpn2Len:] {
		route := (*[evpn2Len]byte)(field)
		id := evpn2ID(route)
		sender := int(id) / t.routes
		want := evpn2WordsOf(sender, int(evpn2Set(id%uint32(t.routes))))
		if sender >= t.senders || want.difference(route)&^evpn2Label != 0 {
			return fmt.Errorf("withdrawn NLRI %x, which nobody sent", *route)
		}
		if sender == t.own {
			t.returned++
			continue
		}
		n++
		fresh += t.have.clear(id)
	}
	t.forgot(n, fresh)
	return nil
}

func evpn2ID(n *[evpn2Len]byte) uint32 { return binary.BigEndian.Uint32(n[27:]) }

// evpn2Words are the octets that all routes of a set share, in little-endian words that overlap: the
// machine's own order costs least.
type evpn2Words struct{ start, rd, mac, end uint64 }

// evpn2Label is where the label stands in the last word.
const evpn2Label = 0xffffff << 40

func evpn2WordsOf(sender, set int) evpn2Words {
	return evpn2Words{
		start: bits.ReverseBytes64(0x0225_0001<<32 | uint64(peerID(sender))),       // type, length, RD
		rd:    bits.ReverseBytes64(uint64(set) << 48),                              // RD, ESI
		mac:   uint64(bits.ReverseBytes32(0x0030_0200)),                            // Ethernet tag, MAC without the id
		end:   bits.ReverseBytes64(0x20_0a_000000<<24 | uint64(evpn2FirstVNI+set)), // IP without the id, label
	}
}

// difference compares all octets of a route with those that the set and the id in its MAC want. It is 0
// if they are equal, within evpn2Label if the label differs alone.
func (w *evpn2Words) difference(n *[evpn2Len]byte) uint64 {
	mac := binary.LittleEndian.Uint64(n[23:])
	id := mac >> 32 // as in the message
	rest := (binary.LittleEndian.Uint64(n[0:]) ^ w.start) |
		(binary.LittleEndian.Uint64(n[8:]) ^ w.rd) |
		binary.LittleEndian.Uint64(n[16:]) | // ESI, Ethernet tag
		uint64(uint32(mac)) ^ w.mac
	if rest != 0 {
		return 1
	}
	return binary.LittleEndian.Uint64(n[31:]) ^ w.end ^ id>>8<<16
}

func dotted(a uint32) string { return fmt.Sprintf("%d.%d.%d.%d", a>>24, a>>16&255, a>>8&255, a&255) }
