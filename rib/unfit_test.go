package rib

import (
	"bytes"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// withPadding is an UPDATE of count MAC/IP routes whose attributes have an unknown one of pad octets.
func withPadding(first, count, pad int) []byte {
	attrs := wire.Attrs{0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 5, 4, 0, 0, 0, 100}
	attrs = append(attrs, 0xf0, 250, byte(pad>>8), byte(pad))
	attrs = append(attrs, bytes.Repeat([]byte{0xab}, pad)...)
	var w wire.UpdateWriter
	w.Begin(nil, wire.MaxExtendedMessage, nlri.EVPN, 0, wire.NextHop{10, 0, 0, 1}, attrs)
	for i := first; i < first+count; i++ {
		n := nlri.NLRI{2, 33, 0, 1, 10, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 48, 2, 0, 0, 0, byte(i >> 8), byte(i), 0, 0, 0, 7}
		w.Add(0, n)
	}
	return w.End()
}

// told gathers what the first listener is told: announced and withdrawn NLRI, and the longest message.
type told struct {
	announced, withdrawn, longest int
	messages                      int // that announce
}

func (x *told) take(t *testing.T, r *rig, b []byte) {
	for len(b) > 0 {
		h, err := wire.ParseHeader(b, wire.MaxMessage)
		if err != nil {
			t.Fatal(err)
		}
		u, err := wire.ParseUpdate(b[wire.HeaderLen:h.Length], r.n)
		if err != nil {
			t.Fatal(err)
		}
		if reach, ok := u.Reach(); ok {
			x.announced += reach.List.Len()
			x.messages++
		}
		if l, ok := u.Unreach(); ok {
			x.withdrawn += l.Len()
		}
		x.longest = max(x.longest, h.Length)
		b = b[h.Length:]
	}
}

func TestWhatNoLongerFitsIsSplitOrWithdrawn(t *testing.T) {
	for _, test := range []struct {
		name     string
		messages [][]byte
		want     told
		reported int
		late     told // what a neighbor that comes later is told
	}{
		{
			name:     "a full message that ORIGINATOR_ID and CLUSTER_LIST no longer leave room in is split",
			messages: [][]byte{withPadding(0, 10, 3690)},
			want:     told{announced: 10, messages: 2}, late: told{announced: 10, messages: 2},
		},
		{
			name:     "a message of 60,000 octets of NLRI is split for a neighbor that takes 4,096",
			messages: [][]byte{withPadding(0, 1700, 100)},
			want:     told{announced: 1700, messages: 16}, late: told{announced: 1700, messages: 16},
		},
		{
			name:     "a route whose attributes alone pass the limit is withdrawn, also from those who never had it",
			messages: [][]byte{withPadding(0, 2, 5000)},
			want:     told{withdrawn: 2}, late: told{withdrawn: 2}, reported: 1,
		},
		{
			name:     "an older state of it does not stay behind",
			messages: [][]byte{withPadding(0, 1, 10), withPadding(0, 1, 5000)},
			want:     told{announced: 1, withdrawn: 1, messages: 1}, late: told{withdrawn: 1}, reported: 1,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(2)
			reported := 0
			r.shard.report = func(Event) { reported++ }
			late := r.followers[2]
			r.followers = r.followers[:2]
			late.Refresh(nlri.EVPN) // holds it back: it asks again below
			var got told
			for _, m := range test.messages {
				r.update(t, m)
				r.in.Flush()
				r.settle(func(fo int, b []byte) {
					if fo == 1 {
						got.take(t, r, b)
					}
				})
			}
			if got.longest > wire.MaxMessage {
				t.Errorf("sent a message of %d octets", got.longest)
			}
			got.longest = 0
			if got != test.want {
				t.Errorf("was told %+v, want %+v", got, test.want)
			}
			if reported != test.reported {
				t.Errorf("%d events, want %d", reported, test.reported)
			}
			var caught told
			r.followers = []*Follower{late}
			r.settle(func(_ int, b []byte) { caught.take(t, r, b) })
			caught.longest = 0
			if caught != test.late {
				t.Errorf("the one who comes later was told %+v, want %+v", caught, test.late)
			}
		})
	}
}
