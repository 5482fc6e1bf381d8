//go:build linux

package e2e

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

const (
	anycast4 = "203.0.113.1"
	anycast6 = "2001:db8:113::1"
)

// anycastSite announces the anycast addresses and answers to them.
type anycastSite struct {
	*host
	announce, withdraw func()
}

func (s anycastSite) enter() {
	s.address("lo", anycast4+"/32")
	s.address("lo", anycast6+"/128")
	s.announce()
}

// leave withdraws the addresses and takes them off: from then on only the other sites answer.
func (s anycastSite) leave() {
	s.withdraw()
	s.ip("addr", "del", anycast4+"/32", "dev", "lo")
	s.ip("addr", "del", anycast6+"/128", "dev", "lo")
}

// dualHost is a host with IPv4 address number n and the IPv6 address of dualHop6.
func dualHost(l *lab, name string, n int) *host {
	l.t.Helper()
	h := l.host(name, fmt.Sprintf("10.255.0.%d/24", n))
	h.address("eth0", h.dualHop6()+"/64")
	return h
}

func (h *host) dualHop6() string { return strings.Replace(h.addr, "10.255.0.", "fd00:255::", 1) }

// dualFRR is an FRR with both families on one session.
func dualFRR(h *host) *frr {
	return startFRR(h, "", frrClient(h.addr, frrFamilies(dci4, "ipv4 unicast", "ipv6 unicast")))
}

// dualBIRD is a BIRD with both families on one session; what it learns goes to the kernel.
func dualBIRD(h *host, static string) *bird {
	return startBIRD(h, fmt.Sprintf(`
%s
protocol direct { ipv4; ipv6; interface "eth0"; }
protocol kernel { ipv4 { export where source = RTS_BGP; }; }
protocol kernel { ipv6 { export where source = RTS_BGP; }; }
protocol bgp dut {
  local %s as 65000;
  neighbor %s as 65000;
  hold time 9; keepalive time 3; connect retry time 1; connect delay time 1; error wait time 1,2;
  ipv4 { import all; export where source = RTS_STATIC; };
  ipv6 { import all; export where source = RTS_STATIC; };
}
`, static, h.addr, dci4))
}

func frrSite(h *host) anycastSite {
	f := dualFRR(h)
	network := func(no string) func() {
		return func() {
			f.configure("router bgp 65000",
				"address-family ipv4 unicast", no+"network "+anycast4+"/32", "exit-address-family",
				"address-family ipv6 unicast", no+"network "+anycast6+"/128")
		}
	}
	return anycastSite{h, network(""), network("no ")}
}

func birdSite(h *host) anycastSite {
	b := dualBIRD(h, fmt.Sprintf(`
protocol static anycast4 { disabled; ipv4; route %s/32 blackhole; }
protocol static anycast6 { disabled; ipv6; route %s/128 blackhole; }
`, anycast4, anycast6))
	static := func(word string) func() {
		return func() {
			for _, protocol := range []string{"anycast4", "anycast6"} {
				if _, err := b.birdc(word + " " + protocol); err != nil {
					h.lab.t.Fatal(err)
				}
			}
		}
	}
	return anycastSite{h, static("enable"), static("disable")}
}

func gobgpSite(h *host, r gobgpRelease) anycastSite {
	g := startGoBGP(h, r, 65000, 65000, "", "ipv4-unicast", "ipv6-unicast")
	rib := func(word string) func() {
		return func() {
			g.must(fmt.Sprintf("global rib %s -a ipv4 %s/32 nexthop %s origin igp", word, anycast4, h.addr))
			g.must(fmt.Sprintf("global rib %s -a ipv6 %s/128 nexthop %s origin igp", word, anycast6, h.dualHop6()))
		}
	}
	return anycastSite{h, rib("add"), rib("del")}
}

// anycastReceiver says by which next hops its daemon reaches the two addresses; empty where it has no route.
type anycastReceiver struct {
	*host
	hops func() (hop4, hop6 string, err error)
}

