package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dci-rs/dci-rs/internal/oracle"
	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// row is one line of the collection: a message that somebody else wrote, and what others say of it.
type row struct {
	ID     string
	Source string
	Hex    string
	Fuzz   bool
	Ctx    struct {
		AS4         *bool
		IBGP        *bool
		AddPath     []string
		AddPathFrom string `json:"addpath_from"`
	}
	Expect struct {
		Valid   *bool
		Outcome []outcome
	}
	Rule  *rule `json:"rfc_rule"`
	Types []string

	kind    string // the file it stands in
	message []byte
}

// outcome is what another decoder does with the message.
type outcome struct{ By, Action string }

// rule is the action that an RFC asks for, of the receiver of iBGP and of eBGP.
type rule struct{ internal, external string }

// UnmarshalJSON reads one action for both kinds of session or an object with one for each.
func (r *rule) UnmarshalJSON(b []byte) error {
	var stated struct{ Action json.RawMessage }
	if err := json.Unmarshal(b, &stated); err != nil {
		return err
	}
	var both struct{ EBGP, IBGP string }
	if err := json.Unmarshal(stated.Action, &both); err == nil {
		*r = rule{both.IBGP, both.EBGP}
		return nil
	}
	if err := json.Unmarshal(stated.Action, &r.internal); err != nil {
		return fmt.Errorf("rfc_rule %s: want an action, or one for ebgp and one for ibgp", b)
	}
	r.external = r.internal
	return nil
}

// kinds are the files of the collection, each of one kind of rows.
var kinds = []string{"messages", "pcap-messages", "attributes", "nlri", "capabilities"}

// readRows reads the rows of all kinds, and those of the malformed part that no file of a kind has.
func readRows(folder string) ([]row, error) {
	var rows []row
	for _, kind := range kinds {
		more, err := readFile[row](filepath.Join(folder, "open", kind+".jsonl"))
		if err != nil {
			return nil, err
		}
		for i := range more {
			more[i].kind = kind
		}
		rows = append(rows, more...)
	}
	known := make(map[string]bool, len(rows))
	for _, r := range rows {
		known[r.ID] = true
	}
	malformed, err := readFile[row](filepath.Join(folder, "malformed", "open.jsonl"))
	if err != nil {
		return nil, err
	}
	for _, r := range malformed {
		if !known[r.ID] {
			r.kind = "fuzz"
			rows = append(rows, r)
		}
	}
	for i := range rows {
		if rows[i].message, err = hex.DecodeString(rows[i].Hex); err != nil {
			return nil, fmt.Errorf("row %d of %s: %w", i, folder, err)
		}
	}
	return rows, nil
}

// readFile reads a file of JSON, one value a line.
func readFile[T any](name string) ([]T, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var list []T
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var v T
		if err := unmarshal(lines.Bytes(), &v); err != nil {
			return nil, fmt.Errorf("%s line %d: %w", name, len(list)+1, err)
		}
		list = append(list, v)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list, nil
}

// source is where a row comes from: a repository, or how it was made.
func (r *row) source() string {
	source, _, _ := strings.Cut(r.Source, ":")
	return source
}

// family is the first address family in a row as its tags have it, or else the type of its message.
func (r *row) family() string {
	for _, tag := range r.Types {
		if f, ok := strings.CutPrefix(tag, "fam:"); ok {
			if known, err := nlri.ParseFamily(f); err == nil {
				return known.String()
			}
			return f
		}
	}
	if len(r.message) < wire.HeaderLen {
		return "no header"
	}
	if t := wire.MessageType(r.message[18]); t != wire.TypeUpdate {
		return t.String()
	}
	return nlri.IPv4Unicast.String() // an UPDATE without MP attributes
}

// internal says that the row is of iBGP, which it is unless it says otherwise.
func (r *row) internal() bool { return r.Ctx.IBGP == nil || *r.Ctx.IBGP }

// discarded says that others discard an attribute of a message that is valid to them.
func (r *row) discarded() bool {
	return slices.ContainsFunc(r.Expect.Outcome, func(o outcome) bool { return o.Action == wire.ActionDiscardAttribute.String() })
}

// negotiated is a session with every family, also with those that are octets to the codec, cut as
// their RFC says. Label stacks are read where the row is said to have one: no row knows whether the
// sender had the capability.
func (r *row) negotiated(internal bool) *wire.Negotiated {
	n := &wire.Negotiated{Internal: internal, AS4: r.Ctx.AS4 == nil || *r.Ctx.AS4, ExtendedMessage: true}
	stacks := slices.ContainsFunc(r.Types, func(tag string) bool { return strings.HasPrefix(tag, "labels:") && tag != "labels:1" })
	for _, afi := range []nlri.AFI{nlri.AFIIPv4, nlri.AFIIPv6, nlri.AFIL2VPN, nlri.AFILinkState} {
		for safi := range 256 {
			o := wire.FamilyOptions{Family: nlri.FamilyOf(afi, nlri.SAFI(safi)), ExtendedNextHop: true}
			switch {
			case o.Family.Supported():
			case safi == 7 || safi == 129: // RFC 5512 §3, RFC 6514
				o.Receive = nlri.OpaquePrefix
			default:
				continue
			}
			if stacks {
				o.Receive |= nlri.LabelStack
			}
			if r.hasAddPath(o.Family) {
				o.Receive |= nlri.AddPath
			}
			n.Families = append(n.Families, o)
		}
	}
	return n
}

func (r *row) hasAddPath(f nlri.Family) bool {
	return slices.ContainsFunc(r.Ctx.AddPath, func(s string) bool {
		g, err := nlri.ParseFamily(s)
		return err == nil && g == f
	})
}

// terms are what the strict decoder has to know of a session to read what we write on it.
func terms(n *wire.Negotiated) oracle.Terms {
	t := oracle.Terms{Limit: wire.MaxExtendedMessage, External: !n.Internal, Deep: true, Families: map[oracle.Family]oracle.Framing{}}
	for _, o := range n.Families {
		if o.Family.Supported() {
			t.Families[oracle.Family(o.Family)] = oracle.Framing{
				AddPath: o.Receive&nlri.AddPath != 0, LabelStack: o.Receive&nlri.LabelStack != 0, ExtendedNextHop: o.ExtendedNextHop,
			}
		}
	}
	return t
}
