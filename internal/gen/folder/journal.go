package folder

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/sfngen/sfngen/internal/gen/manifest"
)

// An existing folder is changed through a staging folder inside it, so that
// moving a file is a rename on one file system:
//
//	.sfngen-staging/new/PATH     the new content
//	.sfngen-staging/old/PATH     the old content, while the change is in progress
//	.sfngen-staging/journal.json the changes, written before the first move
//
// A staging folder with a journal is a change that did not end: it is undone.
// Without a journal, the change has not moved anything.
const (
	stagingDir  = ".sfngen-staging"
	journalFile = "journal.json"
)

// step is one change as the journal records it, with the hashes of the old and the
// new content.
type step struct {
	Kind ChangeKind `json:"kind"`
	Path string     `json:"path"`
	Old  string     `json:"old,omitempty"`
	New  string     `json:"new,omitempty"`
}

func stepsOf(changes []Change) []step {
	steps := make([]step, len(changes))
	for i, c := range changes {
		steps[i] = step{Kind: c.Kind, Path: c.Path}
		if c.Kind != Create {
			steps[i].Old = manifest.Hash(c.Old)
		}
		if c.Kind != Remove {
			steps[i].New = manifest.Hash(c.New)
		}
	}
	return steps
}

func stagingPath(dir string, elements ...string) string {
	name := filepath.Join(dir, stagingDir)
	for _, e := range elements {
		name = filepath.Join(name, filepath.FromSlash(e))
	}
	return name
}

// writeJournal writes the journal in one step: half of one could not be read.
func writeJournal(dir string, changes []Change) error {
	content, err := json.Marshal(stepsOf(changes))
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

// recoverChange undoes a change that was interrupted. With force it overwrites
// what was changed by hand since.
func recoverChange(dir string, force bool) error {
	name := stagingPath(dir, journalFile)
	content, err := readInside(dir, stagingDir+"/"+journalFile)
	if errors.Is(err, fs.ErrNotExist) {
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
	for _, s := range steps {
		if !manifest.IsInside(s.Path) {
			return fmt.Errorf("%s names %q, which is not in the stack: remove %s", name, s.Path, stagingPath(dir))
		}
	}
	return undo(dir, steps, force)
}

// move keeps the old file and puts the new one in its place.
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

// moveTo renames a file, and creates the folder for it if necessary.
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
