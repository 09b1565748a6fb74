package folder

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// ErrConflict says that a write would have touched files that are not sfngen's
// to touch. Nothing was written.
var ErrConflict = errors.New("nothing was written")

// Target is a stack and the folder to write it to.
type Target struct {
	Stack *stack.Stack
	Dir   string
}

// Written says what a write did to one stack's folder.
type Written struct {
	Target
	Changes []Change
	Foreign []string // as Foreign has them; they were not touched
}

// Write updates every target's folder with its stack, in two phases. The first only
// reads, and writes new content beside the old; if it fails, or ctx ends, every
// folder is unchanged. The second moves files into place. It cannot be interrupted;
// if it fails, it restores what it moved. If the machine dies in the middle of it,
// the next Write restores that first.
//
// Without force a folder in which a generated path holds something else, or was
// changed by hand, fails with an ErrConflict that names each such file. Two
// writes into the same parent folder wait for each other.
func Write(ctx context.Context, targets []Target, force bool) (written []Written, err error) {
	here, err := takePlace(targets)
	if err != nil {
		return nil, err
	}
	defer here.leave()
	transactions := make([]*transaction, len(targets))
	for i, target := range targets {
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
	return commitAll(transactions)
}

// unwritten says of each ErrNewer that nothing was written, and of those that are alike
// once.
func unwritten(err error) error {
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	if err = manifest.JoinNewer(all); errors.Is(err, manifest.ErrNewer) {
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
		written = append(written, Written{t.target, t.changes, t.foreign})
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
