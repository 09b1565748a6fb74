package egress

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// refuse gives the outcome of an attempt that must not call the upstream.
func (e *Egress) refuse(a attempt) (outcome, bool) {
	if o, refused := a.refuseAfterCrash(); refused {
		return o, true
	}
	if a.Attempt > 1 && e.now().Add(e.timeout).After(a.end) {
		o := a.never(contract.FaultDeadline, "not started: "+a.previous.Reason)
		o.final = a.noTimeLeft()
		o.forward = a.previous.Response
		return o, true
	}
	if a.blockedBeyondMaxWait(a.past, a.Attempt, e.now()) {
		return a.skip(), true
	}
	return outcome{}, false
}

func (a attempt) noTimeLeft() string {
	return fmt.Sprintf("the deadline of %s leaves no time for another attempt", time.Duration(a.Policy.DeadlineSeconds)*time.Second)
}

// skip is the outcome of an attempt that finds its own egress still blocked for
// longer than anyone waits; it is there because a later egress may go.
func (a attempt) skip() outcome {
	return outcome{
		record:  contract.Attempt{Attempt: a.Attempt, Egress: a.egress, Fault: contract.FaultSkipped},
		error:   contract.ErrRateLimited,
		reason:  fmt.Sprintf("skipped: egress %d is limited for longer than retry.rateLimit.maxWait (%ds)", a.egress, a.Policy.Ask.MaxWaitSeconds),
		certain: true,
		forward: a.previous.Response,
	}
}

// neverRan are the Lambda errors after which a function certainly did not run:
// the invocation was not accepted.
var neverRan = []string{
	"Lambda.TooManyRequestsException",
	"Lambda.ResourceNotFoundException",
	"Lambda.ResourceNotReadyException",
	"Lambda.ResourceConflictException",
	"Lambda.InvalidRuntimeException",
	"Lambda.EC2AccessDeniedException",
	"Lambda.EC2ThrottledException",
	"Lambda.EC2UnexpectedException",
	"Lambda.ENILimitReachedException",
	"Lambda.SubnetIPAddressLimitReachedException",
	"Lambda.InvalidSubnetIDException",
	"Lambda.InvalidSecurityGroupIDException",
	"Lambda.KMSAccessDeniedException",
	"Lambda.KMSDisabledException",
	"Lambda.KMSInvalidStateException",
	"Lambda.KMSNotFoundException",
}

// refuseAfterCrash keeps a request that is not safe to repeat from going out
// after an egress that may have sent it and could not say so.
func (a attempt) refuseAfterCrash() (outcome, bool) {
	if a.gap == 0 || a.mayResend(a.crashIsCertain()) {
		return outcome{}, false
	}
	o := a.never("", fmt.Sprintf("egress %d failed (%s)", a.egressOf(a.Attempt-1), a.crashName()))
	o.record = contract.Attempt{}
	o.final = a.unsafeReason()
	return o, true
}

// crashIsCertain reports whether the crashed egress never ran. Only the last
// crash is known, so of several in a row one may have run.
func (a attempt) crashIsCertain() bool {
	return a.gap == 1 && a.Input.Crash != nil && slices.Contains(neverRan, a.Input.Crash.Error)
}

func (a attempt) crashName() string {
	if a.Input.Crash == nil || a.Input.Crash.Error == "" {
		return "no report"
	}
	return strings.ToValidUTF8(a.Input.Crash.Error, "?")
}
