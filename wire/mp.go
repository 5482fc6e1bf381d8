package wire

import (
	"fmt"
	"slices"

	"github.com/dci-rs/dci-rs/nlri"
)

// mpReach reads MP_REACH_NLRI: AFI (2 octets), SAFI (1), next hop behind its length (1), a reserved
// octet, NLRI. Its length is at least 5, and at is where its value begins.
func (p *updateParser) mpReach(raw, value []byte, at int) {
	f := family3(value)
	hopEnd := 4 + int(value[3])
	p.reachable = p.reachable || hopEnd+1 < len(value)
	o := p.n.family(f)
	switch {
	case o == nil:
		if hopEnd+1 < len(value) {
			p.notNegotiated(f, AttrMPReach, at)
		}
		return
	case hopEnd+1 > len(value):
		p.mpMalformed(raw, at+3, fmt.Sprintf("next hop of %d octets passes the end of the attribute", value[3]))
		return
	case !nextHopLengthOK(f, o, int(value[3])):
		// RFC 7606 §7.11: where the NLRI begin cannot be trusted then.
		p.mpMalformed(raw, at+3, fmt.Sprintf("next hop of %d octets does not go with %s", value[3], f))
		return
	}
	r := &p.u.reach
	r.Family, r.NextHop = f, NextHop(value[4:hopEnd:hopEnd])
	if f == nlri.IPv4Unicast && r.NextHop.noHost() {
		p.fail(&Error{Subcode: InvalidNextHop, Action: ActionTreatAsWithdraw, Attr: AttrMPReach, Family: f, Offset: at + 4, Reason: "no address of a host"})
	}
	err := r.List.Parse(f, o.Receive, value[hopEnd+1:])
	p.u.hasReach = err == nil && r.List.Malformed() == 0 || p.mpWrong(&r.List, err, raw, at+hopEnd+1)
}

// mpUnreach reads MP_UNREACH_NLRI: AFI (2 octets), SAFI (1), NLRI. Its length is at least 3.
func (p *updateParser) mpUnreach(raw, value []byte, at int) {
	f := family3(value)
	o := p.n.family(f)
	if o == nil {
		if len(value) > 3 {
			p.notNegotiated(f, AttrMPUnreach, at)
		}
		return
	}
	err := p.u.unreach.Parse(f, o.Receive|nlri.Withdraw, value[3:])
	p.u.hasUnreach = err == nil && p.u.unreach.Malformed() == 0 || p.mpWrong(&p.u.unreach, err, raw, at+3)
}

// mpWrong records what is wrong with NLRI that begin at at, err if they do not even cut, and says whether the
// others can be used.
func (p *updateParser) mpWrong(list *nlri.List, err error, raw []byte, at int) bool {
	if err != nil {
		p.mpMalformed(raw, at+offsetOf(err), err.Error())
		return false
	}
	f := list.Family()
	err = list.FirstMalformed()
	at += offsetOf(err)
	if lengthIsNLRI(f) {
		// RFC 7606 §5.3: an NLRI length that its family cannot have makes the attribute incorrect.
		p.mpMalformed(raw, at, err.Error())
		return false
	}
	e := &Error{Subcode: OptionalAttributeError, Action: ActionTreatAsWithdraw, Attr: AttrCode(raw[1]), Family: f, Offset: at, Reason: err.Error()}
	if f == nlri.BGPLS || f == nlri.BGPLSVPN {
		e.Action = ActionDiscardNLRI // RFC 9552 §8.2.2
	}
	p.fail(e)
	return true
}

// offsetOf is where an NLRI field is wrong.
func offsetOf(err error) int {
	if e, ok := err.(*nlri.Error); ok {
		return e.Offset
	}
	return 0
}

// lengthIsNLRI says that an NLRI of the family is a length in bits and a prefix: where one is
// malformed it is by that length.
func lengthIsNLRI(f nlri.Family) bool {
	switch f.SAFI() {
	case nlri.SAFIUnicast, nlri.SAFIMulticast, nlri.SAFILabeled, nlri.SAFIVPN, nlri.SAFIRouteTarget:
		return true
	}
	return false
}

func (p *updateParser) notNegotiated(f nlri.Family, code AttrCode, at int) {
	p.fail(&Error{Subcode: OptionalAttributeError, Action: ActionDiscardNLRI, Attr: code, Family: f, Offset: at,
		Reason: fmt.Sprintf("%s routes, which were not negotiated", f)})
}

func (p *updateParser) mpMalformed(raw []byte, at int, reason string) {
	p.disableFamily(&Error{Subcode: OptionalAttributeError, Data: slices.Clone(raw), Attr: AttrCode(raw[1]), Offset: at, Reason: reason}, raw)
}

// disableFamily records an error of an MP attribute. RFC 4760 §7 and RFC 7606 §7.11 leave the choice
// between the family and the session: the family, if it is known and the session has others.
func (p *updateParser) disableFamily(e *Error, raw []byte) {
	e.Action = ActionResetSession
	if head, end := attrBounds(raw); end-head >= 3 {
		e.Family = family3(raw[head:])
		if p.n.family(e.Family) != nil && len(p.n.Families) > 1 {
			e.Action = ActionDisableFamily
		}
	}
	p.fail(e)
}

// nextHopLengthOK says which lengths the next hop of a family may have. The first of each row is
// the one of the family's own RFC.
func nextHopLengthOK(f nlri.Family, o *FamilyOptions, length int) bool {
	switch f {
	case nlri.IPv4Unicast, nlri.IPv4Multicast, nlri.IPv4Labeled:
		return length == 4 || o.ExtendedNextHop && (length == 16 || length == 32) // RFC 4760 §3, RFC 8950 §3
	case nlri.IPv6Unicast, nlri.IPv6Multicast, nlri.IPv6Labeled:
		return length == 16 || length == 32 // RFC 2545 §3
	case nlri.VPNv4:
		return length == 12 || o.ExtendedNextHop && (length == 24 || length == 48) // RFC 4364 §4.3.2, RFC 8950 §3
	case nlri.VPNv6:
		return length == 24 || length == 48 // RFC 4659 §3.2.1
	case nlri.EVPN, nlri.VPLS, nlri.RouteTarget:
		return length == 4 || length == 16 // RFC 7432 §7, RFC 4761 §3.2.2, RFC 4684 §4
	case nlri.BGPLS:
		return length == 4 || length == 16 || length == 32 // RFC 9552 §5.5
	case nlri.BGPLSVPN:
		return length == 12 || length == 24 || length == 48 || length == 4 || length == 16 // RFC 9552 §5.5: the RD is custom
	}
	switch f.SAFI() {
	case nlri.SAFIFlowSpec, nlri.SAFIFlowSpecVPN:
		return length == 0 || length == 4 || length == 16 // RFC 8955 §4
	case nlri.SAFIMVPN, nlri.SAFIMUP, nlri.SAFISRPolicy:
		return length == 4 || length == 16 || length == 32
	}
	return true // a family relayed as bytes
}
