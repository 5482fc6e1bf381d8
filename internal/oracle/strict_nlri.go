package oracle

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// NLRI takes an NLRI field of a family apart and checks the inside of every NLRI. The error is the
// first defect; what stands before it is returned.
func (t Terms) NLRI(f Family, b []byte, withdrawn bool) ([]NLRI, error) {
	framing, ok := t.Families[f]
	if !ok {
		return nil, fmt.Errorf("%s was not agreed on", f)
	}
	framing.LabelStack = framing.LabelStack && !withdrawn // RFC 8277 §2.4: one field, whatever it holds
	framing.withdrawn = withdrawn
	var list []NLRI
	for len(b) > 0 {
		n := NLRI{Family: f}
		if framing.AddPath {
			if len(b) < 4 {
				return list, fmt.Errorf("%d octets are left for a Path Identifier", len(b))
			}
			n.PathID, b = binary.BigEndian.Uint32(b), b[4:]
		}
		size, err := framing.size(f, b)
		if err != nil {
			return list, err
		}
		if size > len(b) {
			return list, fmt.Errorf("NLRI %x has %d octets, want %d", b, len(b), size)
		}
		n.Raw, b = b[:size], b[size:]
		key, err := framing.check(f, n.Raw)
		if err != nil {
			return list, fmt.Errorf("NLRI %x: %w", n.Raw, err)
		}
		n.Key = fmt.Sprintf("%s %x", f, bytes.Join(key, nil))
		list = append(list, n)
	}
	return list, nil
}

// size is what the first NLRI of b measures by its length field.
func (t Framing) size(f Family, b []byte) (int, error) {
	head := t.head(f)
	if len(b) < head {
		return 0, fmt.Errorf("%d octets are left for the head of an NLRI", len(b))
	}
	switch f {
	case evpn, mvpn4, mvpn6: // RFC 7432 §7, RFC 6514 §4: type, length
		return 2 + int(b[1]), nil
	case vpls: // RFC 4761 §3.2.2, RFC 6074 §3.2.2.1: length
		return 2 + bigEndian(b[:2]), nil
	case mup4, mup6: // draft-ietf-bess-mup-safi §3.1: architecture, type, length
		return 4 + int(b[3]), nil
	case linkState, linkStateVPN: // RFC 9552 §5.2: type, length
		return 4 + bigEndian(b[2:4]), nil
	case flowSpec4, flowSpec6, flowSpecVPN4, flowSpecVPN6, flowSpecL2VPN: // RFC 8955 §4.1
		if b[0] < 0xf0 {
			return 1 + int(b[0]), nil
		}
		if len(b) < 2 {
			return 0, errors.New("half of a length of two octets is there")
		}
		return 2 + bigEndian(b[:2])&0xfff, nil
	}
	switch {
	case hasBits(f):
		return 1 + (int(b[0])+7)/8, nil
	case t.Unknown > 0:
		return head + bigEndian(b[:head]), nil
	}
	return 0, errors.New("nothing says how the family is framed")
}

// head is how many octets stand before what the length field of an NLRI counts, as far as all of a family have them.
func (t Framing) head(f Family) int {
	switch f {
	case evpn, mvpn4, mvpn6, vpls:
		return 2
	case mup4, mup6, linkState, linkStateVPN:
		return 4
	}
	return max(1, t.Unknown)
}

// hasBits says that the NLRI of a family begin with a length in bits.
func hasBits(f Family) bool {
	switch f {
	case ipv4, ipv4Multicast, ipv4Labeled, vpnv4, ipv6, ipv6Multicast, ipv6Labeled, vpnv6, routeTarget, srPolicy4, srPolicy6:
		return true
	}
	return false
}

// check looks at one NLRI that is cut out by its length and returns the parts that identify the route.
func (t Framing) check(f Family, n []byte) ([][]byte, error) {
	whole := [][]byte{n}
	switch f {
	case ipv4, ipv4Multicast, ipv6, ipv6Multicast:
		return prefixKey(f, int(n[0]), n[1:])
	case ipv4Labeled, ipv6Labeled, vpnv4, vpnv6:
		return t.labeledKey(f, int(n[0]), n[1:])
	case routeTarget: // RFC 4684 §4: the origin AS is whole
		bits := int(n[0])
		if bits != 0 && bits < 32 || bits > 96 {
			return nil, fmt.Errorf("route target membership of %d bits", bits)
		}
		return masked(bits, n[1:]), nil
	case srPolicy4, srPolicy6: // RFC 9830 §2.1: distinguisher, color, endpoint
		if int(n[0]) != 64+addressBits(f) {
			return nil, fmt.Errorf("SR policy of %d bits", n[0])
		}
	case evpn:
		return evpnKey(n)
	case vpls:
		if len(n) == 2+17 { // RFC 4761 §3.2.2: block size and label base are no identity
			return [][]byte{n[:14]}, nil
		}
	case linkState:
		return whole, checkLinkState(bigEndian(n[:2]), n[4:])
	case linkStateVPN:
		if len(n) < 4+8 {
			return nil, errors.New("no room for a route distinguisher")
		}
		return whole, checkLinkState(bigEndian(n[:2]), n[12:])
	case flowSpec4, flowSpec6, flowSpecVPN4, flowSpecVPN6, flowSpecL2VPN:
		return whole, checkFlowSpec(f, n)
	case mup4, mup6:
		return mupKey(n), nil
	}
	return whole, nil
}

