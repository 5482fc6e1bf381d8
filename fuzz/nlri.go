package fuzz

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode"
	"unicode/utf8"

	"github.com/dci-rs/dci-rs/internal/oracle"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/render"
)

// NLRI reads a field of a family: an octet picks the family, an octet the form (bit 0 ADD-PATH, 1
// label stacks, 2 withdrawn), the rest is the field. The codec and the strict decoder agree on what
// is sound, and on which NLRI name the same route; a withdrawal names the route that it withdraws.
// Of some families the strict decoder knows the framing alone: there the codec may refuse more.
func NLRI(in []byte) error {
	r := reader(in)
	f, form := family(r.octet()), nlri.Form(r.octet())&(nlri.AddPath|nlri.LabelStack|nlri.Withdraw)
	t := oracle.Terms{Families: map[oracle.Family]oracle.Framing{
		oracle.Family(f): {AddPath: form&nlri.AddPath != 0, LabelStack: form&nlri.LabelStack != 0},
	}}
	if f == unknownFamily {
		form |= nlri.OpaqueLength8
		t.Families[oracle.Family(f)] = oracle.Framing{AddPath: form&nlri.AddPath != 0, Unknown: 1}
	}
	list, err := nlri.ParseList(f, form, r)
	if err != nil {
		list, err = nlri.List{}, fmt.Errorf("refused: %w", err)
	} else if list.Malformed() > 0 {
		err = list.FirstMalformed()
	}
	strict, refused := t.NLRI(oracle.Family(f), r, form&nlri.Withdraw != 0)
	if (err == nil) != (refused == nil) && (refused != nil || !framedOnly(f)) {
		return fmt.Errorf("%s, form %b: the codec says %v, the strict decoder %v", f, form, err, refused)
	}
	if err != nil {
		single := alone(t)
		for _, n := range list.All() {
			if err := sameRoute(single, f, form, n); err != nil {
				return err
			}
		}
		return nil
	}
	return sameRoutes(t, f, form, list, strict)
}

// framedOnly: the strict decoder does not look inside the NLRI of these families.
func framedOnly(f nlri.Family) bool { return f.SAFI() == nlri.SAFIMVPN || f.SAFI() == nlri.SAFIMUP }

// sameRoutes compares the NLRI of a field, and which of them are the same route.
func sameRoutes(t oracle.Terms, f nlri.Family, form nlri.Form, list nlri.List, strict []oracle.NLRI) error {
	i, keys, single := 0, map[string]string{}, alone(t)
	for id, n := range list.All() {
		if i == len(strict) || uint32(id) != strict[i].PathID || !bytes.Equal(n, strict[i].Raw) {
			return fmt.Errorf("%s: NLRI %d is %d %x, the strict decoder sees %+v", f, i, id, n, strict)
		}
		key := string(nlri.AppendKey(nil, f, form, n))
		if other, ok := keys[key]; ok && other != strict[i].Key {
			return fmt.Errorf("%s: %x has the key %x, as has another route: %s and %s", f, n, key, other, strict[i].Key)
		}
		keys[key] = strict[i].Key
		i++
		if err := sameRoute(single, f, form, n); err != nil {
			return err
		}
	}
	if i != len(strict) {
		return fmt.Errorf("%s: %d NLRI, the strict decoder sees %d", f, i, len(strict))
	}
	routes := map[string]bool{}
	for _, n := range strict {
		routes[n.Key] = true
	}
	if len(routes) != len(keys) {
		return fmt.Errorf("%s: %d routes, the strict decoder sees %d", f, len(keys), len(routes))
	}
	return nil
}

// sameRoute checks one sound NLRI by itself, for which t is: its withdrawal has its key and its locality, and what
// is written of it can be read.
func sameRoute(t oracle.Terms, f nlri.Family, form nlri.Form, n nlri.NLRI) error {
	if err := nlri.Check(f, form, n); err != nil {
		return fmt.Errorf("%x of a list is malformed alone: %w", n, err)
	}
	gone := nlri.NLRI(nlri.AppendWithdraw(nil, f, form, n))
	if err := nlri.Check(f, form|nlri.Withdraw, gone); err != nil {
		return fmt.Errorf("%x is withdrawn as %x: %w", n, gone, err)
	}
	key, locality := nlri.AppendKey(nil, f, form, n), nlri.Locality(f, form, n)
	if got := nlri.AppendKey(nil, f, form|nlri.Withdraw, gone); !bytes.Equal(got, key) {
		return fmt.Errorf("%x has the key %x, withdrawn as %x it has %x", n, key, gone, got)
	}
	if got := nlri.Locality(f, form|nlri.Withdraw, gone); !bytes.Equal(got, locality) {
		return fmt.Errorf("%x has the locality %x, withdrawn as %x it has %x", n, locality, gone, got)
	}
	strict, err := t.NLRI(oracle.Family(f), n, form&nlri.Withdraw != 0)
	if err != nil {
		return fmt.Errorf("%x is sound for the codec alone: %w", n, err)
	}
	strictGone, err := t.NLRI(oracle.Family(f), gone, true)
	if err != nil {
		return fmt.Errorf("the withdrawal %x of %x: %w", gone, n, err)
	}
	if strict[0].Key != strictGone[0].Key {
		return fmt.Errorf("%x is withdrawn by %x, which is %s for the strict decoder and not %s", n, gone, strictGone[0].Key, strict[0].Key)
	}
	rd, ok := nlri.AsRD(f, form, n)
	if again, err := nlri.ParseRD(rd.String()); ok && (err != nil || again != rd) {
		return fmt.Errorf("the route distinguisher %x is written %s and read %x, %v", rd[:], rd, again[:], err)
	}
	if len(nlri.AppendText(nil, f, form, n)) == 0 {
		return fmt.Errorf("%x has no text", n)
	}
	nlri.Opaque(f, n)
	return rendered(f, form, n)
}

// alone is how single NLRI are read: no Path Identifier stands before them.
func alone(t oracle.Terms) oracle.Terms {
	families := make(map[oracle.Family]oracle.Framing, len(t.Families))
	for f, framing := range t.Families {
		framing.AddPath = false
		families[f] = framing
	}
	t.Families = families
	return t
}

// rendered checks the text and the JSON of a route.
func rendered(f nlri.Family, form nlri.Form, n nlri.NLRI) error {
	r := render.Route{Family: f, Form: form, NLRI: n, Decoded: true}
	if b := render.AppendRouteJSON(nil, &r); !json.Valid(b) {
		return fmt.Errorf("%x has the JSON %s", n, b)
	}
	return printable(render.AppendRouteText(nil, &r))
}

// printable: text is UTF-8, of one line, and does nothing to a terminal.
func printable(text []byte) error {
	if !utf8.Valid(text) {
		return fmt.Errorf("text that is no UTF-8: %q", text)
	}
	for _, r := range string(text) {
		if unicode.IsControl(r) {
			return fmt.Errorf("text with a control character: %q", text)
		}
	}
	return nil
}
