package config

import (
	"net/netip"
	"slices"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/server"
)

// neighbor is what a group, a neighbor or a range says. A group is the value that its neighbors
// start from, so a key of the neighbor replaces the whole value of the group.
type neighbor struct {
	server.Neighbor
	prefix netip.Prefix // of a range
	asns   []uint32     // of a range
	limit  int          // of a range

	at  map[string]*yaml.Node // where each key was said, here or in the group
	own map[string]*yaml.Node // those said here
}

// roles in the order of the words that name them.
var roles = []rib.Role{rib.RoleClient, rib.RoleNonClient, rib.RoleRouteServerClient, rib.RolePeer, rib.RoleFeed}

// settings are the keys of groups, neighbors and ranges alike.
var settings = []key[neighbor]{
	{"site", func(d *decoder, n *neighbor, v *yaml.Node) { n.Site, _ = d.text(v, "the name of a site") }},
	{"description", func(d *decoder, n *neighbor, v *yaml.Node) { n.Description, _ = d.text(v, "a line of text") }},
	{"role", func(d *decoder, n *neighbor, v *yaml.Node) {
		if i := d.choice(v, "client", "non-client", "route-server-client", "peer", "feed"); i >= 0 {
			n.Role = roles[i]
		}
	}},
	{"asn", func(d *decoder, n *neighbor, v *yaml.Node) {
		n.ASN = d.asn(v)
		n.asns = []uint32{n.ASN}
	}},
	{"local-as", func(d *decoder, n *neighbor, v *yaml.Node) { n.LocalASN = d.asn(v) }},
	{"local-address", func(d *decoder, n *neighbor, v *yaml.Node) { n.LocalAddress = d.address(v) }},
	{"router-id", func(d *decoder, n *neighbor, v *yaml.Node) { n.RouterID = d.routerID(v) }},
	{"families", func(d *decoder, n *neighbor, v *yaml.Node) { n.Families = d.families(v) }},
	{"opaque-families", func(d *decoder, n *neighbor, v *yaml.Node) { n.Opaque = d.opaque(v) }},
	{"opaque-nlri", func(d *decoder, n *neighbor, v *yaml.Node) {
		n.OpaqueDiscard = d.choice(v, "reflect", "discard") == 1
	}},
	{"hold-time", func(d *decoder, n *neighbor, v *yaml.Node) { n.HoldTime = d.holdTime(v) }},
	{"min-hold-time", func(d *decoder, n *neighbor, v *yaml.Node) { n.MinHoldTime = d.seconds(v, 3) }},
	{"send-hold-time", func(d *decoder, n *neighbor, v *yaml.Node) { n.SendHoldTime = d.seconds(v, 3) }},
	{"connect-retry", func(d *decoder, n *neighbor, v *yaml.Node) { n.ConnectRetry = d.seconds(v, 1) }},
	{"md5", func(d *decoder, n *neighbor, v *yaml.Node) { n.MD5 = d.md5(v) }},
	{"tcp-ao", nil},
	{"ttl-security", func(d *decoder, n *neighbor, v *yaml.Node) {
		hops, _ := d.number(v, 0, 254)
		n.TTLSecurity = int(hops)
	}},
	{"multihop", func(d *decoder, n *neighbor, v *yaml.Node) { n.Multihop = d.truth(v) }},
	{"bgp-role", nil},
	{"add-path", func(d *decoder, n *neighbor, v *yaml.Node) { n.AddPath = d.addPath(v) }},
	{"next-hop", func(d *decoder, n *neighbor, v *yaml.Node) { n.NextHopSelf = d.choice(v, "unchanged", "self") == 1 }},
	{"advertise-default-rt", func(d *decoder, n *neighbor, v *yaml.Node) { n.DefaultRT = d.truth(v) }},
	{"graceful-restart", nil},
	{"max-routes", nil},
	{"update-rate", nil},
	{"import", nil},
	{"export", nil},
}

// dialing are the keys of those that may be connected to.
var dialing = []key[neighbor]{
	{"passive", func(d *decoder, n *neighbor, v *yaml.Node) { n.Passive = d.truth(v) }},
	{"port", func(d *decoder, n *neighbor, v *yaml.Node) {
		port, _ := d.number(v, 1, 65535)
		n.Port = uint16(port)
	}},
}

// group was looked up before the other keys were read.
var group = key[neighbor]{"group", func(*decoder, *neighbor, *yaml.Node) {}}

var groupKeys = slices.Concat(dialing, settings)

var neighborKeys = slices.Concat([]key[neighbor]{
	{"address", func(d *decoder, n *neighbor, v *yaml.Node) { n.Address = d.address(v) }}, group,
}, dialing, settings)

var rangeKeys = slices.Concat([]key[neighbor]{
	{"prefix", func(d *decoder, n *neighbor, v *yaml.Node) { n.prefix = d.prefix(v) }}, group,
	{"asn", func(d *decoder, n *neighbor, v *yaml.Node) { n.asns = d.asns(v) }},
	{"limit", func(d *decoder, n *neighbor, v *yaml.Node) {
		limit, _ := d.number(v, 0, 65535)
		n.limit = int(limit)
	}},
}, settings)

// holdTime reads a Hold Time, which is either zero or at least three seconds (RFC 4271 §4.2).
func (d *decoder) holdTime(v *yaml.Node) time.Duration {
	if v.Kind == yaml.ScalarNode && (v.Value == "0" || v.Value == "0s") {
		return server.HoldTimeOff
	}
	return d.duration(v, 3, "a duration such as 90s, from 3s to 65535s, or 0 for none")
}

func (d *decoder) families(v *yaml.Node) []nlri.Family {
	const want = "a list of families such as [evpn, vpnv4]"
	var list []nlri.Family
	if v.Kind == yaml.SequenceNode && len(v.Content) == 0 {
		d.errorf(v, "%s: an empty list, want %s", d.key, want)
	}
	for _, item := range d.items(v, want) {
		f, ok := d.family(item)
		switch {
		case !ok:
		case slices.Contains(list, f):
			d.errorf(item, "%s: %s stands twice, keep one", d.key, f)
		default:
			list = append(list, f)
		}
	}
	return list
}

// opaque reads how the NLRI of families nobody here knows are framed.
func (d *decoder) opaque(v *yaml.Node) map[nlri.Family]nlri.Form {
	forms := [...]nlri.Form{nlri.OpaqueLength8, nlri.OpaqueLength16, nlri.OpaquePrefix}
	list := make(map[nlri.Family]nlri.Form)
	for name, form := range d.pairs(v, `a mapping such as {"25/99": length8}`) {
		i := d.choice(form, "length8", "length16", "prefix")
		f, err := nlri.ParseFamily(name.Value)
		switch {
		case err != nil:
			d.errorf(name, "%s: %v", d.key, err)
		case f.Supported():
			d.errorf(name, "%s: %s is a family with a known form, want it in families", d.key, f)
		case i >= 0:
			list[f] = forms[i]
		}
	}
	return list
}

// asns reads the AS numbers a range admits, one or a list.
func (d *decoder) asns(v *yaml.Node) []uint32 {
	if v.Kind == yaml.ScalarNode && !null(v) {
		return []uint32{d.asn(v)}
	}
	const want = "an AS number or a list of them such as [65000, 65001]"
	var list []uint32
	if v.Kind == yaml.SequenceNode && len(v.Content) == 0 {
		d.errorf(v, "%s: an empty list, want %s", d.key, want)
	}
	for _, item := range d.items(v, want) {
		list = append(list, d.asn(item))
	}
	return list
}
