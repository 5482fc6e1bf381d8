package oracle

import (
	"errors"
	"fmt"
)

// checkFlowSpec checks a flow specification (RFC 8955 §4, RFC 8956 §3): components of strictly
// ascending type, each whole. From a component of an unknown type on it is carried as it came, which
// is a deviation from RFC 8955 §4.2; so are the components of layer 2, which is a draft.
func checkFlowSpec(f Family, n []byte) error {
	head, last := 1, 12
	if n[0] >= 0xf0 {
		head = 2
	}
	if byte(f) == 134 {
		head += 8 // RFC 8955 §8: a route distinguisher
	}
	if len(n) <= head {
		return fmt.Errorf("FlowSpec of %d octets", len(n))
	}
	if f == flowSpecL2VPN {
		return nil
	}
	if f.afi() == 2 {
		last = 13 // RFC 8956 §3.7
	}
	before := -1
	for b := n[head:]; len(b) > 0; {
		kind := int(b[0])
		if kind <= before {
			return fmt.Errorf("component %d behind component %d", kind, before)
		}
		before = kind
		var err error
		switch {
		case kind < 1 || kind > last:
			return nil
		case kind > 2:
			b, err = cutTerms(b[1:])
		case f.afi() == 2:
			b, err = cutPattern(b[1:])
		default:
			b, err = cutPrefix(b[1:])
		}
		if err != nil {
			return fmt.Errorf("component %d: %w", kind, err)
		}
	}
	return nil
}

// cutTerms takes operators and values away, up to the one with the end-of-list bit.
func cutTerms(b []byte) ([]byte, error) {
	for len(b) > 0 {
		operator := b[0]
		end := 1 + 1<<(operator>>4&3)
		if len(b) < end {
			break
		}
		b = b[end:]
		if operator&0x80 != 0 {
			return b, nil
		}
	}
	return nil, errors.New("a list without end")
}

func cutPrefix(b []byte) ([]byte, error) {
	if len(b) == 0 || b[0] > 32 || len(b) < 1+(int(b[0])+7)/8 {
		return nil, fmt.Errorf("prefix %x", b)
	}
	return b[1+(int(b[0])+7)/8:], nil
}

// cutPattern takes an IPv6 prefix with an offset away, RFC 8956 §3.1.
func cutPattern(b []byte) ([]byte, error) {
	if len(b) < 2 {
		return nil, fmt.Errorf("prefix %x", b)
	}
	length, offset := int(b[0]), int(b[1])
	if (length != 0 || offset != 0) && (offset >= length || length > 128) || len(b) < 2+(length-offset+7)/8 {
		return nil, fmt.Errorf("prefix %x", b)
	}
	return b[2+(length-offset+7)/8:], nil
}
