package nlri

import (
	"encoding/binary"
	"net/netip"
)

// MulticastFlags is the Flags field of EVPN route types 6 to 8 (RFC 9251 §9.1), 1 octet: versions of IGMP or MLD, and
// whether sources are included or excluded.
type MulticastFlags uint8

// Bits of MulticastFlags.
const (
	MulticastVersion1 MulticastFlags = 1 << iota
	MulticastVersion2
	MulticastVersion3
	MulticastExclude
)

// SMET is a Selective Multicast Ethernet Tag route (RFC 9251 §9.1): type and length, then RD (8 octets), Ethernet Tag
// (4), source, group and originating router, each an address (0, 4 or 16, the router 4 or 16) behind its length in bits
// (1), flags (1). It borrows.
type SMET NLRI

// AsSMET answers false unless n is a sound EVPN route of type 6.
func AsSMET(n NLRI) (SMET, bool) { return SMET(n), isEVPN(n, EVPNSMET) }

func (m SMET) RD() RD                   { return RD(m[2:10]) }
func (m SMET) EthernetTag() EthernetTag { return EthernetTag(binary.BigEndian.Uint32(m[10:])) }

// Source returns the source; the zero Addr stands for any.
func (m SMET) Source() netip.Addr { return sizedAddress(m[14:], 0) }

// Group returns the group; the zero Addr stands for any (RFC 9251 §9.1.3).
func (m SMET) Group() netip.Addr { return sizedAddress(m[14:], 1) }

// Originator returns the address of the originating router.
func (m SMET) Originator() netip.Addr { return sizedAddress(m[14:], 2) }

func (m SMET) Flags() MulticastFlags { return MulticastFlags(m[len(m)-1]) }

// ReportSynch is a Multicast Membership Report Synch route (RFC 9251 §9.2): as SMET, with an ESI (10 octets) between RD
// and Ethernet Tag. It borrows.
type ReportSynch NLRI

// AsReportSynch answers false unless n is a sound EVPN route of type 7.
func AsReportSynch(n NLRI) (ReportSynch, bool) { return ReportSynch(n), isEVPN(n, EVPNReportSynch) }

func (m ReportSynch) RD() RD                   { return RD(m[2:10]) }
func (m ReportSynch) ESI() ESI                 { return ESI(m[10:20]) }
func (m ReportSynch) EthernetTag() EthernetTag { return EthernetTag(binary.BigEndian.Uint32(m[20:])) }

// Source returns the source; the zero Addr stands for any.
func (m ReportSynch) Source() netip.Addr { return sizedAddress(m[24:], 0) }

// Group returns the group; the zero Addr stands for any.
func (m ReportSynch) Group() netip.Addr { return sizedAddress(m[24:], 1) }

// Originator returns the address of the originating router.
func (m ReportSynch) Originator() netip.Addr { return sizedAddress(m[24:], 2) }

func (m ReportSynch) Flags() MulticastFlags { return MulticastFlags(m[len(m)-1]) }

// LeaveSynch is a Multicast Leave Synch route (RFC 9251 §9.3): as ReportSynch, with Reserved (4 octets) and Maximum
// Response Time (1) before the flags. It borrows.
type LeaveSynch NLRI

// AsLeaveSynch answers false unless n is a sound EVPN route of type 8.
func AsLeaveSynch(n NLRI) (LeaveSynch, bool) { return LeaveSynch(n), isEVPN(n, EVPNLeaveSynch) }

func (m LeaveSynch) RD() RD                   { return RD(m[2:10]) }
func (m LeaveSynch) ESI() ESI                 { return ESI(m[10:20]) }
func (m LeaveSynch) EthernetTag() EthernetTag { return EthernetTag(binary.BigEndian.Uint32(m[20:])) }

// Source returns the source; the zero Addr stands for any.
func (m LeaveSynch) Source() netip.Addr { return sizedAddress(m[24:], 0) }

// Group returns the group; the zero Addr stands for any.
func (m LeaveSynch) Group() netip.Addr { return sizedAddress(m[24:], 1) }

// Originator returns the address of the originating router.
func (m LeaveSynch) Originator() netip.Addr { return sizedAddress(m[24:], 2) }

// MaxResponseTime returns the Maximum Response Time as IGMP codes it, in tenths of a second up to 127.
func (m LeaveSynch) MaxResponseTime() uint8 { return m[len(m)-2] }

func (m LeaveSynch) Flags() MulticastFlags { return MulticastFlags(m[len(m)-1]) }

// RegionIPMSI is a Per-Region I-PMSI A-D route (RFC 9572 §3.1): type and length, then RD (8 octets), Ethernet Tag (4),
// Region ID (8). It borrows.
type RegionIPMSI NLRI

