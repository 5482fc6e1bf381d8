package main

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/dci-rs/dci-rs/capture"
	"github.com/dci-rs/dci-rs/render"
	"github.com/dci-rs/dci-rs/wire"
)

// flushSize is how much output is gathered, in octets, before it is written.
const flushSize = 64 << 10

// messagePrinter prints messages and what cannot be read as one.
type messagePrinter struct {
	*app
	paint
	out []byte // printed and not written yet
	err error  // of writing
	bad bool   // something has an error

	several bool   // files
	path    string // of the file at hand
	headed  bool   // its name is printed
	unit    string // of positions in it
	index   int    // of the next message in it
	update  wire.Update
}

// say tells on standard error what is no message.
func (p *messagePrinter) say(err error) {
	p.flush()
	fmt.Fprintf(p.stderr, "dci-rs: %s: %v\n", p.path, err)
}

func (p *messagePrinter) flush() {
	if p.err == nil && len(p.out) > 0 {
		_, p.err = p.stdout.Write(p.out)
	}
	p.out = p.out[:0]
}

// found prints a message, or what could not be read.
func (p *messagePrinter) found(m *capture.Message, err error) {
	out := render.Message{Index: p.index, Unit: p.unit}
	if err == nil {
		p.decode(&out, m)
	} else if f, ok := errors.AsType[*capture.Fault](err); ok && !f.Note {
		out.Position, out.Source, out.Destination = f.Position, f.Src, f.Dst
		out.Length = int(f.Skipped)
		out.Err = &wire.Error{Action: wire.ActionNone, Reason: f.Reason}
	} else {
		if !p.quiet {
			p.say(err)
		}
		return
	}
	p.index++
	p.bad = p.bad || out.Err != nil
	if p.quiet && out.Err == nil {
		return
	}
	p.print(&out)
	if len(p.out) >= flushSize {
		p.flush()
	}
}

func (p *messagePrinter) print(m *render.Message) {
	if p.several && p.json {
		m.File = p.path
	}
	if p.json {
		p.out = append(render.AppendMessageJSON(p.out, m), '\n')
		return
	}
	if p.several && !p.headed {
		p.headed = true
		p.out = fmt.Appendf(p.out, "%s\n", p.bold(fmt.Sprintf("==> %q <==", p.path)))
	}
	start := len(p.out)
	p.out = render.AppendMessageText(p.out, m)
	if p.on {
		p.colour(start)
	}
}

// colour paints the text from start on: first line, withdrawn routes, errors.
func (p *messagePrinter) colour(start int) {
	plain := bytes.Clone(p.out[start:])
	p.out = p.out[:start]
	first := true
	for line := range bytes.Lines(plain) {
		text := string(bytes.TrimSuffix(line, []byte("\n")))
		switch {
		case first:
			text = p.bold(text)
		case bytes.HasPrefix(line, []byte("  + ")):
			text = p.green(text)
		case bytes.HasPrefix(line, []byte("  - ")):
			text = p.yellow(text)
		case bytes.HasPrefix(line, []byte("  error:")):
			text = p.red(text)
		}
		p.out = append(append(p.out, text...), '\n')
		first = false
	}
}

// decode reads a message as its receiver does.
func (p *messagePrinter) decode(out *render.Message, m *capture.Message) {
	out.Position, out.Time, out.Source, out.Destination = m.Position, m.Time, m.Src, m.Dst
	out.Length, out.AS4 = len(m.Bytes), m.Context.AS4
	if len(m.Bytes) < wire.HeaderLen {
		out.Err = &wire.Error{Code: wire.ErrHeader, Subcode: wire.BadMessageLength, Action: wire.ActionResetSession, Offset: len(m.Bytes),
			Reason: fmt.Sprintf("%d octets, a header has %d", len(m.Bytes), wire.HeaderLen)}
		return
	}
	out.Type = wire.MessageType(m.Bytes[wire.HeaderLen-1])
	var header wire.Header
	if header, out.Err = wire.ParseHeader(m.Bytes, m.Context.ReceiveLimit()); out.Err != nil {
		return
	}
	if header.Length != len(m.Bytes) {
		out.Err = &wire.Error{Code: wire.ErrHeader, Subcode: wire.BadMessageLength, Action: wire.ActionResetSession, Offset: 16,
			Reason: fmt.Sprintf("message length %d, but %d octets are there", header.Length, len(m.Bytes))}
		return
	}
	p.body(out, m.Bytes[wire.HeaderLen:], m.Context)
	if out.Err != nil {
		out.Err.Offset += wire.HeaderLen
	}
}

// body reads what stands behind a header that is sound. What could be read in spite of an error is shown.
func (p *messagePrinter) body(out *render.Message, body []byte, n *wire.Negotiated) {
	switch out.Type {
	case wire.TypeOpen:
		open, bad := wire.ParseOpen(body)
		if out.Err = bad; bad == nil || bad.Subcode != wire.UnsupportedVersion {
			out.Open = &open
		}
	case wire.TypeUpdate:
		out.Err = p.update.Parse(body, n)
		out.Update = &p.update
	case wire.TypeNotification:
		notification, bad := wire.ParseNotification(body)
		out.Notification, out.Err = &notification, bad
	case wire.TypeRouteRefresh:
		refresh, bad := wire.ParseRouteRefresh(body)
		out.RouteRefresh, out.Err = &refresh, bad
	}
}
