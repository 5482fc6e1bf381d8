package nlri

import "net/netip"

// AsPrefix returns the prefix of a sound unicast, multicast, labeled or VPN NLRI, host bits cleared; the zero Prefix for
// other families.
func AsPrefix(f Family, form Form, n NLRI) netip.Prefix {
	skip := 0
	switch layoutOf(f, form) {
	case prefix:
	case labeledPrefix:
		skip = labelOctets(f, form, n)
	case vpnPrefix:
		skip = labelOctets(f, form, n) + 8
	default:
		return netip.Prefix{}
	}
	return prefixFrom(f.addressBits(), int(n[0])-8*skip, n[1+skip:])
}

// prefixFrom reads the first octets of an address of 32 or 128 bits.
func prefixFrom(addressBits, bits int, octets []byte) netip.Prefix {
	var a [16]byte
	copy(a[:], octets)
	address := netip.AddrFrom16(a)
	if addressBits == 32 {
		address = netip.AddrFrom4([4]byte(a[:4]))
	}
	return netip.PrefixFrom(address, bits).Masked()
}

// AppendPrefix appends p as a unicast or multicast NLRI (RFC 4271 §4.3).
func AppendPrefix(dst []byte, p netip.Prefix) []byte {
	dst = append(dst, byte(p.Bits()))
	return appendPrefixOctets(dst, p)
}

// AppendLabeled appends p as a labeled NLRI (RFC 8277 §2), the S bit on the last label only. More than one label needs
// a session with LabelStack, and all of it must fit a length of 255 bits.
func AppendLabeled(dst []byte, labels []Label, p netip.Prefix) []byte {
	dst = append(dst, byte(24*len(labels)+p.Bits()))
	dst = appendLabels(dst, labels)
	return appendPrefixOctets(dst, p)
}

// AppendVPN appends p as a VPN NLRI (RFC 4364 §4.3.4, RFC 4659 §3.2), labels as in AppendLabeled.
func AppendVPN(dst []byte, rd RD, labels []Label, p netip.Prefix) []byte {
	dst = append(dst, byte(24*len(labels)+64+p.Bits()))
	dst = appendLabels(dst, labels)
	dst = append(dst, rd[:]...)
	return appendPrefixOctets(dst, p)
}

func appendPrefixOctets(dst []byte, p netip.Prefix) []byte {
	end := len(dst) + (p.Bits()+7)/8
	return appendAddress(dst, p.Masked().Addr())[:end]
}

// appendAddress appends the 4 or 16 octets of a, none if a is the zero Addr.
func appendAddress(dst []byte, a netip.Addr) []byte {
	switch {
	case a.Is4():
		octets := a.As4()
		return append(dst, octets[:]...)
	case a.IsValid():
		octets := a.As16()
		return append(dst, octets[:]...)
	}
	return dst
}
