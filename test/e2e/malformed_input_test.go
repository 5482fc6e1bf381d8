//go:build linux

package e2e

import (
	"slices"
)

// side is the kind of session that the injector, the honest peer and the observers have.
type side struct {
	name, role string
	injector   uint32 // AS
	narrow     bool   // the injector has no 4-octet AS numbers
}

var sides = []side{
	{name: "internal", role: "client", injector: 65000},
	{name: "external", role: "route-server-client", injector: 65001},
}

func (s side) external() bool { return s.role != "client" }

// path is the AS_PATH that the injector's routes carry.
func (s side) path() []byte {
	switch {
	case !s.external():
		return asSequence()
	case s.narrow:
		return attribute(transitive, attrASPath, []byte{2, 1}, u16(int(s.injector)))
	default:
		return asSequence(s.injector)
	}
}

// change is what a case does to the attributes of a sound route.
type change struct {
	code  byte
	raw   []byte // nil leaves the attribute out
	place int    // -1 first, 1 last, 0 by code
}

func put(raw []byte) change   { return change{code: raw[1], raw: raw} }
func first(raw []byte) change { return change{code: raw[1], raw: raw, place: -1} }
func last(raw []byte) change  { return change{raw: raw, place: 1} }
func drop(code byte) change   { return change{code: code} }

// marker is the MED of the routes that a case sends: a route that arrives with it is the case's, not the one before.
const marker = 666

// attributes are those of a sound route in ascending order, changed as told; without NEXT_HOP if nextHop is nil.
func (s side) attributes(med uint32, nextHop []byte, changes ...change) []byte {
	list := [][]byte{attribute(transitive, attrOrigin, []byte{0}), s.path()}
	if nextHop != nil {
		list = append(list, attribute(transitive, attrNextHop, nextHop))
	}
	list = append(list, attribute(optional, attrMED, u32(med)))
	if !s.external() {
		list = append(list, attribute(transitive, attrLocalPref, u32(100)))
	}
	var head, tail []byte
	for _, c := range changes {
		if c.place <= 0 {
			list = slices.DeleteFunc(list, func(a []byte) bool { return a[1] == c.code })
		}
		switch {
		case c.raw == nil:
		case c.place < 0:
			head = append(head, c.raw...)
		case c.place > 0:
			tail = append(tail, c.raw...)
		default:
			at := slices.IndexFunc(list, func(a []byte) bool { return a[1] > c.code })
			if at < 0 {
				at = len(list)
			}
			list = slices.Insert(list, at, c.raw)
		}
	}
	return join(head, join(list...), tail)
}

// legacy is an UPDATE in the form of RFC 4271 that announces the IPv4 probe with changed attributes.
func (s side) legacy(changes ...change) []byte {
	return update(nil, s.attributes(marker, hop4, changes...), probes[ipv4])
}

// mp is an UPDATE that announces NLRI of a family by MP_REACH_NLRI with changed attributes.
func (s side) mp(f family, list []byte, changes ...change) []byte {
	return update(nil, join(mpReach(f, hops[f], list), s.attributes(marker, nil, changes...)), nil)
}

// probes holds the route of each family that a case attacks, hops a next hop for it.
var probes = map[family][]byte{
	ipv4: octets("18 C63364"), ipv6: octets("30 20010DB80001"), ipv4Labeled: octets("30 03E811 C63364"), ipv6Labeled: octets("48 03E811 20010DB80001"),
	vpnv4: join(octets("70 03E811"), rd0, octets("0A0100")), vpnv6: join(octets("88 03E811"), rd0, octets("20010DB80001")),
	evpn:     evpnNLRI(5, rd1, make([]byte, 10), octets("00000000 18 C0A80100 00000000 0003E8")),
	vpls:     withLen16(join(rd1, octets("0001 0001 0008 186A01"))),
	bgpLS:    linkStateNLRI(1, []byte{2}, make([]byte, 8), node(256, 1)),
	bgpLSVPN: linkStateNLRI(1, rd1, []byte{2}, make([]byte, 8), node(256, 1)),
}

var hops = map[family][]byte{
	ipv4: hop4, ipv6: hop6, ipv4Labeled: hop4, ipv6Labeled: hop6, vpnv4: join(zeroRD, hop4), vpnv6: join(zeroRD, hop6),
	evpn: hop4, vpls: hop4, bgpLS: hop4, bgpLSVPN: join(zeroRD, hop4), routeTarget: hop4, flowspec4: {},
}

