package capture

import (
	"bytes"
	"fmt"

	"github.com/dci-rs/dci-rs/wire"
)

// framer cuts a stream of octets into messages. Turn by turn: push octets, ask for next and take it
// until there is none, keep. While it is lost it skips octets up to the next header that can be one.
type framer struct {
	view   []byte // what was pushed and not taken: borrowed, or rest
	rest   []byte // the octets kept
	offset int64  // of view in the stream, octets that are missing not counted

	lost             bool
	missing, skipped int64 // octets since the last message, to be told and set to 0 by the caller
	searched         int   // no marker begins before this octet of view, that of its own header apart
}

// push adds octets. It borrows them until keep.
func (f *framer) push(b []byte) {
	if len(f.rest) == 0 {
		f.view = b
		return
	}
	f.rest = append(f.rest, b...)
	f.view = f.rest
}

// keep copies what was not taken.
func (f *framer) keep() {
	switch {
	case len(f.view) == 0 && cap(f.rest) > keepBuffer:
		f.rest = nil
	case len(f.view) != len(f.rest):
		f.rest = append(f.rest[:0], f.view...)
	}
	f.view = nil
}

// take removes n octets from the front.
func (f *framer) take(n int) {
	f.view, f.offset, f.searched = f.view[n:], f.offset+int64(n), 0
}

// gap says that n octets of the stream are missing between what was kept and what comes.
func (f *framer) gap(n int64) {
	f.missing += n
	f.skipped += int64(len(f.rest))
	f.offset += int64(len(f.rest))
	f.rest, f.searched, f.lost = f.rest[:0], 0, true
}

// between says that a message has just ended and another one is due.
func (f *framer) between() bool { return len(f.rest) == 0 && !f.lost }

// next is the message at the front, or nil if more octets are needed. limit is the longest message the
// receiver takes; last says that no more octets will come. A message that the receiver would refuse by
// its header ends where its length says, but before the next marker, so that one wrong length does not
// hide the messages behind it.
func (f *framer) next(limit int, last bool) []byte {
	if f.lost {
		n := findHeader(f.view)
		f.skipped += int64(n)
		f.take(n)
	}
	if len(f.view) < wire.HeaderLen {
		return nil
	}
	f.lost = false
	h, bad := wire.ParseHeader(f.view, limit)
	if bad == nil {
		if len(f.view) < h.Length {
			return nil
		}
		return f.view[:h.Length:h.Length]
	}
	from := max(f.searched, 1)
	if bad.Subcode != wire.ConnectionNotSynchronized {
		from = max(f.searched, wire.HeaderLen)
	}
	end := len(f.view)
	if at := bytes.Index(f.view[min(from, end):], marker); at >= 0 {
		end = lastMarker(f.view, from+at)
		if h.Length >= wire.HeaderLen {
			end = min(end, h.Length)
		}
		return f.view[:end:end]
	}
	switch {
	case h.Length < wire.HeaderLen: // Nothing says where it ends.
		end = min(end, wire.MaxExtendedMessage)
		f.lost = true
	case end >= h.Length:
		end = h.Length
	case !last:
		f.searched = max(end-len(marker)+1, wire.HeaderLen)
		return nil
	}
	return f.view[:end:end]
}

// lastMarker is where a marker begins that was found at at: of a longer run of ones the last 16 are it, as a
// length that begins with ones is none.
func lastMarker(b []byte, at int) int {
	for at+len(marker) < len(b) && b[at+len(marker)] == 0xff {
		at++
	}
	return at
}

// findHeader is the offset of the first marker in b with a header that can be one behind it. If there is
// none it is the number of octets that are not part of one, whatever comes behind b.
func findHeader(b []byte) int {
	for at := 0; ; at++ {
		found := bytes.Index(b[at:], marker)
		if found < 0 {
			ones := 0
			for ones < min(len(b)-at, len(marker)-1) && b[len(b)-1-ones] == 0xff {
				ones++
			}
			return len(b) - ones
		}
		at = lastMarker(b, at+found)
		if len(b)-at < wire.HeaderLen {
			return at
		}
		if _, bad := wire.ParseHeader(b[at:], wire.MaxExtendedMessage); bad == nil {
			return at
		}
	}
}

// loss says in words what is missing and skipped; "" if nothing is.
func (f *framer) loss() string {
	switch {
	case f.missing > 0 && f.skipped > 0:
		return fmt.Sprintf("%d octets of the stream are missing, and %d were skipped because they are part of no whole message", f.missing, f.skipped)
	case f.missing > 0:
		return fmt.Sprintf("%d octets of the stream are missing", f.missing)
	case f.skipped > 0:
		return fmt.Sprintf("%d octets were skipped up to the next marker", f.skipped)
	}
	return ""
}

// end says what is wrong with the end of the stream, and counts what is left as skipped.
func (f *framer) end() string {
	left := len(f.view)
	f.skipped += int64(left)
	switch {
	case left == 0 || f.missing > 0:
		return f.loss()
	case f.lost:
		return fmt.Sprintf("%d octets at the end are part of no whole message", f.skipped)
	case left < wire.HeaderLen:
		return fmt.Sprintf("the stream ends with %d octets of a header", left)
	}
	h, _ := wire.ParseHeader(f.view, wire.MaxExtendedMessage)
	return fmt.Sprintf("the stream ends with %d octets of a message of %d", left, h.Length)
}
