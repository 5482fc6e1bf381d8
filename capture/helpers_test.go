package capture

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

var start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// tap writes a capture.
type tap struct {
	link    layers.LinkType
	at      time.Time
	packets []tapped
}

type tapped struct {
	octets []byte
	at     time.Time
}

func newTap() *tap { return &tap{link: layers.LinkTypeEthernet, at: start} }

// add captures a packet a millisecond after the one before.
func (t *tap) add(octets []byte) {
	t.at = t.at.Add(time.Millisecond)
	t.packets = append(t.packets, tapped{octets, t.at})
}

// file is the capture as pcap.
func (t *tap) file() []byte {
	var b bytes.Buffer
	w := pcapgo.NewWriter(&b)
	must(w.WriteFileHeader(65535, t.link))
	for _, p := range t.packets {
		must(w.WritePacket(gopacket.CaptureInfo{Timestamp: p.at, CaptureLength: len(p.octets), Length: len(p.octets)}, p.octets))
	}
	return b.Bytes()
}

// fileNG is the capture as pcapng.
func (t *tap) fileNG() []byte {
	var b bytes.Buffer
	w, err := pcapgo.NewNgWriter(&b, t.link)
	must(err)
	for _, p := range t.packets {
		must(w.WritePacket(gopacket.CaptureInfo{Timestamp: p.at, CaptureLength: len(p.octets), Length: len(p.octets)}, p.octets))
	}
	must(w.Flush())
	return b.Bytes()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// tcp is a TCP connection that is captured.
type tcp struct {
	tap  *tap
	ends [2]netip.AddrPort
	seq  [2]uint32
	// between are put in between Ethernet and IP.
	between []gopacket.SerializableLayer
	options []layers.TCPOption
}

const client, server = 0, 1

func (t *tap) connection(client, server string) *tcp {
	return &tcp{tap: t, ends: [2]netip.AddrPort{netip.MustParseAddrPort(client), netip.MustParseAddrPort(server)}, seq: [2]uint32{1000, 4_294_967_000}}
}

// handshake captures both SYN.
func (c *tcp) handshake() *tcp {
	c.capture(client, layers.TCP{SYN: true, Seq: c.seq[client]}, nil)
	c.seq[client]++
	c.capture(server, layers.TCP{SYN: true, ACK: true, Seq: c.seq[server], Ack: c.seq[client]}, nil)
	c.seq[server]++
	return c
}

// send captures octets of one side in one segment.
func (c *tcp) send(side int, octets ...byte) {
	c.capture(side, c.lose(side, octets...), octets)
}

// lose is send without capturing; what it returns can be captured later.
func (c *tcp) lose(side int, octets ...byte) layers.TCP {
	header := layers.TCP{ACK: true, PSH: true, Seq: c.seq[side], Ack: c.seq[1-side]}
	c.seq[side] += uint32(len(octets))
	return header
}

// acknowledge captures a segment of side without octets.
func (c *tcp) acknowledge(side int) {
	c.capture(side, layers.TCP{ACK: true, Seq: c.seq[side], Ack: c.seq[1-side]}, nil)
}

func (c *tcp) capture(side int, header layers.TCP, octets []byte) {
	c.tap.add(c.packet(side, header, octets))
}

func (c *tcp) packet(side int, header layers.TCP, octets []byte) []byte {
	src, dst := c.ends[side], c.ends[1-side]
	header.SrcPort, header.DstPort, header.Window, header.Options = layers.TCPPort(src.Port()), layers.TCPPort(dst.Port()), 64000, c.options
	var ip gopacket.SerializableLayer
	kind := layers.EthernetTypeIPv4
	if src.Addr().Is4() {
		ip4 := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: src.Addr().AsSlice(), DstIP: dst.Addr().AsSlice()}
		must(header.SetNetworkLayerForChecksum(ip4))
		ip = ip4
	} else {
		ip6 := &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: layers.IPProtocolTCP, SrcIP: src.Addr().AsSlice(), DstIP: dst.Addr().AsSlice()}
		must(header.SetNetworkLayerForChecksum(ip6))
		ip, kind = ip6, layers.EthernetTypeIPv6
	}
	all := []gopacket.SerializableLayer{ip, &header, gopacket.Payload(octets)}
	if c.tap.link == layers.LinkTypeEthernet {
		for i := len(c.between) - 1; i >= 0; i-- {
			tag := c.between[i].(*layers.Dot1Q)
			inner := *tag
			inner.Type = kind
			all, kind = append([]gopacket.SerializableLayer{&inner}, all...), tag.Type
		}
		mac := []byte{2, 0, 0, 0, 0, 1}
		all = append([]gopacket.SerializableLayer{&layers.Ethernet{SrcMAC: mac, DstMAC: mac, EthernetType: kind}}, all...)
	}
	b := gopacket.NewSerializeBuffer()
	must(gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, all...))
	return b.Bytes()
}

// open is an OPEN with the families.
func open(asn uint32, caps wire.Capabilities, families ...nlri.Family) []byte {
	return wire.AppendOpen(nil, wire.Open{ASN: asn, HoldTime: 90, RouterID: wire.RouterID{192, 0, 2, byte(asn)}, Capabilities: caps.AppendFamilies(families...)})
}

func keepalive() []byte { return wire.AppendKeepalive(nil) }

// update is an UPDATE of one IPv4 prefix, padded with communities to about size octets.
func update(prefix string, size int) []byte {
	attrs := wire.AppendAttr(nil, wire.FlagTransitive, wire.AttrOrigin, []byte{0})
	attrs = wire.AppendAttr(attrs, wire.FlagTransitive, wire.AttrASPath, nil)
	attrs = wire.AppendAttr(attrs, wire.FlagTransitive, wire.AttrLocalPref, []byte{0, 0, 0, 100})
	attrs = wire.AppendAttr(attrs, wire.FlagOptional|wire.FlagTransitive, wire.AttrCommunities, bytes.Repeat([]byte{1, 2, 3, 4}, max(1, size/4)))
	var w wire.UpdateWriter
	w.Begin(nil, wire.MaxExtendedMessage, nlri.IPv4Unicast, 0, wire.NextHop{192, 0, 2, 1}, attrs)
	w.Add(0, nlri.AppendPrefix(nil, netip.MustParsePrefix(prefix)))
	return w.End()
}

// told is what a file told, a line each: "0 open 10.0.0.1:1024>10.0.0.2:179" for messages (session, type)
// and "! reason" for faults.
func told(t *testing.T, file []byte, o Options) []string {
	t.Helper()
	r, err := NewReader(bytes.NewReader(file), o)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	index := 0
	for m, err := range r.All() {
		var f *Fault
		if errors.As(err, &f) {
			lines = append(lines, "! "+f.Error())
			continue
		}
		if m.Index != index {
			t.Errorf("index %d, want %d", m.Index, index)
		}
		index++
		line := fmt.Sprintf("%d %s", m.Session, typeOf(m.Bytes))
		if m.Src.IsValid() {
			line += fmt.Sprintf(" %s>%s", m.Src, m.Dst)
		}
		lines = append(lines, line)
	}
	return lines
}

func typeOf(b []byte) string {
	if len(b) < wire.HeaderLen || !bytes.HasPrefix(b, marker) {
		return fmt.Sprintf("%d octets", len(b))
	}
	return wire.MessageType(b[wire.HeaderLen-1]).String()
}

func wantLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("told\n%s\n\nwant\n%s", g, w)
	}
}

func reader(t testing.TB, file []byte, o Options) *Reader {
	t.Helper()
	r, err := NewReader(bytes.NewReader(file), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
