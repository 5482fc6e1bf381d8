package wire

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/errors.md anew")

const errorsDocument = "../docs/errors.md"

// TestErrorsDocument compares docs/errors.md with what the tables say.
func TestErrorsDocument(t *testing.T) {
	want := appendErrorsDocument(nil)
	if *update {
		if err := os.WriteFile(errorsDocument, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(errorsDocument); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what the tables say (%v): run go generate ./wire", errorsDocument, err)
	}
}

func appendErrorsDocument(b []byte) []byte {
	b = fmt.Append(b, `# What is wrong with a message, and what follows

Printed from the tables of the package wire and of its tests by `+"`go generate ./wire`"+`: do not edit.

Of several defects the one with the strongest action counts (RFC 7606 §3(h)), in this order:

| action | what happens |
|---|---|
| attribute-discard | the attribute is left out, the routes live on without it |
| nlri-discard | the malformed NLRI are left out, the others live on |
| treat-as-withdraw | every route that the UPDATE announces is withdrawn |
| afi-safi-disable | the routes of the family go and later ones are ignored until the session ends (RFC 4760 §7); session-reset where it is the only family |
| session-reset | NOTIFICATION, and the session ends |

Where an UPDATE announces nothing, an error above attribute-discard is session-reset: there is nothing to
withdraw, and it is open whether all NLRI were found (RFC 7606 §5.2). An MP_REACH_NLRI that is sound and
holds none leaves nothing open: where ORIGIN or AS_PATH is missing beside it (RFC 4760 §3) the session stays.

## Path attributes

Wrong in its flags, an attribute is treat-as-withdraw (RFC 7606 §3(c)) unless the table says otherwise; of one
that is repeated the first counts (§3(g)). Attributes without a row are not known: optional ones are relayed,
transitive ones with the Partial flag; well-known ones are treat-as-withdraw.

| code | attribute | flags | length in octets | inside | action | RFC |
|---|---|---|---|---|---|---|
`)
	for i := range attrRules {
		if r := &attrRules[i]; r.known {
			action := r.action.String()
			if r.flagsAction != ActionNone {
				action += ", of flags too"
			}
			if r.internal {
				action += "; from another AS attribute-discard"
			}
			b = row(b, fmt.Sprint(i), r.name, flagsText(r.flags), r.lengthText(), r.inner, action, r.rfc)
		}
	}

	b = fmt.Append(b, `
## Inside attributes

Values of a length that is right, in an UPDATE of the same AS that announces routes. "none" means that the value is sound.

| attribute | value | action |
|---|---|---|
`)
	byCode := func(x, y string) int {
		if d := int(insides[x].code) - int(insides[y].code); d != 0 {
			return d
		}
		return strings.Compare(x, y)
	}
	for _, name := range slices.SortedFunc(maps.Keys(insides), byCode) {
		b = row(b, insides[name].code.String(), name, insides[name].action.String())
	}

	b = fmt.Append(b, `
## UPDATEs

In a session of the same AS that has all families and none of their options.

| UPDATE | action | NOTIFICATION, or its words in the log |
|---|---|---|
`)
	updates := updateErrors()
	for _, name := range slices.Sorted(maps.Keys(updates)) {
		u := updates[name]
		reason := ""
		if u.action != ActionNone {
			reason = NotificationName(ErrUpdate, u.subcode)
		}
		b = row(b, name, u.action.String(), reason)
	}

	b = fmt.Append(b, `
## OPENs

All of them end the session.

| OPEN | NOTIFICATION |
|---|---|
`)
	for _, name := range slices.Sorted(maps.Keys(openErrors)) {
		b = row(b, name, NotificationName(ErrOpen, openErrors[name].subcode))
	}

	b = fmt.Append(b, `
## TLVs that are known by name

Of the others nothing is checked but that they are whole. A TLV of an SR Policy, of BGP-LS or of a Prefix-SID whose length is
none of these makes its attribute malformed; in another tunnel, or behind an SRv6 SID, it means nothing.

| in | type | name | length in octets |
|---|---|---|---|
`)
	b = tlvRows(b, "bgp-ls", linkStateTLVs)
	b = tlvRows(b, "prefix-sid", prefixSIDTLVs)
	b = tlvRows(b, "sr-policy", srPolicySubTLVs)
	b = tlvRows(b, "segment-list", srSegments)
	return b
}

func row(b []byte, cells ...string) []byte {
	return fmt.Appendf(b, "| %s |\n", strings.Join(cells, " | "))
}

func flagsText(f AttrFlags) string {
	switch f {
	case wellKnown:
		return "well-known"
	case optionalTransitive:
		return "optional transitive"
	}
	return "optional non-transitive"
}

func tlvRows(b []byte, in string, table *tlvTable) []byte {
	for kind, f := range table.formats {
		if f == nil {
			continue
		}
		length := ""
		switch {
		case f.lengths != nil:
			length = strings.ReplaceAll(strings.Trim(fmt.Sprint(f.lengths), "[]"), " ", ", ")
		case f.least == f.most:
			length = fmt.Sprint(f.least)
		case f.step > 1 && f.least%f.step == 0:
			length = fmt.Sprintf("a multiple of %d", f.step)
		case f.step > 1:
			length = fmt.Sprintf("%d and a multiple of %d", f.least%f.step, f.step)
		case f.least == 0:
			length = "any"
		default:
			length = fmt.Sprintf("at least %d", f.least)
		}
		if f.sub != nil {
			length += ", with whole TLVs behind"
		}
		b = row(b, in, fmt.Sprint(kind), f.Name, length)
	}
	return b
}
