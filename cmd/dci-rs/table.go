package main

import (
	"io"
	"strings"
	"unicode/utf8"
)

// cell is a text and how it is coloured once its width is known.
type cell struct {
	text  string
	paint func(string) string
	right bool // numbers
}

func left(s string) cell   { return cell{text: s} }
func number(s string) cell { return cell{text: s, right: true} }

// printTable writes rows in columns two blanks apart.
func printTable(w io.Writer, rows [][]cell) {
	var widths []int
	for _, row := range rows {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(c.text))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, c := range row {
			if i > 0 {
				line.WriteString("  ")
			}
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c.text))
			text := c.text
			if c.paint != nil {
				text = c.paint(text)
			}
			if c.right {
				line.WriteString(pad + text)
			} else {
				line.WriteString(text + pad)
			}
		}
		io.WriteString(w, strings.TrimRight(line.String(), " ")+"\n")
	}
}
