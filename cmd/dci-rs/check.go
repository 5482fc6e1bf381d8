package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dci-rs/dci-rs/config"
)

func (a *app) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE",
		Short: "Validate a configuration: every error at once, with line and column",
		Args:  takes(1, 1, "FILE"),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.check(args[0])
		},
	}
}

func (a *app) check(path string) error {
	file, err := config.Load(path)
	problems, ok := errors.AsType[config.Problems](err)
	if err != nil && !ok {
		return err
	}
	if err != nil {
		a.report("error", problems)
		return failure{status: 1}
	}
	if !a.quiet {
		a.report("warning", file.Warnings)
	}
	if !a.quiet && !a.json {
		fmt.Fprintf(a.stdout, "%s: good, %s and %s\n", path, count(len(file.Server.Neighbors), "neighbor"), count(len(file.Server.Ranges), "listen-range"))
	}
	return nil
}

func (a *app) report(severity string, problems []config.Problem) {
	p := a.paint()
	for _, problem := range problems {
		switch {
		case a.json:
			json.NewEncoder(a.stdout).Encode(struct {
				File     string `json:"file"`
				Line     int    `json:"line,omitempty"`
				Column   int    `json:"column,omitempty"`
				Severity string `json:"severity"`
				Text     string `json:"text"`
			}{problem.File, problem.Line, problem.Column, severity, problem.Text})
		case severity == "warning":
			problem.Text = p.yellow("warning") + ": " + problem.Text
			fmt.Fprintln(a.stdout, problem)
		default:
			fmt.Fprintln(a.stdout, problem)
		}
	}
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
