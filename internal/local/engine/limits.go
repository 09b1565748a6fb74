package engine

import (
	"strconv"

	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/runtime/contract"
)

// What a state machine may carry, in bytes of UTF-8 JSON (service quotas, and the
// developer guide's page on workflow variables).
const (
	maxPayload      = contract.StateLimit // input, output or result of a task, state or execution
	maxVariable     = 256 << 10           // one variable, and all that one Assign sets
	maxAllVariables = 10 << 20            // all variables of an execution
)

func tooLarge(v jsonvalue.Value) bool { return v.Size() > maxPayload }

// resultTooLarge is the failure for a task's result or a state's output over the
// limit. It can be caught, also by States.ALL, as recorded from AWS; its
// documentation says otherwise.
func resultTooLarge(name string) *failure {
	return &failure{name: errDataLimit, cause: "The state/task '" + name +
		"' returned a result with a size exceeding the maximum number of bytes service limit."}
}

// parametersTooLarge is the failure for a task's parameters over the limit: name
// and cause as seen on AWS (mbc-net/mbc-cqrs-serverless, pull request 466). Whether
// Retry and Catch match it is not recorded; we assume so, as for a result.
func parametersTooLarge(name string) *failure {
	return &failure{name: errDataLimit, cause: "The state/task '" + name +
		"' provided parameters with a size exceeding the maximum number of bytes service limit."}
}

// inputTooLarge is for callers that have not refused the input themselves, as
// StartExecution does.
func inputTooLarge() *failure {
	return &failure{kind: uncatchable, name: errDataLimit, cause: "The execution's input has a size exceeding the maximum number of " +
		strconv.Itoa(maxPayload) + " bytes."}
}
