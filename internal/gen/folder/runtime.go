package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// RuntimeDifference is how the runtime that a stack shares differs from what is there.
type RuntimeDifference struct {
	Dir string // the runtime's folder, as build writes it; "" where the stack shares none
	// From is the folder of the runtime before: another one, or the stack's own copy. ""
	// where it is the same one, or not known.
	From    string
	Missing bool     // Dir is not there
	Changes []Change // what build does to Dir, where it is there
	Foreign []string // in Dir: as Difference has them
	// Code are the files of the module that are others than before, by their paths in it:
	// what is compiled into the Lambdas that was not.
	Code []Change
	// Unknown says that nothing is left of the runtime before: all may be other code.
	Unknown bool
}

// None reports whether the runtime is there, and as it has to be.
func (r RuntimeDifference) None() bool { return !r.Missing && len(r.Changes)+len(r.Foreign) == 0 }

// OwnCopy reports whether the runtime before was the stack's own copy, which goes.
func (r RuntimeDifference) OwnCopy() bool {
	return r.From != "" && filepath.Base(filepath.Dir(r.From)) != manifest.RuntimesFolder
}

// Broken says what is wrong with the folder of a runtime that the stack shares already;
// "" for nothing.
func (r RuntimeDifference) Broken() string {
	switch {
	case r.From != "":
		return ""
	case r.Missing:
		return fmt.Sprintf("its runtime %s is missing", r.Dir)
	case len(r.Changes) > 0:
		return fmt.Sprintf("its runtime %s is not as sfngen wrote it", r.Dir)
	}
	return ""
}

// ForeignPaths are the foreign files of the runtime, from the stack's folder.
func (r RuntimeDifference) ForeignPaths() []string {
	var list []string
	for _, p := range r.Foreign {
		list = append(list, manifest.RuntimePath(filepath.Base(r.Dir))+"/"+p)
	}
	return list
}

// compareRuntime compares the runtime of a stack in dir with the disk; changes are those
// of the stack's own files.
func compareRuntime(s *stack.Stack, dir string, written manifest.Manifest, changes []Change) (r RuntimeDifference, err error) {
	if s.Runtime == nil {
		return r, nil
	}
	r.Dir = manifest.RuntimeDir(dir, s.Runtime.Name)
	there, err := runtimeIn(r.Dir)
	if err != nil {
		return r, err
	}
	if r.Missing = !there; there {
		record, err := manifest.Read(r.Dir)
		if err != nil {
			return r, err
		}
		d, err := compare(s.Runtime, r.Dir, record)
		if err != nil {
			return r, err
		}
		r.Changes, r.Foreign = d.Changes, d.Foreign
	}
	return r, r.compareCode(s, dir, written, changes, filesIn)
}

// runtimeIn reports whether there is a folder of that name; another thing is an error.
func runtimeIn(dir string) (bool, error) {
	if err := checkFolder(dir); err != nil {
		return false, placeError(err)
	}
	return exists(dir)
}

// compareCode finds the runtime before, and what of it is another now. read gives the
// files of a folder at that time, none where it was not there.
func (r *RuntimeDifference) compareCode(s *stack.Stack, dir string, written manifest.Manifest, changes []Change,
	read func(string) (map[string][]byte, error)) error {
	var old map[string][]byte
	var err error
	switch {
	case written.Layout == 0: // no stack before
		return nil
	case written.Runtime == "":
		r.From, old = filepath.Join(dir, stack.RuntimeCopy), ownCopy(changes)
	case written.Runtime == s.Runtime.Name:
		r.Code = moduleChanges(r.Changes)
		return nil
	default:
		r.From = manifest.RuntimeDir(dir, written.Runtime)
		if old, err = read(r.From); err != nil {
			return err
		}
	}
	if r.Unknown = len(old) == 0; !r.Unknown {
		maps.DeleteFunc(old, func(path string, _ []byte) bool { return s.IsUnused(path) }) // as RuntimeFiles has it
		r.Code = codeChanges(s.RuntimeFiles(), old)
	}
	return nil
}

// codeChanges make the files of the module of those before.
func codeChanges(files []stack.File, old map[string][]byte) []Change {
	var changes []Change
	for _, f := range files {
		before, known := old[f.Path]
		switch {
		case !known:
			changes = append(changes, Change{Kind: Create, Path: f.Path, New: f.Content})
		case string(before) != string(f.Content):
			changes = append(changes, Change{Kind: Update, Path: f.Path, Old: before, New: f.Content})
		}
	}
	for path, before := range old {
		if !slices.ContainsFunc(files, func(f stack.File) bool { return f.Path == path }) {
			changes = append(changes, Change{Kind: Remove, Path: path, Old: before})
		}
	}
	return sortChanges(moduleChanges(changes))
}

// ownCopy are the files of a stack's own copy of the runtime, which goes.
func ownCopy(changes []Change) map[string][]byte {
	files := map[string][]byte{}
	for _, c := range changes {
		if c.Kind == Remove && stack.IsRuntimeCopy(c.Path) {
			files[c.Path[len(stack.RuntimeCopy)+1:]] = c.Old
		}
	}
	return files
}

// moduleChanges leaves out what is no part of the module.
func moduleChanges(changes []Change) []Change {
	return slices.DeleteFunc(slices.Clone(changes), func(c Change) bool {
		return !stack.IsModule(c.Path)
	})
}

// filesIn are the regular files below a folder, by slash-separated path; none where there
// is no such folder.
func filesIn(dir string) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		path, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		files[filepath.ToSlash(path)], err = os.ReadFile(name)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return files, err
}
