package deploy

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/cloud"
)

// eventsSince are the events after the one with this id, the oldest first; all
// that CloudFormation keeps (90 days) when there is none of that id. enough, if
// given, ends the search at the first event, from the newest, that it is true for.
func (s *Session) eventsSince(ctx context.Context, stackID, mark string, enough func(types.StackEvent) bool) ([]types.StackEvent, error) {
	client, in := s.Cloud.CloudFormation(), &cloudformation.DescribeStackEventsInput{StackName: &stackID}
	pages := cloud.PagesOf(func(token *string) (*cloudformation.DescribeStackEventsOutput, error) {
		in.NextToken = token
		return client.DescribeStackEvents(ctx, in)
	}, func(page *cloudformation.DescribeStackEventsOutput) *string { return page.NextToken })
	var events []types.StackEvent
	for page, err := range pages {
		if err != nil {
			return nil, fmt.Errorf("reading what has happened to the stack: %w", err)
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

// mark is the id of the newest event, so that what comes after it can be known:
// clocks need not agree.
func (s *Session) mark(ctx context.Context, stackID string) (string, error) {
	newest, err := s.eventsSince(ctx, stackID, "", func(types.StackEvent) bool { return true })
	if err != nil || len(newest) == 0 {
		return "", err
	}
	return aws.ToString(newest[0].EventId), nil
}

// situation reads the last operation from the stack's events. It is there to say
// more, so that what cannot be read is left out.
func (s *Session) situation(ctx context.Context, found types.Stack) situation {
	began := func(e types.StackEvent) bool {
		return isStack(e) && aws.ToString(e.ResourceStatusReason) == "User Initiated"
	}
	events, err := s.eventsSince(ctx, aws.ToString(found.StackId), "", began)
	if err != nil || len(events) == 0 {
		return situation{}
	}
	now := situation{fails: failures(events)}
	if first := events[0]; began(first) {
		now.since = s.since(first)
	}
	return now
}

// since says when an operation began, and by what: the tokens tell.
func (s *Session) since(e types.StackEvent) string {
	at := aws.ToTime(e.Timestamp).UTC()
	text := fmt.Sprintf(", since %s UTC (%s ago)", at.Format("15:04:05"), age(s.Now().Sub(at)))
	switch token := aws.ToString(e.ClientRequestToken); {
	case strings.HasPrefix(token, tokenPrefix):
		text += ", started by sfngen"
	case strings.HasPrefix(token, "Console-"):
		text += ", started in the console"
	}
	return text
}

// age is a duration as a person says it: 40s, 5m, 2h10m.
func age(d time.Duration) string {
	if d < time.Minute {
		return max(0, d).Round(time.Second).String()
	}
	return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
}

// isStack tells the stack's own events from those of its resources.
func isStack(e types.StackEvent) bool {
	return aws.ToString(e.PhysicalResourceId) == aws.ToString(e.StackId)
}

// failures are the resources that failed, the first one first, without those that
// were only given up because of it.
func failures(events []types.StackEvent) []failed {
	var list []failed
	for _, e := range events {
		f := failed{
			id: told(e.LogicalResourceId), kind: aws.ToString(e.ResourceType),
			status: string(e.ResourceStatus), raw: aws.ToString(e.ResourceStatusReason),
		}
		again := slices.ContainsFunc(list, func(other failed) bool { return other.id == f.id })
		if strings.HasSuffix(f.status, "_FAILED") && !isStack(e) && !again && !cancelled.MatchString(f.raw) {
			f.reason = readable(f.raw)
			list = append(list, f)
		}
	}
	return list
}

// reasonOf is what the stack's own events say, when no resource's do.
func reasonOf(events []types.StackEvent) string {
	for _, e := range events {
		reason := aws.ToString(e.ResourceStatusReason)
		if isStack(e) && reason != "" && reason != "User Initiated" && e.DetailedStatus != types.DetailedStatusConfigurationComplete {
			return reason
		}
	}
	return ""
}
