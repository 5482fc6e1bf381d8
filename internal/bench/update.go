package bench

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// An update is one UPDATE cut into what a session looks at. It borrows the message.
type update struct {
	reach, unreach []byte // NLRI fields
	nextHop        []byte // of MP_REACH_NLRI
	attrs          []byte // that are not cut: all behind an MP_REACH_NLRI that stands first
	foreign        bool   // of another family than the table's
}

// An attr is one path attribute; text is all of it.
type attr struct {
	flags, code byte
	value       []byte
}

var errTruncated = errors.New("UPDATE: a length points past the end")

// cutAttr cuts the first attribute off.
func cutAttr(attrs []byte) (a attr, rest []byte, err error) {
	if len(attrs) < 3 {
		return a, nil, errTruncated
	}
	from, length := 3, int(attrs[2])
	if attrs[0]&flagExtendedLength != 0 {
		if len(attrs) < 4 {
			return a, nil, errTruncated
		}
		from, length = 4, int(binary.BigEndian.Uint16(attrs[2:]))
	}
	if len(attrs) < from+length {
		return a, nil, errTruncated
	}
	return attr{attrs[0], attrs[1], attrs[from : from+length]}, attrs[from+length:], nil
}

// cut checks the frame of a body, header left out, and cuts MP_REACH_NLRI if it is the first attribute, as
// RFC 7606 §5.1 wants it.
func (u *update) cut(body []byte, f Family) error {
	*u = update{}
	if len(body) < 4 {
		return errTruncated
	}
	withdrawn := int(binary.BigEndian.Uint16(body))
	if len(body) < 4+withdrawn {
		return errTruncated
	}
	behind := body[2+withdrawn:]
	length := int(binary.BigEndian.Uint16(behind))
	if len(behind) < 2+length {
		return errTruncated
	}
	u.unreach, u.attrs, u.reach = body[2:2+withdrawn], behind[2:2+length], behind[2+length:]
	if len(u.unreach)+len(u.reach) > 0 && f != ipv4 {
		return errors.New("UPDATE: routes outside MP_REACH_NLRI and MP_UNREACH_NLRI")
	}
	if length > 1 && u.attrs[1] == attrMPReach {
		a, rest, err := cutAttr(u.attrs)
		if err != nil {
			return err
		}
		u.attrs = rest
		return u.multiprotocol(a, f)
	}
	return nil
}

// cutRest looks for multiprotocol attributes elsewhere.
func (u *update) cutRest(f Family) error {
	for rest := u.attrs; len(rest) > 0; {
		a, after, err := cutAttr(rest)
		if err == nil {
			err = u.multiprotocol(a, f)
		}
		if err != nil {
			return err
		}
		rest = after
	}
	return nil
}

func (u *update) multiprotocol(a attr, f Family) error {
	if a.code != attrMPReach && a.code != attrMPUnreach {
		return nil
	}
	if a.flags&^flagExtendedLength != flagOptional {
		return fmt.Errorf("UPDATE: attribute %d with flags %#x", a.code, a.flags)
	}
	if len(a.value) < 3 {
		return errTruncated
	}
	if of := (Family{binary.BigEndian.Uint16(a.value), a.value[2]}); of != f {
		u.foreign = true
		return nil
	}
	if a.code == attrMPUnreach {
		u.unreach = a.value[3:]
		return nil
	}
	value := a.value[3:]
	if len(value) < 2 || len(value) < 2+int(value[0]) || value[1+value[0]] != 0 || len(u.reach) > 0 {
		return errors.New("UPDATE: MP_REACH_NLRI that ends before its routes, with its reserved octet set, or beside others")
	}
	u.nextHop, u.reach = value[1:1+value[0]], value[2+value[0]:]
	return nil
}

// added are attributes that a reflector may add: RFC 4456 §8 and, FRR only, MED 0.
func added(a attr, originator uint32) bool {
	switch a.code {
	case attrMPReach, attrMPUnreach:
		return true
	case attrOriginatorID:
		return a.flags == flagOptional && len(a.value) == 4 && binary.BigEndian.Uint32(a.value) == originator
	case attrClusterList:
		return a.flags == flagOptional && len(a.value) == 4 && binary.BigEndian.Uint32(a.value) == reflectorID
	case attrMED:
		return a.flags == flagOptional && len(a.value) == 4 && binary.BigEndian.Uint32(a.value) == 0
	}
	return false
}

// check compares the attributes with those that a set has, and returns the round that LOCAL_PREF says.
func (s *set) check(attrs []byte) (round uint32, err error) {
	pref, want := false, s.attrs
	var seen [256]bool
	for len(attrs) > 0 {
		a, rest, err := cutAttr(attrs)
		if err != nil {
			return 0, err
		}
		attrs = rest
		if seen[a.code] {
			return 0, fmt.Errorf("attribute %d comes twice", a.code)
		}
		seen[a.code] = true
		wanted, ok := find(want, a.code)
		switch {
		case ok:
			if !wanted.equal(a) {
				return 0, fmt.Errorf("attribute %d with flags %#x is %x, want flags %#x and %x", a.code, a.flags, a.value, wanted.flags, wanted.value)
			}
		case a.code == attrLocalPref && a.flags == flagTransitive && len(a.value) == 4:
			pref, round = true, binary.BigEndian.Uint32(a.value)-firstPref
		case !added(a, peerID(s.sender)):
			return 0, fmt.Errorf("attribute %d with flags %#x and %x, which nobody sent", a.code, a.flags, a.value)
		}
	}
	for rest := want; len(rest) > 0; {
		a, after, _ := cutAttr(rest)
		if !seen[a.code] {
			return 0, fmt.Errorf("attribute %d is missing", a.code)
		}
		rest = after
	}
	if !pref {
		return 0, errors.New("LOCAL_PREF is missing or malformed")
	}
	return round, nil
}

func find(attrs []byte, code byte) (attr, bool) {
	for len(attrs) > 0 {
		a, rest, _ := cutAttr(attrs)
		if a.code == code {
			return a, true
		}
		attrs = rest
	}
	return attr{}, false
}

// equal tells whether an attribute arrived as it was sent. A reflector may sort communities.
func (a attr) equal(b attr) bool {
	const ours = flagExtendedLength | flagPartial // a matter of the encoder; set by whoever does not know it
	if (a.flags^b.flags)&^ours != 0 || len(a.value) != len(b.value) {
		return false
	}
	if bytes.Equal(a.value, b.value) {
		return true
	}
	size := map[byte]int{attrCommunities: 4, attrExtCommunities: 8}[a.code]
	if size == 0 {
		return false
	}
	sorted := func(value []byte) [][]byte {
		return slices.SortedFunc(slices.Chunk(value, size), bytes.Compare)
	}
	return slices.EqualFunc(sorted(a.value), sorted(b.value), bytes.Equal)
}
