package bench

import "slices"

// A sample is one phase of one run.
type sample struct {
	Workload  string `json:"workload"`
	Phase     string `json:"phase"`
	Target    string `json:"target"`
	Run       int    `json:"run"` // from 1
	Senders   int    `json:"senders"`
	Receivers int    `json:"receivers"`
	Routes    int    `json:"routes"` // of each sender

	Seconds         float64 `json:"seconds"`     // from the event until the last session has the last route
	CPUSeconds      float64 `json:"cpu_seconds"` // of the target, until its output has drained
	PeakRSS         int     `json:"peak_rss"`    // octets, VmHWM since the target started
	ReceiverOctets  int     `json:"receiver_octets"`
	ReceiverUpdates int     `json:"receiver_updates"`
	Octets          int     `json:"octets"` // senders are sent the others' routes too
	Updates         int     `json:"updates"`
	Repeated        int     `json:"repeated"` // NLRI announced to a session that held them
	Stale           int     `json:"stale"`    // NLRI announced as the sender no longer had them
	Returned        int     `json:"returned"` // NLRI sent back to the session they came from
	Unheld          int     `json:"unheld"`   // NLRI withdrawn from a session that did not hold them
	Missing         int     `json:"missing"`  // NLRI that sessions hold too few, or too many
	BenchCPUSeconds float64 `json:"bench_cpu_seconds"`

	P50               float64 `json:"p50,omitempty"` // seconds, over all routes and receivers
	P99               float64 `json:"p99,omitempty"`
	UnstuckCPUSeconds float64 `json:"unstuck_cpu_seconds,omitempty"` // the same without the stuck receiver
	RSSGrowth         int     `json:"rss_growth,omitempty"`          // octets, over the rounds
	GCShare           float64 `json:"gc_share,omitempty"`            // of CPU, over the life of a dci-rs that was profiled
	Allocations       float64 `json:"allocations,omitempty"`         // objects for each route that it was told, over its life

	Error string `json:"error,omitempty"`
}

// add puts the next part of a phase to the parts before.
func (s *sample) add(o sample) {
	s.Seconds += o.Seconds
	s.CPUSeconds += o.CPUSeconds
	s.PeakRSS = o.PeakRSS
	s.ReceiverOctets += o.ReceiverOctets
	s.ReceiverUpdates += o.ReceiverUpdates
	s.Octets += o.Octets
	s.Updates += o.Updates
	s.Repeated += o.Repeated
	s.Stale += o.Stale
	s.Returned += o.Returned
	s.Unheld += o.Unheld
	s.Missing = o.Missing
	s.BenchCPUSeconds += o.BenchCPUSeconds
	s.Error = o.Error
}

// A measure is a figure of a sample.
type measure struct {
	name  string // in JSON and in bars
	title string
	unit  string
	scale float64 // of the unit
	of    func(s sample) float64
}

func measures() []measure {
	return []measure{
		{"seconds", "time", "s", 1, func(s sample) float64 { return s.Seconds }},
		{"cpu_seconds", "CPU", "s", 1, func(s sample) float64 { return s.CPUSeconds }},
		{"peak_rss", "peak RSS", "MB", 1e-6, func(s sample) float64 { return float64(s.PeakRSS) }},
		{"receiver_octets", "octets to receivers", "MB", 1e-6, func(s sample) float64 { return float64(s.ReceiverOctets) }},
		{"receiver_updates", "UPDATEs to receivers", "", 1, func(s sample) float64 { return float64(s.ReceiverUpdates) }},
		{"bench_cpu_seconds", "CPU of the bench", "s", 1, func(s sample) float64 { return s.BenchCPUSeconds }},
		{"p50", "p50", "ms", 1e3, func(s sample) float64 { return s.P50 }},
		{"p99", "p99", "ms", 1e3, func(s sample) float64 { return s.P99 }},
		{"rss_growth", "RSS growth", "MB", 1e-6, func(s sample) float64 { return float64(s.RSSGrowth) }},
		{"stuck_cpu", "CPU beside the same without it", "×", 1, func(s sample) float64 { return part(s.CPUSeconds, s.UnstuckCPUSeconds) }},
		{"gc_share", "GC share of CPU", "%", 100, func(s sample) float64 { return s.GCShare }},
		{"allocations", "allocations per route", "", 1, func(s sample) float64 { return s.Allocations }},
	}
}

func part(a, of float64) float64 {
	if of == 0 {
		return 0
	}
	return a / of
}

// A Spread is a median with its extremes.
type Spread struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

func spreadOf(samples []sample, value func(sample) float64) Spread {
	var values []float64
	for _, s := range samples {
		values = append(values, value(s))
	}
	slices.Sort(values)
	n := len(values)
	return Spread{(values[(n-1)/2] + values[n/2]) / 2, values[0], values[n-1]}
}

// A Summary is all runs of one target in one phase of a row. The ratios are of medians, to the relay; 0
// where the relay did not run.
type Summary struct {
	Title    string `json:"summary"` // workload, scale and phase
	Phase    string `json:"phase"`
	Target   string `json:"target"`
	Runs     int    `json:"runs"` // that reached the goal
	Failures int    `json:"failures"`
	LastErr  string `json:"error,omitempty"`

	Values       map[string]Spread `json:"values"` // by name of measure, those that are 0 left out
	SecondsRatio float64           `json:"seconds_ratio,omitempty"`
	CPURatio     float64           `json:"cpu_ratio,omitempty"`
}

// Median is that of a measure, in the unit of a sample.
func (m *Summary) Median(name string) float64 { return m.Values[name].Median }

// summarize puts together the samples of a row by phase and target, in the order of its phases.
func summarize(title string, phases []Phase, samples []sample) []Summary {
	var sums []Summary
	for _, phase := range phases {
		var targets []string
		runs := map[string][]sample{}
		for _, s := range samples {
			if s.Phase == phase.Name {
				if runs[s.Target] == nil {
					targets = append(targets, s.Target)
				}
				runs[s.Target] = append(runs[s.Target], s)
			}
		}
		relay := -1
		for _, target := range targets {
			m := Summary{Title: title + ", " + phase.Name, Phase: phase.Name, Target: target, Values: map[string]Spread{}}
			good := slices.DeleteFunc(slices.Clone(runs[target]), func(s sample) bool { return s.Error != "" })
			m.Runs, m.Failures = len(good), len(runs[target])-len(good)
			for _, s := range runs[target] {
				if s.Error != "" {
					m.LastErr = s.Error
				}
			}
			for _, of := range measures() {
				if m.Runs > 0 {
					if v := spreadOf(good, of.of); v.Min != 0 || v.Max != 0 {
						m.Values[of.name] = v
					}
				}
			}
			if target == relayName && m.Runs > 0 {
				relay = len(sums)
			}
			sums = append(sums, m)
		}
		if relay < 0 {
			continue
		}
		for i := len(sums) - len(targets); i < len(sums); i++ {
			m, r := &sums[i], &sums[relay]
			m.SecondsRatio = part(m.Median("seconds"), r.Median("seconds"))
			m.CPURatio = part(m.Median("cpu_seconds"), r.Median("cpu_seconds"))
		}
	}
	return sums
}
