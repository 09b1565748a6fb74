package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
)

func statusCommand() *cobra.Command {
	var flags statusFlags
	c := &cobra.Command{
		Use:   "status [STACK...]",
		Short: "Show a deployed stack: state, zips, outputs",
		Long: `Show a deployed stack: its CloudFormation status and since when, the zips that
its Lambdas run, and its outputs. If you name a folder, status also says
whether its template is the deployed one; sfngen deploy --dry-run shows the
differences. Without STACK it is every stack of the project that has been built.
` + stackIsDeployed + `

It changes nothing. It needs the permissions cloudformation:DescribeStacks and
GetTemplate. In JSON, one STACK is one status; several and none are a list.

Exit status 0: each stack is deployed, whatever its state; 2: one is not, or could
not be read.`,
		Example: `  sfngen status acme-orders
  sfngen status                      # every stack of the project
  sfngen status acme-orders --json | jq -r .outputs.FunctionUrl`,
		Args: cobra.ArbitraryArgs, // with none, what sfngen.yaml has
		RunE: explained(func(c *cobra.Command, args []string) error { return flags.run(c, args) }),
	}
	flags.aws.addStacks(c)
	flags.format.add(c, "what is printed", formatText, formatJSON)
	return c
}

type statusFlags struct {
	aws    awsFlags
	format format
}

func (f *statusFlags) run(c *cobra.Command, args []string) error {
	if len(args) != 1 {
		return f.several(c, args)
	}
	arg, err := f.aws.env.stack(c.Context(), args[0])
	if err != nil {
		return err
	}
	cl, found, err := f.aws.find(c.Context(), arg)
	if err != nil {
		return err
	}
	status, err := statusIn(c.Context(), cl, found, arg)
	if err != nil {
		return err
	}
	if f.format.isJSON() {
		return printRecord(c.OutOrStdout(), status)
	}
	return status.Write(c.OutOrStdout())
}

// statusIn also compares with the folder, if arg names one.
func statusIn(ctx context.Context, cl *cloud.Cloud, found *live.Stack, arg string) (live.Status, error) {
	status := live.NewStatus(found, cl.Region, cl.Account)
	if built, err := openFolder(ctx, arg); err == nil {
		same, err := found.HasTemplateOf(built.Dir)
		if err != nil {
			return status, err
		}
		status.Folder = &live.FolderStatus{Dir: built.Dir, SameTemplate: same}
	}
	return status, nil
}
