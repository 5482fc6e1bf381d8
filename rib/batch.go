package rib

import (
	"encoding/binary"

	"github.com/cespare/xxhash/v2"

	"github.com/dci-rs/dci-rs/nlri"
)

// batch carries routes of one session from its reader to one shard, in order. Readers fill them,
// shards empty them, and both share a pool of used ones.
type batch struct {
	peer    PeerID
	epoch   uint8
	scope   *Scope
	records []record
	sets    []batchSet
	octets  []byte // NLRI and attribute sets
}

// record is one route, or one word about the session.
type record struct {
	hash   uint64 // of the key
	offset uint32 // of the NLRI in octets
	set    int32  // in sets, for announcements
	pathID nlri.PathID
	family nlri.Family
	length uint16
	scope  scopeID
	op     op
	form   nlri.Form
}

type op uint8

const (
	opAnnounce op = iota
	opWithdraw
	opWant   // a membership, for interest: opAnnounce and opWithdraw of it in the same order
	opUnwant //
	opEndOfRIB
	opBeginRefresh
	opEndRefresh
	opClose
)

// batchSet is an attribute set of a batch; the shard notes the handle that it interned it to.
type batchSet struct {
	hash    uint64
	offset  uint32
	length  uint32
	handle  setHandle
	family  nlri.Family
	nextHop uint8
}

const (
	batchRecords = 1024
	batchOctets  = 64 << 10
)

func (b *batch) reset() {
	*b = batch{records: b.records[:0], sets: b.sets[:0], octets: b.octets[:0]}
}

// hasher hashes with a seed of its own process, so that nobody outside can choose what collides.
type hasher struct {
	seed    uint64
	scratch []byte
}

func (x *hasher) begin() []byte {
	return binary.NativeEndian.AppendUint64(x.scratch[:0], x.seed)
}

func (x *hasher) sum(b []byte) uint64 {
	x.scratch = b
	return xxhash.Sum64(b)
}

// key hashes the identity of a route.
func (x *hasher) key(f nlri.Family, form nlri.Form, n nlri.NLRI) uint64 {
	return x.sum(nlri.AppendKey(x.begin(), f, form, n))
}

// locality hashes what decides on a route's shard.
func (x *hasher) locality(f nlri.Family, form nlri.Form, n nlri.NLRI) uint64 {
	return x.sum(append(x.begin(), nlri.Locality(f, form, n)...))
}

// set hashes a next hop and the attributes behind it.
func (x *hasher) set(octets []byte, nextHop uint8) uint64 {
	return x.sum(append(append(x.begin(), nextHop), octets...))
}

func (t *familyTable) hashOf(form nlri.Form, n nlri.NLRI) uint64 {
	return t.hasher.key(t.family, form, n)
}
