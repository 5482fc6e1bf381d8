package fuzz

import (
	"fmt"
	"net/netip"

	"github.com/dci-rs/dci-rs/internal/oracle"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/wire"
)

// Chain is the way of a route through the daemon: decoded, stored, chosen, rewritten for every kind
// of neighbor, written, and read by the strict decoder. Two neighbors send what the input says; all
// others must be told what the naive reflector says, no more and no less, and nothing in the end.
//
// An octet says what the first sender's session agreed on, an octet its role, an octet the family of
// all sessions beside IPv4. Then come steps, each an octet:
//
//	bit 0     the sender
//	bits 1-3  0 to 4: the body of an UPDATE, behind its length of two octets; 5: its session ends and
//	          comes back; 6: it is told everything again; 7: the late neighbor comes
//	bit 4     the next step follows before the table has published
func Chain(in []byte) error {
	r := reader(in)
	bits, role, f := r.octet(), r.octet(), family(r.octet())
	c := newChain(bits, role, f)
	defer c.table.Close()
	if err := c.settle(); err != nil {
		return err
	}
	for len(r) > 0 {
		step := r.octet()
		sender := c.neighbors[step&1]
		switch step >> 1 & 7 {
		default:
			c.update(sender, r.field())
		case 5:
			c.down(sender)
			c.up(sender)
		case 6:
			for _, f := range sender.families() {
				sender.follower.Refresh(f)
			}
		case 7:
			if late := c.neighbors[len(c.neighbors)-1]; late.follower == nil {
				c.up(late)
			}
		}
		if step&0x10 == 0 {
			if err := c.settle(); err != nil {
				return fmt.Errorf("after step %#x, %d octets before the end: %w", step, len(r), err)
			}
		}
	}
	for _, sender := range c.neighbors[:2] {
		c.down(sender)
		c.up(sender)
	}
	if err := c.settle(); err != nil {
		return fmt.Errorf("when all is withdrawn: %w", err)
	}
	for _, n := range c.neighbors {
		if len(n.view) > 0 {
			return fmt.Errorf("%s still holds %d routes", n, len(n.view))
		}
	}
	return nil
}

// chain is a table, its neighbors, and the naive reflectors it is compared with, one per family.
type chain struct {
	table     *rib.Table
	neighbors []*neighbor
	naive     map[nlri.Family]*oracle.Reflector
	marker    *rib.Ingest // of a neighbor whose routes are told to nobody
	session   *wire.Negotiated
	marks     int
	calm      bool // nothing was given to the table since it settled
}

// neighbor is one session of the table.
type neighbor struct {
	rib.Peer
	number     int
	addPath    rib.AddPathMode // it takes
	negotiated *wire.Negotiated
	terms      oracle.Terms
	ingest     *rib.Ingest
	follower   *rib.Follower // nil before it comes
	ended      map[oracle.Family]bool
	view       map[path]oracle.Told
	calm       bool // nothing has changed in the table since it came: its End-of-RIB ends all there is
}

// path is a route as a neighbor knows it.
type path struct {
	key string
	id  uint32
}

func (n *neighbor) String() string {
	return fmt.Sprintf("neighbor %d (%s, 4-octet AS %v, paths %d)", n.number, n.Role, n.negotiated.AS4, n.addPath)
}

func (n *neighbor) families() []nlri.Family {
	var list []nlri.Family
	for _, o := range n.negotiated.Families {
		list = append(list, o.Family)
	}
	return list
}

var ourID = wire.RouterID{10, 0, 0, 253}

// Families of no neighbor: that of the marks, whose field is cut by OpaqueLength8, and one without routes.
const (
	marked  = nlri.Family(nlri.AFIL2VPN)<<8 | 250
	nobodys = nlri.Family(nlri.AFIL2VPN)<<8 | 251
)

func newChain(bits, role byte, f nlri.Family) *chain {
	c := &chain{table: rib.New(rib.Options{Shards: 1}), naive: map[nlri.Family]*oracle.Reflector{}}
	list := []nlri.Family{nlri.IPv4Unicast}
	if f != nlri.IPv4Unicast {
		list = append(list, f)
	}
	for _, f := range list {
		c.naive[f] = oracle.New(f)
	}
	// Nobody offers label stacks.
	first := bits&^(labelStack|external) | [...]byte{0, 0, external, external}[role&3]
	for _, n := range []struct {
		role  rib.Role
		bits  byte
		paths rib.AddPathMode
	}{
		{[...]rib.Role{rib.RoleClient, rib.RoleNonClient, rib.RolePeer, rib.RoleRouteServerClient}[role&3], first, 0},
		{rib.RoleClient, 0, 0},
		{rib.RoleClient, addPath | extendedNextHop | extendedMessage, rib.AddPathAll},
		{rib.RoleClient, twoOctetAS, 0},
		{rib.RoleNonClient, extendedNextHop, 2},
		{rib.RolePeer, external, 0},
		{rib.RolePeer, external | twoOctetAS | extendedMessage, 0},
		{rib.RoleRouteServerClient, external, 0},
		{rib.RoleClient, 0, 0},
	} {
		c.add(n.role, n.bits, n.paths, list)
	}
	for _, n := range c.neighbors[:len(c.neighbors)-1] {
		c.up(n)
	}
	c.session = &wire.Negotiated{Internal: true, AS4: true, Families: []wire.FamilyOptions{{Family: marked, Receive: nlri.OpaqueLength8}}}
	id, _ := c.table.AddPeer()
	c.marker, _ = c.table.Open(rib.Peer{ID: id, Role: rib.RoleFeed, Internal: true}, c.session, nil)
	return c
}

