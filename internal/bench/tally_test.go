package bench

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
)

// tell counts a stream as a session reads it.
func tell(t *tally, stream []byte) error {
	for len(stream) > 0 {
		used, err := t.messages(stream[:min(len(stream), readSize)])
		if err != nil || used == 0 {
			return err
		}
		stream = stream[used:]
	}
	return nil
}

var small = Scale{Senders: 2, Receivers: 2, Routes: 503}

// announce is what a sender says in round 0.
func announce(t *Table, sender int) []byte { return t.announce(sender, 0, t.PerUpdate) }

func eachWorkload(t *testing.T, test func(t *testing.T, w *Workload, table *Table)) {
	for _, w := range Workloads() {
		t.Run(w.Name, func(t *testing.T) { test(t, w, w.Build(small)) })
	}
}

func TestASessionHoldsWhatSendersAnnounce(t *testing.T) {
	eachWorkload(t, func(t *testing.T, w *Workload, table *Table) {
		receiver, sender := newTally(table, small.Senders, -1), newTally(table, small.Senders, 1)
		for _, s := range []*tally{&receiver, &sender} {
			for i := range small.Senders {
				if err := tell(s, appendEndOfRIB(announce(table, i), w.Family)); err != nil {
					t.Fatal(err)
				}
			}
			if s.held != everything(s) || s.repeated != 0 || s.ends != 2 {
				t.Errorf("sender %d: holds %d of %d, %d repeated, %d End-of-RIB", s.own, s.held, everything(s), s.repeated, s.ends)
			}
		}
		if sender.returned != small.Routes {
			t.Errorf("%d routes came back to their sender, want %d", sender.returned, small.Routes)
		}
		for i := range small.Senders {
			if err := tell(&receiver, table.withdraw(i)); err != nil {
				t.Fatal(err)
			}
		}
		if receiver.held != 0 || receiver.unheld != 0 {
			t.Errorf("after all withdrawals: holds %d, %d were not held", receiver.held, receiver.unheld)
		}
	})
}

func TestAnUpdateIsTheOneOfTheWorkload(t *testing.T) {
	const plain = "40010100" + "400200" + "40050400000064"
	tests := map[string]string{
		"evpn2": "000000f0" + "800ecc" + "0019" + "46" + "04" + "0a010001" + "00" + // lengths; MP_REACH_NLRI, EVPN, next hop
			"0225" + "00010a0100010000" + "00000000000000000000" + "00000000" + "300200%08x" + "200a%06[1]x" + "002710" +
			plain + "c010100002fde800000000030c000000000008",
		"evpn5": "000000e1" + "800ebd" + "0019" + "46" + "04" + "0a010001" + "00" +
			"0522" + "00010a0100010000" + "00000000000000000000" + "00000000" + "200a%06x" + "00000000" + "002710" +
			plain + "c010100002fde800000000030c000000000008",
		"vpnv4": "000000c3" + "800ea7" + "0001" + "80" + "0c" + "00000000000000000a010001" + "00" +
			"70" + "000101" + "00010a0100010000" + "01%04x" + plain + "c010080002fde800000000",
		"ipv4": "00000039" + "40010100" + "4002120204" + "0000fc01" + "00000d1c" + "fa56ea00" + "000186a0" + "4003040a010001" +
			"80040400000000" + "40050400000064" + "c00808fde80000fde80001" + "1801%04x",
		"vpls": "00000040" + "800e1c" + "0019" + "41" + "04" + "0a010001" + "00" + "0011" + "0000fde8%08x" + "0001" + "0001" + "0008" + "186a01" +
			plain + "c010100002fde800000000800a130005dc0064",
	}
	for name, want := range tests {
		load, err := choose("workload", Workloads(), workloadName, name)
		if err != nil {
			t.Fatal(err)
		}
		table := load[0].Build(small)
		first := slices.Collect(split(announce(table, 0), 1))[0]
		got := fmt.Sprintf("%x", first[19:])
		// All routes of the first UPDATE but one are like the first.
		for id := 1; id < table.PerUpdate; id++ {
			route := fmt.Sprintf("%x", table.route(uint32(id)))
			cut := bytes.LastIndex([]byte(got), []byte(route))
			if cut < 0 {
				t.Fatalf("%s: route %d is not in %s", name, id, got)
			}
			got = got[:cut] + got[cut+len(route):]
		}
		if want = fmt.Sprintf(want, 0); got != want {
			t.Errorf("%s: first UPDATE\n got %s\nwant %s", name, got, want)
		}
	}
}

