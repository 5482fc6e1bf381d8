package nlri

import (
	"bytes"
	"testing"
)

func TestLabelsAreCountedByForm(t *testing.T) {
	want := map[string]int{
		"a labeled IPv4 prefix":                               1,
		"a labeled IPv4 prefix whose label has no S bit":      1,
		"a labeled IPv4 prefix with two labels":               2,
		"a labeled IPv4 prefix of 8 bits":                     1,
		"a labeled withdrawal of 0x800000":                    1,
		"a labeled withdrawal on a session with label stacks": 1,
		"a labeled IPv6 prefix":                               1,
		"a VPNv4 prefix":                                      1,
		"a VPNv4 prefix of 13 bits":                           1,
		"a VPNv4 prefix with three labels":                    3,
		"a VPNv4 withdrawal of label 0":                       1,
		"a VPNv6 prefix":                                      1,
	}
	for _, s := range soundSamples {
		if got := LabelCount(s.family, s.form, unhex(s.octets)); got != want[s.name] {
			t.Errorf("%s: %d labels, want %d", s.name, got, want[s.name])
		}
	}
}

func TestALabelIsTheUpper20BitsOfItsField(t *testing.T) {
	labels := AsLabels(IPv4Labeled, LabelStack, unhex("48 03e810 000641 c00002"))
	if labels.At(0) != 16001 || labels.At(1) != 100 {
		t.Errorf("labels %v and %v, want 16001 and 100", labels.At(0), labels.At(1))
	}
	if f := Label(16001).Field(); f != 0x03e811 || f.MPLS() != 16001 {
		t.Errorf("field %#x", f)
	}
	if vni := LabelField(10000).VNI(); vni != 10000 {
		t.Errorf("VNI %d", vni)
	}
	if Label(16001).String() != "16001" {
		t.Error(Label(16001))
	}
}

func TestAWithdrawalWithAnyLabelIsAccepted(t *testing.T) {
	for _, label := range []string{"800000", "000000", "000001", "03e810", "ffffff"} {
		for _, form := range []Form{Withdraw, Withdraw | LabelStack} {
			n := unhex("30" + label + "c00002")
			if err := Check(IPv4Labeled, form, n); err != nil {
				t.Errorf("label %s: %v", label, err)
			} else if p := AsPrefix(IPv4Labeled, form, n); p != mustPrefix("192.0.2.0/24") {
				t.Errorf("label %s: %v", label, p)
			}
		}
	}
}

func TestAWithdrawalHasOneLabelFieldOf0x800000(t *testing.T) {
	for _, test := range []sample{
		{"30 800000 c00002", IPv4Labeled, 0, "30 03e811 c00002"},
		{"30 800000 c00002", IPv4Labeled, LabelStack, "48 03e810 000641 c00002"},
		{"68 800000 0000 fde8 00000001 0a09", VPNv4, LabelStack, "98 03e810 000640 000191 0000 fde8 00000001 0a09"},
		{"68 800000 0000 fde8 00000001 0a09", VPNv4, Withdraw, "68 000000 0000 fde8 00000001 0a09"},
		{"48 800000 20010db80001", IPv6Labeled, 0, "48 03e811 20010db80001"},
	} {
		got := AppendWithdraw(nil, test.family, test.form, unhex(test.octets))
		if !bytes.Equal(got, unhex(test.name)) {
			t.Errorf("%s: %x, want %s", test.octets, got, test.name)
		}
	}
}

func TestFamiliesWithoutLabelsAreWithdrawnAsTheyCame(t *testing.T) {
	for _, s := range soundSamples {
		n := unhex(s.octets)
		got := AppendWithdraw(nil, s.family, s.form, n)
		if LabelCount(s.family, s.form, n) == 0 && !bytes.Equal(got, n) {
			t.Errorf("%s: %x", s.name, got)
		}
		if err := Check(s.family, s.form|Withdraw, got); err != nil {
			t.Errorf("%s: its withdrawal is malformed: %v", s.name, err)
		}
	}
}
