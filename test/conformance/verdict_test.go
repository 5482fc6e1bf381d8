package main

import (
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
)

// Messages of our own, in hexadecimal behind the marker.
const (
	hello     = "001304"
	refresh   = "001705 0001 00 01"
	badOpen   = "001d01 04 fde8 0001 0a000001 00"                                                             // a Hold Time of one second
	sound     = "002f02 0000 0014 400101 00 400206 0201 0000fde9 400304 0a000001 18 c00002"                   // 192.0.2.0/24
	badOrigin = "002f02 0000 0014 400101 07 400206 0201 0000fde9 400304 0a000001 18 c00002"                   // ORIGIN 7
	badPref   = "003602 0000 001b 400101 00 400206 0201 0000fde9 400304 0a000001 400504 00000000 18 c00002"   // sound
	longPref  = "003702 0000 001c 400101 00 400206 0201 0000fde9 400304 0a000001 400505 0000000000 18 c00002" // LOCAL_PREF of 5 octets
	badAIGP   = "003602 0000 001b 400101 00 400206 0201 0000fde9 400304 0a000001 801a04 01000b00 18 c00002"   // AIGP that is cut off
	badMP     = "002002 0000 0009 800e06 00010105 0000"                                                       // a next hop past the end
)

// rowOf is a row as the collection writes it.
func rowOf(t *testing.T, message, members string) *row {
	t.Helper()
	var r row
	if err := unmarshal([]byte("{"+members+"}"), &r); err != nil {
		t.Fatal(err)
	}
	b, err := hex.DecodeString(strings.Repeat("ff", 16) + strings.ReplaceAll(message, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	r.kind, r.message, r.ID = "messages", b, "own"
	return &r
}

func TestJudge(t *testing.T) {
	cases := map[string]struct {
		message, members string
		want             string // checks, each with + or -
	}{
		"a valid UPDATE is asked for acceptance and relaying":                  {sound, `"expect":{"valid":true}`, "accepted+ relayed+"},
		"a valid KEEPALIVE is not relayed":                                     {hello, `"expect":{"valid":true}`, "accepted+"},
		"a valid message that we refuse is against us":                         {badOpen, `"expect":{"valid":true}`, "accepted-"},
		"an attribute that another decoder discards too may be discarded":      {badAIGP, `"expect":{"valid":true,"outcome":[{"by":"x","action":"attribute-discard"}]}`, "accepted+"},
		"a discard that nobody else has is against us":                         {badAIGP, `"expect":{"valid":true,"outcome":[{"by":"x","action":"notify"}]}`, "accepted-"},
		"a stronger action is against us though another decoder has it":        {badOrigin, `"expect":{"valid":true,"outcome":[{"by":"x","action":"treat-as-withdraw"}]}`, "accepted-"},
		"a message that is disputed is asked nothing":                          {badOrigin, `"expect":{}`, ""},
		"a stated action has to be ours":                                       {badOrigin, `"expect":{"valid":false},"rfc_rule":{"action":"treat-as-withdraw"}`, "by rule+"},
		"another action is against us":                                         {badOrigin, `"expect":{"valid":false},"rfc_rule":{"action":"session-reset"}`, "by rule-"},
		"no error is against us where an action is stated":                     {sound, `"expect":{"valid":false},"rfc_rule":{"action":"attribute-discard"}`, "by rule-"},
		"an action of each kind of session is asked of both":                   {longPref, `"expect":{"valid":false},"rfc_rule":{"action":{"ebgp":"attribute-discard","ibgp":"treat-as-withdraw"}}`, "by rule+ by rule+"},
		"both kinds of session count, each for itself":                         {longPref, `"expect":{"valid":false},"rfc_rule":{"action":{"ebgp":"session-reset","ibgp":"treat-as-withdraw"}}`, "by rule+ by rule-"},
		"either of session and family will do where both are stated":           {badMP, `"expect":{"valid":false},"rfc_rule":{"action":"session-reset-or-afi-safi-disable"}`, "by rule+"},
		"a row of eBGP is read as such":                                        {longPref, `"ctx":{"ibgp":false},"expect":{"valid":false},"rfc_rule":{"action":"attribute-discard"}`, "by rule+"},
		"a row that does not say is read as iBGP":                              {longPref, `"expect":{"valid":false},"rfc_rule":{"action":"treat-as-withdraw"}`, "by rule+"},
		"an invalid message without a rule has to have some error":             {badOpen, `"expect":{"valid":false}`, "refused+"},
		"an invalid message without an error is against us":                    {sound, `"expect":{"valid":false}`, "refused-"},
		"Path Identifiers that were inferred do not excuse what is without":    {badMP, `"ctx":{"addpath":["1/1"],"addpath_from":"inferred"},"expect":{"valid":false}`, "refused+"},
		"an input of a fuzzer is asked for nothing else, whatever is expected": {sound, `"fuzz":true,"expect":{"valid":false}`, "fuzz+"},
		"a message shorter than a header is an input like any other":           {"00", `"fuzz":true,"expect":{}`, "fuzz+"},
		"AS numbers of 2 octets are read as the row says":                      {"002d02 0000 0012 400101 00 400204 0201 fde9 400304 0a000001 18 c00002", `"ctx":{"as4":false},"expect":{"valid":true}`, "accepted+ relayed+"},
		"a ROUTE-REFRESH is a message as well":                                 {refresh, `"expect":{"valid":true}`, "accepted+"},
		"an UPDATE with a LOCAL_PREF of 0 is relayed":                          {badPref, `"expect":{"valid":true}`, "accepted+ relayed+"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, f := range judge(rowOf(t, c.message, c.members)) {
				got = append(got, f.check.name+map[bool]string{true: "+", false: "-"}[f.agrees])
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestRuleThatIsNoAction(t *testing.T) {
	var r row
	if err := json.Unmarshal([]byte(`{"rfc_rule":{"action":7}}`), &r); err == nil {
		t.Errorf("read as %+v", r.Rule)
	}
}

// What RFC 4271 §5 asks for is no difference, everything else is.
func TestRelay(t *testing.T) {
	base := "400101 00 400206 0201 0000fde9 400304 0a000001 "
	for name, extra := range map[string]string{
		"an unknown transitive attribute goes on with Partial":      "c0fa02 abcd ",
		"an unknown non-transitive attribute does not go on":        "80fa02 abcd ",
		"of a repeated attribute the first goes on":                 "c00804 00010002 c00804 00030004 ",
		"an attribute with a length of two octets keeps them":       "d0080004 00010002 ",
		"an attribute of a lower code behind others stays in place": "c00804 00010002 800404 00000005 ",
	} {
		t.Run(name, func(t *testing.T) {
			attrs := strings.ReplaceAll(base+extra, " ", "")
			n := len(attrs) / 2
			message := hex.EncodeToString([]byte{0, byte(19 + 4 + n + 4), 2, 0, 0, 0, byte(n)}) + attrs + "18c00002"
			r := rowOf(t, message, `"expect":{"valid":true}`)
			if err := relay(r.message, r.negotiated(true)); err != nil {
				t.Error(err)
			}
			if err := strict(r.message, r.negotiated(true)); err != nil {
				t.Error(err)
			}
		})
	}
}
