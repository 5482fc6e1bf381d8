package tcpopt

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"
)

func listen(t *testing.T, address string) *net.TCPListener {
	t.Helper()
	l, err := Listen(t.Context(), netip.AddrPortFrom(netip.MustParseAddr(address), 0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// dial says whether a connection comes up and carries an octet within a bound.
func dial(t *testing.T, l *net.TCPListener, o Options, within time.Duration) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	c, err := o.Dialer().DialContext(ctx, "tcp", l.Addr().String())
	if err != nil {
		return false
	}
	defer c.Close()
	l.SetDeadline(time.Now().Add(within))
	accepted, err := l.AcceptTCP()
	if err != nil {
		return false
	}
	defer accepted.Close()
	if _, err := accepted.Write([]byte{1}); err != nil {
		return false
	}
	c.SetReadDeadline(time.Now().Add(within))
	_, err = c.Read(make([]byte, 1))
	return err == nil
}

func TestMD5(t *testing.T) {
	const soon, bounded = 5 * time.Second, 250 * time.Millisecond
	for _, tt := range []struct {
		name, on, peers, local, key string
		up                          bool
	}{
		{"the right key of an IPv4 address connects", "127.0.0.1", "127.0.0.1/32", "127.0.0.1", "secret", true},
		{"the right key of an IPv6 address connects", "::1", "::1/128", "::1", "secret", true},
		{"a wrong key never connects", "127.0.0.1", "127.0.0.1/32", "127.0.0.1", "Secret", false},
		{"a wrong key never connects over IPv6", "::1", "::1/128", "::1", "Secret", false},
		{"a missing key never connects", "127.0.0.1", "127.0.0.1/32", "127.0.0.1", "", false},
		{"a key holds for a whole IPv4 prefix", "127.0.0.1", "127.1.0.0/16", "127.1.2.3", "secret", true},
		{"a key of a prefix refuses its unsigned members", "127.0.0.1", "127.1.0.0/16", "127.1.2.3", "", false},
		{"an address outside the prefix needs no key", "127.0.0.1", "127.1.0.0/16", "127.2.0.1", "", true},
		{"a key nobody asks for is refused", "127.0.0.1", "127.1.0.0/16", "127.2.0.1", "secret", false},
		{"host bits of the prefix don't matter", "127.0.0.1", "127.1.2.3/16", "127.1.9.9", "secret", true},
		{"a key holds for a whole IPv6 prefix", "::1", "::/64", "::1", "secret", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := listen(t, tt.on)
			if err := SetMD5(l, netip.MustParsePrefix(tt.peers), "secret"); err != nil {
				t.Fatal(err)
			}
			within := bounded
			if tt.up {
				within = soon
			}
			if up := dial(t, l, Options{Local: netip.MustParseAddr(tt.local), MD5: tt.key}, within); up != tt.up {
				t.Errorf("connected: %v, want %v", up, tt.up)
			}
		})
	}
}

func TestMD5OfTheLongestPrefixDecides(t *testing.T) {
	l := listen(t, "127.0.0.1")
	for prefix, key := range map[string]string{"127.1.0.0/16": "wide", "127.1.2.0/24": "narrow"} {
		if err := SetMD5(l, netip.MustParsePrefix(prefix), key); err != nil {
			t.Fatal(err)
		}
	}
	if !dial(t, l, Options{Local: netip.MustParseAddr("127.1.2.3"), MD5: "narrow"}, 5*time.Second) {
		t.Error("the key of the longer prefix did not connect")
	}
	if !dial(t, l, Options{Local: netip.MustParseAddr("127.1.3.3"), MD5: "wide"}, 5*time.Second) {
		t.Error("the key of the shorter prefix did not connect")
	}
}

func TestMD5ChangesAndGoes(t *testing.T) {
	l := listen(t, "127.0.0.1")
	peer := netip.MustParsePrefix("127.0.0.1/32")
	for _, key := range []string{"old", "new"} {
		if err := SetMD5(l, peer, key); err != nil {
			t.Fatal(err)
		}
	}
	if !dial(t, l, Options{MD5: "new"}, 5*time.Second) {
		t.Error("the new key did not connect")
	}
	if err := ClearMD5(l, peer); err != nil {
		t.Fatal(err)
	}
	if !dial(t, l, Options{}, 5*time.Second) {
		t.Error("no connection without a key after ClearMD5")
	}
}

func TestHopLimits(t *testing.T) {
	for _, tt := range []struct {
		name, on string
		o        Options
		up       bool
	}{
		{"a peer that sends 255 passes GTSM", "127.0.0.1", Options{TTL: 255, MinTTL: 255}, true},
		{"a peer that sends 255 passes GTSM over IPv6", "::1", Options{TTL: 255, MinTTL: 255}, true},
		{"a single hop is enough for a direct peer", "127.0.0.1", Options{TTL: 1}, true},
		{"a single hop is enough for a direct peer over IPv6", "::1", Options{TTL: 1}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if up := dial(t, listen(t, tt.on), tt.o, 5*time.Second); up != tt.up {
				t.Errorf("connected: %v, want %v", up, tt.up)
			}
		})
	}
}

