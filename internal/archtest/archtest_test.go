package archtest

import (
	"slices"
	"testing"
)

func TestTree(t *testing.T) {
	sources, err := readSources("../..")
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) == 0 {
		t.Fatal("no package was read")
	}
	for _, v := range violations(sources, rooms, libraries, bans) {
		t.Error(v)
	}
}

func TestImportsRunDownwards(t *testing.T) {
	for i, r := range rooms {
		for _, imported := range r.imports {
			if imported == anything {
				continue
			}
			below := slices.IndexFunc(rooms, func(other room) bool { return other.path == imported })
			if below < 0 || below >= i {
				t.Errorf("the row of %s lets it import %s, which is no room below it", r.path, imported)
			}
		}
		if r.why == "" {
			t.Errorf("the row of %s does not say why", r.path)
		}
	}
}

func TestViolations(t *testing.T) {
	const ours = module + "/"
	cases := map[string]struct {
		source source
		want   string // "" = allowed
	}{
		"a room imports what its row names": {
			source{path: "wire", imports: []string{ours + "nlri", "encoding/binary"}, commented: true},
			"",
		},
		"a room imports a package below itself": {
			source{path: "api", imports: []string{ours + "api/v1", "connectrpc.com/connect"}, commented: true},
			"",
		},
		"a room imports the room above it": {
			source{path: "fsm", imports: []string{ours + "server"}, commented: true},
			"fsm imports server: fsm may import wire, nlri (a pure machine: it must run in a test without any socket or table)",
		},
		"a room imports a proof": {
			source{path: "cmd/dci-rs", imports: []string{ours + "bench"}, commented: true},
			"cmd/dci-rs imports bench: nobody imports a proof",
		},
		"a library is imported outside its rooms": {
			source{path: "server", imports: []string{"go.yaml.in/yaml/v4"}, commented: true},
			"server imports go.yaml.in/yaml/v4: only config may (below config nobody knows a file format)",
		},
		"a library without a row": {
			source{path: "server", imports: []string{"example.com/fast"}, commented: true},
			"server imports example.com/fast: add a row to libraries in internal/archtest/rooms.go or do without",
		},
		"a proof takes the libraries it needs": {
			source{path: "test/e2e", imports: []string{"go.yaml.in/yaml/v4", ours + "server"}, commented: true},
			"",
		},
		"a mutex in the table": {
			source{path: "rib", names: []string{"sync.Mutex"}, commented: true},
			"rib uses sync.Mutex: a shard has one owner; readers see immutable values behind atomics",
		},
		"addresses in the machine": {
			source{path: "fsm", imports: []string{"net/netip"}, commented: true},
			"",
		},
		"sockets in the machine": {
			source{path: "fsm", imports: []string{"net"}, commented: true},
			"fsm uses net: the machine opens no socket",
		},
		"a clock in the machine": {
			source{path: "fsm", names: []string{"time.Now"}, commented: true},
			"fsm uses time.Now: the machine reads no clock: Step is told the time",
		},
		"a package without comment": {
			source{path: "nlri"},
			"nlri has no package comment: say what lives there and what it may import",
		},
		"a package in no room": {
			source{path: "helpers", commented: true},
			"helpers stands in no room: add a row to rooms in internal/archtest/rooms.go",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var want []string
			if c.want != "" {
				want = []string{c.want}
			}
			if got := violations([]source{c.source}, rooms, libraries, bans); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// The tables are not vacuous: the tree as it stands is refused by a table that forbids what it does.
func TestWrongTableIsReported(t *testing.T) {
	sources, err := readSources("../..")
	if err != nil {
		t.Fatal(err)
	}
	wrong := []ban{{"internal/archtest", "go/parser.ParseFile", "a deliberate mistake"}}
	want := "internal/archtest uses go/parser.ParseFile: a deliberate mistake"
	if got := violations(sources, rooms, libraries, wrong); !slices.Contains(got, want) {
		t.Errorf("got %q, want among them %q", got, want)
	}
}
