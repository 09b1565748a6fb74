package main

import (
	"fmt"
	"io"

	"github.com/sfngen/sfngen/internal/aws/deploy"
)

// unwritten describes a result that could not be written to stdout, on a full disk for
// example: it still says what is so in AWS. It is nil if err is.
func unwritten(o deploy.Outcome, failed bool, err error) error {
	switch {
	case err == nil:
		return nil
	case o.Mode == deploy.DryRun:
		return fmt.Errorf("nothing was deployed, and what would change could not be written: %w", err)
	case o.Mode == deploy.NoExecute && o.ChangeSet != "":
		return fmt.Errorf("the change set %s waits, but what it changes could not be written: %w", o.ChangeSet, err)
	case failed:
		return fmt.Errorf("and its result could not be written: %w", err)
	case o.Changed:
		return fmt.Errorf("deployed, but its outputs could not be written: %w", err)
	}
	return fmt.Errorf("nothing had to be deployed, but the outputs could not be written: %w", err)
}

// remembering is a writer that keeps its first error.
type remembering struct {
	to  io.Writer
	err error
}

func (w *remembering) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	if w.err == nil {
		w.err = err
	}
	return n, err
}
