package nlri

import "testing"

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
