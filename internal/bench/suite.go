package bench

import "slices"

// Issue is what the project promises of its scale, as rows with bars. Where it compares with FRR, that is
// FRR without its timer. profiles is a folder for those of the steady state.
func Issue(targets []Target, profiles string) ([]Row, error) {
	const beside, withFRR, alone = "relay,dci-rs", "relay,dci-rs,frr-nc", "dci-rs"
	const mb = 1e6
	type plain struct {
		workload, phases, targets string
		scale                     Scale
		bars                      []Bar
	}
	var rows []Row
	for _, p := range []plain{
		{"evpn2", "converge,withdraw", withFRR, Scale{20, 20, 50000, 0}, []Bar{
			{"converge", "seconds", 2.5, relayName}, {"converge", "cpu_seconds", 4, relayName},
			{"converge", "seconds", 1. / 3, "frr-nc"}, {"converge", "cpu_seconds", 1. / 3, "frr-nc"},
			{"converge", "peak_rss", 250 * mb, ""},
			{"converge", "receiver_octets", 1, relayName}, {"converge", "receiver_updates", 1, "frr-nc"}}},
		{"vpnv4", "converge", beside, Scale{20, 20, 50000, 0}, []Bar{
			{"converge", "seconds", 4, relayName}, {"converge", "peak_rss", 200 * mb, ""},
			{"converge", "receiver_octets", 1, relayName}}},
		{"evpn2", "converge,late,withdraw", withFRR, Scale{10, 10, 20000, 0}, []Bar{
			{"converge", "seconds", 4, relayName}, {"withdraw", "seconds", 4, relayName}, {"late", "seconds", 0.05, ""},
			{"converge", "receiver_octets", 1, relayName}, {"converge", "receiver_updates", 1, "frr-nc"}}},
		{"ipv4", "converge", beside, Scale{10, 30, 50000, 0}, []Bar{
			{"converge", "seconds", 5, relayName}, {"converge", "receiver_octets", 1, relayName}}},
		{"evpn2", "converge", beside, Scale{5, 300, 2000, 0}, []Bar{{"converge", "seconds", 2, relayName}}},
		{"evpn2", "converge,latency,latency-churn", beside, Scale{10, 10, 3000, 0}, []Bar{
			{"latency", "p50", 1.5, relayName}, {"latency", "p99", 2, relayName}, {"latency-churn", "p99", 5, relayName}}},
		{"rtc", "converge", alone, Scale{10, 10, 5000, 0}, []Bar{
			{"converge", "seconds", 0.04, ""}, {"converge", "receiver_octets", 0.6 * mb, ""}}},
		{"rtc", "converge,join", alone, Scale{10, 0, 10000, 1000}, []Bar{{"join", "seconds", 0.3, ""}}},
		{"vpls", "converge", beside, Scale{10, 10, 1000, 0}, []Bar{{"converge", "seconds", 5, relayName}}},
		{"ls", "converge", beside, Scale{10, 10, 5000, 0}, []Bar{{"converge", "seconds", 5, relayName}}},
		{"vpnv4", "converge,stuck", alone, Scale{10, 10, 10000, 0}, []Bar{
			{"stuck", "stuck_cpu", 1.1, ""}, {"stuck", "rss_growth", 8 * mb, ""}}},
		{"evpn2", "converge,steady,peer-down", alone, Scale{10, 10, 20000, 0}, []Bar{
			{"steady", "gc_share", 0.03, ""}, {"steady", "allocations", 0.1, ""}}},
	} {
		load, err := FindWorkload(p.workload)
		if err != nil {
			return nil, err
		}
		row, err := NewRow(load, p.scale, p.phases, targets, p.targets)
		if err != nil {
			return nil, err
		}
		row.Bars = p.bars
		if slices.ContainsFunc(p.bars, func(b Bar) bool { return b.Measure == "gc_share" }) {
			row.Profile = profiles
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// NewRow is a row with what comma-separated lists name.
func NewRow(load *Workload, s Scale, phases string, known []Target, targets string) (row Row, err error) {
	row = Row{Workload: load, Scale: s}
	if row.Phases, err = choose("phase", Phases(), phaseName, phases); err != nil {
		return row, err
	}
	row.Targets, err = choose("target", known, func(t Target) string { return t.Name }, targets)
	return row, err
}
