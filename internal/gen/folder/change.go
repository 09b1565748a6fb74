package folder

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// ChangeKind says what a write does to one file.
type ChangeKind string

const (
	Create ChangeKind = "create"
	Update ChangeKind = "update"
	Remove ChangeKind = "remove"
)

// Change is one file of a stack's folder that is not as the spec gives it.
type Change struct {
	Kind ChangeKind
	Path string // slash-separated, from the stack's folder
	Old  []byte // what is on disk, nil for Create
	New  []byte // what the spec gives, nil for Remove

	mode fs.FileMode // the permissions of what is on disk
	// conflict says why a write must not touch the file without --force: it is
	// not sfngen's, or it was changed by hand. Empty when it may.
	conflict string
}

// Difference is how a folder differs from its stack.
type Difference struct {
	Changes []Change // in the order of the paths
	// Foreign are files that sfngen did not write and does not touch, but that the
	// go command would compile into the Lambdas: see foreign.go.
	Foreign []string
	// Written is what wrote the folder; the zero version where it has no manifest.
	Written manifest.Version
	// Runtime is about the runtime that the stack shares; zero where it shares none.
	Runtime RuntimeDifference
}

// None reports whether the folder is what the stack gives, and the runtime with it.
func (d Difference) None() bool { return len(d.Changes)+len(d.Foreign) == 0 && d.Runtime.None() }

// Own are the changes without those of the stack's own copy of the runtime, where it goes
// because the stack shares one now.
func (d Difference) Own() []Change {
	if !d.Runtime.OwnCopy() {
		return d.Changes
	}
	own, _ := withoutCopy(d.Changes)
	return own
}

// withoutCopy leaves out what goes of a stack's own copy of the runtime, and counts it.
func withoutCopy(changes []Change) (own []Change, gone int) {
	for _, c := range changes {
		if c.Kind == Remove && stack.IsRuntimeCopy(c.Path) {
			gone++
			continue
		}
		own = append(own, c)
	}
	return own, gone
}

// Compare compares a stack with its folder. Of the files that sfngen did not write
// it looks only at those where a generated file belongs, and at foreign ones. A
// symbolic link on the way to a generated file is an error: what it points to is
// not the stack's.
func Compare(s *stack.Stack, dir string) (Difference, error) {
	written, err := manifest.Read(dir)
	if err != nil {
		return Difference{}, err
	}
	d, err := compare(s, dir, written)
	if err == nil {
		d.Runtime, err = compareRuntime(s, dir, written, d.Changes)
	}
	return d, err
}

// compare leaves out the runtime that the stack shares.
func compare(s *stack.Stack, dir string, written manifest.Manifest) (d Difference, err error) {
	d.Written = written.Version
	if d.Changes, err = changes(s, dir, written); err != nil {
		return d, err
	}
	d.Foreign, err = foreign(dir, append(written.Files.Paths(), s.Paths()...))
	return d, err
}

func changes(s *stack.Stack, dir string, written manifest.Manifest) ([]Change, error) {
	var differ []Change
	generated := make(map[string]bool, len(s.Files))
	for _, f := range s.Files {
		generated[f.Path] = true
		if f.Path == manifest.Name {
			f.Content = restated(s, written)
		}
		change, differs, err := compareFile(dir, f, written)
		if err != nil {
			return nil, err
		}
		if differs {
			differ = append(differ, change)
		}
	}
	removed, err := leftovers(dir, written, generated)
	return sortChanges(append(differ, removed...)), err
}

// restated is the stack's manifest, with the release that is written where it is all
// that differs: what two releases give alike stays that of the one that wrote it. A
// build that knows no release of its own leaves the one that is written.
func restated(s *stack.Stack, written manifest.Manifest) []byte {
	m, own := s.Manifest, s.Manifest.Release
	m.Release = written.Release
	alone := m.Version == written.Version && m.Runtime == written.Runtime && maps.Equal(m.Files, written.Files)
	if own == written.Release || own != "" && !alone {
		return s.File(manifest.Name)
	}
	return m.Text()
}

// creations are the changes of a folder that does not exist.
func creations(s *stack.Stack) []Change {
	all := make([]Change, len(s.Files))
	for i, f := range s.Files {
		all[i] = Change{Kind: Create, Path: f.Path, New: f.Content}
	}
	return all
}

func compareFile(dir string, f stack.File, written manifest.Manifest) (Change, bool, error) {
	old, err := readInside(dir, f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Change{Kind: Create, Path: f.Path, New: f.Content}, true, nil
	case err != nil:
		return Change{}, false, err
	case string(old) == string(f.Content):
		return Change{}, false, nil
	}
	info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(f.Path)))
	if err != nil {
		return Change{}, false, err
	}
	return Change{
		Kind: Update, Path: f.Path, Old: old, New: f.Content,
		mode: info.Mode().Perm(), conflict: conflict(f.Path, old, written),
	}, true, nil
}

// leftovers are the files that an earlier build wrote and this one does not.
func leftovers(dir string, written manifest.Manifest, generated map[string]bool) ([]Change, error) {
	var removed []Change
	for path := range written.Files {
		if generated[path] {
			continue
		}
		old, err := readInside(dir, path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		removed = append(removed, Change{Kind: Remove, Path: path, Old: old, conflict: conflict(path, old, written)})
	}
	return removed, nil
}

func conflict(path string, old []byte, written manifest.Manifest) string {
	known, ours := written.Files[path]
	switch {
	case path == manifest.Name:
		return "" // it is the record itself; what it protects is compared on its own
	case !ours:
		return "was not written by sfngen"
	case known != manifest.Hash(old):
		return "was changed by hand since sfngen wrote it"
	}
	return ""
}

// readInside reads a regular file below dir without following a symbolic link.
func readInside(dir, path string) ([]byte, error) {
	name := dir
	parts := strings.Split(path, "/")
	for i, part := range parts {
		name = filepath.Join(name, part)
		info, err := os.Lstat(name)
		if err != nil {
			return nil, err
		}
		last := i == len(parts)-1
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			return nil, fmt.Errorf("%s is a symbolic link: sfngen writes only real files inside the stack; remove the link", name)
		case !last && !info.IsDir():
			return nil, fmt.Errorf("%s is a file, but sfngen needs a folder there for %s: move it away", name, path)
		case last && !info.Mode().IsRegular():
			return nil, fmt.Errorf("%s is not a regular file, but sfngen generates a file there: move it away", name)
		}
	}
	return os.ReadFile(name)
}

func sortChanges(changes []Change) []Change {
	slices.SortFunc(changes, func(a, b Change) int { return cmp.Compare(a.Path, b.Path) })
	return changes
}
