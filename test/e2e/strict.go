//go:build linux

package e2e

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// The checker here walks messages with its own eyes: it shares no line with the codec under test and forgives nothing.

// attr is one path attribute as it came.
type attr struct {
	flags, code byte
	value       []byte
	raw         []byte // with flags, code and length
}

// nlri is one NLRI as it came. No session of the lab agrees on Path Identifiers.
type nlri struct {
	family family
	raw    []byte
	key    string // equal for the announcement and the withdrawal of one route
}

// parsed is an UPDATE taken apart.
type parsed struct {
	announced, withdrawn []nlri
	nextHop              []byte // of MP_REACH_NLRI or NEXT_HOP
	attrs                []attr // without MP_REACH_NLRI, MP_UNREACH_NLRI and NEXT_HOP
	endOfRIB             bool
	endOfRIBFamily       family
}

func findAttr(attrs []attr, code byte) ([]byte, bool) {
	for _, a := range attrs {
		if a.code == code {
			return a.value, true
		}
	}
	return nil, false
}

// terms are what the session agreed on, as far as they say how to read messages.
type terms struct {
	twoOctetAS      bool
	external        bool // the receiver is in another AS than the sender
	routeServer     bool // unknown non-transitive attributes may pass
	extendedNextHop bool
	limit           int // of a message
	families        []family
}

// checkUpdate takes the body of an UPDATE apart. The error joins everything that is wrong with it.
func checkUpdate(body []byte, t terms) (parsed, error) {
	var p parsed
	var wrong []error
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }

	rest, withdrawn, ok := take16(body)
	rest, attributes, ok2 := take16(rest)
	if !ok || !ok2 {
		return p, errors.New("the length fields exceed the message")
	}
	read := func(f family, b []byte) []nlri {
		if !slices.Contains(t.families, f) {
			bad("%s was not negotiated", f)
		}
		list, err := cutNLRI(f, b)
		if err != nil {
			bad("%s: %w", f, err)
		}
		return list
	}
	if len(withdrawn) > 0 {
		p.withdrawn = read(ipv4, withdrawn)
	}
	var legacyNextHop []byte
	reach := false
	seen := map[byte]bool{}
	for i := 0; len(attributes) > 0; i++ {
		a, after, err := cutAttr(attributes)
		if err != nil {
			bad("attribute %d: %w", i, err)
			break
		}
		attributes = after
		if seen[a.code] {
			bad("attribute %d twice", a.code)
		}
		seen[a.code] = true
		if err := errors.Join(checkAttr(a, t), checkStructure(a)); err != nil {
			bad("attribute %d (%x): %w", a.code, a.raw, err)
		}
		switch a.code {
		case attrMPReach:
			if i != 0 {
				bad("MP_REACH_NLRI is not the first attribute") // RFC 7606 §5.1
			}
			if len(a.value) < 5 || len(a.value) < 5+int(a.value[3]) {
				bad("MP_REACH_NLRI too short")
				continue
			}
			reach = true
			f := family(binary.BigEndian.Uint16(a.value))<<8 | family(a.value[2])
			n := int(a.value[3])
			p.nextHop = a.value[4 : 4+n]
			if err := checkNextHop(f, p.nextHop, t); err != nil {
				bad("%s: %w", f, err)
			}
			if len(a.value) == 5+n {
				bad("MP_REACH_NLRI without NLRI")
			}
			p.announced = append(p.announced, read(f, a.value[5+n:])...)
		case attrMPUnreach:
			if i != 0 {
				bad("MP_UNREACH_NLRI is not the first attribute") // RFC 7606 §5.1
			}
			if len(a.value) < 3 {
				bad("MP_UNREACH_NLRI too short")
				continue
			}
			f := family(binary.BigEndian.Uint16(a.value))<<8 | family(a.value[2])
			if len(a.value) == 3 {
				p.endOfRIB, p.endOfRIBFamily = true, f
			}
			p.withdrawn = append(p.withdrawn, read(f, a.value[3:])...)
		case attrNextHop:
			legacyNextHop = a.value
		default:
			p.attrs = append(p.attrs, a)
		}
	}
	if len(rest) > 0 {
		p.announced = append(p.announced, read(ipv4, rest)...)
		p.nextHop = legacyNextHop
		if legacyNextHop == nil {
			bad("IPv4 NLRI without NEXT_HOP")
		}
	} else if legacyNextHop != nil {
		bad("NEXT_HOP without IPv4 NLRI")
	}
	if len(body) == 4 {
		p.endOfRIB, p.endOfRIBFamily = true, ipv4
	}
	fields := 0
	for _, present := range []bool{len(withdrawn) > 0, len(rest) > 0, seen[attrMPReach], seen[attrMPUnreach]} {
		if present {
			fields++
		}
	}
	if fields > 1 {
		bad("more than one field with NLRI") // RFC 7606 §5.1
	}
	if reach || len(rest) > 0 {
		mandatory := []byte{attrOrigin, attrASPath}
		if !t.external {
			mandatory = append(mandatory, attrLocalPref)
		}
		for _, code := range mandatory {
			if !seen[code] {
				bad("mandatory attribute %d is missing", code)
			}
		}
	} else if len(p.attrs) > 0 {
		bad("attributes beside a withdrawal")
	}
	return p, errors.Join(wrong...)
}

func take16(b []byte) (rest, field []byte, ok bool) {
	if len(b) < 2 || len(b)-2 < int(binary.BigEndian.Uint16(b)) {
		return nil, nil, false
	}
	n := 2 + int(binary.BigEndian.Uint16(b))
	return b[n:], b[2:n], true
}

