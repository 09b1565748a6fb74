package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/cloud"
	"github.com/sfngen/sfngen/internal/deployed"
	"github.com/sfngen/sfngen/internal/stack"
)

// awsFlags are those of the commands that ask AWS.
type awsFlags struct {
	region, profile, stackName string
}

func (f *awsFlags) add(c *cobra.Command) {
	c.Flags().Func("region", "the AWS `region`; else that of AWS_REGION, or of the profile", given(&f.region))
	c.Flags().Func("profile", "the `profile` of ~/.aws; else AWS_PROFILE, or the usual credentials", given(&f.profile))
}

// addStack is for commands about a deployed stack.
func (f *awsFlags) addStack(c *cobra.Command) {
	f.add(c)
	c.Flags().Func("stack-name", "the `name` of the CloudFormation stack; else the spec's", given(&f.stackName))
}

func (f *awsFlags) options() cloud.Options {
	return cloud.Options{Profile: f.profile, Region: f.region}
}

func (f *awsFlags) open(ctx context.Context) (*cloud.Cloud, error) {
	return cloud.Open(ctx, f.options())
}

// find looks for the deployed stack that arg means: a folder's, or, where there
// is no such folder, the one of that name.
func (f *awsFlags) find(ctx context.Context, arg string) (*cloud.Cloud, *deployed.Stack, error) {
	name, err := f.nameOf(arg)
	if err != nil {
		return nil, nil, err
	}
	c, err := f.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	s, err := deployed.Find(ctx, c, name)
	return c, s, err
}

func (f *awsFlags) nameOf(arg string) (string, error) {
	folder, err := stack.Open(arg)
	switch {
	case f.stackName != "":
		return f.stackName, nil
	case err == nil:
		return folder.Name, nil
	case errors.Is(err, stack.ErrNoFolder) && isStackName(arg):
		return arg, nil
	}
	return "", err
}

// isStackName: letters, digits and hyphens (CloudFormation API Reference,
// CreateStack); what has a slash or a dot was meant as a path.
func isStackName(arg string) bool {
	for _, r := range arg {
		if !(r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return false
		}
	}
	return arg != "" && len(arg) <= 128
}

// explained is for commands that ask AWS: it says of their errors what to do.
func explained(run func(c *cobra.Command, args []string) error) func(c *cobra.Command, args []string) error {
	return func(c *cobra.Command, args []string) error {
		err := run(c, args)
		if errors.Is(err, errFindings) {
			return err
		}
		if err != nil && c.Context().Err() != nil {
			return fmt.Errorf("interrupted: %w", cloud.Explain(err))
		}
		return cloud.Explain(err)
	}
}

// command is one of sfngen's about the same stack, to be pasted.
func (f *awsFlags) command(name, arg string, args ...string) string {
	words := append([]string{"sfngen", name, arg}, args...)
	for _, flag := range []struct{ name, value string }{
		{"--stack-name", f.stackName}, {"--region", f.region}, {"--profile", f.profile},
	} {
		if flag.value != "" {
			words = append(words, flag.name, flag.value)
		}
	}
	return strings.Join(words, " ")
}

// place are the flags that say where, as they were given.
func (f *awsFlags) place() string {
	text := ""
	if f.region != "" {
		text += " --region " + f.region
	}
	if f.profile != "" {
		text += " --profile " + f.profile
	}
	return text
}
