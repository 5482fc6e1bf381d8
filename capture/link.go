package capture

import (
	"encoding/binary"
	"fmt"
)

// Link types, www.tcpdump.org/linktypes.html. gopacket keeps 8 bits of them and does not know
// linkCooked2, so the few octets before IP are read here.
const (
	linkNull     = 0   // BSD loopback: the family in 4 octets of the host's order
	linkEthernet = 1   //
	linkRaw12    = 12  // IP, by the number that some systems write
	linkRaw14    = 14  // as linkRaw12
	linkRaw      = 101 // IP
	linkLoop     = 108 // as linkNull in network order
	linkCooked   = 113 // Linux "any" interface: the protocol in octets 14 and 15 of 16
	linkIPv4     = 228 //
	linkIPv6     = 229 //
	linkCooked2  = 276 // Linux "any" interface: the protocol in octets 0 and 1 of 20
)

// Protocols of Ethernet.
const (
	protocolIPv4    = 0x0800
	protocolIPv6    = 0x86dd
	protocolVLAN    = 0x8100
	protocolQinQ    = 0x88a8 // IEEE 802.1ad
	protocolOldVLAN = 0x9100
)

// ipIn is the IP packet in a frame; nil if the frame is of something else.
func ipIn(link uint32, frame []byte) ([]byte, error) {
	head, protocolAt := 0, 0
	switch link {
	case linkNull, linkLoop:
		return ipBehind(frame, 4), nil
	case linkRaw12, linkRaw14, linkRaw, linkIPv4, linkIPv6:
		return ipBehind(frame, 0), nil
	case linkEthernet:
		head, protocolAt = 14, 12
	case linkCooked:
		head, protocolAt = 16, 14
	case linkCooked2:
		head, protocolAt = 20, 0
	default:
		return nil, fmt.Errorf("link type %d is none of those known: Ethernet, Linux cooked, loopback, raw IP", link)
	}
	for len(frame) >= head {
		switch binary.BigEndian.Uint16(frame[protocolAt:]) {
		case protocolIPv4, protocolIPv6:
			return ipBehind(frame, head), nil
		case protocolVLAN, protocolQinQ, protocolOldVLAN:
			// The tag has two octets and the protocol behind it two.
			frame = frame[head:]
			head, protocolAt = 4, 2
		default:
			return nil, nil
		}
	}
	return nil, nil
}

// ipBehind is the IP packet behind the head of a frame, nil if its version is neither 4 nor 6.
func ipBehind(frame []byte, head int) []byte {
	if len(frame) <= head || frame[head]>>4 != 4 && frame[head]>>4 != 6 {
		return nil
	}
	return frame[head:]
}
