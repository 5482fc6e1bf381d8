package wire

import (
	"bytes"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
)

func TestUpdateWriterForms(t *testing.T) {
	const attrs = "40 01 01 00 40 02 00 40 05 04 00000064"
	cases := map[string]struct {
		family  nlri.Family
		form    nlri.Form
		nextHop []byte // nil = withdraw
		nlri    string
		want    string // the body
	}{
		"ipv4 with an IPv4 next hop goes as in RFC 4271, NEXT_HOP in its place": {nlri.IPv4Unicast, 0, address("192.0.2.1"), "18 0a0101",
			"0000 0015 40 01 01 00 40 02 00 40 03 04 c0000201 40 05 04 00000064 18 0a0101"},
		"ipv4 with an IPv6 next hop goes in MP_REACH_NLRI": {nlri.IPv4Unicast, nlri.AddPath, address("2001:db8::1"), "18 0a0101",
			"0000 002f 90 0e 001d 0001 01 10 20010db8000000000000000000000001 00 00000009 18 0a0101" + attrs},
		"evpn goes in MP_REACH_NLRI, which is first": {nlri.EVPN, 0, address("192.0.2.1"), "63 01 aa",
			"0000 001e 90 0e 000c 0019 46 04 c0000201 00 63 01 aa" + attrs},
		"a withdrawal of ipv4":            {nlri.IPv4Unicast, 0, nil, "18 0a0101", "0004 18 0a0101 0000"},
		"a withdrawal of ipv4 with paths": {nlri.IPv4Unicast, nlri.AddPath, nil, "18 0a0101", "0008 00000009 18 0a0101 0000"},
		"a withdrawal of evpn":            {nlri.EVPN, 0, nil, "63 01 aa", "0000 000a 90 0f 0006 0019 46 63 01 aa"},
		"a withdrawal of a label stack has one label field": {nlri.VPNv4, nlri.LabelStack, nil, "88 000640 000651 00010a0100010001 0a0101",
			"0000 0016 90 0f 0012 0001 80 70 800000 00010a0100010001 0a0101"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var w UpdateWriter
			if c.nextHop != nil {
				w.Begin([]byte{7}, MaxMessage, c.family, c.form, c.nextHop, octets(attrs))
			} else {
				w.BeginWithdraw([]byte{7}, MaxMessage, c.family, c.form)
			}
			if !w.Add(9, octets(c.nlri)) {
				t.Fatal("does not fit")
			}
			got := w.End()
			want := octets(c.want)
			want = append(append([]byte{7}, marker...), append([]byte{0, byte(HeaderLen + len(want)), byte(TypeUpdate)}, want...)...)
			if !bytes.Equal(got, want) || w.Messages() != 1 {
				t.Errorf("%d messages\ngot  %x\nwant %x", w.Messages(), got, want)
			}
		})
	}
}

// messages cuts a stream and says how long the longest message is.
func messages(t *testing.T, b []byte) (list [][]byte, longest int) {
	t.Helper()
	for len(b) > 0 {
		h, err := ParseHeader(b, MaxExtendedMessage)
		if err != nil || h.Length > len(b) {
			t.Fatal(err)
		}
		list, longest, b = append(list, b[:h.Length]), max(longest, h.Length), b[h.Length:]
	}
	return list, longest
}

func TestUpdateWriterFillsMessages(t *testing.T) {
	const routes = 3000
	for name, s := range samples() {
		for _, withdraw := range []bool{false, true} {
			var w UpdateWriter
			if withdraw {
				w.BeginWithdraw(nil, MaxMessage, s.family, s.form)
			} else {
				w.Begin(nil, MaxMessage, s.family, s.form, s.nextHop, sampleAttrs())
			}
			size := 0
			for i := range routes {
				n := s.nlri[i%len(s.nlri)]
				size += len(n) + 4
				if !w.Add(nlri.PathID(i), n) {
					t.Fatalf("%s: NLRI %d does not fit", name, i)
				}
			}
			list, longest := messages(t, w.End())
			most := 2 + size/(MaxMessage-400)
			if s.family == nlri.VPLS {
				most = routes // TestEveryVPLSRouteHasAnUpdateOfItsOwn
			}
			if len(list) != w.Messages() || longest > MaxMessage || len(list) > most {
				t.Errorf("%s: %d messages for %d octets, the longest has %d", name, len(list), size, longest)
			}
			i := 0
			for _, m := range list {
				u, err := ParseUpdate(m[HeaderLen:], s.session())
				if err != nil {
					t.Fatal(name, err)
				}
				for _, l := range u.lists() {
					for id := range l.All() {
						if s.form&nlri.AddPath != 0 && id != nlri.PathID(i) {
							t.Fatalf("%s: path %d, want %d", name, id, i)
						}
						i++
					}
				}
			}
			if i != routes {
				t.Errorf("%s: %d routes came out", name, i)
			}
		}
	}
}

