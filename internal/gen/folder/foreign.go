package folder

import (
	"errors"
	"go/build"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/manifest"
)

// Foreign are the files of a stack's folder that sfngen did not write and that the
// go command compiles together with those that it wrote: what is deployed is then
// not what the spec gives. They are slash-separated paths, sorted. A checkout of an
// older commit leaves such files behind. What an earlier build wrote is sfngen's,
// even if the spec no longer gives it.
func Foreign(dir string) ([]string, error) {
	written, err := manifest.Read(dir)
	if err != nil {
		return nil, err
	}
	return foreign(dir, written.Files.Paths())
}

// vendored makes the go command take every module from the folder vendor (Go
// Modules Reference, "Vendoring").
const vendored = "vendor/modules.txt"

func foreign(dir string, written []string) ([]string, error) {
	ours, packages := map[string]bool{}, map[string]bool{}
	for _, p := range written {
		ours[p] = true
		if isCompiled(path.Base(p)) {
			packages[path.Dir(p)] = true
		}
	}
	var found []string
	for p := range packages {
		names, err := compiledIn(filepath.Join(dir, filepath.FromSlash(p)))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if file := path.Join(p, name); !ours[file] {
				found = append(found, file)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(vendored))); err == nil {
		found = append(found, vendored)
	}
	slices.Sort(found)
	return found, nil
}

// compiledIn are the files of a package that go compiles for Lambda.
func compiledIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if name := e.Name(); !e.IsDir() && isCompiled(name) && forLambda(dir, name) {
			names = append(names, name)
		}
	}
	return names, err
}

// isCompiled is the go command's choice of a package's files, without cgo (go help
// packages; go/build, "Package.GoFiles" and its like).
func isCompiled(name string) bool {
	if strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") || strings.HasSuffix(name, "_test.go") {
		return false
	}
	return slices.Contains([]string{".go", ".s", ".syso"}, path.Ext(name))
}

// forLambda reports whether the file's name and build constraints let it into a
// Lambda, of either architecture. One that cannot be read may be.
func forLambda(dir, name string) bool {
	for _, architecture := range []string{"amd64", "arm64"} {
		target := build.Default
		target.GOOS, target.GOARCH, target.CgoEnabled, target.BuildTags = "linux", architecture, false, []string{"lambda.norpc"}
		if match, err := target.MatchFile(dir, name); match || err != nil {
			return true
		}
	}
	return false
}
