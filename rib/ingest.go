package rib

import (
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// Ingest takes the messages of one session into the table. Its reader owns it.
type Ingest struct {
	table      *Table
	peer       Peer
	negotiated *wire.Negotiated
	epoch      uint8
	scope      *Scope
	hasher     hasher
	parts      []part      // by shard
	octets     []byte      // next hop and attributes of the message at hand
	patience   *time.Timer // of a constrained session
}

// part is what of a reader's work is meant for one shard.
type part struct {
	batch *batch
	set   int32 // of the message at hand in batch.sets, or -1
}

// Update puts one UPDATE into the table: withdrawals first, then announcements. asWithdraw treats
// the announcements as withdrawals (RFC 7606 §2). It waits while a shard's inbox is full. u is not
// kept.
func (in *Ingest) Update(u *wire.Update, asWithdraw bool) {
	if l := u.Withdrawn(); !l.Empty() {
		in.withdraw(l)
	}
	if l, ok := u.Unreach(); ok {
		in.withdraw(l)
	}
	legacy := u.Announced()
	reach, mp := u.Reach()
	if !mp && legacy.Empty() {
		return
	}
	if !asWithdraw {
		in.octets = u.AppendForwardable(in.octets[:0], in.negotiated, wire.Ingress{
			External:                 !in.peer.Internal,
			KeepUnknownNonTransitive: in.peer.Role == RoleRouteServerClient,
		})
		// A route that has been here before is unfeasible, and a former one of the same neighbor
		// goes (RFC 4271 §9.1.2, RFC 4456 §8).
		asWithdraw = in.loops(wire.Attrs(in.octets))
	}
	if asWithdraw {
		in.withdraw(legacy)
		if mp {
			in.withdraw(reach.List)
		}
		return
	}
	attrs := wire.Attrs(in.octets)
	if !legacy.Empty() {
		in.announce(legacy, u.NextHop(), attrs)
	}
	if mp {
		in.announce(reach.List, reach.NextHop, attrs)
	}
}

func (in *Ingest) loops(attrs wire.Attrs) bool {
	for a := range attrs.All() {
		switch a.Code {
		case wire.AttrASPath:
			if wire.ASPath(a.Value).Contains(in.peer.LocalASN) {
				return true
			}
		case wire.AttrOriginatorID:
			if wire.RouterID(a.Value) == in.peer.LocalRouterID {
				return true
			}
		case wire.AttrClusterList:
			if wire.ClusterList(a.Value).Contains(in.peer.ClusterID) {
				return true
			}
		}
	}
	return false
}

func (in *Ingest) withdraw(l nlri.List) {
	f := l.Family()
	form := storedForm(f, l.Form())
	for id, n := range l.All() {
		in.add(record{op: opWithdraw, family: f, form: form, pathID: id}, n, nil, nil)
	}
}

func (in *Ingest) announce(l nlri.List, nextHop wire.NextHop, attrs wire.Attrs) {
	f := l.Family()
	form := storedForm(f, l.Form())
	for i := range in.parts {
		in.parts[i].set = -1
	}
	for id, n := range l.All() {
		r := record{op: opAnnounce, family: f, form: form, pathID: id}
		if in.peer.OpaqueDiscard && nlri.Opaque(f, n) {
			r.op = opWithdraw
		}
		in.add(r, n, nextHop, attrs)
	}
}

// storedForm is the form that a route's octets have by themselves. The Path Identifier stands
// beside them, and withdrawals are told apart only where their octets differ: in the labels.
func storedForm(f nlri.Family, form nlri.Form) nlri.Form {
	form &^= nlri.AddPath
	switch f.SAFI() {
	case nlri.SAFILabeled, nlri.SAFIVPN:
		return form
	}
	return form &^ nlri.Withdraw
}

// add puts one route into the batch of its shard.
func (in *Ingest) add(r record, n nlri.NLRI, nextHop wire.NextHop, attrs wire.Attrs) {
	shard := in.table.shardOf(in.hasher.locality(r.family, r.form, n))
	pt := &in.parts[shard]
	if b := pt.batch; b != nil && (len(b.records) >= batchRecords || len(b.octets) >= batchOctets) {
		in.send(shard)
	}
	b := in.batch(shard)
	if r.op == opAnnounce {
		if pt.set < 0 {
			pt.set = int32(len(b.sets))
			at := len(b.octets)
			b.octets = append(append(b.octets, nextHop...), attrs...)
			b.sets = append(b.sets, batchSet{
				hash: in.hasher.set(b.octets[at:], uint8(len(nextHop))), offset: uint32(at),
				length: uint32(len(b.octets) - at), family: r.family, nextHop: uint8(len(nextHop)),
			})
		}
		r.set = pt.set
		if in.scope != nil {
			r.scope = in.scope.id
		}
	}
	r.hash = in.hasher.key(r.family, r.form, n)
	r.offset, r.length = uint32(len(b.octets)), uint16(len(n))
	b.octets = append(b.octets, n...)
	b.records = append(b.records, r)
	if r.family == nlri.RouteTarget && in.peer.Constrained {
		in.wish(r, n)
	}
}

// wish tells a membership to every shard, besides the one that keeps it as a route.
func (in *Ingest) wish(r record, n nlri.NLRI) {
	r.op += opWant - opAnnounce
	for shard := range in.parts {
		b := in.batch(shard)
		r.offset = uint32(len(b.octets))
		b.octets = append(b.octets, n...)
		b.records = append(b.records, r)
	}
}

// batch is the open batch of a shard.
func (in *Ingest) batch(shard int) *batch {
	pt := &in.parts[shard]
	if pt.batch == nil {
		pt.batch = in.table.freeBatch()
		pt.batch.peer, pt.batch.epoch, pt.batch.scope = in.peer.ID, in.epoch, in.scope
		pt.set = -1
	}
	return pt.batch
}

// send hands a shard its batch; it waits while the shard's inbox is full.
func (in *Ingest) send(shard int) {
	if b := in.parts[shard].batch; b != nil {
		in.parts[shard].batch = nil
		in.table.shards[shard].inbox <- b
	}
}

// Flush hands what Update gathered to the shards. The reader calls it when its socket is drained.
func (in *Ingest) Flush() {
	for shard := range in.parts {
		in.send(shard)
	}
}

// SetScope says which views the routes that follow are meant for; nil is everyone.
func (in *Ingest) SetScope(s *Scope) {
	if s != in.scope {
		in.Flush()
		in.scope = s
	}
}

// EndOfRIB passes the neighbor's End-of-RIB of a family to every shard, behind its routes.
func (in *Ingest) EndOfRIB(f nlri.Family) { in.tellAll(record{op: opEndOfRIB, family: f}) }

// BeginRefresh passes the neighbor's BoRR of a family on (RFC 7313 §4), behind the routes before it.
func (in *Ingest) BeginRefresh(f nlri.Family) { in.tellAll(record{op: opBeginRefresh, family: f}) }

// EndRefresh passes its EoRR on: routes that were not told again since BoRR are withdrawn.
func (in *Ingest) EndRefresh(f nlri.Family) { in.tellAll(record{op: opEndRefresh, family: f}) }

// Close ends the session's routes: they are purged in slices, behind everything flushed before.
func (in *Ingest) Close() {
	if in.patience != nil {
		in.patience.Stop()
	}
	in.tellAll(record{op: opClose})
}

// tellAll puts one word about the session into every shard's batch, behind the routes before it.
func (in *Ingest) tellAll(r record) {
	for shard := range in.parts {
		b := in.batch(shard)
		b.records = append(b.records, r)
	}
	in.Flush()
}
