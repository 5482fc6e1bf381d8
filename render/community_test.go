package render

import (
	"math"
	"testing"

	"github.com/dci-rs/dci-rs/wire"
)

func TestAppendExtCommunity(t *testing.T) {
	cases := map[string]struct{ octets, want string }{
		"route target of a 2-octet AS":             {"0002 fde8 00000001", "rt:65000:1"},
		"route target of an address":               {"0102 0a000001 0001", "rt:10.0.0.1:1"},
		"route target of a 4-octet AS":             {"0202 fa56ea00 0001", "rt:4200000000:1"},
		"route origin":                             {"0003 fde8 00000001", "ro:65000:1"},
		"encapsulation with a name":                {"030c 0000 0000 0008", "encap:vxlan"},
		"encapsulation without a name":             {"030c 0000 0000 0063", "encap:99"},
		"MAC mobility":                             {"0600 00 00 00000005", "mac-mobility:5"},
		"MAC mobility of a sticky address":         {"0600 01 00 00000005", "mac-mobility:5:sticky"},
		"ESI label, single-active":                 {"0601 01 0000 000641", "esi-label:100:single-active"},
		"ESI label, all-active":                    {"0601 00 0000 000641", "esi-label:100:all-active"},
		"ES-Import":                                {"0602 001122334455", "es-import:00:11:22:33:44:55"},
		"Router's MAC":                             {"0603 001122334455", "router-mac:00:11:22:33:44:55"},
		"default gateway":                          {"030d 000000000000", "default-gateway"},
		"Layer2 info":                              {"800a 13 00 05dc 0000", "l2-info:19:0:1500:0"},
		"L2 attributes":                            {"0604 0003 05dc 0000", "l2-attr:3:1500"},
		"DF election":                              {"0606 01 4000 000000", "df-election:1:0x4000"},
		"DF election by preference":                {"0606 02 4000 00 7fff", "df-election:2:0x4000:32767"},
		"color":                                    {"030b 0000 00000064", "color:100"},
		"color with flags":                         {"030b 4000 00000064", "color:100:0x4000"},
		"link bandwidth":                           {"4004 fde8 4e9502f9", "link-bandwidth:65000:1.25e9"},
		"link bandwidth too small for an exponent": {"4004 fde8 42c80000", "link-bandwidth:65000:100"},
		"link bandwidth that is no number":         {"4004 fde8 7fc00000", "link-bandwidth:65000:NaN"},
		"without a name":                           {"4306 1122 33445566", "0x4306112233445566"},
		"non-transitive, as a route target looks":  {"4002 fde8 00000001", "0x4002fde800000001"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := string(AppendExtCommunity(nil, wire.ExtCommunity(octets(t, c.octets)))); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestAppendCommunity(t *testing.T) {
	for c, want := range map[wire.Community]string{
		65000<<16 | 1: "65000:1", 0: "0:0", 0xffffff01: "no-export", 0xffffff02: "no-advertise", 0xffffff03: "no-export-subconfed",
		0xffffff04: "no-peer", 0xffff0000: "graceful-shutdown", 0xffff0006: "llgr-stale", 0xffff0007: "no-llgr",
		0xffff029a: "blackhole", 0xffff9999: "65535:39321",
	} {
		if got := string(AppendCommunity(nil, c)); got != want {
			t.Errorf("%#08x: got %s, want %s", uint32(c), got, want)
		}
	}
	large := wire.LargeCommunity{Global: 65000, Local1: 1, Local2: math.MaxUint32}
	if got := string(AppendLargeCommunity(nil, large)); got != "65000:1:4294967295" {
		t.Errorf("got %s", got)
	}
}

func TestAppendIPv6ExtCommunity(t *testing.T) {
	for in, want := range map[string]string{
		"0002 20010db8000000000000000000000001 0064": "rt:[2001:db8::1]:100",
		"0003 20010db8000000000000000000000001 0064": "ro:[2001:db8::1]:100",
		"000b 20010db8000000000000000000000001 0064": "0x000b20010db80000000000000000000000010064",
	} {
		if got := string(appendIPv6ExtCommunity(nil, [20]byte(octets(t, in)))); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
