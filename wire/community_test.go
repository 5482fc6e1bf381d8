package wire

import (
	"math"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
)

func TestCommunityText(t *testing.T) {
	for c, want := range map[Community]string{
		65000<<16 | 1: "65000:1", 0: "0:0", NoExport: "no-export", NoAdvertise: "no-advertise", NoExportSubconfed: "no-export-subconfed",
		NoPeer: "no-peer", GracefulShutdown: "graceful-shutdown", AcceptOwn: "accept-own", LLGRStale: "llgr-stale", NoLLGR: "no-llgr",
		RouteFilterV4: "route-filter-v4", RouteFilterTranslatedV6: "route-filter-translated-v6", AcceptOwnNexthop: "accept-own-nexthop",
		StandbyPE: "standby-pe", Blackhole: "blackhole", 0xffff9999: "65535:39321",
	} {
		if got := c.String(); got != want {
			t.Errorf("%#08x: got %s, want %s", uint32(c), got, want)
		}
		if got, err := ParseCommunity(want); err != nil || got != c {
			t.Errorf("%s: got %v, %v", want, got, err)
		}
	}
	large := LargeCommunity{Global: 65000, Local1: 1, Local2: math.MaxUint32}
	if got, err := ParseLargeCommunity("65000:1:4294967295"); err != nil || got != large || large.String() != "65000:1:4294967295" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestExtCommunityText(t *testing.T) {
	cases := map[string]struct{ octets, want string }{
		"route target of a 2-octet AS":             {"0002 fde8 00000001", "rt:65000:1"},
		"route target of an address":               {"0102 0a000001 0001", "rt:10.0.0.1:1"},
		"route target of a 4-octet AS":             {"0202 fa56ea00 0001", "rt:4200000000:1"},
		"route target of a small 4-octet AS":       {"0202 0000fde8 0001", "rt:0.65000:1"},
		"route origin":                             {"0003 fde8 00000001", "ro:65000:1"},
		"route origin of an address":               {"0103 0a000001 0001", "ro:10.0.0.1:1"},
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
		"link bandwidth of less than one":          {"4004 fde8 35000000", "link-bandwidth:65000:4.7683716e-07"},
		"link bandwidth that is no number":         {"4004 fde8 7fc00000", "link-bandwidth:65000:NaN"},
		"FlowSpec rate of bytes":                   {"8006 0000 00000000", "traffic-rate-bytes:0:0"},
		"FlowSpec rate of packets":                 {"800c fde8 42c80000", "traffic-rate-packets:65000:100"},
		"FlowSpec action, both bits":               {"8007 0000 0000 0003", "traffic-action:sample-terminal"},
		"FlowSpec action, no bit":                  {"8007 0000 0000 0000", "traffic-action:none"},
		"FlowSpec redirection":                     {"8008 fde8 00000001", "rt-redirect:65000:1"},
		"FlowSpec redirection by an address":       {"8108 0a000001 0001", "rt-redirect:10.0.0.1:1"},
		"FlowSpec redirection by a 4-octet AS":     {"8208 fa56ea00 0001", "rt-redirect:4200000000:1"},
		"FlowSpec marking":                         {"8009 0000 0000 002e", "traffic-marking:46"},
		"without a name":                           {"4306 1122 33445566", "0x4306112233445566"},
		"non-transitive, as a route target looks":  {"4002 fde8 00000001", "0x4002fde800000001"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			community := ExtCommunity(octets(c.octets))
			if got := community.String(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if got, err := ParseExtCommunity(c.want); err != nil || got != community {
				t.Errorf("read again as %x, %v", got, err)
			}
		})
	}
	if got, err := ParseRouteTarget("65000:1"); err != nil || got.String() != "rt:65000:1" {
		t.Errorf("a route target without its name: %v, %v", got, err)
	}
}

func TestIPv6ExtCommunityText(t *testing.T) {
	for in, want := range map[string]string{
		"0002 20010db8000000000000000000000001 0064": "rt:[2001:db8::1]:100",
		"0003 20010db8000000000000000000000001 0064": "ro:[2001:db8::1]:100",
		"000b 20010db8000000000000000000000001 0064": "0x000b20010db80000000000000000000000010064",
	} {
		c := IPv6ExtCommunity(octets(in))
		if got := c.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if got, err := ParseIPv6ExtCommunity(want); err != nil || got != c {
			t.Errorf("%s is read again as %x, %v", want, got, err)
		}
	}
}

func TestTextErrorsNameTheWord(t *testing.T) {
	community := func(s string) error { _, err := ParseCommunity(s); return err }
	large := func(s string) error { _, err := ParseLargeCommunity(s); return err }
	extended := func(s string) error { _, err := ParseExtCommunity(s); return err }
	ipv6 := func(s string) error { _, err := ParseIPv6ExtCommunity(s); return err }
	path := func(s string) error { _, err := ParseASPath(s); return err }
	cases := []struct {
		parse      func(string) error
		text, want string
	}{
		{community, "no-exporr", `community "no-exporr": "no-exporr" is not AS:NUMBER such as 65000:1, nor a well-known name such as no-export`},
		{community, "65536:1", `community "65536:1": "65536" is not a number up to 65535`},
		{community, "65000:1:2", `community "65000:1:2": "2" is not expected here: the text should end`},
		{community, "65000:", `community "65000:": "" is not a number up to 65535`},
		{large, "1:2", `large community "1:2": "" is not a number up to 4294967295`},
		{large, "1:-2:3", `large community "1:-2:3": "-2" is not a number up to 4294967295`},
		{extended, "rt:x", `extended community "rt:x": "x" is not AS:NUMBER or IPV4:NUMBER such as 65000:1, 192.0.2.1:1 or 4200000000:1`},
		{extended, "rt", `extended community "rt": "rt" is not complete: want rt:VALUE`},
		{extended, "encap:vxlam", `extended community "encap:vxlam": "vxlam" is not a tunnel type such as vxlan, mpls or geneve, nor a number up to 65535`},
		{extended, "mac-mobility:5:stiky", `extended community "mac-mobility:5:stiky": "stiky" is not sticky`},
		{extended, "esi-label:1048576:all-active", `extended community "esi-label:1048576:all-active": "1048576" is not a number up to 1048575`},
		{extended, "router-mac:00:11", `extended community "router-mac:00:11": "00:11" is not a MAC address such as 00:11:22:33:44:55`},
		{extended, "color:1:0x1", `extended community "color:1:0x1": "0x1" is not 0x and 4 hexadecimal digits`},
		{extended, "link-bandwidth:1:fast", `extended community "link-bandwidth:1:fast": "fast" is not a number such as 1.25e9`},
		{extended, "default-gateway:1", `extended community "default-gateway:1": "1" is not expected here: the text should end`},
		{extended, "0x0123", `extended community "0x0123": "0x0123" is not 0x and 16 hexadecimal digits`},
		{ipv6, "rt:2001:db8::1:100", `IPv6 extended community "rt:2001:db8::1:100": "2001:db8::1:100" is not [IPV6]:NUMBER such as [2001:db8::1]:100`},
		{ipv6, "0x00", `IPv6 extended community "0x00": "0x00" is not 0x and 40 hexadecimal digits`},
		{path, "65000 as1", `AS path "65000 as1": "as1" is not an AS number from 1 to 4294967295`},
		{path, "65000 {1,2", `AS path "65000 {1,2": "{1,2" is not a list of AS numbers such as {65001,65002}, (65001 65002) or [65001,65002]`},
		{path, "()", `AS path "()": "()" is not a list of AS numbers such as {65001,65002}, (65001 65002) or [65001,65002]`},
	}
	for _, c := range cases {
		if err := c.parse(c.text); err == nil || err.Error() != c.want {
			t.Errorf("\n got %v\nwant %s", err, c.want)
		}
	}
	if err := extended("target:65000:1"); err == nil || err.(*TextError).Word != "target" {
		t.Errorf("an unknown kind: %v", err)
	}
}

func TestASPathText(t *testing.T) {
	cases := map[string]string{
		"":                          "",
		"65001 65002":               "02 02 0000fde9 0000fdea",
		"65001 {65002,65003} 65004": "02 01 0000fde9 01 02 0000fdea 0000fdeb 02 01 0000fdec",
		"(65001 65002) 65003":       "03 02 0000fde9 0000fdea 02 01 0000fdeb",
		"[65001,65002] 4200000000":  "04 02 0000fde9 0000fdea 02 01 fa56ea00",
	}
	for text, want := range cases {
		path, err := ParseASPath(text)
		if err != nil || string(path) != string(octets(want)) || path.String() != text {
			t.Errorf("%q is read as %x and written as %q, %v", text, []byte(path), path, err)
		}
	}
	if path, err := ParseASPath(" 65001{65002 65003}65004 "); err != nil || path.String() != "65001 {65002,65003} 65004" {
		t.Errorf("blanks are not needed at brackets: %s, %v", path, err)
	}
	if got := string(AppendASPathText(nil, octets("02 02 fde9 fdea 01 01 fdeb"), false)); got != "65001 65002 {65003}" {
		t.Errorf("with 2-octet numbers: %s", got)
	}
}

func TestCommunitiesAreMade(t *testing.T) {
	rd, _ := nlri.ParseRD("10.0.0.1:1")
	for want, c := range map[string]ExtCommunity{
		"rt:10.0.0.1:1":                RouteTarget(rd),
		"encap:geneve":                 Encapsulation(TunnelGENEVE),
		"mac-mobility:7:sticky":        MACMobility(7, true),
		"esi-label:100:single-active":  ESILabel(nlri.Label(100).Field(), true),
		"es-import:00:11:22:33:44:55":  ESImport(nlri.MAC{0, 0x11, 0x22, 0x33, 0x44, 0x55}),
		"router-mac:00:11:22:33:44:55": RouterMAC(nlri.MAC{0, 0x11, 0x22, 0x33, 0x44, 0x55}),
	} {
		if c.String() != want {
			t.Errorf("got %s, want %s", c, want)
		}
	}
	list := ExtCommunities(Encapsulation(TunnelGRE).Append(nil))
	if list.VNI() {
		t.Error("GRE has no VNI")
	}
	if list = Encapsulation(TunnelVXLAN).Append(list); !list.VNI() || len(list) != 16 {
		t.Error("VXLAN has a VNI")
	}
	block := NoExport.Append(Community(1).Append(nil))
	if !Communities(block).Contains(NoExport) || len(block) != 8 {
		t.Errorf("communities: %x", block)
	}
	for c := range LargeCommunities(LargeCommunity{1, 2, 3}.Append(nil)).All() {
		if c != (LargeCommunity{1, 2, 3}) {
			t.Errorf("large community: %s", c)
		}
	}
}

// Whatever is read as text is written so that it is read again.
func FuzzText(f *testing.F) {
	for _, s := range []string{"65000:1", "no-export", "65000:1:2", "rt:65000:1", "mac-mobility:5:sticky", "link-bandwidth:65000:1.25e9", "0x4306112233445566",
		"rt:[2001:db8::1]:100", "65001 {65002,65003} (65004)", "df-election:2:0x4000:32767", "traffic-action:sample", "es-import:00:11:22:33:44:55"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := ParseCommunity(s); err == nil {
			if again, err := ParseCommunity(c.String()); err != nil || again != c {
				t.Errorf("community %q: %v, %v", s, again, err)
			}
		}
		if c, err := ParseLargeCommunity(s); err == nil {
			if again, err := ParseLargeCommunity(c.String()); err != nil || again != c {
				t.Errorf("large community %q: %v, %v", s, again, err)
			}
		}
		if c, err := ParseExtCommunity(s); err == nil {
			if again, err := ParseExtCommunity(c.String()); err != nil || again.String() != c.String() {
				t.Errorf("extended community %q: %v, %v", s, again, err)
			}
		}
		if c, err := ParseIPv6ExtCommunity(s); err == nil {
			if again, err := ParseIPv6ExtCommunity(c.String()); err != nil || again != c {
				t.Errorf("IPv6 extended community %q: %v, %v", s, again, err)
			}
		}
		if p, err := ParseASPath(s); err == nil {
			if again, err := ParseASPath(p.String()); err != nil || again.String() != p.String() || checkASPath(p, sessionKind{internal: true, as4: true}).wrong() {
				t.Errorf("AS path %q: %v, %v", s, again, err)
			}
		}
	})
}
