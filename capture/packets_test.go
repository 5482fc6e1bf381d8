package capture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// ether turns the captured Ethernet frames into frames of another link type.
func ether(t *tap, link layers.LinkType, change func(protocol uint16, ip []byte) []byte) {
	for i, p := range t.packets {
		t.packets[i].octets = change(binary.BigEndian.Uint16(p.octets[12:]), p.octets[14:])
	}
	t.link = link
}

const six = " [2001:db8::1]:40000>[2001:db8::2]:179"

func TestLinks(t *testing.T) {
	for _, c := range []struct {
		name   string
		link   uint32
		six    bool
		change func(protocol uint16, ip []byte) []byte
	}{
		{"Ethernet", linkEthernet, false, nil},
		{"Ethernet, IPv6", linkEthernet, true, nil},
		{"BSD loopback in the order of a little-endian host", linkNull, false, func(_ uint16, ip []byte) []byte { return append([]byte{2, 0, 0, 0}, ip...) }},
		{"BSD loopback, IPv6", linkNull, true, func(_ uint16, ip []byte) []byte { return append([]byte{0, 0, 0, 30}, ip...) }},
		{"OpenBSD loopback", linkLoop, false, func(_ uint16, ip []byte) []byte { return append([]byte{0, 0, 0, 2}, ip...) }},
		{"IP without a link", linkRaw, false, func(_ uint16, ip []byte) []byte { return ip }},
		{"IPv6 without a link", linkRaw, true, func(_ uint16, ip []byte) []byte { return ip }},
		{"IPv4 without a link", linkIPv4, false, func(_ uint16, ip []byte) []byte { return ip }},
		{"Linux cooked", linkCooked, false, func(protocol uint16, ip []byte) []byte {
			return append(binary.BigEndian.AppendUint16(make([]byte, 14), protocol), ip...)
		}},
		{"Linux cooked 2", linkCooked2, true, func(protocol uint16, ip []byte) []byte {
			return append(append(binary.BigEndian.AppendUint16(nil, protocol), make([]byte, 18)...), ip...)
		}},
		{"Linux cooked 2 with a VLAN tag", linkCooked2, false, func(protocol uint16, ip []byte) []byte {
			head := append(binary.BigEndian.AppendUint16(nil, protocolVLAN), make([]byte, 18)...)
			return append(binary.BigEndian.AppendUint16(append(head, 0, 7), protocol), ip...)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tap, want := newTap(), "0 open"+to
			a, b := here, there
			if c.six {
				a, b, want = "[2001:db8::1]:40000", "[2001:db8::2]:179", "0 open"+six
			}
			tap.connection(a, b).handshake().send(client, open(1, nil)...)
			if c.change != nil {
				ether(tap, 0, c.change)
			}
			file, fileNG := tap.file(), tap.fileNG()
			// gopacket writes 8 bits of a link type too.
			binary.LittleEndian.PutUint32(file[20:], c.link)
			section := binary.LittleEndian.Uint32(fileNG[4:])
			binary.LittleEndian.PutUint16(fileNG[section+8:], uint16(c.link))
			wantLines(t, told(t, file, Options{}), want)
			wantLines(t, told(t, fileNG, Options{}), want)
		})
	}
}

