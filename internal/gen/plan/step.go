package plan

import (
	"math"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// rateLimitedStep: per address, or where each egress has a credential of its own, an
// egress that this execution has not used yet is not limited by what the others did, and
// follows at once. One that was used waits for its own limit to end, and for the backoff of
// the round: the r-th return to the same egress waits what the r-th retry would. floor is
// the least wait after such a limit.
func rateLimitedStep(s spec.Spec, k int, scope contract.Scope, floor time.Duration) Step {
	if k == s.Retry.MaxAttempts {
		return Step{Kind: Fail}
	}
	round, perEgress := k, scope == contract.ScopeIP || s.Upstream.Credentials.Own()
	if perEgress {
		round = contract.Round(k+1, s.Egress.Count)
	}
	if round == 0 {
		return Step{Kind: AtOnce}
	}
	from, field := s.Retry.LimitBackoff(), "retry.backoff"
	if s.Retry.RateLimit.Backoff != nil {
		field = "retry.rateLimit.backoff"
	}
	step := waitStep(s, backoff(from, round), from.Jitter, field)
	step.Least = time.Duration(longestMinWait(s.Retry, contract.MeansRateLimited)) * time.Second
	if !perEgress || s.Egress.Count == 1 { // else part of it has passed
		step.Min = max(step.Min, floor)
	}
	return step
}

// rateLimitedSteps also give what follows a limit whose rule has the other scope. The
// definition has one way for both, so where either waits, both go through its state.
func rateLimitedSteps(s spec.Spec, k int) (step, other Step) {
	step = rateLimitedStep(s, k, s.Retry.RateLimit.Scope, s.Retry.RateLimit.MinWait)
	floor, known := otherFloor(s.Retry)
	if step.Kind == Fail || !known {
		return step, Step{}
	}
	other = rateLimitedStep(s, k, otherScope(s.Retry), floor)
	switch {
	case other.Kind == Wait && step.Kind == AtOnce:
		step = Step{Kind: Wait, Mixed: true, Max: other.Max, BackoffField: other.BackoffField, Requested: other.Requested, OnTop: other.OnTop}
	case other.Kind == Wait:
		step.Max = max(step.Max, other.Max)
	}
	return step, other
}

// transientStep: the upstream is in trouble for everyone, so every retry waits.
func transientStep(s spec.Spec, k int) Step {
	if k == s.Retry.MaxAttempts {
		return Step{Kind: Fail}
	}
	step := waitStep(s, backoff(s.Retry.Backoff, k), s.Retry.Backoff.Jitter, "retry.backoff")
	step.Least = time.Duration(longestMinWait(s.Retry, contract.MeansTransient)) * time.Second
	return step
}

func waitStep(s spec.Spec, backoff time.Duration, jitter, field string) Step {
	step := Step{Kind: Wait, Min: backoff, Max: backoff, Backoff: backoff, BackoffField: field, Jittered: jitter == jitterFull}
	requested := s.Retry.RateLimit.MaxWait
	switch {
	case step.Jittered:
		step.Min, step.Max = 0, backoff+requested
		step.Requested, step.OnTop = requested, requested > 0 && backoff > 0
	case requested > backoff:
		step.Max, step.Requested = requested, requested
	}
	if step.Max == 0 {
		return Step{Kind: AtOnce}
	}
	return step
}

// backoff is the wait before retry k (1..49), before jitter, in whole seconds
// (rounded up: a Wait state counts in seconds).
func backoff(b spec.Backoff, k int) time.Duration {
	delay := b.InitialDelay.Seconds()
	switch b.Strategy {
	case spec.StrategyNone:
		return 0
	case spec.StrategyLinear:
		delay *= float64(k)
	case spec.StrategyExponential:
		delay *= math.Pow(b.Multiplier, float64(k-1))
	}
	delay = min(delay, b.MaxDelay.Seconds())
	return time.Duration(math.Ceil(delay)) * time.Second
}
