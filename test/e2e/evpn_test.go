//go:build linux

package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// vtep is an FRR PE with a bridged VNI 100 and a routed VNI 1000, a host in the first and a LAN in the second.
type vtep struct {
	*frr
	station *host // on VNI 100
	lan     *host // behind the L3VNI
}

const (
	l2VNI = 100
	l3VNI = 1000
)

// startVTEP makes PE number n of AS asn: VTEP address 10.255.0.(10+n), station 172.16.0.n, LAN 192.168.n.0/24 with host .10.
// This kernel may have no VRF device: the L3VNI belongs to the default VRF.
func startVTEP(l *lab, n, asn, peerASN int, bgp, evpn string) *vtep {
	l.t.Helper()
	pe := l.host(fmt.Sprintf("pe%d", n), fmt.Sprintf("10.255.0.%d/24", 10+n))
	v := &vtep{station: l.host(fmt.Sprintf("h%d", n)), lan: l.host(fmt.Sprintf("lan%d", n))}
	pe.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0")
	for _, vni := range []int{l2VNI, l3VNI} {
		bridge, vxlan := fmt.Sprintf("br%d", vni), fmt.Sprintf("vx%d", vni)
		pe.ip("link", "add", bridge, "type", "bridge", "stp_state", "0")
		pe.ip("link", "add", vxlan, "type", "vxlan", "id", fmt.Sprint(vni), "local", pe.addr, "dstport", "4789", "nolearning")
		pe.ip("link", "set", vxlan, "master", bridge)
		pe.ip("link", "set", vxlan, "type", "bridge_slave", "neigh_suppress", "on", "learning", "off")
		pe.ip("link", "set", bridge, "up")
		pe.ip("link", "set", vxlan, "up")
	}
	pe.link("station", v.station, "eth0")
	pe.ip("link", "set", "station", "master", fmt.Sprintf("br%d", l2VNI))
	v.station.address("eth0", fmt.Sprintf("172.16.0.%d/24", n))
	pe.link("lan", v.lan, "eth0")
	pe.address("lan", fmt.Sprintf("192.168.%d.1/24", n))
	v.lan.address("eth0", fmt.Sprintf("192.168.%d.10/24", n))
	v.lan.ip("route", "add", "default", "via", fmt.Sprintf("192.168.%d.1", n))

	v.frr = startFRR(pe, fmt.Sprintf("vni %d\n", l3VNI), fmt.Sprintf(`
bgp as-path access-list OWN seq 5 permit ^$
ip prefix-list LAN seq 5 permit 192.168.%[1]d.0/24
route-map LAN permit 10
 match ip address prefix-list LAN
exit
route-map TAG permit 10
 set metric 5%[1]d
 set community %[2]d:1
exit
router bgp %[2]d
 bgp router-id %[4]s
 no bgp default ipv4-unicast
 no bgp ebgp-requires-policy
 no bgp network import-check
 neighbor %[5]s remote-as %[3]d
 neighbor %[5]s timers 3 9
 neighbor %[5]s timers connect 1
%[6]s
 address-family ipv4 unicast
  network 192.168.%[1]d.0/24
 exit-address-family
 address-family l2vpn evpn
  neighbor %[5]s activate
  advertise-all-vni
  advertise ipv4 unicast route-map LAN
%[7]s
 exit-address-family
exit
`, n, asn, peerASN, pe.addr, dci4, bgp, evpn))
	return v
}

// knows returns nil if the kernel of v forwards the MAC of the other station to the other's VTEP.
func (v *vtep) knows(other *vtep, mac string) error {
	out, err := v.try("bridge", "fdb", "show", "dev", fmt.Sprintf("vx%d", l2VNI))
	if err != nil {
		return err
	}
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, mac+" ") && strings.Contains(line, "dst "+other.addr) {
			return nil
		}
	}
	return fmt.Errorf("%s: no forwarding entry for %s to %s", v.name, mac, other.addr)
}

// floods returns nil if the kernel of v sends broadcast of the VNI to the other's VTEP (EVPN type 3).
func (v *vtep) floods(other *vtep) error { return v.knows(other, "00:00:00:00:00:00") }

// routes returns nil if the kernel of v routes the other's LAN to the other's VTEP (EVPN type 5).
func (v *vtep) routes(other *vtep) error {
	out, err := v.try("ip", "route", "show", strings.TrimSuffix(other.lanAddress(), ".10")+".0/24")
	if err == nil && !strings.Contains(out, "via "+other.addr+" ") {
		err = fmt.Errorf("%s: no route to %s via %s: %q", v.name, other.lanAddress(), other.addr, out)
	}
	return err
}

func (v *vtep) number() string         { return strings.TrimPrefix(v.name, "pe") }
func (v *vtep) stationAddress() string { return "172.16.0." + v.number() }
func (v *vtep) lanAddress() string     { return "192.168." + v.number() + ".10" }

// stationMAC reads the station's MAC from its kernel.
func (v *vtep) stationMAC() string {
	v.lab.t.Helper()
	return strings.TrimSpace(v.station.run("cat", "/sys/class/net/eth0/address"))
}

