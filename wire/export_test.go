package wire

import (
	"bytes"
	"testing"
)

// TestExportTable is the second table of DESIGN §5, row by row. The first column, iBGP to iBGP, is
// AppendReflected's, of which TestAppendReflected has the rows that change.
func TestExportTable(t *testing.T) {
	const (
		origin  = "40 01 01 00 "
		path    = "40 02 06 02 01 0000fde9 "
		ours    = "40 02 0a 02 02 0000fde8 0000fde9 "
		gone    = ""
		dflt    = "40 05 04 00000064 "
		pref    = "40 05 04 000000c8 "
		med     = "80 04 04 00000007 "
		id      = "80 09 04 0a000001 80 0a 04 0a000002 "
		ext     = "c0 10 10 0002fde800000064 4004fde800000001 "
		extT    = "c0 10 08 0002fde800000064 "
		extN    = "c0 10 08 4004fde800000001 "
		ext6    = "c0 19 28 0002 20010db8000000000000000000000001 0001 4002 20010db8000000000000000000000001 0001 "
		ext6T   = "c0 19 14 0002 20010db8000000000000000000000001 0001 "
		aigp    = "80 1a 0b 01 000b 0000000000000001 "
		ls      = "80 1d 04 0402 0000 "
		unknown = "80 63 01 01 "
		partial = "e0 64 01 01 "
	)
	rows := map[string]struct {
		attr                           string // behind ORIGIN, AS_PATH
		toInternal, toPeer, toRSClient string
		medReceived                    bool
	}{
		"ORIGINATOR_ID and CLUSTER_LIST":            {pref + id, pref, gone, gone, false},
		"LOCAL_PREF, present":                       {pref, pref, gone, gone, false},
		"LOCAL_PREF, absent":                        {gone, dflt, gone, gone, false},
		"LOCAL_PREF goes before higher codes":       {med + extT, med + dflt + extT, med + extT, med + extT, false},
		"MED, received":                             {med, med + dflt, gone, med, true},
		"MED, set here":                             {med, med + dflt, med, med, false},
		"extended communities":                      {pref + ext, pref + ext, extT, ext, false},
		"extended communities, non-transitive only": {pref + extN, pref + extN, gone, extN, false},
		"IPv6 extended communities":                 {pref + ext6, pref + ext6, ext6T, ext6, false},
		"AIGP":                                      {pref + aigp, pref + aigp, gone, aigp, false},
		"the BGP-LS attribute is known":             {pref + ls, pref + ls, ls, ls, false},
		"unknown non-transitive":                    {pref + unknown, pref, gone, unknown, false},
		"unknown transitive":                        {pref + partial, pref + partial, partial, partial, false},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			in := octets(origin + path + row.attr)
			for kind, want := range map[ExportKind]string{
				Verbatim:            origin + path + row.attr,
				ToInternal:          origin + path + row.toInternal,
				ToPeer:              origin + ours + row.toPeer,
				ToRouteServerClient: origin + path + row.toRSClient,
			} {
				got := AppendExported([]byte{7}, in, Export{To: kind, LocalASN: 65000, AS4: true, MEDReceived: row.medReceived})
				if w := append([]byte{7}, octets(want)...); !bytes.Equal(got, w) {
					t.Errorf("kind %d: got  %x\nwant %x", kind, got, w)
				}
			}
		})
	}
}

// RFC 4271 §5.1.2: a neighbor outside must not see an empty path, which it would have to treat as malformed.
func TestARouteServerClientIsToldOurASOnlyWhereThePathIsEmpty(t *testing.T) {
	for name, c := range map[string]struct{ path, want []byte }{
		"a route of our own AS":     {nil, octets("02 01 0000fde8")},
		"a route of another client": {octets("02 01 00000007"), octets("02 01 00000007")},
	} {
		in := AppendAttr(nil, wellKnown, AttrASPath, c.path)
		got := AppendExported(nil, in, Export{To: ToRouteServerClient, LocalASN: 65000, AS4: true})
		if want := AppendAttr(nil, wellKnown, AttrASPath, c.want); !bytes.Equal(got, want) {
			t.Errorf("%s: got %x, want %x", name, got, want)
		}
	}
}

