package folder

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/manifest"
)

// ErrConflict says that a write would have touched files that are not sfngen's
// to touch. Nothing was written.
var ErrConflict = errors.New("nothing was written")

// Written says what a write did to one stack's folder.
type Written struct {
	Target
	Changes []Change
	Foreign []string // as Foreign has them; they were not touched
	// Before is the manifest that was there; the zero one where there was none.
	Before manifest.Manifest
}

// Own are the changes without those of the stack's own copy of the runtime, where it goes
// because the stack shares one now, and how many those are.
func (w Written) Own() (changes []Change, gone int) {
	if w.Stack.Runtime == nil {
		return w.Changes, 0
	}
	return withoutCopy(w.Changes)
}

// Write updates every target's folder with its stack, and the runtimes that they share
// with it, in two phases. The first only
// reads, and writes new content beside the old; if it fails, or ctx ends, every
// folder is unchanged. The second moves files into place. It cannot be interrupted;
// if it fails, it restores what it moved. If the machine dies in the middle of it,
// the next Write restores that first.
//
// Without force a folder in which a generated path holds something else, or was
// changed by hand, fails with an ErrConflict that names each such file. Two
// writes into the same parent folder wait for each other.
//
// What was written of the targets comes first, then that of the runtimes.
func Write(ctx context.Context, targets []Target, force bool) (written []Written, err error) {
	runtimes := runtimesOf(targets)
	all := append(runtimes, targets...) // a stack that is in its place finds its runtime there
	here, err := takePlace(all)
	if err != nil {
		return nil, err
	}
	defer here.leave()
	transactions := make([]*transaction, len(all))
	for i, target := range all {
		transactions[i] = &transaction{target: target}
	}
	defer func() {
		err = errors.Join(err, forEach(transactions, (*transaction).close))
	}()
	if err := forEach(transactions, func(t *transaction) error { return t.begin(force) }); err != nil {
		return nil, unwritten(err)
	}
	err = forEach(transactions, func(t *transaction) error { return t.stage(ctx) })
	if ctx.Err() != nil {
		return nil, errors.New("interrupted; nothing was written")
	}
	if err != nil {
		return nil, fmt.Errorf("nothing was written: %w", err)
	}
	if written, err = commitAll(transactions); err != nil {
		return nil, err
	}
	return slices.Concat(written[len(runtimes):], written[:len(runtimes)]), nil
}

// unwritten says of each ErrNewer and ErrMerge that nothing was written, and of those that
// are alike once.
func unwritten(err error) error {
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	if err = manifest.Join(all); errors.Is(err, manifest.ErrNewer) || errors.Is(err, manifest.ErrMerge) {
		return fmt.Errorf("nothing was written: %w", err)
	}
	return err
}

// commitAll moves every stack into place; when one fails, it rolls back those
// before it too.
func commitAll(transactions []*transaction) ([]Written, error) {
	var written []Written
	for i, t := range transactions {
		if err := t.commit(); err != nil {
			for j := i - 1; j >= 0; j-- {
				err = errors.Join(err, transactions[j].rollback())
			}
			return nil, fmt.Errorf("nothing was written: %w", err)
		}
		written = append(written, Written{t.target, t.changes, t.foreign, t.before})
	}
	return written, nil
}

// conflictError names the files that prevent the write.
func conflictError(dir string, changes []Change) error {
	var lines []string
	for _, c := range changes {
		if c.conflict != "" {
			lines = append(lines, fmt.Sprintf("%s %s", filepath.Join(dir, filepath.FromSlash(c.Path)), c.conflict))
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s\nmove your changes into the spec or elsewhere, or overwrite them with --force",
		ErrConflict, strings.Join(lines, "\n  "))
}
