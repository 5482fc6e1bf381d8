package nlri

import "testing"

func TestEthernetSegmentIdentifiersReadAndWrite(t *testing.T) {
	const text = "00:11:22:33:44:55:66:77:88:9a"
	esi, err := ParseESI(text)
	if err != nil || esi != ESI(unhex("00 11 22 33 44 55 66 77 88 9a")) || esi.String() != text {
		t.Errorf("%v, %v", esi, err)
	}
	if esi.IsZero() || !(ESI{}).IsZero() {
		t.Error("only the ESI of ten zeros is zero")
	}
	for _, wrong := range []string{"", "00:11", text + ":00", "00:11:22:33:44:55:66:77:88:9g", "00.11.22.33.44.55.66.77.88.99", "+0:11:22:33:44:55:66:77:88:99"} {
		if got, err := ParseESI(wrong); err == nil {
			t.Errorf("ParseESI(%q) = %v", wrong, got)
		}
	}
}

func TestMACAddressesReadAndWrite(t *testing.T) {
	mac, err := ParseMAC("00:11:22:AA:bb:ff")
	if err != nil || mac != MAC(unhex("001122aabbff")) || mac.String() != "00:11:22:aa:bb:ff" {
		t.Errorf("%v, %v", mac, err)
	}
	for _, wrong := range []string{"", "00:11:22:33:44", "00:11:22:33:44:5", "00:11:22:33:44:55:66", "0011:22:33:44:5:5", "-1:11:22:33:44:55"} {
		if got, err := ParseMAC(wrong); err == nil {
			t.Errorf("ParseMAC(%q) = %v", wrong, got)
		}
	}
}

func TestEthernetTagsAreDecimal(t *testing.T) {
	if got := MaxEthernetTag.String(); got != "4294967295" {
		t.Errorf("MAX-ET is %s", got)
	}
}
