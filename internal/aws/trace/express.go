package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/runtime/contract"
)

// The levels of a state machine's log.
const (
	levelAll = string(types.LogLevelAll)
	levelOff = string(types.LogLevelOff)
)

// around is what clocks and the delivery of logs may differ by.
const around = time.Minute

// express reads an execution out of the logs.
func (s *Source) express(ctx context.Context, id identity, since time.Duration) (*execution.Execution, error) {
	now := s.Now()
	span := span{now.Add(-since), now}
	id, err := s.wholeExpress(ctx, id, span)
	if err != nil {
		return nil, err
	}
	x := s.newExecution(id)
	if err := s.readMachineLog(ctx, x, &span); err != nil {
		return nil, err
	}
	if err := s.readAnswer(ctx, x, &span); err != nil {
		return nil, err
	}
	turnPool(x, len(s.Summary.Egresses))
	if s.isPartial(x) {
		if err := s.readLambdas(ctx, []*execution.Execution{x}, s.lambdasOf(x), span); err != nil {
			return nil, err
		}
	}
	turnPool(x, len(s.Summary.Egresses))
	if x.Timeline.Began.IsZero() && x.Answer == nil && len(x.Timeline.Attempts) == 0 {
		return nil, s.noExpress(id, now.Add(-since), x.Notes)
	}
	s.noteGaps(x)
	return x, nil
}

// span is a time to search in.
type span struct{ from, to time.Time }

// narrow leaves what an execution may have that has ended, or was seen, at this
// time.
func (p *span) narrow(began, ended time.Time) {
	p.from, p.to = latest(p.from, began.Add(-around)), earlier(p.to, ended.Add(around))
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func (s *Source) noExpress(id identity, from time.Time, notes []string) error {
	text := fmt.Sprintf("no execution %s of %s in the logs since %s: an older one needs a longer --since, as far as the logs are "+
		"kept; one of this minute may need a few seconds until its log exists%s", id.name, s.Summary.StateMachine, execution.UTC(from),
		wholeNameHint(id.name))
	return &NotFoundError{strings.Join(append([]string{text}, notes...), "; ")}
}

// readMachineLog adds the events that the state machine has logged. The newest
// event that names the execution says when it was; all others are near.
func (s *Source) readMachineLog(ctx context.Context, x *execution.Execution, p *span) error {
	if s.Summary.LogLevel == levelOff || s.Summary.LogGroup == "" {
		return nil
	}
	q := search{group: s.Summary.LogGroup, pattern: s.machinePattern(x), from: p.from, to: p.to, first: true}
	var seen time.Time
	err := s.run(ctx, q, func(message string, at time.Time) bool {
		arn, e, err := readLogEvent(message, at)
		if err == nil && isCalled(x, arn) && e.Timestamp.After(seen) {
			x.ARN, seen = arn, e.Timestamp
		}
		return !seen.IsZero()
	})
	if err != nil || seen.IsZero() {
		return withoutGroup(x, err)
	}
	p.narrow(seen.Add(-contract.ExpressLimit), seen.Add(contract.ExpressLimit))
	q.from, q.to, q.first = p.from, p.to, false
	return s.readEvents(ctx, x, q)
}

func (s *Source) readEvents(ctx context.Context, x *execution.Execution, q search) error {
	q.pattern = fmt.Sprintf("{ $.execution_arn = %q }", x.ARN)
	var events []event.Event
	err := s.run(ctx, q, func(message string, at time.Time) bool {
		if arn, e, err := readLogEvent(message, at); err == nil && arn == x.ARN {
			events = append(events, e)
		}
		return false
	})
	for _, e := range inOrder(events) {
		x.Add(e)
	}
	return err
}

// machinePattern finds an execution by its name, too: the rest of its ARN is not
// known.
func (s *Source) machinePattern(x *execution.Execution) string {
	if x.ARN != "" {
		return fmt.Sprintf("{ $.execution_arn = %q }", x.ARN)
	}
	scope, machine := s.machine()
	return fmt.Sprintf("{ $.execution_arn = %q }", strings.Join([]string{scope, execution.ExpressResource, machine, x.Name, "*"}, ":"))
}

func isCalled(x *execution.Execution, arn string) bool {
	parsed, ok := execution.ParseARN(arn)
	return ok && parsed.Name == x.Name && (x.ARN == "" || x.ARN == arn || parsed.Express)
}

// withoutGroup notes a log group that is not there; other errors stay.
func withoutGroup(x *execution.Execution, err error) error {
	var absent *noGroupError
	if !errors.As(err, &absent) {
		return err
	}
	x.Note("%v", absent)
	return nil
}

// readAnswer adds the orchestrator's line. There is one when the function URL has
// started the execution.
func (s *Source) readAnswer(ctx context.Context, x *execution.Execution, p *span) error {
	q := search{
		group: contract.LogGroup(s.Summary.Orchestrator), pattern: ofExecutions([]string{x.Name})[0],
		from: p.from, to: p.to, first: true,
	}
	var lines []line
	err := s.run(ctx, q, func(message string, at time.Time) bool {
		if l, ok := readLine(message, at); ok && l.Execution == x.Name {
			lines = append(lines, l)
		}
		return len(lines) > 0
	})
	if len(lines) > 0 {
		p.narrow(lines[0].began(), lines[0].Time)
	}
	addLines(x, lines)
	return withoutGroup(x, err)
}

// turnPool fills in which egress an attempt used, from an attempt whose egress is
// known: each attempt uses the next egress of the pool.
func turnPool(x *execution.Execution, n int) {
	attempts := x.Timeline.Attempts
	known := slices.IndexFunc(attempts, func(a timeline.Attempt) bool { return a.Egress > 0 })
	if known < 0 || n == 0 {
		return
	}
	for i := range attempts {
		if a := &attempts[i]; a.Egress == 0 {
			turn := (attempts[known].Egress - 1 + a.Number - attempts[known].Number) % n
			a.Egress = (turn+n)%n + 1
		}
	}
}
