package stack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// transaction is one folder's change on its way. A new folder is written beside
// its place and moved there whole. An existing one is changed file by file
// through a staging folder inside it, with a journal (journal.go).
type transaction struct {
	target  Target
	changes []Change
	fresh   bool // the folder is not there yet
	begun   bool
}

// begin undoes what an interrupted change left, and finds out what there is to do.
func (t *transaction) begin(force bool) error {
	dir := t.target.Dir
	if err := checkFolder(dir); err != nil {
		return err
	}
	t.begun = true
	there, err := exists(dir)
	if err != nil {
		return err
	}
	t.fresh = !there
	if t.fresh {
		t.changes = t.target.Stack.creations()
		return nil
	}
	if err := recoverChange(dir); err != nil {
		return err
	}
	// What an earlier build left behind must not be taken for this one's.
	if err := os.RemoveAll(stagingPath(dir)); err != nil {
		return err
	}
	t.changes, err = t.target.Stack.changes(dir, force)
	if err != nil || force {
		return err
	}
	return conflictError(dir, t.changes)
}

// checkFolder refuses what cannot become the stack's folder.
func checkFolder(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err == nil && !info.IsDir():
		return fmt.Errorf("%s is a file, but the stack needs a folder there: move it away, or choose another place with -o", dir)
	case isNotDir(err):
		return fmt.Errorf("%w: a file stands where a folder is needed; choose another place with -o", err)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return nil
}

// root is where new content waits.
func (t *transaction) root() string {
	if t.fresh {
		parent, name := filepath.Split(t.target.Dir)
		return filepath.Join(parent, "."+name+stagingDir)
	}
	return filepath.Join(stagingPath(t.target.Dir), "new")
}

// stage writes what is to come beside what is there. What an earlier build left
// half-written in the same place goes first.
func (t *transaction) stage(ctx context.Context) error {
	if len(t.changes) == 0 {
		return nil
	}
	if err := os.RemoveAll(t.root()); err != nil {
		return err
	}
	if err := os.MkdirAll(t.root(), 0o777); err != nil {
		return err
	}
	made := map[string]bool{".": true}
	for _, c := range t.changes {
		if ctx.Err() != nil {
			return errInterrupted
		}
		if c.Kind == Remove {
			continue
		}
		if err := writeNew(t.root(), filepath.FromSlash(c.Path), c.New, made); err != nil {
			return err
		}
	}
	return nil
}

// writeNew writes one file below root; made are the folders that are there.
func writeNew(root, path string, content []byte, made map[string]bool) error {
	if err := makeDir(root, filepath.Dir(path), made); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, path), content, 0o666)
}

func makeDir(root, path string, made map[string]bool) error {
	if made[path] {
		return nil
	}
	if err := makeDir(root, filepath.Dir(path), made); err != nil {
		return err
	}
	made[path] = true
	return os.Mkdir(filepath.Join(root, path), 0o777)
}

// commit moves the change into place. When a move fails it undoes those before it.
func (t *transaction) commit() error {
	switch {
	case len(t.changes) == 0:
		return nil
	case t.fresh:
		return os.Rename(t.root(), t.target.Dir)
	}
	if err := writeJournal(t.target.Dir, t.changes); err != nil {
		return err
	}
	for _, c := range t.changes {
		if err := move(t.target.Dir, c); err != nil {
			return errors.Join(err, t.rollback())
		}
	}
	removeEmptyDirs(t.target.Dir, t.changes)
	return dropJournal(t.target.Dir) // from here on nobody undoes it
}

// rollback undoes a commit.
func (t *transaction) rollback() error {
	switch {
	case len(t.changes) == 0:
		return nil
	case t.fresh:
		return os.Rename(t.target.Dir, t.root())
	}
	return undo(t.target.Dir, t.changes)
}

// close removes what a change leaves behind. A change that could not be undone
// keeps its staging folder: the files are in it.
func (t *transaction) close() error {
	if !t.begun {
		return nil
	}
	if t.fresh {
		return os.RemoveAll(t.root())
	}
	if pending, err := exists(stagingPath(t.target.Dir, journalFile)); err != nil || pending {
		return err
	}
	return os.RemoveAll(stagingPath(t.target.Dir))
}

func exists(name string) (bool, error) {
	_, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
