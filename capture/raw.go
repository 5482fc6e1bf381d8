package capture

import (
	"bufio"
	"errors"
	"io"

	"github.com/dci-rs/dci-rs/wire"
)

// octets reads messages that stand one after the other.
type octets struct {
	in      *bufio.Reader
	context *wire.Negotiated
}

func (o *octets) read(out *output) {
	out.message.Context = o.context
	var f framer
	chunk := make([]byte, bufferSize)
	for {
		n, err := o.in.Read(chunk)
		f.push(chunk[:n])
		o.cut(out, &f, err != nil)
		if out.ended {
			return
		}
		if err != nil {
			if reason := f.end(); reason != "" {
				out.fault(Fault{Position: f.offset, Skipped: f.skipped, Reason: reason})
			}
			if !errors.Is(err, io.EOF) && !out.ended {
				out.fault(Fault{Position: f.offset, Reason: err.Error(), Err: err})
			}
			return
		}
		f.keep()
	}
}

func (o *octets) cut(out *output, f *framer, last bool) {
	for !out.ended {
		message := f.next(o.context.ReceiveLimit(), last)
		if message == nil {
			return
		}
		if reason := f.loss(); reason != "" {
			out.fault(Fault{Position: f.offset - f.skipped, Skipped: f.skipped, Reason: reason})
			f.missing, f.skipped = 0, 0
			if out.ended {
				return
			}
		}
		out.firstMessage()
		out.message.Position, out.message.Bytes = f.offset, message
		out.send()
		f.take(len(message))
	}
}
