package rib

import (
	"math/rand/v2"
	"testing"
)

func TestIndexEqualsAMapUnderRandomUse(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var x index
	oracle := map[uint32]uint64{} // handle → hash
	for step := range 200_000 {
		handle := uint32(rng.IntN(3000) + 1)
		// Few distinct hashes, so that runs are long and tags collide.
		hash := uint64(handle%61)<<32*0x9e3779b9 | uint64(handle%5)
		_, present := oracle[handle]
		found := x.find(hash, func(h uint32) bool { return h == handle })
		if (found == handle) != present {
			t.Fatalf("step %d: find(%d) = %d, present %v", step, handle, found, present)
		}
		switch {
		case present:
			x.remove(hash, handle)
			delete(oracle, handle)
		case len(oracle) < 1000:
			x.insert(hash, handle)
			oracle[handle] = hash
		}
	}
	for handle, hash := range oracle {
		if x.find(hash, func(h uint32) bool { return h == handle }) != handle {
			t.Fatalf("handle %d lost", handle)
		}
	}
}

func TestRemovingAnAbsentHandleChangesNothing(t *testing.T) {
	var x index
	x.remove(7, 1)
	x.insert(7, 1)
	x.remove(7, 2)
	if x.find(7, func(h uint32) bool { return h == 1 }) != 1 {
		t.Error("handle 1 was lost")
	}
}
