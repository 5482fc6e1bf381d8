package fsm

import (
	"time"

	"github.com/dci-rs/dci-rs/wire"
)

// Conn names one of the two connections that a peering may have at a time.
type Conn uint8

const (
	Outgoing Conn = iota // we connect to the peer
	Incoming             // the peer connects to us
)

func (c Conn) String() string { return [...]string{"outgoing", "incoming"}[c] }

func (c Conn) other() Conn { return 1 - c }

// EventKind says what happened. The comment behind each kind names the RFC 4271 §8.1 event and the
// fields of Event that are read.
type EventKind uint8

const (
	Start                EventKind = iota // events 1, 4: run the peering
	Stop                                  // event 2: end it and stay in Idle; Subcode, Text
	Reset                                 // event 8: end it with Cease and begin again after the idle hold; Subcode, Text
	Tick                                  // the time of Deadline has come
	ConnectOK                             // event 16: Dial succeeded; Conn is Outgoing
	ConnectFailed                         // event 18: Dial failed; Conn is Outgoing; Text is the reason
	Accepted                              // event 17: the peer connected; Conn is Incoming
	OpenReceived                          // event 19; Conn, Open
	KeepaliveReceived                     // event 26; Conn
	UpdateReceived                        // event 27; Conn
	RouteRefreshReceived                  // RFC 2918; Conn
	NotificationReceived                  // events 24, 25; Conn, Notification
	MessageError                          // events 21, 22, 28: a message that resets the session; Conn, Error
	ConnClosed                            // event 18: the connection ended; Conn; Text is the reason
	Activity                              // Established: something was read at At, or the reader was not waiting for the socket at At; Conn
	WriteProgress                         // Established: something was written at At, or nothing waited to be written at At; Conn

	connectRetryExpires // event 9
	holdExpires         // event 10
	keepaliveExpires    // event 11
	sendHoldExpires     // RFC 9687
)

func (k EventKind) String() string {
	return [...]string{"start", "stop", "reset", "tick", "connect-ok", "connect-failed", "accepted", "open-received",
		"keepalive-received", "update-received", "route-refresh-received", "notification-received", "message-error",
		"conn-closed", "activity", "write-progress", "connect-retry-expires", "hold-expires", "keepalive-expires",
		"send-hold-expires"}[k]
}

// Event is what the caller tells the machine. Only the fields that the kind names are read, and
// nothing is kept but Open. After the action Close the caller reports no more of that connection,
// nor of a dial that was under way; what is reported late of a connection that does not exist is
// ignored.
//
// In Established the caller need not report each message: it reports Activity and WriteProgress
// with the latest times before it reports Tick. So the hold timer runs only while the reader waits
// for the peer, and the send hold timer only while a write waits for the peer.
type Event struct {
	Kind         EventKind
	Conn         Conn
	Open         wire.Open
	Notification wire.Notification
	Error        *wire.Error
	Subcode      uint8  // of Cease
	Text         string // a reason, or the shutdown text of RFC 9003
	At           time.Time
}

// ActionKind says what the caller must do. The comment behind each kind names the fields of Action
// that are set.
type ActionKind uint8

const (
	Dial             ActionKind = iota // connect to the peer, without waiting; report ConnectOK or ConnectFailed
	Accept                             // the connection just reported as Accepted is the Incoming one from now on
	Reject                             // send NOTIFICATION on the connection just reported as Accepted and close it; Code, Subcode
	SendOpen                           // Conn, Open
	SendKeepalive                      // Conn
	SendNotification                   // Conn, Code, Subcode, Data; a Close follows
	Close                              // end the connection (once what was sent is written, if the peer lets us) or the dial; Conn
	Up                                 // the session is Established; Conn, Negotiated
	Down                               // the Established session ended; Conn, Reason
	Failed                             // an attempt ended before it was Established; Conn, Reason
)

func (k ActionKind) String() string {
	return [...]string{"dial", "accept", "reject", "send-open", "send-keepalive", "send-notification", "close", "up",
		"down", "failed"}[k]
}

// Action is what the machine asks for, to be done in the order given. Negotiated is new for each
// session and the caller's; the other memory is read-only.
type Action struct {
	Kind       ActionKind
	Conn       Conn
	Open       wire.Open
	Code       wire.ErrorCode
	Subcode    uint8
	Data       []byte
	Negotiated *wire.Negotiated
	Reason     string // one sentence without a full stop, for people
}
