package nlri

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// defect says what is wrong inside an NLRI; the zero value says nothing is. The text has one %d for the value.
type defect struct {
	text  string
	value int
}

func (d defect) wrong() bool { return d.text != "" }

func (d defect) String() string { return fmt.Sprintf(d.text, d.value) }

// Check returns, as a *Error, what is wrong with a single NLRI; nil if it is sound. Types the codec does not know are
// sound.
func Check(f Family, form Form, n NLRI) error {
	layout := layoutOf(f, form)
	if layout == unknown {
		return &Error{f, 0, "the family is unknown and nothing says how its NLRI are cut"}
	}
	if layout.size(n) != len(n) {
		return &Error{f, 0, fmt.Sprintf("its length field does not say %d octets", len(n))}
	}
	if d := layout.check(f, form, n); d.wrong() {
		return &Error{f, 0, d.String()}
	}
	return nil
}

// check looks inside an NLRI whose length field is right.
func (l layout) check(f Family, form Form, n NLRI) defect {
	switch l {
	case prefix:
		return checkPrefix(f, int(n[0]))
	case labeledPrefix, vpnPrefix:
		labels := labelOctets(f, form, n)
		if labels == 0 {
			return defect{"%d bits hold no whole label stack", int(n[0])}
		}
		bits := int(n[0]) - 8*labels
		if l == vpnPrefix {
			bits -= 64
		}
		if bits < 0 {
			return defect{"%d bits hold no prefix behind labels and Route Distinguisher", int(n[0])}
		}
		return checkPrefix(f, bits)
	case routeTarget:
		// RFC 4684 §4: the default is 0, and the origin AS is no prefix.
		if bits := int(n[0]); bits != 0 && bits < 32 || bits > 96 {
			return defect{"prefix length %d, must be 0 or 32 to 96", bits}
		}
	case srPolicy:
		if int(n[0]) != 64+f.addressBits() {
			return defect{"length %d, must be 64 bits and an endpoint address", int(n[0])}
		}
	case evpn:
		return checkEVPN(n)
	case mvpn:
		return checkMVPN(n)
	case mup:
		return checkMUP(f, n)
	case linkState:
		return checkLinkState(n, n[4:])
	case linkStateVPN:
		if len(n) < 4+8 {
			return defect{"length %d holds no Route Distinguisher", len(n) - 4}
		}
		return checkLinkState(n, n[4+8:])
	case flowSpec, flowSpecVPN:
		return checkFlowSpec(f, n)
	}
	return defect{}
}

func checkPrefix(f Family, bits int) defect {
	if bits > f.addressBits() {
		if f.AFI() == AFIIPv6 {
			return defect{"prefix length %d, must be 0 to 128", bits}
		}
		return defect{"prefix length %d, must be 0 to 32", bits}
	}
	return defect{}
}

// checkLinkState looks at the body of a BGP-LS NLRI, after the Route Distinguisher if there is one.
func checkLinkState(n NLRI, body []byte) defect {
	if !LinkStateType(binary.BigEndian.Uint16(n)).known() {
		return defect{}
	}
	if len(body) < 9 {
		return defect{"length %d holds no Protocol-ID and Identifier", len(n) - 4}
	}
	// RFC 9552 §8.2.2: lengths and order of the TLVs count. Their values, and whether one is missing, are not for a
	// reflector to judge.
	last, lastKind := TLVs(nil), -1
	for rest := TLVs(body[9:]); len(rest) > 0; {
		if len(rest) < 4 {
			return defect{"%d octets are left where a TLV should begin", len(rest)}
		}
		kind, size := int(binary.BigEndian.Uint16(rest)), 4+int(binary.BigEndian.Uint16(rest[2:]))
		if size > len(rest) {
			return defect{"TLV %d passes the end of the NLRI", kind}
		}
		// RFC 9552 §5.1: TLVs ascend by type, those of one type by length, then by value. So do their octets.
		if kind < lastKind || kind == lastKind && bytes.Compare(rest[:size], last) < 0 {
			return defect{"TLV %d is out of order", kind}
		}
		if kind == tlvLocalNode || kind == tlvRemoteNode {
			if d := checkNode(kind, rest[4:size]); d.wrong() {
				return d
			}
		}
		if !descriptorLengthOK(kind, size-4) {
			return defect{"TLV %d has another length than its RFC gives it", kind}
		}
		last, lastKind, rest = rest[:size], kind, rest[size:]
	}
	return defect{}
}

