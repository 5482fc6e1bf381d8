package fuzz

import (
	"crypto/sha1"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// Names by hash are what lets two people's findings merge, and other engines take the folders as they are.
func TestEveryInputIsNamedByItsHash(t *testing.T) {
	files, err := filepath.Glob("*/corpus/*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	octets := 0
	for _, file := range files {
		in, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if name := fmt.Sprintf("%x", sha1.Sum(in)); name != filepath.Base(file) {
			t.Errorf("%s: its hash is %s; add it with go run ./fuzz/add", file, name)
		}
		octets += len(in)
	}
	const most = 3 << 19
	if octets > most {
		t.Errorf("%d octets of inputs, want at most %d: keep those that reach something new", octets, most)
	}
}

// A folder whose name is no target's is read by nobody.
func TestEveryCorpusHasATargetAndEveryTargetInputs(t *testing.T) {
	targets := map[string]bool{}
	for _, target := range Targets() {
		targets[target.Name] = true
		// The function of the engine finds its target by name.
		name := runtime.FuncForPC(reflect.ValueOf(target.Check).Pointer()).Name()
		if name = name[strings.LastIndex(name, ".")+1:]; !strings.EqualFold(name, target.Name) {
			t.Errorf("the target %s checks %s", target.Name, name)
		}
		if entries, _ := os.ReadDir(filepath.Join(target.Name, "corpus")); len(entries)+len(Seeds(target.Name)) == 0 {
			t.Errorf("%s has neither a corpus nor seeds", target.Name)
		}
	}
	folders, _ := filepath.Glob("*/corpus")
	for _, folder := range folders {
		if !targets[filepath.Dir(folder)] {
			t.Errorf("%s belongs to no target", folder)
		}
	}
}
