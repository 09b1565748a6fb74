package egress

import (
	"cmp"
	"fmt"
	"math"
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
	if a.isCoordinated() {
		return outcome{}, false // see takeTurn
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

// coolingDown gives the outcome of an attempt whose identity cools down: of several, that of
// most egresses.
func (e *Egress) coolingDown(a attempt, now time.Time) (outcome, bool) {
	now = now.Round(0) // wall clock: the other one stands still while Lambda has a process frozen
	for _, of := range []identity{{scope: contract.ScopePool}, e.credential(a), {scope: contract.ScopeIP}} {
		if c, found := e.memory.coolDown(of, now); found && !a.hasWaited(of, c, now) {
			return a.coolDown(of, c, now), true
		}
	}
	return outcome{}, false
}

// hasWaited: the execution knows of the wait and comes at its end, give or take what
// clocks differ.
func (a attempt) hasWaited(of identity, c coolDown, now time.Time) bool {
	knows := func(earlier contract.Attempt) bool {
		until, err := time.Parse(time.RFC3339, earlier.RetryAt)
		return err == nil && until.Sub(c.until).Abs() < clockTolerance && a.retryScope(earlier) == of.scope
	}
	return c.until.Sub(now) <= clockTolerance && slices.ContainsFunc(a.past, knows)
}

// isUnsent: the skipped attempt is not the first to send nothing, and none has sent
// anything. Then sending the request is not sending it again.
func (a attempt) isUnsent(o *outcome) bool {
	skipped := func(one contract.Attempt) bool { return one.Fault == contract.FaultSkipped }
	return skipped(o.record) && !slices.ContainsFunc(a.past, func(one contract.Attempt) bool { return !skipped(one) })
}

// freeIn is in how many seconds the first egress may go of those that the execution knows,
// after its last attempt was skipped: at least 1.
func (a attempt) freeIn(o *outcome, now time.Time) int {
	all := append(slices.Clone(a.past), o.record)
	if o.requested > 0 && !a.Policy.RateLimited.OfOneEgress(o.scope) { // all wait for the same
		return o.requested
	}
	first := time.Duration(math.MaxInt64)
	for _, one := range all {
		left, _ := a.blockedFor(all, one.Attempt, now)
		first = min(first, left)
	}
	return max(1, inSeconds(first))
}

// retryScope is what the wait of an attempt is for.
func (a attempt) retryScope(of contract.Attempt) contract.Scope {
	return cmp.Or(of.RetryScope, a.Policy.RateLimited.Scope)
}

// coolDown is the outcome of an attempt whose identity cools down. A wait of the whole
// pool is reported as any failure that another address would meet as well: a definition
// always has a Wait state for those.
func (a attempt) coolDown(of identity, c coolDown, now time.Time) outcome {
	o := outcome{
		record: contract.Attempt{
			Attempt: a.Attempt, Egress: a.egress, Fault: contract.FaultSkipped,
			RetryAt: c.until.UTC().Format(retryAtLayout), RetryMinimum: c.minimum,
		},
		error:     contract.ErrRateLimited,
		reason:    "skipped: " + c.words(of.scope, a.egress, now),
		certain:   true,
		scope:     of.scope,
		requested: inSeconds(c.until.Sub(now)),
		forward:   a.previous.Response,
	}
	if of.scope != a.Policy.RateLimited.Scope {
		o.record.RetryScope = of.scope
	}
	if of.scope == contract.ScopePool && a.Attempt < a.Policy.MaxAttempts {
		o.error = contract.ErrTransient
	}
	return o
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
