package wire

import (
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
)

func TestClause(t *testing.T) {
	for name, c := range map[string]struct {
		body string // of an UPDATE
		want string
	}{
		"attributes pass the end of the message":            {"0000 0030", "RFC 7606 §3(b)"},
		"a prefix of 33 bits":                               {"0000 0012 400101 00 400200 400304 0a010001 400504 00000064 21 0a", "RFC 7606 §5.3"},
		"an attribute passes the end":                       {"0000 0004 4001 0200 18 0a0000", "RFC 7606 §4"},
		"an attribute twice":                                {"0000 000c 800f03 001946 800f03 001946", "RFC 7606 §3(g), §4"},
		"an attribute is missing":                           {"0000 0004 400101 00 08 0a", "RFC 7606 §3(d)"},
		"a well-known attribute is unknown":                 {"0000 0003 406300 08 0a", "RFC 4271 §6.3"},
		"wrong flags":                                       {"0000 0004 c00101 00 08 0a", "RFC 7606 §3(c)"},
		"nothing is announced beside a malformed attribute": {"0000 0004 400101 09", "RFC 7606 §5.2"},
		"a family that is not negotiated":                   {"0000 0008 800f05 0002f0 00 00", "RFC 4760 §8"},
		"an EVPN route of a wrong length":                   {"0000 0016 400101 00 400200 800e0c 001946 04 0a010001 00 020100", "RFC 7606 §5.4"},
		"a next hop of a wrong length":                      {"0000 0014 400101 00 400200 800e0a 001946 03 0a0100 00 0201", "RFC 7606 §5.3, §7.11, RFC 4760 §7, RFC 8950 §3"},
		"the contents of an attribute":                      {"0000 000e 400101 09 400200 400304 0a010001 08 0a", "RFC 7606 §7.1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseUpdate(octets(c.body), everyFamily(true))
			if err == nil {
				t.Fatal("sound")
			}
			if got := err.Clause(); got != c.want {
				t.Errorf("%v: %q, want %q", err, got, c.want)
			}
		})
	}
	for want, e := range map[string]Error{
		"RFC 4271 §6.1":   {Code: ErrHeader, Subcode: BadMessageType},
		"RFC 4271 §6.2":   {Code: ErrOpen, Subcode: UnacceptableHoldTime},
		"RFC 7607 §2":     {Code: ErrOpen, Subcode: BadPeerAS},
		"RFC 6286 §2.1":   {Code: ErrOpen, Subcode: BadBGPIdentifier},
		"RFC 9234 §4.2":   {Code: ErrOpen, Subcode: RoleMismatch},
		"RFC 7313 §5":     {Code: ErrRouteRefresh},
		"RFC 9552 §8.2.2": {Code: ErrUpdate, Attr: AttrMPReach, Family: nlri.BGPLS, Action: ActionDiscardNLRI},
		"":                {Action: ActionNone},
	} {
		if got := e.Clause(); got != want {
			t.Errorf("%+v: %q, want %q", e, got, want)
		}
	}
}
