//go:build linux

package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// variants are two NLRI of one route that differ in something beside its identity.
type variants struct {
	name       string
	family     family
	nlri       [2][]byte
	gobgp, frr [2]string // by which they are known in what these show; "" where nothing is looked for
}

// macRoute and prefixRoute are EVPN types 2 and 5: of one the rest behind 00:11:22:33:44, of the other an IPv4 /24 and what follows.
func macRoute(esi []byte, rest string) []byte {
	return evpnNLRI(2, rd1, esi, octets("00000000 30 0011223344"+rest))
}

func prefixRoute(esi []byte, rest string) []byte {
	return evpnNLRI(5, rd1, esi, octets("00000000 18"+rest))
}

var (
	noESI    = make([]byte, 10)
	otherESI = octets("001122334455667788AA")
)

var changes = []variants{
	{"the label of a VPNv4 route", vpnv4, [2][]byte{join(octets("70 03E811"), rd0, octets("0A0100")), join(octets("70 03E821"), rd0, octets("0A0100"))},
		[2]string{`"labels":[16001]`, `"labels":[16002]`}, [2]string{`"remoteLabel":16001`, `"remoteLabel":16002`}},
	{"the label of a VPNv6 route", vpnv6, [2][]byte{join(octets("98 03E811"), rd0, octets("20010DB800010002")), join(octets("98 03E821"), rd0, octets("20010DB800010002"))},
		[2]string{}, [2]string{}},
	{"the label of an IPv4 route", ipv4Labeled, [2][]byte{octets("30 03E811 C00002"), octets("30 03E821 C00002")}, [2]string{}, [2]string{}},
	{"the label of an IPv6 route", ipv6Labeled, [2][]byte{octets("58 03E811 20010DB800010002"), octets("58 03E821 20010DB800010002")}, [2]string{}, [2]string{}},
	{"the VNI of an Ethernet segment's route", evpn, [2][]byte{evpnNLRI(1, rd1, esi, octets("00000000 000064")), evpnNLRI(1, rd1, esi, octets("00000000 000065"))},
		[2]string{}, [2]string{}},
	{"the VNI of a MAC", evpn, [2][]byte{macRoute(noESI, "55 00 002710"), macRoute(noESI, "55 00 002711")},
		[2]string{`"labels":[10000]`, `"labels":[10001]`}, [2]string{`"VNI":"10000"`, `"VNI":"10001"`}},
	{"the second VNI of a MAC", evpn, [2][]byte{macRoute(noESI, "56 20 C0A8010A 002712 0003E8"), macRoute(noESI, "56 20 C0A8010A 002712 0003E9")},
		[2]string{`"labels":[10002,1000]`, `"labels":[10002,1001]`}, [2]string{`"VNI":"10002/1000"`, `"VNI":"10002/1001"`}},
	{"a second VNI that a MAC has not had", evpn, [2][]byte{macRoute(noESI, "57 20 C0A8010B 002713"), macRoute(noESI, "57 20 C0A8010B 002713 0003E8")},
		[2]string{`"labels":[10003]`, `"labels":[10003,1000]`}, [2]string{}}, // FRR 8.4 keeps a second VNI that is gone.
	{"the Ethernet segment of a MAC", evpn, [2][]byte{macRoute(esi, "58 00 002714"), macRoute(otherESI, "58 00 002714")},
		[2]string{"11:22:33:44:55:66:77:88:99", "11:22:33:44:55:66:77:88:aa"}, [2]string{`"esi":"00:11:22:33:44:55:66:77:88:99"`, `"esi":"00:11:22:33:44:55:66:77:88:aa"`}},
	{"the flags of a multicast route", evpn, [2][]byte{evpnNLRI(6, rd1, octets("00000000 00 20 EF010101 20 0A010001 02")), evpnNLRI(6, rd1, octets("00000000 00 20 EF010101 20 0A010001 05"))},
		[2]string{}, [2]string{}},
	{"the VNI of a prefix", evpn, [2][]byte{prefixRoute(noESI, "C0A80500 00000000 0003EA"), prefixRoute(noESI, "C0A80500 00000000 0003EB")},
		[2]string{`"label":1002`, `"label":1003`}, [2]string{`"VNI":"1002"`, `"VNI":"1003"`}},
	{"the gateway of a prefix", evpn, [2][]byte{prefixRoute(noESI, "C0A80600 0A010007 000000"), prefixRoute(noESI, "C0A80600 0A010008 000000")},
		[2]string{`"gateway":"10.1.0.7"`, `"gateway":"10.1.0.8"`}, [2]string{}},
	{"the Ethernet segment of a prefix", evpn, [2][]byte{prefixRoute(esi, "C0A80700 00000000 000000"), prefixRoute(otherESI, "C0A80700 00000000 000000")},
		[2]string{}, [2]string{}},
	{"the label base of a VPLS route", vpls, [2][]byte{withLen16(join(rd1, octets("0001 0001 0008 186A01"))), withLen16(join(rd1, octets("0001 0001 0008 186A81")))},
		[2]string{}, [2]string{}},
	{"the block size of a VPLS route", vpls, [2][]byte{withLen16(join(rd1, octets("0001 0009 0008 186A01"))), withLen16(join(rd1, octets("0001 0009 0010 186A01")))},
		[2]string{}, [2]string{}},
}

