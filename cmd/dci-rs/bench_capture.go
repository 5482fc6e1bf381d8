package main

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dci-rs/dci-rs/capture"
	"github.com/dci-rs/dci-rs/internal/bench"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// capturedWorkload is the table of a file, dealt out to at most as many senders as s says.
func capturedWorkload(path, family string, s bench.Scale) (*bench.Workload, bench.Scale, error) {
	routes, err := readRoutes(path)
	if err != nil {
		return nil, s, err
	}
	var held []string
	var chosen *capturedRoutes
	for _, f := range slices.Sorted(maps.Keys(routes)) {
		r := routes[f]
		held = append(held, fmt.Sprintf("%s (%d)", f, len(r.order)))
		if family == f.String() || family == "" && (chosen == nil || len(r.order) > len(chosen.order)) {
			chosen = r
		}
	}
	if chosen == nil {
		what := cmp.Or(family, "any family")
		return nil, s, fmt.Errorf("%s holds no route of %s that can be measured; it holds %s", path, what, cmp.Or(strings.Join(held, ", "), "none"))
	}
	table := chosen.table(max(s.Senders, 1))
	s.Senders, s.Routes = table.Senders(), len(chosen.order)/table.Senders()
	return &bench.Workload{
		Name: filepath.Base(path) + " " + chosen.family.String(), Family: table.Family, Build: func(bench.Scale) *bench.Table { return table },
	}, s, nil
}

// capturedRoutes are the distinct routes of a family in a file, each as it was announced last.
type capturedRoutes struct {
	family nlri.Family
	last   map[string]capturedRoute // by key
	order  []string                 // keys as they came first
}

type capturedRoute struct{ octets, nextHop, attrs string }

// readRoutes reads the routes of a file by family. What cannot be measured is left out: memberships, which
// steer the reflector; NLRI with several labels, which a withdrawal has one of; routes that may be told to
// nobody or fill a message.
func readRoutes(path string) (map[nlri.Family]*capturedRoutes, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	reader, err := capture.NewReader(file, capture.Options{AS4: true})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	all := map[nlri.Family]*capturedRoutes{}
	var attrs []byte
	for m, err := range reader.All() {
		if err != nil {
			continue // a hole in the file costs the routes in it
		}
		h, bad := wire.ParseHeader(m.Bytes, wire.MaxExtendedMessage)
		if bad != nil || h.Type != wire.TypeUpdate || h.Length != len(m.Bytes) {
			continue
		}
		u, bad := wire.ParseUpdate(m.Bytes[wire.HeaderLen:], m.Context)
		if bad != nil && bad.Action > wire.ActionDiscardNLRI {
			continue
		}
		attrs = u.AppendForwardable(attrs[:0], m.Context, wire.Ingress{})
		if r, ok := u.Reach(); ok {
			collect(all, r.List, r.NextHop, attrs)
		}
		collect(all, u.Announced(), u.NextHop(), attrs)
	}
	return all, nil
}

func collect(all map[nlri.Family]*capturedRoutes, list nlri.List, nextHop wire.NextHop, attrs wire.Attrs) {
	const longest = wire.MaxMessage - 400 // without what surrounds the attributes of a message, and one route
	f := list.Family()
	kept := benchAttrs(attrs, f, nextHop)
	communities, _ := attrs.Find(wire.AttrCommunities)
	switch {
	case list.Len() == 0, f == nlri.RouteTarget, len(kept) > longest:
		return
	case f == nlri.IPv4Unicast && len(nextHop) != 4:
		return // it has to come in the form of RFC 4271
	case wire.Communities(communities.Value).Contains(wire.NoAdvertise):
		return
	}
	r := all[f]
	if r == nil {
		r = &capturedRoutes{family: f, last: map[string]capturedRoute{}}
		all[f] = r
	}
	for _, n := range list.All() {
		if len(n) > 255 || nlri.LabelCount(f, nlri.LabelStack, n) > 1 {
			continue
		}
		key := string(nlri.AppendKey(nil, f, 0, n))
		if _, known := r.last[key]; !known {
			r.order = append(r.order, key)
		}
		r.last[key] = capturedRoute{string(n), string(nextHop), string(kept)}
	}
}

// benchAttrs are the attributes that the bench sends and expects: without what it writes itself and what
// the reflector adds.
func benchAttrs(attrs wire.Attrs, f nlri.Family, nextHop wire.NextHop) []byte {
	var kept [][]byte
	for a := range attrs.All() {
		if a.Code != wire.AttrLocalPref && a.Code != wire.AttrOriginatorID && a.Code != wire.AttrClusterList {
			kept = append(kept, a.Raw)
		}
	}
	if f == nlri.IPv4Unicast {
		kept = append(kept, wire.AppendAttr(nil, wire.FlagTransitive, wire.AttrNextHop, nextHop))
	}
	slices.SortFunc(kept, func(a, b []byte) int { return cmp.Compare(a[1], b[1]) })
	return slices.Concat(kept...)
}

// table deals the routes out by their attributes, to as many senders as there are different ones at most.
func (r *capturedRoutes) table(senders int) *bench.Table {
	type shared struct{ nextHop, attrs string }
	var sets []shared
	members := map[shared][]string{}
	for _, key := range r.order {
		route := r.last[key]
		of := shared{route.nextHop, route.attrs}
		if members[of] == nil {
			sets = append(sets, of)
		}
		members[of] = append(members[of], route.octets)
	}
	senders = min(senders, len(sets))
	t := bench.NewTable(bench.Family{AFI: uint16(r.family.AFI()), SAFI: uint8(r.family.SAFI())})
	t.PerUpdate = len(r.order)
	if nlri.LabelCount(r.family, 0, nlri.NLRI(members[sets[0]][0])) > 0 && r.family != nlri.EVPN {
		t.Label = 1
	}
	ids := make(map[string]uint32, len(r.order))
	for sender := range senders {
		t.AddSender()
		for i := sender; i < len(sets); i += senders {
			var nextHop []byte
			if r.family != nlri.IPv4Unicast {
				nextHop = []byte(sets[i].nextHop)
			}
			set := t.AddSet(nextHop, []byte(sets[i].attrs))
			for _, octets := range members[sets[i]] {
				ids[string(nlri.AppendKey(nil, r.family, 0, nlri.NLRI(octets)))] = uint32(len(ids))
				t.Add([]byte(octets), set)
			}
		}
	}
	t.Find = func(field []byte) uint32 {
		var key [256]byte
		size := nlri.Size(r.family, 0, field)
		if size > len(field) {
			return bench.Nowhere
		}
		if id, ok := ids[string(nlri.AppendKey(key[:0], r.family, 0, nlri.NLRI(field[:size])))]; ok {
			return id
		}
		return bench.Nowhere
	}
	return t
}
