package nlri

import "testing"

// benchFields is a field of each kind as it stands in an UPDATE.
var benchFields = []struct {
	name   string
	family Family
	form   Form
	count  int
	sample string
}{
	{"evpn2x5", EVPN, 0, 5, "an EVPN MAC/IPv4 route with two labels"},
	{"evpn5x5", EVPN, 0, 5, "an EVPN IPv4 prefix route"},
	{"vpnv4x20", VPNv4, 0, 20, "a VPNv4 prefix"},
	{"ipv4x100", IPv4Unicast, 0, 100, "an IPv4 prefix of 3 octets"},
	{"ipv4x100-add-path", IPv4Unicast, AddPath, 100, "an IPv4 prefix of 3 octets"},
	{"bgp-ls-link", BGPLS, 0, 1, "a BGP-LS link"},
	{"vplsx10", VPLS, 0, 10, "a VPLS label block"},
}

func benchField(b *testing.B, i int) []byte {
	bench := benchFields[i]
	var field []byte
	for _, s := range soundSamples {
		if s.name == bench.sample {
			for id := range bench.count {
				field = appendEntry(field, bench.form, entry{PathID(id), string(unhex(s.octets))})
			}
		}
	}
	if field == nil {
		b.Fatalf("no sample %q", bench.sample)
	}
	b.SetBytes(int64(len(field)))
	return field
}

func BenchmarkParseAndWalk(b *testing.B) {
	for i, bench := range benchFields {
		b.Run(bench.name, func(b *testing.B) {
			field := benchField(b, i)
			octets := 0
			for b.Loop() {
				l, err := ParseList(bench.family, bench.form, field)
				if err != nil || l.Malformed() > 0 {
					b.Fatal(err)
				}
				for _, n := range l.All() {
					octets += len(n)
				}
			}
		})
	}
}

func BenchmarkKeyAndLocality(b *testing.B) {
	for i, bench := range benchFields {
		b.Run(bench.name, func(b *testing.B) {
			l, err := ParseList(bench.family, bench.form, benchField(b, i))
			if err != nil {
				b.Fatal(err)
			}
			key := make([]byte, 0, 256)
			octets := 0
			for b.Loop() {
				for _, n := range l.All() {
					key = AppendKey(key[:0], bench.family, bench.form, n)
					octets += len(Locality(bench.family, bench.form, n))
				}
			}
		})
	}
}
