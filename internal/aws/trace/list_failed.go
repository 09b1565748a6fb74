package trace

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/runtime/contract"
)

// failures are the statuses of an end without success, failureEvents the events of it.
var (
	failures      = []types.ExecutionStatus{types.ExecutionStatusFailed, types.ExecutionStatusTimedOut, types.ExecutionStatusAborted}
	failureEvents = []types.HistoryEventType{
		types.HistoryEventTypeExecutionFailed, types.HistoryEventTypeExecutionTimedOut, types.HistoryEventTypeExecutionAborted,
	}
)

// listFailed is list for each of the statuses: ListExecutions takes one at a time.
func (s *Source) listFailed(ctx context.Context, limit int, from time.Time) ([]types.ExecutionListItem, error) {
	var all []types.ExecutionListItem
	for _, status := range failures {
		items, err := s.list(ctx, status, limit, from)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
	}
	slices.SortStableFunc(all, func(a, b types.ExecutionListItem) int {
		return aws.ToTime(b.StartDate).Compare(aws.ToTime(a.StartDate))
	})
	return all[:min(len(all), limit)], nil
}

// failedOfMachine reads the executions whose failure was logged last. The log has
// that at every level but off.
func (s *Source) failedOfMachine(ctx context.Context, limit int, p span) ([]*execution.Execution, error) {
	ends, err := s.failedEnds(ctx, limit, p)
	if err != nil {
		return nil, err
	}
	found := make([]*execution.Execution, len(ends))
	err = each(ctx, len(ends), func(ctx context.Context, i int) error {
		parsed, _ := execution.ParseARN(ends[i].arn)
		x := s.newExecution(identity{name: parsed.Name, arn: ends[i].arn})
		found[i] = x
		p := p
		p.narrow(ends[i].at.Add(-contract.ExpressLimit), ends[i].at)
		return s.readEvents(ctx, x, search{group: s.Summary.LogGroup, from: p.from, to: p.to})
	})
	return found, err
}

// end is the end of an execution.
type end struct {
	arn string
	at  time.Time
}

// failedEnds are those of the executions that have failed last, the newest first.
func (s *Source) failedEnds(ctx context.Context, limit int, p span) ([]end, error) {
	ended := map[string]time.Time{} // a log may have an event twice
	q := search{group: s.Summary.LogGroup, pattern: oneOf("type", failureEvents...), from: p.from, to: p.to}
	err := s.run(ctx, q, func(message string, at time.Time) bool {
		arn, e, err := readLogEvent(message, at)
		if _, ok := execution.ParseARN(arn); err == nil && ok && slices.Contains(failureEvents, types.HistoryEventType(e.Type)) {
			ended[arn] = e.Timestamp
		}
		return len(ended) >= limit
	})
	var ends []end
	for arn, at := range ended {
		ends = append(ends, end{arn, at})
	}
	slices.SortFunc(ends, func(a, b end) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(a.arn, b.arn)) })
	return ends[:min(limit, len(ends))], err
}
