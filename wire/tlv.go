package wire

import (
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
)

// TLVs is a row of TLVs as one of the structured attributes has them. It borrows.
type TLVs struct {
	table  *tlvTable
	octets []byte
}

// TLV is one TLV. It borrows.
type TLV struct {
	Type   uint16
	Value  []byte
	Format *TLVFormat // what the value looks like; nil if nothing is known of it or its length is none it may have
}

// TLVFormat is what a value looks like: Fields, then List again and again until the end, or TLVs until the end.
type TLVFormat struct {
	Name     string // as the RFC calls it, in lower case with hyphens
	Fields   []TLVField
	List     []TLVField
	ListName string
	sub      *tlvTable

	least, most, step int   // octets of the value: from least to most, in steps of step from least
	lengths           []int // or one of these
	walk              bool  // List has fields of no fixed size
}

// TLVField is a part of a value.
type TLVField struct {
	Name string // "" where the field is the whole value
	Kind FieldKind
	Size int // octets, 0: what is left, or as the kind says
}

// FieldKind says how the octets of a field are read.
type FieldKind uint8

const (
	FieldReserved   FieldKind = iota // means nothing
	FieldUint                        // an unsigned number
	FieldFloat                       // an IEEE number of 4 octets: octets per second where it is a bandwidth
	FieldAddress                     // IPv4 or IPv6
	FieldText                        // UTF-8
	FieldOctets                      // anything
	FieldMAC                         // 6 octets
	FieldTopology                    // a multi-topology identifier in the lower 12 bits of 2 octets
	FieldSystem                      // the neighbor on a LAN: an IS-IS System-ID (6 octets) or an OSPF router (4), by what follows
	FieldSID                         // an MPLS label in the lower 20 bits of 3 octets, or an index of 4
	FieldSIDTLV                      // a SID/Label TLV (RFC 9085 §2.1.1) with such a SID
	FieldLabel                       // an MPLS label in the upper 20 bits of 4 octets
	FieldMasks                       // masks of applications behind their lengths (RFC 9294 §2)
	FieldBindingSID                  // an MPLS label as FieldLabel has it, or an SRv6 SID of 16 octets
	FieldCommunity                   // an extended community
)

// Cut cuts the field off the front of b; ok is false if it is not there whole.
func (f *TLVField) Cut(b []byte) (value, rest []byte, ok bool) {
	size := f.Size
	switch {
	case size != 0:
	case f.Kind == FieldSystem:
		if size = 4; len(b) >= 6+3 {
			size = 6
		}
	case f.Kind == FieldSIDTLV:
		if len(b) < 4 {
			return nil, b, false
		}
		if size = 4 + int(binary.BigEndian.Uint16(b[2:])); size != 4+3 && size != 4+4 {
			return nil, b, false
		}
	case f.Kind == FieldMasks:
		if len(b) < 4 {
			return nil, b, false
		}
		size = 4 + int(b[0]) + int(b[1])
	default:
		size = len(b)
	}
	if size > len(b) || size == 0 {
		return nil, b, false
	}
	return b[:size:size], b[size:], true
}

// Sub says that TLVs follow the fields.
func (f *TLVFormat) Sub() bool { return f.sub != nil }

// SubTLVs are the TLVs behind the fields of t.
func (t TLV) SubTLVs() TLVs {
	rest := t.Value
	for i := range t.Format.Fields {
		_, rest, _ = t.Format.Fields[i].Cut(rest)
	}
	return TLVs{t.Format.sub, rest}
}

// All yields the TLVs in their order; it ends at one that passes the end.
func (t TLVs) All() iter.Seq[TLV] {
	return func(yield func(TLV) bool) {
		for rest := t.octets; len(rest) > 0; {
			head, end := t.table.bounds(rest)
			if end == 0 {
				return
			}
			each := TLV{Type: t.table.kind(rest), Value: rest[head:end:end]}
			if f := t.table.format(each.Type); f != nil && f.lengthOK(end-head) {
				each.Format = f
			}
			if !yield(each) {
				return
			}
			rest = rest[end:]
		}
	}
}

// Find is the value of the first TLV of a type.
func (t TLVs) Find(kind uint16) ([]byte, bool) {
	for each := range t.All() {
		if each.Type == kind {
			return each.Value, true
		}
	}
	return nil, false
}

// tlvTable is how the TLVs of one place are written, and what is known of them.
type tlvTable struct {
	typeOctets   int
	lengthOctets int          // 0: one, two from type 128 on (RFC 9012 §2)
	strict       bool         // a TLV of a length it may not have makes the attribute malformed; else it means nothing
	formats      []*TLVFormat // by type
	other        *TLVFormat   // of the types without one
	plain        []uint64     // by type: bit n says that a value of n octets is sound without a look inside
}

func newTLVTable(typeOctets, lengthOctets int, strict bool, formats map[uint16]*TLVFormat) *tlvTable {
	t := &tlvTable{typeOctets: typeOctets, lengthOctets: lengthOctets, strict: strict}
	for kind, f := range formats {
		if int(kind) >= len(t.formats) {
			t.formats = append(t.formats, make([]*TLVFormat, int(kind)+1-len(t.formats))...)
		}
		t.formats[kind] = f
	}
	t.plan()
	return t
}

