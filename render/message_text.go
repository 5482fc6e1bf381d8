package render

import (
	"net/netip"
	"strconv"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// AppendMessageText writes a message as a line for itself and indented ones for what is in it, every line
// with its end: "-" begins a route that is withdrawn, "+" one that is announced, "error:" what is wrong.
func AppendMessageText(dst []byte, m *Message) []byte {
	dst = strconv.AppendInt(dst, int64(m.Index), 10)
	if !m.Time.IsZero() {
		dst = m.Time.UTC().AppendFormat(append(dst, ' '), "2006-01-02T15:04:05.000000Z")
	}
	if m.Source.IsValid() {
		dst = appendEndpointText(append(dst, ' '), m.Source)
	}
	if m.Destination.IsValid() {
		dst = appendEndpointText(append(dst, " > "...), m.Destination)
	}
	dst = m.appendType(append(dst, ' '))
	switch {
	case m.Open != nil:
		dst = strconv.AppendUint(append(dst, " asn "...), uint64(m.Open.ASN), 10)
		dst = strconv.AppendUint(append(dst, " hold-time "...), uint64(m.Open.HoldTime), 10)
		dst = netip.AddrFrom4(m.Open.RouterID).AppendTo(append(dst, " router-id "...))
	case m.Notification != nil:
		dst = appendEscaped(append(dst, ' '), m.Notification.String())
	case m.RouteRefresh != nil:
		dst = m.RouteRefresh.Family.AppendText(append(dst, ' '))
		dst = appendRefreshKind(append(dst, ' '), m.RouteRefresh.Subtype)
	case m.Update != nil:
		if f, ok := m.Update.EndOfRIB(); ok {
			dst = f.AppendText(append(dst, " end-of-rib "...))
		}
	}
	dst = append(strconv.AppendInt(append(dst, ", "...), int64(m.Length), 10), " octets"...)
	if m.Unit != "" {
		dst = append(append(append(dst, ", "...), m.Unit...), ' ')
		dst = strconv.AppendInt(dst, m.Position, 10)
	}
	dst = append(dst, '\n')
	switch {
	case m.Open != nil:
		for _, c := range m.Open.Capabilities {
			dst = appendCapabilityText(c.Code.AppendText(append(dst, "    "...)), c)
			dst = append(dst, '\n')
		}
	case m.Update != nil:
		dst = appendUpdateText(dst, m.Update, m.AS4)
	case m.Notification != nil && len(m.Notification.Data) > 0 && m.Notification.ShutdownText() == "":
		dst = append(appendHex(append(dst, "    data 0x"...), m.Notification.Data), '\n')
	case m.RouteRefresh != nil && m.RouteRefresh.ORF:
		dst = append(appendHex(append(dst, "    outbound-route-filters 0x"...), m.RouteRefresh.Filters), '\n')
	}
	if m.Err != nil {
		dst = appendErrorText(dst, m)
	}
	return dst
}

// appendEndpointText leaves out the port where the file has none.
func appendEndpointText(dst []byte, a netip.AddrPort) []byte {
	if a.Port() == 0 {
		return a.Addr().AppendTo(dst)
	}
	return a.AppendTo(dst)
}

func appendRefreshKind(dst []byte, k wire.RefreshKind) []byte {
	if names := [...]string{"request", "begin", "end"}; int(k) < len(names) {
		return append(dst, names[k]...)
	}
	return strconv.AppendUint(append(dst, "subtype "...), uint64(k), 10)
}

func appendUpdateText(dst []byte, u *wire.Update, as4 bool) []byte {
	attrs := u.Attrs()
	vni := vniAttrs(attrs)
	unreach, _ := u.Unreach()
	reach, _ := u.Reach()
	dst = appendListText(dst, "  - ", u.Withdrawn(), nil, vni)
	dst = appendListText(dst, "  - ", unreach, nil, vni)
	for a := range attrs.All() {
		dst = appendAttrText(a.Code.AppendText(append(dst, "    "...)), a, as4, vni)
		dst = append(dst, '\n')
	}
	dst = appendListText(dst, "  + ", u.Announced(), u.NextHop(), vni)
	return appendListText(dst, "  + ", reach.List, reach.NextHop, vni)
}

func appendListText(dst []byte, sign string, list nlri.List, hop wire.NextHop, vni bool) []byte {
	r := Route{Family: list.Family(), Form: list.Form()}
	for id, n := range list.All() {
		r.PathID, r.NLRI = id, n
		dst = append(list.Family().AppendText(append(dst, sign...)), ' ')
		dst = append(appendNextHopText(appendNLRIText(dst, &r, vni), hop), '\n')
	}
	return dst
}

// appendAttrText writes a value behind its name, without what encloses it. One that has no text is its flags
// and octets.
func appendAttrText(dst []byte, a wire.Attr, as4, vni bool) []byte {
	start := len(dst) + 1
	dst = appendAttrValue(append(dst, ' '), a.Code, a.Value, as4, vni)
	if string(dst[start:]) == "null" {
		dst = appendFlags(append(dst[:start], "flags "...), a.Flags)
		return appendHex(append(dst, " 0x"...), a.Value)
	}
	if dst = plain(dst, start, true); len(dst) == start {
		return dst[:start-1]
	}
	return dst
}

// appendErrorText writes what is wrong with a message in one line that can be understood without the others.
func appendErrorText(dst []byte, m *Message) []byte {
	e := m.Err
	dst = strconv.AppendInt(append(dst, "  error: message "...), int64(m.Index), 10)
	if e.Action != wire.ActionNone {
		dst = strconv.AppendInt(append(dst, " offset "...), int64(e.Offset), 10)
	}
	if e.Attr != 0 {
		dst = e.Attr.AppendText(append(dst, ", "...))
	}
	dst = appendEscaped(append(dst, ": "...), e.Reason)
	if c := e.Clause(); c != "" {
		dst = append(append(append(dst, " ("...), c...), ')')
	}
	if e.Action == wire.ActionNone {
		return append(dst, '\n')
	}
	dst = append(append(dst, "; "...), e.Action.String()...)
	switch {
	case e.Action == wire.ActionDiscardAttribute:
		dst = append(dst, ": a speaker leaves the attribute out"...)
	case e.Action == wire.ActionDiscardNLRI:
		dst = append(dst, ": a speaker leaves these routes out"...)
	case e.Action == wire.ActionTreatAsWithdraw:
		dst = append(dst, ": a speaker withdraws its routes"...)
	case e.Action == wire.ActionDisableFamily:
		dst = e.Family.AppendText(append(dst, ": a speaker drops the routes of "...))
		dst = append(dst, " and ignores later ones"...)
	case m.Type == wire.TypeNotification: // RFC 4271 §6.4
		dst = append(dst, ": a speaker ends the session without an answer"...)
	default:
		dst = strconv.AppendUint(append(dst, ": a speaker sends NOTIFICATION "...), uint64(e.Code), 10)
		dst = strconv.AppendUint(append(dst, '/'), uint64(e.Subcode), 10)
		dst = append(append(append(dst, " ("...), wire.NotificationName(e.Code, e.Subcode)...), ") and ends the session"...)
	}
	return append(dst, '\n')
}