func cutAttr(b []byte) (a attr, rest []byte, err error) {
	if len(b) < 3 {
		return a, nil, fmt.Errorf("%d octets are left for a header", len(b))
	}
	a.flags, a.code = b[0], b[1]
	head, n := 3, int(b[2])
	if a.flags&extended != 0 {
		if len(b) < 4 {
			return a, nil, errors.New("no room for an extended length")
		}
		head, n = 4, int(binary.BigEndian.Uint16(b[2:]))
	}
	if len(b) < head+n {
		return a, nil, fmt.Errorf("attribute %d: length %d exceeds the attributes", a.code, n)
	}
	a.value, a.raw = b[head:head+n], b[:head+n]
	return a, b[head+n:], nil
}

// knownFlags holds the Optional and Transitive bits of the attributes whose specification the checker knows.
var knownFlags = map[byte]byte{
	attrOrigin: transitive, attrASPath: transitive, attrNextHop: transitive, attrMED: optional, attrLocalPref: transitive,
	attrAtomicAggregate: transitive, attrAggregator: optional | transitive, attrCommunities: optional | transitive,
	attrOriginatorID: optional, attrClusterList: optional, attrMPReach: optional, attrMPUnreach: optional,
	attrExtCommunities: optional | transitive, attrAS4Path: optional | transitive, attrAS4Aggregator: optional | transitive,
	attrPMSI: optional | transitive, attrTunnelEncap: optional | transitive, attrIPv6ExtComms: optional | transitive,
	attrAIGP: optional, attrBGPLS: optional, attrLarge: optional | transitive, attrOTC: optional | transitive,
	attrPrefixSID: optional | transitive, attrSet: optional | transitive,
}

func checkAttr(a attr, t terms) error {
	want, known := knownFlags[a.code]
	switch {
	case a.flags&0x0f != 0:
		return errors.New("unused flag bits are set")
	case known && a.flags&(optional|transitive) != want:
		return errors.New("flags in conflict with the code")
	case !known && a.flags&optional == 0:
		return errors.New("an unknown attribute that is not optional")
	case !known && a.flags&transitive == 0 && !t.routeServer:
		return errors.New("an unknown non-transitive attribute was passed on")
	case a.flags&partial != 0 && a.flags&(optional|transitive) != optional|transitive:
		return errors.New("the Partial bit on an attribute that is not optional transitive")
	case len(a.value) == 0 && known && a.code != attrASPath && a.code != attrAtomicAggregate && a.code != attrBGPLS:
		return errors.New("empty")
	}
	length := func(n int) error {
		if len(a.value) != n {
			return fmt.Errorf("length %d, not %d", len(a.value), n)
		}
		return nil
	}
	multiple := func(n int) error {
		if len(a.value)%n != 0 {
			return fmt.Errorf("length %d, no multiple of %d", len(a.value), n)
		}
		return nil
	}
	asSize := 4
	if t.twoOctetAS {
		asSize = 2
	}
	switch a.code {
	case attrOrigin:
		if len(a.value) != 1 || a.value[0] > 2 {
			return errors.New("malformed ORIGIN")
		}
	case attrASPath:
		return checkASPath(a.value, asSize)
	case attrAS4Path:
		if !t.twoOctetAS {
			return errors.New("AS4_PATH to a 4-octet speaker")
		}
		return checkASPath(a.value, 4)
	case attrNextHop, attrMED, attrOTC:
		return length(4)
	case attrLocalPref, attrOriginatorID:
		if t.external {
			return errors.New("sent to an external peer")
		}
		return length(4)
	case attrAtomicAggregate:
		return length(0)
	case attrAggregator:
		return length(4 + asSize)
	case attrAS4Aggregator:
		return length(8)
	case attrCommunities:
		return multiple(4)
	case attrClusterList:
		if t.external {
			return errors.New("sent to an external peer")
		}
		return multiple(4)
	case attrExtCommunities:
		return multiple(8)
	case attrIPv6ExtComms:
		return multiple(20)
	case attrLarge:
		return multiple(12)
	}
	return nil
}

func checkASPath(b []byte, size int) error {
	for len(b) > 0 {
		if len(b) < 2 || b[0] < 1 || b[0] > 4 || b[1] == 0 || len(b) < 2+int(b[1])*size {
			return fmt.Errorf("malformed AS_PATH segment %x", b)
		}
		b = b[2+int(b[1])*size:]
	}
	return nil
}

// nextHopLengths are the lengths a next hop may have, by family.
var nextHopLengths = map[family][]int{
	ipv4: {4}, ipv6: {16, 32}, ipv4Labeled: {4}, ipv6Labeled: {16, 32}, vpnv4: {12}, vpnv6: {24, 48},
	evpn: {4, 16}, vpls: {4, 16}, bgpLS: {4, 16}, bgpLSVPN: {12, 24}, routeTarget: {4, 16},
}

func checkNextHop(f family, nextHop []byte, t terms) error {
	lengths := nextHopLengths[f]
	if t.extendedNextHop { // RFC 8950
		switch f {
		case ipv4, ipv4Labeled:
			lengths = append(slices.Clone(lengths), 16, 32)
		case vpnv4:
			lengths = append(slices.Clone(lengths), 24, 48)
		}
	}
	if !slices.Contains(lengths, len(nextHop)) {
		return fmt.Errorf("next hop of %d octets", len(nextHop))
	}
	return nil
}
