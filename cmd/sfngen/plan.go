package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/gen/stack"
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
			return printPlans(c.OutOrStdout(), stacks, format)
		},
	}
	findings.add(c)
	format.add(c, "the plan", formatText, formatJSON)
	return c
}

// printPlans prints the plan of each environment. In JSON one plan is an object, and
// several are an array.
func printPlans(out io.Writer, stacks []*stack.Stack, format format) error {
	var views []plan.View
	var texts []string
	for _, s := range stacks {
		views, texts = append(views, s.Plan.View()), append(texts, s.Plan.Text(screen.Columns(out), screen.Painter(out)))
	}
	switch {
	case format.isJSON() && len(views) == 1:
		return printRecord(out, views[0])
	case format.isJSON():
		return printRecord(out, views)
	}
	_, err := io.WriteString(out, strings.Join(texts, "\n\n"))
	return err
}
