package capture

import (
	"bytes"
	"io"
	"slices"
	"testing"
)

// TestAllocsPerMessage reads files of one and of two thousand messages: the second thousand costs no allocation.
func TestAllocsPerMessage(t *testing.T) {
	const messages = 1000
	one := update("192.0.2.0/24", 100)
	two := update("192.0.2.0/24", 3000)
	capture := func(n int) *tap {
		tap := newTap()
		c := tap.connection(here, there).handshake()
		for range n / 2 {
			c.send(client, append(one[:len(one):len(one)], two[:1000]...)...)
			c.send(client, two[1000:]...)
		}
		return tap
	}
	dump := func(n int) []byte {
		r := record(13, 2, slices.Concat([]byte{0, 0, 0, 1, 24, 192, 0, 2, 0, 1}, entry(0, nil, one[23:len(one)-4]...))...)
		return append(peers(), bytes.Repeat(r, n)...)
	}
	bgp4mp := func(n int) []byte {
		return bytes.Repeat(record(16, 4, message(true, "192.0.2.1", "192.0.2.2", one...)...), n)
	}
	text := func(n int) []byte { return bytes.Repeat([]byte("ff ff ff\n"), n) }
	for _, c := range []struct {
		name        string
		short, long []byte
		most        float64 // per message
	}{
		{"pcap", capture(messages).file(), capture(2 * messages).file(), 0.01},
		{"pcapng", capture(messages).fileNG(), capture(2 * messages).fileNG(), 0.01},
		{"BGP4MP", bgp4mp(messages), bgp4mp(2 * messages), 0.01},
		{"TABLE_DUMP_V2", dump(messages), dump(2 * messages), 0.01},
		{"raw", bytes.Repeat(one, messages), bytes.Repeat(one, 2*messages), 0.01},
		{"hex", text(messages), text(2 * messages), 0.01},
	} {
		short, long := allocs(t, c.short, messages), allocs(t, c.long, 2*messages)
		if per := (long - short) / messages; per > c.most {
			t.Errorf("%s: %.2f allocations per message, want %.2f", c.name, per, c.most)
		}
	}
}

func allocs(t *testing.T, file []byte, want int) float64 {
	return testing.AllocsPerRun(3, func() {
		r := reader(t, file, Options{})
		for _, err := range r.All() {
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := r.Counts().Messages; got != want {
			t.Fatalf("%d messages, want %d", got, want)
		}
	})
}

func BenchmarkReader(b *testing.B) {
	one := update("192.0.2.0/24", 100)
	for _, c := range []struct {
		name  string
		write func(n int) []byte
	}{
		{"pcap", func(n int) []byte {
			tap := newTap()
			c := tap.connection(here, there).handshake()
			stream := bytes.Repeat(one, n)
			for part := range slices.Chunk(stream, 1448) {
				c.send(client, part...)
			}
			return tap.file()
		}},
		{"BGP4MP", func(n int) []byte {
			return bytes.Repeat(record(16, 4, message(true, "192.0.2.1", "192.0.2.2", one...)...), n)
		}},
		{"raw", func(n int) []byte { return bytes.Repeat(one, n) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			const messages = 50_000
			file := c.write(messages)
			b.SetBytes(int64(len(file)))
			for b.Loop() {
				r, err := NewReader(io.MultiReader(bytes.NewReader(file)), Options{})
				if err != nil {
					b.Fatal(err)
				}
				for _, err := range r.All() {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*messages), "ns/message")
		})
	}
}
