package main

import "encoding/binary"

// asn is the one AS of the bench: every session is iBGP.
const asn = 65000

// maxMessage is the limit that holds without the extended message capability (RFC 4271 §4.1).
const maxMessage = 4096

// scale says how many sessions there are and how much each sender announces.
type scale struct {
	senders   int
	receivers int
	routes    int // of each sender
}

func (s scale) sessions() int { return s.senders + s.receivers }
func (s scale) total() int    { return s.senders * s.routes }

// A workload is a kind of table: how senders announce it and how a session knows it again. A route
// carries a 32-bit id that counts from 0 over all senders; every other octet follows from the id.
type workload struct {
	name string
	afi  uint16
	safi uint8
	sets int // attribute sets of each sender; they are numbered over all senders

	// announce and withdraw encode all messages of one sender, End-of-RIB left out.
	announce func(s scale, sender int) []byte
	withdraw func(s scale, sender int) []byte

	// setOf is the attribute set that the next hop and the first route of an UPDATE name.
	setOf func(s scale, u *update) (int, error)
	// check says what differs in the attributes from those of the set, the MP attributes left out.
	check func(u *update, set int) error
	// learn and forget compare the routes of one field octet for octet, those announced with those of
	// the set, and mark them in the tally. An error names the first that differs.
	learn  func(t *tally, field []byte, set int) error
	forget func(t *tally, field []byte) error
}

var workloads = []*workload{&evpn2}

// peerID is the BGP identifier, PE address and next hop of session i.
func peerID(i int) uint32 { return 0x0a010001 + uint32(i) }

// reflectorID is the BGP identifier and cluster of whatever is measured: 10.0.0.1.
const reflectorID = 0x0a000001

const (
	messageOpen         = 1
	messageUpdate       = 2
	messageNotification = 3
	messageKeepalive    = 4
)

const (
	attrOrigin         = 1
	attrASPath         = 2
	attrMED            = 4
	attrLocalPref      = 5
	attrOriginatorID   = 9
	attrClusterList    = 10
	attrMPReach        = 14
	attrMPUnreach      = 15
	attrExtCommunities = 16
)

// appendHeader begins a message; finish writes its length.
func appendHeader(dst []byte, kind byte) []byte {
	for range 16 {
		dst = append(dst, 0xff)
	}
	return append(dst, 0, 0, kind)
}

func finish(dst []byte, start int) []byte {
	binary.BigEndian.PutUint16(dst[start+16:], uint16(len(dst)-start))
	return dst
}

func appendKeepalive(dst []byte) []byte {
	start := len(dst)
	return finish(appendHeader(dst, messageKeepalive), start)
}

// appendUpdate writes an UPDATE that holds nothing but path attributes.
func appendUpdate(dst, attrs []byte) []byte {
	start := len(dst)
	dst = appendHeader(dst, messageUpdate)
	dst = append(dst, 0, 0)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(attrs)))
	return finish(append(dst, attrs...), start)
}

func appendAttr(dst []byte, flags, code byte, value []byte) []byte {
	if len(value) > 255 {
		dst = append(dst, flags|0x10, code)
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(value)))
	} else {
		dst = append(dst, flags, code, byte(len(value)))
	}
	return append(dst, value...)
}

// appendEndOfRIB writes the marker of RFC 4724 §2: an MP_UNREACH_NLRI that withdraws nothing.
func appendEndOfRIB(dst []byte, w *workload) []byte {
	value := append(binary.BigEndian.AppendUint16(nil, w.afi), w.safi)
	return appendUpdate(dst, appendAttr(nil, 0x80, attrMPUnreach, value))
}

// appendOpen writes an OPEN with the capabilities multiprotocol, route refresh and 4-octet AS.
func appendOpen(dst []byte, w *workload, id uint32, holdTime uint16) []byte {
	capabilities := []byte{1, 4, byte(w.afi >> 8), byte(w.afi), 0, w.safi, 2, 0, 65, 4}
	capabilities = binary.BigEndian.AppendUint32(capabilities, asn)
	start := len(dst)
	dst = append(appendHeader(dst, messageOpen), 4)
	dst = binary.BigEndian.AppendUint16(dst, asn)
	dst = binary.BigEndian.AppendUint16(dst, holdTime)
	dst = binary.BigEndian.AppendUint32(dst, id)
	dst = append(dst, byte(len(capabilities)+2), 2, byte(len(capabilities)))
	return finish(append(dst, capabilities...), start)
}
