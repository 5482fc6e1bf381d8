package bench

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// cpuTime is user and system time of a process with all its threads, those that ended included. It is
// utime + stime of /proc/PID/stat without that file's steps of 10 ms.
func cpuTime(pid int) (time.Duration, error) {
	const perProcess, scheduled = 0, 2 // the clock id of a process, as clock_getcpuclockid(3) makes it
	clock := ^pid<<3 | perProcess | scheduled
	var t syscall.Timespec
	if _, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, uintptr(clock), uintptr(unsafe.Pointer(&t)), 0); errno != 0 {
		return 0, fmt.Errorf("CPU clock of process %d: %w", pid, errno)
	}
	return time.Duration(t.Nano()), nil
}

// usage is CPU time, peak resident memory (VmHWM) and resident memory (VmRSS), both in octets, of a process
// and its descendants.
func usage(pid int) (cpu time.Duration, peak, rss int, err error) {
	for _, p := range tree(pid) {
		used, err := cpuTime(p)
		if err != nil {
			return 0, 0, 0, err
		}
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p))
		if err != nil {
			return 0, 0, 0, err
		}
		cpu += used
		peak += memory(status, "VmHWM:")
		rss += memory(status, "VmRSS:")
	}
	return cpu, peak, rss, nil
}

// memory is a line of /proc/PID/status, 0 if there is none: a process that ended has no memory.
func memory(status []byte, name string) int {
	for line := range bytes.Lines(status) {
		if value, ok := bytes.CutPrefix(line, []byte(name)); ok {
			var kilobytes int
			fmt.Sscan(string(value), &kilobytes)
			return kilobytes << 10
		}
	}
	return 0
}

// tree is a process and those below it.
func tree(pid int) []int {
	pids := []int{pid}
	for i := 0; i < len(pids); i++ {
		lists, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pids[i]))
		for _, task := range lists {
			children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pids[i], task.Name()))
			for field := range strings.FieldsSeq(string(children)) {
				if child, err := strconv.Atoi(field); err == nil {
					pids = append(pids, child)
				}
			}
		}
	}
	return pids
}
