package nlri

import (
	"fmt"
	"strconv"
)

// MAC is a 48-bit MAC address in transmission order.
type MAC [6]byte

// String returns the octets in hexadecimal, joined by colons.
func (m MAC) String() string { return string(m.AppendText(nil)) }

// AppendText appends what String returns.
func (m MAC) AppendText(dst []byte) []byte { return appendHex(dst, m[:]) }

// ParseMAC reads 6 octets in hexadecimal, joined by colons.
func ParseMAC(s string) (MAC, error) {
	var m MAC
	if !parseHex(m[:], s) {
		return MAC{}, fmt.Errorf("MAC address %q: expected 6 octets such as 00:11:22:33:44:55", s)
	}
	return m, nil
}

// EthernetTag is an Ethernet Tag ID (RFC 7432 §5): a VLAN or VNI of up to 24 bits, or one of the values below.
type EthernetTag uint32

// MaxEthernetTag (MAX-ET) stands in the Ethernet A-D route of a whole segment (RFC 7432 §8.2.1).
const MaxEthernetTag EthernetTag = 0xffffffff

// String returns the tag in decimal.
func (t EthernetTag) String() string { return strconv.FormatUint(uint64(t), 10) }

// AppendText appends what String returns.
func (t EthernetTag) AppendText(dst []byte) []byte { return strconv.AppendUint(dst, uint64(t), 10) }

const hexDigits = "0123456789abcdef"

func appendHex(dst, octets []byte) []byte {
	for i, o := range octets {
		if i > 0 {
			dst = append(dst, ':')
		}
		dst = append(dst, hexDigits[o>>4], hexDigits[o&15])
	}
	return dst
}

// parseHex fills dst from two digits per octet, joined by colons.
func parseHex(dst []byte, s string) bool {
	if len(s) != 3*len(dst)-1 {
		return false
	}
	for i := range dst {
		v, err := strconv.ParseUint(s[3*i:3*i+2], 16, 8)
		if err != nil || i > 0 && s[3*i-1] != ':' {
			return false
		}
		dst[i] = byte(v)
	}
	return true
}
