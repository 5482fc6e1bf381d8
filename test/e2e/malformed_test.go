//go:build linux

package e2e

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestEveryRowOfKnownBadInputsHasACase(t *testing.T) {
	rows := map[int]bool{}
	for _, c := range malformedCases {
		rows[c.row] = true
	}
	for _, c := range openCases {
		rows[c.row] = true
	}
	for row := 1; row <= 43; row++ {
		if !rows[row] {
			t.Errorf("row %d has no case", row)
		}
	}
}

func TestMalformedInputHurtsNobodyButItsSender(t *testing.T) {
	enabled(t)
	for _, s := range sides {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			malformedOnLoopback(t, s).all(t)
		})
	}
}

func TestFRRKeepsItsSessionWhateverOthersSend(t *testing.T) {
	needFRR(t)
	for _, s := range sides {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			b := malformedInLab(l, s)
			f := startFRR(l.host("pe1", daemonAddress+"/24"), "", fmt.Sprintf(`
router bgp %d
 bgp router-id %s
 no bgp default ipv4-unicast
 no bgp ebgp-requires-policy
 neighbor %[3]s remote-as 65000
 neighbor %[3]s timers connect 1
 neighbor %[3]s disable-connected-check
 no neighbor %[3]s enforce-first-as
%[4]sexit
`, s.asn(5), daemonAddress, dci4, frrFamilies(dci4, "ipv4 unicast", "ipv4 vpn", "ipv6 unicast", "ipv6 vpn", "l2vpn evpn")))
			eventually(t, 20*time.Second, "FRR's session stands", func() error { return f.established(dci4) })

			b.all(t)

			var neighbors map[string]struct{ ConnectionsEstablished, ConnectionsDropped int }
			if err := errors.Join(f.established(dci4), f.show("show bgp neighbors", &neighbors)); err != nil {
				t.Fatal(err)
			}
			if n := neighbors[dci4]; n.ConnectionsEstablished != 1 || n.ConnectionsDropped != 0 {
				t.Errorf("FRR's session came up %d times and went %d times", n.ConnectionsEstablished, n.ConnectionsDropped)
			}
			paths, err := f.pathsFrom(dci4, "ipv4 unicast", "203.0.113.0/24")
			if err != nil || len(paths) != 1 || paths[0].Metric != int(b.honestMED) {
				t.Errorf("FRR has the honest peer's route as %+v (%v), expected MED %d", paths, err, b.honestMED)
			}
		})
	}
}
