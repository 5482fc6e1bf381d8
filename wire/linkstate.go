package wire

// AsLinkState reads the value of the BGP-LS attribute (RFC 9552 §5.3): TLVs of type and length, 2 octets each.
func AsLinkState(value []byte) TLVs { return TLVs{linkStateTLVs, value} }

// checkLinkState holds the TLVs against RFC 9552 §8.2.2: they fill the attribute, and where one is
// recognized its length and those of its sub-TLVs are right. What they hold is nobody's business here,
// nor is their order.
func checkLinkState(v []byte, _ sessionKind) defect { return linkStateTLVs.check(v) }

var (
	segmentID  = field("sid", FieldSID, 0)
	address4   = field("", FieldAddress, 4)
	address16  = field("", FieldAddress, 16)
	bandwidth  = field("", FieldFloat, 4)
	flagsField = uintField("flags", 1)
)

// linkStateSubTLVs are the TLVs of the attribute that may stand inside others as well.
var linkStateSubTLVs = map[uint16]*TLVFormat{
	258: record("link-identifiers", uintField("local", 4), uintField("remote", 4)), // RFC 9552 §5.2.2
	263: list("multi-topology", field("", FieldTopology, 2)),                       // RFC 9552 §5.2.2.1
	266: list("node-msd", uintField("type", 1), uintField("value", 1)),             // RFC 8814 §3
	267: list("link-msd", uintField("type", 1), uintField("value", 1)),             // RFC 8814 §4

	// RFC 9552 §5.3.1
	1024: record("node-flags", uintField("", 1)),
	1025: record("opaque-node", field("", FieldOctets, 0)),
	1026: record("node-name", field("", FieldText, 0)),
	1027: record("isis-area", field("", FieldOctets, 0)),
	1028: record("local-ipv4-router-id", address4),
	1029: record("local-ipv6-router-id", address16),
	1030: record("remote-ipv4-router-id", address4),
	1031: record("remote-ipv6-router-id", address16),
	1032: list("s-bfd-discriminators", uintField("", 4)), // RFC 9247 §3

	// RFC 9085 §2.1, RFC 9514 §3
	1034: record("sr-capabilities", flagsField, reserved(1)).entries("ranges", uintField("size", 3), field("sid", FieldSIDTLV, 0)).atLeast(12),
	1035: list("sr-algorithms", uintField("", 1)).atLeast(1),
	1036: record("sr-local-block", flagsField, reserved(1)).entries("ranges", uintField("size", 3), field("sid", FieldSIDTLV, 0)).atLeast(12),
	1037: record("srms-preference", uintField("", 1)),
	1038: record("srv6-capabilities", uintField("flags", 2), reserved(2)),

	// RFC 9351 §3.1, §4
	1040: list("fad-exclude-any", field("", FieldOctets, 4)),
	1041: list("fad-include-any", field("", FieldOctets, 4)),
	1042: list("fad-include-all", field("", FieldOctets, 4)),
	1043: record("fad-flags", field("", FieldOctets, 0)),
	1044: record("flex-algorithm-prefix-metric", uintField("algorithm", 1), flagsField, reserved(2), uintField("metric", 4)),
	1045: list("fad-exclude-srlg", uintField("", 4)),
	1046: record("fad-unsupported", uintField("protocol", 1), field("types", FieldOctets, 0)),

	// RFC 9552 §5.3.2
	1088: record("administrative-group", field("", FieldOctets, 4)),
	1089: record("max-link-bandwidth", bandwidth),
	1090: record("max-reservable-bandwidth", bandwidth),
	1091: list("unreserved-bandwidth", bandwidth).of(32),
	1092: record("te-metric", uintField("", 4)),
	1093: record("link-protection", uintField("", 2)),
	1094: record("mpls-protocols", uintField("", 1)),
	1095: record("igp-metric", uintField("", 0)).of(1, 2, 3),
	1096: list("srlg", uintField("", 4)),
	1097: record("opaque-link", field("", FieldOctets, 0)),
	1098: record("link-name", field("", FieldText, 0)),

	// RFC 9085 §2.2, RFC 9086 §5
	1099: record("adjacency-sid", flagsField, uintField("weight", 1), reserved(2), segmentID).of(7, 8),
	1100: record("lan-adjacency-sid", flagsField, uintField("weight", 1), reserved(2), field("neighbor", FieldSystem, 0), segmentID).of(11, 12, 13, 14),
	1101: record("peer-node-sid", flagsField, uintField("weight", 1), reserved(2), segmentID).of(7, 8),
	1102: record("peer-adjacency-sid", flagsField, uintField("weight", 1), reserved(2), segmentID).of(7, 8),
	1103: record("peer-set-sid", flagsField, uintField("weight", 1), reserved(2), segmentID).of(7, 8),

	// RFC 8571 §2, in microseconds and units of 0.000003 %
	1114: record("delay", flagsField, uintField("delay", 3)),
	1115: record("min-max-delay", flagsField, uintField("min", 3), reserved(1), uintField("max", 3)),
	1116: record("delay-variation", reserved(1), uintField("", 3)),
	1117: record("link-loss", flagsField, uintField("loss", 3)),
	1118: record("residual-bandwidth", bandwidth),
	1119: record("available-bandwidth", bandwidth),
	1120: record("utilized-bandwidth", bandwidth),
	1121: record("graceful-link-shutdown"), // RFC 8379 §5

	// RFC 9552 §5.3.3
	1152: record("igp-flags", uintField("", 1)),
	1153: list("route-tags", uintField("", 4)),
	1154: list("extended-route-tags", uintField("", 8)),
	1155: record("prefix-metric", uintField("", 4)),
	1156: record("ospf-forwarding-address", field("", FieldAddress, 0)).of(4, 16),
	1157: record("opaque-prefix", field("", FieldOctets, 0)),

	// RFC 9085 §2.1.1, §2.3
	1158: record("prefix-sid", flagsField, uintField("algorithm", 1), reserved(2), segmentID).of(7, 8),
	1161: record("sid", segmentID).of(3, 4),
	1170: record("prefix-attribute-flags", field("", FieldOctets, 0)),
	1171: record("source-router-id", field("", FieldAddress, 0)).of(4, 16),
	1173: list("extended-administrative-group", field("", FieldOctets, 4)), // RFC 9104 §2
	1174: record("source-ospf-router-id", address4),

	// RFC 9514 §5, §7, §8. No sub-TLV of a locator is defined.
	1162: record("srv6-locator", flagsField, uintField("algorithm", 1), reserved(2), uintField("metric", 4), field("sub-tlvs", FieldOctets, 0)),
	1250: record("srv6-endpoint-behavior", uintField("behavior", 2), flagsField, uintField("algorithm", 1)),
	1251: record("srv6-bgp-peer-node-sid", flagsField, uintField("weight", 1), reserved(2), uintField("peer-asn", 4), field("peer-router-id", FieldAddress, 4)),
	1252: record("srv6-sid-structure", uintField("block", 1), uintField("node", 1), uintField("function", 1), uintField("argument", 1)),
}

