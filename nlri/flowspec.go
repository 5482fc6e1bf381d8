package nlri

import (
	"iter"
	"net/netip"
)

// FlowType is the type of a component of a flow specification, its first octet.
type FlowType uint8

// Component types of IPv4 (1 to 12) and IPv6 (1 to 13) flow specifications (RFC 8955 §4.2.2, RFC 8956 §3), and those of
// layer 2 (draft-ietf-idr-flowspec-l2vpn).
const (
	FlowDestination     FlowType = 1
	FlowSource          FlowType = 2
	FlowProtocol        FlowType = 3
	FlowPort            FlowType = 4
	FlowDestinationPort FlowType = 5
	FlowSourcePort      FlowType = 6
	FlowICMPType        FlowType = 7
	FlowICMPCode        FlowType = 8
	FlowTCPFlags        FlowType = 9
	FlowPacketLength    FlowType = 10
	FlowDSCP            FlowType = 11
	FlowFragment        FlowType = 12
	FlowLabel           FlowType = 13
	FlowEtherType       FlowType = 14
	FlowSourceMAC       FlowType = 15
	FlowDestinationMAC  FlowType = 16
	FlowLLCDSAP         FlowType = 17
	FlowLLCSSAP         FlowType = 18
	FlowLLCControl      FlowType = 19
	FlowSNAP            FlowType = 20
	FlowVLAN            FlowType = 21
	FlowVLANCoS         FlowType = 22
	FlowInnerVLAN       FlowType = 23
	FlowInnerVLANCoS    FlowType = 24
)

// known reports a component type that flow specifications of f may have.
func (t FlowType) known(f Family) bool {
	last := FlowFragment
	switch f.AFI() {
	case AFIIPv6:
		last = FlowLabel
	case AFIL2VPN:
		last = FlowInnerVLANCoS
	}
	return t >= FlowDestination && t <= last
}

// hasTerms reports a component that is a list of operators and values.
func (t FlowType) hasTerms() bool {
	switch t {
	case FlowDestination, FlowSource, FlowSourceMAC, FlowDestinationMAC:
		return false
	}
	return true
}

// bitmask reports a component whose terms are masks of bits (RFC 8955 §4.2.1.2) and no numbers.
func (t FlowType) bitmask() bool { return t == FlowTCPFlags || t == FlowFragment }

// FlowSpec is a flow specification NLRI (RFC 8955 §4): a length in octets of 1 octet, or of 2 that begin with 0xf; in VPN
// families an RD (8); components in ascending order of their type, each once. It borrows.
type FlowSpec struct {
	family     Family
	components []byte
}

// AsFlowSpec answers false unless n is a sound flow specification of f.
func AsFlowSpec(f Family, n NLRI) (FlowSpec, bool) {
	switch layoutOf(f, 0) {
	case flowSpec, flowSpecVPN:
		if Check(f, 0, n) == nil {
			return FlowSpec{f, flowComponents(f, n)}, true
		}
	}
	return FlowSpec{}, false
}

// All yields the components in order. It ends at one that it cannot cut: of a type that the codec does not know or, of
// layer 2, written as in another version of the draft.
func (s FlowSpec) All() iter.Seq[FlowComponent] {
	return func(yield func(FlowComponent) bool) {
		for rest := s.components; len(rest) > 0; {
			size, _ := flowComponentSize(s.family, rest)
			if size == 0 || !yield(FlowComponent{s.family, rest[:size:size]}) {
				return
			}
			rest = rest[size:]
		}
	}
}

// FlowComponent is a component of a flow specification: a type (1 octet) and, by type, a prefix, a MAC address or a list
// of terms. It borrows.
type FlowComponent struct {
	family Family
	octets []byte
}

// Type returns the first octet.
func (c FlowComponent) Type() FlowType { return FlowType(c.octets[0]) }

// Prefix returns the prefix of a destination or source and the number of bits in front of it that do not count, 0 in
// IPv4 (RFC 8956 §3.1); false for other components.
func (c FlowComponent) Prefix() (p netip.Prefix, offset int, ok bool) {
	if c.Type() > FlowSource {
		return netip.Prefix{}, 0, false
	}
	bits := int(c.octets[1])
	if c.family.AFI() != AFIIPv6 {
		return prefixFrom(32, bits, c.octets[2:]), 0, true
	}
	offset = int(c.octets[2])
	var a [16]byte
	for i, octet := range c.octets[3:] {
		// The pattern begins at the offset, which need not be at the start of an octet.
		at := offset/8 + i
		a[at] |= octet >> (offset % 8)
		if at+1 < len(a) {
			a[at+1] = octet << (8 - offset%8)
		}
	}
	return prefixFrom(128, bits, a[:]), offset, true
}

// MAC returns the address of a layer 2 source or destination; false for other components.
func (c FlowComponent) MAC() (MAC, bool) {
	if c.Type() != FlowSourceMAC && c.Type() != FlowDestinationMAC || len(c.octets) != 2+6 {
		return MAC{}, false
	}
	return MAC(c.octets[2:]), true
}

