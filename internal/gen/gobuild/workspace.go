package gobuild

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// language is the line of a go.mod that says which Go the module is written in.
var language = lazyregexp.New(`(?m)^go [0-9][^\s]*$`)

// nested are the modules in the runtime's folder that the stack uses, as its go.mod
// replaces them: a workspace with the others would want what they require.
var nested = lazyregexp.New(`(?m)^replace github\.com/sfngen/sfngen/runtime/(\S+) => `)

// workspace writes a go.work of the stack and its shared runtime, for one build, and
// answers with what GOWORK has to be. go puts the path of a replaced module into the
// program (go version -m shows it), but not that of a workspace's: by the replace of the
// stack's go.mod, each new runtime would make every program another.
func workspace(o Options) (gowork string, done func(), err error) {
	_, err = os.Stat(filepath.Join(o.Dir, "vendor", "modules.txt")) // what somebody has vendored, a workspace would not use
	if o.Runtime == "" || err == nil {
		return "off", func() {}, nil
	}
	text, dirs := "go 1.25.0\n", []string{o.Dir, o.Runtime}
	if module, err := os.ReadFile(filepath.Join(o.Dir, "go.mod")); err == nil {
		text = cmp.Or(language.FindString(string(module)), "go 1.25.0") + "\n"
		for _, match := range nested.FindAllStringSubmatch(string(module), -1) {
			dirs = append(dirs, filepath.Join(o.Runtime, filepath.FromSlash(match[1])))
		}
	}
	for _, dir := range dirs {
		full, err := filepath.Abs(dir)
		if err != nil {
			return "", nil, err
		}
		text += fmt.Sprintf("use %s\n", strconv.Quote(full))
	}
	dir, err := os.MkdirTemp(o.TempDir, "sfngen-work-")
	if err != nil {
		return "", nil, err
	}
	done = func() { _ = os.RemoveAll(dir) }
	gowork = filepath.Join(dir, "go.work")
	if err := os.WriteFile(gowork, []byte(text), 0o666); err != nil {
		done()
		return "", nil, err
	}
	return gowork, done, nil
}
