//go:build linux

package e2e

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// secured is a daemon whose session may be signed (RFC 2385).
type secured struct {
	name        string
	established func() error // nil while the daemon says that its session stands
}

func startSecuredFRR(l *lab, n int, neighbor, password string) secured {
	l.t.Helper()
	h := l.host(fmt.Sprintf("pe%d", n), fmt.Sprintf("10.255.0.%d/24", n), fmt.Sprintf("fd00:255::%d/64", n))
	line := ""
	if password != "" {
		line = fmt.Sprintf(" neighbor %s password %s\n", neighbor, password)
	}
	f := startFRR(h, "", fmt.Sprintf(`
router bgp 65000
 bgp router-id %[1]s
 no bgp default ipv4-unicast
 neighbor %[2]s remote-as 65000
 neighbor %[2]s timers 3 9
 neighbor %[2]s timers connect 1
%[3]s address-family ipv4 unicast
  neighbor %[2]s activate
 exit-address-family
exit
`, h.addr, neighbor, line))
	return secured{"FRR " + h.name, func() error { return f.established(neighbor) }}
}

func startSecuredBIRD(l *lab, n int, password string) secured {
	l.t.Helper()
	h := l.host(fmt.Sprintf("pe%d", n), fmt.Sprintf("10.255.0.%d/24", n))
	line := ""
	if password != "" {
		line = fmt.Sprintf("password %q;", password)
	}
	b := startBIRD(h, fmt.Sprintf(`
protocol bgp dut {
  local %s as 65000;
  neighbor %s as 65000;
  hold time 9; connect retry time 1; connect delay time 1; error wait time 1, 2;
  %s
  ipv4 { import all; export all; };
}
`, h.addr, dci4, line))
	return secured{"BIRD " + h.name, func() error {
		out, err := b.birdc("show protocols dut")
		if err == nil && !strings.Contains(out, "Established") {
			err = errors.New(lastLines(out, 1))
		}
		return err
	}}
}

func startSecuredGoBGP(l *lab, n int, password string) secured {
	l.t.Helper()
	h := l.host(fmt.Sprintf("pe%d", n), fmt.Sprintf("10.255.0.%d/24", n))
	line := ""
	if password != "" {
		line = fmt.Sprintf("    auth-password = %q", password)
	}
	g := startGoBGP(h, needGoBGP(l.t), 65000, 65000, line, "ipv4-unicast")
	return secured{"GoBGP " + h.name, func() error {
		out, err := g.command("neighbor", dci4)
		if err == nil && !strings.Contains(out, "BGP state = ESTABLISHED") {
			err = errors.New("no session")
		}
		return err
	}}
}

func TestSessionsSignedWithMD5StandOnlyWithTheRightPassword(t *testing.T) {
	needFRR(t)
	needBIRD(t)
	needGoBGP(t)
	t.Parallel()
	l := newLab(t)
	r := l.startReflector(`
router-id: 10.255.0.1
asn: 65000
groups:
  pe: {role: client, asn: 65000, families: [ipv4], hold-time: 9s, connect-retry: 1s}
  signed: {role: client, asn: 65000, families: [ipv4], hold-time: 9s, connect-retry: 1s, md5: {value: s3cret}}
neighbors:
  - {address: 10.255.0.11, group: signed}
  - {address: 10.255.0.12, group: signed}
  - {address: 10.255.0.13, group: signed}
  - {address: "fd00:255::14", group: signed, md5: {value: other}}
  - {address: 10.255.0.15, group: pe}
  - {address: 10.255.0.21, group: signed}
  - {address: 10.255.0.22, group: signed}
  - {address: 10.255.0.23, group: signed}
  - {address: 10.255.0.31, group: signed}
  - {address: 10.255.0.32, group: signed}
  - {address: 10.255.0.33, group: signed}
  - {address: 10.255.0.42, group: pe}
`)
	wrong := []secured{
		startSecuredFRR(l, 21, dci4, "wrong"), startSecuredBIRD(l, 22, "wrong"), startSecuredGoBGP(l, 23, "wrong"),
		startSecuredFRR(l, 31, dci4, ""), startSecuredBIRD(l, 32, ""), startSecuredGoBGP(l, 33, ""),
		startSecuredBIRD(l, 42, "unexpected"),
	}
	right := []secured{
		startSecuredFRR(l, 11, dci4, "s3cret"), startSecuredBIRD(l, 12, "s3cret"), startSecuredGoBGP(l, 13, "s3cret"),
		startSecuredFRR(l, 14, dci6, "other"), startSecuredBIRD(l, 15, ""),
	}
	eventually(t, 30*time.Second, "the sessions with the right password, and those without on both sides, come up", func() error {
		var errs []error
		for _, s := range right {
			if err := s.established(); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", s.name, err))
			}
		}
		return errors.Join(errs...)
	})
	eventually(t, 30*time.Second, "the kernel of dci-rs has refused segments of all three kinds", func() error {
		counters := map[string]string{}
		lines := strings.Split(r.run("cat", "/proc/net/netstat"), "\n")
		names, values := strings.Fields(lines[0]), strings.Fields(lines[1])
		for i, name := range names {
			counters[name] = values[i]
		}
		var errs []error
		for _, name := range []string{"TCPMD5Failure", "TCPMD5NotFound", "TCPMD5Unexpected"} {
			if v := counters[name]; v == "" || v == "0" {
				errs = append(errs, fmt.Errorf("%s is %q", name, v))
			}
		}
		return errors.Join(errs...)
	})
	never(t, 3*time.Second, "a session with a wrong, missing or unexpected password", func() error {
		for _, s := range wrong {
			if s.established() == nil {
				return nil
			}
		}
		return errors.New("none")
	})
	for _, s := range right {
		if err := s.established(); err != nil {
			t.Errorf("%s beside the refused ones: %v", s.name, err)
		}
	}
}
