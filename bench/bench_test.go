package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"
)

// TestMain lets this test program be the relay's process, as the bench is.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "relay" {
		main()
	}
	os.Exit(m.Run())
}

// runRelay runs a relay in this process until the test ends.
func runRelay(t *testing.T) netip.AddrPort {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go newRelay().serve(listener)
	t.Cleanup(func() { listener.Close() })
	return listener.Addr().(*net.TCPAddr).AddrPort()
}

func layBed(t *testing.T) *bed {
	c := conditions{scale: small, load: &evpn2, patience: 5 * time.Second, stall: 300 * time.Millisecond}
	b, err := establish(context.Background(), c, runRelay(t), os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.close)
	return b
}

func TestConvergeAndWithdrawThroughTheRelay(t *testing.T) {
	b := layBed(t)
	const perSender = 101 // UPDATEs: 503 routes, 5 in each
	s := converge(b)
	if s.Error != "" || s.Missing != 0 || s.Repeated != 0 || s.Returned != 0 {
		t.Fatalf("converge: %+v", s)
	}
	if want := small.receivers * small.senders * (perSender + 1); s.ReceiverUpdates != want {
		t.Errorf("receivers got %d UPDATEs, want %d", s.ReceiverUpdates, want)
	}
	if want := small.sessions()*small.senders - small.senders; s.Updates != want*(perSender+1) {
		t.Errorf("sessions got %d UPDATEs, want %d", s.Updates, want*(perSender+1))
	}
	octets := 0
	for i := range small.senders {
		octets += len(appendEndOfRIB(evpn2Announce(small, i), &evpn2))
	}
	if s.ReceiverOctets != octets*small.receivers {
		t.Errorf("receivers got %d octets, want %d", s.ReceiverOctets, octets*small.receivers)
	}
	if s.Seconds <= 0 || s.CPUSeconds <= 0 || s.PeakRSS <= 0 {
		t.Errorf("not measured: %+v", s)
	}
	if s := withdrawAll(b); s.Error != "" || s.Missing != 0 || s.Unheld != 0 {
		t.Errorf("withdraw: %+v", s)
	}
}

