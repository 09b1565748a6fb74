package cloudformation_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
)

const small = `
Parameters: {Key: {Type: String}}
Resources:
  Code: {Type: 'AWS::Lambda::Function', Properties: {FunctionName: code, Code: !Ref Key}}
  Door: {Type: 'AWS::Lambda::Url', Properties: {TargetFunctionArn: !GetAtt Code.Arn}}
  Gate: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: !Ref Code}}
Outputs:
  Address: {Value: !GetAtt Door.FunctionUrl}
`

func client(t *testing.T, fake *cloudformation.Fake) *sdk.Client {
	t.Helper()
	fakeaws.Serve(t, map[string]http.Handler{"cloudformation": fake})
	c, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return sdk.NewFromConfig(c)
}

// changes makes a change set and says what it would do, in short.
func changes(t *testing.T, c *sdk.Client, kind types.ChangeSetType, name, template, key string) []string {
	t.Helper()
	made, err := c.CreateChangeSet(t.Context(), &sdk.CreateChangeSetInput{
		StackName: aws.String("s"), ChangeSetName: &name, ChangeSetType: kind, TemplateBody: &template,
		Parameters: []types.Parameter{{ParameterKey: aws.String("Key"), ParameterValue: &key}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for range 2 { // at the first look it is still being made
		seen, err := c.DescribeChangeSet(t.Context(), &sdk.DescribeChangeSetInput{ChangeSetName: made.Id})
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range seen.Changes {
			r := change.ResourceChange
			line := fmt.Sprintf("%s %s %s", r.Action, aws.ToString(r.LogicalResourceId), r.Replacement)
			for _, d := range r.Details {
				line += fmt.Sprintf("; %s %s %s %s", aws.ToString(d.Target.Name), d.Evaluation, d.Target.RequiresRecreation,
					aws.ToString(d.CausingEntity))
			}
			list = append(list, strings.TrimSpace(line))
		}
	}
	return list
}

// Change sets are CloudFormation's: a parameter is reported twice, an attribute of
// what is modified may change, a name only if it is replaced.
func TestChangeSets(t *testing.T) {
	fake := &cloudformation.Fake{Pace: 100}
	c := client(t, fake)
	want := []string{"Add Code", "Add Door", "Add Gate"}
	if diff := cmp.Diff(want, changes(t, c, types.ChangeSetTypeCreate, "a", small, "1.zip")); diff != "" {
		t.Errorf("creation (-want +got)\n%s", diff)
	}
	if _, err := c.ExecuteChangeSet(t.Context(), &sdk.ExecuteChangeSetInput{ChangeSetName: aws.String("a"),
		StackName: aws.String("s")}); err != nil {
		t.Fatal(err)
	}
	fake.Advance("s")
	if s := fake.Stack("s"); s.Status != "CREATE_COMPLETE" || len(s.Outputs) != 1 {
		t.Fatalf("%+v", s)
	}
	for _, test := range []struct {
		name, template, key string
		want                []string
	}{
		{"nothing", small, "1.zip", nil},
		{"parameter", small, "2.zip", []string{
			"Modify Code False; Code Static Never Key; Code Dynamic Never",
			"Modify Door Conditional; TargetFunctionArn Dynamic Always Code.Arn",
		}},
		{"name", strings.Replace(small, "FunctionName: code", "FunctionName: other", 1), "1.zip", []string{
			"Modify Code True; FunctionName Static Always",
			"Modify Door Conditional; TargetFunctionArn Dynamic Always Code.Arn",
			"Modify Gate Conditional; FunctionName Dynamic Always Code",
		}},
		{"removal", strings.Replace(small, "Gate:", "Fence:", 1), "1.zip", []string{"Add Fence", "Remove Gate"}},
	} {
		if diff := cmp.Diff(test.want, changes(t, c, types.ChangeSetTypeUpdate, test.name, test.template, test.key)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", test.name, diff)
		}
	}
}

// Errors have CloudFormation's codes and words, which the SDK knows.
func TestErrors(t *testing.T) {
	c := client(t, &cloudformation.Fake{})
	_, err := c.DescribeStacks(t.Context(), &sdk.DescribeStacksInput{StackName: aws.String("none")})
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "ValidationError" || api.ErrorMessage() != "Stack with id none does not exist" {
		t.Errorf("%v", err)
	}
	_, err = c.DescribeChangeSet(t.Context(), &sdk.DescribeChangeSetInput{ChangeSetName: aws.String("none")})
	if !errors.As(err, new(*types.ChangeSetNotFoundException)) {
		t.Errorf("%v", err)
	}
	_, err = c.ListStacks(t.Context(), &sdk.ListStacksInput{})
	if !errors.As(err, &api) || api.ErrorCode() != "InvalidAction" {
		t.Errorf("%v", err)
	}
}

// Lists come in pages, and a deleted stack is found by its ID only.
func TestPagesAndDeletedStacks(t *testing.T) {
	fake := &cloudformation.Fake{PageSize: 2, Pace: 100}
	c := client(t, fake)
	s := fake.Put(cloudformation.Stack{Name: "s", Status: "CREATE_COMPLETE", Template: small})
	pages, count := sdk.NewListStackResourcesPaginator(c, &sdk.ListStackResourcesInput{StackName: &s.Name}), 0
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		count += len(page.StackResourceSummaries)
	}
	if count != 3 {
		t.Errorf("%d resources, want 3", count)
	}
	if _, err := c.DeleteStack(t.Context(), &sdk.DeleteStackInput{StackName: &s.Name}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.DescribeStacks(t.Context(), &sdk.DescribeStacksInput{StackName: &s.Name}); err == nil {
		t.Error("it is found by its name")
	}
	found, err := c.DescribeStacks(t.Context(), &sdk.DescribeStacksInput{StackName: &s.ID})
	if err != nil || found.Stacks[0].StackStatus != types.StackStatusDeleteComplete {
		t.Errorf("%+v, %v", found, err)
	}
}
