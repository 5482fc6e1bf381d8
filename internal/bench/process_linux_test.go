package bench

import (
	"os"
	"syscall"
	"testing"
	"time"
)

func TestCPUTimeIsUserAndSystemTime(t *testing.T) {
	for burn := time.Now(); time.Since(burn) < 20*time.Millisecond; {
	}
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		t.Fatal(err)
	}
	want := time.Duration(r.Utime.Nano() + r.Stime.Nano())
	if got, err := cpuTime(os.Getpid()); err != nil || (got-want).Abs() > want/5 {
		t.Errorf("%v, %v, want about %v", got, err, want)
	}
}
