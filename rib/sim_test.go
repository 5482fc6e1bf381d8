package rib

import (
	"cmp"
	"encoding/binary"
	"maps"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/dci-rs/dci-rs/internal/oracle"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// simSchedules is how many random schedules TestEveryViewEqualsTheOracle runs. DCI_RS_SCHEDULES asks for
// another number.
const simSchedules = 10_000

// TestEveryViewEqualsTheOracle runs random schedules of sessions that come and go, announce,
// withdraw, refresh and read at their own pace, against tiny journals, logs and pulls, so that
// every bound is met. It checks the guarantees of the table:
//
//  1. of one source, a neighbor never hears an older state of a route after a newer one;
//  2. when input stops, every neighbor's view equals the oracle's;
//  3. End-of-RIB comes once, after every route known when the session began;
//  4. what a neighbor that does not read holds back is bounded;
//  5. a withdrawal reaches everyone who may hold the route (a part of 2).
func TestEveryViewEqualsTheOracle(t *testing.T) {
	n := simSchedules
	if s := os.Getenv("DCI_RS_SCHEDULES"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	if testing.Short() {
		n /= 10
	}
	var total simStats
	for seed := range uint64(n) {
		s := newSim(t, seed)
		s.run()
		total.add(s.stats)
		if t.Failed() {
			t.Fatalf("schedule %d", seed)
		}
	}
	t.Logf("%d schedules: %+v", n, total)
	if total.Lost*10 > total.Sessions {
		t.Errorf("%d of %d sessions were lost: the bounds are too tight to test anything", total.Lost, total.Sessions)
	}
	if total.Overrun == 0 || total.Lost == 0 || total.Behind <= total.Lost || total.Refreshed == 0 || total.Retold == 0 || total.Announced == 0 {
		t.Errorf("the schedules met too little: %+v", total)
	}
}

type simStats struct {
	Sessions, Lost, Overrun, Refreshed, Announced, Messages, EndOfRIBs, Wishes int
	Rounds, Behind                                                             int // told; members lost in groups that are left
	Retold                                                                     int // refreshes that neighbors began
}

func (a *simStats) add(b simStats) {
	a.Sessions += b.Sessions
	a.Lost += b.Lost
	a.Overrun += b.Overrun
	a.Refreshed += b.Refreshed
	a.Announced += b.Announced
	a.Messages += b.Messages
	a.EndOfRIBs += b.EndOfRIBs
	a.Wishes += b.Wishes
	a.Rounds += b.Rounds
	a.Behind += b.Behind
	a.Retold += b.Retold
}

// sim drives the shards of a table by hand, one step at a time.
type sim struct {
	t      *testing.T
	rng    *rand.Rand
	table  *Table
	oracle *oracle.Reflector
	now    time.Time
	peers  []*simPeer
	views  []*Scope // by bit mask of views 0 and 1
	seq    uint32
	stats  simStats
}

const simFamily = nlri.VPNv4

type simPeer struct {
	Peer
	number      int
	key         GroupKey
	hears       func(wire.Attrs) bool
	memberships map[string]bool
	complete    bool // End-of-RIB of its memberships was sent
	paths       int  // of one NLRI that it may announce, by ADD-PATH
	in          *Ingest
	fo          *Follower
	announced   map[simRoute]bool // what it may withdraw
	enhanced    bool              // BoRR and EoRR are negotiated
	retelling   map[simRoute]bool // between its BoRR and EoRR: routes not told again
	rewishing   map[string]bool   // and memberships

	view    map[string]map[nlri.PathID]oracle.Told
	stale   map[simRoute]bool        // by key; not nil between BoRR and EoRR
	kept    map[string][]oracle.Told // that no round may take: held at BoRR, and unchanged since
	newest  map[string]uint32        // by source and NLRI
	eor     bool
	known   map[string][]oracle.Told // when the session began, and unchanged since
	changed map[string]bool
}

type simRoute struct {
	nlri string
	id   nlri.PathID
}

func simLimits(rng *rand.Rand) limits {
	return limits{
		journalOctets: 200 + rng.IntN(2000),
		journalTotal:  300 + rng.IntN(8000),
		journalSlots:  4 << rng.IntN(3),
		lossOctets:    300 + rng.IntN(3000),
		lossChunk:     50 + rng.IntN(100),
		changes:       4 + rng.IntN(40),
		pullOctets:    100 + rng.IntN(800),
		walkSteps:     2 + rng.IntN(30),
		recordShift:   4,
	}
}

func newSim(t *testing.T, seed uint64) *sim {
	s := &sim{
		t: t, rng: rand.New(rand.NewPCG(seed, 1)), oracle: oracle.New(simFamily),
		now: time.Unix(1_800_000_000, 0),
	}
	s.table = newTable(Options{
		Shards: 1 << s.rng.IntN(2), Now: func() time.Time { return s.now }, limits: simLimits(s.rng), seed: seed + 1,
	})
	for mask := range 4 {
		var views []ViewID
		for v := range 2 {
			if mask>>v&1 != 0 {
				views = append(views, ViewID(v))
			}
		}
		scope, err := s.table.DefineScope(views...)
		if err != nil {
			t.Fatal(err)
		}
		s.views = append(s.views, scope)
	}
	roles := []Role{RoleClient, RoleClient, RoleClient, RoleNonClient, RolePeer, RoleRouteServerClient, RoleFeed}
	for n := range 3 + s.rng.IntN(4) {
		s.peers = append(s.peers, s.newPeer(n, roles[s.rng.IntN(len(roles))]))
	}
	return s
}

// hearsTargets is RFC 4684 as naive as can be: one of the memberships is a prefix of one of the targets.
func (p *simPeer) hearsTargets(attrs wire.Attrs) bool {
	if !p.Constrained {
		return true
	}
	a, _ := attrs.Find(wire.AttrExtCommunities)
	for m := range p.memberships {
		bits := int(m[0]) - 32
		if bits <= 0 {
			return true
		}
		for v := a.Value; len(v) >= 8; v = v[8:] {
			same := 0
			for same < bits && (v[same/8]^m[5+same/8])>>(7-same%8)&1 == 0 {
				same++
			}
			if same == bits {
				return true
			}
		}
	}
	return false
}

// membership is one of few: targets 65000:0 to 65000:3, prefixes of them, the default, and twice the
// same target under two origin AS.
func (s *sim) membership() string {
	origin := []byte{0, 0, 0xfd, byte(0xe8 + s.rng.IntN(2))}
	target := []byte{0, 2, 0xfd, 0xe8, 0, 0, 0, byte(s.rng.IntN(4))}
	switch s.rng.IntN(12) {
	case 0:
		return string([]byte{0})
	case 1:
		return string(append([]byte{32}, origin...))
	case 2: // 65000:0-1 or 65000:2-3
		return string(slices.Concat([]byte{95}, origin, target[:7], []byte{target[7] &^ 1}))
	}
	return string(slices.Concat([]byte{96}, origin, target))
}

// wish announces or withdraws a membership.
func (s *sim) wish(p *simPeer) {
	m := s.membership()
	var w wire.UpdateWriter
	if s.rng.IntN(5) < 2 {
		if keys := slices.Sorted(maps.Keys(p.memberships)); len(keys) > 0 {
			m = keys[s.rng.IntN(len(keys))]
		}
		w.BeginWithdraw(nil, wire.MaxMessage, nlri.RouteTarget, 0)
		delete(p.memberships, m)
	} else {
		w.Begin(nil, wire.MaxMessage, nlri.RouteTarget, 0, wire.NextHop{10, 1, 0, byte(p.number)}, s.attributes(p))
		p.memberships[m] = true
	}
	delete(p.rewishing, m)
	p.forgetKnown()
	w.Add(0, nlri.NLRI(m))
	s.update(p, w.End())
	p.in.Flush()
	s.stats.Wishes++
	s.relieve()
}

// forgetKnown notes that a neighbor's wishes changed, and with them what it is told.
func (p *simPeer) forgetKnown() {
	for key := range p.known {
		p.changed[key] = true
	}
	p.kept = nil
}

func (s *sim) newPeer(n int, role Role) *simPeer {
	id, _ := s.table.AddPeer()
	internal := role == RoleClient || role == RoleNonClient || role == RoleFeed
	p := &simPeer{number: int(id), paths: 1 + s.rng.IntN(2), Peer: Peer{
		ID: id, Role: role, Internal: internal, ASN: 65000, LocalASN: 65000,
		RouterID: wire.RouterID{10, 0, 0, byte(s.rng.IntN(3) + 1)}, LocalRouterID: wire.RouterID{192, 0, 2, 1},
		ClusterID: wire.RouterID{192, 0, 2, 1}, Address: netip.AddrFrom4([4]byte{10, 1, 0, byte(n + 1)}),
	}}
	if !internal {
		p.ASN = 65001 + uint32(s.rng.IntN(2))
	}
	p.key = GroupKey{
		Family: simFamily, Role: role, Internal: internal, AS4: true,
		LocalASN: p.LocalASN, LocalRouterID: p.LocalRouterID, ClusterID: p.ClusterID,
		ExtendedMessage: s.rng.IntN(2) == 0,
		View:            ViewID(s.rng.IntN(8) / 7),
	}
	switch s.rng.IntN(6) {
	case 0:
		p.key.AddPath = AddPathAll
	case 1:
		p.key.AddPath = 2
	}
	p.Constrained = s.rng.IntN(2) == 0
	p.enhanced = s.rng.IntN(2) == 0
	p.hears = p.hearsTargets
	return p
}

func (s *sim) run() {
	for range 30 + s.rng.IntN(120) {
		p := s.peers[s.rng.IntN(len(s.peers))]
		switch s.rng.IntN(23) {
		case 0:
			if p.in != nil {
				s.down(p)
			}
		case 1, 2:
			if p.in == nil {
				s.up(p)
			}
		case 3, 4, 5, 6, 7:
			if p.in != nil {
				s.announce(p)
			}
		case 8, 9:
			if p.in != nil {
				s.withdraw(p)
			}
		case 10:
			if p.fo != nil {
				s.stats.Refreshed++
				p.fo.Refresh(simFamily)
			}
		case 11, 12, 13, 14:
			if p.fo != nil {
				s.read(p, 1+s.rng.IntN(600))
			}
		case 15, 16:
			if p.in != nil && p.Constrained {
				s.wish(p)
			}
		case 17:
			if p.in != nil && s.rng.IntN(2) == 0 {
				s.complete(p)
			}
			s.now = s.now.Add(time.Duration(s.rng.IntN(200)) * time.Second)
		case 18:
			if p.in != nil && p.enhanced {
				s.retell(p)
			}
		default:
			s.step()
		}
		if s.t.Failed() {
			return
		}
	}
	s.settle()
}

// complete says that the neighbor has sent all its memberships.
func (s *sim) complete(p *simPeer) {
	if p.Constrained && !p.complete {
		p.complete = true
		p.in.EndOfRIB(nlri.RouteTarget)
	}
}

// step lets one shard do a turn.
func (s *sim) step() {
	s.table.shards[s.rng.IntN(len(s.table.shards))].turn()
	if held, bound := int(s.table.journalOctets.Load()), s.table.shards[0].limits.journalTotal; held > bound {
		s.t.Errorf("all journals hold %d octets, bound %d", held, bound)
	}
}

// turn lets every shard work until nothing waits.
func (s *sim) turn() {
	for _, shard := range s.table.shards {
		for shard.turn(); shard.busy() || len(shard.inbox) > 0 || len(shard.requests) > 0; shard.turn() {
		}
	}
}

func (s *sim) up(p *simPeer) {
	s.turn() // the purge of the former session
	n := &wire.Negotiated{LocalASN: p.LocalASN, PeerASN: p.ASN, Internal: p.Internal, AS4: true, ExtendedMessage: true,
		EnhancedRefresh: p.enhanced, Families: []wire.FamilyOptions{{Family: simFamily, Receive: nlri.AddPath}, {Family: nlri.RouteTarget}}}
	p.in, p.fo = s.table.open(p.Peer, n, []GroupKey{p.key}, func() {})
	s.turn()
	s.oracle.Up(p.number, oracle.Peer{
		Role: p.Role.String(), Internal: p.Internal, RouterID: p.RouterID, Address: p.Address, ClusterID: p.ClusterID,
		LocalASN: p.LocalASN, AddPath: int(p.key.AddPath), View: int(p.key.View), Hears: p.hears,
	})
	p.memberships, p.complete = map[string]bool{}, false
	p.announced = map[simRoute]bool{}
	p.retelling, p.rewishing, p.stale = nil, nil, nil
	p.view, p.newest = map[string]map[nlri.PathID]oracle.Told{}, map[string]uint32{}
	p.eor, p.known, p.changed = false, s.oracle.View(p.number), map[string]bool{}
	s.stats.Sessions++
}

func (s *sim) down(p *simPeer) {
	for r := range p.announced {
		s.change(nlri.NLRI(r.nlri))
	}
	p.in.Close()
	p.fo.Close()
	p.in, p.fo = nil, nil
	s.oracle.Down(p.number)
}

// change notes that what neighbors are told of an NLRI may differ from when their sessions began.
func (s *sim) change(n nlri.NLRI) {
	for _, p := range s.peers {
		if p.in != nil {
			p.changed[s.oracle.Key(n)] = true
			delete(p.kept, s.oracle.Key(n))
		}
	}
}

func (s *sim) announce(p *simPeer) {
	for range 1 + s.rng.IntN(3) {
		s.seq++
		attrs := s.attributes(p)
		if s.rng.IntN(12) == 0 {
			mask := s.rng.IntN(4)
			p.in.SetScope(s.views[mask])
			defer p.in.SetScope(nil)
			s.feed(p, attrs, scopeViews(s.views[mask]))
			continue
		}
		p.in.SetScope(nil)
		s.feed(p, attrs, nil)
	}
	p.in.Flush()
	s.relieve()
}

func scopeViews(sc *Scope) []int {
	views := []int{}
	for _, v := range sc.views {
		views = append(views, int(v))
	}
	return views
}

// feed announces some routes of one attribute set through the codec.
func (s *sim) feed(p *simPeer, attrs []byte, views []int) {
	nextHop := append(make([]byte, 8), 10, 1, 0, byte(p.number))
	var w wire.UpdateWriter
	w.Begin(nil, wire.MaxMessage, simFamily, nlri.AddPath, nextHop, attrs)
	for range 1 + s.rng.IntN(4) {
		n, id := s.nlri(), nlri.PathID(s.rng.IntN(p.paths))
		w.Add(id, n)
		s.change(n)
		p.announced[simRoute{string(n), id}] = true
		delete(p.retelling, simRoute{s.oracle.Key(n), id})
		s.oracle.Announce(p.number, oracle.Route{NLRI: n, PathID: id, NextHop: nextHop, Attrs: attrs, Views: views})
		s.stats.Announced++
	}
	s.update(p, w.End())
}

func (s *sim) update(p *simPeer, message []byte) {
	u, err := wire.ParseUpdate(message[wire.HeaderLen:], p.in.negotiated)
	if err != nil {
		s.t.Fatalf("the simulator made a bad UPDATE: %v", err)
	}
	p.in.Update(&u, false)
}

func (s *sim) withdraw(p *simPeer) {
	var w wire.UpdateWriter
	w.BeginWithdraw(nil, wire.MaxMessage, simFamily, nlri.AddPath)
	routes := slices.SortedFunc(maps.Keys(p.announced), func(a, b simRoute) int {
		return cmp.Or(cmp.Compare(a.nlri, b.nlri), cmp.Compare(a.id, b.id))
	})
	for _, r := range routes {
		if s.rng.IntN(3) != 0 {
			continue
		}
		n, id := nlri.NLRI(r.nlri), r.id
		delete(p.announced, r)
		delete(p.retelling, simRoute{s.oracle.Key(n), id})
		s.change(n)
		w.Add(id, n)
		s.oracle.Withdraw(p.number, n, id)
	}
	message := w.End()
	if len(message) == 0 {
		return
	}
	s.update(p, message)
	p.in.Flush()
	s.relieve()
}

// retell begins a refresh, tells some of it, or ends it: what was not told again by then is gone.
func (s *sim) retell(p *simPeer) {
	s.stats.Retold++
	switch {
	case p.retelling == nil:
		p.retelling, p.rewishing = map[simRoute]bool{}, maps.Clone(p.memberships)
		for r := range p.announced {
			p.retelling[simRoute{s.oracle.Key(nlri.NLRI(r.nlri)), r.id}] = true
		}
		p.in.BeginRefresh(simFamily)
		p.in.BeginRefresh(nlri.RouteTarget)
	case s.rng.IntN(2) == 0:
		for _, r := range s.oracle.Routes(p.number) {
			if s.rng.IntN(2) == 0 {
				p.in.SetScope(s.scopeOf(r.Views))
				delete(p.retelling, simRoute{s.oracle.Key(r.NLRI), r.PathID})
				var w wire.UpdateWriter
				w.Begin(nil, wire.MaxMessage, simFamily, nlri.AddPath, r.NextHop, r.Attrs)
				w.Add(r.PathID, r.NLRI)
				s.update(p, w.End())
			}
		}
		p.in.SetScope(nil)
		p.in.Flush()
	default:
		for r := range p.retelling {
			for told := range p.announced {
				if n := nlri.NLRI(told.nlri); s.oracle.Key(n) == r.nlri && told.id == r.id {
					s.change(n)
					s.oracle.Withdraw(p.number, n, r.id)
					delete(p.announced, told)
				}
			}
		}
		for m := range p.rewishing {
			delete(p.memberships, m)
		}
		p.forgetKnown()
		p.retelling, p.rewishing = nil, nil
		p.in.EndRefresh(nlri.RouteTarget)
		p.in.EndRefresh(simFamily)
	}
	s.relieve()
}

func (s *sim) scopeOf(views []int) *Scope {
	if views == nil {
		return nil
	}
	mask := 0
	for _, v := range views {
		mask |= 1 << v
	}
	return s.views[mask]
}

// relieve keeps the inboxes from filling, which would block the only goroutine there is.
func (s *sim) relieve() {
	for _, shard := range s.table.shards {
		if len(shard.inbox) > inboxBatches/2 {
			shard.turn()
		}
	}
}

// nlri is one of few routes, with one of few labels.
func (s *sim) nlri() nlri.NLRI {
	n := nlri.NLRI{8 * (3 + 8 + 3), 0, byte(s.rng.IntN(3)), 0x11}
	n = append(n, 0, 0, 0xfd, 0xe8, 0, 0, 0, byte(s.rng.IntN(3)))
	return append(n, 10, 9, byte(s.rng.IntN(4)))
}

// attributes is one of few sets, told apart by the sequence number in a community. A few sets repeat.
func (s *sim) attributes(p *simPeer) []byte {
	a := []byte{0x40, 1, 1, byte(s.rng.IntN(2))}
	if p.Internal {
		a = append(a, 0x40, 2, 0)
	} else {
		a = append(a, 0x40, 2, 6, 2, 1)
		a = binary.BigEndian.AppendUint32(a, p.ASN)
	}
	if s.rng.IntN(3) == 0 {
		a = append(a, 0x80, 4, 4, 0, 0, 0, byte(s.rng.IntN(3)))
	}
	if p.Internal {
		a = append(a, 0x40, 5, 4, 0, 0, 0, byte(100+s.rng.IntN(2)))
	}
	special := map[int]uint32{0: 0xffffff01, 1: 0xffffff02}
	second, ok := special[s.rng.IntN(12)]
	if !ok {
		second = 65000<<16 | 1
	}
	a = append(a, 0xc0, 8, 8)
	a = binary.BigEndian.AppendUint32(a, s.seq)
	a = binary.BigEndian.AppendUint32(a, second)
	var targets []byte
	for i := range byte(4) {
		if s.rng.IntN(3) == 0 {
			targets = append(targets, 0, 2, 0xfd, 0xe8, 0, 0, 0, i)
		}
	}
	if targets == nil {
		return a
	}
	return append(append(a, 0xc0, 16, byte(len(targets))), targets...)
}
