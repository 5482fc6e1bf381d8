package capture

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"

	"github.com/dci-rs/dci-rs/wire"
)

// packets reads a capture.
type packets struct {
	file    frames
	decoder *decoder
	streams streams
	segment packet // of the frame at hand
}

// A frame is a captured packet.
type frame struct {
	octets []byte
	info   gopacket.CaptureInfo
	link   uint32
}

// frames are the packets of a file. A refusal says that one of them can't be read; any other error is
// the end.
type frames interface{ next() (frame, error) }

// refusal is a packet that can't be read.
type refusal struct {
	reason string
	note   bool // it can be read: frame is valid
}

func (r *refusal) Error() string { return r.reason }

func refuse(format string, args ...any) *refusal {
	return &refusal{reason: fmt.Sprintf(format, args...)}
}

func newPackets(in *bufio.Reader, fallback *wire.Negotiated) (*packets, error) {
	front, err := in.Peek(24)
	if len(front) < 4 {
		return nil, fmt.Errorf("the capture has no header: %w", err)
	}
	p := &packets{decoder: newDecoder(), streams: streams{fallback: fallback, sessions: map[ends]*session{}}}
	if isPcapng(front) {
		p.file, err = newNG(in)
	} else {
		p.file, err = newClassic(in, front)
	}
	return p, err
}

func (p *packets) read(out *output) {
	p.streams.out = out
	for !out.ended {
		f, err := p.file.next()
		if err == nil {
			out.counts.Packets++
			p.frame(&f, out)
			continue
		}
		refused, ok := errors.AsType[*refusal](err)
		if !ok {
			if !errors.Is(err, io.EOF) {
				out.fault(Fault{Position: int64(out.counts.Packets + 1), Reason: "reading ends: " + err.Error(), Err: err})
			}
			p.streams.endAll()
			return
		}
		out.counts.Packets++
		out.fault(Fault{Position: int64(out.counts.Packets), Reason: refused.reason, Note: refused.note})
		if refused.note && !out.ended {
			p.frame(&f, out)
		}
	}
}

func (p *packets) frame(f *frame, out *output) {
	p.segment = packet{at: f.info.Timestamp, number: int64(out.counts.Packets)}
	ip, err := ipIn(f.link, f.octets)
	isTCP := false
	if ip != nil {
		isTCP, err = p.decoder.tcpIn(ip, &p.segment)
	}
	switch {
	case err != nil:
		out.fault(Fault{Position: p.segment.number, Reason: err.Error()})
	case !isTCP:
		out.counts.OtherPackets++
	default:
		p.streams.packet(&p.segment)
	}
}

func addrPort(ip net.IP, port layers.TCPPort) netip.AddrPort {
	a, _ := netip.AddrFromSlice(ip)
	return netip.AddrPortFrom(a, uint16(port))
}

// classic is a pcap file.
type classic struct {
	in   *bufio.Reader // which gopacket reads from without a buffer of its own
	file *pcapgo.Reader
	link uint32
	snap int
}

func newClassic(in *bufio.Reader, front []byte) (*classic, error) {
	if !isPcap(front) || len(front) < 24 {
		return nil, fmt.Errorf("the file begins with %x: neither pcap nor pcapng", front)
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if front[0] == 0xa1 {
		order = binary.BigEndian
	}
	// The upper bits say whether frames end with a check sequence; it is behind the IP packet.
	c := &classic{in: in, link: order.Uint32(front[20:]) & 0xffff}
	if err := c.start(); err != nil {
		return nil, fmt.Errorf("pcap: %w", err)
	}
	c.snap = int(c.file.Snaplen())
	// gopacket refuses packets longer than the snap length of the file, which some writers do not heed.
	c.file.SetSnaplen(maxPacket)
	return c, nil
}

func (c *classic) start() (err error) {
	defer panicToError(&err)
	c.file, err = pcapgo.NewReader(c.in)
	return err
}

func (c *classic) packet() (f frame, err error) {
	defer panicToError(&err)
	f.link = c.link
	f.octets, f.info, err = c.file.ZeroCopyReadPacketData()
	return f, err
}

func (c *classic) next() (frame, error) {
	f, err := c.packet()
	captured := f.info.CaptureLength
	switch {
	case err == nil && captured > c.snap:
		err := refuse("%d octets were captured, over the snap length %d of the file; longer packets are read all the same", captured, c.snap)
		err.note, c.snap = true, maxPacket
		return f, err
	case err == nil:
		return f, nil
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF) && captured > 0:
		return f, fmt.Errorf("the file ends in the middle of a packet: %w", io.ErrUnexpectedEOF)
	case captured > maxPacket:
		err = refuse("%d octets were captured: %d is the most that is read of a packet", captured, maxPacket)
	case captured > f.info.Length:
		err = refuse("%d octets were captured of a packet that had %d", captured, f.info.Length)
	default:
		return f, err
	}
	if _, end := c.in.Discard(captured); end != nil {
		return f, fmt.Errorf("%v; the file does not have them", err)
	}
	return f, err
}

// ng is a pcapng file.
type ng struct {
	blocks *blocks
	in     *bufio.Reader // of blocks; gopacket reads from it without a buffer of its own
	file   *pcapgo.NgReader
}

func newNG(in *bufio.Reader) (*ng, error) {
	n := &ng{blocks: &blocks{in: in}}
	n.in = bufio.NewReaderSize(n.blocks, 4096)
	if err := n.start(); err != nil {
		return nil, fmt.Errorf("pcapng: %w", err)
	}
	return n, nil
}

func (n *ng) start() (err error) {
	defer panicToError(&err)
	n.file, err = pcapgo.NewNgReader(n.in, pcapgo.NgReaderOptions{WantMixedLinkType: true, SkipUnknownVersion: true})
	return err
}

func (n *ng) packet() (f frame, err error) {
	defer panicToError(&err)
	f.octets, f.info, err = n.file.ZeroCopyReadPacketData()
	if err == nil {
		f.link = n.blocks.links[f.info.InterfaceIndex]
	}
	return f, err
}

func (n *ng) next() (frame, error) {
	f, err := n.packet()
	if err == nil {
		return f, nil
	}
	if n.blocks.err != nil {
		return f, n.blocks.err
	}
	// Whatever gopacket did not like is in this block.
	n.blocks.rest = nil
	n.in.Reset(n.blocks)
	if refused, ok := errors.AsType[*refusal](err); ok {
		return f, refused
	}
	return f, refuse("%v", err)
}
