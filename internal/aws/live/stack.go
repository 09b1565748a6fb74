// Package live is a stack as AWS has it.
package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/gen/cfn"
)

// Stack is a CloudFormation stack that was created from a template of sfngen's.
type Stack struct {
	Name    string // of the CloudFormation stack
	ID      string // its ARN
	Status  types.StackStatus
	Outputs map[string]string // as of the template: FunctionUrl, StateMachineArn, …
	Summary cfn.Summary       // of the template that AWS has, which may differ from a folder's
	// Template is the text of that template, as it was sent.
	Template string
	Found    types.Stack // what DescribeStacks returns
}

// ErrNone means that there is no stack of this name. A stack in REVIEW_IN_PROGRESS
// exists: it has change sets and nothing else.
var ErrNone = errors.New("no such CloudFormation stack")

// ErrNoAnswer is a success of CloudFormation's that says nothing.
var ErrNoAnswer = errors.New("CloudFormation's answer is empty; is it AWS that answers? look at the proxy (HTTPS_PROXY) and at " +
	"AWS_ENDPOINT_URL")

// ForeignError is about a stack that sfngen has not created, and does not touch.
type ForeignError struct {
	cloud.Message
	Err error // cfn.ErrForeign, or why the template cannot be read
}

func (e *ForeignError) Error() string { return e.String() }
func (e *ForeignError) Unwrap() error { return e.Err }

// Describe is what CloudFormation says of a stack; ErrNone when there is none.
func Describe(ctx context.Context, client *cloudformation.Client, name string) (types.Stack, error) {
	out, err := client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	switch {
	case isMissing(err):
		return types.Stack{}, ErrNone
	case err != nil:
		return types.Stack{}, fmt.Errorf("looking for the stack %s: %w", name, cloud.Explain(err))
	case len(out.Stacks) != 1 || out.Stacks[0].StackStatus == "":
		return types.Stack{}, fmt.Errorf("looking for the stack %s: %w", name, ErrNoAnswer)
	}
	return out.Stacks[0], nil
}

// isMissing reports whether an error of CloudFormation's says that there is no such
// stack, for which it has no code (CloudFormation API Reference, DescribeStacks).
func isMissing(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorCode() == "ValidationError" && strings.Contains(api.ErrorMessage(), "does not exist")
}

// Find reads a stack that is deployed: one of sfngen's, which has resources.
// Besides ErrNone and ForeignError it fails with what AWS says.
func Find(ctx context.Context, c *cloud.Cloud, name string) (*Stack, error) {
	client := c.CloudFormation()
	found, err := Describe(ctx, client, name)
	if err == nil && found.StackStatus == types.StackStatusReviewInProgress {
		return nil, fmt.Errorf("%w %s in %s of account %s, only a change set that waits to be executed: execute it, or deploy again with "+
			"sfngen deploy",
			ErrNone, name, c.Region, c.Account)
	}
	if errors.Is(err, ErrNone) {
		return nil, fmt.Errorf("%w %s in %s of account %s: sfngen deploy creates it; --stack-name, --region and --profile look elsewhere",
			ErrNone, name, c.Region, c.Account)
	}
	if err != nil {
		return nil, err
	}
	return Read(ctx, c, found)
}

// Read reads the template of a stack that Describe has found.
func Read(ctx context.Context, c *cloud.Cloud, found types.Stack) (*Stack, error) {
	name := aws.ToString(found.StackName)
	out, err := c.CloudFormation().GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: found.StackId,
		TemplateStage: types.TemplateStageOriginal})
	if err != nil {
		return nil, fmt.Errorf("reading the template of the stack %s: %w", name, cloud.Explain(err))
	}
	if aws.ToString(out.TemplateBody) == "" {
		return nil, fmt.Errorf("reading the template of the stack %s: %w", name, ErrNoAnswer)
	}
	summary, err := cfn.Read([]byte(*out.TemplateBody))
	if err != nil {
		return nil, &ForeignError{Err: err, Message: cloud.Message{
			What: fmt.Sprintf("the CloudFormation stack %s in %s of account %s was not created from a template of sfngen's, and sfngen does not "+
				"touch it",
				name, c.Region, c.Account),
			Do: "choose another name with --stack-name, or another region or account",
		}}
	}
	return &Stack{
		Name: name, ID: aws.ToString(found.StackId), Status: found.StackStatus, Outputs: Outputs(found),
		Summary: summary, Template: aws.ToString(out.TemplateBody), Found: found,
	}, nil
}

// Resources are those of a stack, without those that are deleted.
func Resources(ctx context.Context, c *cloud.Cloud, stackID *string) ([]types.StackResourceSummary, error) {
	client, in := c.CloudFormation(), &cloudformation.ListStackResourcesInput{StackName: stackID}
	pages := cloud.Pages(func(token *string) (*cloudformation.ListStackResourcesOutput, error) {
		in.NextToken = token
		return client.ListStackResources(ctx, in)
	}, func(page *cloudformation.ListStackResourcesOutput) *string { return page.NextToken })
	var all []types.StackResourceSummary
	for page, err := range pages {
		if err != nil {
			return nil, fmt.Errorf("reading what the stack consists of: %w", cloud.Explain(err))
		}
		all = append(all, page.StackResourceSummaries...)
	}
	return slices.DeleteFunc(all, func(r types.StackResourceSummary) bool {
		return r.ResourceStatus == types.ResourceStatusDeleteComplete
	}), nil
}

// Outputs are a stack's, by their names.
func Outputs(s types.Stack) map[string]string {
	outputs := map[string]string{}
	for _, output := range s.Outputs {
		outputs[aws.ToString(output.OutputKey)] = aws.ToString(output.OutputValue)
	}
	return outputs
}

// Parameter is the value of a stack's parameter, of the name that package cfn has for
// it; "" for none.
func Parameter(s types.Stack, name string) string {
	for _, p := range s.Parameters {
		if aws.ToString(p.ParameterKey) == name {
			return aws.ToString(p.ParameterValue)
		}
	}
	return ""
}

// IsGone reports whether an error of CloudFormation's says that there is no such stack
// or change set.
func IsGone(err error) bool {
	var api smithy.APIError
	if !errors.As(err, &api) { // the SDK has a type for it only where the operation declares it
		return false
	}
	absent := new(types.ChangeSetNotFoundException).ErrorCode()
	return isMissing(err) || api.ErrorCode() == absent || api.ErrorCode() == absent+"Exception"
}
