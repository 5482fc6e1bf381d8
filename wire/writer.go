package wire

import (
	"encoding/binary"

	"github.com/dci-rs/dci-rs/nlri"
)

// UpdateWriter writes UPDATE messages that carry NLRI with one set of attributes, as few as the
// limit allows. Begin or BeginWithdraw, Add for each NLRI, End. The zero value is ready, and it may
// be used again; what it is given is not kept after End. VPLS goes out one NLRI to a message.
//
// A message with NLRI of one kind looks like this; MP_REACH_NLRI or MP_UNREACH_NLRI is its first
// attribute (RFC 7606 §5.1):
//
//	IPv4 unicast:  header, 0, attributes with NEXT_HOP, NLRI        header, NLRI, 0
//	any other:     header, 0, MP_REACH_NLRI, attributes             header, 0, MP_UNREACH_NLRI
type UpdateWriter struct {
	dst      []byte
	limit    int
	family   nlri.Family
	form     nlri.Form
	withdraw bool
	legacy   bool
	single   bool // one NLRI to a message: ExaBGP resets the session at a second one of VPLS
	nextHop  NextHop
	attrs    Attrs
	start    int // where the open message begins, -1 = none is open
	nlriAt   int // where its NLRI begin
	messages int
}

// Begin starts announcements: dst is appended to, limit is the longest message (Negotiated.Limit),
// form how NLRI are written: with AddPath behind their Path Identifier (FamilyOptions.Send), with
// LabelStack if what Add is given was received so. attrs has no NEXT_HOP and no MP attribute.
// IPv4 unicast with a next hop of 4 octets goes out as in RFC 4271, everything else in MP_REACH_NLRI.
func (w *UpdateWriter) Begin(dst []byte, limit int, f nlri.Family, form nlri.Form, nh NextHop, attrs Attrs) {
	*w = UpdateWriter{dst: dst, limit: limit, family: f, form: form, nextHop: nh, attrs: attrs, start: -1,
		legacy: f == nlri.IPv4Unicast && len(nh) == 4, single: f == nlri.VPLS}
}

// BeginWithdraw starts withdrawals.
func (w *UpdateWriter) BeginWithdraw(dst []byte, limit int, f nlri.Family, form nlri.Form) {
	*w = UpdateWriter{dst: dst, limit: limit, family: f, form: form, start: -1, withdraw: true, legacy: f == nlri.IPv4Unicast, single: f == nlri.VPLS}
}

// Add writes one NLRI, as a withdrawal with one label field if the family has labels. It begins a
// new message where the open one is full. false: the NLRI does not fit into any message of the
// limit, and nothing was written.
func (w *UpdateWriter) Add(id nlri.PathID, n nlri.NLRI) bool {
	if w.single && w.start >= 0 {
		w.close()
	}
	for {
		fresh := w.start < 0
		if fresh {
			w.open()
		}
		at := len(w.dst)
		if w.form&nlri.AddPath != 0 {
			w.dst = binary.BigEndian.AppendUint32(w.dst, uint32(id))
		}
		if w.withdraw {
			w.dst = nlri.AppendWithdraw(w.dst, w.family, w.form, n)
		} else {
			w.dst = append(w.dst, n...)
		}
		if len(w.dst)-w.start+w.behind() <= w.limit {
			return true
		}
		w.dst = w.dst[:at]
		if fresh {
			w.dst = w.dst[:w.start]
			w.start = -1
			return false
		}
		w.close()
	}
}

// behind is how many octets follow the NLRI in the message.
func (w *UpdateWriter) behind() int {
	switch {
	case !w.legacy:
		return len(w.attrs)
	case w.withdraw:
		return 2
	}
	return 0
}

const nextHopAttrLen = 7

// open writes the message up to its first NLRI, lengths left open.
func (w *UpdateWriter) open() {
	w.start = len(w.dst)
	w.dst = append(appendHeader(w.dst, TypeUpdate), 0, 0)
	switch {
	case w.legacy && w.withdraw:
	case w.legacy:
		w.dst = binary.BigEndian.AppendUint16(w.dst, uint16(len(w.attrs)+nextHopAttrLen))
		w.appendWithNextHop()
	default:
		w.dst = append(w.dst, 0, 0)
		w.openMP()
	}
	w.nlriAt = len(w.dst)
}

// appendWithNextHop puts NEXT_HOP before the first attribute with a higher code.
func (w *UpdateWriter) appendWithNextHop() {
	before := 0
	for before < len(w.attrs) && AttrCode(w.attrs[before+1]) < AttrNextHop {
		_, end := attrBounds(w.attrs[before:])
		if end == 0 {
			break
		}
		before += end
	}
	w.dst = append(w.dst, w.attrs[:before]...)
	w.dst = AppendAttr(w.dst, wellKnown, AttrNextHop, w.nextHop)
	w.dst = append(w.dst, w.attrs[before:]...)
}

func (w *UpdateWriter) openMP() {
	code := AttrMPReach
	if w.withdraw {
		code = AttrMPUnreach
	}
	w.dst = appendAttrHead(w.dst, optionalNonTransitive|FlagExtendedLength, code, 0)
	w.dst = appendFamily3(w.dst, w.family)
	if !w.withdraw {
		w.dst = append(w.dst, byte(len(w.nextHop)))
		w.dst = append(append(w.dst, w.nextHop...), 0)
	}
}

// close completes the open message.
func (w *UpdateWriter) close() {
	const withdrawnLenAt, attrsLenAt, mpLenAt = HeaderLen, HeaderLen + 2, HeaderLen + 6
	m := w.dst[w.start:]
	switch {
	case w.legacy && w.withdraw:
		binary.BigEndian.PutUint16(m[withdrawnLenAt:], uint16(len(w.dst)-w.nlriAt))
		w.dst = append(w.dst, 0, 0)
	case !w.legacy:
		binary.BigEndian.PutUint16(m[mpLenAt:], uint16(len(m)-mpLenAt-2))
		w.dst = append(w.dst, w.attrs...)
		binary.BigEndian.PutUint16(w.dst[w.start+attrsLenAt:], uint16(len(w.dst)-w.start-attrsLenAt-2))
	}
	w.dst = endMessage(w.dst, w.start)
	w.start = -1
	w.messages++
}

// End completes the last message and returns dst with all of them behind it. A message without NLRI
// is never written.
func (w *UpdateWriter) End() []byte {
	if w.start >= 0 {
		w.close()
	}
	dst := w.dst
	w.dst, w.attrs, w.nextHop = nil, nil, nil
	return dst
}

// Messages is how many messages have been completed since Begin.
func (w *UpdateWriter) Messages() int { return w.messages }

// AppendEndOfRIB appends the End-of-RIB of a family (RFC 4724 §2).
func AppendEndOfRIB(dst []byte, f nlri.Family) []byte {
	start := len(dst)
	dst = append(appendHeader(dst, TypeUpdate), 0, 0)
	if f == nlri.IPv4Unicast {
		return endMessage(append(dst, 0, 0), start)
	}
	dst = append(dst, 0, 6, byte(FlagOptional), byte(AttrMPUnreach), 3)
	return endMessage(appendFamily3(dst, f), start)
}
