package capture

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// record is an MRT record at the time start.
func record(kind, subtype uint16, body ...byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(start.Unix()))
	b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, kind), subtype)
	return append(binary.BigEndian.AppendUint32(b, uint32(len(body))), body...)
}

// message is the body of a BGP4MP record of a peer and a collector.
func message(as4 bool, peer, local string, octets ...byte) []byte {
	asns := []byte{0xfd, 0xe9, 0xfd, 0xe8} // 65001 and 65000
	if as4 {
		asns = []byte{0, 0, 0xfd, 0xe9, 0, 0, 0xfd, 0xe8}
	}
	a := netip.MustParseAddr(peer)
	afi := byte(1)
	if a.Is6() {
		afi = 2
	}
	return slices.Concat(asns, []byte{0, 7, 0, afi}, a.AsSlice(), netip.MustParseAddr(local).AsSlice(), octets)
}

func TestBGP4MP(t *testing.T) {
	const peer, local = "192.0.2.1", "192.0.2.2"
	const in, out = " 192.0.2.1:0>192.0.2.2:0", " 192.0.2.2:0>192.0.2.1:0"
	for _, c := range []struct {
		name string
		file []byte
		want []string
	}{
		{"messages with AS numbers of 2 and of 4 octets", slices.Concat(record(16, 1, message(false, peer, local, keepalive()...)...), record(16, 4, message(true, peer, local, keepalive()...)...)),
			[]string{"0 keepalive" + in, "0 keepalive" + in}},
		{"messages of the collector", slices.Concat(record(16, 6, message(false, peer, local, keepalive()...)...), record(16, 11, message(true, peer, local, keepalive()...)...)),
			[]string{"0 keepalive" + out, "0 keepalive" + out}},
		{"microseconds", record(17, 4, append([]byte{0, 0, 1, 0}, message(true, peer, local, keepalive()...)...)...), []string{"0 keepalive" + in}},
		{"IPv6", record(16, 4, message(true, "2001:db8::1", "2001:db8::2", keepalive()...)...), []string{"0 keepalive [2001:db8::1]:0>[2001:db8::2]:0"}},
		{"state changes are counted, and the end of a session begins another", slices.Concat(
			record(16, 5, message(true, peer, local, 0, 5, 0, 6)...), record(16, 4, message(true, peer, local, keepalive()...)...),
			record(16, 5, message(true, peer, local, 0, 6, 0, 1)...), record(16, 4, message(true, peer, local, keepalive()...)...)),
			[]string{"0 keepalive" + in, "1 keepalive" + in}},
		{"types that are not read are told of once", slices.Concat(record(12, 1, 1), record(12, 1, 1), record(16, 2, 1), record(16, 4, message(true, peer, local, keepalive()...)...)),
			[]string{"! record 1: records of type 12 subtype 1 are left out, this is the first", "! record 3: records of type 16 subtype 2 are left out, this is the first", "0 keepalive" + in}},
		{"records that are cut off in themselves", slices.Concat(record(17, 4, 0), record(16, 1, 1, 2), record(16, 4, message(true, peer, local)[:12]...), record(16, 4, message(true, peer, local, keepalive()...)...)),
			[]string{"! record 1: type 17 subtype 4: cut off in its microseconds", "! record 2: type 16 subtype 1: 2 octets, cut off in its AS numbers",
				"! record 3: type 16 subtype 4: cut off in its addresses", "0 keepalive" + in}},
		{"addresses of another family", record(16, 1, 0, 1, 0, 2, 0, 0, 0, 25), []string{"! record 1: type 16 subtype 1: addresses of family 25: want 1 (IPv4) or 2 (IPv6)"}},
		{"a file that ends in a header", append(record(16, 1, message(false, peer, local, keepalive()...)...), 0, 0), []string{"0 keepalive" + in, "! record 2: the file ends in the middle of a header: unexpected EOF"}},
		{"a file that ends in a record", record(16, 1, message(false, peer, local, keepalive()...)...)[:40], []string{"! record 1: the file ends with 28 octets of a record of 35: unexpected EOF"}},
		{"a record that is too long", slices.Concat(record(16, 1, make([]byte, maxRecord+1)...), record(16, 1, message(false, peer, local, keepalive()...)...)),
			[]string{fmt.Sprintf("! record 1: a record of %d octets: %d is the most that is read", maxRecord+1, maxRecord), "0 keepalive" + in}},
	} {
		t.Run(c.name, func(t *testing.T) { wantLines(t, told(t, c.file, Options{Format: MRT}), c.want...) })
	}
}

