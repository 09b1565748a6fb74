package engine

import (
	"context"
	"errors"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/local/engine/expr"
)

// Run runs one execution from start to end on the caller's goroutine. It always
// returns a Result.
//
// All of env except Observe must be set if the machine needs it: every machine
// needs a Clock, Task states an Invoker, jitter and States.MathRandom a Random.
//
// When ctx is cancelled the execution ends as Aborted: with the *AbortedError if
// that is the cause, else with a text about the context's cause.
//
// A history has at most 25,000 events, as that of a Standard execution. A longer
// one ends with States.Runtime, so a definition that loops ends even if the clock
// stands still. (On AWS an Express execution has no such limit.)
func (m *Machine) Run(ctx context.Context, x Execution, env Environment) Result {
	e := &execution{machine: m, about: x, env: env, caller: ctx, ctx: ctx}
	e.result.Status = event.Running
	e.result.History = make([]event.Event, 0, usualEvents)
	e.scope = expr.Scope{Context: e.contextObject, Variable: e.variables.get, Random: env.Random}
	if e.result.StartDate = x.StartDate; x.StartDate.IsZero() {
		e.result.StartDate = env.Clock.Now()
	}
	if m.timeout > 0 {
		e.deadline = e.result.StartDate.Add(m.timeout)
		limited, cancel := env.Clock.WithDeadline(ctx, e.deadline)
		defer cancel()
		e.ctx = limited
	}
	e.run()
	return e.result
}

// execution is one run of a machine: all that changes while it runs.
type execution struct {
	machine  *Machine
	about    Execution
	env      Environment
	caller   context.Context // as it was handed in
	ctx      context.Context // with the machine's deadline
	deadline time.Time       // the machine's; zero: none

	scope     expr.Scope
	variables variables
	visit     *visit
	context   contextObject
	result    Result
	full      bool // the history
}

// visit is one visit of a state, from entering to leaving it.
type visit struct {
	state   *state
	input   jsonvalue.Value
	entered time.Time
	eventID int64   // of its entering
	retries int64   // made so far, by all retriers together
	used    []int64 // by each retrier
}

func (e *execution) run() {
	e.record("ExecutionStarted", 0, event.ExecutionStartedDetails{Input: e.about.Input, RoleARN: e.about.RoleARN})
	if tooLarge(e.about.Input) {
		e.end(inputTooLarge())
		return
	}
	input := e.about.Input
	for s := e.machine.start; s != nil; {
		went, f := e.step(s, input)
		if f != nil {
			e.end(f)
			return
		}
		s, input = went.next, went.output
	}
	e.succeed(input)
}

// step makes one visit, with the events that all states have in common.
func (e *execution) step(s *state, input jsonvalue.Value) (step, *failure) {
	if f := e.interrupted(); f != nil {
		return step{}, f
	}
	v := &visit{state: s, input: input}
	e.visit = v
	e.context.left()
	e.result.Transitions++
	v.entered, v.eventID = e.enter(s, input)
	if e.full {
		return step{}, historyFull()
	}
	went, f := s.action.act(e, v)
	if f != nil {
		return step{}, f
	}
	if f := e.variables.put(went.assigned); f != nil {
		return step{}, f
	}
	e.follow(s.exited, event.StateExitedDetails{Name: s.name, Output: went.output, Assigned: went.assigned})
	if e.full {
		return step{}, historyFull()
	}
	return went, nil
}

// enter records that a state is entered. The first event follows no other.
func (e *execution) enter(s *state, input jsonvalue.Value) (time.Time, int64) {
	previous := e.lastID()
	if previous == 1 {
		previous = 0
	}
	e.record(s.entered, previous, event.StateEnteredDetails{Name: s.name, Input: input})
	last := len(e.result.History) - 1
	return e.result.History[last].Timestamp, e.lastID()
}

// interrupted returns why the execution must stop, if it must.
func (e *execution) interrupted() *failure {
	if e.full {
		return historyFull()
	}
	if e.ctx.Err() == nil {
		return nil
	}
	if e.timedOut() {
		return &failure{kind: timedOut}
	}
	return abortedBy(context.Cause(e.ctx))
}

// timedOut distinguishes the machine's deadline from a cancellation by the caller:
// the first one counts.
func (e *execution) timedOut() bool {
	if e.deadline.IsZero() || !errors.Is(e.ctx.Err(), context.DeadlineExceeded) {
		return false
	}
	return e.caller.Err() == nil || !e.env.Clock.Now().Before(e.deadline)
}

func (e *execution) succeed(output jsonvalue.Value) {
	e.result.Status, e.result.Output = event.Succeeded, output
	e.follow("ExecutionSucceeded", event.ExecutionSucceededDetails{Output: output})
	e.stop()
}

// end records how the execution failed. The event of a timeout names the error, the
// execution itself does not (measured: floci-io/floci, issues 2965 and 2733).
func (e *execution) end(f *failure) {
	switch f.kind {
	case timedOut:
		e.result.Status = event.TimedOut
		e.record("ExecutionTimedOut", 0, event.ExecutionTimedOutDetails{Error: errTimeout})
	case aborted:
		e.result.Status, e.result.Error, e.result.Cause = event.Aborted, f.name, f.cause
		e.record("ExecutionAborted", 0, event.ExecutionAbortedDetails{Error: f.name, Cause: f.cause})
	default:
		f = f.fitting()
		e.result.Status, e.result.Error, e.result.Cause = event.Failed, f.name, f.cause
		e.follow("ExecutionFailed", event.ExecutionFailedDetails{Error: f.name, Cause: f.cause})
	}
	e.stop()
}

func (e *execution) stop() {
	e.result.StopDate = e.result.History[len(e.result.History)-1].Timestamp
}
