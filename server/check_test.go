package server

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
)

func TestNewRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	sound := func(change func(c *Config, n *Neighbor)) Config {
		c := Config{RouterID: ourID, ASN: ourASN, Neighbors: clients("127.0.0.2")}
		change(&c, &c.Neighbors[0])
		return c
	}
	for _, tt := range []struct {
		name string
		c    Config
		want string
	}{
		{"a router-id of zero", sound(func(c *Config, n *Neighbor) { c.RouterID = [4]byte{} }), "router-id is 0.0.0.0; set an address"},
		{"an AS of zero", sound(func(c *Config, n *Neighbor) { c.ASN = 0 }), "asn is 0"},
		{"a neighbor twice", sound(func(c *Config, n *Neighbor) { c.Neighbors = append(c.Neighbors, *n) }), "neighbor 127.0.0.2 stands twice"},
		{"a neighbor without address", sound(func(c *Config, n *Neighbor) { n.Address = netip.Addr{} }), "neighbor 1 has no address"},
		{"a peer without AS", sound(func(c *Config, n *Neighbor) { n.Role, n.ASN = rib.RolePeer, 0 }), "neighbor 127.0.0.2 has no AS number; set asn"},
		{"a peer in our AS", sound(func(c *Config, n *Neighbor) { n.Role = rib.RolePeer }), "neighbor 127.0.0.2: a peer is in another AS than our own 65000"},
		{"a client in another AS", sound(func(c *Config, n *Neighbor) { n.ASN = 65001 }), "a client is in our own AS 65000, not in AS 65001"},
		{"no families", sound(func(c *Config, n *Neighbor) { n.Families = nil }), "no families; name at least one"},
		{"an unknown family", sound(func(c *Config, n *Neighbor) { n.Families = []nlri.Family{nlri.FamilyOf(25, 99)} }), "family 25/99 is unknown; set its framing in opaque-families"},
		{"a known family as opaque", sound(func(c *Config, n *Neighbor) { n.Opaque = map[nlri.Family]nlri.Form{nlri.EVPN: nlri.OpaqueLength8} }), "evpn has a known framing"},
		{"next-hop self for EVPN", sound(func(c *Config, n *Neighbor) { n.Families, n.NextHopSelf = []nlri.Family{nlri.EVPN}, true }), "black hole of evpn"},
		{"next-hop self for ipv6 over IPv4", sound(func(c *Config, n *Neighbor) { n.Families, n.NextHopSelf = []nlri.Family{nlri.IPv6Unicast}, true }), "needs an IPv6 session"},
		{"a local address of the other family", sound(func(c *Config, n *Neighbor) { n.LocalAddress = netip.IPv6Loopback() }), "local-address ::1 is of the other address family"},
		{"ttl-security out of range", sound(func(c *Config, n *Neighbor) { n.TTLSecurity = 255 }), "ttl-security 255: want 1 to 254 hops"},
		{"a range twice", sound(func(c *Config, n *Neighbor) { c.Ranges = append(ranges("127.5.0.0/16"), ranges("127.5.9.9/16")...) }), "listen-range 127.5.0.0/16 stands twice"},
		{"a neighbor without a key in a range that has one", sound(func(c *Config, n *Neighbor) {
			c.Ranges = ranges("127.0.0.0/8")
			c.Ranges[0].Neighbor.MD5 = "key"
		}), "neighbor 127.0.0.2 has no md5 key and lies in listen-range 127.0.0.0/8"},
		{"a port in use", sound(func(c *Config, n *Neighbor) {
			c.Listen = []netip.AddrPort{addrPort(taken.Addr())}
		}), "another program listens on " + taken.Addr().String() + "; stop it or set `listen` to another address"},
		{"an MD5 key that is too long", sound(func(c *Config, n *Neighbor) {
			c.Listen, n.MD5 = []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:0")}, Secret(strings.Repeat("k", 81))
		}), "MD5 key for 127.0.0.2/32 has 81 octets"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := New(tt.c, slog.New(slog.DiscardHandler))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one that says %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "kkk") {
				t.Error("the error shows the key")
			}
		})
	}
}

func TestNewNamesEverythingThatIsWrong(t *testing.T) {
	_, err := New(Config{Neighbors: []Neighbor{{}}}, slog.New(slog.DiscardHandler))
	for _, want := range []string{"router-id", "asn", "neighbor 1 has no address", "no AS number", "no families"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not name %q", err, want)
		}
	}
}

func TestSecretsStaySecret(t *testing.T) {
	n := Neighbor{MD5: "tricky"}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("", "neighbor", n, "key", n.MD5)
	encoded, _ := json.Marshal(n)
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %s %q", n, n, n, n.MD5, n.MD5), string(encoded), log.String()} {
		if strings.Contains(text, "tricky") {
			t.Errorf("the key stands in %q", text)
		}
	}
	if n.MD5.Reveal() != "tricky" {
		t.Error("the key was lost")
	}
}

func TestPrintable(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"plain text stays", "bye, 再见", "bye, 再见"},
		{"control characters are escaped", "a\x1b[2Jb\r\n", `a\x1b[2Jb\r\n`},
		{"what changes the direction is escaped", "\u202e", `\u202e`},
		{"octets that are no UTF-8 are escaped", "\xff\xfe", `\xff\xfe`},
		{"long text is cut between characters", strings.Repeat("é", 400), strings.Repeat("é", 256) + "…"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := printable(tt.text); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
