package main

import (
	"bufio"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	dcirsv1 "github.com/dci-rs/dci-rs/api/dcirs/v1"
	"github.com/dci-rs/dci-rs/render"
)

func (a *app) showRoutesCommand() *cobra.Command {
	var r dcirsv1.RoutesRequest
	var vni, kind uint32
	c := &cobra.Command{
		Use:     "routes FAMILY",
		Short:   "The table of a family, filtered",
		Example: "  dci-rs show routes evpn --mac 00:11:22:33:44:55\n  dci-rs show routes evpn --to 10.2.0.1 --type 2\n  dci-rs show routes ipv4 --ip 192.0.2.7 --json",
		Args:    takes(1, 1, "FAMILY, such as evpn"),
		ValidArgs: []string{"ipv4", "ipv6", "ipv4-labeled", "ipv6-labeled", "vpnv4", "vpnv6", "evpn", "vpls", "bgp-ls", "bgp-ls-vpn",
			"route-target"},
		RunE: func(c *cobra.Command, args []string) error {
			r.Family = args[0]
			if c.Flags().Changed("vni") {
				r.Vni = &vni
			}
			if c.Flags().Changed("type") {
				r.Type = &kind
			}
			r.Form = dcirsv1.RouteForm_ROUTE_FORM_TEXT
			if a.json {
				r.Form = dcirsv1.RouteForm_ROUTE_FORM_JSON
			}
			return a.showRoutes(c.Context(), &r)
		},
	}
	flags := c.Flags()
	flags.StringVar(&r.Rd, "rd", "", "with this Route Distinguisher, such as `65000:1`")
	flags.StringVar(&r.Rt, "rt", "", "with this route target, such as `65000:10000`")
	flags.Uint32Var(&vni, "vni", 0, "with this `VNI` or label")
	flags.StringVar(&r.Mac, "mac", "", "with this `MAC` address")
	flags.StringVar(&r.Ip, "ip", "", "with this `address`, or a prefix around it")
	flags.StringVar(&r.Prefix, "prefix", "", "with exactly this `prefix`")
	flags.Uint32Var(&kind, "type", 0, "of this route `type`, such as 2")
	flags.StringVar(&r.NextHop, "next-hop", "", "with this next hop `address`")
	flags.StringVar(&r.From, "from", "", "from this `neighbor`")
	flags.StringVar(&r.Site, "site", "", "from this `site`")
	flags.StringVar(&r.To, "to", "", "what this `neighbor` was told")
	return c
}

func (a *app) showRoutes(ctx context.Context, r *dcirsv1.RoutesRequest) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := a.client().Routes(ctx, r)
	if err != nil {
		return a.unanswered(err)
	}
	defer stream.Close()
	out := bufio.NewWriterSize(a.stdout, 64<<10)
	shown := 0
	for stream.Receive() {
		for _, route := range stream.Msg().Routes {
			line := route.Text
			if a.json {
				line = route.Json
			}
			if shown++; shown == 1 && !a.json && !a.quiet {
				out.Write(append(render.AppendRouteHeading(nil), '\n'))
			}
			out.WriteString(line)
			// The writer keeps its first error: whoever reads us went away.
			if err := out.WriteByte('\n'); err != nil {
				return err
			}
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if err := stream.Err(); err != nil {
		return a.unanswered(err)
	}
	if shown == 0 && !a.json && !a.quiet {
		fmt.Fprintf(a.stderr, "no route of %s passes\n", r.Family)
	}
	return nil
}
