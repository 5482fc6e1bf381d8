package oracle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// The strict decoder (the files strict*.go) takes messages apart with its own eyes: it shares no
// line with the codec under test, imports the standard library alone and forgives nothing that a
// speaker must not send. It is written to be read beside the RFCs, not to be fast.

// Family is an address family, AFI<<8 | SAFI.
type Family uint32

// The families that the strict decoder knows.
const (
	ipv4          Family = 1<<8 | 1
	ipv4Multicast Family = 1<<8 | 2
	ipv4Labeled   Family = 1<<8 | 4
	mvpn4         Family = 1<<8 | 5
	srPolicy4     Family = 1<<8 | 73
	mup4          Family = 1<<8 | 85
	vpnv4         Family = 1<<8 | 128
	routeTarget   Family = 1<<8 | 132
	flowSpec4     Family = 1<<8 | 133
	flowSpecVPN4  Family = 1<<8 | 134
	ipv6          Family = 2<<8 | 1
	ipv6Multicast Family = 2<<8 | 2
	ipv6Labeled   Family = 2<<8 | 4
	mvpn6         Family = 2<<8 | 5
	srPolicy6     Family = 2<<8 | 73
	mup6          Family = 2<<8 | 85
	vpnv6         Family = 2<<8 | 128
	flowSpec6     Family = 2<<8 | 133
	flowSpecVPN6  Family = 2<<8 | 134
	vpls          Family = 25<<8 | 65
	evpn          Family = 25<<8 | 70
	flowSpecL2VPN Family = 25<<8 | 134
	linkState     Family = 16388<<8 | 71
	linkStateVPN  Family = 16388<<8 | 72
)

// defaultLimit is the longest message without RFC 8654.
const defaultLimit = 4096

func (f Family) afi() int { return int(f >> 8) }

func (f Family) String() string { return fmt.Sprintf("%d/%d", f.afi(), byte(f)) }

// Terms are what a session agreed on, as far as they say how its messages are read and what they may hold.
type Terms struct {
	Limit       int  // octets of a message; 0 is 4,096
	TwoOctetAS  bool // AS numbers have 2 octets
	External    bool // the receiver is in another AS than the sender
	RouteServer bool // the sender is a route server: unknown non-transitive attributes may pass
	Deep        bool // look at the TLVs inside attributes too
	Families    map[Family]Framing
}

// Framing says how the NLRI of a family are written in one direction of a session.
type Framing struct {
	AddPath         bool // RFC 7911: behind Path Identifiers
	LabelStack      bool // RFC 8277 §2.1: labels run to the bottom of the stack
	ExtendedNextHop bool // RFC 8950
	Unknown         int  // of a family not known here: octets of the length that stands before each NLRI
	withdrawn       bool
}

// Message is one message of a stream. It borrows.
type Message struct {
	Type byte
	Body []byte // behind the header
}

// The message types of RFC 4271 §4.1 and RFC 2918.
const (
	messageOpen = 1 + iota
	messageUpdate
	messageNotification
	messageKeepalive
	messageRouteRefresh
)

// Messages cuts a stream into whole messages of at most limit octets, 0 being 4,096.
func Messages(b []byte, limit int) ([]Message, error) {
	if limit == 0 {
		limit = defaultLimit
	}
	var list []Message
	for len(b) > 0 {
		if len(b) < 19 {
			return list, fmt.Errorf("%d octets are left for a header", len(b))
		}
		for _, o := range b[:16] {
			if o != 0xff {
				return list, fmt.Errorf("the marker %x is not all ones", b[:16])
			}
		}
		n, kind := int(binary.BigEndian.Uint16(b[16:])), b[18]
		least, most := 19, limit
		switch kind { // RFC 4271 §6.1
		case messageOpen:
			least, most = 29, defaultLimit // RFC 8654 §4
		case messageUpdate:
			least = 23
		case messageNotification:
			least = 21
		case messageKeepalive:
			most = 19
		case messageRouteRefresh:
			least, most = 23, 23 // RFC 2918 §3: nobody negotiates filters here
		default:
			return list, fmt.Errorf("message type %d", kind)
		}
		if n < least || n > most || n > len(b) {
			return list, fmt.Errorf("a message of type %d and %d octets, %d are there", kind, n, len(b))
		}
		list = append(list, Message{kind, b[19:n]})
		b = b[n:]
	}
	return list, nil
}

