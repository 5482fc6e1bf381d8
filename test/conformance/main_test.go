package main

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestVectors holds the codec against the messages of others: DCI_RS_VECTORS names their folder.
func TestVectors(t *testing.T) {
	folder := os.Getenv("DCI_RS_VECTORS")
	if folder == "" {
		t.Skip("DCI_RS_VECTORS names no folder of vectors, which are not part of this project")
	}
	r, err := run(folder)
	if err != nil {
		t.Fatal(err)
	}
	var figures strings.Builder
	r.print(&figures)
	t.Log(figures.String())
	for _, m := range r.missed() {
		t.Error(m)
	}
}

// A collection of our own goes all the way: what misses a bar is named, and the page has nothing of the messages.
func TestRun(t *testing.T) {
	folder := t.TempDir()
	write := func(name string, lines ...string) {
		t.Helper()
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	line := func(id, message, members string) string {
		octets := strings.Repeat("ff", 16) + strings.ReplaceAll(message, " ", "")
		return fmt.Sprintf(`{"id":"%s","source":"someone/something:file","hex":"%s",%s}`, id, octets, members)
	}
	for _, kind := range kinds[1:] {
		write("open/" + kind + ".jsonl")
	}
	write("open/messages.jsonl",
		line("row-sound", sound, `"expect":{"valid":true}`),
		line("row-open", badOpen, `"expect":{"valid":true}`),
		line("row-wrong", sound, `"expect":{"valid":false}`))
	write("malformed/open.jsonl",
		line("row-open", badOpen, `"fuzz":true`),
		line("row-fuzz", badMP, `"fuzz":true,"expect":{}`))
	write("open/oracle-gobgp.jsonl",
		`{"id":"row-sound","json":{"PathAttributes":[{"type":2,"as_paths":[{"segment_type":2,"num":1,"asns":[65001]}]},{"type":3,"nexthop":"10.0.0.1"}],"NLRI":[{"NLRI":{"prefix":"192.0.2.0/24"},"ID":0}]}}`)
	write("open/oracle-exabgp.jsonl",
		`{"id":"row-sound","json":{"update":{"attribute":{"as-path":{"0":{"element":"as-sequence","value":[65002]}}},"announce":{"ipv4 unicast":{"10.0.0.1":[{"nlri":"192.0.2.0/24"}]}}}}}`)
	write("open/oracle-tshark.jsonl", `{"id":"row-sound","malformed":true}`)
	r, err := run(folder)
	if err != nil {
		t.Fatal(err)
	}
	if n := r.total[fuzzed]; n.all != 1 {
		t.Errorf("%d inputs of fuzzers, want the one that no other file has", n.all)
	}
	missed := strings.Join(r.missed(), "\n")
	for _, want := range []string{"refused: 0.00 %", "AS_PATH of exabgp: 0.00 %", "NLRI of tshark: 100.00 % skipped"} {
		if !strings.Contains(missed, want) {
			t.Errorf("%q is not among what is missed:\n%s", want, missed)
		}
	}
	if strings.Contains(missed, "gobgp") {
		t.Errorf("gobgp agrees, but:\n%s", missed)
	}
	page := string(r.document())
	for _, want := range []string{"| 1 | OPEN with a Hold Time of one or two seconds | RFC 4271 §6.2", "| 1 | not looked into |", "| someone/something |"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, never := range []string{"row-", hex.EncodeToString([]byte("\xff\xff\xff\xff"))} {
		if strings.Contains(page, never) {
			t.Errorf("the page holds %q", never)
		}
	}
}

func TestMissingFolder(t *testing.T) {
	if _, err := run(t.TempDir()); err == nil || !strings.Contains(err.Error(), "oracle-tshark.jsonl") && !strings.Contains(err.Error(), "messages.jsonl") {
		t.Errorf("got %v, want the name of a file that is missing", err)
	}
}

// Each oracle states what it can of one announcement of its own words.
func TestOracles(t *testing.T) {
	cases := map[string]struct {
		oracle *decoder
		answer string
		want   string // key: routes
	}{
		"tshark, VPNv4 with a length that counts label and RD": {tshark,
			`{"bgp":{"update.path_attributes":{"update.path_attribute":{"update.path_attribute.type_code":"14","update.path_attribute.mp_reach_nlri.afi":"1","update.path_attribute.mp_reach_nlri.safi":"128",` +
				`"update.path_attribute.mp_reach_nlri":{"BGP Prefix":{"prefix_length":"112","label_stack":"16 (bottom)","rd":"65000:1","mp_reach_nlri_ipv4_prefix":"192.0.2.0"}}}}}}`,
			"+vpnv4: labels=16 prefix=192.0.2.0/24 rd=65000:1"},
		"tshark, a wildcard membership": {tshark,
			`{"bgp":{"update.path_attributes":{"update.path_attribute":{"update.path_attribute.type_code":"15","update.path_attribute.mp_unreach_nlri.afi":"1","update.path_attribute.mp_unreach_nlri.safi":"132",` +
				`"update.path_attribute.mp_unreach_nlri":{"wildcard_route_target":"x"}}}}}`,
			"-route-target: length=0"},
		"gobgp, a flow specification": {gobgp,
			`{"json":{"PathAttributes":[{"type":14,"nexthop":"","afi":1,"safi":133,"value":[{"NLRI":{"value":[{"type":1,"value":{"prefix":"192.0.2.9/24"}},{"type":5,"value":[{"op":3,"value":80},{"op":197,"value":90}]}]},"ID":0}]}]}}`,
			"+flowspec4: flow 1=192.0.2.0/24 flow 5=>=80&<=90 flow types=1 5"},
		"exabgp, EVPN with both readings of a label": {exabgp,
			`{"json":{"update":{"announce":{"l2vpn evpn":{"10.0.0.1":[{"code":2,"raw":"02AB","rd":"65000:1","esi":"-","mac":"00:11:22:AA:BB:CC","label":[[625,10000]]}]}}}}}`,
			"+evpn: esi=00:00:00:00:00:00:00:00:00:00 first label=625|10000 mac=00:11:22:aa:bb:cc raw=02ab rd=65000:1 type=2"},
		"exabgp, a flow specification with names in it": {exabgp,
			`{"json":{"update":{"withdraw":{"ipv4 flow":[{"protocol":["=tcp"],"port":["=80",">=90&<99"]}]}}}}`,
			"-flowspec4: flow 4==80|>=90&<99"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var answer map[string]any
			if err := unmarshal([]byte(c.answer), &answer); err != nil {
				t.Fatal(err)
			}
			r, refused := c.oracle.read(answer)
			if refused != "" {
				t.Fatal(refused)
			}
			for key, list := range r.routes {
				if got := key + ": " + list[0].String(); got != c.want || len(list) != 1 {
					t.Errorf("got %s of %d\nwant %s", got, len(list), c.want)
				}
			}
			if len(r.routes) != 1 {
				t.Errorf("%d families, want 1", len(r.routes))
			}
		})
	}
}
