package api

import (
	"fmt"
	"net/netip"

	"connectrpc.com/connect"

	dcirsv1 "github.com/dci-rs/dci-rs/api/dcirs/v1"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/server"
	"github.com/dci-rs/dci-rs/wire"
)

func invalid(format string, args ...any) *connect.Error {
	return connect.NewError(connect.CodeInvalidArgument, fmt.Errorf(format, args...))
}

func noNeighbor(a netip.Addr) *connect.Error {
	return connect.NewError(connect.CodeNotFound, fmt.Errorf("%s is no neighbor", a))
}

// filter is what a route must have to be shown. A zero field asks for nothing.
type filter struct {
	rd      *nlri.RD
	rt      *nlri.RD // a route target written as a Route Distinguisher is
	vni     *uint32
	mac     *nlri.MAC
	ip      netip.Addr
	prefix  netip.Prefix
	kind    *uint32
	nextHop netip.Addr
}

// parseRoutes checks a request. What the table itself can select goes into the query.
func parseRoutes(r *dcirsv1.RoutesRequest) (q server.RouteQuery, f filter, err error) {
	fail := func(err error) (server.RouteQuery, filter, error) { return q, f, err }
	if q.Family, err = nlri.ParseFamily(r.Family); err != nil {
		return fail(invalid("%v", err))
	}
	q.Site = r.Site
	for _, address := range []struct {
		name, text string
		to         *netip.Addr
	}{{"from", r.From, &q.From}, {"to", r.To, &q.To}, {"ip", r.Ip, &f.ip}, {"next-hop", r.NextHop, &f.nextHop}} {
		if address.text == "" {
			continue
		}
		a, err := netip.ParseAddr(address.text)
		if err != nil {
			return fail(invalid("%s %q: want an IP address", address.name, address.text))
		}
		*address.to = a.Unmap()
	}
	if r.Prefix != "" {
		p, err := netip.ParsePrefix(r.Prefix)
		if err != nil {
			return fail(invalid("prefix %q: want ADDRESS/LENGTH", r.Prefix))
		}
		f.prefix = p.Masked()
	}
	if r.Mac != "" {
		mac, err := nlri.ParseMAC(r.Mac)
		if err != nil {
			return fail(invalid("%v", err))
		}
		f.mac = &mac
	}
	for _, id := range []struct {
		name, text string
		to         **nlri.RD
	}{{"rd", r.Rd, &f.rd}, {"rt", r.Rt, &f.rt}} {
		if id.text == "" {
			continue
		}
		rd, err := nlri.ParseRD(id.text)
		if err != nil {
			return fail(invalid("%s %q: want AS:NUMBER or ADDRESS:NUMBER, such as 65000:1", id.name, id.text))
		}
		*id.to = &rd
	}
	f.vni, f.kind = r.Vni, r.Type
	switch {
	case f.mac != nil && q.Family != nlri.EVPN:
		return fail(invalid("mac: routes of %s have none, want evpn", q.Family))
	case f.kind != nil && q.Family != nlri.EVPN && q.Family != nlri.BGPLS && q.Family != nlri.BGPLSVPN:
		return fail(invalid("type: routes of %s have none, want evpn or bgp-ls", q.Family))
	}
	return q, f, nil
}

// match says whether a route passes every part of the filter.
func (f *filter) match(r *server.Route) bool {
	return (f.nextHop == netip.Addr{} || r.NextHop.Addr() == f.nextHop || r.NextHop.LinkLocal() == f.nextHop) &&
		(f.kind == nil || f.matchKind(r)) &&
		(f.mac == nil || f.matchMAC(r)) &&
		(f.ip == netip.Addr{} || matchIP(r, f.ip)) &&
		(f.prefix == netip.Prefix{} || prefixOf(r) == f.prefix) &&
		(f.rd == nil || f.matchRD(r)) &&
		(f.rt == nil || f.matchTarget(r)) &&
		(f.vni == nil || matchLabel(r, *f.vni))
}

