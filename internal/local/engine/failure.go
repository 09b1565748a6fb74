package engine

import (
	"errors"
	"strconv"

	"github.com/sfngen/sfngen/internal/local/engine/expr"
)

// failureKind says what may follow a failure.
type failureKind uint8

const (
	catchable   failureKind = iota // by Retry and Catch
	uncatchable                    // the execution fails
	timedOut                       // the machine's own time is up
	aborted
)

// failure is why a state or the execution failed.
type failure struct {
	kind        failureKind
	name, cause string
}

// failed is an error of the current state that Retry and Catch may match.
func (e *execution) failed(name, reason string) *failure {
	return &failure{name: name, cause: e.inState(reason)}
}

// runtimeError is States.Runtime, which nothing retries or catches.
func (e *execution) runtimeError(reason string) *failure {
	return &failure{kind: uncatchable, name: errRuntime, cause: e.inState(reason)}
}

// inState is the beginning of a cause, as on AWS.
func (e *execution) inState(reason string) string {
	return "An error occurred while executing the state '" + e.visit.state.name +
		"' (entered at the event id #" + strconv.FormatInt(e.visit.eventID, 10) + "). " + reason
}

// evaluation is the failure for an error of package expr.
func (e *execution) evaluation(err error) *failure {
	var intrinsic *expr.IntrinsicError
	if errors.As(err, &intrinsic) {
		return e.failed(errIntrinsic, err.Error())
	}
	return e.runtimeError(err.Error())
}

// evaluationOf is the same where AWS names the field that holds the path.
func (e *execution) evaluationOf(field string, err error) *failure {
	var path *expr.PathError
	if errors.As(err, &path) {
		path.Field = field
	}
	return e.evaluation(err)
}

// historyFull is the end of an execution that has too many events.
func historyFull() *failure {
	return &failure{kind: uncatchable, name: errRuntime,
		cause: "The execution reached the maximum number of history events (" + strconv.Itoa(maxEvents) + ")."}
}

// abortedBy is the end by a cancelled context.
func abortedBy(cause error) *failure {
	var stop *AbortedError
	if errors.As(cause, &stop) {
		return &failure{kind: aborted, name: stop.Name, cause: stop.Cause}
	}
	return &failure{kind: aborted, cause: "the run's context has ended: " + cause.Error()}
}

// fitting is the failure in the sizes that the API can give back (model:
// SensitiveError, SensitiveCause). What AWS does with longer errors of a task, or
// with a cause that holds a whole input, is not recorded; the beginning is the most
// useful part.
func (f *failure) fitting() *failure {
	return &failure{kind: f.kind, name: beginning(f.name, maxError), cause: beginning(f.cause, maxCause)}
}

// beginning is the first characters of a text.
func beginning(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	n := 0
	for i := range text {
		if n == limit {
			return text[:i]
		}
		n++
	}
	return text
}
