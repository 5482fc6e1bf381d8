package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"
)

// conditions are the same for every target of a comparison.
type conditions struct {
	Scale
	load     *Workload
	table    *Table
	patience time.Duration // for what a reflector says by itself before the clock starts
	stall    time.Duration // without one octet: the phase has failed
	profile  string        // folder, or empty
}

// A rig is a running target with all sessions established. Phases run on it one after another.
type rig struct {
	conditions
	process  *process
	ctx      context.Context
	finish   context.CancelFunc // ends every session
	sessions []*session         // senders first
	failed   chan error         // the first failure of a session
	arrived  chan time.Time
	rounds   []uint32 // by sender: the one it is in
	said     int      // routes that senders announced or withdrew, all at once
}

// spare is how many sessions more than those of the scale a target knows.
const spare = 2

// establish connects all sessions, and returns once each was sent its first End-of-RIB or patience
// ran out: some daemons never send it.
func establish(ctx context.Context, c conditions, p *process) (*rig, error) {
	r := &rig{conditions: c, process: p, failed: make(chan error, 1), arrived: make(chan time.Time, c.sessions()+spare), rounds: make([]uint32, c.Senders)}
	r.ctx, r.finish = context.WithCancel(ctx)
	errs := make([]error, c.sessions())
	var wait sync.WaitGroup
	for i := range c.sessions() {
		s := r.session(i)
		r.sessions = append(r.sessions, s)
		wait.Go(func() { errs[i] = r.attach(s) })
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		r.finish()
		return nil, err
	}
	r.settle()
	return r, nil
}

// session is session i, which is not connected yet.
func (r *rig) session(i int) *session {
	own := i
	if i >= r.Senders {
		own = -1
	}
	s := &session{number: i, address: peerAddress(i), failed: r.failed, arrived: r.arrived, tally: newTally(r.table, r.Senders, own)}
	copy(s.tally.rounds, r.rounds)
	if r.load.Constrained {
		s.tally.targets = make([]bool, r.targets())
		for n := range targetsPerSession {
			s.tally.targets[(i*targetsPerSession+n)%len(s.tally.targets)] = true
		}
	}
	return s
}

// attach connects a session, says what it asks for, and receives.
func (r *rig) attach(s *session) error {
	ctx, cancel := context.WithTimeout(r.ctx, r.stall)
	defer cancel()
	if err := s.dial(ctx, r.process.listen, r.load.families()); err != nil {
		return err
	}
	context.AfterFunc(r.ctx, func() { s.conn.Close() }) // receive reports the end, so that a phase ends too
	if r.load.Constrained {
		s.send(appendEndOfRIB(s.tally.appendMemberships(nil), routeTarget))
	}
	go s.receive()
	go s.keepAlive(r.ctx)
	return nil
}

// settle returns when every session was sent an End-of-RIB, or when patience ran out.
func (r *rig) settle() {
	for deadline := time.Now().Add(r.patience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if !slices.ContainsFunc(r.sessions, func(s *session) bool { c, _ := s.now(); return c.ends == 0 }) {
			return
		}
	}
}

// begin says that some senders say all their routes anew in their next round, and that nobody holds them.
func (r *rig) begin(from, end int) {
	for sender := from; sender < end; sender++ {
		r.rounds[sender]++
	}
	for _, s := range r.sessions {
		s.mu.Lock()
		for sender := from; sender < end; sender++ {
			s.tally.begin(sender, r.rounds[sender])
		}
		s.mu.Unlock()
	}
}

// drive lets something happen and measures until every reading session reached the goal. The clock starts
// with the event and stops with the last route; the counters and the CPU time go on until the target has
// nothing more to say.
func (r *rig) drive(event func(), want goal) sample {
	awaited := 0
	for _, s := range r.sessions {
		if !s.stuck {
			s.await(want(&s.tally))
			awaited++
		}
	}
	// The bench allocates nothing from here on; its garbage is not to be collected under the clock.
	runtime.GC()
	before, err := r.usage()
	if err != nil {
		return sample{Error: err.Error()}
	}
	start := time.Now()
	event()
	last, failure := r.wait(start, awaited)
	r.drain()
	return r.sample(before, last.Sub(start), failure)
}

// say makes an event of what each sender sends, all at once.
func (r *rig) say(streams [][]byte) func() {
	r.said += int(r.table.total())
	return func() {
		for i, stream := range streams {
			go r.sessions[i].send(stream)
		}
	}
}

func (r *rig) streams(encode func(sender int) []byte) [][]byte {
	streams := make([][]byte, r.Senders)
	for i := range streams {
		streams[i] = encode(i)
	}
	return streams
}

// wait returns when the last session reached its goal.
func (r *rig) wait(last time.Time, awaited int) (time.Time, error) {
	ticker := time.NewTicker(r.stall)
	defer ticker.Stop()
	octets := r.totals().all.octets
	for range awaited {
		for reached := false; !reached; {
			select {
			case at := <-r.arrived:
				reached = true
				if at.After(last) {
					last = at
				}
			case err := <-r.failed:
				return last, err
			case <-ticker.C:
				now := r.totals().all.octets
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
func (r *rig) drain() {
	octets := -1
	for end := time.Now().Add(r.stall); time.Now().Before(end); {
		now := r.totals().all.octets
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
	missing   int // routes between what reading sessions hold and their goals
}

func (r *rig) totals() totals {
	var sum totals
	for i, s := range r.sessions {
		c, off := s.now()
		sum.all.add(c)
		if i >= r.Senders {
			sum.receivers.add(c)
		}
		if !s.stuck {
			sum.missing += off
		}
	}
	return sum
}

// A reading of all counters.
type reading struct {
	totals
	cpu, own  time.Duration // of the target, of this process
	peak, rss int
}

func (r *rig) usage() (u reading, err error) {
	u.totals = r.totals()
	u.cpu, u.peak, u.rss, err = usage(r.process.pid)
	u.own, _ = cpuTime(os.Getpid())
	return u, err
}

func (r *rig) sample(before reading, took time.Duration, failure error) sample {
	after, err := r.usage()
	m := sample{
		Seconds: took.Seconds(), CPUSeconds: (after.cpu - before.cpu).Seconds(), PeakRSS: after.peak,
		BenchCPUSeconds: (after.own - before.own).Seconds(),
		ReceiverOctets:  after.receivers.octets - before.receivers.octets,
		ReceiverUpdates: after.receivers.updates - before.receivers.updates,
		Octets:          after.all.octets - before.all.octets,
		Updates:         after.all.updates - before.all.updates,
		Repeated:        after.all.repeated - before.all.repeated,
		Stale:           after.all.stale - before.all.stale,
		Returned:        after.all.returned - before.all.returned,
		Unheld:          after.all.unheld - before.all.unheld,
		Missing:         after.missing,
	}
	switch {
	case failure != nil && after.missing > 0:
		m.Error = fmt.Sprintf("%v: %d NLRI short over all sessions", failure, after.missing)
	case failure != nil:
		m.Error = failure.Error()
	case err != nil:
		m.Error = err.Error()
	case after.missing > 0:
		m.Error = fmt.Sprintf("reached the goal and left it: %d NLRI off over all sessions", after.missing)
	}
	return m
}
