package rib

import (
	"bytes"

	"github.com/dci-rs/dci-rs/nlri"
)

// Event is something that the table wants its operator to know of. It owns its memory.
type Event struct {
	// Unfit: this route of this neighbor is too long for the messages of some members once it is
	// rewritten for them. It is withdrawn from those. Reported once per neighbor and family.
	Family nlri.Family
	Form   nlri.Form
	Source PeerID
	NLRI   nlri.NLRI
}

type unfitKey struct {
	family nlri.Family
	source PeerID
}

// unfit reports the first route of a neighbor and family that does not fit.
func (e *environment) unfit(f nlri.Family, source PeerID, n nlri.NLRI, form nlri.Form) {
	e.unfits++
	key := unfitKey{f, source}
	if e.report == nil || e.told[key] {
		return
	}
	if e.told == nil {
		e.told = map[unfitKey]bool{}
	}
	e.told[key] = true
	e.report(Event{Family: f, Form: form, Source: source, NLRI: bytes.Clone(n)})
}
