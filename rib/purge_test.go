package rib

import "testing"

// The word that a session is over goes through the inbox, questions do not: one may overtake the other.
func TestANumberIsFreeOnlyWhenNoRouteOfItsSessionIsLeft(t *testing.T) {
	r := newRig(1)
	r.update(t, evpnUpdate(0, 40, 1))
	r.in.Close()
	freed := false
	r.table.inEveryShard(func(s *shard, done func()) { s.purge.whenPurged(r.in.peer.ID, done) }, func() { freed = true })
	r.shard.answer()
	if freed {
		t.Error("free while the session's routes wait in the inbox")
	}
	r.settle(nil)
	if !freed {
		t.Error("not free after the purge")
	}
	for _, table := range r.shard.tables {
		if n := table.paths.Len(); n != 0 {
			t.Errorf("%s: %d paths are left", table.family, n)
		}
	}
}

// A member whose group has nothing to say has missed nothing, however much of the log others used up.
func TestARefreshOfAQuietMemberDoesNotEndItsSession(t *testing.T) {
	r := newRig(1)
	r.shard.limits.lossOctets, r.shard.limits.lossChunk = 700, 100
	quiet := r.followers[0] // the source: nothing of the table is for it
	r.followers = r.followers[1:]
	for range 3 {
		r.update(t, evpnUpdate(0, 40, 1))
		r.in.Flush()
		r.settle(nil)
		r.update(t, evpnWithdrawal(0, 40))
		r.in.Flush()
		r.settle(nil)
	}
	r.followers = append(r.followers, quiet)
	r.settle(nil)
	quiet.Refresh(r.n.Families[0].Family)
	for range 10 {
		if _, p := quiet.Next(nil, 1<<20); p.Lost {
			t.Fatal("a refresh counts as falling behind")
		}
		r.shard.turn()
	}
}
