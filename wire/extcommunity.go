package wire

import (
	"encoding/binary"
	"iter"

	"github.com/dci-rs/dci-rs/nlri"
)

// ExtCommunity is one extended community, RFC 4360 §2: type, mostly a sub-type, value.
type ExtCommunity [8]byte

// Types of extended communities (first octet) and the sub-type of a route target (RFC 7153 §5).
const (
	ExtTypeAS2         = 0x00
	ExtTypeIPv4        = 0x01
	ExtTypeAS4         = 0x02
	ExtTypeOpaque      = 0x03
	ExtTypeEVPN        = 0x06
	ExtNonTransitive   = 0x40 // this bit of the type
	ExtSubtypeTarget   = 0x02
	ExtSubtypeESImport = 0x02 // of ExtTypeEVPN
)

// ExtKind is type and sub-type of an extended community.
type ExtKind uint16

// The kinds that have a text of their own. Those that are told by three kinds of administrator have
// three: 2-octet AS as named here, IPv4 address 0x0100 above it, 4-octet AS 0x0200.
const (
	ExtRouteTarget      ExtKind = 0x0002 // RFC 4360 §4, RFC 5668
	ExtRouteOrigin      ExtKind = 0x0003 // RFC 4360 §5, RFC 5668
	ExtColor            ExtKind = 0x030b // RFC 9012 §4.3: flags (2 octets), color (4)
	ExtEncapsulation    ExtKind = 0x030c // RFC 9012 §4.1: reserved (4), tunnel type (2)
	ExtDefaultGateway   ExtKind = 0x030d // RFC 7432 §7.8: reserved (6)
	ExtLinkBandwidth    ExtKind = 0x4004 // draft-ietf-idr-link-bandwidth: AS (2), octets per second (4, IEEE)
	ExtMACMobility      ExtKind = 0x0600 // RFC 7432 §7.7: flags (1), reserved (1), sequence number (4)
	ExtESILabel         ExtKind = 0x0601 // RFC 7432 §7.5: flags (1), reserved (2), label (3)
	ExtESImport         ExtKind = 0x0602 // RFC 7432 §7.6: MAC address (6)
	ExtRouterMAC        ExtKind = 0x0603 // RFC 9135 §8.1: MAC address (6)
	ExtL2Attributes     ExtKind = 0x0604 // RFC 8214 §3.1: control flags (2), MTU (2), reserved (2)
	ExtDFElection       ExtKind = 0x0606 // RFC 8584 §2.2: algorithm (1), capabilities (2), reserved (1), preference (2, RFC 9785 §3)
	ExtTrafficRate      ExtKind = 0x8006 // RFC 8955 §7.1: AS (2), octets per second (4, IEEE)
	ExtTrafficAction    ExtKind = 0x8007 // RFC 8955 §7.3: bits of 6 octets
	ExtRedirect         ExtKind = 0x8008 // RFC 8955 §7.4: a route target
	ExtTrafficMarking   ExtKind = 0x8009 // RFC 8955 §7.5: reserved (5), DSCP (1)
	ExtLayer2Info       ExtKind = 0x800a // RFC 4761 §3.2.4: encapsulation (1), control flags (1), MTU (2), preference (2)
	ExtTrafficRatePacks ExtKind = 0x800c // RFC 8955 §7.2: AS (2), packets per second (4, IEEE)
)

// Kind is type and sub-type, also where the type has none (RFC 4360 §2).
func (c ExtCommunity) Kind() ExtKind { return ExtKind(binary.BigEndian.Uint16(c[:])) }

func (c *ExtCommunity) setKind(k ExtKind) { c[0], c[1] = byte(k>>8), byte(k) }

// IsRouteTarget says that it is a route target of one of the three forms (RFC 4360 §4, RFC 5668 §2).
func (c ExtCommunity) IsRouteTarget() bool { return c[0] <= ExtTypeAS4 && c[1] == ExtSubtypeTarget }

// IsESImport says that it is an ES-Import route target (RFC 7432 §7.6).
func (c ExtCommunity) IsESImport() bool { return c[0] == ExtTypeEVPN && c[1] == ExtSubtypeESImport }

// Transitive says that it passes to other AS (RFC 4360 §2: the T bit is clear).
func (c ExtCommunity) Transitive() bool { return c[0]&ExtNonTransitive == 0 }

// Tunnel is the tunnel type of an encapsulation community.
func (c ExtCommunity) Tunnel() (TunnelType, bool) {
	return TunnelType(binary.BigEndian.Uint16(c[6:])), c.Kind() == ExtEncapsulation
}

// MACMobility is what a MAC mobility community says; ok is false for any other.
func (c ExtCommunity) MACMobility() (sequence uint32, sticky, ok bool) {
	return binary.BigEndian.Uint32(c[4:]), c[2]&1 != 0, c.Kind() == ExtMACMobility
}

// RouteTarget makes a route target of an administrator and a number as a Route Distinguisher of types 0
// to 2 has them.
func RouteTarget(rd nlri.RD) ExtCommunity { return administered(ExtRouteTarget, rd) }

// administered makes a community of a kind that has three forms.
func administered(k ExtKind, rd nlri.RD) ExtCommunity {
	c := ExtCommunity(rd)
	c.setKind(k + ExtKind(rd[1])<<8)
	return c
}

// Encapsulation makes an encapsulation community.
func Encapsulation(t TunnelType) ExtCommunity {
	return ExtCommunity{ExtTypeOpaque, 0x0c, 6: byte(t >> 8), 7: byte(t)}
}

// MACMobility makes a MAC mobility community.
func MACMobility(sequence uint32, sticky bool) ExtCommunity {
	c := ExtCommunity{ExtTypeEVPN, 0, flagIf(sticky, 1)}
	binary.BigEndian.PutUint32(c[4:], sequence)
	return c
}

// ESILabel makes an ESI label community.
func ESILabel(l nlri.LabelField, singleActive bool) ExtCommunity {
	return ExtCommunity{ExtTypeEVPN, 1, flagIf(singleActive, 1), 0, 0, byte(l >> 16), byte(l >> 8), byte(l)}
}

// ESImport makes an ES-Import route target.
func ESImport(mac nlri.MAC) ExtCommunity { return withMAC(ExtESImport, mac) }

// RouterMAC makes a Router's MAC community.
func RouterMAC(mac nlri.MAC) ExtCommunity { return withMAC(ExtRouterMAC, mac) }

func withMAC(k ExtKind, mac nlri.MAC) (c ExtCommunity) {
	c.setKind(k)
	copy(c[2:], mac[:])
	return c
}

// Append appends a community behind those of a value of EXTENDED_COMMUNITIES.
func (c ExtCommunity) Append(dst []byte) []byte { return append(dst, c[:]...) }

// ExtCommunities is the value of EXTENDED_COMMUNITIES: 8 octets each. It borrows.
type ExtCommunities []byte

// All yields the communities in their order.
func (c ExtCommunities) All() iter.Seq[ExtCommunity] {
	return func(yield func(ExtCommunity) bool) {
		for ; len(c) >= 8; c = c[8:] {
			if !yield(ExtCommunity(c[:8])) {
				return
			}
		}
	}
}

// VNI says that an encapsulation community makes the label fields beside it virtual network identifiers.
func (c ExtCommunities) VNI() bool {
	for ; len(c) >= 8; c = c[8:] {
		if t, ok := ExtCommunity(c[:8]).Tunnel(); ok && t.VNI() {
			return true
		}
	}
	return false
}
