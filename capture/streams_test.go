package capture

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/gopacket/layers"
)

const (
	here  = "10.0.0.1:40000"
	there = "10.0.0.2:179"
	to    = " " + here + ">" + there
	from  = " " + there + ">" + here
)

func TestStreams(t *testing.T) {
	big := update("192.0.2.0/24", 3000)
	for _, c := range []struct {
		name  string
		write func(*tap)
		want  []string
	}{
		{"both directions of a connection are one session", func(t *tap) {
			c := t.connection(here, there).handshake()
			c.send(client, open(1, nil)...)
			c.send(server, open(2, nil)...)
			c.send(client, keepalive()...)
		}, []string{"0 open" + to, "0 open" + from, "0 keepalive" + to}},
		{"sessions count by their first message", func(t *tap) {
			a, b := t.connection("10.0.0.9:1", there).handshake(), t.connection(here, there).handshake()
			b.send(client, keepalive()...)
			a.send(client, keepalive()...)
		}, []string{"0 keepalive" + to, "1 keepalive 10.0.0.9:1>" + there}},
		{"several messages in a segment", func(t *tap) {
			t.connection(here, there).handshake().send(client, slices.Concat(open(1, nil), keepalive(), big)...)
		}, []string{"0 open" + to, "0 keepalive" + to, "0 update" + to}},
		{"a message in several segments, cut in its marker", func(t *tap) {
			c := t.connection(here, there).handshake()
			c.send(client, append(keepalive(), big[:5]...)...)
			c.send(client, big[5:1000]...)
			c.send(client, big[1000:]...)
		}, []string{"0 keepalive" + to, "0 update" + to}},
		{"a message octet by octet", func(t *tap) {
			c := t.connection(here, there).handshake()
			for _, octet := range open(1, nil) {
				c.send(client, octet)
			}
		}, []string{"0 open" + to}},
		{"segments out of order", func(t *tap) {
			c := t.connection(here, there).handshake()
			first := c.lose(client, big[:100]...)
			second := c.lose(client, big[100:200]...)
			c.send(client, append(big[200:len(big):len(big)], keepalive()...)...)
			c.capture(client, second, big[100:200])
			c.capture(client, first, big[:100])
		}, []string{"0 update" + to, "0 keepalive" + to}},
		{"retransmissions, whole, overlapping and late", func(t *tap) {
			c := t.connection(here, there).handshake()
			first := c.lose(client, big[:100]...)
			c.capture(client, first, big[:100])
			c.capture(client, first, big[:100])
			c.capture(client, first, big[:300])
			c.seq[client] += 200
			c.send(client, big[300:]...)
			c.capture(client, first, big)
		}, []string{"0 update" + to}},
		{"a retransmitted SYN is no new session", func(t *tap) {
			c := t.connection(here, there)
			c.capture(client, layers.TCP{SYN: true, Seq: c.seq[client]}, nil)
			c.handshake()
			c.send(client, open(1, nil)...)
			c.capture(client, layers.TCP{SYN: true, Seq: c.seq[client] - uint32(len(open(1, nil))) - 1}, nil)
			c.send(client, keepalive()...)
		}, []string{"0 open" + to, "0 keepalive" + to}},
		{"a SYN with another number is a new session of the same ports", func(t *tap) {
			t.connection(here, there).handshake().send(client, open(1, nil)...)
			c := t.connection(here, there)
			c.seq = [2]uint32{3, 5}
			c.handshake()
			c.send(client, open(1, nil)...)
			c.send(server, open(1, nil)...)
		}, []string{"0 open" + to, "1 open" + to, "1 open" + from}},
		{"sequence numbers wrap", func(t *tap) {
			c := t.connection(here, there)
			c.seq[client] = 1<<32 - 1000
			c.handshake()
			for range 3 {
				c.send(client, big...)
			}
		}, []string{"0 update" + to, "0 update" + to, "0 update" + to}},
		{"a session is found in its middle", func(t *tap) {
			c := t.connection(here, there)
			c.send(client, append(big[2000:len(big):len(big)], keepalive()...)...)
			c.send(server, keepalive()...)
		}, []string{fmt.Sprintf("! packet 1, %s > %s: %d octets were skipped up to the next marker", here, there, len(big)-2000), "0 keepalive" + to, "0 keepalive" + from}},
		{"other ports are BGP from a marker on", func(t *tap) {
			c := t.connection("[2001:db8::1]:1", "[2001:db8::2]:1790").handshake()
			c.send(client, open(1, nil)...)
			web := t.connection("10.0.0.1:1", "10.0.0.2:80").handshake()
			web.send(client, []byte("GET / HTTP/1.1\r\n\r\n")...)
		}, []string{"0 open [2001:db8::1]:1>[2001:db8::2]:1790"}},
		{"a lost segment that was acknowledged", func(t *tap) {
			c := t.connection(here, there).handshake()
			c.send(client, big[:1000]...)
			c.lose(client, big[1000:1500]...)
			c.send(client, append(big[1500:len(big):len(big)], keepalive()...)...)
			t.at = t.at.Add(2 * time.Second)
			c.acknowledge(server)
			c.send(client, open(1, nil)...)
		}, []string{fmt.Sprintf("! packet 4, %s > %s: 500 octets of the stream are missing, and %d were skipped because they are part of no whole message", here, there, len(big)-500),
			"0 keepalive" + to, "0 open" + to}},
		{"an acknowledgement may be captured before its segment", func(t *tap) {
			c := t.connection(here, there).handshake()
			first := c.lose(client, big[:1000]...)
			c.send(client, big[1000:]...)
			c.acknowledge(server)
			c.capture(client, first, big[:1000])
		}, []string{"0 update" + to}},
		{"a lost segment between messages", func(t *tap) {
			c := t.connection(here, there).handshake()
			c.lose(client, keepalive()...)
			c.send(client, keepalive()...)
		}, []string{"! packet 3, " + here + " > " + there + ": 19 octets of the stream are missing", "0 keepalive" + to}},
		{"the end cuts a message off", func(t *tap) {
			c := t.connection(here, there).handshake()
			c.send(client, append(keepalive(), big[:100]...)...)
			c.send(server, keepalive()[:7]...)
		}, []string{"0 keepalive" + to, fmt.Sprintf("! packet 4, %s > %s: the stream ends with 100 octets of a message of %d", here, there, len(big)),
			"! packet 4, " + there + " > " + here + ": the stream ends with 7 octets of a header"}},
		{"a sequence number far from its stream", func(t *tap) {
			c := t.connection(here, there).handshake()
			c.send(client, keepalive()...)
			c.capture(client, layers.TCP{Seq: c.seq[client] - 1<<31 + 5}, keepalive())
			c.send(client, keepalive()...)
		}, []string{"0 keepalive" + to, "! packet 4, " + here + " > " + there + ": the sequence number 2147484673 is far from 1020, which the stream has come to", "0 keepalive" + to}},
		{"a SYN with octets that is not counted", func(t *tap) {
			c := t.connection(here, there)
			c.capture(client, layers.TCP{SYN: true, Seq: 0}, open(1, nil))
			c.capture(client, layers.TCP{Seq: uint32(len(open(1, nil)))}, keepalive())
		}, []string{"0 open" + to, "0 keepalive" + to}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tap := newTap()
			c.write(tap)
			wantLines(t, told(t, tap.file(), Options{}), c.want...)
		})
	}
}

