package api

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// guard keeps web pages out of an interface without tokens: a page whose name was pointed at us
// says so in Host, a page of another origin says so in Origin.
func guard(listen net.Addr, next http.Handler) http.Handler {
	own, _ := netip.ParseAddrPort(listen.String())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !ownHost(r.Host, own.Addr()) {
			http.Error(w, "this Host is not served here: use localhost or the address in the configuration", http.StatusForbidden)
			return
		}
		if origin := r.Header.Get("Origin"); origin != "" {
			if u, err := url.Parse(origin); err != nil || u.Host != r.Host {
				http.Error(w, "pages of another origin are not served here", http.StatusForbidden)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// ownHost accepts the loopback names and the address listened at; any address if that is all of them.
func ownHost(host string, own netip.Addr) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	if strings.EqualFold(name, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(name)
	return err == nil && (a.IsLoopback() || a == own || own.IsUnspecified())
}

// bounded gives the body of a request one piece of time and room, and each write of the answer its
// own time, so that neither a slow caller nor one that stopped reading stays.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		control.SetReadDeadline(time.Now().Add(readTime))
		control.SetWriteDeadline(time.Now().Add(readTime + writeTime))
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
		if err != nil {
			http.Error(w, "the request is too large or too slow", http.StatusRequestEntityTooLarge)
			return
		}
		control.SetReadDeadline(time.Time{})
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(&timedWriter{w, control}, r)
	})
}

type timedWriter struct {
	http.ResponseWriter
	control *http.ResponseController
}

func (w *timedWriter) Write(b []byte) (int, error) {
	w.control.SetWriteDeadline(time.Now().Add(writeTime))
	return w.ResponseWriter.Write(b)
}

// FlushError serves http.ResponseController.
func (w *timedWriter) FlushError() error {
	w.control.SetWriteDeadline(time.Now().Add(writeTime))
	return w.control.Flush()
}

// Flush serves whoever knows only http.Flusher.
func (w *timedWriter) Flush() { w.FlushError() }

func (w *timedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
