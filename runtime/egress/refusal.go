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
	now := e.now()
	if !e.hasTime(a, now) {
		return a.tooLate(), true
	}
	if left, _ := a.blockedFor(a.past, a.Attempt, now); left > clockTolerance {
		return a.skip(left), true
	}
	return e.coolingDown(a, now)
}

// hasTime reports whether the attempt can end before the execution does. The
// first one runs whenever it can report: without it there would be no report.
func (e *Egress) hasTime(a attempt, now time.Time) bool {
	left := a.end.Sub(now)
	return left > reportTime && (a.Attempt == 1 || left >= e.timeout)
}

func (a attempt) tooLate() outcome {
	reason := "not started"
	switch {
	case a.gap > 0:
		reason += ": " + a.crashReason()
	case a.previous.Reason != "":
		reason += ": " + a.previous.Reason
	}
	o := a.never(contract.FaultDeadline, reason)
	o.final = a.noTimeLeft("another attempt")
	if a.Attempt == 1 {
		o.final = a.noTimeLeft("an attempt")
	}
	o.forward = a.previous.Response
	return o
}

func (a attempt) noTimeLeft(what string) string {
	return fmt.Sprintf("the deadline of %s leaves no time for %s", time.Duration(a.Policy.DeadlineSeconds)*time.Second, what)
}

// clockTolerance is what may be left of a requested wait when the execution has
// waited: the clock of the egress that computed its end is not this one's.
const clockTolerance = time.Second

// skip is the outcome of an attempt whose egress has a requested wait that is not
// over: it is longer than an execution waits and a later egress may go, or the
// attempt before it crashed, and the next one began without a wait.
func (a attempt) skip(left time.Duration) outcome {
	return outcome{
		record:  contract.Attempt{Attempt: a.Attempt, Egress: a.egress, Fault: contract.FaultSkipped},
		error:   contract.ErrRateLimited,
		reason:  fmt.Sprintf("skipped: the upstream asks egress %d to wait another %s", a.egress, left.Round(time.Second)),
		certain: true,
		forward: a.previous.Response,
	}
}

// neverRan are the Lambda errors that mean that the function did not run: the
// invocation was not accepted.
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
	o := a.never("", a.crashReason())
	o.record = contract.Attempt{}
	o.final = a.unsafeReason("")
	return o, true
}

// crashIsCertain reports whether the crashed egress never ran. Only the last
// crash is known, so of several in a row one may have run.
func (a attempt) crashIsCertain() bool {
	return a.gap == 1 && a.Input.Crash != nil && slices.Contains(neverRan, a.Input.Crash.Error)
}

func (a attempt) crashReason() string {
	name := "no report"
	if a.Input.Crash != nil && a.Input.Crash.Error != "" {
		name = strings.ToValidUTF8(a.Input.Crash.Error, "?")
	}
	return fmt.Sprintf("egress %d failed (%s)", a.egressOf(a.Attempt-1), name)
}
