package capture

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// contextText is what of a context changes how octets are read.
func contextText(n *wire.Negotiated) string {
	words := []string{fmt.Sprintf("as%d", 2+2*btoi(n.AS4))}
	if n.ExtendedMessage {
		words = append(words, "extended")
	}
	if n.Internal {
		words = append(words, "internal")
	}
	if len(n.Families) > 5 {
		words = append(words, "any family")
	}
	for _, o := range n.Families {
		word := o.Family.String()
		if o.Receive&nlri.AddPath != 0 {
			word += "+path"
		}
		if o.Receive&nlri.LabelStack != 0 {
			word += "+labels"
		}
		if o.ExtendedNextHop {
			word += "+nexthop"
		}
		if len(n.Families) <= 5 || o.Receive&nlri.AddPath != 0 {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestContext(t *testing.T) {
	full := wire.Capabilities{}.AppendAS4(1).AppendFlag(wire.CapExtendedMessage).
		AppendAddPath(wire.AddPathEntry{Family: nlri.IPv4Unicast, Mode: wire.AddPathBoth}, wire.AddPathEntry{Family: nlri.VPNv4, Mode: wire.AddPathSend}).
		AppendMultipleLabels(2, nlri.VPNv4).AppendExtendedNextHop(nlri.IPv4Unicast)
	receiver := wire.Capabilities{}.AppendAS4(1).AppendAddPath(wire.AddPathEntry{Family: nlri.IPv4Unicast, Mode: wire.AddPathReceive}).
		AppendMultipleLabels(2, nlri.VPNv4).AppendExtendedNextHop(nlri.IPv4Unicast)
	families := []nlri.Family{nlri.IPv4Unicast, nlri.VPNv4}
	for _, c := range []struct {
		name         string
		options      Options
		opens        [2][]byte
		client, serv string
	}{
		{"no OPEN: the options", Options{AS4: true, External: true, AddPath: []nlri.Family{nlri.VPNv4}}, [2][]byte{}, "as4 any family vpnv4+path+labels+nexthop", "as4 any family vpnv4+path+labels+nexthop"},
		{"both offer everything", Options{}, [2][]byte{open(1, full, families...), open(1, full, families...)},
			"as4 extended internal ipv4+path+nexthop vpnv4+labels", "as4 extended internal ipv4+path+nexthop vpnv4+labels"},
		{"one sends several paths and the other receives them", Options{}, [2][]byte{open(1, full, families...), open(1, receiver, families...)},
			"as4 internal ipv4+path+nexthop vpnv4+labels", "as4 internal ipv4+nexthop vpnv4+labels"},
		{"one offers nothing", Options{AS4: true, ExtendedMessage: true, AddPath: families}, [2][]byte{open(1, full, families...), open(2, nil, nlri.IPv4Unicast)}, "as2 ipv4", "as2 ipv4"},
		{"one OPEN with everything: the options", Options{AS4: true, AddPath: families}, [2][]byte{nil, open(1, full, families...)},
			"as4 internal ipv4+path+nexthop vpnv4+path+labels", "as4 internal ipv4+path+nexthop vpnv4+path+labels"},
		{"one OPEN with nothing", Options{AS4: true, ExtendedMessage: true, AddPath: families}, [2][]byte{open(2, nil, nlri.IPv4Unicast), nil}, "as2 internal ipv4", "as2 internal ipv4"},
		{"an OPEN that is malformed says nothing", Options{AS4: true, External: true}, [2][]byte{slices.Replace(open(1, full), 19, 20, 3), nil}, "as4 any family", "as4 any family"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tap := newTap()
			conn := tap.connection(here, there).handshake()
			for side, octets := range c.opens {
				if octets != nil {
					conn.send(side, octets...)
				}
			}
			conn.send(client, keepalive()...)
			conn.send(server, keepalive()...)
			var got []string
			for m, err := range reader(t, tap.file(), c.options).All() {
				if err != nil {
					t.Fatal(err)
				}
				if typeOf(m.Bytes) == "keepalive" {
					got = append(got, contextText(m.Context))
				}
			}
			wantLines(t, got, c.client, c.serv)
		})
	}
}

func TestContextOfBareMessagesIsTheOptions(t *testing.T) {
	for m, err := range reader(t, append(open(1, nil), keepalive()...), Options{AS4: true, ExtendedMessage: true, AddPath: []nlri.Family{nlri.EVPN}}).All() {
		if err != nil {
			t.Fatal(err)
		}
		if got, want := contextText(m.Context), "as4 extended internal any family evpn+path+labels+nexthop"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
