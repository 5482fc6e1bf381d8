package main

import (
	"fmt"

	"github.com/dci-rs/dci-rs/wire"
)

// check is a question that is asked of rows, and the share of them that must be answered right.
type check struct {
	name, words string
	bar         float64 // per cent
	decides     bool    // rows that a clause decides for us count as answered right
}

var (
	accepted = &check{"accepted", "valid, and no error of ours", 99.5, true}
	relayed  = &check{"relayed", "accepted UPDATEs, and what leaves is octet for octet what came", 100, false}
	ruled    = &check{"by rule", "an RFC's action is stated, and ours is the same", 98, false}
	refused  = &check{"refused", "invalid without a stated action, and an error of ours", 98, false}
	fuzzed   = &check{"fuzz", "no panic, and the strict decoder takes what we accept and write", 100, false}

	checks = []*check{accepted, relayed, ruled, refused, fuzzed}
)

// finding is the answer to one question of one row.
type finding struct {
	row    *row
	check  *check
	agrees bool
	err    *wire.Error // ours, if any
	detail string      // what else there is to say
}

// judge asks a row what can be asked of it.
func judge(r *row) []finding {
	if r.Fuzz {
		return []finding{fuzz(r)}
	}
	n := r.negotiated(r.internal())
	e := parse(r.message, n)
	valid := r.Expect.Valid
	switch {
	case valid == nil: // the sources and oracles contradict each other
		return nil
	case *valid:
		list := []finding{{row: r, check: accepted, err: e, agrees: e == nil || e.Action == wire.ActionDiscardAttribute && r.discarded()}}
		if e == nil && wire.MessageType(r.message[18]) == wire.TypeUpdate {
			list = append(list, verdict(r, relayed, relay(r.message, n)))
		}
		return list
	case r.Rule != nil && r.Rule.internal == r.Rule.external:
		return []finding{{row: r, check: ruled, err: e, agrees: same(e, r.Rule.internal), detail: "want " + r.Rule.internal}}
	case r.Rule != nil:
		external := parse(r.message, r.negotiated(false))
		e = parse(r.message, r.negotiated(true))
		return []finding{
			{row: r, check: ruled, err: e, agrees: same(e, r.Rule.internal), detail: "want " + r.Rule.internal},
			{row: r, check: ruled, err: external, agrees: same(external, r.Rule.external), detail: "want " + r.Rule.external},
		}
	}
	if e == nil && r.Ctx.AddPathFrom == "inferred" {
		// What is broken without Path Identifiers may look whole with them: the source read it without.
		bare := *r
		bare.Ctx.AddPath = nil
		e = parse(r.message, bare.negotiated(r.internal()))
	}
	return []finding{{row: r, check: refused, err: e, agrees: e != nil}}
}

func verdict(r *row, c *check, err error) finding {
	f := finding{row: r, check: c, agrees: err == nil}
	if err != nil {
		f.detail = err.Error()
	}
	return f
}

// same says that our error asks for the action that a rule states.
func same(e *wire.Error, action string) bool {
	if action == "session-reset-or-afi-safi-disable" {
		return e != nil && e.Action >= wire.ActionDisableFamily
	}
	return e != nil && e.Action.String() == action
}

// fuzz reads a row in every way that a session may: none panics, and what is accepted and written
// is taken by the strict decoder.
func fuzz(r *row) (f finding) {
	f = finding{row: r, check: fuzzed}
	defer func() {
		if p := recover(); p != nil {
			f.agrees, f.detail = false, fmt.Sprint("panic: ", p)
		}
	}()
	for _, internal := range []bool{true, false} {
		n := r.negotiated(internal)
		if e := parse(r.message, n); e != nil || wire.MessageType(r.message[18]) != wire.TypeUpdate {
			continue
		}
		if err := strict(r.message, n); err != nil {
			f.detail = err.Error()
			return f
		}
	}
	f.agrees = true
	return f
}

// parse is what is wrong with a message as it stands in a file.
func parse(message []byte, n *wire.Negotiated) *wire.Error {
	if len(message) < wire.HeaderLen {
		return &wire.Error{Code: wire.ErrHeader, Subcode: wire.BadMessageLength, Action: wire.ActionResetSession, Reason: "no header"}
	}
	h, err := wire.ParseHeader(message, n.ReceiveLimit())
	switch {
	case err != nil:
		return err
	case h.Length != len(message):
		return &wire.Error{Code: wire.ErrHeader, Subcode: wire.BadMessageLength, Action: wire.ActionResetSession, Offset: 16,
			Reason: fmt.Sprintf("message length %d, %d octets are there", h.Length, len(message))}
	}
	body := message[wire.HeaderLen:]
	switch h.Type {
	case wire.TypeOpen:
		_, err = wire.ParseOpen(body)
	case wire.TypeUpdate:
		_, err = wire.ParseUpdate(body, n)
	case wire.TypeNotification:
		_, err = wire.ParseNotification(body)
	case wire.TypeRouteRefresh:
		_, err = wire.ParseRouteRefresh(body)
	}
	return err
}
