package wire

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
)

// A vector is a message that somebody else wrote, and what others say of it.
type vector struct {
	ID  string
	Hex string
	Raw string // the element that the message was built around
	Ctx struct {
		AS4         *bool
		AddPath     []string
		AddPathFrom string `json:"addpath_from"`
		IBGP        *bool
	}
	Expect struct {
		Valid   *bool
		Outcome []struct{ By, Action, Why string }
	}
	Rule  *struct{ Action any } `json:"rfc_rule"`
	Types []string
}

// rulings are the clauses by which errors of ours stand against the vote of other decoders: a part of the
// error's text, and where it is said.
var rulings = []struct{ words, clause string }{
	{"well-known attribute (treat-as-withdraw", "RFC 7606 §3(d), RFC 4271 §6.3: a mandatory attribute is missing, or a well-known one is not known"},
	{"hold time", "RFC 4271 §6.2: one and two seconds MUST be rejected"},
	{"optional parameter", "RFC 4271 §6.2: a parameter that is not recognized"},
	{"role: a value of", "RFC 9234 §4.1, RFC 4271 §6.2: a role has one octet"},
	{"a segment without AS number", "RFC 7606 §7.2"},
	{"AS 0", "RFC 7607 §2"},
	{"a tunnel identifier of", "RFC 6514 §5: the identifier cannot be parsed as one of its type"},
	{"bgp-ls: ", "RFC 9552 §8.2.2: the length of each TLV and of the sub-TLVs of those recognized"},
	{"bgp-ls NLRI at offset 0: TLV", "RFC 9552 §5.1: TLVs out of order are malformed"},
	{"tunnel-encapsulation: ", "RFC 9830 §5: the sub-TLVs of an SR Policy"},
	{"is out of order", "RFC 8955 §4.2: components in ascending order of type, each at most once"},
	{"Ethernet A-D route of length", "RFC 7432 §7.1"},
	{"must hold a Route Distinguisher and a component", "RFC 8955 §8"},
	{"holds no Route Distinguisher", "RFC 9552 §5.2"},
	{"multicast source length", "RFC 6514 §4.3"},
	{"-labeled NLRI", "RFC 8277 §2.4: one label field in a withdrawal"},
	{"(session-reset, offset", "RFC 7606 §5.2: an error above attribute-discard and no reachable NLRI"},
	{"flowspec", "RFC 7606 §3(j): the NLRI are located, so treat-as-withdraw"},
}

func ruling(e *Error) string {
	for _, r := range rulings {
		if e != nil && strings.Contains(e.Error(), r.words) {
			return r.clause
		}
	}
	return ""
}

// A tally counts the vectors of one kind, those we agree with, and those we do not and have a clause for.
type tally struct {
	kind               string
	all, agreed, ruled int
	clauses            map[string]int
}

// count counts a vector and says what stands against us where nothing stands for us.
func (t *tally) count(agreed bool, e *Error) (unexplained bool) {
	t.all++
	clause := ruling(e)
	switch {
	case agreed:
		t.agreed++
	case clause != "":
		t.ruled++
		if t.clauses == nil {
			t.clauses = map[string]int{}
		}
		t.clauses[clause]++
	}
	return !agreed && clause == ""
}

func (t *tally) log(log func(string, ...any)) {
	log("%s: %d of %d, and %d by these clauses:", t.kind, t.agreed, t.all, t.ruled)
	for _, clause := range slices.Sorted(maps.Keys(t.clauses)) {
		log("%6d  %s", t.clauses[clause], clause)
	}
}

