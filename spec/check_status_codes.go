package spec

import (
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// checkRetryable checks successes and retryable answers against each other, and
// questions retries that seldom help.
func (c *checker) checkRetryable() {
	const success, retryable = "upstream.successStatusCodes", "retry.retryableStatusCodes"
	if !c.allSound(success, retryable, "retry.retryableErrors") {
		return
	}
	retry := c.spec.Retry
	for i, r := range retry.RetryableStatusCodes {
		if common := overlap(c.spec.Upstream.Successes(), r); common != "" {
			path, hint := itemPath(retryable, i), fmt.Sprintf("take it out of %s or of %s", success, retryable)
			switch {
			case !c.has(success):
				hint = fmt.Sprintf("take it out of %s, or write %s without it: [2xx]", retryable, success)
			case !c.has(retryable):
				path, hint = success, hint+", whose default names it"
			}
			c.fail("success-and-retryable", path, fmt.Sprintf("%s is both a success and retryable", common), hint)
		}
	}
	if len(retry.RetryableStatusCodes) == 0 && len(retry.RetryableErrors) == 0 && !retry.hasRule(contract.MeansRateLimited,
		contract.MeansTransient) {
		c.warn("nothing-retryable", retryable, "no status code and no error is retryable, so there is never a second attempt",
			"list some in retryableStatusCodes, 429 among them, or in retryableErrors")
	}
	c.checkClientErrors()
}

// overlap words the first that a set and a range have in common; "" for nothing.
func overlap(set contract.StatusCodes, r contract.StatusRange) string {
	if common := overlaps(set, r); len(common) > 0 {
		return common[0]
	}
	return ""
}

// overlaps words all that a set and a range have in common.
func overlaps(set contract.StatusCodes, r contract.StatusRange) []string {
	var all []string
	for _, other := range set {
		common := contract.StatusRange{From: max(r.From, other.From), To: min(r.To, other.To)}
		if common.From <= common.To {
			all = append(all, common.String())
		}
	}
	return all
}

// A 4xx says that the request is at fault (RFC 9110 15.5), and the same request
// will be again. With these it was only too early or too slow; those of the
// second set, with an idempotency key, also tell that an earlier request with
// the same key is still being worked on (IETF draft "The Idempotency-Key HTTP
// Header Field", 2.7).
var (
	passingClientErrors = map[int]bool{408: true, 425: true, 429: true}
	passingWithKey      = map[int]bool{409: true, 423: true}
)

func (c *checker) checkClientErrors() {
	const path = "retry.retryableStatusCodes"
	if !c.has(path) || !c.allSound(path, "retry.rateLimit", "retry.idempotency") {
		return
	}
	for i, r := range c.spec.Retry.RetryableStatusCodes {
		if codes := c.lastingClientErrors(r); codes > 0 {
			c.warn("retried-client-error", itemPath(path, i),
				fmt.Sprintf("%s says that the request is at fault, so the next attempt would fail too", clientErrors(r)),
				c.clientErrorAdvice(r))
		}
	}
}

func (c *checker) lastingClientErrors(r contract.StatusRange) int {
	count, keyed := 0, c.spec.Retry.Idempotency.Header != ""
	for code := max(r.From, 400); code <= min(r.To, 499); code++ {
		passes := passingClientErrors[code] || keyed && passingWithKey[code]
		if !passes && !c.spec.Retry.RateLimit.StatusCodes.Contains(code) {
			count++
		}
	}
	return count
}

func clientErrors(r contract.StatusRange) string {
	if r.From == r.To {
		return r.String()
	}
	return "most of " + contract.StatusRange{From: max(r.From, 400), To: min(r.To, 499)}.String()
}

// checkRateLimit refuses a rate limit that is not retried, and warns where no
// answer counts as one or its headers are not read.
func (c *checker) checkRateLimit() {
	const path = "retry.rateLimit.statusCodes"
	if c.allSound(path, "retry.retryableStatusCodes") {
		for i, r := range c.spec.Retry.RateLimit.StatusCodes {
			if missing := c.notRetryable(r); len(missing) > 0 {
				c.fail("rate-limit-not-retryable", itemPath(path, i), strings.Join(missing, ", ")+" is a rate limit, but not retryable",
					"name it in retry.retryableStatusCodes too")
			}
		}
		c.checkNoRateLimit()
	}
	const headers = "retry.rateLimit.headers"
	if c.allSound("retry.rateLimit.maxWait", headers) && c.spec.Retry.RateLimit.MaxWait == 0 && c.has(headers) {
		c.warn("headers-not-read", headers, "has no effect with maxWait: 0s, which ignores the waits that the API requests",
			"remove it, or set a longer maxWait")
	}
	const paths = "retry.rateLimit.bodyWaits"
	if c.allSound("retry.rateLimit.maxWait", paths) && c.spec.Retry.RateLimit.MaxWait == 0 && len(c.spec.Retry.RateLimit.BodyWaits) > 0 {
		c.warn("headers-not-read", paths, "has no effect with maxWait: 0s, which ignores the waits that the API requests",
			"remove it, or set a longer maxWait")
	}
	c.checkWaitHeaders()
}

// notRetryable are the parts of a range outside the retryable codes.
func (c *checker) notRetryable(r contract.StatusRange) []string {
	var parts []string
	for code := r.From; code <= r.To; code++ {
		from := code
		for code <= r.To && !c.spec.Retry.RetryableStatusCodes.Contains(code) {
			code++
		}
		if code > from {
			parts = append(parts, contract.StatusRange{From: from, To: code - 1}.String())
		}
	}
	return parts
}

// checkNoRateLimit: without a rate limit the pool is of little use.
func (c *checker) checkNoRateLimit() {
	if retry := c.spec.Retry; len(retry.RateLimit.StatusCodes) > 0 || len(retry.RetryableStatusCodes) == 0 ||
		retry.hasRule(contract.MeansRateLimited) {
		return
	}
	if c.has("retry.rateLimit.statusCodes") {
		c.warn("no-rate-limit", "retry.rateLimit.statusCodes", "is empty, so every retry waits its backoff, even before a fresh egress",
			c.emptyLimitAdvice())
		return
	}
	c.warn("no-rate-limit", "retry.retryableStatusCodes", "leaves out 429, so a rate-limited answer ends the workflow",
		"add 429; or the code by which the API says it, here and in retry.rateLimit.statusCodes; if it has no rate limit, ignore this warning")
}