func frrReceiver(h *host) anycastReceiver {
	f := dualFRR(h)
	hop := func(table, prefix string) (string, error) {
		paths, err := f.pathsFrom(dci4, table, prefix)
		if err != nil || len(paths) == 0 {
			return "", err
		}
		for _, n := range paths[0].Nexthops {
			if !strings.HasPrefix(n.IP, "fe80:") {
				return n.IP, nil
			}
		}
		return "", errors.New("a path without a global next hop")
	}
	return anycastReceiver{h, func() (string, string, error) {
		hop4, err4 := hop("ipv4 unicast", anycast4+"/32")
		hop6, err6 := hop("ipv6 unicast", anycast6+"/128")
		return hop4, hop6, errors.Join(err4, err6)
	}}
}

func birdReceiver(h *host) anycastReceiver {
	b := dualBIRD(h, "")
	hop := func(table, prefix string) (string, error) {
		paths, err := b.paths(table, prefix, "dut")
		if err != nil || len(paths) == 0 {
			return "", err
		}
		global, _, _ := strings.Cut(paths[0]["BGP.next_hop"], " ")
		return global, nil
	}
	return anycastReceiver{h, func() (string, string, error) {
		hop4, err4 := hop("master4", anycast4+"/32")
		hop6, err6 := hop("master6", anycast6+"/128")
		return hop4, hop6, errors.Join(err4, err6)
	}}
}

func exaReceiver(e *exabgp) anycastReceiver {
	return anycastReceiver{e.host, func() (string, string, error) {
		heard, err := e.heard()
		hop4, _ := heard.route("ipv4 unicast", `{"nlri": "`+anycast4+`/32"}`)
		hop6, _ := heard.route("ipv6 unicast", `{"nlri": "`+anycast6+`/128"}`)
		return hop4.nextHop, hop6.nextHop, err
	}}
}

// by returns nil if the receiver's routes have these next hops.
func (r anycastReceiver) by(want4, want6 string) error {
	hop4, hop6, err := r.hops()
	if err == nil && (hop4 != want4 || hop6 != want6) {
		err = fmt.Errorf("next hops %q and %q, expected %q and %q", hop4, hop6, want4, want6)
	}
	return err
}

func TestAnycastAddressesOfThreeSitesMoveToTheNextSiteUntilTheLastLeaves(t *testing.T) {
	needFRR(t)
	needBIRD(t)
	needExaBGP(t)
	release := needGoBGP(t)
	l := newLab(t)
	t.Parallel()
	l.startForPEs([]family{ipv4, ipv6}, "", 11, 12, 13, 21, 22, 23)
	// All else being equal the lowest BGP Identifier decides (RFC 4271 §9.1.2.2 f): the sites stand in the order of preference.
	sites := []anycastSite{frrSite(dualHost(l, "pe1", 11)), birdSite(dualHost(l, "pe2", 12)), gobgpSite(dualHost(l, "pe3", 13), release)}
	exa := startExaBGP(dualHost(l, "r3", 23), 65000, 65000, "ipv4 unicast; ipv6 unicast;", "")
	receivers := []anycastReceiver{frrReceiver(dualHost(l, "r1", 21)), birdReceiver(dualHost(l, "r2", 22)), exaReceiver(exa)}
	forwarders := receivers[:2] // whose daemons feed a kernel

	reached := func(site anycastSite, when string) {
		t.Helper()
		for _, r := range receivers {
			eventually(t, 20*time.Second, r.name+" follows to "+site.name+" "+when, func() error { return r.by(site.addr, site.dualHop6()) })
		}
		for _, r := range forwarders {
			eventually(t, 10*time.Second, r.name+" reaches "+site.name+" "+when, func() error { return errors.Join(r.ping(anycast4), r.ping(anycast6)) })
		}
	}
	for _, site := range sites {
		site.enter()
	}
	reached(sites[0], "while all three announce")
	sites[0].leave()
	reached(sites[1], "when the first has left")
	sites[1].leave()
	reached(sites[2], "when the second has left")
	if heard, err := exa.heard(); err != nil || heard.up != 1 || heard.down != 0 || len(heard.withdrawn) != 0 {
		t.Errorf("a receiver without a moment of no route until the last site leaves: %+v, %v", heard, err)
	}
	sites[2].leave()
	for _, r := range receivers {
		eventually(t, 10*time.Second, r.name+" has no route when the last site has left", func() error { return r.by("", "") })
	}
	for _, r := range forwarders {
		if r.ping(anycast4) == nil || r.ping(anycast6) == nil {
			t.Errorf("%s still reaches somebody", r.name)
		}
	}
	sites[1].enter()
	reached(sites[1], "when it has come back")
}
