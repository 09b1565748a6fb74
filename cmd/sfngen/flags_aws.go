package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/internal/term/shell"
)

// awsFlags are those of the commands that call AWS.
type awsFlags struct {
	region, profile, stackName string
	env                        envFlag
}

func (f *awsFlags) add(c *cobra.Command) {
	c.Flags().Func("region", "the AWS `region`; else AWS_REGION, that of sfngen.yaml, or the profile's", given(&f.region))
	c.Flags().Func("profile", "the `profile` of ~/.aws; else AWS_PROFILE, that of sfngen.yaml, or the default credentials", given(&f.profile))
}

// addStack adds those of commands about a deployed stack.
func (f *awsFlags) addStack(c *cobra.Command) {
	f.env.addOne(c)
	f.addNamed(c)
}

// addStacks adds those of commands about deployed stacks: one, several or all.
func (f *awsFlags) addStacks(c *cobra.Command) {
	f.env.addSome(c)
	f.addNamed(c)
}

func (f *awsFlags) addNamed(c *cobra.Command) {
	f.add(c)
	c.Flags().Func("stack-name", "the `name` of the CloudFormation stack; else the spec's name", stackNameTo(&f.stackName))
}

// checkAsked refuses flags that say where, if AWS is only asked with --aws, and it is not.
func (f *awsFlags) checkAsked(ask bool) error {
	if !ask && (f.region != "" || f.profile != "") {
		return errors.New("--region and --profile say which AWS to call: add --aws, or leave them out")
	}
	return nil
}

// options are the flags, else the environment, which the SDK reads itself, else the
// project file.
func (f *awsFlags) options(ctx context.Context) (cloud.Options, error) {
	p, err := projectOf(ctx)
	if err != nil {
		return cloud.Options{}, err
	}
	o := cloud.Options{Profile: f.profile, Region: f.region}
	if o.Profile == "" && !anySet(credentialVariables) {
		o.Profile = p.Profile
	}
	if o.Region == "" && !anySet(regionVariables) {
		o.Region = p.Region
	}
	return o, nil
}

// Where the SDK finds credentials and region before it looks into a profile (AWS SDKs
// and Tools Reference Guide, "Environment variables").
var (
	credentialVariables = []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY", "AWS_WEB_IDENTITY_TOKEN_FILE",
		"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"}
	regionVariables = []string{"AWS_REGION", "AWS_DEFAULT_REGION"}
)

func anySet(variables []string) bool {
	return slices.ContainsFunc(variables, func(name string) bool { return os.Getenv(name) != "" })
}

func (f *awsFlags) open(ctx context.Context) (*cloud.Cloud, error) {
	o, err := f.options(ctx)
	if err != nil {
		return nil, err
	}
	return cloud.Open(ctx, o)
}

// find finds the deployed stack that arg means: that of a folder or, if there is no
// such folder, the one of that name.
func (f *awsFlags) find(ctx context.Context, arg string) (*cloud.Cloud, *live.Stack, error) {
	if _, _, err := f.named(ctx, arg); err != nil {
		return nil, nil, err
	}
	c, err := f.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	s, err := f.findIn(ctx, c, arg)
	return c, s, err
}

// findIn is find in an AWS that is open.
func (f *awsFlags) findIn(ctx context.Context, c *cloud.Cloud, arg string) (*live.Stack, error) {
	name, spec, err := f.named(ctx, arg)
	if err != nil {
		return nil, err
	}
	s, err := live.Find(ctx, c, name)
	if err == nil && spec != "" && s.Summary.Name != spec {
		err = fmt.Errorf("the CloudFormation stack %s was deployed from another spec, %s; %s is the folder of %s", name, s.Summary.Name, arg,
			spec)
	}
	return s, err
}

// named gives what arg means: the name of the CloudFormation stack, and that of the
// spec if arg is a stack's folder; "" if it is only a name.
func (f *awsFlags) named(ctx context.Context, arg string) (stackName, specName string, err error) {
	p, err := projectOf(ctx)
	if err != nil {
		return "", "", err
	}
	built, err := folder.OpenIn(p.Stacks(), arg)
	switch {
	case err == nil && f.stackName != "":
		return f.stackName, built.Name, nil
	case err == nil:
		return built.Name, built.Name, nil
	case !errors.Is(err, folder.ErrNoFolder) || !isStackName(arg):
		return "", "", err
	case f.stackName == "" && folder.Ambiguous(p.Stacks(), arg) != nil:
		return "", "", fmt.Errorf("%w; for a deployed stack of that very name add --stack-name %s", folder.Ambiguous(p.Stacks(), arg), arg)
	case f.stackName != "" && f.stackName != arg:
		return "", "", fmt.Errorf("%w, and --stack-name names another stack than %s: name a folder, or leave one of them out", err, arg)
	}
	return arg, "", nil
}

// stackNames are CloudFormation's (API Reference, CreateStack); what has a slash
// or a dot was meant as a path.
var stackNames = lazyregexp.New(`^[a-zA-Z][-a-zA-Z0-9]{0,127}$`)

func isStackName(arg string) bool { return stackNames.MatchString(arg) }

// stackNameTo takes the value of --stack-name.
func stackNameTo(to *string) func(string) error {
	return func(text string) error {
		if !isStackName(text) {
			return errors.New("must have letters, digits and hyphens, a letter first, and 128 of them at most")
		}
		*to = text
		return nil
	}
}

var errInterrupted = errors.New("interrupted")

// explained wraps commands that call AWS: it adds to their errors what to do.
func explained(run func(c *cobra.Command, args []string) error) func(c *cobra.Command, args []string) error {
	return func(c *cobra.Command, args []string) error {
		err := run(c, args)
		if errors.Is(err, errFindings) {
			return err
		}
		if err != nil && err.Error() == context.Canceled.Error() {
			return errInterrupted // as of a pause: no call has failed
		}
		if err != nil && c.Context().Err() != nil {
			return fmt.Errorf("interrupted: %w", cloud.Explain(err))
		}
		return cloud.Explain(err)
	}
}

// command is a command of sfngen about the same stack, to copy and paste.
func (f *awsFlags) command(name, arg string, args ...string) string {
	words := append([]string{"sfngen", name, arg}, args...)
	for i, word := range words {
		words[i] = shell.Quote(word)
	}
	text := strings.Join(words, " ")
	if f.stackName != "" {
		text += " --stack-name " + f.stackName
	}
	return text + f.place()
}

// place are the flags that say where, as they were given, to copy and paste.
func (f *awsFlags) place() string {
	text := ""
	if f.region != "" {
		text += " --region " + shell.Quote(f.region)
	}
	if f.profile != "" {
		text += " --profile " + shell.Quote(f.profile)
	}
	return text
}
