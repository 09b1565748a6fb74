package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// The most characters of a line.
const (
	longestSource = 140
	longestPage   = 160
)

// TestLinesFitAScreen leaves out goldens, which are rendered and not written, and in
// pages what nobody can break: rows of tables, what programs print, and templates.
func TestLinesFitAScreen(t *testing.T) {
	for name, text := range sources(t) {
		isPage := strings.HasSuffix(strings.TrimSuffix(name, ".tmpl"), ".md")
		most := longestSource
		switch {
		case isPage:
			most = longestPage
		case filepath.Ext(name) != ".go" && filepath.Ext(name) != ".tmpl":
			continue
		}
		fenced := false
		for i, line := range strings.Split(text, "\n") {
			fenced = fenced != (isPage && strings.HasPrefix(line, "```"))
			exempt := isPage && (fenced || strings.HasPrefix(line, "| ") || strings.Contains(line, "{{"))
			if n := utf8.RuneCountInString(line); n > most && !exempt {
				t.Errorf("%s:%d: %d characters, at most %d", name, i+1, n, most)
			}
		}
	}
}

// TestNoPredeclaredNameIsShadowed: a reader of len, min, any or print may trust what the Go
// specification says of them ("Predeclared identifiers").
func TestNoPredeclaredNameIsShadowed(t *testing.T) {
	for name, text := range sources(t) {
		if filepath.Ext(name) != ".go" {
			continue
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, ident := range declared(file) {
			if types.Universe.Lookup(ident.Name) != nil {
				t.Errorf("%s: %s is predeclared in Go; choose another name", files.Position(ident.Pos()), ident.Name)
			}
		}
	}
}

// declared are the names that a file declares, at any depth, but for fields and methods, which stand
// behind a dot.
func declared(file *ast.File) []*ast.Ident {
	var names []*ast.Ident
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Recv == nil {
				names = append(names, n.Name)
			}
		case *ast.FuncType:
			names = append(names, fieldNames(n.Params)...)
			names = append(names, fieldNames(n.Results)...)
		case *ast.ValueSpec:
			names = append(names, n.Names...)
		case *ast.TypeSpec:
			names = append(names, n.Name)
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				names = append(names, idents(n.Lhs...)...)
			}
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				names = append(names, idents(n.Key, n.Value)...)
			}
		}
		return true
	})
	return names
}

func fieldNames(list *ast.FieldList) []*ast.Ident {
	var names []*ast.Ident
	if list != nil {
		for _, field := range list.List {
			names = append(names, field.Names...)
		}
	}
	return names
}

func idents(expressions ...ast.Expr) []*ast.Ident {
	var names []*ast.Ident
	for _, e := range expressions {
		if ident, ok := e.(*ast.Ident); ok {
			names = append(names, ident)
		}
	}
	return names
}

// sources are the written files of the repository by name: no goldens, nothing that git ignores.
func sources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir("..", func(name string, entry os.DirEntry, err error) error {
		base := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (base == "golden" || base == "node_modules" || base == "venv" || base == "stacks" || base == ".git"):
			return filepath.SkipDir
		case entry.IsDir():
			return nil
		}
		text, err := os.ReadFile(name)
		all[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
