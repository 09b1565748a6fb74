package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// openers make a listener or a server, by package and name.
var openers = map[string][]string{
	"net":                    {"Listen", "ListenTCP", "ListenUnix", "ListenPacket", "ListenUDP", "ListenConfig", "FileListener"},
	"net/http":               {"Server", "Serve", "ServeTLS", "ListenAndServe", "ListenAndServeTLS"},
	"net/http/httptest":      {"NewServer", "NewTLSServer", "NewUnstartedServer"},
	"crypto/tls":             {"Listen", "NewListener"},
	"net/rpc":                {"Accept", "HandleHTTP"},
	"net/http/pprof":         {"Handler", "Index"},
	"golang.org/x/net/http2": {"Server"},
}

// mayOpen are the files that may, and why.
var mayOpen = map[string]string{
	"internal/local/guard/guard.go":       "it is the one that does it",
	"internal/local/loopback/loopback.go": "it binds an address to see whether it can, and accepts nothing",
}

// TestEveryListenerHasADoor: what listens on this machine is opened by package guard,
// so that no part of sfngen answers to web pages or to other users.
func TestEveryListenerHasADoor(t *testing.T) {
	read := 0
	for _, root := range []string{"cmd", "internal", "runtime", "schema", "spec", "templates"} {
		err := filepath.WalkDir(filepath.Join("..", root), func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			name = filepath.ToSlash(strings.TrimPrefix(name, ".."+string(filepath.Separator)))
			if strings.HasPrefix(name, "internal/fakeaws/") || mayOpen[name] != "" { // fakeaws: tests alone import it
				return nil
			}
			read++
			for _, opener := range openersIn(t, name) {
				t.Errorf("%s uses %s: open a door of internal/local/guard in its place", name, opener)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if read < 300 {
		t.Errorf("only %d files were read", read)
	}
	if len(openersIn(t, "internal/local/guard/guard.go")) == 0 {
		t.Error("the search does not find what guard itself uses")
	}
}

func openersIn(t *testing.T, name string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", filepath.FromSlash(name)), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	forbidden := map[string]bool{} // as the file writes them
	for _, imported := range file.Imports {
		path := strings.Trim(imported.Path.Value, `"`)
		as := path[strings.LastIndex(path, "/")+1:]
		if imported.Name != nil {
			as = imported.Name.Name
		}
		for _, opener := range openers[path] {
			forbidden[as+"."+opener] = true
		}
	}
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.StarExpr: // *http.Server is one that somebody made
			if _, ok := n.X.(*ast.SelectorExpr); ok {
				return false
			}
		case *ast.SelectorExpr:
			if from, ok := n.X.(*ast.Ident); ok && forbidden[from.Name+"."+n.Sel.Name] {
				found = append(found, from.Name+"."+n.Sel.Name)
			}
		}
		return true
	})
	return found
}
