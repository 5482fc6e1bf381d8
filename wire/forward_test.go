package wire

import (
	"bytes"
	"testing"
)

func TestAppendForwardable(t *testing.T) {
	const (
		origin = "40 01 01 00 "
		path   = "40 02 06 02 01 0000fde9 "
		hop    = "40 03 04 c0000201 "
		prefix = "18 c63364"
	)
	cases := map[string]struct {
		attrs, want string
		in          Ingress
	}{
		"next hops and MP attributes are taken out": {
			origin + path + hop + "80 0e 09 0019 46 04 c0000201 00 80 0f 03 0019 46 c0 10 08 0002fde800000064",
			origin + path + "c0 10 08 0002fde800000064", Ingress{}},
		"everything known stays octet for octet, order and extended lengths too": {
			"d0 23 0004 0000fde8" + path + origin + hop + "e0 20 0c 0000000100000002 00000003 80 1d 04 0402 0000",
			"d0 23 0004 0000fde8" + path + origin + "e0 20 0c 0000000100000002 00000003 80 1d 04 0402 0000", Ingress{}},
		"of a repeated attribute the first one goes": {
			origin + path + hop + "80 04 04 00000001 80 04 04 00000002 c0 63 00 c0 63 01 01",
			origin + path + "80 04 04 00000001 e0 63 00", Ingress{}},
		"an unknown transitive attribute becomes partial": {
			origin + path + hop + "c0 1c 03 ffffff d0 ff 0001 07 e0 64 00",
			origin + path + "e0 1c 03 ffffff f0 ff 0001 07 e0 64 00", Ingress{}},
		"Partial is not sent on where it says nothing": {
			"60 01 01 00" + path + hop + "af 04 04 00000001 e1 08 04 fde80001 cf 1c 01 ff",
			"40 01 01 00" + path + "8f 04 04 00000001 e1 08 04 fde80001 ef 1c 01 ff", Ingress{}},
		"an unknown non-transitive attribute ends here": {origin + path + hop + "80 63 01 01", origin + path, Ingress{}},
		"a route-server client's goes on, without Partial": {
			origin + path + hop + "80 63 01 01", origin + path + "80 63 01 01", Ingress{External: true, KeepUnknownNonTransitive: true}},
		"what belongs to iBGP does not come from outside": {
			origin + path + hop + "40 05 04 00000064 40 06 00 80 09 04 0a000001 80 0a 04 0a000002",
			origin + path + "40 06 00", Ingress{External: true}},
		"inside it stays": {
			origin + path + hop + "40 05 04 00000064 80 09 04 0a000001 80 0a 04 0a000002",
			origin + path + "40 05 04 00000064 80 09 04 0a000001 80 0a 04 0a000002", Ingress{}},
		"a malformed attribute is discarded, and its repetition with it": {
			origin + path + hop + "80 1a 03 01 0003 80 1a 0b 01 000b 0000000000000001", origin + path, Ingress{}},
		"AS4_PATH between 4-octet speakers is discarded": {origin + path + hop + "c0 11 06 02 01 00010000 c0 12 08 00010000 0a000001", origin + path, Ingress{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			n := everyFamily(!c.in.External)
			u, err := ParseUpdate(body("", c.attrs, prefix), n)
			if err != nil && err.Action > ActionDiscardNLRI {
				t.Fatal(err)
			}
			got := u.AppendForwardable([]byte("in front"), n, c.in)
			if want := append([]byte("in front"), octets(c.want)...); !bytes.Equal(got, want) {
				t.Errorf("got  %x\nwant %x", got, want)
			}
		})
	}
}

