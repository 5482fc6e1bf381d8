package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// TestMain lets this test program be the relay's process, as the bench is.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "relay" {
		main()
	}
	os.Exit(m.Run())
}

func TestARunIsTablesOrLinesAndTables(t *testing.T) {
	args := strings.Fields("-targets relay -workload vpls -senders 2 -receivers 1 -routes 100 -runs 2 -phases converge,withdraw")
	const table, line = "### vpls 2 × 100 → 1, withdraw\n", `"workload":"vpls","phase":"withdraw","target":"relay","run":2,`
	var stdout, stderr bytes.Buffer
	if good, err := run(t.Context(), args, &stdout, &stderr); !good || err != nil {
		t.Fatal(err, stderr.String())
	}
	if !strings.Contains(stdout.String(), table) || strings.Contains(stdout.String(), line) {
		t.Errorf("got\n%s", stdout.String())
	}
	stdout.Reset()
	if good, err := run(t.Context(), append(args, "-json"), &stdout, &stderr); !good || err != nil {
		t.Fatal(err, stderr.String())
	}
	if !strings.Contains(stdout.String(), line) || !strings.Contains(stderr.String(), table) {
		t.Errorf("got\n%s\nand\n%s", stdout.String(), stderr.String())
	}
}

func TestWhatIsUnknownIsRefusedWithWhatIsKnown(t *testing.T) {
	for arg, want := range map[string]string{
		"-targets=quagga": `unknown target "quagga": choose from relay, dci-rs, frr, frr-nc, bird, gobgp`,
		"-workload=ipx":   `unknown workload "ipx": choose from evpn2, evpn5, vpnv4, ipv4, vpls, ls, rtc`,
		"-suite=all":      `unknown suite "all": choose issue`,
		"relay":           `unexpected argument "relay"`,
	} {
		if _, err := run(t.Context(), []string{arg}, nil, new(bytes.Buffer)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", arg, err, want)
		}
	}
}
