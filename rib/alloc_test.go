package rib

import (
	"testing"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// rig is a table of one shard driven by hand, with one client that announces and some that listen.
type rig struct {
	table     *Table
	shard     *shard
	in        *Ingest
	followers []*Follower
	n         *wire.Negotiated
}

func newRig(listeners int) *rig {
	families := []nlri.Family{nlri.EVPN, nlri.VPNv4, nlri.IPv4Unicast, nlri.VPLS}
	r := &rig{n: &wire.Negotiated{Internal: true, AS4: true, ExtendedMessage: false, LocalASN: 65000, PeerASN: 65000}}
	for _, f := range families {
		r.n.Families = append(r.n.Families, wire.FamilyOptions{Family: f})
	}
	r.table = newTable(Options{Shards: 1, Now: func() time.Time { return time.Unix(1_800_000_000, 0) }})
	r.shard = r.table.shards[0]
	for i := range listeners + 1 {
		id, _ := r.table.AddPeer()
		p := Peer{ID: id, Role: RoleClient, Internal: true, ASN: 65000, LocalASN: 65000,
			RouterID: wire.RouterID{10, 0, 0, byte(i + 1)}, ClusterID: wire.RouterID{192, 0, 2, 1}, LocalRouterID: wire.RouterID{192, 0, 2, 1}}
		var keys []GroupKey
		for _, f := range families {
			keys = append(keys, GroupKey{Family: f, Role: RoleClient, Internal: true, AS4: true, LocalASN: 65000, ClusterID: p.ClusterID, LocalRouterID: p.LocalRouterID})
		}
		in, fo := r.table.open(p, r.n, keys, func() {})
		r.shard.turn()
		if i == 0 {
			r.in = in
		}
		r.followers = append(r.followers, fo)
	}
	r.settle(nil)
	return r
}

// settle lets the shard and the followers work until nothing is left, and hands over what is sent.
func (r *rig) settle(sent func(fo int, b []byte)) {
	var bufs [][]byte
	for busy := true; busy; {
		r.shard.turn()
		busy = len(r.shard.requests) > 0 || r.shard.busy()
		for i, fo := range r.followers {
			var p Progress
			bufs, p = fo.Next(bufs[:0], 1<<20)
			busy = busy || len(bufs) > 0 || p.More || len(r.shard.requests) > 0
			for _, b := range bufs {
				if sent != nil {
					sent(i, b)
				}
			}
		}
	}
}

// evpnUpdate is an UPDATE with count MAC/IP routes, numbered from first, with labels of the given value.
func evpnUpdate(first, count int, label byte) []byte {
	attrs := wire.Attrs{0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 5, 4, 0, 0, 0, 100, 0xc0, 16, 8, 0, 2, 0xfd, 0xe8, 0, 0, 0, 1}
	var w wire.UpdateWriter
	w.Begin(nil, wire.MaxMessage, nlri.EVPN, 0, wire.NextHop{10, 0, 0, 1}, attrs)
	for i := first; i < first+count; i++ {
		n := nlri.NLRI{2, 37, 0, 1, 10, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 48, 2, 0, 0, byte(i >> 16), byte(i >> 8), byte(i), 32, 10, 1, byte(i >> 8), byte(i), 0, 0, label}
		w.Add(0, n)
	}
	return w.End()
}

// evpnWithdrawal withdraws what evpnUpdate announces.
func evpnWithdrawal(first, count int) []byte {
	var w wire.UpdateWriter
	w.BeginWithdraw(nil, wire.MaxMessage, nlri.EVPN, 0)
	announced := evpnUpdate(first, count, 1)
	u, _ := wire.ParseUpdate(announced[wire.HeaderLen:], &wire.Negotiated{Internal: true, AS4: true, Families: []wire.FamilyOptions{{Family: nlri.EVPN}}})
	reach, _ := u.Reach()
	for _, n := range reach.List.All() {
		w.Add(0, n)
	}
	return w.End()
}

func (r *rig) update(t testing.TB, message []byte) {
	u, err := wire.ParseUpdate(message[wire.HeaderLen:], r.n)
	if err != nil {
		t.Fatal(err)
	}
	r.in.Update(&u, false)
}

func TestARouteCostsNoAllocationOnItsWayThroughTheTable(t *testing.T) {
	r := newRig(1)
	var messages [][]byte
	for label := range byte(2) {
		messages = append(messages, evpnUpdate(0, 40, label+1))
	}
	turn := func() {
		for _, m := range messages {
			r.update(t, m)
			r.in.Flush()
			r.shard.drain(time.Unix(1_800_000_001, 0))
		}
	}
	turn()
	r.shard.publish()
	r.settle(nil)
	ingest := testing.AllocsPerRun(100, turn)
	if ingest != 0 {
		t.Errorf("80 routes into the table: %v allocations, want 0", ingest)
	}
	r.shard.publish()
	publish := testing.AllocsPerRun(100, func() {
		turn()
		r.shard.publish()
	})
	// Two publications' worth of routes leave in one entry: the entry and its octets.
	if publish > 2 {
		t.Errorf("a publication of one journal entry: %v allocations, want at most 2", publish)
	}
}

func BenchmarkIngestAndPublishEVPN(b *testing.B) {
	r := newRig(1)
	const total = 20_000
	var messages [2][][]byte
	for label := range byte(2) {
		for first := 0; first < total; first += 5 {
			messages[label] = append(messages[label], evpnUpdate(first, 5, label+1))
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		for j, m := range messages[i%2] {
			r.update(b, m)
			if j%200 == 199 {
				r.in.Flush()
				r.shard.drain(time.Unix(1_900_000_000, 0))
				r.shard.publish()
			}
		}
		r.in.Flush()
		r.shard.turn()
		r.settle(nil)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/total, "ns/route")
}