// A packet from further away than MinTTL allows is as good as lost: the octet never arrives.
func TestApplyDropsWhatComesFromTooFar(t *testing.T) {
	for _, on := range []string{"127.0.0.1", "::1"} {
		l := listen(t, on)
		c, err := Options{TTL: 64}.Dialer().DialContext(t.Context(), "tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		accepted, err := l.AcceptTCP()
		if err != nil {
			t.Fatal(err)
		}
		defer accepted.Close()
		if err := (Options{TTL: 255, MinTTL: 255}).Apply(accepted); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Write([]byte{1}); err != nil {
			t.Fatal(err)
		}
		accepted.SetReadDeadline(time.Now().Add(150 * time.Millisecond))
		if n, _ := accepted.Read(make([]byte, 1)); n != 0 {
			t.Errorf("%s: an octet sent with hop limit 64 passed a least hop limit of 255", on)
		}
	}
}

func TestErrorsNameTheMend(t *testing.T) {
	l := listen(t, "127.0.0.1")
	taken := l.Addr().(*net.TCPAddr).AddrPort()
	_, inUse := Listen(t.Context(), taken)
	_, foreign := Listen(t.Context(), netip.MustParseAddrPort("192.0.2.1:0"))
	_, local := Options{Local: netip.MustParseAddr("127.0.0.1"), MD5: strings.Repeat("k", MaxKey+1)}.Dialer().Dial("tcp", taken.String())
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"a port in use", inUse, "another program listens on " + taken.String() + "; stop it or set `listen` to another address"},
		{"an address of nobody here", foreign, "no interface has the address of 192.0.2.1:0; add it or set `listen` to another address"},
		{"a key that is too long", local, "has 81 octets; at most 80 are possible"},
		{"an empty key", SetMD5(l, netip.MustParsePrefix("127.0.0.1/32"), ""), "MD5 key for 127.0.0.1/32 is empty"},
		{"a port below 1024 for an ordinary user", errors.New(explainListen(taken, syscall.EACCES)), "grant CAP_NET_BIND_SERVICE or set `listen` to a port above 1023"},
		{"a system without IPv6", errors.New(explainListen(taken, syscall.EAFNOSUPPORT)), "take it out of `listen`"},
		{"a key for an ordinary user", explainMD5(syscall.EPERM), "grant CAP_NET_ADMIN"},
		{"a kernel without TCP-MD5", explainMD5(syscall.ENOPROTOOPT), "without CONFIG_TCP_MD5SIG"},
		{"too many keys", explainMD5(syscall.ENOMEM), "raise net.core.optmem_max"},
		{"a key of the other family", SetMD5(l, netip.MustParsePrefix("::1/128"), "k"), "is of the other address family"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.err == nil || !strings.Contains(tt.err.Error(), tt.want) {
				t.Errorf("error %v, want one that says %q", tt.err, tt.want)
			}
			if tt.err != nil && strings.Contains(tt.err.Error(), "kkk") {
				t.Error("the error shows the key")
			}
		})
	}
}

func TestListenersTakeOneFamily(t *testing.T) {
	l := listen(t, "::")
	port := l.Addr().(*net.TCPAddr).AddrPort().Port()
	both, err := Listen(t.Context(), netip.AddrPortFrom(netip.IPv4Unspecified(), port))
	if err != nil {
		t.Fatalf("0.0.0.0 beside :: on one port: %v", err)
	}
	both.Close()
}

func TestUnreadCountsWhatArrivedWhileAReaderWaits(t *testing.T) {
	l := listen(t, "127.0.0.1")
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	accepted, err := l.AcceptTCP()
	if err != nil {
		t.Fatal(err)
	}
	defer accepted.Close()
	if n := Unread(accepted); n != 0 {
		t.Errorf("%d octets unread before any was sent", n)
	}
	if _, err := c.Write(make([]byte, 7)); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(5 * time.Second); Unread(accepted) != 7; {
		if time.Now().After(deadline) {
			t.Fatalf("%d octets unread, want 7", Unread(accepted))
		}
		time.Sleep(time.Millisecond)
	}
}
