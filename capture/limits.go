package capture

import "time"

// What is kept of a file, at most.
const (
	maxPacket     = 256 << 10 // octets of a captured packet, as tcpdump has it
	maxBlock      = 1 << 20   // octets of a pcapng block
	maxInterfaces = 1 << 12   // of a pcapng section
	maxRecord     = 16 << 20  // octets of an MRT record
	maxLine       = 256 << 10 // octets of a line of hexadecimal text: a message of 65,535 octets with its blanks
	maxPending    = 1 << 20   // octets of a TCP stream that wait for what comes before them
	keepBuffer    = 4 << 10   // octets of a buffer that a TCP stream keeps though it is empty
	maxHeld       = 64 << 20  // octets of all TCP streams that wait
	maxSessions   = 1 << 14   // TCP connections, or pairs of MRT peers, at a time
)

// patience is how long an octet that the receiver has acknowledged may be late in a capture, where
// packets of several queues can be out of order.
const patience = time.Second
