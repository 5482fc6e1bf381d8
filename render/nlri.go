package render

import (
	"encoding/binary"
	"net/netip"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
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
	case nlri.FlowSpec4, nlri.FlowSpec6, nlri.FlowSpecVPN4, nlri.FlowSpecVPN6, nlri.FlowSpecL2VPN:
		dst = appendRDOf(dst, f, form, n)
		if rule, ok := nlri.AsFlowSpec(f, n); ok {
			dst = append(appendName(dst, "rule"), '"')
			dst = append(rule.AppendText(dst), '"')
		}
		return dst
	case nlri.MVPN4, nlri.MVPN6:
		return appendMVPN(dst, n)
	case nlri.MUP4, nlri.MUP6:
		return appendMUP(dst, f, n)
	case nlri.SRPolicy4, nlri.SRPolicy6:
		p := nlri.SRPolicy(n)
		dst = appendUintMember(dst, "distinguisher", uint64(p.Distinguisher()))
		dst = appendUintMember(dst, "color", uint64(p.Color()))
		return appendAddr(dst, "endpoint", p.Endpoint())
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
			dst = wire.ExtCommunity(target).AppendTarget(dst)
		default:
			dst = wire.ExtCommunity(target).AppendText(dst)
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
