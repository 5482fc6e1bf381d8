package wire

import (
	"bytes"
	"testing"
)

func TestParseHeader(t *testing.T) {
	cases := map[string]struct {
		header  string
		limit   int
		subcode uint8 // 0 = accepted
		data    string
	}{
		"a KEEPALIVE of 19 octets is accepted":            {marker + "\x00\x13\x04", MaxMessage, 0, ""},
		"an UPDATE of the limit is accepted":              {marker + "\x10\x00\x02", MaxMessage, 0, ""},
		"an extended UPDATE is accepted where offered":    {marker + "\xff\xff\x02", MaxExtendedMessage, 0, ""},
		"an extended UPDATE is refused where not offered": {marker + "\x10\x01\x02", MaxMessage, BadMessageLength, "\x10\x01"},
		"an extended OPEN is refused even where offered":  {marker + "\x10\x01\x01", MaxExtendedMessage, BadMessageLength, "\x10\x01"},
		"a marker with a zero is refused":                 {"\x00" + marker[1:] + "\x00\x13\x04", MaxMessage, ConnectionNotSynchronized, ""},
		"a marker with a wrong last octet is refused":     {marker[1:] + "\xfe\x00\x13\x04", MaxMessage, ConnectionNotSynchronized, ""},
		"a length of 18 is refused":                       {marker + "\x00\x12\x04", MaxMessage, BadMessageLength, "\x00\x12"},
		"a KEEPALIVE of 20 octets is refused":             {marker + "\x00\x14\x04", MaxMessage, BadMessageLength, "\x00\x14"},
		"an OPEN of 28 octets is refused":                 {marker + "\x00\x1c\x01", MaxMessage, BadMessageLength, "\x00\x1c"},
		"an UPDATE of 22 octets is refused":               {marker + "\x00\x16\x02", MaxMessage, BadMessageLength, "\x00\x16"},
		"a NOTIFICATION of 20 octets is refused":          {marker + "\x00\x14\x03", MaxMessage, BadMessageLength, "\x00\x14"},
		"a ROUTE-REFRESH of 22 octets is refused":         {marker + "\x00\x16\x05", MaxMessage, BadMessageLength, "\x00\x16"},
		"type 0 is refused":                               {marker + "\x00\x13\x00", MaxMessage, BadMessageType, "\x00"},
		"type 6, which was CAPABILITY once, is refused":   {marker + "\x00\x13\x06", MaxMessage, BadMessageType, "\x06"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			h, err := ParseHeader([]byte(c.header), c.limit)
			if c.subcode == 0 {
				if err != nil || h.Length != int(c.header[16])<<8|int(c.header[17]) || h.Type != MessageType(c.header[18]) {
					t.Fatalf("got %+v, %v", h, err)
				}
				return
			}
			if err == nil || err.Code != ErrHeader || err.Subcode != c.subcode || string(err.Data) != c.data || err.Action != ActionResetSession {
				t.Fatalf("got %+v, want subcode %d and data %x", err, c.subcode, c.data)
			}
		})
	}
}

func TestKeepalive(t *testing.T) {
	if got := AppendKeepalive([]byte{7}); !bytes.Equal(got, []byte("\x07"+marker+"\x00\x13\x04")) {
		t.Errorf("got %x", got)
	}
}

func TestRouterID(t *testing.T) {
	id, err := ParseRouterID("192.0.2.1")
	if err != nil || id.String() != "192.0.2.1" || id.Uint32() != 0xc0000201 || id.IsZero() {
		t.Errorf("got %v, %v", id, err)
	}
	for _, s := range []string{"", "1", "192.0.2", "2001:db8::1", "192.0.2.1 "} {
		if id, err := ParseRouterID(s); err == nil {
			t.Errorf("%q was read as %v", s, id)
		}
	}
}
