package render

import (
	"bytes"
	"encoding/binary"
	"strconv"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// appendCapabilities writes the capabilities of an OPEN, each with its code, name, value and the octets of
// the value. A value that has no text here is null, one of no octets true.
func appendCapabilities(dst []byte, list wire.Capabilities) []byte {
	dst = append(dst, '[')
	for _, c := range list {
		dst = appendUintMember(append(appendComma(dst), '{'), "code", uint64(c.Code))
		dst = append(appendName(dst, "name"), '"')
		dst = append(c.Code.AppendText(dst), '"')
		dst = appendCapabilityValue(appendName(dst, "value"), c)
		dst = append(appendHexMember(dst, "raw", c.Value), '}')
	}
	return append(dst, ']')
}

func appendCapabilityValue(dst []byte, c wire.Capability) []byte {
	v := c.Value
	switch {
	case len(v) == 0:
		return append(dst, "true"...)
	case c.Code == wire.CapMultiprotocol && len(v) == 4: // RFC 4760 §8: AFI, reserved, SAFI
		f := nlri.FamilyOf(nlri.AFI(binary.BigEndian.Uint16(v)), nlri.SAFI(v[3]))
		return append(f.AppendText(append(dst, '"')), '"')
	case c.Code == wire.CapAS4 && len(v) == 4:
		return strconv.AppendUint(dst, beUint(v), 10)
	case c.Code == wire.CapRole && len(v) == 1:
		return append(append(append(dst, '"'), wire.Role(v[0]).String()...), '"')
	case c.Code == wire.CapExtendedNextHop && len(v)%6 == 0: // RFC 8950 §4: AFI, SAFI (2 octets), next hop AFI
		dst = append(dst, '[')
		for ; len(v) > 0; v = v[6:] {
			dst = beginFamily(dst, nlri.FamilyOf(nlri.AFI(binary.BigEndian.Uint16(v)), nlri.SAFI(v[3])))
			dst = append(appendUintMember(dst, "next-hop-afi", beUint(v[4:6])), '}')
		}
		return append(dst, ']')
	case c.Code == wire.CapGracefulRestart && len(v) >= 2: // RFC 4724 §3, RFC 8538 §2
		dst = strconv.AppendBool(appendName(append(dst, '{'), "restarted"), v[0]&0x80 != 0)
		dst = strconv.AppendBool(appendName(dst, "notification"), v[0]&0x40 != 0)
		dst = appendUintMember(dst, "time", beUint(v[:2])&0xfff)
		return append(appendCapabilityEntries(appendName(dst, "families"), c.Code, v[2:], 4), '}')
	case c.Code == wire.CapLongLivedGR:
		return appendCapabilityEntries(dst, c.Code, v, 7)
	case c.Code == wire.CapPathsLimit:
		return appendCapabilityEntries(dst, c.Code, v, 5)
	case c.Code == wire.CapAddPath, c.Code == wire.CapMultipleLabels:
		return appendCapabilityEntries(dst, c.Code, v, 4)
	case c.Code == wire.CapSoftwareVersion && int(v[0]) < len(v):
		return appendString(dst, v[1:1+int(v[0])])
	case c.Code == wire.CapFQDN && int(v[0])+1 < len(v):
		host, rest := v[1:1+int(v[0])], v[1+int(v[0]):]
		dst = appendString(appendName(append(dst, '{'), "host"), host)
		return append(appendString(appendName(dst, "domain"), rest[1:min(len(rest), 1+int(rest[0]))]), '}')
	}
	return append(dst, "null"...)
}

// appendCapabilityText writes the value behind the name, if there is one.
func appendCapabilityText(dst []byte, c wire.Capability) []byte {
	if len(c.Value) == 0 {
		return dst
	}
	start := len(dst) + 1
	dst = appendCapabilityValue(append(dst, ' '), c)
	if string(dst[start:]) == "null" {
		return appendHex(append(dst[:start], "0x"...), c.Value)
	}
	return bytes.TrimRight(plain(dst, start, true), " ")
}

// appendCapabilityEntries writes entries of AFI (2 octets), SAFI (1) and what the capability says of the family.
func appendCapabilityEntries(dst []byte, code wire.CapabilityCode, v []byte, size int) []byte {
	dst = append(dst, '[')
	for ; len(v) >= size; v = v[size:] {
		dst = beginFamily(dst, nlri.FamilyOf(nlri.AFI(binary.BigEndian.Uint16(v)), nlri.SAFI(v[2])))
		switch code {
		case wire.CapGracefulRestart:
			dst = strconv.AppendBool(appendName(dst, "forwarding"), v[3]&0x80 != 0)
		case wire.CapLongLivedGR:
			dst = strconv.AppendBool(appendName(dst, "forwarding"), v[3]&0x80 != 0)
			dst = appendUintMember(dst, "stale-time", beUint(v[4:7]))
		case wire.CapAddPath:
			dst = append(appendName(dst, "mode"), '"')
			if modes := [...]string{1: "receive", 2: "send", 3: "both"}; v[3] >= 1 && int(v[3]) < len(modes) {
				dst = append(append(dst, modes[v[3]]...), '"')
			} else {
				dst = append(strconv.AppendUint(dst, uint64(v[3]), 10), '"')
			}
		case wire.CapMultipleLabels:
			dst = appendUintMember(dst, "count", uint64(v[3]))
		case wire.CapPathsLimit:
			dst = appendUintMember(dst, "limit", beUint(v[3:5]))
		}
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func beginFamily(dst []byte, f nlri.Family) []byte {
	dst = append(appendName(append(appendComma(dst), '{'), "family"), '"')
	return append(f.AppendText(dst), '"')
}
