package server

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
)

// complete returns c with its defaults filled in, or every reason why it can't be run.
func (c Config) complete() (Config, error) {
	var wrong []error
	if c.RouterID.IsZero() {
		wrong = append(wrong, errors.New("router-id is 0.0.0.0; set an address of this router"))
	}
	if c.ASN == 0 {
		wrong = append(wrong, errors.New("asn is 0; set the number of this AS"))
	}
	if c.ClusterID.IsZero() {
		c.ClusterID = c.RouterID
	}
	c.Neighbors = slices.Clone(c.Neighbors)
	seen := make(map[netip.Addr]bool)
	for i := range c.Neighbors {
		n := &c.Neighbors[i]
		n.Address = n.Address.Unmap()
		switch {
		case !n.Address.IsValid():
			wrong = append(wrong, fmt.Errorf("neighbor %d has no address", i+1))
		case seen[n.Address]:
			wrong = append(wrong, fmt.Errorf("neighbor %s stands twice; keep one", n.Address))
		}
		seen[n.Address] = true
		n.complete(&c)
		if n.ASN == 0 {
			wrong = append(wrong, fmt.Errorf("neighbor %s has no AS number; set asn", n.Address))
		}
		for _, err := range n.check([]uint32{n.ASN}) {
			wrong = append(wrong, fmt.Errorf("neighbor %s: %w", n.Address, err))
		}
	}
	c.Ranges = slices.Clone(c.Ranges)
	for i := range c.Ranges {
		r := &c.Ranges[i]
		if !r.Prefix.IsValid() {
			wrong = append(wrong, fmt.Errorf("listen-range %d has no prefix", i+1))
			continue
		}
		r.Prefix = r.Prefix.Masked()
		r.Neighbor.complete(&c)
		r.Neighbor.Passive = true
		if len(r.ASNs) == 0 && r.Neighbor.ASN != 0 {
			r.ASNs = []uint32{r.Neighbor.ASN}
		}
		for _, err := range r.Neighbor.check(r.ASNs) {
			wrong = append(wrong, fmt.Errorf("listen-range %s: %w", r.Prefix, err))
		}
		for _, other := range c.Ranges[:i] {
			if other.Prefix == r.Prefix {
				wrong = append(wrong, fmt.Errorf("listen-range %s stands twice; keep one", r.Prefix))
			}
		}
	}
	return c, errors.Join(append(wrong, c.checkKeys()...)...)
}

// checkKeys finds neighbors without a key whose range has one: the system would take no unsigned
// connection from their addresses.
func (c *Config) checkKeys() (wrong []error) {
	for _, r := range c.Ranges {
		for _, n := range c.Neighbors {
			if r.Neighbor.MD5 != "" && n.MD5 == "" && r.Prefix.Contains(n.Address) {
				wrong = append(wrong, fmt.Errorf("neighbor %s has no md5 key and lies in listen-range %s that has one; give it a key of its own", n.Address, r.Prefix))
			}
		}
	}
	return wrong
}

func (n *Neighbor) complete(c *Config) {
	if n.Port == 0 {
		n.Port = DefaultPort
	}
	if n.LocalASN == 0 {
		n.LocalASN = c.ASN
	}
	if n.RouterID.IsZero() {
		n.RouterID = c.RouterID
	}
	if n.ASN == 0 && isInternal(n.Role) {
		n.ASN = n.LocalASN
	}
	if n.HoldTime == 0 {
		n.HoldTime = DefaultHoldTime
	}
	if n.ConnectRetry == 0 {
		n.ConnectRetry = DefaultConnectRetry
	}
	if n.SendHoldTime == 0 {
		n.SendHoldTime = max(DefaultSendHoldTime, 2*n.HoldTime)
	}
}

// check finds what the neighbor's own settings make impossible. asns is what it may be; empty = any.
func (n *Neighbor) check(asns []uint32) (wrong []error) {
	for _, asn := range asns {
		if asn == 0 {
			continue
		}
		internal := asn == n.LocalASN
		switch {
		case isInternal(n.Role) && !internal:
			wrong = append(wrong, fmt.Errorf("a %s is in our own AS %d, not in AS %d; set role: peer or route-server-client, or another asn", n.Role, n.LocalASN, asn))
		case isExternal(n.Role) && internal:
			wrong = append(wrong, fmt.Errorf("a %s is in another AS than our own %d; set role: client or non-client, or another asn", n.Role, asn))
		}
	}
	if len(n.offered()) == 0 {
		wrong = append(wrong, errors.New("no families; name at least one"))
	}
	for _, f := range n.Families {
		if !f.Supported() {
			wrong = append(wrong, fmt.Errorf("family %s is unknown; set its framing in opaque-families", f))
		}
		if n.NextHopSelf && !isUnicast(f) {
			wrong = append(wrong, fmt.Errorf("next-hop: self would make a black hole of %s, since packets are not forwarded here by label or VNI; leave it out", f))
		}
		if n.NextHopSelf && f == nlri.IPv6Unicast && n.Address.Is4() {
			wrong = append(wrong, errors.New("next-hop: self needs an IPv6 session for ipv6; use the neighbor's IPv6 address"))
		}
	}
	if n.DefaultRT && !slices.Contains(n.Families, nlri.RouteTarget) {
		wrong = append(wrong, errors.New("advertise-default-rt is a route of the family route-target; name that in families too"))
	}
	for _, f := range slices.Sorted(maps.Keys(n.Opaque)) {
		if f.Supported() {
			wrong = append(wrong, fmt.Errorf("opaque family %s has a known framing; name it in families", f))
		}
	}
	if n.TTLSecurity < 0 || n.TTLSecurity > 254 {
		wrong = append(wrong, fmt.Errorf("ttl-security %d: want 1 to 254 hops", n.TTLSecurity))
	}
	if n.LocalAddress.IsValid() && n.Address.IsValid() && n.LocalAddress.Is4() != n.Address.Is4() {
		wrong = append(wrong, fmt.Errorf("local-address %s is of the other address family", n.LocalAddress))
	}
	return wrong
}

// isInternal holds for the roles of neighbors in our own AS, isExternal for those in another; a feed
// may be in either.
func isInternal(r rib.Role) bool { return r == rib.RoleClient || r == rib.RoleNonClient }
func isExternal(r rib.Role) bool { return r == rib.RolePeer || r == rib.RoleRouteServerClient }

func isUnicast(f nlri.Family) bool { return f == nlri.IPv4Unicast || f == nlri.IPv6Unicast }
