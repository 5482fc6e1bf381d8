//go:build linux

package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dci-rs/dci-rs/internal/oracle"
)

// passage says what becomes of attributes between a sender and an observer: nil for dropped.
type passage func(a oracle.Attr) []byte

// reflected is iBGP to iBGP: unknown transitive attributes get the Partial bit, unknown non-transitive ones go.
func reflected(a oracle.Attr) []byte {
	if a.Known() {
		return a.Raw
	}
	if a.Flags&transitive == 0 {
		return nil
	}
	marked := slices.Clone(a.Raw)
	marked[0] |= partial
	return marked
}

// served is between clients of a route server: what belongs inside an AS goes, unknown non-transitive attributes stay.
func served(a oracle.Attr) []byte {
	switch a.Code {
	case attrLocalPref, attrOriginatorID, attrClusterList:
		return nil
	}
	if a.Flags&transitive == 0 {
		return a.Raw
	}
	return reflected(a)
}

// same compares a received route with what was sent: NLRI and next hop exactly, attributes as the passage says, in the order sent.
// ORIGINATOR_ID and CLUSTER_LIST are compared with the values given; nil: they must be absent.
func (r route) same(raw, nextHop []byte, attributes [][]byte, pass passage, originator, clusters []byte) error {
	var wrong []error
	differ := func(what string, want, got []byte) {
		if !bytes.Equal(want, got) {
			wrong = append(wrong, fmt.Errorf("%s\n\twant %x\n\tgot  %x", what, want, got))
		}
	}
	differ("NLRI", raw, r.Raw)
	differ("next hop", nextHop, r.nextHop)
	var want, got []string
	sent, err := oracle.Attributes(join(attributes...))
	if err != nil {
		panic(err)
	}
	for _, a := range sent {
		if a.Code == attrOriginatorID || a.Code == attrClusterList {
			continue
		}
		if b := pass(a); b != nil {
			want = append(want, fmt.Sprintf("%x", b))
		}
	}
	for _, a := range r.attrs {
		if a.Code != attrOriginatorID && a.Code != attrClusterList {
			got = append(got, fmt.Sprintf("%x", a.Raw))
		}
	}
	if !slices.Equal(want, got) {
		only := func(a, b []string) string {
			return strings.Join(slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) }), " ")
		}
		wrong = append(wrong, fmt.Errorf("attributes, or their order\n\twant %s\n\tgot  %s", only(want, got), only(got, want)))
	}
	value, _ := r.find(attrOriginatorID)
	differ("ORIGINATOR_ID", originator, value)
	value, _ = r.find(attrClusterList)
	differ("CLUSTER_LIST", clusters, value)
	return errors.Join(wrong...)
}

// announce encodes an UPDATE that announces NLRI of any family; attributes in ascending order of their codes.
func announce(f family, nextHop []byte, attributes [][]byte, list ...[]byte) []byte {
	if f != ipv4 || len(nextHop) != 4 {
		return update(nil, join(mpReach(f, nextHop, list...), join(attributes...)), nil)
	}
	at := slices.IndexFunc(attributes, func(a []byte) bool { return a[1] > attrNextHop })
	if at < 0 {
		at = len(attributes)
	}
	return update(nil, join(join(attributes[:at]...), attribute(transitive, attrNextHop, nextHop), join(attributes[at:]...)), join(list...))
}

func withdraw(f family, list ...[]byte) []byte {
	if f == ipv4 {
		return update(join(list...), nil, nil)
	}
	return update(nil, mpUnreach(f, list...), nil)
}

func sampleFamilies() []family {
	var list []family
	for _, s := range samples {
		list = append(list, s.family)
	}
	return list
}

// relay is a sender and an observer with dci-rs between them.
type relay struct {
	from, to             *speaker
	pass                 passage
	originator, clusters []byte
}

