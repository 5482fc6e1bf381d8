package rib

import (
	"bytes"
	"encoding/binary"

	"github.com/dci-rs/dci-rs/wire"
)

// attrSet is one attribute set: the next hop and the attribute octets that paths share, a summary
// for the decision process, and the list of those paths. It is interned per table and dies with
// its last path. The octets in the arena are next hop, then attributes.
type attrSet struct {
	hash        uint64
	octets      uint32 // arena handle
	length      uint32
	first, last pathHandle
	paths       uint32

	localPref                    uint32
	med                          uint32
	neighborAS                   uint32
	mobility                     uint32     // MAC mobility sequence number, with setMobility
	originator                   uint32     // ORIGINATOR_ID as a number, with setOriginator
	audience                     audienceID // its route targets
	nextOfTargets, prevOfTargets setHandle
	chain                        uint32 // during a publication: 1 + index of its first item
	asLength                     uint16
	clusters                     uint16 // length of CLUSTER_LIST in identifiers
	nextHop                      uint8  // octets of next hop
	origin                       uint8
	flags                        setFlags
}

type setFlags uint8

const (
	setMED setFlags = 1 << iota
	setOriginator
	setNoAdvertise
	setNoExport
	setMobility
	setSticky
)

type setHandle = uint32

const defaultLocalPref = 100

// Well-known communities that bound where a route goes, RFC 1997.
const (
	noExport          = 0xffffff01
	noAdvertise       = 0xffffff02
	noExportSubconfed = 0xffffff03
)

func (t *familyTable) nextHopOf(s *attrSet) wire.NextHop {
	return wire.NextHop(t.octets.At(s.octets, int(s.length))[:s.nextHop])
}

func (t *familyTable) attrsOf(s *attrSet) wire.Attrs {
	return wire.Attrs(t.octets.At(s.octets, int(s.length))[s.nextHop:])
}

// intern returns the set with these octets and makes it if there is none.
func (t *familyTable) intern(hash uint64, octets []byte, nextHop uint8) setHandle {
	h := t.setIndex.find(hash, func(h uint32) bool {
		s := t.sets.At(h)
		return s.nextHop == nextHop && int(s.length) == len(octets) &&
			bytes.Equal(t.octets.At(s.octets, len(octets)), octets)
	})
	if h != 0 {
		return h
	}
	h = t.sets.Alloc()
	s := t.sets.At(h)
	s.hash, s.nextHop = hash, nextHop
	s.octets, s.length = t.octets.Append(octets), uint32(len(octets))
	s.summarise(wire.Attrs(octets[nextHop:]))
	t.joinTargets(h)
	t.setIndex.insert(hash, h)
	return h
}

// summarise reads what the decision process and the export rules ask of every path.
func (s *attrSet) summarise(attrs wire.Attrs) {
	s.localPref = defaultLocalPref
	inside := true
	for a := range attrs.All() {
		v := a.Value
		switch a.Code {
		case wire.AttrOrigin:
			s.origin = v[0]
		case wire.AttrASPath:
			inside = false
			path := wire.ASPath(v)
			s.asLength = uint16(min(path.Len(), 1<<16-1))
			s.neighborAS = path.NeighborASN()
		case wire.AttrMED:
			s.med, s.flags = binary.BigEndian.Uint32(v), s.flags|setMED
		case wire.AttrLocalPref:
			s.localPref = binary.BigEndian.Uint32(v)
		case wire.AttrOriginatorID:
			s.originator, s.flags = binary.BigEndian.Uint32(v), s.flags|setOriginator
		case wire.AttrExtCommunities:
			for ; len(v) >= 8; v = v[8:] {
				if v[0] == 6 && v[1] == 0 { // MAC Mobility, RFC 7432 §7.7
					s.flags |= setMobility
					s.mobility = binary.BigEndian.Uint32(v[4:])
					if v[2]&1 != 0 {
						s.flags |= setSticky
					}
				}
			}
		case wire.AttrClusterList:
			s.clusters = uint16(len(v) / 4)
		case wire.AttrCommunities:
			for ; len(v) >= 4; v = v[4:] {
				switch binary.BigEndian.Uint32(v) {
				case noAdvertise:
					s.flags |= setNoAdvertise
				case noExport, noExportSubconfed:
					s.flags |= setNoExport
				}
			}
		}
	}
	if inside {
		s.flags |= setNoExport // RFC 8205 §4.1: BGPsec_PATH stands for a path that other AS could not read.
	}
}

// join puts a path at the end of its set's list.
func (t *familyTable) join(h setHandle, ph pathHandle) {
	s, p := t.sets.At(h), t.paths.At(ph)
	p.set, p.prevInSet, p.nextInSet = h, s.last, 0
	if s.last != 0 {
		t.paths.At(s.last).nextInSet = ph
	} else {
		s.first = ph
	}
	s.last = ph
	s.paths++
}

// part takes a path out of its set's list; walks that stand on it step on.
func (t *familyTable) part(ph pathHandle) {
	p := t.paths.At(ph)
	s := t.sets.At(p.set)
	if p.flags&pathUnderCursor != 0 {
		t.stepWalks(ph, p)
	}
	if p.prevInSet != 0 {
		t.paths.At(p.prevInSet).nextInSet = p.nextInSet
	} else {
		s.first = p.nextInSet
	}
	if p.nextInSet != 0 {
		t.paths.At(p.nextInSet).prevInSet = p.prevInSet
	} else {
		s.last = p.prevInSet
	}
	s.paths--
	p.prevInSet, p.nextInSet = 0, 0
}

// release lets a set die when its last path has left.
func (t *familyTable) release(h setHandle) {
	s := t.sets.At(h)
	if s.paths != 0 {
		return
	}
	t.partTargets(s)
	t.setIndex.remove(s.hash, h)
	t.octets.Free(s.octets, int(s.length))
	t.sets.Free(h)
}

// touch moves a path that is told anew to the front of its set, so that a set's list is ordered:
// every path told after a version stands before every path that was not.
func (t *familyTable) touch(ph pathHandle) {
	p := t.paths.At(ph)
	h := p.set
	s := t.sets.At(h)
	if s.first == ph {
		return
	}
	t.part(ph)
	p.nextInSet = s.first
	t.paths.At(s.first).prevInSet = ph
	s.first = ph
	s.paths++
}