func TestEveryOctetOfAnUpdateIsChecked(t *testing.T) {
	// eachOctetChanged tells a session the messages before and then the message with one octet changed, in turn
	// for each octet. Nothing changed may be taken for all that is right.
	eachOctetChanged := func(t *testing.T, table *Table, before, message []byte, end int) {
		for i := range end {
			wrong := bytes.Clone(message)
			wrong[i] ^= 1
			s := newTally(table, small.Senders, -1)
			if err := tell(&s, before); err != nil {
				t.Fatal(err)
			}
			held := s.held
			if err := tell(&s, wrong); err == nil && s.held == held+table.PerUpdate {
				t.Errorf("octet %d changed from %#x: no error, %d routes held", i, message[i], s.held)
			}
		}
	}
	eachWorkload(t, func(t *testing.T, w *Workload, table *Table) {
		updates := slices.Collect(split(announce(table, 1), 1))
		eachOctetChanged(t, table, nil, updates[1], len(updates[1]))
		if table.sets[0].sender == table.sets[1].sender && len(table.sets) < small.total() {
			again := slices.Concat(updates[1], table.withdraw(1)) // its attributes are known, its routes not held
			eachOctetChanged(t, table, again, updates[1], len(updates[1]))
		}
	})
}

func TestEveryOctetOfAWithdrawalIsCheckedButTheLabel(t *testing.T) {
	eachWorkload(t, func(t *testing.T, w *Workload, _ *Table) {
		table := w.Build(Scale{Senders: 1, Receivers: 1, Routes: 1})
		message := table.withdraw(0)
		from := bytes.LastIndex(message, table.route(0))
		for i := from; i < len(message) && w.Family != ipv4; i++ {
			wrong := bytes.Clone(message)
			wrong[i] ^= 1
			s := newTally(table, 1, -1)
			err := tell(&s, wrong)
			label := table.Label > 0 && i >= from+table.Label && i < from+table.Label+3
			if (err == nil) != label {
				t.Errorf("octet %d of the route changed: %v", i-from, err)
			}
		}
	})
}

func TestAnEarlierRoundIsStaleAndALaterOneAnError(t *testing.T) {
	eachWorkload(t, func(t *testing.T, w *Workload, table *Table) {
		s := newTally(table, small.Senders, -1)
		for _, stream := range [][]byte{announce(table, 0), announce(table, 1)} {
			if err := tell(&s, stream); err != nil {
				t.Fatal(err)
			}
		}
		s.begin(0, 1)
		if s.held != small.Routes {
			t.Errorf("%d routes held in a new round of one sender, want those of the other", s.held)
		}
		if err := tell(&s, announce(table, 0)); err != nil || s.held != small.Routes || s.stale != small.Routes {
			t.Errorf("told the last round: %v, %d held, %d stale", err, s.held, s.stale)
		}
		if err := tell(&s, table.announce(0, 1, table.PerUpdate)); err != nil || s.held != 2*small.Routes {
			t.Errorf("told this round: %v, %d held", err, s.held)
		}
		if err := tell(&s, table.announce(0, 2, table.PerUpdate)); err == nil {
			t.Error("a round that nobody sent was taken")
		}
	})
}

func TestWhatASessionDidNotAskForIsRefused(t *testing.T) {
	table := vpnv4Recipe.build(vpnv4, small)
	s := newTally(table, small.Senders, -1)
	s.targets = make([]bool, 100)
	s.targets[1] = true
	updates := slices.Collect(split(announce(table, 0), 1))
	if err := tell(&s, updates[1]); err != nil || s.held != 10 || everything(&s) != 20 {
		t.Errorf("the route target it asked for: %v, %d routes of %d", err, s.held, everything(&s))
	}
	if err := tell(&s, updates[2]); err == nil {
		t.Error("another route target was taken")
	}
}

