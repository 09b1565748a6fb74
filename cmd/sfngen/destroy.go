package main

import (
	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/deploy"
)

func destroyCommand() *cobra.Command {
	var flags destroyFlags
	c := &cobra.Command{
		Use:   "destroy STACK",
		Short: "Delete a deployed stack, after showing what will be deleted",
		Long: `Delete a deployed stack.
` + stackIsDeployed + `

destroy shows what will be deleted and what is lost with it, asks, and follows
the deletion to its end. The bucket with the zips stays. destroy also removes
what a failed first deployment left (ROLLBACK_COMPLETE), and tries again to
delete a stack that could not be deleted (DELETE_FAILED).

With egress.network it first takes the functions out of their network, by an
update of the stack, and waits until AWS has deleted their interfaces: usually
some minutes, at times 20 to 45. Interrupted, it goes on from there when it is
run again. Elastic IPs stay; their addresses and what they cost are shown.

It does not touch a stack that sfngen did not create or, if you name a folder,
one that was deployed from another spec than the folder's.

Exit status 0: deleted, or there was nothing to delete; 1: it failed, or you
declined; 2: it did not begin, or was interrupted.`,
		Example: `  sfngen destroy acme-orders
  sfngen destroy acme-orders --dry-run      # only show what would be deleted
  sfngen destroy acme-orders --yes --region eu-central-1`,
		Args: exactlyOne("STACK"),
		RunE: explained(func(c *cobra.Command, args []string) error { return flags.run(c, args[0]) }),
	}
	flags.aws.addStack(c)
	flags.consent.add(c)
	c.Flags().BoolVar(&flags.dryRun, "dry-run", false, "show what would be deleted, and change nothing")
	return c
}

type destroyFlags struct {
	aws     awsFlags
	consent consent
	dryRun  bool
}

func (f *destroyFlags) run(c *cobra.Command, arg string) error {
	outliveReaders()
	arg, err := f.aws.env.stack(c.Context(), arg)
	if err != nil {
		return err
	}
	name, spec, err := f.aws.named(c.Context(), arg)
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
