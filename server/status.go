package server

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/wire"
)

// NeighborStatus is one neighbor as it was at the moment of the call.
type NeighborStatus struct {
	Address     netip.Addr
	Group       string
	Site        string
	Description string
	Role        rib.Role
	ASN         uint32 // the neighbor's; of a dynamic neighbor before its OPEN: 0
	LocalASN    uint32
	Passive     bool
	Disabled    bool
	Dynamic     bool // came by a listen-range

	State       string // "idle", "connect", "active", "opensent", "openconfirm" or "established"
	Since       time.Time
	Established uint64 // sessions that came up so far
	LastError   string // why the last session or attempt ended; what the neighbor sent in it is escaped
	LastErrorAt time.Time

	RouterID wire.RouterID // the neighbor's; this and what follows is zero unless established
	Local    netip.AddrPort
	Remote   netip.AddrPort
	HoldTime time.Duration // negotiated; 0 = off
	Families []FamilyStatus

	MessagesIn, MessagesOut uint64 // of all sessions so far
	UpdatesIn               uint64
	Malformed               uint64 // UPDATEs with an error that left the session up (RFC 7606)
}

// FamilyStatus is one family of an established session.
type FamilyStatus struct {
	Family     nlri.Family
	Received   int // paths of the neighbor in the table
	Advertised int // paths the neighbor is told
}

// Neighbors lists all neighbors, dynamic ones included, by address.
func (s *Server) Neighbors() []NeighborStatus {
	type key struct {
		peer   rib.PeerID
		family nlri.Family
	}
	counts := make(map[key]rib.Count)
	for _, c := range s.counts() {
		counts[key{c.Peer, c.Family}] = c
	}
	peers := s.snapshot()
	list := make([]NeighborStatus, 0, len(peers))
	for _, p := range peers {
		n := p.status()
		for i := range n.Families {
			f := &n.Families[i]
			c := counts[key{p.id, f.Family}]
			f.Received, f.Advertised = c.Received, c.Advertised
		}
		list = append(list, n)
	}
	slices.SortFunc(list, func(a, b NeighborStatus) int { return a.Address.Compare(b.Address) })
	return list
}

// counts asks the table, as long as there is one.
func (s *Server) counts() []rib.Count {
	s.queries.RLock()
	defer s.queries.RUnlock()
	if s.closed {
		return nil
	}
	return s.table.Counts()
}

func (p *peer) status() NeighborStatus {
	held := p.held.Load()
	n := NeighborStatus{
		Address: p.config.Address, Group: p.config.Group, Site: p.config.Site, Description: p.config.Description,
		Role: p.config.Role, ASN: p.config.ASN, LocalASN: p.config.LocalASN,
		Passive: p.config.Passive, Disabled: p.config.Disabled, Dynamic: p.within != nil,
		State: held.state.String(), Since: held.since, Established: held.sessions,
		LastError: held.lastError, LastErrorAt: held.lastErrorAt,
		MessagesIn: p.messagesIn.Load(), MessagesOut: p.messagesOut.Load(),
		UpdatesIn: p.updatesIn.Load(), Malformed: p.malformed.Load(),
	}
	if up := held.up; up != nil {
		n.ASN, n.RouterID, n.HoldTime = up.negotiated.PeerASN, up.negotiated.PeerRouterID, up.negotiated.HoldTime
		n.Local, n.Remote = up.local, up.remote
		for _, f := range up.negotiated.Families {
			n.Families = append(n.Families, FamilyStatus{Family: f.Family})
		}
	}
	return n
}

// Summary is the daemon as a whole.
type Summary struct {
	RouterID    wire.RouterID
	ClusterID   wire.RouterID
	ASN         uint32
	Listen      []netip.AddrPort
	Since       time.Time
	Neighbors   int
	Established int
	Families    []FamilyStatus // paths of all neighbors, by family
}

// Summary counts sessions and paths.
func (s *Server) Summary() Summary {
	peers := s.snapshot()
	sum := Summary{
		RouterID: s.config.RouterID, ClusterID: s.config.ClusterID, ASN: s.config.ASN,
		Listen: s.Addrs(), Since: s.since, Neighbors: len(peers),
	}
	for _, p := range peers {
		if p.held.Load().up != nil {
			sum.Established++
		}
	}
	for _, c := range s.counts() {
		i, found := slices.BinarySearchFunc(sum.Families, c.Family, func(f FamilyStatus, want nlri.Family) int {
			return cmp.Compare(f.Family, want)
		})
		if !found {
			sum.Families = slices.Insert(sum.Families, i, FamilyStatus{Family: c.Family})
		}
		sum.Families[i].Received += c.Received
		sum.Families[i].Advertised += c.Advertised
	}
	return sum
}

// RouteQuery says which paths Routes shows. Its zero fields ask for nothing.
type RouteQuery struct {
	Family nlri.Family
	From   netip.Addr // paths of this neighbor
	Site   string     // paths of the neighbors of this site
	To     netip.Addr // what this neighbor was told
}

// Route is a path in the table and where it came from. Its octets are valid during the visit only.
type Route struct {
	rib.Route
	From netip.Addr // the neighbor; invalid for a local route
	Site string
}

// Routes visits paths in no particular order until visit returns false.
func (s *Server) Routes(q RouteQuery, visit func(Route) bool) error {
	query := rib.Query{Family: q.Family}
	peers := make(map[rib.PeerID]*peer)
	for _, p := range s.snapshot() {
		peers[p.id] = p
		if p.config.Address == q.From {
			query.From, query.HasFrom = p.id, true
		}
		if p.config.Address == q.To {
			query.To, query.HasTo = p.id, true
		}
	}
	if q.From.IsValid() && !query.HasFrom {
		return fmt.Errorf("%s is no neighbor", q.From)
	}
	if q.To.IsValid() && !query.HasTo {
		return fmt.Errorf("%s is no neighbor", q.To)
	}
	s.queries.RLock()
	defer s.queries.RUnlock()
	if s.closed {
		return nil
	}
	s.table.Routes(query, func(r rib.Route) bool {
		route := Route{Route: r}
		if p := peers[r.Peer]; p != nil {
			route.From, route.Site = p.config.Address, p.config.Site
		}
		if q.Site != "" && route.Site != q.Site {
			return true
		}
		return visit(route)
	})
	return nil
}
