package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestDecode(t *testing.T) {
	for _, test := range []struct{ name, file, want string }{
		{"a raw file is its own input", "\x00\xff", "\x00\xff"},
		{"a file of Go's engine holds an expression", "go test fuzz v1\n[]byte(\"\\x00a\\\"\\xff\")\n", "\x00a\"\xff"},
		{"an empty file is an empty input", "", ""},
	} {
		if got, err := decode([]byte(test.file)); err != nil || string(got) != test.want {
			t.Errorf("%s: %q, %v", test.name, got, err)
		}
	}
	if _, err := decode([]byte("go test fuzz v1\nint(7)\n")); err == nil {
		t.Error("an input of two arguments, or of another type, was accepted")
	}
}

func TestAddTakesWhatTheEngineLeft(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, content := range map[string]string{
		"fuzz/targets.go":                          "package fuzz\n",
		"fuzz/testdata/fuzz/FuzzText/1234":         "go test fuzz v1\n[]byte(\"\\x0065000:1\")\n",
		"fuzz/testdata/fuzz/FuzzConfiguration/abc": "go test fuzz v1\n[]byte(\"asn: 1\")\n",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := add("text", nil); err != nil {
		t.Fatal(err)
	}
	// printf '\00065000:1' | sha1sum
	const want = "fuzz/text/corpus/d8437cc97e7f3d37636508c69c48a4715cb30b35"
	if got, err := os.ReadFile(want); err != nil || string(got) != "\x0065000:1" {
		files, _ := filepath.Glob("fuzz/*/corpus/*")
		t.Errorf("%q, %v; there are %v", got, err, files)
	}
	if err := add("words", nil); err == nil {
		t.Error("a target that does not exist was accepted")
	}
}