// forEachPair calls check for every ordered pair and joins what it returns.
func forEachPair(vteps []*vtep, check func(from, to *vtep) error) error {
	var errs []error
	for _, a := range vteps {
		for _, b := range vteps {
			if a != b {
				errs = append(errs, check(a, b))
			}
		}
	}
	return errors.Join(errs...)
}

func pingStations(from, to *vtep) error { return from.station.ping(to.stationAddress()) }
func pingLANs(from, to *vtep) error     { return from.lan.ping(to.lanAddress()) }

func TestThreeFRRSitesReachEachOtherOverVXLANOnlyWhileTheReflectorRuns(t *testing.T) {
	needFRR(t)
	t.Parallel()
	l := newLab(t)
	r := l.startReflector(`
router-id: 10.255.0.1
asn: 65000
groups:
  vtep: {role: client, asn: 65000, families: [evpn], hold-time: 9s}
neighbors:
  - {address: 10.255.0.11, group: vtep, site: dc1}
  - {address: 10.255.0.12, group: vtep, site: dc2}
  - {address: 10.255.0.13, group: vtep, site: dc3}
  - {address: 10.255.0.99, group: vtep}
`)
	observer := r.observer(evpn)
	var vteps []*vtep
	macs := map[*vtep]string{}
	for n := 1; n <= 3; n++ {
		v := startVTEP(l, n, 65000, 65000, "", "")
		vteps = append(vteps, v)
		macs[v] = v.stationMAC()
	}
	knows := func(from, to *vtep) error { return from.knows(to, macs[to]) }
	floods := func(from, to *vtep) error { return from.floods(to) }
	routes := func(from, to *vtep) error { return from.routes(to) }

	reachable := func(within time.Duration, when string) {
		t.Helper()
		eventually(t, within, "type 3 from the kernels arrives "+when, func() error { return forEachPair(vteps, floods) })
		eventually(t, within, "stations ping over VXLAN "+when, func() error { return forEachPair(vteps, pingStations) })
		eventually(t, within, "type 2 from the kernels arrives "+when, func() error { return forEachPair(vteps, knows) })
		eventually(t, within, "type 5 from the kernels arrives "+when, func() error { return forEachPair(vteps, routes) })
		eventually(t, within, "LANs ping over the L3VNI "+when, func() error { return forEachPair(vteps, pingLANs) })
	}
	reachable(30*time.Second, "at first")

	checkReflected(t, observer, vteps, macs)
	for _, v := range vteps {
		sessions, err := v.sessions()
		if err != nil {
			t.Fatal(err)
		}
		if len(sessions) != 1 || sessions[dci4] != "Established" {
			t.Errorf("%s has other sessions than the one with dci-rs: %v", v.name, sessions)
		}
	}

	r.shutdown()
	eventually(t, 20*time.Second, "the MACs leave the kernels when dci-rs stops", func() error {
		return forEachPair(vteps, func(from, to *vtep) error {
			if knows(from, to) == nil || floods(from, to) == nil || routes(from, to) == nil {
				return fmt.Errorf("%s still knows the way to %s", from.name, to.name)
			}
			return nil
		})
	})
	if err := forEachPair(vteps, func(from, to *vtep) error {
		if pingStations(from, to) == nil || pingLANs(from, to) == nil {
			return fmt.Errorf("%s still reaches %s", from.name, to.name)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}

	r.restart()
	reachable(30*time.Second, "after the restart")
}

// checkReflected compares the routes that the observer holds with what the kernels of the PEs were set up with: type 2, 3 and 5 of
// each PE, with its own next hop, its address as ORIGINATOR_ID and dci-rs as the only cluster.
func checkReflected(t *testing.T, observer *speaker, vteps []*vtep, macs map[*vtep]string) {
	t.Helper()
	for _, v := range vteps {
		address := netip.MustParseAddr(v.addr).AsSlice()
		mac := octets(strings.ReplaceAll(macs[v], ":", ""))
		lan := netip.MustParseAddr(v.lanAddress()).AsSlice()[:3]
		found := map[byte]bool{}
		observer.must("types 2, 3 and 5 of "+v.name+" arrive", func() error {
			clear(found)
			for key, r := range observer.routes {
				if !bytes.Equal(r.nextHop, address) {
					continue
				}
				originator, _ := r.find(attrOriginatorID)
				clusters, _ := r.find(attrClusterList)
				if !bytes.Equal(originator, address) || !bytes.Equal(clusters, netip.MustParseAddr(dci4).AsSlice()) {
					return fmt.Errorf("%s has ORIGINATOR_ID %x and CLUSTER_LIST %x", key, originator, clusters)
				}
				inside := r.Raw[2:]
				switch kind := r.Raw[0]; kind {
				case 2:
					found[kind] = found[kind] || bytes.Equal(inside[23:29], mac)
				case 3:
					found[kind] = bytes.Equal(inside[13:], address)
				case 5:
					found[kind] = inside[22] == 24 && bytes.Equal(inside[23:26], lan)
				}
			}
			if !found[2] || !found[3] || !found[5] {
				return fmt.Errorf("of types 2, 3 and 5 there are %v", found)
			}
			return nil
		})
	}
}
