package fuzz

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/dci-rs/dci-rs/config"
	"github.com/dci-rs/dci-rs/server"
)

// Configuration reads a configuration file. What is accepted can be run; what is refused is refused
// in lines that name places of the file.
func Configuration(in []byte) error {
	file, err := config.Parse("dci-rs.yaml", in)
	if (file == nil) == (err == nil) {
		return fmt.Errorf("the file %+v and the error %v", file, err)
	}
	if err != nil {
		problems, ok := errors.AsType[config.Problems](err)
		if !ok || len(problems) == 0 {
			return fmt.Errorf("refused without places: %w", err)
		}
		return places(problems, in)
	}
	if err := places(file.Warnings, in); err != nil {
		return err
	}
	return runs(file.Server)
}

// places checks that every problem stands in the file and in a line of its own.
func places(problems []config.Problem, in []byte) error {
	lines := 1 + bytes.Count(in, []byte("\n")) + bytes.Count(in, []byte("\r"))
	for _, p := range problems {
		if p.Line < 0 || p.Line > lines+1 || p.Line > 0 && p.Column < 1 || p.Text == "" {
			return fmt.Errorf("a problem of %d lines at %+v", lines, p)
		}
		if err := oneLine(p.String()); err != nil {
			return err
		}
	}
	return nil
}

// runs starts what a configuration says, without listeners and with every neighbor disabled.
func runs(c server.Config) error {
	c.Listen, c.Shards = nil, 1
	for i := range c.Neighbors {
		c.Neighbors[i].Disabled = true
	}
	s, err := server.New(c, slog.New(slog.DiscardHandler))
	if err != nil {
		return fmt.Errorf("accepted and then refused by the server: %w", err)
	}
	over, cancel := context.WithCancel(context.Background())
	cancel()
	return s.Run(over)
}

// oneLine: an error of input is one printable line.
func oneLine(text string) error {
	if text == "" {
		return errors.New("an error without words")
	}
	return printable([]byte(text))
}
