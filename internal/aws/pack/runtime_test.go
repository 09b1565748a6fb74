package pack_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// A runtime that stacks share is compiled as it was written, or not at all.
func TestASharedRuntimeIsChecked(t *testing.T) {
	name := stack.Runtime().Name
	for what, test := range map[string]struct {
		spoil func(t *testing.T, at string)
		want  string // of the error, AT standing for the runtime's folder
	}{
		"a changed file": {func(t *testing.T, at string) { write(t, "package egress\n", at, "egress", "guard.go") },
			"the Lambdas cannot be compiled: AT does not hold what its name stands for: egress/guard.go was changed; the stacks beside it " +
				"share it: 'sfngen build --force' writes it again; for a runtime of its own, build a stack with --standalone"},
		"a file that is gone": {func(t *testing.T, at string) { remove(t, at, "egress", "guard.go") }, "egress/guard.go is gone; "},
		"a foreign file": {func(t *testing.T, at string) { write(t, "package egress\n", at, "egress", "zz.go") },
			"egress/zz.go was not written by sfngen (move it away); "},
		"many files": {func(t *testing.T, at string) { remove(t, filepath.Join(at, "contract")) },
			"contract/addresses.go is gone, contract/cabundle.go is gone, "},
		"another manifest": {func(t *testing.T, at string) {
			write(t, "package egress\n", at, "egress", "guard.go")
			m, err := manifest.Read(at)
			if err != nil {
				t.Fatal(err)
			}
			m.Files["egress/guard.go"] = manifest.Hash([]byte("package egress\n"))
			write(t, string(m.Text()), at, manifest.Name)
		}, "AT/sfngen.manifest.json does not list the files that the folder's name stands for: remove the folder AT, and write it again"},
		"no manifest": {func(t *testing.T, at string) { remove(t, filepath.Join(at, manifest.Name)) },
			"AT/sfngen.manifest.json does not list the files"},
		"none at all": {func(t *testing.T, at string) { remove(t, at) },
			"is built on AT, which is not there: write it again with 'sfngen build'"},
	} {
		t.Run(what, func(t *testing.T) {
			dir := built(t, load(t, echo(t)))
			at := manifest.RuntimeDir(dir, name)
			test.spoil(t, at)
			_, err := pack.Stack(t.Context(), pack.Options{Dir: dir, Architecture: architecture()})
			if !errors.Is(err, folder.ErrRuntime) || !strings.Contains(strings.ReplaceAll(err.Error(), at, "AT"), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
			if _, err := os.Stat(filepath.Join(dir, "dist")); err == nil {
				t.Error("something was written")
			}
		})
	}
}

// A new runtime makes other programs only of those whose code it changes.
func TestAnUpgradeChangesWhatItsCodeIsIn(t *testing.T) {
	dir := built(t, load(t, echo(t)))
	before := packed(t, pack.Options{Dir: dir, Architecture: architecture()})
	shareAnother(t, dir, "orchestrator/orchestrator.go")
	after := packed(t, pack.Options{Dir: dir, Architecture: architecture()})
	same(t, "egress", before[0].SHA256, after[0].SHA256)
	if before[1].SHA256 == after[1].SHA256 {
		t.Error("the orchestrator is the same")
	}
}

// shareAnother gives the stack a runtime in which one file is another.
func shareAnother(t *testing.T, dir, path string) {
	t.Helper()
	var files []stack.File
	for _, f := range stack.Runtime().Files {
		if f.Path == manifest.Name {
			continue
		}
		if f.Path == path {
			f = stack.File{Path: path, Content: append([]byte("// Another.\n\n"), f.Content...)}
		}
		files = append(files, f)
	}
	other := stack.Assemble("", files)
	other.Name = other.Manifest.Files.RuntimeName()
	if _, err := folder.Write(t.Context(), []folder.Target{{Stack: other, Dir: manifest.RuntimeDir(dir, other.Name)}}, false); err != nil {
		t.Fatal(err)
	}
	module := filepath.Join(dir, stack.ModuleFile)
	write(t, strings.ReplaceAll(read(t, module), stack.Runtime().Name, other.Name), module)
}
