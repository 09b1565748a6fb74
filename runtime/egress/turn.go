package egress

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// In a coordinated execution the number of an attempt does not say who makes it: the input
// says it of the first, each report of the next one. Who is called by it goes, sleeps a
// moment and goes, or hands over: it calls nothing, and says who goes and when.

// sleepLimit is how long an egress sleeps before its call: the waits of a definition are
// whole seconds, and its clock is not that of the egress that computed them.
const sleepLimit = time.Second + coordination.StartRoom

// turn is how a coordinated attempt came to its call.
type turn struct {
	called *contract.Slot // that it keeps; nil for none
	slept  time.Duration
}

// handover is what a report says of the next attempt, in a coordinated execution.
type handover struct {
	next       []int
	slot       *contract.Slot
	retryAfter int // contract.Failure's RetryAfterSeconds
}

func (a attempt) isCoordinated() bool { return a.Policy.Coordination != nil }

// diedBefore is the egress that took its turn so many attempts ago, after the last report,
// and died; 0 where the invocation does not say.
func (a attempt) diedBefore(attempts int) int {
	if a.Turn == nil || attempts < 1 {
		return 0
	}
	if k := a.Turn.Index - attempts; k >= 0 && k < len(a.Turn.Next) {
		return a.Turn.Next[k]
	}
	return 0
}

// handed is what the last report, or the input, says of this attempt; isFirst: no egress
// has reported yet.
func (a attempt) handed() (start contract.Start, isFirst bool) {
	switch {
	case a.previous.Reason != "":
		return contract.Start{WaitSeconds: a.previous.WaitSeconds, Slot: a.previous.Slot}, false
	case a.Input.Start != nil:
		return *a.Input.Start, true
	}
	return contract.Start{}, true
}

// isChosen: nobody has died since it was said who goes.
func (a attempt) isChosen() bool { return a.Turn != nil && a.Turn.Index == 0 }

// ownSlot is the one that was booked for this call. That of an egress that died is nobody's:
// it may have called.
func (a attempt) ownSlot() *contract.Slot {
	start, _ := a.handed()
	if start.Slot == nil || start.Slot.Egress != a.egress || !a.isChosen() {
		return nil
	}
	return start.Slot
}

// mostAttempts is the most that a policy has.
const mostAttempts = 50

// rotation are all egresses in the order of their numbers, from one of them on.
func (a attempt) rotation(from int) []int {
	size := a.egresses()
	order := make([]int, size)
	for k := range order {
		order[k] = contract.EgressAfter(from, k, size)
	}
	return order
}

// egresses is the size of the pool, also where the policy says what no definition does.
func (a attempt) egresses() int { return min(max(1, a.Policy.Egresses), contract.MaxEgresses) }

// endless repeats an order until whichever attempts follow have an egress, should each
// before them die. Without an order it is that of the numbers.
func (a attempt) endless(order []int) []int {
	if len(order) == 0 {
		order = a.rotation(contract.EgressAfter(a.egress, 1, a.egresses()))
	}
	left := min(a.Policy.MaxAttempts-a.Attempt+1, mostAttempts) // also of an attempt that cannot be
	all := slices.Clone(order)
	for len(all) < left {
		all = append(all, order...)
	}
	return all
}

// skips is Failure.Skipped.
func (o *outcome) skips(a attempt) int {
	if o.error == contract.ErrSkipped {
		return a.previous.Skipped + 1
	}
	return a.previous.Skipped
}

// mostSkips bounds the handing over within an execution.
func (a attempt) mostSkips() int { return 2*a.egresses() + 10 }

// takeTurn lets an attempt go, after a moment, or is its outcome: it hands over.
func (e *Egress) takeTurn(ctx context.Context, a *attempt) (outcome, bool) {
	if e.credentials != nil && len(a.Policy.Coordination.Limits) > 0 { // a call that waits for a token is late for its slot
		e.credentials.prepare(ctx, e, e.limit(ctx, *a))
	}
	q := e.question(*a, a.past)
	q.prefer, q.held = e.number, a.ownSlot()
	if at, holds := e.inHand(ctx, *a, q); holds {
		a.called = q.held
		e.sleepUntil(ctx, a, at)
		return outcome{}, false
	}
	for try := 0; ; try++ {
		asked := e.clock()
		s := e.choose(ctx, *a, q)
		took := e.clock().Sub(asked)
		mayGo := !s.contended && s.next[0] == e.number && s.left() <= sleepLimit
		if isPaced := s.byTable && len(q.limits) > 0; !mayGo || s.slot == nil && isPaced {
			return e.handOver(*a, q, s), true
		}
		a.called = s.slot
		e.sleepUntil(ctx, a, s.at)
		switch {
		case s.slot == nil || !e.clock().After(s.slot.At.Add(coordination.Slack(q.limits))):
			return outcome{}, false
		case try == mostLate:
			return e.handOver(*a, q, s), true
		}
		q.held, q.from = s.slot, min(2*took, time.Second) // the table took so long that the slot is over
	}
}

