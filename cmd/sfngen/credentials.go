package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	awssecrets "github.com/sfngen/sfngen/internal/aws/secrets"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/secrets"
	"github.com/sfngen/sfngen/internal/term/count"
)

func credentialsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "credentials",
		Short: "Say which credentials of a spec are here, and which in AWS",
		Long: `What an API wants to see of the one that calls is named in a spec, and kept in
Secrets Manager or Parameter Store. These commands say which values there are,
and show none.`,
		Example: `  sfngen credentials check acme-orders.yaml`,
		Args:    none,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() }, // what runs checks its arguments
	}
	c.AddCommand(credentialsCheckCommand())
	return c
}

func credentialsCheckCommand() *cobra.Command {
	var f credentialsFlags
	c := &cobra.Command{
		Use:   "check SPEC",
		Short: "Say which credentials of a spec are here, and which in AWS",
		Long: `Say which credentials a spec names, where each goes, and where its value for
sfngen run and dev comes from. The first that has one counts: --credential,
SFNGEN_CREDENTIAL_NAME in the environment, .sfngen.env beside the spec. No value
is shown, nor a part of one.

With --aws, also say whether Secrets Manager and Parameter Store have them. It
asks for no value: it needs secretsmanager:DescribeSecret, and
ssm:DescribeParameters. What AWS denies to say is unknown. The values here do
not count then.

Exit status 0: each is there; 1: one is missing, or cannot be used, or the spec
has errors; 2: AWS could not be asked, or something else could not be done.`,
		Example: `  sfngen credentials check acme-orders.yaml
  sfngen credentials check acme-orders.yaml --credential prod/acme=env:TOKEN
  sfngen credentials check acme-orders.yaml --env prod --aws --json`,
		Args: exactlyOne("SPEC"),
		RunE: explained(func(c *cobra.Command, args []string) error { return f.run(c, args[0]) }),

		ValidArgsFunction: inTurn(specFiles),
	}
	f.given.add(c)
	c.Flags().BoolVar(&f.ask, "aws", false, "also ask AWS, for no value")
	f.aws.add(c)
	f.aws.env.addOne(c)
	f.format.add(c, "what is printed", formatText, formatJSON)
	return c
}

type credentialsFlags struct {
	given  credentialFlags
	aws    awsFlags
	ask    bool
	format format
}

func (f *credentialsFlags) run(c *cobra.Command, name string) error {
	if err := f.aws.checkAsked(f.ask); err != nil {
		return err
	}
	s, err := stackOfSpec(c, name, f.aws.env)
	if err != nil {
		return err
	}
	sources, err := f.given.sources(name)
	if err != nil {
		return err
	}
	noteSecrets(c.Context(), c.ErrOrStderr(), s, sources)
	values := secrets.New(local.Needs(s.Plan), sources)
	report := reportOf(s.Name, values)
	if f.ask {
		if err := f.askAWS(c.Context(), &report, values.Given()); err != nil {
			return err
		}
	}
	if err := f.print(c, report); err != nil {
		return err
	}
	if !f.ask {
		return f.verdict(c.ErrOrStderr(), values)
	}
	if slices.ContainsFunc(report.Credentials, credentialReport.isMissingInAWS) {
		return errFindings
	}
	return nil
}

// askAWS asks once about each secret or parameter.
func (f *credentialsFlags) askAWS(ctx context.Context, r *credentialsReport, given []secrets.Given) error {
	if len(given) == 0 {
		return nil
	}
	aws, err := f.aws.open(ctx)
	if err != nil {
		return err
	}
	r.Region, r.Account = aws.Region, aws.Account
	asked := map[string]awssecrets.Presence{}
	for i, g := range given {
		id := string(g.Need.Kind) + " " + g.Need.ID
		presence, known := asked[id]
		if !known {
			if presence, err = presenceOf(ctx, aws, g.Need); err != nil {
				return fmt.Errorf("asking AWS about %s: %w", g.Need, err)
			}
			asked[id] = presence
		}
		r.Credentials[i].AWS = presenceReportOf(presence)
	}
	return nil
}

func presenceOf(ctx context.Context, aws *cloud.Cloud, n secrets.Need) (awssecrets.Presence, error) {
	if n.Kind == secrets.Parameter {
		return awssecrets.Parameter(ctx, aws, n.ID)
	}
	return awssecrets.Secret(ctx, aws, n.ID)
}

// verdict says how to give what is not here.
func (f *credentialsFlags) verdict(stderr io.Writer, values *secrets.Values) error {
	for _, line := range values.UnusedLines() {
		fmt.Fprintf(stderr, "note: %s is not used by this spec\n", line)
	}
	missing, wrong := values.Problems()
	for _, err := range wrong {
		fmt.Fprintln(stderr, err)
	}
	if len(missing) > 0 {
		fmt.Fprintf(stderr, "%s %s missing here:\n", count.Of(len(missing), "credential"), count.Verb(len(missing), "is", "are"))
	}
	for _, ways := range missing {
		fmt.Fprintln(stderr, ways)
	}
	if len(missing)+len(wrong) > 0 {
		return errFindings
	}
	return nil
}