func (c *chain) add(role rib.Role, bits byte, paths rib.AddPathMode, list []nlri.Family) {
	number := len(c.neighbors) + 1
	n := &neighbor{number: number, addPath: paths, negotiated: session(bits, list...)}
	n.Peer = rib.Peer{
		Role: role, Internal: n.negotiated.Internal, ASN: n.negotiated.PeerASN, LocalASN: ourAS,
		RouterID: wire.RouterID{10, 0, 0, byte(number)}, LocalRouterID: ourID, ClusterID: ourCluster,
		Address: netip.AddrFrom4([4]byte{10, 0, 1, byte(number)}),
	}
	n.ID, _ = c.table.AddPeer()
	if paths != 0 {
		for i := range n.negotiated.Families {
			n.negotiated.Families[i].Send |= nlri.AddPath
		}
	} else {
		for i := range n.negotiated.Families {
			n.negotiated.Families[i].Send &^= nlri.AddPath
		}
	}
	n.terms = terms(n.negotiated)
	n.terms.RouteServer = role == rib.RoleRouteServerClient
	c.neighbors = append(c.neighbors, n)
}

// up opens a neighbor's session, as the server does.
func (c *chain) up(n *neighbor) {
	var groups []rib.GroupKey
	for _, o := range n.negotiated.Families {
		form := nlri.Form(0)
		if o.Family == unknownFamily {
			form = nlri.OpaqueLength8
		}
		groups = append(groups, rib.GroupKey{
			Family: o.Family, Form: form, Role: n.Role, Internal: n.Internal, AS4: n.negotiated.AS4,
			ExtendedMessage: n.negotiated.ExtendedMessage, ExtendedNextHop: o.ExtendedNextHop, AddPath: n.addPath,
			LocalASN: ourAS, LocalRouterID: ourID, ClusterID: ourCluster,
		})
		c.naive[o.Family].Up(n.number, oracle.Peer{
			Role: n.Role.String(), Internal: n.Internal, RouterID: n.RouterID, Address: n.Address, ClusterID: ourCluster,
			LocalRouterID: ourID, LocalASN: ourAS, AddPath: int(n.addPath), TwoOctetAS: !n.negotiated.AS4, ExtendedNextHop: o.ExtendedNextHop,
		})
	}
	n.ingest, n.follower = c.table.Open(n.Peer, n.negotiated, groups)
	n.ended, n.view, n.calm = map[oracle.Family]bool{}, map[path]oracle.Told{}, c.calm
}

// stir notes that the table is given something.
func (c *chain) stir() {
	c.calm = false
	for _, n := range c.neighbors {
		n.calm = false
	}
}

func (c *chain) down(n *neighbor) {
	c.stir()
	n.ingest.Close()
	n.follower.Close()
	for _, r := range c.naive {
		r.Down(n.number)
	}
}

// update gives a neighbor's UPDATE to the table as the server's reader does, and to the naive reflectors.
func (c *chain) update(n *neighbor, body []byte) {
	if wire.HeaderLen+len(body) > n.negotiated.ReceiveLimit() {
		return
	}
	u, bad := wire.ParseUpdate(body, n.negotiated)
	if bad != nil && bad.Action >= wire.ActionDisableFamily {
		c.down(n)
		c.up(n)
		return
	}
	asWithdraw := bad != nil && bad.Action == wire.ActionTreatAsWithdraw
	if f, ok := u.EndOfRIB(); ok {
		n.ingest.EndOfRIB(f)
		return
	}
	c.stir()
	n.ingest.Update(&u, asWithdraw)
	n.ingest.Flush()
	c.learn(n, &u, asWithdraw)
}

// learn tells the naive reflectors what an UPDATE means.
func (c *chain) learn(n *neighbor, u *wire.Update, asWithdraw bool) {
	withdraw := func(l nlri.List) {
		for id, one := range l.All() {
			c.naive[l.Family()].Withdraw(n.number, one, id)
		}
	}
	unreach, _ := u.Unreach()
	withdraw(u.Withdrawn())
	withdraw(unreach)
	var attrs wire.Attrs
	if !asWithdraw {
		attrs = u.AppendForwardable(nil, n.negotiated, wire.Ingress{External: !n.Internal, KeepUnknownNonTransitive: n.Role == rib.RoleRouteServerClient})
		asWithdraw = n.loops(attrs)
	}
	reach, _ := u.Reach()
	for _, x := range []wire.Reach{{NextHop: u.NextHop(), List: u.Announced()}, reach} {
		if asWithdraw {
			withdraw(x.List)
			continue
		}
		for id, one := range x.List.All() {
			c.naive[x.List.Family()].Announce(n.number, oracle.Route{NLRI: clone(one), PathID: id, NextHop: clone(x.NextHop), Attrs: attrs})
		}
	}
}

// loops: the route has been here before (RFC 4271 §9.1.2, RFC 4456 §8).
func (n *neighbor) loops(attrs wire.Attrs) bool {
	list, _ := oracle.Attributes(attrs)
	for _, a := range list {
		switch a.Code {
		case 2:
			for b := a.Value; len(b) > 0; b = b[2+4*int(b[1]):] {
				if holds(b[2:2+4*int(b[1])], [4]byte{0, 0, ourAS >> 8, ourAS & 0xff}) {
					return true
				}
			}
		case 9:
			if holds(a.Value, ourID) {
				return true
			}
		case 10:
			if holds(a.Value, ourCluster) {
				return true
			}
		}
	}
	return false
}