// NLRI is one NLRI as it came. It borrows.
type NLRI struct {
	Family Family
	PathID uint32
	Raw    []byte // without Path Identifier
	Key    string // equal for the announcement and the withdrawal of one route
}

// Update is an UPDATE taken apart. It borrows.
type Update struct {
	Announced, Withdrawn []NLRI
	NextHop              []byte // of MP_REACH_NLRI, or NEXT_HOP
	Attrs                []Attr // without MP_REACH_NLRI, MP_UNREACH_NLRI and NEXT_HOP
	EndOfRIB             Family // 0 = it is none
}

// Update takes the body of an UPDATE apart. The error joins everything that its sender must not have
// written so; a StructureError among it concerns the TLVs inside an attribute.
func (t Terms) Update(body []byte) (Update, error) {
	r := reader{Terms: t, seen: map[byte]bool{}}
	withdrawn, attrs, nlri, err := Fields(body)
	if err != nil {
		return r.update, err
	}
	r.update.Withdrawn = r.field(ipv4, withdrawn, true)
	r.attributes(attrs)
	r.update.Announced = append(r.update.Announced, r.field(ipv4, nlri, false)...)
	r.nextHop(len(nlri) > 0)
	fields := 0
	for _, present := range []bool{len(withdrawn) > 0, len(nlri) > 0, r.seen[codeMPReach], r.seen[codeMPUnreach]} {
		if present {
			fields++
		}
	}
	if fields > 1 {
		r.bad("more than one field with NLRI") // RFC 7606 §5.1
	}
	r.mandatory(r.seen[codeMPReach] || len(nlri) > 0)
	if len(body) == 4 {
		r.update.EndOfRIB = ipv4
	}
	return r.update, errors.Join(r.wrong...)
}

// reader is Update at work.
type reader struct {
	Terms
	update Update
	seen   map[byte]bool
	legacy []byte // NEXT_HOP
	wrong  []error
}

func (r *reader) bad(format string, args ...any) {
	r.wrong = append(r.wrong, fmt.Errorf(format, args...))
}

// field reads an NLRI field of a family.
func (r *reader) field(f Family, b []byte, withdrawn bool) []NLRI {
	if len(b) == 0 {
		return nil
	}
	list, err := r.NLRI(f, b, withdrawn)
	if err != nil {
		r.bad("%s: %w", f, err)
	}
	return list
}

func (r *reader) attributes(b []byte) {
	for i := 0; len(b) > 0; i++ {
		a, rest, err := cutAttr(b)
		if err != nil {
			r.bad("attribute %d: %w", i, err)
			return
		}
		b = rest
		if r.seen[a.Code] {
			r.bad("attribute %d twice", a.Code)
		}
		r.seen[a.Code] = true
		if err := a.check(r.Terms); err != nil {
			r.bad("attribute %x: %w", a.Raw, err)
		}
		switch a.Code {
		case codeMPReach:
			r.mpReach(i, a.Value)
		case codeMPUnreach:
			r.mpUnreach(i, a.Value)
		case codeNextHop:
			r.legacy = a.Value
		default:
			r.update.Attrs = append(r.update.Attrs, a)
		}
	}
}

// mpReach reads MP_REACH_NLRI, RFC 4760 §3.
func (r *reader) mpReach(place int, v []byte) {
	if place != 0 {
		r.bad("MP_REACH_NLRI is not the first attribute") // RFC 7606 §5.1
	}
	if len(v) < 5 || len(v) < 5+int(v[3]) {
		r.bad("MP_REACH_NLRI of %d octets", len(v))
		return
	}
	f, end := familyOf(v), 4+int(v[3])
	r.update.NextHop = v[4:end]
	if err := r.checkNextHop(f, r.update.NextHop); err != nil {
		r.bad("%s: %w", f, err)
	}
	if v[end] != 0 {
		r.bad("the reserved octet of MP_REACH_NLRI is %d", v[end])
	}
	if len(v) == end+1 {
		r.bad("MP_REACH_NLRI without NLRI")
	}
	r.update.Announced = r.field(f, v[end+1:], false)
}

// mpUnreach reads MP_UNREACH_NLRI, RFC 4760 §4. Without NLRI it is an End-of-RIB, RFC 4724 §2.
func (r *reader) mpUnreach(place int, v []byte) {
	if place != 0 {
		r.bad("MP_UNREACH_NLRI is not the first attribute") // RFC 7606 §5.1
	}
	if len(v) < 3 {
		r.bad("MP_UNREACH_NLRI of %d octets", len(v))
		return
	}
	f := familyOf(v)
	if _, ok := r.Families[f]; !ok {
		r.bad("%s was not agreed on", f)
	}
	if len(v) == 3 {
		r.update.EndOfRIB = f
	}
	r.update.Withdrawn = append(r.update.Withdrawn, r.field(f, v[3:], true)...)
}

