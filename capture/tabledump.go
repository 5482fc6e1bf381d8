package capture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// Subtypes of TABLE_DUMP_V2, RFC 6396 §4.3 and RFC 8050 §4.
const (
	dumpPeers          = 1
	dumpIPv4           = 2
	dumpIPv4Multicast  = 3
	dumpIPv6           = 4
	dumpIPv6Multicast  = 5
	dumpGeneric        = 6
	dumpGenericAddPath = 12
	dumpAddPath        = 6 // from dumpIPv4 to its ADDPATH twin, and so on
)

// table turns a table dump into the UPDATE messages that would have told of it, one for each entry.
type table struct {
	out      *output
	peers    []dumpPeer
	contexts [2]*wire.Negotiated // without and with Path Identifiers
	update   []byte

	toldNextHop bool
}

// dumpPeer is an entry of a PEER_INDEX_TABLE.
type dumpPeer struct {
	address netip.AddrPort
	session int // -1 before its first route
}

// newTable reads entries as RFC 6396 §4.3.4 has them: AS numbers have 4 octets, and an entry can be longer
// than a message of 4,096 octets.
func newTable(fallback *wire.Negotiated) table {
	long := *fallback
	long.ExtendedMessage = true
	return table{contexts: [2]*wire.Negotiated{withForm(&long, true, false), withForm(&long, true, true)}}
}

var errCutOff = errors.New("cut off")

// record reads one record.
func (t *table) record(at time.Time, number int64, subtype uint16, body []byte) (known bool, _ error) {
	switch {
	case subtype == dumpPeers:
		return true, t.readPeers(body)
	case subtype < dumpIPv4 || subtype > dumpGenericAddPath || subtype == dumpGeneric+1:
		return false, nil
	case t.peers == nil:
		return true, errors.New("routes before the index of peers")
	case len(body) < 4: // the sequence number
		return true, errCutOff
	}
	e := dumpEntry{at: at, number: number}
	body = body[4:]
	if subtype > dumpGeneric {
		subtype, e.addPath = subtype-dumpAddPath, true
	}
	switch subtype {
	case dumpIPv4:
		e.family = nlri.IPv4Unicast
	case dumpIPv4Multicast:
		e.family = nlri.IPv4Multicast
	case dumpIPv6:
		e.family = nlri.IPv6Unicast
	case dumpIPv6Multicast:
		e.family = nlri.IPv6Multicast
	default:
		if len(body) < 3 {
			return true, errCutOff
		}
		e.generic, e.family = true, nlri.FamilyOf(nlri.AFI(binary.BigEndian.Uint16(body)), nlri.SAFI(body[2]))
		body = body[3:]
	}
	size, err := e.firstNLRI(body)
	if err != nil {
		return true, err
	}
	e.nlri, body = body[:size], body[size:]
	t.entries(&e, body)
	return true, nil
}

// firstNLRI is the length of the NLRI that b begins with.
func (e *dumpEntry) firstNLRI(b []byte) (int, error) {
	if !e.generic {
		if len(b) < 1 || len(b) < 1+(int(b[0])+7)/8 {
			return 0, errors.New("cut off in its prefix")
		}
		return 1 + (int(b[0])+7)/8, nil
	}
	// RFC 8050 §4.2: the Path Identifier of a generic record is in its NLRI.
	form := nlri.LabelStack
	if e.addPath {
		form |= nlri.AddPath
	}
	// Of all that b begins with, one NLRI alone is the shortest field that can be cut.
	const most = 4096
	var err error
	for size := 1; size <= min(len(b), most); size++ {
		if _, err = nlri.ParseList(e.family, form, b[:size]); err == nil {
			return size, nil
		}
	}
	if err == nil {
		err = errCutOff
	}
	return 0, err
}

// readPeers reads a PEER_INDEX_TABLE: identifier of the collector (4 octets), name of the view behind its
// length (2), number of peers (2), peers.
func (t *table) readPeers(b []byte) error {
	if len(b) < 6 || len(b) < 8+int(binary.BigEndian.Uint16(b[4:])) {
		return errCutOff
	}
	b = b[6+binary.BigEndian.Uint16(b[4:]):]
	count := int(binary.BigEndian.Uint16(b))
	b = b[2:]
	t.peers = make([]dumpPeer, 0, min(count, len(b)/11))
	for range count {
		if len(b) < 1 {
			return fmt.Errorf("cut off after %d of %d peers", len(t.peers), count)
		}
		const ipv6, as4 = 1, 2 // bits of the first octet
		address, asn := 4, 2
		if b[0]&ipv6 != 0 {
			address = 16
		}
		if b[0]&as4 != 0 {
			asn = 4
		}
		// The router-id of the peer stands before its address.
		size := 5 + address + asn
		if len(b) < size {
			return fmt.Errorf("cut off after %d of %d peers", len(t.peers), count)
		}
		p := dumpPeer{session: -1}
		a, _ := netip.AddrFromSlice(b[5 : 5+address])
		p.address = netip.AddrPortFrom(a, 0)
		t.peers = append(t.peers, p)
		b = b[size:]
	}
	return nil
}

// dumpEntry is what the entries of a record have in common.
type dumpEntry struct {
	at               time.Time
	number           int64
	family           nlri.Family
	generic, addPath bool
	nlri             []byte
}

