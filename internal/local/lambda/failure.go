package lambda

import (
	"encoding/json"
	"fmt"
	"time"
)

// failure is a function error: the answer of an invocation that ran.
type failure struct {
	// payload is the error that the function reported itself, as JSON; nil: the two
	// fields below, which Lambda reports instead.
	payload   []byte
	errorType string
	reason    string
}

func (f *failure) Error() string {
	if f.payload != nil {
		return string(f.payload)
	}
	return f.errorType + ": " + f.reason
}

// report is the payload of the invocation's answer. Its fields are in AWS's order.
func (f *failure) report(requestID string) []byte {
	if f.payload != nil {
		return f.payload
	}
	report, err := json.Marshal(struct {
		ErrorType    string `json:"errorType"`
		ErrorMessage string `json:"errorMessage"`
	}{f.errorType, "RequestId: " + requestID + " Error: " + f.reason})
	if err != nil {
		panic(err) // two strings
	}
	return report
}

// reported is an error that the function itself sent.
func reported(payload []byte) *failure { return &failure{payload: payload} }

func timedOut(limit time.Duration) *failure {
	return &failure{errorType: "Sandbox.Timedout", reason: fmt.Sprintf("Task timed out after %.2f seconds", limit.Seconds())}
}

// exited is a runtime that ended unexpectedly. The state is that of
// os.ProcessState: "exit status 1", "signal: killed".
func exited(state string) *failure {
	reason := "Runtime exited with error: " + state
	if state == "exit status 0" {
		reason = "Runtime exited without providing a reason"
	}
	return &failure{errorType: "Runtime.ExitError", reason: reason}
}

func killed() *failure { return exited("signal: killed") }

func invalidEntrypoint(reason string) *failure {
	return &failure{errorType: "Runtime.InvalidEntrypoint", reason: reason}
}

func responseTooLarge() *failure {
	return reported(fmt.Appendf(nil,
		`{"errorMessage":"Response payload size exceeded maximum allowed payload size (%d bytes).","errorType":"Function.ResponseSizeTooLarge"}`,
		ResponseLimit))
}
