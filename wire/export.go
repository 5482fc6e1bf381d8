package wire

// ExportKind is the kind of session that attributes go to, and where they come from.
type ExportKind uint8

const (
	Verbatim            ExportKind = iota // as they are; the width of AS numbers alone follows the session
	ToInternal                            // from eBGP or the daemon itself to iBGP
	ToPeer                                // to an eBGP peer
	ToRouteServerClient                   // RFC 7947
)

// Export says how attributes are rewritten for a session.
type Export struct {
	To          ExportKind
	LocalASN    uint32 // prepended to AS_PATH with ToPeer, and to an empty one with ToRouteServerClient
	AS4         bool   // the session has 4-octet AS numbers
	MEDReceived bool   // MED came from a neighbor: it does not go on to the next AS (RFC 4271 §5.1.4)
}

// defaultLocalPref is what a route without LOCAL_PREF counts.
const defaultLocalPref = 100

// AppendExported appends the attributes as the kind of session asks; for iBGP to iBGP there is
// AppendReflected. a comes from AppendForwardable; without AS_PATH, which BGPsec_PATH replaces inside
// the AS, it must not go to another AS, which could not tell a loop (RFC 8205 §4.1).
func AppendExported(dst []byte, a Attrs, e Export) []byte {
	if e.To == Verbatim && e.AS4 {
		return append(dst, a...)
	}
	x := exporter{Export: e, dst: dst}
	if e.To == ToInternal {
		_, has := a.Find(AttrLocalPref)
		x.addLocalPref = !has
	}
	for len(a) > 0 {
		head, end := attrBounds(a)
		if end == 0 {
			break
		}
		x.insertBefore(int(a[1]))
		x.attribute(a[:end], a[head:end])
		a = a[end:]
	}
	x.insertBefore(256)
	return x.dst
}

// exporter is AppendExported at work: what is to be inserted waits for its place in the order.
type exporter struct {
	Export
	dst           []byte
	addLocalPref  bool
	as4Path       outPath // with a width: AS4_PATH follows
	as4Aggregator []byte  // not nil: AS4_AGGREGATOR follows
}

func (x *exporter) insertBefore(code int) {
	if x.addLocalPref && code > int(AttrLocalPref) {
		x.addLocalPref = false
		x.dst = appendLocalPref(x.dst)
	}
	if x.as4Path.width != 0 && code > int(AttrAS4Path) {
		x.dst = x.as4Path.append(x.dst, optionalTransitive, AttrAS4Path)
		x.as4Path = outPath{}
	}
	if x.as4Aggregator != nil && code > int(AttrAS4Aggregator) {
		x.dst = AppendAttr(x.dst, optionalTransitive, AttrAS4Aggregator, x.as4Aggregator)
		x.as4Aggregator = nil
	}
}

func (x *exporter) attribute(raw, value []byte) {
	flags, code := AttrFlags(raw[0]), AttrCode(raw[1])
	external := x.To == ToPeer || x.To == ToRouteServerClient
	switch code {
	case AttrOriginatorID, AttrClusterList:
		if x.To != Verbatim {
			return // RFC 4456 §8: they do not leave the AS, and mean nothing from outside.
		}
	case AttrLocalPref:
		if external {
			return // RFC 4271 §5.1.5
		}
	case AttrMED:
		if x.To == ToPeer && x.MEDReceived {
			return // RFC 4271 §5.1.4
		}
	case AttrAIGP:
		if x.To == ToPeer {
			return // RFC 7311 §3.3
		}
	case AttrASPath:
		x.path(flags, value)
		return
	case AttrAggregator:
		if !x.AS4 {
			x.aggregator(flags, value)
			return
		}
	case AttrExtCommunities:
		if x.To == ToPeer {
			x.dst = appendTransitive(x.dst, raw, value, 8) // RFC 4360 §6
			return
		}
	case AttrIPv6ExtCommunities:
		if x.To == ToPeer {
			x.dst = appendTransitive(x.dst, raw, value, 20) // RFC 5701 §2
			return
		}
	default:
		if !attrRules[code].known && flags&FlagTransitive == 0 && (x.To == ToPeer || x.To == ToInternal) {
			return // RFC 4271 §5
		}
	}
	x.dst = append(x.dst, raw...)
}

// path appends AS_PATH, with our AS in front towards a peer. AS4_PATH follows it where AS numbers of
// two octets could not say it all (RFC 6793 §4.2.2).
func (x *exporter) path(flags AttrFlags, value []byte) {
	// RFC 5065 §5.3: the segments of a confederation do not leave it.
	p := outPath{path: ASPath(value), width: 2, confederation: x.To == ToInternal || x.To == Verbatim}
	if x.To == ToPeer || x.To == ToRouteServerClient && p.path.Len() == 0 {
		// RFC 4271 §5.1.2: a path that begins in our AS must not leave it empty, not even by a route
		// server, which otherwise keeps out of it (RFC 7947 §2.2.2.1).
		p.prepend = x.LocalASN
	}
	if x.AS4 {
		p.width = 4
	} else if p.prepend > 0xffff || lossy(p.path) {
		x.as4Path = outPath{path: p.path, prepend: p.prepend, width: 4}
	}
	x.dst = p.append(x.dst, flags, AttrASPath)
}

// aggregator appends AGGREGATOR with an AS number of two octets.
func (x *exporter) aggregator(flags AttrFlags, value []byte) {
	if len(value) != 8 {
		return
	}
	asn := value[2:4]
	if value[0]|value[1] != 0 {
		asn = []byte{ASTrans >> 8, ASTrans & 0xff}
		x.as4Aggregator = value
	}
	x.dst = append(append(appendAttrHead(x.dst, flags, AttrAggregator, 6), asn...), value[4:]...)
}

// appendTransitive appends a community attribute without the communities, of size octets each, that
// do not leave the AS; nothing if none is left.
func appendTransitive(dst, raw, value []byte, size int) []byte {
	keep := 0
	for at := 0; at < len(value); at += size {
		if value[at]&ExtNonTransitive == 0 {
			keep += size
		}
	}
	switch keep {
	case 0:
		return dst
	case len(value):
		return append(dst, raw...)
	}
	dst = appendAttrHead(dst, AttrFlags(raw[0]), AttrCode(raw[1]), keep)
	for at := 0; at < len(value); at += size {
		if value[at]&ExtNonTransitive == 0 {
			dst = append(dst, value[at:at+size]...)
		}
	}
	return dst
}
