package main

import (
	"fmt"

	"github.com/spf13/cobra"
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
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			_, err := findings.load(c, c.OutOrStdout(), args)
			if err == nil && findings.format == "text" {
				fmt.Fprintf(c.ErrOrStderr(), "%d of %d specs are right\n", len(args), len(args))
			}
			return err
		},
	}
	findings.addFormat(c)
	return c
}
