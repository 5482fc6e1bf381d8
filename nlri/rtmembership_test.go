package nlri

import "testing"

func TestRTMembershipsOfEveryLegalLength(t *testing.T) {
	target := [8]byte(unhex("ff02 fde8 ffffffff"))
	for bits := range 256 {
		n := make(NLRI, 1+(bits+7)/8)
		n[0] = byte(bits)
		legal := bits == 0 || bits >= 32 && bits <= 96
		if _, ok := AsRTMembership(n); ok != legal {
			t.Errorf("%d bits: %v, want %v", bits, ok, legal)
		}
		if !legal {
			continue
		}
		m, ok := AsRTMembership(AppendRTMembership(nil, 65000, target, bits))
		if !ok || m.Bits() != bits {
			t.Fatalf("%d bits: %v", bits, ok)
		}
		wantAS := uint32(65000)
		if bits == 0 {
			wantAS = 0
		}
		want := target
		for i := max(bits-32, 0); i < 64; i++ {
			want[i/8] &^= 0x80 >> (i % 8)
		}
		if m.OriginAS() != wantAS || m.Target() != want {
			t.Errorf("%d bits: AS %d target %x, want %x", bits, m.OriginAS(), m.Target(), want)
		}
	}
}

func TestTargetBitsBeyondTheLengthAreCleared(t *testing.T) {
	m, ok := AsRTMembership(unhex("29 0000fde8 00ff"))
	if !ok || m.Target() != [8]byte{0, 0x80} {
		t.Errorf("%v, %x", ok, m.Target())
	}
}
