package api

import (
	"net/netip"
	"slices"
	"testing"

	dcirsv1 "github.com/dci-rs/dci-rs/api/dcirs/v1"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/server"
	"github.com/dci-rs/dci-rs/wire"
)

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestAFilterShowsTheRoutesThatHaveIt(t *testing.T) {
	rd := must[nlri.RD](t)(nlri.ParseRD("10.1.0.1:1"))
	mac := must[nlri.MAC](t)(nlri.ParseMAC("00:11:22:33:44:55"))
	vtep, host := netip.MustParseAddr("10.1.0.1"), netip.MustParseAddr("192.168.1.10")
	target := []byte{0, 2, 0xfd, 0xe8, 0, 0, 0x27, 0x10} // 65000:10000
	wide := []byte{2, 2, 0, 0, 0xfd, 0xe8, 0x27, 0x10}   // 65000:10000 with a 4-octet AS
	vxlan := []byte{3, 0x0c, 0, 0, 0, 0, 0, 8}           // RFC 9012 §4.1
	attrs := func(communities ...[]byte) wire.Attrs {
		return wire.AppendAttr(nil, 0xc0, wire.AttrExtCommunities, slices.Concat(communities...))
	}
	pmsi := wire.AppendAttr(attrs(vxlan), 0xc0, wire.AttrPMSITunnel, []byte{0, 6, 0, 0x27, 0x10, 10, 1, 0, 1})
	routes := map[string]rib.Route{
		"mac":     {Family: nlri.EVPN, NLRI: nlri.AppendMACIP(nil, nlri.MACIPFields{RD: rd, MAC: mac, IP: host, Label1: 10000}), Attrs: attrs(target, vxlan), NextHop: vtep.AsSlice()},
		"mpls":    {Family: nlri.EVPN, NLRI: nlri.AppendMACIP(nil, nlri.MACIPFields{RD: rd, MAC: mac, Label1: nlri.Label(625).Field(), Label2: nlri.Label(626).Field()}), Attrs: attrs(wide), NextHop: vtep.AsSlice()},
		"imet":    {Family: nlri.EVPN, NLRI: nlri.AppendIMET(nil, rd, 0, vtep), Attrs: pmsi, NextHop: vtep.AsSlice()},
		"segment": {Family: nlri.EVPN, NLRI: nlri.AppendEthernetSegment(nil, rd, nlri.ESI{1}, vtep)},
		"ad":      {Family: nlri.EVPN, NLRI: nlri.AppendEthernetAD(nil, rd, nlri.ESI{1}, 0, 10000), Attrs: attrs(vxlan)},
		"prefix":  {Family: nlri.EVPN, NLRI: nlri.AppendIPPrefix(nil, nlri.IPPrefixFields{RD: rd, Prefix: netip.MustParsePrefix("192.168.0.0/16"), Label: 10000}), Attrs: attrs(vxlan)},
		"unknown": {Family: nlri.EVPN, NLRI: nlri.NLRI{99, 1, 0}},
		"ipv4":    {Family: nlri.IPv4Unicast, NLRI: nlri.AppendPrefix(nil, netip.MustParsePrefix("192.168.1.0/24")), NextHop: host.AsSlice()},
		"vpnv4":   {Family: nlri.VPNv4, NLRI: nlri.AppendVPN(nil, rd, []nlri.Label{16001}, netip.MustParsePrefix("10.9.0.0/16"))},
		"vpls-ad": {Family: nlri.VPLS, NLRI: nlri.AppendVPLSAD(nil, rd, vtep)},
	}
	number := func(n uint32) *uint32 { return &n }
	for name, c := range map[string]struct {
		request *dcirsv1.RoutesRequest
		want    []string
	}{
		"nothing asked shows all of a family":          {&dcirsv1.RoutesRequest{Family: "evpn"}, []string{"ad", "imet", "mac", "mpls", "prefix", "segment", "unknown"}},
		"a Route Distinguisher":                        {&dcirsv1.RoutesRequest{Family: "evpn", Rd: "10.1.0.1:1"}, []string{"ad", "imet", "mac", "mpls", "prefix", "segment"}},
		"another Route Distinguisher":                  {&dcirsv1.RoutesRequest{Family: "evpn", Rd: "10.1.0.1:2"}, nil},
		"a Route Distinguisher of a VPN":               {&dcirsv1.RoutesRequest{Family: "vpnv4", Rd: "10.1.0.1:1"}, []string{"vpnv4"}},
		"a route target":                               {&dcirsv1.RoutesRequest{Family: "evpn", Rt: "65000:10000"}, []string{"mac"}},
		"a route target with a 4-octet AS":             {&dcirsv1.RoutesRequest{Family: "evpn", Rt: "0.65000:10000"}, []string{"mpls"}},
		"a MAC":                                        {&dcirsv1.RoutesRequest{Family: "evpn", Mac: "00:11:22:33:44:55"}, []string{"mac", "mpls"}},
		"the address of a host and a prefix about it":  {&dcirsv1.RoutesRequest{Family: "evpn", Ip: "192.168.1.10"}, []string{"mac", "prefix"}},
		"the address of a router":                      {&dcirsv1.RoutesRequest{Family: "evpn", Ip: "10.1.0.1"}, []string{"imet", "segment"}},
		"the address of a PE of a VPLS":                {&dcirsv1.RoutesRequest{Family: "vpls", Ip: "10.1.0.1"}, []string{"vpls-ad"}},
		"an address in IPv4":                           {&dcirsv1.RoutesRequest{Family: "ipv4", Ip: "192.168.1.77"}, []string{"ipv4"}},
		"a prefix":                                     {&dcirsv1.RoutesRequest{Family: "evpn", Prefix: "192.168.0.0/16"}, []string{"prefix"}},
		"a longer prefix is another":                   {&dcirsv1.RoutesRequest{Family: "ipv4", Prefix: "192.168.1.0/25"}, nil},
		"a VNI, in the attribute of an IMET route too": {&dcirsv1.RoutesRequest{Family: "evpn", Vni: number(10000)}, []string{"ad", "imet", "mac", "prefix"}},
		"an MPLS label is not the VNI of its octets":   {&dcirsv1.RoutesRequest{Family: "evpn", Vni: number(625)}, []string{"mpls"}},
		"the second label":                             {&dcirsv1.RoutesRequest{Family: "evpn", Vni: number(626)}, []string{"mpls"}},
		"the label of a VPN":                           {&dcirsv1.RoutesRequest{Family: "vpnv4", Vni: number(16001)}, []string{"vpnv4"}},
		"a type":                                       {&dcirsv1.RoutesRequest{Family: "evpn", Type: number(3)}, []string{"imet"}},
		"a type nobody knows":                          {&dcirsv1.RoutesRequest{Family: "evpn", Type: number(99)}, []string{"unknown"}},
		"a next hop":                                   {&dcirsv1.RoutesRequest{Family: "evpn", NextHop: "10.1.0.1"}, []string{"imet", "mac", "mpls"}},
		"two filters together":                         {&dcirsv1.RoutesRequest{Family: "evpn", NextHop: "10.1.0.1", Type: number(2), Ip: "192.168.1.10"}, []string{"mac"}},
	} {
		query, f, err := parseRoutes(c.request)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for label, r := range routes {
			if r.Family == query.Family && f.match(&server.Route{Route: r}) {
				got = append(got, label)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
