package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// A sample is one phase of one run.
type sample struct {
	Workload  string `json:"workload"`
	Phase     string `json:"phase"`
	Target    string `json:"target"`
	Run       int    `json:"run"` // from 1
	Senders   int    `json:"senders"`
	Receivers int    `json:"receivers"`
	Routes    int    `json:"routes"` // of each sender

	Seconds         float64 `json:"seconds"`     // first octet written until the last session has the last route
	CPUSeconds      float64 `json:"cpu_seconds"` // of the target, until its output has drained
	PeakRSS         int     `json:"peak_rss"`    // octets, VmHWM since the target started
	ReceiverOctets  int     `json:"receiver_octets"`
	ReceiverUpdates int     `json:"receiver_updates"`
	Octets          int     `json:"octets"` // senders are sent the others' routes too
	Updates         int     `json:"updates"`
	Repeated        int     `json:"repeated"` // NLRI announced to a session that held them
	Returned        int     `json:"returned"` // NLRI sent back to the session they came from
	Unheld          int     `json:"unheld"`   // NLRI withdrawn from a session that did not hold them
	Missing         int     `json:"missing"`  // NLRI that sessions hold too few, or too many
	BenchCPUSeconds float64 `json:"bench_cpu_seconds"`

	Error string `json:"error,omitempty"`
}

// A spread is a median with its extremes.
type spread struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

func spreadOf(samples []sample, value func(sample) float64) spread {
	var values []float64
	for _, s := range samples {
		values = append(values, value(s))
	}
	slices.Sort(values)
	n := len(values)
	return spread{(values[(n-1)/2] + values[n/2]) / 2, values[0], values[n-1]}
}

// A summary is all runs of one target in one phase. The ratios are of medians, to the relay; 0 where
// the relay did not run.
type summary struct {
	Summary  string `json:"summary"` // workload and phase
	Target   string `json:"target"`
	Runs     int    `json:"runs"` // that reached the goal
	Failures int    `json:"failures"`
	LastErr  string `json:"error,omitempty"`

	Seconds         spread  `json:"seconds"`
	CPUSeconds      spread  `json:"cpu_seconds"`
	PeakRSS         spread  `json:"peak_rss"`
	ReceiverOctets  spread  `json:"receiver_octets"`
	ReceiverUpdates spread  `json:"receiver_updates"`
	BenchCPUSeconds spread  `json:"bench_cpu_seconds"`
	SecondsRatio    float64 `json:"seconds_ratio,omitempty"`
	CPURatio        float64 `json:"cpu_ratio,omitempty"`
}

// summarize puts together the samples of each phase and target, in the order of their first appearance.
func summarize(samples []sample) []summary {
	var sums []summary
	good := map[[2]string][]sample{}
	index := map[[2]string]int{}
	for _, s := range samples {
		key := [2]string{s.Phase, s.Target}
		i, known := index[key]
		if !known {
			i = len(sums)
			index[key] = i
			title := fmt.Sprintf("%s %dx%d x%d %s", s.Workload, s.Senders, s.Routes, s.Receivers, s.Phase)
			sums = append(sums, summary{Summary: title, Target: s.Target})
		}
		if s.Error != "" {
			sums[i].Failures++
			sums[i].LastErr = s.Error
			continue
		}
		good[key] = append(good[key], s)
	}
	for key, i := range index {
		runs := good[key]
		if len(runs) == 0 {
			continue
		}
		m := &sums[i]
		m.Runs = len(runs)
		m.Seconds = spreadOf(runs, func(s sample) float64 { return s.Seconds })
		m.CPUSeconds = spreadOf(runs, func(s sample) float64 { return s.CPUSeconds })
		m.PeakRSS = spreadOf(runs, func(s sample) float64 { return float64(s.PeakRSS) })
		m.ReceiverOctets = spreadOf(runs, func(s sample) float64 { return float64(s.ReceiverOctets) })
		m.ReceiverUpdates = spreadOf(runs, func(s sample) float64 { return float64(s.ReceiverUpdates) })
		m.BenchCPUSeconds = spreadOf(runs, func(s sample) float64 { return s.BenchCPUSeconds })
	}
	for key, i := range index {
		relay, ran := index[[2]string{key[0], "relay"}]
		if ran && sums[relay].Runs > 0 && sums[i].Runs > 0 {
			sums[i].SecondsRatio = sums[i].Seconds.Median / sums[relay].Seconds.Median
			sums[i].CPURatio = sums[i].CPUSeconds.Median / sums[relay].CPUSeconds.Median
		}
	}
	slices.SortStableFunc(sums, func(a, b summary) int { return strings.Compare(a.Summary, b.Summary) })
	return sums
}

// writeTable writes one Markdown table for each phase.
func writeTable(w io.Writer, sums []summary) {
	title := ""
	for _, m := range sums {
		if m.Summary != title {
			title = m.Summary
			fmt.Fprintf(w, "\n### %s\n\n", title)
			fmt.Fprintln(w, "| target | runs | s (min–max) | CPU s (min–max) | peak RSS MB | out MB | out UPDATEs | s / relay | CPU / relay | bench CPU s | notes |")
			fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|---|---|")
		}
		notes := ""
		if m.Failures > 0 {
			first, _, _ := strings.Cut(m.LastErr, "\n")
			notes = fmt.Sprintf("%d failed: %s", m.Failures, first)
		}
		if m.Runs == 0 {
			fmt.Fprintf(w, "| %s | 0 | – | – | – | – | – | – | – | – | %s |\n", m.Target, notes)
			continue
		}
		fmt.Fprintf(w, "| %s | %d | %s | %s | %.0f | %.1f | %.0f | %s | %s | %.3f | %s |\n", m.Target, m.Runs, m.Seconds, m.CPUSeconds,
			m.PeakRSS.Max/1e6, m.ReceiverOctets.Median/1e6, m.ReceiverUpdates.Median, ratio(m.SecondsRatio), ratio(m.CPURatio), m.BenchCPUSeconds.Median, notes)
	}
}

func (s spread) String() string { return fmt.Sprintf("%.3f (%.3f–%.3f)", s.Median, s.Min, s.Max) }

func ratio(r float64) string {
	if r == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f", r)
}