func TestWhatAReflectorMayChangeIsTaken(t *testing.T) {
	table := evpn2Recipe.build(evpn, small)
	original := appendAttr(nil, flagOptional, attrOriginatorID, 10, 1, 0, 1)
	cluster := appendAttr(nil, flagOptional, attrClusterList, 10, 0, 0, 1)
	for name, test := range map[string]struct {
		change func(attrs []byte) []byte
		taken  bool
	}{
		"the attributes of RFC 4456":  {func(a []byte) []byte { return slices.Concat(a, original, cluster) }, true},
		"a MED of 0":                  {func(a []byte) []byte { return appendAttr(a, flagOptional, attrMED, 0, 0, 0, 0) }, true},
		"sorted communities":          {func(a []byte) []byte { n := len(a); return slices.Concat(a[:n-16], a[n-8:], a[n-16:n-8]) }, true},
		"the originator of another":   {func(a []byte) []byte { return appendAttr(a, flagOptional, attrOriginatorID, 10, 1, 0, 2) }, false},
		"a MED of 1":                  {func(a []byte) []byte { return appendAttr(a, flagOptional, attrMED, 0, 0, 0, 1) }, false},
		"an attribute of its own":     {func(a []byte) []byte { return appendAttr(a, flagOptional|flagTransitive, 99, 1) }, false},
		"an attribute twice":          {func(a []byte) []byte { return slices.Concat(a, original, original) }, false},
		"communities that are others": {func(a []byte) []byte { a[len(a)-9]++; return a }, false},
	} {
		attrs := test.change(table.appendAttrs(nil, 0, 0, table.route(0)))
		s := newTally(table, small.Senders, -1)
		err := tell(&s, appendUpdate(nil, nil, attrs, nil))
		if (err == nil && s.held == 1) != test.taken {
			t.Errorf("%s: %v, %d held", name, err, s.held)
		}
	}
}

func TestAMessageThatIsCutIsLeftForTheNextRead(t *testing.T) {
	table := evpn2Recipe.build(evpn, small)
	stream := announce(table, 0)
	for cut := range 2 * 263 {
		s := newTally(table, small.Senders, -1)
		used, err := s.messages(stream[:cut])
		if err != nil || used != cut/263*263 || s.held != cut/263*5 {
			t.Fatalf("of %d octets %d used, %d routes held, error %v", cut, used, s.held, err)
		}
	}
}

func TestCountingAllocatesNothing(t *testing.T) {
	eachWorkload(t, func(t *testing.T, w *Workload, table *Table) {
		s, announce, withdraw := newTally(table, small.Senders, -1), announce(table, 1), table.withdraw(1)
		tell(&s, announce) // keeps the attributes
		if n := testing.AllocsPerRun(10, func() { tell(&s, announce); tell(&s, withdraw) }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}

func TestARangeOfBitsLeavesItsNeighbors(t *testing.T) {
	for from := range uint32(130) {
		for end := from; end < 130; end++ {
			b := make(bitmap, 3)
			if n := b.setRange(from, end); n != int(end-from) {
				t.Fatalf("%d bits of [%d, %d)", n, from, end)
			}
			for id := range uint32(192) {
				if was := b.clearRange(id, id+1) == 1; was != (id >= from && id < end) {
					t.Fatalf("[%d, %d): bit %d is %v", from, end, id, was)
				}
			}
		}
	}
}

func BenchmarkTally(b *testing.B) {
	c := Scale{Senders: 10, Routes: 20000}
	table := evpn2Recipe.build(evpn, c)
	stream := announce(table, 3)
	b.SetBytes(int64(len(stream)))
	s := newTally(table, c.Senders, -1)
	for b.Loop() {
		s.begin(3, 0)
		if err := tell(&s, stream); err != nil || s.held != c.Routes {
			b.Fatal(s.held, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(c.Routes), "ns/NLRI")
}
