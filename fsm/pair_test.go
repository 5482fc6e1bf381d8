package fsm

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/dci-rs/dci-rs/wire"
)

// world is two machines and a network that delays everything by chance, but keeps the order on each
// connection.
type world struct {
	t        *testing.T
	r        *rand.Rand
	now      time.Time
	machines [2]*Machine
	ends     [2][2]*end // by machine and Conn
	dials    [2]*end    // under way; its peer is not there yet
	queue    []delivery // by time
}

// end is one machine's end of a connection.
type end struct {
	machine int
	conn    Conn
	peer    *end
	last    time.Time // nothing arrives before
}

type delivery struct {
	at time.Time
	do func()
}

func (w *world) after(d time.Duration, do func()) {
	w.queue = append(w.queue, delivery{w.now.Add(d), do})
}

func (w *world) latency() time.Duration {
	return time.Duration(w.r.ExpFloat64() * float64(5*time.Millisecond))
}

// send delivers an event at e behind everything sent before, unless e is closed by then.
func (w *world) send(e *end, ev Event) {
	e.last = w.now.Add(max(w.latency(), e.last.Sub(w.now)))
	w.after(e.last.Sub(w.now), func() {
		if ev.Conn = e.conn; w.ends[e.machine][e.conn] == e {
			w.step(e.machine, ev)
		}
	})
}

func (w *world) step(i int, e Event) {
	var offered *end
	if e.Kind == Accepted {
		offered = w.dials[1-i].peer
	}
	for _, a := range w.machines[i].Step(w.now, e, nil) {
		mine := w.ends[i][a.Conn]
		switch a.Kind {
		case Dial:
			w.dial(i)
		case Accept:
			w.ends[i][Incoming] = offered
		case Reject:
			w.send(offered.peer, Event{Kind: NotificationReceived, Notification: wire.Notification{Code: a.Code, Subcode: a.Subcode}})
			w.send(offered.peer, Event{Kind: ConnClosed, Text: "EOF"})
		case SendOpen:
			w.send(mine.peer, Event{Kind: OpenReceived, Open: a.Open})
		case SendKeepalive:
			w.send(mine.peer, Event{Kind: KeepaliveReceived})
		case SendNotification:
			w.send(mine.peer, Event{Kind: NotificationReceived, Notification: wire.Notification{Code: a.Code, Subcode: a.Subcode}})
		case Close:
			w.ends[i][a.Conn] = nil
			if mine != nil {
				w.send(mine.peer, Event{Kind: ConnClosed, Text: "EOF"})
			} else {
				w.dials[i] = nil
			}
		}
	}
}

// dial: the SYN arrives, the peer accepts, and the answer takes its time; or nobody listens.
func (w *world) dial(i int) {
	out := &end{machine: i, conn: Outgoing}
	out.peer = &end{machine: 1 - i, conn: Incoming, peer: out}
	w.dials[i] = out
	w.after(w.latency(), func() {
		if w.dials[i] != out {
			return
		}
		answer := w.latency()
		out.last = w.now.Add(answer) // what the peer says comes behind it
		w.after(answer, func() {
			if w.dials[i] == out {
				w.dials[i], w.ends[i][Outgoing] = nil, out
				w.step(i, Event{Kind: ConnectOK, Conn: Outgoing})
			} else {
				w.send(out.peer, Event{Kind: ConnClosed, Text: "reset"})
			}
		})
		w.step(1-i, Event{Kind: Accepted, Conn: Incoming})
	})
}

// run lets time pass until done says so, at most for d.
func (w *world) run(d time.Duration, done func() bool) bool {
	for end := w.now.Add(d); !done(); {
		next := delivery{at: end}
		for i, m := range w.machines {
			if at := m.Deadline(); !at.IsZero() && at.Before(next.at) {
				next = delivery{at, func() { w.step(i, Event{Kind: Tick}) }}
			}
		}
		if len(w.queue) > 0 && w.queue[0].at.Before(next.at) {
			next = w.queue[0]
			w.queue = w.queue[1:]
		}
		w.now = next.at
		if next.do == nil {
			return false
		}
		next.do()
	}
	return true
}

// agree says that both machines are Established on one and the same connection.
func (w *world) agree() bool {
	for c, e := range w.ends[0] {
		if e != nil && w.machines[0].conns[c].state == Established && w.machines[1].conns[e.peer.conn].state == Established {
			return w.ends[1][e.peer.conn] == e.peer
		}
	}
	return false
}

func TestTwoMachinesAlwaysMeet(t *testing.T) {
	var times []time.Duration
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 2))
		w := &world{t: t, r: r, now: time.Unix(0, 0)}
		ids := r.Perm(2)
		for i := range w.machines {
			w.machines[i] = New(Config{Local: open(65001, byte(1+ids[i])), Passive: i == 1 && seed%4 == 0,
				Jitter: func() float64 { return 0.75 + r.Float64()/4 }})
			w.after(w.latency(), func() { w.step(i, Event{Kind: Start}) })
		}
		meet := func(what string) {
			start := w.now
			if !w.run(time.Minute, w.agree) {
				t.Fatalf("seed %d: %s, a minute later the machines are in %v and %v", seed, what, w.machines[0].State(), w.machines[1].State())
			}
			times = append(times, w.now.Sub(start))
			if w.run(5*time.Minute, func() bool { return !w.agree() }) {
				t.Fatalf("seed %d: %s, the session did not last", seed, what)
			}
		}
		meet("both started")
		i := r.IntN(2)
		w.step(i, Event{Kind: Stop})
		w.run(time.Second, func() bool { return false })
		w.step(i, Event{Kind: Start})
		meet("one was restarted")
		w.step(i, Event{Kind: Reset})
		meet("one was reset")
	}
	slices.SortFunc(times, cmp.Compare)
	t.Logf("time to meet: median %v, 99 %% %v, longest %v", times[len(times)/2], times[len(times)*99/100], times[len(times)-1])
}
