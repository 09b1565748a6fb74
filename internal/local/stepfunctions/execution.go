package stepfunctions

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/local/engine"
)

// execution is a running or a remembered execution.
type execution struct {
	Execution
	number  int64 // by start, from 1
	machine *machine
	input   jsonvalue.Value
	cancel  context.CancelCauseFunc
	ended   chan struct{}

	result engine.Result // once ended is closed; History is in history

	mu      sync.Mutex
	history []event.Event // of a Standard one; only appended to
	size    int64         // of history, as JSON
}

// run runs the execution on its own goroutine.
func (s *Service) run(ctx context.Context, x *execution) {
	defer x.cancel(nil)
	result := s.perform(ctx, x)
	s.reportEnd(x, result)
	result.History = nil
	x.result = result
	s.retire(x)
	close(x.ended)
}

// perform turns a panic into a failed execution; otherwise its caller and Close
// would wait forever.
func (s *Service) perform(ctx context.Context, x *execution) (result engine.Result) {
	defer func() {
		if what := recover(); what != nil {
			result = s.crashed(x, what)
		}
	}()
	environment := s.options.Environment
	if own := x.machine.Invoker; own != nil {
		environment.Invoker = own
	}
	environment.Observe = func(event event.Event) { s.observe(x, event) }
	return x.machine.Definition.Run(ctx, engine.Execution{
		ARN:              x.ARN,
		Name:             x.Name,
		RoleARN:          x.machine.RoleARN,
		StateMachineARN:  x.machine.ARN,
		StateMachineName: x.machine.Name,
		Input:            x.input,
		StartDate:        x.StartDate,
	}, environment)
}

func (s *Service) crashed(x *execution, what any) engine.Result {
	cause := fmt.Sprintf("This is a bug of sfngen: %v. Please report it with what follows.\n%s", what, debug.Stack())
	result := engine.Result{
		Status: event.Failed, Error: "States.Runtime", Cause: cause[:min(len(cause), causeLimit)],
		StartDate: x.StartDate, StopDate: s.now(),
	}
	last := int64(len(x.events()))
	x.record(event.Event{Timestamp: result.StopDate, Type: "ExecutionFailed", ID: last + 1, PreviousEventID: last,
		Details: event.ExecutionFailedDetails{Error: result.Error, Cause: result.Cause}})
	return result
}

func (s *Service) observe(x *execution, event event.Event) {
	x.record(event)
	if s.options.Observe != nil {
		s.options.Observe(x.Execution, event)
	}
}

// record keeps an event of a Standard execution; AWS has no history for others.
func (x *execution) record(event event.Event) {
	if x.machine.Type != Standard {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.history = append(x.history, event)
	x.size += weight(event)
}

// reportEnd recovers a listener's panic: the execution itself succeeded.
func (s *Service) reportEnd(x *execution, r engine.Result) {
	defer func() { _ = recover() }()
	if s.options.Ended != nil {
		s.options.Ended(x.Execution, r)
	}
}

// retire remembers a Standard execution, and forgets the oldest one.
func (s *Service) retire(x *execution) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.live, x)
	if x.machine.Type != Standard {
		return
	}
	s.ended = append(s.ended, x.ARN)
	s.kept += x.size
	for len(s.ended) > s.options.Keep || s.kept > s.options.KeepBytes && len(s.ended) > 1 {
		s.forget(s.ended[0])
		s.ended = s.ended[1:]
	}
}

// forget drops an ended execution. The caller holds mu.
func (s *Service) forget(arn string) {
	s.kept -= s.executions[arn].size
	delete(s.executions, arn)
}

// outcome is how the execution has ended; Running if it has not.
func (x *execution) outcome() engine.Result {
	select {
	case <-x.ended:
		return x.result
	default:
		return engine.Result{Status: event.Running}
	}
}

// events are those so far. The slice stays valid: later events are appended after
// it.
func (x *execution) events() []event.Event {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clip(x.history)
}