// entries reads the entries of a record behind their number (2 octets): index of the peer (2), time (4),
// Path Identifier (4) if there is one, attributes behind their length (2).
func (t *table) entries(e *dumpEntry, b []byte) {
	if len(b) < 2 {
		t.refuse(e, len(b), "cut off before the number of its entries")
		return
	}
	count := int(binary.BigEndian.Uint16(b))
	b = b[2:]
	head := 8
	if e.addPath && !e.generic {
		head = 12
	}
	for i := 0; i < count && !t.out.ended; i++ {
		if len(b) < head || len(b) < head+int(binary.BigEndian.Uint16(b[head-2:])) {
			t.refuse(e, len(b), fmt.Sprintf("cut off after %d of %d entries", i, count))
			return
		}
		peer, pathID := int(binary.BigEndian.Uint16(b)), b[6:head-2]
		end := head + int(binary.BigEndian.Uint16(b[head-2:]))
		attrs := wire.Attrs(b[head:end])
		b = b[end:]
		if peer >= len(t.peers) {
			t.refuse(e, len(attrs), fmt.Sprintf("an entry of peer %d, of %d in the index", peer, len(t.peers)))
			continue
		}
		t.entry(e, &t.peers[peer], pathID, attrs)
	}
}

func (t *table) refuse(e *dumpEntry, skipped int, reason string) {
	t.out.fault(Fault{Position: e.number, Skipped: int64(skipped), Reason: reason})
}

// entry hands over an entry as an UPDATE.
func (t *table) entry(e *dumpEntry, p *dumpPeer, pathID []byte, attrs wire.Attrs) {
	const header = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" + "\x00\x00\x02" + "\x00\x00" + "\x00\x00"
	u, hasReach := appendDumpAttrs(append(t.update[:0], header...), e, pathID, attrs)
	attrsEnd := len(u)
	switch {
	case hasReach:
	case e.family == nlri.IPv4Unicast:
		u = append(append(u, pathID...), e.nlri...)
	case e.family == nlri.IPv6Unicast || e.family == nlri.IPv6Multicast:
		// Old versions of BIRD leave the attribute out.
		u = appendReach(u, e, pathID, wire.FlagOptional, []byte{0: 16, 16: 0})
		attrsEnd = len(u)
		if !t.toldNextHop {
			t.toldNextHop = true
			t.out.fault(Fault{Position: e.number, Note: true, Reason: "entries have no next hop: they are told with ::, this is the first"})
		}
	default:
		t.refuse(e, len(attrs), fmt.Sprintf("an entry of family %s without MP_REACH_NLRI", e.family))
		return
	}
	t.update = u
	if len(u) > wire.MaxExtendedMessage {
		t.refuse(e, len(attrs), fmt.Sprintf("an entry that needs a message of %d octets", len(u)))
		return
	}
	binary.BigEndian.PutUint16(u[16:], uint16(len(u)))
	binary.BigEndian.PutUint16(u[len(header)-2:], uint16(attrsEnd-len(header)))
	if p.session < 0 {
		p.session = t.out.newSession()
	}
	m := &t.out.message
	m.Time, m.Src, m.Dst, m.Session, m.Position = e.at, p.address, netip.AddrPort{}, p.session, e.number
	m.Bytes, m.Context = u, t.contexts[0]
	if e.addPath {
		m.Context = t.contexts[1]
	}
	if !t.out.ended {
		t.out.send()
	}
}

// appendDumpAttrs appends the attributes, the first MP_REACH_NLRI made whole: RFC 6396 §4.3.4 leaves all
// but the next hop out of it. Octets that are no attribute are appended as they are.
func appendDumpAttrs(dst []byte, e *dumpEntry, pathID []byte, attrs wire.Attrs) (_ []byte, hasReach bool) {
	read := 0
	for a := range attrs.All() {
		read += len(a.Raw)
		if a.Code != wire.AttrMPReach || hasReach {
			dst = append(dst, a.Raw...)
			continue
		}
		hasReach = true
		nextHop := a.Value
		if len(nextHop) > 4 && nlri.FamilyOf(nlri.AFI(binary.BigEndian.Uint16(nextHop)), nlri.SAFI(nextHop[2])) == e.family {
			// Some writers leave nothing out.
			nextHop = nextHop[3:]
		}
		if len(nextHop) > 0 {
			nextHop = nextHop[:min(len(nextHop), 1+int(nextHop[0]))]
		}
		dst = appendReach(dst, e, pathID, a.Flags, nextHop)
	}
	return append(dst, attrs[read:]...), hasReach
}

// appendReach appends MP_REACH_NLRI with the NLRI of e. The next hop stands behind its length.
func appendReach(dst []byte, e *dumpEntry, pathID []byte, flags wire.AttrFlags, nextHop []byte) []byte {
	size := 3 + len(nextHop) + 1 + len(pathID) + len(e.nlri)
	dst = append(dst, byte(flags|wire.FlagExtendedLength), byte(wire.AttrMPReach), byte(size>>8), byte(size))
	dst = append(dst, byte(e.family>>16), byte(e.family>>8), byte(e.family))
	return append(append(append(append(dst, nextHop...), 0), pathID...), e.nlri...)
}
