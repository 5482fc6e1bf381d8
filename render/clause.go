package render

import (
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// clause is where the RFCs say what follows from an error; "" for what is no fault of the sender.
func clause(e *wire.Error) string {
	switch e.Code {
	case wire.ErrHeader:
		return "RFC 4271 §6.1"
	case wire.ErrOpen:
		return openClause(e.Subcode)
	case wire.ErrUpdate:
		if e.Attr == 0 {
			return fieldClause(e)
		}
		return attrClause(e)
	case wire.ErrRouteRefresh:
		return "RFC 7313 §5"
	}
	return ""
}

func openClause(subcode uint8) string {
	switch subcode {
	case wire.BadPeerAS:
		return "RFC 7607 §2"
	case wire.BadBGPIdentifier:
		return "RFC 6286 §2.1"
	case wire.RoleMismatch:
		return "RFC 9234 §4.2"
	}
	return "RFC 4271 §6.2"
}

// fieldClause is about the fields of an UPDATE other than its attributes.
func fieldClause(e *wire.Error) string {
	switch {
	case e.Subcode != wire.InvalidNetworkField:
		return "RFC 7606 §3(b)"
	case e.Action == wire.ActionDiscardNLRI:
		return "RFC 4760 §8"
	}
	return "RFC 7606 §5.3"
}

func attrClause(e *wire.Error) string {
	mp := e.Attr == wire.AttrMPReach || e.Attr == wire.AttrMPUnreach
	switch {
	case e.Action == wire.ActionResetSession && !mp:
		return "RFC 7606 §5.2"
	case e.Subcode == wire.MalformedAttributeList && e.Action == wire.ActionResetSession:
		return "RFC 7606 §3(g), §4"
	case e.Subcode == wire.MalformedAttributeList:
		return "RFC 7606 §4"
	case e.Subcode == wire.MissingWellKnownAttribute:
		return "RFC 7606 §3(d)"
	case e.Subcode == wire.UnrecognizedWellKnownAttribute:
		return "RFC 4271 §6.3"
	case e.Subcode == wire.AttributeFlagsError:
		return "RFC 7606 §3(c)"
	case mp && e.Action == wire.ActionTreatAsWithdraw && e.Subcode == wire.OptionalAttributeError:
		return "RFC 7606 §5.4"
	case e.Action != wire.ActionDiscardNLRI:
		return attrClauses[e.Attr]
	case e.Family == nlri.BGPLS || e.Family == nlri.BGPLSVPN:
		return "RFC 9552 §8.2.2"
	}
	return "RFC 4760 §8"
}

// attrClauses are about lengths and values, as docs/errors.md has them.
var attrClauses = [256]string{
	wire.AttrOrigin:              "RFC 7606 §7.1",
	wire.AttrASPath:              "RFC 7606 §7.2, RFC 7607 §2, RFC 5065 §5",
	wire.AttrNextHop:             "RFC 7606 §7.3, RFC 4271 §6.3",
	wire.AttrMED:                 "RFC 7606 §7.4",
	wire.AttrLocalPref:           "RFC 7606 §7.5",
	wire.AttrAtomicAggregate:     "RFC 7606 §7.6",
	wire.AttrAggregator:          "RFC 7606 §7.7, RFC 7607 §2",
	wire.AttrCommunities:         "RFC 7606 §7.8",
	wire.AttrOriginatorID:        "RFC 7606 §7.9, RFC 4456 §8",
	wire.AttrClusterList:         "RFC 7606 §7.10, RFC 4456 §8",
	wire.AttrMPReach:             "RFC 7606 §5.3, §7.11, RFC 4760 §7, RFC 8950 §3",
	wire.AttrMPUnreach:           "RFC 7606 §5.3, RFC 4760 §7",
	wire.AttrExtCommunities:      "RFC 7606 §7.14",
	wire.AttrAS4Path:             "RFC 6793 §6, RFC 7607 §2",
	wire.AttrAS4Aggregator:       "RFC 6793 §6, RFC 7607 §2",
	wire.AttrPMSITunnel:          "RFC 6514 §5, RFC 7385",
	wire.AttrTunnelEncapsulation: "RFC 9012 §13, RFC 9830 §5",
	wire.AttrIPv6ExtCommunities:  "RFC 7606 §7.15",
	wire.AttrAIGP:                "RFC 7311 §3, §3.2",
	wire.AttrLinkState:           "RFC 9552 §8.2.2, RFC 9085 §4, RFC 9086 §7, RFC 9514 §10",
	wire.AttrLargeCommunities:    "RFC 8092 §6",
	wire.AttrBGPsecPath:          "RFC 7606 §4, RFC 8205 §5",
	wire.AttrOTC:                 "RFC 9234 §5",
	wire.AttrDPath:               "RFC 7606 §4, draft-ietf-bess-evpn-ipvpn-interworking §4",
	wire.AttrPrefixSID:           "RFC 8669 §6, RFC 9252 §7",
	wire.AttrSet:                 "RFC 7606 §7.16, RFC 6368 §5",
}
