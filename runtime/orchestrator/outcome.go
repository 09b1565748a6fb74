package orchestrator

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/sfngen/sfngen/runtime/contract"
)

// outcome is an execution that has ended. A Standard workflow that is TIMED_OUT or
// ABORTED has no error and no cause.
type outcome struct {
	execution string // its name
	status    types.ExecutionStatus
	output    string
	errorName string
	cause     string
	locations *locations
}

// answer returns what the execution ended with. Its errors are problems about
// this execution.
func (out outcome) answer() (answer, error) {
	a, problem := out.read()
	if problem != nil {
		problem.execution, problem.status, problem.errorName = out.execution, string(out.status), out.errorName
		return answer{}, problem
	}
	a.execution, a.executionStatus, a.errorName = out.execution, string(out.status), out.errorName
	return a, nil
}

func (out outcome) read() (answer, *problem) {
	switch out.status {
	case types.ExecutionStatusSucceeded:
		return out.success()
	case types.ExecutionStatusFailed:
		if strings.HasPrefix(out.errorName, contract.ErrPrefix) {
			return out.failure()
		}
		return answer{}, crash(out.errorName, out.cause)
	case types.ExecutionStatusTimedOut:
		return answer{}, deadlineExceeded.problem("The workflow's deadline passed before an attempt brought an answer.")
	case types.ExecutionStatusAborted:
		return answer{}, executionAborted.problem("Somebody stopped the execution before it had an answer.")
	}
	return answer{}, workflowFailed.problem(fmt.Sprintf("The execution ended with the unknown status %q.", out.status)).
		because(errors.New("a status that this sfngen does not know: build the stack again with a newer sfngen"))
}

func (out outcome) success() (answer, *problem) {
	var result contract.Success
	if err := unmarshal("output", out.output, &result); err != nil {
		return answer{}, unreadable(err)
	}
	if result.Response.StatusCode == 0 {
		return answer{}, unreadable(errors.New("output: no response.statusCode"))
	}
	a, problem := forward(result.Response, result.Attempts, out.locations)
	return a, withAttempts(problem, result.Attempts)
}

// failure unpacks what the last egress reported: a contract.Report in a
// contract.Cause.
func (out outcome) failure() (answer, *problem) {
	var cause contract.Cause
	if err := unmarshal("cause", out.cause, &cause); err != nil {
		return answer{}, unreadable(err)
	}
	var report contract.Report
	if err := unmarshal("cause.errorMessage", cause.ErrorMessage, &report); err != nil {
		return answer{}, unreadable(err)
	}
	failure := report.Failure
	if failure.Response == nil || lastFault(failure) == contract.FaultTooLarge {
		return answer{}, withAttempts(faulted(failure), failure.Attempts)
	}
	a, problem := forward(*failure.Response, failure.Attempts, out.locations)
	return a, withAttempts(problem, failure.Attempts)
}

func withAttempts(p *problem, attempts []contract.Attempt) *problem {
	if p != nil {
		p.attempts = attempts
	}
	return p
}

// unmarshal names the place and the size, never the content, of what it cannot
// read: the content is the caller's and the upstream's.
func unmarshal(place, text string, into any) error {
	err := json.Unmarshal([]byte(text), into)
	var syntax *json.SyntaxError
	var wrongType *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax):
		return fmt.Errorf("%s: not JSON at byte %d of %d", place, syntax.Offset, len(text))
	case errors.As(err, &wrongType):
		return fmt.Errorf("%s: unexpected type in %q", place, wrongType.Field)
	}
	return fmt.Errorf("%s: %T", place, err)
}

func unreadable(err error) *problem {
	return unreadableResult.problem("The execution ended, but its result cannot be read. The upstream may have acted on the request.").
		because(err)
}
