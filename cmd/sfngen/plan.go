package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/term/screen"
)

func planCommand() *cobra.Command {
	var findings findingFlags
	var format string
	c := &cobra.Command{
		Use:   "plan SPEC",
		Short: "Show attempts, waits, the worst case, and what a million requests cost",
		Example: `  sfngen plan acme-orders.yaml
  sfngen plan --format json acme-orders.yaml | jq .worstCase.totalSeconds`,
		Args: exactlyOne("SPEC"),
		RunE: func(c *cobra.Command, args []string) error {
			if format != "table" && format != "json" {
				return fmt.Errorf("--format: must be table or json, got %q", format)
			}
			stacks, err := findings.load(c, c.ErrOrStderr(), args)
			if err != nil {
				return err
			}
			p := stacks[0].Plan
			out := c.OutOrStdout()
			if format == "json" {
				return printRecord(out, p.View())
			}
			_, err = io.WriteString(out, p.Text(screen.Columns(out), screen.Painter(out)))
			return err
		},
	}
	findings.add(c)
	c.Flags().StringVar(&format, "format", "table", "`format`: table or json")
	return c
}