// What a faulty reflector would do is done here to what one sender sends: the relay passes it on.
func TestAFaultIsSeen(t *testing.T) {
	update := func(n int) (from, to int) { return n * 263, n*263 + 263 }
	tests := []struct {
		name  string
		fault func(stream []byte) []byte
		check func(s sample) bool
	}{
		{"a lost route is missing on each session", func([]byte) []byte {
			less := small
			less.routes--
			return evpn2Announce(less, 0)
		}, func(s sample) bool {
			return s.Missing == 3 && s.Error == "stalled: 3 NLRI short over all sessions"
		}},
		{"a lost UPDATE is missing on each session", func(stream []byte) []byte {
			from, to := update(7)
			return append(bytes.Clone(stream[:from]), stream[to:]...)
		}, func(s sample) bool { return s.Missing == 15 && s.Error != "" }},
		{"a repeated UPDATE is no route more", func(stream []byte) []byte {
			from, to := update(7)
			return append(bytes.Clone(stream[from:to]), stream...)
		}, func(s sample) bool { return s.Missing == 0 && s.Repeated == 15 && s.Error == "" }},
		{"a repeated UPDATE does not stand for a lost one", func(stream []byte) []byte {
			from, to := update(7)
			copy(stream[to:to+263], stream[from:to])
			return stream
		}, func(s sample) bool { return s.Missing == 15 && s.Repeated == 15 && s.Error != "" }},
		{"a corrupted route target is named", func(stream []byte) []byte {
			_, end := update(7)
			stream[end-9] ^= 8 // the set in RT 65000:7
			return stream
		}, func(s sample) bool {
			return strings.Contains(s.Error, "set 7 of 10.1.0.1: extended communities 0002fde80000000f")
		}},
		{"routes of one set under the attributes of another are named", func(stream []byte) []byte {
			_, end := update(7)
			_, other := update(8)
			copy(stream[end-16:end], stream[other-16:other])
			return stream
		}, func(s sample) bool { return strings.Contains(s.Error, "want RT 65000:7") }},
		{"a route that is withdrawn again is missing", func(stream []byte) []byte {
			less := small
			less.routes = 1
			return append(stream, evpn2Withdraw(less, 0)...)
		}, func(s sample) bool { return s.Missing == 3 && s.Error != "" }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := layBed(t)
			streams := b.streams(evpn2Announce)
			streams[0] = test.fault(streams[0])
			s := b.drive(streams, func(t *tally) int { return t.everything() })
			if !test.check(s) {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestTheRelayTellsALateSessionEverything(t *testing.T) {
	b := layBed(t)
	if s := converge(b); s.Error != "" {
		t.Fatal(s.Error)
	}
	late := b.sessions[0].conn.RemoteAddr().(*net.TCPAddr).AddrPort()
	conn, err := dial(context.Background(), late, &evpn2, small.sessions())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	arrived := make(chan time.Time, 1)
	s := &session{conn: conn, arrived: arrived, failed: make(chan error, 1), tally: newTally(&evpn2, small, -1)}
	s.await(small.total())
	go s.receive(&evpn2)
	select {
	case <-arrived:
	case <-time.After(10 * time.Second):
		t.Errorf("holds %d of %d routes", s.tally.held, small.total())
	}
}

func TestAComparisonIsLinesAndATable(t *testing.T) {
	p, err := parsePlan(strings.Fields("-senders=2 -receivers=1 -routes=1000 -runs=2 -targets=relay -json"), new(bytes.Buffer))
	if err != nil {
		t.Fatal(err)
	}
	var lines, table bytes.Buffer
	if !p.compare(context.Background(), &lines, &table) {
		t.Fatalf("failed:\n%s", table.String())
	}
	for _, phase := range []string{"converge", "withdraw"} {
		if !strings.Contains(table.String(), "### evpn2 2x1000 x1 "+phase) {
			t.Errorf("no table of %s in:\n%s", phase, table.String())
		}
	}
	decoder := json.NewDecoder(&lines)
	for i := range 4 { // two runs of two phases
		var s sample
		if err := decoder.Decode(&s); err != nil {
			t.Fatal(err)
		}
		if s.Run != i/2+1 || s.Target != "relay" || s.Seconds <= 0 || s.CPUSeconds <= 0 || s.PeakRSS < 1<<20 {
			t.Errorf("line %d: %+v", i, s)
		}
	}
	for range 2 { // one summary of each phase
		var m summary
		if err := decoder.Decode(&m); err != nil {
			t.Fatal(err)
		}
		if m.Runs != 2 || m.SecondsRatio != 1 {
			t.Errorf("%+v", m)
		}
	}
}

func TestWhatIsUnknownIsRefusedWithWhatIsKnown(t *testing.T) {
	for arg, want := range map[string]string{
		"-targets=relay,quagga": `unknown target "quagga": choose from relay, dci-rs, frr, frr-nc, bird, gobgp`,
		"-phases=diverge":       `unknown phase "diverge": choose from converge, withdraw`,
		"-workload=ipx":         `unknown workload "ipx": choose from evpn2`,
		"-senders=0":            "at least 1",
		"relay":                 `unexpected argument "relay"`,
	} {
		if _, err := parsePlan([]string{arg}, new(bytes.Buffer)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", arg, err, want)
		}
	}
}

func TestASummaryIsMediansBesideTheRelay(t *testing.T) {
	var samples []sample
	for i, seconds := range []float64{1, 5, 2, 4} {
		samples = append(samples,
			sample{Phase: "converge", Target: "relay", Run: i + 1, Seconds: seconds, CPUSeconds: 1},
			sample{Phase: "converge", Target: "dci-rs", Run: i + 1, Seconds: 2 * seconds, CPUSeconds: 3})
	}
	samples = append(samples, sample{Phase: "converge", Target: "dci-rs", Seconds: 99, Error: "stalled"})
	sums := summarize(samples)
	if len(sums) != 2 || sums[0].Target != "relay" || sums[0].Seconds != (spread{3, 1, 5}) {
		t.Fatalf("%+v", sums)
	}
	if d := sums[1]; d.Runs != 4 || d.Failures != 1 || d.SecondsRatio != 2 || d.CPURatio != 3 {
		t.Errorf("%+v", d)
	}
}
