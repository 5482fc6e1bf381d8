package oracle

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Attr is one path attribute as it came. It borrows.
type Attr struct {
	Flags, Code byte
	Value       []byte
	Raw         []byte // with flags, code and length
}

const (
	flagOptional   = 0x80
	flagTransitive = 0x40
	flagPartial    = 0x20
	flagExtended   = 0x10
)

const (
	codeOrigin          = 1
	codeASPath          = 2
	codeNextHop         = 3
	codeMED             = 4
	codeLocalPref       = 5
	codeAtomicAggregate = 6
	codeAggregator      = 7
	codeCommunities     = 8
	codeOriginatorID    = 9
	codeClusterList     = 10
	codeMPReach         = 14
	codeMPUnreach       = 15
	codeExtCommunities  = 16
	codeAS4Path         = 17
	codeAS4Aggregator   = 18
	codePMSI            = 22
	codeTunnelEncap     = 23
	codeIPv6ExtComms    = 25
	codeAIGP            = 26
	codeLinkState       = 29
	codeLarge           = 32
	codeBGPsec          = 33
	codeOTC             = 35
	codeDPath           = 36
	codePrefixSID       = 40
	codeAttrSet         = 128
)

// rightFlags holds the Optional and Transitive bits of the attributes whose specification is known here.
var rightFlags = map[byte]byte{
	codeOrigin: flagTransitive, codeASPath: flagTransitive, codeNextHop: flagTransitive, codeMED: flagOptional,
	codeLocalPref: flagTransitive, codeAtomicAggregate: flagTransitive, codeAggregator: flagOptional | flagTransitive,
	codeCommunities: flagOptional | flagTransitive, codeOriginatorID: flagOptional, codeClusterList: flagOptional,
	codeMPReach: flagOptional, codeMPUnreach: flagOptional, codeExtCommunities: flagOptional | flagTransitive,
	codeAS4Path: flagOptional | flagTransitive, codeAS4Aggregator: flagOptional | flagTransitive,
	codePMSI: flagOptional | flagTransitive, codeTunnelEncap: flagOptional | flagTransitive,
	codeIPv6ExtComms: flagOptional | flagTransitive, codeAIGP: flagOptional, codeLinkState: flagOptional,
	codeLarge: flagOptional | flagTransitive, codeBGPsec: flagOptional, codeOTC: flagOptional | flagTransitive,
	codeDPath: flagOptional | flagTransitive, codePrefixSID: flagOptional | flagTransitive, codeAttrSet: flagOptional | flagTransitive,
}

// Known says that the specification of the attribute is known here.
func (a Attr) Known() bool { _, known := rightFlags[a.Code]; return known }

// Attributes cuts a block of path attributes and looks at nothing but their lengths.
func Attributes(b []byte) ([]Attr, error) {
	var list []Attr
	for len(b) > 0 {
		a, rest, err := cutAttr(b)
		if err != nil {
			return list, err
		}
		list, b = append(list, a), rest
	}
	return list, nil
}

func cutAttr(b []byte) (a Attr, rest []byte, err error) {
	if len(b) < 3 {
		return a, nil, fmt.Errorf("%d octets are left for the head of an attribute", len(b))
	}
	a.Flags, a.Code = b[0], b[1]
	head, n := 3, int(b[2])
	if a.Flags&flagExtended != 0 {
		if len(b) < 4 {
			return a, nil, errors.New("half of an extended length is there")
		}
		head, n = 4, int(binary.BigEndian.Uint16(b[2:]))
	}
	if len(b) < head+n {
		return a, nil, fmt.Errorf("attribute %d of length %d in %d octets", a.Code, n, len(b))
	}
	a.Value, a.Raw = b[head:head+n], b[:head+n]
	return a, b[head+n:], nil
}

// check looks at flags, length and value.
func (a Attr) check(t Terms) error {
	right, known := rightFlags[a.Code]
	switch {
	case known && a.Flags&(flagOptional|flagTransitive) != right:
		return errors.New("flags in conflict with the code")
	case !known && a.Flags&flagOptional == 0:
		return errors.New("unknown and not optional")
	case !known && a.Flags&flagTransitive == 0 && !t.RouteServer:
		return errors.New("unknown, non-transitive and passed on") // RFC 4271 §5
	case a.Flags&flagPartial != 0 && a.Flags&(flagOptional|flagTransitive) != flagOptional|flagTransitive:
		return errors.New("partial and not optional transitive") // RFC 4271 §4.3
	case len(a.Value) == 0 && known && a.Code != codeASPath && a.Code != codeAtomicAggregate:
		return errors.New("empty") // RFC 7606 §4
	}
	if err := a.checkValue(t); err != nil {
		return err
	}
	if t.Deep {
		return a.Structure()
	}
	return nil
}

func (a Attr) checkValue(t Terms) error {
	asSize := 4
	if t.TwoOctetAS {
		asSize = 2
	}
	switch a.Code {
	case codeLocalPref, codeOriginatorID, codeClusterList:
		if t.External {
			return errors.New("sent to an external neighbor") // RFC 4271 §5.1.5, RFC 4456 §8
		}
	case codeAS4Path, codeAS4Aggregator:
		if !t.TwoOctetAS {
			return errors.New("sent to a neighbor with 4-octet AS numbers") // RFC 6793 §4.1
		}
	}
	switch a.Code {
	case codeOrigin:
		if len(a.Value) != 1 || a.Value[0] > 2 {
			return errors.New("malformed ORIGIN")
		}
	case codeASPath:
		return checkASPath(a.Value, asSize, !t.External)
	case codeAS4Path:
		return checkASPath(a.Value, 4, false) // RFC 6793 §3
	case codeNextHop, codeMED, codeLocalPref, codeOriginatorID, codeOTC:
		return a.length(4)
	case codeAtomicAggregate:
		return a.length(0)
	case codeAggregator:
		return a.length(4 + asSize)
	case codeAS4Aggregator:
		return a.length(8)
	case codeCommunities, codeClusterList:
		return a.multiple(4)
	case codeExtCommunities:
		return a.multiple(8)
	case codeLarge:
		return a.multiple(12)
	case codeIPv6ExtComms:
		return a.multiple(20)
	}
	return nil
}

