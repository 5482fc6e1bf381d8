package main

import (
	"runtime"
	"slices"
	"syscall"
	"time"
)

// A side does its work on one message and returns how much it found or wrote.
type side func(*message) int

// A sample is what a side took for one message.
type sample struct {
	Nanoseconds float64 `json:"ns"`
	Allocations float64 `json:"allocs"`
}

// measure lets the sides take turns, rounds times, each for about the given time, and returns their medians.
func measure(all []message, sides []side, rounds int, each time.Duration) []sample {
	times := make([]int, len(sides))
	taken := make([][]float64, len(sides))
	medians := make([]sample, len(sides))
	for i, s := range sides {
		for times[i] = variants; run(all, s, times[i]) < each; times[i] *= 2 {
		}
	}
	for range rounds {
		for i, s := range sides {
			runtime.GC() // the garbage of one side is not another's
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			elapsed := run(all, s, times[i])
			runtime.ReadMemStats(&after)
			taken[i] = append(taken[i], float64(elapsed.Nanoseconds())/float64(times[i]))
			medians[i].Allocations = float64((after.Mallocs - before.Mallocs) / uint64(times[i]))
		}
	}
	for i := range sides {
		slices.Sort(taken[i])
		medians[i].Nanoseconds = taken[i][len(taken[i])/2]
	}
	return medians
}

// run does the work so many times, on each of the messages in turn, and returns the time of the processor that it took.
// Messages of a kind are alike: each counts the same.
func run(all []message, s side, times int) time.Duration {
	want := s(&all[0]) * times
	start := cpu()
	got := 0
	for i := range times {
		got += s(&all[i%variants])
	}
	elapsed := cpu() - start
	if got != want {
		panic("the work was not done")
	}
	return elapsed
}

// cpu is what this process has taken of the processor, collecting garbage included. Unlike a clock it does not count
// the time that others have the core.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
