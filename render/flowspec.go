package render

import (
	"net/netip"
	"strconv"

	"github.com/dci-rs/dci-rs/nlri"
)

// appendFlowSpec writes the rule of a FlowSpec NLRI of IPv4 or IPv6. Its length has one octet, or
// two whose first begins with 0xf (RFC 8955 §4.1); VPN rules begin with an RD (§8).
func appendFlowSpec(dst []byte, f nlri.Family, form nlri.Form, n nlri.NLRI) []byte {
	rule := n[1:]
	if n[0] >= 0xf0 {
		rule = n[2:]
	}
	if rd, ok := nlri.AsRD(f, form, n); ok {
		dst = appendRD(dst, rd)
		rule = rule[8:]
	}
	dst = append(appendName(dst, "rule"), '"')
	return append(appendComponents(dst, rule, f.AFI() == nlri.AFIIPv6), '"')
}

// componentNames are the FlowSpec component types of RFC 8955 §4.2.2 and RFC 8956 §3.
var componentNames = [...]string{
	1: "destination", 2: "source", 3: "protocol", 4: "port", 5: "destination-port", 6: "source-port",
	7: "icmp-type", 8: "icmp-code", 9: "tcp-flags", 10: "packet-length", 11: "dscp", 12: "fragment", 13: "flow-label",
}

// appendComponents writes the components of a rule, "destination 192.0.2.0/24 protocol =6
// destination-port >=80&<=90". What cannot be read ends the text in hexadecimal.
func appendComponents(dst, rule []byte, ipv6 bool) []byte {
	for first := true; len(rule) > 0; first = false {
		if !first {
			dst = append(dst, ' ')
		}
		mark := len(dst)
		kind, rest, ok := rule[0], rule[1:], false
		if kind >= 1 && int(kind) < len(componentNames) {
			dst = append(append(dst, componentNames[kind]...), ' ')
			switch {
			case kind <= 2 && ipv6:
				dst, rest, ok = appendFlowPrefix6(dst, rest)
			case kind <= 2:
				dst, rest, ok = appendFlowPrefix4(dst, rest)
			default:
				dst, rest, ok = appendFlowOperators(dst, rest, kind == 9 || kind == 12)
			}
		}
		if !ok {
			return appendHex(append(dst[:mark], "0x"...), rule)
		}
		rule = rest
	}
	return dst
}

// appendFlowPrefix4 writes a component of prefix length and as many octets as it needs.
func appendFlowPrefix4(dst, b []byte) (_, rest []byte, ok bool) {
	if len(b) == 0 || b[0] > 32 {
		return dst, b, false
	}
	bits, octets := int(b[0]), (int(b[0])+7)/8
	if len(b) < 1+octets {
		return dst, b, false
	}
	var addr [4]byte
	copy(addr[:], b[1:1+octets])
	return netip.PrefixFrom(netip.AddrFrom4(addr), bits).AppendTo(dst), b[1+octets:], true
}

// appendFlowPrefix6 writes a component of prefix length, offset and the bits between them, from
// the offset on (RFC 8956 §3.1). An offset follows the prefix: "::1234:0:0:0/104 offset 64".
func appendFlowPrefix6(dst, b []byte) (_, rest []byte, ok bool) {
	if len(b) < 2 || b[0] > 128 || b[1] > 0 && b[1] >= b[0] {
		return dst, b, false
	}
	bits, offset := int(b[0]), int(b[1])
	octets := (bits - offset + 7) / 8
	if len(b) < 2+octets {
		return dst, b, false
	}
	var addr [16]byte
	for i := range bits - offset {
		if b[2+i/8]>>(7-i%8)&1 != 0 {
			addr[(offset+i)/8] |= 1 << (7 - (offset+i)%8)
		}
	}
	dst = netip.PrefixFrom(netip.AddrFrom16(addr), bits).AppendTo(dst)
	if offset > 0 {
		dst = strconv.AppendUint(append(dst, " offset "...), uint64(offset), 10)
	}
	return dst, b[2+octets:], true
}

// appendFlowOperators writes a list of operator and value pairs (RFC 8955 §4.2.1): terms joined by
// "|", or by "&" where the operator says so. Bit masks (TCP flags, fragments) are hexadecimal.
func appendFlowOperators(dst, b []byte, mask bool) (_, rest []byte, ok bool) {
	for first := true; len(b) > 0; first = false {
		op := b[0]
		size := 1 << (op >> 4 & 3)
		if len(b) < 1+size {
			return dst, b, false
		}
		switch {
		case first:
		case op&0x40 != 0:
			dst = append(dst, '&')
		default:
			dst = append(dst, '|')
		}
		value := beUint(b[1 : 1+size])
		if mask {
			dst = append(dst, [...]string{"", "=", "!", "!="}[op&3]...)
			dst = strconv.AppendUint(append(dst, "0x"...), value, 16)
		} else {
			dst = append(dst, [...]string{"false", "=", ">", ">=", "<", "<=", "!=", "true"}[op&7]...)
			if op&7 != 0 && op&7 != 7 {
				dst = strconv.AppendUint(dst, value, 10)
			}
		}
		b = b[1+size:]
		if op&0x80 != 0 { // the end of the list
			return dst, b, true
		}
	}
	return dst, b, false
}