// mupKey leaves out what a session or segment carries beside its identity: RD and prefix, or RD, endpoint
// and TEID (draft-ietf-bess-mup-safi §3.1). What does not look so is identified as a whole.
func mupKey(n []byte) [][]byte {
	if kind := bigEndian(n[:3]); kind != 1<<16|1 && kind != 1<<16|3 && kind != 1<<16|4 || len(n) < 13 {
		return [][]byte{n}
	}
	end := 13 + (int(n[12])+7)/8
	if end > len(n) {
		return [][]byte{n}
	}
	return append([][]byte{n[:3], n[4:12]}, masked(int(n[12]), n[13:end])...)
}

func addressBits(f Family) int {
	if f.afi() == 2 {
		return 128
	}
	return 32
}

// prefixKey is length and prefix, host bits cleared.
func prefixKey(f Family, bits int, address []byte) ([][]byte, error) {
	if bits < 0 || bits > addressBits(f) {
		return nil, fmt.Errorf("a prefix of %d bits", bits)
	}
	return masked(bits, address), nil
}

func masked(bits int, octets []byte) [][]byte {
	b := append([]byte{byte(bits)}, octets...)
	if spare := len(octets)*8 - bits; spare > 0 {
		b[len(b)-1] = b[len(b)-1] >> spare << spare
	}
	return [][]byte{b}
}

// labeledKey takes labels, and of VPN families the route distinguisher, from before the prefix.
func (t Framing) labeledKey(f Family, bits int, b []byte) ([][]byte, error) {
	most := 24 + addressBits(f)
	if f == vpnv4 || f == vpnv6 {
		most += 64
	}
	// RFC 3107 §3 let a withdrawal repeat the stack, which nothing else of that length can be.
	stack := t.LabelStack || t.withdrawn && bits > most
	for more := true; more; {
		if len(b) < 3 || bits < 24 {
			return nil, errors.New("no room for a label")
		}
		more = stack && b[2]&1 == 0 // the bottom of the stack, RFC 3032 §2.1
		bits, b = bits-24, b[3:]
	}
	if f == ipv4Labeled || f == ipv6Labeled {
		return prefixKey(f, bits, b)
	}
	if bits < 64 || len(b) < 8 {
		return nil, errors.New("no room for a route distinguisher")
	}
	key, err := prefixKey(f, bits-64, b[8:])
	return append([][]byte{b[:8]}, key...), err
}

// descriptorLengths are those that RFC 9552 §5.2 gives, which §8.2.2 demands of what is recognized.
var descriptorLengths = map[int][]int{
	258: {8}, 259: {4}, 260: {4}, 261: {16}, 262: {16}, 264: {1}, 518: {16},
	512: {4}, 513: {4}, 514: {4}, 516: {4}, 517: {4}, 1028: {4}, 1029: {16},
}

func checkDescriptor(code int, value []byte) error {
	n := len(value)
	lengths, fixed := descriptorLengths[code]
	if fixed && !slices.Contains(lengths, n) || code == 263 && (n == 0 || n%2 != 0) || code == 265 && (n == 0 || n > 17) {
		return fmt.Errorf("%d octets", n)
	}
	return nil
}

// checkLinkState checks an NLRI of the types of RFC 9552 §5.2, RFC 9514 §6 and RFC 9857: whole TLVs in
// ascending order of type, length and value (§5.1), and in node descriptors whole ones of ascending
// type, each once (§5.2.1.4).
func checkLinkState(kind int, v []byte) error {
	if kind < 1 || kind > 6 {
		return nil
	}
	if len(v) < 9 {
		return fmt.Errorf("link-state NLRI of %d octets", len(v))
	}
	var before []byte
	return eachTLV(v[9:], 2, 2, func(code int, value []byte) error {
		this := append([]byte{byte(code >> 8), byte(code), byte(len(value) >> 8), byte(len(value))}, value...)
		if bytes.Compare(this, before) < 0 {
			return fmt.Errorf("stands behind TLV %x", before)
		}
		before = this
		if err := checkDescriptor(code, value); err != nil {
			return err
		}
		if code != 256 && code != 257 {
			return nil
		}
		last := -1
		return eachTLV(value, 2, 2, func(code int, value []byte) error {
			if code <= last {
				return fmt.Errorf("stands behind TLV %d", last)
			}
			last = code
			return checkDescriptor(code, value)
		})
	})
}
