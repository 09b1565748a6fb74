package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/review"
	"github.com/sfngen/sfngen/internal/term/printable"
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

func showSummary(c *cobra.Command, all []difference, gone []string, format string) error {
	record := reviewRecord{Stacks: []review.Review{}, WithoutSpec: gone}
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
		_, err := io.WriteString(screen.Verbatim(out), review.Markdown(record.Stacks)+review.MarkdownWithoutSpec(gone))
		return err
	}
	for _, r := range record.Stacks {
		if _, err := io.WriteString(out, r.Text(screen.Painter(out))); err != nil {
			return err
		}
	}
	for _, dir := range gone {
		if _, err := fmt.Fprintf(out, "%s: %s\n", printable.Line(dir), noSpecGives); err != nil {
			return err
		}
	}
	return nil
}
