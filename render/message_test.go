package render

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// update parses the body of an UPDATE as an iBGP session with EVPN takes it.
func update(t testing.TB, body string, as4 bool) (*wire.Update, *wire.Error) {
	t.Helper()
	capabilities := wire.Capabilities(nil).AppendFamilies(nlri.IPv4Unicast, nlri.EVPN)
	if as4 {
		capabilities = capabilities.AppendAS4(65000)
	}
	open := wire.Open{ASN: 65000, HoldTime: 90, RouterID: wire.RouterID{10, 1, 0, 1}, Capabilities: capabilities}
	n := wire.Negotiate(open, open)
	u, err := wire.ParseUpdate(octets(t, body), &n)
	return &u, err
}

// message builds one message of each kind by name, to be rendered both ways.
func message(t testing.TB, name string) Message {
	t.Helper()
	m := Message{Index: 3, Length: 19}
	switch name {
	case "keepalive":
		m.Type, m.Unit, m.Position = wire.TypeKeepalive, "packet", 7
		m.Time = time.Date(2026, 11, 24, 12, 0, 0, 5000, time.UTC)
		m.Source, m.Destination = netip.MustParseAddrPort("10.1.0.1:179"), netip.MustParseAddrPort("[2001:db8::1]:40000")
	case "open":
		m.Type = wire.TypeOpen
		m.Open = &wire.Open{ASN: 65000, HoldTime: 90, RouterID: wire.RouterID{10, 1, 0, 1},
			Capabilities: wire.Capabilities{{Code: wire.CapRouteRefresh}, {Code: 200, Value: []byte{1}}}}
	case "announcement":
		m.Type, m.AS4 = wire.TypeUpdate, true
		m.Update, m.Err = update(t, "0000 0030 800e20 0019 46 04 0a010001 00 0311"+rd1+"00000000 20 0a010001 6302abcd"+
			"400101 00 400206 0201 0000fde9", true)
	case "withdrawal, two octets to an AS number":
		m.Type = wire.TypeUpdate
		m.Update, m.Err = update(t, "0002 080b 0012 400101 00 400204 0201 fde9 400304 0a010001 08 0a", false)
	case "end of RIB":
		m.Type = wire.TypeUpdate
		m.Update, m.Err = update(t, "0000 0006 800f03 001946", true)
	case "notification":
		m.Type = wire.TypeNotification
		m.Notification = &wire.Notification{Code: wire.ErrCease, Subcode: wire.AdministrativeShutdown, Data: []byte("\x04a\"b\x1b")}
	case "refresh":
		m.Type = wire.TypeRouteRefresh
		m.RouteRefresh = &wire.RouteRefresh{Family: nlri.EVPN, Subtype: wire.EndOfRefresh}
	case "malformed":
		m.Type = wire.TypeUpdate
		m.Err = &wire.Error{Code: wire.ErrUpdate, Subcode: wire.MalformedAttributeList, Action: wire.ActionTreatAsWithdraw, Attr: wire.AttrOrigin, Offset: 27, Reason: "length \"2\""}
	case "octets that are no message, of one of several files":
		m.File, m.Unit, m.Position, m.Source = "a\"b", "record", 2, netip.MustParseAddrPort("10.1.0.1:0")
		m.Err = &wire.Error{Action: wire.ActionNone, Reason: "19 octets were skipped"}
	case "data and filters":
		m.Type = wire.TypeNotification
		m.Notification = &wire.Notification{Code: wire.ErrUpdate, Subcode: 99, Data: []byte{1, 2}}
	case "refresh with filters":
		m.Type = wire.TypeRouteRefresh
		m.RouteRefresh = &wire.RouteRefresh{Family: nlri.EVPN, Subtype: 9, ORF: true, Filters: []byte{1, 64}}
	case "attributes without a text, and an empty one":
		m.Type, m.AS4 = wire.TypeUpdate, true
		m.Update, m.Err = update(t, "0000 0014 400102 0000 400200 e06302 0102 c00804 0000ffff", true)
	default:
		t.Fatalf("no message %q", name)
	}
	return m
}

