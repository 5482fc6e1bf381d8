package wire

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/dci-rs/dci-rs/nlri"
)

// RefreshKind is the subtype of a ROUTE-REFRESH, RFC 7313 §3.2.
type RefreshKind uint8

const (
	RefreshRequest RefreshKind = iota // RFC 2918
	BeginOfRefresh                    // BoRR
	EndOfRefresh                      // EoRR
)

// RouteRefresh is a ROUTE-REFRESH message. Subtypes not named here are to be ignored (RFC 7313 §5).
type RouteRefresh struct {
	Family  nlri.Family
	Subtype RefreshKind
	ORF     bool   // outbound route filters follow, which nobody offered (RFC 5291 §5): take it for a plain request
	Filters []byte // these filters; borrows
}

// AppendRouteRefresh appends a ROUTE-REFRESH.
func AppendRouteRefresh(dst []byte, f nlri.Family, k RefreshKind) []byte {
	start := len(dst)
	dst = binary.BigEndian.AppendUint16(appendHeader(dst, TypeRouteRefresh), uint16(f.AFI()))
	return endMessage(append(dst, byte(k), byte(f.SAFI())), start)
}

// ParseRouteRefresh reads the body: AFI (2 octets), subtype (1), SAFI (1).
func ParseRouteRefresh(body []byte) (RouteRefresh, *Error) {
	if len(body) < 4 {
		return RouteRefresh{}, refreshLength(body, len(body))
	}
	r := RouteRefresh{
		Family:  nlri.FamilyOf(nlri.AFI(binary.BigEndian.Uint16(body)), nlri.SAFI(body[3])),
		Subtype: RefreshKind(body[2]),
	}
	if len(body) > 4 {
		r.ORF, r.Filters = true, body[4:]
	}
	if r.ORF && (r.Subtype == BeginOfRefresh || r.Subtype == EndOfRefresh) {
		return r, refreshLength(body, 4)
	}
	return r, nil
}

// refreshLength is the error of RFC 7313 §5; its data is the whole message.
func refreshLength(body []byte, at int) *Error {
	data := slices.Concat(appendHeader(nil, TypeRouteRefresh), body)
	return &Error{Code: ErrRouteRefresh, Subcode: InvalidMessageLength, Data: endMessage(data, 0), Action: ActionResetSession, Offset: at,
		Reason: fmt.Sprintf("route-refresh with %d octets behind the header, want 4", len(body))}
}
