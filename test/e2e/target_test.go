//go:build linux

package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dci-rs/dci-rs/internal/oracle"
)

// targetPE is a PE whose VPN routes the test looks at.
type targetPE struct {
	name string
	has  func() ([]string, error) // what it has from dci-rs: route distinguisher and prefix
}

// exactly is a check that the PE has these routes and no others.
func (p targetPE) exactly(routes ...tenantRoute) func() error {
	return func() error {
		var want []string
		for _, r := range routes {
			want = append(want, r.String())
		}
		got, err := p.has()
		slices.Sort(got)
		slices.Sort(want)
		if err == nil && !slices.Equal(got, want) {
			err = fmt.Errorf("%s has %v, expected %v", p.name, got, want)
		}
		return err
	}
}

// becomes waits until several checks agree at one time.
func becomes(t *testing.T, what string, checks ...func() error) {
	t.Helper()
	eventually(t, 15*time.Second, what, func() error {
		var errs []error
		for _, check := range checks {
			errs = append(errs, check())
		}
		return errors.Join(errs...)
	})
}

// targetGoBGP is a GoBGP with one VPN route of the target 65000:1.
type targetGoBGP struct {
	targetPE
	*gobgp
	route tenantRoute
}

func startTargetGoBGP(l *lab, release gobgpRelease, n byte) targetGoBGP {
	l.t.Helper()
	h := l.host(fmt.Sprintf("pe%d", n), fmt.Sprintf("10.255.0.1%d/24", n))
	g := startGoBGP(h, release, 65000, 65000, "", "l3vpn-ipv4-unicast", "rtc")
	g.must(fmt.Sprintf("global rib add -a vpnv4 10.%d.1.0/24 label 101%[1]d rd 65000:%[1]d rt 65000:1 nexthop %[2]s", n, h.addr))
	return targetGoBGP{targetPE{h.name, func() ([]string, error) {
		routes, err := g.heard("vpnv4")
		return slices.Collect(maps.Keys(routes)), err
	}}, g, tenantRoute{n, 1}}
}

// join and leave change what the PE asks for, in the target's words.
func (g targetGoBGP) join(target string)  { g.must("global rib add -a rtc 65000:" + target) }
func (g targetGoBGP) leave(target string) { g.must("global rib del -a rtc 65000:" + target) }

// targetFRR is an FRR, whose session is without the family: it is told everything. Its route-maps are named after the targets that
// they set; nobody asks for those of NONE.
type targetFRR struct {
	targetPE
	*frr
}

func startTargetFRR(l *lab, n int) targetFRR {
	l.t.Helper()
	h := l.host(fmt.Sprintf("pe%d", n), fmt.Sprintf("10.255.0.1%d/24", n))
	var routeMaps strings.Builder
	for name, targets := range map[string]string{"ONE": "65000:1", "TWO": "65000:2", "BOTH": "65000:1 65000:2", "NONE": "65000:3"} {
		fmt.Fprintf(&routeMaps, "route-map %s permit 10\n set extcommunity rt %s\nexit\n", name, targets)
	}
	f := startFRR(h, "", routeMaps.String()+frrClient(h.addr, frrFamilies(dci4, "ipv4 vpn")))
	return targetFRR{targetPE{h.name, func() ([]string, error) {
		var answer struct {
			Routes struct {
				RouteDistinguishers map[string]map[string][]struct{ PeerID string }
			}
		}
		if err := f.show("show bgp ipv4 vpn", &answer); err != nil {
			return nil, err
		}
		var list []string
		for rd, prefixes := range answer.Routes.RouteDistinguishers {
			for prefix, paths := range prefixes {
				if paths[0].PeerID == dci4 {
					list = append(list, rd+":"+prefix)
				}
			}
		}
		return list, nil
	}}, f}
}

// vpn changes FRR's own routes: each line is what follows the word network.
func (f targetFRR) vpn(lines ...string) {
	f.lab.t.Helper()
	f.configure(append([]string{"router bgp 65000", "address-family ipv4 vpn"}, lines...)...)
}

// tenantRoute is the VPN route 10.PE.N.0/24 with the route distinguisher 65000:PE.
type tenantRoute struct{ pe, n byte }

func (r tenantRoute) String() string { return fmt.Sprintf("65000:%d:10.%[1]d.%d.0/24", r.pe, r.n) }

func (r tenantRoute) nlri() []byte {
	return join(octets("70 000011 0000FDE8 000000"), []byte{r.pe, 10, r.pe, r.n})
}

