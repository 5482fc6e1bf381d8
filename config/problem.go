package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing wrong with a configuration, or one that deserves a second look.
type Problem struct {
	File   string
	Line   int // from 1; 0 when the place is not known
	Column int // from 1, in characters
	Text   string
}

// Place is FILE:LINE:COLUMN, or the file alone.
func (p Problem) Place() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

func (p Problem) String() string { return p.Place() + ": " + p.Text }

// Problems is every problem of a file in the order of their places, one per line as an error.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// sorted orders problems by place. A problem of a group is found again with each of its neighbors
// and stands once.
func sorted(ps []Problem) Problems {
	slices.SortFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Text, b.Text))
	})
	return slices.Compact(ps)
}
