package nlri

import (
	"encoding/binary"
	"iter"
)

// LinkStateType is the NLRI type of a BGP-LS NLRI, 2 octets (RFC 9552 §5.2, RFC 9514 §6, RFC 9857).
type LinkStateType uint16

// BGP-LS NLRI types that begin with Protocol-ID and Identifier. Other types are carried as they came (RFC 9552 §5.2).
const (
	LinkStateNode       LinkStateType = 1
	LinkStateLink       LinkStateType = 2
	LinkStateIPv4Prefix LinkStateType = 3
	LinkStateIPv6Prefix LinkStateType = 4
	LinkStateSRPolicy   LinkStateType = 5
	LinkStateSRv6SID    LinkStateType = 6
)

func (t LinkStateType) known() bool { return t >= LinkStateNode && t <= LinkStateSRv6SID }

// LinkStateProtocol is the Protocol-ID of a BGP-LS NLRI, 1 octet (RFC 9552 §5.2).
type LinkStateProtocol uint8

var linkStateProtocolNames = [...]string{1: "isis-l1", 2: "isis-l2", 3: "ospfv2", 4: "direct", 5: "static", 6: "ospfv3", 7: "bgp", 8: "rsvp-te", 9: "segment-routing"}

// String returns a short name, the number in decimal if there is none.
func (p LinkStateProtocol) String() string { return nameOf(linkStateProtocolNames[:], uint8(p)) }

// AppendText appends what String returns.
func (p LinkStateProtocol) AppendText(dst []byte) []byte {
	return appendNameOf(dst, linkStateProtocolNames[:], uint8(p))
}

// TLVs is a row of TLVs: type (2 octets), length (2), value. It borrows.
type TLVs []byte

// All yields type and value of each TLV; it ends at a TLV that passes the end.
func (t TLVs) All() iter.Seq2[uint16, []byte] {
	return func(yield func(uint16, []byte) bool) {
		for rest := t; len(rest) >= 4; {
			size := linkState.size(rest)
			if size > len(rest) || !yield(binary.BigEndian.Uint16(rest), rest[4:size:size]) {
				return
			}
			rest = rest[size:]
		}
	}
}

// Find returns the value of the first TLV of a type; false if there is none.
func (t TLVs) Find(kind uint16) ([]byte, bool) {
	for k, value := range t.All() {
		if k == kind {
			return value, true
		}
	}
	return nil, false
}

// LinkState is a BGP-LS NLRI of a known type: Protocol-ID (1 octet), Identifier (8), descriptor TLVs. It borrows.
type LinkState struct {
	kind LinkStateType
	body []byte
}

// AsLinkState answers false unless n is a sound NLRI of BGPLS or BGPLSVPN of a known type.
func AsLinkState(f Family, n NLRI) (LinkState, bool) {
	if f.AFI() != AFILinkState || Check(f, 0, n) != nil {
		return LinkState{}, false
	}
	body := n[4:]
	if f == BGPLSVPN {
		body = body[8:]
	}
	l := LinkState{LinkStateType(binary.BigEndian.Uint16(n)), body}
	return l, l.kind.known()
}

// Type returns the NLRI type.
func (l LinkState) Type() LinkStateType { return l.kind }

// Protocol returns the Protocol-ID.
func (l LinkState) Protocol() LinkStateProtocol { return LinkStateProtocol(l.body[0]) }

// Identifier returns the Identifier, which tells routing universes apart.
func (l LinkState) Identifier() uint64 { return binary.BigEndian.Uint64(l.body[1:]) }

// TLVs returns the descriptors.
func (l LinkState) TLVs() TLVs { return TLVs(l.body[9:]) }

// LocalNode returns the sub-TLVs of the Local Node Descriptors (TLV 256), empty if there are none.
func (l LinkState) LocalNode() TLVs {
	value, _ := l.TLVs().Find(tlvLocalNode)
	return TLVs(value)
}

// RemoteNode returns the sub-TLVs of the Remote Node Descriptors (TLV 257), empty if there are none.
func (l LinkState) RemoteNode() TLVs {
	value, _ := l.TLVs().Find(tlvRemoteNode)
	return TLVs(value)
}
