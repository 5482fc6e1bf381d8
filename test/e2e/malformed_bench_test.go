//go:build linux

package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/dci-rs/dci-rs/internal/oracle"
)

// malformedBench is dci-rs with an honest peer and three observers: a plain one, one with extended messages, one with 2-octet AS numbers.
type malformedBench struct {
	side                            side
	dci                             *reflector
	host                            *host  // of the raw speakers; nil on loopback
	net                             string // the first two numbers of their addresses
	honest, observer, large, narrow *speaker
	injectors                       int
	honestMED                       uint32
}

var honestRoute = octets("18 CB0071")

func (s side) asn(n int) uint32 {
	if s.external() {
		return s.injector + uint32(n)
	}
	return s.injector
}

// daemonAddress is that of a neighbor that is no raw speaker.
const daemonAddress = "10.255.0.11"

// configuration of a dci-rs whose raw neighbors have addresses in a /16 that starts as told.
func (s side) configuration(net string) string {
	return fmt.Sprintf(`
router-id: 192.0.2.1
asn: 65000
groups:
  all: {role: %[2]s, families: %[3]s, passive: true}
neighbors:
  - {address: %[1]s.255.1, group: all, asn: %[5]d}
  - {address: %[1]s.255.2, group: all, asn: %[6]d}
  - {address: %[1]s.255.3, group: all, asn: %[7]d}
  - {address: %[1]s.255.4, group: all, asn: %[8]d}
  - {address: %[9]s, group: all, asn: %[10]d}
listen-ranges:
  - {prefix: %[1]s.0.0/17, group: all, asn: [%[4]d]}
`, net, s.role, familyList(sampleFamilies()...), s.asn(0), s.asn(1), s.asn(2), s.asn(3), s.asn(4), daemonAddress, s.asn(5))
}

// malformedOnLoopback has all its speakers on the loopback addresses of the machine.
func malformedOnLoopback(t *testing.T, s side) *malformedBench {
	t.Helper()
	const net = "127.2"
	return (&malformedBench{side: s, net: net, dci: startOnLoopback(t, s.configuration(net))}).establish(t)
}

// malformedInLab has its speakers on one host of a lab, to which a /16 belongs.
func malformedInLab(l *lab, s side) *malformedBench {
	l.t.Helper()
	const net = "10.254"
	b := &malformedBench{side: s, net: net, dci: l.startReflector(s.configuration(net)), host: l.host("raw", "10.255.0.66/24")}
	b.host.ip("route", "add", "local", net+".0.0/16", "dev", "lo")
	b.dci.ip("route", "add", net+".0.0/16", "via", b.host.addr)
	return b.establish(l.t)
}

// establish brings up the sessions of those who do nothing wrong.
func (b *malformedBench) establish(t *testing.T) *malformedBench {
	t.Helper()
	config := func(n int) speakerConfig {
		c := b.config(fmt.Sprintf("255.%d", n))
		c.asn = b.side.asn(n)
		return c
	}
	b.honest, b.observer = establish(t, config(1)), establish(t, config(2))
	large, narrow := config(3), config(4)
	large.extendedMessage, narrow.twoOctetAS = true, true
	b.large, b.narrow = establish(t, large), establish(t, narrow)
	b.honestArrives(t)
	return b
}

// all runs every case, in a lab those that FRR stands.
func (b *malformedBench) all(t *testing.T) {
	failures := 0
	run := func(row int, name string, f func(*testing.T)) {
		if !t.Run(fmt.Sprintf("row %d: %s", row, name), f) {
			failures++
		}
		if failures > 9 {
			t.Fatal("too much fails to go on")
		}
		b.mustStand(t)
	}
	for _, c := range malformedCases {
		if !c.breaksFRR || b.host == nil {
			run(c.row, c.name, func(t *testing.T) { b.run(t, c) })
		}
	}
	for _, c := range openCases {
		run(c.row, c.name, func(t *testing.T) { b.runOpen(t, c) })
	}
	run(41, "a neighbor that toggles its capabilities", b.toggle)
}

// config is that of an injector with an address that ends as told.
func (b *malformedBench) config(end string) speakerConfig {
	return speakerConfig{host: b.host, local: b.net + "." + end, remote: b.dci.listener, asn: b.side.injector, peerASN: 65000, families: sampleFamilies(), routeServer: b.side.external()}
}

// nextInjector is a config with an address that no session has had before.
func (b *malformedBench) nextInjector(c malformed) speakerConfig {
	b.injectors++
	config := b.config(fmt.Sprintf("%d.%d", b.injectors/250, 1+b.injectors%250))
	if c.config != nil {
		c.config(&config)
	}
	return config
}

func (b *malformedBench) observers() []*speaker { return []*speaker{b.observer, b.large, b.narrow} }

// honestArrives has the honest peer change its route and waits until every observer has the new version.
func (b *malformedBench) honestArrives(t *testing.T) {
	t.Helper()
	b.honestMED++
	path := asSequence()
	if b.side.external() {
		path = asSequence(b.honest.config.asn)
	}
	b.honest.send(update(nil, b.side.attributes(b.honestMED, hop4, put(path)), honestRoute))
	med := u32(b.honestMED)
	for _, o := range b.observers() {
		if err := o.wait(5*time.Second, func() error {
			if got, _ := o.routes[key(ipv4, honestRoute)].find(attrMED); !bytes.Equal(got, med) {
				return errors.New("the honest peer's later route has not arrived")
			}
			return nil
		}); err != nil {
			t.Fatalf("observer %s: %v", o.config.local, err)
		}
	}
	if err := b.honest.alive(); err != nil {
		t.Fatalf("the honest peer's session: %v", err)
	}
}

