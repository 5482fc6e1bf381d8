//go:build linux

package e2e

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// cutNLRI takes an NLRI field apart and checks the inside of every NLRI.
func cutNLRI(f family, b []byte) ([]nlri, error) {
	var list []nlri
	for len(b) > 0 {
		n := nlri{family: f}
		size, err := nlriSize(f, b)
		if err != nil {
			return list, err
		}
		if size > len(b) {
			return list, fmt.Errorf("NLRI %x is cut off: %d octets of %d", b, len(b), size)
		}
		n.raw, b = b[:size], b[size:]
		key, err := checkNLRI(f, n.raw)
		if err != nil {
			return list, fmt.Errorf("NLRI %x: %w", n.raw, err)
		}
		n.key = fmt.Sprintf("%s %x", f, bytes.Join(key, nil))
		list = append(list, n)
	}
	return list, nil
}

// nlriSize is the number of octets of the first NLRI in b by its length field.
func nlriSize(f family, b []byte) (int, error) {
	need := func(n int) error {
		if len(b) < n {
			return fmt.Errorf("%d octets are left for an NLRI header of %d", len(b), n)
		}
		return nil
	}
	switch f {
	case evpn:
		if err := need(2); err != nil {
			return 0, err
		}
		return 2 + int(b[1]), nil
	case vpls:
		if err := need(2); err != nil {
			return 0, err
		}
		return 2 + int(binary.BigEndian.Uint16(b)), nil
	case bgpLS, bgpLSVPN:
		if err := need(4); err != nil {
			return 0, err
		}
		return 4 + int(binary.BigEndian.Uint16(b[2:])), nil
	case ipv4, ipv6, ipv4Labeled, ipv6Labeled, vpnv4, vpnv6, routeTarget:
		if err := need(1); err != nil {
			return 0, err
		}
		return 1 + (int(b[0])+7)/8, nil
	}
	return 0, errors.New("the checker does not know this family")
}

// checkNLRI checks one NLRI that is cut out by its length and returns the parts that identify the route.
func checkNLRI(f family, n []byte) ([][]byte, error) {
	switch f {
	case ipv4, ipv6:
		return prefixKey(f, int(n[0]), n[1:])
	case ipv4Labeled, ipv6Labeled, vpnv4, vpnv6:
		bits, rest := int(n[0]), n[1:]
		if len(rest) < 3 {
			return nil, errors.New("no room for a label")
		}
		bits, rest = bits-24, rest[3:] // RFC 8277 §2.2: without the multiple-labels capability there is one label
		if f == ipv4Labeled || f == ipv6Labeled {
			return prefixKey(f, bits, rest)
		}
		if bits < 64 || len(rest) < 8 {
			return nil, errors.New("no room for a route distinguisher")
		}
		key, err := prefixKey(f, bits-64, rest[8:])
		return append([][]byte{rest[:8]}, key...), err
	case evpn:
		return checkEVPN(n)
	case vpls:
		switch len(n) {
		case 2 + 17: // RFC 4761 §3.2.2
			return [][]byte{n[:14]}, nil
		default: // RFC 6074 §3.2.2.1, and lengths nobody has defined
			return [][]byte{n}, nil
		}
	case bgpLS, bgpLSVPN:
		return [][]byte{n}, checkLinkState(f, n)
	case routeTarget:
		if n[0] != 0 && n[0] < 32 || n[0] > 96 {
			return nil, fmt.Errorf("route target membership of %d bits", n[0])
		}
		return [][]byte{n}, nil
	}
	return nil, errors.New("the checker does not know this family")
}

func prefixKey(f family, bits int, address []byte) ([][]byte, error) {
	most := 32
	if f.afi() == 2 {
		most = 128
	}
	if bits < 0 || bits > most || len(address) != (bits+7)/8 {
		return nil, fmt.Errorf("a prefix of %d bits", bits)
	}
	masked := append([]byte{byte(bits)}, address...)
	if spare := len(address)*8 - bits; spare > 0 {
		masked[len(masked)-1] &= 0xff << spare
	}
	return [][]byte{masked}, nil
}

// checkEVPN checks the route types 1 to 5 (RFC 7432 §7, RFC 9136 §3.1); others are carried as they come.
func checkEVPN(n []byte) ([][]byte, error) {
	kind, v := n[0], n[2:]
	length := func(lengths ...int) error {
		for _, l := range lengths {
			if len(v) == l {
				return nil
			}
		}
		return fmt.Errorf("EVPN type %d of %d octets", kind, len(v))
	}
	switch kind {
	case 1:
		if err := length(25); err != nil {
			return nil, err
		}
		return [][]byte{{kind}, v[:22]}, nil
	case 2:
		if err := length(33, 36, 37, 40, 49, 52); err != nil {
			return nil, err
		}
		if v[22] != 48 {
			return nil, fmt.Errorf("MAC address of %d bits", v[22])
		}
		ip := int(v[29])
		if ip != 0 && ip != 32 && ip != 128 || len(v) != 33+ip/8 && len(v) != 36+ip/8 {
			return nil, fmt.Errorf("IP address of %d bits in %d octets", ip, len(v))
		}
		return [][]byte{{kind}, v[:8], v[18 : 30+ip/8]}, nil
	case 3:
		if err := length(17, 29); err != nil {
			return nil, err
		}
		if int(v[12]) != 8*(len(v)-13) {
			return nil, fmt.Errorf("IP address of %d bits in %d octets", v[12], len(v))
		}
		return [][]byte{{kind}, v}, nil
	case 4:
		if err := length(23, 35); err != nil {
			return nil, err
		}
		if int(v[18]) != 8*(len(v)-19) {
			return nil, fmt.Errorf("IP address of %d bits in %d octets", v[18], len(v))
		}
		return [][]byte{{kind}, v}, nil
	case 5:
		if err := length(34, 58); err != nil {
			return nil, err
		}
		most := 32
		if len(v) == 58 {
			most = 128
		}
		if int(v[22]) > most {
			return nil, fmt.Errorf("IP prefix of %d bits in %d octets", v[22], len(v))
		}
		return [][]byte{{kind}, v[:8], v[18 : 23+most/8]}, nil
	default:
		return [][]byte{n}, nil
	}
}

// checkLinkState checks that the descriptors of the NLRI types of RFC 9552 §5.2 are whole TLVs.
func checkLinkState(f family, n []byte) error {
	kind, v := int(binary.BigEndian.Uint16(n)), n[4:]
	if f == bgpLSVPN {
		if len(v) < 8 {
			return errors.New("no room for a route distinguisher")
		}
		v = v[8:]
	}
	if kind < 1 || kind > 4 {
		return nil
	}
	if len(v) < 9 {
		return fmt.Errorf("link-state NLRI of %d octets", len(v))
	}
	return eachTLV(v[9:], 2, 2, func(code int, value []byte) error {
		if code == 256 || code == 257 {
			return eachTLV(value, 2, 2, func(code int, value []byte) error {
				if code == 515 && len(value) > 8 {
					return fmt.Errorf("IGP router identifier of %d octets", len(value))
				}
				return nil
			})
		}
		return nil
	})
}
