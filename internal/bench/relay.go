package bench

import (
	"encoding/binary"
	"fmt"
	"net"
	"runtime/debug"
	"sync"
)

// A relay copies the UPDATEs of each session to all others, unparsed apart from framing: what no
// reflector on this machine can be faster than. It keeps every octet, in order of arrival, so a
// session that comes late is told everything and a slow one costs the others nothing. It knows no
// routes: a session that ends withdraws none.
type relay struct {
	mu    sync.Mutex
	grown sync.Cond // log grew or a session ended
	log   []run     // only grows; a run never changes
}

// A member is one established session.
type member struct {
	conn   net.Conn
	number int
	ended  bool // guarded by the relay's mu
}

// A run is whole UPDATEs that stood next to each other in what one session sent.
type run struct {
	from   int
	octets []byte
}

// blockSize is how much memory a session's reader takes at once.
const blockSize = 1 << 20

// ServeRelay is a relay as a process of its own, on an address. What it allocates it keeps, so there is
// nothing to collect.
func ServeRelay(address string) error {
	debug.SetGCPercent(-1)
	listener, err := net.Listen("tcp4", address)
	if err != nil {
		return err
	}
	return newRelay().serve(listener)
}

func newRelay() *relay {
	r := &relay{}
	r.grown.L = &r.mu
	return r
}

// serve runs until the listener closes.
func (r *relay) serve(listener net.Listener) error {
	for number := 0; ; number++ {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go r.session(&member{conn: conn, number: number})
	}
}

func (r *relay) session(m *member) {
	defer m.conn.Close()
	if err := mirror(m.conn); err != nil {
		return
	}
	go r.write(m)
	r.read(m)
	r.mu.Lock()
	m.ended = true
	r.mu.Unlock()
	r.grown.Broadcast()
}

// mirror completes the handshake with the peer's own OPEN, so that whatever it offers is agreed. The
// hold time is 0: nobody sends KEEPALIVE (RFC 4271 §4.2). An empty UPDATE ends the handshake, the
// End-of-RIB of RFC 4724 §2: a session need not wait for what a relay cannot know.
func mirror(conn net.Conn) error {
	body, err := expect(conn, messageOpen)
	if err != nil {
		return err
	}
	if len(body) < 10 {
		return fmt.Errorf("OPEN of %d octets", len(body))
	}
	binary.BigEndian.PutUint16(body[3:], 0)
	binary.BigEndian.PutUint32(body[5:], reflectorID)
	reply := finish(append(appendHeader(nil, messageOpen), body...), 0)
	if _, err := conn.Write(appendKeepalive(reply)); err != nil {
		return err
	}
	if _, err := expect(conn, messageKeepalive); err != nil {
		return err
	}
	_, err = conn.Write(appendUpdate(nil, nil, nil, nil))
	return err
}

// read frames what the session sends and adds it to the log. Runs are cut from blocks that are
// filled once and kept.
func (r *relay) read(from *member) {
	var block []byte
	framed, filled := 0, 0
	for {
		if len(block)-filled < maxMessage {
			fresh := make([]byte, blockSize)
			filled = copy(fresh, block[framed:filled])
			block, framed = fresh, 0
		}
		n, err := from.conn.Read(block[filled:])
		if err != nil {
			return
		}
		filled += n
		start := framed
		for filled-framed >= 19 {
			m := block[framed:filled]
			length := int(binary.BigEndian.Uint16(m[16:]))
			if length < 19 || length > maxMessage {
				return
			}
			if len(m) < length {
				break
			}
			if m[18] != messageUpdate {
				r.publish(run{from.number, block[start:framed]})
				start = framed + length
			}
			framed += length
		}
		r.publish(run{from.number, block[start:framed]})
	}
}

func (r *relay) publish(u run) {
	if len(u.octets) == 0 {
		return
	}
	r.mu.Lock()
	r.log = append(r.log, u)
	r.mu.Unlock()
	r.grown.Broadcast()
}

// write sends the others' runs, all there are in one call.
func (r *relay) write(to *member) {
	var vector net.Buffers
	for cursor := 0; ; {
		r.mu.Lock()
		for cursor == len(r.log) && !to.ended {
			r.grown.Wait()
		}
		fresh, over := r.log[cursor:], to.ended
		cursor = len(r.log)
		r.mu.Unlock()
		if over {
			return
		}
		vector = vector[:0]
		for _, u := range fresh {
			if u.from != to.number {
				vector = append(vector, u.octets)
			}
		}
		rest := vector
		if _, err := rest.WriteTo(to.conn); err != nil {
			return
		}
	}
}
