package main

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/dci-rs/dci-rs/internal/oracle"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// relay sends a sound UPDATE on with an empty reflection and compares what leaves with what came,
// as the strict decoder sees the two.
func relay(message []byte, n *wire.Negotiated) error {
	u, _ := wire.ParseUpdate(message[wire.HeaderLen:], n)
	attrs := wire.Attrs(wire.AppendReflected(nil, u.AppendForwardable(nil, n, wire.Ingress{}), wire.Reflection{}))
	// Where AS4_PATH was merged there is nothing to compare with: the octets are new (RFC 6793 §4.2.3).
	if _, merged := u.Attrs().Find(wire.AttrAS4Path); n.AS4 || !merged {
		got := wire.AppendExported(nil, attrs, wire.Export{AS4: n.AS4})
		want, err := relayable(u.Attrs())
		if err != nil {
			return err
		}
		if !bytes.Equal(got, want) {
			return fmt.Errorf("attributes\n got %x\nwant %x", got, want)
		}
	}
	for _, r := range reaches(&u) {
		got, err := rewritten(r, attrs)
		if err != nil {
			return err
		}
		if !bytes.Equal(got, r.List.Bytes()) {
			return fmt.Errorf("NLRI\n got %x\nwant %x", got, r.List.Bytes())
		}
	}
	unreach, _ := u.Unreach()
	return errors.Join(withdrawn(u.Withdrawn()), withdrawn(unreach))
}

// withdrawn compares withdrawals with how they are written; those of labels get a field of their own (RFC 8277 §2.4).
func withdrawn(l nlri.List) error {
	var w wire.UpdateWriter
	w.BeginWithdraw(nil, wire.MaxExtendedMessage, l.Family(), l.Form()&nlri.AddPath)
	for id, n := range l.All() {
		if nlri.LabelCount(l.Family(), l.Form(), n) > 0 || !l.Family().Supported() {
			return nil
		}
		w.Add(id, n)
	}
	messages, err := oracle.Messages(w.End(), wire.MaxExtendedMessage)
	var got []byte
	for _, m := range messages {
		legacy, block, _, _ := oracle.Fields(m.Body)
		got = append(got, legacy...)
		list, _ := oracle.Attributes(block)
		for _, a := range list {
			got = append(got, a.Value[3:]...)
		}
	}
	if !bytes.Equal(got, l.Bytes()) {
		return fmt.Errorf("withdrawals\n got %x\nwant %x", got, l.Bytes())
	}
	return err
}

// reaches are the announcements of an UPDATE in both forms.
func reaches(u *wire.Update) (list []wire.Reach) {
	if r, ok := u.Reach(); ok && r.List.Len() > 0 {
		list = append(list, r)
	}
	if l := u.Announced(); l.Len() > 0 {
		list = append(list, wire.Reach{Family: l.Family(), NextHop: u.NextHop(), List: l})
	}
	return list
}

// written is the announcements as they leave, one or more messages.
func written(r wire.Reach, attrs wire.Attrs) ([]oracle.Message, error) {
	var w wire.UpdateWriter
	w.Begin(nil, wire.MaxExtendedMessage, r.Family, r.List.Form(), r.NextHop, attrs)
	for id, each := range r.List.All() {
		if !w.Add(id, each) {
			return nil, fmt.Errorf("NLRI %x does not fit", each)
		}
	}
	return oracle.Messages(w.End(), wire.MaxExtendedMessage)
}

// rewritten is the NLRI of the messages that leave, their family and next hop being those that came.
func rewritten(r wire.Reach, attrs wire.Attrs) (field []byte, err error) {
	messages, err := written(r, attrs)
	for _, m := range messages {
		_, block, legacy, err := oracle.Fields(m.Body)
		if err != nil {
			return nil, err
		}
		list, err := oracle.Attributes(block)
		if err != nil {
			return nil, err
		}
		hop := []byte{}
		for _, a := range list {
			switch wire.AttrCode(a.Code) {
			case wire.AttrNextHop:
				hop = a.Value
			case wire.AttrMPReach:
				end := 4 + int(a.Value[3])
				if f := nlri.FamilyOf(nlri.AFI(a.Value[0])<<8|nlri.AFI(a.Value[1]), nlri.SAFI(a.Value[2])); f != r.Family {
					return nil, fmt.Errorf("family %s, want %s", f, r.Family)
				}
				hop, legacy = a.Value[4:end], a.Value[end+1:]
			}
		}
		if !bytes.Equal(hop, r.NextHop) {
			return nil, fmt.Errorf("next hop %x, want %x", hop, []byte(r.NextHop))
		}
		field = append(field, legacy...)
	}
	return field, err
}

// relayable is the attributes that go on, as they came but for what RFC 4271 §5 demands: Partial on
// an unknown transitive one, an unknown non-transitive one dropped, a repeated one dropped. Next hop
// and NLRI are looked at by themselves; AS4_PATH and AS4_AGGREGATOR are for neighbors with 2-octet AS numbers.
func relayable(block []byte) (want []byte, err error) {
	list, err := oracle.Attributes(block)
	seen := map[wire.AttrCode]bool{wire.AttrNextHop: true, wire.AttrMPReach: true, wire.AttrMPUnreach: true, wire.AttrAS4Path: true, wire.AttrAS4Aggregator: true}
	for _, a := range list {
		transitive := wire.AttrFlags(a.Flags)&wire.FlagTransitive != 0
		if seen[wire.AttrCode(a.Code)] || !a.Known() && !transitive {
			continue
		}
		seen[wire.AttrCode(a.Code)] = true
		at := len(want)
		want = append(want, a.Raw...)
		if !a.Known() {
			want[at] |= byte(wire.FlagPartial)
		}
	}
	return want, err
}

// strict says what the strict decoder has against the UPDATEs that we write after we accepted one,
// towards a neighbor of our AS and towards another.
func strict(message []byte, n *wire.Negotiated) error {
	u, _ := wire.ParseUpdate(message[wire.HeaderLen:], n)
	attrs := wire.Attrs(u.AppendForwardable(nil, n, wire.Ingress{External: !n.Internal}))
	for _, to := range []wire.Export{{To: wire.ToInternal, AS4: true}, {To: wire.ToPeer, AS4: true, LocalASN: 64512}} {
		t := terms(n)
		t.External = to.To == wire.ToPeer
		for _, r := range reaches(&u) {
			if !r.Family.Supported() {
				continue // the strict decoder does not know it either
			}
			messages, err := written(r, wire.AppendExported(nil, attrs, to))
			for _, m := range messages {
				_, bad := t.Update(m.Body)
				err = errors.Join(err, bad)
			}
			if err != nil {
				return fmt.Errorf("accepted, and the strict decoder refuses what we write: %w", err)
			}
		}
	}
	return nil
}