// TestVectors holds the codec against messages of other projects: DCI_RS_VECTORS names their folder.
func TestVectors(t *testing.T) {
	folder := os.Getenv("DCI_RS_VECTORS")
	if folder == "" {
		t.Skip("DCI_RS_VECTORS names no folder of vectors")
	}
	valid, relayed := tally{kind: "valid and accepted"}, tally{kind: "relayed as they came"}
	ruled, invalid := tally{kind: "answered by the action of the rule"}, tally{kind: "invalid and refused"}
	for _, name := range []string{"messages", "pcap-messages", "attributes", "nlri", "capabilities"} {
		for _, v := range readVectors(t, filepath.Join(folder, "open", name+".jsonl")) {
			message, err := hex.DecodeString(v.Hex)
			if err != nil {
				t.Fatal(v.ID, err)
			}
			internal := v.Ctx.IBGP == nil || *v.Ctx.IBGP
			e := parseWhole(message, v.negotiated(internal))
			switch {
			case v.Expect.Valid == nil:
			case *v.Expect.Valid:
				accepted := e == nil || e.Action == ActionDiscardAttribute && v.weak()
				if valid.count(accepted, e) {
					t.Logf("valid %s %s %s: %v", name, v.ID, v.Types, e)
				}
				if e == nil {
					err := relay(message, v.negotiated(internal))
					if relayed.count(err == nil, nil) {
						t.Logf("relay %s %s: %v", name, v.ID, err)
					}
				}
			case v.Rule != nil:
				wants := map[bool]any{internal: v.Rule.Action}
				if both, ok := v.Rule.Action.(map[string]any); ok {
					wants = map[bool]any{true: both["ibgp"], false: both["ebgp"]}
				}
				for internal, want := range wants {
					e := parseWhole(message, v.negotiated(internal))
					agrees := e != nil && (want == e.Action.String() || want == "session-reset-or-afi-safi-disable" && e.Action >= ActionDisableFamily)
					if ruled.count(agrees, e) {
						t.Logf("rule %s %s %s: want %v, %v", name, v.ID, v.Types, want, e)
					}
				}
			default:
				if e == nil && v.Ctx.AddPathFrom == "inferred" {
					// What is broken without Path Identifiers may look whole with them: the source read it without.
					v.Ctx.AddPath = nil
					e = parseWhole(message, v.negotiated(internal))
				}
				if invalid.count(e != nil, e) {
					t.Logf("invalid %s %s %s: nothing is said", name, v.ID, v.Types)
				}
			}
		}
	}
	for _, v := range readVectors(t, filepath.Join(folder, "malformed", "open.jsonl")) {
		if message, err := hex.DecodeString(v.Hex); err == nil {
			parseWhole(message, v.negotiated(true))
			parseWhole(message, v.negotiated(false))
		}
	}
	for _, tally := range []*tally{&valid, &relayed, &ruled, &invalid} {
		tally.log(t.Logf)
	}
	if (valid.agreed+valid.ruled)*1000 < valid.all*995 || relayed.agreed < relayed.all ||
		ruled.agreed*100 < ruled.all*98 || invalid.agreed*100 < invalid.all*98 {
		t.Error("want 99.5 % with clauses, 100 %, 98 % and 98 %")
	}
}

// weak says that others discard an attribute of a message that is valid to them.
func (v *vector) weak() bool {
	return slices.ContainsFunc(v.Expect.Outcome, func(o struct{ By, Action, Why string }) bool { return o.Action == "attribute-discard" })
}

// negotiated is a session with every family, and two unknown to the codec, as octets. Stacks of labels
// are read where a row is said to have one.
func (v *vector) negotiated(internal bool) *Negotiated {
	n := &Negotiated{Internal: internal, AS4: v.Ctx.AS4 == nil || *v.Ctx.AS4, ExtendedMessage: true, receiveExtended: true}
	stacks := slices.ContainsFunc(v.Types, func(tag string) bool { return strings.HasPrefix(tag, "labels:") && tag != "labels:1" })
	for _, afi := range []nlri.AFI{nlri.AFIIPv4, nlri.AFIIPv6, nlri.AFIL2VPN, nlri.AFILinkState} {
		for safi := range 256 {
			o := FamilyOptions{Family: nlri.FamilyOf(afi, nlri.SAFI(safi)), ExtendedNextHop: true}
			switch safi := o.Family.SAFI(); {
			case o.Family.Supported():
			case safi == 7 || safi == 129: // RFC 5512 §3, RFC 6514 §8
				o.Receive = nlri.OpaquePrefix
			default:
				continue
			}
			if stacks {
				o.Receive |= nlri.LabelStack
			}
			for _, s := range v.Ctx.AddPath {
				if f, err := nlri.ParseFamily(s); err == nil && f == o.Family {
					o.Receive |= nlri.AddPath
				}
			}
			n.Families = append(n.Families, o)
		}
	}
	return n
}

