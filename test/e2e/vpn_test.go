//go:build linux

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// vpnSite is a PE with one VPNv4 and one VPNv6 route, written the same way whoever reads them.
type vpnSite struct {
	name     string
	routes   []string
	reads    func() ([]string, error) // the routes that the daemon has from dci-rs
	withdraw func()
}

// vpnRoute is one line for a route: everything that a reflector must carry.
func vpnRoute(rd, prefix, label, target, nextHop string) string {
	return fmt.Sprintf("%s %s label %s target %s by %s", rd, prefix, label, target, nextHop)
}

// vpnOf is the line of the route that site n is to announce.
func vpnOf(n int, prefix, nextHop string) string {
	return vpnRoute(fmt.Sprintf("65000:%d", n), prefix, fmt.Sprint(1010+n), "65000:1", nextHop)
}

func vpnPrefixes(n int) (v4, v6 string) {
	return fmt.Sprintf("10.1.%d.0/24", n), fmt.Sprintf("2001:db8:1:%d::/64", n)
}

func vpnHost(l *lab, n int) (h *host, v4, v6 string) {
	l.t.Helper()
	v4, v6 = fmt.Sprintf("10.255.0.%d", 10+n), fmt.Sprintf("fd00:255::%d", 10+n)
	return l.host(fmt.Sprintf("pe%d", n), v4+"/24", v6+"/64"), v4, v6
}

const vpnSites = 4

func startVPNFRR(l *lab, n int) vpnSite {
	l.t.Helper()
	h, v4, v6 := vpnHost(l, n)
	// FRR adds its link-local address to the next hop as soon as it has one, and ExaBGP 4.2 resets the session at
	// a VPNv6 next hop of 48 octets.
	h.ip("-6", "addr", "flush", "dev", "eth0", "scope", "link")
	p4, p6 := vpnPrefixes(n)
	network := func(prefix string) string {
		return fmt.Sprintf("network %s rd 65000:%d label %d", prefix, n, 1010+n)
	}
	f := startFRR(h, "", `
route-map RT permit 10
 set extcommunity rt 65000:1
exit`+frrClient(h.addr, fmt.Sprintf(` address-family ipv4 vpn
  neighbor %[1]s activate
  %[2]s route-map RT
 exit-address-family
 address-family ipv6 vpn
  neighbor %[1]s activate
  %[3]s route-map RT
 exit-address-family
`, dci4, network(p4), network(p6))))
	return vpnSite{"FRR", []string{vpnOf(n, p4, v4), vpnOf(n, p6, v6)}, func() ([]string, error) {
		// One call for all: each costs more than it asks.
		var commands, prefixes []string
		for other := 1; other <= vpnSites; other++ {
			p4, p6 := vpnPrefixes(other)
			commands = append(commands, "show bgp ipv4 vpn "+p4+" json", "show bgp ipv6 vpn "+p6+" json")
			prefixes = append(prefixes, p4, p6)
		}
		out, err := f.vtysh(commands...)
		if err != nil {
			return nil, err
		}
		var lines []string
		answers := json.NewDecoder(strings.NewReader(out))
		for _, prefix := range prefixes {
			var byRD map[string]struct{ Paths []frrPath }
			if err := answers.Decode(&byRD); err != nil {
				return nil, err
			}
			for rd, answer := range byRD {
				for _, p := range answer.Paths {
					if p.Peer.PeerID == dci4 {
						lines = append(lines, vpnRoute(rd, prefix, fmt.Sprint(p.RemoteLabel), strings.TrimPrefix(p.ExtendedCommunity.String, "RT:"), p.Nexthops[0].IP))
					}
				}
			}
		}
		return lines, nil
	}, func() {
		f.configure("router bgp 65000", "address-family ipv4 vpn", "no "+network(p4), "exit-address-family", "address-family ipv6 vpn", "no "+network(p6))
	}}
}

