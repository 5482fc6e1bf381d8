package main

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// An update is one UPDATE cut into attribute values. It borrows the message. It keeps positions, not
// slices: cutting writes no pointers and clears nothing.
type update struct {
	body    []byte
	rest    int // where the attributes begin that are not cut yet
	present attrSet
	at      [64]span // defined for the codes in present

	nextHop, reach span // inside MP_REACH_NLRI
	unreach        span // inside MP_UNREACH_NLRI
}

type span struct{ from, to uint16 }

// An attrSet has one bit for each attribute code; bit 63 stands for all codes from 63 on.
type attrSet uint64

func (s attrSet) has(code uint8) bool { return s>>code&1 != 0 }

// value is an attribute's octets; the attribute must be present.
func (u *update) value(code uint8) []byte { return u.octets(u.at[code]) }

func (u *update) octets(s span) []byte { return u.body[s.from:s.to] }

// attrFlags are the flags of the codes that a workload sends or a reflector adds.
var attrFlags = [64]byte{
	attrOrigin: 0x40, attrASPath: 0x40, attrMED: 0x80, attrLocalPref: 0x40, attrOriginatorID: 0x80, attrClusterList: 0x80,
	attrMPReach: 0x80, attrMPUnreach: 0x80, attrExtCommunities: 0xc0,
}

var errTruncated = errors.New("UPDATE: a length points past the end")

// parse checks the frame of a body, header left out, and cuts MP_REACH_NLRI if it is the first
// attribute, as RFC 7606 §5.1 wants it. It takes no routes outside the MP attributes.
func (u *update) parse(body []byte, w *workload) error {
	u.body, u.rest, u.present = body, 4, 0
	if len(body) < 4 {
		return errTruncated
	}
	if body[0]|body[1] != 0 || len(body)-4 != int(binary.BigEndian.Uint16(body[2:])) {
		return errors.New("UPDATE: routes outside MP_REACH_NLRI and MP_UNREACH_NLRI")
	}
	if len(body) > 5 && body[5] == attrMPReach {
		return u.next(w)
	}
	return nil
}

// parseRest cuts the other attributes.
func (u *update) parseRest(w *workload) error {
	for u.rest < len(u.body) {
		if err := u.next(w); err != nil {
			return err
		}
	}
	return nil
}

// next cuts one attribute.
func (u *update) next(w *workload) error {
	head, from := u.body[u.rest:], u.rest+3
	if len(head) < 4 && (len(head) < 3 || head[0]&0x10 != 0) {
		return errTruncated
	}
	code, length := min(head[1], 63), int(head[2])
	if head[0]&0x10 != 0 {
		length = int(binary.BigEndian.Uint16(head[2:]))
		from++
	}
	if want := attrFlags[code]; want != 0 && head[0]&^0x10 != want {
		return fmt.Errorf("UPDATE: attribute %d with flags %#x, want %#x", code, head[0], want)
	}
	u.rest = from + length
	if u.rest > len(u.body) {
		return errTruncated
	}
	u.present |= 1 << code
	u.at[code] = span{uint16(from), uint16(u.rest)}
	switch code {
	case attrMPReach:
		return u.cutReach(w)
	case attrMPUnreach:
		return u.cutUnreach(w)
	}
	return nil
}

func (u *update) cutReach(w *workload) error {
	s, value := u.at[attrMPReach], u.value(attrMPReach)
	if err := ofFamily(value, w); err != nil {
		return err
	}
	if len(value) < 5 || len(value) < 5+int(value[3]) || value[4+value[3]] != 0 {
		return errors.New("UPDATE: MP_REACH_NLRI that ends before its routes, or with its reserved octet set")
	}
	end := s.from + 4 + uint16(value[3])
	u.nextHop, u.reach = span{s.from + 4, end}, span{end + 1, s.to}
	return nil
}

func (u *update) cutUnreach(w *workload) error {
	s := u.at[attrMPUnreach]
	u.unreach = span{s.from + 3, s.to}
	return ofFamily(u.value(attrMPUnreach), w)
}

func ofFamily(value []byte, w *workload) error {
	if len(value) < 3 || binary.BigEndian.Uint16(value) != w.afi || value[2] != w.safi {
		return fmt.Errorf("UPDATE: MP attribute %x, want family %d/%d", value[:min(len(value), 3)], w.afi, w.safi)
	}
	return nil
}
