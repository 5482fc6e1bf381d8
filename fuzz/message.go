package fuzz

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/dci-rs/dci-rs/internal/oracle"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/render"
	"github.com/dci-rs/dci-rs/wire"
)

// Message reads a stream of messages as a session does until the first that ends it: an octet says
// what the session agreed on, the rest is the stream. The codec and the strict decoder agree on the
// framing; what is read is written the same again, and has text and JSON.
func Message(in []byte) error {
	r := reader(in)
	n := session(r.octet(), families[:]...)
	limit := n.ReceiveLimit()
	for stream := []byte(r); len(stream) >= wire.HeaderLen; {
		h, bad := wire.ParseHeader(stream, limit)
		if bad == nil && h.Length > len(stream) {
			return nil // more is to come
		}
		if bad != nil {
			if err := soundError(bad, wire.ErrHeader, len(stream)); err != nil {
				return err
			}
			whole := max(wire.HeaderLen, min(len(stream), int(stream[16])<<8|int(stream[17])))
			if list, err := oracle.Messages(stream[:whole], limit); err == nil {
				return fmt.Errorf("refused though sound: %v in %x: %+v", bad, stream[:whole], list)
			}
			return nil
		}
		whole := stream[:h.Length]
		withFilters := h.Type == wire.TypeRouteRefresh && h.Length > 23 // RFC 5291, which the strict decoder does not take
		if _, err := oracle.Messages(whole, limit); err != nil && !withFilters {
			return fmt.Errorf("accepted: %x: %w", whole, err)
		}
		if err := body(h, whole, n); err != nil {
			return err
		}
		stream = stream[h.Length:]
	}
	return nil
}

// body reads a message behind its header, as the daemon and its decoder do.
func body(h wire.Header, whole []byte, n *wire.Negotiated) error {
	m := render.Message{Type: h.Type, Length: h.Length, AS4: n.AS4}
	b := whole[wire.HeaderLen:]
	code := wire.ErrorCode(0)
	switch h.Type {
	case wire.TypeOpen:
		var o wire.Open
		o, m.Err = wire.ParseOpen(b)
		m.Open = &o
		code = wire.ErrOpen
	case wire.TypeUpdate:
		var u wire.Update
		m.Err = u.Parse(b, n)
		m.Update = &u
		code = wire.ErrUpdate
	case wire.TypeNotification:
		var x wire.Notification
		x, m.Err = wire.ParseNotification(b)
		m.Notification = &x
	case wire.TypeRouteRefresh:
		var x wire.RouteRefresh
		x, m.Err = wire.ParseRouteRefresh(b)
		m.RouteRefresh = &x
		code = wire.ErrRouteRefresh
	}
	if m.Err != nil {
		if err := soundError(m.Err, code, len(b)); err != nil {
			return err
		}
	}
	if out := render.AppendMessageJSON(nil, &m); !json.Valid(out) {
		return fmt.Errorf("%x has the JSON %s", whole, out)
	}
	for line := range bytes.Lines(render.AppendMessageText(nil, &m)) {
		if err := printable(bytes.TrimSuffix(line, []byte("\n"))); err != nil {
			return err
		}
	}
	return nil
}

// soundError: an error says all that a log and a NOTIFICATION need. A code of 0 is any.
func soundError(e *wire.Error, code wire.ErrorCode, length int) error {
	switch {
	case e.Code == 0 || code != 0 && e.Code != code:
		return fmt.Errorf("code %d in %+v", e.Code, e)
	case e.Action == wire.ActionNone || e.Action > wire.ActionResetSession:
		return fmt.Errorf("action %v in %+v", e.Action, e)
	case e.Offset < 0 || e.Offset > length:
		return fmt.Errorf("offset %d of %d octets in %+v", e.Offset, length, e)
	case e.Reason == "":
		return fmt.Errorf("no reason in %+v", e)
	}
	return printable([]byte(e.Error()))
}

// Control reads a NOTIFICATION (first octet even) or a ROUTE-REFRESH (odd) of any body.
func Control(in []byte) error {
	r := reader(in)
	if kind := r.octet(); kind&1 != 0 {
		return refresh(r)
	}
	n, bad := wire.ParseNotification(r)
	if bad != nil {
		return soundError(bad, wire.ErrHeader, len(r))
	}
	if err := printable([]byte(n.String())); err != nil {
		return err
	}
	again := wire.AppendNotification(nil, n.Code, n.Subcode, n.Data)
	list, err := oracle.Messages(again, 0)
	if err != nil {
		return fmt.Errorf("written again as %x: %w", again, err)
	}
	// What is longer than a message is cut.
	if fits := r[:min(len(r), wire.MaxMessage-wire.HeaderLen)]; !bytes.Equal(list[0].Body, fits) {
		return fmt.Errorf("%x is written again as %x", fits, again)
	}
	return nil
}

