// Package bench measures a BGP route reflector from outside, over loopback, next to a plain relay of
// the same octets: what a workload's senders announce is compared, octet for octet, with what arrives at
// every session. It imports nothing of the house: what it encodes and checks is its own, so that an error
// in a codec cannot hide itself.
package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// A Row is a table, what happens to it, and who is measured with it.
type Row struct {
	Workload *Workload
	Scale
	Phases  []Phase
	Targets []Target // take turns
	Bars    []Bar

	// Profile is a folder that the last dci-rs leaves its profiles in, empty for none.
	Profile string
}

// Title is the workload and the scale.
func (r Row) Title() string {
	title := fmt.Sprintf("%s %s", r.Workload.Name, r.Scale)
	if r.Sets > 0 {
		title += fmt.Sprintf(", %d sets", r.Sets)
	}
	return title
}

// check refuses what cannot be measured.
func (r Row) check() error {
	switch {
	case r.Senders < 1 || r.Receivers < 0 || r.Routes < 1 || r.sessions() > 1<<16-2-spare:
		return fmt.Errorf("%s: senders and routes are at least 1, sessions at most 65532", r.Title())
	case r.total() > 1<<23:
		return fmt.Errorf("%s: at most %d routes", r.Title(), 1<<23)
	}
	return nil
}

// A Plan is what to measure.
type Plan struct {
	Rows   []Row
	Runs   int           // of each target, interleaved
	Settle time.Duration // longest wait for a target's first End-of-RIB before the clock starts
	Stall  time.Duration // a phase without one octet for so long has failed
}

// memoryLimit is where the collector starts after all: between phases it is called, within one it must
// not run.
const memoryLimit = 6 << 30

// A Result is what was measured of a row.
type Result struct {
	Row       Row
	Summaries []Summary
	Failed    bool // a phase of the relay or of dci-rs did not reach its goal
}

// Run measures. It writes a JSON line for each run and phase and for each summary to lines, and what it does
// to progress.
func (p Plan) Run(ctx context.Context, lines, progress io.Writer) ([]Result, error) {
	for _, row := range p.Rows {
		if err := row.check(); err != nil {
			return nil, err
		}
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(memoryLimit))
	encoder := json.NewEncoder(lines)
	var results []Result
	for _, row := range p.Rows {
		result := Result{Row: row}
		c := conditions{Scale: row.Scale, load: row.Workload, table: row.Workload.Build(row.Scale), patience: p.Settle, stall: p.Stall, profile: row.Profile}
		var samples []sample
		for run := 1; run <= p.Runs; run++ {
			for _, t := range row.Targets {
				for _, s := range measureTarget(ctx, c, t, row.Phases) {
					s.Workload, s.Target, s.Run = row.Workload.Name, t.Name, run
					s.Senders, s.Receivers, s.Routes = row.Senders, row.Receivers, row.Routes
					samples = append(samples, s)
					encoder.Encode(s)
					fmt.Fprintf(progress, "%s, run %d/%d, %s %s: %.3f s, %.3f CPU s %s\n", row.Title(), run, p.Runs, s.Target, s.Phase, s.Seconds, s.CPUSeconds, s.Error)
					if s.Error != "" && (t.Name == subject || t.Name == relayName) {
						result.Failed = true
					}
				}
				if ctx.Err() != nil {
					return nil, ctx.Err()
				}
			}
		}
		result.Summaries = summarize(row.Title(), row.Phases, samples)
		for _, m := range result.Summaries {
			encoder.Encode(m)
		}
		results = append(results, result)
	}
	return results, nil
}

// measureTarget starts one target and runs the phases on it, up to the first that fails.
func measureTarget(ctx context.Context, c conditions, t Target, phases []Phase) []sample {
	if t.Name == relayName && c.load.Constrained {
		return nil // it would tell everybody everything
	}
	if t.Name == relayName {
		phases = slices.DeleteFunc(slices.Clone(phases), func(p Phase) bool { return p.aware })
	}
	if len(phases) == 0 {
		return nil
	}
	process, err := t.start(c)
	if err != nil {
		return []sample{{Phase: phases[0].Name, Error: err.Error()}}
	}
	running, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		<-process.exited
		cancel(errors.New("the target ended"))
	}()
	var samples []sample
	r, err := establish(running, c, process)
	if err != nil {
		samples = []sample{{Phase: phases[0].Name, Error: err.Error()}}
	} else {
		defer r.finish() // behind the target's end, so that no profile shows how it mourns
		for _, phase := range phases {
			s := phase.run(r)
			s.Phase = phase.Name
			samples = append(samples, s)
			if s.Error != "" {
				break
			}
		}
	}
	process.stop()
	if t.Name == subject && c.profile != "" && r != nil {
		share, objects := readProfile(c.profile)
		for i := range samples {
			samples[i].GCShare, samples[i].Allocations = share, part(objects, float64(r.said))
		}
	}
	if last := &samples[len(samples)-1]; last.Error != "" {
		last.Error = strings.TrimSpace(last.Error + "\n" + process.said())
	}
	return samples
}
