package nlri

import (
	"encoding/hex"
	"strconv"
)

// flowNames are the component types in words.
var flowNames = [...]string{
	FlowDestination: "destination", FlowSource: "source", FlowProtocol: "protocol", FlowPort: "port",
	FlowDestinationPort: "destination-port", FlowSourcePort: "source-port", FlowICMPType: "icmp-type",
	FlowICMPCode: "icmp-code", FlowTCPFlags: "tcp-flags", FlowPacketLength: "packet-length", FlowDSCP: "dscp",
	FlowFragment: "fragment", FlowLabel: "flow-label", FlowEtherType: "ether-type", FlowSourceMAC: "source-mac",
	FlowDestinationMAC: "destination-mac", FlowLLCDSAP: "llc-dsap", FlowLLCSSAP: "llc-ssap",
	FlowLLCControl: "llc-control", FlowSNAP: "snap", FlowVLAN: "vlan", FlowVLANCoS: "vlan-cos",
	FlowInnerVLAN: "inner-vlan", FlowInnerVLANCoS: "inner-vlan-cos",
}

// String returns the name of t, the number in decimal if it has none.
func (t FlowType) String() string { return nameOf(flowNames[:], uint8(t)) }

// AppendText appends what String returns.
func (t FlowType) AppendText(dst []byte) []byte { return appendNameOf(dst, flowNames[:], uint8(t)) }

// AppendText appends the rule, "destination 192.0.2.0/24 protocol =6 destination-port >=80&<=90": components by name,
// terms joined by | or &, masks of bits in hexadecimal. What All leaves out of a layer 2 specification ends the rule in
// hexadecimal.
func (s FlowSpec) AppendText(dst []byte) []byte {
	done := 0
	for c := range s.All() {
		if done > 0 {
			dst = append(dst, ' ')
		}
		dst = c.AppendText(dst)
		done += len(c.octets)
	}
	if done < len(s.components) {
		if done > 0 {
			dst = append(dst, ' ')
		}
		dst = hex.AppendEncode(append(dst, "0x"...), s.components[done:])
	}
	return dst
}

// AppendText appends name and value of the component.
func (c FlowComponent) AppendText(dst []byte) []byte {
	dst = append(c.Type().AppendText(dst), ' ')
	if p, offset, ok := c.Prefix(); ok {
		dst = p.AppendTo(dst)
		if offset > 0 {
			dst = strconv.AppendInt(append(dst, " offset "...), int64(offset), 10)
		}
		return dst
	}
	if mac, ok := c.MAC(); ok {
		return mac.AppendText(dst)
	}
	if !c.Type().hasTerms() {
		return hex.AppendEncode(append(dst, "0x"...), c.octets[2:])
	}
	first := true
	for t := range c.Terms() {
		switch {
		case first:
			// RFC 8955 §4.2.1.1: the first and bit is as good as unset.
			first = false
		case t.Operator&FlowAnd != 0:
			dst = append(dst, '&')
		default:
			dst = append(dst, '|')
		}
		dst = t.appendText(dst, c.Type().bitmask())
	}
	return dst
}

func (t FlowTerm) appendText(dst []byte, bitmask bool) []byte {
	if bitmask {
		dst = append(dst, [...]string{"", "=", "!", "!="}[t.Operator&3]...)
		return strconv.AppendUint(append(dst, "0x"...), t.Value, 16)
	}
	comparison := t.Operator & (FlowLess | FlowGreater | FlowEqual)
	dst = append(dst, [...]string{"false", "=", ">", ">=", "<", "<=", "!=", "true"}[comparison]...)
	if comparison != 0 && comparison != 7 {
		dst = strconv.AppendUint(dst, t.Value, 10)
	}
	return dst
}