func (a Attr) length(n int) error {
	if len(a.Value) != n {
		return fmt.Errorf("length %d, want %d", len(a.Value), n)
	}
	return nil
}

func (a Attr) multiple(n int) error {
	if len(a.Value)%n != 0 {
		return fmt.Errorf("length %d, want a multiple of %d", len(a.Value), n)
	}
	return nil
}

// checkASPath walks the segments of a path. Confederation segments stay inside the confederation, RFC 5065 §5.
func checkASPath(b []byte, size int, confederation bool) error {
	for len(b) > 0 {
		if len(b) < 2 || b[1] == 0 || len(b) < 2+int(b[1])*size {
			return fmt.Errorf("segment %x is not whole or empty", b)
		}
		if b[0] < 1 || b[0] > 4 || b[0] > 2 && !confederation {
			return fmt.Errorf("segment of type %d", b[0])
		}
		for asns := b[2 : 2+int(b[1])*size]; len(asns) > 0; asns = asns[size:] {
			if bigEndian(asns[:size]) == 0 {
				return errors.New("AS 0") // RFC 7607 §2
			}
		}
		b = b[2+int(b[1])*size:]
	}
	return nil
}

// StructureError is a defect of the TLVs inside an attribute.
type StructureError struct{ error }

func (e StructureError) Unwrap() error { return e.error }

// Structure looks at the TLVs inside the attributes that are made of them. Its error is a StructureError.
func (a Attr) Structure() error {
	if err := a.tlvs(); err != nil {
		return StructureError{err}
	}
	return nil
}

func (a Attr) tlvs() error {
	v := a.Value
	switch a.Code {
	case codePMSI: // RFC 6514 §5
		if len(v) < 5 {
			return errors.New("PMSI tunnel shorter than its head")
		}
	case codeTunnelEncap: // RFC 9012 §2, §3
		return eachTLV(v, 2, 2, func(_ int, tunnel []byte) error {
			for len(tunnel) > 0 {
				size := 1
				if tunnel[0] >= 128 {
					size = 2
				}
				_, _, rest, err := cutTLV(tunnel, 1, size)
				if err != nil {
					return err
				}
				tunnel = rest
			}
			return nil
		})
	case codeAIGP: // RFC 7311 §3: the length counts the whole TLV
		for len(v) > 0 {
			if len(v) < 3 || bigEndian(v[1:3]) < 3 || len(v) < bigEndian(v[1:3]) {
				return fmt.Errorf("AIGP TLV %x is not whole", v)
			}
			n := bigEndian(v[1:3])
			if v[0] == 1 && n != 11 {
				return fmt.Errorf("AIGP metric of length %d", n)
			}
			v = v[n:]
		}
	case codeLinkState: // RFC 9552 §5.3
		return eachTLV(v, 2, 2, nothingInside)
	case codePrefixSID:
		return eachTLV(v, 1, 2, prefixSID)
	case codeAttrSet: // RFC 6368 §5
		if len(v) < 4 {
			return errors.New("ATTR_SET without origin AS")
		}
		_, err := Attributes(v[4:])
		return err
	}
	return nil
}

func nothingInside(int, []byte) error { return nil }

// prefixSID looks inside one TLV of a Prefix-SID, RFC 8669 §3, RFC 9252 §2 and §3.
func prefixSID(code int, v []byte) error {
	switch {
	case code == 1 && len(v) != 7:
		return fmt.Errorf("label index of %d octets", len(v))
	case code == 3 && (len(v) < 8 || (len(v)-2)%6 != 0):
		return fmt.Errorf("originator SRGB of %d octets", len(v))
	case code != 5 && code != 6:
		return nil
	case len(v) == 0:
		return errors.New("empty SRv6 service")
	}
	return eachTLV(v[1:], 1, 2, func(code int, v []byte) error {
		if code != 1 {
			return nil
		}
		if len(v) < 21 {
			return fmt.Errorf("SRv6 SID information of %d octets", len(v))
		}
		return eachTLV(v[21:], 1, 2, nothingInside)
	})
}

// eachTLV calls visit for each TLV of b, whose heads have a code and a length of so many octets.
func eachTLV(b []byte, codeSize, lengthSize int, visit func(code int, value []byte) error) error {
	for len(b) > 0 {
		code, value, rest, err := cutTLV(b, codeSize, lengthSize)
		if err != nil {
			return err
		}
		if err := visit(code, value); err != nil {
			return fmt.Errorf("TLV %d: %w", code, err)
		}
		b = rest
	}
	return nil
}

func cutTLV(b []byte, codeSize, lengthSize int) (code int, value, rest []byte, err error) {
	head := codeSize + lengthSize
	if len(b) < head {
		return 0, nil, nil, fmt.Errorf("%d octets are left for the head of a TLV", len(b))
	}
	code = bigEndian(b[:codeSize])
	end := head + bigEndian(b[codeSize:head])
	if len(b) < end {
		return code, nil, nil, fmt.Errorf("TLV %d of length %d in %d octets", code, end-head, len(b))
	}
	return code, b[head:end], b[end:], nil
}

// bigEndian reads octets as a number, the highest first.
func bigEndian(b []byte) (n int) {
	for _, o := range b {
		n = n<<8 | int(o)
	}
	return n
}