func TestAppendMessage(t *testing.T) {
	cases := map[string]struct{ json, text string }{
		"keepalive": {
			`{"index":3,"time":"2026-11-24T12:00:00.000005Z","src":"10.1.0.1:179","dst":"[2001:db8::1]:40000","type":"keepalive","length":19,"packet":7}`,
			"3 2026-11-24T12:00:00.000005Z 10.1.0.1:179 > [2001:db8::1]:40000 keepalive, 19 octets, packet 7\n",
		},
		"open": {
			`{"index":3,"type":"open","length":19,"asn":65000,"hold-time":90,"router-id":"10.1.0.1","capabilities":[` +
				`{"code":2,"name":"route-refresh","value":true,"raw":""},{"code":200,"name":"capability 200","value":null,"raw":"01"}]}`,
			"3 open asn 65000 hold-time 90 router-id 10.1.0.1, 19 octets\n    route-refresh\n    capability 200 0x01\n",
		},
		"announcement": {
			`{"index":3,"type":"update","length":19,"withdrawn":[],"announced":[` +
				`{"family":"evpn","type":3,"rd":"10.1.0.1:1","ethernet-tag":0,"ip":"10.1.0.1","raw":"031100010a010001000100000000200a010001","next-hop":"10.1.0.1"},` +
				`{"family":"evpn","type":99,"raw":"6302abcd","next-hop":"10.1.0.1"}],"attributes":[` +
				`{"code":14,"name":"mp-reach-nlri","flags":"o","value":{"family":"evpn","next-hop":"10.1.0.1"},"raw":"800e20001946040a01000100031100010a010001000100000000200a0100016302abcd"},` +
				`{"code":1,"name":"origin","flags":"t","value":"igp","raw":"40010100"},` +
				`{"code":2,"name":"as-path","flags":"t","value":"65001","raw":"40020602010000fde9"}]}`,
			"3 update, 19 octets\n" +
				"    mp-reach-nlri family evpn next-hop 10.1.0.1\n    origin igp\n    as-path 65001\n" +
				"  + evpn imet rd 10.1.0.1:1 tag 0 ip 10.1.0.1 next-hop 10.1.0.1\n" +
				"  + evpn type 99 abcd next-hop 10.1.0.1\n",
		},
		"withdrawal, two octets to an AS number": {
			`{"index":3,"type":"update","length":19,"withdrawn":[{"family":"ipv4","prefix":"11.0.0.0/8","raw":"080b"}],` +
				`"announced":[{"family":"ipv4","prefix":"10.0.0.0/8","raw":"080a","next-hop":"10.1.0.1"}],"attributes":[` +
				`{"code":1,"name":"origin","flags":"t","value":"igp","raw":"40010100"},` +
				`{"code":2,"name":"as-path","flags":"t","value":"65001","raw":"4002040201fde9"},` +
				`{"code":3,"name":"next-hop","flags":"t","value":"10.1.0.1","raw":"4003040a010001"}]}`,
			"3 update, 19 octets\n" +
				"  - ipv4 11.0.0.0/8\n" +
				"    origin igp\n    as-path 65001\n    next-hop 10.1.0.1\n" +
				"  + ipv4 10.0.0.0/8 next-hop 10.1.0.1\n",
		},
		"end of RIB": {
			`{"index":3,"type":"update","length":19,"withdrawn":[],"announced":[],"attributes":[` +
				`{"code":15,"name":"mp-unreach-nlri","flags":"o","value":{"family":"evpn"},"raw":"800f03001946"}],"eor":"evpn"}`,
			"3 update end-of-rib evpn, 19 octets\n    mp-unreach-nlri family evpn\n",
		},
		"notification": {
			`{"index":3,"type":"notification","length":19,"code":6,"subcode":2,"reason":"cease/administrative shutdown: a\"b` + "\ufffd" + `","data":"046122621b"}`,
			"3 notification cease/administrative shutdown: a\\\"b\ufffd, 19 octets\n",
		},
		"refresh": {
			`{"index":3,"type":"route-refresh","length":19,"family":"evpn","subtype":2}`,
			"3 route-refresh evpn end, 19 octets\n",
		},
		"malformed": {
			`{"index":3,"type":"update","length":19,"error":{"action":"treat-as-withdraw","code":3,"subcode":1,"attribute":1,"offset":27,"reason":"length \"2\"","rfc":"RFC 7606 §4"}}`,
			"3 update, 19 octets\n  error: message 3 offset 27, origin: length \\\"2\\\" (RFC 7606 §4); treat-as-withdraw: a speaker withdraws its routes\n",
		},
		"octets that are no message, of one of several files": {
			`{"index":3,"file":"a\"b","src":"10.1.0.1:0","type":"fault","length":19,"record":2,"error":{"action":"none","code":0,"subcode":0,"offset":0,"reason":"19 octets were skipped"}}`,
			"3 10.1.0.1 fault, 19 octets, record 2\n  error: message 3: 19 octets were skipped\n",
		},
		"data and filters": {
			`{"index":3,"type":"notification","length":19,"code":3,"subcode":99,"reason":"UPDATE message error/99","data":"0102"}`,
			"3 notification UPDATE message error/99, 19 octets\n    data 0x0102\n",
		},
		"refresh with filters": {
			`{"index":3,"type":"route-refresh","length":19,"family":"evpn","subtype":9,"outbound-route-filters":"0140"}`,
			"3 route-refresh evpn subtype 9, 19 octets\n    outbound-route-filters 0x0140\n",
		},
		"attributes without a text, and an empty one": {
			`{"index":3,"type":"update","length":19,"withdrawn":[],"announced":[],"attributes":[` +
				`{"code":1,"name":"origin","flags":"t","value":null,"raw":"4001020000"},{"code":2,"name":"as-path","flags":"t","value":"","raw":"400200"},` +
				`{"code":99,"name":"attribute 99","flags":"otp","value":null,"raw":"e063020102"},{"code":8,"name":"communities","flags":"ot","value":["0:65535"],"raw":"c008040000ffff"}],` +
				`"error":{"action":"session-reset","code":3,"subcode":5,"attribute":1,"offset":6,"reason":"length 2, want 1","rfc":"RFC 7606 §5.2"}}`,
			"3 update, 19 octets\n    origin flags t 0x0000\n    as-path\n    attribute 99 flags otp 0x0102\n    communities 0:65535\n" +
				"  error: message 3 offset 6, origin: length 2, want 1 (RFC 7606 §5.2); session-reset: a speaker sends NOTIFICATION 3/5 (UPDATE message error/attribute length error) and ends the session\n",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			m := message(t, name)
			got := AppendMessageJSON(nil, &m)
			if !json.Valid(got) {
				t.Fatalf("not JSON: %s", got)
			}
			if string(got) != c.json {
				t.Errorf("\n got %s\nwant %s", got, c.json)
			}
			if got := string(AppendMessageText(nil, &m)); got != c.text {
				t.Errorf("\n got %q\nwant %q", got, c.text)
			}
		})
	}
}

