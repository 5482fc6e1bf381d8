package nlri

import (
	"encoding/binary"
	"net/netip"
)

// SRPolicy is an SR Policy NLRI (RFC 9830 §2.1): a length in bits, 96 or 192 (1 octet), distinguisher (4), color (4),
// endpoint (4 or 16, of the family's AFI). It borrows.
type SRPolicy NLRI

// AsSRPolicy answers false unless n is a sound NLRI of SRPolicy4 or SRPolicy6.
func AsSRPolicy(f Family, n NLRI) (SRPolicy, bool) {
	return SRPolicy(n), layoutOf(f, 0) == srPolicy && srPolicy.size(n) == len(n) && !srPolicy.check(f, 0, n).wrong()
}

func (s SRPolicy) Distinguisher() uint32 { return binary.BigEndian.Uint32(s[1:]) }
func (s SRPolicy) Color() uint32         { return binary.BigEndian.Uint32(s[5:]) }

// Endpoint returns the endpoint of the policy; the unspecified address is the null endpoint (RFC 9256 §2.1).
func (s SRPolicy) Endpoint() netip.Addr {
	a, _ := netip.AddrFromSlice(s[9:])
	return a
}