// A neighbor with 2-octet AS numbers, RFC 6793 §4.2.3.
func TestAS4IsMerged(t *testing.T) {
	const (
		origin = "40 01 01 00 "
		hop    = "40 03 04 c0000201 "
	)
	cases := map[string]struct{ attrs, want string }{
		"AS_PATH is widened": {"40 02 06 02 02 fde9 fdea", "40 02 0a 02 02 0000fde9 0000fdea"},
		"AS4_PATH of the same length replaces it": {
			"40 02 06 02 02 5ba0 fdea c0 11 0a 02 02 00010000 0000fdea", "40 02 0a 02 02 00010000 0000fdea"},
		"what is longer in AS_PATH leads, and the sequence is one again": {
			"40 02 08 02 03 fde9 5ba0 fdea c0 11 0a 02 02 00010000 0000fdea", "40 02 0e 02 03 0000fde9 00010000 0000fdea"},
		"a set counts one": {
			"40 02 0e 02 02 fde9 5ba0 01 03 0001 0002 0003 c0 11 14 02 01 00010000 01 03 00000001 00000002 00000003",
			"40 02 18 02 02 0000fde9 00010000 01 03 00000001 00000002 00000003"},
		"a longer AS4_PATH is out of date": {"40 02 04 02 01 fdea c0 11 0a 02 02 00010000 0000fdea", "40 02 06 02 01 0000fdea"},
		"confederation segments count nothing and lead": {
			"40 02 08 03 01 fdea 02 01 5ba0 c0 11 06 02 01 00010000", "40 02 0c 03 01 0000fdea 02 01 00010000"},
		"confederation segments of AS4_PATH are dropped": {
			"40 02 04 02 01 5ba0 c0 11 0c 03 01 0000fdea 02 01 00010000", "40 02 06 02 01 00010000"},
		"two sequences stay two": {"40 02 08 02 01 fde9 02 01 fdea", "40 02 0c 02 01 0000fde9 02 01 0000fdea"},
		"a malformed AS4_PATH in front is no harm": {
			"c0 11 06 02 02 00010000 40 02 04 02 01 fdea", "40 02 06 02 01 0000fdea"},
		"AS_TRANS takes AS4_AGGREGATOR": {
			"40 02 04 02 01 5ba0 c0 07 06 5ba0 0a000001 c0 11 06 02 01 00010000 c0 12 08 00010000 0a000001",
			"40 02 06 02 01 00010000 c0 07 08 00010000 0a000001"},
		"another aggregator makes both AS4 attributes out of date": {
			"40 02 04 02 01 5ba0 c0 07 06 fde9 0a000001 c0 11 06 02 01 00010000 c0 12 08 00010000 0a000001",
			"40 02 06 02 01 00005ba0 c0 07 08 0000fde9 0a000001"},
		"AS4_AGGREGATOR alone says nothing": {"40 02 04 02 01 fde9 c0 12 08 00010000 0a000001", "40 02 06 02 01 0000fde9"},
		"the extended length stays":         {"50 02 0004 02 01 fde9", "50 02 0006 02 01 0000fde9"},
	}
	n := everyFamily(true)
	n.AS4 = false
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			u, err := ParseUpdate(body("", origin+hop+c.attrs, "18 c63364"), n)
			if err != nil && err.Action != ActionDiscardAttribute {
				t.Fatal(err)
			}
			if got, want := u.AppendForwardable(nil, n, Ingress{}), octets(origin+c.want); !bytes.Equal(got, want) {
				t.Errorf("got  %x\nwant %x", got, want)
			}
		})
	}
}

// longUpdate has an AS_PATH of segments with 255 AS_TRANS each, and an AS4_PATH.
func longUpdate(t *testing.T, segments int, four []byte) (*Update, *Negotiated, *Error) {
	t.Helper()
	n := everyFamily(true)
	n.AS4 = false
	old := bytes.Repeat(append([]byte{2, 255}, bytes.Repeat([]byte{0x5b, 0xa0}, 255)...), segments)
	attrs := AppendAttr([]byte{0x40, 1, 1, 0}, wellKnown, AttrASPath, old)
	attrs = AppendAttr(attrs, wellKnown, AttrNextHop, []byte{192, 0, 2, 1})
	attrs = AppendAttr(attrs, optionalTransitive, AttrAS4Path, four)
	u, err := ParseUpdate(append(append([]byte{0, 0, byte(len(attrs) >> 8), byte(len(attrs))}, attrs...), 24, 10, 1, 1), n)
	return &u, n, err
}

func TestLongPathsAreMergedWithoutOverflow(t *testing.T) {
	one := []byte{2, 1, 0, 1, 0, 0}
	set := bytes.Repeat(append([]byte{1, 255}, bytes.Repeat([]byte{0, 1, 0, 0}, 255)...), 30)
	cases := map[string]struct {
		segments int
		four     []byte
		length   int
		origin   uint32
	}{
		"a path of 1,020 AS numbers":                          {4, one, 1020, 65536},
		"a path of 16,065 AS numbers":                         {63, one, 16065, 65536},
		"with AS4_PATH longer than an attribute: is left out": {63, set, 16065, ASTrans},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			u, n, err := longUpdate(t, c.segments, c.four)
			if err != nil {
				t.Fatal(err)
			}
			block := Attrs(u.AppendForwardable(nil, n, Ingress{}))
			a, _ := block.Find(AttrASPath)
			path := ASPath(a.Value)
			if !wholeAttrs(block) || path.Len() != c.length || path.Origin() != c.origin || path.NeighborASN() != ASTrans {
				t.Errorf("length %d, from %d by %d", path.Len(), path.NeighborASN(), path.Origin())
			}
		})
	}
	if _, _, err := longUpdate(t, 65, one); err == nil || err.Action != ActionTreatAsWithdraw || err.Attr != AttrASPath {
		t.Errorf("a path that 4-octet AS numbers do not hold: %v", err)
	}
}
