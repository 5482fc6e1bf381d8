package nlri

import "encoding/binary"

// AppendKey appends the identity of a sound NLRI within its family: what an announcement replaces and a withdrawal takes
// back. Labels, ESI, gateway, flags and whatever else may change under the same route are left out, host bits are
// cleared. The announced and the withdrawn form of one route have the same key.
func AppendKey(dst []byte, f Family, form Form, n NLRI) []byte {
	switch layoutOf(f, form) {
	case prefix, routeTarget, opaquePrefix:
		return appendPrefixKey(dst, n[0], n[1:])
	case labeledPrefix, vpnPrefix:
		labels := labelOctets(f, form, n)
		return appendPrefixKey(dst, n[0]-byte(8*labels), n[1+labels:])
	case evpn:
		return appendEVPNKey(dst, n)
	case mup:
		return appendMUPKey(dst, n)
	case vpls:
		// RFC 4761 §3.2.2: block size and label base belong to the route with this RD, VE ID and VE block offset.
		if len(n) == vplsBlockLen {
			return append(dst, n[:14]...)
		}
	}
	return append(dst, n...)
}

// appendPrefixKey appends a length in bits and octets with what lies beyond it cleared.
func appendPrefixKey(dst []byte, bits byte, octets []byte) []byte {
	dst = append(dst, bits)
	dst = append(dst, octets...)
	if partial := bits % 8; partial != 0 {
		dst[len(dst)-1] &= 0xff << (8 - partial)
	}
	return dst
}

func appendEVPNKey(dst []byte, n NLRI) []byte {
	switch EVPNType(n[0]) {
	case EVPNEthernetAD:
		// RFC 7432 §7.1: RD, ESI and Ethernet Tag; the label is data.
		return append(dst, n[:24]...)
	case EVPNMACIP:
		// RFC 7432 §7.2: ESI and labels are data.
		dst = append(dst, n[0])
		dst = append(dst, n[2:10]...)
		return append(dst, n[20:32+int(n[31])/8]...)
	case EVPNIPPrefix:
		// RFC 9136 §3.1: RD, Ethernet Tag, prefix length and prefix; ESI, gateway and label are data.
		dst = append(dst, n[0])
		dst = append(dst, n[2:10]...)
		dst = append(dst, n[20:25]...)
		address := n[25 : 25+(len(n)-2-26)/2]
		bits := int(n[24])
		dst = append(dst, address[:bits/8]...)
		if bits%8 != 0 {
			dst = append(dst, address[bits/8]&(0xff<<(8-bits%8)))
		}
		return append(dst, make([]byte, len(address)-(bits+7)/8)...)
	case EVPNSMET, EVPNReportSynch:
		// RFC 9251 §9.1, §9.2: the flags are data.
		return append(dst, n[:len(n)-1]...)
	case EVPNLeaveSynch:
		// RFC 9251 §9.3: Reserved, Maximum Response Time and flags are data.
		return append(dst, n[:len(n)-6]...)
	}
	return append(dst, n...)
}

// Locality returns a part of a sound NLRI that related routes share, so that they can be kept together: the RD, the
// covering /16 (IPv4) or /32 (IPv6), the local node, else the whole identity. Equal keys have equal localities. It is a
// sub-slice of n.
func Locality(f Family, form Form, n NLRI) []byte {
	switch layout := layoutOf(f, form); layout {
	case prefix:
		if octets := localityOctets(f); int(n[0]) >= 8*octets {
			return n[1 : 1+octets]
		}
		return n[:1+int(n[0])/8]
	case labeledPrefix:
		// The length octet counts the labels, which are no part of the key.
		labels := labelOctets(f, form, n)
		octets := min(int(n[0])/8-labels, localityOctets(f))
		return n[1+labels : 1+labels+octets]
	case vpnPrefix:
		labels := labelOctets(f, form, n)
		return n[1+labels : 1+labels+8]
	case routeTarget, opaquePrefix:
		return n[:1+int(n[0])/8]
	case evpn, vpls, mup, mvpn, linkStateVPN, flowSpecVPN:
		if rd, ok := rdOffset(layout, n); ok {
			return n[rd : rd+8]
		}
	case linkState:
		if node := localNode(n); node != nil {
			return node
		}
	}
	return n
}

func localityOctets(f Family) int {
	if f.AFI() == AFIIPv6 {
		return 4
	}
	return 2
}

// rdOffset returns where the Route Distinguisher of an NLRI without labels begins.
func rdOffset(l layout, n NLRI) (int, bool) {
	// RFC 6514 §4.4, RFC 9572 §3.3: a Leaf A-D route begins with the NLRI of another route.
	if l == mvpn && (!knownMVPN(n) || MVPNType(n[0]) == MVPNLeafAD) || l == evpn && EVPNType(n[0]) == EVPNLeafAD {
		return 0, false
	}
	offset := l.header(n)
	return offset, len(n) >= offset+8
}

// localNode returns the Local Node Descriptors TLV of a BGP-LS NLRI of a known type, nil if there is none.
func localNode(n NLRI) []byte {
	if !LinkStateType(binary.BigEndian.Uint16(n)).known() {
		return nil
	}
	for rest := n[4+9:]; len(rest) > 0; {
		size := 4 + int(binary.BigEndian.Uint16(rest[2:]))
		if binary.BigEndian.Uint16(rest) == tlvLocalNode {
			return rest[:size]
		}
		rest = rest[size:]
	}
	return nil
}
