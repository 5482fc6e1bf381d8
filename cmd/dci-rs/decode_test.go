package main

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/dci-rs/dci-rs/capture"
	"github.com/dci-rs/dci-rs/wire"
)

// What a program writes into a pipe is printed while it pauses.
func TestDecodePrintsBeforeItWaits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	output, stdout := io.Pipe()
	a := &app{stdout: stdout, stderr: stdout}
	done := make(chan error, 1)
	go func() {
		done <- a.decode([]string{path}, capture.Options{Format: capture.Hex})
		stdout.Close()
	}()
	input, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(output)
	for range 2 {
		if _, err := io.WriteString(input, strings.Repeat("ff", 16)+"001304\n"); err != nil {
			t.Fatal(err)
		}
		if !lines.Scan() || !strings.Contains(lines.Text(), "keepalive") {
			t.Fatalf("%q, %v", lines.Text(), lines.Err())
		}
	}
	input.Close()
	if lines.Scan() {
		t.Errorf("%q", lines.Text())
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// On a terminal what matters has a colour, and nothing else changes.
func TestDecodeColour(t *testing.T) {
	const text = "0 update, 40 octets\n  - ipv4 11.0.0.0/8\n    origin igp\n  + ipv4 10.0.0.0/8\n  error: message 0\n"
	p := &messagePrinter{paint: paint{on: true}, out: []byte("before\n" + text)}
	p.colour(len("before\n"))
	const want = "before\n\x1b[1m0 update, 40 octets\x1b[0m\n\x1b[33m  - ipv4 11.0.0.0/8\x1b[0m\n    origin igp\n\x1b[32m  + ipv4 10.0.0.0/8\x1b[0m\n\x1b[31m  error: message 0\x1b[0m\n"
	if string(p.out) != want {
		t.Errorf("\n got %q\nwant %q", p.out, want)
	}
}

// A sound UPDATE is printed without allocating, so that memory does not grow with a file.
func TestDecodeAllocs(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "testdata", "pcaps", "evpn_rr-frr.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := capture.NewReader(f, capture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	updates := 0
	for m, err := range r.All() {
		if err != nil {
			t.Fatal(err)
		}
		if wire.MessageType(m.Bytes[wire.HeaderLen-1]) != wire.TypeUpdate {
			continue
		}
		updates++
		for _, json := range []bool{false, true} {
			p := &messagePrinter{app: &app{stdout: io.Discard, json: json}, unit: "packet", out: make([]byte, 0, 2*flushSize)}
			if n := testing.AllocsPerRun(2, func() { p.found(m, nil) }); n != 0 {
				t.Errorf("message %d, json %v: %v allocations", m.Index, json, n)
			}
		}
	}
	if updates == 0 {
		t.Error("no UPDATE")
	}
}

func BenchmarkDecode(b *testing.B) {
	var stream []byte
	for _, name := range []string{"evpn_rr-frr", "vpn-frr", "bgpls-gobgp4", "vpls-gobgp4"} {
		f, err := os.Open(filepath.Join("..", "..", "testdata", "pcaps", name+".pcap"))
		if err != nil {
			b.Fatal(err)
		}
		r, err := capture.NewReader(f, capture.Options{})
		if err != nil {
			b.Fatal(err)
		}
		for m, err := range r.All() {
			if err != nil {
				b.Fatal(err)
			}
			stream = append(stream, m.Bytes...)
		}
		f.Close()
	}
	path := filepath.Join(b.TempDir(), "raw")
	for len(stream) < 8<<20 {
		stream = append(stream, stream...)
	}
	if err := os.WriteFile(path, stream, 0o600); err != nil {
		b.Fatal(err)
	}
	for name, json := range map[string]bool{"text": false, "json": true} {
		b.Run(name, func(b *testing.B) {
			a := &app{stdout: io.Discard, stderr: io.Discard, json: json}
			b.SetBytes(int64(len(stream)))
			b.ReportAllocs()
			for b.Loop() {
				if err := a.decode([]string{path}, capture.Options{AS4: true, ExtendedMessage: true}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
