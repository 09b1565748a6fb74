package plan

import (
	"slices"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// policy is what the definition passes to the egress about attempt a. The codes that
// mean a limit are taken out of the transient ones, so that each code is in
// one set.
func policy(s spec.Spec, a Attempt) contract.Policy {
	r := s.Retry
	p := contract.Policy{
		MaxAttempts:        r.MaxAttempts,
		Egresses:           s.Egress.Count,
		SuccessStatusCodes: s.Upstream.Successes(),
		RedirectsFail:      s.Upstream.SuccessStatusCodes == nil,
		Rules:              rulesOf(s.Retry),
		RateLimited: contract.RateLimited{
			StatusCodes:         r.RateLimit.StatusCodes,
			Scope:               r.RateLimit.Scope,
			BackoffSeconds:      seconds(a.RateLimited.Backoff),
			OtherBackoffSeconds: seconds(a.OtherScope.Backoff),
			MinSeconds:          seconds(r.RateLimit.MinWait),
			OwnCredentials:      s.Upstream.Credentials.Own(),
		},
		Transient: contract.Transient{
			StatusCodes:    without(r.RetryableStatusCodes, r.RateLimit.StatusCodes),
			Errors:         r.RetryableErrors,
			BackoffSeconds: seconds(a.Transient.Backoff),
		},
		FullJitter: r.Backoff.Jitter == jitterFull,
		RequestedWait: contract.RequestedWait{Headers: r.RateLimit.Headers, Body: r.RateLimit.BodyWaits,
			MaxSeconds: seconds(r.RateLimit.MaxWait)},
		UnsafeMethods:     r.Idempotency.UnsafeMethods,
		IdempotencyHeader: r.Idempotency.Header,
		AttemptSeconds:    seconds(a.Limit),

		NotActedStatusCodes: slices.Concat(contract.StatusCodes{}, r.Idempotency.NotActedStatusCodes), // never null, which means 429
	}
	if full := r.LimitBackoff().Jitter == jitterFull; full != p.FullJitter {
		p.RateLimited.FullJitter = &full
	}
	p.Coordination = coordination(s)
	p.Contract = p.LeastVersion()
	return p
}

// jitterFull is the word of a spec for it.
const jitterFull = "full"

// without removes codes from a set; a range that loses some of its codes is
// split, one that loses none stays as it was written.
func without(set, gone contract.StatusCodes) contract.StatusCodes {
	out := contract.StatusCodes{}
	for _, r := range set {
		from := r.From
		for code := r.From; code <= r.To; code++ {
			if !gone.Contains(code) {
				continue
			}
			if from < code {
				out = append(out, contract.StatusRange{From: from, To: code - 1})
			}
			from = code + 1
		}
		if from <= r.To {
			out = append(out, contract.StatusRange{From: from, To: r.To})
		}
	}
	return out
}
