package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/plan"
)

func validateCommand() *cobra.Command {
	var findings findingFlags
	c := &cobra.Command{
		Use:   "validate SPEC...",
		Short: "Check specs: all errors and warnings, with their places",
		Long: `Check specs: all errors and warnings at once, each with its place and the name
of its rule (docs/rules.md explains each). "-" reads standard input.

Exit status: 0 no errors (no findings at all with --strict), 1 findings, 2 trouble.`,
		Example: `  sfngen validate acme-orders.yaml
  sfngen validate --strict --format github specs/*.yaml`,
		Args: oneOrMore("SPEC"),
		RunE: func(c *cobra.Command, args []string) error {
			_, err := findings.load(c, c.OutOrStdout(), args)
			if err == nil && findings.format == "text" {
				fmt.Fprintf(c.ErrOrStderr(), "%s without errors\n", plan.Count(len(args), "spec"))
			}
			return err
		},
	}
	findings.addFormat(c)
	return c
}
