package nlri

import (
	"bytes"
	"net/netip"
	"testing"
)

func TestPrefixesAreReadWithHostBitsCleared(t *testing.T) {
	want := map[string]string{
		"the IPv4 default route":                                 "0.0.0.0/0",
		"an IPv4 prefix of 3 octets":                             "192.168.1.0/24",
		"an IPv4 prefix with host bits":                          "10.8.0.0/13",
		"an IPv4 host":                                           "192.168.1.1/32",
		"an IPv6 prefix":                                         "2001:db8:1::/48",
		"an IPv6 prefix of 29 bits":                              "2001:db8::/29",
		"an IPv6 host":                                           "2001:db8::1/128",
		"an IPv4 multicast prefix":                               "10.1.0.0/16",
		"an IPv6 multicast prefix":                               "2001:db8::/32",
		"a labeled IPv4 prefix":                                  "192.0.2.0/24",
		"a labeled IPv4 prefix whose label has no S bit":         "192.0.2.0/24",
		"a labeled IPv4 prefix with two labels":                  "192.0.2.0/24",
		"a labeled IPv4 prefix of 8 bits":                        "10.0.0.0/8",
		"a labeled withdrawal of 0x800000":                       "192.0.2.0/24",
		"a labeled withdrawal on a session with label stacks":    "192.0.2.0/24",
		"a labeled IPv6 prefix":                                  "2001:db8:1::/48",
		"a VPNv4 prefix":                                         "10.9.0.0/16",
		"a VPNv4 prefix of 13 bits":                              "10.8.0.0/13",
		"a VPNv4 prefix with three labels":                       "10.9.0.0/16",
		"a VPNv4 withdrawal of label 0":                          "10.9.0.0/16",
		"a VPNv6 prefix":                                         "2001:db8:1::/48",
		"an EVPN IPv4 prefix route, whose view has its own text": "",
	}
	for _, s := range soundSamples {
		text := want[s.name]
		delete(want, s.name)
		got := AsPrefix(s.family, s.form, unhex(s.octets))
		if text == "" {
			if got != (netip.Prefix{}) {
				t.Errorf("%s: %v, want none", s.name, got)
			}
		} else if got != netip.MustParsePrefix(text) {
			t.Errorf("%s: %v, want %s", s.name, got, text)
		}
	}
	if len(want) != 1 {
		t.Errorf("no sample for %v", want)
	}
}

func TestPrefixesAreWrittenAsTheyAreRead(t *testing.T) {
	rd := mustRD("10.1.0.1:1")
	for _, p := range []string{"0.0.0.0/0", "10.15.1.1/13", "192.0.2.0/24", "192.0.2.1/32", "::/0", "2001:db8::1/29", "2001:db8::1/128"} {
		p := mustPrefix(p)
		unicast, labeled, vpn := IPv4Unicast, IPv4Labeled, VPNv4
		if p.Addr().Is6() {
			unicast, labeled, vpn = IPv6Unicast, IPv6Labeled, VPNv6
		}
		n := AppendPrefix(nil, p)
		if err := Check(unicast, 0, n); err != nil || AsPrefix(unicast, 0, n) != p.Masked() {
			t.Errorf("%v: %x, %v", p, n, err)
		}
		if !bytes.Equal(n, AppendKey(nil, unicast, 0, n)) {
			t.Errorf("%v: host bits are written: %x", p, n)
		}
		for _, labels := range [][]Label{{3}, {1048575}, {16, 17}, {16, 17, 18}} {
			form := LabelStack
			n := AppendLabeled(nil, labels, p)
			if err := Check(labeled, form, n); err != nil || AsPrefix(labeled, form, n) != p.Masked() || !sameLabels(AsLabels(labeled, form, n), labels) {
				t.Errorf("%v labels %v: %x, %v", p, labels, n, err)
			}
			if 24*len(labels)+64+p.Bits() > 255 {
				continue
			}
			n = AppendVPN(nil, rd, labels, p)
			got, _ := AsRD(vpn, form, n)
			if err := Check(vpn, form, n); err != nil || AsPrefix(vpn, form, n) != p.Masked() || got != rd || !sameLabels(AsLabels(vpn, form, n), labels) {
				t.Errorf("%v labels %v: %x, %v", p, labels, n, err)
			}
		}
	}
}

func sameLabels(got Labels, want []Label) bool {
	if len(got) != 3*len(want) || got.Len() != len(want) {
		return false
	}
	i := 0
	for l := range got.All() {
		if l != want[i] || l != got.At(i) {
			return false
		}
		i++
	}
	return i == len(want)
}
