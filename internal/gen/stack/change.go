package stack

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// Changes compares a stack with its folder, in the order of the paths. Files of
// the folder that sfngen did not write are not looked at, unless one stands where
// a generated file belongs; Foreign has those that matter. A symbolic link on the way to a generated file is an
// error: what it points to is not the stack's.
func (s *Stack) Changes(dir string) ([]Change, error) { return s.changes(dir, false) }

// changes with force takes a manifest that cannot be read for none at all.
func (s *Stack) changes(dir string, force bool) ([]Change, error) {
	m, err := readManifest(dir)
	if err != nil && !force {
		return nil, err
	}
	var changes []Change
	generated := make(map[string]bool, len(s.Files))
	for _, f := range s.Files {
		generated[f.Path] = true
		change, differs, err := compare(dir, f, m)
		if err != nil {
			return nil, err
		}
		if differs {
			changes = append(changes, change)
		}
	}
	removed, err := leftovers(dir, m, generated)
	return sortChanges(append(changes, removed...)), err
}

// creations are the changes of a folder that is not there.
func (s *Stack) creations() []Change {
	changes := make([]Change, len(s.Files))
	for i, f := range s.Files {
		changes[i] = Change{Kind: Create, Path: f.Path, New: f.Content}
	}
	return changes
}

func compare(dir string, f File, m manifest) (Change, bool, error) {
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
		mode: info.Mode().Perm(), conflict: conflict(f.Path, old, m),
	}, true, nil
}

// leftovers are the files that an earlier build wrote and this one does not.
func leftovers(dir string, m manifest, generated map[string]bool) ([]Change, error) {
	var changes []Change
	for path := range m.Files {
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
		changes = append(changes, Change{Kind: Remove, Path: path, Old: old, conflict: conflict(path, old, m)})
	}
	return changes, nil
}

func conflict(path string, old []byte, m manifest) string {
	known, ours := m.Files[path]
	switch {
	case path == ManifestFile:
		return "" // it is the record itself; what it protects is compared on its own
	case !ours:
		return "was not written by sfngen"
	case known != hash(old):
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
			return nil, fmt.Errorf("%s is no regular file, but sfngen generates a file there: move it away", name)
		}
	}
	return os.ReadFile(name)
}

func sortChanges(changes []Change) []Change {
	slices.SortFunc(changes, func(a, b Change) int { return cmp.Compare(a.Path, b.Path) })
	return changes
}
