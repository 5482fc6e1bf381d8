package wire

import (
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
)

var benchmarked = [...]string{"evpn 2", "vpnv4", "ipv4", "bgp-ls link"}

// benchmarkAttrs are the attributes that a sample is measured with.
func benchmarkAttrs(name string) Attrs {
	if name == "bgp-ls link" {
		return linkAttrs()
	}
	return sampleAttrs()
}

// walk goes over the announced NLRI, as whoever stores them does.
func walk(u *Update) (octets int) {
	if reach, ok := u.Reach(); ok {
		for _, n := range reach.List.All() {
			octets += len(n)
		}
	}
	announced := u.Announced()
	for _, n := range announced.All() {
		octets += len(n)
	}
	return octets
}

func BenchmarkParseAndWalk(b *testing.B) {
	for _, name := range benchmarked {
		b.Run(name, func(b *testing.B) {
			s := samples()[name]
			n, message := s.session(), s.message(benchmarkAttrs(name))
			b.SetBytes(int64(len(message)))
			b.ReportAllocs()
			var u Update
			for b.Loop() {
				err := u.Parse(message[HeaderLen:], n)
				if err != nil || walk(&u) == 0 {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkForward(b *testing.B) {
	s := samples()["evpn 2"]
	n := s.session()
	u, _ := ParseUpdate(s.message(sampleAttrs())[HeaderLen:], n)
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = u.AppendForwardable(dst[:0], n, Ingress{})
	}
}

func BenchmarkReflect(b *testing.B) {
	a := sampleAttrs()
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = AppendReflected(dst[:0], a, Reflection{RouterID{10, 0, 0, 1}, RouterID{10, 0, 0, 2}})
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, name := range benchmarked {
		b.Run(name, func(b *testing.B) {
			s, a := samples()[name], benchmarkAttrs(name)
			var dst []byte
			b.SetBytes(int64(len(s.message(a))))
			b.ReportAllocs()
			var w UpdateWriter
			for b.Loop() {
				w.Begin(dst[:0], MaxMessage, s.family, s.form, s.nextHop, a)
				for i, n := range s.nlri {
					w.Add(nlri.PathID(i), n)
				}
				dst = w.End()
			}
		})
	}
}
