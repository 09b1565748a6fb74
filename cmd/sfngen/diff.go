package main

import (
	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/stack"
)

func diffCommand() *cobra.Command {
	var findings findingFlags
	var out string
	c := &cobra.Command{
		Use:   "diff SPEC...",
		Short: "Show what build would change, as a unified diff",
		Long: `Show what build would change, as a unified diff. It writes nothing.

Exit status: 0 nothing would change, 1 something would, 2 trouble (a spec that
is wrong, a folder that cannot be read).`,
		Example: `  sfngen diff acme-orders.yaml
  sfngen diff specs/*.yaml -o infra/stacks   # in CI`,
		Args: oneOrMore("SPEC"),
		RunE: func(c *cobra.Command, args []string) error {
			stacks, err := findings.load(c, c.ErrOrStderr(), args)
			if err != nil {
				return asTrouble(err)
			}
			return diffAll(c, targets(stacks, out))
		},
	}
	findings.add(c)
	addOut(c, &out)
	return c
}

func diffAll(c *cobra.Command, targets []stack.Target) error {
	different := false
	for _, t := range targets {
		changes, err := t.Stack.Changes(t.Dir)
		if err != nil {
			return err
		}
		different = different || len(changes) > 0
		if err := stack.WriteDiff(c.OutOrStdout(), t.Dir, changes); err != nil {
			return err
		}
	}
	if different {
		return errFindings
	}
	return nil
}
