package nlri

import (
	"encoding/binary"
	"fmt"
	"iter"
)

// PathID is a Path Identifier (RFC 7911 §3), 4 octets on the wire; 0 without ADD-PATH.
type PathID uint32

// NLRI is one NLRI as on the wire: length or type field first, Path Identifier excluded. It borrows.
type NLRI []byte

// Form is what the session says about how an NLRI field is written.
type Form uint8

const (
	// AddPath: a 4-octet Path Identifier stands before each NLRI (RFC 7911 §3).
	AddPath Form = 1 << iota
	// LabelStack: both sides sent the Multiple Labels capability; labels run until the S bit (RFC 8277 §2.3).
	// Otherwise there is exactly one label of 3 octets, whose S bit is ignored (RFC 8277 §2.2).
	LabelStack
	// Withdraw: the field withdraws; there is exactly one label field of 3 octets, of any value (RFC 8277 §2.4).
	Withdraw
	// OpaqueLength8: the family is unknown to the codec; each NLRI is a length of 1 octet, in octets, and octets.
	OpaqueLength8
	// OpaqueLength16: as OpaqueLength8 with a length of 2 octets.
	OpaqueLength16
	// OpaquePrefix: as OpaqueLength8, the length being in bits.
	OpaquePrefix
)

// Error says where an NLRI field is wrong, and how.
type Error struct {
	Family Family
	Offset int // octets from the start of the field; 0 for a single NLRI
	Reason string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s NLRI at offset %d: %s", e.Family, e.Offset, e.Reason)
}

// List is an NLRI field: family, form and octets. It borrows the octets: valid as long as they are. The zero List is an
// empty field.
type List struct {
	octets           []byte
	family           Family
	sound, malformed uint32
	form             Form
	layout           layout
}

// ParseList checks that the length fields cut b cleanly to its last octet; the error, a *Error, names the offset where
// they do not. An NLRI of the right length with a wrong inside is no error here: it is counted and left out of All.
func ParseList(f Family, form Form, b []byte) (l List, err error) {
	err = l.Parse(f, form, b)
	return l, err
}

// Parse is ParseList into a List that is there already: copying one costs as much as parsing a short field. After an
// error the List is empty.
func (l *List) Parse(f Family, form Form, b []byte) error {
	layout := layoutOf(f, form)
	l.octets, l.family, l.form, l.layout = b, f, form, layout
	skip, end := 0, 0
	if form&AddPath != 0 {
		skip = 4
	}
	switch layout {
	case unknown:
		*l = List{}
		return &Error{f, 0, "the family is unknown and nothing says how its NLRI are cut"}
	case prefix, labeledPrefix, vpnPrefix:
		end = l.countPrefixes(skip)
	case evpn:
		end = l.countEVPN(skip)
	default:
		end = l.count(skip)
	}
	if end == len(b) {
		return nil
	}
	*l = List{}
	if left := len(b) - end; left < skip {
		return &Error{f, end, fmt.Sprintf("Path Identifier needs 4 octets, %d left", left)}
	}
	end += skip
	return &Error{f, end, fmt.Sprintf("its length field passes the end of the field, %d octets left", len(b)-end)}
}

// All yields the sound NLRI in order, each with its Path Identifier. An NLRI borrows the field.
func (l List) All() iter.Seq2[PathID, NLRI] {
	return func(yield func(PathID, NLRI) bool) {
		for at := 0; at < len(l.octets); {
			id, n, end := l.next(at)
			if n != nil && !yield(id, n) {
				return
			}
			at = end
		}
	}
}

// next returns the NLRI that begins at at and where it ends; nil for one that is malformed.
func (l *List) next(at int) (id PathID, n NLRI, end int) {
	if l.form&AddPath != 0 {
		id = PathID(binary.BigEndian.Uint32(l.octets[at:]))
		at += 4
	}
	switch l.layout {
	case prefix, labeledPrefix, vpnPrefix:
		end = at + 1 + int(uint(l.octets[at])+7)/8
	case evpn:
		end = at + 2 + int(l.octets[at+1])
	default:
		end = at + l.layout.size(l.octets[at:])
	}
	n = NLRI(l.octets[at:end:end])
	if l.malformed > 0 && l.layout.check(l.family, l.form, n).wrong() {
		n = nil
	}
	return id, n, end
}

// FirstMalformed returns, as a *Error, why the first NLRI that All leaves out is wrong; nil if there is none.
func (l List) FirstMalformed() error {
	if l.malformed == 0 {
		return nil
	}
	for at := 0; ; {
		if l.form&AddPath != 0 {
			at += 4
		}
		size := l.layout.size(l.octets[at:])
		if d := l.layout.check(l.family, l.form, NLRI(l.octets[at:at+size])); d.wrong() {
			return &Error{l.family, at, d.String()}
		}
		at += size
	}
}

// Family returns the family of the field.
func (l List) Family() Family { return l.family }

// Form returns how the field is written.
func (l List) Form() Form { return l.form }

// Bytes returns the whole field as it came, malformed NLRI included.
func (l List) Bytes() []byte { return l.octets }

// Len returns how many NLRI All yields.
func (l List) Len() int { return int(l.sound) }

// Malformed returns how many NLRI have the right length and a wrong inside.
func (l List) Malformed() int { return int(l.malformed) }

// Empty reports a field without a single octet.
func (l List) Empty() bool { return len(l.octets) == 0 }
