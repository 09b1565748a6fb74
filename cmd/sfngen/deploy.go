package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/artifacts"
	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy"
	"github.com/sfngen/sfngen/internal/aws/network"
	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/term/screen"
)

func deployCommand() *cobra.Command { return deployCommandWith(&deployFlags{pack: pack.Stack}) }

// deployCommandWith lets tests compile nothing.
func deployCommandWith(flags *deployFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "deploy STACK...",
		Short: "Deploy a stack: package, upload, change set, progress, outputs",
		Long: `Deploy a stack.
` + stackIsFolder + `

deploy compiles the Lambdas, uploads the zips that the bucket lacks, lets
CloudFormation create a change set, shows what would change, asks, and follows
the deployment to its end. If nothing changes, that is success.

With egress.network, AWS is asked first whether the network can be made: quotas,
addresses, the ways out of subnets. Functions that leave a network are taken
out first, and AWS deletes their interfaces: usually within some minutes.

It refuses what you should look at first: a folder that no longer matches its
spec (--stale), a stack that was changed outside of CloudFormation (--drifted,
--revert-drift), a stack of another tool or of another spec, and a stack in a
state that cannot be updated.

The zips are in the bucket of --bucket, else in that of sfngen.yaml, else
in the one that the stack used last, else in sfngen-artifacts-ACCOUNT-REGION. --create-bucket creates a bucket
that does not exist: private, encrypted, versioned. Nothing else creates one.

Of several stacks, or of --all, all changes are shown before the one question,
then one stack after the other is deployed. The first failure ends that: what was
not yet deployed is as it was. With --keep-going the others are deployed. The last
lines say of each what became of it; --json prints a list, each with a result.

A dry run deploys and uploads nothing, except a template over 51,200 bytes:
CloudFormation reads that from a bucket only, and it stays there.

--no-execute leaves the change set for somebody else: --execute shows it,
asks, and follows it as a deployment.

Progress goes to stderr, the outputs to stdout; with --dry-run and --no-execute
the changes go to stdout. --json prints stack, stackId, mode (execute, dry-run
or no-execute), status (of the stack; "" if there is none), changed, changes,
changeSet (if one waits), outputs, and the reason of a failure.

Exit status 0: deployed, or nothing to change; 1: CloudFormation refused or
failed it, or you declined; 2: it did not begin, was interrupted, or its outputs
could not be written. Whatever ends it early, the last lines say in what state
AWS is.`,
		Example: `  sfngen deploy acme-orders --create-bucket     # the first time
  sfngen deploy acme-orders                     # show what changes, and ask
  sfngen deploy acme-orders --dry-run           # only show what would change
  sfngen deploy acme-orders --no-execute        # a second person then runs
  sfngen deploy acme-orders --execute sfngen-20261124T103000Z-4f1c07ae
  sfngen deploy acme-orders --yes --json        # in CI
  sfngen deploy --all                           # every stack of the project`,
		Args: cobra.ArbitraryArgs,
		RunE: explained(func(c *cobra.Command, args []string) error { return flags.runAll(c, args) }),
	}
	flags.add(c)
	return c
}

type deployFlags struct {
	aws          awsFlags
	consent      consent
	bucket       artifacts.Options
	spec         string
	stale        bool
	drifted      bool
	revertDrift  bool
	dryRun       bool
	noExecute    bool
	changeSet    string
	format       format
	all          bool
	keepGoing    bool
	specFindings findingFlags
	results      remembering
	claims       network.Claims // of several stacks
	pack         func(context.Context, pack.Options) ([]pack.Artifact, error)
}

func (f *deployFlags) add(c *cobra.Command) {
	f.aws.addStacks(c)
	f.consent.add(c)
	c.Flags().Func("bucket", "the S3 `bucket` for the zips, in the stack's region; else that of sfngen.yaml, the one that the stack used "+
		"last, or sfngen-artifacts-ACCOUNT-REGION", given(&f.bucket.Name))
	c.Flags().BoolVar(&f.bucket.Create, "create-bucket", false,
		"create the bucket if it does not exist; without --bucket, sfngen-artifacts-ACCOUNT-REGION")
	c.Flags().Func("bucket-owner", "the `account` that the bucket belongs to, 12 digits; else yours", given(&f.bucket.Owner))
	c.Flags().Func("spec", "the stack's spec; else the `file` of its name here, or in the two folders above the stack", given(&f.spec))
	c.Flags().BoolVar(&f.stale, "stale", false, "deploy the folder unchanged, whatever its spec says")
	c.Flags().BoolVar(&f.drifted, "drifted", false,
		"deploy although the stack was changed outside of CloudFormation, and keep those changes where possible")
	c.Flags().BoolVar(&f.revertDrift, "revert-drift", false, "also revert what was changed outside of CloudFormation")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "show what would change, and deploy nothing")
	c.Flags().BoolVar(&f.noExecute, "no-execute", false, "upload, and leave the change set for somebody else to look at and execute")
	c.Flags().Func("execute", "execute the `change-set` that --no-execute left, by its name or ARN", given(&f.changeSet))
	c.Flags().BoolVar(&f.all, "all", false, "every stack of the project, which sfngen.yaml describes")
	c.Flags().BoolVar(&f.keepGoing, "keep-going", false, "of several stacks, deploy the others although one has failed")
	f.format.add(c, "the outcome; in JSON: stack, mode, status, changes and outputs", formatText, formatJSON)
	c.MarkFlagsMutuallyExclusive("drifted", "revert-drift")
	c.MarkFlagsMutuallyExclusive("dry-run", "no-execute")
	c.MarkFlagsMutuallyExclusive("spec", "stale")
	for _, flag := range []string{"bucket", "create-bucket", "bucket-owner", "spec", "stale", "drifted", "revert-drift", "dry-run",
		"no-execute"} {
		c.MarkFlagsMutuallyExclusive("execute", flag) // the change set has been made
	}
}

