package spec

import (
	"fmt"
	"slices"

	"github.com/sfngen/sfngen/runtime/contract"
)

const limitsPath = "upstream.limits"

// checkLimits checks the limits of the API against each other, and against what counts
// as one after an answer.
func (c *checker) checkLimits() {
	if !c.sound(limitsPath) {
		return
	}
	limits := c.spec.Upstream.Limits
	for i, l := range limits {
		c.checkBurst(i, l)
		if !c.checkDuplicateLimit(i, limits) {
			c.checkReached(i, limits)
		}
	}
	c.checkLimitScope(limits)
	c.checkSchedulesFit(limits)
}

// checkBurst questions a bucket that is deeper than what its window lets through: some
// APIs have one, but more often the two numbers are swapped.
func (c *checker) checkBurst(i int, l Limit) {
	if l.Burst != nil && *l.Burst > l.Requests {
		c.warn("burst-over-requests", itemPath(limitsPath, i)+".burst",
			fmt.Sprintf("is %d, more than the %d requests of %s: it would let %d through in one such window",
				*l.Burst, l.Requests, Short(l.Window), l.Most(l.Window)),
			fmt.Sprintf("write burst: %d, or requests and burst the other way round; if the API documents it so, ignore this warning", l.Requests))
	}
}

func (c *checker) checkDuplicateLimit(i int, limits []Limit) (found bool) {
	first := slices.IndexFunc(limits[:i], limits[i].sameWindow)
	if first < 0 {
		return false
	}
	c.fail("duplicate-limit", itemPath(limitsPath, i),
		fmt.Sprintf("counts per %s in %s, as %s does (%d)", limits[i].Per, Short(limits[i].Window), itemPath(limitsPath, first),
			limits[first].Requests),
		"keep the one that the API documents")
	return true
}

// checkReached warns of a limit that can never be met, because another one is met first.
func (c *checker) checkReached(i int, limits []Limit) {
	for k, other := range limits {
		if k == i || other.sameWindow(limits[i]) || !other.covers(limits[i]) {
			continue
		}
		c.warn("limit-never-reached", itemPath(limitsPath, i),
			fmt.Sprintf("%s is never reached: %s (%s) is reached first", limits[i], itemPath(limitsPath, k), other),
			"remove it, or correct one of the two")
		return
	}
}

func anyPerAddress(limits []Limit) bool {
	return slices.ContainsFunc(limits, func(l Limit) bool { return l.Per == contract.ScopeIP })
}

// checkLimitScope warns where all limits are of the credential, but an answer that says
// so sends the next attempt to another egress at once.
func (c *checker) checkLimitScope(limits []Limit) {
	if !c.allSound("retry.rateLimit", "retry.maxAttempts", "egress.count") || len(limits) == 0 {
		return
	}
	limit := c.spec.Retry.RateLimit
	if c.spec.Upstream.Credentials.Own() || anyPerAddress(limits) {
		return
	}
	if limit.Scope != contract.ScopeIP || len(limit.StatusCodes) == 0 || c.spec.Egress.Count == 1 {
		return
	}
	c.warn("limit-of-other-scope", itemPath(limitsPath, 0)+".per",
		fmt.Sprintf("the API counts per credential, but with retry.rateLimit.scope: ip an attempt that meets the limit is followed at once by "+
			"another egress, which has the same one; %s gain nothing", egresses(c.spec.Egress.Count)),
		"write retry.rateLimit.scope: credential, or per: ip if the API counts addresses")
}
