package stack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// An existing folder is changed through a staging folder inside it, so that
// moving a file is a rename on one file system:
//
//	.sfngen-staging/new/PATH     what is to come
//	.sfngen-staging/old/PATH     what was there, while the change is on its way
//	.sfngen-staging/journal.json the changes, written before the first move
//
// A staging folder with a journal is a change that did not end: it is undone.
// One without never began to move anything.
const (
	stagingDir  = ".sfngen-staging"
	journalFile = "journal.json"
)

// step is one change as the journal records it.
type step struct {
	Kind ChangeKind `json:"kind"`
	Path string     `json:"path"`
}

func stagingPath(dir string, elements ...string) string {
	name := filepath.Join(dir, stagingDir)
	for _, e := range elements {
		name = filepath.Join(name, filepath.FromSlash(e))
	}
	return name
}

// writeJournal puts the journal in place at once: half of one could not be read.
func writeJournal(dir string, changes []Change) error {
	steps := make([]step, len(changes))
	for i, c := range changes {
		steps[i] = step{c.Kind, c.Path}
	}
	content, err := json.Marshal(steps)
	if err != nil {
		return err
	}
	draft := stagingPath(dir, journalFile+".tmp")
	if err := os.WriteFile(draft, content, 0o666); err != nil {
		return err
	}
	return os.Rename(draft, stagingPath(dir, journalFile))
}

func dropJournal(dir string) error {
	err := os.Remove(stagingPath(dir, journalFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// recoverChange undoes a change that was interrupted.
func recoverChange(dir string) error {
	name := stagingPath(dir, journalFile)
	content, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) || isNotDir(err) {
		return nil // nothing was moved
	}
	if err != nil {
		return err
	}
	var steps []step
	if err := json.Unmarshal(content, &steps); err != nil {
		return fmt.Errorf("%s: %w: the files of an interrupted build are in %s; restore the stack from version control and remove that folder",
			name, err, stagingPath(dir))
	}
	changes := make([]Change, len(steps))
	for i, s := range steps {
		if !isInside(s.Path) {
			return fmt.Errorf("%s names %q, which is not in the stack: remove %s", name, s.Path, stagingPath(dir))
		}
		changes[i] = Change{Kind: s.Kind, Path: s.Path}
	}
	return undo(dir, changes)
}

// move keeps what is there and puts the new file in its place.
func move(dir string, c Change) error {
	name := filepath.Join(dir, filepath.FromSlash(c.Path))
	if c.Kind != Create {
		if err := moveTo(name, stagingPath(dir, "old", c.Path)); err != nil {
			return err
		}
	}
	if c.Kind == Remove {
		return nil
	}
	return moveTo(stagingPath(dir, "new", c.Path), name)
}

// moveTo renames a file, making the folder it goes to if need be.
func moveTo(from, to string) error {
	err := os.Rename(from, to)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	return os.Rename(from, to)
}

func isNotDir(err error) bool { return errors.Is(err, syscall.ENOTDIR) }
