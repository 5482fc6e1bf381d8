//go:build linux

package e2e

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// family is an address family as AFI<<8 | SAFI.
type family uint32

const (
	ipv4        family = 1<<8 | 1
	ipv6        family = 2<<8 | 1
	ipv4Labeled family = 1<<8 | 4
	ipv6Labeled family = 2<<8 | 4
	vpnv4       family = 1<<8 | 128
	vpnv6       family = 2<<8 | 128
	evpn        family = 25<<8 | 70
	vpls        family = 25<<8 | 65
	bgpLS       family = 16388<<8 | 71
	bgpLSVPN    family = 16388<<8 | 72
	routeTarget family = 1<<8 | 132
	flowspec4   family = 1<<8 | 133
)

func (f family) afi() int  { return int(f >> 8) }
func (f family) safi() int { return int(f & 0xff) }

var familyNames = map[family]string{
	ipv4: "ipv4", ipv6: "ipv6", ipv4Labeled: "ipv4-labeled", ipv6Labeled: "ipv6-labeled", vpnv4: "vpnv4", vpnv6: "vpnv6",
	evpn: "evpn", vpls: "vpls", bgpLS: "bgp-ls", bgpLSVPN: "bgp-ls-vpn", routeTarget: "route-target", flowspec4: "flowspec4",
}

func (f family) String() string {
	if name := familyNames[f]; name != "" {
		return name
	}
	return fmt.Sprintf("%d/%d", f.afi(), f.safi())
}

const (
	typeOpen         = 1
	typeUpdate       = 2
	typeNotification = 3
	typeKeepalive    = 4
	typeRouteRefresh = 5
)

const (
	optional   = 0x80
	transitive = 0x40
	partial    = 0x20
	extended   = 0x10
)

// attribute codes that the lab names
const (
	attrOrigin          = 1
	attrASPath          = 2
	attrNextHop         = 3
	attrMED             = 4
	attrLocalPref       = 5
	attrAtomicAggregate = 6
	attrAggregator      = 7
	attrCommunities     = 8
	attrOriginatorID    = 9
	attrClusterList     = 10
	attrMPReach         = 14
	attrMPUnreach       = 15
	attrExtCommunities  = 16
	attrAS4Path         = 17
	attrPMSI            = 22
	attrTunnelEncap     = 23
	attrIPv6ExtComms    = 25
	attrAIGP            = 26
	attrBGPLS           = 29
	attrLarge           = 32
	attrOTC             = 35
	attrDPath           = 36
	attrPrefixSID       = 40
	attrSet             = 128
)

// octets reads hexadecimal text; blanks are ignored.
func octets(text string) []byte {
	b, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		panic(fmt.Sprintf("octets(%q): %v", text, err))
	}
	return b
}

func u16(v int) []byte              { return binary.BigEndian.AppendUint16(nil, uint16(v)) }
func u32(v uint32) []byte           { return binary.BigEndian.AppendUint32(nil, v) }
func join(parts ...[]byte) []byte   { return slices.Concat(parts...) }
func repeat(b byte, n int) []byte   { return slices.Repeat([]byte{b}, n) }
func withLen8(b []byte) []byte      { return join([]byte{byte(len(b))}, b) }
func withLen16(b []byte) []byte     { return join(u16(len(b)), b) }
func tlv(code int, v []byte) []byte { return join(u16(code), withLen16(v)) }

// message puts the header before a body.
func message(kind byte, body []byte) []byte {
	return join(repeat(0xff, 16), u16(19+len(body)), []byte{kind}, body)
}

// update is a whole UPDATE message of its three fields.
func update(withdrawn, attributes, nlri []byte) []byte {
	return message(typeUpdate, join(withLen16(withdrawn), withLen16(attributes), nlri))
}

// attribute encodes a path attribute; the Extended Length bit is set where the value needs it or flags ask for it.
func attribute(flags, code byte, value ...[]byte) []byte {
	v := join(value...)
	if len(v) > 255 {
		flags |= extended
	}
	if flags&extended != 0 {
		return join([]byte{flags, code}, withLen16(v))
	}
	return join([]byte{flags, code}, withLen8(v))
}

func mpReach(f family, nextHop []byte, nlri ...[]byte) []byte {
	return attribute(optional, attrMPReach, u16(f.afi()), []byte{byte(f.safi())}, withLen8(nextHop), []byte{0}, join(nlri...))
}

func mpUnreach(f family, nlri ...[]byte) []byte {
	return attribute(optional, attrMPUnreach, u16(f.afi()), []byte{byte(f.safi())}, join(nlri...))
}

// asSequence is an AS_PATH of one AS_SEQUENCE with 4-octet numbers; of no AS the empty path.
func asSequence(asns ...uint32) []byte {
	if len(asns) == 0 {
		return attribute(transitive, attrASPath)
	}
	v := []byte{2, byte(len(asns))}
	for _, a := range asns {
		v = append(v, u32(a)...)
	}
	return attribute(transitive, attrASPath, v)
}

// prefix4 is an IPv4 prefix as NLRI.
func prefix4(bits int, address [4]byte) []byte {
	return join([]byte{byte(bits)}, address[:(bits+7)/8])
}
