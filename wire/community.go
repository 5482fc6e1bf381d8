package wire

import (
	"encoding/binary"
	"iter"
	"strings"
)

// Community is one community, RFC 1997.
type Community uint32

// Well-known communities.
const (
	GracefulShutdown        Community = 0xffff0000 // RFC 8326
	AcceptOwn               Community = 0xffff0001 // RFC 7611
	RouteFilterTranslatedV4 Community = 0xffff0002 // draft-l3vpn-legacy-rtc
	RouteFilterV4           Community = 0xffff0003
	RouteFilterTranslatedV6 Community = 0xffff0004
	RouteFilterV6           Community = 0xffff0005
	LLGRStale               Community = 0xffff0006 // RFC 9494
	NoLLGR                  Community = 0xffff0007 // RFC 9494
	AcceptOwnNexthop        Community = 0xffff0008 // draft-agrewal-idr-accept-own-nexthop
	StandbyPE               Community = 0xffff0009 // RFC 9026
	Blackhole               Community = 0xffff029a // RFC 7999
	NoExport                Community = 0xffffff01 // RFC 1997
	NoAdvertise             Community = 0xffffff02 // RFC 1997
	NoExportSubconfed       Community = 0xffffff03 // RFC 1997
	NoPeer                  Community = 0xffffff04 // RFC 3765
)

var communityNames = [...]struct {
	community Community
	name      string
}{
	{GracefulShutdown, "graceful-shutdown"}, {AcceptOwn, "accept-own"}, {RouteFilterTranslatedV4, "route-filter-translated-v4"},
	{RouteFilterV4, "route-filter-v4"}, {RouteFilterTranslatedV6, "route-filter-translated-v6"}, {RouteFilterV6, "route-filter-v6"},
	{LLGRStale, "llgr-stale"}, {NoLLGR, "no-llgr"}, {AcceptOwnNexthop, "accept-own-nexthop"}, {StandbyPE, "standby-pe"},
	{Blackhole, "blackhole"}, {NoExport, "no-export"}, {NoAdvertise, "no-advertise"}, {NoExportSubconfed, "no-export-subconfed"},
	{NoPeer, "no-peer"},
}

// AppendText appends the well-known name, else AS and value: "65000:1".
func (c Community) AppendText(dst []byte) []byte {
	if c >= GracefulShutdown {
		for i := range communityNames {
			if communityNames[i].community == c {
				return append(dst, communityNames[i].name...)
			}
		}
	}
	return appendNumbers(dst, uint64(c>>16), uint64(c&0xffff))
}

func (c Community) String() string { return string(c.AppendText(nil)) }

// ParseCommunity reads what String writes.
func ParseCommunity(s string) (Community, error) {
	for i := range communityNames {
		if communityNames[i].name == s {
			return communityNames[i].community, nil
		}
	}
	p := newTextParser("community", s)
	if !strings.Contains(s, ":") {
		p.fail(s, "AS:NUMBER such as 65000:1, nor a well-known name such as no-export")
	}
	c := Community(p.uint(0xffff)<<16 | p.uint(0xffff))
	return c, p.end()
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

// Append appends a community behind those of a value of COMMUNITIES.
func (c Community) Append(dst []byte) []byte { return binary.BigEndian.AppendUint32(dst, uint32(c)) }

// LargeCommunity is one large community, RFC 8092 §3.
type LargeCommunity struct{ Global, Local1, Local2 uint32 }

// AppendText appends the three numbers: "65000:1:2".
func (c LargeCommunity) AppendText(dst []byte) []byte {
	return appendNumbers(dst, uint64(c.Global), uint64(c.Local1), uint64(c.Local2))
}

func (c LargeCommunity) String() string { return string(c.AppendText(nil)) }

// ParseLargeCommunity reads what String writes.
func ParseLargeCommunity(s string) (LargeCommunity, error) {
	const most = 1<<32 - 1
	p := newTextParser("large community", s)
	c := LargeCommunity{uint32(p.uint(most)), uint32(p.uint(most)), uint32(p.uint(most))}
	return c, p.end()
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

// Append appends a community behind those of a value of LARGE_COMMUNITY.
func (c LargeCommunity) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, c.Global)
	dst = binary.BigEndian.AppendUint32(dst, c.Local1)
	return binary.BigEndian.AppendUint32(dst, c.Local2)
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