func TestPrepend(t *testing.T) {
	full := append([]byte{2, 255}, bytes.Repeat([]byte{0, 0, 0, 7}, 255)...)
	cases := map[string]struct{ path, want []byte }{
		"to nothing":                      {nil, octets("02 01 0000fde8")},
		"to a sequence":                   {octets("02 01 00000007"), octets("02 02 0000fde8 00000007")},
		"to a set":                        {octets("01 01 00000007"), octets("02 01 0000fde8 01 01 00000007")},
		"to a sequence of 255 AS numbers": {full, append(octets("02 01 0000fde8"), full...)},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			out := AppendExported(nil, AppendAttr(nil, wellKnown, AttrASPath, c.path), Export{To: ToPeer, LocalASN: 65000, AS4: true})
			if want := AppendAttr(nil, wellKnown, AttrASPath, c.want); !bytes.Equal(out, want) {
				t.Errorf("got  %x\nwant %x", out, want)
			}
		})
	}
}

func TestTwoOctetNeighbor(t *testing.T) {
	cases := map[string]struct {
		attrs, want string
		e           Export
	}{
		"numbers that fit need no AS4_PATH": {
			"40 02 06 02 01 0000fde9", "40 02 04 02 01 fde9", Export{}},
		"a number that does not fit stands in AS4_PATH": {
			"40 02 0a 02 02 00010000 0000fde9 c0 10 08 0002fde800000064 c0 20 0c 000000010000000200000003",
			"40 02 06 02 02 5ba0 fde9 c0 10 08 0002fde800000064 c0 11 0a 02 02 00010000 0000fde9 c0 20 0c 000000010000000200000003", Export{}},
		"our own AS too": {
			"40 02 06 02 01 0000fde9", "40 02 06 02 02 5ba0 fde9 c0 11 0a 02 02 00010000 0000fde9", Export{To: ToPeer, LocalASN: 65536}},
		"confederation segments do not go into AS4_PATH": {
			"40 02 0c 03 01 00010001 02 01 00010000", "40 02 08 03 01 5ba0 02 01 5ba0 c0 11 06 02 01 00010000", Export{}},
		"a confederation segment alone needs none": {"40 02 06 03 01 00010001", "40 02 04 03 01 5ba0", Export{}},
		"a confederation is not shown to another AS": {
			"40 02 0c 03 01 00010001 02 01 0000fde9", "40 02 06 02 02 fde8 fde9", Export{To: ToPeer, LocalASN: 65000}},
		"of a path inside a confederation our AS is left for a route-server client": {
			"40 02 06 03 01 00010001", "40 02 04 02 01 fde8", Export{To: ToRouteServerClient, LocalASN: 65000}},
		"AGGREGATOR that fits": {"40 02 00 c0 07 08 0000fde9 0a000001", "40 02 00 c0 07 06 fde9 0a000001", Export{}},
		"AGGREGATOR that does not fit": {
			"40 02 00 c0 07 08 00010000 0a000001", "40 02 00 c0 07 06 5ba0 0a000001 c0 12 08 00010000 0a000001", Export{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got, want := AppendExported(nil, octets(c.attrs), c.e), octets(c.want); !bytes.Equal(got, want) {
				t.Errorf("got  %x\nwant %x", got, want)
			}
		})
	}
}

// What a 2-octet neighbor sent comes out the same for another one.
func TestTwoOctetRoundTrip(t *testing.T) {
	n := everyFamily(true)
	n.AS4 = false
	attrs := "40 01 01 00 40 02 08 02 03 fde9 5ba0 fdea 40 03 04 c0000201 c0 11 0a 02 02 00010000 0000fdea"
	u, err := ParseUpdate(body("", attrs, "18 c63364"), n)
	if err != nil {
		t.Fatal(err)
	}
	out := AppendExported(nil, u.AppendForwardable(nil, n, Ingress{}), Export{})
	// AS4_PATH is the whole path now, which says the same.
	want := octets("40 01 01 00 40 02 08 02 03 fde9 5ba0 fdea c0 11 0e 02 03 0000fde9 00010000 0000fdea")
	if !bytes.Equal(out, want) {
		t.Errorf("got  %x\nwant %x", out, want)
	}
}
