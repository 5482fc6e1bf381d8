package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var exabgp = &decoder{name: "exabgp", file: "oracle-exabgp.jsonl", read: readExaBGP,
	unknown:  []string{"1/7", "1/129", "2/129", "flowspec-l2vpn"},
	oneHop:   true,
	disputes: []dispute{widthUnknown, otherAddPath, flowOffset, flowUnknown, otherStack, partOfTarget},
}

// exaFamilies are the families in the words of exabgp.
var exaFamilies = map[string]string{
	"ipv4 unicast": "ipv4", "ipv6 unicast": "ipv6", "ipv4 multicast": "multicast4", "ipv6 multicast": "multicast6",
	"ipv4 nlri-mpls": "ipv4-labeled", "ipv6 nlri-mpls": "ipv6-labeled", "ipv4 mpls-vpn": "vpnv4", "ipv6 mpls-vpn": "vpnv6",
	"l2vpn evpn": "evpn", "l2vpn vpls": "vpls", "ipv4 rtc": "route-target", "bgp-ls bgp-ls": "bgp-ls", "bgp-ls bgp-ls-vpn": "bgp-ls-vpn",
	"ipv4 flow": "flowspec4", "ipv6 flow": "flowspec6", "ipv4 flow-vpn": "flowspec-vpnv4", "ipv6 flow-vpn": "flowspec-vpnv6",
	"ipv4 mup": "mup4", "ipv6 mup": "mup6", "ipv4 mcast-vpn": "mvpnv4", "ipv6 mcast-vpn": "mvpnv6",
	"ipv4 sr-policy": "sr-policy4", "ipv6 sr-policy": "sr-policy6",
}

// readExaBGP reads the JSON that exabgp gives to its processes.
func readExaBGP(answer map[string]any) (*reading, string) {
	if answer["err"] != nil {
		return nil, refusal(word(answer["err"]))
	}
	r := newReading()
	if object(answer["json"])["!truncated"] != nil {
		return nil, "the stored answer is cut off"
	}
	update := object(object(answer["json"])["update"])
	for name, hops := range object(update["announce"]) {
		family := exaFamilies[name]
		for hop, list := range object(hops) {
			if hop != "no-nexthop" {
				r.nextHops[family] = address(hop)
			}
			r.exaRoutes("+"+family, items(list))
		}
	}
	for name, list := range object(update["withdraw"]) {
		r.exaRoutes("-"+exaFamilies[name], items(list))
	}
	r.exaAttributes(object(update["attribute"]))
	return r, ""
}

func (r *reading) exaAttributes(a map[string]any) {
	if path, ok := a["as-path"]; ok {
		kinds := map[string]int{"as-set": 1, "as-sequence": 2, "as-confed-sequence": 3, "as-confed-set": 4}
		var segments []segment
		for i := range len(object(path)) {
			s := object(object(path)[strconv.Itoa(i)])
			segments = append(segments, segment{kinds[word(s["element"])], words(s["value"])})
		}
		r.lists[fieldPath] = pathWords(segments)
	}
	for _, c := range items(a["community"]) {
		r.lists[fieldCommunities] = append(r.lists[fieldCommunities], strings.Join(words(c), ":"))
	}
	slices.Sort(r.lists[fieldCommunities])
	for _, c := range items(a["large-community"]) {
		r.lists[fieldLarge] = append(r.lists[fieldLarge], strings.Join(words(c), ":"))
	}
	r.lists[fieldLarge] = distinct(r.lists[fieldLarge])
	for _, c := range items(a["extended-community"]) {
		// exabgp writes "target:" for non-transitive ones too, which RFC 7153 does not call route targets.
		value, _ := strconv.ParseUint(word(object(c)["value"]), 10, 64)
		if target, ok := strings.CutPrefix(word(object(c)["string"]), "target:"); ok && value>>56 <= 2 {
			r.lists[fieldTargets] = append(r.lists[fieldTargets], plainAS(target))
		}
	}
	slices.Sort(r.lists[fieldTargets])
}

func (r *reading) exaRoutes(key string, list []any) {
	for _, each := range list {
		r.routes[key] = append(r.routes[key], exaRoute(key[1:], object(each)))
	}
}

