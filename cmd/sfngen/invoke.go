package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/invoke"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/dropped"
	"github.com/sfngen/sfngen/internal/gen/specfile"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

func invokeCommand() *cobra.Command {
	var flags invokeFlags
	c := &cobra.Command{
		Use:   "invoke STACK METHOD PATH",
		Short: "Send one request to a deployed stack",
		Long: `Send one request to a deployed stack's function URL, signed if its auth is
iam. Where AWS has no function URLs, the orchestrator Lambda is invoked with
the same request.

` + stackIsDeployed + `

The API's answer goes to stdout. Status, attempts, execution, and the command
that shows the attempts one by one go to stderr. In the path and query of a
signed request, every character that may be escaped is: /a:b is sent as /a%3Ab.

It needs the permissions cloudformation:DescribeStacks and GetTemplate, and
those of the stack's CallerPolicy: lambda:InvokeFunctionUrl and
lambda:InvokeFunction.

Exit status 0: the answer is a success, as it is for sfngen run; 1: it is none;
2: no answer. What is one is said by upstream.successStatusCodes of the spec that
was deployed; without it, 400 and above is none, nor is 3xx of a POST or PATCH.`,
		Example: `  sfngen invoke acme-orders GET '/orders?page=2'
  sfngen invoke acme-orders POST /orders -d @order.json
  sfngen invoke acme-orders GET /report --wait --profile production`,
		Args: methodPath("STACK"),
		RunE: explained(func(c *cobra.Command, args []string) error { return flags.run(c, args[0], args[1], args[2]) }),
	}
	flags.request.add(c, "request, answer, execution")
	c.Flags().BoolVar(&flags.wait, "wait", false, "after a 202 of a standard workflow, poll until its answer arrives")
	flags.aws.addStack(c)
	addHabits(c, "sfngen invoke STACK", "STACK says where")
	return c
}

type invokeFlags struct {
	aws     awsFlags
	request requestFlags
	wait    bool
}

func (f *invokeFlags) run(c *cobra.Command, arg, method, path string) error {
	f.request.Method, f.request.Path = method, path
	if err := f.request.Check(); err != nil {
		return err
	}
	arg, err := f.aws.env.stack(c.Context(), arg)
	if err != nil {
		return err
	}
	cloud, found, err := f.aws.find(c.Context(), arg)
	if err != nil {
		return err
	}
	f.notes(c, arg, found)
	endpoint, err := invoke.Open(cloud, found, invoke.Options{
		Command: func(name string, args ...string) string { return f.aws.command(name, arg, args...) },
	})
	if err != nil {
		return err
	}
	reply, err := endpoint.Send(c.Context(), f.request.Request, c.InOrStdin())
	if err == nil && f.wait && reply.Pending() {
		fmt.Fprintln(c.ErrOrStderr(), strings.Join(reply.Story(), "\n"))
		reply, err = endpoint.Wait(c.Context(), reply)
	}
	if err != nil {
		return err
	}
	f.noteDropped(c, arg, reply)
	return f.tell(c, reply)
}

// noteDropped goes by the spec of the stack's folder, if there is one: AWS has no list of
// what passes.
func (f *invokeFlags) noteDropped(c *cobra.Command, arg string, reply invoke.Reply) {
	built, err := openFolder(c.Context(), arg)
	if err != nil || !dropped.IsForAPI(f.request.Path) {
		return
	}
	file, err := findSpec(c.Context(), built)
	if err != nil {
		return
	}
	source, err := readOne(nil, file)
	if err != nil {
		return
	}
	environment := specfile.NamesInFile(file).EnvironmentOf(built.Name)
	if s, findings := stack.LoadWith(source, nil, only(environment)...); !spec.HasErrors(findings) {
		rules := s.Plan.HeaderRules()
		fields := append(rules.Of(reply.Request.Header, f.request.Asked()), rules.OfQuery(reply.Request.URL.RawQuery)...)
		noteDropped(c.ErrOrStderr(), "by "+file+" the API does not get", fields)
	}
}

func (f *invokeFlags) tell(c *cobra.Command, reply invoke.Reply) error {
	fmt.Fprintln(c.ErrOrStderr(), strings.Join(reply.Story(), "\n"))
	err := f.print(c, reply)
	if err == nil && reply.Failed() {
		return errFindings
	}
	return err
}

func (f *invokeFlags) print(c *cobra.Command, reply invoke.Reply) error {
	if f.request.format.isJSON() {
		return printRecord(c.OutOrStdout(), reply.Record())
	}
	return f.request.printAnswer(c.OutOrStdout(), reply.Answer)
}

// notes say what may surprise: AWS has what was deployed, not what the folder has.
func (f *invokeFlags) notes(c *cobra.Command, arg string, s *live.Stack) {
	built, err := openFolder(c.Context(), arg)
	if err == nil && built.Summary.AuthType != s.Summary.AuthType {
		fmt.Fprintf(c.ErrOrStderr(), "note: auth of the function URL is %s in AWS and %s in %s; sfngen deploy brings that to AWS\n",
			authName(s.Summary.AuthType), authName(built.Summary.AuthType), built.Dir)
	}
	if note := f.request.Note(); note != "" {
		fmt.Fprintln(c.ErrOrStderr(), "note:", note)
	}
}

// authName is the spec's word for an AuthType.
func authName(authType string) string {
	switch authType {
	case "AWS_IAM":
		return "iam"
	case "NONE":
		return "none"
	}
	return "absent"
}
