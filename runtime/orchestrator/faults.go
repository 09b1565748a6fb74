package orchestrator

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// faultProblem is what a fault of the last attempt means to the caller.
type faultProblem struct {
	kind   kind
	detail string
}

// faultProblems have their own sentences: an egress's reason is for the operator,
// and may name addresses.
var faultProblems = map[contract.Fault]faultProblem{
	contract.FaultDNS:            {upstreamUnreachable, "The upstream's name does not resolve."},
	contract.FaultRefused:        {upstreamUnreachable, "The upstream refused the connection."},
	contract.FaultTLS:            {upstreamUnreachable, "The TLS handshake with the upstream failed."},
	contract.FaultConnect:        {upstreamUnreachable, "The connection to the upstream failed."},
	contract.FaultConnectTimeout: {upstreamTimeout, "The connection to the upstream timed out."},
	contract.FaultTimeout:        {upstreamTimeout, "The upstream did not answer in time. It may have acted on the request."},
	contract.FaultConnection:     {upstreamLost, "The connection broke after the request was sent. The upstream may have acted on it."},
	contract.FaultProtocol: {upstreamProtocol, "The upstream's answer is not HTTP, or its header is larger than 2 MiB. " +
		"The upstream may have acted on the request."},
	contract.FaultCoding: {upstreamProtocol, "The upstream answered, but the gzip of its answer is broken or cut off. " +
		"It may have acted on the request."},
	contract.FaultBlockedAddress: {blockedAddress, "The upstream's name leads to an address that is not public. No request was sent there. " +
		"If that is meant, set upstream.allowPrivate: true in the spec."},
	contract.FaultCredential: {noCredential,
		"What shows the upstream who calls could not be read from where it is kept. No request was sent."},
	contract.FaultTooLarge: {responseTooLarge,
		"The upstream's answer is too large for the workflow. The upstream has acted on the request."},
	contract.FaultEgress:         {egressFailed, "The egress Lambda of the last attempt failed."},
	contract.FaultInvalidRequest: {invalidRequest, "The request cannot be sent to the upstream."},
	contract.FaultDeadline:       {deadlineExceeded, "The deadline left no time for an attempt."},
	contract.FaultSkipped: {upstreamRateLimited,
		"The egresses cool down, as the upstream has requested, and the workflow may not wait that long or that often."},
	contract.FaultNewerContract: {lambdasOutdated, "The Lambdas of this stack are older than its state machine, so the last attempt " +
		"sent nothing to the upstream."},
}

// limitUsedUp is the detail where what holds all back are slots that others have booked.
const limitUsedUp = "The upstream's limit is used up by requests that came before, for longer than the workflow may wait."

func lastFault(f contract.Failure) contract.Fault {
	if len(f.Attempts) == 0 {
		return ""
	}
	return f.Attempts[len(f.Attempts)-1].Fault
}

// faulted is the problem of a failure that has no answer to forward.
func faulted(f contract.Failure) *problem {
	fault := lastFault(f)
	if f.RetryAfterSeconds > 0 { // an egress that calls nothing makes no attempt where executions know of each other
		fault = contract.FaultSkipped
	}
	known, ok := faultProblems[fault]
	if !ok {
		return unreadable(fmt.Errorf("the failure has neither an answer nor a known fault (%q)", fault))
	}
	p := known.kind.problem(known.detail)
	switch {
	case fault == contract.FaultTooLarge && f.Response != nil && f.Response.CutFrom > 0:
		p.detail = fmt.Sprintf("The upstream's answer has %d bytes and is too large for the workflow. The upstream has acted on the request.",
			f.Response.CutFrom)
	case fault == contract.FaultInvalidRequest && f.Reason != "":
		p.detail = "The request cannot be sent to the upstream: " + f.Reason + "." // about the caller's own request
	case fault == contract.FaultSkipped && f.RetryAfterSeconds > 0:
		p.retryAfter(f.RetryAfterSeconds)
		if f.WaitReason == contract.WaitSlot {
			p.detail = limitUsedUp
		}
	case fault == contract.FaultSkipped: // of an older egress
		p.retryLater()
	case fault == contract.FaultNewerContract, fault == contract.FaultCredential:
		p.because(errors.New(f.Reason))
	case fault == contract.FaultEgress:
		p.because(fmt.Errorf("%s; look at that egress's log, and at the execution (sfngen trace)", f.Reason))
	}
	if f.Final != "" && fault != contract.FaultDeadline {
		p.detail += " No other attempt follows: " + f.Final + "."
	}
	return p
}

