package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/screen"
)

func planCommand() *cobra.Command {
	var findings findingFlags
	var format format
	var policies bool
	c := &cobra.Command{
		Use:   "plan [SPEC...]",
		Short: "Show attempts, waits, the worst case, and what a million requests cost",
		Long: `Show what a stack will do: attempts, waits, the worst case, and what a million
requests cost.
` + specIsFile + `
In JSON, one SPEC is one plan; a folder, several and none are a list of plans.
With --policies it prints, as JSON, what others have to make for the stack: the trust
and the permissions of each role, the policy of its callers and that of operations.kmsKey.
REGION and ACCOUNT stand there for what no ARN of the spec says.`,
		Example: `  sfngen plan acme-orders.yaml
  sfngen plan --format json acme-orders.yaml | jq .worstCase.totalSeconds
  sfngen plan --policies acme-orders.yaml | jq .roles.egress.permissions`,
		Args: cobra.ArbitraryArgs, // with none, what sfngen.yaml has
		RunE: func(c *cobra.Command, args []string) error {
			stacks, err := findings.loadSpecs(c, c.ErrOrStderr(), args)
			if err != nil {
				return err
			}
			if policies {
				return printPolicies(c.OutOrStdout(), stacks, isOneSpec(args))
			}
			if format.isJSON() {
				return printPlans(c.OutOrStdout(), stacks, isOneSpec(args))
			}
			return showPlans(c.OutOrStdout(), stacks)
		},
	}
	findings.add(c)
	format.add(c, "the plan", formatText, formatJSON)
	c.Flags().BoolVar(&policies, "policies", false, "print the IAM policies of roles, callers and key, as JSON")
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

// printPolicies prints those of one stack, or a list of them.
func printPolicies(out io.Writer, stacks []*stack.Stack, one bool) error {
	var list document.List
	for _, s := range stacks {
		list = append(list, cfn.Policies(s.Plan))
	}
	text := document.JSON(list)
	if one && len(stacks) == 1 {
		text = document.JSON(list[0])
	}
	_, err := out.Write(text)
	return err
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