func TestUpdateWriterLimit(t *testing.T) {
	n := samples()["evpn 2"].nlri[0]
	room := HeaderLen + 4 + 4 + 5 + 4 + len(n) // header, two lengths, MP_REACH_NLRI with its next hop, one NLRI
	attrs := func(size int) Attrs {
		return AppendAttr(nil, optionalTransitive|FlagExtendedLength, 99, make([]byte, size-4))
	}
	var w UpdateWriter

	w.Begin(nil, MaxMessage, nlri.EVPN, 0, address("192.0.2.1"), attrs(MaxMessage-room))
	for range 2 {
		if !w.Add(0, n) {
			t.Error("one NLRI fits exactly, in each of two messages")
		}
	}
	if list, longest := messages(t, w.End()); len(list) != 2 || longest != MaxMessage {
		t.Errorf("%d messages, the longest %d", len(list), longest)
	}

	w.Begin([]byte{7}, MaxMessage, nlri.EVPN, 0, address("192.0.2.1"), attrs(MaxMessage-room+1))
	if w.Add(0, n) {
		t.Error("an NLRI one octet too long was taken")
	}
	if got := w.End(); !bytes.Equal(got, []byte{7}) || w.Messages() != 0 {
		t.Errorf("wrote %x", got)
	}

	w.Begin(nil, MaxMessage, nlri.EVPN, 0, address("192.0.2.1"), attrs(MaxMessage-room))
	long := append(bytes.Clone(n), 0)
	if long[1]++; !w.Add(0, n) || w.Add(0, long) || !w.Add(0, n) {
		t.Error("an NLRI that does not fit must not disturb the others")
	}
	if list, _ := messages(t, w.End()); len(list) != 2 {
		t.Errorf("%d messages", len(list))
	}

	w.Begin(nil, MaxExtendedMessage, nlri.EVPN, 0, address("192.0.2.1"), attrs(MaxExtendedMessage-room))
	if !w.Add(0, n) {
		t.Error("an extended message holds it")
	}
	if _, longest := messages(t, w.End()); longest != MaxExtendedMessage {
		t.Errorf("the longest has %d", longest)
	}
}

func TestUpdateWriterWithoutNLRI(t *testing.T) {
	var w UpdateWriter
	w.Begin(nil, MaxMessage, nlri.EVPN, 0, address("192.0.2.1"), sampleAttrs())
	if got := w.End(); len(got) != 0 || w.Messages() != 0 {
		t.Errorf("wrote %x", got)
	}
}

func TestEveryVPLSRouteHasAnUpdateOfItsOwn(t *testing.T) {
	n := nlri.NLRI(octets("0011 00010a0000010064 0001 0001 0008 000640"))
	for name, begin := range map[string]func(*UpdateWriter){
		"announced": func(w *UpdateWriter) { w.Begin(nil, MaxMessage, nlri.VPLS, 0, NextHop{10, 0, 0, 1}, nil) },
		"withdrawn": func(w *UpdateWriter) { w.BeginWithdraw(nil, MaxMessage, nlri.VPLS, 0) },
	} {
		var w UpdateWriter
		begin(&w)
		for range 3 {
			w.Add(0, n)
		}
		if w.End(); w.Messages() != 3 {
			t.Errorf("%s: three routes in %d messages", name, w.Messages())
		}
	}
}
