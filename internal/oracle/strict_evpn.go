package oracle

import (
	"bytes"
	"fmt"
)

// evpnKey checks the route types 1 to 5 (RFC 7432 §7, RFC 9136 §3.1), 6 to 8 (RFC 9251 §9) and 9 to 11
// (RFC 9572 §3) and returns what identifies the route. Other types are carried as they come.
func evpnKey(n []byte) ([][]byte, error) {
	kind, v := n[0], n[2:]
	wrong := func() ([][]byte, error) { return nil, fmt.Errorf("EVPN type %d of %d octets", kind, len(v)) }
	switch kind {
	case 1:
		if len(v) != 25 {
			return wrong()
		}
		return [][]byte{{kind}, v[:22]}, nil
	case 2:
		if len(v) < 33 {
			return wrong()
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
		if !addressesFill(v, 12, 0, 1) {
			return wrong()
		}
	case 4:
		if !addressesFill(v, 18, 0, 1) {
			return wrong()
		}
	case 5:
		address := map[int]int{34: 4, 58: 16}[len(v)]
		if address == 0 {
			return wrong()
		}
		bits := int(v[22])
		if bits > 8*address {
			return nil, fmt.Errorf("IP prefix of %d bits in %d octets", bits, len(v))
		}
		prefix := bytes.Clone(v[23 : 23+address])
		for bit := bits; bit < 8*address; bit++ {
			prefix[bit/8] &^= 0x80 >> (bit % 8)
		}
		return [][]byte{{kind}, v[:8], v[18:23], prefix}, nil
	case 6, 7, 8:
		// RD, ESI but for type 6, Ethernet tag, source, group, router. The flags, and before them the reserved
		// octets and the response time of type 8, are no identity.
		at := map[byte]int{6: 12, 7: 22, 8: 22}[kind]
		tail := map[byte]int{6: 1, 7: 1, 8: 6}[kind]
		if !addressesFill(v, at, tail, 3) {
			return wrong()
		}
		return [][]byte{n[:len(n)-tail]}, nil
	case 9:
		if len(v) != 20 {
			return wrong()
		}
	case 10:
		if !addressesFill(v, 12, 0, 3) {
			return wrong()
		}
	case 11:
		if !leaf(v) {
			return wrong()
		}
	}
	return [][]byte{n}, nil
}

// addressesFill says that so many addresses, each behind its length in bits, reach from an offset to
// the tail of b. The last is a router's and is there; those before it may be any source or group.
func addressesFill(b []byte, at, tail, count int) bool {
	for i := range count {
		if at >= len(b)-tail {
			return false
		}
		bits := int(b[at])
		if bits != 32 && bits != 128 && (bits != 0 || i == count-1) {
			return false
		}
		at += 1 + bits/8
	}
	return at == len(b)-tail
}

// leaf says that b is a route key and a router's address. The key is the NLRI of another route, with
// type and length. One that says it is longer than there is room for is of a kind to come.
func leaf(b []byte) bool {
	if len(b) < 2 {
		return false
	}
	if at := 2 + int(b[1]); at <= len(b) {
		return addressesFill(b, at, 0, 1)
	}
	for _, octets := range []int{4, 16} {
		if at := len(b) - 1 - octets; at > 0 && addressesFill(b, at, 0, 1) {
			return true
		}
	}
	return false
}
