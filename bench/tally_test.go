package main

import (
	"bytes"
	"fmt"
	"testing"
)

// tell counts a stream as a session reads it.
func tell(t *tally, stream []byte) error {
	for len(stream) > 0 {
		used, err := t.messages(&evpn2, stream[:min(len(stream), readSize)])
		if err != nil || used == 0 {
			return err
		}
		stream = stream[used:]
	}
	return nil
}

var small = scale{senders: 2, receivers: 2, routes: 503}

func TestASessionHoldsWhatSendersAnnounce(t *testing.T) {
	receiver, sender := newTally(&evpn2, small, -1), newTally(&evpn2, small, 1)
	for _, s := range []*tally{&receiver, &sender} {
		for i := range small.senders {
			if err := tell(s, appendEndOfRIB(evpn2Announce(small, i), &evpn2)); err != nil {
				t.Fatal(err)
			}
		}
		if s.held != s.everything() || s.repeated != 0 || s.ends != 2 {
			t.Errorf("sender %d: holds %d of %d, %d repeated, %d End-of-RIB", s.own, s.held, s.everything(), s.repeated, s.ends)
		}
	}
	if sender.returned != small.routes {
		t.Errorf("%d routes came back to their sender, want %d", sender.returned, small.routes)
	}
	for i := range small.senders {
		if err := tell(&receiver, evpn2Withdraw(small, i)); err != nil {
			t.Fatal(err)
		}
	}
	if receiver.held != 0 || receiver.unheld != 0 {
		t.Errorf("after all withdrawals: holds %d, %d were not held", receiver.held, receiver.unheld)
	}
}

func TestAnUpdateIsTheOneOfTheWorkload(t *testing.T) {
	// 263 octets are what makes 105.2 MB out of 40,000 of them to 10 receivers.
	first := evpn2Announce(small, 0)[:263]
	want := "000000f0" + "800ecc" + "0019" + "46" + "04" + "0a010001" + "00" // lengths; MP_REACH_NLRI, EVPN, next hop
	for id := range 5 {
		want += fmt.Sprintf("0225"+"00010a0100010000"+"00000000000000000000"+"00000000"+"300200%08x"+"200a%06x"+"002710", id, id)
	}
	want += "40010100" + "400200" + "40050400000064" + "c010100002fde800000000030c000000000008"
	if got := fmt.Sprintf("%x", first[19:]); got != want {
		t.Errorf("first UPDATE\n got %s\nwant %s", got, want)
	}
}

// eachOctetChanged tells a session the message before and then the message with one octet changed, in turn
// for each octet up to end. Nothing changed may be taken for right.
func eachOctetChanged(t *testing.T, before, message []byte, end int) {
	t.Helper()
	for i := range end {
		wrong := bytes.Clone(message)
		wrong[i] ^= 1
		s := newTally(&evpn2, small, -1)
		if err := tell(&s, before); err != nil {
			t.Fatal(err)
		}
		updates := s.updates
		if err := tell(&s, wrong); err == nil && s.updates != updates {
			t.Errorf("octet %d changed from %#x: no error, %d routes held", i, message[i], s.held)
		}
	}
}

func TestEveryOctetOfAnUpdateIsChecked(t *testing.T) {
	announce := evpn2Announce(small, 1)[263:526]
	t.Run("the first of its set", func(t *testing.T) { eachOctetChanged(t, nil, announce, 263) })
	t.Run("the second of its set", func(t *testing.T) { eachOctetChanged(t, announce, announce, 263) })
	t.Run("a withdrawal, but for the label", func(t *testing.T) {
		one := evpn2Withdraw(scale{routes: 1}, 0)
		eachOctetChanged(t, evpn2Announce(small, 0), one, len(one)-3)
	})
}

func TestRoutesWithoutAttributesAreRefused(t *testing.T) {
	update := evpn2Announce(small, 1)[:263]
	s := newTally(&evpn2, small, -1)
	if err := tell(&s, appendUpdate(nil, update[23:23+3+204])); err == nil || s.held != 0 {
		t.Errorf("error %v, %d routes held", err, s.held)
	}
}

func TestAMessageThatIsCutIsLeftForTheNextRead(t *testing.T) {
	stream := evpn2Announce(small, 0)
	for cut := range 2 * 263 {
		s := newTally(&evpn2, small, -1)
		used, err := s.messages(&evpn2, stream[:cut])
		if err != nil || used != cut/263*263 || s.held != cut/263*5 {
			t.Fatalf("of %d octets %d used, %d routes held, error %v", cut, used, s.held, err)
		}
	}
}

func TestCountingAllocatesNothing(t *testing.T) {
	s, announce, withdraw := newTally(&evpn2, small, -1), evpn2Announce(small, 1), evpn2Withdraw(small, 1)
	if n := testing.AllocsPerRun(10, func() { tell(&s, announce); tell(&s, withdraw) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkTally(b *testing.B) {
	c := scale{senders: 10, routes: 20000}
	stream := evpn2Announce(c, 3)
	b.SetBytes(int64(len(stream)))
	for b.Loop() {
		t := newTally(&evpn2, c, -1)
		if err := tell(&t, stream); err != nil || t.held != c.routes {
			b.Fatal(t.held, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(c.routes), "ns/NLRI")
}
