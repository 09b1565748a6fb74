package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/check"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

func validateCommand() *cobra.Command {
	var flags validateFlags
	c := &cobra.Command{
		Use:   "validate SPEC...",
		Short: "Check specs: all errors and warnings, with their places",
		Long: `Check specs: all errors and warnings at once, each with its place and the name
of its rule (docs/rules.md explains each). "-" reads standard input.

With --aws, AWS is asked too: it checks the state machine of each spec that has no
errors (states:ValidateStateMachineDefinition, which makes nothing), and what it
says is shown at the fields that are the reason.

Exit status: 0 no errors (no findings at all with --strict), 1 findings, 2 trouble.`,
		Example: `  sfngen validate acme-orders.yaml
  sfngen validate --strict --format github specs/*.yaml
  sfngen validate --aws --profile staging acme-orders.yaml`,
		Args: oneOrMore("SPEC"),
		RunE: explained(func(c *cobra.Command, args []string) error { return flags.run(c, args) }),
	}
	flags.findings.addFormat(c)
	c.Flags().BoolVar(&flags.ask, "aws", false, "let AWS check the state machines too")
	flags.aws.add(c)
	return c
}

type validateFlags struct {
	findings findingFlags
	aws      awsFlags
	ask      bool
}

func (f *validateFlags) run(c *cobra.Command, args []string) error {
	if !f.ask && (f.aws.region != "" || f.aws.profile != "") {
		return errors.New("--region and --profile say where AWS is asked: add --aws, or leave them out")
	}
	verdict := "without errors"
	var more func([]*stack.Stack) ([]spec.Finding, error)
	if f.ask {
		verdict += ", neither here nor in AWS"
		more = func(stacks []*stack.Stack) ([]spec.Finding, error) { return f.askAWS(c.Context(), stacks) }
	}
	stacks, err := f.findings.loadAnd(c, c.OutOrStdout(), args, more)
	if n := len(args) - len(stacks); f.ask && errors.Is(err, errFindings) && n > 0 {
		fmt.Fprintf(c.ErrOrStderr(), "note: AWS was not asked about %s that %s errors here\n", count.Of(n, "spec"), has(n))
	}
	if err == nil && f.findings.format == "text" {
		fmt.Fprintf(c.ErrOrStderr(), "%s %s\n", count.Of(len(args), "spec"), verdict)
	}
	return err
}

func has(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

// askAWS needs no credentials when there is nothing to ask about.
func (f *validateFlags) askAWS(ctx context.Context, stacks []*stack.Stack) ([]spec.Finding, error) {
	if len(stacks) == 0 {
		return nil, nil
	}
	cloud, err := f.aws.open(ctx)
	if err != nil {
		return nil, err
	}
	return check.Check(ctx, cloud, stacks)
}
