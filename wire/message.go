package wire

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// Sizes of a message in octets, header included (RFC 4271 §4.1, RFC 8654 §3).
const (
	HeaderLen          = 19
	MaxMessage         = 4096
	MaxExtendedMessage = 65535
)

// Version is the only version of BGP spoken here.
const Version = 4

// MessageType is the last octet of the header.
type MessageType uint8

const (
	TypeOpen MessageType = 1 + iota
	TypeUpdate
	TypeNotification
	TypeKeepalive
	TypeRouteRefresh // RFC 2918
)

var messageTypeNames = [...]string{1: "open", "update", "notification", "keepalive", "route-refresh"}

func (t MessageType) String() string {
	if t >= TypeOpen && int(t) < len(messageTypeNames) {
		return messageTypeNames[t]
	}
	return fmt.Sprintf("type %d", uint8(t))
}

// minLength is the least length of a message of each type, RFC 4271 §6.1 and RFC 2918 §3.
var minLength = [...]int{TypeOpen: 29, TypeUpdate: 23, TypeNotification: 21, TypeKeepalive: 19, TypeRouteRefresh: 23}

// Header is what the 19 octets before every message say: a marker of ones, the length of the whole
// message in two octets, the type in one.
type Header struct {
	Length int // octets, header included
	Type   MessageType
}

// ParseHeader checks the first 19 octets of b, which must be there. limit is the longest message
// the session takes: Negotiated.ReceiveLimit, MaxMessage before an OPEN was read.
// The errors are those of RFC 4271 §6.1.
func ParseHeader(b []byte, limit int) (Header, *Error) {
	if binary.BigEndian.Uint64(b) != ^uint64(0) || binary.BigEndian.Uint64(b[8:]) != ^uint64(0) {
		at := 0
		for b[at] == 0xff {
			at++
		}
		return Header{}, &Error{Code: ErrHeader, Subcode: ConnectionNotSynchronized, Action: ActionResetSession, Offset: at,
			Reason: "the marker is not all ones"}
	}
	h := Header{Length: int(binary.BigEndian.Uint16(b[16:])), Type: MessageType(b[18])}
	if h.Length < HeaderLen || h.Length > limit {
		return h, badLength(b, fmt.Sprintf("message length %d: want %d to %d", h.Length, HeaderLen, limit))
	}
	if h.Type < TypeOpen || h.Type > TypeRouteRefresh {
		return h, &Error{Code: ErrHeader, Subcode: BadMessageType, Data: []byte{b[18]}, Action: ActionResetSession, Offset: 18,
			Reason: fmt.Sprintf("message type %d: want 1 to 5", b[18])}
	}
	least, most := minLength[h.Type], limit
	switch h.Type {
	case TypeKeepalive:
		most = HeaderLen
	case TypeOpen: // RFC 8654 §4: the extended length is for other messages than OPEN and KEEPALIVE.
		most = min(limit, MaxMessage)
	}
	if h.Length < least || h.Length > most {
		return h, badLength(b, fmt.Sprintf("%s of %d octets: want %d to %d", h.Type, h.Length, least, most))
	}
	return h, nil
}

func badLength(header []byte, reason string) *Error {
	return &Error{Code: ErrHeader, Subcode: BadMessageLength, Data: []byte{header[16], header[17]}, Action: ActionResetSession,
		Offset: 16, Reason: reason}
}

const marker = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"

// appendHeader begins a message whose length endMessage fills in.
func appendHeader(dst []byte, t MessageType) []byte {
	dst = append(dst, marker...)
	return append(dst, 0, 0, byte(t))
}

// endMessage writes the length of the message that begins at start and ends with dst.
func endMessage(dst []byte, start int) []byte {
	binary.BigEndian.PutUint16(dst[start+16:], uint16(len(dst)-start))
	return dst
}

// AppendKeepalive appends a KEEPALIVE: a header, nothing more.
func AppendKeepalive(dst []byte) []byte {
	return endMessage(appendHeader(dst, TypeKeepalive), len(dst))
}

// RouterID is a BGP Identifier, ORIGINATOR_ID or CLUSTER_ID: four octets, compared as an unsigned
// number in network byte order (bytes.Compare, RFC 6286 §2).
type RouterID [4]byte

// ParseRouterID reads the dotted form, which is the only one.
func ParseRouterID(s string) (RouterID, error) {
	a, err := netip.ParseAddr(s)
	if err != nil || !a.Is4() {
		return RouterID{}, fmt.Errorf("router-id %q: want four octets such as 192.0.2.1", s)
	}
	return a.As4(), nil
}

func (r RouterID) String() string { return netip.AddrFrom4(r).String() }

// IsZero says that the identifier is 0.0.0.0, which no router may have.
func (r RouterID) IsZero() bool { return r == RouterID{} }

// Uint32 is the identifier as the number that it is compared as.
func (r RouterID) Uint32() uint32 { return binary.BigEndian.Uint32(r[:]) }
