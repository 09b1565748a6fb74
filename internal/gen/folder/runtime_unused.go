package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// Unused is a runtime that no stack beside it points to.
type Unused struct {
	Dir string
	// Keeps is why it stays nevertheless: what is in it that sfngen did not write so. ""
	// where it can go.
	Keeps string
}

// UnusedRuntimes are the runtimes in out that no stack beside them points to, once the
// targets are written; none where that cannot be known for sure.
func UnusedRuntimes(out string, targets []Target) ([]Unused, error) {
	parent := filepath.Join(out, manifest.RuntimesFolder)
	if there, err := isFolder(parent); err != nil || !there {
		return nil, err
	}
	entries, err := os.ReadDir(parent)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && manifest.IsRuntime(e.Name()) {
			names = append(names, e.Name())
		}
	}
	if names, err = unnamed(names, out, targets); err != nil {
		return nil, err
	}
	var list []Unused
	for _, name := range names {
		dir := filepath.Join(parent, name)
		keeps, err := notOurs(dir)
		if err != nil {
			return nil, err
		}
		list = append(list, Unused{dir, keeps})
	}
	return list, nil
}

// isFolder reports whether there is a folder of that name, and no link: one leads to what
// others may share, too.
func isFolder(name string) (bool, error) {
	info, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && info.IsDir(), err
}

// unnamed are those of the runtimes that nothing in the folders of out names, once the
// targets are written. What may name one is not parsed: a file with a merge conflict in it
// names both. Nothing more is read once all are named, as one of the first stacks does
// nearly always: to read all is 2 % of a build of 100 specs.
func unnamed(runtimes []string, out string, targets []Target) ([]string, error) {
	entries, err := os.ReadDir(out)
	if err != nil {
		return nil, err
	}
	for _, t := range targets {
		runtimes = notIn(t.Stack.Manifest.Runtime, runtimes)
	}
	for _, e := range entries {
		dir := filepath.Join(out, e.Name())
		if slices.ContainsFunc(targets, func(t Target) bool { return filepath.Clean(t.Dir) == dir }) {
			continue
		}
		for _, name := range []string{manifest.Name, stack.ModuleFile, stagingDir + "/old/" + manifest.Name,
			stagingDir + "/old/" + stack.ModuleFile} {
			if len(runtimes) == 0 {
				return nil, nil
			}
			text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
			if err != nil && !errors.Is(err, fs.ErrNotExist) && !isNotDir(err) {
				return nil, err
			}
			runtimes = notIn(string(text), runtimes)
		}
	}
	return runtimes, nil
}

// notIn are the names that a text does not have.
func notIn(text string, names []string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return strings.Contains(text, name) })
}

// notOurs names a file of a runtime's folder that is not as sfngen wrote it; "" for none.
func notOurs(dir string) (string, error) {
	written, err := manifest.Read(dir)
	if err != nil || written.Files.RuntimeName() != filepath.Base(dir) {
		return manifest.Name + " is not the one that sfngen wrote", nil
	}
	wrong := ""
	err = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		path, err := filepath.Rel(dir, name)
		if err != nil || path == manifest.Name {
			return err
		}
		wrong, err = notWritten(dir, filepath.ToSlash(path), entry, written)
		if err == nil && wrong != "" {
			return fs.SkipAll
		}
		return err
	})
	return wrong, err
}

func notWritten(dir, path string, entry fs.DirEntry, written manifest.Manifest) (string, error) {
	hash, known := written.Files[path]
	if !known || !entry.Type().IsRegular() {
		return path + " was not written by sfngen", nil
	}
	if differs, err := differs(dir, path, hash); err != nil || !differs {
		return "", err
	}
	return path + " was changed by hand since sfngen wrote it", nil
}

// RemoveUnusedRuntimes removes the runtimes in out that no stack beside them points to,
// but for those that hold something else than what sfngen wrote. It answers with both.
// It waits until no build writes there.
func RemoveUnusedRuntimes(out string) ([]Unused, error) {
	parent := filepath.Join(out, manifest.RuntimesFolder)
	if there, err := isFolder(parent); err != nil || !there {
		return nil, err
	}
	unlock, err := lock(out)
	if err != nil {
		return nil, err
	}
	defer unlock()
	list, err := UnusedRuntimes(out, nil)
	if err != nil {
		return nil, err
	}
	for _, u := range list {
		if u.Keeps != "" {
			continue
		}
		// In one step: half a runtime must not stand there.
		if err := os.Rename(u.Dir, besidePath(u.Dir)); err != nil {
			return nil, err
		}
	}
	return list, sweep(parent)
}

// sweep removes what a build that died has left beside the runtimes, and the folder
// itself if nothing else is in it.
func sweep(parent string) error {
	entries, err := os.ReadDir(parent)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") && strings.HasSuffix(e.Name(), stagingDir) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(parent, e.Name())))
		}
	}
	_ = os.Remove(parent) // not empty: it is in use
	return err
}
