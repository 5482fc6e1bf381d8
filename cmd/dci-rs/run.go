package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/dci-rs/dci-rs/api"
	"github.com/dci-rs/dci-rs/config"
	"github.com/dci-rs/dci-rs/server"
)

func (a *app) runCommand() *cobra.Command {
	var path, profiles string
	c := &cobra.Command{
		Use:   "run -c FILE",
		Short: "Run the daemon in the foreground until SIGTERM or SIGINT",
		Args:  takes(0, 0, "-c FILE"),
		RunE: func(c *cobra.Command, _ []string) error {
			if path == "" {
				return errors.New("no configuration; want dci-rs run -c FILE, or dci-rs demo to see it work without one")
			}
			file, err := config.Load(path)
			if err != nil {
				return err
			}
			if c.Flags().Changed("control") {
				file.Control = a.control
			}
			ctx, stop := untilSignal(c.Context())
			defer stop()
			if profiles == "" {
				return a.run(ctx, file)
			}
			finish, err := profile(ctx, profiles)
			if err != nil {
				return err
			}
			return errors.Join(a.run(ctx, file), finish())
		},
	}
	c.Flags().StringVarP(&path, "config", "c", "", "the configuration `file`")
	c.Flags().StringVar(&profiles, "profile", "", "write CPU and allocation profiles into this `folder`")
	c.Flags().MarkHidden("profile") // for bench
	return c
}

// untilSignal ends with SIGINT or SIGTERM. A second signal ends the process at once.
func untilSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

func (a *app) run(ctx context.Context, file *config.File) error {
	level := slog.LevelInfo
	if a.quiet {
		level = slog.LevelWarn
	}
	log := slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: level}))
	for _, w := range file.Warnings {
		log.Warn("configuration", "place", w.Place(), "warning", w.Text)
	}
	d, err := start(file, log)
	if err != nil {
		return err
	}
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	go func() {
		for range hup {
			log.Warn("SIGHUP: this version cannot reload its configuration yet, restart it to apply a change")
		}
	}()
	log.Info("running", "version", version(), "bgp", d.server.Addrs(), "control", address(d.control), "api", address(d.query))
	err = d.run(ctx)
	log.Info("stopped")
	return err
}

// heapGrowth is by how much of itself, in percent, the heap may grow before garbage is collected: the
// table has no pointers and costs little to collect around (ADR 0012).
const heapGrowth = 50

// daemon is a reflector with its interfaces, all of them listening.
type daemon struct {
	server         *server.Server
	service        *api.Service
	control, query net.Listener
	log            *slog.Logger
}

// start opens every socket of a configuration.
func start(file *config.File, log *slog.Logger) (*daemon, error) {
	d := &daemon{log: log}
	if err := d.open(file); err != nil {
		d.closeInterfaces()
		return nil, err
	}
	return d, nil
}

func (d *daemon) open(file *config.File) (err error) {
	if file.Control != "" {
		if d.control, err = api.ListenControl(file.Control); err != nil {
			return err
		}
	}
	if file.API != "" {
		if d.query, err = api.ListenHTTP(file.API); err != nil {
			return err
		}
	}
	if d.server, err = server.New(file.Server, d.log); err != nil {
		return err
	}
	d.service = api.New(d.server, version())
	return nil
}

func (d *daemon) closeInterfaces() {
	for _, l := range []net.Listener{d.control, d.query} {
		if l != nil {
			l.Close()
		}
	}
}

// address is where a listener listens; empty where there is none.
func address(l net.Listener) string {
	if l == nil {
		return ""
	}
	return l.Addr().String()
}

// run serves until ctx ends. The interfaces end with it, so that a query that stalls can't hold up the
// sessions' end.
func (d *daemon) run(ctx context.Context) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	serving, stopServing := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() {
		defer cancel()
		served <- d.service.Serve(serving, d.log, d.control, d.query)
	}()
	err := d.server.Run(ctx)
	stopServing()
	return errors.Join(err, <-served)
}
