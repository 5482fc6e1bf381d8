package config

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v4"

	"github.com/dci-rs/dci-rs/server"
)

// maxMD5Key is what the Linux kernel takes (TCP_MD5SIG_MAXKEYLEN).
const maxMD5Key = 80

// secretKeys are the places a secret can come from. None of their problems shows a value.
var secretKeys = []key[server.Secret]{
	{"file", func(d *decoder, s *server.Secret, v *yaml.Node) {
		name, ok := d.text(v, "the name of a file")
		if !ok {
			return
		}
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(d.path), name)
		}
		content, err := readKey(name)
		if err != nil {
			d.errorf(v, "%s: %v, want a file that holds the key", d.key, err)
			return
		}
		*s = d.secret(v, content)
	}},
	{"env", func(d *decoder, s *server.Secret, v *yaml.Node) {
		name, ok := d.text(v, "the name of an environment variable")
		if !ok {
			return
		}
		content, set := os.LookupEnv(name)
		if !set {
			d.errorf(v, "%s: the environment has no variable of that name, set it or use file", d.key)
			return
		}
		*s = d.secret(v, content)
	}},
	{"value", func(d *decoder, s *server.Secret, v *yaml.Node) {
		if content, ok := d.text(v, "the key itself"); ok {
			*s = d.secret(v, content)
		}
	}},
}

// md5 reads where the TCP-MD5 key of a session (RFC 2385) comes from.
func (d *decoder) md5(v *yaml.Node) server.Secret {
	const want = "{file: PATH}, {env: NAME} or {value: KEY}"
	var s server.Secret
	before := len(d.problems)
	d.hidden = true
	defer func() { d.hidden = false }()
	if places := mapping(d, v, want, secretKeys, &s); len(places) != 1 && len(d.problems) == before {
		d.errorf(v, "%s: %d places for one key, want %s", d.key, len(places), want)
	}
	return s
}

func (d *decoder) secret(v *yaml.Node, content string) server.Secret {
	if n := len(content); n == 0 || n > maxMD5Key {
		d.errorf(v, "%s: the key has %d octets, want 1 to %d", d.key, n, maxMD5Key)
		return ""
	}
	return server.Secret(content)
}

// readKey returns the content of a key file without the line end that editors put there. It reads
// regular files only and never much: a name may be mistyped.
func readKey(name string) (string, error) {
	stat, err := os.Stat(name)
	if err != nil {
		return "", err
	}
	if !stat.Mode().IsRegular() {
		return "", fmt.Errorf("%s is not a regular file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, 4096))
	return string(bytes.TrimRight(content, "\r\n")), err
}
