package speaker

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

func config(asn uint32, id byte) Config {
	return Config{ASN: asn, RouterID: wire.RouterID{10, 0, 0, id}, HoldTime: 90, Families: []nlri.Family{nlri.EVPN, nlri.IPv4Unicast}}
}

func within(t testing.TB, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

// pair is two speakers that talk on loopback.
func pair(t testing.TB, a, b Config) (dialled, accepted *Session) {
	t.Helper()
	ctx := within(t, 10*time.Second)
	l, err := Listen(ctx, netip.MustParseAddrPort("127.0.0.1:0"), b)
	if err != nil {
		if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOPROTOOPT) {
			t.Skip(err)
		}
		t.Fatal(err)
	}
	defer l.Close()
	done := make(chan error, 1)
	go func() {
		var err error
		accepted, err = l.Accept(ctx)
		done <- err
	}()
	if dialled, err = Dial(ctx, l.Addr(), a); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dialled.Close() })
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { accepted.Close() })
	return dialled, accepted
}

// update is a message of n octets that only the header holds together: the speaker looks no further.
func update(n int, fill byte) []byte {
	m := bytes.Repeat([]byte{0xff}, 16)
	m = append(binary.BigEndian.AppendUint16(m, uint16(n)), byte(wire.TypeUpdate))
	return append(m, bytes.Repeat([]byte{fill}, n-len(m))...)
}