func TestHeaders(t *testing.T) {
	for _, c := range []struct {
		name  string
		write func(*tap)
		want  []string
	}{
		{"VLAN tags, one and two", func(t *tap) {
			c := t.connection(here, there)
			c.between = []gopacket.SerializableLayer{&layers.Dot1Q{VLANIdentifier: 5, Type: layers.EthernetTypeDot1Q}}
			c.handshake().send(client, open(1, nil)...)
			c.between = append(c.between, &layers.Dot1Q{VLANIdentifier: 6, Type: layers.EthernetTypeDot1Q})
			c.send(client, keepalive()...)
		}, []string{"0 open" + to, "0 keepalive" + to}},
		{"TCP-MD5", func(t *tap) {
			c := t.connection(here, there)
			c.options = []layers.TCPOption{{OptionType: 19, OptionLength: 18, OptionData: make([]byte, 16)}}
			c.handshake().send(client, open(1, nil)...)
		}, []string{"0 open" + to}},
		{"octets behind the IP packet are not of it", func(t *tap) {
			t.connection(here, there).handshake().send(client, keepalive()...)
			last := &t.packets[len(t.packets)-1]
			last.octets = append(last.octets, marker...)
		}, []string{"0 keepalive" + to}},
		{"a packet cut by the snap length", func(t *tap) {
			c := t.connection(here, there).handshake()
			c.send(client, slices.Concat(keepalive(), update("192.0.2.0/24", 500))...)
			last := &t.packets[len(t.packets)-1]
			last.octets = last.octets[:100]
			c.send(client, keepalive()...)
		}, []string{"0 keepalive" + to, fmt.Sprintf("! packet 4, %s > %s: %d octets of the stream are missing, and 27 were skipped because they are part of no whole message",
			here, there, len(update("192.0.2.0/24", 500))-27), "0 keepalive" + to}},
		{"other protocols", func(t *tap) {
			t.add([]byte{1, 2, 3})
			t.add(append(make([]byte, 12), 0x08, 0x06, 0, 1))
			ip := &layers.IPv4{Version: 4, IHL: 5, TTL: 1, Protocol: layers.IPProtocolUDP, SrcIP: []byte{10, 0, 0, 1}, DstIP: []byte{10, 0, 0, 2}}
			b := gopacket.NewSerializeBuffer()
			must(gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true}, &layers.Ethernet{SrcMAC: make([]byte, 6), DstMAC: make([]byte, 6), EthernetType: layers.EthernetTypeIPv4}, ip, &layers.UDP{DstPort: 4789}))
			t.add(b.Bytes())
			t.connection(here, there).handshake().send(client, keepalive()...)
		}, []string{"0 keepalive" + to}},
		{"a TCP header that is cut off", func(t *tap) {
			c := t.connection(here, there).handshake()
			c.send(client, keepalive()...)
			t.packets[2].octets = t.packets[2].octets[:14+20+10]
			c.send(client, keepalive()...)
		}, []string{"! packet 3: Invalid TCP header. Length 10 less than 20", "! packet 4, " + here + " > " + there + ": 19 octets of the stream are missing", "0 keepalive" + to}},
		{"the first of two IP fragments counts", func(t *tap) {
			c := t.connection(here, there).handshake()
			c.send(client, append(keepalive(), 0xff, 0xff, 0xff, 0xff, 0xff)...)
			t.packets[2].octets[14+6] |= 0x20 // more fragments
			c.send(client, keepalive()[5:]...)
			t.packets[3].octets[14+7] |= 8 // offset of the fragment
			c.send(client, open(1, nil)...)
		}, []string{"0 keepalive" + to, "! packet 5, " + here + " > " + there + ": 14 octets of the stream are missing, and 5 were skipped because they are part of no whole message", "0 open" + to}},
		{"IPv6 extension headers, and the first of two fragments counts", func(t *tap) {
			c := t.connection("[2001:db8::1]:40000", "[2001:db8::2]:179").handshake()
			extend := func(i int, next byte, header ...byte) {
				b := slices.Insert(t.packets[i].octets, 14+40, header...)
				b[14+5] += byte(len(header))
				b[14+6], b[14+40] = next, 6
				t.packets[i].octets = b
			}
			c.send(client, append(keepalive(), 0xff, 0xff, 0xff, 0xff, 0xff)...)
			c.send(client, keepalive()[5:]...)
			c.send(client, open(1, nil)...)
			const hopByHop, fragment, destination = 0, 44, 60
			extend(0, hopByHop, 0, 0, 1, 4, 0, 0, 0, 0)
			extend(2, fragment, 0, 0, 0, 1, 0, 0, 0, 7)
			extend(3, fragment, 0, 0, 0, 8, 0, 0, 0, 7)
			extend(4, destination, 0, 0, 1, 4, 0, 0, 0, 0)
		}, []string{"0 keepalive" + six, "! packet 5, [2001:db8::1]:40000 > [2001:db8::2]:179: 14 octets of the stream are missing, and 5 were skipped because they are part of no whole message", "0 open" + six}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tap := newTap()
			c.write(tap)
			wantLines(t, told(t, tap.file(), Options{}), c.want...)
		})
	}
}