func TestMessageAllocs(t *testing.T) {
	open := wire.Open{ASN: 65000, HoldTime: 90, RouterID: wire.RouterID{10, 1, 0, 1}}
	open.Capabilities = open.Capabilities.AppendFamilies(nlri.EVPN).AppendAS4(65000).AppendRole(wire.RolePeer).AppendFQDN("rr1", "example.net").
		AppendAddPath(wire.AddPathEntry{Family: nlri.EVPN, Mode: wire.AddPathBoth}).AppendSoftwareVersion("1").
		AppendGracefulRestart(wire.GracefulRestart{Time: 120, Families: []wire.GracefulFamily{{Family: nlri.EVPN}}})
	u, err := update(t, "0000 0030 800e20 0019 46 04 0a010001 00 0311"+rd1+"00000000 20 0a010001 6302abcd 400101 00 400206 0201 0000fde9", true)
	if err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, 0, 1<<14)
	for name, m := range map[string]Message{
		"open":          {Type: wire.TypeOpen, Open: &open},
		"update":        {Type: wire.TypeUpdate, Update: u, AS4: true},
		"route-refresh": {Type: wire.TypeRouteRefresh, RouteRefresh: &wire.RouteRefresh{Family: nlri.EVPN, ORF: true, Filters: []byte{1}}},
	} {
		if allocs := testing.AllocsPerRun(20, func() { AppendMessageJSON(buffer, &m); AppendMessageText(buffer, &m) }); allocs != 0 {
			t.Errorf("%s: %v allocations, want 0", name, allocs)
		}
	}
}

