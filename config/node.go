package config

import (
	"errors"
	"fmt"
	"iter"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// decoder gathers the problems of one file while its tree is read.
type decoder struct {
	path     string
	key      string // the key whose value is being read, which problems name
	hidden   bool   // inside a secret: not even an unknown key is shown, it may be the secret itself
	problems []Problem
	warnings []Problem
}

func (d *decoder) errorf(at *yaml.Node, format string, args ...any) {
	d.problems = append(d.problems, d.problem(at.Line, at.Column, format, args...))
}

func (d *decoder) warnf(at *yaml.Node, format string, args ...any) {
	d.warnings = append(d.warnings, d.problem(at.Line, at.Column, format, args...))
}

func (d *decoder) problem(line, column int, format string, args ...any) Problem {
	return Problem{File: d.path, Line: line, Column: column, Text: fmt.Sprintf(format, args...)}
}

// wrong reports a value that is not what its key wants.
func (d *decoder) wrong(v *yaml.Node, want string) {
	if v.Kind == yaml.ScalarNode && !null(v) {
		d.errorf(v, "%s: %q, want %s", d.key, v.Value, want)
		return
	}
	d.wrongKind(v, want)
}

// wrongKind is wrong without the value, which may be a secret.
func (d *decoder) wrongKind(v *yaml.Node, want string) {
	kind := "a text"
	switch {
	case null(v):
		kind = "no value"
	case v.Kind == yaml.SequenceNode:
		kind = "a list"
	case v.Kind == yaml.MappingNode:
		kind = "a mapping"
	}
	d.errorf(v, "%s: %s, want %s", d.key, kind, want)
}

// later refuses what the interface describes and this version does not do.
func (d *decoder) later(at *yaml.Node, what string) {
	d.errorf(at, "%s: not supported by this version yet, leave it out", what)
}

func null(v *yaml.Node) bool { return v.Kind == yaml.ScalarNode && v.ShortTag() == "!!null" }

// resolved is the node that an alias stands for. The schema is of finite depth, so an alias to a
// node that contains it ends as a wrong value.
func resolved(v *yaml.Node) *yaml.Node {
	if v.Kind == yaml.AliasNode {
		return v.Alias
	}
	return v
}

// exabgp recognises the other syntax by its first block.
var exabgp = regexp.MustCompile(`(?m)\A(?:\s*#.*\n|\s*\n)*\s*(?:neighbor|process|group|template)\b[^:\n]*\{`)

// parse returns the top mapping of a document, nil after a problem.
func (d *decoder) parse(data []byte) *yaml.Node {
	if exabgp.Match(data) {
		d.problems = append(d.problems, d.problem(0, 0, "this looks like an ExaBGP configuration: not supported by this version yet, write it in YAML"))
		return nil
	}
	if line, column, ok := clean(data); !ok {
		d.problems = append(d.problems, d.problem(line, column, "an octet that is no text, want UTF-8 without control characters"))
		return nil
	}
	var documents []yaml.Node
	err := yaml.Load(data, &documents, yaml.WithAllDocuments())
	switch {
	case err != nil:
		d.problems = append(d.problems, d.syntax(err))
		return nil
	case len(documents) == 0:
		d.problems = append(d.problems, d.problem(1, 1, "the file is empty, want at least router-id and asn"))
		return nil
	case len(documents) > 1:
		d.problems = append(d.problems, d.problem(documents[1].Line, documents[1].Column, "a second YAML document begins here, want one: take the line --- out, or split the file"))
		return nil
	}
	root := resolved(documents[0].Content[0])
	if root.Kind != yaml.MappingNode {
		d.key = "the file"
		d.wrongKind(root, "a mapping that begins with router-id and asn")
		return nil
	}
	return root
}

// clean finds the first octet that no YAML file may have, whose place the parser does not tell.
func clean(data []byte) (line, column int, ok bool) {
	line, column = 1, 1
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && size == 1, unicode.IsControl(r) && r != '\t' && r != '\r' && r != '\n' && r != '\u0085':
			return line, column, false
		case r == '\n':
			line, column = line+1, 1
		default:
			column++
		}
		data = data[size:]
	}
	return 0, 0, true
}

