package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/screen"
)

func planCommand() *cobra.Command {
	var findings findingFlags
	var format format
	c := &cobra.Command{
		Use:   "plan [SPEC...]",
		Short: "Show attempts, waits, the worst case, and what a million requests cost",
		Long: `Show what a stack will do: attempts, waits, the worst case, and what a million
requests cost.
` + specIsFile + `
In JSON, one SPEC is one plan; a folder, several and none are a list of plans.`,
		Example: `  sfngen plan acme-orders.yaml
  sfngen plan --format json acme-orders.yaml | jq .worstCase.totalSeconds`,
		Args: cobra.ArbitraryArgs, // with none, what sfngen.yaml has
		RunE: func(c *cobra.Command, args []string) error {
			stacks, err := findings.loadSpecs(c, c.ErrOrStderr(), args)
			if err != nil {
				return err
			}
			if format.isJSON() {
				return printPlans(c.OutOrStdout(), stacks, isOneSpec(args))
			}
			return showPlans(c.OutOrStdout(), stacks)
		},
	}
	findings.add(c)
	format.add(c, "the plan", formatText, formatJSON)
	return c
}

// showPlans has an empty line between them.
func showPlans(out io.Writer, stacks []*stack.Stack) error {
	for i, s := range stacks {
		text := s.Plan.Text(screen.Columns(out), screen.Painter(out))
		if i > 0 {
			text = "\n" + text
		}
		if _, err := io.WriteString(out, text); err != nil {
			return err
		}
	}
	return nil
}

func printPlans(out io.Writer, stacks []*stack.Stack, one bool) error {
	if one && len(stacks) == 1 {
		return printRecord(out, stacks[0].Plan.View())
	}
	list := []any{}
	for _, s := range stacks {
		list = append(list, s.Plan.View())
	}
	return printRecord(out, list)
}