func TestPcapFiles(t *testing.T) {
	tap := newTap()
	c := tap.connection(here, there).handshake()
	for range 3 {
		c.send(client, keepalive()...)
	}
	const fileHeader, packetHeader = 24, 16
	third := fileHeader + 2*(packetHeader+len(tap.packets[0].octets))
	message := "0 keepalive" + to
	missing := "! packet 4, " + here + " > " + there + ": 19 octets of the stream are missing"
	for _, c := range []struct {
		name   string
		change func([]byte) []byte
		want   []string
	}{
		{"as it is", func(b []byte) []byte { return b }, []string{message, message, message}},
		{"the snap length of the file is less than its packets", func(b []byte) []byte {
			binary.LittleEndian.PutUint32(b[16:], 60)
			return b
		}, []string{"! packet 3: 73 octets were captured, over the snap length 60 of the file; longer packets are read all the same", message, message, message}},
		{"more was captured than the packet had", func(b []byte) []byte {
			binary.LittleEndian.PutUint32(b[third+12:], 20)
			return b
		}, []string{"! packet 3: 73 octets were captured of a packet that had 20", missing, message, message}},
		{"a packet of more than can be", func(b []byte) []byte {
			huge := make([]byte, packetHeader+maxPacket+1)
			binary.LittleEndian.PutUint32(huge[8:], maxPacket+1)
			binary.LittleEndian.PutUint32(huge[12:], maxPacket+1)
			return slices.Insert(b, third, huge...)
		}, []string{"! packet 3: 262145 octets were captured: 262144 is the most that is read of a packet", message, message, message}},
		{"a length that the file does not have", func(b []byte) []byte {
			binary.LittleEndian.PutUint32(b[third+8:], 1<<31)
			return b
		}, []string{"! packet 3: reading ends: 2147483648 octets were captured: 262144 is the most that is read of a packet; the file does not have them"}},
		{"cut in a packet", func(b []byte) []byte { return b[:third+30] }, []string{"! packet 3: reading ends: the file ends in the middle of a packet: unexpected EOF"}},
		{"cut behind the header of a packet", func(b []byte) []byte { return b[:third+packetHeader] }, []string{"! packet 3: reading ends: the file ends in the middle of a packet: unexpected EOF"}},
		{"cut in the header of a packet", func(b []byte) []byte { return b[:third+5] }, []string{"! packet 3: reading ends: the file ends in the middle of a packet: unexpected EOF"}},
		{"an unknown link", func(b []byte) []byte {
			binary.LittleEndian.PutUint32(b[20:], 105)
			return b[:third]
		}, []string{"! packet 1: link type 105 is none of those known: Ethernet, Linux cooked, loopback, raw IP", "! packet 2: link type 105 is none of those known: Ethernet, Linux cooked, loopback, raw IP"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantLines(t, told(t, c.change(slices.Clone(tap.file())), Options{}), c.want...)
		})
	}
}

