package wire

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/dci-rs/dci-rs/nlri"
)

const openStart = "04 fde8 00b4 c0000201 "

// openErrors are bodies of OPEN that are refused.
var openErrors = map[string]struct {
	body    string
	subcode uint8
}{
	"no octets at all":                                    {"", UnspecificError},
	"version 3":                                           {"03 fde8 00b4 c0000201 00", UnsupportedVersion},
	"AS 0":                                                {"04 0000 00b4 c0000201 00", BadPeerAS},
	"AS 0 before a 4-octet AS":                            {"04 0000 00b4 c0000201 08 0206 4104 0000fde8", BadPeerAS},
	"AS 0 in the 4-octet AS capability":                   {openStart + "08 0206 4104 00000000", BadPeerAS},
	"BGP Identifier 0.0.0.0":                              {"04 fde8 00b4 00000000 00", BadBGPIdentifier},
	"hold time 1":                                         {"04 fde8 0001 c0000201 00", UnacceptableHoldTime},
	"hold time 2":                                         {"04 fde8 0002 c0000201 00", UnacceptableHoldTime},
	"optional parameter 1, authentication":                {openStart + "03 0101 00", UnsupportedOptionalParameter},
	"parameters longer than said":                         {openStart + "00 0200", UnspecificError},
	"parameters shorter than said":                        {openStart + "05 0200", UnspecificError},
	"a parameter without its length":                      {openStart + "01 02", UnspecificError},
	"a parameter past the end":                            {openStart + "02 0205", UnspecificError},
	"a capability without its length":                     {openStart + "03 0201 41", UnspecificError},
	"a capability past the end of its parameter":          {openStart + "04 0202 4104", UnspecificError},
	"a multiprotocol capability of 3 octets":              {openStart + "07 0205 0103 000100", UnspecificError},
	"a 4-octet AS capability of 3 octets":                 {openStart + "07 0205 4103 00fde8", UnspecificError},
	"a graceful restart capability of 3 octets":           {openStart + "07 0205 4003 007800", UnspecificError},
	"an ADD-PATH capability of 5 octets":                  {openStart + "09 0207 4505 0001010100", UnspecificError},
	"a software version longer than its capability":       {openStart + "06 0204 4b02 ff41", UnspecificError},
	"a host name longer than its capability":              {openStart + "07 0205 4903 056162", UnspecificError},
	"two roles that differ":                               {openStart + "08 0206 090100 090103", RoleMismatch},
	"an extended length cut off":                          {openStart + "ff ff", UnspecificError},
	"an extended length with 2 octets left":               {openStart + "ff ff0010 0200", UnspecificError},
	"an extended parameter past the end":                  {openStart + "ff ff0003 020001", UnspecificError},
	"a capability past the end of its extended parameter": {openStart + "ff ff0005 020002 4104", UnspecificError},
}

func TestParseOpenErrors(t *testing.T) {
	for name, c := range openErrors {
		t.Run(name, func(t *testing.T) {
			o, err := ParseOpen(octets(c.body))
			if err == nil || err.Code != ErrOpen || err.Subcode != c.subcode || err.Action != ActionResetSession {
				t.Fatalf("got %+v, %v, want subcode %d", o, err, c.subcode)
			}
			if c.subcode == UnsupportedVersion && !bytes.Equal(err.Data, []byte{0, 4}) {
				t.Errorf("data %x does not name version 4", err.Data)
			}
		})
	}
}

func fullOpen() Open {
	o := Open{ASN: 4200000000, HoldTime: 90, RouterID: RouterID{192, 0, 2, 1}}
	o.Capabilities = o.Capabilities.
		AppendFamilies(nlri.EVPN, nlri.VPNv4).
		AppendFlag(CapRouteRefresh).AppendFlag(CapEnhancedRefresh).AppendFlag(CapExtendedMessage).
		AppendAS4(o.ASN).
		AppendMultipleLabels(7, nlri.VPNv4).
		AppendAddPath(AddPathEntry{nlri.EVPN, AddPathBoth}, AddPathEntry{nlri.VPNv4, AddPathSend}).
		AppendExtendedNextHop(nlri.VPNv4).
		AppendRole(RoleCustomer).
		AppendGracefulRestart(GracefulRestart{Restarted: true, Notification: true, Time: 120, Families: []GracefulFamily{{Family: nlri.EVPN, ForwardingState: true}}}).
		AppendLongLived(GracefulFamily{Family: nlri.EVPN, StaleTime: 86400}).
		AppendFQDN("rr1", "example.net").
		AppendSoftwareVersion("dci-rs/1")
	o.Capabilities = append(o.Capabilities, Capability{199, []byte{1, 2, 3}})
	return o
}

