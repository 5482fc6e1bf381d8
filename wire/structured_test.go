package wire

import (
	"bytes"
	"net/netip"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
)

var sid = netip.MustParseAddr("2001:db8::1")

// What the package writes, its checks accept and its views read.
func TestStructuredAttributesRoundTrip(t *testing.T) {
	sound := func(code AttrCode, value []byte) {
		t.Helper()
		if _, err := parseAttr(t, everyFamily(true), attrRules[code].flags, code, value); err != nil {
			t.Errorf("%s: %v", code, err)
		}
	}

	pmsi := PMSITunnel(AppendPMSITunnel(nil, PMSILeafInformationRequired, PMSIIngressReplication, 10000, []byte{10, 1, 0, 1}))
	sound(AttrPMSITunnel, pmsi)
	if pmsi.Flags() != 1 || pmsi.Type() != PMSIIngressReplication || pmsi.Label() != 10000 || pmsi.Endpoint() != netip.MustParseAddr("10.1.0.1") {
		t.Errorf("PMSI: %x", []byte(pmsi))
	}

	tunnel := AppendTunnel(nil, TunnelVXLAN, AppendTunnelSubTLV(AppendTunnelSubTLV(nil, 8, []byte{0x12, 0xb5}), 200, make([]byte, 300)))
	sound(AttrTunnelEncapsulation, tunnel)
	for tlv := range AsTunnelEncapsulation(tunnel).All() {
		port, _ := tlv.SubTLVs().Find(8)
		long, _ := tlv.SubTLVs().Find(200)
		if tlv.Type != uint16(TunnelVXLAN) || !bytes.Equal(port, []byte{0x12, 0xb5}) || len(long) != 300 {
			t.Errorf("tunnel: %x", tunnel)
		}
	}

	prefixSID := AppendLabelIndex(nil, 100)
	for _, layer2 := range []bool{false, true} {
		prefixSID = AppendSRv6Service(prefixSID, SRv6Service{Layer2: layer2, SID: sid, Behavior: 19})
	}
	sound(AttrPrefixSID, prefixSID)
	index, _ := AsPrefixSID(prefixSID).Find(SIDLabelIndex)
	service, _ := AsPrefixSID(prefixSID).Find(SIDSRv6L2Service)
	if !bytes.Equal(index, []byte{0, 0, 0, 0, 0, 0, 100}) || len(service) != 25 {
		t.Errorf("prefix-sid: %x", prefixSID)
	}

	aigp := AppendAIGP(nil, 1<<40)
	sound(AttrAIGP, aigp)
	if metric, ok := AIGP(append([]byte{9, 0, 4, 0}, aigp...)).Metric(); !ok || metric != 1<<40 {
		t.Errorf("AIGP: %d", metric)
	}

	path := AppendDPath(nil, Domain{65000, 1, 70}, Domain{65001, 2, 128})
	sound(AttrDPath, path)
	text := ""
	for d := range DPath(path).All() {
		text += d.String() + " "
	}
	if text != "65000:1:evpn 65001:2:vpn " {
		t.Errorf("D-PATH: %s", text)
	}

	set := AttributeSet(AppendAttributeSet(nil, 65000, sampleAttrs()))
	sound(AttrSet, set)
	if set.OriginAS() != 65000 || !bytes.Equal(set.Attrs(), sampleAttrs()) {
		t.Errorf("ATTR_SET: %x", []byte(set))
	}

	linkState := nlri.AppendTLV(nlri.AppendTLV(nil, 1026, []byte("r1")), 1095, []byte{0, 0, 10})
	sound(AttrLinkState, linkState)
}

func TestPMSIIdentifiers(t *testing.T) {
	sender, group := PMSITunnel(octets("00 03 000000 0a000001 e8000001")).Tree()
	if sender != netip.MustParseAddr("10.0.0.1") || group != netip.MustParseAddr("232.0.0.1") {
		t.Errorf("PIM-SSM: %s, %s", sender, group)
	}
	root, opaque := PMSITunnel(octets("00 02 000000 06 0001 04 0a000001 0007 01 0004 00000001")).FEC()
	if root != netip.MustParseAddr("10.0.0.1") || len(opaque) != 7 {
		t.Errorf("mLDP: %s, %x", root, opaque)
	}
	if PMSITunnel(octets("00 03 000000 0a000001")).Endpoint().IsValid() {
		t.Error("a tree has no endpoint")
	}
	for kind, want := range map[PMSITunnelType]string{0: "none", 6: "ingress-replication", 10: "assisted-replication", 0x86: "composite-ingress-replication", 9: "9", 0x7f: "127", 0xff: "255"} {
		if kind.String() != want {
			t.Errorf("got %s, want %s", kind, want)
		}
	}
}
