package wire

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/dci-rs/dci-rs/nlri"
)

// Reach is the content of MP_REACH_NLRI (RFC 4760 §3). It borrows.
type Reach struct {
	Family  nlri.Family
	NextHop NextHop
	List    nlri.List
}

// Update is an UPDATE as views over its octets (RFC 4271 §4.3): valid until the reader's next read.
type Update struct {
	withdrawn, announced nlri.List
	unreach              nlri.List
	reach                Reach
	attrs                Attrs
	nextHop              NextHop
	dropped              attrSet // malformed ones that AppendForwardable leaves out
	eor                  nlri.Family
	err                  *Error // the strongest so far; here and not in updateParser so that returning it does not make the Update escape
	hasReach, hasUnreach bool
}

// Withdrawn is the Withdrawn Routes field: IPv4 unicast.
func (u *Update) Withdrawn() nlri.List { return u.withdrawn }

// Announced is the field behind the path attributes: IPv4 unicast.
func (u *Update) Announced() nlri.List { return u.announced }

// Reach is what MP_REACH_NLRI announces, if it is there, sound, and of a negotiated family.
func (u *Update) Reach() (Reach, bool) { return u.reach, u.hasReach }

// Unreach is what MP_UNREACH_NLRI withdraws, if it is there, sound, and of a negotiated family.
func (u *Update) Unreach() (nlri.List, bool) { return u.unreach, u.hasUnreach }

// Attrs is the path attributes as they came, malformed and repeated ones included. Typed views are
// for what AppendForwardable made of them: here AS numbers may have 2 octets.
func (u *Update) Attrs() Attrs { return u.attrs }

// NextHop is the value of NEXT_HOP (attribute 3), which belongs to Announced; nil if absent.
func (u *Update) NextHop() NextHop { return u.nextHop }

// EndOfRIB is the family whose End-of-RIB this UPDATE is (RFC 4724 §2).
func (u *Update) EndOfRIB() (nlri.Family, bool) { return u.eor, u.eor != 0 }

// attrSet is a set of attribute codes.
type attrSet [4]uint64

func (s *attrSet) has(c AttrCode) bool { return s[c>>6]&(1<<(c&63)) != 0 }
func (s *attrSet) add(c AttrCode)      { s[c>>6] |= 1 << (c & 63) }

// addNew adds c and says whether it was not there.
func (s *attrSet) addNew(c AttrCode) bool {
	before := s[c>>6]
	s[c>>6] = before | 1<<(c&63)
	return before&(1<<(c&63)) == 0
}

// ParseUpdate reads the body of an UPDATE: Withdrawn Routes behind their length (2 octets), path
// attributes behind theirs (2 octets), NLRI. The Update borrows body.
//
// The error, if any, is the strongest one of the message, and up to ActionDisableFamily the Update
// is usable: as it is after a discard, with its announcements taken as withdrawals after
// ActionTreatAsWithdraw. A sound UPDATE costs no allocation.
func ParseUpdate(body []byte, n *Negotiated) (u Update, err *Error) {
	err = u.Parse(body, n)
	return u, err
}

// Parse is ParseUpdate into an Update that the reader uses again and again: an Update is large, and
// copying it costs as much as parsing it.
func (u *Update) Parse(body []byte, n *Negotiated) *Error {
	*u = Update{}
	p := updateParser{u: u, n: n}
	p.parse(body)
	return u.err
}

// updateParser is Parse at work.
type updateParser struct {
	u *Update
	n *Negotiated

	seen      attrSet
	reachable bool // routes are announced, readable or not
	doubtful  bool // an attribute error asks for more than attribute discard
	emptyPath bool

	pathAt, nextHopAt int // where the values of AS_PATH and NEXT_HOP begin
}

// fail keeps the strongest error, of equal ones the first (RFC 7606 §3(h)).
func (p *updateParser) fail(e *Error) {
	e.Code = ErrUpdate
	if p.u.err == nil || e.Action > p.u.err.Action {
		p.u.err = e
	}
}