func TestOpenRoundTrip(t *testing.T) {
	long := fullOpen()
	for len(long.Capabilities) < 40 {
		long.Capabilities = append(long.Capabilities, Capability{200, bytes.Repeat([]byte{5}, 100)})
	}
	cases := map[string]Open{
		"no capability":    {ASN: 65000, HoldTime: 0, RouterID: RouterID{1, 1, 1, 1}},
		"every capability": fullOpen(),
		"capabilities that need the extended length": long,
	}
	for name, want := range cases {
		t.Run(name, func(t *testing.T) {
			message := AppendOpen(nil, want)
			h, herr := ParseHeader(message, MaxMessage)
			if herr != nil || h.Type != TypeOpen || h.Length != len(message) {
				t.Fatalf("header %+v, %v", h, herr)
			}
			got, err := ParseOpen(message[HeaderLen:])
			if err != nil {
				t.Fatal(err)
			}
			if got.ASN != want.ASN || got.HoldTime != want.HoldTime || got.RouterID != want.RouterID || len(got.Capabilities) != len(want.Capabilities) {
				t.Fatalf("got %+v, want %+v", got, want)
			}
			for i, c := range got.Capabilities {
				if w := want.Capabilities[i]; c.Code != w.Code || !bytes.Equal(c.Value, w.Value) {
					t.Errorf("capability %d is %v, want %v", i, c, w)
				}
			}
		})
	}
}

func TestCapabilitiesAreRead(t *testing.T) {
	c := fullOpen().Capabilities
	check := func(name string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	check("families", c.Families(), []nlri.Family{nlri.EVPN, nlri.VPNv4})
	check("families of none", Capabilities(nil).Families(), []nlri.Family{nlri.IPv4Unicast})
	asn, _ := c.AS4()
	check("AS", asn, uint32(4200000000))
	check("add-path", [3]AddPathMode{c.AddPath(nlri.EVPN), c.AddPath(nlri.VPNv4), c.AddPath(nlri.VPLS)}, [3]AddPathMode{AddPathBoth, AddPathSend, 0})
	check("labels", [2]uint8{c.MaxLabels(nlri.VPNv4), c.MaxLabels(nlri.VPNv6)}, [2]uint8{7, 0})
	check("extended next hop", [2]bool{c.ExtendedNextHop(nlri.VPNv4), c.ExtendedNextHop(nlri.EVPN)}, [2]bool{true, false})
	check("refresh", [3]bool{c.RouteRefresh(), c.Has(CapEnhancedRefresh), c.Has(CapORF)}, [3]bool{true, true, false})
	role, _ := c.Role()
	check("role", role, RoleCustomer)
	g, _ := c.GracefulRestart()
	check("graceful restart", g, GracefulRestart{true, true, 120, []GracefulFamily{{Family: nlri.EVPN, ForwardingState: true}}})
	check("long-lived", c.LongLived(), []GracefulFamily{{Family: nlri.EVPN, StaleTime: 86400}})
	host, domain, _ := c.FQDN()
	check("fqdn", [2]string{host, domain}, [2]string{"rr1", "example.net"})
	version, _ := c.SoftwareVersion()
	check("version", version, "dci-rs/1")
	unknown, _ := c.Find(199)
	check("unknown", unknown, []byte{1, 2, 3})
}

func TestCapabilitiesThatAreIgnored(t *testing.T) {
	family := []byte{0, 25, 70}
	c := Capabilities{
		{CapAddPath, append(family, 0)}, {CapAddPath, append(family, 4)}, {CapAddPath, append(family, 2)},
		{CapMultipleLabels, append(family, 1)}, {CapMultipleLabels, append(family, 9)},
	}
	if got := c.AddPath(nlri.EVPN); got != AddPathSend {
		t.Errorf("RFC 7911 §4: values 0 and 4 are ignored, got %d", got)
	}
	if got := c.MaxLabels(nlri.EVPN); got != 0 {
		t.Errorf("RFC 8277 §2.1: a count of 1 and a second copy are ignored, got %d", got)
	}
}

func TestTextIsCutAtACharacter(t *testing.T) {
	c := Capabilities(nil).AppendSoftwareVersion(strings.Repeat("a", 63) + "é")
	if version, ok := c.SoftwareVersion(); !ok || version != strings.Repeat("a", 63) {
		t.Errorf("got %q", version)
	}
}
