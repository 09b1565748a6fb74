package main

import (
	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/local/demo"
)

func demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Show on this machine what a pool of egresses is good for",
		Long: `Start an API on this machine that counts calls per source address. Send it
requests through one Lambda that waits and tries again, then through the pool
of a generated stack, then through a pool whose executions know of each other
and book their calls, and print all side by side. The executions and sockets
are real; it needs no network and no AWS account, and takes a few seconds.

Exit status 2: it was interrupted, or could not run.`,
		Example: `  sfngen demo`,
		Args:    none,
		RunE:    func(c *cobra.Command, _ []string) error { return demo.Run(c.Context(), c.OutOrStdout()) },
	}
}
