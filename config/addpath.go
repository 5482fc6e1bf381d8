package config

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/server"
)

// addPath reads what is negotiated of RFC 7911, family by family.
func (d *decoder) addPath(v *yaml.Node) map[nlri.Family]server.AddPath {
	list := make(map[nlri.Family]server.AddPath)
	for name, mode := range d.pairs(v, "a mapping such as {evpn: both}") {
		f, ok := d.family(name)
		if a := d.addPathMode(mode); ok {
			list[f] = a
		}
	}
	return list
}

var addPathKeys = []key[server.AddPath]{
	{"receive", func(d *decoder, a *server.AddPath, v *yaml.Node) { a.Receive = d.truth(v) }},
	{"send", func(d *decoder, a *server.AddPath, v *yaml.Node) { a.Send = d.paths(v) }},
}

func (d *decoder) addPathMode(v *yaml.Node) (a server.AddPath) {
	if v.Kind == yaml.MappingNode {
		mapping(d, v, "", addPathKeys, &a)
		return a
	}
	i := d.choice(v, "receive", "send", "both", "{send: best-N}")
	a.Receive = i == 0 || i == 2
	if i == 1 || i == 2 {
		a.Send = rib.AddPathAll
	}
	return a
}

// paths reads how many paths of a destination are sent.
func (d *decoder) paths(v *yaml.Node) rib.AddPathMode {
	const want = "all, or best-1 to best-254"
	s, ok := d.text(v, want)
	if !ok || s == "all" {
		return rib.AddPathAll
	}
	digits, ok := strings.CutPrefix(s, "best-")
	n, err := strconv.ParseUint(digits, 10, 8)
	if !ok || err != nil || n == 0 || rib.AddPathMode(n) == rib.AddPathAll {
		d.wrong(v, want)
	}
	return rib.AddPathMode(n)
}

// checkAddPath holds the families of add-path against those of the neighbor.
func (d *decoder) checkAddPath(n *neighbor) {
	for _, f := range slices.Sorted(maps.Keys(n.AddPath)) {
		if len(n.Families) > 0 && !slices.Contains(n.Families, f) {
			d.errorf(n.at["add-path"], "add-path: %s is not among the families of the neighbor, want it in families too", f)
		}
	}
}
