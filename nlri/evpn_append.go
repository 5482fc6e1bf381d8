package nlri

import (
	"encoding/binary"
	"net/netip"
)

// AppendEthernetAD appends an EVPN route of type 1.
func AppendEthernetAD(dst []byte, rd RD, esi ESI, tag EthernetTag, label LabelField) []byte {
	dst = append(dst, byte(EVPNEthernetAD), 25)
	dst = append(dst, rd[:]...)
	dst = append(dst, esi[:]...)
	dst = binary.BigEndian.AppendUint32(dst, uint32(tag))
	return appendLabelField(dst, label)
}

// MACIPFields is what an EVPN route of type 2 holds.
type MACIPFields struct {
	RD          RD
	ESI         ESI
	EthernetTag EthernetTag
	MAC         MAC
	IP          netip.Addr // the zero Addr: none
	Label1      LabelField
	Label2      LabelField // 0: none
}

// AppendMACIP appends an EVPN route of type 2.
func AppendMACIP(dst []byte, m MACIPFields) []byte {
	start := len(dst)
	dst = append(dst, byte(EVPNMACIP), 0)
	dst = append(dst, m.RD[:]...)
	dst = append(dst, m.ESI[:]...)
	dst = binary.BigEndian.AppendUint32(dst, uint32(m.EthernetTag))
	dst = append(dst, 48)
	dst = append(dst, m.MAC[:]...)
	dst = appendSizedAddress(dst, m.IP)
	dst = appendLabelField(dst, m.Label1)
	if m.Label2 != 0 {
		dst = appendLabelField(dst, m.Label2)
	}
	return endEVPN(dst, start)
}

// AppendIMET appends an EVPN route of type 3.
func AppendIMET(dst []byte, rd RD, tag EthernetTag, router netip.Addr) []byte {
	start := len(dst)
	dst = append(dst, byte(EVPNIMET), 0)
	dst = append(dst, rd[:]...)
	dst = binary.BigEndian.AppendUint32(dst, uint32(tag))
	dst = appendSizedAddress(dst, router)
	return endEVPN(dst, start)
}

// AppendEthernetSegment appends an EVPN route of type 4.
func AppendEthernetSegment(dst []byte, rd RD, esi ESI, router netip.Addr) []byte {
	start := len(dst)
	dst = append(dst, byte(EVPNEthernetSegment), 0)
	dst = append(dst, rd[:]...)
	dst = append(dst, esi[:]...)
	dst = appendSizedAddress(dst, router)
	return endEVPN(dst, start)
}

// IPPrefixFields is what an EVPN route of type 5 holds.
type IPPrefixFields struct {
	RD          RD
	ESI         ESI
	EthernetTag EthernetTag
	Prefix      netip.Prefix
	Gateway     netip.Addr // of the prefix's family; the zero Addr: none
	Label       LabelField
}

// AppendIPPrefix appends an EVPN route of type 5.
func AppendIPPrefix(dst []byte, p IPPrefixFields) []byte {
	start := len(dst)
	dst = append(dst, byte(EVPNIPPrefix), 0)
	dst = append(dst, p.RD[:]...)
	dst = append(dst, p.ESI[:]...)
	dst = binary.BigEndian.AppendUint32(dst, uint32(p.EthernetTag))
	dst = append(dst, byte(p.Prefix.Bits()))
	address := p.Prefix.Masked().Addr()
	dst = appendAddress(dst, address)
	gateway := p.Gateway
	if gateway.BitLen() != address.BitLen() {
		gateway = netip.IPv4Unspecified()
		if address.Is6() {
			gateway = netip.IPv6Unspecified()
		}
	}
	dst = appendAddress(dst, gateway)
	dst = appendLabelField(dst, p.Label)
	return endEVPN(dst, start)
}

// endEVPN fills in the length of the route that begins at start.
func endEVPN(dst []byte, start int) []byte {
	dst[start+1] = byte(len(dst) - start - 2)
	return dst
}

// appendSizedAddress appends an address behind its length in bits.
func appendSizedAddress(dst []byte, a netip.Addr) []byte {
	return appendAddress(append(dst, byte(a.BitLen())), a)
}
