package main

import (
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/review"
	"github.com/sfngen/sfngen/internal/term/screen"
)

// reviewRecord is what diff --summary --format json prints.
type reviewRecord struct {
	Against string `json:"against,omitempty"` // the commit; absent for the folder
	// AgainstEnvironment is the environment that others are compared with; absent else.
	AgainstEnvironment string          `json:"againstEnvironment,omitempty"`
	Stacks             []review.Review `json:"stacks"`
	// WithoutSpec are the folders of stacks that no spec gives.
	WithoutSpec []string `json:"withoutSpec,omitempty"`
}

func showSummary(c *cobra.Command, all []difference, left leftovers, format string) error {
	record := reviewRecord{Stacks: []review.Review{}, WithoutSpec: dirsOf(left.all())}
	for _, d := range all {
		r, err := review.Of(d.Stack, d.Dir, d.Difference)
		if err != nil {
			return err
		}
		record.Against, record.AgainstEnvironment = d.against, d.other
		record.Stacks = append(record.Stacks, r)
	}
	out := c.OutOrStdout()
	switch format {
	case formatJSON:
		return printRecord(out, record)
	case formatMarkdown:
		_, err := io.WriteString(screen.Verbatim(out), review.Markdown(record.Stacks, leftOf(left, all)))
		return err
	}
	if _, err := io.WriteString(out, review.Text(record.Stacks, screen.Painter(out))); err != nil {
		return err
	}
	for _, l := range leftOf(left, all) {
		if _, err := io.WriteString(out, l.Text(screen.Painter(out))); err != nil {
			return err
		}
	}
	return nil
}

// leftOf says of each folder without a spec what is known of it: whether it is a copy, or
// whether a spec that got environments had its name before.
func leftOf(left leftovers, all []difference) []review.Left {
	var list []review.Left
	for _, g := range left.all() {
		l := review.Left{Folder: g.dir, Removed: g.removed}
		if g.isCopy {
			l.CopyOf = g.stack
		}
		for _, d := range all {
			if e := d.Stack.Plan.Environment; e != "" && d.Stack.Name == filepath.Base(g.dir)+"-"+e {
				l.Spec = d.Stack.Origin.Name()
			}
		}
		list = append(list, l)
	}
	return list
}
