// Package render writes routes, attributes and messages as text for operators and as JSON for
// machines. It is the one place that does, so that show, the API and decode say the same. Every
// function appends to the caller's buffer and allocates nothing while the buffer is large enough.
// Bytes of a peer are escaped: no text of his reaches a terminal or a JSON reader as it came.
// It may import wire and nlri.
package render

import (
	"net/netip"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// A Route is one path of a table, or one NLRI of a message, with all that is said about it. Its
// slices are borrowed for the time of the call.
type Route struct {
	Family  nlri.Family
	Form    nlri.Form // how the NLRI field was written, which decides what its label octets mean
	NLRI    nlri.NLRI
	Attrs   wire.Attrs // as a table holds them: AS_PATH with 4-octet numbers
	NextHop wire.NextHop
	Peer    netip.Addr // who sent it; the zero Addr for routes of the daemon itself
	Site    string
	PathID  nlri.PathID
	Best    bool
	Stale   bool // kept over a restart of the peer (RFC 4724)
	// Rejected says that import policy keeps the route from everyone.
	Rejected bool
	Age      time.Duration // since it arrived
	// Decoded marks a route of a message rather than of a table: it has no peer, rank or age.
	Decoded bool
}

// hasPathID says that the NLRI came with a Path Identifier.
func (r *Route) hasPathID() bool { return r.Form&nlri.AddPath != 0 }
