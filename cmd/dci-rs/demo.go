package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/dci-rs/dci-rs/config"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/server"
	"github.com/dci-rs/dci-rs/wire"
)

func (a *app) demoCommand() *cobra.Command {
	var once bool
	c := &cobra.Command{
		Use:   "demo",
		Short: "A reflector with four simulated data centres attached, on loopback: see it work",
		Args:  takes(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			ctx, stop := untilSignal(c.Context())
			defer stop()
			control := ""
			if c.Flags().Changed("control") {
				control = a.control
			}
			return a.demo(ctx, control, once)
		},
	}
	c.Flags().BoolVar(&once, "once", false, "end when every site sees every endpoint")
	return c
}

// demoTime is what all sites together have to see each other.
const demoTime = 30 * time.Second

// demo is a running demonstration.
type demo struct {
	*app
	paint
	live      bool   // draw the table in place
	last      string // what is drawn
	settled   bool   // other text stands below it: the next picture is a new one
	sites     []*site
	reflector netip.AddrPort
	control   string
	api       string
	told      map[string]string // plain output: the last line about each site
}

func (a *app) demo(ctx context.Context, control string, once bool) error {
	if control == "" {
		folder, err := os.MkdirTemp("", "dci-rs-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		control = filepath.Join(folder, "control.sock")
	}
	d := &demo{app: a, paint: a.paint(), control: control, told: make(map[string]string)}
	d.live = terminal(a.stdout) && os.Getenv("TERM") != "dumb" && !a.json && !a.quiet
	for n := byte(1); n <= 4; n++ {
		d.sites = append(d.sites, newSite(n))
	}
	daemon, err := start(d.configuration(), slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	d.reflector, d.api = daemon.server.Addrs()[0], "http://"+daemon.query.Addr().String()

	var running sync.WaitGroup
	// The sites outlive the last picture of them, and the reflector outlives the sites.
	serving, stopServing := context.WithCancel(context.WithoutCancel(ctx))
	var served error
	running.Go(func() { served = daemon.run(serving) })
	attached, detach := context.WithCancel(serving)
	changes := make(chan struct{}, 1)
	var sites sync.WaitGroup
	for _, s := range d.sites {
		sites.Go(func() {
			s.run(attached, d.reflector, func() {
				select {
				case changes <- struct{}{}:
				default:
				}
			})
		})
	}
	err = d.watch(ctx, changes, once)
	detach()
	sites.Wait()
	stopServing()
	running.Wait()
	return errors.Join(err, served)
}

// configuration is the reflector's: free ports, and a route reflector client for each site.
func (d *demo) configuration() *config.File {
	file := &config.File{Control: d.control, API: "127.0.0.1:0", Server: server.Config{
		RouterID: wire.RouterID{192, 0, 2, 1}, ASN: demoASN,
		Listen: []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:0")},
	}}
	for _, s := range d.sites {
		file.Server.Neighbors = append(file.Server.Neighbors, server.Neighbor{
			Address: s.address, Site: s.name, Description: "simulated leaf, VTEP " + s.vtep.String(),
			Passive: true, Role: rib.RoleClient, Families: []nlri.Family{nlri.EVPN},
		})
	}
	return file
}

// watch shows what the sites see until ctx ends, or with once until they see everything.
func (d *demo) watch(ctx context.Context, changes <-chan struct{}, once bool) error {
	var late <-chan time.Time
	if once {
		late = time.After(demoTime)
	}
	begin := time.Now()
	synced := false
	d.greet()
	for {
		lacks := d.lacks()
		d.show(lacks)
		if lacks == "" && !synced {
			synced = true
			d.celebrate(time.Since(begin), once)
		}
		if synced && once {
			return nil
		}
		select {
		case <-ctx.Done():
			if once {
				return errors.New("interrupted before every site saw every endpoint")
			}
			return nil
		case <-late:
			return fmt.Errorf("after %s not every site sees every endpoint: %s", demoTime, lacks)
		case <-changes:
		}
		// Changes come in bursts: one picture for each.
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// lacks names one thing that is missing; empty when every site sees every route of the others.
func (d *demo) lacks() string {
	for _, s := range d.sites {
		up, reason := s.state()
		if !up {
			if reason == "" {
				reason = "connecting"
			}
			return fmt.Sprintf("%s has no session (%s)", s.name, reason)
		}
		for _, other := range d.sites {
			for i := range other.routes {
				if r := &other.routes[i]; other != s && !s.sees(r) {
					return fmt.Sprintf("%s does not see %s of %s", s.name, r.text, other.name)
				}
			}
		}
	}
	return ""
}

// greet says what is being shown.
func (d *demo) greet() {
	if d.json || d.quiet {
		return
	}
	fmt.Fprintf(d.stdout, "A route reflector on %s, AS %d, and the leaves of four data centres.\n", d.reflector, demoASN)
	fmt.Fprintf(d.stdout, "No two sites speak with each other: what they see came through it.\n\n")
}

// show draws the table over the last one on a terminal. Elsewhere it adds a line for each site that
// changed.
func (d *demo) show(lacks string) {
	switch {
	case d.live:
		d.draw(lacks)
	case d.json || d.quiet:
	default:
		for _, s := range d.sites {
			line := d.line(s)
			if line != d.told[s.name] {
				d.told[s.name] = line
				fmt.Fprintln(d.stdout, line)
			}
		}
	}
}

func (d *demo) draw(lacks string) {
	status := d.green("Every site sees every endpoint.")
	if lacks != "" {
		// A line that wraps would be two to go up.
		waiting := []rune("waiting: " + lacks)
		status = d.dim(string(waiting[:min(len(waiting), 72)]))
	}
	var screen strings.Builder
	printTable(&screen, d.table())
	screen.WriteString("\n" + status + "\n")
	picture := screen.String()
	if picture == d.last {
		return
	}
	if d.last != "" && !d.settled {
		fmt.Fprintf(d.stdout, "\x1b[%dA\x1b[J", strings.Count(d.last, "\n"))
	}
	fmt.Fprint(d.stdout, picture)
	d.last, d.settled = picture, lacks == ""
}

// celebrate follows the moment at which everyone sees everything.
func (d *demo) celebrate(after time.Duration, once bool) {
	switch {
	case d.json:
		for _, s := range d.sites {
			hosts, others := d.counts(s)
			json.NewEncoder(d.stdout).Encode(struct {
				Site      string `json:"site"`
				Address   string `json:"address"`
				Endpoints int    `json:"endpoints"`
				Routes    int    `json:"routes"`
			}{s.name, s.address.String(), hosts, hosts + others})
		}
	case d.quiet:
	default:
		if !d.live {
			fmt.Fprintln(d.stdout)
			printTable(d.stdout, d.table())
			fmt.Fprintf(d.stdout, "\nEvery site sees every endpoint, after %s.\n", after.Round(time.Millisecond))
		}
		if !once {
			fmt.Fprint(d.stdout, d.hints())
		}
	}
}
