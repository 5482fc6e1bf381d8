package nlri

import (
	"encoding/hex"
	"net/netip"
	"strconv"
)

// appendEVPNMulticastText writes route types 6 to 11; false for other types.
func appendEVPNMulticastText(dst []byte, n NLRI) ([]byte, bool) {
	flags := MulticastFlags(0)
	switch EVPNType(n[0]) {
	case EVPNSMET:
		r := SMET(n)
		dst = appendRDAndTag(append(dst, "smet"...), r.RD(), r.EthernetTag())
		dst = appendFlowText(dst, r.Source(), r.Group())
		dst, flags = r.Originator().AppendTo(append(dst, " originator "...)), r.Flags()
	case EVPNReportSynch:
		r := ReportSynch(n)
		dst = appendRDAndTag(append(dst, "report-synch"...), r.RD(), r.EthernetTag())
		dst = r.ESI().AppendText(append(dst, " esi "...))
		dst = appendFlowText(dst, r.Source(), r.Group())
		dst, flags = r.Originator().AppendTo(append(dst, " originator "...)), r.Flags()
	case EVPNLeaveSynch:
		r := LeaveSynch(n)
		dst = appendRDAndTag(append(dst, "leave-synch"...), r.RD(), r.EthernetTag())
		dst = r.ESI().AppendText(append(dst, " esi "...))
		dst = appendFlowText(dst, r.Source(), r.Group())
		dst = r.Originator().AppendTo(append(dst, " originator "...))
		dst, flags = strconv.AppendUint(append(dst, " max-response-time "...), uint64(r.MaxResponseTime()), 10), r.Flags()
	case EVPNRegionIPMSI:
		r := RegionIPMSI(n)
		region := r.RegionID()
		dst = appendRDAndTag(append(dst, "region-i-pmsi"...), r.RD(), r.EthernetTag())
		return hex.AppendEncode(append(dst, " region 0x"...), region[:]), true
	case EVPNSPMSI:
		r := SPMSI(n)
		dst = appendRDAndTag(append(dst, "s-pmsi"...), r.RD(), r.EthernetTag())
		dst = appendFlowText(dst, r.Source(), r.Group())
		return r.Originator().AppendTo(append(dst, " originator "...)), true
	case EVPNLeafAD:
		r := LeafAD(n)
		dst = hex.AppendEncode(append(dst, "leaf-ad route-key "...), r.RouteKey())
		return r.Originator().AppendTo(append(dst, " originator "...)), true
	default:
		return dst, false
	}
	return strconv.AppendUint(append(dst, " flags "...), uint64(flags), 10), true
}

func appendRDAndTag(dst []byte, rd RD, tag EthernetTag) []byte {
	dst = rd.AppendText(append(dst, " rd "...))
	return tag.AppendText(append(dst, " tag "...))
}

// appendFlowText writes * for any.
func appendFlowText(dst []byte, source, group netip.Addr) []byte {
	return appendAddressOrAny(appendAddressOrAny(dst, " source ", source), " group ", group)
}

func appendAddressOrAny(dst []byte, word string, a netip.Addr) []byte {
	dst = append(dst, word...)
	if !a.IsValid() {
		return append(dst, '*')
	}
	return a.AppendTo(dst)
}

func (m MVPN) appendText(dst []byte) []byte {
	names := [...]string{"intra-as-i-pmsi", "inter-as-i-pmsi", "s-pmsi", "leaf-ad", "source-active", "shared-tree-join", "source-tree-join"}
	dst = append(dst, names[m.Type()-MVPNIntraASIPMSI]...)
	if rd, ok := m.RD(); ok {
		dst = rd.AppendText(append(dst, " rd "...))
	}
	if as, ok := m.SourceAS(); ok {
		dst = strconv.AppendUint(append(dst, " source-as "...), uint64(as), 10)
	}
	switch m.Type() {
	case MVPNLeafAD:
		dst = hex.AppendEncode(append(dst, " route-key "...), m.RouteKey())
	case MVPNSPMSI, MVPNSourceActive, MVPNSharedTreeJoin, MVPNSourceTreeJoin:
		dst = appendFlowText(dst, m.Source(), m.Group())
	}
	if router := m.Originator(); router.IsValid() {
		dst = router.AppendTo(append(dst, " originator "...))
	}
	return dst
}
