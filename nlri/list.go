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
	family    Family
	form      Form
	octets    []byte
	sound     int
	malformed int
}

// ParseList checks that the length fields cut b cleanly to its last octet; the error, a *Error, names the offset where
// they do not. An NLRI of the right length with a wrong inside is no error here: it is counted and left out of All.
func ParseList(f Family, form Form, b []byte) (List, error) {
	layout := layoutOf(f, form)
	if layout == unknown {
		return List{}, &Error{f, 0, "the family is unknown and nothing says how its NLRI are cut"}
	}
	l := List{family: f, form: form, octets: b}
	for start := 0; start < len(b); {
		if form&AddPath != 0 {
			if len(b)-start < 4 {
				return List{}, &Error{f, start, fmt.Sprintf("Path Identifier needs 4 octets, %d left", len(b)-start)}
			}
			start += 4
		}
		end := start + layout.size(b[start:])
		if end > len(b) {
			return List{}, &Error{f, start, fmt.Sprintf("its length field passes the end of the field, %d octets left", len(b)-start)}
		}
		if layout.check(f, form, NLRI(b[start:end])).wrong() {
			l.malformed++
		} else {
			l.sound++
		}
		start = end
	}
	return l, nil
}

// All yields the sound NLRI in order, each with its Path Identifier. An NLRI borrows the field.
func (l List) All() iter.Seq2[PathID, NLRI] {
	return func(yield func(PathID, NLRI) bool) { l.walk(yield) }
}

func (l List) walk(yield func(PathID, NLRI) bool) {
	layout := layoutOf(l.family, l.form)
	for start := 0; start < len(l.octets); {
		var id PathID
		if l.form&AddPath != 0 {
			id = PathID(binary.BigEndian.Uint32(l.octets[start:]))
			start += 4
		}
		end := start + layout.size(l.octets[start:])
		n := NLRI(l.octets[start:end:end])
		start = end
		if l.malformed > 0 && layout.check(l.family, l.form, n).wrong() {
			continue
		}
		if !yield(id, n) {
			return
		}
	}
}

// FirstMalformed returns, as a *Error, why the first NLRI that All leaves out is wrong; nil if there is none.
func (l List) FirstMalformed() error {
	if l.malformed == 0 {
		return nil
	}
	layout := layoutOf(l.family, l.form)
	for offset := 0; ; {
		if l.form&AddPath != 0 {
			offset += 4
		}
		size := layout.size(l.octets[offset:])
		n := NLRI(l.octets[offset : offset+size])
		if d := layout.check(l.family, l.form, n); d.wrong() {
			return &Error{l.family, offset, d.String()}
		}
		offset += size
	}
}

// Family returns the family of the field.
func (l List) Family() Family { return l.family }

// Form returns how the field is written.
func (l List) Form() Form { return l.form }

// Bytes returns the whole field as it came, malformed NLRI included.
func (l List) Bytes() []byte { return l.octets }

// Len returns how many NLRI All yields.
func (l List) Len() int { return l.sound }

// Malformed returns how many NLRI have the right length and a wrong inside.
func (l List) Malformed() int { return l.malformed }

// Empty reports a field without a single octet.
func (l List) Empty() bool { return len(l.octets) == 0 }