func refresh(b []byte) error {
	r, bad := wire.ParseRouteRefresh(b)
	if bad != nil {
		return soundError(bad, wire.ErrRouteRefresh, len(b))
	}
	again := wire.AppendRouteRefresh(nil, r.Family, r.Subtype)
	list, err := oracle.Messages(again, 0)
	if err != nil {
		return fmt.Errorf("written again as %x: %w", again, err)
	}
	if !bytes.Equal(list[0].Body, b[:4]) || r.ORF != (len(b) > 4) {
		return fmt.Errorf("%x is read as %+v and written again as %x", b, r, again)
	}
	return nil
}

// Open reads two bodies of OPEN, the first behind its length of two octets. What is accepted is
// written the same again, and two speakers who sent those would read each other's messages right.
func Open(in []byte) error {
	r := reader(in)
	a, err := open(r.field())
	if err != nil || a == nil {
		return err
	}
	b, err := open(r)
	if err != nil || b == nil {
		return err
	}
	return agreed(*a, *b)
}

// open reads one OPEN; nil if it is refused.
func open(body []byte) (*wire.Open, error) {
	o, bad := wire.ParseOpen(body)
	o.Capabilities.Families()
	o.Capabilities.LongLived()
	host, domain, _ := o.Capabilities.FQDN()
	version, _ := o.Capabilities.SoftwareVersion()
	if len(host)+len(domain)+len(version) > 3*255 {
		return nil, fmt.Errorf("names %q, %q and version %q", host, domain, version)
	}
	if bad != nil {
		return nil, soundError(bad, wire.ErrOpen, len(body))
	}
	again := wire.AppendOpen(nil, o)
	if len(again) > wire.MaxMessage {
		return nil, nil // what stands here no message holds
	}
	list, err := oracle.Messages(again, 0)
	if err != nil {
		return nil, fmt.Errorf("%x is written again as %x: %w", body, again, err)
	}
	if o2, bad := wire.ParseOpen(list[0].Body); bad != nil || !reflect.DeepEqual(o, o2) {
		return nil, fmt.Errorf("%+v is read again as %+v, %v", o, o2, bad)
	}
	// The input itself may stand in other parameters, the capabilities are the same.
	for _, octets := range [][]byte{body, list[0].Body} {
		strict, err := oracle.OpenBody(octets)
		if err != nil {
			return nil, fmt.Errorf("accepted: %x: %w", octets, err)
		}
		if err := sameOpen(o, strict); err != nil {
			return nil, fmt.Errorf("%x: %w", octets, err)
		}
	}
	return &o, nil
}

func sameOpen(o wire.Open, strict oracle.Open) error {
	if o.HoldTime != strict.HoldTime || o.RouterID != strict.ID || len(o.Capabilities) != len(strict.Capabilities) {
		return fmt.Errorf("read as %+v, the strict decoder sees %+v", o, strict)
	}
	for i, c := range strict.Capabilities {
		if byte(o.Capabilities[i].Code) != c.Code || !bytes.Equal(o.Capabilities[i].Value, c.Value) {
			return fmt.Errorf("capability %d is read as %+v, the strict decoder sees %+v", i, o.Capabilities[i], c)
		}
	}
	return nil
}

// agreed: both sides come to the same terms, and one reads what the other writes.
func agreed(a, b wire.Open) error {
	ours, theirs := wire.Negotiate(a, b), wire.Negotiate(b, a)
	if ours.AS4 != theirs.AS4 || ours.Internal != theirs.Internal || ours.HoldTime != theirs.HoldTime ||
		ours.ExtendedMessage != theirs.ExtendedMessage || ours.EnhancedRefresh != theirs.EnhancedRefresh ||
		ours.RouteRefresh != theirs.RouteRefresh || len(ours.Families) != len(theirs.Families) {
		return fmt.Errorf("one side agreed on %+v, the other on %+v", ours, theirs)
	}
	if ours.Limit() > theirs.ReceiveLimit() || theirs.Limit() > ours.ReceiveLimit() {
		return errors.New("one side may send longer messages than the other takes")
	}
	for _, o := range ours.Families {
		other, ok := theirs.Family(o.Family)
		const both = nlri.AddPath | nlri.LabelStack
		if !ok || o.Send&both != other.Receive&both || o.Receive&both != other.Send&both || o.ExtendedNextHop != other.ExtendedNextHop {
			return fmt.Errorf("%s: one side agreed on %+v, the other on %+v", o.Family, o, other)
		}
	}
	return nil
}
