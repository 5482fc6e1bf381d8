package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/render"
	"github.com/dci-rs/dci-rs/wire"
)

// readOurs is what we read from a sound UPDATE: NLRI and next hops from the JSON that decode prints, lists from the views.
func readOurs(message []byte, n *wire.Negotiated) (*reading, error) {
	u, _ := wire.ParseUpdate(message[wire.HeaderLen:], n)
	ours := newReading()
	reach, _ := u.Reach()
	unreach, _ := u.Unreach()
	communities, _ := u.Attrs().Find(wire.AttrExtCommunities) // they say how EVPN labels are read
	for _, part := range []struct {
		sign string
		list nlri.List
		hop  wire.NextHop
	}{{"-", u.Withdrawn(), nil}, {"-", unreach, nil}, {"+", u.Announced(), u.NextHop()}, {"+", reach.List, reach.NextHop}} {
		for id, each := range part.list.All() {
			f, form := part.list.Family(), part.list.Form()
			text := render.AppendRouteJSON(nil, &render.Route{
				Family: f, Form: form, NLRI: each, Attrs: communities.Raw, NextHop: part.hop, PathID: id, Decoded: true,
			})
			var members map[string]any
			if err := unmarshal(text, &members); err != nil {
				return nil, fmt.Errorf("%s: %w", text, err)
			}
			r, hop := ourRoute(f, each, members)
			key := part.sign + f.String()
			ours.routes[key] = append(ours.routes[key], r)
			if hop != "" {
				ours.nextHops[f.String()] = hop
			}
		}
	}
	for a := range u.Attrs().All() {
		ours.attribute(a, n.AS4)
	}
	return ours, nil
}

func (r *reading) attribute(a wire.Attr, as4 bool) {
	switch a.Code {
	case wire.AttrASPath:
		r.lists[fieldPath] = strings.Fields(string(wire.AppendASPathText(nil, a.Value, as4)))
	case wire.AttrCommunities:
		for c := range wire.Communities(a.Value).All() {
			r.lists[fieldCommunities] = append(r.lists[fieldCommunities], community(uint32(c)))
		}
		slices.Sort(r.lists[fieldCommunities])
	case wire.AttrLargeCommunities:
		for c := range wire.LargeCommunities(a.Value).All() {
			r.lists[fieldLarge] = append(r.lists[fieldLarge], string(c.AppendText(nil)))
		}
		r.lists[fieldLarge] = distinct(r.lists[fieldLarge])
	case wire.AttrExtCommunities:
		for c := range wire.ExtCommunities(a.Value).All() {
			if c.IsRouteTarget() {
				r.lists[fieldTargets] = append(r.lists[fieldTargets], plainAS(string(c.AppendTarget(nil))))
			}
		}
		slices.Sort(r.lists[fieldTargets])
	}
}

// notOfNLRI are members of a route's JSON that other fields say.
var notOfNLRI = []string{"family", "next-hop", "next-hop-link-local", "route-targets", "ext-communities"}

// ourRoute takes a route's JSON apart into what the NLRI says and the next hop.
func ourRoute(f nlri.Family, n nlri.NLRI, members map[string]any) (r route, hop string) {
	hop = word(members["next-hop"])
	if local := word(members["next-hop-link-local"]); local != "" {
		hop += " " + local
	}
	r = route{}
	for _, name := range notOfNLRI {
		delete(members, name)
	}
	for name, value := range members {
		r[name] = spell(value)
	}
	if f == nlri.EVPN && r["labels"] != "" {
		r["first label"], _, _ = strings.Cut(r["labels"], ",")
	}
	if rd, ok := r["rd"]; ok {
		r["rd"] = plainAS(rd)
	}
	if target, ok := r["route-target"]; ok {
		r["route-target"] = plainAS(target)
	}
	if s, ok := nlri.AsFlowSpec(f, n); ok {
		maps.Copy(r, ourFlow(s))
	}
	if l, ok := nlri.AsLinkState(f, n); ok {
		maps.Copy(r, ourLinkState(l))
	}
	return r, hop
}

// ourLinkState is a BGP-LS NLRI in numbers and octets, which every oracle has.
func ourLinkState(l nlri.LinkState) route {
	r := route{"protocol": fmt.Sprint(uint8(l.Protocol())), "identifier": fmt.Sprint(l.Identifier())}
	for side, node := range map[string]nlri.TLVs{"local": l.LocalNode(), "remote": l.RemoteNode()} {
		if asn, ok := node.AS(); ok {
			r[side+" as"] = fmt.Sprint(asn)
		}
		if id, ok := node.IGPRouterID(); ok {
			r[side+" router"] = fmt.Sprintf("%x", []byte(id))
		}
	}
	if p, ok := l.Prefix(); ok {
		r["prefix"] = p.String()
	}
	return r
}

// ourFlow is a flow specification by component: "flow 5" is the terms of component type 5.
func ourFlow(s nlri.FlowSpec) route {
	r := route{}
	var types []string
	for c := range s.All() {
		kind := fmt.Sprint(uint8(c.Type()))
		types = append(types, kind)
		value := string(c.AppendText(nil))
		_, value, _ = strings.Cut(value, " ")
		r["flow "+kind] = value
	}
	r["flow types"] = strings.Join(types, " ")
	return r
}

// spell writes a JSON value as one word, lists with their values in order.
func spell(v any) string {
	switch v := v.(type) {
	case []any:
		var words []string
		for _, each := range v {
			words = append(words, spell(each))
		}
		return strings.Join(words, ",")
	case map[string]any:
		b, _ := json.Marshal(v)
		return string(b)
	}
	return word(v)
}
