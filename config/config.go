// Package config reads the native YAML configuration and turns it into what the server and the
// interfaces around it are made of. It is strict: every mistake of a file is reported at once, each
// with its line and column, and nothing that this version cannot do is accepted silently. It may
// import server, rib, wire and nlri for the types it fills, and the YAML parser.
package config

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/dci-rs/dci-rs/server"
)

// File is a configuration that holds together.
type File struct {
	Server  server.Config
	Control string // path of the Unix control socket; empty = none
	API     string // address:port of the read-only HTTP interface; empty = none

	// Warnings are what the file says and an operator may not have meant, in the order of the file.
	Warnings []Problem
}

// Load reads the configuration at path. The error is a Problems when the file could be read and is
// wrong. Key files named in it are read too, relative to the folder of path.
func Load(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the configuration cannot be read: %w", err)
	}
	return Parse(path, data)
}

// Parse is Load for a configuration in memory; path is the name used in problems and the place that
// relative names of key files start from.
func Parse(path string, data []byte) (*File, error) {
	d := &decoder{path: path}
	file := File{Control: DefaultControl(), API: DefaultAPI}
	if root := d.parse(data); root != nil {
		d.daemon(&file, root)
	}
	if len(d.problems) > 0 {
		return nil, sorted(d.problems)
	}
	file.Warnings = sorted(d.warnings)
	return &file, nil
}

// DefaultAPI is where the read-only HTTP interface listens unless the configuration says otherwise.
const DefaultAPI = "127.0.0.1:8179"

// DefaultControl is the control socket of a daemon whose configuration names none: in /run for
// root, in the user's run-time folder for others.
func DefaultControl() string {
	const socket = "dci-rs/control.sock"
	if os.Geteuid() == 0 {
		return filepath.Join("/run", socket)
	}
	if folder := os.Getenv("XDG_RUNTIME_DIR"); folder != "" {
		return filepath.Join(folder, socket)
	}
	return filepath.Join(os.TempDir(), fmt.Sprintf("dci-rs-%d", os.Geteuid()), "control.sock")
}
