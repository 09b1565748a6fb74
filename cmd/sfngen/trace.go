package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/trace"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/history/view"
	"github.com/sfngen/sfngen/internal/term/screen"
)

func traceCommand() *cobra.Command {
	var flags traceFlags
	c := &cobra.Command{
		Use:   "trace STACK [EXECUTION]",
		Short: "Show the attempts of an execution, or the latest executions",
		Long: `Show what an execution of a deployed stack did: each attempt with its egress,
when it began, its result and what followed, and the outcome. Without EXECUTION,
list the latest executions; with --failed, those that did not succeed. Times
are in UTC.

` + stackIsDeployed + `
EXECUTION is its name (in the header x-sfngen-execution, in log lines and in
problem documents) or its ARN. The first 8 characters or more of a name are
enough if they fit one execution only: of those in the logs, or of the latest
1000 of a standard workflow.

Step Functions keeps the history of a standard workflow for 90 days. Of an
express workflow, trace shows what was logged (workflow.logLevel,
workflow.logData): it searches the logs back to --since, and says what they
lack.

Instead of STACK, name a file with a record of sfngen run --json, or - for
standard input.

It changes nothing. It needs the permissions cloudformation:DescribeStacks and
GetTemplate; states:ListExecutions, DescribeExecution and GetExecutionHistory
for a standard workflow; logs:FilterLogEvents for an express one.

Exit status 0: the execution was shown, whatever its outcome; 2: it does not
exist, or could not be read.`,
		Example: `  sfngen trace acme-orders --failed --since 1h
  sfngen trace acme-orders 0f9c1c5e-7a55-4a0c-9d1c-6d0a8f6f2a51
  sfngen trace stacks/acme-orders --since 7d --limit 50 --json
  sfngen run acme-orders.yaml GET /orders --json | sfngen trace -`,
		Args: stackAndExecution,
		RunE: explained(func(c *cobra.Command, args []string) error { return flags.run(c, args) }),

		ValidArgsFunction: inTurn(builtStacks, flags.executions),
	}
	flags.add(c)
	return c
}

func stackAndExecution(c *cobra.Command, args []string) error {
	if len(args) < 1 || len(args) > 2 {
		return wrongArguments(c, "takes a STACK and at most one EXECUTION, got %d of them", len(args))
	}
	if len(args) == 2 && args[1] == "" {
		return errors.New("EXECUTION is empty: leave it out to list the latest ones")
	}
	return nil
}

type traceFlags struct {
	aws    awsFlags
	want   trace.Selection
	format format
}

func (f *traceFlags) add(c *cobra.Command) {
	f.aws.addStack(c)
	c.Flags().Func("since", "how far back to look, such as `90m`, 12h or 7d; without it 24h in the logs of an express workflow, and no "+
		"limit for a standard one", durationTo(&f.want.Since))
	c.Flags().IntVar(&f.want.Limit, "limit", 10, fmt.Sprintf("how many executions to list, 1 to %d", mostListed))
	c.Flags().BoolVar(&f.want.Failed, "failed", false, "list only executions that did not succeed")
	f.format.add(c, "what is printed", formatText, formatJSON)
}

// mostListed bounds how many histories a list reads: an account's rate for them is low.
const mostListed = 100

func (f *traceFlags) run(c *cobra.Command, args []string) error {
	if f.want.Limit < 1 || f.want.Limit > mostListed {
		return fmt.Errorf("--limit: must be between 1 and %d, got %d", mostListed, f.want.Limit)
	}
	if isRecord(args[0]) {
		return f.record(c, args)
	}
	if len(args) == 2 {
		if err := f.checkExecution(c, args[1]); err != nil {
			return err
		}
	}
	arg, err := f.aws.env.stack(c.Context(), args[0])
	if err != nil {
		return err
	}
	source, err := f.open(c.Context(), c.ErrOrStderr(), arg)
	if err != nil {
		return err
	}
	if len(args) == 1 {
		return f.list(c, source)
	}
	x, err := source.Execution(c.Context(), args[1], f.want.Since)
	if err != nil {
		return err
	}
	return f.show(c.OutOrStdout(), x)
}

// checkExecution checks what can be checked without a call of AWS.
func (f *traceFlags) checkExecution(c *cobra.Command, name string) error {
	for _, flag := range []string{"limit", "failed"} {
		if c.Flags().Changed(flag) {
			return fmt.Errorf("--%s is for the list, but an EXECUTION was named", flag)
		}
	}
	return execution.CheckName(name)
}

// isRecord reports whether arg is a record: a stack is a folder or a name, never a file.
func isRecord(arg string) bool {
	if arg == "-" {
		return true
	}
	info, err := os.Stat(arg)
	return err == nil && !info.IsDir()
}

// record shows a record of sfngen run --json. AWS is not called.
func (f *traceFlags) record(c *cobra.Command, args []string) error {
	x, err := readRecord(c.InOrStdin(), args[0])
	if err != nil {
		return err // first: a file that is not a record is the greater mistake
	}
	if len(args) > 1 {
		return fmt.Errorf("%s is a record of one execution, and takes no EXECUTION", args[0])
	}
	for _, name := range []string{"since", "limit", "failed", "region", "profile", "stack-name", "env"} {
		if c.Flags().Changed(name) {
			return fmt.Errorf("--%s is for a deployed stack, but %s is a record", name, args[0])
		}
	}
	return f.show(c.OutOrStdout(), x)
}

func readRecord(stdin io.Reader, name string) (*execution.Execution, error) {
	if name == "-" {
		return execution.FromRecord("<stdin>", stdin)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading the record: %w", err)
	}
	defer file.Close()
	return execution.FromRecord(name, file)
}

func (f *traceFlags) open(ctx context.Context, stderr io.Writer, arg string) (*trace.Source, error) {
	aws, s, err := f.aws.find(ctx, arg)
	if err != nil {
		return nil, err
	}
	machine := s.Outputs[cfn.OutputStateMachineARN]
	if machine == "" {
		return nil, fmt.Errorf("the stack %s has no output StateMachineArn (it is in %s): wait until it is deployed, then trace again", s.Name,
			s.Status)
	}
	return &trace.Source{
		Summary: s.Summary, StateMachine: machine,
		States: aws.StepFunctions(), Logs: aws.Logs(), Now: time.Now,
		Progress: func(text string) { fmt.Fprintln(stderr, "note:", text) },
	}, nil
}

func (f *traceFlags) list(c *cobra.Command, source *trace.Source) error {
	list, err := source.Latest(c.Context(), f.want)
	if err != nil {
		return err
	}
	if f.format.isJSON() {
		return list.JSON(screen.Verbatim(c.OutOrStdout()))
	}
	if err := view.List(c.OutOrStdout(), list, styleFor(c.OutOrStdout())); err != nil {
		return err
	}
	_, err = io.WriteString(c.ErrOrStderr(), view.Remarks(list, styleFor(c.ErrOrStderr())))
	return err
}

func (f *traceFlags) show(w io.Writer, x *execution.Execution) error {
	if f.format.isJSON() {
		return x.JSON(screen.Verbatim(w))
	}
	return view.Execution(w, x, styleFor(w))
}

// styleFor is the style of what is written to w.
func styleFor(w io.Writer) view.Style {
	return view.Style{Width: screen.Columns(w), Paint: screen.Painter(w)}
}
