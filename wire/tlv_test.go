package wire

import (
	"testing"
)

// Every row of a table must agree with itself: values of the lengths it allows are cut by its fields to the last octet.
func TestTLVFormatsAreConsistent(t *testing.T) {
	for name, table := range map[string]*tlvTable{"bgp-ls": linkStateTLVs, "prefix-sid": prefixSIDTLVs, "tunnels": tunnelTLVs, "sr-policy": srPolicySubTLVs, "segments": srSegments} {
		for kind, f := range table.formats {
			if f == nil {
				continue
			}
			if f.Name == "" {
				t.Errorf("%s TLV %d has no name", name, kind)
			}
			for length := range 100 {
				if !f.lengthOK(length) || f.sub != nil || f.walk {
					continue
				}
				rest := make([]byte, length)
				for i := range f.Fields {
					_, rest, _ = f.Fields[i].Cut(rest)
				}
				for ok := true; ok && len(rest) > 0 && f.List != nil; {
					for i := range f.List {
						_, rest, ok = f.List[i].Cut(rest)
					}
				}
				if len(rest) > 0 {
					t.Errorf("%s of %d octets: %d are left behind its fields", f.Name, length, len(rest))
				}
			}
		}
	}
}

func TestTLVsAreWalked(t *testing.T) {
	value := octets("0402 0002 7231  044b 0007 30 00 0000 005dc1  270f 0001 ff  0404 0003 0a0000")
	var kinds []uint16
	names := ""
	for tlv := range AsLinkState(value).All() {
		kinds = append(kinds, tlv.Type)
		if tlv.Format != nil {
			names += tlv.Format.Name + " "
		}
	}
	if len(kinds) != 4 || names != "node-name adjacency-sid " {
		t.Errorf("%v: %s", kinds, names)
	}
	if name, ok := AsLinkState(value).Find(1026); !ok || string(name) != "r1" {
		t.Errorf("node name: %q", name)
	}
	if _, ok := AsLinkState(value).Find(1029); ok {
		t.Error("found what is not there")
	}
	count := 0
	for range AsLinkState(append(value, 4, 2, 0, 9)).All() {
		count++
	}
	if count != 4 {
		t.Error("a TLV that passes the end is yielded")
	}
}

func TestTLVsDoNotAllocate(t *testing.T) {
	v := AppendSRv6Service(AppendLabelIndex(nil, 1), SRv6Service{SID: sid, Behavior: 19, Structure: [6]byte{32, 16, 16, 0, 16, 48}})
	walk := func() (octets int) {
		for tlv := range AsPrefixSID(v).All() {
			if tlv.Format.Sub() {
				for sub := range tlv.SubTLVs().All() {
					octets += len(sub.Value)
				}
			}
		}
		return octets
	}
	if n := testing.AllocsPerRun(50, func() { walk() }); n != 0 || walk() != 30 {
		t.Errorf("%v allocations, %d octets", n, walk())
	}
}

// Offsets point at what is wrong.
func TestTLVDefectsHaveAPlace(t *testing.T) {
	cases := map[string]struct {
		d  defect
		at int
	}{
		"a length":                          {checkLinkState(octets("0402 0002 7231 0404 0003 0a0000"), sessionKind{}), 10},
		"a TLV past the end":                {checkLinkState(octets("0402 0002 7231 0404 0004 0a0000"), sessionKind{}), 6},
		"a sub-TLV past its TLV":            {checkLinkState(octets("0452 001a 0001 00 00 00 00 20010db8000000000000000000000001 04e4 0004"), sessionKind{}), 26},
		"an entry that is cut off":          {checkLinkState(octets("040a 000c 80 00 001f40 0489 0004 003e80"), sessionKind{}), 9},
		"a segment of an SR Policy":         {checkTunnelEncapsulation(octets("000f 000a 80 0007 00 01 04 00000000"), sessionKind{}), 10},
		"an SRv6 service past the end":      {checkPrefixSID(octets("01 0007 00000000000001 05 00ff 00"), sessionKind{}), 10},
		"SID information that is too short": {checkPrefixSID(octets("01 0007 00000000000001 05 0004 00 01 0000"), sessionKind{}), 17},
	}
	for name, c := range cases {
		if !c.d.wrong() || c.d.at != c.at {
			t.Errorf("%s: at %d, want %d: %s", name, c.d.at, c.at, c.d.reason)
		}
	}
}
