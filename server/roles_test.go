package server

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/wire"
)

// seat is a neighbor of a table test.
type seat struct {
	address string
	role    rib.Role
	asn     uint32
}

func (s seat) id() byte { return s.address[len(s.address)-1] - '0' }

func (s seat) up(r *rig) *wirePeer { return r.up(s.address, opening(s.asn, s.id(), nlri.IPv4Unicast)) }

// sources speak first; early receivers are there before the route, late ones come after it.
var (
	sources = []seat{
		{"127.0.1.1", rib.RoleClient, ourASN},
		{"127.0.1.2", rib.RoleNonClient, ourASN},
		{"127.0.1.3", rib.RolePeer, 65001},
		{"127.0.1.4", rib.RoleRouteServerClient, 65002},
		{"127.0.1.5", rib.RoleFeed, ourASN},
		{"", rib.RoleLocal, 0},
	}
	early = receivers("127.0.2.")
	late  = receivers("127.0.3.")
)

func receivers(network string) []seat {
	return []seat{
		{network + "1", rib.RoleClient, ourASN},
		{network + "2", rib.RoleNonClient, ourASN},
		{network + "3", rib.RolePeer, 65003},
		{network + "4", rib.RoleRouteServerClient, 65004},
		{network + "5", rib.RoleFeed, ourASN},
	}
}

// serve runs a server with one source and all receivers; tell announces or withdraws by the source.
func serve(t *testing.T, from seat) (r *rig, tell func([]byte)) {
	var c Config
	for _, s := range slices.Concat(early, late, []seat{from}) {
		if s.role != rib.RoleLocal {
			c.Neighbors = append(c.Neighbors, neighbor(s.address, s.role, s.asn, nlri.IPv4Unicast))
		}
	}
	r = run(t, c)
	if from.role == rib.RoleLocal {
		n := wire.Negotiate(opening(ourASN, 0, nlri.IPv4Unicast), opening(ourASN, 0, nlri.IPv4Unicast))
		in := r.table.Originate(rib.Peer{ASN: ourASN, LocalASN: ourASN, LocalRouterID: ourID}, &n)
		return r, func(message []byte) {
			for u := message; len(u) > 0; u = u[int(u[16])<<8|int(u[17]):] {
				parsed, bad := wire.ParseUpdate(u[wire.HeaderLen:int(u[16])<<8|int(u[17])], &n)
				if bad != nil {
					t.Fatal(bad)
				}
				in.Update(&parsed, false)
			}
			in.Flush()
		}
	}
	p := from.up(r)
	return r, p.send
}

// TestWhoGetsWhat is the first table of DESIGN.md §5, row by row.
func TestWhoGetsWhat(t *testing.T) {
	const yes, no = true, false
	table := []struct {
		from rib.Role
		to   [5]bool // client, non-client, peer, route-server-client, feed
	}{
		{rib.RoleClient, [5]bool{yes, yes, yes, yes, no}},
		{rib.RoleNonClient, [5]bool{yes, no, yes, yes, no}},
		{rib.RolePeer, [5]bool{yes, yes, yes, yes, no}},
		{rib.RoleRouteServerClient, [5]bool{yes, yes, yes, yes, no}},
		{rib.RoleFeed, [5]bool{no, no, no, no, no}},
		{rib.RoleLocal, [5]bool{yes, yes, yes, yes, yes}},
	}
	for i, row := range table {
		from := sources[i]
		t.Run(fmt.Sprintf("from %s", row.from), func(t *testing.T) {
			t.Parallel()
			r, tell := serve(t, from)
			var before, after []*wirePeer
			for _, s := range early {
				p := s.up(r)
				p.told()
				before = append(before, p)
			}
			attrs := originIGP + path(65001)
			if from.role == rib.RoleClient || from.role == rib.RoleNonClient || from.role == rib.RoleFeed {
				attrs += localPref
			}
			tell(announce([]byte(attrs), "10.1.0.0/16"))
			if from.role != rib.RoleFeed {
				r.until("the route is in the table", func() bool { return total(r) == 1 })
			}
			for i, p := range before {
				if row.to[i] {
					u, _ := p.update()
					if u.Announced().Len() != 1 {
						t.Errorf("a %s that was there was told something else than the route", early[i].role)
					}
				}
			}
			for i, s := range late {
				p := s.up(r)
				_, told := p.told()[prefix("10.1.0.0/16")]
				if told != row.to[i] {
					t.Errorf("a %s that came later was told: %v, want %v", s.role, told, row.to[i])
				}
				after = append(after, p)
			}
			tell(withdraw("10.1.0.0/16"))
			for i := range before {
				if row.to[i] {
					for _, p := range []*wirePeer{before[i], after[i]} {
						if u, _ := p.update(); u.Withdrawn().Len() != 1 {
							t.Errorf("a %s was told something else than the withdrawal", early[i].role)
						}
					}
				}
			}
			if err := r.stop(); err != nil {
				t.Fatal(err)
			}
			for i := range before {
				for _, p := range []*wirePeer{before[i], after[i]} {
					p.wantNothingMore()
				}
			}
		})
	}
}

