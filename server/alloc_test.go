//go:build !race

package server

import (
	"io"
	"testing"
	"time"

	"github.com/dci-rs/dci-rs/wire"
)

// TestAllocations: from the socket of one neighbor to that of another an UPDATE costs what the table
// needs to publish it, however many routes it has: reader and writer add nothing.
func TestAllocations(t *testing.T) {
	r := run(t, Config{Shards: 1, Neighbors: clients("127.0.0.2", "127.0.0.3")})
	a, b := r.up("127.0.0.2", ipv4(2)), r.up("127.0.0.3", ipv4(3))
	b.told()
	var prefixes []byte
	for i := range 500 {
		prefixes = append(prefixes, 24, 10, byte(i>>8), byte(i))
	}
	messages := [2][]byte{
		update(nil, octets(base), prefixes),
		update(nil, octets(base+med5), prefixes),
	}
	buffer := make([]byte, wire.MaxMessage)
	b.conn.SetReadDeadline(time.Now().Add(time.Minute))
	i := 0
	send := func() {
		i++
		a.send(messages[i&1])
		for left := 500; left > 0; {
			if _, err := io.ReadFull(b.conn, buffer[:wire.HeaderLen]); err != nil {
				t.Fatal(err)
			}
			h, _ := wire.ParseHeader(buffer, wire.MaxMessage)
			body := buffer[wire.HeaderLen:h.Length]
			if _, err := io.ReadFull(b.conn, body); err != nil {
				t.Fatal(err)
			}
			u, _ := wire.ParseUpdate(body, &b.n)
			left -= u.Announced().Len()
		}
	}
	for range 100 {
		send()
	}
	n := testing.AllocsPerRun(200, send)
	if n > 2 {
		t.Errorf("an UPDATE of 500 routes costs %v allocations on its way, want 2 at most", n)
	}
}
