// Command bench measures a BGP route reflector from outside, over loopback, next to a plain relay of
// the same octets. It imports nothing of the house: what it encodes and checks is its own, so that an error
// in a codec cannot hide itself. README.md says how to read it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "relay" {
		fmt.Fprintln(os.Stderr, serveRelay(os.Args[2]))
		os.Exit(1)
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	p, err := parsePlan(os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	if !p.compare(ctx, os.Stdout, os.Stderr) {
		os.Exit(1)
	}
}

// serveRelay is the relay's own process. What it allocates it keeps, so there is nothing to collect.
func serveRelay(address string) error {
	debug.SetGCPercent(-1)
	listener, err := net.Listen("tcp4", address)
	if err != nil {
		return err
	}
	return newRelay().serve(listener)
}

// A plan is what the command line asks for.
type plan struct {
	conditions
	targets []target
	phases  []phase
	runs    int
	json    bool
}

func parsePlan(args []string, stderr io.Writer) (plan, error) {
	var p plan
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&p.senders, "senders", 10, "sessions that announce routes")
	flags.IntVar(&p.receivers, "receivers", 10, "sessions that only listen")
	flags.IntVar(&p.routes, "routes", 20000, "routes of each sender")
	flags.IntVar(&p.runs, "runs", 5, "runs of each target, interleaved")
	flags.DurationVar(&p.patience, "settle", 200*time.Millisecond, "longest wait for the target's first End-of-RIB before the clock starts")
	flags.DurationVar(&p.stall, "stall", 30*time.Second, "a phase without one octet for so long has failed")
	flags.BoolVar(&p.json, "json", false, "JSON lines on stdout, the table on stderr")
	load := flags.String("workload", "evpn2", "the table: evpn2")
	targetNames := flags.String("targets", "relay,dci-rs", "what to measure, in this order: relay, dci-rs, frr, frr-nc, bird, gobgp")
	phaseNames := flags.String("phases", "converge,withdraw", "what happens to each, in this order: converge, withdraw")
	binary := flags.String("dci-rs", "bin/dci-rs", "the binary of target dci-rs")
	if err := flags.Parse(args); err != nil {
		return p, err
	}
	if flags.NArg() > 0 {
		return p, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if p.senders < 1 || p.receivers < 0 || p.routes < 1 || p.runs < 1 || p.sessions() > 1<<16-2 || p.total() > 1<<24 {
		return p, fmt.Errorf("%d senders of %d routes, %d receivers, %d runs: each at least 1 (receivers 0), at most 65534 sessions and 16777216 routes", p.senders, p.routes, p.receivers, p.runs)
	}
	var err error
	if p.load, err = choose("workload", workloads, func(w *workload) string { return w.name }, *load); err != nil {
		return p, err
	}
	for name := range strings.SplitSeq(*targetNames, ",") {
		t, err := choose("target", targets(*binary), func(t target) string { return t.name }, name)
		if err != nil {
			return p, err
		}
		p.targets = append(p.targets, t)
	}
	for name := range strings.SplitSeq(*phaseNames, ",") {
		ph, err := choose("phase", phases, func(p phase) string { return p.name }, name)
		if err != nil {
			return p, err
		}
		p.phases = append(p.phases, ph)
	}
	return p, nil
}

func choose[T any](kind string, from []T, nameOf func(T) string, name string) (T, error) {
	var names []string
	for _, t := range from {
		if nameOf(t) == name {
			return t, nil
		}
		names = append(names, nameOf(t))
	}
	var none T
	return none, fmt.Errorf("unknown %s %q: choose from %s", kind, name, strings.Join(names, ", "))
}

// compare runs all targets in turn, again and again, and tells whether every phase reached its goal.
func (p plan) compare(ctx context.Context, stdout, stderr io.Writer) bool {
	lines, tables := io.Discard, stdout
	if p.json {
		lines, tables = stdout, stderr
	}
	encoder := json.NewEncoder(lines)
	var samples []sample
	for run := 1; run <= p.runs; run++ {
		for _, t := range p.targets {
			for _, s := range p.measure(ctx, t) {
				s.Workload, s.Target, s.Run = p.load.name, t.name, run
				s.Senders, s.Receivers, s.Routes = p.senders, p.receivers, p.routes
				samples = append(samples, s)
				encoder.Encode(s)
				fmt.Fprintf(stderr, "run %d/%d %s %s: %.3f s, %.3f CPU s %s\n", run, p.runs, s.Target, s.Phase, s.Seconds, s.CPUSeconds, s.Error)
			}
			if ctx.Err() != nil {
				return false
			}
		}
	}
	sums := summarize(samples)
	for _, m := range sums {
		encoder.Encode(m)
	}
	writeTable(tables, sums)
	return !slices.ContainsFunc(samples, func(s sample) bool { return s.Error != "" })
}

// measure starts one target and runs the phases on it, up to the first that fails.
func (p plan) measure(ctx context.Context, t target) []sample {
	process, err := t.start(p.conditions)
	if err != nil {
		return []sample{{Phase: p.phases[0].name, Error: err.Error()}}
	}
	running, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		<-process.exited
		cancel(errors.New("the target ended"))
	}()
	var samples []sample
	b, err := establish(running, p.conditions, process.listen, process.pid)
	if err != nil {
		samples = []sample{{Phase: p.phases[0].name, Error: err.Error()}}
	} else {
		for _, phase := range p.phases {
			s := phase.run(b)
			s.Phase = phase.name
			samples = append(samples, s)
			if s.Error != "" {
				break
			}
		}
		b.close()
	}
	process.stop()
	if last := &samples[len(samples)-1]; last.Error != "" {
		last.Error = strings.TrimSpace(last.Error + "\n" + process.said())
	}
	return samples
}
