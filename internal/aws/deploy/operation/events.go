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
// CloudFormation keeps (90 days) when none has that id. enough, if given, ends the search
// at the first event, from the newest, for which it is true.
func Since(
	ctx context.Context, client *cloudformation.Client, stackID, mark string, enough func(types.StackEvent) bool,
) ([]types.StackEvent, error) {
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

// newest is the id of the newest event, to recognise what comes after it: clocks may
// differ.
func newest(ctx context.Context, client *cloudformation.Client, stackID string) (string, error) {
	last, err := Since(ctx, client, stackID, "", func(types.StackEvent) bool { return true })
	if err != nil || len(last) == 0 {
		return "", err
	}
	return aws.ToString(last[0].EventId), nil
}

// Failures are the resources that failed, in order, without those that were only
// cancelled because of another one.
func Failures(events []types.StackEvent) []Failed {
	var list []Failed
	for _, e := range events {
		f := Failed{
			ID: shown(e.LogicalResourceId), Kind: aws.ToString(e.ResourceType),
			Raw: aws.ToString(e.ResourceStatusReason),
		}
		known := slices.ContainsFunc(list, func(other Failed) bool { return other.ID == f.ID })
		if hasFailed(e.ResourceStatus) && !isStack(e) && !known && !cancelled.MatchString(f.Raw) {
			f.Reason = Readable(f.Raw)
			list = append(list, f)
		}
	}
	return list
}

// Rollback are the events since CloudFormation began to roll an operation back; all of
// them when that does not show.
func Rollback(events []types.StackEvent) []types.StackEvent {
	for i, e := range slices.Backward(events) {
		if isStack(e) && strings.HasSuffix(string(e.ResourceStatus), rollback+inProgress) {
			return events[i:]
		}
	}
	return events
}

// ReasonOf is what the stack's own events say, when no resource's do.
func ReasonOf(events []types.StackEvent) string {
	for _, e := range events {
		reason := aws.ToString(e.ResourceStatusReason)
		if isStack(e) && reason != "" && reason != userInitiated && e.DetailedStatus != types.DetailedStatusConfigurationComplete {
			return reason
		}
	}
	return ""
}

// shown is a text of AWS's in one line of ours.
func shown(text *string) string { return printable.Line(aws.ToString(text)) }
