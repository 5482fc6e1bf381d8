package main

import (
	"fmt"
	"strings"
	"testing"
)

func TestSpelling(t *testing.T) {
	for name, c := range map[string][2]string{
		"an AS number in two parts is one number":             {plainAS("1.2:300"), "65538:300"},
		"a small 4-octet AS number loses its zero":            {plainAS("0.65000:1"), "65000:1"},
		"an AS number beyond 16 bits behind a zero stays":     {plainAS("0.70000:1"), "70000:1"},
		"an address is no AS number":                          {plainAS("192.0.2.1:1"), "192.0.2.1:1"},
		"a text that is no route target stays":                {plainAS("whatever"), "whatever"},
		"the octets of an RD are its text":                    {rdOctets("00:01:c0:00:02:01:00:05"), "192.0.2.1:5"},
		"an RD of an unknown type is octets":                  {rdOctets("00:09:c0:00:02:01:00:05"), "0x0009c00002010005"},
		"an address is written short":                         {address("2001:db8:0:0:0:0:0:1"), "2001:db8::1"},
		"host bits are cleared":                               {prefixOf("192.0.2.77/24"), "192.0.2.0/24"},
		"a Path Identifier as an address is a number":         {pathID("0.0.1.2"), "258"},
		"a withdrawn label is its 20 bits":                    {labelStack("8388608"), "524288"},
		"a label stack ends at what is said of it":            {labelStack("16,17 (bottom)"), "16,17"},
		"a well-known community is two numbers":               {community(0xffffff01), "65535:65281"},
		"large communities are told once":                     {strings.Join(distinct([]string{"2:2:2", "1:1:1", "2:2:2"}), " "), "1:1:1 2:2:2"},
		"octets have small letters":                           {lowerHex("0x00AB"), "0x00ab"},
		"segments are the words of a path":                    {strings.Join(pathWords([]segment{{2, []string{"1", "2"}}, {1, []string{"3", "4"}}, {3, []string{"5", "6"}}, {4, []string{"7"}}}), " "), "1 2 {3,4} (5 6) [7]"},
		"an operator octet is written as our terms are":       {flowTerm(5, true, 0x03, 80) + flowTerm(5, false, 0x45, 90) + flowTerm(5, false, 0x81, 99), ">=80&<=90|=99"},
		"a bitmask operator is written as ours are":           {flowTerm(9, true, 0x82, 18), "!0x12"},
		"Python's numbers that are none are nothing":          {nan(t), "<nil> 18446744073709551615"},
		"a refusal of a family is one of the unknown":         {refusal("unknown route family. AFI: 1"), unknownToIt},
		"a membership has origin AS, target and length":       {membership("65000:0.65001:7/96"), "length=96 origin-as=65000 route-target=65001:7"},
		"a membership of every route target has no origin AS": {membership("0:0:0/0"), "length=0"},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: got %q, want %q", name, c[0], c[1])
		}
	}
}

func nan(t *testing.T) string {
	var v struct{ A, B any }
	if err := unmarshal([]byte(`{"A":NaN,"B":18446744073709551615}`), &v); err != nil {
		t.Fatal(err)
	}
	return map[bool]string{true: "<nil> "}[v.A == nil] + word(v.B)
}

func membership(text string) string {
	r := route{}
	goBGPMembership(r, text)
	return r.String()
}

// Every difference ends up in one of four places.
func TestComparison(t *testing.T) {
	ours := func() *reading {
		r := newReading()
		r.routes["+vpnv4"] = []route{{"rd": "65000:1", "prefix": "192.0.2.0/24", "labels": "16"}, {"rd": "65000:1", "prefix": "198.51.100.0/24", "labels": "17"}}
		r.nextHops["vpnv4"] = "10.0.0.1"
		r.lists[fieldPath] = []string{"65001", "65002"}
		r.lists[fieldTargets] = []string{"65000:1"}
		return r
	}
	theirs := func() *reading {
		r := newReading()
		r.routes["+vpnv4"] = []route{{"rd": "65000:1", "prefix": "198.51.100.0/24"}, {"rd": "65000:1", "prefix": "192.0.2.0/24"}}
		r.nextHops["vpnv4"] = "10.0.0.1"
		r.lists[fieldPath] = []string{"65001", "65002"}
		r.lists[fieldTargets] = []string{"65000:1"}
		return r
	}
	wide := dispute{fieldPath, "a reason", func(d *difference) bool { return d.row.Ctx.AS4 == nil }}
	cases := map[string]struct {
		change  func(theirs *reading) (refused string)
		want    string // agreed, disagreed, disputed, skipped
		unknown []string
	}{
		"the same, NLRI in another order and with less said of them": {func(*reading) string { return "" }, "5 0 0 0", nil},
		"a route that says something else disagrees": {func(r *reading) string {
			r.routes["+vpnv4"][0]["prefix"] = "203.0.113.0/24"
			return ""
		}, "4 1 0 0", nil},
		"a route that is missing disagrees": {func(r *reading) string {
			r.routes["+vpnv4"] = r.routes["+vpnv4"][:1]
			return ""
		}, "4 1 0 0", nil},
		"a route more disagrees": {func(r *reading) string {
			r.routes["-ipv4"] = []route{{"prefix": "192.0.2.0/24"}}
			return ""
		}, "5 1 0 0", nil},
		"a route of which nothing is stated is skipped": {func(r *reading) string {
			r.routes["+vpnv4"][0] = route{}
			return ""
		}, "4 0 0 1", nil},
		"another next hop disagrees": {func(r *reading) string {
			r.nextHops["vpnv4"] = "10.0.0.2"
			return ""
		}, "4 1 0 0", nil},
		"a list more disagrees": {func(r *reading) string {
			r.lists[fieldCommunities] = []string{"1:1"}
			return ""
		}, "5 1 0 0", nil},
		"a list less disagrees": {func(r *reading) string {
			delete(r.lists, fieldTargets)
			return ""
		}, "4 1 0 0", nil},
		"a difference that a rule speaks of is disputed": {func(r *reading) string {
			r.lists[fieldPath] = []string{"65001"}
			return ""
		}, "4 0 1 0", nil},
		"a message that is refused is skipped as a whole":    {func(*reading) string { return "because" }, "0 0 0 5", nil},
		"NLRI and next hop of an unknown family are skipped": {func(*reading) string { return "" }, "2 0 0 3", []string{"vpnv4"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			other := theirs()
			refused := c.change(other)
			d := &decoder{name: "other", unknown: c.unknown, disputes: []dispute{wide},
				read: func(map[string]any) (*reading, string) { return other, refused }}
			comparison := newComparison(d, map[string]map[string]any{"own": {}})
			comparison.add(&row{ID: "own"}, ours())
			var n [4]int
			for _, y := range comparison.tallies {
				n[0], n[1], n[2], n[3] = n[0]+y.agreed, n[1]+len(y.disagreed), n[2]+total(y.disputed), n[3]+total(y.skipped)
			}
			if got := strings.Trim(fmt.Sprint(n), "[]"); got != c.want {
				t.Errorf("agreed, disagreed, disputed and skipped are %s, want %s", got, c.want)
			}
		})
	}
}
