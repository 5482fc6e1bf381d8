package capture

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

const mrtHeader = 12 // timestamp (4 octets), type (2), subtype (2), length of what follows (4)

// Types of records, RFC 6396 §4.
const (
	mrtTableDumpV2 = 13
	mrtBGP4MP      = 16
	mrtBGP4MPET    = 17 // microseconds in 4 octets come first
)

// records reads an MRT file.
type records struct {
	in       *bufio.Reader
	out      *output
	fallback *wire.Negotiated
	number   int64
	buf      []byte
	sessions map[mrtPair]*mrtSession
	table    table
	foreign  map[uint32]bool // types that were told of
}

// mrtPair is a session between a collector and its peer.
type mrtPair struct {
	peer, local       netip.Addr
	peerASN, localASN uint32
}

type mrtSession struct {
	number int
	dialogue
	forms [2][4]*wire.Negotiated // of each side, as the subtype of a record changes it
}

// Sides of an mrtSession.
const (
	peerSide = iota
	localSide
)

func newRecords(in *bufio.Reader, fallback *wire.Negotiated) *records {
	return &records{in: in, fallback: fallback, sessions: map[mrtPair]*mrtSession{}, table: newTable(fallback), foreign: map[uint32]bool{}}
}

func (r *records) read(out *output) {
	r.out, r.table.out = out, out
	var header [mrtHeader]byte
	for r.number = 1; !out.ended; r.number++ {
		if _, err := io.ReadFull(r.in, header[:]); err != nil {
			if !errors.Is(err, io.EOF) {
				r.fault(0, err, "the file ends in the middle of a header: %v", err)
			}
			return
		}
		length := binary.BigEndian.Uint32(header[8:])
		if length > maxRecord {
			if _, err := r.in.Discard(int(length)); err != nil {
				r.fault(0, err, "a record of %d octets, more than the file has: %v", length, err)
				return
			}
			out.counts.Records++
			r.fault(int64(length), nil, "a record of %d octets: %d is the most that is read", length, maxRecord)
			continue
		}
		if uint32(cap(r.buf)) < length {
			r.buf = make([]byte, length)
		}
		r.buf = r.buf[:length]
		if n, err := io.ReadFull(r.in, r.buf); err != nil {
			r.fault(int64(n), err, "the file ends with %d octets of a record of %d: %v", n, length, err)
			return
		}
		out.counts.Records++
		r.record(time.Unix(int64(binary.BigEndian.Uint32(header[:])), 0).UTC(), binary.BigEndian.Uint16(header[4:]), binary.BigEndian.Uint16(header[6:]))
	}
}

func (r *records) fault(skipped int64, err error, format string, args ...any) {
	r.out.fault(Fault{Position: r.number, Skipped: skipped, Reason: fmt.Sprintf(format, args...), Err: err})
}

func (r *records) record(at time.Time, kind, subtype uint16) {
	body := r.buf
	known := true
	var err error
	switch kind {
	case mrtBGP4MPET:
		if len(body) < 4 {
			err = errors.New("cut off in its microseconds")
			break
		}
		// RFC 6396 §3: the microseconds are added to the timestamp.
		at = at.Add(time.Duration(binary.BigEndian.Uint32(body)) * time.Microsecond)
		body = body[4:]
		fallthrough
	case mrtBGP4MP:
		known, err = r.bgp4mp(at, subtype, body)
	case mrtTableDumpV2:
		known, err = r.table.record(at, r.number, subtype, body)
	default:
		known = false
	}
	if err != nil {
		r.fault(int64(len(body)), nil, "type %d subtype %d: %v", kind, subtype, err)
	}
	if !known {
		r.out.counts.OtherRecords++
		// A file has few of the types that exist; one that has many is not worth a line each.
		if t := uint32(kind)<<16 | uint32(subtype); !r.foreign[t] && len(r.foreign) < 64 {
			r.foreign[t] = true
			r.out.fault(Fault{Position: r.number, Note: true, Reason: fmt.Sprintf("records of type %d subtype %d are left out, this is the first", kind, subtype)})
		}
	}
}

// mrtSubtype is what a subtype of BGP4MP says, RFC 6396 §4.4 and RFC 8050 §3.
type mrtSubtype struct{ message, state, as4, local, addPath bool }

