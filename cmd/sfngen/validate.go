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
	flags := validateFlags{findings: findingFlags{checks: true}}
	c := &cobra.Command{
		Use:   "validate [SPEC...]",
		Short: "Check specs: all errors and warnings, with line and column",
		Long: `Check specs: all errors and warnings at once, each with line and column and the
name of its rule ('sfngen explain RULE' tells more). "-" reads standard input.
` + specIsFile + `
A comment on the line of a field, or above it, silences a warning:

  auth: none  # sfngen:ignore open-function-url each caller brings a key of the API

With --aws, AWS checks the state machine of each spec without errors
(states:ValidateStateMachineDefinition, which creates nothing), and is asked
about egress.network: quotas, addresses, the ways out of subnets. What it says
is shown at the fields that caused it.

Exit status 0: no errors (with --strict, no warnings either, other than ignored
ones); 1: findings; 2: a spec could not be read, or AWS could not be called.`,
		Example: `  sfngen validate acme-orders.yaml
  sfngen validate                                # all specs of sfngen.yaml
  sfngen validate --strict --format github specs
  sfngen validate --aws --profile staging acme-orders.yaml`,
		Args: cobra.ArbitraryArgs, // with none, what sfngen.yaml has
		RunE: explained(func(c *cobra.Command, args []string) error { return flags.run(c, args) }),
	}
	flags.findings.addFormat(c)
	c.Flags().BoolVar(&flags.ask, "aws", false, "also let AWS check the state machines, and ask it about networks")
	flags.aws.add(c)
	return c
}

type validateFlags struct {
	findings findingFlags
	aws      awsFlags
	ask      bool
}

func (f *validateFlags) run(c *cobra.Command, args []string) error {
	if err := f.aws.checkAsked(f.ask); err != nil {
		return err
	}
	args, err := specsOf(c, args)
	if err != nil {
		return err
	}
	verdict := "without errors"
	var more func([]*stack.Stack) ([]spec.Finding, error)
	if f.ask {
		verdict += ", neither here nor in AWS"
		more = func(stacks []*stack.Stack) ([]spec.Finding, error) { return f.askAWS(c.Context(), stacks) }
	}
	stacks, err := f.findings.loadAnd(c, c.OutOrStdout(), args, more)
	if n := len(args) - countSpecs(stacks); f.ask && errors.Is(err, errFindings) && n > 0 {
		fmt.Fprintf(c.ErrOrStderr(), "note: AWS did not check %s that %s errors here\n", count.Of(n, "spec"), count.Verb(n, "has", "have"))
	}
	if err == nil && f.findings.format.word == formatText {
		if f.findings.ignored > 0 {
			verdict += "; " + count.Of(f.findings.ignored, "warning") + " ignored"
		}
		fmt.Fprintf(c.ErrOrStderr(), "%s %s\n", checkedOf(stacks), verdict)
	}
	return err
}

// countSpecs counts the specs that the stacks are of: some have several environments.
func countSpecs(stacks []*stack.Stack) int {
	names := map[string]bool{}
	for _, s := range stacks {
		names[s.Origin.Name()] = true
	}
	return len(names)
}

// checkedOf says how many specs were checked, and in how many environments.
func checkedOf(stacks []*stack.Stack) string {
	text, environments := count.Of(countSpecs(stacks), "spec"), 0
	for _, s := range stacks {
		if s.Origin.Environment() != "" {
			environments++
		}
	}
	if environments > 0 {
		text += " (" + count.Of(environments, "environment") + ")"
	}
	return text
}

// askAWS needs no credentials when there is nothing to check.
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
