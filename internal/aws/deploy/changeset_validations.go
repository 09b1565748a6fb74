package deploy

import (
	"cmp"
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/changes"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// validations are what CloudFormation, or a Hook of the account's, found before anything
// was deployed; a failed change set only says that there is something (CloudFormation
// User Guide, "Validate stack deployments"). Where they cannot be read, a note says so.
func (d *Deployment) validations(ctx context.Context, set *changeSet) []string {
	var lines []string
	client, in := d.Cloud.CloudFormation(), &cloudformation.DescribeEventsInput{
		ChangeSetName: &set.id, StackName: &set.stackID, Filters: &types.EventFilter{FailedEvents: aws.Bool(true)},
	}
	pages := cloud.Pages(func(token *string) (*cloudformation.DescribeEventsOutput, error) {
		in.NextToken = token
		return client.DescribeEvents(ctx, in)
	}, func(page *cloudformation.DescribeEventsOutput) *string { return page.NextToken })
	for page, err := range pages {
		if err != nil {
			if ctx.Err() == nil {
				d.say("note: CloudFormation's details of that cannot be read: %v", cloud.Explain(err))
			}
			return lines
		}
		for _, e := range page.OperationEvents {
			if line := validation(e); line != "" {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// validation is what one event says is wrong; "" when it says nothing.
func validation(e types.OperationEvent) string {
	reason := cmp.Or(aws.ToString(e.ValidationStatusReason), aws.ToString(e.HookStatusReason), aws.ToString(e.ResourceStatusReason))
	if reason == "" {
		return ""
	}
	id := shown(e.LogicalResourceId)
	text := fmt.Sprintf("%s (%s): %s", id, changes.InWords(id, aws.ToString(e.ResourceType)), printable.Line(reason))
	if hook := shown(e.HookType); hook != "" {
		text += " (the Hook " + hook + ")"
	}
	return text
}
