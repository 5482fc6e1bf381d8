package config

import (
	"errors"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/rib"
	"github.com/dci-rs/dci-rs/server"
	"github.com/dci-rs/dci-rs/wire"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestEveryProblemOfAFileIsNamedWithItsPlace(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			file, err := Load(path)
			var got strings.Builder
			if err != nil {
				if _, ok := errors.AsType[Problems](err); !ok {
					t.Fatalf("%T: %v", err, err)
				}
				got.WriteString(err.Error() + "\n")
			} else {
				for _, w := range file.Warnings {
					got.WriteString("warning: " + w.String() + "\n")
				}
			}
			golden := strings.TrimSuffix(path, ".yaml") + ".txt"
			if *update {
				if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got.String(), want)
			}
		})
	}
}

func TestAFullFileBecomesTheConfigurationItDescribes(t *testing.T) {
	file, err := Load("testdata/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	vtep := server.Neighbor{
		Group: "vtep", Role: rib.RoleClient, LocalASN: 65000, RouterID: wire.RouterID{192, 0, 2, 3},
		Families:      []nlri.Family{nlri.EVPN, nlri.VPNv4},
		Opaque:        map[nlri.Family]nlri.Form{nlri.FamilyOf(25, 99): nlri.OpaqueLength8, nlri.FamilyOf(1, 200): nlri.OpaquePrefix, nlri.FamilyOf(2, 201): nlri.OpaqueLength16},
		OpaqueDiscard: true, HoldTime: 30 * time.Second, MinHoldTime: 10 * time.Second, SendHoldTime: 2 * time.Minute, ConnectRetry: 5 * time.Second,
		MD5: "k3y of vtep", TTLSecurity: 1,
		AddPath: map[nlri.Family]server.AddPath{nlri.EVPN: {Receive: true, Send: rib.AddPathAll}},
	}
	leaf := vtep
	leaf.Address, leaf.Site, leaf.Description, leaf.Passive = netip.MustParseAddr("10.1.0.1"), "dc1", "leaf 1", true
	leaf.LocalAddress, leaf.Port = netip.MustParseAddr("10.0.0.1"), 1790
	other := vtep
	other.Address, other.Families, other.MD5, other.HoldTime = netip.MustParseAddr("fe80::1%eth0"), []nlri.Family{nlri.EVPN, nlri.VPLS}, "pass word", server.HoldTimeOff
	ranged := vtep
	ranged.Site = "dc2"
	want := &File{
		Control: "/run/x/control.sock", API: "127.0.0.1:8080",
		Server: server.Config{
			RouterID: wire.RouterID{192, 0, 2, 1}, ClusterID: wire.RouterID{192, 0, 2, 2}, ASN: 65000, Shards: 4,
			Listen: []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:1179"), netip.MustParseAddrPort("[::1]:1179")},
			Neighbors: []server.Neighbor{leaf, other,
				{Address: netip.MustParseAddr("10.9.0.1"), Role: rib.RoleRouteServerClient, ASN: 4200000000, Multihop: true,
					Families: []nlri.Family{nlri.IPv4Unicast, nlri.IPv6Unicast}},
				{Address: netip.MustParseAddr("2001:db8:9::1"), Role: rib.RoleClient, NextHopSelf: true,
					Families: []nlri.Family{nlri.IPv4Unicast, nlri.IPv6Unicast}},
				{Address: netip.MustParseAddr("10.9.0.2"), Role: rib.RoleFeed, ASN: 65000, Families: []nlri.Family{nlri.BGPLS}},
			},
			Ranges: []server.Range{
				{Prefix: netip.MustParsePrefix("10.2.0.0/16"), ASNs: []uint32{65000}, Limit: 10, Neighbor: ranged},
				{Prefix: netip.MustParsePrefix("2001:db8::/32"), ASNs: []uint32{65001, 65002}, Neighbor: server.Neighbor{
					Role: rib.RoleRouteServerClient, Families: []nlri.Family{nlri.VPNv6}, AddPath: map[nlri.Family]server.AddPath{nlri.VPNv6: {Send: 4}}}},
			},
		},
	}
	if !reflect.DeepEqual(file, want) {
		t.Errorf("got\n%+v\nwant\n%+v", file, want)
	}
}

func TestAFileOfTwoLinesHasTheDocumentedDefaults(t *testing.T) {
	file, err := Load("testdata/minimal.yaml")
	if err != nil {
		t.Fatal(err)
	}
	listen := []netip.AddrPort{netip.MustParseAddrPort("0.0.0.0:179"), netip.MustParseAddrPort("[::]:179")}
	if !reflect.DeepEqual(file.Server.Listen, listen) || file.API != "127.0.0.1:8179" || file.Control != DefaultControl() {
		t.Errorf("%+v", file)
	}
}

func TestAnEmptyTextTurnsAnInterfaceOff(t *testing.T) {
	file, err := Parse("x.yaml", []byte("router-id: 192.0.2.1\nasn: 65000\ncontrol: \"\"\napi: \"\"\nlisten: []\n"))
	if err != nil {
		t.Fatal(err)
	}
	if file.Control != "" || file.API != "" || len(file.Server.Listen) != 0 {
		t.Errorf("%+v", file)
	}
}

func TestAKeyComesFromTheEnvironmentToo(t *testing.T) {
	t.Setenv("DCI_RS_TEST_KEY", "from outside")
	file, err := Parse("x.yaml", []byte("router-id: 192.0.2.1\nasn: 65000\nneighbors: [{address: 10.1.0.1, role: client, families: [evpn], md5: {env: DCI_RS_TEST_KEY}}]"))
	if err != nil {
		t.Fatal(err)
	}
	if got := file.Server.Neighbors[0].MD5.Reveal(); got != "from outside" {
		t.Errorf("key %q", got)
	}
}

func TestNoProblemShowsASecret(t *testing.T) {
	for _, path := range []string{"testdata/secrets.yaml", "testdata/alias.yaml"} {
		_, err := Load(path)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestAFileThatIsNotThereIsOneSentence(t *testing.T) {
	_, err := Load("testdata/nothing-here.yaml")
	if !errors.Is(err, os.ErrNotExist) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "nothing-here.yaml") {
		t.Errorf("%v", err)
	}
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.yaml")
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse("testdata/fuzz.yaml", data)
		if (file == nil) == (err == nil) {
			t.Fatalf("file %v, error %v", file, err)
		}
		problems, _ := errors.AsType[Problems](err)
		for _, p := range problems {
			if strings.Contains(p.String(), "\n") {
				t.Errorf("a problem of two lines: %q", p)
			}
		}
	})
}
