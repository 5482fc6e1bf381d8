package archtest

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A source is one package of the module as the checks see it, test files left out.
type source struct {
	path      string // below the module: "wire", "cmd/dci-rs"
	imports   []string
	names     []string // what it uses of other packages: "sync.Mutex", "time.Now"
	commented bool     // it has a package comment or is generated
}

// violations says what in the sources the tables do not allow, one sentence each.
func violations(sources []source, rooms []room, libraries []library, bans []ban) []string {
	var found []string
	report := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	for _, s := range sources {
		home, ok := roomOf(s.path, rooms)
		if !ok {
			report("%s stands in no room: add a row to rooms in internal/archtest/rooms.go", s.path)
			continue
		}
		if !s.commented {
			report("%s has no package comment: say what lives there and what it may import", s.path)
		}
		for _, imported := range s.imports {
			if below, ours := strings.CutPrefix(imported, module+"/"); ours {
				other, _ := roomOf(below, rooms)
				switch {
				case other.path == home.path:
				case slices.Contains(proofs, other.path) && !slices.Contains(proofs, home.path):
					report("%s imports %s: nobody imports a proof", s.path, below)
				case !slices.Contains(home.imports, other.path) && !slices.Contains(home.imports, anything):
					report("%s imports %s: %s may import %s (%s)", s.path, below, home.path, list(home.imports), home.why)
				}
				continue
			}
			host, _, _ := strings.Cut(imported, "/")
			if !strings.Contains(host, ".") || slices.Contains(proofs, home.path) {
				continue // standard library; a proof takes what it needs
			}
			i := slices.IndexFunc(libraries, func(l library) bool { return within(imported, l.path) })
			switch {
			case i < 0:
				report("%s imports %s: add a row to libraries in internal/archtest/rooms.go or do without", s.path, imported)
			case !slices.Contains(libraries[i].rooms, home.path):
				report("%s imports %s: only %s may (%s)", s.path, imported, list(libraries[i].rooms), libraries[i].why)
			}
		}
		for _, b := range bans {
			if b.room != anything && b.room != home.path {
				continue
			}
			if slices.Contains(s.imports, b.what) || slices.Contains(s.names, b.what) {
				report("%s uses %s: %s", s.path, b.what, b.why)
			}
		}
	}
	return found
}

func list(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

func within(pkg, folder string) bool {
	return pkg == folder || strings.HasPrefix(pkg, folder+"/")
}

func roomOf(pkg string, rooms []room) (room, bool) {
	for _, r := range rooms {
		if within(pkg, r.path) {
			return r, true
		}
	}
	return room{}, false
}

// readSources reads every package below root. It walks the tree itself, where go list would do,
// because files that a child process reads do not invalidate a cached test result.
func readSources(root string) ([]source, error) {
	var sources []source
	err := filepath.WalkDir(root, func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if dir != root {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
				return filepath.SkipDir // a module of its own
			}
			if name := d.Name(); name == "testdata" || name[0] == '.' || name[0] == '_' {
				return filepath.SkipDir
			}
		}
		pkg, err := build.ImportDir(dir, 0)
		var none *build.NoGoError
		if errors.As(err, &none) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(pkg.GoFiles) == 0 {
			return nil // tests only
		}
		below, err := filepath.Rel(root, dir)
		if err != nil {
			return err
		}
		s := source{path: filepath.ToSlash(below), imports: pkg.Imports, commented: pkg.Doc != ""}
		generated := true
		for _, file := range pkg.GoFiles {
			tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, file), nil, parser.SkipObjectResolution|parser.ParseComments)
			if err != nil {
				return err
			}
			generated = generated && ast.IsGenerated(tree)
			names, err := usedNames(tree)
			if err != nil {
				return err
			}
			s.names = append(s.names, names...)
		}
		s.commented = s.commented || generated
		sources = append(sources, s)
		return nil
	})
	return sources, err
}

// usedNames lists the names of other packages that a file uses, each as import path, dot, name.
func usedNames(tree *ast.File) ([]string, error) {
	paths := map[string]string{} // local name to import path
	for _, spec := range tree.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		local := path.Base(imported)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		paths[local] = imported
	}
	var names []string
	ast.Inspect(tree, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if left, ok := selector.X.(*ast.Ident); ok && paths[left.Name] != "" {
				names = append(names, paths[left.Name]+"."+selector.Sel.Name)
			}
		}
		return true
	})
	return names, nil
}
