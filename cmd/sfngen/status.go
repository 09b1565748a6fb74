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
		Short: "Show what runs of a deployed stack: state, zips, outputs",
		Long: `Show what runs of a deployed stack: CloudFormation's status of it and since when,
the zips that its Lambdas run, and its outputs. Where a folder is named, it says
whether that has the template that runs; sfngen deploy --dry-run shows in what it
differs.
` + stackIsDeployed + `

It changes nothing, and takes cloudformation:DescribeStacks and GetTemplate.

Exit status 0: it is deployed, in whatever state; 2: it is not, or could not be read.`,
		Example: `  sfngen status acme-orders
  sfngen status acme-orders --json | jq -r .outputs.FunctionUrl`,
		Args: exactlyOne("STACK"),
		RunE: explained(func(c *cobra.Command, args []string) error { return flags.run(c, args[0]) }),
	}
	flags.aws.addStack(c)
	c.Flags().BoolVar(&flags.json, "json", false, "print all of it as JSON")
	return c
}

type statusFlags struct {
	aws  awsFlags
	json bool
}

func (f *statusFlags) run(c *cobra.Command, arg string) error {
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
	if f.json {
		return printRecord(c.OutOrStdout(), status)
	}
	return status.Write(c.OutOrStdout())
}
