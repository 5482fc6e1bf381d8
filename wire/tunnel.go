package wire

import (
	"encoding/binary"
	"maps"
	"strconv"
)

// TunnelType is a tunnel type of the Tunnel Encapsulation attribute and of the encapsulation community
// (RFC 9012 §3.1, §4.1).
type TunnelType uint16

const (
	TunnelL2TPv3    TunnelType = 1
	TunnelGRE       TunnelType = 2
	TunnelIPinIP    TunnelType = 7
	TunnelVXLAN     TunnelType = 8
	TunnelNVGRE     TunnelType = 9
	TunnelMPLS      TunnelType = 10
	TunnelMPLSinGRE TunnelType = 11
	TunnelVXLANGPE  TunnelType = 12
	TunnelMPLSinUDP TunnelType = 13
	TunnelSRPolicy  TunnelType = 15 // RFC 9830 §2.2
	TunnelGENEVE    TunnelType = 19 // RFC 8926
)

var tunnelNames = [...]string{
	TunnelL2TPv3: "l2tpv3", TunnelGRE: "gre", TunnelIPinIP: "ip-in-ip", TunnelVXLAN: "vxlan", TunnelNVGRE: "nvgre", TunnelMPLS: "mpls",
	TunnelMPLSinGRE: "mpls-in-gre", TunnelVXLANGPE: "vxlan-gpe", TunnelMPLSinUDP: "mpls-in-udp", 14: "ipv6-tunnel", TunnelSRPolicy: "sr-policy",
	16: "bare", TunnelGENEVE: "geneve", 20: "any-encapsulation",
}

// AppendText appends the name, else the number.
func (t TunnelType) AppendText(dst []byte) []byte {
	if int(t) < len(tunnelNames) && tunnelNames[t] != "" {
		return append(dst, tunnelNames[t]...)
	}
	return strconv.AppendUint(dst, uint64(t), 10)
}

func (t TunnelType) String() string { return string(t.AppendText(nil)) }

// VNI says that label fields beside the tunnel hold virtual network identifiers of 24 bits (RFC 8365 §5.1.3).
func (t TunnelType) VNI() bool { return t == TunnelVXLAN || t == TunnelNVGRE || t == TunnelGENEVE }

// AsTunnelEncapsulation reads the value of the Tunnel Encapsulation attribute (RFC 9012 §2): TLVs of
// tunnel type and length (2 octets each), each full of sub-TLVs of type (1 octet) and length (1 octet,
// 2 for types from 128).
func AsTunnelEncapsulation(value []byte) TLVs { return TLVs{tunnelTLVs, value} }

// AppendTunnel appends a tunnel TLV with the sub-TLVs.
func AppendTunnel(dst []byte, t TunnelType, subTLVs []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(t))
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(subTLVs)))
	return append(dst, subTLVs...)
}

// AppendTunnelSubTLV appends a sub-TLV. One of a type below 128 has at most 255 octets.
func AppendTunnelSubTLV(dst []byte, kind uint8, value []byte) []byte {
	dst = append(dst, kind)
	if kind >= 128 {
		dst = append(dst, byte(len(value)>>8))
	}
	return append(append(dst, byte(len(value))), value...)
}

// checkTunnelEncapsulation is RFC 9012 §13: sub-TLVs fill their TLV, TLVs the attribute. A sub-TLV that is
// malformed inside means nothing, but in an SR Policy it is an error (RFC 9830 §5).
func checkTunnelEncapsulation(v []byte, _ sessionKind) defect { return tunnelTLVs.check(v) }

// tunnelSubTLVs are the sub-TLVs of any tunnel, RFC 9012 §3.
var tunnelSubTLVs = map[uint16]*TLVFormat{
	2:  record("protocol-type", uintField("", 2)),
	4:  record("color", field("", FieldCommunity, 8)),
	5:  record("load-balancing-block", uintField("", 2)), // RFC 5640 §2
	6:  record("egress-endpoint", reserved(4), uintField("afi", 2), field("address", FieldAddress, 0)).of(6, 10, 22),
	7:  record("ds-field", uintField("", 1)),
	8:  record("udp-destination-port", uintField("", 2)),
	9:  record("embedded-label-handling", uintField("", 1)),
	10: list("mpls-label-stack", field("", FieldLabel, 4)),
	11: record("prefix-sid").with(prefixSIDTLVs),
}

// tunnelTLVs have sub-TLVs of the same form whatever the tunnel is; what encapsulates differs.
var tunnelTLVs = func() *tlvTable {
	tunnel := func(name string, encapsulation *TLVFormat) *TLVFormat {
		formats := maps.Clone(tunnelSubTLVs)
		formats[1] = encapsulation
		return record(name).with(newTLVTable(1, 0, false, formats))
	}
	virtualNetwork := record("encapsulation", flagsField, uintField("vni", 3), field("mac", FieldMAC, 6), reserved(2))
	key := record("encapsulation", uintField("key", 4))
	opaque := record("encapsulation", field("", FieldOctets, 0))
	encapsulations := map[TunnelType]*TLVFormat{
		TunnelL2TPv3:    record("encapsulation", uintField("session", 4), field("cookie", FieldOctets, 0)), // RFC 9012 §3.2.3
		TunnelGRE:       key,                                                                               // RFC 9012 §3.2.4
		TunnelMPLSinGRE: key,                                                                               // RFC 9012 §3.2.5
		TunnelVXLAN:     virtualNetwork,                                                                    // RFC 9012 §3.2.1
		TunnelNVGRE:     virtualNetwork,                                                                    // RFC 9012 §3.2.2
	}
	formats := map[uint16]*TLVFormat{}
	for kind, name := range tunnelNames {
		if name == "" {
			continue
		}
		encapsulation, ok := encapsulations[TunnelType(kind)]
		if !ok {
			encapsulation = opaque
		}
		formats[uint16(kind)] = tunnel(name, encapsulation)
	}
	formats[uint16(TunnelSRPolicy)] = record("sr-policy").with(srPolicySubTLVs)
	t := newTLVTable(2, 2, true, formats)
	t.other = tunnel("", opaque)
	t.plan()
	return t
}()
