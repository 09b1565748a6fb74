package trace

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/execution"
)

// standard reads an execution out of Step Functions' own history.
func (s *Source) standard(ctx context.Context, id identity) (*execution.Execution, error) {
	described, err := s.describe(ctx, id)
	if errors.As(err, new(*types.ExecutionDoesNotExist)) {
		if id, err = s.wholeStandard(ctx, id); err == nil {
			described, err = s.describe(ctx, id)
		}
	}
	if err != nil {
		return nil, err
	}
	x := s.newExecution(id)
	if err := s.readHistory(ctx, x); err != nil {
		return nil, err
	}
	settle(x, described.Status, described.StopDate)
	if described.Status == types.ExecutionStatusPendingRedrive {
		x.Note("a redrive of it is about to begin")
	}
	return x, nil
}

func (s *Source) describe(ctx context.Context, id identity) (*sfn.DescribeExecutionOutput, error) {
	described, err := s.States.DescribeExecution(ctx,
		&sfn.DescribeExecutionInput{ExecutionArn: &id.arn, IncludedData: types.IncludedDataMetadataOnly})
	if err != nil {
		return nil, fmt.Errorf("asking Step Functions about the execution %s: %w", id.name, cloud.Explain(err))
	}
	return described, nil
}

func (s *Source) noStandard(id identity) error {
	_, machine := s.machine()
	return &NotFoundError{fmt.Sprintf("no execution %s of the state machine %s: Step Functions keeps one for 90 days after its "+
		"end, and forgets all of a state machine that was replaced; sfngen trace without EXECUTION lists the latest%s", id.name, machine,
		wholeNameHint(id.name))}
}

// readHistory adds the events up to now.
func (s *Source) readHistory(ctx context.Context, x *execution.Execution) error {
	in := &sfn.GetExecutionHistoryInput{ExecutionArn: &x.ARN, IncludeExecutionData: aws.Bool(true), MaxResults: 1000}
	pages := cloud.Pages(func(token *string) (*sfn.GetExecutionHistoryOutput, error) {
		in.NextToken = token
		return s.States.GetExecutionHistory(ctx, in)
	}, func(page *sfn.GetExecutionHistoryOutput) *string { return page.NextToken })
	for page, err := range pages {
		if err != nil {
			return fmt.Errorf("reading the history of the execution %s: %w", x.Name, cloud.Explain(err))
		}
		for _, h := range page.Events {
			x.Add(fromAPI(h))
		}
	}
	return nil
}

// settle takes the status from DescribeExecution when the history does not have the
// end yet, or has no event for it.
func settle(x *execution.Execution, status types.ExecutionStatus, stopped *time.Time) {
	switch known := event.Status(status); known {
	case event.Succeeded, event.Failed, event.TimedOut, event.Aborted:
		if !x.HasEnded() {
			x.Timeline.Status, x.Timeline.Ended = known, aws.ToTime(stopped).UTC()
		}
	}
}

// latestStandard lists the executions and reads the history of each that is shown.
func (s *Source) latestStandard(ctx context.Context, want Selection) (*execution.List, error) {
	list := s.newList(want)
	items, err := s.listed(ctx, want, list.Since)
	if err != nil {
		return nil, err
	}
	list.Executions = make([]*execution.Execution, len(items))
	err = each(ctx, len(items), func(ctx context.Context, i int) error {
		item := items[i]
		x := s.newExecution(identity{name: aws.ToString(item.Name), arn: aws.ToString(item.ExecutionArn)})
		list.Executions[i] = x
		x.Timeline.Began = aws.ToTime(item.StartDate).UTC()
		if err := s.readHistory(ctx, x); err != nil {
			return err
		}
		settle(x, item.Status, item.StopDate)
		return nil
	})
	return list, err
}

// listed are the executions of a selection, the newest first.
func (s *Source) listed(ctx context.Context, want Selection, from time.Time) ([]types.ExecutionListItem, error) {
	if want.Failed {
		return s.listFailed(ctx, want.Limit, from)
	}
	return s.list(ctx, "", want.Limit, from)
}

// list reads pages until there are enough of this status, "" for any. The most
// recent come first.
func (s *Source) list(ctx context.Context, status types.ExecutionStatus, limit int, from time.Time) ([]types.ExecutionListItem, error) {
	scope, machine := s.machine()
	arn := scope + ":stateMachine:" + machine
	in := &sfn.ListExecutionsInput{StateMachineArn: &arn, StatusFilter: status, MaxResults: int32(limit)}
	pages := cloud.Pages(func(token *string) (*sfn.ListExecutionsOutput, error) {
		in.NextToken = token
		return s.States.ListExecutions(ctx, in)
	}, func(page *sfn.ListExecutionsOutput) *string { return page.NextToken })
	var items []types.ExecutionListItem
	for page, err := range pages {
		if err != nil {
			return nil, fmt.Errorf("listing the executions of the state machine %s: %w", machine, cloud.Explain(err))
		}
		for _, item := range page.Executions {
			if aws.ToTime(item.StartDate).Before(from) {
				return items, nil
			}
			items = append(items, item)
		}
		if len(items) >= limit {
			break
		}
	}
	return items[:min(len(items), limit)], nil
}