// Terms yields the operators and values of a component; none of a prefix or a MAC address.
func (c FlowComponent) Terms() iter.Seq[FlowTerm] {
	return func(yield func(FlowTerm) bool) {
		if !c.Type().hasTerms() {
			return
		}
		for rest := c.octets[1:]; len(rest) > 0; {
			t := FlowTerm{Operator: FlowOperator(rest[0])}
			size := t.Operator.valueSize()
			for _, octet := range rest[1 : 1+size] {
				t.Value = t.Value<<8 | uint64(octet)
			}
			if !yield(t) {
				return
			}
			rest = rest[1+size:]
		}
	}
}

// FlowTerm is an operator and the value it compares with, 1, 2, 4 or 8 octets on the wire, big-endian.
type FlowTerm struct {
	Operator FlowOperator
	Value    uint64
}

// FlowOperator is the octet before a value (RFC 8955 §4.2.1). The lower bits mean a comparison of numbers or, in TCP
// flags and fragments, one of bits.
type FlowOperator uint8

// Bits of FlowOperator.
const (
	FlowEnd     FlowOperator = 0x80 // the last term of its component
	FlowAnd     FlowOperator = 0x40 // joined to the term before by and, otherwise by or; ignored on the first term
	FlowLess    FlowOperator = 0x04
	FlowGreater FlowOperator = 0x02
	FlowEqual   FlowOperator = 0x01
	FlowNot     FlowOperator = 0x02 // of a bitmask: the result is turned round
	FlowMatch   FlowOperator = 0x01 // of a bitmask: all bits are to be set, otherwise any of them
)

// valueSize returns the octets of the value behind o.
func (o FlowOperator) valueSize() int { return 1 << (o >> 4 & 3) }

// flowComponents returns what stands behind length and RD.
func flowComponents(f Family, n NLRI) []byte {
	l := layoutOf(f, 0)
	skip := l.header(n)
	if l == flowSpecVPN {
		skip += 8
	}
	return n[skip:]
}

// flowComponentSize returns the octets of the component at the front of b, which has one at least; 0 if its type is
// unknown or, with a defect, if it is wrong.
func flowComponentSize(f Family, b []byte) (int, defect) {
	kind := FlowType(b[0])
	if !kind.known(f) {
		return 0, defect{}
	}
	size := 1
	switch kind {
	case FlowDestination, FlowSource:
		if f.AFI() != AFIIPv6 {
			if len(b) > 1 && b[1] > 32 {
				return 0, defect{"prefix length %d in a component, must be 0 to 32", int(b[1])}
			}
			size += prefix.size(b[1:])
			break
		}
		if size = 3; len(b) >= size {
			bits, offset := int(b[1]), int(b[2])
			// RFC 8956 §3.1: 0 and 0, or offset < length < 129.
			if bits > 128 || offset >= bits && offset+bits > 0 {
				return 0, defect{"prefix length %d in a component, must be more than its offset and at most 128", bits}
			}
			size += (bits - offset + 7) / 8
		}
	case FlowSourceMAC, FlowDestinationMAC:
		if size = 2; len(b) >= size {
			size += int(b[1])
		}
	default:
		for end := false; !end; {
			if size >= len(b) {
				return 0, defect{"component type %d has no end-of-list bit", int(kind)}
			}
			o := FlowOperator(b[size])
			end = o&FlowEnd != 0
			size += 1 + o.valueSize()
		}
	}
	if size > len(b) {
		return 0, defect{"component type %d passes the end", int(kind)}
	}
	return size, defect{}
}

// checkFlowSpec looks at the order and the lengths of the components. RFC 8955 §4.2 calls a rule with a component of an
// unknown type malformed; here it is carried as it came, as unknown types of NLRI are, and Opaque tells it. The lengths
// that RFC 8955 asks the sender to use for some values do not change how a rule is cut and are not looked at. Components
// of layer 2 are a draft's, which changed them more than once: they are carried as they came.
func checkFlowSpec(f Family, n NLRI) defect {
	l := layoutOf(f, 0)
	length := len(n) - l.header(n)
	if l == flowSpecVPN {
		if length <= 8 {
			return defect{"length %d, must hold a Route Distinguisher and a component", length}
		}
	} else if length == 0 {
		return defect{"length %d, must hold a component", length}
	}
	if f == FlowSpecL2VPN {
		return defect{}
	}
	last := -1
	for rest := flowComponents(f, n); len(rest) > 0; {
		// RFC 8955 §4.2: strictly ascending types.
		kind := int(rest[0])
		if kind <= last {
			return defect{"component type %d is out of order", kind}
		}
		size, d := flowComponentSize(f, rest)
		if size == 0 {
			return d
		}
		last, rest = kind, rest[size:]
	}
	return defect{}
}

// opaqueFlowSpec reports a sound flow specification with a component that the codec cannot cut.
func opaqueFlowSpec(f Family, n NLRI) bool {
	for rest := flowComponents(f, n); len(rest) > 0; {
		size, _ := flowComponentSize(f, rest)
		if size == 0 {
			return true
		}
		rest = rest[size:]
	}
	return false
}
