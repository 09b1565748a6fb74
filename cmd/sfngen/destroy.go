package main

import (
	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/deploy"
)

func destroyCommand() *cobra.Command {
	var flags destroyFlags
	c := &cobra.Command{
		Use:   "destroy STACK",
		Short: "Delete a deployed stack, after it has shown what goes",
		Long: `Delete a deployed stack.
` + stackIsDeployed + `

It shows what goes and what is lost with it, asks, and follows the deletion until
it has ended. The bucket with the zips stays. It also removes what a failed first
deployment has left (ROLLBACK_COMPLETE), and deletes again what could not be deleted
(DELETE_FAILED). A stack that sfngen has not made is left alone; so is, where a
folder is named, one that was deployed from another spec than the folder's.

Exit status 0: destroyed, or nothing to destroy; 1: it failed, or you have declined;
2: it was not begun, or interrupted.`,
		Example: `  sfngen destroy acme-orders
  sfngen destroy acme-orders --dry-run      # only shows what would go
  sfngen destroy acme-orders --yes --region eu-central-1`,
		Args: exactlyOne("STACK"),
		RunE: explained(func(c *cobra.Command, args []string) error { return flags.run(c, args[0]) }),
	}
	flags.aws.addStack(c)
	flags.consent.add(c)
	c.Flags().BoolVar(&flags.dryRun, "dry-run", false, "show what would go, and change nothing")
	return c
}

type destroyFlags struct {
	aws     awsFlags
	consent consent
	dryRun  bool
}

func (f *destroyFlags) run(c *cobra.Command, arg string) error {
	outliveReaders()
	name, spec, err := f.aws.named(arg)
	if err != nil {
		return err
	}
	if !f.dryRun {
		if err := f.consent.check(c); err != nil {
			return err
		}
	}
	cl, err := f.aws.open(c.Context())
	if err != nil {
		return err
	}
	d := deploy.Destruction{Session: newSession(c, cl, &f.aws, f.consent), Name: name, Spec: spec, DryRun: f.dryRun}
	return verdictOf(c.ErrOrStderr(), d.Run(c.Context()))
}
