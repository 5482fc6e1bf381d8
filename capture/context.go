package capture

import (
	"slices"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// context is what is taken for agreed on where the file does not say: every family the codec knows, with
// all that does not change how octets are read that are sound without it.
func (o Options) context() *wire.Negotiated {
	n := &wire.Negotiated{Internal: !o.External, AS4: o.AS4, ExtendedMessage: o.ExtendedMessage, RouteRefresh: true, EnhancedRefresh: true}
	for _, afi := range []nlri.AFI{nlri.AFIIPv4, nlri.AFIIPv6, nlri.AFIL2VPN, nlri.AFILinkState} {
		for safi := range 256 {
			f := nlri.FamilyOf(afi, nlri.SAFI(safi))
			if !f.Supported() {
				continue
			}
			form := nlri.LabelStack
			if slices.Contains(o.AddPath, f) {
				form |= nlri.AddPath
			}
			n.Families = append(n.Families, wire.FamilyOptions{Family: f, Receive: form, Send: form, ExtendedNextHop: true, MaxLabels: 255})
		}
	}
	return n
}

// narrow is context as far as the one OPEN that is known allows it: what its sender did not offer was
// not agreed on.
func narrow(context *wire.Negotiated, known wire.Open) *wire.Negotiated {
	n, caps := *context, known.Capabilities
	n.AS4 = n.AS4 && caps.Has(wire.CapAS4)
	n.ExtendedMessage = n.ExtendedMessage && caps.Has(wire.CapExtendedMessage)
	n.RouteRefresh, n.EnhancedRefresh = caps.RouteRefresh(), caps.Has(wire.CapEnhancedRefresh)
	n.Families = nil
	offered := caps.Families()
	for _, o := range context.Families {
		if !slices.Contains(offered, o.Family) {
			continue
		}
		if caps.AddPath(o.Family) == 0 {
			o.Receive &^= nlri.AddPath
		}
		if caps.MaxLabels(o.Family) == 0 {
			o.Receive &^= nlri.LabelStack
		}
		o.Send = o.Receive
		o.ExtendedNextHop = caps.ExtendedNextHop(o.Family)
		n.Families = append(n.Families, o)
	}
	return &n
}

// dialogue is what two speakers have said about how they write. The sides are 0 and 1.
type dialogue struct {
	fallback *wire.Negotiated
	opens    [2]*wire.Open
	sent     [2]*wire.Negotiated // how each side's messages are to be read
}

func newDialogue(fallback *wire.Negotiated) dialogue {
	return dialogue{fallback: fallback, sent: [2]*wire.Negotiated{fallback, fallback}}
}

// hear notes the OPEN if message is one that can be read, and says whether it is.
func (d *dialogue) hear(side int, message []byte) bool {
	if len(message) < wire.HeaderLen || wire.MessageType(message[wire.HeaderLen-1]) != wire.TypeOpen {
		return false
	}
	open, bad := wire.ParseOpen(message[wire.HeaderLen:])
	if bad != nil {
		return false
	}
	d.opens[side] = &open
	if other := d.opens[1-side]; other != nil {
		received, sent := wire.Negotiate(*other, open), wire.Negotiate(open, *other)
		d.sent[side], d.sent[1-side] = &received, &sent
		return true
	}
	one := narrow(d.fallback, open)
	d.sent = [2]*wire.Negotiated{one, one}
	return true
}
