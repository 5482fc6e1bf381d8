package nlri

import (
	"bytes"
	"errors"
	"slices"
	"testing"
)

type entry struct {
	id   PathID
	nlri string
}

func entries(l List) []entry {
	var all []entry
	for id, n := range l.All() {
		all = append(all, entry{id, string(n)})
	}
	return all
}

// perFormFields joins the sound samples of each family and form to one field, with Path Identifiers or without.
func perFormFields(addPath bool) map[Family]map[Form][]entry {
	fields := map[Family]map[Form][]entry{}
	for i, s := range soundSamples {
		form := s.form
		id := PathID(0)
		if addPath {
			form |= AddPath
			id = PathID(1000 + i)
		}
		if fields[s.family] == nil {
			fields[s.family] = map[Form][]entry{}
		}
		fields[s.family][form] = append(fields[s.family][form], entry{id, string(unhex(s.octets))})
	}
	return fields
}

func appendEntry(dst []byte, form Form, e entry) []byte {
	if form&AddPath != 0 {
		dst = append(dst, byte(e.id>>24), byte(e.id>>16), byte(e.id>>8), byte(e.id))
	}
	return append(dst, e.nlri...)
}

func TestAllYieldsTheWholeFieldInOrder(t *testing.T) {
	for _, addPath := range []bool{false, true} {
		for family, forms := range perFormFields(addPath) {
			for form, want := range forms {
				var field []byte
				for _, e := range want {
					field = appendEntry(field, form, e)
				}
				l, err := ParseList(family, form, field)
				if err != nil {
					t.Fatal(err)
				}
				if got := entries(l); !slices.Equal(got, want) {
					t.Errorf("%v form %b: got %x, want %x", family, form, got, want)
				}
				if l.Family() != family || l.Form() != form || !bytes.Equal(l.Bytes(), field) || l.Len() != len(want) || l.Malformed() != 0 || l.Empty() || l.FirstMalformed() != nil {
					t.Errorf("%v form %b: the list disagrees with its field: %+v", family, form, l)
				}
			}
		}
	}
}

func TestAllEndsWhenTheLoopDoes(t *testing.T) {
	l, err := ParseList(IPv4Unicast, 0, unhex("08 0a 08 0b 08 0c"))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for range l.All() {
		if seen++; seen == 2 {
			break
		}
	}
	if seen != 2 {
		t.Errorf("saw %d NLRI after break at 2", seen)
	}
}

func TestAnNLRIBorrowsAndCannotGrowIntoItsNeighbour(t *testing.T) {
	field := unhex("08 0a 08 0b")
	l, _ := ParseList(IPv4Unicast, 0, field)
	for _, n := range l.All() {
		if &n[0] != &field[0] {
			t.Error("the first NLRI is a copy")
		}
		_ = append(n, 0xff)
		break
	}
	if !bytes.Equal(field, unhex("08 0a 08 0b")) {
		t.Errorf("appending to an NLRI wrote into the field: %x", field)
	}
}

func TestAMalformedNLRIIsLeftOutAndItsNeighboursStay(t *testing.T) {
	for _, form := range []Form{0, AddPath} {
		var field []byte
		want := []entry{{0, string(unhex("08 0a"))}, {0, string(unhex("08 0b"))}}
		if form == AddPath {
			want[0].id, want[1].id = 1, 2
		}
		field = appendEntry(field, form, want[0])
		field = appendEntry(field, form, entry{3, string(unhex("28 0102030405"))})
		field = appendEntry(field, form, want[1])
		l, err := ParseList(IPv4Unicast, form, field)
		if err != nil {
			t.Fatal(err)
		}
		if got := entries(l); !slices.Equal(got, want) || l.Len() != 2 || l.Malformed() != 1 {
			t.Errorf("form %b: %x, %d sound, %d malformed", form, got, l.Len(), l.Malformed())
		}
	}
}

func TestBothVPLSFormsMixInOneField(t *testing.T) {
	field := unhex("0011 " + rd1 + "0001 0001 0008 186a01 000c " + rd1 + "0a010001 000d " + rd1 + "0a01000100 000c " + rd1 + "0a010002")
	l, err := ParseList(VPLS, 0, field)
	if err != nil || l.Len() != 4 {
		t.Fatalf("%d NLRI, %v", l.Len(), err)
	}
	var again []byte
	for _, n := range l.All() {
		again = append(again, n...)
	}
	if !bytes.Equal(again, field) {
		t.Errorf("got  %x\nwant %x", again, field)
	}
}

func TestAFieldThatIsNotCutCleanlyIsAnError(t *testing.T) {
	for _, test := range []struct {
		name   string
		family Family
		form   Form
		field  string
		offset int
	}{
		{"a prefix that ends early", IPv4Unicast, 0, "18 c0a801 18 c0a8", 4},
		{"a Path Identifier of 3 octets", IPv4Unicast, AddPath, "00000001 08 0a 000000", 6},
		{"a Path Identifier with nothing behind", IPv4Unicast, AddPath, "00000001 08 0a 00000002", 10},
		{"an EVPN type without length", EVPN, 0, "6300 02", 2},
		{"an EVPN route that ends early", EVPN, 0, "02 21 00", 0},
		{"a VPLS length of 1 octet", VPLS, 0, "00", 0},
		{"a VPLS route that ends early", VPLS, 0, "000c 0001", 0},
		{"a BGP-LS header of 3 octets", BGPLS, 0, "000100", 0},
		{"a BGP-LS NLRI that ends early", BGPLSVPN, 0, "0001 0009 02", 0},
		{"an RT membership that ends early", RouteTarget, 0, "00 60 0000fde8", 1},
		{"a flow specification that ends early", FlowSpec4, 0, "03 01", 0},
		{"a long flow specification length cut in half", FlowSpec4, 0, "f0", 0},
		{"a MUP header of 3 octets", MUP4, 0, "010001", 0},
		{"an opaque NLRI that ends early", FamilyOf(1, 99), OpaqueLength8, "02 01", 0},
		{"a family nobody described", FamilyOf(1, 99), 0, "02 01", 0},
	} {
		_, err := ParseList(test.family, test.form, unhex(test.field))
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if e.Offset != test.offset || e.Family != test.family {
			t.Errorf("%s: %v, want offset %d", test.name, err, test.offset)
		}
	}
}

func TestEmptyFieldsAndTheZeroListYieldNothing(t *testing.T) {
	l, err := ParseList(EVPN, AddPath, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []List{l, {}} {
		if !l.Empty() || l.Len() != 0 || entries(l) != nil || l.FirstMalformed() != nil {
			t.Errorf("%+v is not empty", l)
		}
	}
}
