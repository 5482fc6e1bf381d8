package main

import (
	"fmt"
	"os"
	"strings"
)

// table has a row for each route and a column for each site that may see it.
func (d *demo) table() [][]cell {
	header := []cell{{text: "SITE", paint: d.bold}, {text: "ANNOUNCES", paint: d.bold}, {text: "", paint: d.bold}}
	sessions := []cell{left(""), left(""), {text: "session", paint: d.dim}}
	for _, s := range d.sites {
		header = append(header, cell{text: s.name, paint: d.bold})
		if up, _ := s.state(); up {
			sessions = append(sessions, cell{text: "up", paint: d.green})
		} else {
			sessions = append(sessions, cell{text: "down", paint: d.red})
		}
	}
	rows := [][]cell{header, sessions}
	for _, origin := range d.sites {
		for i := range origin.routes {
			r := &origin.routes[i]
			row := []cell{left(origin.name), left(r.kind), left(r.text)}
			for _, s := range d.sites {
				switch {
				case s == origin:
					row = append(row, cell{text: "own", paint: d.dim})
				case s.sees(r):
					row = append(row, cell{text: "sees", paint: d.green})
				default:
					row = append(row, cell{text: "-", paint: d.yellow})
				}
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// counts are the endpoints and the other routes that a site sees of the others.
func (d *demo) counts(s *site) (hosts, others int) {
	for _, origin := range d.sites {
		for i := range origin.routes {
			switch r := &origin.routes[i]; {
			case origin == s || !s.sees(r):
			case r.endpoint:
				hosts++
			default:
				others++
			}
		}
	}
	return hosts, others
}

// line says how far a site is; nothing before its first session.
func (d *demo) line(s *site) string {
	switch up, reason := s.state(); {
	case !up && reason == "":
		return ""
	case !up:
		return fmt.Sprintf("%s: no session: %s", s.name, reason)
	}
	hosts, others := d.counts(s)
	return fmt.Sprintf("%s: session up, sees %s and %s of the other sites", s.name, count(hosts, "endpoint"), count(others, "other route"))
}

// hints are the lines to try next.
func (d *demo) hints() string {
	program := os.Args[0]
	var b strings.Builder
	b.WriteString("Try in another terminal; Ctrl-C here ends the demo:\n")
	for _, line := range []string{
		"show summary --control " + d.control,
		"show routes evpn --control " + d.control,
		"show routes evpn --mac 00:11:22:33:44:55 --json --control " + d.control,
		"show routes evpn --to 127.0.2.1 --type 2 --control " + d.control,
	} {
		fmt.Fprintf(&b, "  %s %s\n", program, line)
	}
	fmt.Fprintf(&b, "  curl -d '{}' -H 'Content-Type: application/json' %s/dcirs.v1.ReflectorService/Summary\n", d.api)
	return b.String()
}
