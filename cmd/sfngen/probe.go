package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/addresses"
	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/gen/specfile"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/probe"
	"github.com/sfngen/sfngen/internal/probe/days"
	"github.com/sfngen/sfngen/spec"
)

func probeCommand() *cobra.Command {
	var flags probeFlags
	c := &cobra.Command{
		Use:   "probe STACK",
		Short: "Show the public address of each egress, and how many are distinct",
		Long: `Ask each egress of a deployed stack which address it calls from, and print how
many distinct addresses the pool has. With egress.network.type nat, subnets or
ipv6, each egress is to have its own: two that share one, or one that shows
another than the stack has for it, are a failure. With type lambda AWS promises
no address: egresses may share one, and it may change.

` + stackIsDeployed + `

Each egress sends one GET to the service of egress.addressEcho in the spec, or
of --service, and reports nothing of the answer but the address in it. The API
itself is not called. It needs the permissions cloudformation:DescribeStacks
and GetTemplate, and lambda:InvokeFunction on the egresses. With Elastic IPs of
your own it compares with those if it has ec2:DescribeAddresses too.

What is distinct today says little without a VPC. With --history, what was seen
is added to a file, one line of JSON for each probe; with --watch it probes again
and again, until the time is over or you interrupt it, and then prints what the
days have shown. --report prints that from the file, and asks nobody.

With --local, STACK is a spec: its egresses run on this machine and call a
service on loopback.

Exit status 0: every egress showed an address; 1: one did not, or the network
promises another one, or there are fewer distinct addresses than --min-distinct
requires; 2: no egress could be invoked. With --watch and --report: 1 if any probe
showed what the network promises not to, or fewer than --min-distinct, or if none
showed any address.`,
		Example: `  sfngen probe stacks/acme-orders
  sfngen probe acme-orders --rounds 5 --min-distinct 2 --json
  sfngen probe acme-orders --service 'https://api.ipify.org?format=json'
  sfngen probe acme-orders --watch --every 30m --for 3d --history orders.jsonl
  sfngen probe acme-orders --history orders.jsonl --report
  sfngen probe acme-orders.yaml --local`,
		Args: exactlyOne("STACK"),
		RunE: explained(func(c *cobra.Command, args []string) error { return flags.run(c, args[0]) }),

		ValidArgsFunction: inTurn(flags.stackOrSpec),
	}
	flags.add(c)
	return c
}

type probeFlags struct {
	aws      awsFlags
	service  string
	rounds   int
	distinct int
	format   format
	local    bool
	days     daysFlags
}

func (f *probeFlags) add(c *cobra.Command) {
	f.aws.addStack(c)
	c.Flags().Func("service", "call this `URL`, https only, instead of the spec's egress.addressEcho", given(&f.service))
	c.Flags().IntVar(&f.rounds, "rounds", 1, fmt.Sprintf("invoke each egress this `number` of times, 1 to %d", probe.MaxRounds))
	c.Flags().IntVar(&f.distinct, "min-distinct", 0, "exit with 1 if the pool shows fewer distinct addresses than this `number`")
	f.format.add(c, "what is printed", formatText, formatJSON)
	f.days.add(c)
	c.Flags().BoolVar(&f.local, "local", false, "run the egresses of a spec on this machine, each with a loopback address")
	for _, name := range []string{"region", "profile", "stack-name", "watch", "history"} {
		c.MarkFlagsMutuallyExclusive("local", name)
	}
}

func (f *probeFlags) run(c *cobra.Command, arg string) error {
	if err := f.check(arg); err != nil {
		return err
	}
	switch {
	case f.days.report:
		return f.tellDays(c, arg)
	case f.days.watch:
		return f.watch(c, arg)
	}
	report, of, err := f.ask(c, arg)
	if report.Rounds > 0 {
		err = errors.Join(f.format.print(c.OutOrStdout(), report), f.days.keep(of, report), err)
	}
	if err != nil {
		return err
	}
	return f.verdict(c.ErrOrStderr(), report)
}

