//go:build linux

package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	enableVariable  = "DCI_RS_E2E"          // run the lab
	requireVariable = "DCI_RS_E2E_REQUIRED" // run it, and fail where a test would skip
	keepVariable    = "DCI_RS_E2E_KEEP"     // leave configurations, logs and captures in place
	binaryVariable  = "DCI_RS_E2E_BINARY"   // this dci-rs instead of one built from the tree
)

const namespacePrefix = "dci-rs-e2e-"

// missing skips the test, or fails it where nothing may be missing.
func missing(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv(requireVariable) != "" {
		t.Fatalf("missing: "+format, args...)
	}
	t.Skipf("missing: "+format, args...)
}

// enabled skips the test unless the lab was asked for.
func enabled(t *testing.T) {
	t.Helper()
	if os.Getenv(enableVariable) == "" && os.Getenv(requireVariable) == "" {
		t.Skipf("set %s=1 to run the lab", enableVariable)
	}
}

// program returns the path of the first of names that exists, or ends the test.
func program(t *testing.T, names ...string) string {
	t.Helper()
	enabled(t)
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(t, "program %s", strings.Join(names, " or "))
	return ""
}

// lab is the network of one scenario: hosts with one interface each on a common switch, all in namespaces of their own.
// The namespace of the machine is not touched. It lives as long as its test.
type lab struct {
	t      *testing.T
	prefix string // of every namespace
	dir    string // configurations, logs and sockets
	ports  int

	mu        sync.Mutex
	processes []*process
}

// newLab makes an empty network and removes it when the test ends, whatever its outcome.
func newLab(t *testing.T) *lab {
	t.Helper()
	enabled(t)
	if os.Geteuid() != 0 {
		missing(t, "root, to make network namespaces")
	}
	program(t, "ip")
	l := newLoopbackLab(t)
	l.namespace("switch")
	l.ip("-n", l.prefix+"switch", "link", "add", "br0", "type", "bridge")
	l.ip("-n", l.prefix+"switch", "link", "set", "br0", "up")
	return l
}

// newLoopbackLab is a lab without network: its programs run on the loopback addresses of the machine, which needs no root.
func newLoopbackLab(t *testing.T) *lab {
	t.Helper()
	enabled(t)
	sweep()
	// Not t.TempDir: the path of a Unix socket has at most 108 octets, and FRR reads its folder as another user.
	dir, err := os.MkdirTemp("", fmt.Sprintf("%s%d-", namespacePrefix, os.Getpid()))
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	l := &lab{t: t, prefix: filepath.Base(dir) + "-", dir: dir}
	t.Cleanup(l.remove)
	return l
}

func (l *lab) ip(args ...string) {
	l.t.Helper()
	if out, err := command(10*time.Second, "ip", args...); err != nil {
		l.t.Fatalf("ip %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func (l *lab) namespace(name string) {
	l.t.Helper()
	l.ip("netns", "add", l.prefix+name)
	l.ip("-n", l.prefix+name, "link", "set", "lo", "up")
}

// remove ends every process of the lab and deletes its namespaces, and with them their interfaces.
func (l *lab) remove() {
	keep := os.Getenv(keepVariable) != ""
	l.mu.Lock()
	processes := slices.Clone(l.processes)
	l.mu.Unlock()
	for _, p := range slices.Backward(processes) {
		early := p.exited()
		if err := errors.Join(early, p.stop()); err != nil && p.mustLive {
			l.t.Errorf("%s ended (by itself: %t): %v", p.name, early != nil, err)
		}
	}
	if l.t.Failed() {
		l.printLogs()
	}
	for _, name := range namespaces(l.prefix) {
		deleteNamespace(name)
	}
	if left := namespaces(l.prefix); len(left) > 0 {
		l.t.Errorf("namespaces left behind: %v", left)
	}
	if keep {
		l.t.Logf("kept %s", l.dir)
		return
	}
	if err := os.RemoveAll(l.dir); err != nil {
		l.t.Error(err)
	}
}

func (l *lab) printLogs() {
	logs, _ := filepath.Glob(filepath.Join(l.dir, "*", "*.log"))
	for _, path := range logs {
		b, err := os.ReadFile(path)
		if err != nil || len(b) == 0 {
			continue
		}
		const most = 4000
		if len(b) > most {
			b = append([]byte("…"), b[len(b)-most:]...)
		}
		l.t.Logf("--- %s\n%s", strings.TrimPrefix(path, l.dir+"/"), b)
	}
}

// sweep deletes what a run that was killed left behind: namespaces and folders whose maker no longer lives.
func sweep() {
	stale := func(name string) bool {
		pid, _, _ := strings.Cut(strings.TrimPrefix(name, namespacePrefix), "-")
		n, err := strconv.Atoi(pid)
		return err == nil && errors.Is(syscall.Kill(n, 0), syscall.ESRCH)
	}
	for _, name := range namespaces(namespacePrefix) {
		if stale(name) {
			deleteNamespace(name)
		}
	}
	folders, _ := filepath.Glob(filepath.Join(os.TempDir(), namespacePrefix+"*"))
	for _, folder := range folders {
		if stale(filepath.Base(folder)) && os.Getenv(keepVariable) == "" {
			_ = os.RemoveAll(folder)
		}
	}
}

func namespaces(prefix string) []string {
	out, _ := command(10*time.Second, "ip", "netns", "list")
	var names []string
	for line := range strings.Lines(out) {
		if name, _, _ := strings.Cut(strings.TrimSpace(line), " "); strings.HasPrefix(name, prefix) {
			names = append(names, name)
		}
	}
	return names
}

// deleteNamespace ends what still runs inside first: a namespace lives on under its processes.
func deleteNamespace(name string) {
	out, _ := command(10*time.Second, "ip", "netns", "pids", name)
	for _, pid := range strings.Fields(out) {
		if n, err := strconv.Atoi(pid); err == nil {
			_ = syscall.Kill(n, syscall.SIGKILL)
		}
	}
	_, _ = command(10*time.Second, "ip", "netns", "del", name)
}

// command runs a program and returns what it printed.
func command(limit time.Duration, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	return out.String(), err
}

// patience is how many times longer than on an idle machine things may take.
const patience = 3

// eventually polls until check returns nil and ends the test if that takes longer than within, a time that an idle machine never needs.
func eventually(t *testing.T, within time.Duration, what string, check func() error) {
	t.Helper()
	within *= patience
	begin := time.Now()
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, 300*time.Millisecond) {
		err := check()
		if err == nil {
			return
		}
		if time.Since(begin) > within {
			t.Fatalf("not within %s: %s: %v", within, what, err)
		}
		time.Sleep(wait)
	}
}

// never polls for the whole of the given time and ends the test if check ever returns nil.
func never(t *testing.T, during time.Duration, what string, check func() error) {
	t.Helper()
	for begin := time.Now(); time.Since(begin) < during; time.Sleep(100 * time.Millisecond) {
		if check() == nil {
			t.Fatalf("must not be: %s", what)
		}
	}
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], " | ")
}
