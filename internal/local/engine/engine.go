// Package engine runs the state machines that sfngen generates, as AWS Step
// Functions would: the Amazon States Language in its JSONPath mode
// (https://states-language.net/spec.html), read from its JSON.
//
// Load refuses what the engine does not implement, and says where it is, so no
// machine silently runs in another way than on AWS.
package engine

import (
	"context"
	"time"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// Invoker calls Lambda functions synchronously.
type Invoker interface {
	// Invoke calls the function with this name or ARN. The payload is the evaluated
	// argument Payload. The Invoker builds the request's body from it, as
	// lambda:invoke does: a string is sent as its text, not as JSON, and null as no
	// body. Invoke returns soon after ctx has ended, even if the function
	// continues. An error that wraps a *TaskError comes from the function or from
	// Lambda, with the name that Retry and Catch match; any other error is
	// Lambda.Unknown.
	Invoke(ctx context.Context, function string, payload jsonvalue.Value) (Reply, error)
}

// Reply is what a function has answered, without an error.
type Reply struct {
	Payload   jsonvalue.Value
	RequestID string // of the invocation, a UUID
}

// TaskError is a failed task ("Errors" in the States Language): an error's name,
// such as Upstream.Transient or Lambda.TooManyRequestsException, and its cause.
type TaskError struct {
	Name  string // Error
	Cause string // for a Lambda function: its error payload, as JSON text
}

func (e *TaskError) Error() string { return e.Name + ": " + e.Cause }

// Environment is what an execution needs from outside.
type Environment struct {
	Clock   clock.Clock
	Random  func() float64 // uniform in [0, 1)
	Invoker Invoker
	// Observe, unless nil, receives each event of the history as it happens, in
	// order, on the execution's goroutine.
	Observe func(event.Event)
}

// Execution describes one run.
type Execution struct {
	ARN              string // $$.Execution.Id
	Name             string // $$.Execution.Name
	RoleARN          string // $$.Execution.RoleArn
	StateMachineARN  string // $$.StateMachine.Id
	StateMachineName string // $$.StateMachine.Name
	Input            jsonvalue.Value
	// StartDate is $$.Execution.StartTime, and what TimeoutSeconds counts from;
	// zero: the clock's time when Run is called.
	StartDate time.Time
}

// Result is an execution that has ended.
type Result struct {
	Status event.Status
	Output jsonvalue.Value // of Succeeded
	// Error and Cause say why an execution Failed, or was Aborted. TimedOut has
	// neither, as on AWS (DescribeExecution).
	Error, Cause string
	// StopDate of TimedOut is StartDate and the machine's TimeoutSeconds, exactly.
	StartDate, StopDate time.Time
	// Transitions is what a Standard workflow is billed for: one for each time
	// that a state runs, a Retry included.
	Transitions int
	History     []event.Event
}

// AbortedError is the cause to cancel an execution's context with to end it as
// StopExecution does (context.WithCancelCause).
type AbortedError struct {
	Name, Cause string
}

func (e *AbortedError) Error() string { return "aborted: " + e.Name + ": " + e.Cause }
