package fsm

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

var update = flag.Bool("update", false, "rewrite testdata/*.txt from what the machine does")

// A dialogue is a text of lines. "config …" makes a machine, "at TIME EVENT …" steps it; the lines
// behind an event are what the machine answered and where it then stands. All else is prose.
func TestDialogues(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no dialogues in testdata", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(text))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(text) {
				t.Errorf("the machine now says (go test -update accepts it):\n%s", got)
			}
		})
	}
}

// play runs the events of a dialogue and returns it with the machine's answers.
func play(t *testing.T, text string) string {
	var out strings.Builder
	var m *Machine
	epoch := time.Unix(0, 0).UTC()
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "  ") {
			continue
		}
		out.WriteString(line)
		s := &script{t: t, line: strings.TrimSpace(line)}
		switch s.word() {
		case "config":
			m = New(s.config())
		case "at":
			at := s.duration()
			e := s.event(epoch)
			for _, a := range m.Step(epoch.Add(at), e, nil) {
				fmt.Fprintln(&out, "  →", describe(a))
			}
			fmt.Fprintf(&out, "  = %v", m.State())
			if d := m.Deadline(); !d.IsZero() {
				fmt.Fprintf(&out, ", next at %v", d.Sub(epoch))
			}
			fmt.Fprintln(&out)
		}
	}
	return out.String()
}

// script reads one line of a dialogue.
type script struct {
	t    *testing.T
	line string
}

// word takes the next word; text in quotes is one word, without them.
func (s *script) word() string {
	line := strings.TrimLeft(s.line, " ")
	if quoted, ok := strings.CutPrefix(line, `"`); ok {
		word, rest, _ := strings.Cut(quoted, `"`)
		s.line = rest
		return word
	}
	word, rest, _ := strings.Cut(line, " ")
	s.line = rest
	return word
}

func (s *script) duration() time.Duration {
	d, err := time.ParseDuration(s.word())
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

func (s *script) number() (n uint32) { s.scan("%d", &n); return n }

func (s *script) scan(format string, to ...any) {
	if _, err := fmt.Sscanf(s.word(), format, to...); err != nil {
		s.t.Fatal(err)
	}
}

func (s *script) open() wire.Open {
	var id wire.RouterID
	asn := s.number()
	s.scan("%d.%d.%d.%d", &id[0], &id[1], &id[2], &id[3])
	return wire.Open{ASN: asn, RouterID: id, HoldTime: uint16(s.duration() / time.Second),
		Capabilities: wire.Capabilities{}.AppendAS4(asn).AppendFamilies(nlri.EVPN)}
}

func (s *script) config() Config {
	c := Config{Local: s.open()}
	for s.line != "" {
		switch key := s.word(); key {
		case "peer":
			c.PeerASNs = append(c.PeerASNs, s.number())
		case "passive":
			c.Passive = true
		case "min-hold":
			c.MinHoldTime = s.duration()
		case "connect-retry":
			c.ConnectRetry = s.duration()
		case "send-hold":
			c.SendHold = s.duration()
		case "jitter":
			var j float64
			s.scan("%g", &j)
			c.Jitter = func() float64 { return j }
		default:
			s.t.Fatalf("config has no %q", key)
		}
	}
	return c
}

func (s *script) event(epoch time.Time) (e Event) {
	name := s.word()
	for e.Kind.String() != name {
		if e.Kind++; e.Kind == connectRetryExpires {
			s.t.Fatalf("no event is called %q", name)
		}
	}
	switch e.Kind {
	case Start, Tick:
		return e
	case Stop, Reset:
		e.Subcode, e.Text = uint8(s.number()), s.word()
		return e
	}
	switch s.word() {
	case "outgoing":
		e.Conn = Outgoing
	case "incoming":
		e.Conn = Incoming
	default:
		s.t.Fatal("neither outgoing nor incoming")
	}
	switch e.Kind {
	case OpenReceived:
		e.Open = s.open()
	case NotificationReceived:
		s.scan("%d/%d", &e.Notification.Code, &e.Notification.Subcode)
		if text := s.word(); text != "" {
			e.Notification.Data = wire.AppendShutdownText(nil, text)
		}
	case MessageError:
		e.Error = &wire.Error{Action: wire.ActionResetSession}
		s.scan("%d/%d", &e.Error.Code, &e.Error.Subcode)
		e.Error.Reason = s.word()
	case ConnectFailed, ConnClosed:
		e.Text = s.word()
	case Activity, WriteProgress:
		e.At = epoch.Add(s.duration())
	}
	return e
}

func describe(a Action) string {
	s := fmt.Sprint(a.Kind, " ", a.Conn)
	switch a.Kind {
	case SendOpen:
		s += fmt.Sprintf(" AS %d router-id %v hold %ds", a.Open.ASN, a.Open.RouterID, a.Open.HoldTime)
	case Reject, SendNotification:
		s += fmt.Sprintf(" %d/%d (%s)", a.Code, a.Subcode, wire.NotificationName(a.Code, a.Subcode))
		if len(a.Data) > 0 {
			s += fmt.Sprintf(" data %q", a.Data)
		}
	case Up:
		s += fmt.Sprintf(" with AS %d router-id %v hold %v %v", a.Negotiated.PeerASN, a.Negotiated.PeerRouterID, a.Negotiated.HoldTime,
			a.Negotiated.Families[0].Family)
	case Down, Failed:
		s += ": " + a.Reason
	}
	return s
}
