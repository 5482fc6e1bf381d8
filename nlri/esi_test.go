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

func TestTheTypeOfAnESISaysWhatItsValueIs(t *testing.T) {
	type parts struct {
		mac           string
		portKey       uint16
		priority      uint16
		router        string
		as            uint32
		discriminator uint32
		has           int // bits, in the order above
	}
	for octets, want := range map[string]struct {
		text string
		parts
	}{
		"00 00 00 00 00 00 00 00 00 00": {"single-homed", parts{}},
		"00 11 22 33 44 55 66 77 88 99": {"arbitrary 112233445566778899", parts{}},
		"01 00 11 22 33 44 55 01 02 00": {"lacp 00:11:22:33:44:55 key 258", parts{mac: "00:11:22:33:44:55", portKey: 258, has: 1 | 2}},
		"02 00 11 22 33 44 55 10 00 00": {"bridge 00:11:22:33:44:55 priority 4096", parts{mac: "00:11:22:33:44:55", priority: 4096, has: 1 | 4}},
		"03 00 11 22 33 44 55 01 00 02": {"mac 00:11:22:33:44:55 discriminator 65538", parts{mac: "00:11:22:33:44:55", discriminator: 65538, has: 1 | 32}},
		"04 0a 01 00 01 00 00 01 00 00": {"router 10.1.0.1 discriminator 256", parts{router: "10.1.0.1", discriminator: 256, has: 8 | 32}},
		"05 00 00 fd e8 ff ff ff ff 00": {"as 65000 discriminator 4294967295", parts{as: 65000, discriminator: 0xffffffff, has: 16 | 32}},
		"0a 01 02 03 04 05 06 07 08 09": {"type 10 010203040506070809", parts{}},
		"ff ff ff ff ff ff ff ff ff ff": {"max", parts{}},
	} {
		e := ESI(unhex(octets))
		if got := string(e.AppendDescription(nil)); got != want.text {
			t.Errorf("%s: %q, want %q", octets, got, want.text)
		}
		var got parts
		has := func(bit int, ok bool) bool {
			if ok {
				got.has |= bit
			}
			return ok
		}
		if mac, ok := e.MAC(); has(1, ok) {
			got.mac = mac.String()
		}
		if key, ok := e.PortKey(); has(2, ok) {
			got.portKey = key
		}
		if priority, ok := e.BridgePriority(); has(4, ok) {
			got.priority = priority
		}
		if router, ok := e.RouterID(); has(8, ok) {
			got.router = router.String()
		}
		if as, ok := e.AS(); has(16, ok) {
			got.as = as
		}
		if discriminator, ok := e.Discriminator(); has(32, ok) {
			got.discriminator = discriminator
		}
		if got != want.parts || e.Type() != ESIType(e[0]) {
			t.Errorf("%s: %+v, want %+v", octets, got, want.parts)
		}
	}
}
