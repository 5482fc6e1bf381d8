package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"

	dcirsv1 "github.com/dci-rs/dci-rs/api/dcirs/v1"
	"github.com/dci-rs/dci-rs/api/dcirs/v1/dcirsv1connect"
)

func TestASummaryIsOneRequestOfCurl(t *testing.T) {
	_, url := serve(t)
	response, err := http.Post(url+"/dcirs.v1.ReflectorService/Summary", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var got struct {
		Version, RouterID string
		ASN               uint32
		Neighbors         int
		Listen            []string
	}
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if got.Version != "v1" || got.RouterID != "192.0.2.1" || got.ASN != 65000 || got.Neighbors != 1 || len(got.Listen) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestOneDefinitionServesEveryProtocol(t *testing.T) {
	control, url := serve(t)
	h2c := &http.Client{Transport: &http.Transport{Protocols: new(http.Protocols)}}
	h2c.Transport.(*http.Transport).Protocols.SetUnencryptedHTTP2(true)
	for name, client := range map[string]dcirsv1connect.ReflectorServiceClient{
		"connect over the control socket": NewClient(control),
		"connect over HTTP":               NewClient(url),
		"gRPC":                            dcirsv1connect.NewReflectorServiceClient(h2c, url, connect.WithGRPC()),
		"gRPC-Web":                        dcirsv1connect.NewReflectorServiceClient(http.DefaultClient, url, connect.WithGRPCWeb()),
	} {
		t.Run(name, func(t *testing.T) {
			out, err := client.Neighbors(context.Background(), &dcirsv1.NeighborsRequest{Address: "127.0.0.77"})
			if err != nil {
				t.Fatal(err)
			}
			if len(out.Neighbors) != 1 {
				t.Fatalf("%d neighbors", len(out.Neighbors))
			}
			n := out.Neighbors[0]
			if n.Address != "127.0.0.77" || n.Site != "dc1" || n.Role != "client" || n.Asn != 65000 || n.State == "established" {
				t.Errorf("%v", n)
			}
			stream, err := client.Routes(context.Background(), &dcirsv1.RoutesRequest{Family: "evpn"})
			if err != nil {
				t.Fatal(err)
			}
			if stream.Receive() || stream.Err() != nil {
				t.Errorf("an empty table ends with %v", stream.Err())
			}
			stream.Close()
		})
	}
}

func TestAQuestionThatMakesNoSenseIsRefusedWithTheReason(t *testing.T) {
	control, _ := serve(t)
	client := NewClient(control)
	_, err := client.Neighbors(context.Background(), &dcirsv1.NeighborsRequest{Address: "192.0.2.9"})
	refused(t, "a stranger", err, connect.CodeNotFound, "192.0.2.9 is no neighbor")
	_, err = client.Neighbors(context.Background(), &dcirsv1.NeighborsRequest{Address: "leaf1"})
	refused(t, "a name", err, connect.CodeInvalidArgument, "no IP address")
	for name, c := range map[string]struct {
		request *dcirsv1.RoutesRequest
		code    connect.Code
		text    string
	}{
		"an unknown family":      {&dcirsv1.RoutesRequest{Family: "evnp"}, connect.CodeInvalidArgument, "evnp"},
		"a bad RD":               {&dcirsv1.RoutesRequest{Family: "evpn", Rd: "65000"}, connect.CodeInvalidArgument, "rd"},
		"a bad route target":     {&dcirsv1.RoutesRequest{Family: "evpn", Rt: "x:1"}, connect.CodeInvalidArgument, "rt"},
		"a bad MAC":              {&dcirsv1.RoutesRequest{Family: "evpn", Mac: "00:11"}, connect.CodeInvalidArgument, "00:11"},
		"a bad address":          {&dcirsv1.RoutesRequest{Family: "evpn", Ip: "10.0.0"}, connect.CodeInvalidArgument, "ip"},
		"a bad prefix":           {&dcirsv1.RoutesRequest{Family: "evpn", Prefix: "10.0.0.0"}, connect.CodeInvalidArgument, "prefix"},
		"a MAC in IPv4":          {&dcirsv1.RoutesRequest{Family: "ipv4", Mac: "00:11:22:33:44:55"}, connect.CodeInvalidArgument, "mac"},
		"a type in IPv4":         {&dcirsv1.RoutesRequest{Family: "ipv4", Type: new(uint32(2))}, connect.CodeInvalidArgument, "type"},
		"told to a stranger":     {&dcirsv1.RoutesRequest{Family: "evpn", To: "192.0.2.9"}, connect.CodeNotFound, "192.0.2.9"},
		"received of a stranger": {&dcirsv1.RoutesRequest{Family: "evpn", From: "192.0.2.9"}, connect.CodeNotFound, "192.0.2.9"},
	} {
		stream, err := client.Routes(context.Background(), c.request)
		if err == nil {
			if stream.Receive() {
				t.Errorf("%s: a route", name)
			}
			err = stream.Err()
			stream.Close()
		}
		refused(t, name, err, c.code, c.text)
	}
}

func refused(t *testing.T, name string, err error, code connect.Code, text string) {
	t.Helper()
	if connect.CodeOf(err) != code || !strings.Contains(err.Error(), text) {
		t.Errorf("%s: %v; want %v with %q", name, err, code, text)
	}
}