func TestBGP4MPContext(t *testing.T) {
	const peer, local = "192.0.2.1", "192.0.2.2"
	for _, c := range []struct {
		subtype uint16
		want    string
	}{
		{1, "as2"}, {4, "as4"}, {6, "as2"}, {7, "as4"}, {8, "as2 add-path"}, {9, "as4 add-path"}, {10, "as2 add-path"}, {11, "as4 add-path"},
	} {
		as4 := strings.HasPrefix(c.want, "as4")
		for m, err := range reader(t, record(17, c.subtype, append([]byte{0, 0, 0, 5}, message(as4, peer, local, keepalive()...)...)...), Options{}).All() {
			if err != nil {
				t.Fatal(err)
			}
			got := "as2"
			if m.Context.AS4 {
				got = "as4"
			}
			if o, ok := m.Context.Family(nlri.EVPN); ok && o.Receive&nlri.AddPath != 0 {
				got += " add-path"
			}
			if got != c.want || m.Context.Internal {
				t.Errorf("subtype %d: %s, internal %t; want %s, false", c.subtype, got, m.Context.Internal, c.want)
			}
			if want := start.Add(5 * time.Microsecond); !m.Time.Equal(want) {
				t.Errorf("at %v, want %v", m.Time, want)
			}
		}
	}
}

func TestCompressedMRT(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(record(16, 4, message(true, "192.0.2.1", "192.0.2.2", keepalive()...)...))
	must(w.Close())
	wantLines(t, told(t, b.Bytes(), Options{}), "0 keepalive 192.0.2.1:0>192.0.2.2:0")
	wantLines(t, told(t, b.Bytes()[:b.Len()-9], Options{}), "0 keepalive 192.0.2.1:0>192.0.2.2:0", "! record 2: the file ends in the middle of a header: unexpected EOF")
}

// peers is a PEER_INDEX_TABLE of two peers.
func peers() []byte {
	b := []byte{192, 0, 2, 99, 0, 4, 'v', 'i', 'e', 'w', 0, 2}
	b = append(b, 0, 10, 0, 0, 1, 192, 0, 2, 1, 0xfd, 0xe9)
	b = append(append(b, 3, 10, 0, 0, 2), netip.MustParseAddr("2001:db8::1").AsSlice()...)
	return record(13, 1, append(b, 0, 1, 0, 0)...)
}

// entry is an entry of a RIB record.
func entry(peer byte, pathID []byte, attrs ...byte) []byte {
	b := append([]byte{0, peer, 1, 2, 3, 4}, pathID...)
	return append(append(b, byte(len(attrs)>>8), byte(len(attrs))), attrs...)
}