// checkNode looks at lengths and order of the sub-TLVs of node descriptors.
func checkNode(node int, t TLVs) defect {
	last := -1
	for len(t) > 0 {
		if len(t) < 4 {
			return defect{"a sub-TLV passes the end of TLV %d", node}
		}
		kind, size := int(binary.BigEndian.Uint16(t)), 4+int(binary.BigEndian.Uint16(t[2:]))
		if size > len(t) {
			return defect{"a sub-TLV passes the end of TLV %d", node}
		}
		// RFC 9552 §5.2.1.4: ascending, each at most once.
		if kind <= last {
			return defect{"sub-TLV %d of a node is repeated or out of order", kind}
		}
		if !descriptorLengthOK(kind, size-4) {
			return defect{"sub-TLV %d of a node has another length than its RFC gives it", kind}
		}
		last, t = kind, t[size:]
	}
	return defect{}
}

// checkEVPN looks at the lengths inside the known route types; the others are carried as they came.
func checkEVPN(n NLRI) defect {
	length := int(n[1])
	switch EVPNType(n[0]) {
	case EVPNEthernetAD:
		if length != 25 {
			return defect{"Ethernet A-D route of length %d, must be 25", length}
		}
	case EVPNMACIP:
		if length < 33 {
			return defect{"MAC/IP route of length %d, must be at least 33", length}
		}
		if n[24] != 48 {
			return defect{"MAC address length %d, must be 48", int(n[24])}
		}
		ip := int(n[31])
		if ip != 0 && ip != 32 && ip != 128 {
			return defect{"IP address length %d, must be 0, 32 or 128", ip}
		}
		if labels := length - 30 - ip/8; labels != 3 && labels != 6 {
			return defect{"%d octets of labels, must be 3 or 6", labels}
		}
	case EVPNIMET:
		if length < 13 || !routerAddress(n[14], length-13) {
			return defect{"Inclusive Multicast route of length %d, must be 17 or 29 and its IP address length 32 or 128", length}
		}
	case EVPNEthernetSegment:
		if length < 19 || !routerAddress(n[20], length-19) {
			return defect{"Ethernet Segment route of length %d, must be 23 or 35 and its IP address length 32 or 128", length}
		}
	case EVPNIPPrefix:
		// RFC 9136 §3.1: the length tells IPv4 from IPv6.
		if length != 34 && length != 58 {
			return defect{"IP Prefix route of length %d, must be 34 or 58", length}
		}
		if bits := int(n[24]); bits > 128 || length == 34 && bits > 32 {
			return defect{"IP prefix length %d is more than its address has", bits}
		}
	case EVPNSMET:
		return checkEVPNMulticast(n, 2+8+4, 1)
	case EVPNReportSynch:
		return checkEVPNMulticast(n, 2+8+10+4, 1)
	case EVPNLeaveSynch:
		return checkEVPNMulticast(n, 2+8+10+4, 6)
	case EVPNRegionIPMSI:
		if length != 20 {
			return defect{"Per-Region I-PMSI A-D route of length %d, must be 20", length}
		}
	case EVPNSPMSI:
		return checkEVPNMulticast(n, 2+8+4, 0)
	case EVPNLeafAD:
		if leafOriginator(n) == 0 {
			return defect{"Leaf A-D route of length %d, which holds no Route Key and originating router", length}
		}
	}
	return defect{}
}

// routerAddress reports whether a length in bits is that of an address and agrees with the octets left for it.
func routerAddress(bits byte, octets int) bool {
	return (bits == 32 || bits == 128) && int(bits/8) == octets
}

// descriptorLengthOK holds the length of a descriptor against its own RFC, RFC 9552 §8.2.2. Any goes with
// one that is not known or has none: the IGP Router-ID is opaque (RFC 9552 §5.2.1.4).
func descriptorLengthOK(kind, length int) bool {
	switch kind {
	case tlvAS, tlvBGPLSID, tlvAreaID, tlvBGPRouterID, tlvMemberAS, tlvIPv4Interface, tlvIPv4Neighbor, tlvIPv4RouterID:
		return length == 4
	case tlvIPv6Interface, tlvIPv6Neighbor, tlvSID, tlvIPv6RouterID:
		return length == 16
	case tlvLinkIDs:
		return length == 8
	case tlvMultiTopology:
		return length > 0 && length%2 == 0
	case tlvOSPFRouteType:
		return length == 1
	case tlvPrefix:
		return length >= 1 && length <= 17
	}
	return true
}
