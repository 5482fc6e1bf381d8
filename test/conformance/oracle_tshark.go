package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

var tshark = &decoder{name: "tshark", file: "oracle-tshark.jsonl", read: readTshark,
	unknown:  []string{"1/7", "1/129", "2/129", "mup4", "mup6", "flowspec-l2vpn"},
	disputes: []dispute{widthUnknown, otherAddPath, tsharkAS4Target, otherStack, tsharkStops, partOfTarget},
}

// Names of tshark's fields begin with these.
const (
	tsAttr = "update.path_attribute."
	tsMP   = "update.path_attribute.mp_"
)

// readTshark reads the tree of tshark. It has no order between members of different names, and no list around one.
func readTshark(answer map[string]any) (*reading, string) {
	if answer["malformed"] == true {
		return nil, "it calls the message malformed"
	}
	bgp := object(answer["bgp"])
	r := newReading()
	r.tsPrefixes("-ipv4", bgp["update.withdrawn_routes"])
	r.tsPrefixes("+ipv4", bgp["update.nlri"])
	for _, a := range items(object(bgp["update.path_attributes"])["update.path_attribute"]) {
		r.tsAttribute(object(a))
	}
	r.legacyHop()
	return r, ""
}

func (r *reading) tsAttribute(a map[string]any) {
	switch word(a[tsAttr+"type_code"]) {
	case "2":
		var segments []segment
		for _, each := range items(a[tsAttr+"as_path_segment"]) {
			s := object(each)
			kind, _ := strconv.Atoi(word(s[tsAttr+"as_path_segment.type"]))
			segments = append(segments, segment{kind, append(words(s[tsAttr+"as_path_segment.as2"]), words(s[tsAttr+"as_path_segment.as4"])...)})
		}
		r.lists[fieldPath] = pathWords(segments)
	case "3":
		r.legacy = word(a[tsAttr+"next_hop"])
	case "8":
		list := object(a[tsAttr+"communities"])
		for _, each := range items(list[tsAttr+"community"]) {
			c := object(each)
			r.lists[fieldCommunities] = append(r.lists[fieldCommunities], word(c[tsAttr+"community_as"])+":"+word(c[tsAttr+"community_value"]))
		}
		for _, known := range words(list[tsAttr+"community_wellknown"]) {
			n, _ := strconv.ParseUint(known, 0, 32)
			r.lists[fieldCommunities] = append(r.lists[fieldCommunities], community(uint32(n)))
		}
		slices.Sort(r.lists[fieldCommunities])
	case "32":
		for _, each := range append(items(a["large_communities_tree"]), items(a["large_communities"])...) {
			c := object(each)
			if len(c) == 0 {
				continue
			}
			r.lists[fieldLarge] = append(r.lists[fieldLarge], word(c["large_communities.ga"])+":"+word(c["large_communities.ldp1"])+":"+word(c["large_communities.ldp2"]))
		}
		r.lists[fieldLarge] = distinct(r.lists[fieldLarge])
	case "16":
		for _, each := range items(object(a["ext_communities"])["ext_community"]) {
			if target := tsTarget(object(each)); target != "" {
				r.lists[fieldTargets] = append(r.lists[fieldTargets], target)
			}
		}
		slices.Sort(r.lists[fieldTargets])
	case "14":
		r.tsReach("+", "reach", a)
	case "15":
		r.tsReach("-", "unreach", a)
	}
}

// tsTarget is a route target of one of the three forms, "" for any other community.
func tsTarget(c map[string]any) string {
	for _, form := range []struct{ subtype, admin, number string }{
		{"ext_com.stype_tr_as2", "ext_com.value_as2", "ext_com.value_an4"},
		{"ext_com.stype_tr_IP4", "ext_com.value_IP4", "ext_com.value_an2"},
		{"ext_com.stype_tr_as4", "ext_com.value_as4", "ext_com.value_an2"},
	} {
		if word(c[form.subtype]) == "0x02" {
			return word(c[form.admin]) + ":" + word(c[form.number])
		}
	}
	return ""
}

func (r *reading) tsReach(sign, name string, a map[string]any) {
	name = tsMP + name + "_nlri"
	family := familyOf(word(a[name+".afi"]), word(a[name+".safi"]))
	for _, part := range items(a[name+".next_hop"]) {
		hop := object(part)
		text := address(word(hop[name+".next_hop.ipv4"]) + word(hop[name+".next_hop.ipv6"]))
		if local := word(hop[name+".next_hop.ipv6.link_local"]); local != "" {
			text += " " + local
		}
		if text != "" {
			r.nextHops[family] = text
		}
	}
	key := sign + family
	for _, each := range items(a[name]) {
		list := object(each)
		switch {
		case len(list) == 0: // an End-of-RIB
		case family == "evpn":
			for _, n := range items(list["evpn.nlri"]) {
				r.routes[key] = append(r.routes[key], tsEVPN(object(n)))
			}
		case family == "bgp-ls" || family == "bgp-ls-vpn":
			for _, n := range items(list["ls.nlri"]) {
				r.routes[key] = append(r.routes[key], tsLinkState(object(n)))
			}
		case strings.HasPrefix(family, "flowspec"):
			for _, n := range items(list["flowspec_nlri"]) {
				if raw := word(n); raw != "" { // beside it stands the tree of the same octets
					r.routes[key] = append(r.routes[key], route{"raw": strings.ReplaceAll(raw, ":", "")})
				}
			}
		case strings.HasPrefix(family, "mvpn"):
			r.tsMulticast(key, list)
		case strings.HasPrefix(family, "sr-policy"):
			one := route{"distinguisher": tsNumber(list["sr_policy_nlri_distinguisher"]), "color": tsNumber(list["sr_policy_nlri_policy_color"])}
			one.set("endpoint", address(word(list["sr_policy_nlri_endpoint_ipv4"])+word(list["sr_policy_nlri_endpoint_ipv6"])))
			r.routes[key] = append(r.routes[key], one)
		case family == "vpls":
			one := route{}
			one.set("rd", word(list["vplsad.rd"]))
			one.set("ve-id", word(list["vplsbgp.ce_id"]))
			one.set("block-offset", word(list["vplsbgp.labelblock.offset"]))
			one.set("block-size", word(list["vplsbgp.labelblock.size"]))
			r.routes[key] = append(r.routes[key], one)
		case family == "vpnv6":
			// Of VPNv6 tshark's JSON has the labels alone, or nothing where its text went wrong.
			for _, stack := range words(list["label_stack"]) {
				one := route{}
				if !strings.Contains(stack, "%") {
					one["labels"] = labelStack(stack)
				}
				r.routes[key] = append(r.routes[key], one)
			}
		default:
			for range items(list["wildcard_route_target"]) {
				r.routes[key] = append(r.routes[key], route{"length": "0"})
			}
			r.tsPrefixes(key, list)
		}
	}
}