func (p *updateParser) parse(body []byte) {
	if len(body) < 4 {
		p.fail(&Error{Subcode: MalformedAttributeList, Action: ActionResetSession, Reason: "less than 4 octets"})
		return
	}
	attrsAt := 4 + int(binary.BigEndian.Uint16(body))
	if attrsAt > len(body) {
		p.fail(&Error{Subcode: MalformedAttributeList, Action: ActionResetSession,
			Reason: fmt.Sprintf("withdrawn routes of %d octets pass the end of the message", attrsAt-4)})
		return
	}
	nlriAt := attrsAt + int(binary.BigEndian.Uint16(body[attrsAt-2:]))
	if nlriAt > len(body) {
		p.fail(&Error{Subcode: MalformedAttributeList, Action: ActionResetSession, Offset: attrsAt - 2,
			Reason: fmt.Sprintf("path attributes of %d octets pass the end of the message", nlriAt-attrsAt)})
		return
	}
	if attrsAt > 4 {
		p.legacyList(&p.u.withdrawn, body[2:attrsAt-2], nlri.Withdraw, 2)
	}
	if nlriAt < len(body) {
		p.reachable = true
		p.legacyList(&p.u.announced, body[nlriAt:], 0, nlriAt)
	}
	p.attributes(body[attrsAt:nlriAt:nlriAt], attrsAt)
	if p.reachable {
		p.mandatory(attrsAt)
	} else if p.doubtful {
		// RFC 7606 §5.2: attributes without reachable NLRI leave it open whether all NLRI were found.
		p.u.err.Action = ActionResetSession
	} else if p.seen.has(AttrMPReach) {
		// RFC 4760 §3 wants them though it holds no NLRI. That it has none is certain: no case for §5.2.
		p.mandatory(attrsAt)
	}
	if p.u.err == nil && nlriAt == len(body) && attrsAt == 4 {
		p.endOfRIB()
	}
}

// legacyList reads one of the two IPv4 unicast fields of RFC 4271.
func (p *updateParser) legacyList(list *nlri.List, b []byte, withdraw nlri.Form, at int) {
	o := p.n.family(nlri.IPv4Unicast)
	if o == nil {
		p.fail(&Error{Subcode: InvalidNetworkField, Action: ActionDiscardNLRI, Offset: at, Reason: "ipv4 routes, which were not negotiated"})
		return
	}
	err := list.Parse(nlri.IPv4Unicast, o.Receive|withdraw, b)
	if err == nil {
		err = list.FirstMalformed()
	}
	if err != nil {
		// RFC 7606 §5.3, §3(j): a field that cannot be read ends the session, as does a length over 32.
		p.fail(&Error{Subcode: InvalidNetworkField, Action: ActionResetSession, Offset: at + offsetOf(err), Reason: err.Error()})
		*list = nlri.List{}
	}
}

// attributes walks the path attributes, which begin at at. Their shape is all that most of them are asked for.
func (p *updateParser) attributes(b []byte, at int) {
	p.u.attrs = b
	for start := 0; start < len(b); {
		head, end := attrBounds(b[start:])
		if end == 0 {
			p.attrsCutOff(b[start:], at+start)
			p.u.attrs = b[:start]
			return
		}
		flags, code := AttrFlags(b[start]), AttrCode(b[start+1])
		shape := attrShapes[code]
		if shape.fits(flags, end-head) && p.seen.addNew(code) {
			if shape.inside {
				p.inside(code, b[start:start+end:start+end], head, at+start)
			}
		} else {
			p.unusual(&attrRules[code], b[start:start+end:start+end], head, at+start)
		}
		start += end
	}
}

// attrsCutOff is RFC 7606 §4: the last attribute passes the end of the attributes, or is too short.
// Those before it hold; where the NLRI begin is known from the total length.
func (p *updateParser) attrsCutOff(rest []byte, at int) {
	e := &Error{Subcode: MalformedAttributeList, Action: ActionTreatAsWithdraw, Offset: at,
		Reason: fmt.Sprintf("%d octets are left, too few for the attribute that begins there", len(rest))}
	if len(rest) >= 2 {
		e.Attr = AttrCode(rest[1])
	}
	p.doubtful = true
	p.fail(e)
}