// total counts the paths in the table, local ones included.
func total(r *rig) (n int) {
	for _, f := range r.Summary().Families {
		n += f.Received
	}
	return n
}

// wantNothingMore reads to the end of a session that the server ended, without an UPDATE before it.
func (p *wirePeer) wantNothingMore() {
	p.t.Helper()
	for {
		switch kind, body := p.next(); kind {
		case 0:
			return
		case wire.TypeUpdate:
			p.t.Errorf("%s was told % x, want nothing", p.conn.LocalAddr(), body)
		}
	}
}

// Attributes for the second table.
const (
	med             = "\x80\x04\x04\x00\x00\x00\x07"
	community       = "\xc0\x08\x04\xfd\xe8\x00\x01"
	extCommunities  = "\xc0\x10\x10" + routeTarget + linkBandwidth
	transitiveOnly  = "\xc0\x10\x08" + routeTarget
	routeTarget     = "\x00\x02\xfd\xe8\x00\x00\x00\x01"
	linkBandwidth   = "\x40\x04\xfd\xe8\x00\x00\x00\x01" // not transitive
	aigp            = "\x80\x1a\x0b\x01\x00\x0b\x00\x00\x00\x00\x00\x00\x00\x05"
	unknown         = "\xc0\xc8\x03abc" // optional transitive
	unknownPartial  = "\xe0\xc8\x03abc"
	unknownLocal    = "\x80\xc9\x03abc" // optional, not transitive
	defaultPref     = "\x40\x05\x04\x00\x00\x00\x64"
	ourClusterList  = "\x80\x0a\x04\xc0\x00\x02\x01"
	originatorOther = "\x80\x09\x04\x0a\xff\x00\x63"
	clusterOther    = "\x80\x0a\x04\x0a\xff\x00\x63"
	clusterBoth     = "\x80\x0a\x08\xc0\x00\x02\x01\x0a\xff\x00\x63"
)

func originator(s seat) string { return "\x80\x09\x04\x0a\xff\x00" + string(rune(s.id())) }

