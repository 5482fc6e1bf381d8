package fuzz

import (
	"crypto/sha1"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func FuzzNLRI(f *testing.F)          { run(f, "nlri") }
func FuzzText(f *testing.F)          { run(f, "text") }
func FuzzAttribute(f *testing.F)     { run(f, "attribute") }
func FuzzOpen(f *testing.F)          { run(f, "open") }
func FuzzUpdate(f *testing.F)        { run(f, "update") }
func FuzzControl(f *testing.F)       { run(f, "control") }
func FuzzMessage(f *testing.F)       { run(f, "message") }
func FuzzChain(f *testing.F)         { run(f, "chain") }
func FuzzStream(f *testing.F)        { run(f, "stream") }
func FuzzPcap(f *testing.F)          { run(f, "pcap") }
func FuzzMRT(f *testing.F)           { run(f, "mrt") }
func FuzzConfiguration(f *testing.F) { run(f, "configuration") }

// run checks the property of a target on its corpus and on what the engine makes of it.
func run(f *testing.F, name string) {
	targets := Targets()
	target := targets[slices.IndexFunc(targets, func(t Target) bool { return t.Name == name })]
	files, _ := filepath.Glob(filepath.Join(name, "corpus", "*"))
	for _, file := range files {
		in, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(in)
	}
	for _, in := range Seeds(name) {
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		if err := target.Check(in); err != nil {
			t.Fatalf("input %x: %v", sha1.Sum(in), err)
		}
	})
}
