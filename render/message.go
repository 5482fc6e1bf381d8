package render

import (
	"net/netip"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// A Message is one BGP message with where it was found. Of the contents the one of its type is set,
// none where the message could not be read, and Err says what is wrong with it.
type Message struct {
	Index               int
	File                string           // "" where there is only one
	Unit                string           // what Position counts: packet, record, line, octet; "" if that is not known
	Position            int64            // where in its file it was found
	Time                time.Time        // zero if not known
	Source, Destination netip.AddrPort   // zero if not known
	Type                wire.MessageType // 0: octets that are no message
	Length              int              // octets, header included
	AS4                 bool             // AS numbers have 4 octets

	Open         *wire.Open
	Update       *wire.Update
	Notification *wire.Notification
	RouteRefresh *wire.RouteRefresh
	// Err counts its offset from the first octet of the header. With ActionNone the file is to blame, not the sender.
	Err *wire.Error
}

// appendType writes the name of the type, and "fault" for octets that belong to no message.
func (m *Message) appendType(dst []byte) []byte {
	if m.Err != nil && (m.Err.Action == wire.ActionNone || m.Length < wire.HeaderLen) {
		return append(dst, "fault"...)
	}
	return append(dst, m.Type.String()...)
}

// AppendMessageJSON writes a message as one object.
func AppendMessageJSON(dst []byte, m *Message) []byte {
	dst = appendUintMember(append(dst, '{'), "index", uint64(m.Index))
	if m.File != "" {
		dst = appendString(appendName(dst, "file"), m.File)
	}
	if !m.Time.IsZero() {
		dst = append(appendName(dst, "time"), '"')
		dst = append(m.Time.UTC().AppendFormat(dst, time.RFC3339Nano), '"')
	}
	dst = appendEndpoint(dst, "src", m.Source)
	dst = appendEndpoint(dst, "dst", m.Destination)
	dst = append(m.appendType(append(appendName(dst, "type"), '"')), '"')
	dst = appendUintMember(dst, "length", uint64(m.Length))
	if m.Unit != "" {
		dst = appendUintMember(dst, m.Unit, uint64(m.Position))
	}
	switch {
	case m.Open != nil:
		dst = appendOpen(dst, m.Open)
	case m.Update != nil:
		dst = appendUpdate(dst, m.Update, m.AS4)
	case m.Notification != nil:
		dst = appendNotification(dst, m.Notification)
	case m.RouteRefresh != nil:
		dst = append(appendName(dst, "family"), '"')
		dst = append(m.RouteRefresh.Family.AppendText(dst), '"')
		dst = appendUintMember(dst, "subtype", uint64(m.RouteRefresh.Subtype))
		if m.RouteRefresh.ORF {
			dst = appendHexMember(dst, "outbound-route-filters", m.RouteRefresh.Filters)
		}
	}
	if m.Err != nil {
		dst = appendError(appendName(dst, "error"), m.Err)
	}
	return append(dst, '}')
}

func appendEndpoint(dst []byte, name string, a netip.AddrPort) []byte {
	if !a.IsValid() {
		return dst
	}
	dst = append(appendName(dst, name), '"')
	return append(a.AppendTo(dst), '"')
}

func appendOpen(dst []byte, o *wire.Open) []byte {
	dst = appendUintMember(dst, "asn", uint64(o.ASN))
	dst = appendUintMember(dst, "hold-time", uint64(o.HoldTime))
	dst = appendAddr(dst, "router-id", netip.AddrFrom4(o.RouterID))
	return appendCapabilities(appendName(dst, "capabilities"), o.Capabilities)
}

// appendUpdate writes all three lists, empty ones too.
func appendUpdate(dst []byte, u *wire.Update, as4 bool) []byte {
	attrs := u.Attrs()
	vni := vniAttrs(attrs)
	unreach, _ := u.Unreach()
	reach, _ := u.Reach()
	dst = append(appendName(dst, "withdrawn"), '[')
	dst = appendList(dst, u.Withdrawn(), nil, vni)
	dst = append(appendList(dst, unreach, nil, vni), ']')
	dst = append(appendName(dst, "announced"), '[')
	dst = appendList(dst, u.Announced(), u.NextHop(), vni)
	dst = append(appendList(dst, reach.List, reach.NextHop, vni), ']')
	dst = AppendAttrsJSON(appendName(dst, "attributes"), attrs, as4)
	if f, ok := u.EndOfRIB(); ok {
		dst = append(appendName(dst, "eor"), '"')
		dst = append(f.AppendText(dst), '"')
	}
	return dst
}

// appendList writes the routes of an NLRI field, without the attributes that all of them share.
func appendList(dst []byte, list nlri.List, hop wire.NextHop, vni bool) []byte {
	r := Route{Family: list.Family(), Form: list.Form(), Decoded: true}
	for id, n := range list.All() {
		r.PathID, r.NLRI = id, n
		dst = appendRouteHead(append(appendComma(dst), '{'), &r, vni)
		dst = append(appendNextHop(dst, hop), '}')
	}
	return dst
}

func appendNotification(dst []byte, n *wire.Notification) []byte {
	dst = appendUintMember(dst, "code", uint64(n.Code))
	dst = appendUintMember(dst, "subcode", uint64(n.Subcode))
	dst = appendString(appendName(dst, "reason"), n.String())
	return appendHexMember(dst, "data", n.Data)
}

func appendError(dst []byte, e *wire.Error) []byte {
	dst = append(appendName(append(dst, '{'), "action"), '"')
	dst = append(append(dst, e.Action.String()...), '"')
	dst = appendUintMember(dst, "code", uint64(e.Code))
	dst = appendUintMember(dst, "subcode", uint64(e.Subcode))
	if e.Attr != 0 {
		dst = appendUintMember(dst, "attribute", uint64(e.Attr))
	}
	dst = appendUintMember(dst, "offset", uint64(e.Offset))
	dst = appendString(appendName(dst, "reason"), e.Reason)
	if c := e.Clause(); c != "" {
		dst = append(append(append(appendName(dst, "rfc"), '"'), c...), '"')
	}
	return append(dst, '}')
}
