package wire

import (
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
)

func TestNothingAllocates(t *testing.T) {
	zero := func(what string, f func()) {
		t.Helper()
		if n := testing.AllocsPerRun(50, f); n != 0 {
			t.Errorf("%s: %v allocations", what, n)
		}
	}
	r := Reflection{RouterID{10, 0, 0, 1}, RouterID{10, 0, 0, 2}}
	buffer := make([]byte, 0, 1<<16)
	for name, s := range samples() {
		attrs := sampleAttrs()
		n, message, withdrawal := s.session(), s.message(attrs), s.withdrawal()
		var u Update
		zero(name+": parse and walk", func() {
			if u.Parse(message[HeaderLen:], n) != nil || walk(&u) == 0 {
				t.Fatal("not sound")
			}
		})
		zero(name+": parse a withdrawal", func() {
			if err := u.Parse(withdrawal[HeaderLen:], n); err != nil {
				t.Fatal(err)
			}
		})
		zero(name+": ParseUpdate", func() {
			v, _ := ParseUpdate(message[HeaderLen:], n)
			walk(&v)
			u = v
		})
		zero(name+": forward", func() { u.AppendForwardable(buffer, n, Ingress{}) })
		var w UpdateWriter
		zero(name+": write", func() {
			w.Begin(buffer, MaxMessage, s.family, s.form, s.nextHop, attrs)
			for i, each := range s.nlri {
				w.Add(nlri.PathID(i), each)
			}
			w.End()
			w.BeginWithdraw(buffer, MaxMessage, s.family, s.form)
			for i, each := range s.nlri {
				w.Add(nlri.PathID(i), each)
			}
			w.End()
		})
		zero(name+": reflect", func() { AppendReflected(buffer, attrs, r) })
		for _, kind := range []ExportKind{Verbatim, ToInternal, ToPeer, ToRouteServerClient} {
			zero(name+": export", func() {
				AppendExported(buffer, attrs, Export{To: kind, LocalASN: 65536, AS4: true})
				AppendExported(buffer, attrs, Export{To: kind, LocalASN: 65536})
			})
		}
	}

	n := everyFamily(true)
	n.AS4 = false
	old := body("", "40 01 01 00 40 02 08 02 03 fde9 5ba0 fdea 40 03 04 c0000201 c0 07 06 5ba0 0a000001 c0 11 0a 02 02 00010000 0000fdea c0 12 08 00010000 0a000001", "18 c63364")
	var u Update
	if err := u.Parse(old, n); err != nil {
		t.Fatal(err)
	}
	zero("merge AS4_PATH", func() { u.AppendForwardable(buffer, n, Ingress{}) })

	link := samples()["bgp-ls link"]
	message := link.message(linkAttrs())
	zero("parse structured attributes", func() {
		if err := u.Parse(message[HeaderLen:], link.session()); err != nil {
			t.Fatal(err)
		}
	})
	for code, value := range soundValues {
		zero("check "+code.String(), func() {
			if check := attrRules[code].check; check != nil && check(value, sessionKind{true, true}).wrong() {
				t.Fatal("not sound")
			}
		})
	}
	target, rate := ExtCommunity{0, 2, 0xfd, 0xe8, 0, 0, 0, 1}, ExtCommunity{0x40, 4, 0xfd, 0xe8, 0x4e, 0x95, 2, 0xf9}
	zero("text", func() {
		dst := rate.AppendText(target.AppendText(buffer))
		dst = NoExport.AppendText(LargeCommunity{1, 2, 3}.AppendText(dst))
		dst = IPv6ExtCommunity{1: 2}.AppendText(TunnelVXLAN.AppendText(dst))
		ASPath(soundValues[AttrASPath]).AppendText(dst)
	})

	path := ASPath(octets("03 01 0000fdec 02 01 0000fde9 01 02 0000fdea 0000fdeb"))
	zero("views", func() {
		_, _, _, _ = path.Len(), path.NeighborASN(), path.Origin(), path.Contains(1)
		a, _ := u.Attrs().Find(AttrAS4Path)
		for c := range Communities(a.Value).All() {
			_ = c
		}
		for c := range ExtCommunities(a.Value).All() {
			_ = c.IsRouteTarget()
		}
	})
}