func TestTwoSpeakersAgreeAndExchangeUpdatesOctetForOctet(t *testing.T) {
	a, b := config(65001, 1), config(4200000000, 2)
	b.Families = []nlri.Family{nlri.EVPN, nlri.VPNv4}
	for _, c := range []*Config{&a, &b} {
		c.Capabilities = c.Capabilities.AppendFlag(wire.CapExtendedMessage)
	}
	a.AddPath = []wire.AddPathEntry{{Family: nlri.EVPN, Mode: wire.AddPathSend}}
	b.AddPath = []wire.AddPathEntry{{Family: nlri.EVPN, Mode: wire.AddPathReceive}}
	b.HoldTime = 30
	x, y := pair(t, a, b)
	n := y.Negotiated()
	f, ok := n.Family(nlri.EVPN)
	if !ok || len(n.Families) != 1 || f.Receive != nlri.AddPath || n.PeerASN != 65001 || n.HoldTime != 30*time.Second || !n.ExtendedMessage || !n.AS4 {
		t.Errorf("agreed on %+v", n)
	}
	if o := x.PeerOpen(); o.ASN != 4200000000 || o.RouterID != b.RouterID {
		t.Errorf("the OPEN of the other side is %+v", o)
	}
	sent := [][]byte{update(23, 0), update(4096, 1), append(update(100, 2), update(101, 3)...), update(65535, 4), update(40000, 5), update(40000, 6)}
	for range 2 { // the slice is still what it was
		if err := x.Send(sent...); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Send(wire.AppendRouteRefresh(nil, nlri.EVPN, wire.RefreshRequest)); err != nil {
		t.Fatal(err)
	}
	var got []byte
	for {
		kind, body, err := y.Receive()
		if err != nil {
			t.Fatal(err)
		}
		if kind == wire.TypeRouteRefresh {
			break
		}
		got = append(got, body...)
	}
	var want []byte
	for range 2 {
		for _, n := range []struct {
			size int
			fill byte
		}{{23, 0}, {4096, 1}, {100, 2}, {101, 3}, {65535, 4}, {40000, 5}, {40000, 6}} {
			want = append(want, bytes.Repeat([]byte{n.fill}, n.size-wire.HeaderLen)...)
		}
	}
	if !bytes.Equal(got, want) {
		t.Errorf("received %d octets, sent %d, or not the same", len(got), len(want))
	}
}

func TestCloseTellsThePeerWithACease(t *testing.T) {
	x, y := pair(t, config(65001, 1), config(65002, 2))
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	_, _, err := y.Receive()
	var end *PeerError
	if !errors.As(err, &end) || end.Code != wire.ErrCease || end.Subcode != wire.AdministrativeShutdown {
		t.Errorf("the peer reads %v, want a Cease", err)
	}
	if _, _, err := y.Receive(); err != io.EOF {
		t.Errorf("behind it comes %v, want EOF", err)
	}
	if err := x.Send(update(23, 0)); err == nil {
		t.Error("a closed session still sends")
	}
	if err := x.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}

func TestCloseDoesNotWaitForAPeerThatReadsNothing(t *testing.T) {
	x, _ := pair(t, config(65001, 1), config(65002, 2))
	sent := make(chan error)
	go func() {
		for {
			if err := x.Send(update(4096, 0)); err != nil {
				sent <- err
				return
			}
		}
	}()
	start := time.Now()
	x.Close()
	if err := <-sent; err == nil || time.Since(start) > 5*time.Second {
		t.Errorf("Send returned %v after %v", err, time.Since(start))
	}
}

func TestAPeerThatIsSilentOrRefusesIsAnErrorThatSaysSo(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	to := l.Addr().(*net.TCPAddr).AddrPort()
	answers := map[string][]byte{
		"deadline exceeded":         nil,
		"cease/connection reject":   wire.AppendNotification(nil, wire.ErrCease, wire.ConnectionRejected, nil),
		"keepalive came, want open": wire.AppendKeepalive(nil),
		"marker":                    make([]byte, wire.HeaderLen),
		"version 3":                 append(wire.AppendOpen(nil, wire.Open{})[:wire.HeaderLen], 3, 0, 1, 0, 90, 1, 1, 1, 1, 0),
	}
	for want, answer := range answers {
		go func() {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			defer conn.Close()
			conn.Write(answer)
			io.Copy(io.Discard, conn)
		}()
		timeout := 10 * time.Second
		if answer == nil {
			timeout = 50 * time.Millisecond
		}
		if _, err := Dial(within(t, timeout), to, config(65001, 1)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

func TestAcceptEndsWithItsContextAndTheListenerGoesOn(t *testing.T) {
	l, err := Listen(t.Context(), netip.MustParseAddrPort("127.0.0.1:0"), config(65002, 2))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := l.Accept(within(t, 10*time.Millisecond)); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("error %v, want that of the context", err)
	}
	go Dial(within(t, 10*time.Second), l.Addr(), config(65001, 1))
	s, err := l.Accept(within(t, 10*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
}

func TestSpeakersWithTheSameMD5KeyMeet(t *testing.T) {
	a, b := config(65001, 1), config(65002, 2)
	a.TCP.MD5, b.TCP.MD5 = "of iron", "of iron"
	pair(t, a, b)
}

// raw is the other end of a session in a bubble of synctest, spoken by hand.
func raw(t *testing.T, holdTime uint16) (*Session, net.Conn) {
	ours, theirs := net.Pipe()
	go func() {
		buffer := make([]byte, 4096)
		for _, answer := range [][]byte{
			wire.AppendOpen(nil, wire.Open{ASN: 65002, RouterID: wire.RouterID{10, 0, 0, 2}, HoldTime: holdTime}),
			wire.AppendKeepalive(nil),
		} {
			theirs.Read(buffer)
			theirs.Write(answer)
		}
	}()
	s, err := establish(t.Context(), ours, config(65001, 1))
	if err != nil {
		t.Fatal(err)
	}
	return s, theirs
}

func TestKeepalivesRunAndTheHoldTimerExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := raw(t, 30)
		defer s.Close()
		start := time.Now()
		received := make(chan error, 1)
		go func() {
			_, _, err := s.Receive()
			received <- err
		}()
		message := make([]byte, 4096)
		for i := 1; i <= 2; i++ {
			n, _ := peer.Read(message)
			if h, bad := wire.ParseHeader(message[:n], wire.MaxMessage); bad != nil || h.Type != wire.TypeKeepalive || time.Since(start) != time.Duration(i)*10*time.Second {
				t.Errorf("after %v the peer read %v (%v), want KEEPALIVE %d", time.Since(start), h, bad, i)
			}
		}
		peer.Write(wire.AppendKeepalive(nil))
		go func() { // three more until 50 s, then the NOTIFICATION
			for {
				n, err := peer.Read(message)
				if err != nil || message[18] == byte(wire.TypeNotification) {
					message = message[:n]
					return
				}
			}
		}()
		err := <-received
		synctest.Wait()
		var bad *wire.Error
		if !errors.As(err, &bad) || bad.Code != wire.ErrHoldTimer || time.Since(start) != 50*time.Second {
			t.Errorf("after %v Receive returned %v, want the hold timer's error at 50s", time.Since(start), err)
		}
		if len(message) != 21 || wire.ErrorCode(message[19]) != wire.ErrHoldTimer {
			t.Errorf("the peer read % x, want NOTIFICATION hold timer expired", message)
		}
	})
}

func TestReceiveAllocatesNothing(t *testing.T) {
	x, y := pair(t, config(65001, 1), config(65002, 2))
	batch := bytes.Repeat(update(200, 7), 100)
	allocs := testing.AllocsPerRun(100, func() {
		x.Send(batch)
		for range 100 {
			if _, _, err := y.Receive(); err != nil {
				t.Fatal(err)
			}
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations for 100 messages, want none", allocs)
	}
}

func BenchmarkLoopback(b *testing.B) {
	x, y := pair(b, config(65001, 1), config(65002, 2))
	const perBatch = 1000
	batch := bytes.Repeat(update(200, 7), perBatch)
	go func() {
		for x.Send(batch) == nil {
		}
	}()
	b.SetBytes(int64(len(batch)))
	b.ReportAllocs()
	for b.Loop() {
		for range perBatch {
			if _, _, err := y.Receive(); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(perBatch*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}
