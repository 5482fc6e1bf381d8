//go:build linux

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"
)

// process is a program that runs until it is stopped, the leader of its own process group.
type process struct {
	name     string
	cmd      *exec.Cmd
	done     chan struct{}
	failed   atomic.Pointer[error]
	mustLive bool // an end of its own is a failure of the test
}

// start runs a program inside the host; its output goes to NAME.log in the host's folder.
func (h *host) start(name string, environment []string, path string, args ...string) *process {
	h.lab.t.Helper()
	log, err := os.OpenFile(filepath.Join(h.dir, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		h.lab.t.Fatal(err)
	}
	defer log.Close()
	if !h.machine {
		path, args = "ip", append([]string{"netns", "exec", h.namespace(), path}, args...)
	}
	cmd := exec.Command(path, args...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = append(os.Environ(), environment...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		h.lab.t.Fatalf("%s/%s: %v", h.name, name, err)
	}
	p := &process{name: h.name + "/" + name, cmd: cmd, done: make(chan struct{})}
	go func() {
		err := cmd.Wait()
		p.failed.Store(&err)
		close(p.done)
	}()
	h.lab.mu.Lock()
	h.lab.processes = append(h.lab.processes, p)
	h.lab.mu.Unlock()
	return p
}

// exited returns an error once the process has ended, whatever its exit code.
func (p *process) exited() error {
	select {
	case <-p.done:
		return fmt.Errorf("%s ended: %v", p.name, *p.failed.Load())
	default:
		return nil
	}
}

// stop asks the process to end, waits, then ends its whole group. It returns the process's own exit error.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(8 * time.Second):
	}
	return p.kill()
}

// kill ends the process and its group at once.
func (p *process) kill() error {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.done
	return *p.failed.Load()
}
