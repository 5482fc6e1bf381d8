package nlri

import (
	"bytes"
	"testing"
)

func TestBGPLSNLRIAreReadAndWritten(t *testing.T) {
	node := AppendTLV(nil, 512, unhex("0000fde8"))
	node = AppendTLV(node, 515, unhex("000000000001 02"))
	want := AppendTLV(nil, 256, node)
	want = AppendTLV(want, 257, nil)
	want = AppendTLV(want, 259, unhex("0a000001"))
	n := AppendLinkState(nil, LinkStateLink, 2, 7, want)
	vpn := append(append(append(NLRI{}, n[:2]...), 0, byte(len(n)-4+8)), unhex(rd1)...)
	vpn = append(vpn, n[4:]...)
	for family, n := range map[Family]NLRI{BGPLS: n, BGPLSVPN: vpn} {
		l, ok := AsLinkState(family, n)
		if !ok {
			t.Fatalf("%v: %v", family, Check(family, 0, n))
		}
		if l.Type() != LinkStateLink || l.Protocol().String() != "isis-l2" || l.Identifier() != 7 || !bytes.Equal(l.TLVs(), want) {
			t.Errorf("%v: %v %v %v %x", family, l.Type(), l.Protocol(), l.Identifier(), l.TLVs())
		}
		if !bytes.Equal(l.LocalNode(), node) || len(l.RemoteNode()) != 0 {
			t.Errorf("%v: nodes %x and %x", family, l.LocalNode(), l.RemoteNode())
		}
		if id, ok := l.LocalNode().Find(515); !ok || IGPRouterID(id).String() != "0000.0000.0001.02" {
			t.Errorf("%v: IGP Router-ID %x, %v", family, id, ok)
		}
		if _, ok := l.TLVs().Find(258); ok {
			t.Errorf("%v: a TLV that is not there is found", family)
		}
	}
}

func TestLinkStateViewsAreRefusedToUnknownTypesAndOtherFamilies(t *testing.T) {
	for _, s := range append(soundSamples, malformedSamples...) {
		n := unhex(s.octets)
		want := (s.family == BGPLS || s.family == BGPLSVPN) && Check(s.family, 0, n) == nil && !Opaque(s.family, n)
		if _, ok := AsLinkState(s.family, n); ok != want {
			t.Errorf("%s: %v, want %v", s.name, ok, want)
		}
	}
}

func TestTLVsEndWhereOneIsCut(t *testing.T) {
	seen := 0
	for range TLVs(unhex("0100 0001 ff 0101 0002 ff")).All() {
		seen++
	}
	if seen != 1 {
		t.Errorf("%d TLVs, want 1", seen)
	}
}

func TestIGPRouterIDsAreWrittenByLength(t *testing.T) {
	for text, octets := range map[string]string{
		"1.1.1.1":           "01010101",
		"0000.0000.0001":    "000000000001",
		"0000.0000.0001.02": "00000000000102",
		"1.1.1.1:10.0.0.1":  "010101010a000001",
		"0102":              "0102",
		"":                  "",
	} {
		if got := IGPRouterID(unhex(octets)).String(); got != text {
			t.Errorf("%s: %q, want %q", octets, got, text)
		}
	}
}
