package wire

import "encoding/binary"

// A check looks at the inside of an attribute whose length is within its rule. It returns why it is
// malformed and, where one defect asks for more than the rule's action, that action.

// sessionKind is what the inside of attributes depends on. It is a value: a pointer would go through the
// function pointers of the table and so make every Update escape to the heap.
type sessionKind struct{ internal, as4 bool }

func checkOrigin(v []byte, _ sessionKind) (string, Action) {
	if v[0] > 2 {
		return "ORIGIN value is not 0, 1 or 2", 0
	}
	return "", 0
}

func checkASPath(v []byte, k sessionKind) (string, Action) {
	if !k.internal && len(v) == 0 {
		// RFC 4271 §5.1.2: what comes from another AS holds at least that AS.
		return "empty AS_PATH from an external neighbor", 0
	}
	if k.as4 {
		return checkSegments(v, 4, k.internal), 0
	}
	if len(v) > anyLength/2 {
		return "path is too long for 4-octet AS numbers", 0
	}
	return checkSegments(v, 2, k.internal), 0
}

func checkAS4Path(v []byte, _ sessionKind) (string, Action) {
	// RFC 6793 §6: confederation segments in AS4_PATH are dropped, they do not make it malformed.
	return checkSegments(v, 4, true), 0
}

// checkSegments walks the segments: type and number of AS numbers (one octet each), AS numbers of width octets.
func checkSegments(v []byte, width int, confederation bool) string {
	for len(v) > 0 {
		if len(v) < 2 {
			return "one octet is left behind the last segment"
		}
		kind, count := SegmentType(v[0]), int(v[1])
		switch kind {
		case SegmentSet, SegmentSequence:
		case SegmentConfedSequence, SegmentConfedSet:
			if !confederation {
				return "confederation segment from outside the confederation"
			}
		default:
			return "undefined segment type"
		}
		end := 2 + count*width
		switch {
		case count == 0:
			return "segment without AS number"
		case end > len(v):
			return "segment passes the end"
		}
		for at := 2; at < end; at += width {
			if v[at]|v[at+1] == 0 && (width == 2 || v[at+2]|v[at+3] == 0) {
				return "AS 0 in the path"
			}
		}
		v = v[end:]
	}
	return ""
}

func checkAggregator(v []byte, k sessionKind) (string, Action) {
	switch {
	case k.as4 && len(v) != 8:
		return "length is not 8 though AS numbers have 4 octets", 0
	case !k.as4 && len(v) != 6:
		return "length is not 6 though AS numbers have 2 octets", 0
	case k.as4:
		return checkAS4Aggregator(v, k)
	case v[0]|v[1] == 0:
		return "AS 0", 0
	}
	return "", 0
}

func checkAS4Aggregator(v []byte, _ sessionKind) (string, Action) {
	if binary.BigEndian.Uint32(v) == 0 {
		return "AS 0", 0
	}
	return "", 0
}

// Tunnel types of PMSI_TUNNEL whose identifier has a known length, RFC 6514 §5, RFC 7432 §11.2.
const (
	pmsiPIMSSM             = 3
	pmsiPIMSM              = 4
	pmsiBidirPIM           = 5
	pmsiIngressReplication = 6
)

// checkPMSITunnel: flags, tunnel type, label (3 octets), tunnel identifier.
func checkPMSITunnel(v []byte, _ sessionKind) (string, Action) {
	id := len(v) - 5
	ok := true
	switch v[1] {
	case pmsiPIMSSM, pmsiPIMSM, pmsiBidirPIM:
		ok = id == 8 || id == 32
	case pmsiIngressReplication:
		ok = id == 4 || id == 16
	}
	if !ok {
		return "tunnel identifier has a length that its type cannot have", 0
	}
	return "", 0
}

// checkTunnelEncapsulation: TLVs of type and length (2 octets each), each full of sub-TLVs of type
// (1 octet) and length (1 octet, 2 for types from 128).
func checkTunnelEncapsulation(v []byte, _ sessionKind) (string, Action) {
	for len(v) > 0 {
		tlv, rest, ok := cutTLV(v, 2, 2)
		if !ok {
			return "tunnel TLV passes the end of the attribute", 0
		}
		for len(tlv) > 0 {
			lengthOctets := 1
			if tlv[0] >= 128 {
				lengthOctets = 2
			}
			if _, tlv, ok = cutTLV(tlv, 1, lengthOctets); !ok {
				return "sub-TLV passes the end of its tunnel TLV", 0
			}
		}
		v = rest
	}
	return "", 0
}