// check sends every sample through the relay with the given attributes, each NLRI alone and all in one message, and compares.
func (r relay) check(t *testing.T, families []sample, attributes [][]byte) {
	for _, s := range families {
		for _, nextHop := range s.nextHops {
			t.Run(fmt.Sprintf("%s with a next hop of %d octets", s.family, len(nextHop)), func(t *testing.T) {
				// One deadline for the whole list: the first difference is enough to read.
				arrive := func(attributes [][]byte) {
					t.Helper()
					if err := r.to.wait(3*time.Second, func() error {
						for _, raw := range s.nlri {
							got, ok := r.to.routes[key(s.family, raw)]
							if !ok {
								return fmt.Errorf("%x: no route", raw)
							}
							if err := got.same(raw, nextHop, attributes, r.pass, r.originator, r.clusters); err != nil {
								return fmt.Errorf("%x: %w", raw, err)
							}
						}
						return nil
					}); err != nil {
						t.Error(err)
					}
				}
				for _, raw := range s.nlri {
					r.from.send(announce(s.family, nextHop, attributes, raw))
				}
				arrive(attributes)
				fewer := attributes[:len(attributes)-1]
				r.from.send(announce(s.family, nextHop, fewer, s.nlri...))
				arrive(fewer)
				r.from.send(withdraw(s.family, s.nlri...))
				if err := r.to.wait(3*time.Second, func() error {
					for _, raw := range s.nlri {
						if err := r.to.lacks(s.family, raw)(); err != nil {
							return err
						}
					}
					return nil
				}); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestWhatAClientAnnouncesReachesAnotherClientOctetForOctet(t *testing.T) {
	enabled(t)
	t.Parallel()
	config := startForClients(t, sampleFamilies(), 2)
	from, to := establish(t, config(1)), establish(t, config(2))
	plain := relay{from, to, reflected, octets("7F000101"), octets("C0000201")}
	t.Run("known attributes", func(t *testing.T) { plain.check(t, samples, knownAttributes(true)) })
	t.Run("unknown attributes", func(t *testing.T) { plain.check(t, samples, unknownAttributes()) })
	t.Run("a route that was reflected before keeps its ORIGINATOR_ID and gets our CLUSTER_ID first", func(t *testing.T) {
		again := plain
		again.originator, again.clusters = octets("0A000009"), octets("C0000201 0A000001 0A000002")
		again.check(t, samples, slices.Insert(knownAttributes(true), 7,
			attribute(optional, attrOriginatorID, octets("0A000009")), attribute(optional, attrClusterList, octets("0A000001 0A000002"))))
	})
	t.Run("an attribute that comes twice is passed on once, the first", func(t *testing.T) {
		raw := octets("18 C63364")
		base := [][]byte{attribute(transitive, attrOrigin, []byte{0}), asSequence(), attribute(transitive, attrLocalPref, u32(100)), attribute(optional|transitive, attrCommunities, u32(1))}
		from.send(announce(ipv4, hop4, append(slices.Clone(base), attribute(optional|transitive, attrCommunities, u32(2))), raw))
		to.must("the route arrives with one COMMUNITIES", func() error {
			return to.routes[key(ipv4, raw)].same(raw, hop4, base, reflected, plain.originator, plain.clusters)
		})
	})
}

func TestANewClientGetsEveryRouteBeforeTheEndOfRIB(t *testing.T) {
	enabled(t)
	t.Parallel()
	config := startForClients(t, sampleFamilies(), 3)
	from, early := establish(t, config(1)), establish(t, config(2))
	for _, s := range samples {
		from.send(announce(s.family, s.nextHops[0], knownAttributes(true), s.nlri...))
		early.must("the routes are in the table", func() error {
			if n := early.count(s.family); n != len(s.nlri) {
				return fmt.Errorf("%d of %d %s routes", n, len(s.nlri), s.family)
			}
			return nil
		})
	}
	late := establish(t, config(3))
	for _, s := range samples {
		late.must("End-of-RIB comes after the routes", func() error {
			if n, came := late.endOfRIB[s.family]; !came || n != len(s.nlri) {
				return fmt.Errorf("%s: came %t, after %d of %d routes", s.family, came, n, len(s.nlri))
			}
			return nil
		})
	}
}

func TestIPv4RoutesWithAnIPv6NextHopReachOnlyClientsThatAskedForThem(t *testing.T) {
	enabled(t)
	t.Parallel()
	config := startForClients(t, []family{ipv4, ipv4Labeled, vpnv4}, 3)
	asking := func(n int) speakerConfig {
		c := config(n)
		c.extendedNextHop = true
		return c
	}
	from, to, old := establish(t, asking(1)), establish(t, asking(2)), establish(t, config(3))
	if !to.terms.Families[oracle.Family(ipv4)].ExtendedNextHop {
		t.Fatal("dci-rs did not send the extended next hop capability")
	}
	both := [][]byte{hop6, join(hop6, hopLL)}
	relay{from, to, reflected, octets("7F000101"), octets("C0000201")}.check(t, []sample{
		{ipv4, both, [][]byte{octets("18 C00002"), octets("20 C0000201")}},
		{ipv4Labeled, both, [][]byte{octets("30 03E811 C00002")}},
		{vpnv4, [][]byte{join(zeroRD, hop6), join(zeroRD, hop6, zeroRD, hopLL)}, [][]byte{join(octets("70 03E811"), rd0, octets("0A0100"))}},
	}, knownAttributes(true))
	last := octets("18 C63364")
	from.send(announce(ipv4, hop4, knownAttributes(true), last))
	old.must("a route with an IPv4 next hop arrives", old.holds(ipv4, last))
	old.mu.Lock()
	defer old.mu.Unlock()
	if n := len(old.routes); n != 1 {
		t.Errorf("the client without the capability has %d routes, expected 1", n)
	}
}

func TestWhatARouteServerClientAnnouncesReachesAnotherClientOctetForOctet(t *testing.T) {
	enabled(t)
	t.Parallel()
	r := startOnLoopback(t, fmt.Sprintf(`
router-id: 192.0.2.1
asn: 65000
groups:
  raw: {role: route-server-client, families: %s, passive: true}
neighbors:
  - {address: 127.0.1.1, group: raw, asn: 65001}
  - {address: 127.0.1.2, group: raw, asn: 65002}
`, familyList(sampleFamilies()...)))
	config := speakerConfig{local: "127.0.1.1", remote: r.listener, asn: 65001, peerASN: 65000, families: sampleFamilies(), routeServer: true}
	from := establish(t, config)
	config.local, config.asn = "127.0.1.2", 65002
	to := establish(t, config)
	pair := relay{from, to, served, nil, nil}
	t.Run("known attributes", func(t *testing.T) {
		list := knownAttributes(true)
		list[1] = asSequence(65001, 65010)
		pair.check(t, samples, list)
	})
	t.Run("unknown attributes", func(t *testing.T) {
		list := unknownAttributes()
		list[1] = asSequence(65001)
		pair.check(t, samples, list)
	})
}
