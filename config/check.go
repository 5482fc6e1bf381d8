package config

import (
	"cmp"
	"maps"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/server"
)

// check holds the keys of a neighbor or range against each other. at is where a key is missing. A
// value that was wrong by itself is zero here and starts no second problem.
func (d *decoder) check(c *daemon, at *yaml.Node, n *neighbor) {
	local := n.LocalASN
	if local == 0 {
		local = c.Server.ASN
	}
	if n.at["families"] == nil && len(n.Opaque) == 0 {
		d.errorf(at, "families: missing, want a list such as [evpn] here or in the group")
	}
	d.checkRole(c, at, n, local)
	d.checkNextHop(n)
	d.checkAddPath(n)

	if n.LocalAddress.IsValid() && n.Address.IsValid() && n.LocalAddress.Is4() != n.Address.Is4() {
		d.errorf(n.at["local-address"], "local-address: %s cannot reach %s, want both IPv4 or both IPv6", n.LocalAddress, n.Address)
	}
	hold := n.HoldTime
	if hold == 0 {
		hold = server.DefaultHoldTime
	}
	if n.MinHoldTime > hold && hold != server.HoldTimeOff {
		d.errorf(n.at["min-hold-time"], "min-hold-time: %v is longer than the hold-time of %v", n.MinHoldTime, hold)
	}
	if n.SendHoldTime != 0 && n.SendHoldTime <= hold {
		// RFC 9687: a shorter one would end sessions that the neighbor still counts as alive.
		d.errorf(n.at["send-hold-time"], "send-hold-time: %v, want more than the hold-time of %v", n.SendHoldTime, hold)
	}
}

// checkRole sees to it that iBGP roles meet our own AS and eBGP roles another one.
func (d *decoder) checkRole(c *daemon, at *yaml.Node, n *neighbor, local uint32) {
	if local == 0 {
		return
	}
	role := cmp.Or(n.own["role"], n.own["asn"], n.at["role"], n.at["asn"], at)
	inside := n.Role == rib.RoleClient || n.Role == rib.RoleNonClient
	if n.at["asn"] == nil {
		if !inside {
			d.errorf(at, "asn: missing, want the AS of the neighbor, which only client and non-client share with us")
		}
		return
	}
	for _, asn := range n.asns {
		switch {
		case asn == 0 || n.Role == rib.RoleFeed:
		case inside && asn != local:
			d.errorf(role, "role: %s is for neighbors of our own AS %d and this one is of AS %d, want route-server-client or peer", n.Role, local, asn)
		case !inside && asn == local:
			d.errorf(role, "role: %s is for neighbors of another AS and %d is our own, want client or non-client", n.Role, local)
		}
	}
	if n.Role == rib.RolePeer && len(n.asns) > 0 && n.asns[0] != local {
		d.checkPolicy(c, at)
	}
	if n.Multihop && inside {
		d.errorf(n.at["multihop"], "multihop: for eBGP only, a neighbor of our own AS may be any number of hops away")
	}
}

// checkPolicy is RFC 8212 as far as it is asked for.
func (d *decoder) checkPolicy(c *daemon, at *yaml.Node) {
	if c.requirePolicy {
		d.errorf(at, "an eBGP neighbor without import and export policy, which ebgp-requires-policy asks for (RFC 8212)")
		return
	}
	d.warnf(at, "an eBGP neighbor without import and export policy: everything is accepted from it and sent to it (RFC 8212)")
}

// checkNextHop refuses our own next hop where packets would follow it to us.
func (d *decoder) checkNextHop(n *neighbor) {
	if !n.NextHopSelf {
		return
	}
	for _, f := range slices.AppendSeq(slices.Clone(n.Families), maps.Keys(n.Opaque)) {
		if f != nlri.IPv4Unicast && f != nlri.IPv6Unicast {
			d.errorf(n.at["next-hop"], "next-hop: self is refused with %s, a label or VNI means nothing but to the next hop it came with and dci-rs forwards no packets: want unchanged, or ipv4 and ipv6 only", f)
			return
		}
		if f == nlri.IPv6Unicast && n.Address.Is4() {
			d.errorf(n.at["next-hop"], "next-hop: self needs an IPv6 address of ours for ipv6, want the IPv6 address of the neighbor, or unchanged")
		}
	}
}

// checkKeys finds neighbors without a key whose range has one: the kernel would take no unsigned
// connection from their addresses.
func (d *decoder) checkKeys(c *daemon, ranged *neighbor) {
	for _, n := range c.listed {
		if ranged.MD5 != "" && n.at["md5"] == nil && ranged.prefix.Contains(n.Address) {
			d.errorf(n.at["address"], "address: %s has no md5 key and lies in the listen-range %s that has one, want a key of its own", n.Address, ranged.prefix)
		}
	}
}
