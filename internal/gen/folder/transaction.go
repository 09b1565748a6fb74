package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sfngen/sfngen/internal/gen/manifest"
)

// transaction is one folder's change in progress. A new folder is written beside
// its place and moved there in one step. An existing one is changed file by file
// through a staging folder inside it, with a journal (journal.go).
type transaction struct {
	target  Target
	changes []Change
	foreign []string // not touched
	before  manifest.Manifest
	fresh   bool // the folder does not exist yet
	begun   bool
}

// begin undoes an interrupted change and determines the changes to make.
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
		t.changes = creations(t.target.Stack)
		return nil
	}
	if err := recoverChange(dir, force); err != nil {
		return err
	}
	// Remains of an earlier build must not be mistaken for this one's.
	if err := errors.Join(os.RemoveAll(stagingPath(dir)), os.RemoveAll(besidePath(dir))); err != nil {
		return err
	}
	written, err := manifest.Read(dir)
	if err != nil && (!force || errors.Is(err, manifest.ErrNewer)) { // with force, one that cannot be read counts as none
		return err
	}
	t.before = written
	d, err := compare(t.target.Stack, dir, written)
	if t.changes, t.foreign = d.Changes, d.Foreign; err != nil || len(t.changes) == 0 {
		return err
	}
	if err := written.NewerThan(t.target.Stack.Manifest.Version, dir); err != nil || force {
		return err
	}
	return conflictError(dir, t.changes)
}

// placeError says what to do when a folder cannot be created.
func placeError(err error) error {
	if isNotDir(err) {
		return fmt.Errorf("%w: there is a file where a folder is needed; choose another place with -o", err)
	}
	if errors.Is(err, fs.ErrExist) { // os.MkdirAll takes whatever folder is there
		return fmt.Errorf("%w: it is a link that leads nowhere; mend it, or choose another place with -o", err)
	}
	return err
}

// checkFolder refuses what cannot become the stack's folder.
func checkFolder(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err == nil && !info.IsDir():
		return fmt.Errorf("%s is a file, but the stack needs a folder there: move it away, or choose another place with -o", dir)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return nil
}

// root is where new content waits.
func (t *transaction) root() string {
	if t.fresh {
		return besidePath(t.target.Dir)
	}
	return filepath.Join(stagingPath(t.target.Dir), "new")
}

// besidePath is where a new folder is written before it is moved to its place.
func besidePath(dir string) string {
	parent, name := filepath.Split(dir)
	return filepath.Join(parent, "."+name+stagingDir)
}

// stage writes the new content beside the old. It first removes what an earlier
// build left half-written in the same place.
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
		if err := ctx.Err(); err != nil {
			return err
		}
		if c.Kind == Remove {
			continue
		}
		if err := writeNew(t.root(), filepath.FromSlash(c.Path), c, made); err != nil {
			return err
		}
	}
	return nil
}

// writeNew writes one file below root; made are the folders that already exist. A
// file that replaces another keeps its permissions.
func writeNew(root, path string, c Change, made map[string]bool) error {
	if err := makeDir(root, filepath.Dir(path), made); err != nil {
		return err
	}
	name := filepath.Join(root, path)
	if err := os.WriteFile(name, c.New, 0o666); err != nil || c.Kind == Create {
		return err
	}
	return os.Chmod(name, c.mode)
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

// commit moves the change into place. When a move fails, it undoes those before it.
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
	return dropJournal(t.target.Dir) // from here on it is not undone
}

// rollback undoes a commit.
func (t *transaction) rollback() error {
	switch {
	case len(t.changes) == 0:
		return nil
	case t.fresh:
		return os.Rename(t.target.Dir, t.root())
	}
	return undo(t.target.Dir, stepsOf(t.changes), true)
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
