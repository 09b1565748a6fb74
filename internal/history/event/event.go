// Package event has the events of an execution's history: their types, and their
// JSON as `aws stepfunctions get-execution-history` prints it (Step Functions API,
// HistoryEvent). The local engine records them; what reads a history imports this
// package and not the engine.
package event

import (
	"time"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// Event is one entry of an execution's history, with the names and in the order
// of AWS (Step Functions API, HistoryEvent).
type Event struct {
	Timestamp       time.Time
	Type            string // such as TaskStateEntered
	ID              int64  // 1, 2, 3, …
	PreviousEventID int64  // 0 for the first
	Details         Details
}

// Details are the fields of an event beyond its type; nil if it has none.
type Details interface {
	// Field is the name of these details in the API, such as
	// stateEnteredEventDetails.
	Field() string
}

// ExecutionStartedDetails belong to ExecutionStarted.
type ExecutionStartedDetails struct {
	Input   jsonvalue.Value
	RoleARN string
}

// ExecutionSucceededDetails belong to ExecutionSucceeded.
type ExecutionSucceededDetails struct {
	Output jsonvalue.Value
}

// ExecutionFailedDetails belong to ExecutionFailed.
type ExecutionFailedDetails struct {
	Error, Cause string
}

// ExecutionAbortedDetails belong to ExecutionAborted.
type ExecutionAbortedDetails struct {
	Error, Cause string
}

// ExecutionTimedOutDetails belong to ExecutionTimedOut.
type ExecutionTimedOutDetails struct {
	Error, Cause string
}

// StateEnteredDetails belong to PassStateEntered, TaskStateEntered, …
type StateEnteredDetails struct {
	Name  string
	Input jsonvalue.Value
}

// StateExitedDetails belong to PassStateExited, TaskStateExited, …
type StateExitedDetails struct {
	Name   string
	Output jsonvalue.Value
	// Assigned are the variables that the state has set, if any.
	Assigned jsonvalue.Value
}

// TaskScheduledDetails belong to TaskScheduled.
type TaskScheduledDetails struct {
	ResourceType, Resource string // lambda, invoke
	Region                 string
	Parameters             jsonvalue.Value
	TimeoutSeconds         int
}

// TaskStartedDetails belong to TaskStarted.
type TaskStartedDetails struct {
	ResourceType, Resource string
}

// TaskSucceededDetails belong to TaskSucceeded.
type TaskSucceededDetails struct {
	ResourceType, Resource string
	Output                 jsonvalue.Value
}

// TaskFailedDetails belong to TaskFailed.
type TaskFailedDetails struct {
	ResourceType, Resource string
	Error, Cause           string
}

// TaskTimedOutDetails belong to TaskTimedOut.
type TaskTimedOutDetails struct {
	ResourceType, Resource string
	Error, Cause           string
}

// Field: see Details.
func (ExecutionStartedDetails) Field() string   { return "executionStartedEventDetails" }
func (ExecutionSucceededDetails) Field() string { return "executionSucceededEventDetails" }
func (ExecutionFailedDetails) Field() string    { return "executionFailedEventDetails" }
func (ExecutionAbortedDetails) Field() string   { return "executionAbortedEventDetails" }
func (ExecutionTimedOutDetails) Field() string  { return "executionTimedOutEventDetails" }
func (StateEnteredDetails) Field() string       { return "stateEnteredEventDetails" }
func (StateExitedDetails) Field() string        { return "stateExitedEventDetails" }
func (TaskScheduledDetails) Field() string      { return "taskScheduledEventDetails" }
func (TaskStartedDetails) Field() string        { return "taskStartedEventDetails" }
func (TaskSucceededDetails) Field() string      { return "taskSucceededEventDetails" }
func (TaskFailedDetails) Field() string         { return "taskFailedEventDetails" }
func (TaskTimedOutDetails) Field() string       { return "taskTimedOutEventDetails" }