// crashProblem says what a failure that no egress reported means to the caller, and
// what the operator can look at or do.
type crashProblem struct {
	kind   kind
	detail string
	look   string
}

// crashProblems are known by the name that Step Functions or Lambda gave them.
var crashProblems = map[string]crashProblem{
	"Sandbox.Timedout": {egressTimeout, "The egress Lambda of the last attempt ran out of time.",
		"look at platform.report in the egress's log; more egress.memory makes it faster"},
	"Lambda.ClientExecutionTimeoutException": {egressTimeout, "The egress Lambda of the last attempt did not answer in time.",
		"look at " + contract.HealthPage},
	"States.Timeout": {egressTimeout, "The last attempt did not end within its time limit.",
		"the attempt took longer than retry.attemptTimeout and 5 s: look at the egress's Duration and its cold starts"},
	"Lambda.TooManyRequestsException": {egressThrottled, "Lambda has no room for another egress: its concurrency is used up.",
		"look at what is reserved for the egress (0 stops it), and at the account's ConcurrentExecutions"},
	"Lambda.EC2ThrottledException": {egressThrottled, "Lambda has no room for another egress: EC2 throttled it.",
		"somebody attached the egress to a VPC: look at its configuration"},
	"Runtime.ExitError": {egressFailed, "The egress Lambda of the last attempt crashed.",
		"look at the egress's log, just before that; deploy the stack with --revert-drift if its environment was changed"},
	"Runtime.OutOfMemory": {egressFailed, "The egress Lambda of the last attempt ran out of memory.",
		"raise egress.memory"},
	"Lambda.Unknown": {egressFailed, "The egress Lambda of the last attempt crashed or ran out of time.",
		"look at the egress's log"},
	"Lambda.ResourceNotFoundException": {egressFailed, "The egress Lambda of the last attempt does not exist.",
		"somebody deleted the egress: deploy the stack with --revert-drift"},
	"Lambda.AccessDeniedException": {egressFailed, "The workflow may not call its egress Lambda.",
		"allow lambda:InvokeFunction on the egress for the state machine's role: deploy the stack with --revert-drift, " +
			"or look for a policy of your organization"},
	"States.Permissions": {egressFailed, "The workflow may not call its egress Lambda.",
		"allow lambda:InvokeFunction on the egress for the state machine's role: deploy the stack with --revert-drift, " +
			"or look for a policy of your organization"},
	"States.DataLimitExceeded": {workflowFailed, "An answer was larger than a workflow can carry. The upstream may have acted on the request.",
		"look at the size of request and answer; request smaller pages"},
	"States.Runtime": {workflowFailed, "The state machine could not continue with its data.",
		"open the execution in the AWS console; deploy the stack with --revert-drift if its definition was changed"},
}

// crash is the problem of an execution that ended with an error of AWS; said is
// AWS's own text.
func crash(name, said string) *problem {
	known, ok := crashProblems[name]
	switch {
	case ok:
	case strings.HasPrefix(name, "Lambda."):
		known = crashProblem{egressFailed, "Lambda could not run the egress of the last attempt.",
			"look at the egress in the AWS console, and at " + contract.HealthPage}
	case strings.HasPrefix(name, "States."):
		known = crashProblem{workflowFailed, "The state machine could not continue with its data.",
			"open the execution in the AWS console"}
	case name == "":
		known = crashProblem{workflowFailed, "The execution failed without naming an error.",
			"open the execution in the AWS console"}
	default: // Runtime.*, Function.*, or the type of a panic
		known = crashProblem{egressFailed, "The egress Lambda of the last attempt crashed.",
			"look at the egress's log"}
	}
	p := known.kind.problem(known.detail).because(crashCause(name, said, known.look))
	if p.kind == egressThrottled {
		p.retryLater()
	}
	return p
}

// saidLimit is how much of AWS's text is logged, in bytes.
const saidLimit = 1000

// crashCause is a crash for the log. Only Lambda's own text is in it: that of a
// panic, and that of Step Functions about its data, may quote the request.
func crashCause(name, said, look string) error {
	service, _, _ := strings.Cut(name, ".")
	if said == "" || service != "Lambda" && service != "Sandbox" && service != "Runtime" {
		return errors.New(look)
	}
	var reported contract.Cause // what Lambda says about a function is JSON, what it says about a call is not
	if json.Unmarshal([]byte(said), &reported) == nil && reported.ErrorMessage != "" {
		said = reported.ErrorMessage
	}
	return fmt.Errorf("%s; %s", strings.ToValidUTF8(said[:min(len(said), saidLimit)], ""), look)
}
