package nlri

import (
	"encoding/binary"
	"net/netip"
)

// Octets of the two VPLS NLRI, their length field included (RFC 6074 §7: the length tells them apart).
const (
	vplsBlockLen = 2 + 17
	vplsADLen    = 2 + 12
)

// VPLSBlock is a VPLS NLRI with a label block (RFC 4761 §3.2.2): length 17 (2 octets), RD (8), VE ID (2), VE block offset
// (2), VE block size (2), label base (3). It borrows.
type VPLSBlock NLRI

// AsVPLSBlock answers false unless n is a VPLS NLRI of that form.
func AsVPLSBlock(n NLRI) (VPLSBlock, bool) {
	return VPLSBlock(n), len(n) == vplsBlockLen && vpls.size(n) == len(n)
}

func (v VPLSBlock) RD() RD              { return RD(v[2:10]) }
func (v VPLSBlock) VEID() uint16        { return binary.BigEndian.Uint16(v[10:]) }
func (v VPLSBlock) BlockOffset() uint16 { return binary.BigEndian.Uint16(v[12:]) }
func (v VPLSBlock) BlockSize() uint16   { return binary.BigEndian.Uint16(v[14:]) }

// LabelBase returns the first label of the block, from the upper 20 bits of its field.
func (v VPLSBlock) LabelBase() Label { return labelFieldAt(v[16:]).MPLS() }

// VPLSFields is what a VPLS NLRI with a label block holds.
type VPLSFields struct {
	RD          RD
	VEID        uint16
	BlockOffset uint16
	BlockSize   uint16
	LabelBase   Label
}

// AppendVPLS appends a VPLS NLRI with a label block.
func AppendVPLS(dst []byte, v VPLSFields) []byte {
	dst = append(dst, 0, vplsBlockLen-2)
	dst = append(dst, v.RD[:]...)
	dst = binary.BigEndian.AppendUint16(dst, v.VEID)
	dst = binary.BigEndian.AppendUint16(dst, v.BlockOffset)
	dst = binary.BigEndian.AppendUint16(dst, v.BlockSize)
	return appendLabelField(dst, v.LabelBase.Field())
}

// VPLSAD is a VPLS auto-discovery NLRI (RFC 6074 §3.2.2.1): length 12 (2 octets), RD (8), address of the PE (4). It
// borrows.
type VPLSAD NLRI

// AsVPLSAD answers false unless n is a VPLS NLRI of that form.
func AsVPLSAD(n NLRI) (VPLSAD, bool) {
	return VPLSAD(n), len(n) == vplsADLen && vpls.size(n) == len(n)
}

func (v VPLSAD) RD() RD { return RD(v[2:10]) }

// PE returns the VSI-ID, which is the address of the PE.
func (v VPLSAD) PE() netip.Addr { return netip.AddrFrom4([4]byte(v[10:14])) }

// AppendVPLSAD appends a VPLS auto-discovery NLRI; pe is an IPv4 address.
func AppendVPLSAD(dst []byte, rd RD, pe netip.Addr) []byte {
	dst = append(dst, 0, vplsADLen-2)
	dst = append(dst, rd[:]...)
	octets := pe.As4()
	return append(dst, octets[:]...)
}
