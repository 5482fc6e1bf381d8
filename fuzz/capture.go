package fuzz

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/dci-rs/dci-rs/capture"
	"github.com/dci-rs/dci-rs/wire"
)

// Pcap reads a file of pcap or pcapng, MRT one of MRT, compressed or not. Whatever the file, reading
// ends, what could not be read is said, and messages come with all that a decoder needs.
func Pcap(in []byte) error { return captured(in, capture.Pcap) }

// MRT is as Pcap.
func MRT(in []byte) error { return captured(in, capture.MRT) }

// Stream reads messages one after the other (first octet even) or lines of hexadecimal text (odd).
// No octet of a stream is lost silently.
func Stream(in []byte) error {
	r := reader(in)
	if r.octet()&1 != 0 {
		return captured(r, capture.Hex)
	}
	return captured(r, capture.Raw)
}

func captured(in []byte, format capture.Format) error {
	file, err := capture.NewReader(bytes.NewReader(in), capture.Options{Format: format, AS4: true})
	if err != nil {
		return oneLine(err.Error())
	}
	messages, faults, octets := 0, 0, int64(0)
	for m, err := range file.All() {
		if err != nil {
			fault, ok := errors.AsType[*capture.Fault](err)
			if !ok || m != nil {
				return fmt.Errorf("%+v with the error %w, which is no Fault", m, err)
			}
			if !fault.Note {
				faults++
			}
			octets += fault.Skipped
			if err := oneLine(err.Error()); err != nil {
				return err
			}
			continue
		}
		if m.Index != messages || m.Context == nil || m.Position < 0 || len(m.Bytes) == 0 {
			return fmt.Errorf("message %d is %+v", messages, m)
		}
		messages++
		octets += int64(len(m.Bytes))
		if err := decoded(m); err != nil {
			return err
		}
	}
	counts := file.Counts()
	if counts.Messages != messages || counts.Faults != faults || counts.Sessions > messages {
		return fmt.Errorf("%d messages and %d faults are counted as %+v", messages, faults, counts)
	}
	if format == capture.Raw && octets != int64(len(in)) {
		return fmt.Errorf("%d octets of %d are in messages or were skipped", octets, len(in))
	}
	return nil
}

// decoded does with a message of a file what the decoder does.
func decoded(m *capture.Message) error {
	if len(m.Bytes) < wire.HeaderLen {
		return nil
	}
	h, bad := wire.ParseHeader(m.Bytes, m.Context.ReceiveLimit())
	if bad != nil || h.Length != len(m.Bytes) {
		return nil
	}
	return body(h, m.Bytes, m.Context)
}
