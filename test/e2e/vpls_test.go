//go:build linux

package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"
)

// vplsRoute is one VPLS route of a site (RFC 4761 §3.2.2, with the layer2-info community of §3.2.4).
type vplsRoute struct {
	site            string // address of its PE
	instance        int    // RD is SITE:instance
	endpoint, base  int
	mtu, preference int
	localPreference int
}

const (
	exaVPLS    = "l2vpn vpls"
	vplsOffset = 1
	vplsSize   = 8
)

// words is the route in ExaBGP's grammar.
func (r vplsRoute) words() string {
	return fmt.Sprintf("rd %s:%d endpoint %d base %d offset %d size %d next-hop %[1]s origin igp local-preference %[7]d extended-community [ target:65000:500 l2info:19:2:%d:%d ]",
		r.site, r.instance, r.endpoint, r.base, vplsOffset, vplsSize, r.localPreference, r.mtu, r.preference)
}

// nlri is the route on the wire.
func (r vplsRoute) nlri() []byte {
	return withLen16(join(u16(1), address4(r.site), u16(r.instance), u16(r.endpoint), u16(vplsOffset), u16(vplsSize), u32(uint32(r.base)<<4 | 1)[1:]))
}

func address4(text string) []byte {
	a := netip.MustParseAddr(text).As4()
	return a[:]
}

// communities is the value of the extended communities attribute.
func (r vplsRoute) communities() []byte {
	return join(octets("0002 FDE8 000001F4"), octets("800A 13 02"), u16(r.mtu), u16(r.preference))
}

// readBy returns nil if ExaBGP decodes the route as it was announced, with what a reflector adds.
func (r vplsRoute) readBy(e *exabgp) error {
	heard, err := e.heard()
	if err != nil {
		return err
	}
	n := fmt.Sprintf(`{"rd": "%s:%d", "endpoint": %d, "offset": %d}`, r.site, r.instance, r.endpoint, vplsOffset)
	route, err := heard.route(exaVPLS, n)
	if err != nil {
		return fmt.Errorf("%s: %w", e.name, err)
	}
	a := route.attribute
	var communities []any
	list, _ := a["extended-community"].([]any)
	for _, c := range list {
		if c, ok := c.(map[string]any); ok {
			communities = append(communities, c["string"])
		}
	}
	got := fmt.Sprint([]any{route.nlri["base"], route.nlri["size"], route.nextHop, a["origin"], a["local-preference"], communities, a["originator-id"], a["cluster-list"]})
	want := fmt.Sprint([]any{r.base, vplsSize, r.site, "igp", r.localPreference,
		[]string{"target:65000:500", fmt.Sprintf("l2info:19:2:%d:%d", r.mtu, r.preference)}, r.site, []string{dci4}})
	if got != want {
		return fmt.Errorf("%s decodes %s as %s, expected %s", e.name, n, got, want)
	}
	return nil
}

func TestVPLSRoutesReachTheOtherExaBGPAsAnnouncedFollowAChangeAndLeave(t *testing.T) {
	needExaBGP(t)
	l := newLab(t)
	t.Parallel()
	r := l.startReflector(`
router-id: 10.255.0.1
asn: 65000
groups:
  pe: {role: client, asn: 65000, families: [vpls], hold-time: 9s, passive: true}
neighbors:
  - {address: 10.255.0.11, group: pe, site: dc1}
  - {address: 10.255.0.12, group: pe, site: dc2}
  - {address: 10.255.0.13, group: pe, site: dc3}
`)
	observer := establish(t, speakerConfig{host: l.host("pe3", "10.255.0.13/24"), local: "10.255.0.13", remote: r.listener, asn: 65000, peerASN: 65000, families: []family{vpls}})
	var sites []*exabgp
	var routes []vplsRoute
	for n := 1; n <= 2; n++ {
		h := l.host(fmt.Sprintf("pe%d", n), fmt.Sprintf("10.255.0.1%d/24", n))
		// Each route has attributes of its own: ExaBGP 4.2 ends the session at an UPDATE with two VPLS NLRI, announced or withdrawn.
		mine := []vplsRoute{{h.addr, 1, n, 10000 * n, 1500, 110 + n, 100}, {h.addr, 2, 20 + n, 10000*n + 8, 9000, 120 + n, 100}}
		routes = append(routes, mine...)
		sites = append(sites, startExaBGP(h, 65000, 65000, exaVPLS+";", fmt.Sprintf("l2vpn { vpls %s; vpls %s; }", mine[0].words(), mine[1].words())))
	}
	other := map[string]*exabgp{sites[0].addr: sites[1], sites[1].addr: sites[0]}
	arrives := func(r vplsRoute, when string) {
		t.Helper()
		eventually(t, 15*time.Second, "the other site has the route "+when, func() error { return r.readBy(other[r.site]) })
		observer.must("has the route "+when, func() error {
			got := observer.routes[key(vpls, r.nlri())]
			if communities, _ := got.find(attrExtCommunities); !bytes.Equal(got.Raw, r.nlri()) || !bytes.Equal(communities, r.communities()) {
				return fmt.Errorf("%x with %x, expected %x with %x", got.Raw, communities, r.nlri(), r.communities())
			}
			return nil
		})
	}
	for _, r := range routes {
		arrives(r, "at first")
	}

	changed := routes[0]
	changed.base, changed.preference, changed.localPreference = 35000, 222, 200
	sites[0].tell("announce vpls " + changed.words())
	arrives(changed, "with another label base, preference and LOCAL_PREF")
	if heard, err := sites[1].heard(); err != nil || len(heard.withdrawn) > 0 {
		t.Errorf("the change came with withdrawals %v: %v", heard.withdrawn, err)
	}

	sites[0].tell("withdraw vpls " + changed.words())
	observer.must("loses the withdrawn route", observer.lacks(vpls, changed.nlri()))
	eventually(t, 10*time.Second, "the other site loses the withdrawn route and no other", func() error {
		return errors.Join(exaHas(sites[1], 1), routes[1].readBy(sites[1]))
	})
	if err := exaHas(sites[0], 2); err != nil {
		t.Error(err)
	}

	_ = sites[0].daemon.stop() // it has one route left, see above
	eventually(t, 10*time.Second, "the route of a site that stops is gone", func() error { return exaHas(sites[1], 0) })
	observer.must("loses the route of a site that stops and no other", func() error {
		if _, ok := observer.routes[key(vpls, routes[1].nlri())]; ok || len(observer.routes) != 2 {
			return fmt.Errorf("%d routes", len(observer.routes))
		}
		return nil
	})
	if heard, err := sites[1].heard(); err != nil || heard.up != 1 || heard.down != 0 {
		t.Errorf("the session of the other site came %d times and went %d times: %v", heard.up, heard.down, err)
	}
}

// exaHas returns nil if ExaBGP has n routes.
func exaHas(e *exabgp, n int) error {
	heard, err := e.heard()
	if err == nil && len(heard.routes) != n {
		err = fmt.Errorf("%s has %d routes, expected %d", e.name, len(heard.routes), n)
	}
	return err
}
