package egress

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// decide says whether another attempt follows a failure, and after which wait.
func (e *Egress) decide(a attempt, o *outcome) {
	if o.error == "" || o.error == contract.ErrRejected {
		return
	}
	now := e.now()
	a.takeRequestedWait(o, now)
	switch {
	case a.Attempt == a.Policy.MaxAttempts:
		o.final = "no attempt is left"
	case !a.mayResend(o.certain):
		o.reject(a.unsafeReason())
	default:
		e.plan(a, o, now)
	}
	o.record.WaitSeconds = o.wait
}

// takeRequestedWait reads the upstream's requested wait from the answer, if it has
// one.
func (a attempt) takeRequestedWait(o *outcome, now time.Time) {
	if o.answer == nil || a.Policy.RequestedWait.MaxSeconds == 0 {
		return
	}
	limited := o.error == contract.ErrRateLimited
	requested, unread, ok := requestedWait(o.answer.header, a.Policy.RequestedWait.Headers, limited, now)
	if o.unread = unread; !ok {
		return
	}
	o.requested = requested
	o.record.RetryAt = now.Add(time.Duration(o.requested) * time.Second).UTC().Format(retryAtLayout)
}

// retryAtLayout is RFC 3339 with milliseconds. What is below them is cut off, so
// that what remains, rounded up to seconds, is never more than was requested.
const retryAtLayout = "2006-01-02T15:04:05.999Z07:00"

// plan finds the wait before the next attempt, or why there is none.
func (e *Egress) plan(a attempt, o *outcome, now time.Time) {
	perEgress := a.Policy.RateLimited.Scope == contract.ScopeIP
	if o.error == contract.ErrRateLimited && perEgress {
		e.planOtherEgress(a, o, now)
	} else {
		e.planSharedWait(a, o, now, perEgress)
	}
	left := a.end.Sub(now) - time.Duration(a.Policy.AttemptSeconds)*time.Second
	o.cut(left)
	if o.final == "" && time.Duration(o.wait)*time.Second > left {
		o.reject(a.noTimeLeft("another attempt"))
	}
}

// planOtherEgress is for a limit of this address alone: a fresh egress goes at once,
// one that was used waits for the end of its requested wait, and for the backoff.
func (e *Egress) planOtherEgress(a attempt, o *outcome, now time.Time) {
	if contract.Round(a.Attempt+1, a.Policy.Egresses) == 0 {
		return
	}
	if a.waitForEgress(o, now) {
		e.backOff(a, o, a.Policy.RateLimited.BackoffSeconds)
	}
}

// planSharedWait is for a failure that another address would meet as well.
func (e *Egress) planSharedWait(a attempt, o *outcome, now time.Time, perEgress bool) {
	if o.requested > a.Policy.RequestedWait.MaxSeconds {
		o.reject(fmt.Sprintf("the upstream asks to wait %ds, longer than retry.rateLimit.maxWait (%ds)",
			o.requested, a.Policy.RequestedWait.MaxSeconds))
		return
	}
	base := a.Policy.Transient.BackoffSeconds
	if o.error == contract.ErrRateLimited {
		base = a.Policy.RateLimited.BackoffSeconds
	}
	o.atLeast(o.requested, a.egress)
	if !perEgress || a.waitForEgress(o, now) {
		e.backOff(a, o, base)
	}
}

// waitForEgress lengthens the wait until the next egress is no longer blocked, and
// reports whether there is one to wait for. One that is blocked for too long is not
// waited for: its attempt is skipped if a later one may go.
func (a attempt) waitForEgress(o *outcome, now time.Time) bool {
	all := append(slices.Clone(a.past), o.record)
	if !a.blockedBeyondMaxWait(all, a.Attempt+1, now) {
		o.atLeast(a.blockedSeconds(all, a.Attempt+1, now), a.egressOf(a.Attempt+1))
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
	return a.Policy.RateLimited.Scope == contract.ScopeIP &&
		a.blockedSeconds(all, j, now) > a.Policy.RequestedWait.MaxSeconds
}

func (a attempt) blockedSeconds(all []contract.Attempt, j int, now time.Time) int {
	return int(math.Ceil(a.blockedFor(all, j, now).Seconds()))
}

// blockedFor is what is left of the requested wait of the egress of attempt j; 0
// when it may go.
func (a attempt) blockedFor(all []contract.Attempt, j int, now time.Time) time.Duration {
	egress, longest := a.egressOf(j), time.Duration(0)
	for _, earlier := range all {
		until, err := time.Parse(time.RFC3339, earlier.RetryAt)
		if earlier.Egress == egress && err == nil {
			longest = max(longest, until.Sub(now))
		}
	}
	return longest
}

// backOff lengthens the wait to the backoff. With full jitter a requested wait gets a
// share of the backoff on top: else all that were told the same time would come back
// in the same second.
func (e *Egress) backOff(a attempt, o *outcome, base int) {
	switch {
	case o.wait == 0:
		if seconds := e.backoff(a, base); seconds > 0 {
			o.pause = backingOff(seconds)
		}
	case a.Policy.FullJitter:
		o.jitter = e.share(base)
		o.wait += o.jitter
	case o.wait < base:
		o.pause = backingOff(base)
	}
}

// backoff is one backoff in whole seconds: with full jitter picked from 0 to base.
func (e *Egress) backoff(a attempt, base int) int {
	if !a.Policy.FullJitter {
		return base
	}
	return int(math.Ceil(e.random() * float64(base)))
}

// share is 0 to base seconds, each equally likely. Rounded up like a backoff, the share
// of a backoff of 1 s would be 1 s for everyone.
func (e *Egress) share(base int) int {
	return int(e.random() * float64(base+1))
}
