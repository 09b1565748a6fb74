package main

import (
	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/addresses"
)

func addressesCommand() *cobra.Command {
	var flags addressesFlags
	c := &cobra.Command{
		Use:   "addresses STACK",
		Short: "Show the addresses to give to a vendor",
		Long: `Show where the egresses of a deployed stack are seen from, as far as its network
(egress.network in the spec) promises that: what a vendor is told who lets only
known addresses in. Which networks there are: docs/addresses.md.

` + stackIsDeployed + `

It calls no egress; what a service sees is shown by sfngen probe. It needs the
permissions cloudformation:DescribeStacks and GetTemplate; where the subnets or
the Elastic IPs are your own also ec2:DescribeSubnets, DescribeRouteTables,
DescribeNatGateways and DescribeAddresses.

Exit status 0: each egress has an address, or a range, to give; 1: not each one
has; 2: it could not be read.`,
		Example: `  sfngen addresses acme-orders
  sfngen addresses acme-orders --json | jq -r '.egresses[].address'`,
		Args: exactlyOne("STACK"),
		RunE: explained(func(c *cobra.Command, args []string) error { return flags.run(c, args[0]) }),

		ValidArgsFunction: inTurn(builtStacks),
	}
	flags.aws.addStack(c)
	flags.format.add(c, "what is printed", formatText, formatJSON)
	return c
}

type addressesFlags struct {
	aws    awsFlags
	format format
}

func (f *addressesFlags) run(c *cobra.Command, arg string) error {
	arg, err := f.aws.env.stack(c.Context(), arg)
	if err != nil {
		return err
	}
	aws, s, err := f.aws.find(c.Context(), arg)
	if err != nil {
		return err
	}
	r, err := addresses.Read(c.Context(), aws, s)
	if err != nil {
		return err
	}
	if err := f.format.print(c.OutOrStdout(), r); err != nil {
		return err
	}
	if !r.IsWhole() {
		return errFindings
	}
	return nil
}
