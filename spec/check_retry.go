package spec

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// checkAttempts holds the number of attempts and the size of the pool against
// each other.
func (f *File) checkAttempts() {
	attempts, pool := f.Spec.Retry.MaxAttempts, f.Spec.Egress.Count
	if !f.allSound("retry.maxAttempts", "egress.count", "egress.start", "retry.rateLimit", "retry.retryableStatusCodes") {
		return
	}
	if attempts == 1 {
		f.warn("no-retry", "retry.maxAttempts", "the first call is the only one, nothing is retried", "2 allows one retry")
	}
	if pool > attempts && f.Spec.Egress.Start == "first" {
		f.warn("unreachable-egress", "egress.count",
			fmt.Sprintf("with start: first, %d attempts never reach egress %s", attempts, span(attempts+1, pool)),
			fmt.Sprintf("write %d, or start: random", attempts))
	}
	limit := f.Spec.Retry.RateLimit
	if attempts > pool && limit.Scope == contract.ScopeIP && len(limit.StatusCodes) > 0 {
		f.warn("attempts-wrap", "retry.maxAttempts",
			fmt.Sprintf("%d attempts over %d: attempt %s uses an egress again and may have to wait out its rate limit", attempts, pool, span(pool+1, attempts)),
			fmt.Sprintf("egress.count: %d gives each attempt its own", attempts))
	}
}

func span(from, to int) string {
	if from == to {
		return fmt.Sprint(from)
	}
	return fmt.Sprintf("%d to %d", from, to)
}

// checkBackoff refuses a first wait over the longest one, and warns of settings
// that the strategy does not use.
func (f *File) checkBackoff() {
	if !f.sound("retry.backoff") {
		return
	}
	backoff := f.Spec.Retry.Backoff
	for _, key := range ignoredBy(backoff.Strategy) {
		if path := "retry.backoff." + key; f.Has(path) {
			f.warn("ignored-by-strategy", path, "has no effect with strategy: "+backoff.Strategy, "remove it, or choose another strategy")
		}
	}
	if backoff.InitialDelay <= backoff.MaxDelay || backoff.Strategy == StrategyNone {
		return
	}
	path, origin := "retry.backoff.maxDelay", ""
	if !f.Has(path) {
		path, origin = "retry.backoff.initialDelay", ", its default"
	}
	f.fail("max-delay-below-initial", path,
		fmt.Sprintf("initialDelay is %s, but maxDelay, the longest wait, is %s%s", short(backoff.InitialDelay), short(backoff.MaxDelay), origin),
		"set maxDelay to at least "+short(backoff.InitialDelay))
}

func ignoredBy(strategy string) []string {
	switch strategy {
	case StrategyExponential:
		return nil
	case StrategyNone:
		return []string{"initialDelay", "multiplier", "maxDelay", "jitter"}
	}
	return []string{"multiplier"}
}

// short writes a duration as a spec would: 1m30s, not 1m30.0s or 2m0s.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// checkUnsafeMethods warns where POST and PATCH are retried less, or more, than
// their writer may think.
func (f *File) checkUnsafeMethods() {
	if !f.allSound("upstream.methods", "triggers", "retry.idempotency", "retry.maxAttempts") {
		return
	}
	unsafe := f.unsafeMethods()
	idempotency := f.Spec.Retry.Idempotency
	if len(unsafe) == 0 || idempotency.Header != "" || f.Spec.Retry.MaxAttempts == 1 {
		return
	}
	methods := strings.Join(unsafe, " and ")
	switch idempotency.UnsafeMethods {
	case contract.UnsafeGuarded:
		f.warn("unguarded-method", "retry.idempotency",
			methods+" is retried only when the API certainly did not act: not after a timeout, a 500, 502 or 504",
			"set retry.idempotency.header if the API knows idempotency keys, or unsafeMethods: refuse if it must never be sent twice")
	case contract.UnsafeAllow:
		f.warn("unsafe-retry", "retry.idempotency.unsafeMethods",
			methods+" is sent again after a timeout or a broken connection, so the API may act twice",
			"set retry.idempotency.header if the API knows idempotency keys")
	}
}

// unsafeMethods are the methods of callers, schedules and events that are not
// idempotent (RFC 9110 9.2.2; RFC 5789 for PATCH).
func (f *File) unsafeMethods() []string {
	used := slices.Clone(f.Spec.Upstream.Methods)
	for _, schedule := range f.Spec.Triggers.Schedules {
		used = append(used, schedule.Request.Method)
	}
	for _, event := range f.Spec.Triggers.Events {
		used = append(used, event.Request.Method)
	}
	return slices.DeleteFunc([]string{"POST", "PATCH"}, func(method string) bool { return !slices.Contains(used, method) })
}
