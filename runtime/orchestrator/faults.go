package orchestrator

import (
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// faultProblem says what a fault of the last attempt means to the caller.
type faultProblem struct {
	kind   kind
	detail string
}

// faultProblems are in words of our own: an egress's reason is for the
// operator, and may name addresses.
var faultProblems = map[contract.Fault]faultProblem{
	contract.FaultDNS:            {upstreamUnreachable, "The upstream's name does not resolve."},
	contract.FaultRefused:        {upstreamUnreachable, "The upstream refused the connection."},
	contract.FaultTLS:            {upstreamUnreachable, "The TLS handshake with the upstream failed."},
	contract.FaultConnect:        {upstreamUnreachable, "The upstream could not be connected to."},
	contract.FaultConnectTimeout: {upstreamTimeout, "The upstream could not be connected to in time."},
	contract.FaultTimeout:        {upstreamTimeout, "The upstream did not answer in time. It may have acted on the request."},
	contract.FaultConnection:     {upstreamLost, "The connection broke after the request was sent. The upstream may have acted on it."},
	contract.FaultProtocol:       {upstreamProtocol, "The upstream's answer is not HTTP."},
	contract.FaultBlockedAddress: {blockedAddress, "The upstream's name leads to a private, loopback or link-local address, where no request was sent. If that is meant, set upstream.allowPrivate: true in the spec."},
	contract.FaultTooLarge:       {responseTooLarge, "The upstream's answer is too large for the workflow. The upstream has acted on the request."},
	contract.FaultEgress:         {egressFailed, "The egress Lambda of the last attempt failed."},
	contract.FaultInvalidRequest: {invalidRequest, "The request cannot be sent to the upstream."},
	contract.FaultDeadline:       {deadlineExceeded, "The deadline left no time for an attempt."},
	contract.FaultSkipped:        {upstreamRateLimited, "The upstream asked the egresses that are left to wait, and the workflow may not wait that long or often."},
}

func lastFault(f contract.Failure) contract.Fault {
	if len(f.Attempts) == 0 {
		return ""
	}
	return f.Attempts[len(f.Attempts)-1].Fault
}

// faulted is the problem of a failure that has no answer to forward.
func faulted(f contract.Failure) *problem {
	fault := lastFault(f)
	known, ok := faultProblems[fault]
	if !ok {
		return unreadable(fmt.Errorf("the failure has neither an answer nor a known fault (%q)", fault))
	}
	p := known.kind.problem(known.detail)
	switch {
	case fault == contract.FaultTooLarge && f.Response != nil && f.Response.CutFrom > 0:
		p.detail = fmt.Sprintf("The upstream's answer has %d bytes and is too large for the workflow. The upstream has acted on the request.", f.Response.CutFrom)
	case fault == contract.FaultInvalidRequest && f.Reason != "":
		p.detail = "The request cannot be sent to the upstream: " + f.Reason + "." // about the caller's own request
	case fault == contract.FaultSkipped:
		p.retryLater()
	}
	if f.Final != "" && fault != contract.FaultDeadline {
		p.detail += " No other attempt follows: " + f.Final + "."
	}
	return p
}

// crashProblems are failures that no egress reported, by the name that Step
// Functions or Lambda gave them.
var crashProblems = map[string]faultProblem{
	"Sandbox.Timedout":                       {egressTimeout, "The egress Lambda of the last attempt ran out of time."},
	"Lambda.ClientExecutionTimeoutException": {egressTimeout, "The egress Lambda of the last attempt did not answer in time."},
	"States.Timeout":                         {egressTimeout, "The last attempt did not end within its time limit."},
	"Lambda.TooManyRequestsException":        {egressThrottled, "Lambda has no room for another egress: its concurrency is used up."},
	"Lambda.EC2ThrottledException":           {egressThrottled, "Lambda has no room for another egress: EC2 throttled it."},
	"Runtime.ExitError":                      {egressFailed, "The egress Lambda of the last attempt crashed."},
	"Runtime.OutOfMemory":                    {egressFailed, "The egress Lambda of the last attempt ran out of memory."},
	"Lambda.Unknown":                         {egressFailed, "The egress Lambda of the last attempt crashed or ran out of time."},
	"Lambda.ResourceNotFoundException":       {egressFailed, "The egress Lambda of the last attempt does not exist."},
	"Lambda.AccessDeniedException":           {egressFailed, "The workflow may not call its egress Lambda."},
	"States.Permissions":                     {egressFailed, "The workflow may not call its egress Lambda."},
	"States.DataLimitExceeded":               {workflowFailed, "An answer was larger than a workflow can carry. The upstream may have acted on the request."},
	"States.Runtime":                         {workflowFailed, "The state machine could not go on with what it was given."},
}

func crash(name string) *problem {
	known, ok := crashProblems[name]
	switch {
	case ok:
	case strings.HasPrefix(name, "Lambda."):
		known = faultProblem{egressFailed, "Lambda could not run the egress of the last attempt."}
	case strings.HasPrefix(name, "States."):
		known = faultProblem{workflowFailed, "The state machine could not go on with what it was given."}
	case name == "":
		known = faultProblem{workflowFailed, "The execution failed without naming an error."}
	default: // Runtime.*, Function.*, or the type of a panic
		known = faultProblem{egressFailed, "The egress Lambda of the last attempt crashed."}
	}
	p := known.kind.problem(known.detail)
	if p.kind == egressThrottled {
		p.retryLater()
	}
	return p
}
