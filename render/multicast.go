package render

import (
	"github.com/dci-rs/dci-rs/nlri"
)

// appendMVPN writes type and members of an MCAST-VPN route (RFC 6514 §4); a type that is not known is its
// number alone.
func appendMVPN(dst []byte, n nlri.NLRI) []byte {
	dst = appendUintMember(dst, "type", uint64(n[0]))
	m, ok := nlri.AsMVPN(n)
	if !ok {
		return dst
	}
	if rd, ok := m.RD(); ok {
		dst = appendRD(dst, rd)
	}
	if as, ok := m.SourceAS(); ok {
		dst = appendUintMember(dst, "source-as", uint64(as))
	}
	switch m.Type() {
	case nlri.MVPNSPMSI, nlri.MVPNSourceActive, nlri.MVPNSharedTreeJoin, nlri.MVPNSourceTreeJoin:
		dst = appendAddr(appendAddr(dst, "source", m.Source()), "group", m.Group())
	case nlri.MVPNLeafAD:
		dst = appendHexMember(dst, "route-key", m.RouteKey())
	}
	if a := m.Originator(); a.IsValid() {
		dst = appendAddr(dst, "originator", a)
	}
	return dst
}

// appendMUP writes type and members of a BGP-MUP route (draft-ietf-bess-mup-safi §3.1): of an architecture
// and a type that are not known their numbers alone.
func appendMUP(dst []byte, f nlri.Family, n nlri.NLRI) []byte {
	dst = appendUintMember(dst, "type", uint64(n[1])<<8|uint64(n[2]))
	m, ok := nlri.AsMUP(f, n)
	if !ok {
		return appendUintMember(dst, "architecture", uint64(n[0]))
	}
	dst = appendRD(dst, m.RD())
	if p := m.Prefix(); p.IsValid() {
		dst = appendPrefixMember(dst, "prefix", p)
	}
	if a := m.Address(); a.IsValid() {
		dst = appendAddr(dst, "address", a)
	}
	if a := m.Endpoint(); a.IsValid() {
		dst = appendAddr(dst, "endpoint", a)
	}
	if teid, bits := m.TEID(); bits > 0 {
		dst = appendUintMember(dst, "teid", uint64(teid))
	}
	if m.Type() == nlri.MUPType1Session {
		dst = appendUintMember(dst, "qfi", uint64(m.QFI()))
	}
	if a := m.Source(); a.IsValid() {
		dst = appendAddr(dst, "source", a)
	}
	return dst
}