// mustStand ends the test where going on makes no sense: dci-rs or a session of those who did nothing wrong is gone.
func (b *malformedBench) mustStand(t *testing.T) {
	t.Helper()
	err := b.dci.exited()
	for _, s := range append(b.observers(), b.honest) {
		if ended := s.alive(); ended != nil {
			err = errors.Join(err, fmt.Errorf("session of %s: %w", s.config.local, ended))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// run sends one input on a session of its own and judges what becomes of everyone.
func (b *malformedBench) run(t *testing.T, c malformed) {
	want := c.want
	if w, ok := c.on[b.side.name]; ok {
		want = w
	}
	if c.family == 0 {
		c.family = ipv4
	}
	config := b.nextInjector(c)
	s := establish(t, config)
	from := b.side
	from.narrow = config.twoOctetAS
	s.send(from.sound(c.family, probes[c.family], 1))
	if err := b.observer.wait(5*time.Second, b.observer.holds(c.family, probes[c.family])); err != nil {
		t.Fatalf("the sound route before: %v", err)
	}
	s.send(c.send(from)...)

	served := b.passFences(from, c.family, s)
	b.judgeSession(t, want, s, served)
	if err := b.observer.wait(3*time.Second, func() error { return b.judgeProbe(want, c.family) }); err != nil {
		t.Errorf("observer: %v", err)
	}
	if c.check != nil {
		if err := c.check(b, s); err != nil {
			t.Error(err)
		}
	}
	b.settle(t, s)
}

// sound is an UPDATE without fault.
func (s side) sound(f family, raw []byte, med uint32) []byte {
	if f == ipv4 {
		return update(nil, s.attributes(med, hop4), raw)
	}
	return update(nil, join(mpReach(f, hops[f], raw), s.attributes(med, nil)), nil)
}

// passFences sends two fences, one after the other has arrived, and says whether both did. It returns early once the session has ended.
func (b *malformedBench) passFences(from side, f family, s *speaker) bool {
	for n := range byte(2) {
		raw := fence(f, n)
		s.send(from.sound(f, raw, 1))
		for deadline := time.After(3 * time.Second); ; {
			_, arrived := b.observer.route(f, raw)
			news, _ := b.observer.state()
			end, ended := s.state()
			if arrived {
				break
			}
			if ended != nil {
				return false
			}
			select {
			case <-news:
			case <-end:
			case <-deadline:
				return false
			case <-time.After(50 * time.Millisecond): // news between the two looks above
			}
		}
	}
	return true
}

func (b *malformedBench) judgeSession(t *testing.T, want fate, s *speaker, served bool) {
	t.Helper()
	switch {
	case want.session == ends && want.code == 0:
		if err := s.ended(5 * time.Second); err != nil {
			t.Errorf("the injector's session: %v", err)
		}
	case want.session == ends:
		if err := s.reset(5*time.Second, want.code, want.subcode); err != nil {
			t.Errorf("the injector's session: %v", err)
		}
	case served && s.alive() == nil:
	case want.session == stands:
		t.Errorf("the injector's session must stand and its later routes arrive (ended: %v)", s.alive())
	default: // it ends now, or the family is out of it
		if err := s.reset(time.Second, want.code, want.subcode); err != nil && s.alive() != nil {
			t.Errorf("the injector's session: %v", err)
		}
	}
}

// judgeProbe is called under the observer's lock.
func (b *malformedBench) judgeProbe(want fate, f family) error {
	r, there := b.observer.routes[key(f, probes[f])]
	med, _ := r.find(attrMED)
	fresh := there && bytes.Equal(med, u32(marker))
	switch {
	case want.probe == gone && there:
		return fmt.Errorf("holds the probe still (the input's version: %t)", fresh)
	case want.probe == arrives && !fresh:
		return fmt.Errorf("does not hold the input's version of the probe (an older one: %t)", there)
	}
	for _, a := range r.attrs {
		if want.without != 0 && a.Code == want.without {
			return fmt.Errorf("got the malformed attribute %x", a.Raw)
		}
	}
	if want.attr != nil && !slices.ContainsFunc(r.attrs, func(a oracle.Attr) bool { return bytes.Equal(a.Raw, want.attr) }) {
		return fmt.Errorf("did not get the attribute %x", want.attr)
	}
	return nil
}

// settle closes the injector's session and checks that nothing of it remains: no route, no complaint, no ended session.
func (b *malformedBench) settle(t *testing.T, s *speaker) {
	t.Helper()
	s.close()
	for _, o := range b.observers() {
		if err := o.wait(5*time.Second, func() error {
			if len(o.routes) > 1 {
				return fmt.Errorf("%d routes are left of a session that is over", len(o.routes)-1)
			}
			return nil
		}); err != nil {
			t.Errorf("observer %s: %v", o.config.local, err)
		}
	}
	b.honestArrives(t)
	for _, o := range append(b.observers(), b.honest) {
		for _, err := range o.takeComplaints() {
			t.Errorf("passed on to %s: %v", o.config.local, err)
		}
	}
}
