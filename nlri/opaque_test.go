package nlri

import (
	"slices"
	"testing"
)

func TestOpaqueIsAnUnknownTypeOfATypedFamily(t *testing.T) {
	want := []string{
		"an EVPN route of type 0",
		"an EVPN route of an unknown type",
		"an EVPN route of type 255 without octets",
		"a VPLS route of an unknown length",
		"a VPLS route without octets",
		"a BGP-LS NLRI of an unknown type",
		"a BGP-LS NLRI of an unknown type without octets",
		"a BGP-LS-VPN NLRI of an unknown type",
		"a flow specification with an unknown component",
		"a layer 2 flow specification of another draft",
		"an MVPN route of type 0",
		"an MVPN route for mLDP",
		"a MUP route of an unknown type",
		"a MUP route of an unknown architecture",
	}
	var got []string
	for _, s := range soundSamples {
		if Opaque(s.family, unhex(s.octets)) {
			got = append(got, s.name)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
