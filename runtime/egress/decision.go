package egress

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/judge"
)

// decide says whether another attempt follows a failure, and after which wait.
func (e *Egress) decide(ctx context.Context, a attempt, o *outcome) {
	if o.error == contract.ErrSkipped {
		return
	}
	now := e.now()
	if isFinal := o.error == "" || o.error == contract.ErrRejected; !isFinal || o.pool {
		a.takeRequestedWait(o, now)
	}
	e.remember(ctx, a, o)
	switch {
	case o.error == "" || o.error == contract.ErrRejected:
		return
	case a.Attempt == a.Policy.MaxAttempts:
		o.final = "no attempt is left"
	case !a.isUnsent(o) && !a.mayResend(o.certain):
		o.reject(a.unsafeReason(o.record.Rule))
	case a.isCoordinated():
		e.planTurn(ctx, a, o)
	default:
		e.plan(a, o, now)
	}
	o.record.WaitSeconds = o.wait
}

// takeRequestedWait reads the upstream's requested wait from the answer, if it has
// one, and notes until when the egress may not call.
func (a attempt) takeRequestedWait(o *outcome, now time.Time) {
	if o.answer == nil {
		return
	}
	has := false
	if source := a.Policy.RequestedWait; source.MaxSeconds > 0 {
		limited := o.error == contract.ErrRateLimited || o.pool
		read := func(ans *answer) (int, string, bool) {
			return requestedWait(ans.header, source.Headers, limited, now, judge.Values(ans.body, source.Body, fieldLimit)...)
		}
		o.requested, o.unread, has = read(o.answer.asItCame())
		if o.unread != "" && a.by != nil { // it is quoted, and cut
			_, o.unread, _ = read(a.by.masked(o.answer.asItCame()))
		}
	}
	if !has && o.least == 0 {
		return
	}
	o.record.RetryMinimum = o.least > o.requested
	o.record.RetryAt = now.Add(time.Duration(o.blocked()) * time.Second).UTC().Format(retryAtLayout)
	switch {
	case o.pool:
		o.record.RetryScope = contract.ScopePool
	case o.scope != "" && o.scope != a.Policy.RateLimited.Scope:
		o.record.RetryScope = o.scope
	}
}

// blocked is how many seconds there is to wait: what is requested, and minWait at
// least.
func (o *outcome) blocked() int { return max(o.requested, o.least) }

// retryAtLayout is RFC 3339 with milliseconds. What is below them is cut off, so
// that what remains, rounded up to seconds, is never more than was requested.
const retryAtLayout = "2006-01-02T15:04:05.999Z07:00"

// plan finds the wait before the next attempt, or why there is none.
func (e *Egress) plan(a attempt, o *outcome, now time.Time) {
	if o.pool && a.Policy.RateLimited.OwnCredentials {
		o.error = contract.ErrTransient // after a limit the definition may have no Wait state
	}
	if o.limitedPerEgress(a) {
		e.planOtherEgress(a, o, now)
	} else {
		e.planSharedWait(a, o, now)
	}
	left := a.end.Sub(now) - time.Duration(a.Policy.AttemptSeconds)*time.Second
	o.cut(left)
	if o.final == "" && time.Duration(o.wait)*time.Second > left {
		o.reject(a.noTimeLeft("another attempt"))
	}
}

// limitedPerEgress: a skipped attempt has no answer and so no scope of its own.
func (o *outcome) limitedPerEgress(a attempt) bool {
	return o.error == contract.ErrRateLimited && a.Policy.RateLimited.OfOneEgress(o.scope)
}

// planOtherEgress is for a limit of this egress alone: a fresh egress goes at once,
// one that was used waits for the end of its requested wait, and for the backoff.
func (e *Egress) planOtherEgress(a attempt, o *outcome, now time.Time) {
	if contract.Round(a.Attempt+1, a.Policy.Egresses) == 0 {
		return
	}
	if a.waitForEgress(o, now) {
		e.backOff(a, o)
	}
}