// backAndForth is what a change is tried with: there and back again.
func (c variants) backAndForth() [][]byte { return [][]byte{c.nlri[0], c.nlri[1], c.nlri[0]} }

// announced is an UPDATE with one of the two, always with the same attributes.
func (c variants) announced(raw []byte) []byte {
	return announce(c.family, hops[c.family], [][]byte{
		attribute(transitive, attrOrigin, []byte{0}), asSequence(), attribute(transitive, attrLocalPref, u32(100)),
		attribute(optional|transitive, attrExtCommunities, octets("0002FDE800000001")),
	}, raw)
}

func TestAChangeOfTheNLRIAloneIsSentOnEachTimeAndWithoutAWithdrawal(t *testing.T) {
	enabled(t)
	t.Parallel()
	config := startForClients(t, sampleFamilies(), 2)
	from, to := establish(t, config(1)), establish(t, config(2))
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			for i, raw := range c.backAndForth() {
				from.send(c.announced(raw))
				to.must("the change arrives", func() error {
					k := key(c.family, raw)
					if got, times := to.routes[k].Raw, to.named[k]; !bytes.Equal(got, raw) || times != i+1 {
						return fmt.Errorf("holds %x and was told %d times, expected %x and %d", got, times, raw, i+1)
					}
					return nil
				})
			}
		})
	}
}

func TestDaemonsSeeAChangeOfTheNLRIAlone(t *testing.T) {
	needFRR(t)
	release := needGoBGP(t)
	t.Parallel()
	l := newLab(t)
	from := l.startForPEs([]family{vpnv4, evpn}, "", 11, 12).observer(vpnv4, evpn)
	h := l.host("pe1", "10.255.0.11/24")
	f := startFRR(h, "", frrClient(h.addr, frrFamilies(dci4, "ipv4 vpn", "l2vpn evpn")))
	g := startGoBGP(l.host("pe2", "10.255.0.12/24"), release, 65000, 65000, "", "l3vpn-ipv4-unicast", "l2vpn-evpn")

	shows := func(daemon, out string, err error, texts [2]string, which int) error {
		if err == nil && texts[0] != "" && (!strings.Contains(out, texts[which]) || strings.Contains(out, texts[1-which])) {
			err = fmt.Errorf("%s does not show %s alone:\n%s", daemon, texts[which], out)
		}
		return err
	}
	tables := map[family][2]string{vpnv4: {"vpnv4", "show bgp ipv4 vpn 10.1.0.0/24 json"}, evpn: {"evpn", "show bgp l2vpn evpn route rd 10.1.0.1:100 json"}}
	for _, c := range changes {
		if c.gobgp[0] == "" {
			continue
		}
		for i, raw := range c.backAndForth() {
			from.send(c.announced(raw))
			eventually(t, 15*time.Second, "the daemons see "+c.name, func() error {
				gobgpOut, gobgpErr := g.command("-j", "neighbor", dci4, "adj-in", "-a", tables[c.family][0])
				frrOut, frrErr := f.vtysh(tables[c.family][1])
				return errors.Join(shows("GoBGP", gobgpOut, gobgpErr, c.gobgp, i%2), shows("FRR", frrOut, frrErr, c.frr, i%2))
			})
		}
		from.send(withdraw(c.family, c.nlri[0]))
	}
}