func startVPNBIRD(l *lab, n int) vpnSite {
	l.t.Helper()
	h, _, _ := vpnHost(l, n)
	p4, p6 := vpnPrefixes(n)
	b := startBIRD(h, fmt.Sprintf(`
vpn4 table vpn4t;
vpn6 table vpn6t;
protocol static own4 { vpn4 { table vpn4t; }; route 65000:%[1]d %[2]s via 10.255.0.99 mpls %[3]d { bgp_ext_community.add((rt, 65000, 1)); }; }
protocol static own6 { vpn6 { table vpn6t; }; route 65000:%[1]d %[4]s via fd00:255::99 mpls %[3]d { bgp_ext_community.add((rt, 65000, 1)); }; }
protocol bgp dut {
  local %[5]s as 65000;
  neighbor %[6]s as 65000;
  hold time 9; connect retry time 1; connect delay time 1; error wait time 1, 2;
  vpn4 mpls { table vpn4t; import all; export all; };
  vpn6 mpls { table vpn6t; import all; export all; };
}
`, n, p4, 1010+n, p6, h.addr, dci4))
	// BIRD announces the gateway of its static route as next hop.
	return vpnSite{"BIRD", []string{vpnOf(n, p4, "10.255.0.99"), vpnOf(n, p6, "fd00:255::99")}, func() ([]string, error) {
		var lines []string
		for other := 1; other <= vpnSites; other++ {
			rd := fmt.Sprintf("65000:%d", other)
			p4, p6 := vpnPrefixes(other)
			for table, prefix := range map[string]string{"vpn4t": p4, "vpn6t": p6} {
				paths, err := b.paths(table, rd+" "+prefix, "dut")
				if err != nil {
					return nil, err
				}
				for _, p := range paths {
					target := strings.NewReplacer("(rt, ", "", ", ", ":", ")", "").Replace(p["BGP.ext_community"])
					lines = append(lines, vpnRoute(rd, prefix, p["BGP.mpls_label_stack"], target, p["BGP.next_hop"]))
				}
			}
		}
		return lines, nil
	}, func() {
		for _, protocol := range []string{"own4", "own6"} {
			if out, err := b.birdc("disable " + protocol); err != nil {
				l.t.Fatalf("%v: %s", err, out)
			}
		}
	}}
}

func startVPNGoBGP(l *lab, n int) vpnSite {
	l.t.Helper()
	h, v4, v6 := vpnHost(l, n)
	p4, p6 := vpnPrefixes(n)
	g := startGoBGP(h, needGoBGP(l.t), 65000, 65000, "", "l3vpn-ipv4-unicast", "l3vpn-ipv6-unicast")
	tell := func(verb string) {
		g.must(fmt.Sprintf("global rib %s -a vpnv4 %s label %d rd 65000:%d rt 65000:1 nexthop %s", verb, p4, 1010+n, n, v4))
		g.must(fmt.Sprintf("global rib %s -a vpnv6 %s label %d rd 65000:%d rt 65000:1 nexthop %s", verb, p6, 1010+n, n, v6))
	}
	tell("add")
	return vpnSite{"GoBGP", []string{vpnOf(n, p4, v4), vpnOf(n, p6, v6)}, func() ([]string, error) {
		var lines []string
		for _, family := range []string{"vpnv4", "vpnv6"} {
			routes, err := g.heard(family)
			if err != nil {
				return nil, err
			}
			for _, paths := range routes {
				for _, p := range paths {
					var reach struct {
						NextHop string `json:"nexthop"`
						Value   []struct {
							Prefix string
							Labels []int
							RD     struct{ Admin, Assigned int }
						}
					}
					var communities struct{ Value []struct{ Value string } }
					if err := errors.Join(json.Unmarshal([]byte(p.attr(attrMPReach)), &reach), json.Unmarshal([]byte(p.attr(attrExtCommunities)), &communities)); err != nil {
						return nil, err
					}
					for _, v := range reach.Value {
						lines = append(lines, vpnRoute(fmt.Sprintf("%d:%d", v.RD.Admin, v.RD.Assigned), v.Prefix, strings.Trim(fmt.Sprint(v.Labels), "[]"), communities.Value[0].Value, reach.NextHop))
					}
				}
			}
		}
		return lines, nil
	}, func() { tell("del") }}
}

