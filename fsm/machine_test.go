package fsm

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

func open(asn uint32, id byte) wire.Open {
	return wire.Open{ASN: asn, HoldTime: 90, RouterID: wire.RouterID{10, 0, 0, id},
		Capabilities: wire.Capabilities{}.AppendAS4(asn).AppendFamilies(nlri.EVPN)}
}

// sockets is what a caller holds. It fails the test when the machine asks for what can't be done.
type sockets struct {
	t       *testing.T
	dialing bool
	open    [2]bool
	up      [2]bool
	offered bool // an Accepted awaits its answer
}

func (s *sockets) do(a Action) {
	c := a.Conn
	ok := s.open[c]
	switch a.Kind {
	case Dial:
		ok = c == Outgoing && !s.dialing && !s.open[c]
		s.dialing = true
	case Accept:
		ok = s.offered && !s.open[Incoming]
		s.offered, s.open[Incoming] = false, true
	case Reject:
		ok = s.offered
		s.offered = false
	case Close:
		ok = s.open[c] || c == Outgoing && s.dialing
		s.open[c] = false
		if c == Outgoing {
			s.dialing = false
		}
	case Up:
		ok = s.open[c] && a.Negotiated != nil && s.up == [2]bool{}
		s.up[c] = true
	case Down:
		ok = s.up[c] && a.Reason != ""
		s.up[c] = false
	case Failed:
		ok = !s.up[c] && a.Reason != ""
	}
	if !ok {
		s.t.Fatalf("%v %v can't be done: %+v", a.Kind, c, s)
	}
}

func TestRandomEventsLeaveTheMachineSound(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		m := New(Config{Local: open(65001, byte(r.IntN(3))), Passive: r.IntN(4) == 0, Jitter: func() float64 { return 0.75 + r.Float64()/4 }})
		s := &sockets{t: t}
		now := time.Unix(0, 0)
		for range 200 {
			e := Event{Kind: EventKind(r.IntN(int(connectRetryExpires))), Conn: Conn(r.IntN(2)), Open: open(65001+uint32(r.IntN(2)), byte(r.IntN(3)))}
			switch e.Kind {
			case Tick:
				if d := m.Deadline(); !d.IsZero() {
					now = d
				}
			case ConnectOK:
				if e.Conn = Outgoing; !s.dialing {
					continue
				}
				s.dialing, s.open[Outgoing] = false, true
			case ConnectFailed:
				if e.Conn = Outgoing; !s.dialing {
					continue
				}
				s.dialing = false
			case Accepted:
				s.offered, e.Conn = true, Incoming
			case MessageError:
				e.Error = &wire.Error{Code: wire.ErrUpdate}
			case NotificationReceived:
				e.Notification.Code = wire.ErrorCode(1 + r.IntN(8))
			case Activity, WriteProgress:
				e.At = now.Add(-time.Duration(r.IntN(100)) * time.Second)
			case Stop, Reset:
				if r.IntN(3) > 0 { // else sessions are too rare
					continue
				}
			}
			for _, a := range m.Step(now, e, nil) {
				s.do(a)
			}
			if s.offered {
				t.Fatalf("seed %d: Accepted was not answered", seed)
			}
			if d := m.Deadline(); e.Kind == Tick && !d.IsZero() && !d.After(now) {
				t.Fatalf("seed %d: a tick at %v leaves the deadline %v", seed, now, d)
			}
			up := 0
			for i := range m.conns {
				if m.alive(Conn(i)) != s.open[i] || (m.conns[i].state == Established) != s.up[i] {
					t.Fatalf("seed %d: connection %v is %v, the caller holds %+v", seed, Conn(i), m.conns[i].state, s)
				}
				if s.up[i] {
					up++
				}
			}
			if up > 1 {
				t.Fatalf("seed %d: both connections are Established", seed)
			}
			if up == 1 && m.Negotiated().HoldTime != 90*time.Second || (m.PeerOpen().ASN != 0) != (up == 1) {
				t.Fatalf("seed %d: Negotiated %+v, PeerOpen %+v with %d sessions up", seed, m.Negotiated(), m.PeerOpen(), up)
			}
		}
		for _, a := range m.Step(now, Event{Kind: Stop}, nil) {
			s.do(a)
		}
		if d := m.Deadline(); !d.IsZero() || m.State() != Idle || s.open != [2]bool{} || s.dialing {
			t.Fatalf("seed %d: stopped in %v with deadline %v and %+v", seed, m.State(), d, s)
		}
	}
}

func TestAnEstablishedSessionAllocatesNothing(t *testing.T) {
	m := New(Config{Local: open(65001, 1)})
	now := time.Unix(0, 0)
	var acts []Action
	step := func(e Event) { acts = m.Step(now, e, acts[:0]) }
	for _, e := range []Event{{Kind: Start}, {Kind: ConnectOK}, {Kind: OpenReceived, Open: open(65002, 2)}, {Kind: KeepaliveReceived}} {
		step(e)
	}
	allocs := testing.AllocsPerRun(1000, func() {
		now = m.Deadline()
		step(Event{Kind: Activity, At: now})
		step(Event{Kind: WriteProgress, At: now})
		step(Event{Kind: Tick})
		step(Event{Kind: UpdateReceived})
	})
	if allocs != 0 || m.State() != Established {
		t.Errorf("%v allocations per turn in %v, want none in Established", allocs, m.State())
	}
}