func TestTableDump(t *testing.T) {
	attrs := wire.AppendAttr(nil, wire.FlagTransitive, wire.AttrOrigin, []byte{0})
	attrs = wire.AppendAttr(attrs, wire.FlagTransitive, wire.AttrASPath, []byte{2, 1, 0, 1, 0, 0})
	nextHop4 := wire.AppendAttr(attrs[:len(attrs):len(attrs)], wire.FlagTransitive, wire.AttrNextHop, []byte{192, 0, 2, 1})
	global := netip.MustParseAddr("2001:db8::1").AsSlice()
	// RFC 6396 §4.3.4: the next hop behind its length is all there is of MP_REACH_NLRI.
	nextHop6 := wire.AppendAttr(attrs[:len(attrs):len(attrs)], wire.FlagOptional, wire.AttrMPReach, append([]byte{16}, global...))
	whole6 := wire.AppendAttr(attrs[:len(attrs):len(attrs)], wire.FlagOptional, wire.AttrMPReach, slices.Concat([]byte{0, 2, 1, 16}, global, []byte{0, 32, 0x20, 1, 0x0d, 0xb8}))
	vpn := wire.AppendAttr(attrs[:len(attrs):len(attrs)], wire.FlagOptional, wire.AttrMPReach, append([]byte{12, 0, 0, 0, 0, 0, 0, 0, 0}, 192, 0, 2, 1))
	seq, id := []byte{0, 0, 0, 1}, []byte{0, 0, 0, 9}
	vpnNLRI := []byte{96, 0, 6, 0x41, 0, 0, 0xfd, 0xe8, 0, 0, 0, 1, 10}
	evpnNLRI := []byte{3, 17, 0, 0, 0xfd, 0xe8, 0, 0, 0, 1, 0, 0, 0, 0, 32, 192, 0, 2, 1}
	const first, second = "192.0.2.1:0", "[2001:db8::1]:0"
	for _, c := range []struct {
		name string
		file []byte
		want []string
	}{
		{"an IPv4 prefix of two peers", record(13, 2, slices.Concat(seq, []byte{24, 192, 0, 2}, []byte{0, 2}, entry(1, nil, nextHop4...), entry(0, nil, nextHop4...))...),
			[]string{"0 " + second + " ipv4 192.0.2.0/24 via 192.0.2.1", "1 " + first + " ipv4 192.0.2.0/24 via 192.0.2.1"}},
		{"an IPv4 prefix with a Path Identifier", record(13, 8, slices.Concat(seq, []byte{24, 192, 0, 2}, []byte{0, 1}, entry(0, id, nextHop4...))...),
			[]string{"0 " + first + " ipv4 192.0.2.0/24 via 192.0.2.1 id 9"}},
		{"the default route", record(13, 2, slices.Concat(seq, []byte{0}, []byte{0, 1}, entry(0, nil, nextHop4...))...), []string{"0 " + first + " ipv4 0.0.0.0/0 via 192.0.2.1"}},
		{"an IPv4 prefix with an IPv6 next hop", record(13, 2, slices.Concat(seq, []byte{24, 192, 0, 2}, []byte{0, 1}, entry(0, nil, nextHop6...))...), []string{"0 " + first + " ipv4 192.0.2.0/24 via 2001:db8::1"}},
		{"an IPv6 prefix", record(13, 4, slices.Concat(seq, []byte{32, 0x20, 1, 0x0d, 0xb8}, []byte{0, 1}, entry(0, nil, nextHop6...))...), []string{"0 " + first + " ipv6 2001:db8::/32 via 2001:db8::1"}},
		{"an IPv6 prefix whose MP_REACH_NLRI is whole", record(13, 4, slices.Concat(seq, []byte{32, 0x20, 1, 0x0d, 0xb8}, []byte{0, 1}, entry(0, nil, whole6...))...), []string{"0 " + first + " ipv6 2001:db8::/32 via 2001:db8::1"}},
		{"an IPv6 prefix with a Path Identifier", record(13, 10, slices.Concat(seq, []byte{32, 0x20, 1, 0x0d, 0xb8}, []byte{0, 1}, entry(0, id, nextHop6...))...), []string{"0 " + first + " ipv6 2001:db8::/32 via 2001:db8::1 id 9"}},
		{"IPv6 prefixes without a next hop", record(13, 4, slices.Concat(seq, []byte{32, 0x20, 1, 0x0d, 0xb8}, []byte{0, 2}, entry(0, nil, attrs...), entry(0, nil, attrs...))...),
			[]string{"! record 2: entries have no next hop: they are told with ::, this is the first", "0 " + first + " ipv6 2001:db8::/32 via ::", "0 " + first + " ipv6 2001:db8::/32 via ::"}},
		{"multicast prefixes", slices.Concat(record(13, 3, slices.Concat(seq, []byte{8, 224}, []byte{0, 1}, entry(0, nil, wire.AppendAttr(attrs[:len(attrs):len(attrs)], wire.FlagOptional, wire.AttrMPReach, []byte{4, 192, 0, 2, 1})...))...),
			record(13, 5, slices.Concat(seq, []byte{8, 0xff}, []byte{0, 1}, entry(0, nil, nextHop6...))...)),
			[]string{"0 " + first + " multicast4 224.0.0.0/8 via 192.0.2.1", "0 " + first + " multicast6 ff00::/8 via 2001:db8::1"}},
		{"a VPN route", record(13, 6, slices.Concat(seq, []byte{0, 1, 128}, vpnNLRI, []byte{0, 1}, entry(0, nil, vpn...))...), []string{"0 " + first + " vpnv4 10.0.0.0/8 via 192.0.2.1"}},
		{"a VPN route with a Path Identifier, which is in its NLRI", record(13, 12, slices.Concat(seq, []byte{0, 1, 128}, id, vpnNLRI, []byte{0, 1}, entry(0, nil, vpn...))...), []string{"0 " + first + " vpnv4 10.0.0.0/8 via 192.0.2.1 id 9"}},
		{"an EVPN route", record(13, 6, slices.Concat(seq, []byte{0, 25, 70}, evpnNLRI, []byte{0, 1}, entry(0, nil, wire.AppendAttr(attrs[:len(attrs):len(attrs)], wire.FlagOptional, wire.AttrMPReach, []byte{4, 192, 0, 2, 1})...))...),
			[]string{"0 " + first + " evpn 19 octets via 192.0.2.1"}},
		{"a VPN route without MP_REACH_NLRI", record(13, 6, slices.Concat(seq, []byte{0, 1, 128}, vpnNLRI, []byte{0, 1}, entry(0, nil, attrs...))...), []string{"! record 2: an entry of family vpnv4 without MP_REACH_NLRI"}},
		{"a family nobody knows", record(13, 6, slices.Concat(seq, []byte{0, 25, 99}, vpnNLRI, []byte{0, 0})...), []string{"! record 2: type 13 subtype 6: 25/99 NLRI at offset 0: the family is unknown and nothing says how its NLRI are cut"}},
		{"an NLRI that passes the end", record(13, 2, append(seq, 32, 1, 2)...), []string{"! record 2: type 13 subtype 2: cut off in its prefix"}},
		{"a peer that is not in the index", record(13, 2, slices.Concat(seq, []byte{0}, []byte{0, 2}, entry(7, nil, nextHop4...), entry(0, nil, nextHop4...))...),
			[]string{"! record 2: an entry of peer 7, of 2 in the index", "0 " + first + " ipv4 0.0.0.0/0 via 192.0.2.1"}},
		{"an entry that is cut off", record(13, 2, slices.Concat(seq, []byte{0}, []byte{0, 2}, entry(0, nil, nextHop4...), entry(0, nil, nextHop4...)[:20])...),
			[]string{"0 " + first + " ipv4 0.0.0.0/0 via 192.0.2.1", "! record 2: cut off after 1 of 2 entries"}},
		{"attributes longer than a message", record(13, 2, slices.Concat(seq, []byte{0}, []byte{0, 1}, entry(0, nil, wire.AppendAttr(nil, wire.FlagOptional, 99, make([]byte, 65531))...))...),
			[]string{"! record 2: an entry that needs a message of 65559 octets"}},
		{"a table of another kind", record(13, 7, 1), []string{"! record 2: records of type 13 subtype 7 are left out, this is the first"}},
		{"an index that is cut off", record(13, 1, 192, 0, 2, 99, 0, 0, 0, 1, 0, 1), []string{"! record 2: type 13 subtype 1: cut off after 0 of 1 peers"}},
	} {
		t.Run(c.name, func(t *testing.T) { wantLines(t, routes(t, append(peers(), c.file...)), c.want...) })
	}
	t.Run("routes before the index", func(t *testing.T) {
		wantLines(t, routes(t, record(13, 2, append(seq, 0, 0, 0)...)), "! record 1: type 13 subtype 2: routes before the index of peers")
	})
}

