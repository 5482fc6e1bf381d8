package bench

import (
	"context"
	"encoding/binary"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	probeRate = 1000  // routes a second, one in each UPDATE
	churnRate = 20000 // routes a second of all other senders together
	maxProbes = 3000
)

// latency: the first sender says its routes anew, one each millisecond, and the receivers take the time
// from the write until each is there. The other senders say theirs anew at the rate of churn, again and
// again.
func latency(r *rig, churn int) sample {
	from, end := r.table.of(0)
	probes := min(int(end-from), maxProbes)
	start := time.Now()
	sent := make([]atomic.Int64, probes)
	receivers := r.sessions[r.Senders:]
	for _, s := range receivers {
		s.mu.Lock()
		s.tally.probe = &probe{start: start, from: from, sent: sent, delays: make([]time.Duration, 0, 2*probes)}
		s.mu.Unlock()
	}
	r.begin(0, 1)
	updates := slices.Collect(split(r.table.announce(0, r.rounds[0], 1), 1))
	storms := r.storms(churn * probes / probeRate)
	if len(storms) > 0 {
		r.begin(1, r.Senders)
	}
	m := r.drive(func() {
		ctx, stop := context.WithCancel(r.ctx)
		defer stop()
		var churning sync.WaitGroup
		churning.Go(func() { r.churn(ctx, storms, churn) })
		pace(r.ctx, time.Second/probeRate, updates[:probes], func(update []byte) {
			sent[0].Store(int64(time.Since(start)))
			sent = sent[1:]
			r.sessions[0].send(update)
		})
		stop()
		churning.Wait()
		r.sessions[0].send(slices.Concat(updates[probes:]...))
	}, everything)
	var delays []time.Duration
	for _, s := range receivers {
		s.mu.Lock()
		delays = append(delays, s.tally.probe.delays...)
		s.tally.probe = nil
		s.mu.Unlock()
	}
	slices.Sort(delays)
	if n := len(delays); n > 0 {
		m.P50, m.P99 = delays[n/2].Seconds(), delays[n*99/100].Seconds()
	}
	return m
}

// A burst is some UPDATEs that a sender writes at once.
type burst struct {
	sender int
	octets []byte
}

// burstUpdates is how many there are in a burst.
const burstUpdates = 4

// others is how many routes the senders but the first have.
func (r *rig) others() int {
	_, own := r.table.of(0)
	return int(r.table.total() - own)
}

// storms are rounds of the senders but the first, one after the other, until there are enough routes. They
// are encoded before the clock starts.
func (r *rig) storms(routes int) [][]burst {
	var storms [][]burst
	for round := uint32(1); routes > 0 && r.others() > 0; round++ {
		var storm []burst
		for sender := 1; sender < r.Senders; sender++ {
			stream := r.table.announce(sender, r.rounds[sender]+round, r.table.PerUpdate)
			for octets := range split(stream, burstUpdates) {
				storm = append(storm, burst{sender, octets})
			}
		}
		storms = append(storms, storm)
		routes -= r.others()
	}
	return storms
}

// churn sends storms at a rate of routes until the context ends, and then the rest of the round it is in.
// The first round has begun.
func (r *rig) churn(ctx context.Context, storms [][]burst, rate int) {
	for i, storm := range storms {
		if i > 0 {
			r.begin(1, r.Senders)
		}
		every := time.Duration(r.others()) * time.Second / time.Duration(rate*len(storm))
		rest := pace(ctx, every, storm, func(b burst) { r.sessions[b.sender].send(b.octets) })
		for _, b := range rest {
			r.sessions[b.sender].send(b.octets)
		}
		if ctx.Err() != nil {
			return
		}
	}
}

// pace calls f with one after the other, one each time, and returns what is left when the context ends.
func pace[T any](ctx context.Context, every time.Duration, all []T, f func(T)) []T {
	start := time.Now()
	for i, one := range all {
		time.Sleep(time.Until(start.Add(time.Duration(i) * every)))
		if ctx.Err() != nil {
			return all[i:]
		}
		f(one)
	}
	return nil
}

// split cuts a stream into runs of n messages.
func split(stream []byte, n int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for len(stream) > 0 {
			end := 0
			for range n {
				if end < len(stream) {
					end += int(binary.BigEndian.Uint16(stream[end+16:]))
				}
			}
			if !yield(stream[:end]) {
				return
			}
			stream = stream[end:]
		}
	}
}
