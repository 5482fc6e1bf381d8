// Package api answers what operators and their tools ask a running daemon: over a Unix control
// socket, whose file permissions say who may, and over read-only HTTP for whoever reaches the
// address. It turns what server tells into the messages of dcirs/v1 and holds no state of its own.
// It may import server, render, rib, wire, nlri and connect.
package api

//go:generate go tool -modfile=../tools/go.mod buf generate

import (
	"context"
	"net/netip"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/durationpb"

	dcirsv1 "github.com/dci-rs/dci-rs/api/dcirs/v1"
	"github.com/dci-rs/dci-rs/render"
	"github.com/dci-rs/dci-rs/server"
)

// Service answers for one server. It is safe for any number of callers.
type Service struct {
	server  *server.Server
	version string
}

// New returns the service of s; version is what it says of itself.
func New(s *server.Server, version string) *Service {
	return &Service{server: s, version: version}
}

// Summary implements the method of dcirs.v1.ReflectorService.
func (s *Service) Summary(context.Context, *dcirsv1.SummaryRequest) (*dcirsv1.SummaryResponse, error) {
	sum := s.server.Summary()
	out := &dcirsv1.SummaryResponse{
		Version:     s.version,
		RouterId:    sum.RouterID.String(),
		ClusterId:   sum.ClusterID.String(),
		Asn:         sum.ASN,
		Uptime:      since(sum.Since),
		Neighbors:   uint32(sum.Neighbors),
		Established: uint32(sum.Established),
		Families:    families(sum.Families),
	}
	for _, a := range sum.Listen {
		out.Listen = append(out.Listen, a.String())
	}
	return out, nil
}

// Neighbors implements the method of dcirs.v1.ReflectorService.
func (s *Service) Neighbors(_ context.Context, r *dcirsv1.NeighborsRequest) (*dcirsv1.NeighborsResponse, error) {
	var only netip.Addr
	if r.Address != "" {
		a, err := netip.ParseAddr(r.Address)
		if err != nil {
			return nil, invalid("%q is no IP address", r.Address)
		}
		only = a.Unmap()
	}
	out := &dcirsv1.NeighborsResponse{}
	for _, n := range s.server.Neighbors() {
		if !only.IsValid() || n.Address == only {
			out.Neighbors = append(out.Neighbors, neighbor(&n))
		}
	}
	if only.IsValid() && len(out.Neighbors) == 0 {
		return nil, noNeighbor(only)
	}
	return out, nil
}

func neighbor(n *server.NeighborStatus) *dcirsv1.Neighbor {
	out := &dcirsv1.Neighbor{
		Address: n.Address.String(), Group: n.Group, Site: n.Site, Description: n.Description,
		Role: n.Role.String(), Asn: n.ASN, LocalAs: n.LocalASN,
		Passive: n.Passive, Dynamic: n.Dynamic, Disabled: n.Disabled,
		State: n.State, Uptime: since(n.Since), Sessions: n.Established,
		LastError:  n.LastError,
		MessagesIn: n.MessagesIn, MessagesOut: n.MessagesOut, UpdatesIn: n.UpdatesIn, Malformed: n.Malformed,
	}
	if n.LastError != "" {
		out.LastErrorAge = since(n.LastErrorAt)
	}
	if n.Remote.IsValid() {
		out.RouterId = n.RouterID.String()
		out.LocalEndpoint, out.RemoteEndpoint = n.Local.String(), n.Remote.String()
		out.HoldTime = durationpb.New(n.HoldTime)
		out.Families = families(n.Families)
	}
	return out
}

func families(list []server.FamilyStatus) []*dcirsv1.FamilyCount {
	out := make([]*dcirsv1.FamilyCount, len(list))
	for i, f := range list {
		out[i] = &dcirsv1.FamilyCount{Family: f.Family.String(), Received: uint32(f.Received), Advertised: uint32(f.Advertised)}
	}
	return out
}

// since is how long ago t was; nil for the zero time.
func since(t time.Time) *durationpb.Duration {
	if t.IsZero() {
		return nil
	}
	return durationpb.New(time.Since(t))
}

// A message of the stream ends at the first of these.
const (
	batchRoutes = 512
	batchOctets = 64 << 10
)

// Routes implements the method of dcirs.v1.ReflectorService.
func (s *Service) Routes(ctx context.Context, r *dcirsv1.RoutesRequest, stream *connect.ServerStream[dcirsv1.RoutesResponse]) error {
	query, pass, err := parseRoutes(r)
	if err != nil {
		return err
	}
	var (
		batch   dcirsv1.RoutesResponse
		octets  int
		visited int
		text    []byte
	)
	flush := func() error {
		if len(batch.Routes) == 0 {
			return nil
		}
		err := stream.Send(&batch)
		batch.Routes, octets = nil, 0
		return err
	}
	now := time.Now()
	failed := s.server.Routes(query, func(route server.Route) bool {
		// A filter that nothing passes must not outlive its caller.
		if visited++; visited%batchRoutes == 0 {
			err = ctx.Err()
		}
		if !pass.match(&route) || err != nil {
			return err == nil
		}
		shown := asRender(&route, now)
		out := new(dcirsv1.Route)
		if r.Form != dcirsv1.RouteForm_ROUTE_FORM_TEXT {
			text = render.AppendRouteJSON(text[:0], shown)
			out.Json = string(text)
		}
		if r.Form != dcirsv1.RouteForm_ROUTE_FORM_JSON {
			text = render.AppendRouteText(text[:0], shown)
			out.Text = string(text)
		}
		batch.Routes = append(batch.Routes, out)
		if octets += len(out.Json) + len(out.Text); len(batch.Routes) == batchRoutes || octets >= batchOctets {
			err = flush()
		}
		return err == nil
	})
	if failed != nil {
		return connect.NewError(connect.CodeNotFound, failed)
	}
	if err != nil {
		return err
	}
	return flush()
}

func asRender(r *server.Route, now time.Time) *render.Route {
	return &render.Route{
		Family: r.Family, Form: r.Form, NLRI: r.NLRI, Attrs: r.Attrs, NextHop: r.NextHop,
		Peer: r.From, Site: r.Site, PathID: r.PathID, Best: r.Best, Age: now.Sub(r.Since),
	}
}
