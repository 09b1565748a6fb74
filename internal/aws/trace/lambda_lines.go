package trace

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/runtime/contract"
)

// readLambdas adds to executions the lines that these functions have about them.
func (s *Source) readLambdas(ctx context.Context, list []*execution.Execution, functions []string, p span) error {
	if len(list) == 0 {
		return nil
	}
	byName := map[string]*execution.Execution{}
	var names []string
	for _, x := range list {
		byName[x.Name] = x
		names = append(names, x.Name)
	}
	lines, absent, err := s.lambdaLines(ctx, names, functions, p)
	for name, x := range byName {
		addLines(x, lines[name])
		x.Notes = append(x.Notes, absent...)
	}
	return err
}

// lambdaLines are by the execution's name, in the order of their times.
func (s *Source) lambdaLines(ctx context.Context, names, functions []string, p span) (map[string][]line, []string, error) {
	var mu sync.Mutex
	lines := map[string][]line{}
	if s.Summary.Operations.Unsearchable && len(functions) > 0 {
		return lines, []string{"the Lambdas' own lines are not shown: " + (&unsearchableError{contract.LogGroup(functions[0])}).Error()}, nil
	}
	var absent []string
	patterns := ofExecutions(names)
	err := each(ctx, len(functions)*len(patterns), func(ctx context.Context, i int) error {
		q := search{group: contract.LogGroup(functions[i/len(patterns)]), pattern: patterns[i%len(patterns)], from: p.from, to: p.to}
		err := s.run(ctx, q, func(message string, at time.Time) bool {
			l, ok := readLine(message, at)
			if !ok {
				return false
			}
			mu.Lock()
			defer mu.Unlock()
			lines[l.Execution] = append(lines[l.Execution], l)
			return false
		})
		var none *noGroupError
		if errors.As(err, &none) {
			mu.Lock()
			defer mu.Unlock()
			absent = append(absent, none.Error())
			return nil
		}
		return err
	})
	for _, list := range lines {
		slices.SortStableFunc(list, func(a, b line) int { return a.Time.Compare(b.Time) })
	}
	slices.Sort(absent)
	return lines, slices.Compact(absent), err
}

// isPartial reports whether the egresses' own lines are needed.
func (s *Source) isPartial(x *execution.Execution) bool {
	return s.Summary.LogLevel != levelAll || len(x.Timeline.Attempts) == 0 || slices.ContainsFunc(x.Timeline.Attempts, isIncomplete)
}

func isIncomplete(a timeline.Attempt) bool {
	switch a.Outcome {
	case timeline.Open:
		return true
	case timeline.Success:
		return a.StatusCode == 0 || a.Egress == 0
	case timeline.Crashed:
		return a.Egress == 0
	}
	return a.Egress == 0 || a.Reason == ""
}

// lambdasOf are the egresses that may have lines of what is not known: all, unless
// the log has every attempt.
func (s *Source) lambdasOf(x *execution.Execution) []string {
	if s.Summary.LogLevel != levelAll || len(x.Timeline.Attempts) == 0 {
		return s.Summary.Egresses
	}
	var list []string
	for _, a := range x.Timeline.Attempts {
		if !isIncomplete(a) {
			continue
		}
		if a.Egress < 1 || a.Egress > len(s.Summary.Egresses) {
			return s.Summary.Egresses
		}
		list = append(list, s.Summary.Egresses[a.Egress-1])
	}
	slices.Sort(list)
	return slices.Compact(list)
}
