package wire

import (
	"strings"

	"github.com/dci-rs/dci-rs/nlri"
)

// Clause is where the RFCs say what follows from the error; "" for what is no fault of the sender.
func (e *Error) Clause() string {
	switch e.Code {
	case ErrHeader:
		return "RFC 4271 §6.1"
	case ErrOpen:
		return openClause(e.Subcode)
	case ErrUpdate:
		if e.Attr == 0 {
			return e.fieldClause()
		}
		return e.attrClause()
	case ErrRouteRefresh:
		return "RFC 7313 §5"
	}
	return ""
}

func openClause(subcode uint8) string {
	switch subcode {
	case BadPeerAS:
		return "RFC 7607 §2"
	case BadBGPIdentifier:
		return "RFC 6286 §2.1"
	case RoleMismatch:
		return "RFC 9234 §4.2"
	}
	return "RFC 4271 §6.2"
}

// fieldClause is about the fields of an UPDATE other than its attributes.
func (e *Error) fieldClause() string {
	switch {
	case e.Subcode != InvalidNetworkField:
		return "RFC 7606 §3(b)"
	case e.Action == ActionDiscardNLRI:
		return "RFC 4760 §8"
	}
	return "RFC 7606 §5.3"
}

func (e *Error) attrClause() string {
	mp := e.Attr == AttrMPReach || e.Attr == AttrMPUnreach
	switch {
	case e.Action == ActionResetSession && !mp:
		return "RFC 7606 §5.2"
	case e.Subcode == MalformedAttributeList && e.Action == ActionResetSession:
		return "RFC 7606 §3(g), §4"
	case e.Subcode == MalformedAttributeList:
		return "RFC 7606 §4"
	case e.Subcode == MissingWellKnownAttribute:
		return "RFC 7606 §3(d)"
	case e.Subcode == UnrecognizedWellKnownAttribute:
		return "RFC 4271 §6.3"
	case e.Subcode == AttributeFlagsError:
		return "RFC 7606 §3(c)"
	case mp && e.Action == ActionTreatAsWithdraw && e.Subcode == OptionalAttributeError:
		return "RFC 7606 §5.4"
	case e.Action != ActionDiscardNLRI:
		rfc, _, _ := strings.Cut(attrRules[e.Attr].rfc, ":")
		return rfc
	case e.Family == nlri.BGPLS || e.Family == nlri.BGPLSVPN:
		return "RFC 9552 §8.2.2"
	}
	return "RFC 4760 §8"
}
