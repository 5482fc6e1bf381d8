// Package speaker is a plain BGP speaker for demo, replay, benchmarks and tests: it connects or
// accepts, sends UPDATE messages as they are given and hands over what arrives. It keeps no routes,
// checks no UPDATE, and a session that ends stays ended. It may import fsm (it needs none so far), wire,
// nlri and internal/tcpopt, and shares with the server only what encodes messages.
package speaker

import (
	"context"
	"net"
	"net/netip"
	"time"

	"github.com/dci-rs/dci-rs/internal/tcpopt"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// Config says who the speaker is and what it offers.
type Config struct {
	ASN      uint32
	RouterID wire.RouterID
	HoldTime uint16 // seconds, 3 and more; 0 = no KEEPALIVE is sent and none is missed
	Families []nlri.Family
	AddPath  []wire.AddPathEntry

	// Capabilities are offered beside 4-octet AS, route refresh and those of the fields above.
	Capabilities wire.Capabilities

	// TCP has the source address, the key of RFC 2385 and the hop limits. Its key is asked of every
	// peer that a Listener accepts.
	TCP tcpopt.Options
}

func (c *Config) open() wire.Open {
	capabilities := wire.Capabilities{}.AppendFamilies(c.Families...).AppendFlag(wire.CapRouteRefresh).AppendAS4(c.ASN)
	if len(c.AddPath) > 0 {
		capabilities = capabilities.AppendAddPath(c.AddPath...)
	}
	return wire.Open{ASN: c.ASN, HoldTime: c.HoldTime, RouterID: c.RouterID, Capabilities: append(capabilities, c.Capabilities...)}
}

// Dial connects to a peer and returns when the session is Established. ctx bounds that, and nothing
// later.
func Dial(ctx context.Context, to netip.AddrPort, c Config) (*Session, error) {
	conn, err := c.TCP.Dialer().DialContext(ctx, "tcp", to.String())
	if err != nil {
		return nil, err
	}
	return establish(ctx, conn, c)
}

// Listener waits for peers that connect.
type Listener struct {
	tcp    *net.TCPListener
	config Config
}

// Listen opens a listener; port 0 is any free one.
func Listen(ctx context.Context, at netip.AddrPort, c Config) (*Listener, error) {
	l, err := tcpopt.Listen(ctx, at)
	if err != nil {
		return nil, err
	}
	if c.TCP.MD5 != "" {
		everyone := netip.PrefixFrom(at.Addr(), 0).Masked()
		if err := tcpopt.SetMD5(l, everyone, c.TCP.MD5); err != nil {
			l.Close()
			return nil, err
		}
	}
	return &Listener{l, c}, nil
}

// Addr is where the listener listens.
func (l *Listener) Addr() netip.AddrPort { return l.tcp.Addr().(*net.TCPAddr).AddrPort() }

// Accept takes one connection and returns when its session is Established. ctx bounds that, and
// nothing later. After an error of one peer the next may be accepted.
func (l *Listener) Accept(ctx context.Context) (*Session, error) {
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		l.tcp.SetDeadline(past)
		close(stopped)
	})
	conn, err := l.tcp.AcceptTCP()
	if !stop() {
		<-stopped
		l.tcp.SetDeadline(time.Time{})
	}
	if err != nil {
		return nil, contextError(ctx, err)
	}
	if err := l.config.TCP.Apply(conn); err != nil {
		conn.Close()
		return nil, err
	}
	return establish(ctx, conn, l.config)
}

// Close ends the listener; sessions go on.
func (l *Listener) Close() error { return l.tcp.Close() }
