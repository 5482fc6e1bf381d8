package main

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dci-rs/dci-rs/nlri"
)

var gobgp = &decoder{name: "gobgp", file: "oracle-gobgp.jsonl", read: readGoBGP,
	unknown:  []string{"1/7", "1/129", "2/129"},
	oneHop:   true,
	disputes: []dispute{widthUnknown, otherAddPath, flowOffset, flowUnknown, otherStack, partOfTarget},
}

// readGoBGP reads the JSON of gobgp's packet library.
func readGoBGP(answer map[string]any) (*reading, string) {
	if answer["panic"] != nil {
		return nil, "it panics, or the harness around it does"
	}
	if e := object(answer["err"]); len(e) > 0 {
		return nil, refusal(word(e["msg"]))
	}
	r := newReading()
	update := object(answer["json"])
	if update["truncated"] != nil {
		return nil, "the stored answer is cut off"
	}
	r.goBGPRoutes("-ipv4", items(update["WithdrawnRoutes"]))
	r.goBGPRoutes("+ipv4", items(update["NLRI"]))
	for _, each := range items(update["PathAttributes"]) {
		r.goBGPAttribute(object(each))
	}
	r.legacyHop()
	return r, ""
}

func (r *reading) goBGPAttribute(a map[string]any) {
	switch word(a["type"]) {
	case "2":
		var segments []segment
		for _, s := range items(a["as_paths"]) {
			kind, _ := strconv.Atoi(word(object(s)["segment_type"]))
			segments = append(segments, segment{kind, words(object(s)["asns"])})
		}
		r.lists[fieldPath] = pathWords(segments)
	case "3":
		r.legacy = address(word(a["nexthop"]))
	case "8":
		for _, c := range words(a["communities"]) {
			n, _ := strconv.ParseUint(c, 10, 32)
			r.lists[fieldCommunities] = append(r.lists[fieldCommunities], community(uint32(n)))
		}
		slices.Sort(r.lists[fieldCommunities])
	case "32":
		for _, c := range items(a["value"]) {
			o := object(c)
			r.lists[fieldLarge] = append(r.lists[fieldLarge], word(o["ASN"])+":"+word(o["LocalData1"])+":"+word(o["LocalData2"]))
		}
		r.lists[fieldLarge] = distinct(r.lists[fieldLarge])
	case "16":
		for _, c := range items(a["value"]) {
			o := object(c)
			if kind := word(o["type"]); word(o["subtype"]) == "2" && (kind == "0" || kind == "1" || kind == "2") {
				r.lists[fieldTargets] = append(r.lists[fieldTargets], plainAS(word(o["value"])))
			}
		}
		slices.Sort(r.lists[fieldTargets])
	case "14", "15":
		f := familyOf(word(a["afi"]), word(a["safi"]))
		sign := "-"
		if word(a["type"]) == "14" {
			sign = "+"
			r.nextHops[f] = address(word(a["nexthop"]))
		}
		r.goBGPRoutes(sign+f, items(a["value"]))
	}
}

func words(v any) (list []string) {
	for _, each := range items(v) {
		list = append(list, word(each))
	}
	return list
}

func familyOf(afi, safi string) string {
	a, _ := strconv.ParseUint(afi, 10, 16)
	s, _ := strconv.ParseUint(safi, 10, 8)
	return nlri.FamilyOf(nlri.AFI(a), nlri.SAFI(s)).String()
}

func (r *reading) goBGPRoutes(key string, list []any) {
	for _, each := range list {
		o := object(each)
		one := goBGPRoute(key[1:], object(o["NLRI"]))
		if id := word(o["ID"]); id != "0" {
			one["path-id"] = id
		}
		r.routes[key] = append(r.routes[key], one)
	}
}

// goBGPRoute reads one NLRI in the form that gobgp has for its family.
func goBGPRoute(family string, o map[string]any) route {
	r := route{}
	switch {
	case family == "route-target":
		goBGPMembership(r, word(o["prefix"]))
	case strings.HasPrefix(family, "flowspec"):
		r.set("rd", goBGPRD(o["rd"]))
		goBGPFlow(r, items(o["value"]))
	case family == "bgp-ls":
		r.set("type", word(o["type"]))
		goBGPLinkState(r, word(o["nlri"]))
	case family == "vpls":
		r.set("rd", goBGPRD(o["rd"]))
		r.set("ve-id", word(o["id"]))
		r.set("block-offset", word(o["blockoffset"]))
		r.set("block-size", word(o["blocksize"]))
		r.set("label-base", word(o["labelblockbase"]))
	case strings.HasPrefix(family, "sr-policy"):
		r.set("distinguisher", word(o["distinguisher"]))
		r.set("color", word(o["color"]))
	case strings.HasPrefix(family, "mup"), family == "evpn":
		v := object(o["value"])
		r.set("type", word(o["type"]))
		r.set("type", word(o["route_type"]))
		r.set("rd", goBGPRD(v["rd"]))
		r.set("ethernet-tag", word(v["etag"]))
		r.set("mac", word(v["mac"]))
		r.set("ip", address(word(v["ip"])))
		r.set("gateway", address(word(v["gateway"])))
		r.set("prefix", prefixOf(word(v["prefix"])))
		r.set("address", address(word(v["address"])))
		r.set("endpoint", address(word(v["endpoint_address"])))
	default:
		r.set("rd", goBGPRD(o["rd"]))
		r.set("prefix", prefixOf(word(o["prefix"])))
		r.set("labels", labelStack(strings.Join(words(o["labels"]), ",")))
	}
	return r
}