// plan fills plain.
func (t *tlvTable) plan() {
	t.plain = make([]uint64, len(t.formats))
	for kind := range t.plain {
		f := t.format(uint16(kind))
		for length := range 64 {
			if f == nil || f.lengthOK(length) && f.sub == nil && !f.walk {
				t.plain[kind] |= 1 << length
			}
		}
	}
}

func (t *tlvTable) kind(b []byte) uint16 {
	if t.typeOctets == 1 {
		return uint16(b[0])
	}
	return binary.BigEndian.Uint16(b)
}

func (t *tlvTable) format(kind uint16) *TLVFormat {
	if int(kind) < len(t.formats) && t.formats[kind] != nil {
		return t.formats[kind]
	}
	return t.other
}

// bounds is where the value of the first TLV of b begins and ends; end is 0 if the TLV is not whole.
func (t *tlvTable) bounds(b []byte) (head, end int) {
	octets := t.lengthOctets
	if octets == 0 {
		octets = 1
		if b[0] >= 128 {
			octets = 2
		}
	}
	head = t.typeOctets + octets
	if head > len(b) {
		return 0, 0
	}
	end = head + int(b[head-1])
	if octets == 2 {
		end += int(b[head-2]) << 8
	}
	if end > len(b) {
		return 0, 0
	}
	return head, end
}

// check says whether TLVs fill b to its last octet and have lengths they may have.
func (t *tlvTable) check(b []byte) defect {
	for at := 0; ; {
		if t.typeOctets == 2 && t.lengthOctets == 2 {
			at += t.skipPlain(b[at:])
		}
		if at == len(b) {
			return defect{}
		}
		head, end := t.bounds(b[at:])
		if end == 0 {
			return defect{reason: "a TLV passes the end", at: at}
		}
		if f := t.format(t.kind(b[at:])); f != nil && t.strict {
			if d := f.check(b[at+head : at+end]); d.wrong() {
				d.at += at + head
				return d
			}
		}
		at += end
	}
}

// skipPlain is the length of the TLVs at the front of b that need no look inside. Type and length have 2 octets each.
func (t *tlvTable) skipPlain(b []byte) int {
	at := 0
	for at+4 <= len(b) {
		head := binary.BigEndian.Uint32(b[at:])
		kind, length := head>>16, head&0xffff
		end := at + 4 + int(length)
		if int(kind) >= len(t.plain) || length >= 64 || t.plain[kind]>>length&1 == 0 || end > len(b) {
			break
		}
		at = end
	}
	return at
}

func (f *TLVFormat) check(v []byte) defect {
	if !f.lengthOK(len(v)) {
		return defect{reason: fmt.Sprintf("%s of %d octets", f.Name, len(v))}
	}
	if f.sub == nil && !f.walk {
		return defect{}
	}
	rest, ok := v, true
	for i := range f.Fields {
		if _, rest, ok = f.Fields[i].Cut(rest); !ok {
			return defect{reason: f.Name + " ends inside " + f.Fields[i].Name, at: len(v) - len(rest)}
		}
	}
	if f.sub != nil {
		d := f.sub.check(rest)
		d.at += len(v) - len(rest)
		return d
	}
	for len(rest) > 0 {
		for i := range f.List {
			if _, rest, ok = f.List[i].Cut(rest); !ok {
				return defect{reason: f.Name + " ends inside an entry", at: len(v) - len(rest)}
			}
		}
	}
	return defect{}
}

// lengthOK says that a value may have so many octets.
func (f *TLVFormat) lengthOK(octets int) bool {
	if f.lengths != nil {
		return slices.Contains(f.lengths, octets)
	}
	return octets >= f.least && octets <= f.most && (f.step == 1 || (octets-f.least)%f.step == 0)
}

// The functions below make the rows of the tables.

func uintField(name string, octets int) TLVField { return TLVField{name, FieldUint, octets} }
func reserved(octets int) TLVField               { return TLVField{"", FieldReserved, octets} }
func field(name string, k FieldKind, octets int) TLVField {
	return TLVField{name, k, octets}
}

// record is a value of the fields. One of size 0 is the last of them, and may be empty.
func record(name string, fields ...TLVField) *TLVFormat {
	f := &TLVFormat{Name: name, Fields: fields, step: 1}
	for i := range fields {
		f.least += fields[i].Size
	}
	f.most = f.least
	if slices.ContainsFunc(fields, func(field TLVField) bool { return field.Size == 0 }) {
		f.most = anyLength
	}
	return f
}

// list is a value of the fields again and again.
func list(name string, entry ...TLVField) *TLVFormat {
	return record(name).entries("", entry...)
}

// entries makes f end with a list.
func (f *TLVFormat) entries(name string, entry ...TLVField) *TLVFormat {
	f.List, f.ListName, f.most, f.step = entry, name, anyLength, 0
	for i := range entry {
		f.walk = f.walk || entry[i].Size == 0
		f.step += entry[i].Size
	}
	if f.walk {
		f.step = 1
	}
	return f
}

// of says which lengths a value may have.
func (f *TLVFormat) of(lengths ...int) *TLVFormat {
	f.lengths = lengths
	return f
}

// atLeast says that a value may have so many octets and more.
func (f *TLVFormat) atLeast(octets int) *TLVFormat {
	f.least, f.most = octets, anyLength
	return f
}

// with makes f end with TLVs.
func (f *TLVFormat) with(sub *tlvTable) *TLVFormat {
	f.sub, f.most = sub, anyLength
	return f
}
