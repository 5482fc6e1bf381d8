// Command bench measures dci-rs beside a plain relay and other daemons, from outside, over loopback.
// README.md says how to read it; what it does lives in internal/bench.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/dci-rs/dci-rs/internal/bench"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "relay" {
		fmt.Fprintln(os.Stderr, bench.ServeRelay(os.Args[2]))
		os.Exit(1)
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	good, err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	cancel()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	case !good:
		os.Exit(1)
	}
}

// run does what the command line asks for.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (good bool, err error) {
	var p bench.Plan
	var s bench.Scale
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&s.Senders, "senders", 10, "sessions that announce routes")
	flags.IntVar(&s.Receivers, "receivers", 10, "sessions that only listen")
	flags.IntVar(&s.Routes, "routes", 20000, "routes of each sender")
	flags.IntVar(&s.Sets, "sets", 0, "attribute sets of each sender, 0 = as many as the workload has")
	flags.IntVar(&p.Runs, "runs", 5, "runs of each target, interleaved")
	flags.DurationVar(&p.Settle, "settle", 200*time.Millisecond, "longest wait for the target's first End-of-RIB before the clock starts")
	flags.DurationVar(&p.Stall, "stall", 30*time.Second, "a phase without one octet for so long has failed")
	workload := flags.String("workload", "evpn2", "the table: "+bench.WorkloadNames())
	targets := flags.String("targets", "relay,dci-rs", "what to measure: relay, dci-rs, frr, frr-nc, bird, gobgp")
	phases := flags.String("phases", "converge,late,withdraw", "what happens to each, in this order: "+bench.PhaseNames())
	suite := flags.String("suite", "", "issue = all rows with their bars, instead of one workload")
	short := flags.Bool("short", false, "a look: one run, with -suite a tenth of the routes")
	profile := flags.String("profile", "", "a folder for the CPU and allocation profiles of the last dci-rs, for go tool pprof")
	json := flags.Bool("json", false, "JSON lines on stdout, the tables on stderr")
	daemon := flags.String("dci-rs", "", "the binary of target dci-rs; built from this tree if empty")
	if err := flags.Parse(args); err != nil {
		return false, err
	}
	if flags.NArg() > 0 {
		return false, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if *suite != "" && *suite != "issue" {
		return false, fmt.Errorf("unknown suite %q: choose issue", *suite)
	}
	self, err := os.Executable()
	if err != nil {
		return false, err
	}
	folder, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(folder)
	if *daemon == "" {
		*daemon = filepath.Join(folder, "dci-rs")
	}
	if *profile == "" && *suite != "" {
		*profile = filepath.Join(folder, "profiles")
	}
	known := bench.Targets([]string{self, "relay"}, *daemon)
	if *suite == "issue" {
		p.Rows, err = bench.Issue(known, *profile)
	} else {
		var row bench.Row
		load, unknown := bench.FindWorkload(*workload)
		if err = unknown; err == nil {
			row, err = bench.NewRow(load, s, *phases, known, *targets)
		}
		row.Profile = *profile
		p.Rows = []bench.Row{row}
	}
	if err != nil {
		return false, err
	}
	if *short {
		p.Runs = 1
		for i := range p.Rows {
			if *suite != "" {
				p.Rows[i].Routes /= 10
			}
		}
	}
	if slices.ContainsFunc(p.Rows, measuresUs) {
		if err := build(ctx, *daemon, stderr); err != nil {
			return false, err
		}
	}
	lines, tables := io.Discard, stdout
	if *json {
		lines, tables = stdout, stderr
	}
	results, err := p.Run(ctx, lines, stderr)
	bench.WriteTables(tables, results)
	return !slices.ContainsFunc(results, func(r bench.Result) bool { return r.Failed }), err
}

func measuresUs(r bench.Row) bool {
	return slices.ContainsFunc(r.Targets, func(t bench.Target) bool { return t.Name == "dci-rs" })
}

// build compiles dci-rs unless the binary is there.
func build(ctx context.Context, binary string, stderr io.Writer) error {
	if _, err := os.Stat(binary); err == nil {
		return nil
	}
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", binary, "github.com/dci-rs/dci-rs/cmd/dci-rs")
	command.Stdout, command.Stderr = stderr, stderr
	return command.Run()
}