// tsPrefixes reads objects that stand behind a text that tshark makes of them; equal texts share one name.
func (r *reading) tsPrefixes(key string, list any) {
	for _, each := range object(list) {
		for _, n := range items(each) {
			if o := object(n); len(o) > 0 {
				r.routes[key] = append(r.routes[key], tsPrefix(key[1:], o))
			}
		}
	}
}

func tsPrefix(family string, o map[string]any) route {
	r := route{}
	r.set("path-id", word(o["nlri_path_id"]))
	if rd := word(o["rd"]); !strings.Contains(rd, "Unknown") {
		r.set("rd", rd)
	}
	labels, known := o["label_stack"]
	if known {
		r.set("labels", labelStack(word(labels)))
	}
	if family == "route-target" {
		r.set("length", word(o["prefix_length"]))
		r.set("origin-as", word(o["originating_as"]))
		if target := word(o["community_prefix"]); plainTarget.MatchString(target) {
			r.set("route-target", target)
		}
		return r
	}
	bits, _ := strconv.Atoi(word(o["prefix_length"]))
	if known { // the length is that of the NLRI
		bits -= 24 * (1 + strings.Count(word(labels), ","))
	}
	if _, vpn := o["rd"]; vpn {
		bits -= 64
	}
	for name, v := range o {
		if strings.HasSuffix(name, "_prefix") {
			r.set("prefix", prefixOf(fmt.Sprintf("%s/%d", word(v), bits)))
		}
	}
	return r
}

// tsNumber is a number that tshark writes as octets.
func tsNumber(v any) string {
	n := uint64(0)
	for _, o := range octets(word(v)) {
		n = n<<8 | uint64(o)
	}
	return strconv.FormatUint(n, 10)
}

func tsEVPN(o map[string]any) route {
	r := route{}
	r.set("type", word(o["evpn.nlri.rt"]))
	r.set("rd", rdOctets(word(o["evpn.nlri.rd"])))
	for _, part := range items(o["evpn.nlri.esi"]) {
		r.set("esi", word(part))
	}
	r.set("ethernet-tag", word(o["evpn.nlri.etag"]))
	r.set("mac", word(o["evpn.nlri.mac_addr"]))
	ip := address(word(o["evpn.nlri.ip.addr"]) + word(o["evpn.nlri.ipv6.addr"]))
	if length := word(o["evpn.nlri.prefix_len"]); length != "" {
		r.set("prefix", prefixOf(ip+"/"+length))
	} else {
		r.set("ip", ip)
	}
	r.set("gateway", address(word(o["evpn.nlri.ipv4.gtw_addr"])+word(o["evpn.nlri.ipv6.gtw_addr"])))
	return r
}

// tsMulticast reads NLRI of MVPN: types, lengths and bodies in lists of their own, a body of no octets left out.
func (r *reading) tsMulticast(key string, list map[string]any) {
	kinds, lengths := words(list["mcast_vpn_nlri_route_type"]), words(list["mcast_vpn_nlri_length"])
	var bodies []string
	for _, n := range items(list["mcast_vpn_nlri"]) {
		if body := word(n); body != "" {
			bodies = append(bodies, strings.ReplaceAll(body, ":", ""))
		}
	}
	for i := range min(len(kinds), len(lengths)) {
		kind, _ := strconv.Atoi(kinds[i])
		length, _ := strconv.Atoi(lengths[i])
		body := ""
		if length > 0 && len(bodies) > 0 {
			body, bodies = bodies[0], bodies[1:]
		}
		r.routes[key] = append(r.routes[key], route{"raw": fmt.Sprintf("%02x%02x%s", kind, length, body)})
	}
}

func tsLinkState(o map[string]any) route {
	r := route{}
	r.set("type", word(o["ls.nlri_type"]))
	for _, body := range o {
		b := object(body)
		if b["ls.nlri_node.protocol_id"] == nil {
			continue
		}
		r.set("protocol", word(b["ls.nlri_node.protocol_id"]))
		r.set("identifier", word(b["ls.nlri_node.identifier"]))
		for side, name := range map[string]string{"local": "ls.tlv.local_node_descriptors", "remote": "ls.tlv.remote_node_descriptors"} {
			node := object(b[name])
			r.set(side+" as", word(object(node["ls.tlv.autonomous_system"])["ls.tlv.autonomous_system.id"]))
			r.set(side+" router", strings.ReplaceAll(word(object(node["ls.tlv.igp_router"])["ls.tlv.igp_router_id"]), ":", ""))
		}
	}
	return r
}
