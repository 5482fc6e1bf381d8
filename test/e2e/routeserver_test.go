//go:build linux

package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// member is a client of the route server with an IPv4 route of its own, marked by what a route server must leave alone.
type member struct {
	asn, med  int
	address   string
	prefix    string
	community string
	reads     func(origin member) error // nil once this member has the origin's route as it was sent
}

// same compares what a daemon says of an origin's route, in words all of them use, with what the origin announced.
func (o member) same(reader, asPath, nextHop, med, community string) error {
	got := fmt.Sprintf("AS_PATH %s, next hop %s, MED %s, communities %s", asPath, nextHop, med, community)
	want := fmt.Sprintf("AS_PATH %d, next hop %s, MED %d, communities %s", o.asn, o.address, o.med, o.community)
	if got != want {
		return fmt.Errorf("%s has %s with %s, expected %s", reader, o.prefix, got, want)
	}
	return nil
}

// startServedVTEP is a VTEP of AS 65000+n whose sessions are with a route server: it also announces an IPv4 route with MED and community.
func startServedVTEP(l *lab, n int) (*vtep, member) {
	l.t.Helper()
	m := member{asn: 65000 + n, med: 50 + n, address: fmt.Sprintf("10.255.0.%d", 10+n), prefix: fmt.Sprintf("198.51.%d.0/24", n), community: fmt.Sprintf("%d:1", 65000+n)}
	v := startVTEP(l, n, m.asn, 65100, fmt.Sprintf(`
 neighbor %[1]s disable-connected-check
 no neighbor %[1]s enforce-first-as
 address-family ipv4 unicast
  neighbor %[1]s activate
  neighbor %[1]s soft-reconfiguration inbound
  neighbor %[1]s filter-list OWN out
  network %[2]s route-map TAG
 exit-address-family`, dci4, m.prefix), fmt.Sprintf(`
  route-target both 65000:%[1]d
  vni %[2]d
   route-target both 65000:%[2]d
  exit-vni`, l3VNI, l2VNI))
	m.reads = func(o member) error {
		paths, err := v.pathsFrom(dci4, "ipv4 unicast", o.prefix)
		if err != nil {
			return err
		}
		if len(paths) != 1 || len(paths[0].Nexthops) != 1 {
			return fmt.Errorf("%s has %d paths of %s", v.name, len(paths), o.prefix)
		}
		p := paths[0]
		return o.same(v.name, p.ASPath.String, p.Nexthops[0].IP, fmt.Sprint(p.Metric), p.Community.String)
	}
	return v, m
}

func startServedGoBGP(l *lab, n int) member {
	l.t.Helper()
	m := member{asn: 65000 + n, med: 50 + n, address: fmt.Sprintf("10.255.0.%d", 10+n), prefix: fmt.Sprintf("198.51.%d.0/24", n), community: fmt.Sprintf("%d:1", 65000+n)}
	g := startGoBGP(l.host(fmt.Sprintf("pe%d", n), m.address+"/24"), needGoBGP(l.t), uint32(m.asn), 65100, "", "ipv4-unicast", "l2vpn-evpn")
	g.must(fmt.Sprintf("global rib add %s nexthop %s med %d community %s", m.prefix, m.address, m.med, m.community))
	m.reads = func(o member) error {
		routes, err := g.heard("ipv4")
		if err != nil {
			return err
		}
		paths := routes[o.prefix]
		if len(paths) != 1 {
			return fmt.Errorf("%s has %d paths of %s", g.name, len(paths), o.prefix)
		}
		want := []string{
			fmt.Sprintf(`{"type":2,"as_paths":[{"segment_type":2,"num":1,"asns":[%d]}]}`, o.asn),
			fmt.Sprintf(`{"type":3,"nexthop":"%s"}`, o.address),
			fmt.Sprintf(`{"type":4,"metric":%d}`, o.med),
			fmt.Sprintf(`{"type":8,"communities":[%d]}`, o.asn<<16|1),
		}
		var got []string
		for _, code := range []int{attrASPath, attrNextHop, attrMED, attrCommunities} {
			got = append(got, paths[0].attr(code))
		}
		if !slices.Equal(got, want) {
			return fmt.Errorf("%s has %s with %s, expected %s", g.name, o.prefix, got, want)
		}
		return nil
	}
	return m
}

