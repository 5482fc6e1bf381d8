package bench

import "encoding/binary"

// asn is the one AS of the bench: every session is iBGP. It is the last that is for private use, which
// hardly stands in the AS_PATH of a route that somebody captured.
const asn = 4294967294

// rtAS is the AS in route targets and RDs.
const rtAS = 65000

// maxMessage is the limit that holds without the extended message capability (RFC 4271 §4.1).
const maxMessage = 4096

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
	attrNextHop        = 3
	attrMED            = 4
	attrLocalPref      = 5
	attrCommunities    = 8
	attrOriginatorID   = 9
	attrClusterList    = 10
	attrMPReach        = 14
	attrMPUnreach      = 15
	attrExtCommunities = 16
	attrLinkState      = 29
)

// Flags of attributes (RFC 4271 §4.3).
const (
	flagTransitive     = 0x40
	flagOptional       = 0x80
	flagPartial        = 0x20
	flagExtendedLength = 0x10
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

// appendUpdate writes an UPDATE: withdrawn routes, path attributes, NLRI.
func appendUpdate(dst, withdrawn, attrs, routes []byte) []byte {
	start := len(dst)
	dst = appendHeader(dst, messageUpdate)
	dst = append(binary.BigEndian.AppendUint16(dst, uint16(len(withdrawn))), withdrawn...)
	dst = append(binary.BigEndian.AppendUint16(dst, uint16(len(attrs))), attrs...)
	return finish(append(dst, routes...), start)
}

func appendAttr(dst []byte, flags, code byte, value ...byte) []byte {
	if len(value) > 255 {
		dst = append(dst, flags|flagExtendedLength, code)
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(value)))
	} else {
		dst = append(dst, flags, code, byte(len(value)))
	}
	return append(dst, value...)
}

// appendReach writes an MP_REACH_NLRI, appendUnreach an MP_UNREACH_NLRI.
func appendReach(dst []byte, f Family, nextHop, routes []byte) []byte {
	value := append(f.append(nil), byte(len(nextHop)))
	value = append(append(value, nextHop...), 0)
	return appendAttr(dst, flagOptional, attrMPReach, append(value, routes...)...)
}

func appendUnreach(dst []byte, f Family, routes []byte) []byte {
	return appendAttr(dst, flagOptional, attrMPUnreach, append(f.append(nil), routes...)...)
}

// appendEndOfRIB writes the marker of RFC 4724 §2, which withdraws nothing.
func appendEndOfRIB(dst []byte, f Family) []byte {
	if f == ipv4 {
		return appendUpdate(dst, nil, nil, nil)
	}
	return appendUpdate(dst, nil, appendUnreach(nil, f, nil), nil)
}

// appendOpen writes an OPEN with the capabilities multiprotocol, route refresh and 4-octet AS.
func appendOpen(dst []byte, families []Family, id uint32, holdTime uint16) []byte {
	var capabilities []byte
	for _, f := range families {
		capabilities = append(capabilities, 1, 4, byte(f.AFI>>8), byte(f.AFI), 0, f.SAFI)
	}
	capabilities = append(capabilities, 2, 0, 65, 4)
	capabilities = binary.BigEndian.AppendUint32(capabilities, asn)
	start := len(dst)
	dst = append(appendHeader(dst, messageOpen), 4)
	dst = binary.BigEndian.AppendUint16(dst, 23456) // AS_TRANS (RFC 6793 §4.2.2)
	dst = binary.BigEndian.AppendUint16(dst, holdTime)
	dst = binary.BigEndian.AppendUint32(dst, id)
	dst = append(dst, byte(len(capabilities)+2), 2, byte(len(capabilities)))
	return finish(append(dst, capabilities...), start)
}
