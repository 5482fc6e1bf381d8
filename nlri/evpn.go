package nlri

import (
	"encoding/binary"
	"net/netip"
)

// EVPNType is the route type of an EVPN NLRI, its first octet.
type EVPNType uint8

// EVPN route types (RFC 7432 §7, RFC 9136 §3, RFC 9251 §9, RFC 9572 §3). Every other type is carried as it came.
const (
	EVPNEthernetAD      EVPNType = 1
	EVPNMACIP           EVPNType = 2
	EVPNIMET            EVPNType = 3
	EVPNEthernetSegment EVPNType = 4
	EVPNIPPrefix        EVPNType = 5
	EVPNSMET            EVPNType = 6
	EVPNReportSynch     EVPNType = 7
	EVPNLeaveSynch      EVPNType = 8
	EVPNRegionIPMSI     EVPNType = 9
	EVPNSPMSI           EVPNType = 10
	EVPNLeafAD          EVPNType = 11
)

// AsEVPNType returns the route type of an EVPN NLRI.
func AsEVPNType(n NLRI) EVPNType { return EVPNType(n[0]) }

// isEVPN reports a sound EVPN NLRI of type t.
func isEVPN(n NLRI, t EVPNType) bool {
	return evpn.size(n) == len(n) && EVPNType(n[0]) == t && !checkEVPN(n).wrong()
}

// EthernetAD is an Ethernet Auto-Discovery route (RFC 7432 §7.1): type and length, then RD (8 octets), ESI (10),
// Ethernet Tag (4), label (3). It borrows.
type EthernetAD NLRI

// AsEthernetAD answers false unless n is a sound EVPN route of type 1.
func AsEthernetAD(n NLRI) (EthernetAD, bool) { return EthernetAD(n), isEVPN(n, EVPNEthernetAD) }

func (a EthernetAD) RD() RD                   { return RD(a[2:10]) }
func (a EthernetAD) ESI() ESI                 { return ESI(a[10:20]) }
func (a EthernetAD) EthernetTag() EthernetTag { return EthernetTag(binary.BigEndian.Uint32(a[20:])) }
func (a EthernetAD) Label() LabelField        { return labelFieldAt(a[24:]) }

// MACIP is a MAC/IP Advertisement route (RFC 7432 §7.2): type and length, then RD (8 octets), ESI (10), Ethernet Tag
// (4), MAC length (1), MAC (6), IP length (1), IP (0, 4 or 16), label 1 (3), label 2 (0 or 3). It borrows.
type MACIP NLRI

// AsMACIP answers false unless n is a sound EVPN route of type 2.
func AsMACIP(n NLRI) (MACIP, bool) { return MACIP(n), isEVPN(n, EVPNMACIP) }

func (m MACIP) RD() RD                   { return RD(m[2:10]) }
func (m MACIP) ESI() ESI                 { return ESI(m[10:20]) }
func (m MACIP) EthernetTag() EthernetTag { return EthernetTag(binary.BigEndian.Uint32(m[20:])) }
func (m MACIP) MAC() MAC                 { return MAC(m[25:31]) }

// IP returns the address of the host; the zero Addr if the route has none.
func (m MACIP) IP() netip.Addr {
	a, _ := netip.AddrFromSlice(m[32 : 32+int(m[31])/8])
	return a
}

func (m MACIP) Label1() LabelField { return labelFieldAt(m[32+int(m[31])/8:]) }

// Label2 returns the second label, that of the IP-VRF (RFC 9135 §4.1); false if the route has one only.
func (m MACIP) Label2() (LabelField, bool) {
	if at := 35 + int(m[31])/8; at < len(m) {
		return labelFieldAt(m[at:]), true
	}
	return 0, false
}

// IMET is an Inclusive Multicast Ethernet Tag route (RFC 7432 §7.3): type and length, then RD (8 octets), Ethernet Tag
// (4), IP length (1), IP address of the originating router (4 or 16). It borrows.
type IMET NLRI

// AsIMET answers false unless n is a sound EVPN route of type 3.
func AsIMET(n NLRI) (IMET, bool) { return IMET(n), isEVPN(n, EVPNIMET) }

func (m IMET) RD() RD                   { return RD(m[2:10]) }
func (m IMET) EthernetTag() EthernetTag { return EthernetTag(binary.BigEndian.Uint32(m[10:])) }

// IP returns the address of the originating router.
func (m IMET) IP() netip.Addr {
	a, _ := netip.AddrFromSlice(m[15:])
	return a
}

// EthernetSegment is an Ethernet Segment route (RFC 7432 §7.4): type and length, then RD (8 octets), ESI (10), IP length
// (1), IP address of the originating router (4 or 16). It borrows.
type EthernetSegment NLRI

// AsEthernetSegment answers false unless n is a sound EVPN route of type 4.
func AsEthernetSegment(n NLRI) (EthernetSegment, bool) {
	return EthernetSegment(n), isEVPN(n, EVPNEthernetSegment)
}

func (s EthernetSegment) RD() RD   { return RD(s[2:10]) }
func (s EthernetSegment) ESI() ESI { return ESI(s[10:20]) }

// IP returns the address of the originating router.
func (s EthernetSegment) IP() netip.Addr {
	a, _ := netip.AddrFromSlice(s[21:])
	return a
}

// IPPrefix is an IP Prefix route (RFC 9136 §3.1): type and length, then RD (8 octets), ESI (10), Ethernet Tag (4), prefix
// length (1), prefix (4 or 16), gateway (as many), label (3). It borrows.
type IPPrefix NLRI

// AsIPPrefix answers false unless n is a sound EVPN route of type 5.
func AsIPPrefix(n NLRI) (IPPrefix, bool) { return IPPrefix(n), isEVPN(n, EVPNIPPrefix) }

func (p IPPrefix) RD() RD                   { return RD(p[2:10]) }
func (p IPPrefix) ESI() ESI                 { return ESI(p[10:20]) }
func (p IPPrefix) EthernetTag() EthernetTag { return EthernetTag(binary.BigEndian.Uint32(p[20:])) }

// Prefix returns the prefix, host bits cleared.
func (p IPPrefix) Prefix() netip.Prefix {
	return prefixFrom(8*p.addressOctets(), int(p[24]), p[25:25+p.addressOctets()])
}

// Gateway returns the gateway address of the prefix's family, all zero if the route has none.
func (p IPPrefix) Gateway() netip.Addr {
	a, _ := netip.AddrFromSlice(p[25+p.addressOctets() : 25+2*p.addressOctets()])
	return a
}

func (p IPPrefix) Label() LabelField { return labelFieldAt(p[len(p)-3:]) }

func (p IPPrefix) addressOctets() int { return (len(p) - 28) / 2 }
