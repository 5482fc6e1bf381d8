package api

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"connectrpc.com/connect"

	"github.com/dci-rs/dci-rs/api/dcirs/v1/dcirsv1connect"
)

// ListenControl opens the control socket, mode 0660, and makes its folder. A socket that a daemon
// left behind is replaced; one that somebody answers is not.
func ListenControl(path string) (net.Listener, error) {
	const mend = "set control in the configuration to another path"
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("the folder of the control socket cannot be made: %w; %s", err, mend)
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("control socket: %w; %s", err, mend)
	case info.Mode().Type() != fs.ModeSocket:
		return nil, fmt.Errorf("control socket: %s is there and is no socket; remove it or %s", path, mend)
	default:
		conn, err := net.DialTimeout("unix", path, time.Second)
		if err == nil {
			conn.Close()
		}
		if !errors.Is(err, syscall.ECONNREFUSED) {
			return nil, fmt.Errorf("control socket: another daemon has %s; stop it or %s", path, mend)
		}
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("control socket: what a former daemon left cannot be removed: %w", err)
		}
	}
	// The umask closes the moment between the socket's birth and its mode.
	mask := syscall.Umask(0o117)
	l, err := net.Listen("unix", path)
	syscall.Umask(mask)
	if err != nil {
		return nil, fmt.Errorf("control socket: %w; %s", err, mend)
	}
	return l, nil
}

// ListenHTTP opens the read-only interface.
func ListenHTTP(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("api: %w; set api in the configuration to another address, or to \"\" for none", err)
	}
	return l, nil
}

// Serve answers on control and on query, of which either may be nil, until ctx ends. It closes both.
func (s *Service) Serve(ctx context.Context, log *slog.Logger, control, query net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	results := make(chan error, 2)
	for _, listener := range []net.Listener{control, query} {
		if listener == nil {
			continue
		}
		h := s.handler()
		if listener == query {
			h = guard(listener.Addr(), h)
		}
		web := webServer(ctx, log, bounded(h))
		wg.Go(func() {
			defer cancel()
			results <- web.Serve(listener)
		})
		wg.Go(func() {
			<-ctx.Done()
			patience, done := context.WithTimeout(context.Background(), time.Second)
			defer done()
			if web.Shutdown(patience) != nil {
				web.Close()
			}
		})
	}
	<-ctx.Done()
	wg.Wait()
	close(results)
	for err := range results {
		if !errors.Is(err, http.ErrServerClosed) {
			return err
		}
	}
	return nil
}

// Requests are small and answers may be long: each write of an answer has its own time.
const (
	maxRequest = 64 << 10
	readTime   = 10 * time.Second
	writeTime  = 30 * time.Second
)

// webServer speaks HTTP/1.1 and, for gRPC, HTTP/2 without TLS.
func webServer(ctx context.Context, log *slog.Logger, h http.Handler) *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Server{
		Handler:           h,
		Protocols:         protocols,
		ReadHeaderTimeout: readTime,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxRequest,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

func (s *Service) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle(dcirsv1connect.NewReflectorServiceHandler(s, connect.WithReadMaxBytes(maxRequest)))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintln(w, "ok")
	})
	return mux
}