// set states a member unless the oracle has nothing there.
func (r route) set(name, value string) {
	if value != "" {
		r[name] = value
	}
}

func goBGPRD(v any) string {
	o := object(v)
	if len(o) == 0 {
		return ""
	}
	if raw, ok := o["value"]; ok { // a type that gobgp does not know
		b, _ := base64.StdEncoding.DecodeString(word(raw))
		if len(b) != 6 {
			return ""
		}
		kind, _ := strconv.Atoi(word(o["type"]))
		return fmt.Sprintf("0x%04x%x", kind, b)
	}
	return word(o["admin"]) + ":" + word(o["assigned"])
}

// plainTarget is the text of a route target of types 0 to 2; others every decoder writes its own way.
var plainTarget = regexp.MustCompile(`^[0-9.]+:[0-9]+$`)

// goBGPMembership reads "65000:65000:100/96": origin AS, route target, length.
func goBGPMembership(r route, text string) {
	prefix, length, _ := strings.Cut(text, "/")
	r.set("length", length)
	origin, target, _ := strings.Cut(prefix, ":")
	if length != "0" {
		r.set("origin-as", origin)
	}
	if length == "96" && plainTarget.MatchString(target) {
		r.set("route-target", plainAS(target))
	}
}

// goBGPFlow reads components: a prefix, a MAC address, or terms of operator octet and number.
func goBGPFlow(r route, list []any) {
	var types []string
	for _, each := range list {
		o := object(each)
		kind, _ := strconv.Atoi(word(o["type"]))
		types = append(types, word(o["type"]))
		name := "flow " + word(o["type"])
		switch v := o["value"].(type) {
		case []any:
			text := ""
			for i, term := range v {
				op, _ := strconv.Atoi(word(object(term)["op"]))
				n, _ := strconv.ParseUint(word(object(term)["value"]), 10, 64)
				text += flowTerm(kind, i == 0, op, n)
			}
			r.set(name, text)
		case map[string]any:
			text := prefixOf(word(v["prefix"]))
			if offset := word(o["offset"]); offset != "0" && offset != "" {
				text += " offset " + offset
			}
			r.set(name, text)
		default:
			r.set(name, word(v))
		}
	}
	r["flow types"] = strings.Join(types, " ")
}

// flowTerm writes an operator octet and its value in our text of a term (RFC 8955 §4.2.1).
func flowTerm(kind int, first bool, op int, value uint64) string {
	join := "|"
	if op&0x40 != 0 {
		join = "&"
	}
	if first {
		join = ""
	}
	if kind == int(nlri.FlowTCPFlags) || kind == int(nlri.FlowFragment) {
		return join + [...]string{"", "=", "!", "!="}[op&3] + fmt.Sprintf("0x%x", value)
	}
	text := [...]string{"false", "=", ">", ">=", "<", "<=", "!=", "true"}[op&7]
	if op&7 != 0 && op&7 != 7 {
		text += strconv.FormatUint(value, 10)
	}
	return join + text
}

// goBGPLinkState reads "NLRI { NODE { AS:100 BGP-LS ID:0 0000.0000.002b ISIS-L1:1001 } }" as far as it is the same for all types.
func goBGPLinkState(r route, text string) {
	if m := regexp.MustCompile(`AS:(\d+) `).FindStringSubmatch(text); m != nil {
		r.set("local as", m[1])
	}
	protocols := map[string]string{"ISIS-L1": "1", "ISIS-L2": "2", "OSPFv2": "3", "DIRECT": "4", "STATIC": "5", "OSPFv3": "6", "BGP": "7"}
	if m := regexp.MustCompile(`([A-Za-z0-9-]+):(\d+) ?\} \}$`).FindStringSubmatch(text); m != nil && protocols[m[1]] != "" {
		r.set("protocol", protocols[m[1]])
		r.set("identifier", m[2])
	}
	if m := regexp.MustCompile(`PREFIX: \[([0-9a-f.:/]+)\]`).FindStringSubmatch(text); m != nil {
		r.set("prefix", prefixOf(m[1]))
	}
}
