package capture

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// fuzzRead reads a file of octets nobody vouches for: whatever it is, every octet of it is handed over no
// more than so many times, and each message is at least there.
func fuzzRead(t *testing.T, file []byte, o Options) {
	r, err := NewReader(bytes.NewReader(file), o)
	if err != nil {
		return
	}
	total := 0
	var n counted
	for m, err := range r.All() {
		if err != nil {
			if err.Error() == "" {
				t.Error("a fault without a reason")
			}
			continue
		}
		if len(m.Bytes) == 0 || len(m.Bytes) > wire.MaxExtendedMessage || m.Context == nil {
			t.Fatalf("a message of %d octets, context %v", len(m.Bytes), m.Context)
		}
		total += len(m.Bytes)
		n.add(m)
	}
	// Table dumps repeat the prefix and the header for each entry of 8 octets and more.
	if total > 1000*(len(file)+100) {
		t.Errorf("%d octets of messages of a file of %d", total, len(file))
	}
}

func FuzzPcap(f *testing.F) {
	names, err := filepath.Glob("../testdata/pcaps/*.pcap")
	if err != nil || len(names) == 0 {
		f.Fatal(err, len(names))
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[:min(len(b), 1200)])
	}
	tap := newTap()
	c := tap.connection(here, there).handshake()
	c.send(client, slices.Concat(open(1, nil), keepalive())...)
	late := c.lose(client, update("192.0.2.0/24", 100)...)
	c.send(client, keepalive()...)
	c.capture(client, late, update("192.0.2.0/24", 100))
	six := tap.connection("[2001:db8::1]:1", "[2001:db8::2]:179")
	six.send(client, keepalive()...)
	f.Add(tap.file())
	f.Add(tap.fileNG())
	f.Fuzz(func(t *testing.T, file []byte) { fuzzRead(t, file, Options{Format: Pcap}) })
}

func FuzzMRT(f *testing.F) {
	f.Add(slices.Concat(record(16, 1, message(false, "192.0.2.1", "192.0.2.2", open(1, nil)...)...), record(16, 5, message(true, "192.0.2.1", "192.0.2.2", 0, 6, 0, 1)...)))
	f.Add(record(17, 9, append([]byte{0, 0, 0, 1}, message(true, "2001:db8::1", "2001:db8::2", update("192.0.2.0/24", 10)...)...)...))
	reach := wire.AppendAttr(nil, wire.FlagOptional, wire.AttrMPReach, []byte{4, 192, 0, 2, 1})
	for _, subtype := range []uint16{2, 3, 4, 5, 8, 9, 10, 11} {
		f.Add(append(peers(), record(13, subtype, slices.Concat([]byte{0, 0, 0, 1, 16, 0x20, 1, 0, 1}, entry(0, nil, reach...))...)...))
	}
	for _, family := range []nlri.Family{nlri.VPNv4, nlri.EVPN, nlri.FlowSpec4, nlri.BGPLS, nlri.VPLS} {
		head := []byte{0, 0, 0, 1, byte(family >> 16), byte(family >> 8), byte(family)}
		f.Add(append(peers(), record(13, 6, slices.Concat(head, []byte{0, 3, 0, 0, 1}, entry(0, nil, reach...))...)...))
	}
	f.Fuzz(func(t *testing.T, file []byte) { fuzzRead(t, file, Options{Format: MRT}) })
}

func FuzzHex(f *testing.F) {
	f.Add(fmt.Appendf(nil, "%x\n\n% X\n", keepalive(), open(1, nil)))
	f.Add([]byte("0x12\n123\n"))
	f.Fuzz(func(t *testing.T, file []byte) { fuzzRead(t, file, Options{Format: Hex}) })
}

// FuzzRaw says besides that every octet is in a message or in a fault, and in one of them only.
func FuzzRaw(f *testing.F) {
	f.Add(slices.Concat(open(1, nil), keepalive(), update("192.0.2.0/24", 100)))
	f.Add(slices.Concat([]byte{1}, keepalive(), marker, marker, keepalive()[:17]))
	f.Fuzz(func(t *testing.T, file []byte) {
		fuzzRead(t, file, Options{Format: Raw})
		r, total := reader(t, file, Options{Format: Raw}), 0
		for m, err := range r.All() {
			if err == nil {
				total += len(m.Bytes)
			}
		}
		if total+int(r.Counts().Skipped) != len(file) {
			t.Errorf("%d octets in messages and %d skipped, of %d", total, r.Counts().Skipped, len(file))
		}
	})
}
