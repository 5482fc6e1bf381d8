package nlri

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// RD is a Route Distinguisher (RFC 4364 §4.2): a type of 2 octets and 6 octets of value, big-endian. Type 0 is a
// 2-octet AS and a 4-octet number, type 1 an IPv4 address and a 2-octet number, type 2 a 4-octet AS and a 2-octet number.
type RD [8]byte

// String returns "65000:1" (type 0), "192.0.2.1:1" (type 1), "4200000000:1" (type 2), the last with the AS in the
// notation 0.65000 (RFC 5396) where it would read as type 0, and 0x with 16 digits for other types.
func (r RD) String() string { return string(r.AppendText(nil)) }

// AppendText appends what String returns.
func (r RD) AppendText(dst []byte) []byte {
	number := uint64(binary.BigEndian.Uint16(r[6:]))
	switch binary.BigEndian.Uint16(r[:]) {
	case 0:
		dst = strconv.AppendUint(dst, uint64(binary.BigEndian.Uint16(r[2:])), 10)
		number = uint64(binary.BigEndian.Uint32(r[4:]))
	case 1:
		dst = netip.AddrFrom4([4]byte(r[2:6])).AppendTo(dst)
	case 2:
		asn := binary.BigEndian.Uint32(r[2:])
		if asn <= 0xffff {
			dst = append(dst, "0."...)
		}
		dst = strconv.AppendUint(dst, uint64(asn), 10)
	default:
		dst = append(dst, "0x"...)
		return hex.AppendEncode(dst, r[:])
	}
	dst = append(dst, ':')
	return strconv.AppendUint(dst, number, 10)
}

// ParseRD reads what String writes.
func ParseRD(s string) (RD, error) {
	var r RD
	if digits, ok := strings.CutPrefix(s, "0x"); ok && len(digits) == 16 {
		if _, err := hex.Decode(r[:], []byte(digits)); err == nil {
			return r, nil
		}
	}
	admin, assigned, _ := strings.Cut(s, ":")
	number, err := strconv.ParseUint(assigned, 10, 32)
	if err != nil {
		return RD{}, rdError(s)
	}
	if asn, err := strconv.ParseUint(admin, 10, 16); err == nil {
		binary.BigEndian.PutUint16(r[2:], uint16(asn))
		binary.BigEndian.PutUint32(r[4:], uint32(number))
		return r, nil
	}
	if number > 0xffff {
		return RD{}, rdError(s)
	}
	binary.BigEndian.PutUint16(r[6:], uint16(number))
	if a, err := netip.ParseAddr(admin); err == nil && a.Is4() {
		r[1] = 1
		*(*[4]byte)(r[2:]) = a.As4()
		return r, nil
	}
	r[1] = 2
	if asn, err := strconv.ParseUint(admin, 10, 32); err == nil {
		binary.BigEndian.PutUint32(r[2:], uint32(asn))
		return r, nil
	}
	high, low, _ := strings.Cut(admin, ".")
	h, errHigh := strconv.ParseUint(high, 10, 16)
	l, errLow := strconv.ParseUint(low, 10, 16)
	if errHigh != nil || errLow != nil {
		return RD{}, rdError(s)
	}
	binary.BigEndian.PutUint32(r[2:], uint32(h<<16|l))
	return r, nil
}

func rdError(s string) error {
	return fmt.Errorf("route distinguisher %q: expected AS:NUMBER or IPV4:NUMBER, such as 65000:1 or 192.0.2.1:1", s)
}

// AsRD returns the Route Distinguisher of a sound NLRI; false where the family or the type has none.
func AsRD(f Family, form Form, n NLRI) (RD, bool) {
	switch layout := layoutOf(f, form); layout {
	case vpnPrefix:
		return RD(n[1+labelOctets(f, form, n):][:8]), true
	case evpn, vpls, mup, mvpn, linkStateVPN, flowSpecVPN:
		if at, ok := rdOffset(layout, n); ok {
			return RD(n[at : at+8]), true
		}
	}
	return RD{}, false
}
