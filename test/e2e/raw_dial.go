//go:build linux

package e2e

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

func (c speakerConfig) dial() (net.Conn, error) {
	d := net.Dialer{Timeout: 2 * time.Second, LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(c.local), 0))}
	if c.host == nil {
		return d.Dial("tcp", c.remote.String())
	}
	type result struct {
		conn net.Conn
		err  error
	}
	answer := make(chan result)
	go func() { // a goroutine of its own: the thread changes its namespace for one socket call
		conn, err := inNamespace(c.host.namespace(), func() (net.Conn, error) { return d.Dial("tcp", c.remote.String()) })
		answer <- result{conn, err}
	}()
	r := <-answer
	return r.conn, r.err
}

// inNamespace calls f on a thread that has joined a network namespace. A socket stays in the namespace in which it was made.
func inNamespace[T any](name string, f func() (T, error)) (v T, err error) {
	runtime.LockOSThread()
	before, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return v, err
	}
	defer before.Close()
	ns, err := os.Open("/run/netns/" + name)
	if err != nil {
		return v, err
	}
	defer ns.Close()
	if err := unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET); err != nil {
		return v, fmt.Errorf("setns %s: %w", name, err)
	}
	v, err = f()
	if back := unix.Setns(int(before.Fd()), unix.CLONE_NEWNET); back != nil {
		return v, errors.Join(err, back) // still locked: the thread ends with its goroutine
	}
	runtime.UnlockOSThread()
	return v, err
}
