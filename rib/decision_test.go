package rib

import (
	"math/rand/v2"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// contest puts one MAC/IP route of several clients, client 0 first, into a table and returns whose is the best.
func contest(t *testing.T, order []int, attrs [][]byte) PeerID {
	r := newRig(0)
	ins := make([]*Ingest, len(attrs))
	ids := make([]PeerID, len(attrs))
	for i := range attrs {
		id, _ := r.table.AddPeer()
		ids[i] = id
		ins[i], _ = r.table.open(Peer{ID: id, Role: RoleClient, Internal: true, LocalASN: 65000, RouterID: wire.RouterID{10, 0, 0, byte(i + 1)}}, r.n, nil, func() {})
		r.shard.turn()
	}
	n := nlri.NLRI{2, 33, 0, 1, 10, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 48, 2, 0, 0, 0, 0, 1, 0, 0, 0, 7}
	for _, i := range order {
		var w wire.UpdateWriter
		w.Begin(nil, wire.MaxMessage, nlri.EVPN, 0, wire.NextHop{10, 0, 0, byte(i + 1)}, attrs[i])
		w.Add(0, n)
		u, err := wire.ParseUpdate(w.End()[wire.HeaderLen:], r.n)
		if err != nil {
			t.Fatal(err)
		}
		ins[i].Update(&u, false)
		ins[i].Flush()
		r.shard.turn()
	}
	best := r.shard.existing(nlri.EVPN).dests.At(1).first
	winner := r.shard.existing(nlri.EVPN).paths.At(best).peer
	for i, id := range ids {
		if id == winner {
			return PeerID(i)
		}
	}
	return 0
}

func TestTheBestPathIsTheSameInWhateverOrderTheyCame(t *testing.T) {
	base := func(localPref byte, rest ...byte) []byte {
		return append([]byte{0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 5, 4, 0, 0, 0, localPref}, rest...)
	}
	med := func(m byte) []byte {
		return []byte{0x40, 1, 1, 0, 0x40, 2, 0, 0x80, 4, 4, 0, 0, 0, m, 0x40, 5, 4, 0, 0, 0, 100}
	}
	from := func(as, m byte) []byte {
		return []byte{0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0, as, 0x80, 4, 4, 0, 0, 0, m, 0x40, 5, 4, 0, 0, 0, 100}
	}
	mobility := func(localPref, sticky, seq byte) []byte {
		return base(localPref, 0xc0, 16, 8, 6, 0, sticky, 0, 0, 0, 0, seq)
	}
	for _, test := range []struct {
		name  string
		attrs [][]byte
		want  PeerID
	}{
		{"the higher LOCAL_PREF wins", [][]byte{base(100), base(120), base(110)}, 1},
		{"else the lower identifier", [][]byte{base(100), base(100)}, 0},
		{"the lower MED of one AS wins", [][]byte{med(30), med(20), med(25)}, 1},
		{"MED of different AS is not compared", [][]byte{from(1, 30), from(2, 20)}, 0},
		{"a path that loses by MED in its AS does not win by its identifier", [][]byte{from(1, 30), from(2, 10), from(1, 20)}, 1},
		{"ORIGINATOR_ID stands in for the identifier", [][]byte{base(100, 0x80, 9, 4, 10, 0, 0, 9), base(100)}, 1},
		{"the shorter CLUSTER_LIST wins after the identifier", [][]byte{
			base(100, 0x80, 9, 4, 10, 0, 0, 9, 0x80, 10, 8, 1, 1, 1, 1, 2, 2, 2, 2), base(100, 0x80, 9, 4, 10, 0, 0, 9, 0x80, 10, 4, 1, 1, 1, 1)}, 1},
		{"the higher mobility sequence wins", [][]byte{mobility(100, 0, 1), mobility(100, 0, 5), base(100)}, 1},
		{"LOCAL_PREF comes before mobility", [][]byte{mobility(100, 0, 9), mobility(120, 0, 1)}, 1},
		{"a sticky MAC does not move", [][]byte{mobility(100, 0, 9), mobility(100, 1, 0)}, 1},
		{"of equal sequence numbers the lower next hop wins", [][]byte{mobility(100, 0, 3), mobility(100, 0, 3)}, 0},
		{"sequence 0 is preferred to none, whatever the next hop", [][]byte{base(100), mobility(100, 0, 0)}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			for seed := range uint64(12) {
				order := rand.New(rand.NewPCG(seed, 0)).Perm(len(test.attrs))
				if got := contest(t, order, test.attrs); got != test.want {
					t.Fatalf("in the order %v client %d wins, want %d", order, got, test.want)
				}
			}
		})
	}
}
