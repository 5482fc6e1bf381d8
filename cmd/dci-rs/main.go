// Command dci-rs is a BGP route reflector and route server for data-centre interconnect. Here are
// its flags, wiring and signals, and what its commands print; everything else lives in the packages
// it imports, which may be all of them.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dci-rs/dci-rs/config"
)

func main() {
	os.Exit(execute(os.Args[1:], os.Stdout, os.Stderr))
}

// app is what every command shares.
type app struct {
	stdout, stderr io.Writer

	control string // path of a socket or URL
	json    bool
	quiet   bool
	noColor bool
}

// failure is an error with the exit status it means. Without an error everything is said already.
type failure struct {
	status int
	error
}

func (f failure) Unwrap() error { return f.error }

// execute runs one command line and returns the exit status.
func execute(args []string, stdout, stderr io.Writer) int {
	a := &app{stdout: stdout, stderr: stderr}
	root := a.command()
	root.SetArgs(args)
	err := root.Execute()
	if err == nil {
		return 0
	}
	status := 1
	if f, ok := errors.AsType[failure](err); ok {
		status = f.status
		err = f.error
	}
	if err != nil {
		prefix := "dci-rs: "
		if _, ok := errors.AsType[config.Problems](err); ok {
			prefix = "" // Editors look for FILE:LINE:COL where a line begins.
		}
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintf(stderr, "%s%s\n", prefix, strings.TrimRight(line, "\n"))
		}
	}
	return status
}

func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:           "dci-rs",
		Short:         "BGP route reflector and route server for data-centre interconnect",
		Example:       "  dci-rs demo                      see it work, nothing to set up\n  dci-rs check FILE                validate a configuration\n  dci-rs run -c FILE               the daemon, in the foreground\n  dci-rs show summary              what it does right now\n  dci-rs decode FILE               BGP messages of a capture, for people",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          oneOfCommands,
		RunE: func(c *cobra.Command, _ []string) error {
			return c.Help()
		},
	}
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fmt.Errorf("%w; see %s --help", err, c.CommandPath())
	})
	flags := root.PersistentFlags()
	flags.StringVar(&a.control, "control", config.DefaultControl(), "control `socket` of the daemon, a path or a URL")
	flags.BoolVar(&a.json, "json", false, "print one JSON object a line")
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "say only what went wrong")
	flags.BoolVar(&a.noColor, "no-color", false, "no colours; NO_COLOR in the environment does the same")
	root.AddCommand(a.runCommand(), a.checkCommand(), a.demoCommand(), a.benchCommand(), a.showCommand(), a.decodeCommand(), a.versionCommand())
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" {
			c.Args, c.RunE = oneOfCommands, root.RunE
		}
	}
	return root
}

// oneOfCommands refuses the argument of a command that only has commands below it.
func oneOfCommands(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	mend := "see " + c.CommandPath() + " --help"
	c.SuggestionsMinimumDistance = 2
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		mend = "did you mean " + near[0] + "?"
	}
	return fmt.Errorf("%s has no command %q; %s", c.CommandPath(), args[0], mend)
}

// takes checks the number of arguments and names what is missing.
func takes(least, most int, names string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return fmt.Errorf("%s: an argument is missing; want %s %s", c.CommandPath(), c.CommandPath(), names)
		case len(args) > most:
			return fmt.Errorf("%s: %q is one argument too many; want %s %s", c.CommandPath(), args[most], c.CommandPath(), strings.TrimSpace(names))
		}
		return nil
	}
}
