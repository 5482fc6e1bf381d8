package arena

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

func TestRecordsKeepTheirValuesWhileOthersComeAndGo(t *testing.T) {
	type record struct{ a, b uint64 }
	r := NewRecords[record](3)
	rng := rand.New(rand.NewPCG(1, 2))
	oracle := map[uint32]record{}
	for range 10_000 {
		if len(oracle) > 0 && rng.IntN(2) == 0 {
			for h := range oracle {
				r.Free(h)
				delete(oracle, h)
				break
			}
			continue
		}
		h := r.Alloc()
		if _, taken := oracle[h]; taken || h == 0 {
			t.Fatalf("Alloc gave handle %d twice", h)
		}
		if *r.At(h) != (record{}) {
			t.Fatalf("record %d is not zero", h)
		}
		v := record{rng.Uint64(), uint64(h)}
		*r.At(h), oracle[h] = v, v
	}
	for h, want := range oracle {
		if got := *r.At(h); got != want {
			t.Fatalf("record %d = %v, want %v", h, got, want)
		}
	}
	if r.Len() != len(oracle) {
		t.Errorf("Len = %d, want %d", r.Len(), len(oracle))
	}
}

func TestBytesKeepTheirContentWhileOthersComeAndGo(t *testing.T) {
	b := NewBytes(17)
	rng := rand.New(rand.NewPCG(3, 4))
	type held struct {
		h uint32
		s []byte
	}
	var all []held
	for range 20_000 {
		if len(all) > 50 {
			i := rng.IntN(len(all))
			if got := b.At(all[i].h, len(all[i].s)); !bytes.Equal(got, all[i].s) {
				t.Fatalf("string of %d octets changed", len(all[i].s))
			}
			b.Free(all[i].h, len(all[i].s))
			all[i] = all[len(all)-1]
			all = all[:len(all)-1]
			continue
		}
		n := rng.IntN(64)
		switch rng.IntN(10) {
		case 0:
			n = rng.IntN(4096)
		case 1:
			n = rng.IntN(MaxString + 1)
		}
		s := make([]byte, n)
		for i := range s {
			s[i] = byte(rng.Uint32())
		}
		all = append(all, held{b.Append(s), s})
	}
	for _, x := range all {
		b.Free(x.h, len(x.s))
	}
	if b.Used() != 0 {
		t.Errorf("Used = %d after everything was freed", b.Used())
	}
}

func TestEverySizeFitsItsClass(t *testing.T) {
	size := map[int]uint32{}
	for n := 0; n <= MaxString; n++ {
		list, g := class(n)
		if int(g)*granule < n {
			t.Fatalf("%d octets in a class of %d granules", n, g)
		}
		if list >= classCount {
			t.Fatalf("%d octets: class %d of %d", n, list, classCount)
		}
		if was, ok := size[list]; ok && was != g {
			t.Fatalf("class %d has %d and %d granules", list, was, g)
		}
		size[list] = g
	}
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	b, r := NewBytes(17), NewRecords[uint64](10)
	r.Free(r.Alloc())
	s := make([]byte, 39)
	b.Free(b.Append(s), len(s))
	if n := testing.AllocsPerRun(1000, func() {
		b.Free(b.Append(s), len(s))
		r.Free(r.Alloc())
	}); n != 0 {
		t.Errorf("%v allocations a turn, want 0", n)
	}
}
