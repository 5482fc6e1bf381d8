package fuzz

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/dci-rs/dci-rs/internal/oracle"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// Update reads the body of an UPDATE behind an octet that says what the session agreed on. What is
// accepted is relayed octet for octet, but for the changes that have a name, to every kind of
// neighbor, and the strict decoder takes all of it; so do withdrawals.
func Update(in []byte) error {
	r := reader(in)
	bits := r.octet()
	n := session(bits, families[:]...)
	if wire.HeaderLen+len(r) > wire.MaxExtendedMessage {
		return nil
	}
	before := bytes.Clone(r)
	u, bad := wire.ParseUpdate(r, n)
	if !bytes.Equal(before, r) {
		return errors.New("the message was changed")
	}
	h := wire.Header{Type: wire.TypeUpdate, Length: wire.HeaderLen + len(r)}
	if err := body(h, append(make([]byte, wire.HeaderLen), r...), n); err != nil {
		return err
	}
	if bad != nil && bad.Action > wire.ActionDiscardNLRI {
		return nil
	}
	for _, l := range lists(&u) {
		if err := withdrawn(bits, l); err != nil {
			return err
		}
	}
	return relayed(bits, r, &u, bad == nil)
}

// lists are the NLRI fields of an UPDATE.
func lists(u *wire.Update) []nlri.List {
	all := []nlri.List{u.Withdrawn(), u.Announced()}
	if l, ok := u.Unreach(); ok {
		all = append(all, l)
	}
	if reach, ok := u.Reach(); ok {
		all = append(all, reach.List)
	}
	return all
}

// withdrawn withdraws the routes of a field.
func withdrawn(bits byte, l nlri.List) error {
	var w wire.UpdateWriter
	t := terms(session(bits|extendedMessage, families[:]...))
	single := alone(t)
	w.BeginWithdraw(nil, t.Limit, l.Family(), l.Form())
	var keys []string
	for id, one := range l.All() {
		if !w.Add(id, one) {
			return fmt.Errorf("%s: no room to withdraw %x", l.Family(), one)
		}
		strict, err := single.NLRI(oracle.Family(l.Family()), one, l.Form()&nlri.Withdraw != 0)
		if err != nil {
			return fmt.Errorf("accepted: %w", err)
		}
		keys = append(keys, fmt.Sprint(strict[0].Key, id))
	}
	var got []string
	if err := eachUpdate(w.End(), t, func(u oracle.Update) error {
		for _, one := range u.Withdrawn {
			got = append(got, fmt.Sprint(one.Key, one.PathID))
		}
		return nil
	}); err != nil {
		return err
	}
	if !slices.Equal(got, keys) {
		return fmt.Errorf("%s: %q are withdrawn as %q", l.Family(), keys, got)
	}
	return nil
}

// eachUpdate has the strict decoder read a stream of UPDATE messages.
func eachUpdate(stream []byte, t oracle.Terms, visit func(oracle.Update) error) error {
	list, err := oracle.Messages(stream, t.Limit)
	if err != nil {
		return fmt.Errorf("%w: %x", err, stream)
	}
	for _, m := range list {
		u, err := t.Update(m.Body)
		if err != nil {
			return fmt.Errorf("the strict decoder refuses %x: %w", m.Body, err)
		}
		if err := visit(u); err != nil {
			return fmt.Errorf("%w in %x", err, m.Body)
		}
	}
	return nil
}

// A relay is a kind of neighbor that attributes go to.
type relay struct {
	name    string
	changed []wire.AttrCode // what may be different there or missing
	append  func(attrs wire.Attrs, as4 bool) []byte
	terms   oracle.Terms
}

var (
	fromRouter = wire.RouterID{10, 0, 0, 1}
	ourCluster = wire.RouterID{10, 0, 0, 254}
)

// relays are the columns of "who gets what" for what came on a session.
func relays(internal bool) []relay {
	export := func(kind wire.ExportKind) func(wire.Attrs, bool) []byte {
		return func(a wire.Attrs, as4 bool) []byte {
			return wire.AppendExported(nil, a, wire.Export{To: kind, LocalASN: ourAS, AS4: as4, MEDReceived: true})
		}
	}
	reflection := []wire.AttrCode{wire.AttrOriginatorID, wire.AttrClusterList}
	inside := append(slices.Clone(reflection), wire.AttrLocalPref)
	outside := append(slices.Clone(inside), wire.AttrASPath) // with our AS in front of an empty one
	list := []relay{
		{"peer", append(slices.Clone(outside), wire.AttrMED, wire.AttrExtCommunities, wire.AttrIPv6ExtCommunities, wire.AttrAIGP),
			export(wire.ToPeer), oracle.Terms{External: true}},
		{"route-server-client", outside, export(wire.ToRouteServerClient), oracle.Terms{External: true, RouteServer: true}},
	}
	if internal {
		return append(list, relay{"client", reflection, func(a wire.Attrs, as4 bool) []byte {
			a = wire.AppendReflected(nil, a, wire.Reflection{OriginatorID: fromRouter, ClusterID: ourCluster})
			return wire.AppendExported(nil, a, wire.Export{To: wire.Verbatim, AS4: as4})
		}, oracle.Terms{}})
	}
	return append(list, relay{"client", inside, export(wire.ToInternal), oracle.Terms{}})
}