// What an OPEN says is told by name.
func TestCapabilities(t *testing.T) {
	var c wire.Capabilities
	c = c.AppendFamilies(nlri.EVPN).AppendFlag(wire.CapRouteRefresh).AppendAS4(4200000000).AppendExtendedNextHop(nlri.VPNv4).AppendMultipleLabels(7, nlri.VPNv4).
		AppendAddPath(wire.AddPathEntry{Family: nlri.EVPN, Mode: wire.AddPathBoth}).AppendRole(wire.RoleCustomer).AppendFQDN("rr1", "example.net").AppendSoftwareVersion("v\"1").
		AppendGracefulRestart(wire.GracefulRestart{Notification: true, Time: 120, Families: []wire.GracefulFamily{{Family: nlri.EVPN, ForwardingState: true}}}).
		AppendLongLived(wire.GracefulFamily{Family: nlri.EVPN, StaleTime: 86400})
	c = append(c, wire.Capability{Code: wire.CapPathsLimit, Value: []byte{0, 25, 70, 0, 8}}, wire.Capability{Code: 199, Value: []byte{1}})
	want := []string{
		`"multiprotocol","value":"evpn"`, `"route-refresh","value":true`, `"4-octet-as","value":4200000000`, `"extended-next-hop","value":[{"family":"vpnv4","next-hop-afi":2}]`,
		`"multiple-labels","value":[{"family":"vpnv4","count":7}]`, `"add-path","value":[{"family":"evpn","mode":"both"}]`, `"role","value":"customer"`,
		`"fqdn","value":{"host":"rr1","domain":"example.net"}`, `"software-version","value":"v\"1"`,
		`"graceful-restart","value":{"restarted":false,"notification":true,"time":120,"families":[{"family":"evpn","forwarding":true}]}`,
		`"long-lived-graceful-restart","value":[{"family":"evpn","forwarding":false,"stale-time":86400}]`, `"paths-limit","value":[{"family":"evpn","limit":8}]`,
		`"capability 199","value":null`,
	}
	got := appendCapabilities(nil, c)
	if !json.Valid(got) {
		t.Fatalf("not JSON: %s", got)
	}
	for _, w := range want {
		if !strings.Contains(string(got), `"name":`+w+`,"raw":"`) {
			t.Errorf("%s is not in %s", w, got)
		}
	}
}

// What a neighbor sends may look like the brackets that the text leaves out.
func TestTextKeepsTheBracketsOfValues(t *testing.T) {
	for value, want := range map[string]string{"[": "[", "{": "{", "[1.0] rel": "[1.0] rel", "a,b": "a,b"} {
		c := wire.Capability{Code: wire.CapSoftwareVersion, Value: append([]byte{byte(len(value))}, value...)}
		if got := string(appendCapabilityText(nil, c)); got != " "+want {
			t.Errorf("version %q is written %q", value, got)
		}
	}
	for path, want := range map[string]string{
		"01 02 00000001 00000002":                "{1,2}",
		"01 02 00000001 00000002 02 01 00000003": "{1,2} 3",
	} {
		a := wire.Attr{Flags: wire.FlagTransitive, Code: wire.AttrASPath, Value: octets(t, path)}
		if got := string(appendAttrText(nil, a, true, false)); got != " "+want {
			t.Errorf("%s is written %q", path, got)
		}
	}
}
