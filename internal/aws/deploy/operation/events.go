package operation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// Since are a stack's events after the one whose id is mark, the oldest first; all that
// CloudFormation keeps (90 days) when there is none of that id. enough, if given, ends
// the search at the first event, from the newest, that it is true for.
func Since(ctx context.Context, client *cloudformation.Client, stackID, mark string, enough func(types.StackEvent) bool) ([]types.StackEvent, error) {
	in := &cloudformation.DescribeStackEventsInput{StackName: &stackID}
	pages := cloud.Pages(func(token *string) (*cloudformation.DescribeStackEventsOutput, error) {
		in.NextToken = token
		return client.DescribeStackEvents(ctx, in)
	}, func(page *cloudformation.DescribeStackEventsOutput) *string { return page.NextToken })
	var events []types.StackEvent
	for page, err := range pages {
		if err != nil {
			return nil, fmt.Errorf("reading what has happened to the stack: %w", cloud.Explain(err))
		}
		for _, e := range page.StackEvents {
			if mark != "" && aws.ToString(e.EventId) == mark {
				slices.Reverse(events)
				return events, nil
			}
			events = append(events, e)
			if enough != nil && enough(e) {
				slices.Reverse(events)
				return events, nil
			}
		}
	}
	slices.Reverse(events)
	return events, nil
}

// newest is the id of the newest event, so that what comes after it can be known:
// clocks need not agree.
func newest(ctx context.Context, client *cloudformation.Client, stackID string) (string, error) {
	last, err := Since(ctx, client, stackID, "", func(types.StackEvent) bool { return true })
	if err != nil || len(last) == 0 {
		return "", err
	}
	return aws.ToString(last[0].EventId), nil
}

// IsStack tells the stack's own events from those of its resources.
func IsStack(e types.StackEvent) bool {
	return aws.ToString(e.PhysicalResourceId) == aws.ToString(e.StackId)
}

// Failures are the resources that failed, the first one first, without those that
// were only given up because of it.
func Failures(events []types.StackEvent) []Failed {
	var list []Failed
	for _, e := range events {
		f := Failed{
			ID: told(e.LogicalResourceId), Kind: aws.ToString(e.ResourceType),
			Raw: aws.ToString(e.ResourceStatusReason),
		}
		again := slices.ContainsFunc(list, func(other Failed) bool { return other.ID == f.ID })
		if strings.HasSuffix(string(e.ResourceStatus), "_FAILED") && !IsStack(e) && !again && !cancelled.MatchString(f.Raw) {
			f.Reason = Readable(f.Raw)
			list = append(list, f)
		}
	}
	return list
}

// GoingBack are the events since CloudFormation takes back what an operation did; all
// of them when that does not show.
func GoingBack(events []types.StackEvent) []types.StackEvent {
	for i, e := range slices.Backward(events) {
		if IsStack(e) && strings.HasSuffix(string(e.ResourceStatus), "ROLLBACK_IN_PROGRESS") {
			return events[i:]
		}
	}
	return events
}

// ReasonOf is what the stack's own events say, when no resource's do.
func ReasonOf(events []types.StackEvent) string {
	for _, e := range events {
		reason := aws.ToString(e.ResourceStatusReason)
		if IsStack(e) && reason != "" && reason != "User Initiated" && e.DetailedStatus != types.DetailedStatusConfigurationComplete {
			return reason
		}
	}
	return ""
}

// told is what AWS says, as a part of a line of ours.
func told(text *string) string { return printable.Line(aws.ToString(text)) }