func bgp4mpSubtype(subtype uint16) mrtSubtype {
	switch subtype {
	case 0: // BGP4MP_STATE_CHANGE
		return mrtSubtype{state: true}
	case 1: // BGP4MP_MESSAGE
		return mrtSubtype{message: true}
	case 4: // BGP4MP_MESSAGE_AS4
		return mrtSubtype{message: true, as4: true}
	case 5: // BGP4MP_STATE_CHANGE_AS4
		return mrtSubtype{state: true, as4: true}
	case 6: // BGP4MP_MESSAGE_LOCAL
		return mrtSubtype{message: true, local: true}
	case 7: // BGP4MP_MESSAGE_AS4_LOCAL
		return mrtSubtype{message: true, as4: true, local: true}
	case 8: // BGP4MP_MESSAGE_ADDPATH
		return mrtSubtype{message: true, addPath: true}
	case 9: // BGP4MP_MESSAGE_AS4_ADDPATH
		return mrtSubtype{message: true, as4: true, addPath: true}
	case 10: // BGP4MP_MESSAGE_LOCAL_ADDPATH
		return mrtSubtype{message: true, local: true, addPath: true}
	case 11: // BGP4MP_MESSAGE_AS4_LOCAL_ADDPATH
		return mrtSubtype{message: true, as4: true, local: true, addPath: true}
	}
	return mrtSubtype{}
}

func (r *records) bgp4mp(at time.Time, subtype uint16, body []byte) (known bool, _ error) {
	t := bgp4mpSubtype(subtype)
	if !t.message && !t.state {
		return false, nil
	}
	pair, rest, err := parsePair(body, t.as4)
	if err != nil {
		return true, err
	}
	if t.state {
		r.out.counts.StateChanges++
		const established = 6
		if len(rest) >= 4 && binary.BigEndian.Uint16(rest) == established {
			delete(r.sessions, pair)
		}
		return true, nil
	}
	if len(rest) == 0 || len(rest) > wire.MaxExtendedMessage {
		return true, fmt.Errorf("a message of %d octets", len(rest))
	}
	s := r.sessions[pair]
	if s == nil {
		if len(r.sessions) >= maxSessions {
			clear(r.sessions)
		}
		fallback := *r.fallback
		fallback.LocalASN, fallback.PeerASN = pair.localASN, pair.peerASN
		fallback.Internal = pair.localASN == pair.peerASN
		s = &mrtSession{number: r.out.newSession(), dialogue: newDialogue(&fallback)}
		r.sessions[pair] = s
	}
	m := &r.out.message
	side := peerSide
	m.Src, m.Dst = netip.AddrPortFrom(pair.peer, 0), netip.AddrPortFrom(pair.local, 0)
	if t.local {
		side, m.Src, m.Dst = localSide, m.Dst, m.Src
	}
	if s.hear(side, rest) {
		s.forms = [2][4]*wire.Negotiated{}
	}
	m.Time, m.Session, m.Position, m.Bytes, m.Context = at, s.number, r.number, rest, s.context(side, t)
	r.out.send()
	return true, nil
}

// parsePair reads what stands before a message: AS numbers of peer and collector (2 octets each, or 4),
// interface (2), address family (2), addresses of peer and collector.
func parsePair(b []byte, as4 bool) (p mrtPair, rest []byte, _ error) {
	width := 2
	if as4 {
		width = 4
	}
	if len(b) < 2*width+4 {
		return p, nil, fmt.Errorf("%d octets, cut off in its AS numbers", len(b))
	}
	if p.peerASN, p.localASN = uint32(binary.BigEndian.Uint16(b)), uint32(binary.BigEndian.Uint16(b[2:])); as4 {
		p.peerASN, p.localASN = binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
	}
	afi := nlri.AFI(binary.BigEndian.Uint16(b[2*width+2:]))
	b = b[2*width+4:]
	size := 4
	switch afi {
	case nlri.AFIIPv4:
	case nlri.AFIIPv6:
		size = 16
	default:
		return p, nil, fmt.Errorf("addresses of family %d: want 1 (IPv4) or 2 (IPv6)", afi)
	}
	if len(b) < 2*size {
		return p, nil, errors.New("cut off in its addresses")
	}
	p.peer, _ = netip.AddrFromSlice(b[:size])
	p.local, _ = netip.AddrFromSlice(b[size : 2*size])
	return p, b[2*size:], nil
}

// context is how a record's message is to be read. The subtype says more than the OPENs: the collector
// may have changed what it wrote.
func (s *mrtSession) context(side int, t mrtSubtype) *wire.Negotiated {
	form := &s.forms[side][0]
	switch {
	case t.as4 && t.addPath:
		form = &s.forms[side][3]
	case t.addPath:
		form = &s.forms[side][2]
	case t.as4:
		form = &s.forms[side][1]
	}
	if *form == nil {
		*form = withForm(s.sent[side], t.as4, t.addPath)
	}
	return *form
}

// withForm is n with AS numbers of that width, and Path Identifiers in every family or in none.
func withForm(n *wire.Negotiated, as4, addPath bool) *wire.Negotiated {
	m := *n
	m.AS4 = as4
	m.Families = make([]wire.FamilyOptions, len(n.Families))
	for i, o := range n.Families {
		o.Receive &^= nlri.AddPath
		if addPath {
			o.Receive |= nlri.AddPath
		}
		m.Families[i] = o
	}
	return &m
}
