package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMain lets this test program be the relay's process, as the bench is.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "relay" {
		ServeRelay(os.Args[2])
		os.Exit(1)
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

func layRig(t *testing.T, w *Workload) *rig {
	c := conditions{Scale: small, load: w, table: w.Build(small), patience: 5 * time.Second, stall: 300 * time.Millisecond}
	r, err := establish(context.Background(), c, &process{pid: os.Getpid(), listen: runRelay(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.finish)
	return r
}

func TestEveryWorkloadPassesTheRelay(t *testing.T) {
	for _, w := range Workloads() {
		if w.Constrained {
			continue
		}
		t.Run(w.Name, func(t *testing.T) {
			t.Parallel()
			r := layRig(t, w)
			octets, updates := 0, 0
			for i := range small.Senders {
				stream := appendEndOfRIB(announce(r.table, i), w.Family)
				octets += len(stream)
				updates += len(slices.Collect(split(stream, 1)))
			}
			s := converge(r)
			if s.Error != "" || s.Missing != 0 || s.Repeated != 0 || s.Returned != 0 {
				t.Fatalf("converge: %+v", s)
			}
			if s.ReceiverUpdates != small.Receivers*updates || s.Updates != 3*updates || s.ReceiverOctets != small.Receivers*octets {
				t.Errorf("receivers got %d UPDATEs of %d octets, all %d, want %d times %d of %d", s.ReceiverUpdates, s.ReceiverOctets, s.Updates, small.Receivers, updates, octets)
			}
			if s.Seconds <= 0 || s.CPUSeconds <= 0 || s.PeakRSS <= 0 {
				t.Errorf("not measured: %+v", s)
			}
			if s := lateJoiner(r); s.Error != "" || s.ReceiverOctets != octets+len(appendEndOfRIB(nil, ipv4)) || len(r.sessions) != small.sessions() {
				t.Errorf("late joiner: %+v", s)
			}
			if s := steady(r); s.Error != "" || s.Stale != 0 || s.ReceiverUpdates != rounds*small.Receivers*(updates-small.Senders) {
				t.Errorf("steady: %+v", s)
			}
			if s := withdrawAll(r); s.Error != "" || s.Missing != 0 || s.Unheld != 0 {
				t.Errorf("withdraw: %+v", s)
			}
		})
	}
}

// What a faulty reflector would do is done here to what one sender sends: the relay passes it on.
func TestAFaultIsSeen(t *testing.T) {
	const length = 263
	update := func(n int) (from, to int) { return n * length, n*length + length }
	tests := []struct {
		name  string
		fault func(stream []byte) []byte
		check func(s sample) bool
	}{
		{"a lost route is missing on each session", func(stream []byte) []byte {
			less := small
			less.Routes--
			return announce(evpn2Recipe.build(evpn, less), 0)
		}, func(s sample) bool {
			return s.Missing == 3 && s.Error == "stalled: 3 NLRI short over all sessions"
		}},
		{"a lost UPDATE is missing on each session", func(stream []byte) []byte {
			from, to := update(7)
			return slices.Delete(bytes.Clone(stream), from, to)
		}, func(s sample) bool { return s.Missing == 15 && s.Error != "" }},
		{"a repeated UPDATE is no route more", func(stream []byte) []byte {
			from, to := update(7)
			return slices.Concat(stream[from:to], stream)
		}, func(s sample) bool { return s.Missing == 0 && s.Repeated == 15 && s.Error == "" }},
		{"a repeated UPDATE does not stand for a lost one", func(stream []byte) []byte {
			from, to := update(7)
			copy(stream[to:to+length], stream[from:to])
			return stream
		}, func(s sample) bool { return s.Missing == 15 && s.Repeated == 15 && s.Error != "" }},
		{"a corrupted route target is named", func(stream []byte) []byte {
			_, end := update(7)
			stream[end-9] ^= 8 // the set in RT 65000:7
			return stream
		}, func(s sample) bool {
			return strings.Contains(s.Error, "set 7 of 10.1.0.1: attribute 16 with flags 0xc0 is 0002fde80000000f")
		}},
		{"routes of one set under the attributes of another are named", func(stream []byte) []byte {
			_, end := update(7)
			_, other := update(8)
			copy(stream[end-16:end], stream[other-16:other])
			return stream
		}, func(s sample) bool { return strings.Contains(s.Error, "0xc0 and 0002fde800000007") }},
		{"a route that is withdrawn again is missing", func(stream []byte) []byte {
			one := evpn2Recipe.build(evpn, Scale{Senders: 1, Routes: 1})
			return append(stream, one.withdraw(0)...)
		}, func(s sample) bool { return s.Missing == 3 && s.Error != "" }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := layRig(t, evpn2Recipe.workload("evpn2", evpn))
			streams := r.streams(r.announce)
			streams[0] = test.fault(streams[0])
			if s := r.drive(r.say(streams), everything); !test.check(s) {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestLatencyIsTakenOfEveryProbeAtEveryReceiver(t *testing.T) {
	for _, churn := range []int{0, churnRate} {
		r := layRig(t, evpn2Recipe.workload("evpn2", evpn))
		if s := converge(r); s.Error != "" {
			t.Fatal(s.Error)
		}
		s := latency(r, churn)
		if s.Error != "" || s.P50 <= 0 || s.P99 < s.P50 || s.P99 > s.Seconds {
			t.Errorf("churn %d: %+v", churn, s)
		}
		if alone := small.Receivers * small.Routes; churn == 0 && s.ReceiverUpdates != alone || churn > 0 && s.ReceiverUpdates <= alone {
			t.Errorf("churn %d: %d UPDATEs for %d probes", churn, s.ReceiverUpdates, alone)
		}
	}
}

func TestAStuckReceiverComesToHoldWhatTheOthersDo(t *testing.T) {
	r := layRig(t, vpnv4Recipe.workload("vpnv4", vpnv4))
	if s := converge(r); s.Error != "" {
		t.Fatal(s.Error)
	}
	s := stuckReceiver(r)
	if s.Error != "" || s.UnstuckCPUSeconds <= 0 || len(r.sessions) != small.sessions() {
		t.Errorf("%+v", s)
	}
}

func TestAPlanIsLinesAndTables(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	row, err := NewRow(evpn2Recipe.workload("evpn2", evpn), Scale{Senders: 2, Receivers: 1, Routes: 1000}, "converge,peer-down,withdraw", Targets([]string{self, "relay"}, ""), "relay")
	if err != nil {
		t.Fatal(err)
	}
	row.Bars = []Bar{{"converge", "seconds", 2, relayName}}
	p := Plan{Rows: []Row{row}, Runs: 2, Settle: 5 * time.Second, Stall: 10 * time.Second}
	var lines, tables bytes.Buffer
	results, err := p.Run(t.Context(), &lines, t.Output())
	if err != nil || results[0].Failed {
		t.Fatalf("%v: %+v", err, results)
	}
	WriteTables(&tables, results)
	for _, want := range []string{"### evpn2 2 × 1000 → 1, converge\n", "### evpn2 2 × 1000 → 1, withdraw\n", "| time ≤ 2 × relay |"} {
		if !strings.Contains(tables.String(), want) {
			t.Errorf("no %q in:\n%s", want, tables.String())
		}
	}
	if strings.Contains(tables.String(), "peer-down") {
		t.Error("a relay was asked to know routes")
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
		var m Summary
		if err := decoder.Decode(&m); err != nil {
			t.Fatal(err)
		}
		if m.Runs != 2 || m.SecondsRatio != 1 || m.Median("receiver_octets") == 0 {
			t.Errorf("%+v", m)
		}
	}
}

func TestWhatIsUnknownIsRefusedWithWhatIsKnown(t *testing.T) {
	known := Targets([]string{"relay"}, "")
	for _, test := range []struct{ workload, phases, targets, want string }{
		{"evpn2", "converge", "relay,quagga", `unknown target "quagga": choose from relay, dci-rs, frr, frr-nc, bird, gobgp`},
		{"evpn2", "diverge", "relay", `unknown phase "diverge": choose from converge, late, `},
		{"ipx", "converge", "relay", `unknown workload "ipx": choose from evpn2, evpn5, vpnv4, ipv4, vpls, ls, rtc`},
	} {
		load, err := FindWorkload(test.workload)
		if err == nil {
			_, err = NewRow(load, small, test.phases, known, test.targets)
		}
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v, want %s", err, test.want)
		}
	}
	p := Plan{Rows: []Row{{Workload: Workloads()[0]}}}
	if _, err := p.Run(t.Context(), nil, nil); err == nil || !strings.Contains(err.Error(), "at least 1") {
		t.Errorf("no senders: %v", err)
	}
	if _, err := Issue(known, ""); err != nil {
		t.Error(err)
	}
}
