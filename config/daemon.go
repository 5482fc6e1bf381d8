package config

import (
	"maps"
	"net/netip"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/dci-rs/dci-rs/server"
)

// daemon is the top of a file while it is read. Groups and neighbors are kept as nodes until all
// other keys are known, so that their order in the file is free.
type daemon struct {
	*File
	groups, neighbors, ranges *yaml.Node
	requirePolicy             bool
	byName                    map[string]neighbor // the groups that were read
	listed                    []neighbor          // the neighbors that were read
}

var daemonKeys = []key[daemon]{
	{"router-id", func(d *decoder, c *daemon, v *yaml.Node) { c.Server.RouterID = d.routerID(v) }},
	{"asn", func(d *decoder, c *daemon, v *yaml.Node) { c.Server.ASN = d.asn(v) }},
	{"cluster-id", func(d *decoder, c *daemon, v *yaml.Node) { c.Server.ClusterID = d.routerID(v) }},
	{"listen", func(d *decoder, c *daemon, v *yaml.Node) { c.Server.Listen = d.listen(v) }},
	{"control", func(d *decoder, c *daemon, v *yaml.Node) { c.Control = d.control(v) }},
	{"api", func(d *decoder, c *daemon, v *yaml.Node) { c.API = d.api(v) }},
	{"shards", func(d *decoder, c *daemon, v *yaml.Node) {
		shards, _ := d.number(v, 0, 256)
		c.Server.Shards = int(shards)
	}},
	{"memory", nil},
	{"on-stop", func(d *decoder, c *daemon, v *yaml.Node) {
		if d.choice(v, "notify", "graceful") == 1 {
			d.later(v, "on-stop: graceful")
		}
	}},
	{"record", func(d *decoder, c *daemon, v *yaml.Node) {
		if folder, ok := d.text(v, "the name of a folder"); ok && folder != "" {
			d.later(v, "record")
		}
	}},
	{"groups", func(d *decoder, c *daemon, v *yaml.Node) { c.groups = v }},
	{"neighbors", func(d *decoder, c *daemon, v *yaml.Node) { c.neighbors = v }},
	{"listen-ranges", func(d *decoder, c *daemon, v *yaml.Node) { c.ranges = v }},
	{"policies", nil},
	{"ebgp-requires-policy", func(d *decoder, c *daemon, v *yaml.Node) { c.requirePolicy = d.truth(v) }},
}

// daemon reads the whole file.
func (d *decoder) daemon(file *File, root *yaml.Node) {
	c := &daemon{File: file, byName: make(map[string]neighbor)}
	at := mapping(d, root, "", daemonKeys, c)
	for _, required := range []string{"router-id", "asn"} {
		if at[required] == nil {
			d.errorf(root, "%s: missing, want it at the top of the file", required)
		}
	}
	if at["listen"] == nil {
		file.Server.Listen = []netip.AddrPort{netip.MustParseAddrPort("0.0.0.0:179"), netip.MustParseAddrPort("[::]:179")}
	}
	d.readGroups(c)
	d.readNeighbors(c)
	d.readRanges(c)
}

func (d *decoder) readGroups(c *daemon) {
	if c.groups == nil {
		return
	}
	d.key = "groups"
	for name, v := range d.pairs(c.groups, "a mapping of names to settings") {
		d.key = "group " + name.Value
		var g neighbor
		g.at = mapping(d, v, "a mapping such as {role: client, families: [evpn]}", groupKeys, &g)
		c.byName[name.Value] = g
	}
}

func (d *decoder) readNeighbors(c *daemon) {
	if c.neighbors == nil {
		return
	}
	d.key = "neighbors"
	lines := make(map[netip.Addr]int)
	for _, v := range d.items(c.neighbors, "a list of neighbors, each on a line that begins with -") {
		d.key = "neighbor"
		n, whole := d.overlaid(c, v, "a mapping such as {address: 10.1.0.1, group: vtep}", neighborKeys)
		if !whole {
			continue
		}
		if n.at["address"] == nil {
			d.errorf(v, "address: missing, want the address of the neighbor")
		}
		if n.Address.IsValid() {
			if line, twice := lines[n.Address]; twice {
				d.errorf(n.at["address"], "address: %s is the neighbor of line %d too, keep one", n.Address, line)
			}
			lines[n.Address] = n.at["address"].Line
		}
		d.check(c, v, &n)
		c.listed = append(c.listed, n)
		c.Server.Neighbors = append(c.Server.Neighbors, n.Neighbor)
	}
}

func (d *decoder) readRanges(c *daemon) {
	if c.ranges == nil {
		return
	}
	d.key = "listen-ranges"
	lines := make(map[netip.Prefix]int)
	for _, v := range d.items(c.ranges, "a list of ranges, each on a line that begins with -") {
		d.key = "range"
		n, whole := d.overlaid(c, v, "a mapping such as {prefix: 10.2.0.0/16, group: vtep}", rangeKeys)
		if !whole {
			continue
		}
		if n.at["prefix"] == nil {
			d.errorf(v, "prefix: missing, want the addresses that sessions are accepted from")
		}
		if n.prefix.IsValid() {
			for other, line := range lines {
				if other.Overlaps(n.prefix) {
					d.errorf(n.at["prefix"], "prefix: %s overlaps %s of line %d, make them distinct", n.prefix, other, line)
				}
			}
			lines[n.prefix] = n.at["prefix"].Line
		}
		d.check(c, v, &n)
		d.checkKeys(c, &n)
		n.ASN = 0
		c.Server.Ranges = append(c.Server.Ranges, server.Range{Prefix: n.prefix, ASNs: n.asns, Limit: n.limit, Neighbor: n.Neighbor})
	}
}

// overlaid reads a neighbor or a range: what its group says first, then its own keys. It is not
// whole when so much of it is unknown that what it lacks cannot be told.
func (d *decoder) overlaid(c *daemon, v *yaml.Node, want string, keys []key[neighbor]) (n neighbor, whole bool) {
	whole = v.Kind == yaml.MappingNode
	if name := child(v, group.name); name != nil {
		d.key = group.name
		text, ok := d.text(name, "the name of a group")
		g, known := c.byName[text]
		if ok && !known {
			d.unknown(name, slices.Sorted(maps.Keys(c.byName)))
		}
		whole = known
		n = g
		n.Group = text
	}
	at := make(map[string]*yaml.Node)
	maps.Copy(at, n.at)
	n.own = mapping(d, v, want, keys, &n)
	maps.Copy(at, n.own)
	n.at = at
	return n, whole
}

// child is the value of one key of a mapping, nil if it has none.
func child(m *yaml.Node, name string) *yaml.Node {
	if m.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(m.Content); i += 2 {
			if m.Content[i].Value == name {
				return resolved(m.Content[i+1])
			}
		}
	}
	return nil
}
