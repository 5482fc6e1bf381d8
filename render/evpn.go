package render

import (
	"net/netip"
	"strconv"

	"github.com/dci-rs/dci-rs/nlri"
)

// appendEVPN writes type and members of an EVPN route; a type that is not known is its number alone.
func appendEVPN(dst []byte, n nlri.NLRI, vni bool) []byte {
	kind := nlri.AsEVPNType(n)
	dst = appendUintMember(dst, "type", uint64(kind))
	switch kind {
	case nlri.EVPNEthernetAD:
		r := nlri.EthernetAD(n)
		dst = appendRD(dst, r.RD())
		dst = appendESI(dst, r.ESI())
		dst = appendTag(dst, r.EthernetTag())
		return appendLabelFields(dst, vni, r.Label())
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
			return appendLabelFields(dst, vni, r.Label1(), second)
		}
		return appendLabelFields(dst, vni, r.Label1())
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
		return appendLabelFields(dst, vni, r.Label())
	case nlri.EVPNSMET:
		r := nlri.SMET(n)
		dst = appendTag(appendRD(dst, r.RD()), r.EthernetTag())
		dst = appendTree(dst, r.Source(), r.Group(), r.Originator())
		return appendUintMember(dst, "flags", uint64(r.Flags()))
	case nlri.EVPNReportSynch:
		r := nlri.ReportSynch(n)
		dst = appendTag(appendESI(appendRD(dst, r.RD()), r.ESI()), r.EthernetTag())
		dst = appendTree(dst, r.Source(), r.Group(), r.Originator())
		return appendUintMember(dst, "flags", uint64(r.Flags()))
	case nlri.EVPNLeaveSynch:
		r := nlri.LeaveSynch(n)
		dst = appendTag(appendESI(appendRD(dst, r.RD()), r.ESI()), r.EthernetTag())
		dst = appendTree(dst, r.Source(), r.Group(), r.Originator())
		dst = appendUintMember(dst, "max-response-time", uint64(r.MaxResponseTime()))
		return appendUintMember(dst, "flags", uint64(r.Flags()))
	case nlri.EVPNRegionIPMSI:
		r := nlri.RegionIPMSI(n)
		dst = appendTag(appendRD(dst, r.RD()), r.EthernetTag())
		region := r.RegionID()
		return appendHexMember(dst, "region-id", region[:])
	case nlri.EVPNSPMSI:
		r := nlri.SPMSI(n)
		dst = appendTag(appendRD(dst, r.RD()), r.EthernetTag())
		return appendTree(dst, r.Source(), r.Group(), r.Originator())
	case nlri.EVPNLeafAD:
		r := nlri.LeafAD(n)
		return appendAddr(appendHexMember(dst, "route-key", r.RouteKey()), "originator", r.Originator())
	}
	return dst
}

// appendTree writes source and group of a multicast route, "" for any, and the router that tells it.
func appendTree(dst []byte, source, group, originator netip.Addr) []byte {
	return appendAddr(appendAddr(appendAddr(dst, "source", source), "group", group), "originator", originator)
}

func appendESI(dst []byte, esi nlri.ESI) []byte {
	dst = append(appendName(dst, "esi"), '"')
	return append(esi.AppendText(dst), '"')
}

func appendTag(dst []byte, tag nlri.EthernetTag) []byte {
	return appendUintMember(dst, "ethernet-tag", uint64(tag))
}

func appendLabelFields(dst []byte, vni bool, fields ...nlri.LabelField) []byte {
	dst = append(appendName(dst, "labels"), '[')
	for _, l := range fields {
		dst = strconv.AppendUint(appendComma(dst), uint64(fieldValue(l, vni)), 10)
	}
	return append(dst, ']')
}
