package capture

import (
	"fmt"
	"io"
	"iter"
	"net/netip"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// Format is the kind of file.
type Format uint8

const (
	Auto Format = iota // told by the first octets
	Pcap               // pcap or pcapng
	MRT                // RFC 6396
	Hex                // text, one message a line in hexadecimal digits; blanks and empty lines mean nothing
	Raw                // messages one after the other
)

func (f Format) String() string {
	return [...]string{"auto", "pcap", "mrt", "hex", "raw"}[f]
}

// Unit is what Position counts.
func (f Format) Unit() string {
	return [...]string{"octet", "packet", "record", "line", "octet"}[f]
}

// Options says how to read a file. AS4 and the fields after it stand in for the OPEN messages where the
// file has none; where it has one of the two, they count as far as that one allows.
type Options struct {
	Format          Format
	AS4             bool          // AS numbers have 4 octets
	AddPath         []nlri.Family // NLRI of these families have a Path Identifier
	ExtendedMessage bool          // messages may be longer than 4,096 octets
	External        bool          // eBGP
}

// Message is a BGP message of a file. It is valid until the next turn of the loop that All feeds.
type Message struct {
	Index    int            // counts messages from 0
	Time     time.Time      // of capture; of the dump for a table dump; zero if the file does not say
	Src, Dst netip.AddrPort // MRT has no ports; Dst is invalid in a table dump; Hex and Raw have neither
	Session  int            // counts sessions from 0: a TCP connection, a pair of MRT peers, a peer of a table dump
	Position int64          // of its last packet, its record, its line (from 1), or its first octet (from 0)

	// Bytes is the message with its header, as it came and not checked. It is never empty. Of a stream of
	// octets it is as long as its header says, unless that is wrong: then it ends before the next marker
	// at the latest, and can be shorter than a header. Of Hex and MRT it is what the line or the record
	// holds, whatever the header says.
	Bytes []byte
	// Context is what the receiver had agreed on with the sender. It stays valid.
	Context *wire.Negotiated
}

// Fault is something of a file that could not be read. What comes behind it is read.
type Fault struct {
	Unit     string         // packet, record, line or octet
	Position int64          // where, in units
	Src, Dst netip.AddrPort // of the TCP stream it concerns, if any
	Missing  int64          // octets of the stream that the file does not have
	Skipped  int64          // octets that are there and part of no message that can be read
	Note     bool           // nothing is lost; it is only worth saying
	Reason   string
	Err      error // of the source, if that is the reason
}

func (f *Fault) Error() string {
	where := fmt.Sprintf("%s %d", f.Unit, f.Position)
	if f.Src.IsValid() {
		where += fmt.Sprintf(", %s > %s", f.Src, f.Dst)
	}
	return where + ": " + f.Reason
}

func (f *Fault) Unwrap() error { return f.Err }

// Counts is what a Reader has met so far.
type Counts struct {
	Messages     int
	Sessions     int   // with at least one message
	Packets      int   // of a capture
	OtherPackets int   // of those, the ones that are no TCP or of no BGP session
	Records      int   // of an MRT file
	StateChanges int   // of those, the ones that say how a session went
	OtherRecords int   // of those, the ones that hold neither BGP messages nor routes
	Faults       int   // notes left out
	Repeated     int64 // octets of TCP that came more than once
	Missing      int64 // the sum of Fault.Missing
	Skipped      int64 // the sum of Fault.Skipped
}

// Reader reads one file once.
type Reader struct {
	format Format
	file   source
	out    output
}

// source is a file of one format. It reads all of it unless out has ended before.
type source interface{ read(out *output) }

// NewReader looks at the beginning of a file, which may be compressed by gzip or bzip2. An error says
// that it is not of the format.
func NewReader(file io.Reader, o Options) (*Reader, error) {
	in, err := decompress(file)
	if err != nil {
		return nil, err
	}
	if o.Format == Auto {
		if o.Format, err = detect(in); err != nil {
			return nil, err
		}
	}
	if o.Format > Raw {
		return nil, fmt.Errorf("format %d is none of those known", o.Format)
	}
	fallback := o.context()
	r := &Reader{format: o.Format, out: output{unit: o.Format.Unit()}}
	switch o.Format {
	case Pcap:
		r.file, err = newPackets(in, fallback)
	case MRT:
		r.file = newRecords(in, fallback)
	case Hex:
		r.file = &lines{in, fallback}
	case Raw:
		r.file = &octets{in, fallback}
	}
	return r, err
}

// Format is the format of the file, never Auto.
func (r *Reader) Format() Format { return r.format }

// Counts is what was met so far.
func (r *Reader) Counts() Counts { return r.out.counts }

// All yields the messages in the order in which they were complete, and between them, each as a *Fault,
// what could not be read. It yields once: a second call has nothing left.
func (r *Reader) All() iter.Seq2[*Message, error] {
	return func(yield func(*Message, error) bool) {
		if r.file == nil {
			return
		}
		file := r.file
		r.file, r.out.yield = nil, yield
		file.read(&r.out)
	}
}

// output hands over what the reader of a format finds.
type output struct {
	yield   func(*Message, error) bool
	ended   bool // the loop is over: nothing more is wanted
	unit    string
	message Message
	counts  Counts
}

// send hands over out.message, of which the caller set all but Index.
func (out *output) send() {
	out.message.Index = out.counts.Messages
	out.counts.Messages++
	out.ended = out.ended || !out.yield(&out.message, nil)
}

func (out *output) fault(f Fault) {
	f.Unit = out.unit
	if !f.Note {
		out.counts.Faults++
	}
	out.counts.Missing += f.Missing
	out.counts.Skipped += f.Skipped
	out.ended = out.ended || !out.yield(nil, &f)
}

// newSession is the number of the next session.
func (out *output) newSession() int {
	out.counts.Sessions++
	return out.counts.Sessions - 1
}

// firstMessage counts the one session of a file that knows of none.
func (out *output) firstMessage() {
	if out.counts.Sessions == 0 {
		out.newSession()
	}
}