// mostLate is how often an egress books anew because its slot was over when it had it.
const mostLate = 2

// inHand reports whether what was chosen for the attempt still holds, and when it goes.
func (e *Egress) inHand(ctx context.Context, a attempt, q question) (at time.Time, holds bool) {
	now, own := e.clock(), q.waits[e.number-1].left
	start, isFirst := a.handed()
	switch {
	case own > sleepLimit, isFirst && !e.isChosenForAll(a, q.limits):
		return now, false
	case q.held == nil: // only an orchestrator's choice says when it was made
		age := now.Sub(a.end.Add(-time.Duration(a.Policy.DeadlineSeconds) * time.Second))
		isOwn := isFirst && a.isChosen() && len(start.Next) > 0 && start.Next[0] == e.number
		return now.Add(own), isOwn && len(q.limits) == 0 && start.WaitSeconds == 0 && age <= time.Second
	}
	at = latest(q.held.At, now.Add(own))
	last := q.held.At.Add(coordination.Slack(q.limits))
	isInTime := func() bool { return !at.After(last) && at.Sub(e.clock()) <= sleepLimit }
	if start.WaitSeconds == 0 || !isInTime() {
		return at, isInTime()
	}
	q.limits, q.held = nil, nil // what was told meanwhile; nothing is booked
	s := e.choose(ctx, a, q)
	at = latest(at, s.at)
	return at, !s.contended && s.next[0] == e.number && isInTime()
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// sleepUntil sleeps at most as long as an egress does. If the invocation ends before, so
// does the call.
func (e *Egress) sleepUntil(ctx context.Context, a *attempt, at time.Time) {
	if left := at.Sub(e.clock()); left > 0 {
		a.slept = left
		_ = e.sleep(ctx, left)
	}
}

// handOver is the outcome of an attempt that another one makes, or this egress later. It is
// no attempt, and not counted, unless nobody may go.
func (e *Egress) handOver(a attempt, q question, s selection) outcome {
	o := outcome{
		record:  contract.Attempt{Egress: a.egress, Fault: contract.FaultSkipped},
		error:   contract.ErrSkipped,
		reason:  "skipped: " + e.whyHanded(q, s),
		certain: true,
		forward: a.previous.Response,
	}
	o.next, o.slot = s.next, s.slot
	o.pause = e.pauseFor(a, &o, s, 0)
	final := ""
	switch {
	case a.previous.Skipped >= a.mostSkips():
		final = fmt.Sprintf("all egresses are cooling: %d times in this execution an egress might not go", a.previous.Skipped)
	case !s.contended:
		final = e.whyTooLate(a, q, s)
	}
	if final == "" {
		o.reason += e.whoGoes(s)
		return o
	}
	o.reject(final)
	o.record.Attempt, o.slot, o.retryAfter = a.Attempt, nil, max(1, inSeconds(s.left()))
	if s.isPaced { // for the caller, there is no wait
		o.waitReason = contract.WaitSlot
	}
	return o
}

// whyHanded says why this egress does not go.
func (e *Egress) whyHanded(q question, s selection) string {
	own := q.waits[e.number-1]
	if s.known != nil {
		own = s.known[e.number-1]
	}
	switch {
	case s.contended:
		return "too many book a slot at the same time"
	case own.left > sleepLimit:
		return own.words
	case s.why != nil && (s.why.Of.Scope == contract.ScopePool || s.next[0] == e.number || s.why.Of.Egress == 0):
		return coolDownOf(*s.why).words(s.why.Of.Scope, s.next[0], s.now)
	case s.byTable && len(s.waits) >= e.number && s.waits[e.number-1].Sub(s.now) > 0:
		return fmt.Sprintf("egress %d may go at %s", e.number, s.waits[e.number-1].UTC().Format(clockLayout))
	}
	return "it is not the turn of egress " + fmt.Sprint(e.number)
}

// clockLayout is a time of today.
const clockLayout = "15:04:05.999Z"

func (e *Egress) whoGoes(s selection) string {
	if s.left() <= 0 {
		return fmt.Sprintf("; egress %d goes now", s.next[0])
	}
	return fmt.Sprintf("; egress %d goes at %s", s.next[0], s.at.UTC().Format(clockLayout))
}
