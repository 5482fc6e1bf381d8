package render

import (
	"encoding/binary"
	"math"
	"net/netip"
	"strconv"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// AppendCommunity writes a community (RFC 1997) by its registered name or as two halves: "65000:1".
func AppendCommunity(dst []byte, c wire.Community) []byte {
	switch c {
	case wire.GracefulShutdown, wire.AcceptOwn, wire.LLGRStale, wire.NoLLGR, wire.Blackhole,
		wire.NoExport, wire.NoAdvertise, wire.NoExportSubconfed, wire.NoPeer:
		return append(dst, c.String()...)
	}
	return appendNumbers(dst, uint64(c>>16), uint64(c&0xffff))
}

// AppendLargeCommunity writes a large community (RFC 8092): "65000:1:2".
func AppendLargeCommunity(dst []byte, c wire.LargeCommunity) []byte {
	return appendNumbers(dst, uint64(c.Global), uint64(c.Local1), uint64(c.Local2))
}

// AppendRouteTarget writes the value of a route target, "65000:1": what RTs are written as where
// nothing else may stand.
func AppendRouteTarget(dst []byte, c wire.ExtCommunity) []byte {
	// RFC 4360 §4: behind their type, route targets and route origins look as Route Distinguishers do.
	rd := nlri.RD(c)
	rd[0], rd[1] = 0, c[0]
	return rd.AppendText(dst)
}

// AppendExtCommunity writes an extended community (RFC 4360) by kind and value, "rt:65000:1" or
// "encap:vxlan", and "0x" with 16 hexadecimal digits where the kind has no name here.
func AppendExtCommunity(dst []byte, c wire.ExtCommunity) []byte {
	switch binary.BigEndian.Uint16(c[:]) {
	case 0x0002, 0x0102, 0x0202: // RFC 4360 §4, RFC 5668
		return AppendRouteTarget(append(dst, "rt:"...), c)
	case 0x0003, 0x0103, 0x0203: // RFC 4360 §5, RFC 5668
		return AppendRouteTarget(append(dst, "ro:"...), c)
	case 0x030b: // RFC 9012 §4.3: flags, color
		dst = appendNumbers(append(dst, "color:"...), uint64(binary.BigEndian.Uint32(c[4:])))
		if c[2]|c[3] != 0 {
			dst = appendHex(append(dst, ":0x"...), c[2:4])
		}
		return dst
	case kindEncapsulation:
		return appendEncapsulation(append(dst, "encap:"...), binary.BigEndian.Uint16(c[6:]))
	case 0x030d: // RFC 7432 §7.8
		return append(dst, "default-gateway"...)
	case 0x0600: // RFC 7432 §7.7: flags, sequence number
		dst = appendNumbers(append(dst, "mac-mobility:"...), uint64(binary.BigEndian.Uint32(c[4:])))
		if c[2]&1 != 0 {
			dst = append(dst, ":sticky"...)
		}
		return dst
	case 0x0601: // RFC 7432 §7.5: flags, label
		dst = appendNumbers(append(dst, "esi-label:"...), uint64(labelValue(c[5:], false)))
		if c[2]&1 != 0 {
			return append(dst, ":single-active"...)
		}
		return append(dst, ":all-active"...)
	case 0x0602: // RFC 7432 §7.6
		return nlri.MAC(c[2:]).AppendText(append(dst, "es-import:"...))
	case 0x0603: // RFC 9135 §8.1
		return nlri.MAC(c[2:]).AppendText(append(dst, "router-mac:"...))
	case 0x0604: // RFC 8214 §3.1: control flags, MTU
		return appendNumbers(append(dst, "l2-attr:"...), uint64(binary.BigEndian.Uint16(c[2:])), uint64(binary.BigEndian.Uint16(c[4:])))
	case 0x0606: // RFC 8584 §2.2: algorithm, capabilities; in the last octets a preference where there is one
		dst = appendNumbers(append(dst, "df-election:"...), uint64(c[2]&0x1f))
		dst = appendHex(append(dst, ":0x"...), c[3:5])
		if preference := binary.BigEndian.Uint16(c[6:]); preference != 0 {
			dst = appendNumbers(append(dst, ':'), uint64(preference))
		}
		return dst
	case 0x800a: // RFC 4761 §3.2.4: encapsulation, control flags, MTU, preference
		return appendNumbers(append(dst, "l2-info:"...), uint64(c[2]), uint64(c[3]),
			uint64(binary.BigEndian.Uint16(c[4:])), uint64(binary.BigEndian.Uint16(c[6:])))
	case 0x4004: // draft-ietf-idr-link-bandwidth: AS, octets per second
		dst = appendNumbers(append(dst, "link-bandwidth:"...), uint64(binary.BigEndian.Uint16(c[2:])))
		return appendFloat(append(dst, ':'), math.Float32frombits(binary.BigEndian.Uint32(c[4:])))
	}
	return appendHex(append(dst, "0x"...), c[:])
}

// appendIPv6ExtCommunity writes an IPv6 address specific extended community (RFC 5701) of 20
// octets: "rt:[2001:db8::1]:100", or "0x" and hexadecimal digits.
func appendIPv6ExtCommunity(dst []byte, c [20]byte) []byte {
	switch binary.BigEndian.Uint16(c[:]) {
	case 0x0002:
		dst = append(dst, "rt:["...)
	case 0x0003:
		dst = append(dst, "ro:["...)
	default:
		return appendHex(append(dst, "0x"...), c[:])
	}
	dst = netip.AddrFrom16([16]byte(c[2:])).AppendTo(dst)
	return appendNumbers(append(dst, "]:"...), uint64(binary.BigEndian.Uint16(c[18:])))
}

// kindEncapsulation is type and sub-type of the encapsulation community (RFC 9012 §4.1).
const kindEncapsulation = 0x030c

// Tunnel types whose labels are 24-bit virtual network identifiers (RFC 8365 §5.1.3).
const (
	tunnelVXLAN  = 8
	tunnelNVGRE  = 9
	tunnelGENEVE = 19
)

var tunnelNames = [...]string{
	1: "l2tpv3", 2: "gre", 7: "ip-in-ip", tunnelVXLAN: "vxlan", tunnelNVGRE: "nvgre", 10: "mpls",
	11: "mpls-in-gre", 12: "vxlan-gpe", 13: "mpls-in-udp", tunnelGENEVE: "geneve",
}

func appendEncapsulation(dst []byte, tunnel uint16) []byte {
	if int(tunnel) < len(tunnelNames) && tunnelNames[tunnel] != "" {
		return append(dst, tunnelNames[tunnel]...)
	}
	return appendNumbers(dst, uint64(tunnel))
}

// vniAttrs says that an encapsulation community makes label fields virtual network identifiers.
func vniAttrs(attrs wire.Attrs) bool {
	a, _ := attrs.Find(wire.AttrExtCommunities)
	for c := range wire.ExtCommunities(a.Value).All() {
		if binary.BigEndian.Uint16(c[:]) == kindEncapsulation {
			switch binary.BigEndian.Uint16(c[6:]) {
			case tunnelVXLAN, tunnelNVGRE, tunnelGENEVE:
				return true
			}
		}
	}
	return false
}

// labelValue reads a label field of 3 octets.
func labelValue(b []byte, vni bool) uint32 {
	return fieldValue(nlri.LabelField(beUint(b[:3])), vni)
}

func fieldValue(l nlri.LabelField, vni bool) uint32 {
	if vni {
		return l.VNI()
	}
	return uint32(l.MPLS())
}

// beUint reads up to eight octets, most significant first.
func beUint(b []byte) uint64 {
	var v uint64
	for _, octet := range b {
		v = v<<8 | uint64(octet)
	}
	return v
}

// appendNumbers writes numbers joined by colons.
func appendNumbers(dst []byte, numbers ...uint64) []byte {
	for i, v := range numbers {
		if i > 0 {
			dst = append(dst, ':')
		}
		dst = strconv.AppendUint(dst, v, 10)
	}
	return dst
}

// appendFloat writes the shortest decimal that reads back as f, its exponent without sign or
// leading zero where it is positive: 1.25e9.
func appendFloat(dst []byte, f float32) []byte {
	start := len(dst)
	dst = strconv.AppendFloat(dst, float64(f), 'g', -1, 32)
	for i := start; i+3 < len(dst); i++ {
		if dst[i] == 'e' && dst[i+1] == '+' {
			digits := i + 2
			if dst[digits] == '0' {
				digits++
			}
			return append(dst[:i+1], dst[digits:]...)
		}
	}
	return dst
}
