package spec

import (
	"fmt"

	"github.com/sfngen/sfngen/runtime/contract"
)

// checkAttempts checks the number of attempts and the size of the pool against
// each other.
func (c *checker) checkAttempts() {
	attempts, pool := c.spec.Retry.MaxAttempts, c.spec.Egress.Count
	if !c.allSound("retry.maxAttempts", "egress.count", "egress.start", "egress.coordination", "retry.rateLimit", "retry.rules",
		"retry.retryableStatusCodes") {
		return
	}
	if attempts == 1 {
		c.warn("no-retry", "retry.maxAttempts", "the first call is the only one, nothing is retried", c.noRetryAdvice())
	}
	limit := c.spec.Retry.RateLimit
	perEgress := limit.Scope == contract.ScopeIP || c.spec.Upstream.Credentials.Own()
	if pool > attempts && c.spec.Egress.Start == "first" && perEgress && !c.spec.Egress.Coordinates() {
		c.warn("unreachable-egress", "egress.count",
			"with start: first, "+unreached(attempts, pool),
			"write "+c.spec.PoolOf(attempts)+", or start: random, or coordination: dynamodb, which uses every egress")
	}
	if pool > 1 && !perEgress && !c.spec.Retry.hasLimitOf(contract.ScopeIP) {
		c.warn("shared-credential", "egress.count",
			fmt.Sprintf("with retry.rateLimit.scope: credential, %s share one limit: more than one gains nothing", egresses(pool)),
			c.sharedAdvice())
	}
	if attempts > pool && perEgress && len(limit.StatusCodes) > 0 {
		c.warn("attempts-wrap", "retry.maxAttempts",
			fmt.Sprintf("%d attempts over %s: %s again and may have to wait out its rate limit", attempts, egresses(pool), reuse(pool+1, attempts)),
			c.wrapAdvice(attempts))
	}
}

// wrapAdvice is to have more egresses, unless they would share the limit of one credential.
func (c *checker) wrapAdvice(attempts int) string {
	if c.spec.Upstream.Credentials.Own() {
		return "a credential for each attempt gives each its own; if that wait is what you want, ignore this warning"
	}
	if limits := c.spec.Upstream.Limits; len(limits) > 0 && !anyPerAddress(limits) {
		return "write retry.rateLimit.scope: credential, as upstream.limits have it: another egress would meet the same limit"
	}
	return c.spec.PoolOf(attempts) + " gives each attempt its own; if that wait is what you want, ignore this warning"
}

// sharedAdvice is to have one egress, which is the default unless the network says more.
func (c *checker) sharedAdvice() string {
	if c.spec.Egress.Network.named() > 0 {
		return "write " + c.spec.PoolOf(1)
	}
	return "write 1, or leave it out"
}

// PoolOf is what a spec writes to have so many egresses.
func (s Spec) PoolOf(egresses int) string {
	if network := s.Egress.Network; network.named() > 0 {
		return fmt.Sprintf("%s with %d of them", keyPath(networkPath, network.perEgress()), egresses)
	}
	return fmt.Sprintf("egress.count: %d", egresses)
}

func egresses(count int) string {
	if count == 1 {
		return "1 egress"
	}
	return fmt.Sprintf("%d egresses", count)
}

// unreached names the egresses that come after the last attempt's.
func unreached(attempts, pool int) string {
	if attempts+1 == pool {
		return fmt.Sprintf("no attempt reaches egress %d", pool)
	}
	return fmt.Sprintf("no attempt reaches egresses %s", span(attempts+1, pool))
}

// reuse names the attempts that use an egress a second time.
func reuse(from, to int) string {
	if from == to {
		return fmt.Sprintf("attempt %d uses an egress", from)
	}
	return fmt.Sprintf("attempts %s use an egress", span(from, to))
}

func span(from, to int) string {
	if from == to {
		return fmt.Sprint(from)
	}
	return fmt.Sprintf("%d to %d", from, to)
}

// checkBackoff refuses a first wait over the longest one, and warns of settings
// that the strategy does not use.
func (c *checker) checkBackoff() {
	c.checkDelays("retry.backoff", c.spec.Retry.Backoff)
	if own := c.spec.Retry.RateLimit.Backoff; own != nil && c.sound("retry.backoff") {
		c.checkDelays("retry.rateLimit.backoff", *own)
	}
}

func (c *checker) checkDelays(section string, backoff Backoff) {
	if !c.sound(section) {
		return
	}
	for _, key := range ignoredBy(backoff.Strategy) {
		if path := section + "." + key; c.has(path) {
			c.warn("ignored-by-strategy", path, "has no effect with strategy: "+backoff.Strategy, "remove it, or write strategy: exponential")
		}
	}
	if backoff.InitialDelay <= backoff.MaxDelay || backoff.Strategy == StrategyNone {
		return
	}
	path, origin := section+".maxDelay", ""
	if !c.has(path) {
		path, origin = section+".initialDelay", ", its default"
	}
	c.fail("max-delay-below-initial", path,
		fmt.Sprintf("initialDelay is %s, but maxDelay, the longest wait, is %s%s", Short(backoff.InitialDelay), Short(backoff.MaxDelay), origin),
		"set maxDelay to at least "+Short(backoff.InitialDelay))
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
