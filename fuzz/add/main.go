// Command add puts inputs into the corpus of a fuzz target, each under the SHA-1 of its octets, and
// says what it finds wrong with them:
//
//	go run ./fuzz/add TARGET [FILE|FOLDER ...]
//
// Files may be raw or as Go's engine writes them; without any, those are taken that it left in
// fuzz/testdata because they failed. With -export FOLDER it copies the corpora and the seeds of all
// targets there, for engines that take a folder of raw inputs.
//
// It may import fuzz.
package main

import (
	"bytes"
	"crypto/sha1"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dci-rs/dci-rs/fuzz"
)

func main() {
	export := flag.String("export", "", "`folder` to copy all inputs of all targets to")
	flag.Usage = usage
	flag.Parse()
	var err error
	switch {
	case *export != "" && flag.NArg() == 0:
		err = exportAll(*export)
	case *export == "" && flag.NArg() > 0:
		err = add(flag.Arg(0), flag.Args()[1:])
	default:
		usage()
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func usage() {
	var names []string
	for _, t := range fuzz.Targets() {
		names = append(names, t.Name)
	}
	fmt.Fprintf(os.Stderr, "usage: go run ./fuzz/add TARGET [FILE|FOLDER ...]\n       go run ./fuzz/add -export FOLDER\ntargets: %s\n", strings.Join(names, " "))
}

func exportAll(folder string) error {
	for _, t := range fuzz.Targets() {
		kept, err := read(corpus(t.Name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, in := range append(kept, fuzz.Seeds(t.Name)...) {
			if _, err := write(filepath.Join(folder, t.Name), in); err != nil {
				return err
			}
		}
	}
	return nil
}

// add writes inputs into the corpus of a target. All are written, whatever is wrong with them: an
// input that fails is the one to keep.
func add(name string, from []string) error {
	targets := fuzz.Targets()
	i := slices.IndexFunc(targets, func(t fuzz.Target) bool { return t.Name == name })
	if i < 0 {
		usage()
		return fmt.Errorf("%q is no target", name)
	}
	if _, err := os.Stat("fuzz/targets.go"); err != nil {
		return fmt.Errorf("run it where go.mod is: %w", err)
	}
	if len(from) == 0 {
		left, err := leftovers(name)
		if err != nil {
			return err
		}
		from = left
	}
	for _, path := range from {
		inputs, err := read(path)
		if err != nil {
			return err
		}
		for _, in := range inputs {
			file, err := write(corpus(name), in)
			if err != nil {
				return err
			}
			fmt.Printf("%s: %d octets%s\n", file, len(in), verdict(targets[i], in))
		}
	}
	return nil
}

func corpus(target string) string { return filepath.Join("fuzz", target, "corpus") }

// leftovers are the folders of Go's engine with inputs that failed: fuzz/testdata/fuzz/FuzzTARGET.
func leftovers(target string) ([]string, error) {
	entries, err := os.ReadDir("fuzz/testdata/fuzz")
	if err != nil {
		return nil, fmt.Errorf("no files were named and the engine left none: %w", err)
	}
	for _, e := range entries {
		if strings.EqualFold(e.Name(), "Fuzz"+target) {
			return []string{filepath.Join("fuzz/testdata/fuzz", e.Name())}, nil
		}
	}
	return nil, fmt.Errorf("no files were named and the engine left none for %s", target)
}

// read returns the inputs of a file, or of all files below a folder.
func read(path string) (inputs [][]byte, err error) {
	err = filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		in, err := decode(content)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		inputs = append(inputs, in)
		return nil
	})
	return inputs, err
}

// decode returns the input in a file of Go's engine, which is a Go expression behind a head line; any
// other file is an input itself.
func decode(content []byte) ([]byte, error) {
	expression, encoded := bytes.CutPrefix(content, []byte("go test fuzz v1\n"))
	if !encoded {
		return content, nil
	}
	quoted, ok := strings.CutPrefix(strings.TrimSpace(string(expression)), "[]byte(")
	text, err := strconv.Unquote(strings.TrimSuffix(quoted, ")"))
	if !ok || err != nil {
		return nil, fmt.Errorf("an input of another shape than []byte(\"...\"): %.40q", expression)
	}
	return []byte(text), nil
}

// write puts an input into a folder under its hash.
func write(folder string, in []byte) (string, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	file := filepath.Join(folder, fmt.Sprintf("%x", sha1.Sum(in)))
	return file, os.WriteFile(file, in, 0o644)
}

// verdict is what the target finds wrong with an input.
func verdict(t fuzz.Target, in []byte) (text string) {
	defer func() {
		if reason := recover(); reason != nil {
			text = fmt.Sprintf(": panics: %v", reason)
		}
	}()
	if err := t.Check(in); err != nil {
		return fmt.Sprintf(": %v", err)
	}
	return ""
}
