package bench

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// A site is what a target's configuration says: where to listen, and who its clients are.
type site struct {
	listen netip.AddrPort
	peers  []netip.Addr
	load   *Workload
	dir    string // for its files

	// profile is a folder for what the Go runtime knows of a dci-rs, empty if nobody asks.
	profile string
}

func (s site) path(name string) string { return filepath.Join(s.dir, name) }

// write puts a file of the configuration into the site's folder.
func (s site) write(name, content string) (string, error) {
	path := s.path(name)
	return path, os.WriteFile(path, []byte(content), 0o644)
}

// A Target is a reflector that can be measured. command writes its configuration for a site and says
// how to start it in the foreground; an error says what is missing here.
type Target struct {
	Name    string
	command func(s site) (*exec.Cmd, error)
}

// relayName is the target that all others are compared with.
const relayName = "relay"

// Targets are all that are known. relay is the command line of a process that calls ServeRelay with the
// address that is appended, daemon the path of the dci-rs binary.
func Targets(relay []string, daemon string) []Target {
	return []Target{
		{relayName, func(s site) (*exec.Cmd, error) {
			return exec.Command(relay[0], append(relay[1:len(relay):len(relay)], s.listen.String())...), nil
		}},
		{"dci-rs", func(s site) (*exec.Cmd, error) { return daemonCommand(s, daemon) }},
		{"frr", func(s site) (*exec.Cmd, error) { return frrCommand(s, "") }},
		{"frr-nc", func(s site) (*exec.Cmd, error) { return frrCommand(s, " coalesce-time 0\n") }},
		{"bird", birdCommand},
		{"gobgp", gobgpCommand},
	}
}

// A process is a target that runs.
type process struct {
	pid    int
	listen netip.AddrPort
	output bytes.Buffer // to be read when it has exited
	exited chan struct{}
	stop   func()
}

// start runs a target for the sessions of a rig on a free port.
func (t Target) start(c conditions) (*process, error) {
	listen, err := freePort()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "bench-"+t.Name+"-")
	if err != nil {
		return nil, err
	}
	at := site{listen: listen, load: c.load, dir: dir, profile: c.profile}
	for i := range c.sessions() + spare {
		at.peers = append(at.peers, peerAddress(i))
	}
	p := &process{listen: listen, exited: make(chan struct{})}
	command, err := t.command(at)
	if err == nil {
		command.Stdout, command.Stderr = &p.output, &p.output
		err = command.Start()
	}
	if err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("%s: %w", t.Name, err)
	}
	p.pid = command.Process.Pid
	go func() {
		command.Wait()
		close(p.exited)
	}()
	p.stop = func() {
		command.Process.Signal(syscall.SIGTERM)
		select {
		case <-p.exited:
		case <-time.After(5 * time.Second):
			command.Process.Kill()
			<-p.exited
		}
		os.RemoveAll(dir)
	}
	return p, nil
}

// said is the end of what a stopped process printed.
func (p *process) said() string {
	lines := strings.Split(strings.TrimSpace(p.output.String()), "\n")
	return strings.Join(lines[max(len(lines)-10, 0):], "\n")
}

func freePort() (netip.AddrPort, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return netip.AddrPort{}, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).AddrPort(), nil
}
