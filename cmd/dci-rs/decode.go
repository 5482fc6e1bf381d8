package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/dci-rs/dci-rs/capture"
	"github.com/dci-rs/dci-rs/nlri"
)

const decodeHelp = `Print the BGP messages of files, each FILE a capture (pcap, pcapng), MRT (updates
and table dumps), text with one message a line in hexadecimal digits, or the
octets of messages one after the other; gzip and bzip2 around it are taken off.
The format is told by the first octets unless a flag says it.

What the OPEN messages of a file agree on is learned from them. Where a file has
none, --as4, --add-path, --ext-msg and --ebgp stand in.

A message that is wrong has a line "error:" (with --json a member "error") that says
where, what, which RFC has it and what a speaker would do; offsets count from the
first octet of the header. Octets that belong to no message are told the same way,
with the type "fault". Decoding goes on behind either.

Exit status: 0 if nothing has an error, 1 if anything has, or if a FILE cannot be
read.`

func (a *app) decodeCommand() *cobra.Command {
	var o capture.Options
	var addPath []string
	formats := [...]capture.Format{capture.Pcap, capture.MRT, capture.Hex, capture.Raw}
	var chosen [len(formats)]bool
	c := &cobra.Command{
		Use:   "decode FILE...",
		Short: "Print BGP messages of captures, MRT, hex and raw octets, and what is wrong with them",
		Long:  decodeHelp,
		Example: "  dci-rs decode session.pcap\n  dci-rs decode --json updates.mrt.gz\n  tcpdump -i eth0 -U -w - port 179 | dci-rs decode -\n" +
			"  echo ffffffffffffffffffffffffffffffff001304 | dci-rs decode --hex -\n  dci-rs decode -q *.pcap            only what is wrong",
		Args: takes(1, math.MaxInt, "FILE, or - for standard input"),
		RunE: func(_ *cobra.Command, args []string) error {
			for i, format := range formats {
				switch {
				case !chosen[i]:
				case o.Format != capture.Auto:
					return fmt.Errorf("--%s and --%s: a file has one format, want one of them", o.Format, format)
				default:
					o.Format = format
				}
			}
			for _, name := range addPath {
				f, err := nlri.ParseFamily(name)
				if err != nil {
					return fmt.Errorf("--add-path: %w", err)
				}
				if !f.Supported() {
					return fmt.Errorf("--add-path: how routes of %s are written is not known", f)
				}
				o.AddPath = append(o.AddPath, f)
			}
			return a.decode(args, o)
		},
	}
	flags := c.Flags()
	flags.BoolVar(&chosen[0], "pcap", false, "the files are pcap or pcapng")
	flags.BoolVar(&chosen[1], "mrt", false, "the files are MRT (RFC 6396)")
	flags.BoolVar(&chosen[2], "hex", false, "the files are text, one message a line; blanks are ignored")
	flags.BoolVar(&chosen[3], "raw", false, "the files are messages one after the other")
	flags.BoolVar(&o.AS4, "as4", true, "AS numbers have 4 octets; --as4=false: they have 2")
	flags.StringSliceVar(&addPath, "add-path", nil, "routes of this `family` have a Path Identifier; again for another")
	flags.BoolVar(&o.ExtendedMessage, "ext-msg", false, "messages may be longer than 4096 octets (RFC 8654)")
	flags.BoolVar(&o.External, "ebgp", false, "the sessions are between autonomous systems")
	return c
}

// decode prints what is in files. Whoever reads the output may go away: then there is nothing more to do.
func (a *app) decode(paths []string, o capture.Options) error {
	signal.Ignore(syscall.SIGPIPE)
	p := &messagePrinter{app: a, paint: a.paint(), several: len(paths) > 1}
	for _, path := range paths {
		if err := p.file(path, o); err != nil {
			p.bad = true
			if wrapped, ok := errors.AsType[*fs.PathError](err); ok {
				err = wrapped.Err
			}
			p.say(err)
		}
		if p.err != nil {
			break
		}
	}
	p.flush()
	switch {
	case errors.Is(p.err, syscall.EPIPE):
		return nil
	case p.err != nil:
		return p.err
	case p.bad:
		return failure{status: 1}
	}
	return nil
}

// file prints one file.
func (p *messagePrinter) file(path string, o capture.Options) error {
	p.path, p.index, p.headed = path, 0, false
	in := io.Reader(os.Stdin)
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	r, err := capture.NewReader(flushBefore{p, in}, o)
	if err != nil {
		return err
	}
	p.unit = r.Format().Unit()
	for m, fault := range r.All() {
		p.found(m, fault)
		if p.err != nil {
			return nil
		}
	}
	if p.index == 0 && !p.quiet {
		p.say(errors.New("no BGP message in it"))
	}
	return nil
}

// flushBefore hands over what is printed before it waits for more to read.
type flushBefore struct {
	printer *messagePrinter
	in      io.Reader
}

func (f flushBefore) Read(b []byte) (int, error) {
	f.printer.flush()
	return f.in.Read(b)
}
