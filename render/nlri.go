package render

import (
	"encoding/binary"
	"net/netip"
	"strconv"

	"github.com/dci-rs/dci-rs/nlri"
)

// appendNLRI writes the members of a route that its NLRI says, family first. vni says what the
// label fields of EVPN hold. Of an NLRI that is not sound only the family is told.
func appendNLRI(dst []byte, f nlri.Family, form nlri.Form, n nlri.NLRI, vni bool) []byte {
	dst = append(appendName(dst, "family"), '"')
	dst = append(f.AppendText(dst), '"')
	if nlri.Check(f, form, n) != nil {
		return dst
	}
	switch f {
	case nlri.EVPN:
		return appendEVPN(dst, n, vni)
	case nlri.VPLS:
		return appendVPLS(dst, n)
	case nlri.RouteTarget:
		return appendRTMembership(dst, nlri.RTMembership(n))
	case nlri.BGPLS, nlri.BGPLSVPN:
		dst = appendUintMember(dst, "type", uint64(binary.BigEndian.Uint16(n)))
		dst = appendRDOf(dst, f, form, n)
		if l, ok := nlri.AsLinkState(f, n); ok {
			dst = appendLinkState(dst, l)
		}
		return dst
	case nlri.FlowSpec4, nlri.FlowSpec6, nlri.FlowSpecVPN4, nlri.FlowSpecVPN6:
		return appendFlowSpec(dst, f, form, n)
	}
	dst = appendRDOf(dst, f, form, n)
	if p := nlri.AsPrefix(f, form, n); p.IsValid() {
		dst = appendPrefixMember(dst, "prefix", p)
	}
	if labels := nlri.AsLabels(f, form, n); labels.Len() > 0 {
		dst = append(appendName(dst, "labels"), '[')
		for label := range labels.All() {
			dst = label.AppendText(appendComma(dst))
		}
		dst = append(dst, ']')
	}
	return dst
}

func appendEVPN(dst []byte, n nlri.NLRI, vni bool) []byte {
	kind := nlri.AsEVPNType(n)
	dst = appendUintMember(dst, "type", uint64(kind))
	switch kind {
	case nlri.EVPNEthernetAD:
		r := nlri.EthernetAD(n)
		dst = appendRD(dst, r.RD())
		dst = appendESI(dst, r.ESI())
		dst = appendTag(dst, r.EthernetTag())
		return appendFields(dst, vni, r.Label())
	case nlri.EVPNMACIP:
		r := nlri.MACIP(n)
		dst = appendRD(dst, r.RD())
		dst = appendESI(dst, r.ESI())
		dst = appendTag(dst, r.EthernetTag())
		dst = append(appendName(dst, "mac"), '"')
		dst = append(r.MAC().AppendText(dst), '"')
		if ip := r.IP(); ip.IsValid() {
			dst = appendAddr(dst, "ip", ip)
		}
		if second, ok := r.Label2(); ok {
			return appendFields(dst, vni, r.Label1(), second)
		}
		return appendFields(dst, vni, r.Label1())
	case nlri.EVPNIMET:
		r := nlri.IMET(n)
		dst = appendRD(dst, r.RD())
		dst = appendTag(dst, r.EthernetTag())
		return appendAddr(dst, "ip", r.IP())
	case nlri.EVPNEthernetSegment:
		r := nlri.EthernetSegment(n)
		dst = appendRD(dst, r.RD())
		dst = appendESI(dst, r.ESI())
		return appendAddr(dst, "ip", r.IP())
	case nlri.EVPNIPPrefix:
		r := nlri.IPPrefix(n)
		dst = appendRD(dst, r.RD())
		dst = appendESI(dst, r.ESI())
		dst = appendTag(dst, r.EthernetTag())
		dst = appendPrefixMember(dst, "prefix", r.Prefix())
		dst = appendAddr(dst, "gateway", r.Gateway())
		return appendFields(dst, vni, r.Label())
	case nlri.EVPNSMET:
		return appendSMET(dst, n[2:])
	}
	return dst
}

