package wire

import (
	"encoding/binary"
	"iter"
	"strconv"
)

// Community is one community, RFC 1997.
type Community uint32

// Well-known communities.
const (
	GracefulShutdown  Community = 0xffff0000 // RFC 8326
	AcceptOwn         Community = 0xffff0001 // RFC 7611
	LLGRStale         Community = 0xffff0006 // RFC 9494
	NoLLGR            Community = 0xffff0007 // RFC 9494
	Blackhole         Community = 0xffff029a // RFC 7999
	NoExport          Community = 0xffffff01 // RFC 1997
	NoAdvertise       Community = 0xffffff02 // RFC 1997
	NoExportSubconfed Community = 0xffffff03 // RFC 1997
	NoPeer            Community = 0xffffff04 // RFC 3765
)

// String is the well-known name, else AS and value: "65000:1".
func (c Community) String() string {
	switch c {
	case GracefulShutdown:
		return "graceful-shutdown"
	case AcceptOwn:
		return "accept-own"
	case LLGRStale:
		return "llgr-stale"
	case NoLLGR:
		return "no-llgr"
	case Blackhole:
		return "blackhole"
	case NoExport:
		return "no-export"
	case NoAdvertise:
		return "no-advertise"
	case NoExportSubconfed:
		return "no-export-subconfed"
	case NoPeer:
		return "no-peer"
	}
	return strconv.Itoa(int(c>>16)) + ":" + strconv.Itoa(int(c&0xffff))
}

// Communities is the value of COMMUNITIES: 4 octets each. It borrows.
type Communities []byte

// All yields the communities in their order.
func (c Communities) All() iter.Seq[Community] {
	return func(yield func(Community) bool) {
		for ; len(c) >= 4; c = c[4:] {
			if !yield(Community(binary.BigEndian.Uint32(c))) {
				return
			}
		}
	}
}

// Contains says that the community is among them.
func (c Communities) Contains(x Community) bool {
	for ; len(c) >= 4; c = c[4:] {
		if Community(binary.BigEndian.Uint32(c)) == x {
			return true
		}
	}
	return false
}

// LargeCommunity is one large community, RFC 8092 §3.
type LargeCommunity struct{ Global, Local1, Local2 uint32 }

// String is the three numbers: "65000:1:2".
func (c LargeCommunity) String() string {
	b := strconv.AppendUint(nil, uint64(c.Global), 10)
	b = strconv.AppendUint(append(b, ':'), uint64(c.Local1), 10)
	return string(strconv.AppendUint(append(b, ':'), uint64(c.Local2), 10))
}

// LargeCommunities is the value of LARGE_COMMUNITY: 12 octets each. It borrows.
type LargeCommunities []byte

// All yields the communities in their order.
func (c LargeCommunities) All() iter.Seq[LargeCommunity] {
	return func(yield func(LargeCommunity) bool) {
		for ; len(c) >= 12; c = c[12:] {
			if !yield(LargeCommunity{binary.BigEndian.Uint32(c), binary.BigEndian.Uint32(c[4:]), binary.BigEndian.Uint32(c[8:])}) {
				return
			}
		}
	}
}

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

// IsRouteTarget says that it is a route target of one of the three forms (RFC 4360 §4, RFC 5668 §2).
func (c ExtCommunity) IsRouteTarget() bool { return c[0] <= ExtTypeAS4 && c[1] == ExtSubtypeTarget }

// IsESImport says that it is an ES-Import route target (RFC 7432 §7.6).
func (c ExtCommunity) IsESImport() bool { return c[0] == ExtTypeEVPN && c[1] == ExtSubtypeESImport }

// Transitive says that it passes to other AS (RFC 4360 §2: the T bit is clear).
func (c ExtCommunity) Transitive() bool { return c[0]&ExtNonTransitive == 0 }

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

// ClusterList is the value of CLUSTER_LIST: 4 octets each, the last reflector first. It borrows.
type ClusterList []byte

// All yields the cluster identifiers in their order.
func (c ClusterList) All() iter.Seq[RouterID] {
	return func(yield func(RouterID) bool) {
		for ; len(c) >= 4; c = c[4:] {
			if !yield(RouterID(c[:4])) {
				return
			}
		}
	}
}

// Contains says that the cluster is among them: the route has been here (RFC 4456 §8).
func (c ClusterList) Contains(id RouterID) bool {
	for ; len(c) >= 4; c = c[4:] {
		if RouterID(c[:4]) == id {
			return true
		}
	}
	return false
}
