package oracle

import (
	"encoding/hex"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func octets(text string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

// What the strict decoder says must not rest on what it judges.
func TestTheStrictDecoderImportsTheStandardLibraryAlone(t *testing.T) {
	files, err := filepath.Glob("strict*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			if strings.Contains(i.Path.Value, ".") {
				t.Errorf("%s imports %s", name, i.Path.Value)
			}
		}
	}
}

var strictTerms = Terms{Deep: true, Families: map[Family]Framing{
	ipv4: {}, ipv6: {}, vpnv4: {}, vpnv6: {LabelStack: true}, evpn: {}, vpls: {}, linkState: {}, routeTarget: {}, flowSpec4: {},
	ipv4Labeled: {AddPath: true}, 25<<8 | 99: {Unknown: 2},
}}

const (
	mandatory = "400101 00 400200 400504 00000064 "
	nextHop   = "400304 0a000001 "
	rd1       = "0001 0a000001 0064 "
	noESI     = "00000000000000000000 "
)

// updateOf is the body of an UPDATE.
func updateOf(withdrawn, attrs, nlri string) []byte {
	b := append([]byte{0, byte(len(octets(withdrawn)))}, octets(withdrawn)...)
	b = append(b, byte(len(octets(attrs))>>8), byte(len(octets(attrs))))
	return append(append(b, octets(attrs)...), octets(nlri)...)
}

// reach is a MP_REACH_NLRI with a 4-octet next hop.
func reach(family, nlri string) string {
	value := octets(family + "04 0a000001 00" + nlri)
	return "90 0e 00" + hex.EncodeToString([]byte{byte(len(value))}) + hex.EncodeToString(value)
}