func TestPlaceOfAMessage(t *testing.T) {
	tap := newTap()
	c := tap.connection(here, there).handshake()
	message := update("192.0.2.0/24", 100)
	late := c.lose(client, message[:30]...)
	c.send(client, message[30:]...)
	c.capture(client, late, message[:30])
	r := reader(t, tap.file(), Options{})
	for m, err := range r.All() {
		if err != nil {
			t.Fatal(err)
		}
		// The last octet of the message was captured in packet 3, though packet 4 made it whole.
		if m.Position != 3 || !m.Time.Equal(tap.packets[2].at) {
			t.Errorf("packet %d at %v, want 3 at %v", m.Position, m.Time, tap.packets[2].at)
		}
	}
	if got := r.Counts(); got.Messages != 1 || got.Sessions != 1 || got.Packets != 4 || got.Faults != 0 {
		t.Errorf("%+v", got)
	}
}

// count makes streams that only count.
func count() *streams {
	return &streams{out: &output{unit: "packet", yield: func(*Message, error) bool { return true }}, fallback: Options{}.context(), sessions: map[ends]*session{}}
}

// TestPendingIsBounded loses the first octets of a stream: what follows waits, and no more than it may.
func TestPendingIsBounded(t *testing.T) {
	s, message := count(), update("192.0.2.0/24", 4000)
	const sent = 4 * maxPending / 4000
	most := 0
	s.packet(&packet{src: addrPort([]byte{10, 0, 0, 1}, 1), dst: addrPort([]byte{10, 0, 0, 2}, 179), syn: true, seq: 0})
	for i := range sent {
		s.packet(&packet{src: addrPort([]byte{10, 0, 0, 1}, 1), dst: addrPort([]byte{10, 0, 0, 2}, 179), seq: uint32(1 + (i+1)*len(message)), octets: message})
		most = max(most, s.held)
	}
	s.endAll()
	if most < maxPending-5000 || most > maxPending || s.held != 0 {
		t.Errorf("%d octets waited at most, %d in the end; want about %d and 0", most, s.held, maxPending)
	}
	if got := s.out.counts; got.Messages != sent || got.Missing != int64(len(message)) {
		t.Errorf("%+v, want %d messages and %d octets missing", got, sent, len(message))
	}
}

// TestAllPendingIsBounded does that in so many streams that together they hold too much.
func TestAllPendingIsBounded(t *testing.T) {
	s, message := count(), update("192.0.2.0/24", 60000)
	most := 0
	for i := range 2 * maxHeld / maxPending {
		p := packet{src: addrPort([]byte{10, 0, 0, byte(i)}, 1), dst: addrPort([]byte{10, 0, 1, 1}, 179), syn: true, number: int64(i)}
		s.packet(&p)
		p.syn, p.octets = false, message
		for j := range maxPending/len(message) - 1 {
			p.seq = uint32(1 + (j+1)*len(message))
			s.packet(&p)
			most = max(most, s.held)
		}
	}
	s.endAll()
	if most < maxHeld-maxPending || most > maxHeld+len(message) || s.held != 0 {
		t.Errorf("%d octets waited at most, %d in the end; want about %d and 0", most, s.held, maxHeld)
	}
}

func TestSessionsAreBounded(t *testing.T) {
	s := count()
	for i := range maxSessions + 100 {
		s.packet(&packet{src: addrPort([]byte{10, 1, byte(i >> 8), byte(i)}, layers.TCPPort(i>>16+1)), dst: addrPort([]byte{10, 0, 0, 2}, 179),
			seq: 1, octets: append(keepalive(), 0xff), number: int64(i)})
		if len(s.sessions) > maxSessions {
			t.Fatalf("%d sessions at a time", len(s.sessions))
		}
	}
	s.endAll()
	if got := s.out.counts; got.Messages != maxSessions+100 || got.Skipped != maxSessions+100 || s.held != 0 {
		t.Errorf("%+v, %d held", got, s.held)
	}
}
