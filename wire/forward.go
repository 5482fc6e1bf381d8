package wire

// Ingress is what the attributes of an UPDATE depend on when they are taken in.
type Ingress struct {
	External                 bool // eBGP peer or route-server client: LOCAL_PREF, ORIGINATOR_ID and CLUSTER_LIST mean nothing (RFC 7606 §7)
	KeepUnknownNonTransitive bool // route-server client (RFC 7947 §2.2)
}

// AppendForwardable appends the attributes as they may be passed on: NEXT_HOP, MP_REACH_NLRI and
// MP_UNREACH_NLRI are out, their content is kept beside; so are repeated and discarded ones, and
// unknown ones that are non-transitive. Unknown optional transitive ones get the Partial flag.
// AS numbers have 4 octets, AS4_PATH and AS4_AGGREGATOR are merged away. All else is as it came.
// The Update must not have asked for more than ActionDiscardNLRI.
func (u *Update) AppendForwardable(dst []byte, n *Negotiated, in Ingress) []byte {
	done := u.dropped
	done[0] |= 1<<AttrNextHop | 1<<AttrMPReach | 1<<AttrMPUnreach | 1<<AttrAS4Path | 1<<AttrAS4Aggregator
	if in.External {
		done[0] |= 1<<AttrLocalPref | 1<<AttrOriginatorID | 1<<AttrClusterList
	}
	var four as4
	if !n.AS4 {
		four = u.findAS4()
	}
	for a := u.attrs; len(a) > 0; {
		head, end := attrBounds(a)
		if end == 0 {
			break
		}
		flags, code, raw := AttrFlags(a[0]), AttrCode(a[1]), a[:end]
		a = a[end:]
		if done.has(code) {
			continue
		}
		done.add(code)
		flags = flags.sent()
		at := len(dst)
		switch {
		case !attrRules[code].known:
			if flags&FlagTransitive == 0 && !in.KeepUnknownNonTransitive {
				continue // RFC 4271 §5: quietly ignored, not passed along.
			}
			if flags&FlagTransitive != 0 {
				flags |= FlagPartial // RFC 4271 §5
			}
			dst = append(dst, raw...)
			dst[at] = byte(flags)
		case !n.AS4 && code == AttrASPath:
			dst = four.appendPath(dst, flags, raw[head:])
		case !n.AS4 && code == AttrAggregator:
			dst = four.appendAggregator(dst, flags, raw[head:])
		default:
			dst = append(dst, raw...)
			dst[at] = byte(flags)
		}
	}
	return dst
}

// sent is the flags as they go out: without Partial where it does not say that somebody on the way did
// not know an optional transitive attribute (RFC 4271 §4.3), since neighbors take that for an error.
// The four unused ones, which everybody ignores, go on as they came.
func (f AttrFlags) sent() AttrFlags {
	if f&optionalTransitive != optionalTransitive {
		f &^= FlagPartial
	}
	return f
}
