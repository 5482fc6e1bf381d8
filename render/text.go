package render

import (
	"bytes"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// Widths of the columns of a route in text. A longer value moves the rest of its line.
const (
	hopColumn  = 16
	peerColumn = 16
	siteColumn = 8
	ageColumn  = 8
)

// AppendRouteHeading writes the line above routes in text.
func AppendRouteHeading(dst []byte) []byte {
	dst = pad(append(dst, "  NEXT HOP"...), len(dst), 2+hopColumn)
	dst = pad(append(dst, "FROM"...), len(dst), peerColumn)
	dst = pad(append(dst, "SITE"...), len(dst), siteColumn)
	dst = pad(append(dst, "AGE"...), len(dst), ageColumn)
	return append(dst, "ROUTE"...)
}

// AppendRouteText writes a route as one line without its end: "*" for the best path, "s" for a
// stale and "r" for a rejected one; next hop, who told it, where he stands and how long ago it was;
// the NLRI with its labels or VNIs; then attributes as words. The NLRI, whose length differs most,
// stands behind the columns. A route of a message has no columns.
func AppendRouteText(dst []byte, r *Route) []byte {
	if !r.Decoded {
		dst = appendColumns(dst, r)
	}
	dst = append(appendNLRIText(dst, r, vniAttrs(r.Attrs)), ' ')
	if r.Decoded {
		dst = appendNextHopText(dst, r.NextHop)
	}
	return bytes.TrimRight(appendAttrWords(dst, r.Attrs), " ")
}

// appendNLRIText writes the NLRI of a route with what its label octets mean, and its Path Identifier.
func appendNLRIText(dst []byte, r *Route, vni bool) []byte {
	if nlri.Check(r.Family, r.Form, r.NLRI) == nil {
		dst = nlri.AppendText(dst, r.Family, r.Form, r.NLRI)
		dst = appendEVPNLabelText(dst, r, vni)
	} else {
		dst = appendHex(append(dst, "malformed 0x"...), r.NLRI)
	}
	if r.hasPathID() {
		dst = strconv.AppendUint(append(dst, " path-id "...), uint64(r.PathID), 10)
	}
	return dst
}

func appendNextHopText(dst []byte, h wire.NextHop) []byte {
	if a := h.Addr(); a.IsValid() {
		dst = a.AppendTo(append(dst, " next-hop "...))
	}
	return dst
}

func appendColumns(dst []byte, r *Route) []byte {
	mark := byte(' ')
	switch {
	case r.Rejected:
		mark = 'r'
	case r.Stale:
		mark = 's'
	case r.Best:
		mark = '*'
	}
	dst = append(dst, mark, ' ')
	start := len(dst)
	if a := r.NextHop.Addr(); a.IsValid() {
		dst = a.AppendTo(dst)
	} else {
		dst = append(dst, '-')
	}
	dst = pad(dst, start, hopColumn)
	start = len(dst)
	if r.Peer.IsValid() {
		dst = r.Peer.AppendTo(dst)
	} else {
		dst = append(dst, "local"...)
	}
	dst = pad(dst, start, peerColumn)
	start = len(dst)
	if r.Site != "" {
		dst = appendEscaped(dst, r.Site)
	} else {
		dst = append(dst, '-')
	}
	dst = pad(dst, start, siteColumn)
	start = len(dst)
	return pad(appendAge(dst, r.Age), start, ageColumn)
}

// appendEVPNLabelText writes the label fields of an EVPN route as what the encapsulation makes of them.
func appendEVPNLabelText(dst []byte, r *Route, vni bool) []byte {
	if r.Family != nlri.EVPN {
		return dst
	}
	switch nlri.AsEVPNType(r.NLRI) {
	case nlri.EVPNEthernetAD:
		return appendLabelText(dst, nlri.EthernetAD(r.NLRI).Label(), vni)
	case nlri.EVPNMACIP:
		m := nlri.MACIP(r.NLRI)
		dst = appendLabelText(dst, m.Label1(), vni)
		if second, ok := m.Label2(); ok {
			dst = appendLabelText(dst, second, vni)
		}
	case nlri.EVPNIPPrefix:
		return appendLabelText(dst, nlri.IPPrefix(r.NLRI).Label(), vni)
	}
	return dst
}

func appendLabelText(dst []byte, l nlri.LabelField, vni bool) []byte {
	if vni {
		dst = append(dst, " vni "...)
	} else {
		dst = append(dst, " label "...)
	}
	return strconv.AppendUint(dst, uint64(fieldValue(l, vni)), 10)
}

// appendAttrWords writes the attributes that people look for, each with a blank before it.
func appendAttrWords(dst []byte, attrs wire.Attrs) []byte {
	if a, ok := attrs.Find(wire.AttrExtCommunities); ok {
		for c := range wire.ExtCommunities(a.Value).All() {
			dst = c.AppendText(append(dst, ' '))
		}
	}
	if a, ok := attrs.Find(wire.AttrASPath); ok && len(a.Value) > 0 {
		dst = wire.AppendASPathText(append(dst, " path "...), a.Value, true)
	}
	if a, ok := attrs.Find(wire.AttrOrigin); ok && len(a.Value) == 1 {
		dst = appendOrigin(append(dst, " origin "...), a.Value[0])
	}
	if a, ok := attrs.Find(wire.AttrLocalPref); ok && len(a.Value) == 4 {
		dst = strconv.AppendUint(append(dst, " local-preference "...), beUint(a.Value), 10)
	}
	if a, ok := attrs.Find(wire.AttrMED); ok && len(a.Value) == 4 {
		dst = strconv.AppendUint(append(dst, " med "...), beUint(a.Value), 10)
	}
	if a, ok := attrs.Find(wire.AttrCommunities); ok {
		for c := range wire.Communities(a.Value).All() {
			dst = c.AppendText(append(dst, " community "...))
		}
	}
	if a, ok := attrs.Find(wire.AttrLargeCommunities); ok {
		for c := range wire.LargeCommunities(a.Value).All() {
			dst = c.AppendText(append(dst, " large-community "...))
		}
	}
	if a, ok := attrs.Find(wire.AttrOriginatorID); ok && len(a.Value) == 4 {
		dst = appendAddress(append(dst, " originator "...), a.Value)
	}
	for _, code := range plainAttrs {
		if a, ok := attrs.Find(code); ok {
			dst = append(code.AppendText(append(dst, ' ')), ' ')
			start := len(dst)
			dst = plain(appendAttrValue(dst, code, a.Value, true, vniAttrs(attrs)), start, false)
		}
	}
	return dst
}

// plainAttrs are the attributes whose text is that of JSON without its quotation marks.
var plainAttrs = [...]wire.AttrCode{wire.AttrPMSITunnel, wire.AttrTunnelEncapsulation,
	wire.AttrIPv6ExtCommunities, wire.AttrAIGP, wire.AttrLinkState, wire.AttrOTC, wire.AttrDPath, wire.AttrPrefixSID, wire.AttrSet}

// plain takes the quotation marks from JSON and makes the colon behind a name a blank:
// {type ingress-replication,flags 0,label 100,tunnel 10.1.0.1}. Bare, what encloses the whole is left
// out, and its commas are blanks.
func plain(dst []byte, start int, bare bool) []byte {
	bare = bare && len(dst) > start && (dst[start] == '[' || dst[start] == '{')
	quoted, depth, end := false, 0, start
	for i := start; i < len(dst); i++ {
		c := dst[i]
		switch {
		case c == '\\':
			dst[end] = c
			end, i = end+1, i+1
			c = dst[i]
		case c == '"':
			quoted = !quoted
			continue
		case quoted:
		case c == '[' || c == '{':
			depth++
			if bare && depth == 1 {
				continue
			}
		case c == ']' || c == '}':
			depth--
			if bare && depth == 0 {
				continue
			}
		case c == ':', c == ',' && bare && depth == 1:
			c = ' '
		}
		dst[end] = c
		end++
	}
	return dst[:end]
}

// appendAge writes a time span to the second, and in days from two days on: "1m30s", "3d4h".
func appendAge(dst []byte, age time.Duration) []byte {
	const day = 24 * time.Hour
	unit := func(d time.Duration, letter byte) {
		dst = append(strconv.AppendInt(dst, int64(d), 10), letter)
	}
	switch {
	case age < time.Minute:
		unit(age/time.Second, 's')
	case age < time.Hour:
		unit(age/time.Minute, 'm')
		unit(age%time.Minute/time.Second, 's')
	case age < 2*day:
		unit(age/time.Hour, 'h')
		unit(age%time.Hour/time.Minute, 'm')
	default:
		unit(age/day, 'd')
		unit(age%day/time.Hour, 'h')
	}
	return dst
}

// pad fills a column that began at start with blanks, at least one.
func pad(dst []byte, start, width int) []byte {
	for n := utf8.RuneCount(dst[start:]); ; n++ {
		dst = append(dst, ' ')
		if n+1 >= width {
			return dst
		}
	}
}
