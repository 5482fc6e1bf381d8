package wire

import (
	"encoding/binary"
	"iter"
	"strconv"
	"strings"
)

// AttrFlags is the first octet of a path attribute, RFC 4271 §4.3.
type AttrFlags uint8

const (
	FlagOptional       AttrFlags = 0x80
	FlagTransitive     AttrFlags = 0x40
	FlagPartial        AttrFlags = 0x20
	FlagExtendedLength AttrFlags = 0x10 // the length has two octets
)

// String is the first letters of the flags set: "o" optional, "t" transitive, "p" partial,
// "e" extended length.
func (f AttrFlags) String() string {
	var b strings.Builder
	for i, letter := range "otpe" {
		if f&(FlagOptional>>i) != 0 {
			b.WriteRune(letter)
		}
	}
	return b.String()
}

// AttrCode is the second octet of a path attribute.
type AttrCode uint8

const (
	AttrOrigin                AttrCode = 1
	AttrASPath                AttrCode = 2
	AttrNextHop               AttrCode = 3
	AttrMED                   AttrCode = 4 // MULTI_EXIT_DISC
	AttrLocalPref             AttrCode = 5
	AttrAtomicAggregate       AttrCode = 6
	AttrAggregator            AttrCode = 7
	AttrCommunities           AttrCode = 8
	AttrOriginatorID          AttrCode = 9
	AttrClusterList           AttrCode = 10
	AttrMPReach               AttrCode = 14
	AttrMPUnreach             AttrCode = 15
	AttrExtCommunities        AttrCode = 16
	AttrAS4Path               AttrCode = 17
	AttrAS4Aggregator         AttrCode = 18
	AttrPMSITunnel            AttrCode = 22
	AttrTunnelEncapsulation   AttrCode = 23
	AttrTrafficEngineering    AttrCode = 24
	AttrIPv6ExtCommunities    AttrCode = 25
	AttrAIGP                  AttrCode = 26
	AttrPEDistinguisherLabels AttrCode = 27
	AttrLinkState             AttrCode = 29
	AttrLargeCommunities      AttrCode = 32
	AttrBGPsecPath            AttrCode = 33
	AttrOTC                   AttrCode = 35
	AttrDPath                 AttrCode = 36
	AttrSFP                   AttrCode = 37
	AttrBFDDiscriminator      AttrCode = 38
	AttrPrefixSID             AttrCode = 40
	AttrBIER                  AttrCode = 41
	AttrSet                   AttrCode = 128
)

// Name is the name in lower case, "" for a code without one.
func (c AttrCode) Name() string { return attrRules[c].name }

// AppendText appends the name, "attribute 99" for a code without one.
func (c AttrCode) AppendText(dst []byte) []byte {
	if name := c.Name(); name != "" {
		return append(dst, name...)
	}
	return strconv.AppendUint(append(dst, "attribute "...), uint64(c), 10)
}

func (c AttrCode) String() string { return string(c.AppendText(nil)) }

// Attr is one path attribute. It borrows.
type Attr struct {
	Flags AttrFlags
	Code  AttrCode
	Value []byte
	Raw   []byte // flags, code, length and value
}

// Attrs is a block of path attributes as on the wire, each attribute flags, code, length (one octet,
// two with FlagExtendedLength) and value. Update.Attrs and AppendForwardable return checked ones:
// every length cuts cleanly. It borrows.
type Attrs []byte

// All yields the attributes in the order of the block. An attribute that would reach beyond the
// end is not yielded.
func (a Attrs) All() iter.Seq[Attr] {
	return func(yield func(Attr) bool) {
		for len(a) > 0 {
			head, end := attrBounds(a)
			if end == 0 || !yield(Attr{Flags: AttrFlags(a[0]), Code: AttrCode(a[1]), Value: a[head:end:end], Raw: a[:end:end]}) {
				return
			}
			a = a[end:]
		}
	}
}

// attrBounds is where the value of the first attribute of b begins and ends; end is 0 if the
// attribute is not whole.
func attrBounds(b []byte) (head, end int) {
	if len(b) < 3 {
		return 0, 0
	}
	head, end = 3, 3+int(b[2])
	if AttrFlags(b[0])&FlagExtendedLength != 0 {
		if len(b) < 4 {
			return 0, 0
		}
		head, end = 4, 4+int(binary.BigEndian.Uint16(b[2:]))
	}
	if end > len(b) {
		return 0, 0
	}
	return head, end
}

// Find is the first attribute of the code.
func (a Attrs) Find(code AttrCode) (Attr, bool) {
	for len(a) > 0 {
		head, end := attrBounds(a)
		if end == 0 {
			break
		}
		if AttrCode(a[1]) == code {
			return Attr{Flags: AttrFlags(a[0]), Code: code, Value: a[head:end:end], Raw: a[:end:end]}, true
		}
		a = a[end:]
	}
	return Attr{}, false
}

// AppendAttr appends one attribute. The length has two octets if the flags say so or the value is
// longer than 255 octets, in which case the flag is set.
func AppendAttr(dst []byte, flags AttrFlags, code AttrCode, value []byte) []byte {
	return append(appendAttrHead(dst, flags, code, len(value)), value...)
}

func appendAttrHead(dst []byte, flags AttrFlags, code AttrCode, length int) []byte {
	if length > 255 || flags&FlagExtendedLength != 0 {
		return append(dst, byte(flags|FlagExtendedLength), byte(code), byte(length>>8), byte(length))
	}
	return append(dst, byte(flags), byte(code), byte(length))
}
