// Package rib is the table: it takes the UPDATEs of every session, keeps their routes, chooses the
// best and publishes what each update group is to be told. Shards are single-writer goroutines;
// what leaves them leaves by journals of immutable entries. The package has no mutex, no log and no
// configuration. It may import wire, nlri, internal/arena, xxhash and roaring.
package rib

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// PeerID names a neighbor inside the table. Local is the daemon itself. An identifier is used
// again only after every shard acknowledged that no route of its former owner is left.
type PeerID uint16

// Local is the source of routes that the daemon originates.
const Local PeerID = 0

// Role is what a neighbor is to the reflector; it decides who gets what, rewritten how.
type Role uint8

const (
	RolePeer              Role = iota // eBGP, RFC 4271
	RoleClient                        // iBGP, RFC 4456
	RoleNonClient                     // iBGP, RFC 4456
	RoleRouteServerClient             // eBGP, RFC 7947
	RoleFeed                          // is told local routes only
	RoleLocal                         // the daemon itself
)

var roleNames = [...]string{"peer", "client", "non-client", "route-server-client", "feed", "local"}

func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return fmt.Sprintf("role(%d)", uint8(r))
}

// ParseRole reads a role as configuration spells it.
func ParseRole(s string) (Role, error) {
	for r, name := range roleNames[:RoleLocal] {
		if name == s {
			return Role(r), nil
		}
	}
	return 0, fmt.Errorf("role %q: want client, non-client, route-server-client, peer or feed", s)
}

// AddPathMode says how many paths of one destination a group is sent (RFC 7911): 0 the best one
// without Path Identifier, AddPathAll every path, any other number the first that many.
type AddPathMode uint8

const AddPathAll AddPathMode = 255

// Peer is what the table must know of a neighbor whose session is established.
type Peer struct {
	ID            PeerID
	Role          Role
	Internal      bool // the session is iBGP
	ASN           uint32
	LocalASN      uint32
	RouterID      wire.RouterID // the neighbor's, from its OPEN
	LocalRouterID wire.RouterID // ours towards it
	ClusterID     wire.RouterID // ours towards it
	Address       netip.Addr    // breaks ties (RFC 4271 §9.1.2.2 g)
	Constrained   bool          // it is told only what its memberships ask for (RFC 4684)
	DefaultTarget bool          // it is told the default membership in place of all others (RFC 4684 §4)
	OpaqueDiscard bool          // typed NLRI of unknown type are dropped instead of relayed
}

// GroupKey names an update group: neighbors for which the same octets are right. It is compared
// as a whole, so a new field cannot be forgotten.
type GroupKey struct {
	Family          nlri.Family
	Form            nlri.Form // opaque families: the framing of the NLRI field
	Role            Role
	Internal        bool
	AS4             bool
	ExtendedMessage bool
	ExtendedNextHop bool // RFC 8950
	AddPath         AddPathMode
	NextHop         netip.Addr // written instead of the received one; invalid = unchanged
	LocalASN        uint32     // prepended towards eBGP peers
	LocalRouterID   wire.RouterID
	ClusterID       wire.RouterID
	View            ViewID // scoped paths are for some views only
}

// ViewID is a set of neighbors that scoped paths may be meant for; 0 is everyone else's.
type ViewID uint16

// Route is one path as a visit shows it. Its byte slices are valid during the visit only.
type Route struct {
	Family  nlri.Family
	Form    nlri.Form
	NLRI    nlri.NLRI
	Attrs   wire.Attrs
	NextHop wire.NextHop
	Peer    PeerID
	PathID  nlri.PathID // as received
	Best    bool
	Since   time.Time
}
