package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
)

// count is how many were asked, how many agree, and of how many others a reason says that we are right.
type count struct{ all, agreed, decided int }

func (c *count) String() string {
	if c == nil || c.all == 0 {
		return "-"
	}
	return fmt.Sprintf("%d/%d", c.agreed, c.all)
}

func percent(part, whole int) float64 { return 100 * float64(part) / float64(max(whole, 1)) }

// report is what came out.
type report struct {
	total       map[*check]*count
	by          map[string]map[string]map[*check]*count // grouping, name
	against     []finding
	reasons     map[*reason]int
	comparisons []*comparison
}

// groupings are what rows are counted by.
var groupings = []struct {
	name string
	of   func(*row) string
}{
	{"kind", func(r *row) string { return r.kind }},
	{"family", (*row).family},
	{"source", (*row).source},
}

func newReport() *report {
	return &report{total: map[*check]*count{}, by: map[string]map[string]map[*check]*count{}, reasons: map[*reason]int{}}
}

func (r *report) add(f finding) {
	why := reasonOf(&f)
	counts := []*count{entry(r.total, f.check)}
	for _, g := range groupings {
		groups := inner(r.by, g.name)
		counts = append(counts, entry(inner(groups, g.of(f.row)), f.check))
	}
	for _, c := range counts {
		c.all++
		switch {
		case f.agrees:
			c.agreed++
		case why != nil:
			c.decided++
		}
	}
	if !f.agrees {
		r.against = append(r.against, f)
	}
	if why != nil {
		r.reasons[why]++
	}
}

// entry is the count of a key, made if it is not there.
func entry[K comparable](m map[K]*count, key K) *count {
	if m[key] == nil {
		m[key] = &count{}
	}
	return m[key]
}

// inner is the map of a key, made if it is not there.
func inner[K comparable, V any](m map[string]map[K]V, key string) map[K]V {
	if m[key] == nil {
		m[key] = map[K]V{}
	}
	return m[key]
}

// missed is the bars that were not reached.
func (r *report) missed() (list []string) {
	for _, c := range checks {
		n := entry(r.total, c)
		good := n.agreed
		if c.decides {
			good += n.decided
		}
		if n.all > 0 && percent(good, n.all) < c.bar {
			list = append(list, fmt.Sprintf("%s: %.2f %%, want %.1f %%", c.name, percent(good, n.all), c.bar))
		}
	}
	for _, c := range r.comparisons {
		for _, f := range fields {
			t := c.tallies[f]
			if t.compared() > 0 && t.share() < fieldBar {
				list = append(list, fmt.Sprintf("%s of %s: %.2f %% agree, want %d %%", f, c.oracle.name, t.share(), fieldBar))
			}
			if t.skippedShare() > skippedBar {
				list = append(list, fmt.Sprintf("%s of %s: %.2f %% skipped, want at most %d %%", f, c.oracle.name, t.skippedShare(), skippedBar))
			}
		}
	}
	return list
}

// print writes the figures as a compact table.
func (r *report) print(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, g := range groupings {
		fmt.Fprint(t, g.name)
		for _, c := range checks {
			fmt.Fprint(t, "\t", c.name)
		}
		for _, name := range slices.Sorted(maps.Keys(r.by[g.name])) {
			fmt.Fprint(t, "\n", name)
			for _, c := range checks {
				fmt.Fprint(t, "\t", r.by[g.name][name][c])
			}
		}
		fmt.Fprint(t, "\n\n")
	}
	fmt.Fprintln(t, "check\tagree\tof\t%\tdecided\tundecided\tbar")
	for _, c := range checks {
		n := entry(r.total, c)
		fmt.Fprintf(t, "%s\t%d\t%d\t%.2f\t%d\t%d\t%.1f\t%s\n", c.name, n.agreed, n.all, percent(n.agreed, n.all), n.decided, n.all-n.agreed-n.decided, c.bar, c.words)
	}
	fmt.Fprintln(t, "\noracle\tfield\tcompared\tagree\t%\tdisputed\tskipped\t%")
	for _, c := range r.comparisons {
		for _, f := range fields {
			y := c.tallies[f]
			fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%.2f\t%d\t%d\t%.1f\n", c.oracle.name, f, y.compared(), y.agreed, y.share(), total(y.disputed), total(y.skipped), y.skippedShare())
		}
	}
	t.Flush()
}

// printDifferences writes everything that is against us with its row, for those who look into it.
func (r *report) printDifferences(w io.Writer) {
	for _, f := range r.against {
		why := "UNDECIDED"
		if reason := reasonOf(&f); reason != nil {
			why = reason.clause
		}
		fmt.Fprintf(w, "%s: %s %s %s %v\n\tours: %v\n\t%s\n\t%s\n", f.check.name, f.row.kind, f.row.ID, f.row.source(), f.row.Types, f.err, f.detail, why)
	}
	for _, c := range r.comparisons {
		for _, f := range fields {
			for _, d := range c.tallies[f].disagreed {
				fmt.Fprintf(w, "%s of %s: %s %s %s\n\tours   %q\n\ttheirs %q\n", f, c.oracle.name, d.row.ID, d.row.source(), d.family, d.ours, d.theirs)
			}
		}
	}
}