func startServedBIRD(l *lab, n int) member {
	l.t.Helper()
	m := member{asn: 65000 + n, med: 50 + n, address: fmt.Sprintf("10.255.0.%d", 10+n), prefix: fmt.Sprintf("198.51.%d.0/24", n), community: fmt.Sprintf("%d:1", 65000+n)}
	b := startBIRD(l.host(fmt.Sprintf("pe%d", n), m.address+"/24"), fmt.Sprintf(`
protocol static own {
  ipv4;
  route %s blackhole { bgp_community.add((%[3]d,1)); };
}
filter outward { if source != RTS_STATIC then reject; bgp_med = %[2]d; accept; }
protocol bgp dut {
  local %[4]s as %[3]d;
  neighbor %[5]s as 65100;
  hold time 9; connect retry time 1; connect delay time 1; error wait time 1, 2;
  enforce first as off;
  ipv4 { import all; export filter outward; };
}
`, m.prefix, m.med, m.asn, m.address, dci4))
	m.reads = func(o member) error {
		paths, err := b.paths("master4", o.prefix, "dut")
		if err != nil {
			return err
		}
		if len(paths) != 1 {
			return fmt.Errorf("%s has %d paths of %s", b.name, len(paths), o.prefix)
		}
		p := paths[0]
		return o.same(b.name, p["BGP.as_path"], p["BGP.next_hop"], p["BGP.med"], strings.Trim(strings.ReplaceAll(p["BGP.community"], ",", ":"), "()"))
	}
	return m
}

func TestARouteServerJoinsThreeASesWithoutATraceOfItself(t *testing.T) {
	needFRR(t)
	needBIRD(t)
	needGoBGP(t)
	t.Parallel()
	l := newLab(t)
	r := l.startReflector(`
router-id: 10.255.0.1
asn: 65100
groups:
  member: {role: route-server-client, families: [ipv4, evpn], hold-time: 9s}
neighbors:
  - {address: 10.255.0.11, group: member, asn: 65001}
  - {address: 10.255.0.12, group: member, asn: 65002}
  - {address: 10.255.0.13, group: member, asn: 65003}
  - {address: 10.255.0.14, group: member, asn: 65004, families: [ipv4]}
  - {address: 10.255.0.99, group: member, asn: 65099, passive: true}
`)
	observer := establish(t, speakerConfig{host: l.host("observer", "10.255.0.99/24"), local: "10.255.0.99", remote: r.listener, asn: 65099, peerASN: 65100, families: []family{ipv4, evpn}, routeServer: true})
	v1, m1 := startServedVTEP(l, 1)
	v2, m2 := startServedVTEP(l, 2)
	members := []member{m1, m2, startServedGoBGP(l, 3), startServedBIRD(l, 4)}

	eventually(t, 30*time.Second, "every member has every other's IPv4 route as it was sent", func() error {
		var errs []error
		for _, reader := range members {
			for _, origin := range members {
				if reader.asn != origin.asn {
					errs = append(errs, reader.reads(origin))
				}
			}
		}
		return errors.Join(errs...)
	})

	vteps := []*vtep{v1, v2}
	macs := map[*vtep]string{v1: v1.stationMAC(), v2: v2.stationMAC()}
	eventually(t, 30*time.Second, "stations of two ASes ping over VXLAN", func() error { return forEachPair(vteps, pingStations) })
	eventually(t, 30*time.Second, "LANs of two ASes ping over the L3VNI", func() error { return forEachPair(vteps, pingLANs) })
	for _, v := range vteps {
		eventually(t, 10*time.Second, "the kernels know each other's station", func() error {
			return forEachPair(vteps, func(from, to *vtep) error { return from.knows(to, macs[to]) })
		})
		observer.must("EVPN of "+v.name+" has its next hop", func() error {
			for _, r := range observer.routes {
				if family(r.Family) == evpn && bytes.Equal(r.nextHop, netip.MustParseAddr(v.addr).AsSlice()) {
					return nil
				}
			}
			return errors.New("no such route")
		})
	}

	// The octets: one AS, that of the next hop's owner, and what the checker asks of a message to another AS.
	for _, m := range members {
		raw := prefix4(24, netip.MustParsePrefix(m.prefix).Addr().As4())
		route, _ := observer.route(ipv4, raw)
		med, _ := route.find(attrMED)
		communities, _ := route.find(attrCommunities)
		if !bytes.Equal(med, u32(uint32(m.med))) || !bytes.Equal(communities, u32(uint32(m.asn)<<16|1)) {
			t.Errorf("the observer has %s with MED %x and communities %x", m.prefix, med, communities)
		}
	}
	observer.mu.Lock()
	defer observer.mu.Unlock()
	kinds := map[byte]int{}
	for key, route := range observer.routes {
		origin := uint32(65000 + int(route.nextHop[3]) - 10)
		if path, _ := route.find(attrASPath); !bytes.Equal(path, join(octets("02 01"), u32(origin))) {
			t.Errorf("the observer has %s with next hop %x and AS_PATH %x", key, route.nextHop, path)
		}
		if family(route.Family) == evpn {
			kinds[route.Raw[0]]++
		}
	}
	if kinds[2] == 0 || kinds[3] == 0 || kinds[5] == 0 {
		t.Errorf("of EVPN types 2, 3 and 5 the observer has %v", kinds)
	}
}