// exaRoute reads one NLRI in the form that exabgp has for its family.
func exaRoute(family string, o map[string]any) route {
	r := route{}
	r.set("path-id", pathID(word(o["path-information"])))
	r.set("rd", lowerHex(word(o["rd"])))
	r.set("raw", strings.ToLower(word(o["raw"]))) // the NLRI as exabgp cut it
	switch {
	case family == "evpn":
		r.set("type", word(o["code"]))
		if esi := word(o["esi"]); esi == "-" {
			r["esi"] = "00:00:00:00:00:00:00:00:00:00"
		} else {
			r.set("esi", esi)
		}
		r.set("ethernet-tag", word(o["ethernet-tag"]))
		r.set("mac", strings.ToLower(word(o["mac"])))
		if length := word(o["iplen"]); length != "" {
			r.set("prefix", prefixOf(word(o["ip"])+"/"+length))
		} else {
			r.set("ip", address(word(o["ip"])))
		}
		r.set("gateway", address(word(o["gateway"])))
		r.set("first label", exaLabel(o["label"]))
	case family == "vpls":
		r.set("ve-id", word(o["endpoint"]))
		r.set("block-offset", word(o["offset"]))
		r.set("block-size", word(o["size"]))
		r.set("label-base", word(o["base"]))
	case family == "route-target":
		target := strings.TrimPrefix(word(o["route-target"]), "target:")
		if target == "" { // it writes an origin AS of 0 where there is none
			r["length"] = "0"
			break
		}
		r.set("origin-as", word(o["origin"]))
		if plainTarget.MatchString(target) {
			r.set("route-target", plainAS(target))
		}
	case strings.HasPrefix(family, "flowspec"):
		exaFlow(r, o)
	case strings.HasPrefix(family, "mvpn"):
		r.set("type", word(o["code"]))
		r.set("source-as", word(o["source-as"]))
		r.set("source", address(word(o["source"])))
		r.set("group", address(word(o["group"])))
	case strings.HasPrefix(family, "mup"):
		r.set("type", word(o["code"]))
		if p := word(o["prefix_ip"]); p != "" {
			r.set("prefix", prefixOf(p+"/"+word(o["prefix_ip_len"])))
		}
		r.set("endpoint", address(word(o["endpoint_ip"])))
	case strings.HasPrefix(family, "sr-policy"):
		r.set("distinguisher", word(o["distinguisher"]))
		r.set("color", word(o["color"]))
		r.set("endpoint", address(word(o["endpoint"])))
	case strings.HasPrefix(family, "bgp-ls"):
		exaLinkState(r, o)
	default:
		r.set("prefix", prefixOf(word(o["nlri"])))
		var labels []string
		for _, each := range items(o["label"]) { // beside each label stands its whole field
			labels = append(labels, word(items(each)[0]))
		}
		r.set("labels", strings.Join(labels, ","))
	}
	return r
}

// exaLabel reads the first label of an EVPN NLRI; a second one exabgp does not show. It leaves open which of two numbers
// it is: a label of 20 bits, or a VNI of 24, as the encapsulation says.
func exaLabel(v any) string {
	for _, each := range items(v) {
		return strings.Join(words(each), "|")
	}
	return ""
}

// lowerHex writes octets in lower case.
func lowerHex(text string) string {
	if strings.HasPrefix(text, "0x") {
		return strings.ToLower(text)
	}
	return text
}

// exaFlowTypes are the components that exabgp writes as numbers; of the others it has names of values.
var exaFlowTypes = map[string]int{
	"protocol": 3, "next-header": 3, "port": 4, "destination-port": 5, "source-port": 6, "icmp-type": 7, "icmp-code": 8,
	"packet-length": 10, "dscp": 11, "traffic-class": 11, "flow-label": 13,
}

// exaFlow reads the components whose values are numbers.
func exaFlow(r route, o map[string]any) {
	numbers := regexp.MustCompile(`^((=|>|>=|<|<=|!=)[0-9]+&?)+$`)
	for name, kind := range exaFlowTypes {
		terms := words(o[name])
		if len(terms) > 0 && !slices.ContainsFunc(terms, func(t string) bool { return !numbers.MatchString(t) }) {
			r[fmt.Sprintf("flow %d", kind)] = strings.Join(terms, "|")
		}
	}
	for name, kind := range map[string]string{"destination-ipv4": "1", "source-ipv4": "2"} {
		for _, p := range words(o[name]) {
			r.set("flow "+kind, prefixOf(p))
		}
	}
	for name, kind := range map[string]string{"destination-ipv6": "1", "source-ipv6": "2"} {
		for _, p := range words(o[name]) { // address/length/offset
			parts := strings.Split(p, "/")
			if len(parts) == 3 && parts[2] == "0" {
				r.set("flow "+kind, prefixOf(parts[0]+"/"+parts[1]))
			}
		}
	}
}

// exaLinkState reads what all types have.
func exaLinkState(r route, o map[string]any) {
	types := map[string]string{"bgpls-node": "1", "bgpls-link": "2", "bgpls-prefix-v4": "3", "bgpls-prefix-v6": "4", "bgpls-srv6sid": "6"}
	r.set("type", types[word(o["ls-nlri-type"])])
	r.set("protocol", word(o["protocol-id"]))
	r.set("identifier", word(o["l3-routing-topology"]))
	r.set("prefix", prefixOf(word(o["ip-reach-prefix"])))
	for _, each := range items(o["node-descriptors"]) {
		r.set("local as", word(object(each)["autonomous-system"]))
	}
}
