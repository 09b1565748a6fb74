package engine

import (
	"time"

	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/local/engine/expr"
)

// Machine is a compiled definition without errors. Its text is not read again while
// it runs. It never changes, and any number of executions may share it.
type Machine struct {
	start   *state
	timeout time.Duration // 0: none
}

// state is what all states have in common; action is what its type adds.
type state struct {
	name            string
	entered, exited string // event types
	input, output   filter // InputPath, OutputPath
	assign          *expr.Template
	next            *state // nil: the execution ends here
	action          action
}

// action is what a type of state does between its input and its output.
type action interface {
	// act runs one visit of a state and returns the next one.
	act(e *execution, v *visit) (step, *failure)
}

// step is how a visit of a state has ended.
type step struct {
	output   jsonvalue.Value
	assigned jsonvalue.Value // variables; null: none
	next     *state          // nil: the execution succeeds
}

// filter is an InputPath or OutputPath; the zero filter is "$".
type filter struct {
	discards bool // null: {} goes on
	path     *expr.Expression
}

// pass is what a Pass state adds: result over parameters over its input.
type pass struct {
	result     *jsonvalue.Value
	parameters *expr.Template
	target     resultPath
}

// task is what a Task state adds, for lambda:invoke.
type task struct {
	parameters *expr.Template
	selector   *expr.Template // ResultSelector; nil: the result as it is
	target     resultPath
	timeout    time.Duration // 0: none
	retriers   []retrier
	catchers   []catcher
}

// wait is what a Wait state adds: one of both.
type wait struct {
	fixed time.Duration
	path  *expr.Expression // SecondsPath
}

// succeed is what a Succeed state adds: nothing.
type succeed struct{}

// fail is what a Fail state adds.
type fail struct {
	err, cause text
}

// text is a literal or a path to a string.
type text struct {
	literal string
	path    *expr.Expression
}

// resultPath is a ResultPath; the zero one is "$".
type resultPath struct {
	discards bool // null: the state's input goes on
	target   *expr.Target
}

// retrier is one entry of Retry.
type retrier struct {
	errors   errorNames
	interval float64 // seconds
	attempts int64
	rate     float64
	maxDelay float64 // seconds
	jitter   bool
}

// catcher is one entry of Catch.
type catcher struct {
	errors errorNames
	target resultPath
	assign *expr.Template
	next   *state
}
