package server

import (
	"net"
	"sync/atomic"
	"time"

	"github.com/dci-rs/dci-rs/fsm"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/wire"
)

// maxWrite is about how many octets of the table go into one write.
const maxWrite = 256 << 10

// writer is the goroutine that alone writes on a connection, so that every message begins where
// another ended. Others leave messages in its outbox or ask it for a refresh.
type writer struct {
	conn *connection
	wake chan struct{} // cap 1
	done chan struct{} // closed when it writes no more

	outbox    atomic.Pointer[[]byte] // whole messages; the session adds, the writer takes
	finishing atomic.Bool            // what is in the outbox is the last
	following atomic.Pointer[following]
	refreshes atomic.Uint64 // bit i: all of following.families[i] again
	blocked   atomic.Int64  // since when a write waits for the neighbor (Server.clock); 0 = none does

	vector  [][]byte
	pending net.Buffers // of vector, what is not yet written
}

// following is what the writer takes from the table.
type following struct {
	*rib.Follower
	families []wire.FamilyOptions
}

func newWriter(c *connection) *writer {
	return &writer{conn: c, wake: make(chan struct{}, 1), done: make(chan struct{})}
}

func (w *writer) rouse() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// send leaves whole messages in the outbox. Only the session calls it.
func (w *writer) send(messages []byte) {
	if waiting := w.outbox.Swap(nil); waiting != nil {
		messages = append(*waiting, messages...)
	}
	w.outbox.Store(&messages)
	w.rouse()
}

// finish lets the writer end after what was sent, within the time of parting. Only the session
// calls it.
func (w *writer) finish() {
	w.finishing.Store(true)
	w.conn.tcp.SetWriteDeadline(time.Now().Add(parting))
	w.rouse()
}

// follow begins to tell the neighbor the table. Only the reader calls it, once.
func (w *writer) follow(f *rib.Follower, families []wire.FamilyOptions) {
	w.following.Store(&following{f, families})
	w.rouse()
}

// refresh tells the neighbor all of a family again; a request that waits already is enough. Only the
// reader calls it.
func (w *writer) refresh(f nlri.Family) {
	for i, options := range w.following.Load().families {
		if options.Family == f {
			w.refreshes.Or(1 << i)
			w.rouse()
		}
	}
}

// progressed is when the neighbor last took something, or had nothing to take.
func (w *writer) progressed(now time.Time) time.Time {
	if since := w.blocked.Load(); since != 0 {
		return w.conn.peer.server.since.Add(time.Duration(since))
	}
	return now
}

func (w *writer) run() {
	defer w.conn.peer.server.sessions.Done()
	defer close(w.done)
	for {
		last := w.finishing.Load() // before the outbox, which is complete when this is set
		progress, err := w.write(last)
		switch {
		case last:
			w.conn.tcp.CloseWrite()
			return
		case err != nil:
			w.conn.report(fsm.Event{Kind: fsm.ConnClosed, Text: cause(err)})
			<-w.conn.ended
			return
		case progress.Lost:
			w.conn.report(fsm.Event{Kind: fsm.Reset, Subcode: wire.OutOfResources,
				Text: "the neighbor fell too far behind to be told what it missed"})
			<-w.conn.ended
		case !progress.More:
			w.park()
		}
	}
}

// write sends what there is to send now. More is set when there may be more.
func (w *writer) write(last bool) (p rib.Progress, err error) {
	w.vector = w.vector[:0]
	if messages := w.outbox.Swap(nil); messages != nil {
		w.vector = append(w.vector, *messages)
	}
	if from := w.following.Load(); from != nil && !last {
		for i, bits := 0, w.refreshes.Swap(0); bits != 0; i, bits = i+1, bits>>1 {
			if bits&1 != 0 {
				from.Refresh(from.families[i].Family)
			}
		}
		w.vector, p = from.Next(w.vector, maxWrite)
	}
	if len(w.vector) == 0 {
		return p, nil
	}
	messages := 0
	for _, b := range w.vector {
		messages += countMessages(b)
	}
	w.pending = w.vector
	w.blocked.Store(w.conn.peer.server.clock())
	_, err = w.pending.WriteTo(w.conn.tcp)
	w.blocked.Store(0)
	w.conn.peer.messagesOut.Add(uint64(messages))
	p.More = p.More || !p.Lost
	return p, err
}

// park waits until there may be something to write.
func (w *writer) park() {
	var table <-chan struct{}
	if from := w.following.Load(); from != nil {
		table = from.Wake()
	}
	select {
	case <-w.wake:
	case <-table:
	}
}

// countMessages counts whole messages by their length fields.
func countMessages(b []byte) (n int) {
	for ; len(b) >= wire.HeaderLen; n++ {
		b = b[int(b[16])<<8|int(b[17]):]
	}
	return n
}
