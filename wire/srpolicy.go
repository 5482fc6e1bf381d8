package wire

// srPolicySubTLVs are the sub-TLVs of a tunnel of type SR Policy, RFC 9830 §2.4 and RFC 9831 §2. Those of
// other tunnels mean nothing here (RFC 9830 §2.3).
var srPolicySubTLVs = newTLVTable(1, 0, true, map[uint16]*TLVFormat{
	6:   {Name: "egress-endpoint", Fields: tunnelSubTLVs[6].Fields, step: 1, most: anyLength},
	12:  record("preference", flagsField, reserved(1), uintField("preference", 4)),
	13:  record("binding-sid", flagsField, reserved(1), field("sid", FieldBindingSID, 0)).of(2, 6, 18),
	14:  record("explicit-null-label-policy", flagsField, reserved(1), uintField("policy", 1)),
	15:  record("priority", uintField("priority", 1), reserved(1)),
	20:  record("srv6-binding-sid", flagsField, reserved(1), field("sid", FieldAddress, 16), behavior).of(18, 26),
	128: record("segment-list", reserved(1)).with(srSegments),
	// RFC 9830 §2.4: names of any length, none too, behind the reserved octet.
	129: record("candidate-path-name", reserved(1), field("name", FieldText, 0)).atLeast(1),
	130: record("policy-name", reserved(1), field("name", FieldText, 0)).atLeast(1),
})

// behavior is the SRv6 endpoint behavior and SID structure, RFC 9830 §2.4.4.2.4, which may be left out.
var behavior = field("behavior", FieldOctets, 0)

// srSegments are the sub-TLVs of a segment list, RFC 9830 §2.4.4 and RFC 9831 §2.
var srSegments = func() *tlvTable {
	algorithm, v4, v6 := uintField("algorithm", 1), field("ipv4", FieldAddress, 4), field("ipv6", FieldAddress, 16)
	label := field("sid", FieldBindingSID, 0)
	local := uintField("local-interface", 4)
	remote4, remote6, remote := field("remote-ipv4", FieldAddress, 4), field("remote-ipv6", FieldAddress, 16), uintField("remote-interface", 4)
	sid := field("srv6-sid", FieldAddress, 16)
	return newTLVTable(1, 1, true, map[uint16]*TLVFormat{
		1:  record("segment-a", flagsField, reserved(1), field("sid", FieldLabel, 4)),
		3:  record("segment-c", flagsField, algorithm, v4, label).of(6, 10),
		4:  record("segment-d", flagsField, algorithm, v6, label).of(18, 22),
		5:  record("segment-e", flagsField, reserved(1), local, v4, label).of(10, 14),
		6:  record("segment-f", flagsField, reserved(1), v4, remote4, label).of(10, 14),
		7:  record("segment-g", flagsField, reserved(1), local, v6, remote, remote6, label).of(42, 46),
		8:  record("segment-h", flagsField, reserved(1), v6, remote6, label).of(34, 38),
		9:  record("weight", flagsField, reserved(1), uintField("weight", 4)),
		13: record("segment-b", flagsField, reserved(1), field("sid", FieldAddress, 16), behavior).of(18, 26),
		14: record("segment-i", flagsField, algorithm, v6, sid, behavior).atLeast(18),
		15: record("segment-j", flagsField, algorithm, local, v6, remote, remote6, sid, behavior).atLeast(42),
		16: record("segment-k", flagsField, algorithm, v6, remote6, sid, behavior).atLeast(34),
	})
}()
