package server

import (
	"errors"
	"os"
	"strconv"
	"syscall"
	"unicode/utf8"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
)

// maxText is how many octets of what a neighbor says are shown.
const maxText = 512

// printable makes text from elsewhere safe to show: control characters and what is not UTF-8 are
// escaped, and it is cut when it is long.
func printable(s string) string {
	if len(s) > maxText {
		n := maxText
		for !utf8.RuneStart(s[n]) && n > maxText-utf8.UTFMax {
			n--
		}
		s = s[:n] + "…"
	}
	safe := make([]byte, 0, len(s))
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 || !strconv.IsPrint(r) {
			quoted := strconv.Quote(s[:n])
			safe = append(safe, quoted[1:len(quoted)-1]...)
		} else {
			safe = append(safe, s[:n]...)
		}
		s = s[n:]
	}
	return string(safe)
}

// describe is the route of a report in one line.
func describe(e rib.Event) string {
	return printable(string(nlri.AppendText(nil, e.Family, e.Form, e.NLRI)))
}

// cause is the reason behind a network error, without the addresses and ports that would make every
// attempt's reason a new one.
func cause(err error) string {
	var call *os.SyscallError
	if errors.As(err, &call) {
		err = call.Err
	}
	switch {
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the neighbor reset the connection"
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "the neighbor does not answer"
	}
	return err.Error()
}
