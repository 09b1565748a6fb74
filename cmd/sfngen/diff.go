package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/folder"
)

func diffCommand() *cobra.Command {
	var findings findingFlags
	var out string
	c := &cobra.Command{
		Use:   "diff SPEC...",
		Short: "Show what build would change, as a unified diff",
		Long: `Show what build would change, as a unified diff. It writes nothing. It also names
files that sfngen did not write and Go would compile into the Lambdas: build leaves
them alone, but the folder is not what the spec gives.

Exit status: 0 the folder is what the spec gives, 1 it is not, 2 trouble (a spec
that is wrong, a folder that cannot be read).`,
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

func diffAll(c *cobra.Command, targets []folder.Target) error {
	different := false
	for _, t := range targets {
		d, err := folder.Compare(t.Stack, t.Dir)
		if err != nil {
			return err
		}
		different = different || !d.None()
		if err := folder.WriteDiff(c.OutOrStdout(), t.Dir, d.Changes); err != nil {
			return err
		}
		for _, path := range d.Foreign { // as diff -r says it
			if _, err := fmt.Fprintf(c.OutOrStdout(), "Only in %s: %s (not written by sfngen, but compiled into the Lambdas: move it away)\n", t.Dir, path); err != nil {
				return err
			}
		}
	}
	if different {
		return errFindings
	}
	return nil
}