// appendSMET writes a Selective Multicast Ethernet Tag route (RFC 9251 §9.1): RD (8 octets),
// Ethernet Tag (4), source, group and originating router each behind their length in bits (1),
// flags (1). A route cut otherwise is left as its type alone.
func appendSMET(dst, b []byte) []byte {
	if len(b) < 12 {
		return dst
	}
	var addresses [3]netip.Addr
	rest := b[12:]
	for i := range addresses {
		if len(rest) < 1 || rest[0]%8 != 0 || len(rest) < 1+int(rest[0])/8 {
			return dst
		}
		end := 1 + int(rest[0])/8
		a, ok := netip.AddrFromSlice(rest[1:end])
		if !ok && end > 1 {
			return dst
		}
		addresses[i], rest = a, rest[end:]
	}
	if len(rest) != 1 {
		return dst
	}
	dst = appendRD(dst, nlri.RD(b[:8]))
	dst = appendTag(dst, nlri.EthernetTag(beUint(b[8:12])))
	dst = appendAddr(dst, "source", addresses[0])
	dst = appendAddr(dst, "group", addresses[1])
	dst = appendAddr(dst, "originator", addresses[2])
	return appendUintMember(dst, "flags", uint64(rest[0]))
}

func appendVPLS(dst []byte, n nlri.NLRI) []byte {
	if v, ok := nlri.AsVPLSBlock(n); ok {
		dst = appendRD(dst, v.RD())
		dst = appendUintMember(dst, "ve-id", uint64(v.VEID()))
		dst = appendUintMember(dst, "block-offset", uint64(v.BlockOffset()))
		dst = appendUintMember(dst, "block-size", uint64(v.BlockSize()))
		return appendUintMember(dst, "label-base", uint64(v.LabelBase()))
	}
	if v, ok := nlri.AsVPLSAD(n); ok {
		dst = appendRD(dst, v.RD())
		return appendAddr(dst, "bgp-ad", v.PE())
	}
	return dst
}

// appendRTMembership writes a membership (RFC 4684 §4); a route target that its length cuts short
// as hexadecimal digits.
func appendRTMembership(dst []byte, m nlri.RTMembership) []byte {
	if m.Bits() > 0 {
		dst = appendUintMember(dst, "origin-as", uint64(m.OriginAS()))
	}
	if m.Bits() > 32 {
		target := m.Target()
		dst = append(appendName(dst, "route-target"), '"')
		switch {
		case m.Bits() < 96:
			dst = appendHex(append(dst, "0x"...), target[:])
		case target[0] <= 2 && target[1] == 2:
			dst = AppendRouteTarget(dst, target)
		default:
			dst = AppendExtCommunity(dst, target)
		}
		dst = append(dst, '"')
	}
	return appendUintMember(dst, "length", uint64(m.Bits()))
}

func appendRD(dst []byte, rd nlri.RD) []byte {
	dst = append(appendName(dst, "rd"), '"')
	return append(rd.AppendText(dst), '"')
}

func appendRDOf(dst []byte, f nlri.Family, form nlri.Form, n nlri.NLRI) []byte {
	if rd, ok := nlri.AsRD(f, form, n); ok {
		return appendRD(dst, rd)
	}
	return dst
}

func appendESI(dst []byte, esi nlri.ESI) []byte {
	dst = append(appendName(dst, "esi"), '"')
	return append(esi.AppendText(dst), '"')
}

func appendTag(dst []byte, tag nlri.EthernetTag) []byte {
	return appendUintMember(dst, "ethernet-tag", uint64(tag))
}

func appendFields(dst []byte, vni bool, fields ...nlri.LabelField) []byte {
	dst = append(appendName(dst, "labels"), '[')
	for _, l := range fields {
		dst = strconv.AppendUint(appendComma(dst), uint64(fieldValue(l, vni)), 10)
	}
	return append(dst, ']')
}

// appendAddr writes the zero Addr as an empty string.
func appendAddr(dst []byte, name string, a netip.Addr) []byte {
	dst = append(appendName(dst, name), '"')
	if a.IsValid() {
		dst = a.AppendTo(dst)
	}
	return append(dst, '"')
}

func appendPrefixMember(dst []byte, name string, p netip.Prefix) []byte {
	dst = append(appendName(dst, name), '"')
	return append(p.AppendTo(dst), '"')
}
