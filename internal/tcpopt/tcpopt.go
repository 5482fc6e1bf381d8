// Package tcpopt makes the TCP connections that BGP sessions need: signed segments (RFC 2385), hop
// limits (RFC 5082) and bound addresses. It is the only place that talks to the system below package
// net, and it may import golang.org/x/sys.
//
// What net does by itself is relied upon: Nagle's algorithm is off on every connection, listeners
// reuse their address, and a listener on an IPv6 address takes IPv6 only.
package tcpopt

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
)

// MaxKey is the longest key of RFC 2385 that systems take, in octets.
const MaxKey = 80

// Options says how one session's TCP connection is made. The zero value leaves all to the system.
type Options struct {
	Local  netip.Addr // source address of a dialled connection; invalid = the system's choice
	MD5    string     // key of a dialled connection, 1 to MaxKey octets; "" = unsigned
	TTL    int        // hop limit of sent packets, 1 to 255; 0 = the system's default
	MinTTL int        // packets that arrive with a lower hop limit are dropped, 1 to 255; 0 = none is
}

// Dialer makes connections as o says. Keepalive probes are off: BGP has its own.
func (o Options) Dialer() *net.Dialer {
	d := &net.Dialer{KeepAlive: -1}
	if o.Local.IsValid() {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(o.Local, 0))
	}
	d.Control = func(_, address string, c syscall.RawConn) error {
		peer, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		if err := o.setHops(c, peer.Addr().Unmap().Is4()); err != nil {
			return err
		}
		if o.MD5 == "" {
			return nil
		}
		return setMD5(c, host(peer.Addr()), o.MD5)
	}
	return d
}

// Apply gives an accepted connection the hop limits of o; its key it has from the listener.
func (o Options) Apply(c *net.TCPConn) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	return o.setHops(raw, isIPv4(c.LocalAddr()))
}

func (o Options) setHops(c syscall.RawConn, ipv4 bool) error {
	if o.TTL != 0 {
		if err := setTTL(c, ipv4, o.TTL); err != nil {
			return fmt.Errorf("hop limit %d: %w", o.TTL, err)
		}
	}
	if o.MinTTL != 0 {
		if err := setMinTTL(c, ipv4, o.MinTTL); err != nil {
			return fmt.Errorf("least hop limit %d (RFC 5082): %w", o.MinTTL, err)
		}
	}
	return nil
}

// Listen opens a listener on one address. It answers with the largest hop limit, so that peers which
// ask for it (RFC 5082) accept the answer; Apply lowers it for one connection.
func Listen(ctx context.Context, at netip.AddrPort) (*net.TCPListener, error) {
	ipv4 := at.Addr().Is4()
	network := "tcp6"
	if ipv4 {
		network = "tcp4"
	}
	config := net.ListenConfig{KeepAlive: -1, Control: func(_, _ string, c syscall.RawConn) error {
		return setTTL(c, ipv4, 255)
	}}
	config.SetMultipathTCP(false)
	l, err := config.Listen(ctx, network, at.String())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", explainListen(at, err), err)
	}
	return l.(*net.TCPListener), nil
}

func explainListen(at netip.AddrPort, err error) string {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Sprintf("another program listens on %s; stop it or set `listen` to another address", at)
	case errors.Is(err, syscall.EACCES):
		return fmt.Sprintf("no right to listen on %s; grant CAP_NET_BIND_SERVICE or set `listen` to a port above 1023", at)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Sprintf("no interface has the address of %s; add it or set `listen` to another address", at)
	case errors.Is(err, syscall.EAFNOSUPPORT):
		return fmt.Sprintf("the system has no address family for %s; take it out of `listen`", at)
	}
	return fmt.Sprintf("can't listen on %s", at)
}

// SetMD5 signs and checks every segment of connections accepted from an address of peers with key
// (RFC 2385). The longest of several matching prefixes decides. l must be of the family of peers.
// It has effect on connections accepted from then on.
func SetMD5(l *net.TCPListener, peers netip.Prefix, key string) error {
	if key == "" {
		return fmt.Errorf("MD5 key for %s is empty", peers)
	}
	return listenerMD5(l, peers, key)
}

// ClearMD5 takes the key of exactly this prefix away.
func ClearMD5(l *net.TCPListener, peers netip.Prefix) error {
	return listenerMD5(l, peers, "")
}

func listenerMD5(l *net.TCPListener, peers netip.Prefix, key string) error {
	if peers.Addr().Is4() != isIPv4(l.Addr()) {
		return fmt.Errorf("MD5 key for %s: the listener on %s is of the other address family", peers, l.Addr())
	}
	raw, err := l.SyscallConn()
	if err != nil {
		return err
	}
	return setMD5(raw, peers, key)
}

func setMD5(c syscall.RawConn, peers netip.Prefix, key string) error {
	if len(key) > MaxKey {
		return fmt.Errorf("MD5 key for %s has %d octets; at most %d are possible", peers, len(key), MaxKey)
	}
	if err := sockMD5(c, peers, key); err != nil {
		return fmt.Errorf("MD5 key for %s: %w", peers, explainMD5(err))
	}
	return nil
}

func explainMD5(err error) error {
	switch {
	case errors.Is(err, syscall.EPERM):
		return fmt.Errorf("%w; grant CAP_NET_ADMIN", err)
	case errors.Is(err, syscall.ENOPROTOOPT):
		return fmt.Errorf("%w; the kernel is built without CONFIG_TCP_MD5SIG or runs in FIPS mode", err)
	case errors.Is(err, syscall.ENOMEM):
		return fmt.Errorf("%w; one socket has too many keys: raise net.core.optmem_max", err)
	}
	return err
}

func host(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	return netip.PrefixFrom(a, a.BitLen())
}

func isIPv4(a net.Addr) bool {
	// net writes an IPv4 address without a colon before the port.
	return strings.Count(a.String(), ":") == 1
}
