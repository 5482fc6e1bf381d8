package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"sync"
	"time"
)

// conditions are the same for every target of a comparison.
type conditions struct {
	scale
	load     *workload
	patience time.Duration // for what a reflector says by itself before the clock starts
	stall    time.Duration // without one octet: the phase has failed
}

// A bed is a running target with all sessions established. Phases run on it one after another.
type bed struct {
	conditions
	pid      int
	sessions []*session // senders first
	failed   chan error // the first failure of a session
	arrived  chan time.Time
	finish   context.CancelFunc // ends KEEPALIVE
}

// establish connects all sessions, and returns once each was sent its first End-of-RIB or patience
// ran out: some daemons never send it.
func establish(ctx context.Context, c conditions, listen netip.AddrPort, pid int) (*bed, error) {
	b := &bed{conditions: c, pid: pid, failed: make(chan error, 1), arrived: make(chan time.Time, c.sessions())}
	ctx, b.finish = context.WithCancel(ctx)
	dialing, cancel := context.WithTimeout(ctx, c.stall)
	defer cancel()
	errs := make([]error, c.sessions())
	var wait sync.WaitGroup
	for i := range c.sessions() {
		own := i
		if i >= c.senders {
			own = -1
		}
		s := &session{address: peerAddress(i), failed: b.failed, arrived: b.arrived, tally: newTally(c.load, c.scale, own)}
		b.sessions = append(b.sessions, s)
		wait.Go(func() { s.conn, errs[i] = dial(dialing, listen, c.load, i) })
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			b.close()
			return nil, err
		}
	}
	context.AfterFunc(ctx, b.disconnect) // receive reports the end, so that a phase ends too
	for _, s := range b.sessions {
		go s.receive(c.load)
	}
	go keepAlive(ctx, b.sessions)
	for deadline := time.Now().Add(c.patience); time.Now().Before(deadline) && !b.welcomed(); {
		time.Sleep(10 * time.Millisecond)
	}
	return b, nil
}

func (b *bed) welcomed() bool {
	for _, s := range b.sessions {
		if c, _ := s.now(); c.ends == 0 {
			return false
		}
	}
	return true
}

func (b *bed) close() {
	b.finish()
	b.disconnect()
}

func (b *bed) disconnect() {
	for _, s := range b.sessions {
		if s.conn != nil {
			s.conn.Close()
		}
	}
}

// A phase is something that happens to an established bed and is measured. It leaves the bed ready for
// the next one.
type phase struct {
	name string
	run  func(b *bed) sample
}

var phases = []phase{
	{"converge", converge},
	{"withdraw", withdrawAll},
}

// converge: every sender announces its whole table.
func converge(b *bed) sample {
	streams := b.streams(b.load.announce)
	for i := range streams {
		streams[i] = appendEndOfRIB(streams[i], b.load)
	}
	return b.drive(streams, func(t *tally) int { return t.everything() })
}

// withdrawAll: every sender withdraws its whole table.
func withdrawAll(b *bed) sample {
	return b.drive(b.streams(b.load.withdraw), func(*tally) int { return 0 })
}

func (b *bed) streams(encode func(scale, int) []byte) [][]byte {
	streams := make([][]byte, b.senders)
	for i := range streams {
		streams[i] = encode(b.scale, i)
	}
	return streams
}

// drive sends one stream on each sender, all at once, and measures until every session holds the goal.
// The clock starts with the first octet and stops with the last route; the counters and the CPU
// time go on until the target has nothing more to say.
func (b *bed) drive(streams [][]byte, goal func(*tally) int) sample {
	for _, s := range b.sessions {
		s.await(goal(&s.tally))
	}
	before := b.totals()
	// The bench allocates nothing from here on; its garbage is not to be collected under the clock.
	runtime.GC()
	cpu, _, err := usage(b.pid)
	if err != nil {
		return sample{Error: err.Error()}
	}
	own, _ := cpuTime(os.Getpid())
	start := time.Now()
	for i, stream := range streams {
		go b.sessions[i].send(stream)
	}
	last, failure := b.wait(start)
	b.drain()
	return b.sample(before, last.Sub(start), cpu, own, failure)
}

// wait returns when the last session reached its goal.
func (b *bed) wait(last time.Time) (time.Time, error) {
	ticker := time.NewTicker(b.stall)
	defer ticker.Stop()
	octets := b.totals().all.octets
	for range b.sessions {
		for reached := false; !reached; {
			select {
			case at := <-b.arrived:
				reached = true
				if at.After(last) {
					last = at
				}
			case err := <-b.failed:
				return last, err
			case <-ticker.C:
				now := b.totals().all.octets
				if now == octets {
					return last, errors.New("stalled")
				}
				octets = now
			}
		}
	}
	return last, nil
}

// drain returns when no octet came for 100 ms, or when that does not happen.
func (b *bed) drain() {
	octets := -1
	for end := time.Now().Add(b.stall); time.Now().Before(end); {
		now := b.totals().all.octets
		if now == octets {
			return
		}
		octets = now
		time.Sleep(100 * time.Millisecond)
	}
}

// totals are sums over sessions.
type totals struct {
	receivers counters // without the senders
	all       counters
	missing   int // routes between what sessions hold and their goals
}

func (b *bed) totals() totals {
	var sum totals
	for i, s := range b.sessions {
		c, off := s.now()
		sum.all.add(c)
		if i >= b.senders {
			sum.receivers.add(c)
		}
		sum.missing += off
	}
	return sum
}

func (b *bed) sample(before totals, took time.Duration, cpu, own time.Duration, failure error) sample {
	after := b.totals()
	used, peak, err := usage(b.pid)
	ownNow, _ := cpuTime(os.Getpid())
	r := sample{
		Seconds: took.Seconds(), CPUSeconds: (used - cpu).Seconds(), PeakRSS: peak, BenchCPUSeconds: (ownNow - own).Seconds(),
		ReceiverOctets:  after.receivers.octets - before.receivers.octets,
		ReceiverUpdates: after.receivers.updates - before.receivers.updates,
		Octets:          after.all.octets - before.all.octets,
		Updates:         after.all.updates - before.all.updates,
		Repeated:        after.all.repeated - before.all.repeated,
		Returned:        after.all.returned - before.all.returned,
		Unheld:          after.all.unheld - before.all.unheld,
		Missing:         after.missing,
	}
	switch {
	case failure != nil && after.missing > 0:
		r.Error = fmt.Sprintf("%v: %d NLRI short over all sessions", failure, after.missing)
	case failure != nil:
		r.Error = failure.Error()
	case err != nil:
		r.Error = err.Error()
	case after.missing > 0:
		r.Error = fmt.Sprintf("reached the goal and left it: %d NLRI off over all sessions", after.missing)
	}
	return r
}
