package wire

import (
	"bytes"
	"reflect"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/dci-rs/dci-rs/nlri"
)

// fuzzSession is the session that the bits of b say.
func fuzzSession(b byte) *Negotiated {
	n := &Negotiated{Internal: b&1 == 0, AS4: b&2 == 0}
	o := FamilyOptions{ExtendedNextHop: b&4 != 0}
	if b&8 != 0 {
		o.Receive |= nlri.AddPath
	}
	if b&16 != 0 {
		o.Receive |= nlri.LabelStack
	}
	o.Send = o.Receive
	for _, afi := range []nlri.AFI{nlri.AFIIPv4, nlri.AFIIPv6, nlri.AFIL2VPN, nlri.AFILinkState} {
		for safi := range 256 {
			if o.Family = nlri.FamilyOf(afi, nlri.SAFI(safi)); o.Family.Supported() {
				n.Families = append(n.Families, o)
			}
		}
	}
	return n
}

func FuzzParseUpdate(f *testing.F) {
	for _, s := range samples() {
		for _, b := range []byte{0, 2, 4, 12, 28} {
			f.Add(b, s.message(sampleAttrs())[HeaderLen:])
			f.Add(b, s.withdrawal()[HeaderLen:])
		}
	}
	for code, value := range soundValues {
		attrs := AppendAttr([]byte{0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 3, 4, 192, 0, 2, 1}, attrRules[code].flags, code, value)
		f.Add(byte(0), append(append([]byte{0, 0, 0, byte(len(attrs))}, attrs...), 24, 10, 1, 1))
	}
	f.Fuzz(func(t *testing.T, b byte, body []byte) {
		n := fuzzSession(b)
		u, err := ParseUpdate(body, n)
		if err != nil && (err.Action == ActionNone || err.Reason == "" || err.Code != ErrUpdate || err.Offset > len(body)) {
			t.Fatalf("incomplete error %+v", err)
		}
		for _, l := range u.lists() {
			for _, n := range l.All() {
				if len(n) == 0 {
					t.Fatal("an NLRI of no octets")
				}
			}
		}
		if err != nil && err.Action > ActionDiscardNLRI {
			return
		}
		attrs := Attrs(u.AppendForwardable(nil, n, Ingress{External: !n.Internal}))
		reparsed(t, n, &u, attrs)
		reflectedTwice(t, attrs)
		for kind := Verbatim; kind <= ToRouteServerClient; kind++ {
			for _, as4 := range []bool{true, false} {
				e := Export{To: kind, LocalASN: 4200000000, AS4: as4}
				out := Attrs(AppendExported(nil, attrs, e))
				if !wholeAttrs(out) {
					t.Fatalf("%+v of %x does not cut cleanly: %x", e, attrs, out)
				}
			}
		}
	})
}

func wholeAttrs(a Attrs) bool {
	size := 0
	for each := range a.All() {
		size += len(each.Raw)
	}
	return size == len(a)
}

// reparsed writes what was accepted again and reads that: routes and attributes are the same.
func reparsed(t *testing.T, n *Negotiated, u *Update, attrs Attrs) {
	again := *n
	again.AS4, again.Internal = true, true
	routes := []Reach{{nlri.IPv4Unicast, u.NextHop(), u.Announced()}}
	if reach, ok := u.Reach(); ok {
		routes = append(routes, reach)
	}
	for _, r := range routes {
		o, _ := n.Family(r.Family)
		var w UpdateWriter
		w.Begin(nil, MaxExtendedMessage, r.Family, o.Send, r.NextHop, attrs)
		for id, one := range r.List.All() {
			if !w.Add(id, one) {
				return
			}
		}
		if r.List.Len() == 0 {
			continue
		}
		i := 0
		type route struct {
			id   nlri.PathID
			nlri string
		}
		var want []route
		for id, one := range r.List.All() {
			want = append(want, route{id, string(one)})
		}
		list, _ := messages(t, w.End())
		for _, m := range list {
			v, err := ParseUpdate(m[HeaderLen:], &again)
			if err != nil {
				t.Fatalf("written again as %x it is refused: %v", m, err)
			}
			if got := v.AppendForwardable(nil, &again, Ingress{}); !bytes.Equal(got, attrs) {
				t.Fatalf("attributes\n%x became\n%x", attrs, got)
			}
			for _, l := range v.lists() {
				for id, one := range l.All() {
					if i >= len(want) || want[i] != (route{id, string(one)}) {
						t.Fatalf("NLRI %d became %x", i, one)
					}
					i++
				}
			}
		}
		if i != len(want) {
			t.Fatalf("%d of %d NLRI came back", i, len(want))
		}
	}
}