// routes is what the UPDATEs of a table dump say, a line each.
func routes(t *testing.T, file []byte) []string {
	t.Helper()
	var lines []string
	for m, err := range reader(t, file, Options{Format: MRT}).All() {
		if err != nil {
			lines = append(lines, "! "+err.Error())
			continue
		}
		h, bad := wire.ParseHeader(m.Bytes, m.Context.ReceiveLimit())
		if bad != nil || h.Type != wire.TypeUpdate || h.Length != len(m.Bytes) {
			t.Fatalf("%v %+v in %d octets", bad, h, len(m.Bytes))
		}
		u, bad := wire.ParseUpdate(m.Bytes[wire.HeaderLen:], m.Context)
		if bad != nil {
			t.Fatal(bad)
		}
		list, nextHop := u.Announced(), u.NextHop()
		if r, ok := u.Reach(); ok {
			list, nextHop = r.List, r.NextHop
		}
		for id, n := range list.All() {
			what := fmt.Sprintf("%d octets", len(n))
			if p := nlri.AsPrefix(list.Family(), list.Form(), n); p.IsValid() {
				what = p.String()
			}
			line := fmt.Sprintf("%d %s %s %s via %s", m.Session, m.Src, list.Family(), what, nextHop.Addr())
			if id != 0 {
				line += fmt.Sprintf(" id %d", id)
			}
			lines = append(lines, line)
		}
	}
	return lines
}
