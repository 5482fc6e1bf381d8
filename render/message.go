package render

import (
	"net/netip"
	"strconv"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// A Message is one BGP message with where it was found. Of the contents the one of its type is set,
// none where the message could not be read, and Err says what is wrong with it.
type Message struct {
	Index               int
	Time                time.Time      // zero if not known
	Source, Destination netip.AddrPort // zero if not known
	Type                wire.MessageType
	Length              int  // octets, header included
	AS4                 bool // AS numbers have 4 octets

	Open         *wire.Open
	Update       *wire.Update
	Notification *wire.Notification
	RouteRefresh *wire.RouteRefresh
	Err          *wire.Error
}

// AppendMessageJSON writes a message as one object.
func AppendMessageJSON(dst []byte, m *Message) []byte {
	dst = appendUintMember(append(dst, '{'), "index", uint64(m.Index))
	if !m.Time.IsZero() {
		dst = append(appendName(dst, "time"), '"')
		dst = append(m.Time.UTC().AppendFormat(dst, time.RFC3339Nano), '"')
	}
	dst = appendEndpoint(dst, "src", m.Source)
	dst = appendEndpoint(dst, "dst", m.Destination)
	dst = append(appendName(dst, "type"), '"')
	dst = append(append(dst, m.Type.String()...), '"')
	dst = appendUintMember(dst, "length", uint64(m.Length))
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

func appendUpdate(dst []byte, u *wire.Update, as4 bool) []byte {
	if f, ok := u.EndOfRIB(); ok {
		dst = append(appendName(dst, "eor"), '"')
		return append(f.AppendText(dst), '"')
	}
	attrs := u.Attrs()
	vni := vniAttrs(attrs)
	unreach, _ := u.Unreach()
	if withdrawn := u.Withdrawn(); !withdrawn.Empty() || !unreach.Empty() {
		dst = append(appendName(dst, "withdrawn"), '[')
		dst = appendList(dst, withdrawn, nil, vni)
		dst = append(appendList(dst, unreach, nil, vni), ']')
	}
	reach, _ := u.Reach()
	if announced := u.Announced(); !announced.Empty() || !reach.List.Empty() {
		dst = append(appendName(dst, "announced"), '[')
		dst = appendList(dst, announced, u.NextHop(), vni)
		dst = append(appendList(dst, reach.List, reach.NextHop, vni), ']')
	}
	if len(attrs) > 0 {
		dst = AppendAttrsJSON(appendName(dst, "attributes"), attrs, as4)
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
	return append(appendString(appendName(dst, "reason"), e.Reason), '}')
}

// AppendMessageText writes a message as a line for itself and one, indented, for each of its
// routes, every line with its end.
func AppendMessageText(dst []byte, m *Message) []byte {
	dst = strconv.AppendInt(dst, int64(m.Index), 10)
	if !m.Time.IsZero() {
		dst = m.Time.UTC().AppendFormat(append(dst, ' '), "2006-01-02T15:04:05.000000Z")
	}
	if m.Source.IsValid() {
		dst = m.Source.AppendTo(append(dst, ' '))
		dst = m.Destination.AppendTo(append(dst, " > "...))
	}
	dst = append(append(dst, ' '), m.Type.String()...)
	switch {
	case m.Open != nil:
		dst = strconv.AppendUint(append(dst, " asn "...), uint64(m.Open.ASN), 10)
		dst = strconv.AppendUint(append(dst, " hold-time "...), uint64(m.Open.HoldTime), 10)
		dst = netip.AddrFrom4(m.Open.RouterID).AppendTo(append(dst, " router-id "...))
		for _, c := range m.Open.Capabilities {
			dst = c.Code.AppendText(append(dst, ", "...))
			dst = appendCapabilityText(dst, c)
		}
	case m.Notification != nil:
		dst = appendEscaped(append(dst, ' '), m.Notification.String())
	case m.RouteRefresh != nil:
		dst = m.RouteRefresh.Family.AppendText(append(dst, ' '))
		dst = strconv.AppendUint(append(dst, " subtype "...), uint64(m.RouteRefresh.Subtype), 10)
	case m.Update != nil:
		if f, ok := m.Update.EndOfRIB(); ok {
			dst = f.AppendText(append(dst, " end of "...))
		}
	}
	if m.Err != nil {
		dst = appendEscaped(append(dst, " error: "...), m.Err.Error())
	}
	dst = append(dst, '\n')
	if m.Update != nil {
		dst = appendUpdateText(dst, m.Update, m.AS4)
	}
	return dst
}

func appendUpdateText(dst []byte, u *wire.Update, as4 bool) []byte {
	unreach, _ := u.Unreach()
	reach, _ := u.Reach()
	dst = appendListText(dst, "  - ", u.Withdrawn(), nil, nil, as4)
	dst = appendListText(dst, "  - ", unreach, nil, nil, as4)
	dst = appendListText(dst, "  + ", u.Announced(), u.NextHop(), u.Attrs(), as4)
	return appendListText(dst, "  + ", reach.List, reach.NextHop, u.Attrs(), as4)
}

func appendListText(dst []byte, sign string, list nlri.List, hop wire.NextHop, attrs wire.Attrs, as4 bool) []byte {
	r := Route{Family: list.Family(), Form: list.Form(), NextHop: hop, Attrs: attrs, Decoded: true, narrow: !as4}
	for id, n := range list.All() {
		r.PathID, r.NLRI = id, n
		dst = list.Family().AppendText(append(dst, sign...))
		dst = AppendRouteText(append(dst, ' '), &r)
		dst = append(dst, '\n')
	}
	return dst
}
