package fuzz

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dci-rs/dci-rs/internal/oracle"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/wire"
)

func clone[T ~[]byte](b T) T { return bytes.Clone(b) }

// holds: one of the numbers of 4 octets each is x.
func holds(numbers []byte, x [4]byte) bool {
	for one := range slices.Chunk(numbers, 4) {
		if [4]byte(one) == x {
			return true
		}
	}
	return false
}

// settle waits until the table has published all it was given, lets every neighbor read everything,
// and compares what it holds with the naive reflector.
func (c *chain) settle() error {
	c.published()
	// What a neighbor asked the shard for is answered before the shard is asked for routes that are not
	// there. Twice nothing new for anyone is the end.
	for quiet := 0; quiet < 2; quiet++ {
		for _, n := range c.neighbors {
			more, err := c.read(n)
			if err != nil {
				return fmt.Errorf("%s: %w", n, err)
			}
			if more {
				quiet = -1
			}
		}
		c.table.Routes(rib.Query{Family: nobodys}, nil)
	}
	for _, n := range c.neighbors {
		if n.follower == nil {
			continue
		}
		for _, f := range n.families() {
			if err := c.compare(n, f); err != nil {
				return fmt.Errorf("%s, %s: %w", n, f, err)
			}
		}
	}
	c.calm = true
	return nil
}

// published returns once everything given to the table has been published: a mark goes the same way,
// behind it, and nothing is shown between being stored and being published.
func (c *chain) published() {
	c.marks++
	var w wire.UpdateWriter
	w.Begin(nil, wire.MaxMessage, marked, nlri.OpaqueLength8, wire.NextHop{10, 0, 0, 1}, slices.Concat(mandatory(0)...))
	w.Add(0, nlri.NLRI{2, byte(c.marks >> 8), byte(c.marks)})
	u, _ := wire.ParseUpdate(w.End()[wire.HeaderLen:], c.session)
	c.marker.Update(&u, false)
	c.marker.Flush()
	for marks := 0; marks != c.marks; {
		marks = 0
		c.table.Routes(rib.Query{Family: marked}, func(rib.Route) bool { marks++; return true })
	}
}

// read takes what a neighbor is to be told now. More is to come if there was something, or if it is
// still owed an End-of-RIB.
func (c *chain) read(n *neighbor) (more bool, err error) {
	if n.follower == nil {
		return false, nil
	}
	bufs, progress := n.follower.Next(nil, 1<<30)
	if progress.Lost {
		return false, errors.New("fell behind")
	}
	for _, b := range bufs {
		if err := eachUpdate(b, n.terms, func(u oracle.Update) error { return c.hear(n, u) }); err != nil {
			return false, err
		}
	}
	return len(bufs) > 0 || progress.More || len(n.ended) < len(n.negotiated.Families), nil
}

// hear files one UPDATE. An End-of-RIB comes once and behind every route that was known when the session
// began.
func (c *chain) hear(n *neighbor, u oracle.Update) error {
	if f := u.EndOfRIB; f != 0 {
		if n.ended[f] {
			return fmt.Errorf("a second End-of-RIB of %s", f)
		}
		n.ended[f] = true
		if n.calm {
			return c.compare(n, nlri.Family(f))
		}
		return nil
	}
	for _, one := range u.Withdrawn {
		delete(n.view, path{one.Key, one.PathID})
	}
	var attrs []byte
	for _, a := range u.Attrs {
		attrs = append(attrs, a.Raw...)
	}
	for _, one := range u.Announced {
		n.view[path{one.Key, one.PathID}] = oracle.Told{NLRI: string(one.Raw), NextHop: string(u.NextHop), Attrs: string(attrs)}
	}
	return nil
}

// compare holds a neighbor's view of a family against that of the naive reflector.
func (c *chain) compare(n *neighbor, f nlri.Family) error {
	want, got, single := map[string][]oracle.Told{}, map[string][]oracle.Told{}, alone(n.terms)
	for _, paths := range c.naive[f].View(n.number) {
		for _, x := range paths {
			strict, err := single.NLRI(oracle.Family(f), []byte(x.NLRI), false)
			if err != nil {
				return err
			}
			if n.fits(f, x) {
				want[strict[0].Key] = append(want[strict[0].Key], x)
			}
		}
	}
	prefix := oracle.Family(f).String() + " "
	for p, x := range n.view {
		if len(p.key) > len(prefix) && p.key[:len(prefix)] == prefix {
			got[p.key] = append(got[p.key], x)
		}
	}
	for key := range maps.Keys(got) {
		if len(want[key]) == 0 {
			return fmt.Errorf("holds %s, which it should not", key)
		}
	}
	for key, paths := range want {
		if !slices.Equal(sorted(got[key]), sorted(paths)) {
			return fmt.Errorf("%s:\n\tholds %x\n\twant  %x", key, sorted(got[key]), sorted(paths))
		}
	}
	return nil
}

// fits: a route that is too long for a message of the session once it is rewritten is not told.
func (n *neighbor) fits(f nlri.Family, x oracle.Told) bool {
	octets := wire.HeaderLen + 4 + len(x.Attrs) + len(x.NLRI) + len(x.NextHop)
	if f == nlri.IPv4Unicast && len(x.NextHop) == 4 {
		octets += 3 // the head of NEXT_HOP
	} else {
		octets += 4 + 5 // the head of MP_REACH_NLRI, family, length of the next hop, reserved octet
	}
	if n.addPath != 0 {
		octets += 4
	}
	return octets <= n.negotiated.Limit()
}

func sorted(told []oracle.Told) []oracle.Told {
	return slices.SortedFunc(slices.Values(told), func(a, b oracle.Told) int {
		return slices.Compare([]string{a.NLRI, a.NextHop, a.Attrs}, []string{b.NLRI, b.NextHop, b.Attrs})
	})
}
