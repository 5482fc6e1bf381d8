package nlri

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
)

// ESI is an Ethernet Segment Identifier (RFC 7432 §5): a type octet and 9 octets of value. All zero: single-homed.
type ESI [10]byte

// ESIType is the type of an ESI, its first octet.
type ESIType uint8

// ESI types (RFC 7432 §5).
const (
	ESIArbitrary ESIType = 0 // 9 octets that the operator chose
	ESILACP      ESIType = 1 // LACP system MAC of the customer edge (6 octets), its port key (2), 0
	ESIBridge    ESIType = 2 // root bridge MAC (6), root bridge priority (2), 0
	ESIMAC       ESIType = 3 // system MAC (6), local discriminator (3)
	ESIRouterID  ESIType = 4 // router ID (4), local discriminator (4), 0
	ESIAS        ESIType = 5 // AS number (4), local discriminator (4), 0
)

// maxESI is MAX-ESI, a reserved value.
var maxESI = ESI{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// String returns the octets in hexadecimal, joined by colons.
func (e ESI) String() string { return string(e.AppendText(nil)) }

// AppendText appends what String returns.
func (e ESI) AppendText(dst []byte) []byte { return appendHex(dst, e[:]) }

// IsZero reports the ESI of a single-homed site.
func (e ESI) IsZero() bool { return e == ESI{} }

// Type returns the first octet.
func (e ESI) Type() ESIType { return ESIType(e[0]) }

// MAC returns the address in an ESI of type 1, 2 or 3; false for other types.
func (e ESI) MAC() (MAC, bool) {
	return MAC(e[1:7]), e.Type() >= ESILACP && e.Type() <= ESIMAC
}

// PortKey returns the LACP port key of an ESI of type 1; false for other types.
func (e ESI) PortKey() (uint16, bool) {
	return binary.BigEndian.Uint16(e[7:]), e.Type() == ESILACP
}

// BridgePriority returns the root bridge priority of an ESI of type 2; false for other types.
func (e ESI) BridgePriority() (uint16, bool) {
	return binary.BigEndian.Uint16(e[7:]), e.Type() == ESIBridge
}

// RouterID returns the router ID of an ESI of type 4; false for other types.
func (e ESI) RouterID() (netip.Addr, bool) {
	return netip.AddrFrom4([4]byte(e[1:5])), e.Type() == ESIRouterID
}

// AS returns the AS number of an ESI of type 5; false for other types.
func (e ESI) AS() (uint32, bool) {
	return binary.BigEndian.Uint32(e[1:]), e.Type() == ESIAS
}

// Discriminator returns the local discriminator of an ESI of type 3 (24 bits), 4 or 5; false for other types.
func (e ESI) Discriminator() (uint32, bool) {
	switch e.Type() {
	case ESIMAC:
		return binary.BigEndian.Uint32(e[6:]) & 0xffffff, true
	case ESIRouterID, ESIAS:
		return binary.BigEndian.Uint32(e[5:]), true
	}
	return 0, false
}

// AppendDescription appends what the type of e says about its value: "single-homed", "arbitrary 112233445566778899",
// "lacp 00:11:22:33:44:55 key 258", "bridge 00:11:22:33:44:55 priority 4096", "mac 00:11:22:33:44:55 discriminator 1",
// "router 192.0.2.1 discriminator 1", "as 65000 discriminator 1", "max" (reserved), and "type 6 …" for other types.
func (e ESI) AppendDescription(dst []byte) []byte {
	switch e.Type() {
	case ESIArbitrary:
		if e.IsZero() {
			return append(dst, "single-homed"...)
		}
		return hex.AppendEncode(append(dst, "arbitrary "...), e[1:])
	case ESILACP:
		key, _ := e.PortKey()
		dst = appendHex(append(dst, "lacp "...), e[1:7])
		return strconv.AppendUint(append(dst, " key "...), uint64(key), 10)
	case ESIBridge:
		priority, _ := e.BridgePriority()
		dst = appendHex(append(dst, "bridge "...), e[1:7])
		return strconv.AppendUint(append(dst, " priority "...), uint64(priority), 10)
	case ESIMAC:
		dst = appendHex(append(dst, "mac "...), e[1:7])
	case ESIRouterID:
		router, _ := e.RouterID()
		dst = router.AppendTo(append(dst, "router "...))
	case ESIAS:
		as, _ := e.AS()
		dst = strconv.AppendUint(append(dst, "as "...), uint64(as), 10)
	default:
		if e == maxESI {
			return append(dst, "max"...)
		}
		dst = strconv.AppendUint(append(dst, "type "...), uint64(e[0]), 10)
		return hex.AppendEncode(append(dst, ' '), e[1:])
	}
	discriminator, _ := e.Discriminator()
	return strconv.AppendUint(append(dst, " discriminator "...), uint64(discriminator), 10)
}

// ParseESI reads 10 octets in hexadecimal, joined by colons.
func ParseESI(s string) (ESI, error) {
	var e ESI
	if !parseHex(e[:], s) {
		return ESI{}, fmt.Errorf("ESI %q: expected 10 octets such as 00:11:22:33:44:55:66:77:88:99", s)
	}
	return e, nil
}