func startVPNExaBGP(l *lab, n int) vpnSite {
	l.t.Helper()
	h, v4, v6 := vpnHost(l, n)
	p4, p6 := vpnPrefixes(n)
	e := startExaBGP(h, 65000, 65000, "ipv4 mpls-vpn; ipv6 mpls-vpn;", "")
	tell := func(verb string) {
		for prefix, nextHop := range map[string]string{p4: v4, p6: v6} {
			e.tell(fmt.Sprintf("%s route %s next-hop %s rd 65000:%d label %d extended-community [ target:65000:1 ]", verb, prefix, nextHop, n, 1010+n))
		}
	}
	tell("announce")
	return vpnSite{"ExaBGP", []string{vpnOf(n, p4, v4), vpnOf(n, p6, v6)}, func() ([]string, error) {
		heard, err := e.heard()
		if err != nil {
			return nil, err
		}
		var lines []string
		for _, r := range heard.routes {
			target := "none"
			if list, _ := r.attribute["extended-community"].([]any); len(list) == 1 {
				target = strings.TrimPrefix(fmt.Sprint(list[0].(map[string]any)["string"]), "target:")
			}
			lines = append(lines, vpnRoute(fmt.Sprint(r.nlri["rd"]), fmt.Sprint(r.nlri["nlri"]), strings.Trim(fmt.Sprint(r.nlri["label"]), "[]"), target, r.nextHop))
		}
		return lines, nil
	}, func() { tell("withdraw") }}
}

// observedVPN writes the routes of a raw observer in the same lines.
func observedVPN(s *speaker) func() ([]string, error) {
	return func() ([]string, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		var lines []string
		for key, r := range s.routes {
			communities, _ := r.find(attrExtCommunities)
			if len(communities) != 8 {
				return nil, fmt.Errorf("%s has extended communities %x", key, communities)
			}
			// NLRI: length, label, RD of type 0, prefix; next hop: an RD of zeros before the address.
			address := make([]byte, 4)
			if family(r.Family) == vpnv6 {
				address = make([]byte, 16)
			}
			copy(address, r.Raw[12:])
			ip, _ := netip.AddrFromSlice(address)
			nextHop, _ := netip.AddrFromSlice(r.nextHop[8:])
			number := func(b []byte) (n int) {
				for _, o := range b {
					n = n<<8 | int(o)
				}
				return n
			}
			lines = append(lines, vpnRoute(fmt.Sprintf("%d:%d", number(r.Raw[6:8]), number(r.Raw[8:12])), fmt.Sprintf("%s/%d", ip, int(r.Raw[0])-88),
				fmt.Sprint(number(r.Raw[1:4])>>4), fmt.Sprintf("%d:%d", number(communities[2:4]), number(communities[4:8])), nextHop.String()))
		}
		return lines, nil
	}
}

func TestVPNRoutesOfFourDaemonsReachEachOther(t *testing.T) {
	needFRR(t)
	needBIRD(t)
	needGoBGP(t)
	needExaBGP(t)
	t.Parallel()
	l := newLab(t)
	observer := l.startForPEs([]family{vpnv4, vpnv6}, "", 11, 12, 13, 14).observer(vpnv4, vpnv6)
	sites := []vpnSite{startVPNFRR(l, 1), startVPNBIRD(l, 2), startVPNGoBGP(l, 3), startVPNExaBGP(l, 4)}
	readers := append(slices.Clone(sites), vpnSite{name: "the raw observer", reads: observedVPN(observer)})

	// same returns nil if every reader has exactly the routes of the others among the announcing sites.
	same := func(announcing []vpnSite) error {
		var errs []error
		for _, reader := range readers {
			var want []string
			for _, s := range announcing {
				if s.name != reader.name {
					want = append(want, s.routes...)
				}
			}
			got, err := reader.reads()
			slices.Sort(want)
			slices.Sort(got)
			if err == nil && !slices.Equal(got, want) {
				err = fmt.Errorf("%s has\n\t%s\nexpected\n\t%s", reader.name, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
			}
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	}
	eventually(t, 30*time.Second, "every daemon has the routes of the others", func() error { return same(sites) })
	for i, s := range sites {
		s.withdraw()
		eventually(t, 15*time.Second, "the routes of "+s.name+" leave", func() error { return same(sites[i+1:]) })
	}
}
