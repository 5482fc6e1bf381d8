package capture

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/dci-rs/dci-rs/wire"
)

func TestRaw(t *testing.T) {
	long := update("192.0.2.0/24", 5000)
	set := func(message []byte, at int, octets ...byte) []byte {
		return slices.Replace(slices.Clone(message), at, at+len(octets), octets...)
	}
	for _, c := range []struct {
		name string
		file []byte
		want []string
	}{
		{"nothing", nil, nil},
		{"messages", slices.Concat(open(1, nil), keepalive(), keepalive()), []string{"0 open", "0 keepalive", "0 keepalive"}},
		{"octets before the first marker are a message that is wrong", append([]byte{1, 2, 3}, keepalive()...), []string{"0 3 octets", "0 keepalive"}},
		{"octets of ones before a marker are none of its", append([]byte{0, 0xff, 0, 0xff}, keepalive()...), []string{"0 4 octets", "0 keepalive"}},
		{"a marker with a hole", append(set(keepalive(), 3, 0), keepalive()...), []string{"0 19 octets", "0 keepalive"}},
		{"a length less than a header", append(set(keepalive(), 17, 18), keepalive()...), []string{"0 keepalive", "0 keepalive"}},
		{"a length that passes the next message", append(set(keepalive(), 16, 0xff, 0), keepalive()...), []string{"0 keepalive", "0 keepalive"}},
		{"a KEEPALIVE with a body", slices.Concat(set(keepalive(), 17, 22), []byte{1, 2, 3}, keepalive()), []string{"0 keepalive", "0 keepalive"}},
		{"an unknown type", slices.Concat(set(keepalive(), 18, 9), keepalive()), []string{"0 type 9", "0 keepalive"}},
		{"longer than was agreed on", append(long, keepalive()...), []string{"0 update", "0 keepalive"}},
		{"longer than was agreed on and cut off", long[:4500], []string{"0 update"}},
		{"cut in a message", append(keepalive(), long[:20]...), []string{"0 keepalive", fmt.Sprintf("! octet 19: the stream ends with 20 octets of a message of %d", len(long))}},
		{"cut in a header", append(keepalive(), marker...), []string{"0 keepalive", "! octet 19: the stream ends with 16 octets of a header"}},
		{"many octets that are none", append(bytes.Repeat([]byte{0}, 100_000), keepalive()...), []string{"0 65535 octets", "! octet 65535: 34465 octets were skipped up to the next marker", "0 keepalive"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "cut in a message" {
				wantLines(t, told(t, c.file, Options{Format: Raw, ExtendedMessage: true}), c.want...)
				return
			}
			wantLines(t, told(t, c.file, Options{Format: Raw}), c.want...)
		})
	}
}

