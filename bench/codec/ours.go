package main

import (
	"github.com/cespare/xxhash/v2"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// ours is this codec at work, with the buffers that a session keeps.
type ours struct {
	update wire.Update
	writer wire.UpdateWriter
	key    []byte
	out    []byte
	hashes uint64 // mixed, so that the compiler cannot leave them out
}

// parse reads header and UPDATE, which checks all of it.
func (o *ours) parse(m *message) *wire.Update {
	if _, bad := wire.ParseHeader(m.octets, wire.MaxMessage); bad != nil {
		panic(bad)
	}
	if bad := o.update.Parse(m.octets[wire.HeaderLen:], &session); bad != nil {
		panic(bad)
	}
	return &o.update
}

func (o *ours) check(m *message) int {
	reach, _ := o.parse(m).Reach()
	return reach.List.Len()
}

func (o *ours) walk(m *message) (octets int) {
	reach, _ := o.parse(m).Reach()
	for _, n := range reach.List.All() {
		octets += len(n)
	}
	return octets
}

func (o *ours) walkKeys(m *message) (octets int) {
	reach, _ := o.parse(m).Reach()
	for _, n := range reach.List.All() {
		o.key = nlri.AppendKey(o.key[:0], reach.Family, 0, n)
		o.hashes ^= xxhash.Sum64(o.key)
		octets += len(n)
	}
	return octets
}

func (o *ours) reflect(m *message) int {
	o.out = wire.AppendReflected(o.out[:0], m.attrs, wire.Reflection{OriginatorID: originator, ClusterID: cluster})
	return len(o.out)
}

// write writes the whole message of NLRI and attributes.
func (o *ours) write(m *message) int {
	o.writer.Begin(o.out[:0], wire.MaxMessage, m.family, 0, m.nextHop, m.attrs)
	for _, n := range m.nlri {
		o.writer.Add(0, n)
	}
	o.out = o.writer.End()
	return len(o.out)
}
