package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/sfngen/sfngen/internal/gen/project"
	"github.com/sfngen/sfngen/internal/gen/revision"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// withoutSpec are the stacks' folders in out that no spec gives any more; loaded are the
// stacks of the arguments.
func withoutSpec(ctx context.Context, args []string, loaded []*stack.Stack, out string) ([]project.Leftover, error) {
	p, err := projectOf(ctx)
	if err != nil {
		return nil, err
	}
	return p.WithoutSpec(args, loaded, out)
}

// removedSince are those that a commit has, and out no more.
func removedSince(ctx context.Context, args []string, loaded []*stack.Stack, out, commit string) ([]project.Leftover, error) {
	rev, err := revision.Of(commit)
	if err != nil {
		return nil, fmt.Errorf("--against: %w", err)
	}
	p, err := projectOf(ctx)
	if err != nil {
		return nil, err
	}
	return p.RemovedSince(ctx, rev, args, loaded, out)
}

// aboutLeftover says what to do with one.
func aboutLeftover(l project.Leftover) string {
	if l.IsCopy {
		return "a copy of the stack " + printable.Line(l.Stack) + ", which its spec gives in another folder: move it away, or remove it yourself"
	}
	return "no spec gives this stack: 'sfngen build --prune' removes its folder, once 'sfngen destroy' has deleted it in AWS"
}

// tellWithoutSpec prints a line for each as diff -r would.
func tellWithoutSpec(out io.Writer, left []project.Leftover) error {
	for _, l := range left {
		if _, err := fmt.Fprintf(out, "Only in %s: %s (%s)\n", filepath.Dir(l.Dir), printable.Line(filepath.Base(l.Dir)),
			aboutLeftover(l)); err != nil {
			return err
		}
	}
	return nil
}

// tellRemoved says the same of folders that are gone since a commit.
func tellRemoved(out io.Writer, gone []project.Leftover, commit string) error {
	for _, l := range gone {
		if _, err := fmt.Fprintf(out, "Only in %s of %s: %s (no spec gives this stack: if it is deployed, it stays so until "+
			"'sfngen destroy' deletes it)\n",
			filepath.Dir(l.Dir), printable.Line(commit), printable.Line(filepath.Base(l.Dir))); err != nil {
			return err
		}
	}
	return nil
}

// noteWithoutSpec is what build says, which does not touch them.
func noteWithoutSpec(stderr io.Writer, left []project.Leftover) {
	for _, l := range left {
		fmt.Fprintf(stderr, "sfngen: note: %s: %s\n", printable.Line(l.Dir), aboutLeftover(l))
	}
}
