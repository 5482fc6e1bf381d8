package capture

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// counted is the number of messages of each type.
type counted struct{ open, update, notification, keepalive, refresh int }

// TestCaptures reads captures of real daemons. The numbers of messages are those of
//
//	tshark -r FILE -Y bgp -T fields -e bgp.type
//
// in version 4.0.17, but for malformed-frr: there it has 725 UPDATE, 179 KEEPALIVE and 1 ROUTE-REFRESH,
// because it shows the type of three messages that are too short or too long for it, one of each, and
// of none that is longer than 4,096 octets, which three UPDATEs are.
func TestCaptures(t *testing.T) {
	for _, c := range []struct {
		name     string
		want     counted
		sessions int
		refused  int // messages with a header that is wrong
		faults   int
	}{
		{"addpath_refresh-frr", counted{18, 91, 4, 52, 3}, 9, 0, 0},
		{"bgpls-gobgp4", counted{8, 13, 0, 18, 0}, 4, 0, 0},
		{"evpn_rr-frr", counted{18, 128, 4, 42, 0}, 9, 0, 0},
		{"flowspec-frr", counted{10, 20, 0, 20, 0}, 5, 0, 0},
		{"gateway-frr", counted{10, 71, 0, 88, 0}, 5, 0, 1},
		{"malformed-frr", counted{102, 727, 47, 178, 0}, 51, 6, 0},
		{"md5-frr", counted{14, 26, 4, 65, 0}, 7, 0, 0},
		{"rtc-gobgp4", counted{10, 31, 0, 29, 0}, 5, 0, 0},
		{"vpls-gobgp4", counted{10, 29, 0, 26, 0}, 5, 0, 0},
		{"vpn-frr", counted{10, 92, 3, 53, 0}, 5, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got counted
			var refused, faults, unsound int
			r := reader(t, pcapFile(t, c.name), Options{})
			for m, err := range r.All() {
				if err != nil {
					t.Log(err)
					faults++
					continue
				}
				bad := got.add(m)
				switch {
				case bad == nil:
				case bad.Code == wire.ErrHeader:
					refused++
				default:
					t.Logf("packet %d, %s > %s: %v", m.Position, m.Src, m.Dst, bad)
					unsound++
				}
			}
			if got != c.want || refused != c.refused || faults != c.faults || r.Counts().Sessions != c.sessions {
				t.Errorf("%+v, %d refused, %d faults, %d sessions; want %+v, %d, %d, %d", got, refused, faults, r.Counts().Sessions, c.want, c.refused, c.faults, c.sessions)
			}
			// What the daemons said to each other is sound if it is read as they had agreed on.
			if unsound > 0 && c.name != "malformed-frr" {
				t.Errorf("%d messages are unsound", unsound)
			}
		})
	}
}

// add counts a message by its type, if its header is sound, and says what is wrong with it.
func (n *counted) add(m *Message) *wire.Error {
	if len(m.Bytes) < wire.HeaderLen {
		return &wire.Error{Code: wire.ErrHeader}
	}
	h, bad := wire.ParseHeader(m.Bytes, m.Context.ReceiveLimit())
	if bad != nil {
		return bad
	}
	body := m.Bytes[wire.HeaderLen:]
	switch h.Type {
	case wire.TypeOpen:
		n.open++
		_, bad = wire.ParseOpen(body)
	case wire.TypeUpdate:
		n.update++
		_, bad = wire.ParseUpdate(body, m.Context)
	case wire.TypeNotification:
		n.notification++
		_, bad = wire.ParseNotification(body)
	case wire.TypeKeepalive:
		n.keepalive++
	case wire.TypeRouteRefresh:
		n.refresh++
		_, bad = wire.ParseRouteRefresh(body)
	}
	return bad
}

func pcapFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "testdata", "pcaps", name+".pcap"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestCaptureWithAddPath says that Path Identifiers are read in the direction that was agreed on.
func TestCaptureWithAddPath(t *testing.T) {
	from := map[string]int{}
	for m, err := range reader(t, pcapFile(t, "addpath_refresh-frr"), Options{}).All() {
		if err != nil {
			t.Fatal(err)
		}
		if wire.MessageType(m.Bytes[wire.HeaderLen-1]) != wire.TypeUpdate {
			continue
		}
		u, _ := wire.ParseUpdate(m.Bytes[wire.HeaderLen:], m.Context)
		list := u.Announced()
		if list.Form()&nlri.AddPath == 0 {
			continue
		}
		for id := range list.All() {
			if id == 0 {
				t.Errorf("packet %d: Path Identifier 0", m.Position)
			}
			from[m.Src.Addr().String()]++
		}
	}
	// The route server is told to send several paths, and receives one from each neighbor.
	if from["10.255.0.1"] == 0 || len(from) != 1 {
		t.Errorf("NLRI with Path Identifiers from %v, want some from 10.255.0.1 alone", from)
	}
}
