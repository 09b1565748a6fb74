package trace

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/runtime/contract"
)

func (s *Source) newList(want Selection) *execution.List {
	list := &execution.List{Stack: s.Summary.Name, Express: s.Summary.Express, Failed: want.Failed, Now: s.Now()}
	if want.Since > 0 {
		list.Since = list.Now.Add(-want.Since)
	}
	return list
}

// latestExpress reads the newest executions out of the logs: the state machine's
// when it has the events that are wanted, else the Lambdas'.
func (s *Source) latestExpress(ctx context.Context, want Selection) (*execution.List, error) {
	list := s.newList(want)
	found, err := s.find(ctx, list, want)
	if err != nil {
		return nil, err
	}
	list.Executions = newest(found, want.Limit)
	if err := s.complete(ctx, list); err != nil {
		return nil, err
	}
	list.Executions = newest(list.Executions, want.Limit) // more is known of when they began
	if want.Failed {
		list.Executions = slices.DeleteFunc(list.Executions, func(x *execution.Execution) bool { return !x.HasFailed() })
	}
	for _, x := range list.Executions { // what one of them says, all do
		list.Notes = append(list.Notes, x.Notes...)
		x.Notes = nil
	}
	slices.Sort(list.Notes)
	list.Notes = slices.Compact(list.Notes)
	return list, nil
}

func (s *Source) find(ctx context.Context, list *execution.List, want Selection) ([]*execution.Execution, error) {
	p := span{list.Since, list.Now}
	if read := s.machineReader(want); read != nil {
		found, err := read(ctx, want.Limit, p)
		var absent *noGroupError
		if !errors.As(err, &absent) {
			return found, err
		}
	}
	found, notes, err := s.latestOfLambdas(ctx, want, p)
	list.Notes = append(list.Notes, notes...)
	return found, err
}

// machineReader finds executions in the state machine's log; it is nil where that
// has not all of them. Every level but off has the failures.
func (s *Source) machineReader(want Selection) func(ctx context.Context, limit int, p span) ([]*execution.Execution, error) {
	switch level := s.Summary.LogLevel; {
	case s.Summary.LogGroup == "" || level == levelOff:
		return nil
	case want.Failed:
		return s.failedOfMachine
	case level == levelAll:
		return s.latestOfMachine
	}
	return nil
}

func newest(found []*execution.Execution, limit int) []*execution.Execution {
	slices.SortStableFunc(found, func(a, b *execution.Execution) int {
		return cmp.Or(began(b).Compare(began(a)), cmp.Compare(a.Name, b.Name))
	})
	return found[:min(limit, len(found))]
}

// began returns when it began, or, if no log says that, when it was last seen.
func began(x *execution.Execution) time.Time {
	if x.Timeline.Began.IsZero() {
		return x.LastSeen()
	}
	return x.Timeline.Began
}

// latestOfMachine reads events, the newest first, until there are enough that tell
// of a start: what began later was read whole by then.
func (s *Source) latestOfMachine(ctx context.Context, limit int, p span) ([]*execution.Execution, error) {
	events, started := map[string][]event.Event{}, map[string]bool{}
	err := s.run(ctx, search{group: s.Summary.LogGroup, from: p.from, to: p.to}, func(message string, at time.Time) bool {
		arn, e, err := readLogEvent(message, at)
		if _, ok := execution.ParseARN(arn); err != nil || !ok {
			return false
		}
		events[arn] = append(events[arn], e)
		if e.ID == 1 {
			started[arn] = true
		}
		return len(started) >= limit
	})
	if err != nil {
		return nil, err
	}
	var found []*execution.Execution
	for arn := range started {
		parsed, _ := execution.ParseARN(arn)
		x := s.newExecution(identity{name: parsed.Name, arn: arn})
		for _, e := range inOrder(events[arn]) {
			x.Add(e)
		}
		found = append(found, x)
	}
	return found, nil
}

// complete adds to the executions that are shown what the Lambdas have logged: the
// orchestrator's lines of those that it has started, then the egresses' lines of those
// that still have gaps.
func (s *Source) complete(ctx context.Context, list *execution.List) error {
	var unanswered, partial []*execution.Execution
	p := spanOf(list)
	for _, x := range list.Executions {
		turnPool(x, len(s.Summary.Egresses))
		if x.Answer == nil {
			unanswered = append(unanswered, x)
		}
	}
	if err := s.readLambdas(ctx, unanswered, []string{s.Summary.Orchestrator}, p); err != nil {
		return err
	}
	for _, x := range list.Executions {
		if s.isPartial(x) || x.Request == "" {
			partial = append(partial, x)
		}
	}
	if err := s.readLambdas(ctx, partial, s.Summary.Egresses, p); err != nil {
		return err
	}
	for _, x := range list.Executions {
		s.noteLevel(x)
	}
	return nil
}

// spanOf is the time that the executions of a list can have lines of.
func spanOf(list *execution.List) span {
	p := span{from: list.Now}
	for _, x := range list.Executions {
		p.from = earlier(p.from, began(x).Add(-around-contract.ExpressLimit))
		p.to = latest(p.to, x.LastSeen().Add(around+contract.ExpressLimit))
	}
	p.to = earlier(p.to, list.Now)
	return p
}
