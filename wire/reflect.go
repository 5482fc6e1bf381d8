package wire

import "encoding/binary"

// Reflection is what a reflector adds to a route (RFC 4456 §8). The zero Reflection adds nothing at all.
type Reflection struct {
	OriginatorID RouterID // of the router the route came from; zero: nothing is added
	ClusterID    RouterID // ours; zero: nothing is added
}

// AppendReflected appends the attributes as they go from iBGP to iBGP: ORIGINATOR_ID if there is none,
// our ClusterID in front of CLUSTER_LIST, which is made if there is none, and LOCAL_PREF of 100 if there
// is none, since no neighbor in the AS may be left without (RFC 4271 §5.1.5). Everything else is byte
// by byte as it was, and in ascending order of codes if it was. a comes from AppendForwardable.
func AppendReflected(dst []byte, a Attrs, r Reflection) []byte {
	var (
		preferAt       = len(a) // where attribute 5 belongs: before the first of a higher code
		before         = len(a) // where attributes 9 and 10 belong, never before preferAt
		list, listHead = -1, 0
		listEnd        = 0
		originator     = r.OriginatorID.IsZero()
		cluster        = !r.ClusterID.IsZero()
		preferred      = originator && !cluster
	)
	for at := 0; at < len(a); {
		head, end := attrBounds(a[at:])
		if end == 0 {
			break
		}
		code := AttrCode(a[at+1])
		if code > AttrLocalPref && preferAt == len(a) {
			preferAt = at
		}
		switch {
		case code == AttrLocalPref:
			preferred = true
		case code == AttrOriginatorID:
			originator = true
		case code == AttrClusterList:
			list, listHead, listEnd = at, at+head, at+end
		case code > AttrClusterList && before == len(a):
			before = at
		}
		at += end
	}
	if list >= 0 {
		before = list
	}
	if preferred {
		preferAt = 0
	} else {
		dst = appendLocalPref(append(dst, a[:preferAt]...))
	}
	dst = append(dst, a[preferAt:before]...)
	if !originator {
		// RFC 4456 §8: one that exists is never overwritten.
		dst = append(appendAttrHead(dst, optionalNonTransitive, AttrOriginatorID, 4), r.OriginatorID[:]...)
	}
	switch {
	case !cluster:
		return append(dst, a[before:]...)
	case list < 0:
		dst = append(appendAttrHead(dst, optionalNonTransitive, AttrClusterList, 4), r.ClusterID[:]...)
		return append(dst, a[before:]...)
	}
	dst = appendAttrHead(dst, AttrFlags(a[list]), AttrClusterList, listEnd-listHead+4)
	dst = append(dst, r.ClusterID[:]...)
	return append(dst, a[listHead:]...)
}

// appendLocalPref appends a LOCAL_PREF that says what a route without it counts.
func appendLocalPref(dst []byte) []byte {
	return binary.BigEndian.AppendUint32(appendAttrHead(dst, wellKnown, AttrLocalPref, 4), defaultLocalPref)
}