// relayed sends what an UPDATE announces on to every kind of neighbor.
func relayed(bits byte, body []byte, u *wire.Update, flawless bool) error {
	n := session(bits, families[:]...)
	reach, mp := u.Reach()
	if !mp {
		reach = wire.Reach{}
	}
	routes := []wire.Reach{{Family: nlri.IPv4Unicast, NextHop: u.NextHop(), List: u.Announced()}, reach}
	if routes[0].List.Len()+routes[1].List.Len() == 0 {
		return nil
	}
	attrs := wire.Attrs(u.AppendForwardable(nil, n, wire.Ingress{External: !n.Internal, KeepUnknownNonTransitive: !n.Internal}))
	_, block, _, err := oracle.Fields(body)
	if err != nil {
		return fmt.Errorf("accepted: %w", err)
	}
	came, err := oracle.Attributes(block)
	if err != nil && flawless {
		return fmt.Errorf("accepted: %w", err)
	}
	_, pathed := attrs.Find(wire.AttrASPath)
	for _, to := range relays(n.Internal) {
		if to.terms.External && !pathed {
			continue // Such a route stays inside.
		}
		if !slices.ContainsFunc(came, func(a oracle.Attr) bool { return a.Code == 5 }) {
			to.changed = append(to.changed, wire.AttrLocalPref) // RFC 4271 §5.1.5
		}
		for _, as4 := range []bool{true, false} {
			out := to.append(attrs, as4)
			keeps := to.terms.RouteServer
			if err := sameAttrs(expected(came, keeps, !n.Internal), out, to.changed, n.AS4 && as4, flawless); err != nil {
				return fmt.Errorf("to a %s, 4-octet AS %v: %w", to.name, as4, err)
			}
			for _, x := range routes {
				if err := announced(bits, to, as4, x, out); err != nil {
					return fmt.Errorf("to a %s, 4-octet AS %v: %w", to.name, as4, err)
				}
			}
		}
	}
	return nil
}

// announced writes routes and has them read.
func announced(bits byte, to relay, as4 bool, x wire.Reach, attrs wire.Attrs) error {
	var w wire.UpdateWriter
	const limit = wire.MaxExtendedMessage
	w.Begin(nil, limit, x.Family, x.List.Form(), x.NextHop, attrs)
	var want []oracle.NLRI
	for id, n := range x.List.All() {
		if w.Add(id, n) {
			want = append(want, oracle.NLRI{PathID: uint32(id), Raw: n})
		} else if octets := wire.HeaderLen + 4 + 9 + len(x.NextHop) + len(attrs) + 4 + len(n); octets <= limit {
			return fmt.Errorf("%d octets would do for %x, and there is no room", octets, n)
		}
	}
	t := terms(session(bits|extendedMessage, families[:]...))
	t.TwoOctetAS, t.External, t.RouteServer = !as4, to.terms.External, to.terms.RouteServer
	strict, _ := oracle.Attributes(attrs)
	i := 0
	return eachUpdate(w.End(), t, func(u oracle.Update) error {
		if !bytes.Equal(u.NextHop, x.NextHop) {
			return fmt.Errorf("next hop %x became %x", x.NextHop, u.NextHop)
		}
		if !slices.EqualFunc(u.Attrs, strict, func(a, b oracle.Attr) bool { return bytes.Equal(a.Raw, b.Raw) }) {
			return fmt.Errorf("attributes %x are written as %+v", attrs, u.Attrs)
		}
		for _, n := range u.Announced {
			if i == len(want) || n.PathID != want[i].PathID || !bytes.Equal(n.Raw, want[i].Raw) {
				return fmt.Errorf("NLRI %d became %d %x", i, n.PathID, n.Raw)
			}
			i++
		}
		return nil
	})
}

// expected is what of the attributes of a message goes on, by the words of RFC 4271 §5 and RFC 7606
// §3(g): the first of each code, without next hops and NLRI; unknown ones if they are transitive,
// marked partial, and others if the neighbor may have them. Of those from outside what belongs to an
// AS is left out (RFC 7606 §7.5, §7.9, §7.10).
func expected(came []oracle.Attr, keeps, fromOutside bool) [][]byte {
	seen := map[byte]bool{3: true, 14: true, 15: true, 17: true, 18: true}
	var list [][]byte
	for _, a := range came {
		if seen[a.Code] {
			continue
		}
		seen[a.Code] = true
		raw := bytes.Clone(a.Raw)
		if a.Flags&0xc0 != 0xc0 {
			raw[0] &^= 0x20 // RFC 4271 §4.3
		}
		switch transitive := a.Flags&0x40 != 0; {
		case a.Known() && fromOutside && (a.Code == 5 || a.Code == 9 || a.Code == 10):
			continue
		case !a.Known() && !transitive && !(keeps && fromOutside):
			continue
		case !a.Known() && transitive:
			raw[0] |= 0x20
		}
		list = append(list, raw)
	}
	return list
}

// sameAttrs compares attributes on their way out with what is expected, aside from those that may
// change. Where the message had a flaw that costs attributes, some may be missing.
func sameAttrs(want [][]byte, out wire.Attrs, changed []wire.AttrCode, as4 bool, flawless bool) error {
	if !as4 {
		changed = append(slices.Clone(changed), wire.AttrASPath, wire.AttrAggregator, wire.AttrAS4Path, wire.AttrAS4Aggregator)
	}
	may := func(raw []byte) bool { return slices.Contains(changed, wire.AttrCode(raw[1])) }
	got, err := oracle.Attributes(out)
	if err != nil {
		return fmt.Errorf("attributes %x: %w", out, err)
	}
	want = slices.DeleteFunc(want, may)
	for _, a := range got {
		if may(a.Raw) {
			continue
		}
		for !flawless && len(want) > 0 && !bytes.Equal(want[0], a.Raw) {
			want = want[1:]
		}
		if len(want) == 0 || !bytes.Equal(want[0], a.Raw) {
			return fmt.Errorf("attribute %x, want %x", a.Raw, want)
		}
		want = want[1:]
	}
	if flawless && len(want) > 0 {
		return fmt.Errorf("attributes %x are missing in %x", want, out)
	}
	return nil
}
