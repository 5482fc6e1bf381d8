package bench

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// collector are the functions of package runtime in which a Go program collects garbage.
const collector = `runtime\.(gcBgMarkWorker|gcAssistAlloc|gcStart|gcMarkDone|bgsweep|bgscavenge|deductSweepCredit)`

// readProfile asks the go command what a folder of profiles says: the part of CPU time that the garbage
// collector took, and how many objects were allocated. What it cannot tell is 0; a share is at least that of one sample.
func readProfile(folder string) (gcShare, objects float64) {
	const sample = 0.01 // seconds
	var spent, total, percent float64
	scanProfile(filepath.Join(folder, "cpu.pprof"), []any{&spent, &percent, &total}, "-unit=s", "-focus="+collector)
	var nodes float64
	scanProfile(filepath.Join(folder, "allocs.pprof"), []any{&nodes, &percent, &objects}, "-unit=count", "-sample_index=alloc_objects")
	return part(max(spent, sample), total), objects
}

// scanProfile looks for the line of the summary.
func scanProfile(file string, values []any, flags ...string) {
	args := append([]string{"tool", "pprof", "-top", "-nodecount=1", "-nodefraction=0"}, append(flags, file)...)
	text, _ := exec.Command("go", args...).Output()
	for line := range bytes.Lines(text) {
		// A 0 has no unit.
		plain := strings.ReplaceAll(strings.ReplaceAll(string(line), "s,", ","), "s total", " total")
		if n, _ := fmt.Sscanf(plain, "Showing nodes accounting for %f, %f%% of %f total", values...); n == len(values) {
			return
		}
	}
}
