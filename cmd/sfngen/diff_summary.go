package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/project"
	"github.com/sfngen/sfngen/internal/gen/review"
	"github.com/sfngen/sfngen/internal/gen/stack"
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
	record := reviewRecord{Stacks: []review.Review{}, WithoutSpec: project.Dirs(left.all())}
	var stacks []*stack.Stack
	for _, d := range all {
		stacks = append(stacks, d.Stack)
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
		_, err := io.WriteString(screen.Verbatim(out), review.Markdown(record.Stacks, review.LeftOf(left.all(), stacks)))
		return err
	}
	if _, err := io.WriteString(out, review.Text(record.Stacks, screen.Painter(out))); err != nil {
		return err
	}
	for _, l := range review.LeftOf(left.all(), stacks) {
		if _, err := io.WriteString(out, l.Text(screen.Painter(out))); err != nil {
			return err
		}
	}
	return nil
}
