package api

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestOnlyOwnNamesAndOriginsAreServedOverHTTP(t *testing.T) {
	_, url := serve(t)
	own := url[len("http://"):]
	for _, c := range []struct {
		name, host, origin string
		status             int
	}{
		{"the address itself", own, "", 200},
		{"localhost with any port", "localhost:1", "", 200},
		{"localhost without a port", "localhost", "", 200},
		{"IPv6 loopback", "[::1]:8179", "", 200},
		{"IPv6 loopback without a port", "[::1]", "", 200},
		{"a name that was pointed at us", "evil.example:8179", "", 403},
		{"an address that is not ours", "192.0.2.1:8179", "", 403},
		{"a name that begins with localhost", "localhost.evil.example", "", 403},
		{"a page of ours", own, "http://" + own, 200},
		{"a page of elsewhere", own, "http://evil.example", 403},
		{"a page of another port", own, "http://127.0.0.1:1", 403},
		{"a page without an origin", own, "null", 403},
	} {
		r, err := http.NewRequest("GET", url+"/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = c.host
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != c.status || (c.status == 200) != (string(body) == "ok\n") {
			t.Errorf("%s: status %d, %q; want %d", c.name, response.StatusCode, body, c.status)
		}
	}
}

func TestAnInterfaceOnEveryAddressIsServedByAddress(t *testing.T) {
	all := netip.MustParseAddr("0.0.0.0")
	if !ownHost("192.0.2.1:8179", all) || ownHost("evil.example", all) {
		t.Error("want any address and no name")
	}
}

func TestARequestTooLargeIsRefused(t *testing.T) {
	h := bounded(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("served") }))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", "/", io.LimitReader(zeros{}, maxRequest+1)))
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", w.Code)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }
