package bench

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteTables writes one Markdown table for each row and phase, and one of all bars.
func WriteTables(w io.Writer, results []Result) {
	bars := false
	for _, r := range results {
		writeTable(w, r.Summaries)
		bars = bars || len(r.Row.Bars) > 0
	}
	if bars {
		writeBars(w, results)
	}
}

// writeTable writes a table for each phase.
func writeTable(w io.Writer, sums []Summary) {
	title := ""
	var extra []measure
	for _, m := range sums {
		if m.Title != title {
			title = m.Title
			extra = extraMeasures(sums, title)
			fmt.Fprintf(w, "\n### %s\n\n", title)
			fmt.Fprint(w, "| target | runs | s (min–max) | CPU s (min–max) | peak RSS MB | out MB | out UPDATEs | s / relay | CPU / relay | bench CPU s |")
			for _, of := range extra {
				fmt.Fprintf(w, " %s |", strings.TrimSpace(of.title+" "+of.unit))
			}
			fmt.Fprintf(w, " notes |\n%s|\n", strings.Repeat("|---", 11+len(extra)))
		}
		notes := ""
		if m.Failures > 0 {
			first, _, _ := strings.Cut(m.LastErr, "\n")
			notes = fmt.Sprintf("%d failed: %s", m.Failures, first)
		}
		fmt.Fprintf(w, "| %s | %d | %.3f (%.3f–%.3f) | %.3f (%.3f–%.3f) | %.0f | %.2f | %.0f | %s | %s | %.3f |", m.Target, m.Runs,
			m.Median("seconds"), m.Values["seconds"].Min, m.Values["seconds"].Max,
			m.Median("cpu_seconds"), m.Values["cpu_seconds"].Min, m.Values["cpu_seconds"].Max,
			m.Values["peak_rss"].Max/1e6, m.Median("receiver_octets")/1e6, m.Median("receiver_updates"),
			ratio(m.SecondsRatio), ratio(m.CPURatio), m.Median("bench_cpu_seconds"))
		for _, of := range extra {
			fmt.Fprintf(w, " %s |", figure(m.Median(of.name)*of.scale))
		}
		fmt.Fprintf(w, " %s |\n", notes)
	}
}

// extraMeasures are those that only some phases have.
func extraMeasures(sums []Summary, title string) []measure {
	var extra []measure
	for _, of := range measures()[6:] {
		for _, m := range sums {
			if m.Title == title && m.Values[of.name] != (Spread{}) {
				extra = append(extra, of)
				break
			}
		}
	}
	return extra
}

func ratio(r float64) string {
	if r == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f", r)
}

// figure writes three digits.
func figure(v float64) string {
	if v >= 1000 || v == 0 {
		return fmt.Sprintf("%.0f", v)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// A Bar is what a row is to show of dci-rs.
type Bar struct {
	Phase   string
	Measure string
	Limit   float64 // in the unit of the sample, or times what Against needs
	Against string  // another target, or empty
}

// subject is the target that bars are about.
const subject = "dci-rs"

// shortest is the time of the relay, in seconds, below which ratios of CPU time decide.
const shortest = 0.3

// A verdict is a bar beside what was measured.
type verdict struct {
	bar     string
	against string // figure of the other target
	found   string // figure of the subject
	is      string // what is compared with the limit
	met     bool
	known   bool
}

// judge compares the summaries of a row with a bar.
func (b Bar) judge(sums []Summary) verdict {
	var of measure
	for _, m := range measures() {
		if m.name == b.Measure {
			of = m
		}
	}
	ours, theirs := pick(sums, b.Phase, subject), pick(sums, b.Phase, b.Against)
	text := func(m *Summary, of measure) string {
		return strings.TrimSpace(figure(m.Median(of.name)*of.scale) + " " + of.unit)
	}
	v := verdict{bar: fmt.Sprintf("%s ≤ %s", of.title, strings.TrimSpace(figure(b.Limit*of.scale)+" "+of.unit)), against: "–", found: "–", is: "–"}
	if b.Against != "" {
		v.bar = fmt.Sprintf("%s ≤ %s × %s", of.title, figure(b.Limit), b.Against)
	}
	if ours != nil {
		v.found = text(ours, of)
	}
	if theirs != nil {
		v.against = text(theirs, of)
	}
	if ours == nil || b.Against != "" && theirs == nil {
		return v
	}
	if _, measured := ours.Values[of.name]; !measured {
		v.found = "–"
		return v
	}
	is := ours.Median(of.name)
	v.known, v.is = true, v.found
	if b.Against != "" {
		is = part(is, theirs.Median(of.name))
		v.is = fmt.Sprintf("%.2f ×", is)
		if of.name == "seconds" && b.Against == relayName && theirs.Median("seconds") < shortest {
			cpu := part(ours.Median("cpu_seconds"), theirs.Median("cpu_seconds"))
			v.is += fmt.Sprintf(", CPU %.2f × decides", cpu)
			is = cpu
		}
	}
	v.met = is <= b.Limit
	return v
}

// pick finds the summary of a target in a phase, nil if no run of it reached the goal.
func pick(sums []Summary, phase, target string) *Summary {
	for i := range sums {
		if m := &sums[i]; m.Phase == phase && m.Target == target && m.Runs > 0 {
			return m
		}
	}
	return nil
}

// writeBars writes the Markdown table of all bars.
func writeBars(w io.Writer, results []Result) {
	fmt.Fprintln(w, "\n| workload | phase | bar | beside | dci-rs | is | |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|")
	for _, r := range results {
		for _, bar := range r.Row.Bars {
			v := bar.judge(r.Summaries)
			word := "missed"
			switch {
			case !v.known:
				word = "not measured"
			case v.met:
				word = "met"
			}
			fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s |\n", r.Row.Title(), bar.Phase, v.bar, v.against, v.found, v.is, word)
		}
	}
}
