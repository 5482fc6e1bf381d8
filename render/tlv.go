package render

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// appendTLVs writes TLVs as an array, each with its type, its name and its value; one of which nothing
// is known, or whose length is wrong, has no name, and its value is hexadecimal digits.
func appendTLVs(dst []byte, list wire.TLVs) []byte {
	dst = append(dst, '[')
	for t := range list.All() {
		dst = append(appendComma(dst), '{')
		dst = appendUintMember(dst, "type", uint64(t.Type))
		if t.Format == nil {
			dst = append(appendHexMember(dst, "value", t.Value), '}')
			continue
		}
		if t.Format.Name != "" {
			dst = append(appendName(dst, "name"), '"')
			dst = append(append(dst, t.Format.Name...), '"')
		}
		dst = append(appendTLVValue(appendName(dst, "value"), t), '}')
	}
	return append(dst, ']')
}

// appendTLVValue writes a value: a single field without a name bare, a list or TLVs alone as an array,
// else an object.
func appendTLVValue(dst []byte, t wire.TLV) []byte {
	f := t.Format
	named := false
	for i := range f.Fields {
		switch field := &f.Fields[i]; {
		case field.Kind == wire.FieldReserved:
		case field.Name == "":
			_, rest := cutFields(f.Fields[:i], t.Value)
			value, _, _ := field.Cut(rest)
			return appendFieldValue(dst, field.Kind, value)
		default:
			named = true
		}
	}
	_, rest := cutFields(f.Fields, t.Value)
	switch {
	case !named && f.Sub():
		return appendTLVs(dst, t.SubTLVs())
	case !named && f.List != nil:
		return appendTLVList(dst, f.List, rest)
	case !named:
		return append(dst, "true"...)
	}
	dst = appendFields(append(dst, '{'), f.Fields, t.Value)
	switch {
	case f.Sub() && len(rest) > 0:
		dst = appendTLVs(appendName(dst, "sub-tlvs"), t.SubTLVs())
	case f.List != nil:
		dst = appendTLVList(appendName(dst, f.ListName), f.List, rest)
	}
	return append(dst, '}')
}

// cutFields counts the fields that are there and returns what is behind them.
func cutFields(fields []wire.TLVField, b []byte) (whole int, rest []byte) {
	for i := range fields {
		var ok bool
		if _, b, ok = fields[i].Cut(b); ok {
			whole++
		}
	}
	return whole, b
}

// appendTLVList writes entries of the fields until b ends.
func appendTLVList(dst []byte, entry []wire.TLVField, b []byte) []byte {
	dst = append(dst, '[')
	for {
		whole, rest := cutFields(entry, b)
		if whole < len(entry) {
			return append(dst, ']')
		}
		dst = appendComma(dst)
		if len(entry) == 1 && entry[0].Name == "" {
			value, _, _ := entry[0].Cut(b)
			dst = appendFieldValue(dst, entry[0].Kind, value)
		} else {
			dst = append(appendFields(append(dst, '{'), entry, b), '}')
		}
		b = rest
	}
}

// appendFields writes the members of an object. Fields that are not there are left out.
func appendFields(dst []byte, fields []wire.TLVField, b []byte) []byte {
	for i := range fields {
		f := &fields[i]
		value, rest, ok := f.Cut(b)
		b = rest
		switch {
		case !ok || f.Kind == wire.FieldReserved:
		case f.Kind == wire.FieldSIDTLV:
			dst = appendSID(dst, value[4:])
		case f.Kind == wire.FieldSID:
			dst = appendSID(dst, value)
		case f.Kind == wire.FieldBindingSID && len(value) == 4:
			dst = appendUintMember(dst, "label", beUint(value)>>12)
		case f.Kind == wire.FieldBindingSID:
			dst = appendAddressMember(dst, "srv6-sid", value)
		case f.Kind == wire.FieldMasks:
			dst = appendHexMember(dst, "standard-applications", value[4:4+int(value[0])])
			dst = appendHexMember(dst, "user-defined-applications", value[4+int(value[0]):])
		default:
			dst = appendFieldValue(appendName(dst, f.Name), f.Kind, value)
		}
	}
	return dst
}

// appendSID writes a label of 20 bits in 3 octets or an index of 4.
func appendSID(dst, v []byte) []byte {
	if len(v) == 3 {
		return appendUintMember(dst, "label", beUint(v)&0xfffff)
	}
	return appendUintMember(dst, "index", beUint(v[:min(len(v), 8)]))
}

func appendFieldValue(dst []byte, kind wire.FieldKind, v []byte) []byte {
	switch kind {
	case wire.FieldUint:
		return strconv.AppendUint(dst, beUint(v), 10)
	case wire.FieldTopology:
		return strconv.AppendUint(dst, beUint(v)&0xfff, 10)
	case wire.FieldLabel:
		return strconv.AppendUint(dst, beUint(v)>>12, 10)
	case wire.FieldFloat:
		return appendFloat(dst, math.Float32frombits(binary.BigEndian.Uint32(v)))
	case wire.FieldText:
		return appendString(dst, v)
	}
	dst = append(dst, '"')
	switch kind {
	case wire.FieldAddress:
		dst = appendAddress(dst, v)
	case wire.FieldSystem:
		dst = nlri.IGPRouterID(v).AppendText(dst)
	case wire.FieldMAC:
		dst = nlri.MAC(v).AppendText(dst)
	case wire.FieldCommunity:
		dst = wire.ExtCommunity(v).AppendText(dst)
	default:
		dst = appendHex(dst, v)
	}
	return append(dst, '"')
}

// appendFloat writes a number, in quotation marks where JSON has none for it.
func appendFloat(dst []byte, f float32) []byte {
	if x := float64(f); math.IsNaN(x) || math.IsInf(x, 0) {
		return append(wire.AppendFloat(append(dst, '"'), f), '"')
	}
	return wire.AppendFloat(dst, f)
}

// beUint reads up to eight octets, most significant first.
func beUint(b []byte) uint64 {
	var v uint64
	for _, octet := range b {
		v = v<<8 | uint64(octet)
	}
	return v
}
