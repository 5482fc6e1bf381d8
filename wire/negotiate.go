package wire

import (
	"slices"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
)

// FamilyOptions is what both sides agreed on for one family.
type FamilyOptions struct {
	Family          nlri.Family
	Receive, Send   nlri.Form // AddPath, LabelStack, the Opaque forms
	ExtendedNextHop bool      // RFC 8950: an IPv4 family may come with an IPv6 next hop
	MaxLabels       uint8     // RFC 8277 §2.1: the most labels of an NLRI that may be sent; 1 without LabelStack, 255 = no limit
}

// Negotiated is what two OPEN messages agree on.
type Negotiated struct {
	LocalASN, PeerASN uint32
	Internal          bool // iBGP
	AS4               bool // AS numbers have 4 octets (RFC 6793)
	ExtendedMessage   bool // both sides take messages up to 65,535 octets (RFC 8654)
	RouteRefresh      bool // RFC 2918
	EnhancedRefresh   bool // RFC 7313
	RequirePath       bool // routes with an empty AS_PATH are withdrawn: RFC 4271 §6.3 allows it towards external neighbors, whose AS must be in it; syntax it is not (RFC 7606 §4)
	HoldTime          time.Duration
	PeerRouterID      RouterID
	Families          []FamilyOptions

	receiveExtended bool
}

// Family is what was agreed on for f.
func (n *Negotiated) Family(f nlri.Family) (FamilyOptions, bool) {
	if o := n.family(f); o != nil {
		return *o, true
	}
	return FamilyOptions{}, false
}

func (n *Negotiated) family(f nlri.Family) *FamilyOptions {
	for i := range n.Families {
		if n.Families[i].Family == f {
			return &n.Families[i]
		}
	}
	return nil
}

// Limit is the longest message that may be sent, in octets.
func (n *Negotiated) Limit() int {
	if n.ExtendedMessage {
		return MaxExtendedMessage
	}
	return MaxMessage
}

// ReceiveLimit is the longest message that may arrive, in octets: a neighbor may use the extended
// length as soon as we offered it, whatever it offers itself (RFC 8654 §4).
func (n *Negotiated) ReceiveLimit() int {
	if n.receiveExtended {
		return MaxExtendedMessage
	}
	return n.Limit()
}

// Negotiate is what the OPEN we sent and the one we received agree on. Families are in the order of
// the local OPEN. Forms of opaque families are the caller's to add.
func Negotiate(local, remote Open) Negotiated {
	both := func(code CapabilityCode) bool { return local.Capabilities.Has(code) && remote.Capabilities.Has(code) }
	n := Negotiated{
		LocalASN:        local.ASN,
		PeerASN:         remote.ASN,
		Internal:        local.ASN == remote.ASN,
		RequirePath:     local.ASN != remote.ASN,
		AS4:             both(CapAS4),
		ExtendedMessage: both(CapExtendedMessage),
		RouteRefresh:    local.Capabilities.RouteRefresh() && remote.Capabilities.RouteRefresh(),
		EnhancedRefresh: both(CapEnhancedRefresh),
		HoldTime:        time.Duration(min(local.HoldTime, remote.HoldTime)) * time.Second,
		PeerRouterID:    remote.RouterID,
		receiveExtended: local.Capabilities.Has(CapExtendedMessage),
	}
	theirs := remote.Capabilities.Families()
	for _, f := range local.Capabilities.Families() {
		if _, twice := n.Family(f); twice || !slices.Contains(theirs, f) {
			continue
		}
		o := FamilyOptions{Family: f, MaxLabels: 1}
		ours, peers := local.Capabilities.AddPath(f), remote.Capabilities.AddPath(f)
		if ours&AddPathReceive != 0 && peers&AddPathSend != 0 {
			o.Receive |= nlri.AddPath
		}
		if ours&AddPathSend != 0 && peers&AddPathReceive != 0 {
			o.Send |= nlri.AddPath
		}
		if most := remote.Capabilities.MaxLabels(f); most != 0 && local.Capabilities.MaxLabels(f) != 0 {
			o.Receive |= nlri.LabelStack
			o.Send |= nlri.LabelStack
			o.MaxLabels = most
		}
		o.ExtendedNextHop = local.Capabilities.ExtendedNextHop(f) && remote.Capabilities.ExtendedNextHop(f)
		n.Families = append(n.Families, o)
	}
	return n
}
