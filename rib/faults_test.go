package rib

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSeededFaultsAreCaught builds the package with one fault of testdata/faults at a time, by an
// overlay, and expects the simulator to find it. A fault file is a sentence, the name of a source
// file, the text that stands there once, and what it becomes.
func TestSeededFaultsAreCaught(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the package once per fault")
	}
	files, err := filepath.Glob("testdata/faults/*.txt")
	if err != nil || len(files) < 6 {
		t.Fatalf("found %d faults, want at least 6: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			overlay := writeOverlay(t, file)
			cmd := exec.Command("go", "test", "-overlay", overlay, "-run", "^TestEveryViewEqualsTheOracle$", ".")
			cmd.Env = append(os.Environ(), "DCI_RS_SCHEDULES=20000")
			out, err := cmd.CombinedOutput()
			if err == nil {
				t.Error("20,000 schedules did not find the fault")
			} else if !strings.Contains(string(out), "--- FAIL: TestEveryViewEqualsTheOracle") && !strings.Contains(string(out), "panic: ") {
				t.Errorf("the fault does not build: %s", out)
			}
		})
	}
}

// writeOverlay applies one fault and returns the overlay file for the go command.
func writeOverlay(t *testing.T, file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok1 := strings.Cut(string(text), "\n-- ")
	source, rest, ok2 := strings.Cut(rest, " --\n")
	before, after, ok3 := strings.Cut(rest, "-- becomes --\n")
	if !ok1 || !ok2 || !ok3 {
		t.Fatalf("%s: want a sentence, -- FILE --, text, -- becomes --, text", file)
	}
	code, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(code), before); n != 1 {
		t.Fatalf("%s: its text stands %d times in %s, want once", file, n, source)
	}
	dir := t.TempDir()
	faulty := filepath.Join(dir, source)
	if err := os.WriteFile(faulty, []byte(strings.Replace(string(code), before, after, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	path, err := filepath.Abs(source)
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(dir, "overlay.json")
	content, err := json.Marshal(map[string]map[string]string{"Replace": {path: faulty}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(overlay, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return overlay
}
