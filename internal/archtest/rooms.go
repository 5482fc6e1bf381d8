// Package archtest holds the architecture as data and checks the source tree against it: which room
// may import which, who may use a third-party package, and what a room does without. It may import
// the standard library only; nobody imports it.
package archtest

const module = "github.com/dci-rs/dci-rs"

// anything marks a room that may import every other one.
const anything = "*"

// A room is a folder with the packages below it. Rooms stand in the order of their floors, so that
// imports run upwards in this list and downwards in the house.
type room struct {
	path    string
	imports []string
	why     string
}

var rooms = []room{
	{"nlri", nil, "the ground floor: everything reads it, so it depends on nothing"},
	{"internal/arena", nil, "memory for any record, so it knows none"},
	{"internal/tcpopt", nil, "socket options know addresses and keys, not BGP"},
	{"wire", []string{"nlri"}, "a codec for others to use alone"},
	{"fsm", []string{"wire", "nlri"}, "a pure machine: it must run in a test without any socket or table"},
	{"policy", []string{"wire", "nlri"}, "rules are compiled against views, not against the table"},
	{"render", []string{"wire", "nlri"}, "one text form for show, api and decode, so it knows none of them"},
	{"capture", []string{"wire", "nlri"}, "files of captures become messages; what is done with them is for others"},
	{"internal/bench", nil, "it measures from outside: an error of the codec must not hide in what it expects"},
	{"rib", []string{"policy", "wire", "nlri", "internal/arena"}, "the table knows no session, configuration or log"},
	{"speaker", []string{"fsm", "wire", "nlri", "internal/tcpopt"}, "a plain peer for demo, bench and tests must not share code with what it tests"},
	{"server", []string{"rib", "fsm", "policy", "wire", "nlri", "internal/tcpopt"}, "sessions know how routes are kept, not how they are configured or shown"},
	{"config", []string{"server", "rib", "policy", "wire", "nlri"}, "translates text into what the rooms below define"},
	{"exabgp", []string{"server", "rib", "policy", "render", "wire", "nlri"}, "translation only"},
	{"metrics", []string{"server", "rib", "render", "wire", "nlri"}, "reads counters; the rooms below keep them in plain fields"},
	{"api", []string{"server", "rib", "policy", "render", "wire", "nlri"}, "asks the server; the server does not know that it is asked"},
	{"cmd/dci-rs", []string{anything}, "wires the house together"},
	{"internal/oracle", []string{anything}, "a proof"},
	{"internal/archtest", nil, "a proof"},
	{"test/e2e", []string{anything}, "a proof"},
	{"test/conformance", []string{anything}, "a proof"},
	{"fuzz", []string{anything}, "a proof"},
	{"bench", []string{anything}, "a proof"},
}

// proofs are rooms that no other room imports.
var proofs = []string{"internal/oracle", "internal/archtest", "test/e2e", "test/conformance", "fuzz", "bench"}

// A library is third-party code and the only rooms that import it, tests apart.
type library struct {
	path  string
	rooms []string
	why   string
}

var libraries = []library{
	{"golang.org/x/sys", []string{"internal/tcpopt"}, "system calls stand in one place"},
	{"github.com/cespare/xxhash/v2", []string{"rib"}, "what a hash is used for is the table's secret"},
	{"github.com/RoaringBitmap/roaring/v2", []string{"rib"}, "audiences are the table's secret"},
	{"go.yaml.in/yaml/v4", []string{"config"}, "below config nobody knows a file format"},
	{"github.com/spf13/cobra", []string{"cmd/dci-rs"}, "flags belong to the command"},
	{"connectrpc.com/connect", []string{"api", "cmd/dci-rs"}, "the interface and its client"},
	{"google.golang.org/protobuf", []string{"api", "cmd/dci-rs"}, "the interface and its client"},
	{"github.com/google/gopacket", []string{"capture"}, "fuzzed and bounded in one place"},
}

// A ban forbids a room (or anything) an imported package or, with a dot after the last slash, one of its names.
type ban struct {
	room string
	what string
	why  string
}

var bans = []ban{
	{"rib", "sync.Mutex", "a shard has one owner; readers see immutable values behind atomics"},
	{"rib", "sync.RWMutex", "a shard has one owner; readers see immutable values behind atomics"},
	{"rib", "log/slog", "lower rooms return events and count in plain fields"},
	{"rib", "log", "lower rooms return events and count in plain fields"},
	{"fsm", "net", "the machine opens no socket"},
	{"fsm", "log/slog", "lower rooms return events and count in plain fields"},
	{"fsm", "math/rand/v2", "chance comes in with Config.Jitter"},
	{"fsm", "time.Now", "the machine reads no clock: Step is told the time"},
	{"fsm", "time.Since", "the machine reads no clock: Step is told the time"},
	{"fsm", "time.NewTimer", "timers are deadlines"},
	{"fsm", "time.AfterFunc", "timers are deadlines"},
	{"speaker", "log/slog", "lower rooms return events and count in plain fields"},
	{anything, "math/rand", "math/rand/v2 has no seed to forget"},
}
