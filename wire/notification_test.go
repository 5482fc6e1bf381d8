package wire

import (
	"bytes"
	"strings"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
)

func TestShutdownText(t *testing.T) {
	long := strings.Repeat("a", 254) + "é"
	cases := map[string]struct {
		subcode uint8
		data    []byte
		want    string
	}{
		"a text":                             {AdministrativeShutdown, AppendShutdownText(nil, "back at 10:00"), "back at 10:00"},
		"a text of a reset":                  {AdministrativeReset, AppendShutdownText(nil, "restart"), "restart"},
		"a text of 255 octets is cut whole":  {AdministrativeShutdown, AppendShutdownText(nil, long), long[:254]},
		"a text of 255 octets is read":       {AdministrativeShutdown, AppendShutdownText(nil, long[:254]+"b"), long[:254] + "b"},
		"other subcodes have none":           {MaximumPrefixes, AppendShutdownText(nil, "x"), ""},
		"no data is no text":                 {AdministrativeShutdown, nil, ""},
		"an empty text":                      {AdministrativeShutdown, []byte{0}, ""},
		"a length past the end":              {AdministrativeShutdown, []byte{9, 'a', 'b'}, "0x096162"},
		"octets that are no UTF-8":           {AdministrativeShutdown, []byte{2, 0xff, 0xfe}, "0x02fffe"},
		"what cannot be printed is replaced": {AdministrativeShutdown, AppendShutdownText(nil, "a\x1b[2Jb\n"), "a\uFFFD[2Jb\uFFFD"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			message := AppendNotification(nil, ErrCease, c.subcode, c.data)
			h, herr := ParseHeader(message, MaxMessage)
			if herr != nil || h.Type != TypeNotification || h.Length != len(message) {
				t.Fatal(h, herr)
			}
			n, err := ParseNotification(message[HeaderLen:])
			if err != nil || n.Code != ErrCease || n.Subcode != c.subcode || !bytes.Equal(n.Data, c.data) || n.ShutdownText() != c.want {
				t.Errorf("got %+v with text %q, %v", n, n.ShutdownText(), err)
			}
		})
	}
}

func TestNotificationIsBounded(t *testing.T) {
	if m := AppendNotification(nil, ErrUpdate, MalformedASPath, make([]byte, 70000)); len(m) != MaxMessage {
		t.Errorf("%d octets", len(m))
	}
	if _, err := ParseNotification([]byte{6}); err == nil {
		t.Error("one octet was read")
	}
}

func TestNotificationNames(t *testing.T) {
	cases := map[string]Notification{
		"cease/administrative shutdown: bye": {ErrCease, AdministrativeShutdown, AppendShutdownText(nil, "bye")},
		"OPEN message error/role mismatch":   {ErrOpen, RoleMismatch, nil},
		"OPEN message error/9":               {ErrOpen, 9, nil},
		"hold timer expired":                 {ErrHoldTimer, 0, nil},
		"UPDATE message error/77":            {ErrUpdate, 77, nil},
		"code 99/1":                          {99, 1, nil},
	}
	for want, n := range cases {
		if got := n.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestRouteRefresh(t *testing.T) {
	for _, kind := range []RefreshKind{RefreshRequest, BeginOfRefresh, EndOfRefresh} {
		message := AppendRouteRefresh(nil, nlri.EVPN, kind)
		if h, err := ParseHeader(message, MaxMessage); err != nil || h.Type != TypeRouteRefresh || h.Length != len(message) {
			t.Fatal(h, err)
		}
		got, err := ParseRouteRefresh(message[HeaderLen:])
		if err != nil || got.Family != nlri.EVPN || got.Subtype != kind || got.ORF {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	if r, err := ParseRouteRefresh(octets("0001 00 01 01 40 0005")); err != nil || !r.ORF || string(r.Filters) != "\x01\x40\x00\x05" || r.Family != nlri.IPv4Unicast {
		t.Errorf("outbound route filters: %+v, %v", r, err)
	}
	for _, short := range []string{"", "000101", "0019 01 46 00"} {
		b := octets(short)
		_, err := ParseRouteRefresh(b)
		if err == nil || err.Code != ErrRouteRefresh || err.Subcode != InvalidMessageLength || !bytes.HasSuffix(err.Data, b) || len(err.Data) != HeaderLen+len(b) {
			t.Errorf("%q: %+v", short, err)
		}
	}
}
