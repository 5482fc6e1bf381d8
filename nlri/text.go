package nlri

import (
	"encoding/hex"
	"strconv"
)

// AppendText appends a sound NLRI as one line for people: what names the route, and the data that lies in it. EVPN
// labels are left out, as only the encapsulation says whether they are MPLS labels or VNIs. What has no text of its own
// is written in hexadecimal.
func AppendText(dst []byte, f Family, form Form, n NLRI) []byte {
	switch layoutOf(f, form) {
	case prefix:
		return AsPrefix(f, form, n).AppendTo(dst)
	case labeledPrefix, vpnPrefix:
		if rd, ok := AsRD(f, form, n); ok {
			dst = append(rd.AppendText(dst), ' ')
		}
		dst = AsPrefix(f, form, n).AppendTo(dst)
		if form&Withdraw != 0 {
			return dst
		}
		for label := range AsLabels(f, form, n).All() {
			dst = label.AppendText(append(dst, " label "...))
		}
		return dst
	case evpn:
		return appendEVPNText(dst, n)
	case vpls:
		return appendVPLSText(dst, n)
	case routeTarget:
		return appendRTMembershipText(dst, RTMembership(n))
	case linkState, linkStateVPN:
		if l, ok := AsLinkState(f, n); ok {
			if rd, ok := AsRD(f, form, n); ok {
				dst = append(rd.AppendText(dst), ' ')
			}
			return l.appendText(dst)
		}
	case flowSpec, flowSpecVPN:
		if s, ok := AsFlowSpec(f, n); ok {
			if rd, ok := AsRD(f, form, n); ok {
				dst = append(rd.AppendText(dst), ' ')
			}
			return s.AppendText(dst)
		}
	case mvpn:
		if m, ok := AsMVPN(n); ok {
			return m.appendText(dst)
		}
	case mup:
		if m, ok := AsMUP(f, n); ok {
			return m.appendText(dst)
		}
	case srPolicy:
		s := SRPolicy(n)
		dst = strconv.AppendUint(append(dst, "distinguisher "...), uint64(s.Distinguisher()), 10)
		dst = strconv.AppendUint(append(dst, " color "...), uint64(s.Color()), 10)
		return s.Endpoint().AppendTo(append(dst, " endpoint "...))
	}
	return hex.AppendEncode(dst, n)
}

func appendEVPNText(dst []byte, n NLRI) []byte {
	switch EVPNType(n[0]) {
	case EVPNEthernetAD:
		r := EthernetAD(n)
		dst = r.RD().AppendText(append(dst, "ethernet-ad rd "...))
		dst = r.ESI().AppendText(append(dst, " esi "...))
		return r.EthernetTag().AppendText(append(dst, " tag "...))
	case EVPNMACIP:
		r := MACIP(n)
		dst = r.RD().AppendText(append(dst, "mac-ip rd "...))
		dst = r.EthernetTag().AppendText(append(dst, " tag "...))
		dst = r.MAC().AppendText(append(dst, " mac "...))
		if ip := r.IP(); ip.IsValid() {
			dst = ip.AppendTo(append(dst, " ip "...))
		}
		return appendESIText(dst, r.ESI())
	case EVPNIMET:
		r := IMET(n)
		dst = r.RD().AppendText(append(dst, "imet rd "...))
		dst = r.EthernetTag().AppendText(append(dst, " tag "...))
		return r.IP().AppendTo(append(dst, " ip "...))
	case EVPNEthernetSegment:
		r := EthernetSegment(n)
		dst = r.RD().AppendText(append(dst, "ethernet-segment rd "...))
		dst = r.ESI().AppendText(append(dst, " esi "...))
		return r.IP().AppendTo(append(dst, " ip "...))
	case EVPNIPPrefix:
		r := IPPrefix(n)
		dst = r.RD().AppendText(append(dst, "ip-prefix rd "...))
		dst = r.EthernetTag().AppendText(append(dst, " tag "...))
		dst = r.Prefix().AppendTo(append(dst, " prefix "...))
		if gateway := r.Gateway(); !gateway.IsUnspecified() {
			dst = gateway.AppendTo(append(dst, " gateway "...))
		}
		return appendESIText(dst, r.ESI())
	}
	if dst, ok := appendEVPNMulticastText(dst, n); ok {
		return dst
	}
	dst = strconv.AppendUint(append(dst, "type "...), uint64(n[0]), 10)
	if len(n) == 2 {
		return dst
	}
	return hex.AppendEncode(append(dst, ' '), n[2:])
}

// appendESIText leaves out the ESI of a single-homed site.
func appendESIText(dst []byte, esi ESI) []byte {
	if esi.IsZero() {
		return dst
	}
	return esi.AppendText(append(dst, " esi "...))
}

func appendVPLSText(dst []byte, n NLRI) []byte {
	if v, ok := AsVPLSBlock(n); ok {
		dst = v.RD().AppendText(append(dst, "rd "...))
		dst = strconv.AppendUint(append(dst, " ve-id "...), uint64(v.VEID()), 10)
		dst = strconv.AppendUint(append(dst, " block-offset "...), uint64(v.BlockOffset()), 10)
		dst = strconv.AppendUint(append(dst, " block-size "...), uint64(v.BlockSize()), 10)
		return v.LabelBase().AppendText(append(dst, " label-base "...))
	}
	if v, ok := AsVPLSAD(n); ok {
		dst = v.RD().AppendText(append(dst, "rd "...))
		return v.PE().AppendTo(append(dst, " bgp-ad "...))
	}
	return hex.AppendEncode(dst, n)
}

func appendRTMembershipText(dst []byte, m RTMembership) []byte {
	if m.Bits() == 0 {
		return append(dst, "default"...)
	}
	dst = strconv.AppendUint(append(dst, "origin-as "...), uint64(m.OriginAS()), 10)
	target := m.Target()
	switch {
	case m.Bits() == 32:
		return dst
	case m.Bits() == 96 && target[0] <= 2 && target[1] == 2:
		// RFC 4360 §4: a route target has the three forms of a Route Distinguisher behind its type.
		target[0], target[1] = 0, target[0]
		return RD(target).AppendText(append(dst, " route-target "...))
	}
	dst = hex.AppendEncode(append(dst, " route-target 0x"...), target[:])
	return strconv.AppendInt(append(dst, '/'), int64(m.Bits()-32), 10)
}

// nameOf returns the name that a table has for a number, the number in decimal if it has none.
func nameOf(names []string, i uint8) string {
	if int(i) < len(names) && names[i] != "" {
		return names[i]
	}
	return strconv.Itoa(int(i))
}

// appendNameOf appends what nameOf returns.
func appendNameOf(dst []byte, names []string, i uint8) []byte {
	if int(i) < len(names) && names[i] != "" {
		return append(dst, names[i]...)
	}
	return strconv.AppendUint(dst, uint64(i), 10)
}
