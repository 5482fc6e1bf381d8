package rib

import (
	"context"
	"encoding/binary"
	"maps"
	"math/rand/v2"
	"net/netip"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// listener is a neighbor's far end: a writer goroutine that keeps what it is told.
type listener struct {
	fo   *Follower
	mu   sync.Mutex
	view map[string]string // by NLRI key, the label
	eor  bool
}

func (l *listener) run(ctx context.Context, n *wire.Negotiated) {
	var bufs [][]byte
	for {
		var p Progress
		bufs, p = l.fo.Next(bufs[:0], 64<<10)
		for _, b := range bufs {
			l.take(b, n)
		}
		if len(bufs) > 0 || p.More {
			continue
		}
		select {
		case <-l.fo.Wake():
		case <-ctx.Done():
			return
		}
	}
}

func (l *listener) take(b []byte, n *wire.Negotiated) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(b) > 0 {
		h, _ := wire.ParseHeader(b, wire.MaxMessage)
		u, err := wire.ParseUpdate(b[wire.HeaderLen:h.Length], n)
		if err != nil {
			panic(err)
		}
		b = b[h.Length:]
		if _, ok := u.EndOfRIB(); ok {
			l.eor = true
		}
		if list, ok := u.Unreach(); ok {
			for _, x := range list.All() {
				delete(l.view, string(nlri.AppendKey(nil, nlri.EVPN, 0, x)))
			}
		}
		if r, ok := u.Reach(); ok {
			for _, x := range r.List.All() {
				l.view[string(nlri.AppendKey(nil, nlri.EVPN, 0, x))] = string(x[len(x)-3:])
			}
		}
	}
}

func (l *listener) holds() map[string]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.view)
}

// TestNeighborsOnGoroutinesOfTheirOwnAgreeInTheEnd has readers and writers at work at once, two
// sessions that come and go, and a visitor; the race detector watches.
func TestNeighborsOnGoroutinesOfTheirOwnAgreeInTheEnd(t *testing.T) {
	defer goleak.VerifyNone(t)
	table := New(Options{Shards: 2})
	n := &wire.Negotiated{Internal: true, AS4: true, LocalASN: 65000, PeerASN: 65000, Families: []wire.FamilyOptions{{Family: nlri.EVPN}}}
	const peers, routes = 6, 300
	ctx, stop := context.WithCancel(context.Background())
	var writers, readers sync.WaitGroup
	open := func(i int, id PeerID) (*Ingest, *listener) {
		p := Peer{ID: id, Role: RoleClient, Internal: true, LocalASN: 65000, RouterID: wire.RouterID{10, 0, 0, byte(i)},
			ClusterID: wire.RouterID{1, 1, 1, 1}, LocalRouterID: wire.RouterID{1, 1, 1, 1}, Address: netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})}
		in, fo := table.Open(p, n, []GroupKey{{Family: nlri.EVPN, Role: RoleClient, Internal: true, AS4: true, ClusterID: p.ClusterID}})
		l := &listener{fo: fo, view: map[string]string{}}
		return in, l
	}
	lasting := make([]*listener, peers)
	ins := make([]*Ingest, peers)
	want := make([]map[string]string, peers)
	for i := range peers {
		id, _ := table.AddPeer()
		ins[i], lasting[i] = open(i, id)
		writers.Go(func() { lasting[i].run(ctx, n) })
		readers.Go(func() { want[i] = announceMuch(ins[i], n, i, routes) })
	}
	for i := range 2 { // sessions that come and go
		readers.Go(func() {
			id, _ := table.AddPeer()
			for range 20 {
				in, l := open(100+i, id)
				own, end := context.WithCancel(ctx)
				var w sync.WaitGroup
				w.Go(func() { l.run(own, n) })
				announceMuch(in, n, 100+i, 20)
				in.Close()
				end()
				w.Wait()
				l.fo.Close()
			}
			table.RemovePeer(id)
		})
	}
	readers.Go(func() { // a visitor
		for range 50 {
			table.Routes(Query{Family: nlri.EVPN}, func(Route) bool { return true })
			table.Counts()
		}
	})
	readers.Wait()
	all := map[string]string{}
	for _, w := range want {
		maps.Copy(all, w)
	}
	for i, l := range lasting {
		mine := maps.Clone(all)
		for key := range want[i] {
			delete(mine, key)
		}
		for deadline := time.Now().Add(20 * time.Second); !maps.Equal(l.holds(), mine); {
			if time.Now().After(deadline) {
				t.Fatalf("neighbor %d holds %d routes, want %d", i, len(l.holds()), len(mine))
			}
			table.Counts() // a turn of each shard
		}
		if l.mu.Lock(); !l.eor {
			t.Errorf("neighbor %d never heard End-of-RIB", i)
		}
		l.mu.Unlock()
	}
	stop()
	writers.Wait()
	for i := range peers {
		ins[i].Close()
		lasting[i].fo.Close()
	}
	table.Close()
}

// announceMuch announces and withdraws routes of neighbor i, and returns what is left by key.
func announceMuch(in *Ingest, n *wire.Negotiated, i, routes int) map[string]string {
	rng := rand.New(rand.NewPCG(uint64(i), 9))
	left := map[string]string{}
	attrs := wire.Attrs{0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 5, 4, 0, 0, 0, 100}
	for step := range 3 * routes {
		x := nlri.NLRI{2, 33, 0, 1, 10, 0, 0, byte(i), 0, byte(rng.IntN(8))}
		x = append(x, make([]byte, 14)...)
		x = append(x, 48, 2, 0, byte(i))
		x = binary.BigEndian.AppendUint16(x, uint16(rng.IntN(routes)))
		x = append(x, 0xaa, 0, byte(step>>16), byte(step>>8), byte(step))
		key := string(nlri.AppendKey(nil, nlri.EVPN, 0, x))
		var w wire.UpdateWriter
		if rng.IntN(4) == 0 {
			w.BeginWithdraw(nil, wire.MaxMessage, nlri.EVPN, 0)
			delete(left, key)
		} else {
			w.Begin(nil, wire.MaxMessage, nlri.EVPN, 0, wire.NextHop{10, 0, 0, byte(i)}, attrs)
			left[key] = string(x[len(x)-3:])
		}
		w.Add(0, x)
		u, err := wire.ParseUpdate(w.End()[wire.HeaderLen:], n)
		if err != nil {
			panic(err)
		}
		in.Update(&u, false)
		if rng.IntN(5) == 0 {
			in.Flush()
		}
	}
	in.Flush()
	return left
}