// AsRegionIPMSI answers false unless n is a sound EVPN route of type 9.
func AsRegionIPMSI(n NLRI) (RegionIPMSI, bool) { return RegionIPMSI(n), isEVPN(n, EVPNRegionIPMSI) }

func (m RegionIPMSI) RD() RD                   { return RD(m[2:10]) }
func (m RegionIPMSI) EthernetTag() EthernetTag { return EthernetTag(binary.BigEndian.Uint32(m[10:])) }

// RegionID returns the region, written as an extended community is (RFC 9572 §6.2).
func (m RegionIPMSI) RegionID() [8]byte { return [8]byte(m[14:22]) }

// SPMSI is an S-PMSI A-D route (RFC 9572 §3.2): as SMET without flags. It borrows.
type SPMSI NLRI

// AsSPMSI answers false unless n is a sound EVPN route of type 10.
func AsSPMSI(n NLRI) (SPMSI, bool) { return SPMSI(n), isEVPN(n, EVPNSPMSI) }

func (m SPMSI) RD() RD                   { return RD(m[2:10]) }
func (m SPMSI) EthernetTag() EthernetTag { return EthernetTag(binary.BigEndian.Uint32(m[10:])) }

// Source returns the source; the zero Addr stands for any.
func (m SPMSI) Source() netip.Addr { return sizedAddress(m[14:], 0) }

// Group returns the group; the zero Addr stands for any.
func (m SPMSI) Group() netip.Addr { return sizedAddress(m[14:], 1) }

// Originator returns the address of the originating router.
func (m SPMSI) Originator() netip.Addr { return sizedAddress(m[14:], 2) }

// LeafAD is a Leaf A-D route (RFC 9572 §3.3): type and length, then Route Key, which is the NLRI of the route that it
// answers, length of an address in bits (1 octet), address of the originating router (4 or 16). It borrows.
type LeafAD NLRI

// AsLeafAD answers false unless n is a sound EVPN route of type 11.
func AsLeafAD(n NLRI) (LeafAD, bool) { return LeafAD(n), isEVPN(n, EVPNLeafAD) }

// RouteKey returns the NLRI of the route that this one answers. It is not checked.
func (m LeafAD) RouteKey() NLRI { return NLRI(m[2:leafOriginator(NLRI(m))]) }

// Originator returns the address of the originating router.
func (m LeafAD) Originator() netip.Addr { return sizedAddress(m[leafOriginator(NLRI(m)):], 0) }

// leafOriginator returns where the originating router of a route of type 11 stands, 0 if there is none: behind the Route
// Key, as long as that says it is. A key that says it is longer than the route is of a kind yet to come, which the
// originating router ends.
func leafOriginator(n NLRI) int {
	if len(n) < 4 {
		return 0
	}
	if at := 4 + int(n[3]); at <= len(n) {
		if at < len(n) && routerAddress(n[at], len(n)-at-1) {
			return at
		}
		return 0
	}
	for _, octets := range [...]int{16, 4} {
		if at := len(n) - 1 - octets; at > 2 && int(n[at]) == 8*octets {
			return at
		}
	}
	return 0
}

// sizedAddress returns address number i of those that follow each other in b, each behind its length in bits; the zero
// Addr for a length of 0.
func sizedAddress(b []byte, i int) netip.Addr {
	for ; i > 0; i-- {
		b = b[1+int(b[0])/8:]
	}
	a, _ := netip.AddrFromSlice(b[1 : 1+int(b[0])/8])
	return a
}

// checkFlow looks at a multicast source and group, each behind its length in bits, from start on, and returns where they
// end. A length of 0 stands for any (RFC 6625 §2).
func checkFlow(n NLRI, start int) (end int, d defect) {
	for _, text := range [...]string{"multicast source length %d, must be 0, 32 or 128", "multicast group length %d, must be 0, 32 or 128"} {
		if start >= len(n) {
			return start, defect{"length %d holds no multicast source and group", int(n[1])}
		}
		if bits := int(n[start]); bits != 0 && bits != 32 && bits != 128 {
			return start, defect{text, bits}
		}
		start += 1 + int(n[start])/8
	}
	if start > len(n) {
		return start, defect{"length %d holds no multicast source and group", int(n[1])}
	}
	return start, defect{}
}

// checkEVPNMulticast looks at source, group and originating router from start on, and at the number of octets behind.
func checkEVPNMulticast(n NLRI, start, behind int) defect {
	end, d := checkFlow(n, start)
	if d.wrong() {
		return d
	}
	if end >= len(n) || !routerAddress(n[end], len(n)-end-1-behind) {
		return defect{"multicast route of length %d, which its addresses do not fill", int(n[1])}
	}
	return defect{}
}
