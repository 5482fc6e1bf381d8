package nlri

import (
	"fmt"
	"strconv"
	"strings"
)

// AFI is an Address Family Identifier (RFC 4760 §3), 2 octets on the wire.
type AFI uint16

// Address Family Identifiers with a family below.
const (
	AFIIPv4      AFI = 1
	AFIIPv6      AFI = 2
	AFIL2VPN     AFI = 25
	AFILinkState AFI = 16388
)

// SAFI is a Subsequent Address Family Identifier (RFC 4760 §3), 1 octet on the wire.
type SAFI uint8

// Subsequent Address Family Identifiers with a family below.
const (
	SAFIUnicast      SAFI = 1
	SAFIMulticast    SAFI = 2
	SAFILabeled      SAFI = 4
	SAFIMVPN         SAFI = 5
	SAFIVPLS         SAFI = 65
	SAFIEVPN         SAFI = 70
	SAFILinkState    SAFI = 71
	SAFILinkStateVPN SAFI = 72
	SAFISRPolicy     SAFI = 73
	SAFIMUP          SAFI = 85
	SAFIVPN          SAFI = 128
	SAFIRouteTarget  SAFI = 132
	SAFIFlowSpec     SAFI = 133
	SAFIFlowSpecVPN  SAFI = 134
)

// Family is an AFI and a SAFI: AFI<<8 | SAFI.
type Family uint32

// The families the codec knows.
const (
	IPv4Unicast   = Family(AFIIPv4)<<8 | Family(SAFIUnicast)
	IPv4Multicast = Family(AFIIPv4)<<8 | Family(SAFIMulticast)
	IPv4Labeled   = Family(AFIIPv4)<<8 | Family(SAFILabeled)
	MVPN4         = Family(AFIIPv4)<<8 | Family(SAFIMVPN)
	SRPolicy4     = Family(AFIIPv4)<<8 | Family(SAFISRPolicy)
	MUP4          = Family(AFIIPv4)<<8 | Family(SAFIMUP)
	VPNv4         = Family(AFIIPv4)<<8 | Family(SAFIVPN)
	RouteTarget   = Family(AFIIPv4)<<8 | Family(SAFIRouteTarget)
	FlowSpec4     = Family(AFIIPv4)<<8 | Family(SAFIFlowSpec)
	FlowSpecVPN4  = Family(AFIIPv4)<<8 | Family(SAFIFlowSpecVPN)

	IPv6Unicast   = Family(AFIIPv6)<<8 | Family(SAFIUnicast)
	IPv6Multicast = Family(AFIIPv6)<<8 | Family(SAFIMulticast)
	IPv6Labeled   = Family(AFIIPv6)<<8 | Family(SAFILabeled)
	MVPN6         = Family(AFIIPv6)<<8 | Family(SAFIMVPN)
	SRPolicy6     = Family(AFIIPv6)<<8 | Family(SAFISRPolicy)
	MUP6          = Family(AFIIPv6)<<8 | Family(SAFIMUP)
	VPNv6         = Family(AFIIPv6)<<8 | Family(SAFIVPN)
	FlowSpec6     = Family(AFIIPv6)<<8 | Family(SAFIFlowSpec)
	FlowSpecVPN6  = Family(AFIIPv6)<<8 | Family(SAFIFlowSpecVPN)

	VPLS          = Family(AFIL2VPN)<<8 | Family(SAFIVPLS)
	EVPN          = Family(AFIL2VPN)<<8 | Family(SAFIEVPN)
	FlowSpecL2VPN = Family(AFIL2VPN)<<8 | Family(SAFIFlowSpecVPN)

	BGPLS    = Family(AFILinkState)<<8 | Family(SAFILinkState)
	BGPLSVPN = Family(AFILinkState)<<8 | Family(SAFILinkStateVPN)
)

// families names what the codec knows, in the spelling of configuration and output.
var families = [...]struct {
	family Family
	name   string
}{
	{IPv4Unicast, "ipv4"},
	{IPv6Unicast, "ipv6"},
	{IPv4Labeled, "ipv4-labeled"},
	{IPv6Labeled, "ipv6-labeled"},
	{VPNv4, "vpnv4"},
	{VPNv6, "vpnv6"},
	{EVPN, "evpn"},
	{VPLS, "vpls"},
	{BGPLS, "bgp-ls"},
	{BGPLSVPN, "bgp-ls-vpn"},
	{RouteTarget, "route-target"},
	{FlowSpec4, "flowspec4"},
	{FlowSpec6, "flowspec6"},
	{FlowSpecVPN4, "flowspec-vpnv4"},
	{FlowSpecVPN6, "flowspec-vpnv6"},
	{FlowSpecL2VPN, "flowspec-l2vpn"},
	{MVPN4, "mvpnv4"},
	{MVPN6, "mvpnv6"},
	{SRPolicy4, "sr-policy4"},
	{SRPolicy6, "sr-policy6"},
	{MUP4, "mup4"},
	{MUP6, "mup6"},
	{IPv4Multicast, "multicast4"},
	{IPv6Multicast, "multicast6"},
}

// FamilyOf joins an AFI and a SAFI.
func FamilyOf(a AFI, s SAFI) Family { return Family(a)<<8 | Family(s) }

// AFI returns the upper part.
func (f Family) AFI() AFI { return AFI(f >> 8) }

// SAFI returns the lower part.
func (f Family) SAFI() SAFI { return SAFI(f) }

// Supported reports whether the codec knows how an NLRI field of f is cut.
func (f Family) Supported() bool { return layoutOf(f, 0) != unknown }

// String returns the name of f, or "AFI/SAFI" in numbers.
func (f Family) String() string { return string(f.AppendText(nil)) }

// AppendText appends what String returns.
func (f Family) AppendText(dst []byte) []byte {
	for i := range families {
		if families[i].family == f {
			return append(dst, families[i].name...)
		}
	}
	dst = strconv.AppendUint(dst, uint64(f.AFI()), 10)
	dst = append(dst, '/')
	return strconv.AppendUint(dst, uint64(f.SAFI()), 10)
}

// ParseFamily reads a name or "AFI/SAFI" in numbers.
func ParseFamily(s string) (Family, error) {
	for i := range families {
		if families[i].name == s {
			return families[i].family, nil
		}
	}
	afi, safi, numeric := strings.Cut(s, "/")
	a, errAFI := strconv.ParseUint(afi, 10, 16)
	b, errSAFI := strconv.ParseUint(safi, 10, 8)
	if numeric && errAFI == nil && errSAFI == nil {
		return FamilyOf(AFI(a), SAFI(b)), nil
	}
	names := make([]string, len(families))
	for i := range families {
		names[i] = families[i].name
	}
	return 0, fmt.Errorf("unknown family %q: expected AFI/SAFI in numbers, such as 25/70, or one of %s", s, strings.Join(names, " "))
}

// addressBits is the length of an address of f's AFI.
func (f Family) addressBits() int {
	if f.AFI() == AFIIPv6 {
		return 128
	}
	return 32
}
