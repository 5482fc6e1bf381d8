package nlri

import (
	"iter"
	"strconv"
)

// Label is a 20-bit MPLS label value (RFC 3032 §2.1).
type Label uint32

// String returns the value in decimal.
func (l Label) String() string { return strconv.FormatUint(uint64(l), 10) }

// AppendText appends what String returns.
func (l Label) AppendText(dst []byte) []byte { return strconv.AppendUint(dst, uint64(l), 10) }

// Field returns l as it stands in the label field of an EVPN NLRI: in the upper 20 bits, the lowest bit set.
func (l Label) Field() LabelField { return LabelField(l<<4 | 1) }

// LabelField is the 3-octet MPLS Label field of an EVPN NLRI, whole. It holds an MPLS label or, where the
// encapsulation is VXLAN, NVGRE or GENEVE, a VNI of 24 bits (RFC 8365 §5.1.3); the NLRI does not say which.
type LabelField uint32

// MPLS returns the label in the upper 20 bits.
func (l LabelField) MPLS() Label { return Label(l >> 4 & 0xfffff) }

// VNI returns all 24 bits.
func (l LabelField) VNI() uint32 { return uint32(l & 0xffffff) }

func labelFieldAt(n []byte) LabelField {
	return LabelField(n[0])<<16 | LabelField(n[1])<<8 | LabelField(n[2])
}

func appendLabelField(dst []byte, l LabelField) []byte {
	return append(dst, byte(l>>16), byte(l>>8), byte(l))
}

// Labels is the label stack of a labeled or VPN prefix as on the wire: 3 octets each, 20 bits of label in front. It
// borrows. The single field of a withdrawal is one, whatever it holds.
type Labels []byte

// Len returns the number of labels.
func (l Labels) Len() int { return len(l) / 3 }

// At returns the label number i, the first (outermost) being 0.
func (l Labels) At(i int) Label { return labelFieldAt(l[3*i:]).MPLS() }

// All yields the labels, outermost first.
func (l Labels) All() iter.Seq[Label] {
	return func(yield func(Label) bool) {
		for ; len(l) >= 3; l = l[3:] {
			if !yield(labelFieldAt(l).MPLS()) {
				return
			}
		}
	}
}

// AsLabels returns the label stack of a sound NLRI; empty for families without labels in front of the prefix. EVPN
// labels are fields of the EVPN views.
func AsLabels(f Family, form Form, n NLRI) Labels {
	switch layoutOf(f, form) {
	case labeledPrefix, vpnPrefix:
		return Labels(n[1 : 1+labelOctets(f, form, n)])
	}
	return nil
}

// LabelCount returns the number of labels in front of the prefix of a sound NLRI; 0 for families without.
func LabelCount(f Family, form Form, n NLRI) int { return AsLabels(f, form, n).Len() }

// AppendWithdraw appends a sound NLRI as it stands in a withdrawal, to be read with form|Withdraw: one label field of
// 0x800000 in place of the labels (RFC 8277 §2.4); other families as it came.
func AppendWithdraw(dst []byte, f Family, form Form, n NLRI) []byte {
	switch layoutOf(f, form) {
	case labeledPrefix, vpnPrefix:
		labels := labelOctets(f, form, n)
		dst = append(dst, n[0]-byte(8*labels)+24, 0x80, 0, 0)
		return append(dst, n[1+labels:]...)
	}
	return append(dst, n...)
}

// labelOctets returns the octets of the labels behind the length octet of a labeled or VPN prefix; 0 if n ends before
// the labels do.
func labelOctets(f Family, form Form, n NLRI) int {
	if form&(LabelStack|Withdraw) == LabelStack || form&Withdraw != 0 && repeatsStack(f, n) {
		for end := 4; end <= len(n); end += 3 {
			if n[end-1]&1 != 0 {
				return end - 1
			}
		}
		return 0
	}
	if len(n) < 4 {
		return 0
	}
	return 3
}

// appendLabels appends a label stack, the S bit on the last one only.
func appendLabels(dst []byte, labels []Label) []byte {
	for i, l := range labels {
		field := LabelField(l << 4)
		if i == len(labels)-1 {
			field |= 1
		}
		dst = appendLabelField(dst, field)
	}
	return dst
}

// repeatsStack says that a withdrawal holds more behind one label field than its family has bits. RFC 3107 §3 let a
// sender repeat the stack there; RFC 8277 §2.4, which has one field, knows no other meaning of such a length.
func repeatsStack(f Family, n NLRI) bool {
	least, span := layoutOf(f, 0).plainBits(f, 0)
	return uint(n[0]) > least+span
}