// TestRawInPieces says that it does not matter how the source cuts the octets.
func TestRawInPieces(t *testing.T) {
	file := slices.Concat(open(1, nil), update("192.0.2.0/24", 3000), keepalive())
	r, err := NewReader(iotest.OneByteReader(bytes.NewReader(file)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var at []int64
	for m, err := range r.All() {
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, m.Position)
	}
	if want := []int64{0, int64(len(open(1, nil))), int64(len(file) - 19)}; !slices.Equal(at, want) {
		t.Errorf("messages at %v, want %v", at, want)
	}
}

func TestRawSourceFails(t *testing.T) {
	r, err := NewReader(io.MultiReader(bytes.NewReader(keepalive()), iotest.ErrReader(iotest.ErrTimeout)), Options{Format: Raw})
	if err != nil {
		t.Fatal(err)
	}
	var last error
	for _, err := range r.All() {
		last = err
	}
	if last == nil || !strings.Contains(last.Error(), "timeout") {
		t.Errorf("got %v", last)
	}
}

func TestHex(t *testing.T) {
	text := func(b []byte) string { return fmt.Sprintf("%x", b) }
	for _, c := range []struct {
		name string
		file string
		want []string
	}{
		{"lines", text(keepalive()) + "\n" + text(open(1, nil)) + "\n", []string{"0 keepalive", "0 open"}},
		{"no newline at the end, capitals, blanks, empty lines", "\n" + strings.ToUpper(text(keepalive())) + "\r\n \t\r\n" + fmt.Sprintf("% x", open(1, nil)), []string{"0 keepalive", "0 open"}},
		{"a line that is no message is one all the same", "0102\n", []string{"0 2 octets"}},
		{"a letter", text(keepalive()) + "\n0xff\n" + text(keepalive()), []string{"0 keepalive", `! line 2: 'x' in column 2: expected a hexadecimal digit`, "0 keepalive"}},
		{"half an octet", "ffff f\n" + text(keepalive()), []string{"! line 1: the last octet has one digit: expected two, 5 digits are there", "0 keepalive"}},
		{"a line that is too long", strings.Repeat("f", 3*maxLine) + "\n" + text(keepalive()) + "\n", []string{fmt.Sprintf("! line 1: the line is longer than %d octets", maxLine), "0 keepalive"}},
	} {
		t.Run(c.name, func(t *testing.T) { wantLines(t, told(t, []byte(c.file), Options{Format: Hex}), c.want...) })
	}
	for m := range reader(t, []byte("\n\n"+text(keepalive())), Options{}).All() {
		if m.Position != 3 {
			t.Errorf("line %d, want 3", m.Position)
		}
	}
}

func TestDetect(t *testing.T) {
	tap := newTap()
	for _, c := range []struct {
		name string
		file []byte
		want Format
	}{
		{"pcap", tap.file(), Pcap},
		{"pcapng", tap.fileNG(), Pcap},
		{"MRT", peers(), MRT},
		{"hexadecimal text", []byte("FF ff\n"), Hex},
		{"messages", keepalive(), Raw},
		{"nothing", nil, Raw},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := reader(t, c.file, Options{}).Format(); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
	for name, file := range map[string]string{"text": "neighbor 10.0.0.1", "broken gzip": "\x1f\x8b\xff\xff\xff"} {
		if _, err := NewReader(strings.NewReader(file), Options{}); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if _, err := NewReader(iotest.ErrReader(iotest.ErrTimeout), Options{}); err == nil {
		t.Error("a source that fails was accepted")
	}
}

func TestLoopMayEnd(t *testing.T) {
	tap := newTap()
	c := tap.connection(here, there).handshake()
	for range 5 {
		c.send(client, slices.Concat(keepalive(), keepalive())...)
	}
	table := slices.Concat(peers(), record(13, 2, slices.Concat([]byte{0, 0, 0, 1, 0, 0, 2}, entry(0, nil), entry(0, nil))...), []byte{1})
	for name, file := range map[string][]byte{"pcap": tap.file(), "raw": bytes.Repeat(keepalive(), 5), "hex": []byte("00\n00\n00"), "mrt": table} {
		r := reader(t, file, Options{})
		turns := 0
		for range r.All() {
			if turns++; turns == 1 {
				break
			}
		}
		if got := r.Counts().Messages; got != 1 {
			t.Errorf("%s: %d messages, want 1", name, got)
		}
		for range r.All() {
			t.Errorf("%s: a second loop has something left", name)
		}
	}
}

// TestFindHeaderAcrossCuts looks for a message behind octets of ones, however the octets are cut.
func TestFindHeaderAcrossCuts(t *testing.T) {
	stream := slices.Concat(bytes.Repeat([]byte{0xff}, 40), []byte{1, 2, 0xff, 0xff}, keepalive(), keepalive())
	for cut := range len(stream) {
		f := framer{lost: true}
		found, skipped := 0, int64(0)
		for _, part := range [][]byte{stream[:cut], stream[cut:]} {
			f.push(part)
			for m := f.next(wire.MaxMessage, false); m != nil; m = f.next(wire.MaxMessage, false) {
				if !bytes.Equal(m, keepalive()) {
					t.Fatalf("cut at %d: found %x", cut, m)
				}
				found, skipped, f.skipped = found+1, skipped+f.skipped, 0
				f.take(len(m))
			}
			f.keep()
		}
		if found != 2 || skipped != 44 {
			t.Errorf("cut at %d: %d messages behind %d octets, want 2 behind 44", cut, found, skipped)
		}
	}
}
