package stack

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/term/shell"
	"github.com/sfngen/sfngen/spec"
)

// SpecSearchError is a spec that was not found, or found more than once.
type SpecSearchError struct {
	Name   string
	Places []string // the folders where it was looked for
	Found  []string
}

func (e *SpecSearchError) Error() string {
	if len(e.Found) > 0 {
		return fmt.Sprintf("several files are specs of %s: %s; say with --spec FILE which one it is", e.Name, strings.Join(e.Found, ", "))
	}
	return fmt.Sprintf("no spec of %s (a .yaml or .yml file with 'name: %s') in %s; name it with --spec FILE, or leave out the comparison with it by --stale",
		e.Name, e.Name, strings.Join(e.Places, ", "))
}

// FindSpec looks for the spec that a stack's folder was built from, where people
// keep it: in the working directory and in the two folders above the stack's, and
// in a folder specs of each. It fails with a SpecSearchError unless it is exactly one.
func (f *Folder) FindSpec() (string, error) {
	e := &SpecSearchError{Name: f.Name}
	var known []os.FileInfo
	var dirs []string
	for _, dir := range []string{".", filepath.Join(f.Dir, ".."), filepath.Join(f.Dir, "..", "..")} {
		dirs = append(dirs, dir, filepath.Join(dir, "specs"))
	}
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil || slices.ContainsFunc(known, func(other os.FileInfo) bool { return os.SameFile(info, other) }) {
			continue
		}
		known = append(known, info)
		e.Places = append(e.Places, dir)
		found, err := specsIn(dir, f.Name)
		if err != nil {
			return "", err
		}
		e.Found = append(e.Found, found...)
	}
	if len(e.Found) != 1 {
		return "", e
	}
	return e.Found[0], nil
}

func specsIn(dir, name string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrPermission) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var found []string
	for _, entry := range entries {
		file := filepath.Join(dir, entry.Name())
		if ext := filepath.Ext(file); (ext == ".yaml" || ext == ".yml") && isSpecOf(file, name) {
			found = append(found, file)
		}
	}
	return found, nil
}

// isSpecOf reports whether a file is a spec of this name.
func isSpecOf(file, name string) bool { return nameInSpec(file) == name }

// nameInSpec takes a file for a spec that has a name and an upstream: a Compose
// file has a name, too. It is "" for what is not a spec, or cannot be read.
func nameInSpec(file string) string {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > spec.MaxSize {
		return ""
	}
	opened, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer opened.Close()
	var top struct {
		Name     string    `yaml:"name"`
		Upstream yaml.Node `yaml:"upstream"`
	}
	err = yaml.NewDecoder(io.LimitReader(opened, spec.MaxSize)).Decode(&top)
	if err != nil || top.Upstream.Kind == 0 {
		return ""
	}
	return top.Name
}

// StaleError is a folder that is not what its spec gives.
type StaleError struct {
	Dir, Spec string
	Paths     []string // of the files that differ
	Foreign   []string // of those that sfngen did not write, but Go compiles
}

func (e *StaleError) Error() string {
	var what, how []string
	if len(e.Paths) > 0 {
		what = append(what, some(e.Paths)+" "+number(e.Paths, "differs", "differ"))
		how = append(how, fmt.Sprintf("see it with 'sfngen diff %s', bring it up to date with 'sfngen build %s'", e.arguments(), e.arguments()))
	}
	if len(e.Foreign) > 0 {
		what = append(what, some(e.Foreign)+" "+number(e.Foreign, "is not a file", "are not files")+" of sfngen's, but would be compiled into the Lambdas")
		how = append(how, "move "+number(e.Foreign, "it", "them")+" out of the folder")
	}
	return fmt.Sprintf("%s no longer matches %s: %s; %s, or deploy the folder as it is with --stale",
		e.Dir, e.Spec, strings.Join(what, "; "), strings.Join(how, ", "))
}

// some names the first few.
func some(paths []string) string {
	if n := len(paths); n > 3 {
		return fmt.Sprintf("%s and %d more", strings.Join(paths[:3], ", "), n-3)
	}
	return strings.Join(paths, ", ")
}

func number(paths []string, one, more string) string {
	if len(paths) == 1 {
		return one
	}
	return more
}

func (e *StaleError) arguments() string {
	if parent := filepath.Join(e.Dir, ".."); parent != DefaultDir { // also of "." and ".."
		return shell.Quote(e.Spec) + " -o " + shell.Quote(parent)
	}
	return shell.Quote(e.Spec)
}

// Matches compares the folder with the stack that its spec gives now; file is the
// spec's. It fails with a StaleError.
func (f *Folder) Matches(s *Stack, file string) error {
	if s.Name != f.Name {
		return fmt.Errorf("%s is the spec of %s, but %s is the stack of %s", file, s.Name, f.Dir, f.Name)
	}
	changes, err := s.Changes(f.Dir)
	if err != nil {
		return err
	}
	foreign, err := s.Foreign(f.Dir)
	if err != nil || len(changes)+len(foreign) == 0 {
		return err
	}
	stale := &StaleError{Dir: f.Dir, Spec: file, Foreign: foreign}
	for _, c := range changes {
		stale.Paths = append(stale.Paths, c.Path)
	}
	return stale
}
