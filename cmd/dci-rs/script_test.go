package main

import (
	"encoding/hex"
	"errors"
	"flag"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"dci-rs": main})
}

var update = flag.Bool("update", false, "write the golden files of testdata/script anew")

// TestScript plays what people type, each file of testdata/script in a folder of its own. $TAKEN is
// an address that another program listens at, $PCAPS the folder of captures.
func TestScript(t *testing.T) {
	pcaps, err := filepath.Abs("../../testdata/pcaps")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			env.Defer(func() { l.Close() })
			env.Setenv("TAKEN", l.Addr().String())
			env.Setenv("PCAPS", pcaps)
			env.Setenv("GORACE", "atexit_sleep_ms=0") // of the programs started here
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// status N PROGRAM ARG...: the program ends with N.
			"status": func(ts *testscript.TestScript, _ bool, args []string) {
				want, err := strconv.Atoi(args[0])
				ts.Check(err)
				got := 0
				if exit, ok := errors.AsType[*exec.ExitError](ts.Exec(args[1], args[2:]...)); ok {
					got = exit.ExitCode()
				}
				if got != want {
					ts.Fatalf("status %d, want %d", got, want)
				}
			},
			// signal HUP|TERM: to what runs in the background.
			"signal": func(ts *testscript.TestScript, _ bool, args []string) {
				signals := map[string]syscall.Signal{"HUP": syscall.SIGHUP, "TERM": syscall.SIGTERM}
				for _, c := range ts.BackgroundCmds() {
					ts.Check(c.Process.Signal(signals[args[0]]))
				}
			},
			// octets FILE TEXT: FILE becomes the octets that TEXT has in hexadecimal digits, comments behind # apart.
			"octets": func(ts *testscript.TestScript, _ bool, args []string) {
				text := regexp.MustCompile(`#.*|\s`).ReplaceAllString(ts.ReadFile(args[1]), "")
				b, err := hex.DecodeString(text)
				ts.Check(err)
				ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o600))
			},
			// cut FILE FROM SIZE: FILE becomes the first SIZE octets of FROM.
			"cut": func(ts *testscript.TestScript, _ bool, args []string) {
				size, err := strconv.Atoi(args[2])
				ts.Check(err)
				ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(ts.ReadFile(args[1])[:size]), 0o600))
			},
			// eventually PROGRAM ARG...: the program ends well within ten seconds, tried again and again.
			"eventually": func(ts *testscript.TestScript, _ bool, args []string) {
				deadline := time.Now().Add(10 * time.Second)
				for ts.Exec(args[0], args[1:]...) != nil {
					if time.Now().After(deadline) {
						ts.Fatalf("still fails")
					}
					time.Sleep(20 * time.Millisecond)
				}
			},
		},
	})
}
