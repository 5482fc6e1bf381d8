//go:build linux

package e2e

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// checkStructure looks inside the attributes that are made of TLVs.
func checkStructure(a attr) error {
	switch a.code {
	case attrPMSI:
		if len(a.value) < 5 {
			return errors.New("PMSI tunnel shorter than its header")
		}
	case attrTunnelEncap: // RFC 9012 §2, §3
		return eachTLV(a.value, 2, 2, func(_ int, tunnel []byte) error {
			for len(tunnel) > 0 {
				size := 1
				if tunnel[0] >= 128 {
					size = 2
				}
				code, value, rest, err := cutTLV(tunnel, 1, size)
				if err != nil {
					return fmt.Errorf("sub-TLV %d: %w", code, err)
				}
				_, tunnel = value, rest
			}
			return nil
		})
	case attrPrefixSID: // RFC 8669 §3, RFC 9252 §2
		return eachTLV(a.value, 1, 2, func(code int, value []byte) error {
			switch {
			case code == 1 && len(value) != 7:
				return fmt.Errorf("label index of length %d", len(value))
			case code == 3 && (len(value) < 8 || (len(value)-2)%6 != 0):
				return fmt.Errorf("originator SRGB of length %d", len(value))
			case code == 5 || code == 6:
				if len(value) < 1 {
					return errors.New("empty SRv6 service TLV")
				}
				return eachTLV(value[1:], 1, 2, func(code int, value []byte) error {
					if code != 1 {
						return nil
					}
					if len(value) < 21 {
						return fmt.Errorf("SRv6 SID information of length %d", len(value))
					}
					return eachTLV(value[21:], 1, 2, func(int, []byte) error { return nil })
				})
			}
			return nil
		})
	case attrAIGP: // RFC 7311 §3: the length counts the whole TLV
		for b := a.value; len(b) > 0; {
			if len(b) < 3 || int(binary.BigEndian.Uint16(b[1:])) < 3 || len(b) < int(binary.BigEndian.Uint16(b[1:])) {
				return errors.New("malformed AIGP TLV")
			}
			n := int(binary.BigEndian.Uint16(b[1:]))
			if b[0] == 1 && n != 11 {
				return fmt.Errorf("AIGP of length %d", n)
			}
			b = b[n:]
		}
	case attrBGPLS:
		return eachTLV(a.value, 2, 2, func(int, []byte) error { return nil })
	}
	return nil
}

func cutTLV(b []byte, codeSize, lengthSize int) (code int, value, rest []byte, err error) {
	number := func(b []byte) (n int) {
		for _, o := range b {
			n = n<<8 | int(o)
		}
		return n
	}
	if len(b) < codeSize+lengthSize {
		return 0, nil, nil, fmt.Errorf("%d octets are left for a TLV header", len(b))
	}
	code = number(b[:codeSize])
	n := number(b[codeSize : codeSize+lengthSize])
	b = b[codeSize+lengthSize:]
	if len(b) < n {
		return code, nil, nil, fmt.Errorf("TLV %d of length %d in %d octets", code, n, len(b))
	}
	return code, b[:n], b[n:], nil
}

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