func TestStrictUpdate(t *testing.T) {
	external := func(t *Terms) { t.External = true }
	for _, test := range []struct {
		name  string
		body  []byte
		terms func(*Terms)
		want  string // "" = accepted
	}{
		{"an End-of-RIB", updateOf("", "", ""), nil, ""},
		{"an End-of-RIB of EVPN", updateOf("", "800f03 0019 46", ""), nil, ""},
		{"an End-of-RIB of a family that was not agreed on", updateOf("", "800f03 0001 85", ""), func(t *Terms) { delete(t.Families, flowSpec4) }, "1/133 was not agreed on"},
		{"IPv4 in the form of RFC 4271", updateOf("", mandatory+nextHop, "18 0a0102"), nil, ""},
		{"IPv4 without NEXT_HOP", updateOf("", mandatory, "18 0a0102"), nil, "NEXT_HOP of 0 octets"},
		{"IPv4 with a multicast NEXT_HOP", updateOf("", mandatory+"400304 e0000001", "18 0a0102"), nil, "no host's address"},
		{"NEXT_HOP beside MP_REACH_NLRI alone", updateOf("", reach("0019 46", "0311 "+rd1+"00000000 20 0a000001")+mandatory+nextHop, ""), nil, "NEXT_HOP without IPv4 NLRI"},
		{"a prefix of 33 bits", updateOf("", mandatory+nextHop, "21 0a01020300"), nil, "a prefix of 33 bits"},
		{"a prefix that is cut off", updateOf("18 0a01", "", ""), nil, "has 3 octets, want 4"},
		{"a withdrawal", updateOf("18 0a0102", "", ""), nil, ""},
		{"attributes beside a withdrawal", updateOf("18 0a0102", mandatory, ""), nil, "beside a withdrawal"},
		{"routes in two fields", updateOf("18 0a0102", mandatory+nextHop, "18 0a0103"), nil, "more than one field"},
		{"without ORIGIN", updateOf("", "400200 400504 00000064"+nextHop, "00"), nil, "attribute 1 is missing"},
		{"BGPsec_PATH instead of AS_PATH inside an AS", updateOf("", "400101 00 400504 00000064 802101 00"+nextHop, "00"), nil, ""},
		{"BGPsec_PATH instead of AS_PATH between AS", updateOf("", "400101 00 802101 00"+nextHop, "00"), external, "attribute 2 is missing"},
		{"without LOCAL_PREF inside an AS", updateOf("", "400101 00 400200"+nextHop, "00"), nil, "attribute 5 is missing"},
		{"without LOCAL_PREF between AS", updateOf("", "400101 00 400206 0201 0000fde9"+nextHop, "00"), external, ""},
		{"LOCAL_PREF between AS", updateOf("", mandatory+nextHop, "00"), external, "sent to an external neighbor"},
		{"a confederation segment between AS", updateOf("", "400101 00 400206 0301 0000fde9"+nextHop, "00"), external, "segment of type 3"},
		{"a 2-octet path where 4 octets were agreed on", updateOf("", "400101 00 400204 0201 fde9 400504 00000064"+nextHop, "00"), nil, "not whole"},
		{"a 2-octet path where it was agreed on", updateOf("", "400101 00 400204 0201 fde9 400504 00000064 c01106 0201 0000fde9"+nextHop, "00"), func(t *Terms) { t.TwoOctetAS = true }, ""},
		{"AS4_PATH to a 4-octet speaker", updateOf("", mandatory+"c01106 0201 0000fde9"+nextHop, "00"), nil, "4-octet AS numbers"},
		{"AS 0 in the path", updateOf("", "400101 00 400206 0201 00000000 400504 00000064"+nextHop, "00"), nil, "AS 0"},
		{"ORIGIN 3", updateOf("", "400101 03 400200 400504 00000064"+nextHop, "00"), nil, "malformed ORIGIN"},
		{"an attribute twice", updateOf("", mandatory+"400101 00"+nextHop, "00"), nil, "attribute 1 twice"},
		{"an attribute that passes the end", updateOf("", mandatory+"c06305 00", "00"), nil, "attribute 99 of length 5"},
		{"a partial well-known attribute", updateOf("", "600101 00 400200 400504 00000064"+nextHop, "00"), nil, "partial"},
		{"an unknown non-transitive attribute", updateOf("", mandatory+"80fa01 00"+nextHop, "00"), nil, "non-transitive and passed on"},
		{"an unknown non-transitive attribute from a route server", updateOf("", mandatory+"80fa01 00"+nextHop, "00"), func(t *Terms) { t.RouteServer = true }, ""},
		{"an unknown partial attribute", updateOf("", mandatory+"e0fa01 00"+nextHop, "00"), nil, ""},
		{"communities of 5 octets", updateOf("", mandatory+"c00805 fde8000100"+nextHop, "00"), nil, "multiple of 4"},
		{"an empty community attribute", updateOf("", mandatory+"c00800"+nextHop, "00"), nil, "empty"},
		{"a tunnel whose sub-TLV passes its end", updateOf("", mandatory+"c01708 0008 0004 01ff 0000"+nextHop, "00"), nil, "TLV 1 of length 255"},
		{"SRv6 SID information of 20 octets", updateOf("", mandatory+"c0281b 05 0018 00 01 0014 00000000000000000000000000000000000000000"+"0"+nextHop, "00"), nil, "SID information of 20 octets"},
		{"MP_REACH_NLRI behind another attribute", updateOf("", mandatory+reach("0019 46", "0311 "+rd1+"00000000 20 0a000001"), ""), nil, "not the first attribute"},
		{"MP_REACH_NLRI without NLRI", updateOf("", reach("0019 46", "")+mandatory, ""), nil, "without NLRI"},
		{"an IPv6 route with a next hop of 4 octets", updateOf("", reach("0002 01", "00")+mandatory, ""), nil, "next hop of 4 octets"},
		{"a family that was not agreed on", updateOf("", reach("0001 84", "00")+mandatory, ""), func(t *Terms) { delete(t.Families, routeTarget) }, "1/132 was not agreed on"},
		{"EVPN type 2 with a MAC of 40 bits", updateOf("", reach("0019 46", "0221 "+rd1+noESI+"00000000 28 001122334455 00 002710")+mandatory, ""), nil, "MAC address of 40 bits"},
		{"EVPN type 5 with 33 bits of IPv4", updateOf("", reach("0019 46", "0522 "+rd1+noESI+"00000000 21 c0a80100 00000000 000064")+mandatory, ""), nil, "33 bits"},
		{"an EVPN type that nobody knows", updateOf("", reach("0019 46", "6302abcd")+mandatory, ""), nil, ""},
		{"both kinds of VPLS", updateOf("", reach("0019 41", "000c "+rd1+"0a000001 0011 "+rd1+"0001 0001 0008 186a01")+mandatory, ""), nil, ""},
		{"BGP-LS TLVs out of order", updateOf("", reach("4004 47", "0001 0015 02 0000000000000000 0101 0000 0100 0004 02000000")+mandatory, ""), nil, "stands behind TLV 0101"},
		{"a BGP-LS node descriptor twice in a node", updateOf("", reach("4004 47", "0001 001d 02 0000000000000000 0100 0010 0202 0004 00000001 0202 0004 00000002")+mandatory, ""), nil, "stands behind TLV 514"},
		{"an EVPN multicast route", updateOf("", reach("0019 46", "0618 "+rd1+"00000000 00 20 ef010101 20 0a000001 02")+mandatory, ""), nil, ""},
		{"an EVPN multicast route of any router", updateOf("", reach("0019 46", "0614 "+rd1+"00000000 00 20 ef010101 00 02")+mandatory, ""), nil, "EVPN type 6"},
		{"an EVPN leaf route", updateOf("", reach("0019 46", "0b1b 0914 "+rd1+"00000000 0009 000000000001 20 0a000001")+mandatory, ""), nil, ""},
		{"an EVPN leaf route without a router", updateOf("", reach("0019 46", "0b16 0914 "+rd1+"00000000 0009 000000000001")+mandatory, ""), nil, "EVPN type 11"},
		{"a FlowSpec", updateOf("", reach("0001 85", "0c 0118 c00002 0381 06 0591 0050")+mandatory, ""), nil, ""},
		{"a FlowSpec with components out of order", updateOf("", reach("0001 85", "08 0381 06 0118 c00002")+mandatory, ""), nil, "component 1 behind component 3"},
		{"a FlowSpec with a list that does not end", updateOf("", reach("0001 85", "03 03 01 06")+mandatory, ""), nil, "a list without end"},
		{"a FlowSpec with a component that nobody knows", updateOf("", reach("0001 85", "05 0381 06 63 01")+mandatory, ""), nil, ""},
		{"a membership of 16 bits", updateOf("", reach("0001 84", "10 0000")+mandatory, ""), nil, "membership of 16 bits"},
		{"an empty FlowSpec", updateOf("", reach("0001 85", "00")+mandatory, ""), nil, "FlowSpec of 1 octets"},
		{"a labeled prefix behind a Path Identifier", updateOf("", reach("0001 04", "00000007 30 000641 0a0102")+mandatory, ""), nil, ""},
		{"a Path Identifier that is not there", updateOf("", reach("0001 04", "30 000641 0a0102")+mandatory, ""), nil, "1/4"},
		{"a family that is known by its length field", updateOf("", reach("0019 63", "0002 abcd 0000")+mandatory, ""), nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			terms := strictTerms
			terms.Families = map[Family]Framing{}
			for f, framing := range strictTerms.Families {
				terms.Families[f] = framing
			}
			if test.terms != nil {
				test.terms(&terms)
			}
			_, err := terms.Update(test.body)
			switch {
			case test.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// The key names a route, whatever its labels and other data are.
func TestStrictKeys(t *testing.T) {
	for _, test := range []struct {
		name      string
		family    Family
		a, b      string
		withdrawn bool // b
		same      bool
	}{
		{"host bits", ipv4, "0c 0a1f", "0c 0a10", false, true},
		{"another length", ipv4, "0c 0a10", "0d 0a10", false, false},
		{"a label", vpnv4, "70 000641 " + rd1 + "0a0102", "70 800000 " + rd1 + "0a0102", true, true},
		{"a stack of two", vpnv6, "90 000640 000651 " + rd1 + "20010db8", "78 800000 " + rd1 + "20010db8", true, true},
		{"another route distinguisher", vpnv4, "70 000641 " + rd1 + "0a0102", "70 000641 0001 0a000002 0064 0a0102", false, false},
		{"ESI and label of a MAC", evpn, "0221 " + rd1 + noESI + "00000000 30 001122334455 00 002710", "0221 " + rd1 + "01020304050607080900 00000000 30 001122334455 00 000001", false, true},
		{"the Ethernet tag of a MAC", evpn, "0221 " + rd1 + noESI + "00000000 30 001122334455 00 002710", "0221 " + rd1 + noESI + "00000001 30 001122334455 00 002710", false, false},
		{"the gateway of a prefix", evpn, "0522 " + rd1 + noESI + "00000000 18 c0a80100 00000000 000064", "0522 " + rd1 + noESI + "00000000 18 c0a801ff 0a000001 000065", false, true},
		{"the flags of a multicast route", evpn, "0618 " + rd1 + "00000000 00 20 ef010101 20 0a000001 02", "0618 " + rd1 + "00000000 00 20 ef010101 20 0a000001 05", false, true},
		{"the block size of VPLS", vpls, "0011 " + rd1 + "0001 0001 0008 186a01", "0011 " + rd1 + "0001 0001 0010 186a01", false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, err := strictTerms.NLRI(test.family, octets(test.a), false)
			if err != nil {
				t.Fatal(err)
			}
			b, err := strictTerms.NLRI(test.family, octets(test.b), test.withdrawn)
			if err != nil {
				t.Fatal(err)
			}
			if same := a[0].Key == b[0].Key; same != test.same {
				t.Errorf("keys %s and %s", a[0].Key, b[0].Key)
			}
		})
	}
}

func TestStrictMessages(t *testing.T) {
	const marker = "ffffffffffffffffffffffffffffffff"
	list, err := Messages(octets(marker+"0013 04"+marker+"0017 02 0000 0000"), 0)
	if err != nil || len(list) != 2 || list[0].Type != 4 || !slices.Equal(list[1].Body, make([]byte, 4)) {
		t.Errorf("%+v, %v", list, err)
	}
	for name, stream := range map[string]string{
		"a marker with a zero":            "ff00ffffffffffffffffffffffffffff 0013 04",
		"a KEEPALIVE with a body":         marker + "0014 04 00",
		"a message of 18 octets":          marker + "0012 04",
		"an UPDATE of 22 octets":          marker + "0016 02 000000",
		"a message that passes the end":   marker + "0018 02 0000 0000",
		"an unknown type":                 marker + "0013 06",
		"an UPDATE longer than the limit": marker + "1001 02" + strings.Repeat("00", 4097-19),
		"half a header":                   "ffff",
	} {
		if _, err := Messages(octets(stream), 0); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestStrictOpen(t *testing.T) {
	for _, form := range []string{
		"04 fde8 005a 0a000001 0c 020a 0104 0019 00 46 0200 4600",
		"04 fde8 005a 0a000001 ff ff000d 02000a 0104 0019 00 46 0200 4600",
	} {
		o, err := OpenBody(octets(form))
		if err != nil || o.ASN != 65000 || o.HoldTime != 90 || len(o.Capabilities) != 3 || o.Capabilities[2].Code != 70 {
			t.Errorf("%s: %+v, %v", form, o, err)
		}
	}
	for name, body := range map[string]string{
		"version 3":                          "03 fde8 005a 0a000001 00",
		"AS 0":                               "04 0000 005a 0a000001 00",
		"a hold time of 2 s":                 "04 fde8 0002 0a000001 00",
		"parameters that pass the end":       "04 fde8 005a 0a000001 05 0202 0200",
		"a capability that passes the end":   "04 fde8 005a 0a000001 04 0202 0204",
		"an extended length that is cut off": "04 fde8 005a 0a000001 ff ff00",
		"another parameter":                  "04 fde8 005a 0a000001 03 0101 00",
	} {
		if _, err := OpenBody(octets(body)); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}
