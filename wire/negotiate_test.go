package wire

import (
	"reflect"
	"testing"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
)

func TestNegotiate(t *testing.T) {
	type open = func(*Open)
	everything := func(o *Open) {
		o.Capabilities = o.Capabilities.AppendFamilies(nlri.EVPN, nlri.VPNv4).AppendFlag(CapRouteRefresh).AppendFlag(CapEnhancedRefresh).
			AppendFlag(CapExtendedMessage).AppendAS4(o.ASN).AppendExtendedNextHop(nlri.VPNv4).AppendMultipleLabels(255, nlri.VPNv4).
			AppendAddPath(AddPathEntry{nlri.EVPN, AddPathBoth}, AddPathEntry{nlri.VPNv4, AddPathReceive})
	}
	bare := func(*Open) {}
	tests := map[string]struct {
		local, remote open
		want          Negotiated
	}{
		"both offer everything": {everything, everything, Negotiated{AS4: true, ExtendedMessage: true, receiveExtended: true, RouteRefresh: true, EnhancedRefresh: true,
			Families: []FamilyOptions{
				{Family: nlri.EVPN, Receive: nlri.AddPath, Send: nlri.AddPath, MaxLabels: 1},
				{Family: nlri.VPNv4, Receive: nlri.LabelStack, Send: nlri.LabelStack, ExtendedNextHop: true, MaxLabels: 255}}}},
		"a neighbor without capabilities speaks IPv4 unicast, which we do not": {everything, bare, Negotiated{receiveExtended: true}},
		"neither has capabilities": {bare, bare, Negotiated{Families: []FamilyOptions{{Family: nlri.IPv4Unicast, MaxLabels: 1}}}},
		"a neighbor that offers the extended length alone does not get it": {bare, func(o *Open) { o.Capabilities = o.Capabilities.AppendFlag(CapExtendedMessage) }, Negotiated{Families: []FamilyOptions{{Family: nlri.IPv4Unicast, MaxLabels: 1}}}},
		"one side sends several paths, the other receives them": {
			func(o *Open) {
				o.Capabilities = o.Capabilities.AppendFamilies(nlri.EVPN).AppendAddPath(AddPathEntry{nlri.EVPN, AddPathReceive})
			},
			func(o *Open) {
				o.Capabilities = o.Capabilities.AppendFamilies(nlri.VPLS, nlri.EVPN).AppendAddPath(AddPathEntry{nlri.EVPN, AddPathBoth})
			},
			Negotiated{Families: []FamilyOptions{{Family: nlri.EVPN, Receive: nlri.AddPath, MaxLabels: 1}}}},
		"multiple labels of one side count nothing": {
			func(o *Open) {
				o.Capabilities = o.Capabilities.AppendFamilies(nlri.VPNv4).AppendMultipleLabels(3, nlri.VPNv4)
			},
			func(o *Open) { o.Capabilities = o.Capabilities.AppendFamilies(nlri.VPNv4) },
			Negotiated{Families: []FamilyOptions{{Family: nlri.VPNv4, MaxLabels: 1}}}},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			local := Open{ASN: 65000, HoldTime: 90, RouterID: RouterID{1, 1, 1, 1}}
			remote := Open{ASN: 65001, HoldTime: 30, RouterID: RouterID{2, 2, 2, 2}}
			c.local(&local)
			c.remote(&remote)
			c.want.LocalASN, c.want.PeerASN, c.want.RequirePath = 65000, 65001, true
			c.want.HoldTime, c.want.PeerRouterID = 30*time.Second, remote.RouterID
			if got := Negotiate(local, remote); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
	if n := Negotiate(Open{ASN: 1}, Open{ASN: 1}); !n.Internal || n.RequirePath {
		t.Error("the same AS on both sides is not internal")
	}
}

func TestLimits(t *testing.T) {
	offers := Open{Capabilities: Capabilities(nil).AppendFlag(CapExtendedMessage)}
	cases := []struct {
		local, remote Open
		send, receive int
	}{
		{offers, offers, MaxExtendedMessage, MaxExtendedMessage},
		{offers, Open{}, MaxMessage, MaxExtendedMessage},
		{Open{}, offers, MaxMessage, MaxMessage},
	}
	for _, c := range cases {
		n := Negotiate(c.local, c.remote)
		if n.Limit() != c.send || n.ReceiveLimit() != c.receive {
			t.Errorf("%v and %v: %d out, %d in, want %d and %d", c.local, c.remote, n.Limit(), n.ReceiveLimit(), c.send, c.receive)
		}
	}
}
