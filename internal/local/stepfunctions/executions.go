package stepfunctions

import (
	"context"
	"math"
	"slices"
	"strconv"

	"github.com/sfngen/sfngen/internal/history/event"
)

type listExecutionsInput struct {
	StateMachineARN *string `json:"stateMachineArn"`
	StatusFilter    *string `json:"statusFilter"`
	RedriveFilter   *string `json:"redriveFilter"`
	MaxResults      int     `json:"maxResults"`
	NextToken       *string `json:"nextToken"`
}

func (in listExecutionsInput) check(c *constraints) {
	c.arn("stateMachineArn", in.StateMachineARN) // mapRunArn, its alternative, is not known here
	c.oneOf("statusFilter", in.StatusFilter, "SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING")
	c.oneOf("redriveFilter", in.RedriveFilter, "REDRIVEN", "NOT_REDRIVEN")
	c.results(in.MaxResults)
	c.length("nextToken", in.NextToken, 1, 3096)
}

// request identifies the request that a nextToken of this list belongs to.
func (in listExecutionsInput) request() string {
	return "ListExecutions " + *in.StateMachineARN + " " + textOf(in.StatusFilter) + " " + textOf(in.RedriveFilter)
}

type executionItem struct {
	ExecutionARN    string       `json:"executionArn"`
	StateMachineARN string       `json:"stateMachineArn"`
	Name            string       `json:"name"`
	Status          event.Status `json:"status"`
	StartDate       timestamp    `json:"startDate"`
	StopDate        *timestamp   `json:"stopDate,omitempty"`
	RedriveCount    int          `json:"redriveCount"`
}

type listExecutionsOutput struct {
	Executions []executionItem `json:"executions"`
	NextToken  string          `json:"nextToken,omitempty"`
}

// listExecutions lists the newest first. A page begins after an execution, not at
// an index, so new executions do not shift the pages.
func (s *Service) listExecutions(ctx context.Context, in listExecutionsInput) (any, error) {
	m, err := s.machine(ctx, *in.StateMachineARN)
	if err != nil {
		return nil, err
	}
	if m.Type != Standard {
		return nil, typeNotSupported()
	}
	before, err := numberAt(in.NextToken, in.request(), math.MaxInt64)
	if err != nil {
		return nil, err
	}
	return s.executionsBefore(before, in), nil
}

func (s *Service) executionsBefore(before int64, in listExecutionsInput) listExecutionsOutput {
	out := listExecutionsOutput{Executions: []executionItem{}}
	last := before
	for _, x := range s.newestBefore(before, *in.StateMachineARN) {
		item := x.item()
		if !in.wants(item) {
			continue
		}
		if len(out.Executions) == pageSize(in.MaxResults) {
			out.NextToken = tokenAt(strconv.FormatInt(last, 10), in.request())
			break
		}
		out.Executions, last = append(out.Executions, item), x.number
	}
	return out
}

func (in listExecutionsInput) wants(item executionItem) bool {
	return (in.StatusFilter == nil || event.Status(*in.StatusFilter) == item.Status) &&
		textOf(in.RedriveFilter) != "REDRIVEN" // there is no RedriveExecution here
}

func (x *execution) item() executionItem {
	result := x.outcome()
	return executionItem{
		ExecutionARN: x.ARN, StateMachineARN: x.StateMachine, Name: x.Name,
		Status: result.Status, StartDate: timestamp(x.StartDate), StopDate: dateOf(result.StopDate),
	}
}

func (s *Service) newestBefore(before int64, stateMachineARN string) []*execution {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []*execution
	for _, x := range s.executions {
		if x.StateMachine == stateMachineARN && x.number < before {
			found = append(found, x)
		}
	}
	slices.SortFunc(found, func(a, b *execution) int { return int(b.number - a.number) })
	return found
}
