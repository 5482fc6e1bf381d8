package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/dci-rs/dci-rs/internal/bench"
)

func (a *app) benchCommand() *cobra.Command {
	var s bench.Scale
	var workload, family, phases string
	var runs int
	c := &cobra.Command{
		Use:   "bench [FILE]",
		Short: "Measure this reflector on this machine, with a synthetic table or the routes of a capture",
		Long: `Starts this reflector as a process of its own on loopback, attaches senders and receivers, and measures what it needs,
in turn with a plain relay of the same octets: the limit of this machine. Every route and attribute that arrives is compared.

FILE holds BGP messages (pcap, pcapng, MRT, hex, raw): the distinct routes of one family, as they were last, are dealt out to
the senders by their attributes. Without FILE the table is synthetic.`,
		Example: "  dci-rs bench\n  dci-rs bench --workload vpnv4 --senders 20 --routes 50000 --receivers 20\n  dci-rs bench peering.pcap --family evpn --receivers 100",
		Args:    takes(0, 1, "[FILE]"),
		RunE: func(c *cobra.Command, args []string) error {
			ctx, stop := untilSignal(c.Context())
			defer stop()
			load, err := bench.FindWorkload(workload)
			if len(args) > 0 {
				if c.Flags().Changed("workload") || c.Flags().Changed("routes") {
					return fmt.Errorf("--workload and --routes are for synthetic tables: the routes come from %s", args[0])
				}
				load, s, err = capturedWorkload(args[0], family, s)
			} else if family != "" {
				return errors.New("--family chooses among the routes of a FILE; for a synthetic table use --workload")
			}
			if err != nil {
				return err
			}
			return a.bench(ctx, load, s, phases, runs)
		},
	}
	flags := c.Flags()
	flags.StringVar(&workload, "workload", "evpn2", "the synthetic `table`: "+bench.WorkloadNames())
	flags.StringVar(&family, "family", "", "the `family` of FILE to take; default: the one with most routes")
	flags.IntVar(&s.Routes, "routes", 20000, "routes of each sender")
	flags.IntVar(&s.Senders, "senders", 10, "sessions that announce routes; they are told the others' too")
	flags.IntVar(&s.Receivers, "receivers", 10, "sessions that only listen")
	flags.IntVar(&runs, "runs", 3, "runs; the figures are medians")
	flags.StringVar(&phases, "phases", "converge,late,withdraw", "what happens, of "+bench.PhaseNames())
	c.AddCommand(&cobra.Command{
		Use: "relay ADDRESS", Hidden: true, Args: takes(1, 1, "ADDRESS"), // what bench starts beside the reflector
		RunE: func(_ *cobra.Command, args []string) error { return bench.ServeRelay(args[0]) },
	})
	return c
}

func (a *app) bench(ctx context.Context, load *bench.Workload, s bench.Scale, phases string, runs int) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	row, err := bench.NewRow(load, s, phases, bench.Targets([]string{self, "bench", "relay"}, self), "relay,dci-rs")
	if err != nil {
		return err
	}
	lines, progress := io.Discard, io.Discard
	if a.json {
		lines = a.stdout
	}
	if !a.quiet && terminal(a.stderr) {
		progress = a.stderr
	}
	plan := bench.Plan{Rows: []bench.Row{row}, Runs: runs, Settle: 200 * time.Millisecond, Stall: 30 * time.Second}
	results, err := plan.Run(ctx, lines, progress)
	if err != nil {
		return err
	}
	if !a.json {
		fmt.Fprintf(a.stdout, "%s: senders × routes → receivers, median of %d\n\n", row.Title(), runs)
		printTable(a.stdout, benchTable(results[0]))
	}
	for _, r := range results[0].Summaries {
		if r.Failures > 0 {
			return fmt.Errorf("%s of %s failed %d of %d times: %s", r.Phase, r.Target, r.Failures, r.Failures+r.Runs, r.LastErr)
		}
	}
	return nil
}

// benchTable has a line for each phase and target, and columns for latency where it was taken.
func benchTable(r bench.Result) [][]cell {
	rows := [][]cell{{left("phase"), left("target"), number("time"), number("× relay"), number("CPU"), number("× relay"), number("memory"), number("sent"), number("UPDATEs"), number("p50"), number("p99")}}
	latency := false
	for _, m := range r.Summaries {
		if m.Runs == 0 {
			continue
		}
		row := []cell{left(m.Phase), left(m.Target),
			number(fmt.Sprintf("%.3f s", m.Median("seconds"))), number(times(m.SecondsRatio)),
			number(fmt.Sprintf("%.3f s", m.Median("cpu_seconds"))), number(times(m.CPURatio)),
			number(fmt.Sprintf("%.0f MB", m.Median("peak_rss")/1e6)), number(fmt.Sprintf("%.1f MB", m.Median("receiver_octets")/1e6)),
			number(fmt.Sprintf("%.0f", m.Median("receiver_updates")))}
		if p99 := m.Median("p99"); p99 > 0 {
			latency = true
			row = append(row, number(fmt.Sprintf("%.2f ms", 1e3*m.Median("p50"))), number(fmt.Sprintf("%.2f ms", 1e3*p99)))
		}
		rows = append(rows, row)
	}
	if !latency {
		rows[0] = rows[0][:len(rows[0])-2]
	}
	return rows
}

func times(ratio float64) string {
	if ratio == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f", ratio)
}
