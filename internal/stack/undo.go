package stack

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// undo puts a folder back as it was before its change began, wherever the change
// stopped, and drops the journal. It may be run again after it was itself cut off.
func undo(dir string, changes []Change) error {
	var failed error
	for i := len(changes) - 1; i >= 0; i-- {
		failed = errors.Join(failed, undoOne(dir, changes[i]))
	}
	if failed != nil {
		return failed
	}
	return dropJournal(dir)
}

func undoOne(dir string, c Change) error {
	if c.Kind == Create {
		return undoCreate(dir, c.Path)
	}
	old := stagingPath(dir, "old", c.Path)
	kept, err := exists(old)
	if err != nil || !kept {
		return err // it had not been moved yet
	}
	return moveTo(old, filepath.Join(dir, filepath.FromSlash(c.Path)))
}

// undoCreate removes a created file: it is there if, and only if, its staged copy
// is gone.
func undoCreate(dir, path string) error {
	staged, err := exists(stagingPath(dir, "new", path))
	if err != nil || staged {
		return err
	}
	err = os.Remove(filepath.Join(dir, filepath.FromSlash(path)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	removeEmptyDirs(dir, []Change{{Kind: Remove, Path: path}})
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
