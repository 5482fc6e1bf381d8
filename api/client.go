package api

import (
	"context"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/dci-rs/dci-rs/api/dcirs/v1/dcirsv1connect"
)

// NewClient returns a client of the daemon behind control, the path of its control socket or the
// URL of its HTTP interface. Nothing is dialled before the first call.
func NewClient(control string) dcirsv1connect.ReflectorServiceClient {
	if strings.HasPrefix(control, "http://") || strings.HasPrefix(control, "https://") {
		return dcirsv1connect.NewReflectorServiceClient(http.DefaultClient, control)
	}
	dialer := net.Dialer{Timeout: 5 * time.Second}
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", control)
		},
	}}
	return dcirsv1connect.NewReflectorServiceClient(client, "http://localhost")
}
