package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/pool"
	"github.com/sfngen/sfngen/internal/term/count"
)

func poolCommand() *cobra.Command {
	var flags poolFlags
	c := &cobra.Command{
		Use:   "pool STACK",
		Short: "Show what the executions of a stack know of each other",
		Long: `Show the table of a deployed stack with egress.coordination: for each egress
when it may call next, until when it cools down and which execution was told
so, what is left of each limit now, and how many slots are booked. The credential
and the pool are shown where they count. Times are in UTC.

` + stackIsDeployed + `

With --clear, take a cool-down away, for example after a vendor has lifted a
ban. Booked slots stay, and calls go after them. It asks before; with --yes
it does not.

It needs the permissions cloudformation:DescribeStacks and GetTemplate, and
dynamodb:Query on the table; with --clear also dynamodb:UpdateItem.

The table of sfngen dev and run is in their memory and ends with them: their own
lines say what it holds back.

Exit status 0: the table was shown, or cleared; 2: it could not be read or
written, or the stack has none.`,
		Example: `  sfngen pool acme-orders
  sfngen pool acme-orders --json | jq '.standings[] | select(.coolDown)'
  sfngen pool acme-orders --clear 2        # egress 2 may call again
  sfngen pool acme-orders --clear all --yes`,
		Args: exactlyOne("STACK"),
		RunE: explained(func(c *cobra.Command, args []string) error { return flags.run(c, args[0]) }),

		ValidArgsFunction: inTurn(builtStacks),
	}
	flags.aws.addStack(c)
	c.Flags().Func("clear", "take away the cool-down of this `egress` (its number), of credential or pool, or of all", given(&flags.clear))
	flags.consent.add(c)
	flags.format.add(c, "what is printed", formatText, formatJSON)
	return c
}

type poolFlags struct {
	aws     awsFlags
	clear   string
	consent consent
	format  format
}

func (f *poolFlags) run(c *cobra.Command, arg string) error {
	if f.clear != "" {
		if err := f.consent.check(c); err != nil {
			return err
		}
	}
	p, report, err := f.read(c.Context(), arg)
	if err != nil {
		return err
	}
	if f.clear != "" {
		return f.takeAway(c, p, report)
	}
	return f.format.print(c.OutOrStdout(), report)
}

func (f *poolFlags) read(ctx context.Context, arg string) (*pool.Pool, pool.Report, error) {
	arg, err := f.aws.env.stack(ctx, arg)
	if err != nil {
		return nil, pool.Report{}, err
	}
	aws, s, err := f.aws.find(ctx, arg)
	if err != nil {
		return nil, pool.Report{}, err
	}
	p, err := pool.Open(aws, s)
	if err != nil {
		return nil, pool.Report{}, err
	}
	report, err := p.Read(ctx, time.Now())
	return p, report, err
}

// takeAway is --clear.
func (f *poolFlags) takeAway(c *cobra.Command, p *pool.Pool, report pool.Report) error {
	meant, err := report.Which(f.clear)
	if err != nil {
		return fmt.Errorf("--clear: %w", err)
	}
	cooling := pool.Cooling(meant)
	if len(cooling) > 0 {
		yes, err := f.consent.ask(c)(c.Context(), report.Question(cooling))
		if err != nil {
			return err
		}
		if !yes {
			fmt.Fprintln(c.ErrOrStderr(), "nothing was changed")
			return nil
		}
		if err := p.Clear(c.Context(), cooling); err != nil {
			return err
		}
	}
	fmt.Fprintln(c.ErrOrStderr(), cleared(cooling))
	after, err := p.Read(c.Context(), time.Now())
	if err != nil {
		return err
	}
	return f.format.print(c.OutOrStdout(), after)
}

func cleared(cooling []pool.Standing) string {
	if len(cooling) == 0 {
		return "no cool-down of these: nothing was changed"
	}
	return "took " + count.Of(len(cooling), "cool-down") + " away"
}