func (f *probeFlags) check(arg string) error {
	switch {
	case f.rounds < 1 || f.rounds > probe.MaxRounds:
		return fmt.Errorf("--rounds: must be between 1 and %d, got %d", probe.MaxRounds, f.rounds)
	case f.distinct < 0:
		return fmt.Errorf("--min-distinct: must be a number of addresses, got %d", f.distinct)
	case f.local && f.service != "":
		return errors.New("--service and --local cannot be used together: egresses on this machine call from loopback addresses, which " +
			"only a service here can see")
	case !f.local && isSpecName(arg) && len(f.aws.env.names) == 0:
		return fmt.Errorf("%s is a spec, which has no deployed egress: name its stack, or add --local to run its egresses on this machine", arg)
	}
	if err := probe.CheckService(f.service); err != nil {
		return fmt.Errorf("--service: %w, got %q", err, f.service)
	}
	return f.days.check()
}

func isSpecName(arg string) bool {
	return arg == "-" || specfile.HasExtension(arg)
}

// ask makes one probe, and says of which stack.
func (f *probeFlags) ask(c *cobra.Command, arg string) (probe.Report, days.Place, error) {
	if f.local {
		report, err := f.askLocal(c, arg)
		return report, days.Place{}, err
	}
	arg, err := f.aws.env.stack(c.Context(), arg)
	if err != nil {
		return probe.Report{}, days.Place{}, err
	}
	return f.askDeployed(c.Context(), c.ErrOrStderr(), arg)
}

func (f *probeFlags) askDeployed(ctx context.Context, stderr io.Writer, arg string) (probe.Report, days.Place, error) {
	aws, s, err := f.aws.find(ctx, arg)
	if err != nil {
		return probe.Report{}, days.Place{}, err
	}
	of := days.Place{Stack: s.Name, Region: aws.Region, Account: aws.Account}
	if !f.days.watch {
		fmt.Fprintf(stderr, "invoking the egresses of %s in %s of account %s\n", s.Name, aws.Region, aws.Account)
	}
	report, err := probe.Run(ctx, probe.Options{
		Egresses: s.Summary.Egresses,
		Invoke:   probe.ThroughLambda(aws.Lambda()),
		Service:  f.service,
		Rounds:   f.rounds,
		Promise:  promiseOf(ctx, aws, s),
		Explain:  cloud.Explain,
	})
	return report, of, err
}

// promiseOf asks AWS only where the outputs do not have the Elastic IPs, because they are the
// user's. Without an answer a probe still sees who shares one.
func promiseOf(ctx context.Context, aws *cloud.Cloud, s *live.Stack) probe.Promise {
	r := addresses.OfOutputs(aws, s)
	if r.Network == probe.NetworkNAT && !r.IsWhole() {
		if asked, err := addresses.Read(ctx, aws, s); err == nil {
			r = asked
		}
	}
	return r.Promise()
}

func (f *probeFlags) askLocal(c *cobra.Command, name string) (probe.Report, error) {
	source, err := readSpec(c.InOrStdin(), name)
	if err != nil {
		return probe.Report{}, err
	}
	echo, err := local.ServeEcho()
	if err != nil {
		return probe.Report{}, err
	}
	defer echo.Close()
	s, err := f.generate(c.ErrOrStderr(), source, echo)
	if err != nil {
		return probe.Report{}, err
	}
	report, note, err := local.Probe(c.Context(), s, local.Options{}, f.rounds)
	if note != "" {
		fmt.Fprintln(c.ErrOrStderr(), "note:", note)
	}
	return report, err
}

// generate prints the errors that prevent a stack; warnings are not about a probe.
func (f *probeFlags) generate(stderr io.Writer, source stack.Source, echo *local.Echo) (*stack.Stack, error) {
	environment, err := f.aws.env.one(source)
	if err != nil {
		return nil, err
	}
	var refused error
	s, findings := stack.LoadWith(source, func(s *spec.Spec) { refused = echo.Configure(s) }, only(environment)...)
	switch {
	case refused != nil:
		return nil, refused
	case !spec.HasErrors(findings):
		return s, nil
	}
	return nil, errors.Join((&findingFlags{}).writer(stderr)(findings), errSpec)
}

// verdict is the exit status of a report, as an error.
func (f *probeFlags) verdict(stderr io.Writer, r probe.Report) error {
	if r.Distinct < f.distinct {
		fmt.Fprintf(stderr, "the pool shows fewer distinct addresses (%d) than --min-distinct requires (%d)\n", r.Distinct, f.distinct)
		return errFindings
	}
	if r.IsBroken() {
		fmt.Fprintf(stderr, "the pool does not show what egress.network.type: %s promises, to each egress an address of its own\n", r.Network)
		return errFindings
	}
	if r.Answered() < len(r.Egresses) {
		return errFindings
	}
	return nil
}