// reflectedTwice: the second reflection changes CLUSTER_LIST alone, which grows in front.
func reflectedTwice(t *testing.T, attrs Attrs) {
	first, second := RouterID{10, 0, 0, 1}, RouterID{10, 0, 0, 2}
	once := Attrs(AppendReflected(nil, attrs, Reflection{RouterID{1, 1, 1, 1}, first}))
	twice := Attrs(AppendReflected(nil, once, Reflection{RouterID{2, 2, 2, 2}, second}))
	a, b := slices.Collect(once.All()), slices.Collect(twice.All())
	if len(a) != len(b) || !wholeAttrs(once) || !wholeAttrs(twice) {
		t.Fatalf("%x became %x", once, twice)
	}
	for i := range a {
		if a[i].Code == AttrClusterList {
			if !bytes.Equal(b[i].Value, append(second[:], a[i].Value...)) {
				t.Fatalf("CLUSTER_LIST %x became %x", a[i].Value, b[i].Value)
			}
		} else if !bytes.Equal(a[i].Raw, b[i].Raw) {
			t.Fatalf("%x became %x", a[i].Raw, b[i].Raw)
		}
	}
	before, had := attrs.Find(AttrOriginatorID)
	after, has := once.Find(AttrOriginatorID)
	if !has || had && !bytes.Equal(before.Raw, after.Raw) {
		t.Fatalf("ORIGINATOR_ID %x became %x", before.Raw, after.Raw)
	}
}

func FuzzParseOpen(f *testing.F) {
	f.Add(AppendOpen(nil, fullOpen())[HeaderLen:])
	f.Add(octets("04 fde8 00b4 c0000201 ff ff0005 020002 4600"))
	f.Add(octets("04 fde8 00b4 c0000201 04 0202 0200"))
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := ParseOpen(b)
		c := o.Capabilities
		c.Families()
		c.GracefulRestart()
		c.LongLived()
		c.FQDN()
		c.SoftwareVersion()
		c.ExtendedNextHop(nlri.VPNv4)
		if err != nil {
			if err.Code != ErrOpen || err.Action != ActionResetSession || err.Offset > len(b) {
				t.Fatalf("%+v", err)
			}
			return
		}
		message := AppendOpen(nil, o)
		if len(message) > MaxExtendedMessage {
			return
		}
		again, err := ParseOpen(message[HeaderLen:])
		if err != nil || !reflect.DeepEqual(o, again) {
			t.Fatalf("%+v became %+v, %v", o, again, err)
		}
		Negotiate(o, again)
	})
}

func FuzzOtherMessages(f *testing.F) {
	f.Add(AppendNotification(nil, ErrCease, AdministrativeShutdown, AppendShutdownText(nil, "bye")))
	f.Add(AppendRouteRefresh(nil, nlri.EVPN, EndOfRefresh))
	f.Add(AppendKeepalive(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < HeaderLen {
			return
		}
		h, err := ParseHeader(b, MaxMessage)
		if err != nil || h.Length > len(b) {
			return
		}
		switch rest := b[HeaderLen:h.Length]; h.Type {
		case TypeNotification:
			n, err := ParseNotification(rest)
			if err != nil || !utf8.ValidString(n.String()) || !bytes.Equal(AppendNotification(nil, n.Code, n.Subcode, n.Data), b[:h.Length]) {
				t.Fatalf("%+v, %v", n, err)
			}
		case TypeRouteRefresh:
			if r, err := ParseRouteRefresh(rest); err == nil && !r.ORF && !bytes.Equal(AppendRouteRefresh(nil, r.Family, r.Subtype), b[:h.Length]) {
				t.Fatalf("%+v", r)
			}
		}
	})
}