// TestHowItIsRewritten is the second table of DESIGN.md §5, column by column for each source.
func TestHowItIsRewritten(t *testing.T) {
	const (
		local  = originIGP + med + community + extCommunities + aigp
		all    = local + unknown + unknownLocal
		kept   = local + unknownPartial
		toPeer = originIGP + community + transitiveOnly + unknownPartial
	)
	reflected := func(s seat) string { return kept + localPref + path(65009) + originator(s) + ourClusterList }
	table := []struct {
		name string
		from seat
		sent string
		told map[rib.Role]string
	}{
		{"iBGP without ORIGINATOR_ID", sources[0], all + localPref + path(65009), map[rib.Role]string{
			rib.RoleClient:            reflected(sources[0]),
			rib.RoleNonClient:         reflected(sources[0]),
			rib.RolePeer:              toPeer + path(ourASN, 65009),
			rib.RoleRouteServerClient: kept + path(65009),
		}},
		{"iBGP that was reflected before", sources[1], all + localPref + path(65009) + originatorOther + clusterOther, map[rib.Role]string{
			rib.RoleClient:            kept + localPref + path(65009) + originatorOther + clusterBoth,
			rib.RolePeer:              toPeer + path(ourASN, 65009),
			rib.RoleRouteServerClient: kept + path(65009),
		}},
		{"eBGP, whose LOCAL_PREF, ORIGINATOR_ID and CLUSTER_LIST don't count", sources[2], all + localPref + originatorOther + clusterOther + path(65001), map[rib.Role]string{
			rib.RoleClient:            kept + defaultPref + path(65001),
			rib.RoleNonClient:         kept + defaultPref + path(65001),
			rib.RolePeer:              toPeer + path(ourASN, 65001),
			rib.RoleRouteServerClient: kept + path(65001),
		}},
		{"a route-server client", sources[3], all + localPref + path(65002), map[rib.Role]string{
			rib.RoleClient:            kept + defaultPref + path(65002),
			rib.RoleNonClient:         kept + defaultPref + path(65002),
			rib.RolePeer:              toPeer + path(ourASN, 65002),
			rib.RoleRouteServerClient: kept + unknownLocal + path(65002),
		}},
		{"a local route", sources[5], local + path(65009), map[rib.Role]string{
			rib.RoleClient:            local + path(65009) + defaultPref,
			rib.RoleNonClient:         local + path(65009) + defaultPref,
			rib.RolePeer:              originIGP + med + community + transitiveOnly + path(ourASN, 65009),
			rib.RoleRouteServerClient: local + path(65009),
			rib.RoleFeed:              local + path(65009) + defaultPref,
		}},
	}
	for _, tt := range table {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, tell := serve(t, tt.from)
			tell(announce([]byte(tt.sent), "10.1.0.0/16"))
			r.until("the route is in the table", func() bool { return total(r) == 1 })
			for _, s := range late {
				want, any := tt.told[s.role]
				got, told := s.up(r).told()[prefix("10.1.0.0/16")]
				if told != any {
					t.Errorf("a %s was told: %v", s.role, told)
					continue
				}
				if !any {
					continue
				}
				if got.nextHop != "\x0a\x00\x00\x09" {
					t.Errorf("a %s was told next hop % x, want the received one", s.role, got.nextHop)
				}
				wanted := make(map[wire.AttrCode]string)
				for a := range wire.Attrs(want).All() {
					wanted[a.Code] = string(a.Raw)
				}
				for _, code := range slices.Sorted(maps.Keys(union(wanted, got.attrs))) {
					if wanted[code] != got.attrs[code] {
						t.Errorf("a %s was told %s % x, want % x", s.role, code, got.attrs[code], wanted[code])
					}
				}
			}
		})
	}
}

func union(a, b map[wire.AttrCode]string) map[wire.AttrCode]string {
	u := maps.Clone(a)
	maps.Copy(u, b)
	return u
}

// TestRoutesThatStayInside is the last row of the second table, and a path that only the AS can read.
func TestRoutesThatStayInside(t *testing.T) {
	for _, tt := range []struct {
		name, attrs    string
		toClient, toRS bool
	}{
		{"NO_ADVERTISE goes nowhere", emptyPath + localPref + "\xc0\x08\x04\xff\xff\xff\x02", false, false},
		{"NO_EXPORT stays in the AS", emptyPath + localPref + "\xc0\x08\x04\xff\xff\xff\x01", true, false},
		{"BGPsec_PATH in place of AS_PATH stays in the AS", localPref + "\x80\x21\x04\x00\x02\x01\x00", true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, tell := serve(t, sources[0])
			tell(announce([]byte(originIGP+tt.attrs), "10.1.0.0/16"))
			r.until("the route is in the table", func() bool { return total(r) == 1 })
			for i, want := range []bool{tt.toClient, tt.toClient, tt.toRS, tt.toRS} {
				if _, told := late[i].up(r).told()[prefix("10.1.0.0/16")]; told != want {
					t.Errorf("a %s was told: %v, want %v", late[i].role, told, want)
				}
			}
		})
	}
}