// parseWhole is what is wrong with a message as a file has it.
func parseWhole(message []byte, n *Negotiated) *Error {
	if len(message) < HeaderLen {
		return badLength(make([]byte, HeaderLen), "no header")
	}
	h, err := ParseHeader(message, n.ReceiveLimit())
	if err != nil {
		return err
	}
	if h.Length != len(message) {
		return badLength(message, "length")
	}
	body := message[HeaderLen:]
	switch h.Type {
	case TypeOpen:
		_, err = ParseOpen(body)
	case TypeUpdate:
		_, err = ParseUpdate(body, n)
	case TypeNotification:
		_, err = ParseNotification(body)
	case TypeRouteRefresh:
		_, err = ParseRouteRefresh(body)
	}
	return err
}

// relay sends a sound UPDATE on without a reflection and compares what leaves with what came.
func relay(message []byte, n *Negotiated) error {
	if MessageType(message[18]) != TypeUpdate {
		return nil
	}
	u, _ := ParseUpdate(message[HeaderLen:], n)
	attrs := AppendReflected(nil, u.AppendForwardable(nil, n, Ingress{}), Reflection{})
	if _, merged := u.Attrs().Find(AttrAS4Path); n.AS4 || !merged {
		if got, want := AppendExported(nil, attrs, Export{AS4: n.AS4}), relayable(&u); !bytes.Equal(got, want) {
			return fmt.Errorf("attributes\n got %x\nwant %x", got, want)
		}
	}
	reach, _ := u.Reach()
	for _, r := range []Reach{reach, {u.Announced().Family(), u.NextHop(), u.Announced()}} {
		if r.List.Len() == 0 {
			continue
		}
		var w UpdateWriter
		w.Begin(nil, MaxExtendedMessage, r.List.Family(), r.List.Form(), r.NextHop, attrs)
		w.single = false
		for id, each := range r.List.All() {
			if !w.Add(id, each) {
				return fmt.Errorf("NLRI %x does not fit", each)
			}
		}
		wide := *n
		wide.AS4 = true
		again, err := ParseUpdate(w.End()[HeaderLen:], &wide)
		if err != nil {
			return err
		}
		back, ok := again.Reach()
		if !ok {
			back = Reach{again.Announced().Family(), again.NextHop(), again.Announced()}
		}
		if back.Family != r.Family || !bytes.Equal(back.NextHop, r.NextHop) || !bytes.Equal(back.List.Bytes(), r.List.Bytes()) {
			return fmt.Errorf("NLRI\n got %x\nwant %x", back.List.Bytes(), r.List.Bytes())
		}
	}
	return nil
}

// relayable is the attributes of an UPDATE that go on, as they came but for what RFC 4271 §5 demands.
func relayable(u *Update) (want []byte) {
	seen := map[AttrCode]bool{AttrNextHop: true, AttrMPReach: true, AttrMPUnreach: true, AttrAS4Path: true, AttrAS4Aggregator: true}
	for a := range u.Attrs().All() {
		unknown := attrRules[a.Code].rfc == ""
		if seen[a.Code] || unknown && a.Flags&FlagTransitive == 0 {
			continue
		}
		seen[a.Code] = true
		at := len(want)
		want = append(want, a.Raw...)
		if unknown {
			want[at] |= byte(FlagPartial)
		}
	}
	return want
}

func readVectors(t *testing.T, file string) []vector {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var vectors []vector
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(file, err)
		}
		vectors = append(vectors, v)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return vectors
}
