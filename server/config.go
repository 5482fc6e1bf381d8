// Package server runs the sessions: it listens and dials, drives one fsm.Machine per neighbor, and
// ties each established session to the table with a reader and a writer. It knows how routes are
// kept, not how they are configured or shown. It may import rib, fsm, policy, wire, nlri and
// internal/tcpopt.
package server

import (
	"log/slog"
	"net/netip"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/wire"
)

// What holds where a neighbor's configuration says zero.
const (
	DefaultPort         = 179
	DefaultHoldTime     = 90 * time.Second
	DefaultConnectRetry = 10 * time.Second
	DefaultSendHoldTime = 8 * time.Minute // RFC 9687 §5; twice the hold time if that is longer
)

// HoldTimeOff as a hold time means that a silent neighbor is never given up (RFC 4271 §4.2).
const HoldTimeOff = -time.Second

// Config is all that a Server needs to know. New checks it and fills in the defaults.
type Config struct {
	RouterID  wire.RouterID
	ClusterID wire.RouterID // zero = RouterID
	ASN       uint32
	Listen    []netip.AddrPort
	Shards    int // 0 = one per core
	Neighbors []Neighbor
	Ranges    []Range
}

// Neighbor says whom to speak with and how. A zero duration, port, AS or router-id means its default.
type Neighbor struct {
	Address       netip.Addr
	Port          uint16
	Group         string
	Site          string
	Description   string
	Passive       bool       // never dials
	LocalAddress  netip.Addr // source of dialled connections; invalid = the system's choice
	Role          rib.Role
	ASN           uint32 // zero: LocalASN for clients and non-clients, an error for others
	LocalASN      uint32
	RouterID      wire.RouterID // ours towards this neighbor
	Families      []nlri.Family
	Opaque        map[nlri.Family]nlri.Form // families the codec doesn't know, and how their NLRI field is cut
	OpaqueDiscard bool                      // NLRI of a type the codec doesn't know are dropped, not relayed
	HoldTime      time.Duration             // whole seconds, or HoldTimeOff
	MinHoldTime   time.Duration             // least that is accepted; zero = any, no hold time included
	SendHoldTime  time.Duration
	ConnectRetry  time.Duration
	MD5           Secret
	TTLSecurity   int  // largest number of hops to the neighbor (RFC 5082); 0 = off
	Multihop      bool // an eBGP neighbor need not be on a network of ours
	NextHopSelf   bool // unicast families only
	AddPath       map[nlri.Family]AddPath
	DefaultRT     bool // it is told that we want every route target, and no membership of others
	Disabled      bool
}

// AddPath says for one family what is negotiated of RFC 7911.
type AddPath struct {
	Receive bool
	Send    rib.AddPathMode
}

// Range accepts sessions from every address of a prefix. The longest prefix that holds an address
// decides; a Neighbor with that very address goes before.
type Range struct {
	Prefix   netip.Prefix
	ASNs     []uint32 // any of these; empty = Neighbor.ASN
	Limit    int      // most sessions at a time; 0 = no limit
	Neighbor Neighbor // template, its Address unset
}

// Secret is a key. Whatever prints it prints "(secret)" instead.
type Secret string

// Reveal is the key itself, for the one place that hands it to the system.
func (s Secret) Reveal() string { return string(s) }

const hidden = "(secret)"

func (s Secret) String() string               { return hidden }
func (s Secret) GoString() string             { return hidden }
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(hidden) }
