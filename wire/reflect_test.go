package wire

import (
	"bytes"
	"testing"
)

func TestAppendReflected(t *testing.T) {
	const (
		low  = "40 01 01 00 40 02 00 40 05 04 00000064 c0 08 04 fde80001 "
		high = "c0 10 08 0002fde800000064 e0 63 03 010203 "
		pref = "40 05 04 00000064 "
		ours = "80 09 04 0a000001 80 0a 04 0a000002 "
	)
	r := Reflection{OriginatorID: RouterID{10, 0, 0, 1}, ClusterID: RouterID{10, 0, 0, 2}}
	cases := map[string]struct {
		attrs, want string
		r           Reflection
	}{
		"both are added between lower and higher codes": {low + high, low + ours + high, r},
		"both are added at the end":                     {low, low + ours, r},
		"both are added in front":                       {pref + high, pref + ours + high, r},
		"nothing becomes three attributes":              {"", pref + ours, r},
		"an ORIGINATOR_ID stays":                        {low + "80 09 04 01010101" + high, low + "80 09 04 01010101 80 0a 04 0a000002" + high, r},
		"a CLUSTER_LIST grows in front":                 {low + "80 09 04 01010101 80 0a 04 01010102" + high, low + "80 09 04 01010101 80 0a 08 0a000002 01010102" + high, r},
		"ORIGINATOR_ID goes before CLUSTER_LIST":        {low + "80 0a 04 01010102" + high, low + "80 09 04 0a000001 80 0a 08 0a000002 01010102" + high, r},
		"flags of CLUSTER_LIST stay":                    {pref + "90 0a 0004 01010102", pref + "80 09 04 0a000001 90 0a 0008 0a000002 01010102", r},
		"CLUSTER_LIST behind higher codes grows there":  {pref + high + "80 0a 04 01010102 80 09 04 01010101", pref + high + "80 0a 08 0a000002 01010102 80 09 04 01010101", r},
		"LOCAL_PREF is added behind lower codes":        {"40 01 01 00 40 02 00 " + high, "40 01 01 00 40 02 00 " + pref + ours + high, r},
		"LOCAL_PREF behind higher codes is one":         {high + pref, ours + high + pref, r},
		"LOCAL_PREF is added before our CLUSTER_LIST":   {"80 0a 04 01010102 " + high, pref + "80 09 04 0a000001 80 0a 08 0a000002 01010102" + high, r},
		"an empty reflection changes nothing":           {low + high, low + high, Reflection{}},
		"an empty reflection adds no LOCAL_PREF":        {high, high, Reflection{}},
		"without our cluster only the originator":       {low + high, low + "80 09 04 0a000001" + high, Reflection{OriginatorID: r.OriginatorID}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := AppendReflected([]byte{7}, octets(c.attrs), c.r)
			if want := append([]byte{7}, octets(c.want)...); !bytes.Equal(got, want) {
				t.Errorf("got  %x\nwant %x", got, want)
			}
		})
	}
}

func TestLongClusterListGetsTheExtendedLength(t *testing.T) {
	a := AppendAttr(appendLocalPref(nil), FlagOptional, AttrClusterList, bytes.Repeat([]byte{10, 0, 0, 9}, 63))
	a = AppendReflected(nil, a, Reflection{ClusterID: RouterID{10, 0, 0, 2}})
	want := append(append(appendLocalPref(nil), []byte{0x90, 10, 1, 0, 10, 0, 0, 2}...), bytes.Repeat([]byte{10, 0, 0, 9}, 63)...)
	if !bytes.Equal(a, want) {
		t.Errorf("got %x", a)
	}
}