func (f *filter) matchKind(r *server.Route) bool {
	if r.Family == nlri.EVPN {
		return uint32(nlri.AsEVPNType(r.NLRI)) == *f.kind
	}
	ls, ok := nlri.AsLinkState(r.Family, r.NLRI)
	return ok && uint32(ls.Type()) == *f.kind
}

func (f *filter) matchMAC(r *server.Route) bool {
	m, ok := nlri.AsMACIP(r.NLRI)
	return ok && m.MAC() == *f.mac
}

func (f *filter) matchRD(r *server.Route) bool {
	rd, ok := nlri.AsRD(r.Family, r.Form, r.NLRI)
	return ok && rd == *f.rd
}

func (f *filter) matchTarget(r *server.Route) bool {
	attr, _ := r.Attrs.Find(wire.AttrExtCommunities)
	for c := range wire.ExtCommunities(attr.Value).All() {
		// RFC 4360 §4: behind their type, route targets look as Route Distinguishers do.
		target := nlri.RD(c)
		target[0], target[1] = 0, c[0]
		if c.IsRouteTarget() && target == *f.rt {
			return true
		}
	}
	return false
}

// prefixOf is the prefix a route is about; the zero Prefix if it is about something else.
func prefixOf(r *server.Route) netip.Prefix {
	if r.Family != nlri.EVPN {
		return nlri.AsPrefix(r.Family, r.Form, r.NLRI).Masked()
	}
	p, ok := nlri.AsIPPrefix(r.NLRI)
	if !ok {
		return netip.Prefix{}
	}
	return p.Prefix().Masked()
}

// matchIP holds for the address of a host or router in the route and for prefixes around ip.
func matchIP(r *server.Route, ip netip.Addr) bool {
	switch r.Family {
	case nlri.EVPN:
		if m, ok := nlri.AsMACIP(r.NLRI); ok {
			return m.IP() == ip
		}
		if m, ok := nlri.AsIMET(r.NLRI); ok {
			return m.IP() == ip
		}
		if s, ok := nlri.AsEthernetSegment(r.NLRI); ok {
			return s.IP() == ip
		}
	case nlri.VPLS:
		ad, ok := nlri.AsVPLSAD(r.NLRI)
		return ok && ad.PE() == ip
	}
	return prefixOf(r).Contains(ip)
}

// matchLabel holds if one of the labels that are shown of a route is label.
func matchLabel(r *server.Route, label uint32) bool {
	if r.Family != nlri.EVPN {
		for l := range nlri.AsLabels(r.Family, r.Form, r.NLRI).All() {
			if uint32(l) == label {
				return true
			}
		}
		return false
	}
	same := func(l nlri.LabelField) bool { return uint32(l.MPLS()) == label }
	if a, _ := r.Attrs.Find(wire.AttrExtCommunities); wire.ExtCommunities(a.Value).VNI() {
		same = func(l nlri.LabelField) bool { return l.VNI() == label }
	}
	if a, ok := nlri.AsEthernetAD(r.NLRI); ok {
		return same(a.Label())
	}
	if m, ok := nlri.AsMACIP(r.NLRI); ok {
		second, two := m.Label2()
		return same(m.Label1()) || two && same(second)
	}
	if p, ok := nlri.AsIPPrefix(r.NLRI); ok {
		return same(p.Label())
	}
	// The label of an IMET route stands in its PMSI_TUNNEL attribute (RFC 8365 §5.1.3).
	if _, ok := nlri.AsIMET(r.NLRI); ok {
		pmsi, ok := r.Attrs.Find(wire.AttrPMSITunnel)
		return ok && len(pmsi.Value) >= 5 && same(nlri.LabelField(uint32(pmsi.Value[2])<<16|uint32(pmsi.Value[3])<<8|uint32(pmsi.Value[4])))
	}
	return false
}