// syntax places an error of the YAML parser.
func (d *decoder) syntax(err error) Problem {
	var all *yaml.LoadErrors
	var one *yaml.LoadError
	if errors.As(err, &all) && len(all.Errors) > 0 {
		one = all.Errors[0]
	} else if !errors.As(err, &one) {
		return d.problem(0, 0, "this is not YAML: %v", err)
	}
	text := strings.TrimPrefix(one.Message, "yaml: ")
	if strings.HasPrefix(text, "unknown anchor") {
		// The name of the anchor may be a key that somebody forgot to quote.
		text = "an alias without its anchor, put a value that begins with * in quotes"
	}
	switch {
	case strings.Contains(text, "cannot start any token"):
		text = "a character that no value can begin with, such as a tab or @: indent with blanks, put texts in quotes"
	case one.ContextMsg != "":
		text += " " + one.ContextMsg
	}
	return d.problem(one.Mark.Line, one.Mark.Column, "this is not YAML: %s", text)
}

// key is one key of a mapping and what its value does to a T. A key without read is one of a later
// version.
type key[T any] struct {
	name string
	read func(d *decoder, t *T, v *yaml.Node)
}

// mapping reads m into t and returns the value node of each key it knows, also of those whose value
// is wrong.
func mapping[T any](d *decoder, m *yaml.Node, want string, keys []key[T], t *T) map[string]*yaml.Node {
	values := make(map[string]*yaml.Node)
	outer := d.key
	defer func() { d.key = outer }()
	for name, v := range d.pairs(m, want) {
		k := find(keys, name.Value)
		if k == nil {
			d.unknown(name, names(keys))
			continue
		}
		values[k.name] = v
		if k.read == nil {
			d.later(name, k.name)
			continue
		}
		d.key = k.name
		k.read(d, t, v)
	}
	return values
}

// pairs visits the keys and values of a mapping and reports keys that are no text or stand twice.
func (d *decoder) pairs(m *yaml.Node, want string) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(name, v *yaml.Node) bool) {
		if m.Kind != yaml.MappingNode {
			d.wrongKind(m, want)
			return
		}
		lines := make(map[string]int)
		for i := 0; i+1 < len(m.Content); i += 2 {
			name := resolved(m.Content[i])
			if name.Kind != yaml.ScalarNode {
				d.errorf(name, "a key that is not a word, want NAME: VALUE")
				continue
			}
			if line, twice := lines[name.Value]; twice {
				d.errorf(name, "%s: stands twice, the first is at line %d: keep one", d.shown(name), line)
				continue
			}
			lines[name.Value] = name.Line
			if !yield(name, resolved(m.Content[i+1])) {
				return
			}
		}
	}
}

func find[T any](keys []key[T], name string) *key[T] {
	for i := range keys {
		if keys[i].name == name {
			return &keys[i]
		}
	}
	return nil
}

func names[T any](keys []key[T]) []string {
	list := make([]string, len(keys))
	for i, k := range keys {
		list[i] = k.name
	}
	return list
}

// unknown reports a name that is none of those that may stand there.
func (d *decoder) unknown(at *yaml.Node, known []string) {
	if near := nearest(at.Value, known); near != "" {
		d.errorf(at, "%s is unknown here, did you mean %s?", d.shown(at), near)
		return
	}
	d.errorf(at, "%s is unknown here, want one of %s", d.shown(at), strings.Join(known, ", "))
}

func (d *decoder) shown(name *yaml.Node) string {
	if d.hidden {
		return "this"
	}
	return strconv.Quote(name.Value)
}

// items returns the elements of a list.
func (d *decoder) items(v *yaml.Node, want string) []*yaml.Node {
	if v.Kind != yaml.SequenceNode {
		d.wrongKind(v, want)
		return nil
	}
	list := make([]*yaml.Node, len(v.Content))
	for i, item := range v.Content {
		list[i] = resolved(item)
	}
	return list
}

// text returns a value that is one piece of text. A number or a truth value is text too: what it
// must look like is for the reader of the key to say.
func (d *decoder) text(v *yaml.Node, want string) (string, bool) {
	if v.Kind != yaml.ScalarNode || null(v) {
		d.wrongKind(v, want)
		return "", false
	}
	if strings.ContainsFunc(v.Value, unicode.IsControl) {
		d.errorf(v, "%s: a control character, want %s", d.key, want)
		return "", false
	}
	return v.Value, true
}