// fence is sound NLRI near the probe of the family: once it has arrived twice over, everything sent before has been dealt with.
func fence(f family, n byte) []byte {
	switch f {
	case ipv4:
		return join(octets("20 C633FE"), []byte{n})
	case ipv6:
		return join(octets("40 20010DB80001FF"), []byte{n})
	case ipv4Labeled:
		return join(octets("38 03E811 C633FE"), []byte{n})
	case ipv6Labeled:
		return join(octets("58 03E811 20010DB80001FF"), []byte{n})
	case vpnv4:
		return join(octets("78 03E811"), rd0, octets("0A01FF"), []byte{n})
	case vpnv6:
		return join(octets("98 03E811"), rd0, octets("20010DB80001FF"), []byte{n})
	case evpn:
		return evpnNLRI(3, rd1, octets("00000000 20 0A0100"), []byte{n})
	case vpls:
		return withLen16(join(rd1, octets("00FF 00"), []byte{n}, octets("0008 186A01")))
	case bgpLS:
		return linkStateNLRI(1, []byte{2}, make([]byte, 8), node(256, 1), tlv(263, u16(int(n))))
	case bgpLSVPN:
		return linkStateNLRI(1, rd1, []byte{2}, make([]byte, 8), node(256, 1), tlv(263, u16(int(n))))
	}
	panic(f.String())
}

// fate is what must become of the injector's session and of the probe.
type fate struct {
	session       sessionFate
	code, subcode int // of the NOTIFICATION that ends the session; subcode -1 is any
	probe         probeFate
	attr          []byte // must arrive with the probe, exactly
	without       byte   // the code of an attribute that must not arrive with the probe
}

type sessionFate int

const (
	stands       sessionFate = iota
	standsOrEnds             // the RFC leaves the choice, or takes the family out of the session
	ends
)

type probeFate int

const (
	gone     probeFate = iota // the version before the input is withdrawn, the input's never arrives
	arrives                   // the input's version arrives
	unjudged                  // any version or none, as long as the observers find nothing wrong with it
)

var (
	asWithdraw      = fate{}
	passedOn        = fate{probe: arrives}
	reset           = fate{session: ends, code: 3, subcode: -1}
	withdrawOrReset = fate{session: standsOrEnds, code: 3, subcode: -1} // also AFI/SAFI disable
	notPassedOn     = fate{session: standsOrEnds, code: 3, subcode: -1, probe: unjudged}
	survives        = fate{probe: unjudged}
	// closedByInjector: the input ends the session from the injector's side, so no NOTIFICATION is due.
	closedByInjector = fate{session: ends}
)

// unprobed is the fate where the input names no route: what was there before may stay.
func (f fate) unprobed() fate {
	f.probe = unjudged
	return f
}

func passedOnWith(raw []byte) fate     { return fate{probe: arrives, attr: raw} }
func passedOnWithout(code byte) fate   { return fate{probe: arrives, without: code} }
func neverWith(code byte) fate         { return fate{probe: unjudged, without: code} }
func resetWith(code, subcode int) fate { return fate{session: ends, code: code, subcode: subcode} }
func mayReset(code int) fate {
	return fate{session: standsOrEnds, code: code, subcode: -1, probe: unjudged}
}

// malformed is one input of the table.
type malformed struct {
	row    int // as malformedCases counts
	name   string
	family family // of the probe; 0 is ipv4
	send   func(s side) [][]byte
	want   fate
	on     map[string]fate                                  // instead of want, by the name of the side, where sides differ
	config func(*speakerConfig)                             // what the injector's session has beside the usual
	check  func(b *malformedBench, injector *speaker) error // what else must come true, while the injector's session stands
	// breaksFRR: sound input at which FRR 8.4 ends its own session.
	breaksFRR bool
}

func one(message []byte) func(side) [][]byte { return func(side) [][]byte { return [][]byte{message} } }

func legacy(changes ...change) func(side) [][]byte {
	return func(s side) [][]byte { return [][]byte{s.legacy(changes...)} }
}

// mp sends one UPDATE with the NLRI of a family.
func mp(f family, list []byte, changes ...change) func(side) [][]byte {
	return func(s side) [][]byte { return [][]byte{s.mp(f, list, changes...)} }
}

// mpRaw sends one UPDATE with any octets as the value of MP_REACH_NLRI.
func mpRaw(value ...[]byte) func(side) [][]byte {
	return func(s side) [][]byte {
		return [][]byte{update(nil, join(attribute(optional, attrMPReach, value...), s.attributes(marker, nil)), nil)}
	}
}
