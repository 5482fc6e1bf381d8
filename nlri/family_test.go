package nlri

import (
	"strings"
	"testing"
)

func TestFamilyNamesAreReadAndWritten(t *testing.T) {
	for name, numbers := range map[string][2]uint16{
		"ipv4": {1, 1}, "ipv6": {2, 1}, "ipv4-labeled": {1, 4}, "ipv6-labeled": {2, 4}, "vpnv4": {1, 128}, "vpnv6": {2, 128},
		"evpn": {25, 70}, "vpls": {25, 65}, "bgp-ls": {16388, 71}, "bgp-ls-vpn": {16388, 72}, "route-target": {1, 132},
		"flowspec4": {1, 133}, "flowspec6": {2, 133}, "flowspec-vpnv4": {1, 134}, "flowspec-vpnv6": {2, 134}, "flowspec-l2vpn": {25, 134},
		"mvpnv4": {1, 5}, "mvpnv6": {2, 5}, "sr-policy4": {1, 73}, "sr-policy6": {2, 73}, "mup4": {1, 85}, "mup6": {2, 85},
		"multicast4": {1, 2}, "multicast6": {2, 2},
	} {
		f := FamilyOf(AFI(numbers[0]), SAFI(numbers[1]))
		if got, err := ParseFamily(name); err != nil || got != f {
			t.Errorf("ParseFamily(%q) = %v, %v", name, got, err)
		}
		if f.String() != name || !f.Supported() {
			t.Errorf("%d/%d is %q, supported %v; want %q", numbers[0], numbers[1], f, f.Supported(), name)
		}
		if f.AFI() != AFI(numbers[0]) || f.SAFI() != SAFI(numbers[1]) {
			t.Errorf("%s splits into %d/%d", name, f.AFI(), f.SAFI())
		}
	}
	if len(families) != 24 {
		t.Errorf("%d families have a name, 24 stand here", len(families))
	}
}

func TestOtherFamiliesAreNumbers(t *testing.T) {
	f, err := ParseFamily("25/99")
	if err != nil || f != FamilyOf(25, 99) || f.String() != "25/99" || f.Supported() {
		t.Errorf("25/99 is %v, %v, supported %v", f, err, f.Supported())
	}
	if f, err := ParseFamily("25/70"); err != nil || f != EVPN {
		t.Errorf("25/70 is %v, %v", f, err)
	}
	for _, wrong := range []string{"", "ip", "25", "25/", "/1", "65536/1", "1/256", "1/-1", "1/1/1"} {
		if f, err := ParseFamily(wrong); err == nil {
			t.Errorf("ParseFamily(%q) = %v", wrong, f)
		} else if !strings.Contains(err.Error(), wrong) || !strings.Contains(err.Error(), "evpn") {
			t.Errorf("the error for %q does not say what is wrong and what is right: %v", wrong, err)
		}
	}
}
