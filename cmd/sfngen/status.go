package main

import (
	"bytes"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

func statusCommand() *cobra.Command {
	var flags statusFlags
	c := &cobra.Command{
		Use:   "status STACK",
		Short: "Show a deployed stack: state, zips, outputs",
		Long: `Show a deployed stack: its CloudFormation status and since when, the zips that
its Lambdas run, and its outputs. If you name a folder, status also says
whether its template is the deployed one; sfngen deploy --dry-run shows the
differences.
` + stackIsDeployed + `

It changes nothing. It needs the permissions cloudformation:DescribeStacks and
GetTemplate.

Exit status 0: the stack is deployed, whatever its state; 2: it is not, or could
not be read.`,
		Example: `  sfngen status acme-orders
  sfngen status acme-orders --json | jq -r .outputs.FunctionUrl`,
		Args: exactlyOne("STACK"),
		RunE: explained(func(c *cobra.Command, args []string) error { return flags.run(c, args[0]) }),
	}
	flags.aws.addStack(c)
	flags.format.add(c, "what is printed", formatText, formatJSON)
	return c
}

type statusFlags struct {
	aws    awsFlags
	format format
}

func (f *statusFlags) run(c *cobra.Command, arg string) error {
	arg, err := f.aws.env.stack(arg)
	if err != nil {
		return err
	}
	cl, found, err := f.aws.find(c.Context(), arg)
	if err != nil {
		return err
	}
	status := live.NewStatus(found, cl.Region, cl.Account)
	if built, err := folder.Open(arg); err == nil {
		template, err := os.ReadFile(filepath.Join(built.Dir, stack.TemplateFile))
		if err != nil {
			return err
		}
		status.Folder = &live.FolderStatus{Dir: built.Dir, SameTemplate: bytes.Equal(template, []byte(found.Template))}
	}
	if f.format.isJSON() {
		return printRecord(c.OutOrStdout(), status)
	}
	return status.Write(c.OutOrStdout())
}
