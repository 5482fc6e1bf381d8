package nlri

import (
	"encoding/binary"
	"net/netip"
)

// EVPNMulticastFields is what EVPN routes of types 6, 7, 8 and 10 hold, each as much of it as its encoder says.
type EVPNMulticastFields struct {
	RD              RD
	ESI             ESI // types 7 and 8
	EthernetTag     EthernetTag
	Source          netip.Addr // the zero Addr: any
	Group           netip.Addr // the zero Addr: any
	Originator      netip.Addr
	MaxResponseTime uint8          // type 8
	Flags           MulticastFlags // types 6, 7 and 8
}

// AppendSMET appends an EVPN route of type 6.
func AppendSMET(dst []byte, m EVPNMulticastFields) []byte {
	start := len(dst)
	dst = m.appendHead(dst, EVPNSMET)
	return endEVPN(append(dst, byte(m.Flags)), start)
}

// AppendReportSynch appends an EVPN route of type 7.
func AppendReportSynch(dst []byte, m EVPNMulticastFields) []byte {
	start := len(dst)
	dst = m.appendHead(dst, EVPNReportSynch)
	return endEVPN(append(dst, byte(m.Flags)), start)
}

// AppendLeaveSynch appends an EVPN route of type 8.
func AppendLeaveSynch(dst []byte, m EVPNMulticastFields) []byte {
	start := len(dst)
	dst = m.appendHead(dst, EVPNLeaveSynch)
	return endEVPN(append(dst, 0, 0, 0, 0, m.MaxResponseTime, byte(m.Flags)), start)
}

// AppendSPMSI appends an EVPN route of type 10.
func AppendSPMSI(dst []byte, m EVPNMulticastFields) []byte {
	start := len(dst)
	return endEVPN(m.appendHead(dst, EVPNSPMSI), start)
}

// AppendRegionIPMSI appends an EVPN route of type 9.
func AppendRegionIPMSI(dst []byte, rd RD, tag EthernetTag, region [8]byte) []byte {
	dst = append(dst, byte(EVPNRegionIPMSI), 20)
	dst = append(dst, rd[:]...)
	dst = binary.BigEndian.AppendUint32(dst, uint32(tag))
	return append(dst, region[:]...)
}

// AppendLeafAD appends an EVPN route of type 11 that answers the route key.
func AppendLeafAD(dst []byte, key NLRI, router netip.Addr) []byte {
	start := len(dst)
	dst = append(dst, byte(EVPNLeafAD), 0)
	dst = append(dst, key...)
	return endEVPN(appendSizedAddress(dst, router), start)
}

// appendHead writes what the types have in common.
func (m EVPNMulticastFields) appendHead(dst []byte, t EVPNType) []byte {
	dst = append(dst, byte(t), 0)
	dst = append(dst, m.RD[:]...)
	if t == EVPNReportSynch || t == EVPNLeaveSynch {
		dst = append(dst, m.ESI[:]...)
	}
	dst = binary.BigEndian.AppendUint32(dst, uint32(m.EthernetTag))
	dst = appendSizedAddress(dst, m.Source)
	dst = appendSizedAddress(dst, m.Group)
	return appendSizedAddress(dst, m.Originator)
}
