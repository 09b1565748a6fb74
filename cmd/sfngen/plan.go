package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/term/screen"
)

func planCommand() *cobra.Command {
	var findings findingFlags
	var format format
	c := &cobra.Command{
		Use:   "plan SPEC",
		Short: "Show attempts, waits, the worst case, and what a million requests cost",
		Example: `  sfngen plan acme-orders.yaml
  sfngen plan --format json acme-orders.yaml | jq .worstCase.totalSeconds`,
		Args: exactlyOne("SPEC"),
		RunE: func(c *cobra.Command, args []string) error {
			stacks, err := findings.load(c, c.ErrOrStderr(), args)
			if err != nil {
				return err
			}
			p := stacks[0].Plan
			out := c.OutOrStdout()
			if format.isJSON() {
				return printRecord(out, p.View())
			}
			_, err = io.WriteString(out, p.Text(screen.Columns(out), screen.Painter(out)))
			return err
		},
	}
	findings.add(c)
	format.add(c, "the plan", formatText, formatJSON)
	return c
}
