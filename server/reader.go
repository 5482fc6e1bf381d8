package server

import (
	"github.com/dci-rs/dci-rs/fsm"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/wire"
)

// readBuffer is what one read takes at most. A whole message of any length fits.
const readBuffer = 64 << 10

// next returns the next message, its body without the header. The body is valid until the call
// after. Before it waits for the neighbor it flushes what went into the table so far.
func (c *connection) next(limit int, in *rib.Ingest) (wire.MessageType, []byte, error) {
	for {
		if unread := c.buffer[c.start:c.end]; len(unread) >= wire.HeaderLen {
			h, bad := wire.ParseHeader(unread, limit)
			if bad != nil {
				return 0, nil, bad
			}
			if len(unread) >= h.Length {
				c.start += h.Length
				c.peer.messagesIn.Add(1)
				return h.Type, unread[wire.HeaderLen:h.Length], nil
			}
		}
		if in != nil {
			in.Flush()
		}
		c.end = copy(c.buffer, c.buffer[c.start:c.end])
		c.start = 0
		c.waiting.Store(c.peer.server.clock())
		n, err := c.tcp.Read(c.buffer[c.end:])
		c.waiting.Store(0)
		c.end += n
		if n == 0 && err != nil {
			return 0, nil, err
		}
	}
}

// read puts UPDATEs into the table until the connection fails, the neighbor says something that the
// session must hear, or the session ends it.
func (c *connection) read(in *rib.Ingest, n *wire.Negotiated) {
	buffer := make([]byte, readBuffer)
	c.end = copy(buffer, c.buffer[c.start:c.end])
	c.start, c.buffer = 0, buffer
	limit := n.ReceiveLimit()
	for {
		kind, body, err := c.next(limit, in)
		if err != nil {
			c.reportFailure(err)
			return
		}
		var bad *wire.Error
		switch kind {
		case wire.TypeUpdate:
			c.peer.updatesIn.Add(1)
			bad = c.update(in, n, body)
		case wire.TypeKeepalive:
		case wire.TypeRouteRefresh:
			bad = c.routeRefresh(in, n, body)
		default:
			c.report(messageEvent(kind, body))
			return
		}
		if bad != nil {
			c.report(fsm.Event{Kind: fsm.MessageError, Error: bad})
			return
		}
	}
}

// update returns an error only if it must reset the session. To disable a family is such an error
// here: RFC 7606 §2 leaves the choice.
func (c *connection) update(in *rib.Ingest, n *wire.Negotiated, body []byte) *wire.Error {
	var u wire.Update
	bad := u.Parse(body, n)
	asWithdraw := false
	if bad != nil {
		if bad.Action >= wire.ActionDisableFamily {
			return bad
		}
		c.noteMalformed(bad)
		asWithdraw = bad.Action == wire.ActionTreatAsWithdraw
	}
	if f, ok := u.EndOfRIB(); ok {
		in.EndOfRIB(f)
		return nil
	}
	in.Update(&u, asWithdraw)
	return nil
}

func (c *connection) routeRefresh(in *rib.Ingest, n *wire.Negotiated, body []byte) *wire.Error {
	r, bad := wire.ParseRouteRefresh(body)
	if bad != nil {
		if bad.Action == wire.ActionResetSession {
			return bad
		}
		c.noteMalformed(bad)
		return nil
	}
	_, known := n.Family(r.Family)
	switch {
	case r.Subtype == wire.RefreshRequest:
		c.writer.refresh(r.Family)
	case !known || !n.EnhancedRefresh: // as are subtypes without a meaning: RFC 7313 §5
	case r.Subtype == wire.BeginOfRefresh:
		in.BeginRefresh(r.Family)
	case r.Subtype == wire.EndOfRefresh:
		in.EndRefresh(r.Family)
	}
	return nil
}

// noteMalformed counts a message that was wrong and left the session up, and logs the first of its
// kind.
func (c *connection) noteMalformed(bad *wire.Error) {
	defer c.peer.malformed.Add(1) // when it is counted it is logged
	kind := fault{bad.Action, bad.Attr, bad.Code, bad.Subcode}
	if _, known := c.malformed[kind]; known {
		return
	}
	if c.malformed == nil {
		c.malformed = make(map[fault]struct{})
	}
	c.malformed[kind] = struct{}{}
	c.peer.log().Warn("malformed message; further ones of its kind are counted, not logged",
		"action", bad.Action.String(), "reason", printable(bad.Error()))
}
