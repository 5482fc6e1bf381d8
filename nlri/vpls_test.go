package nlri

import "testing"

func TestVPLSViewsReadWhatTheEncodersWrite(t *testing.T) {
	want := VPLSFields{mustRD("10.1.0.1:100"), 1, 2, 8, 100000}
	n := AppendVPLS(nil, want)
	v, ok := AsVPLSBlock(n)
	if got := (VPLSFields{v.RD(), v.VEID(), v.BlockOffset(), v.BlockSize(), v.LabelBase()}); !ok || got != want {
		t.Errorf("%x: %v, %v", n, got, ok)
	}
	if _, ok := AsVPLSAD(n); ok {
		t.Error("a label block passes for auto-discovery")
	}
	ad := AppendVPLSAD(nil, want.RD, mustAddr("10.1.0.1"))
	if v, ok := AsVPLSAD(ad); !ok || v.RD() != want.RD || v.PE() != mustAddr("10.1.0.1") {
		t.Errorf("%x: %v", ad, ok)
	}
	if _, ok := AsVPLSBlock(ad); ok {
		t.Error("auto-discovery passes for a label block")
	}
	n[1]++
	if _, ok := AsVPLSBlock(n); ok {
		t.Error("a wrong length field passes")
	}
}
