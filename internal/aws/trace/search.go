package trace

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/history/execution"
)

// search is one of a log group, the newest events first.
type search struct {
	group    string
	pattern  string // CloudWatch Logs, "Filter pattern syntax"; "" for all
	from, to time.Time
	// first ends it with what is found first, whether that is the newest or not.
	first bool
}

// noGroupError is a log group that is not there.
type noGroupError struct{ group string }

func (e *noGroupError) Error() string {
	return "the log group " + e.group + " does not exist: it was deleted, or the deployed stack has none of this name"
}

// unsearchableError is a log group of the class Infrequent Access: for that AWS has no
// FilterLogEvents (CloudWatch Logs, "Log classes").
type unsearchableError struct{ group string }

func (e *unsearchableError) Error() string {
	return "the log group " + e.group + " cannot be searched (operations.logClass: infrequentAccess): CloudWatch Logs Insights " +
		"alone reads it; " +
		"the execution's name finds its lines there"
}

// earliest is what a search with the newest first may begin at (CloudWatch Logs
// API, FilterLogEvents, startFromHead).
var earliest = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// run hands what it finds to take until that has enough. Pages may be empty and
// still have another after them. An endpoint that returns the oldest first is read
// to its end.
func (s *Source) run(ctx context.Context, q search, take func(message string, at time.Time) (enough bool)) error {
	if s.Summary.Operations.Unsearchable {
		return &unsearchableError{q.group}
	}
	in := &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: &q.group, StartFromHead: aws.Bool(false),
		StartTime: aws.Int64(latest(q.from, earliest).UnixMilli()), EndTime: aws.Int64(q.to.UnixMilli()),
	}
	if q.pattern != "" {
		in.FilterPattern = &q.pattern
	}
	var seen order
	n, enough := 0, false
	for page, err := range s.found(ctx, in) {
		if err != nil {
			return searchError(q.group, err)
		}
		for _, e := range page.Events {
			enough = take(aws.ToString(e.Message), time.UnixMilli(aws.ToInt64(e.Timestamp)).UTC()) || enough
		}
		seen.read(page.Events)
		n++
		s.report(q, n)
		if enough = enough && (q.first || seen.isFalling()); enough {
			break
		}
	}
	return nil
}

func (s *Source) found(ctx context.Context, in *cloudwatchlogs.FilterLogEventsInput) iter.Seq2[*cloudwatchlogs.FilterLogEventsOutput,
	error] {
	return cloud.Pages(func(token *string) (*cloudwatchlogs.FilterLogEventsOutput, error) {
		in.NextToken = token
		return s.Logs.FilterLogEvents(ctx, in, patiently)
	}, func(page *cloudwatchlogs.FilterLogEventsOutput) *string { return page.NextToken })
}

// patiently: an account may search a few times a second (CloudWatch Logs quotas,
// FilterLogEvents), and a pool of fifty egresses has as many log groups.
func patiently(o *cloudwatchlogs.Options) {
	const attempts = 8
	if o.RetryMaxAttempts != 1 { // who has said once means it
		o.RetryMaxAttempts = max(o.RetryMaxAttempts, attempts)
	}
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// order is that of the events of a search, by the first and the last so far.
type order struct{ first, last *int64 }

func (o *order) read(events []types.FilteredLogEvent) {
	if len(events) == 0 {
		return
	}
	if o.first == nil {
		o.first = events[0].Timestamp
	}
	o.last = events[len(events)-1].Timestamp
}

// isFalling reports whether the newest certainly came first.
func (o *order) isFalling() bool { return aws.ToInt64(o.first) > aws.ToInt64(o.last) }

func searchError(group string, err error) error {
	var absent *types.ResourceNotFoundException
	if errors.As(err, &absent) {
		return &noGroupError{group}
	}
	return fmt.Errorf("searching the log group %s: %w", group, cloud.Explain(err))
}

// report is for a search that takes long: each page takes a fraction of a second.
func (s *Source) report(q search, pages int) {
	if s.Progress != nil && pages%25 == 0 {
		s.reporting.Lock()
		defer s.reporting.Unlock()
		s.Progress(fmt.Sprintf("still searching %s: %d pages since %s; a shorter --since searches less", q.group, pages, execution.UTC(q.from)))
	}
}

// patternLimit is the longest filter pattern (CloudWatch Logs API, FilterPattern).
const patternLimit = 1024

// ofExecutions are patterns for the lines of these executions, as few as hold them.
func ofExecutions(names []string) []string {
	var patterns []string
	var terms []string
	size := 0
	for _, name := range names {
		term := `$.execution = "` + name + `"`
		if len(terms) > 0 && size+len(term) > patternLimit-len("{  }") {
			patterns, terms, size = append(patterns, anyOf(terms)), nil, 0
		}
		terms = append(terms, term)
		size += len(term) + len(" || ")
	}
	return append(patterns, anyOf(terms))
}

// oneOf is the pattern of messages whose field has one of these values.
func oneOf[T ~string](field string, values ...T) string {
	var terms []string
	for _, value := range values {
		terms = append(terms, fmt.Sprintf("$.%s = %q", field, value))
	}
	return anyOf(terms)
}

func anyOf(terms []string) string { return "{ " + strings.Join(terms, " || ") + " }" }
