package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	dcirsv1 "github.com/dci-rs/dci-rs/api/dcirs/v1"
)

// printSummary writes the daemon in two lines and its sessions in a table.
func (a *app) printSummary(sum *dcirsv1.SummaryResponse, sessions []*dcirsv1.Neighbor) {
	p := a.paint()
	fmt.Fprintf(a.stdout, "dci-rs %s, router-id %s, AS %d, up %s, %d of %s established\n",
		sum.Version, sum.RouterId, sum.Asn, age(sum.Uptime.AsDuration()), sum.Established, count(int(sum.Neighbors), "session"))
	var routes []string
	for _, f := range sum.Families {
		routes = append(routes, fmt.Sprintf("%s %d", f.Family, f.Received))
	}
	if len(routes) > 0 {
		fmt.Fprintf(a.stdout, "routes: %s\n", strings.Join(routes, ", "))
	}
	if len(sessions) == 0 {
		return
	}
	fmt.Fprintln(a.stdout)
	var rows [][]cell
	header := func(names ...cell) {
		for i := range names {
			names[i].paint = p.bold
		}
		rows = append(rows, names)
	}
	header(left("NEIGHBOR"), left("SITE"), left("ROLE"), number("AS"), left("STATE"), number("SINCE"), number("ROUTES IN"), number("OUT"),
		number("MESSAGES IN"), number("OUT"), left("FAMILIES"), left("LAST ERROR"))
	for _, n := range sessions {
		var in, out uint64
		var names []string
		for _, f := range n.Families {
			in, out = in+uint64(f.Received), out+uint64(f.Advertised)
			names = append(names, f.Family)
		}
		rows = append(rows, []cell{
			left(n.Address), left(n.Site), left(n.Role), number(decimal(n.Asn)), {text: n.State, paint: p.state(n.State)}, number(age(n.Uptime.AsDuration())),
			number(decimal(in)), number(decimal(out)), number(decimal(n.MessagesIn)), number(decimal(n.MessagesOut)),
			left(strings.Join(names, ",")), {text: n.LastError, paint: p.dim},
		})
	}
	printTable(a.stdout, rows)
}

// printNeighbor writes one session in full, a fact a line.
func (a *app) printNeighbor(n *dcirsv1.Neighbor) {
	p := a.paint()
	fmt.Fprintf(a.stdout, "%s  %s for %s\n", p.bold(n.Address), p.state(n.State)(n.State), age(n.Uptime.AsDuration()))
	var rows [][]cell
	fact := func(name, format string, args ...any) {
		if text := fmt.Sprintf(format, args...); text != "" {
			rows = append(rows, []cell{left(" "), left(name), left(text)})
		}
	}
	fact("description", "%s", n.Description)
	fact("site", "%s", n.Site)
	fact("group", "%s", n.Group)
	fact("role", "%s, AS %d, ours %d", n.Role, n.Asn, n.LocalAs)
	if n.RemoteEndpoint != "" {
		fact("router-id", "%s", n.RouterId)
		fact("connection", "%s to %s", n.LocalEndpoint, n.RemoteEndpoint)
		fact("hold time", "%s", n.HoldTime.AsDuration())
	}
	fact("sessions", "%d", n.Sessions)
	fact("messages", "%d in, %d out, %d updates in, %d of them malformed", n.MessagesIn, n.MessagesOut, n.UpdatesIn, n.Malformed)
	for _, f := range n.Families {
		fact("routes", "%s: %d received, %d told", f.Family, f.Received, f.Advertised)
	}
	if n.LastError != "" {
		fact("last error", "%s (%s ago)", n.LastError, age(n.LastErrorAge.AsDuration()))
	}
	printTable(a.stdout, rows)
}

func (p paint) state(state string) func(string) string {
	switch state {
	case "established":
		return p.green
	case "idle":
		return p.red
	}
	return p.yellow
}

func decimal[T uint32 | uint64 | int](n T) string { return strconv.FormatUint(uint64(n), 10) }

// age writes a duration as a person reads it at a glance: 12s, 3m05s, 2h04m, 3d04h.
func age(d time.Duration) string {
	s := int(d / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%ds", s)
	case s < 3600:
		return fmt.Sprintf("%dm%02ds", s/60, s%60)
	case s < 86400:
		return fmt.Sprintf("%dh%02dm", s/3600, s/60%60)
	}
	return fmt.Sprintf("%dd%02dh", s/86400, s/3600%24)
}
