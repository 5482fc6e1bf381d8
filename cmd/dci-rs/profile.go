package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime/pprof"
)

// profile writes what the Go runtime saw of this process into a folder, for go tool pprof: cpu.pprof, which
// ends with ctx, so that it does not show the end of all sessions, and, when it stops, allocs.pprof.
func profile(ctx context.Context, folder string) (stop func() error, err error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	cpu, err := os.Create(filepath.Join(folder, "cpu.pprof"))
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(cpu); err != nil {
		cpu.Close()
		return nil, err
	}
	context.AfterFunc(ctx, pprof.StopCPUProfile)
	return func() error {
		pprof.StopCPUProfile()
		if err := cpu.Close(); err != nil {
			return err
		}
		allocs, err := os.Create(filepath.Join(folder, "allocs.pprof"))
		if err != nil {
			return err
		}
		if err := pprof.Lookup("allocs").WriteTo(allocs, 0); err != nil {
			allocs.Close()
			return err
		}
		return allocs.Close()
	}, nil
}
