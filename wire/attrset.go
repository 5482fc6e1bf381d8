package wire

import "encoding/binary"

// AttributeSet is the value of ATTR_SET (RFC 6368 §5): origin AS (4 octets), path attributes with AS
// numbers of 4 octets. It borrows.
type AttributeSet []byte

func (s AttributeSet) OriginAS() uint32 { return binary.BigEndian.Uint32(s) }
func (s AttributeSet) Attrs() Attrs     { return Attrs(s[4:]) }

// AppendAttributeSet appends a value of ATTR_SET.
func AppendAttributeSet(dst []byte, originAS uint32, attrs Attrs) []byte {
	return append(binary.BigEndian.AppendUint32(dst, originAS), attrs...)
}

func checkAttrSet(v []byte, _ sessionKind) defect {
	for at := 4; at < len(v); {
		_, end := attrBounds(v[at:])
		if end == 0 {
			return defect{reason: "an attribute inside passes the end", at: at}
		}
		at += end
	}
	return defect{}
}
