package trace

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Names that no user has chosen are UUIDs, of 36 characters (Step Functions API
// Reference, StartExecution; the orchestrator's are request ids of Lambda).
var (
	// ofUUID is any part of one, beginning one that is looked for: at least what the
	// lines of sfngen dev have.
	ofUUID    = lazyregexp.New(`^[0-9a-f-]{1,35}$`)
	beginning = lazyregexp.New(`^[0-9a-f]{8}[0-9a-f-]{0,27}$`)
)

// leastOfName is how much of a name is enough: at least what beginning takes.
const leastOfName = 8

// wholeNameHint is advice for a user who has given too little of a name.
func wholeNameHint(name string) string {
	if !ofUUID.MatchString(name) {
		return ""
	}
	if len(name) < leastOfName {
		return fmt.Sprintf("; give %d characters or more, or the whole name", leastOfName)
	}
	return "; give the whole name: it has 36 characters, unless another was chosen"
}

// fewNames are enough to show that a beginning is that of several.
const fewNames = 3

// only is the one of these names that text means: itself, or the one that begins
// with it; text where there is none.
func only(text string, names []string) (string, error) {
	switch {
	case len(names) == 0, slices.Contains(names, text):
		return text, nil
	case len(names) == 1:
		return names[0], nil
	}
	return "", fmt.Errorf("%s is the beginning of several executions' names, among them %s: give more of it", text,
		strings.Join(names[:min(len(names), fewNames)], ", "))
}

// wholeExpress looks in the logs for the name that begins like this identity's.
func (s *Source) wholeExpress(ctx context.Context, id identity, p span) (identity, error) {
	if id.arn != "" || !beginning.MatchString(id.name) {
		return id, nil
	}
	names, err := s.loggedNames(ctx, id.name, p)
	if err != nil {
		return id, err
	}
	whole, err := only(id.name, names)
	return identity{name: whole}, err
}

// loggedNames returns those that begin with text: all, or a few more than one.
func (s *Source) loggedNames(ctx context.Context, text string, p span) ([]string, error) {
	var mu sync.Mutex
	found := map[string]bool{}
	searches := s.namesSearches(text)
	err := each(ctx, len(searches), func(ctx context.Context, i int) error {
		q := searches[i]
		q.from, q.to, q.first = p.from, p.to, true
		err := s.run(ctx, q, func(message string, at time.Time) bool {
			mu.Lock()
			defer mu.Unlock()
			if name := nameIn(message, at); strings.HasPrefix(name, text) {
				found[name] = true
			}
			return found[text] || len(found) > fewNames
		})
		if errors.As(err, new(*noGroupError)) {
			return nil // reading the execution notes it
		}
		return err
	})
	return slices.Sorted(maps.Keys(found)), err
}

// namesSearches are those of the logs that have every execution.
func (s *Source) namesSearches(text string) []search {
	var list []search
	if s.Summary.LogGroup != "" && s.Summary.LogLevel != levelOff {
		scope, machine := s.machine()
		list = append(list, search{group: s.Summary.LogGroup,
			pattern: oneOf("execution_arn", strings.Join([]string{scope, execution.ExpressResource, machine, text + "*"}, ":"))})
	}
	for _, function := range append([]string{s.Summary.Orchestrator}, s.Summary.Egresses...) {
		list = append(list, search{group: contract.LogGroup(function), pattern: oneOf("execution", text+"*")})
	}
	return list
}

// nameIn is the execution's that a message of any of the logs is about.
func nameIn(message string, at time.Time) string {
	if l, ok := readLine(message, at); ok {
		return l.Execution
	}
	arn, _, err := readLogEvent(message, at)
	if err != nil {
		return ""
	}
	parsed, _ := execution.ParseARN(arn)
	return parsed.Name
}

// recentNames is how many executions of a Standard workflow are looked through for
// a beginning: one page of ListExecutions.
const recentNames = 1000

// wholeStandard looks for it among the executions that began last.
func (s *Source) wholeStandard(ctx context.Context, id identity) (identity, error) {
	if !beginning.MatchString(id.name) {
		return id, s.noStandard(id)
	}
	items, err := s.list(ctx, "", recentNames, time.Time{})
	if err != nil {
		return id, err
	}
	var names []string
	for _, item := range items {
		if name := aws.ToString(item.Name); strings.HasPrefix(name, id.name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return id, s.noStandard(id)
	}
	whole, err := only(id.name, names)
	return s.named(whole), err
}