// nextHop checks NEXT_HOP, which belongs to the IPv4 NLRI behind the attributes.
func (r *reader) nextHop(legacyNLRI bool) {
	switch {
	case legacyNLRI && len(r.legacy) != 4:
		r.bad("IPv4 NLRI with a NEXT_HOP of %d octets", len(r.legacy))
	case legacyNLRI && r.legacy[0] >= 224:
		r.bad("NEXT_HOP %x is no host's address", r.legacy) // RFC 4271 §6.3
	case legacyNLRI:
		r.update.NextHop = r.legacy
	case r.legacy != nil:
		r.bad("NEXT_HOP without IPv4 NLRI")
	}
}

// mandatory checks for the attributes that every announcement has, RFC 4271 §5.
func (r *reader) mandatory(announces bool) {
	if !announces {
		if len(r.update.Attrs) > 0 {
			r.bad("attributes beside a withdrawal")
		}
		return
	}
	codes := []byte{codeOrigin, codeASPath}
	if !r.External {
		codes = append(codes, codeLocalPref) // RFC 4271 §5.1.5
	}
	for _, code := range codes {
		if code == codeASPath && r.seen[codeBGPsec] && !r.External {
			continue // RFC 8205 §4.1: BGPsec_PATH stands in its place
		}
		if !r.seen[code] {
			r.bad("mandatory attribute %d is missing", code)
		}
	}
}

// nextHopLengths are the lengths a next hop may have, by family.
var nextHopLengths = map[Family][]int{
	ipv4: {4}, ipv4Multicast: {4}, ipv4Labeled: {4}, vpnv4: {12},
	ipv6: {16, 32}, ipv6Multicast: {16, 32}, ipv6Labeled: {16, 32}, vpnv6: {24, 48},
	evpn: {4, 16}, vpls: {4, 16}, routeTarget: {4, 16},
	linkState: {4, 16, 32}, linkStateVPN: {4, 16, 12, 24, 48},
	flowSpec4: {0, 4, 16}, flowSpec6: {0, 4, 16}, flowSpecVPN4: {0, 4, 16}, flowSpecVPN6: {0, 4, 16}, flowSpecL2VPN: {0, 4, 16},
	mvpn4: {4, 16, 32}, mvpn6: {4, 16, 32}, mup4: {4, 16, 32}, mup6: {4, 16, 32}, srPolicy4: {4, 16, 32}, srPolicy6: {4, 16, 32},
}

// extendedNextHopLengths come in addition where RFC 8950 was agreed on.
var extendedNextHopLengths = map[Family][]int{
	ipv4: {16, 32}, ipv4Multicast: {16, 32}, ipv4Labeled: {16, 32}, vpnv4: {24, 48},
}

func (t Terms) checkNextHop(f Family, nextHop []byte) error {
	lengths, known := nextHopLengths[f]
	if t.Families[f].ExtendedNextHop && slices.Contains(extendedNextHopLengths[f], len(nextHop)) {
		return nil
	}
	if known && !slices.Contains(lengths, len(nextHop)) {
		return fmt.Errorf("next hop of %d octets", len(nextHop))
	}
	return nil
}

func familyOf(b []byte) Family { return Family(binary.BigEndian.Uint16(b))<<8 | Family(b[2]) }

// Fields cuts the body of an UPDATE into its three fields, RFC 4271 §4.3.
func Fields(body []byte) (withdrawn, attrs, nlri []byte, err error) {
	rest, withdrawn, ok := cut16(body)
	nlri, attrs, ok2 := cut16(rest)
	if !ok || !ok2 {
		return nil, nil, nil, errors.New("the length fields pass the end of the message")
	}
	return withdrawn, attrs, nlri, nil
}

// cut16 cuts a field behind its length of 2 octets.
func cut16(b []byte) (rest, field []byte, ok bool) {
	if len(b) < 2 || len(b)-2 < int(binary.BigEndian.Uint16(b)) {
		return nil, nil, false
	}
	n := 2 + int(binary.BigEndian.Uint16(b))
	return b[n:], b[2:n], true
}