func TestPcapngFiles(t *testing.T) {
	tap := newTap()
	c := tap.connection(here, there).handshake()
	for range 3 {
		c.send(client, keepalive()...)
	}
	file := tap.fileNG()
	// Where the blocks begin: section, interface, packets.
	var blocks []int
	for at := 0; at < len(file); at += int(binary.LittleEndian.Uint32(file[at+4:])) {
		blocks = append(blocks, at)
	}
	third := blocks[2+2]
	block := func(kind uint32, body ...byte) []byte {
		b := binary.LittleEndian.AppendUint32(nil, kind)
		b = append(binary.LittleEndian.AppendUint32(b, uint32(len(body)+12)), body...)
		return binary.LittleEndian.AppendUint32(b, uint32(len(body)+12))
	}
	message := "0 keepalive" + to
	missing := "! packet 4, " + here + " > " + there + ": 19 octets of the stream are missing"
	for _, c := range []struct {
		name   string
		change func([]byte) []byte
		want   []string
	}{
		{"as it is", func(b []byte) []byte { return b }, []string{message, message, message}},
		{"blocks of other types", func(b []byte) []byte { return slices.Insert(b, third, block(0x0bad, 1, 2, 3, 4)...) }, []string{message, message, message}},
		{"a second section", func(b []byte) []byte { return append(b, b[:blocks[2]]...) }, []string{message, message, message}},
		{"a simple packet", func(b []byte) []byte {
			length := binary.LittleEndian.Uint32(b[third+4:])
			simple := append(binary.LittleEndian.AppendUint32(nil, 73), b[third+28:third+int(length)-4]...)
			return slices.Replace(b, third, third+int(length), block(blockSimple, simple...)...)
		}, []string{message, message, message}},
		{"a packet of an interface that is not there", func(b []byte) []byte {
			b[third+8] = 9
			return b
		}, []string{"! packet 3: Interface id 9 not present in section (have only 1 interfaces)", missing, message, message}},
		{"more captured than the block has room for", func(b []byte) []byte {
			binary.LittleEndian.PutUint32(b[third+20:], 1<<30)
			return b
		}, []string{"! packet 3: 1073741824 octets captured in a block with room for 76", missing, message, message}},
		{"a block that is too short", func(b []byte) []byte {
			return slices.Insert(b, third, block(blockEnhanced, 0, 0, 0, 0)...)
		}, []string{"! packet 3: a block of type 6 has 16 octets, want at least 32", message, message, message}},
		{"a block that is too long", func(b []byte) []byte {
			return slices.Insert(b, third, block(blockEnhanced, make([]byte, maxBlock)...)...)
		}, []string{fmt.Sprintf("! packet 3: a block of %d octets: %d is the most that is read", maxBlock+12, maxBlock), message, message, message}},
		{"a length that no block has", func(b []byte) []byte {
			b[third+4] |= 1
			return b
		}, []string{"! packet 3: reading ends: a block of type 6 with length 109: want a multiple of 4 from 12"}},
		{"cut in a block", func(b []byte) []byte { return b[:third+20] }, []string{"! packet 3: reading ends: the file ends in the middle of a block: unexpected EOF"}},
		{"cut in the header of a block", func(b []byte) []byte { return b[:third+6] }, []string{"! packet 3: reading ends: the file ends in the middle of a block: unexpected EOF"}},
		{"timestamps in units of 10^-64 seconds", func(b []byte) []byte {
			return slices.Replace(b, blocks[1], blocks[2], block(blockInterface, 1, 0, 0, 0, 0, 0, 4, 0, 9, 0, 1, 0, 64, 0, 0, 0, 0, 0, 0, 0)...)
		}, []string{message, message, message}},
		{"timestamps in units of 2^-64 seconds", func(b []byte) []byte {
			return slices.Replace(b, blocks[1], blocks[2], block(blockInterface, 1, 0, 0, 0, 0, 0, 4, 0, 9, 0, 1, 0, 128+64, 0, 0, 0, 0, 0, 0, 0)...)
		}, []string{message, message, message}},
		{"options that pass the end of their block", func(b []byte) []byte {
			iface := block(blockInterface, 1, 0, 0, 0, 0, 0, 4, 0, 2, 0, 255, 255)
			return slices.Replace(b, blocks[1], blocks[2], iface...)
		}, []string{message, message, message}},
		{"a snap length of 4 GiB", func(b []byte) []byte {
			binary.LittleEndian.PutUint32(b[blocks[1]+12:], 0xffffffff)
			return b
		}, []string{message, message, message}},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantLines(t, told(t, c.change(slices.Clone(file)), Options{}), c.want...)
		})
	}
}

func TestInterfacesAreBounded(t *testing.T) {
	tap := newTap()
	tap.connection(here, there).handshake().send(client, keepalive()...)
	file := tap.fileNG()
	section := int(binary.LittleEndian.Uint32(file[4:]))
	iface := int(binary.LittleEndian.Uint32(file[section+4:]))
	const more = 10
	file = slices.Insert(file, section, bytes.Repeat(file[section:section+iface], maxInterfaces+more-1)...)
	refused := 0
	r := reader(t, file, Options{})
	for _, err := range r.All() {
		if err != nil {
			refused++
		}
	}
	if refused != more || r.Counts().Messages != 1 {
		t.Errorf("%d interfaces refused and %d messages, want %d and 1", refused, r.Counts().Messages, more)
	}
}

func TestUnreadableCaptures(t *testing.T) {
	for _, c := range []struct {
		name string
		file string
		want string
	}{
		{"nothing", "", "no header"},
		{"text", "hello, world, how are you today?", "neither pcap nor pcapng"},
		{"a version that never was", "\xd4\xc3\xb2\xa1\x03\x00\x04\x00................", "major version 3"},
		{"half a header", "\xd4\xc3\xb2\xa1\x02\x00", "neither"},
		{"a section without byte order", "\x0a\x0d\x0d\x0a\x1c\x00\x00\x00................", "byte order"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := NewReader(strings.NewReader(c.file), Options{Format: Pcap})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
}

func TestPanicsOfGopacketAreErrors(t *testing.T) {
	err := func() (err error) {
		defer panicToError(&err)
		panic("wtf")
	}()
	if err == nil || err.Error() != "gopacket: wtf" {
		t.Errorf("got %v", err)
	}
}
