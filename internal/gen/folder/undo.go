package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sfngen/sfngen/internal/gen/manifest"
)

// undo restores a folder as it was before its change began, wherever the change
// stopped, and deletes the journal. It can be repeated if it is itself interrupted.
//
// Content that is neither the old nor the new was written by someone else since:
// without force it stays, and undo fails with an ErrConflict that names it.
func undo(dir string, steps []step, force bool) error {
	var moved []step
	var foreign error
	for _, s := range steps {
		was, err := wasMoved(dir, s)
		if err != nil {
			return err
		}
		if !was {
			continue
		}
		if err := checkUndo(dir, s); err != nil && !(force && errors.Is(err, ErrConflict)) {
			foreign = errors.Join(foreign, err)
		}
		moved = append(moved, s)
	}
	if foreign != nil {
		return foreign
	}
	for i := len(moved) - 1; i >= 0; i-- {
		if err := undoOne(dir, moved[i]); err != nil {
			return err
		}
	}
	return dropJournal(dir)
}

// wasMoved reports whether the change has moved this file: the new one is no longer
// staged, or the old one is kept. Links on the way are an error.
func wasMoved(dir string, s step) (bool, error) {
	waiting := "old"
	if s.Kind == Create {
		waiting = "new"
	}
	_, err := readInside(dir, stagingDir+"/"+waiting+"/"+s.Path)
	absent := errors.Is(err, fs.ErrNotExist)
	if err != nil && !absent {
		return false, err
	}
	return absent == (s.Kind == Create), nil
}

// checkUndo checks the file that is now in the place, before undo touches anything.
func checkUndo(dir string, s step) error {
	now, err := readInside(dir, s.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if h := manifest.Hash(now); h != s.Old && h != s.New {
		return fmt.Errorf("%w: %s was changed by hand after a build was interrupted; what it was before is in %s: keep your change "+
			"elsewhere, or overwrite it with --force",
			ErrConflict, filepath.Join(dir, filepath.FromSlash(s.Path)), stagingPath(dir, "old"))
	}
	return nil
}

// undoOne restores the old file, or removes the one that was created.
func undoOne(dir string, s step) error {
	name := filepath.Join(dir, filepath.FromSlash(s.Path))
	if s.Kind != Create {
		return moveTo(stagingPath(dir, "old", s.Path), name)
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	removeEmptyDirs(dir, []Change{{Kind: Remove, Path: s.Path}})
	return nil
}

// removeEmptyDirs removes the folders that the removed files leave empty.
func removeEmptyDirs(dir string, changes []Change) {
	for _, c := range changes {
		if c.Kind != Remove {
			continue
		}
		for parent := filepath.Dir(filepath.FromSlash(c.Path)); parent != "."; parent = filepath.Dir(parent) {
			if os.Remove(filepath.Join(dir, parent)) != nil { // not empty: someone else's files
				break
			}
		}
	}
}
