package trace

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/sfngen/sfngen/internal/engine"
)

// List are executions, the newest first.
type List struct {
	Stack      string
	Express    bool
	Since      time.Time // how far back was looked; zero: without a limit
	Executions []*Execution
	Notes      []string
	Now        time.Time
}

func (s *Source) newList() *List {
	return &List{Stack: s.Summary.Name, Express: s.Summary.Express, Now: s.Now()}
}

// latestExpress reads the newest executions out of the logs: the state machine's
// when it has every event, else the Lambdas'.
func (s *Source) latestExpress(ctx context.Context, limit int, since time.Duration) (*List, error) {
	list := s.newList()
	list.Since = list.Now.Add(-since)
	found, err := s.find(ctx, list, limit, span{list.Since, list.Now})
	if err != nil {
		return nil, err
	}
	list.Executions = newest(found, limit)
	if err := s.complete(ctx, list); err != nil {
		return nil, err
	}
	list.Executions = newest(list.Executions, limit) // more is known of when they began
	for _, x := range list.Executions {              // what one of them says, all do
		list.Notes = append(list.Notes, x.Notes...)
		x.Notes = nil
	}
	slices.Sort(list.Notes)
	list.Notes = slices.Compact(list.Notes)
	return list, nil
}

func (s *Source) find(ctx context.Context, list *List, limit int, p span) ([]*Execution, error) {
	if s.Summary.LogLevel == levelAll && s.Summary.LogGroup != "" {
		found, err := s.latestOfMachine(ctx, limit, p)
		var absent *noGroupError
		if !errors.As(err, &absent) {
			return found, err
		}
	}
	found, notes, err := s.latestOfLambdas(ctx, limit, p)
	list.Notes = append(list.Notes, notes...)
	return found, err
}

func newest(found []*Execution, limit int) []*Execution {
	slices.SortStableFunc(found, func(a, b *Execution) int {
		return cmp.Or(b.began().Compare(a.began()), cmp.Compare(a.Name, b.Name))
	})
	return found[:min(limit, len(found))]
}

// began is when it did, or, where no log tells that, when it was seen.
func (x *Execution) began() time.Time {
	if x.Timeline.Began.IsZero() {
		return x.lastSeen()
	}
	return x.Timeline.Began
}

// latestOfMachine reads events, the newest first, until there are enough that tell
// of a start: what began later was read whole by then.
func (s *Source) latestOfMachine(ctx context.Context, limit int, p span) ([]*Execution, error) {
	events, started := map[string][]engine.Event{}, map[string]bool{}
	err := s.run(ctx, search{group: s.Summary.LogGroup, from: p.from, to: p.to}, func(message string, at time.Time) bool {
		arn, e, err := readLogEvent(message, at)
		if _, ok := parseExecution(arn); err != nil || !ok {
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
	var found []*Execution
	for arn := range started {
		parsed, _ := parseExecution(arn)
		x := s.newExecution(identity{name: parsed.name, arn: arn})
		for _, e := range inOrder(events[arn]) {
			x.add(e)
		}
		found = append(found, x)
	}
	return found, nil
}

// complete adds to the executions that are shown what the Lambdas have logged.
func (s *Source) complete(ctx context.Context, list *List) error {
	var partial []*Execution
	p := span{list.Now, list.Now}
	for _, x := range list.Executions {
		x.turnPool(len(s.Summary.Egresses))
		p.from = earlier(p.from, x.began().Add(-around-expressLimit))
		if s.isPartial(x) {
			partial = append(partial, x)
		}
	}
	if len(partial) > 0 {
		if err := s.readAttempts(ctx, partial, s.Summary.Egresses, p); err != nil {
			return err
		}
	}
	for _, x := range list.Executions {
		s.noteLevel(x)
	}
	return nil
}
