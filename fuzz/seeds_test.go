package fuzz

import (
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// The seeds of routes are sound: a seed that is refused at the door explores nothing.
func TestSeedsOfRoutesAreSound(t *testing.T) {
	for _, f := range families {
		form := nlri.Form(0)
		if f == unknownFamily {
			form = nlri.OpaqueLength8
		}
		for _, n := range routes(f) {
			if err := nlri.Check(f, form, n); err != nil {
				t.Errorf("%x: %v", []byte(n), err)
			}
			in := withField(f, 0, n)
			if u, err := wire.ParseUpdate(in[1:], session(in[0], families[:]...)); err != nil {
				t.Errorf("%x: %v", in, err)
			} else if reach, ok := u.Reach(); !ok || reach.List.Len() != 1 {
				t.Errorf("%x announces nothing", in)
			}
		}
	}
}

func TestSeedsOfAttributesAreSound(t *testing.T) {
	for _, value := range values {
		in := octets(value)
		in = withAttribute(in[0], wire.AppendAttr(nil, wire.AttrFlags(in[2]), wire.AttrCode(in[1]), in[3:]))
		if _, err := wire.ParseUpdate(in[1:], session(in[0], families[:]...)); err != nil {
			t.Errorf("%s: %v", value, err)
		}
	}
}

func TestEveryRowIsAnInput(t *testing.T) {
	seen := map[int]bool{}
	for _, r := range rows {
		if octets(r.octets); r.row < 1 || r.row > 43 {
			t.Errorf("row %d", r.row)
		}
		seen[r.row] = true
	}
	if len(seen) != 43 {
		t.Errorf("%d of 43 rows", len(seen))
	}
}
