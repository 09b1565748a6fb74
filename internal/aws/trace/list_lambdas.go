package trace

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/runtime/contract"
)

// finds are executions that are put together from several logs.
type finds struct {
	source *Source
	want   Selection
	span   span

	mu     sync.Mutex
	byName map[string]*execution.Execution
	events map[string][]event.Event // by ARN
	absent []string                 // messages about log groups that do not exist
}

// latestOfLambdas finds the names in the lines of the Lambdas: those of the
// function URL in the orchestrator's, those of triggers only in the egresses', and
// those that no Lambda was called for in the failures that the machine logs.
func (s *Source) latestOfLambdas(ctx context.Context, want Selection, p span) (found []*execution.Execution, notes []string, err error) {
	ofOrchestrator, ofEgress := oneOf("msg", contract.RequestMessage), oneOf("msg", contract.AttemptMessage)
	if want.Failed {
		ofOrchestrator, ofEgress = oneOf("executionStatus", failures...), `{ $.final = "*" }` // why no attempt follows
	}
	f := &finds{source: s, want: want, span: p, byName: map[string]*execution.Execution{}, events: map[string][]event.Event{}}
	functions := append([]string{s.Summary.Orchestrator}, s.Summary.Egresses...)
	err = each(ctx, len(functions)+1, func(ctx context.Context, i int) error {
		switch i {
		case 0:
			return f.without(f.readFailures(ctx))
		case 1:
			return f.without(f.readLines(ctx, functions[0], ofOrchestrator))
		}
		return f.without(f.readLines(ctx, functions[i-1], ofEgress))
	})
	for arn, events := range f.events {
		parsed, _ := execution.ParseARN(arn)
		x := f.execution(parsed.Name)
		x.ARN = arn
		for _, e := range inOrder(events) {
			x.Add(e)
		}
	}
	return slices.Collect(maps.Values(f.byName)), f.absent, err
}

// without notes a log group that does not exist; other errors stay.
func (f *finds) without(err error) error {
	var absent *noGroupError
	if !errors.As(err, &absent) {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.absent = append(f.absent, absent.Error())
	return nil
}

func (f *finds) execution(name string) *execution.Execution {
	if f.byName[name] == nil {
		f.byName[name] = f.source.newExecution(identity{name: name})
	}
	return f.byName[name]
}

// readLines takes lines, the newest first, until there are enough executions: of
// the last one there may be more.
func (f *finds) readLines(ctx context.Context, function, pattern string) error {
	q := search{group: contract.LogGroup(function), pattern: pattern, from: f.span.from, to: f.span.to}
	names := map[string]bool{}
	return f.source.run(ctx, q, func(message string, at time.Time) bool {
		l, ok := readLine(message, at)
		if !ok {
			return false
		}
		names[l.Execution] = true
		f.mu.Lock()
		defer f.mu.Unlock()
		x := f.execution(l.Execution)
		if began := l.began(); x.Timeline.Began.IsZero() || began.Before(x.Timeline.Began) {
			x.Timeline.Began = began
		}
		if l.Message == contract.RequestMessage {
			addLines(x, []line{l})
		}
		return len(names) > f.want.Limit
	})
}

func (f *finds) readFailures(ctx context.Context) error {
	group := f.source.Summary.LogGroup
	if f.source.Summary.LogLevel == levelOff || group == "" {
		return nil
	}
	return f.source.run(ctx, search{group: group, from: f.span.from, to: f.span.to}, func(message string, at time.Time) bool {
		arn, e, err := readLogEvent(message, at)
		if _, ok := execution.ParseARN(arn); err != nil || !ok {
			return false
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.events[arn] = append(f.events[arn], e)
		return len(f.events) > f.want.Limit
	})
}
