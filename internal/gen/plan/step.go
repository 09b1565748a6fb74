package plan

import (
	"math"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// rateLimitedStep: per address, an egress that this execution has not used yet
// is not limited by what the others did, and follows at once. One that was used
// waits for its own limit to end, and for the backoff of the round: the r-th
// return to the same egress waits what the r-th retry would.
func rateLimitedStep(s spec.Spec, k int) Step {
	if k == s.Retry.MaxAttempts {
		return Step{Kind: Fail}
	}
	round := k
	if s.Retry.RateLimit.Scope == contract.ScopeIP {
		round = contract.Round(k+1, s.Egress.Count)
	}
	if round == 0 {
		return Step{Kind: AtOnce}
	}
	return waitStep(s, backoff(s.Retry.Backoff, round))
}

// transientStep: the upstream is in trouble for everyone, so every retry waits.
func transientStep(s spec.Spec, k int) Step {
	if k == s.Retry.MaxAttempts {
		return Step{Kind: Fail}
	}
	return waitStep(s, backoff(s.Retry.Backoff, k))
}

func waitStep(s spec.Spec, backoff time.Duration) Step {
	step := Step{Kind: Wait, Min: backoff, Max: backoff, Backoff: backoff}
	requested := s.Retry.RateLimit.MaxWait
	switch full := s.Retry.Backoff.Jitter == "full"; {
	case full:
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
