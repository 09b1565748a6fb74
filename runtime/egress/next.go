package egress

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// planTurn finds who makes the attempt after a failure, and when, or why nobody does.
func (e *Egress) planTurn(ctx context.Context, a attempt, o *outcome) {
	all := append(slices.Clone(a.past), o.record)
	q := e.question(a, all)
	isOfOne := o.limitedPerEgress(a) && !o.pool
	backoff := e.turnBackoff(a, o)
	for k := range q.waits {
		if !isOfOne {
			q.waits[k].atLeast(bound{left: time.Duration(o.blocked()) * time.Second, minimum: o.record.RetryMinimum, ofPool: o.pool})
		}
		if !isOfOne || isCalled(all, k+1) {
			q.waits[k].atLeast(bound{left: time.Duration(backoff) * time.Second})
		}
	}
	longest := max(a.Policy.RequestedWait.MaxSeconds, backoff)
	if o.record.RetryMinimum && !o.pool {
		longest = max(longest, o.least)
	}
	q.wait(e, a, time.Duration(longest)*time.Second)
	q.prefer, q.ahead = q.first(a, all), coordination.Ahead(q.limits)
	s := e.choose(ctx, a, q)
	o.next, o.slot = s.next, s.slot
	o.pause = e.pauseFor(a, o, s, backoff)
	if final := e.whyNobody(a, o, q, s); final != "" {
		o.slot = nil
		o.reject(final)
		if o.record.Fault == "" { // else the caller has to know of it: the upstream may have acted
			o.retryAfter = max(1, inSeconds(s.left()))
		}
		return
	}
	if o.error == contract.ErrRateLimited && o.wait > 0 {
		o.error = contract.ErrAllLimited
	}
}

// turnBackoff is the backoff before an egress that was called goes again.
func (e *Egress) turnBackoff(a attempt, o *outcome) int {
	return e.backoff(a.turnBase(o))
}

// turnBase is base, also where the number of the attempt says that its egress is fresh.
func (a attempt) turnBase(o *outcome) (seconds int, full bool) {
	seconds, full = a.base(o)
	return cmp.Or(seconds, a.Policy.Transient.BackoffSeconds), full
}

func isCalled(all []contract.Attempt, egress int) bool {
	return slices.ContainsFunc(all, func(one contract.Attempt) bool { return one.Egress == egress && one.Fault != contract.FaultSkipped })
}

// first is the egress that may go first as far as the process knows: of several one that
// the execution has not called, and then the next one.
func (q question) first(a attempt, all []contract.Attempt) int {
	order := a.rotation(contract.EgressAfter(a.egress, 1, a.egresses()))
	return slices.MinFunc(order, func(x, y int) int {
		return cmp.Or(cmp.Compare(q.waits[x-1].left, q.waits[y-1].left), cmp.Compare(callsOf(x, all), callsOf(y, all)))
	})
}

func callsOf(egress int, all []contract.Attempt) (n int) {
	for _, one := range all {
		if one.Egress == egress {
			n++
		}
	}
	return n
}

// whyNobody says why no attempt follows; "" where one does.
func (e *Egress) whyNobody(a attempt, o *outcome, q question, s selection) string {
	longest := a.Policy.RequestedWait.MaxSeconds
	if time.Duration(o.wait)*time.Second > a.timeLeft(e.now()) && s.left() <= q.longest {
		return a.noTimeLeft("another attempt")
	}
	if s.contended || !s.at.After(q.latest) {
		return ""
	}
	switch {
	case o.pool:
		return fmt.Sprintf("the pool cools down for %ds, longer than retry.rateLimit.maxWait (%ds)", o.blocked(), longest)
	case !o.limitedPerEgress(a) && o.requested > longest:
		return fmt.Sprintf("the upstream asks to wait %ds, longer than retry.rateLimit.maxWait (%ds)", o.requested, longest)
	}
	return e.whyTooLate(a, q, s)
}

// whyTooLate says why nobody goes at the time that was found; "" where somebody does.
func (e *Egress) whyTooLate(a attempt, q question, s selection) string {
	if !s.at.After(q.latest) {
		return ""
	}
	if s.left() <= q.longest {
		return a.noTimeLeft("another attempt")
	}
	what := "every egress left is limited"
	if s.isPaced {
		what = "no egress has a free slot"
	}
	return fmt.Sprintf("%s for longer than retry.rateLimit.maxWait (%ds)", what, a.Policy.RequestedWait.MaxSeconds)
}

// pauseFor is the wait before the one who was selected goes. Of a second's part the next
// egress sleeps what is left; without the table it would not know of it.
func (e *Egress) pauseFor(a attempt, o *outcome, s selection, backoff int) pause {
	p := pause{wait: coordination.WholeSeconds(s.left(), s.slot)}
	if !s.byTable || s.contended {
		p.wait = max(0, int(math.Ceil(s.left().Seconds())))
	}
	switch {
	case p.wait == 0:
		return p
	case s.contended, s.isPaced && p.wait > backoff:
		p.waitReason = contract.WaitSlot
		return p
	case p.wait <= backoff:
		return backingOff(p.wait)
	}
	p.waitReason, p.waitEgress = contract.WaitRequested, s.next[0]
	if s.minimum {
		p.waitReason = contract.WaitMinimum
	}
	if s.minimum && s.ofPool {
		p.waitReason = contract.WaitCoolDown
	}
	if base, full := a.turnBase(o); full && s.slot == nil { // else all that were told it come back in the same second
		p.jitter = e.share(base)
		p.wait += p.jitter
	}
	p.cut(a.timeLeft(e.now()))
	return p
}

// timeLeft is what is left for waiting before another attempt.
func (a attempt) timeLeft(now time.Time) time.Duration {
	return a.end.Sub(now) - time.Duration(a.Policy.AttemptSeconds)*time.Second
}
