//go:build !linux

package tcpopt

import (
	"errors"
	"net"
	"net/netip"
	"runtime"
	"syscall"
)

var errSystem = errors.New("not possible on " + runtime.GOOS + "; run on Linux or leave the option out")

// setTTL is asked of every listener; without it the system's default hop limit holds.
func setTTL(c syscall.RawConn, ipv4 bool, hops int) error { return nil }

func setMinTTL(c syscall.RawConn, ipv4 bool, hops int) error { return errSystem }

func sockMD5(c syscall.RawConn, peers netip.Prefix, key string) error { return errSystem }

// HasAO says whether the kernel can sign segments by RFC 5925 (TCP-AO).
func HasAO() bool { return false }

// Unread is how many octets have arrived that nobody has read; unknown here, so none.
func Unread(c *net.TCPConn) int { return 0 }
