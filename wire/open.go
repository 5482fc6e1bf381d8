package wire

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// ASTrans stands where an AS number of four octets does not fit (RFC 6793 §9).
const ASTrans = 23456

// Open is an OPEN message (RFC 4271 §4.2). It owns its memory.
type Open struct {
	ASN          uint32 // the one of the 4-octet AS capability if there is one
	HoldTime     uint16 // seconds, 0 or at least 3
	RouterID     RouterID
	Capabilities Capabilities
}

const (
	paramCapabilities = 2   // RFC 5492 §4
	paramExtended     = 255 // RFC 9072 §2
)

// ParseOpen reads the body of an OPEN: version, My Autonomous System (2 octets), Hold Time (2), BGP
// Identifier (4), and optional parameters behind their length. The errors are those of RFC 4271 §6.2.
func ParseOpen(body []byte) (Open, *Error) {
	if len(body) < minLength[TypeOpen]-HeaderLen {
		return Open{}, openError(UnspecificError, len(body), "%d octets, want at least 10", len(body))
	}
	if body[0] != Version {
		e := openError(UnsupportedVersion, 0, "version %d, want 4", body[0])
		e.Data = []byte{0, Version} // RFC 4271 §6.2: the largest version spoken here, in two octets.
		return Open{}, e
	}
	o := Open{ASN: uint32(binary.BigEndian.Uint16(body[1:])), HoldTime: binary.BigEndian.Uint16(body[3:]), RouterID: RouterID(body[5:9])}
	if err := o.parseParameters(body); err != nil {
		return o, err
	}
	if asn, ok := o.Capabilities.AS4(); ok {
		o.ASN = asn
	}
	switch {
	case o.ASN == 0 || body[1]|body[2] == 0: // RFC 7607 §2; RFC 6793 §4.2.3: AS_TRANS stands for what is too long
		return o, openError(BadPeerAS, 1, "AS 0 is nobody's")
	case o.HoldTime == 1 || o.HoldTime == 2:
		return o, openError(UnacceptableHoldTime, 3, "hold time %d s, want 0 or at least 3", o.HoldTime)
	case o.RouterID.IsZero(): // RFC 6286 §2.1
		return o, openError(BadBGPIdentifier, 5, "BGP Identifier 0.0.0.0 is nobody's")
	}
	return o, nil
}

func openError(subcode uint8, offset int, format string, args ...any) *Error {
	return &Error{Code: ErrOpen, Subcode: subcode, Action: ActionResetSession, Offset: offset, Reason: fmt.Sprintf(format, args...)}
}

func (o *Open) parseParameters(body []byte) *Error {
	length, start, lengthOctets := int(body[9]), 10, 1
	// RFC 9072 §2: the type decides, whatever the first length says.
	if length > 0 && len(body) > 10 && body[10] == paramExtended {
		if len(body) < 13 {
			return openError(UnspecificError, 11, "the extended length of the optional parameters is cut off")
		}
		length, start, lengthOctets = int(binary.BigEndian.Uint16(body[11:])), 13, 2
	}
	if length != len(body)-start {
		return openError(UnspecificError, start, "optional parameters of %d octets, %d are left", length, len(body)-start)
	}
	var unsupported *Error
	for at := start; at < len(body); {
		if len(body)-at < 1+lengthOctets {
			return openError(UnspecificError, at, "optional parameter cut off in its length")
		}
		kind, size := body[at], int(body[at+1])
		if lengthOctets == 2 {
			size = int(binary.BigEndian.Uint16(body[at+1:]))
		}
		value := at + 1 + lengthOctets
		if size > len(body)-value {
			return openError(UnspecificError, at, "optional parameter %d of %d octets, %d are left", kind, size, len(body)-value)
		}
		if kind != paramCapabilities {
			if unsupported == nil {
				unsupported = openError(UnsupportedOptionalParameter, at, "optional parameter %d is not supported", kind)
			}
		} else if err := o.parseCapabilities(body[:value+size], value); err != nil {
			return err
		}
		at = value + size
	}
	return unsupported
}

func (o *Open) parseCapabilities(b []byte, at int) *Error {
	for at < len(b) {
		if len(b)-at < 2 || len(b)-at-2 < int(b[at+1]) {
			return openError(UnspecificError, at, "capability cut off")
		}
		end := at + 2 + int(b[at+1])
		c := Capability{Code: CapabilityCode(b[at]), Value: slices.Clone(b[at+2 : end])}
		// RFC 4271 §6.2: a parameter that is recognized and malformed is an Unspecific error.
		if reason := c.check(); reason != "" {
			return openError(UnspecificError, at, "%s: %s", c.Code, reason)
		}
		if first, ok := o.Capabilities.Role(); ok && c.Code == CapRole && Role(c.Value[0]) != first {
			return openError(RoleMismatch, at, "roles %s and %s in one OPEN", first, Role(c.Value[0])) // RFC 9234 §4.2
		}
		o.Capabilities = append(o.Capabilities, c)
		at = end
	}
	return nil
}

// AppendOpen appends an OPEN with all capabilities in one optional parameter, in the form of RFC 9072
// if they are longer than 255 octets with their parameter. An AS number that needs four octets stands
// in the capability; here it is AS_TRANS.
func AppendOpen(dst []byte, o Open) []byte {
	start := len(dst)
	asn := o.ASN
	if asn > 0xffff {
		asn = ASTrans
	}
	dst = append(appendHeader(dst, TypeOpen), Version, byte(asn>>8), byte(asn), byte(o.HoldTime>>8), byte(o.HoldTime))
	dst = append(dst, o.RouterID[:]...)
	size := 0
	for _, c := range o.Capabilities {
		size += 2 + len(c.Value)
	}
	switch {
	case size == 0:
		return endMessage(append(dst, 0), start)
	case size+2 <= 255:
		dst = append(dst, byte(size+2), paramCapabilities, byte(size))
	default:
		dst = append(dst, 255, paramExtended, byte((size+3)>>8), byte(size+3), paramCapabilities, byte(size>>8), byte(size))
	}
	for _, c := range o.Capabilities {
		dst = append(append(dst, byte(c.Code), byte(len(c.Value))), c.Value...)
	}
	return endMessage(dst, start)
}