func TestVPNRoutesGoWhereTheirRouteTargetIsAskedForAndNowhereElse(t *testing.T) {
	needFRR(t)
	release := needGoBGP4(t)
	t.Parallel()
	l := newLab(t)
	r := l.startForPEs([]family{vpnv4, routeTarget}, `
  - {address: 10.255.0.14, group: pe, families: [vpnv4]}
  - {address: 10.255.0.15, group: pe, families: [vpnv4], passive: true}
`, 11, 12, 13)
	all := startTargetFRR(l, 4)
	one, two, three := startTargetGoBGP(l, release, 1), startTargetGoBGP(l, release, 2), startTargetGoBGP(l, release, 3)
	ofOne, ofTwo, ofBoth, ofNone := tenantRoute{4, 1}, tenantRoute{4, 2}, tenantRoute{4, 12}, tenantRoute{4, 3}
	all.vpn("network 10.4.1.0/24 rd 65000:4 label 1041 route-map ONE", "network 10.4.2.0/24 rd 65000:4 label 1042 route-map TWO",
		"network 10.4.12.0/24 rd 65000:4 label 1052 route-map BOTH", "network 10.4.3.0/24 rd 65000:4 label 1043 route-map NONE")
	one.join("65000:1")
	two.join("65000:1")
	three.join("65000:9")
	observer := r.observer(vpnv4, routeTarget)
	plain := establish(t, speakerConfig{host: l.host("plain", "10.255.0.15/24"), local: "10.255.0.15", remote: r.listener, asn: 65000, peerASN: 65000, families: []family{vpnv4}})

	becomes(t, "who asks for the same hears each other, and who does not know the family hears everything",
		one.exactly(two.route, three.route, ofOne, ofBoth),
		two.exactly(one.route, three.route, ofOne, ofBoth),
		all.exactly(one.route, two.route, three.route))
	becomes(t, "who asks for another target hears nothing", three.exactly())
	plain.must("who does not know the family hears of what nobody asks for too", func() error {
		if n := plain.count(vpnv4); n != 7 {
			return fmt.Errorf("%d routes, expected 7", n)
		}
		return plain.holds(vpnv4, ofNone.nlri())()
	})

	observer.send(withdraw(routeTarget)) // an End-of-RIB, for which its first tables wait
	observer.must("who asks for nothing gets nothing", func() error {
		if n, came := observer.endOfRIB[vpnv4]; !came || n != 0 {
			return fmt.Errorf("End-of-RIB: %t, behind %d routes", came, n)
		}
		return nil
	})
	// told waits until the observer has been told of these VPN routes, be it that they are there or that they are gone, and of no
	// others since the last time: of another tenant's route it hears neither that it comes nor that it goes.
	told := func(what string, routes ...tenantRoute) {
		t.Helper()
		observer.must(what, func() error {
			var want, got []string
			for _, r := range routes {
				want = append(want, key(vpnv4, r.nlri()))
			}
			for k := range observer.named {
				if strings.HasPrefix(k, oracle.Family(vpnv4).String()+" ") {
					got = append(got, k)
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				return fmt.Errorf("was told of %v, expected %v", got, want)
			}
			clear(observer.named)
			return nil
		})
	}
	membership := func(n byte) []byte { return join(octets("60 0000FDE8 0002FDE8 000000"), []byte{n}) }
	ask := func(n byte) {
		observer.send(announce(routeTarget, octets("0AFF0063"), [][]byte{attribute(transitive, attrOrigin, []byte{0}), asSequence(), attribute(transitive, attrLocalPref, u32(100))}, membership(n)))
	}
	ask(2)
	told("the routes of the target that it asks for", ofTwo, ofBoth)
	observer.must("its own membership comes back as the reflector's", func() error { // RFC 4684 §3.2
		r, reflector := observer.routes[key(routeTarget, membership(2))], octets("0AFF0001")
		if id, _ := r.find(attrOriginatorID); !bytes.Equal(id, reflector) || !bytes.Equal(r.nextHop, reflector) {
			return fmt.Errorf("ORIGINATOR_ID %x, next hop %x", id, r.nextHop)
		}
		return nil
	})

	three.join("65000:2")
	becomes(t, "a PE joins", three.exactly(ofTwo, ofBoth))
	three.leave("65000:2")
	becomes(t, "a PE leaves", three.exactly())
	three.join("65000:1")
	becomes(t, "a PE joins where two are", three.exactly(one.route, two.route, ofOne, ofBoth))
	two.leave("65000:1")
	becomes(t, "one of those who ask for the same leaves",
		two.exactly(),
		one.exactly(two.route, three.route, ofOne, ofBoth),
		three.exactly(one.route, two.route, ofOne, ofBoth))

	all.vpn("no network 10.4.1.0/24 rd 65000:4 label 1041", "no network 10.4.3.0/24 rd 65000:4 label 1043", "no network 10.4.12.0/24 rd 65000:4 label 1052")
	becomes(t, "routes leave", one.exactly(two.route, three.route), three.exactly(one.route, two.route), two.exactly())
	told("a route of two targets leaves", ofBoth)
	all.vpn("network 10.4.3.0/24 rd 65000:4 label 1043 route-map ONE", "network 10.4.12.0/24 rd 65000:4 label 1052 route-map BOTH")
	becomes(t, "a route has another target when it comes back", one.exactly(two.route, three.route, ofNone, ofBoth), two.exactly())
	told("a route of two targets is back", ofBoth)

	observer.send(message(typeRouteRefresh, octets("0001 00 80")))
	told("a refresh", ofTwo, ofBoth)
	observer.send(withdraw(routeTarget, membership(2)))
	told("the observer leaves", ofTwo, ofBoth)
	observer.must("its routes are gone", func() error {
		if n := observer.count(vpnv4); n != 0 {
			return fmt.Errorf("%d routes are left", n)
		}
		return nil
	})
	ask(1)
	told("the observer joins another target", one.route, two.route, three.route, ofNone, ofBoth)
	observer.must("and has them", observer.holds(vpnv4, ofBoth.nlri()))
}