// planSharedWait is for a failure that another address would meet as well.
func (e *Egress) planSharedWait(a attempt, o *outcome, now time.Time) {
	longest := a.Policy.RequestedWait.MaxSeconds
	switch {
	case a.retryScope(o.record) == contract.ScopePool && o.blocked() > longest:
		o.reject(fmt.Sprintf("the pool cools down for %ds, longer than retry.rateLimit.maxWait (%ds)", o.blocked(), longest))
		return
	case o.requested > longest:
		o.reject(fmt.Sprintf("the upstream asks to wait %ds, longer than retry.rateLimit.maxWait (%ds)", o.requested, longest))
		return
	}
	o.atLeast(o.blocked(), a.egress, o.record.RetryMinimum)
	if o.waitReason == contract.WaitMinimum && a.retryScope(o.record) == contract.ScopePool {
		o.waitReason = contract.WaitCoolDown
	}
	if a.waitForEgress(o, now) {
		e.backOff(a, o)
	}
}

// waitForEgress lengthens the wait until the next egress is no longer blocked, and
// reports whether there is one to wait for. One that is blocked for too long is not
// waited for: its attempt is skipped if a later one may go.
func (a attempt) waitForEgress(o *outcome, now time.Time) bool {
	all := append(slices.Clone(a.past), o.record)
	if !a.blockedBeyondMaxWait(all, a.Attempt+1, now) {
		left, minimum := a.blockedFor(all, a.Attempt+1, now)
		o.atLeast(inSeconds(left), a.egressOf(a.Attempt+1), minimum)
		return true
	}
	for j := a.Attempt + 2; j <= a.Policy.MaxAttempts; j++ {
		if !a.blockedBeyondMaxWait(all, j, now) {
			return o.error != contract.ErrRateLimited // other failures wait for the API
		}
	}
	o.reject(fmt.Sprintf("every egress left is limited for longer than retry.rateLimit.maxWait (%ds)", a.Policy.RequestedWait.MaxSeconds))
	return false
}

func (a attempt) blockedBeyondMaxWait(all []contract.Attempt, j int, now time.Time) bool {
	left, _ := a.blockedFor(all, j, now)
	return inSeconds(left) > a.Policy.RequestedWait.MaxSeconds
}

func inSeconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

// blockedFor is what is left of the wait of the egress of attempt j, and whether that
// is a minWait; 0 when it may go. What all egresses had to wait for is over: no attempt
// began before.
func (a attempt) blockedFor(all []contract.Attempt, j int, now time.Time) (longest time.Duration, minimum bool) {
	return a.egressBlockedFor(all, a.egressOf(j), now)
}

func (a attempt) egressBlockedFor(all []contract.Attempt, egress int, now time.Time) (longest time.Duration, minimum bool) {
	for _, earlier := range all {
		until, err := time.Parse(time.RFC3339, earlier.RetryAt)
		perEgress := a.Policy.RateLimited.OfOneEgress(earlier.RetryScope)
		if perEgress && earlier.Egress == egress && err == nil && until.Sub(now) > longest {
			longest, minimum = until.Sub(now), earlier.RetryMinimum
		}
	}
	return longest, minimum
}

// base is the backoff after the outcome, and whether it is jittered.
func (a attempt) base(o *outcome) (seconds int, full bool) {
	limited := a.Policy.RateLimited
	if o.error != contract.ErrRateLimited {
		return a.Policy.Transient.BackoffSeconds, a.Policy.FullJitter
	}
	seconds, full = limited.BackoffSeconds, a.Policy.FullJitter
	if o.scope != "" && o.scope != limited.Scope {
		seconds = limited.OtherBackoffSeconds
	}
	if limited.FullJitter != nil {
		full = *limited.FullJitter
	}
	return seconds, full
}

// backOff lengthens the wait to the backoff. With full jitter a requested wait gets a
// share of the backoff on top: else all that were told the same time would come back
// in the same second.
func (e *Egress) backOff(a attempt, o *outcome) {
	base, full := a.base(o)
	switch {
	case o.wait == 0:
		if seconds := e.backoff(base, full); seconds > 0 {
			o.pause = backingOff(seconds)
		}
	case full:
		o.jitter = e.share(base)
		o.wait += o.jitter
	case o.wait < base:
		o.pause = backingOff(base)
	}
}

// backoff is one backoff in whole seconds: with full jitter picked from 0 to base.
func (e *Egress) backoff(base int, full bool) int {
	if !full {
		return base
	}
	return int(math.Ceil(e.random() * float64(base)))
}

// share is 0 to base seconds, each equally likely. Rounded up like a backoff, the share
// of a backoff of 1 s would be 1 s for everyone.
func (e *Egress) share(base int) int {
	return int(e.random() * float64(base+1))
}
