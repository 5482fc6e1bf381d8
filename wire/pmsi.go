package wire

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"

	"github.com/dci-rs/dci-rs/nlri"
)

// PMSITunnel is the value of PMSI_TUNNEL (RFC 6514 §5): flags (1 octet), tunnel type (1), MPLS label or
// VNI (3), tunnel identifier. It borrows.
type PMSITunnel []byte

// PMSITunnelType is the second octet of PMSI_TUNNEL.
type PMSITunnelType uint8

const (
	PMSINone PMSITunnelType = iota
	PMSIRSVPTE
	PMSIMLDPP2MP
	PMSIPIMSSM
	PMSIPIMSM
	PMSIBidirPIM
	PMSIIngressReplication
	PMSIMLDPMP2MP
	PMSITransport                               // RFC 7524
	PMSIAssistedReplication PMSITunnelType = 10 // RFC 9574
	PMSIBIER                PMSITunnelType = 11 // RFC 8556
)

// pmsiComposite is the bit of a type that says: replicated by ingress routers as well (RFC 8317 §6.2).
const pmsiComposite PMSITunnelType = 0x80

var pmsiNames = [...]string{"none", "rsvp-te-p2mp", "mldp-p2mp", "pim-ssm", "pim-sm", "bidir-pim", "ingress-replication", "mldp-mp2mp",
	"transport", "", "assisted-replication", "bier"}

// AppendText appends the name of the type, "composite-" before that of a composite one, else the number.
func (t PMSITunnelType) AppendText(dst []byte) []byte {
	kind := t
	if t >= pmsiComposite && t <= 0xfa {
		kind -= pmsiComposite
	}
	if int(kind) >= len(pmsiNames) || pmsiNames[kind] == "" {
		return strconv.AppendUint(dst, uint64(t), 10)
	}
	if kind != t {
		dst = append(dst, "composite-"...)
	}
	return append(dst, pmsiNames[kind]...)
}

func (t PMSITunnelType) String() string { return string(t.AppendText(nil)) }

// PMSILeafInformationRequired is the flag that asks for leaf routes (RFC 6514 §5).
const PMSILeafInformationRequired = 0x01

func (p PMSITunnel) Flags() uint8         { return p[0] }
func (p PMSITunnel) Type() PMSITunnelType { return PMSITunnelType(p[1]) }
func (p PMSITunnel) Label() nlri.LabelField {
	return nlri.LabelField(p[2])<<16 | nlri.LabelField(p[3])<<8 | nlri.LabelField(p[4])
}

// Identifier is the tunnel identifier, whose form the type says.
func (p PMSITunnel) Identifier() []byte { return p[5:] }

// Endpoint is the address that ingress replication and assisted replication send to; invalid for others.
func (p PMSITunnel) Endpoint() netip.Addr {
	if t := p.Type(); t == PMSIIngressReplication || t == PMSIAssistedReplication {
		a, _ := netip.AddrFromSlice(p.Identifier())
		return a
	}
	return netip.Addr{}
}

// Tree is the root or sender and the group of a PIM tree; invalid for others.
func (p PMSITunnel) Tree() (sender, group netip.Addr) {
	id := p.Identifier()
	switch p.Type() {
	case PMSIPIMSSM, PMSIPIMSM, PMSIBidirPIM:
		sender, _ = netip.AddrFromSlice(id[:len(id)/2])
		group, _ = netip.AddrFromSlice(id[len(id)/2:])
	}
	return sender, group
}

// FEC is the root and the opaque value of an mLDP tunnel; invalid for others.
func (p PMSITunnel) FEC() (root netip.Addr, opaque []byte) {
	id := p.Identifier()
	switch p.Type() {
	case PMSIMLDPP2MP, PMSIMLDPMP2MP:
		if fecElementWhole(id) {
			end := 4 + int(id[3])
			root, _ = netip.AddrFromSlice(id[4:end])
			opaque = id[end+2:]
		}
	}
	return root, opaque
}

// AppendPMSITunnel appends a value of PMSI_TUNNEL.
func AppendPMSITunnel(dst []byte, flags uint8, t PMSITunnelType, label nlri.LabelField, identifier []byte) []byte {
	dst = append(dst, flags, byte(t), byte(label>>16), byte(label>>8), byte(label))
	return append(dst, identifier...)
}

func checkPMSITunnel(v []byte, _ sessionKind) defect {
	p := PMSITunnel(v)
	kind, id := p.Type(), p.Identifier()
	if kind >= pmsiComposite && kind <= 0xfa {
		if kind -= pmsiComposite; len(id) < 3 {
			return defect{reason: "no label of ingress replication in a composite tunnel", at: 5}
		}
		id = id[3:] // RFC 8317 §6.2: the label of ingress replication comes first.
	}
	if !kind.identifierOK(id) {
		return defect{reason: fmt.Sprintf("a tunnel identifier of %d octets cannot be one of %s", len(id), p.Type()), at: 5}
	}
	return defect{}
}

// identifierOK says that the identifier can be parsed as one of the type. An identifier where none
// belongs is nobody's business, and a type that is not known has any.
func (t PMSITunnelType) identifierOK(id []byte) bool {
	switch t {
	case PMSIRSVPTE:
		return len(id) == 12 || len(id) == 24 // RFC 4875 §19.1: the SESSION object
	case PMSIMLDPP2MP, PMSIMLDPMP2MP:
		return fecElementWhole(id)
	case PMSIPIMSSM, PMSIPIMSM, PMSIBidirPIM:
		return len(id) == 8 || len(id) == 32
	case PMSIIngressReplication, PMSIAssistedReplication:
		return len(id) == 4 || len(id) == 16
	case PMSIBIER:
		return len(id) == 7 || len(id) == 19 // RFC 8556 §2: sub-domain, BFR-id, BFR-prefix
	}
	return true
}

// fecElementWhole holds an identifier against RFC 6388 §2.2: type (1 octet), address family (2),
// address length (1), root address, opaque length (2), opaque value.
func fecElementWhole(b []byte) bool {
	if len(b) < 4 {
		return false
	}
	opaque := 4 + int(b[3])
	return len(b) >= opaque+2 && len(b) == opaque+2+int(binary.BigEndian.Uint16(b[opaque:]))
}