// unusual is an attribute that is unknown, repeated, or wrong in flags or length.
func (p *updateParser) unusual(rule *attrRule, raw []byte, head, at int) {
	flags, code := AttrFlags(raw[0]), AttrCode(raw[1])
	if p.seen.has(code) {
		// RFC 7606 §3(g): of any other attribute the first one counts.
		if code == AttrMPReach || code == AttrMPUnreach {
			p.fail(&Error{Subcode: MalformedAttributeList, Action: ActionResetSession, Attr: code, Offset: at, Reason: "appears more than once"})
		}
		return
	}
	p.seen.add(code)
	switch {
	case !rule.known && flags&FlagOptional != 0:
	case !rule.known:
		// RFC 4271 §6.3: a well-known attribute must be known. The routes go and the session stays, since
		// behind an attribute of wrong length any octets may look like one.
		p.malformed(rule, raw, at+1, UnrecognizedWellKnownAttribute, ActionTreatAsWithdraw, "well-known attribute that is not recognized")
	case flags&(FlagOptional|FlagTransitive) != rule.flags:
		p.malformed(rule, raw, at, AttributeFlagsError, rule.wrongFlags(), "flags "+flags.String()+", want "+rule.flags.String())
	default:
		p.malformed(rule, raw, at+2, AttributeLengthError, rule.action, fmt.Sprintf("length %d, want %s", len(raw)-head, rule.lengthText()))
	}
}

// inside looks at the value of an attribute whose flags and length are right. The value begins at head.
func (p *updateParser) inside(code AttrCode, raw []byte, head, at int) {
	value := raw[head:]
	at += head
	var d defect
	switch code {
	case AttrOrigin:
		d = checkOrigin(value, sessionKind{})
	case AttrASPath:
		p.pathAt, p.emptyPath = at, len(value) == 0
		d = checkASPath(value, sessionKind{p.n.Internal, p.n.AS4})
	case AttrNextHop:
		p.u.nextHop, p.nextHopAt = NextHop(value), at
		return
	case AttrMPReach:
		p.mpReach(raw, value, at)
		return
	case AttrMPUnreach:
		p.mpUnreach(raw, value, at)
		return
	default:
		d = attrRules[code].check(value, sessionKind{p.n.Internal, p.n.AS4})
	}
	if d.wrong() {
		rule := &attrRules[code]
		p.malformed(rule, raw, at+d.at, rule.subcode, max(rule.action, d.action), d.reason)
	}
}

// malformed records an attribute that is not to be passed on.
func (p *updateParser) malformed(rule *attrRule, raw []byte, at int, subcode uint8, action Action, reason string) {
	code := AttrCode(raw[1])
	if rule.internal && !p.n.Internal {
		action = ActionDiscardAttribute // RFC 7606 §7.5, §7.9, §7.10
	}
	p.u.dropped.add(code)
	e := &Error{Subcode: subcode, Data: slices.Clone(raw), Action: action, Attr: code, Offset: at, Reason: reason}
	if action == ActionDisableFamily {
		p.disableFamily(e, raw)
		return
	}
	if action > ActionDiscardAttribute {
		p.doubtful = true
	}
	p.fail(e)
}

// mandatory checks that what announces routes has the attributes every route needs.
func (p *updateParser) mandatory(at int) {
	missing := AttrCode(0)
	switch {
	case !p.seen.has(AttrOrigin):
		missing = AttrOrigin
	case !p.seen.has(AttrASPath) && !(p.n.Internal && p.seen.has(AttrBGPsecPath)):
		// RFC 8205 §4.1: BGPsec_PATH replaces AS_PATH; from outside a path must be readable here.
		missing = AttrASPath
	case !p.seen.has(AttrNextHop) && !p.u.announced.Empty():
		missing = AttrNextHop
	case p.u.nextHop.noHost() && !p.u.announced.Empty():
		p.fail(&Error{Subcode: InvalidNextHop, Action: ActionTreatAsWithdraw, Attr: AttrNextHop, Offset: p.nextHopAt, Reason: "no address of a host"})
		return
	case p.emptyPath && p.n.RequirePath:
		p.fail(&Error{Subcode: MalformedASPath, Action: ActionTreatAsWithdraw, Attr: AttrASPath, Offset: p.pathAt, Reason: "empty though the neighbor is of another AS"})
		return
	default:
		return
	}
	// RFC 7606 §3(d)
	p.fail(&Error{Subcode: MissingWellKnownAttribute, Data: []byte{byte(missing)}, Action: ActionTreatAsWithdraw, Attr: missing, Offset: at, Reason: "missing"})
}

// endOfRIB recognizes the UPDATE without routes of RFC 4724 §2: empty, or MP_UNREACH_NLRI alone without NLRI.
func (p *updateParser) endOfRIB() {
	switch {
	case len(p.u.attrs) == 0:
		if p.n.family(nlri.IPv4Unicast) != nil {
			p.u.eor = nlri.IPv4Unicast
		}
	case p.u.hasUnreach && p.seen == attrSet{1 << AttrMPUnreach} && p.u.unreach.Empty():
		p.u.eor = p.u.unreach.Family()
	}
}
