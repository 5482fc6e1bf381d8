package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// preface stands before the figures.
//
//go:embed preface.md
var preface string

// document is the report as a page of the documentation. It has figures and reasons, and nothing of the messages.
func (r *report) document() []byte {
	var b bytes.Buffer
	b.WriteString(preface)
	r.documentChecks(&b)
	r.documentReasons(&b)
	r.documentOracles(&b)
	r.documentGroups(&b)
	return b.Bytes()
}

func (r *report) documentChecks(b *bytes.Buffer) {
	b.WriteString("\n## Figures\n\n| question | agree | of | % | decided | undecided | bar |\n|---|---|---|---|---|---|---|\n")
	for _, c := range checks {
		n := entry(r.total, c)
		fmt.Fprintf(b, "| %s: %s | %d | %d | %.2f | %d | %d | %s |\n", c.name, c.words, n.agreed, n.all, percent(n.agreed, n.all), n.decided, n.all-n.agreed-n.decided, c.barText())
	}
}

func (c *check) barText() string {
	if c.decides {
		return fmt.Sprintf("%.1f %% with the decided", c.bar)
	}
	return fmt.Sprintf("%.1f %%", c.bar)
}

// documentReasons lists what is against us by reason.
func (r *report) documentReasons(b *bytes.Buffer) {
	b.WriteString("\n## Where we answer otherwise\n")
	for _, c := range checks {
		n := entry(r.total, c)
		if n.all == n.agreed {
			continue
		}
		fmt.Fprintf(b, "\n### %s: %d of %d\n\n| rows | the messages hold | why |\n|---|---|---|\n", strings.ToUpper(c.name[:1])+c.name[1:], n.all-n.agreed, n.all)
		for _, why := range reasons { // in the order of the table, so that a run that changes figures changes no lines
			if why.check == c && r.reasons[why] > 0 {
				fmt.Fprintf(b, "| %d | %s | %s |\n", r.reasons[why], why.input, why.clause)
			}
		}
		if left := n.all - n.agreed - n.decided; left > 0 {
			fmt.Fprintf(b, "| %d | not looked into | - |\n", left)
		}
	}
}

func (r *report) documentOracles(b *bytes.Buffer) {
	fmt.Fprintf(b, "\n## Fields beside other decoders\n\nOf every message that is valid to them and to us. At least %d %% of what is compared and not disputed agrees, and at most %d %% is skipped.\n\n", fieldBar, skippedBar)
	b.WriteString("| decoder | field | compared | agree | % | disputed | skipped | % |\n|---|---|---|---|---|---|---|---|\n")
	for _, c := range r.comparisons {
		for _, f := range fields {
			t := c.tallies[f]
			fmt.Fprintf(b, "| %s | %s | %d | %d | %.2f | %d | %d | %.1f |\n", c.oracle.name, f, t.compared(), t.agreed, t.share(), total(t.disputed), total(t.skipped), t.skippedShare())
		}
	}
	for _, c := range r.comparisons {
		disputed, skipped := map[string]int{}, map[string]int{}
		for _, t := range c.tallies {
			addAll(disputed, t.disputed)
			addAll(skipped, t.skipped)
		}
		fmt.Fprintf(b, "\n### %s\n\n| fields | | why |\n|---|---|---|\n", c.oracle.name)
		documentCounts(b, "disputed", disputed)
		documentCounts(b, "skipped", skipped)
	}
}

func addAll(to, from map[string]int) {
	for why, n := range from {
		to[why] += n
	}
}

func documentCounts(b *bytes.Buffer, what string, m map[string]int) {
	for _, why := range slices.Sorted(maps.Keys(m)) {
		if m[why] > 0 {
			fmt.Fprintf(b, "| %d | %s | %s |\n", m[why], what, why)
		}
	}
}

func (r *report) documentGroups(b *bytes.Buffer) {
	for _, g := range groupings {
		fmt.Fprintf(b, "\n## By %s\n\n| %s |", g.name, g.name)
		line := "|---|"
		for _, c := range checks {
			fmt.Fprintf(b, " %s |", c.name)
			line += "---|"
		}
		fmt.Fprintf(b, "\n%s\n", line)
		for _, name := range slices.Sorted(maps.Keys(r.by[g.name])) {
			fmt.Fprintf(b, "| %s |", name)
			for _, c := range checks {
				fmt.Fprintf(b, " %s |", r.by[g.name][name][c])
			}
			b.WriteString("\n")
		}
	}
}
