package capture

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/dci-rs/dci-rs/wire"
)

// lines reads text with one message a line.
type lines struct {
	in      *bufio.Reader
	context *wire.Negotiated
}

func (l *lines) read(out *output) {
	out.message.Context = l.context
	in := bufio.NewReaderSize(l.in, maxLine)
	var message []byte
	for line := int64(1); !out.ended; line++ {
		text, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			skipped := int64(len(text))
			for errors.Is(err, bufio.ErrBufferFull) {
				text, err = in.ReadSlice('\n')
				skipped += int64(len(text))
			}
			out.fault(Fault{Position: line, Skipped: skipped, Reason: fmt.Sprintf("the line is longer than %d octets", maxLine)})
			text = nil
		}
		if text = bytes.TrimSuffix(text, []byte("\n")); len(text) > 0 {
			var reason string
			if message, reason = appendHex(message[:0], text); reason != "" {
				out.fault(Fault{Position: line, Skipped: int64(len(text)), Reason: reason})
			} else if len(message) > 0 {
				out.message.Position, out.message.Bytes = line, message
				out.firstMessage()
				out.send()
			}
		}
		if err != nil && !out.ended {
			if !errors.Is(err, io.EOF) {
				out.fault(Fault{Position: line, Reason: err.Error(), Err: err})
			}
			return
		}
	}
}

// appendHex appends the octets that text writes; reason says what is wrong with it.
func appendHex(dst, text []byte) (_ []byte, reason string) {
	var high byte
	half := false
	for i, c := range text {
		digit, ok := hexDigit(c)
		switch {
		case isBlank(c):
			continue
		case !ok:
			return dst, fmt.Sprintf("%q in column %d: expected a hexadecimal digit", c, i+1)
		case half:
			dst = append(dst, high<<4|digit)
		}
		high, half = digit, !half
	}
	if half {
		return dst, fmt.Sprintf("the last octet has one digit: expected two, %d digits are there", 2*len(dst)+1)
	}
	return dst, ""
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }
