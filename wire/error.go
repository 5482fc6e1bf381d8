package wire

import (
	"fmt"

	"github.com/dci-rs/dci-rs/nlri"
)

// ErrorCode is the first octet of a NOTIFICATION.
type ErrorCode uint8

const (
	ErrHeader       ErrorCode = 1 + iota // RFC 4271 §6.1
	ErrOpen                              // RFC 4271 §6.2
	ErrUpdate                            // RFC 4271 §6.3
	ErrHoldTimer                         // RFC 4271 §6.5
	ErrFSM                               // RFC 4271 §6.6, RFC 6608
	ErrCease                             // RFC 4271 §6.7, RFC 4486
	ErrRouteRefresh                      // RFC 7313 §5
	ErrSendHold                          // RFC 9687 §4
)

// Subcodes of ErrHeader.
const (
	ConnectionNotSynchronized uint8 = 1 + iota
	BadMessageLength
	BadMessageType
)

// Subcodes of ErrOpen.
const (
	UnsupportedVersion           uint8 = 1
	BadPeerAS                    uint8 = 2
	BadBGPIdentifier             uint8 = 3
	UnsupportedOptionalParameter uint8 = 4
	UnacceptableHoldTime         uint8 = 6
	UnsupportedCapability        uint8 = 7  // RFC 5492
	RoleMismatch                 uint8 = 11 // RFC 9234
)

// Subcodes of ErrUpdate.
const (
	MalformedAttributeList         uint8 = 1
	UnrecognizedWellKnownAttribute uint8 = 2
	MissingWellKnownAttribute      uint8 = 3
	AttributeFlagsError            uint8 = 4
	AttributeLengthError           uint8 = 5
	InvalidOrigin                  uint8 = 6
	InvalidNextHop                 uint8 = 8
	OptionalAttributeError         uint8 = 9
	InvalidNetworkField            uint8 = 10
	MalformedASPath                uint8 = 11
)

// Subcodes of ErrFSM, RFC 6608 §3.
const (
	UnexpectedInOpenSent uint8 = 1 + iota
	UnexpectedInOpenConfirm
	UnexpectedInEstablished
)

// Subcodes of ErrCease, RFC 4486 §4, RFC 8538 §3.1 and RFC 9384 §3.
const (
	MaximumPrefixes uint8 = 1 + iota
	AdministrativeShutdown
	PeerDeconfigured
	AdministrativeReset
	ConnectionRejected
	OtherConfigurationChange
	ConnectionCollision
	OutOfResources
	HardReset
	BFDDown
)

// Subcode of ErrRouteRefresh.
const InvalidMessageLength uint8 = 1

// UnspecificError is the subcode where none fits, RFC 4271 §4.5.
const UnspecificError uint8 = 0

// Action is what an error asks of the receiver, in rising strength (RFC 7606 §2). The strongest of
// a message is the one that holds.
type Action uint8

const (
	ActionNone             Action = iota
	ActionDiscardAttribute        // go on; AppendForwardable leaves the attribute out
	ActionDiscardNLRI             // go on; the lists skip what is wrong
	ActionTreatAsWithdraw         // withdraw everything the UPDATE announces
	ActionDisableFamily           // the routes of Error.Family go, and later ones are ignored (RFC 4760 §7); the rest of the UPDATE is treated as withdraw
	ActionResetSession            // NOTIFICATION and end of the session
)

var actionNames = [...]string{"none", "attribute-discard", "nlri-discard", "treat-as-withdraw", "afi-safi-disable", "session-reset"}

func (a Action) String() string {
	if int(a) < len(actionNames) {
		return actionNames[a]
	}
	return fmt.Sprintf("action %d", uint8(a))
}

// Error is what is wrong with a message and what follows from it. It owns its memory.
type Error struct {
	Code    ErrorCode // for the NOTIFICATION, and for the log where none is sent
	Subcode uint8
	Data    []byte // for the NOTIFICATION
	Action  Action
	Attr    AttrCode    // 0: no path attribute
	Family  nlri.Family // of an error inside MP_REACH_NLRI or MP_UNREACH_NLRI, else 0
	Offset  int         // octets from the start of what was parsed (header, body of the message)
	Reason  string
}

func (e *Error) Error() string {
	s := fmt.Sprintf("%s (%s, offset %d): %s", NotificationName(e.Code, e.Subcode), e.Action, e.Offset, e.Reason)
	if e.Attr != 0 {
		return e.Attr.String() + ": " + s
	}
	return s
}