func (f *deployFlags) runAll(c *cobra.Command, args []string) error {
	outliveReaders()
	if err := f.check(c.Context()); err != nil {
		return err
	}
	folders, err := f.folders(c, args)
	if err != nil {
		return err
	}
	if f.mode() == deploy.Execute {
		if err := f.consent.check(c); err != nil {
			return err
		}
	}
	if f.all || len(args) > 1 {
		return f.runSeveral(c, folders)
	}
	return f.run(c, folders[0])
}

func (f *deployFlags) run(c *cobra.Command, built *folder.Folder) error {
	partition, err := f.compare(c, built)
	if err != nil {
		return err
	}
	cl, err := f.aws.open(c.Context())
	if err != nil {
		return err
	}
	d := f.deployment(c, cl, built)
	d.Partition = partition
	outcome, err := d.Run(c.Context())
	return f.report(c, outcome, err)
}

// check refuses what no bucket can be, before anything takes time.
func (f *deployFlags) check(ctx context.Context) error {
	p, err := projectOf(ctx)
	if err != nil {
		return err
	}
	f.bucket.Name = cmp.Or(f.bucket.Name, p.Bucket)
	if name := f.bucket.Name; name != "" {
		if err := artifacts.CheckName(name); err != nil {
			return err
		}
	}
	if f.bucket.Owner == "" {
		return nil
	}
	return artifacts.CheckAccount(f.bucket.Owner)
}

func (f *deployFlags) deployment(c *cobra.Command, cl *cloud.Cloud, built *folder.Folder) *deploy.Deployment {
	d := &deploy.Deployment{
		Session:   newSession(c, cl, &f.aws, f.consent),
		Folder:    built,
		Name:      built.Name,
		Bucket:    f.bucket,
		Mode:      f.mode(),
		Claims:    f.claims,
		ChangeSet: f.changeSet,
		Pack: func(ctx context.Context, progress func(string)) ([]pack.Artifact, error) {
			return f.pack(ctx, pack.Options{Dir: built.Dir, Architecture: built.Summary.Architecture, Progress: progress})
		},
	}
	if f.aws.stackName != "" {
		d.Name = f.aws.stackName
	}
	if !f.format.isJSON() {
		f.results.to = c.OutOrStdout()
		d.Results = &f.results
		d.PaintResults = screen.Painter(f.results.to)
	}
	switch {
	case f.drifted:
		d.Drift = deploy.KeepDrift
	case f.revertDrift:
		d.Drift = deploy.RevertDrift
	}
	return d
}

func (f *deployFlags) mode() deploy.Mode {
	switch {
	case f.dryRun:
		return deploy.DryRun
	case f.noExecute:
		return deploy.NoExecute
	}
	return deploy.Execute
}

// report prints the outcome. A failure of CloudFormation's, or a no of the user's, is
// printed here, since it is not an error of sfngen.
func (f *deployFlags) report(c *cobra.Command, outcome deploy.Outcome, err error) error {
	if err != nil && deploy.KindOf(err) != deploy.Failed {
		return verdictOf(c.ErrOrStderr(), err)
	}
	write := outcome.Write
	if f.format.isJSON() {
		write = func(w io.Writer) error { return outcome.WriteJSON(screen.Verbatim(w)) }
	}
	lost := cmp.Or(f.results.err, write(c.OutOrStdout()))
	return errors.Join(verdictOf(c.ErrOrStderr(), err), unwritten(outcome, err != nil, lost))
}

// verdictOf prints what ends with status 1, and returns errFindings for it.
func verdictOf(stderr io.Writer, err error) error {
	switch deploy.KindOf(err) {
	case deploy.Declined, deploy.Refused, deploy.Failed:
		fmt.Fprintf(stderr, "sfngen: %v\n", err)
		return errFindings
	}
	return err
}
