package bench

import "testing"

func samplesOf(target string, values ...float64) (samples []sample) {
	for i, v := range values {
		samples = append(samples, sample{Phase: "converge", Target: target, Run: i + 1, Seconds: v, CPUSeconds: 1, P99: v / 1000})
	}
	return samples
}

func TestASummaryIsMediansBesideTheRelay(t *testing.T) {
	samples := append(samplesOf("relay", 1, 5, 2, 4), samplesOf("dci-rs", 2, 10, 4, 8)...)
	samples = append(samples, sample{Phase: "converge", Target: "dci-rs", Seconds: 99, Error: "stalled"})
	sums := summarize("evpn2", []Phase{{Name: "converge"}}, samples)
	if len(sums) != 2 || sums[0].Target != "relay" || sums[0].Values["seconds"] != (Spread{3, 1, 5}) {
		t.Fatalf("%+v", sums)
	}
	if d := sums[1]; d.Runs != 4 || d.Failures != 1 || d.SecondsRatio != 2 || d.CPURatio != 1 {
		t.Errorf("%+v", d)
	}
}

func TestABarIsMetOrMissed(t *testing.T) {
	fast := append(samplesOf("relay", 0.1), samplesOf("dci-rs", 0.5)...) // CPU is equal
	slow := append(samplesOf("relay", 1), samplesOf("dci-rs", 2.5)...)
	for name, test := range map[string]struct {
		bar   Bar
		in    []sample
		known bool
		met   bool
		is    string
	}{
		"time where the relay needs long":      {Bar{"converge", "seconds", 2.5, "relay"}, slow, true, true, "2.50 ×"},
		"too much time":                        {Bar{"converge", "seconds", 2.4, "relay"}, slow, true, false, "2.50 ×"},
		"CPU decides where the relay is quick": {Bar{"converge", "seconds", 2, "relay"}, fast, true, true, "5.00 ×, CPU 1.00 × decides"},
		"a figure of its own":                  {Bar{"converge", "p99", 0.002, ""}, slow, true, false, "2.5 ms"},
		"a target that did not run":            {Bar{"converge", "seconds", 1, "frr-nc"}, slow, false, false, "–"},
		"a phase that did not happen":          {Bar{"late", "seconds", 1, ""}, slow, false, false, "–"},
		"a figure that was not taken":          {Bar{"converge", "gc_share", 0.03, ""}, slow, false, false, "–"},
	} {
		v := test.bar.judge(summarize("evpn2", []Phase{{Name: "converge"}}, test.in))
		if v.known != test.known || v.met != test.met || v.is != test.is {
			t.Errorf("%s: %+v", name, v)
		}
	}
}
