package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"connectrpc.com/connect"
	"github.com/spf13/cobra"

	"github.com/dci-rs/dci-rs/api"
	dcirsv1 "github.com/dci-rs/dci-rs/api/dcirs/v1"
	"github.com/dci-rs/dci-rs/api/dcirs/v1/dcirsv1connect"
)

func (a *app) showCommand() *cobra.Command {
	show := &cobra.Command{
		Use:   "show",
		Short: "What a running daemon does right now",
		Args:  oneOfCommands,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	show.AddCommand(&cobra.Command{
		Use:   "summary",
		Short: "The daemon and its sessions in a table",
		Args:  takes(0, 0, ""),
		RunE:  func(c *cobra.Command, _ []string) error { return a.showSummary(c.Context()) },
	}, &cobra.Command{
		Use:   "neighbors [ADDR]",
		Short: "Sessions in full, all or one",
		Args:  takes(0, 1, "[ADDR]"),
		RunE: func(c *cobra.Command, args []string) error {
			return a.showNeighbors(c.Context(), strings.Join(args, ""))
		},
	}, a.showRoutesCommand())
	return show
}

// askTime bounds the questions whose answer is short.
const askTime = 10 * time.Second

func (a *app) client() dcirsv1connect.ReflectorServiceClient { return api.NewClient(a.control) }

// unanswered turns the error of a call into what a person can do about it.
func (a *app) unanswered(err error) error {
	var refused *connect.Error
	if !errors.As(err, &refused) {
		return err
	}
	switch {
	case a.control == "":
		return failure{2, errors.New("--control is empty; want the socket of a daemon, a path or a URL")}
	case errors.Is(err, fs.ErrPermission):
		return failure{2, fmt.Errorf("no permission to use %s; run as the user or group of the daemon", a.control)}
	case refused.Code() == connect.CodeUnavailable, refused.Code() == connect.CodeDeadlineExceeded:
		return failure{2, fmt.Errorf("no daemon answers at %s; start one with dci-rs run -c FILE, or name its socket with --control", a.control)}
	case refused.Code() == connect.CodeInvalidArgument, refused.Code() == connect.CodeNotFound && refused.Message() != "404 Not Found":
		return errors.New(refused.Message())
	}
	return failure{2, fmt.Errorf("%s does not answer as a dci-rs daemon of this version does: %s", a.control, refused.Message())}
}

// A sessionJSON is a neighbor as --json prints it. Times are in seconds.
type sessionJSON struct {
	Address      string       `json:"address"`
	Group        string       `json:"group,omitempty"`
	Site         string       `json:"site,omitempty"`
	Description  string       `json:"description,omitempty"`
	Role         string       `json:"role"`
	ASN          uint32       `json:"asn"`
	LocalAS      uint32       `json:"local-as"`
	State        string       `json:"state"`
	Uptime       float64      `json:"uptime"`
	Sessions     uint64       `json:"sessions"`
	RouterID     string       `json:"router-id,omitempty"`
	Local        string       `json:"local,omitempty"`
	Remote       string       `json:"remote,omitempty"`
	HoldTime     float64      `json:"hold-time,omitempty"`
	Families     []familyJSON `json:"families"`
	MessagesIn   uint64       `json:"messages-in"`
	MessagesOut  uint64       `json:"messages-out"`
	UpdatesIn    uint64       `json:"updates-in"`
	Malformed    uint64       `json:"malformed"`
	Passive      bool         `json:"passive,omitempty"`
	Dynamic      bool         `json:"dynamic,omitempty"`
	Disabled     bool         `json:"disabled,omitempty"`
	LastError    string       `json:"last-error,omitempty"`
	LastErrorAge float64      `json:"last-error-age,omitempty"`
}

type familyJSON struct {
	Family     string `json:"family"`
	Received   uint32 `json:"received"`
	Advertised uint32 `json:"advertised"`
}

type summaryJSON struct {
	Version     string        `json:"version"`
	RouterID    string        `json:"router-id"`
	ClusterID   string        `json:"cluster-id"`
	ASN         uint32        `json:"asn"`
	Listen      []string      `json:"listen"`
	Uptime      float64       `json:"uptime"`
	Neighbors   uint32        `json:"neighbors"`
	Established uint32        `json:"established"`
	Families    []familyJSON  `json:"families"`
	Sessions    []sessionJSON `json:"sessions"`
}

func asSessionJSON(n *dcirsv1.Neighbor) sessionJSON {
	return sessionJSON{
		Address: n.Address, Group: n.Group, Site: n.Site, Description: n.Description, Role: n.Role,
		ASN: n.Asn, LocalAS: n.LocalAs, State: n.State, Uptime: n.Uptime.AsDuration().Seconds(), Sessions: n.Sessions,
		RouterID: n.RouterId, Local: n.LocalEndpoint, Remote: n.RemoteEndpoint, HoldTime: n.HoldTime.AsDuration().Seconds(),
		Families:   asFamilyJSON(n.Families),
		MessagesIn: n.MessagesIn, MessagesOut: n.MessagesOut, UpdatesIn: n.UpdatesIn, Malformed: n.Malformed,
		Passive: n.Passive, Dynamic: n.Dynamic, Disabled: n.Disabled,
		LastError: n.LastError, LastErrorAge: n.LastErrorAge.AsDuration().Seconds(),
	}
}

func asFamilyJSON(list []*dcirsv1.FamilyCount) []familyJSON {
	out := make([]familyJSON, len(list))
	for i, f := range list {
		out[i] = familyJSON{f.Family, f.Received, f.Advertised}
	}
	return out
}

func (a *app) showSummary(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	sum, err := a.client().Summary(ctx, &dcirsv1.SummaryRequest{})
	if err != nil {
		return a.unanswered(err)
	}
	sessions, err := a.client().Neighbors(ctx, &dcirsv1.NeighborsRequest{})
	if err != nil {
		return a.unanswered(err)
	}
	if a.json {
		out := summaryJSON{
			Version: sum.Version, RouterID: sum.RouterId, ClusterID: sum.ClusterId, ASN: sum.Asn, Listen: sum.Listen,
			Uptime: sum.Uptime.AsDuration().Seconds(), Neighbors: sum.Neighbors, Established: sum.Established,
			Families: asFamilyJSON(sum.Families), Sessions: []sessionJSON{},
		}
		for _, n := range sessions.Neighbors {
			out.Sessions = append(out.Sessions, asSessionJSON(n))
		}
		return json.NewEncoder(a.stdout).Encode(out)
	}
	a.printSummary(sum, sessions.Neighbors)
	return nil
}

func (a *app) showNeighbors(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	sessions, err := a.client().Neighbors(ctx, &dcirsv1.NeighborsRequest{Address: address})
	if err != nil {
		return a.unanswered(err)
	}
	for i, n := range sessions.Neighbors {
		switch {
		case a.json:
			if err := json.NewEncoder(a.stdout).Encode(asSessionJSON(n)); err != nil {
				return err
			}
		default:
			if i > 0 {
				fmt.Fprintln(a.stdout)
			}
			a.printNeighbor(n)
		}
	}
	return nil
}