// cutTLV cuts the first TLV of b. The length counts the value alone.
func cutTLV(b []byte, typeOctets, lengthOctets int) (value, rest []byte, ok bool) {
	head := typeOctets + lengthOctets
	if len(b) < head {
		return nil, nil, false
	}
	length := int(b[typeOctets])
	if lengthOctets == 2 {
		length = int(binary.BigEndian.Uint16(b[typeOctets:]))
	}
	if len(b) < head+length {
		return nil, nil, false
	}
	return b[head : head+length], b[head+length:], true
}

// checkAIGP: TLVs of type (1 octet) and length (2), which counts itself and the type.
func checkAIGP(v []byte, _ sessionKind) (string, Action) {
	const metric = 1
	first := true
	for len(v) > 0 {
		if len(v) < 3 {
			return "TLV cut off", 0
		}
		length := int(binary.BigEndian.Uint16(v[1:]))
		switch {
		case length < 3 || length > len(v):
			return "TLV length is less than 3 or passes the end", 0
		case v[0] == metric && length != 11:
			return "metric TLV length is not 11", 0
		case v[0] == metric && first:
			if binary.BigEndian.Uint64(v[3:]) == ^uint64(0) {
				return "metric is all ones", 0
			}
			first = false
		}
		v = v[length:]
	}
	return "", 0
}

// checkLinkState: TLVs of type and length, 2 octets each.
func checkLinkState(v []byte, _ sessionKind) (string, Action) {
	ok := true
	for len(v) > 0 {
		if _, v, ok = cutTLV(v, 2, 2); !ok {
			return "TLV passes the end of the attribute", 0
		}
	}
	return "", 0
}

// TLVs of PREFIX_SID, RFC 8669 §3 and RFC 9252 §2.
const (
	sidLabelIndex     = 1
	sidOriginatorSRGB = 3
	sidSRv6L3Service  = 5
	sidSRv6L2Service  = 6
)

// checkPrefixSID: TLVs of type (1 octet) and length (2).
func checkPrefixSID(v []byte, _ sessionKind) (string, Action) {
	for len(v) > 0 {
		kind := v[0]
		tlv, rest, ok := cutTLV(v, 1, 2)
		service := kind == sidSRv6L3Service || kind == sidSRv6L2Service
		switch {
		case !ok && service:
			return "SRv6 service TLV passes the end of the attribute", ActionTreatAsWithdraw
		case !ok:
			return "TLV passes the end of the attribute", 0
		case kind == sidLabelIndex && len(tlv) != 7:
			return "label-index TLV length is not 7", 0
		case kind == sidOriginatorSRGB && (len(tlv) < 8 || (len(tlv)-2)%6 != 0):
			return "originator SRGB TLV length is not 2 and a multiple of 6", 0
		case service:
			if reason := checkSRv6Service(tlv); reason != "" {
				return reason, ActionTreatAsWithdraw
			}
		}
		v = rest
	}
	return "", 0
}

// checkSRv6Service: a reserved octet and sub-TLVs of type (1 octet) and length (2). The SID
// information sub-TLV has 21 octets and sub-sub-TLVs of the same form (RFC 9252 §3.1).
func checkSRv6Service(v []byte) string {
	const sidInformation, sidInformationLen = 1, 21
	if len(v) < 1 {
		return "SRv6 service TLV is empty"
	}
	for v = v[1:]; len(v) > 0; {
		kind := v[0]
		sub, rest, ok := cutTLV(v, 1, 2)
		if !ok {
			return "SRv6 service sub-TLV passes the end of its TLV"
		}
		if kind == sidInformation {
			if len(sub) < sidInformationLen {
				return "SRv6 SID information has less than 21 octets"
			}
			for data := sub[sidInformationLen:]; len(data) > 0; {
				if _, data, ok = cutTLV(data, 1, 2); !ok {
					return "SRv6 service data passes the end of its sub-TLV"
				}
			}
		}
		v = rest
	}
	return ""
}

// checkAttrSet: origin AS (4 octets) and path attributes.
func checkAttrSet(v []byte, _ sessionKind) (string, Action) {
	for v = v[4:]; len(v) > 0; {
		_, end := attrBounds(v)
		if end == 0 {
			return "an attribute inside passes the end", 0
		}
		v = v[end:]
	}
	return "", 0
}
