package capture

import (
	"fmt"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// panicToError is deferred around every call into gopacket: what that panics with is an error.
func panicToError(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("gopacket: %v", p)
	}
}

// decoder takes IP packets apart.
type decoder struct {
	ip4       layers.IPv4
	ip6       layers.IPv6
	extension layers.IPv6ExtensionSkipper
	tcp       layers.TCP
	over4     *gopacket.DecodingLayerParser
	over6     *gopacket.DecodingLayerParser
	found     []gopacket.LayerType
}

func newDecoder() *decoder {
	d := &decoder{}
	d.over4 = gopacket.NewDecodingLayerParser(layers.LayerTypeIPv4, &d.ip4, &d.tcp)
	d.over6 = gopacket.NewDecodingLayerParser(layers.LayerTypeIPv6, &d.ip6, &d.extension, &d.tcp)
	d.over4.IgnoreUnsupported, d.over6.IgnoreUnsupported = true, true
	return d
}

// tcpIn takes an IP packet apart, whose version is in its first octet. It is false for anything but
// TCP. Of a fragmented packet the first fragment counts: BGP avoids fragments, and what is missing of the
// stream is told anyway.
func (d *decoder) tcpIn(ip []byte, p *packet) (bool, error) {
	six := ip[0]>>4 == 6
	parser := d.over4
	if six {
		parser = d.over6
	}
	// The parser itself turns a panic into an error.
	if err := parser.DecodeLayers(ip, &d.found); err != nil {
		return false, err
	}
	last := d.found[len(d.found)-1]
	switch {
	case six && last == layers.LayerTypeTCP && !d.laterFragment():
		p.src, p.dst = addrPort(d.ip6.SrcIP, d.tcp.SrcPort), addrPort(d.ip6.DstIP, d.tcp.DstPort)
	case six:
		return false, nil
	case last == layers.LayerTypeTCP:
		p.src, p.dst = addrPort(d.ip4.SrcIP, d.tcp.SrcPort), addrPort(d.ip4.DstIP, d.tcp.DstPort)
	case d.ip4.Protocol == layers.IPProtocolTCP && d.ip4.FragOffset == 0:
		if err := d.fragment(); err != nil {
			return false, err
		}
		p.src, p.dst = addrPort(d.ip4.SrcIP, d.tcp.SrcPort), addrPort(d.ip4.DstIP, d.tcp.DstPort)
	default:
		return false, nil
	}
	p.syn, p.ack, p.seq, p.acked, p.octets = d.tcp.SYN, d.tcp.ACK, d.tcp.Seq, d.tcp.Ack, d.tcp.Payload
	return true, nil
}

// fragment reads TCP in the first fragment of an IPv4 packet, which the parser leaves out.
func (d *decoder) fragment() (err error) {
	defer panicToError(&err)
	return d.tcp.DecodeFromBytes(d.ip4.Payload, gopacket.NilDecodeFeedback)
}

// laterFragment says that an IPv6 packet is a fragment and not the first one: to the parser it looks like
// a whole packet.
func (d *decoder) laterFragment() bool {
	if d.ip6.NextHeader != layers.IPProtocolIPv6Fragment {
		return false
	}
	offset := d.ip6.Payload[2:4]
	return offset[0] != 0 || offset[1]&^7 != 0
}