var linkStateInner = newTLVTable(2, 2, true, linkStateSubTLVs)

// linkStateTLVs are those and the ones that have TLVs inside.
var linkStateTLVs = func() *tlvTable {
	t := newTLVTable(2, 2, true, linkStateSubTLVs)
	endX := func(name string, neighbor ...TLVField) *TLVFormat {
		head := []TLVField{uintField("behavior", 2), flagsField, uintField("algorithm", 1), uintField("weight", 1), reserved(1)}
		return record(name, append(append(head, neighbor...), field("sid", FieldAddress, 16))...)
	}
	for kind, f := range map[uint16]*TLVFormat{
		1039: record("flex-algorithm-definition", uintField("algorithm", 1), uintField("metric-type", 1), uintField("calculation-type", 1), uintField("priority", 1)), // RFC 9351 §3
		1106: endX("srv6-end-x-sid"),                                                                                                                                  // RFC 9514 §4.1
		1107: endX("isis-srv6-lan-end-x-sid", field("neighbor", FieldSystem, 6)),                                                                                      // RFC 9514 §4.2
		1108: endX("ospfv3-srv6-lan-end-x-sid", field("neighbor", FieldSystem, 4)),
		1122: record("application-specific-link-attributes", field("applications", FieldMasks, 0)).atLeast(4), // RFC 9294 §2
		1159: record("range", flagsField, reserved(1), uintField("size", 2)),                                  // RFC 9085 §2.3.5
		1172: record("l2-bundle-member", uintField("descriptor", 4)),                                          // RFC 9085 §2.2.3
	} {
		t.formats[kind] = f.with(linkStateInner)
	}
	t.plan()
	return t
}()
