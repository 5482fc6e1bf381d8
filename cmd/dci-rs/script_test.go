package main

import (
	"errors"
	"net"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"dci-rs": main})
}

// TestScript plays what people type, each file of testdata/script in a folder of its own. $TAKEN is
// an address that another program listens at.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			env.Defer(func() { l.Close() })
			env.Setenv("TAKEN", l.Addr().String())
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
