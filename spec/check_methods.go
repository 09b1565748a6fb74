package spec

import (
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// checkUnsafeMethods warns where POST and PATCH are retried less, or more, than
// their writer may think.
func (c *checker) checkUnsafeMethods() {
	if !c.allSound("upstream.methods", "triggers", "retry.idempotency", "retry.maxAttempts",
		"retry.retryableStatusCodes", "retry.retryableErrors") {
		return
	}
	unsafe := c.unsafeMethods()
	idempotency := c.spec.Retry.Idempotency
	if len(unsafe) == 0 || idempotency.Header != "" || c.spec.Retry.MaxAttempts == 1 {
		return
	}
	methods := strings.Join(unsafe, " and ")
	switch idempotency.UnsafeMethods {
	case contract.UnsafeGuarded:
		c.warn("unguarded-method", "retry.idempotency",
			methods+" "+are(unsafe)+" retried only when the API certainly did not act"+onlyCertain(c.spec.Retry)+
				"; not after a timeout or another status (a gateway's 502, 503 or 504 may come after the API has acted)",
			"set retry.idempotency.header if the API knows idempotency keys"+c.orRefuse())
	case contract.UnsafeAllow:
		c.warn("unsafe-retry", "retry.idempotency.unsafeMethods",
			methods+" "+are(unsafe)+" sent again after a timeout or a broken connection, so the API may act twice",
			"set retry.idempotency.header if the API knows idempotency keys; if acting twice does no harm, ignore this warning")
	}
}

// checkKeyFormat warns of a form that no key has: those of callers and events pass as
// they are.
func (c *checker) checkKeyFormat() {
	const path = "retry.idempotency.keyFormat"
	if !c.has(path) || !c.allSound("retry.idempotency", "triggers.schedules") {
		return
	}
	switch {
	case len(c.spec.Triggers.Schedules) == 0:
		c.warn("key-format-unused", path, "has no effect without a schedule: other keys pass as they are", "remove it")
	case c.spec.Retry.Idempotency.Header == "":
		c.warn("key-format-unused", path, "has no effect without retry.idempotency.header", "remove it, or name the header")
	}
}

// checkRefused: where all methods are unsafe, refusing those leaves nothing that
// a retry is for.
func (c *checker) checkRefused() {
	const path = "retry.idempotency.unsafeMethods"
	if !c.allSound("upstream.methods", "triggers", path, "retry.maxAttempts") || c.spec.Retry.MaxAttempts == 1 {
		return
	}
	if c.allUnsafe() && c.spec.Retry.Idempotency.UnsafeMethods == contract.UnsafeRefuse {
		c.warn("nothing-retryable", path,
			"refuse never retries "+strings.Join(c.unsafeMethods(), " and ")+", and the spec has no other method, so no failure is retried",
			"in its place set retry.idempotency.header, if the API knows idempotency keys; if nothing must be sent twice, ignore this warning")
	}
}

// unsafeMethods are the methods in use that are not idempotent (RFC 9110 9.2.2;
// RFC 5789 for PATCH).
func (c *checker) unsafeMethods() []string {
	used := c.usedMethods()
	return slices.DeleteFunc([]string{"POST", "PATCH"}, func(method string) bool { return !slices.Contains(used, method) })
}

// usedMethods are those of callers, schedules and events.
func (c *checker) usedMethods() []string {
	used := slices.Clone(c.spec.Upstream.Methods)
	for _, schedule := range c.spec.Triggers.Schedules {
		used = append(used, schedule.Request.Method)
	}
	for _, event := range c.spec.Triggers.Events {
		used = append(used, event.Request.Method)
	}
	return used
}

// are is the verb of some methods.
func are(methods []string) string {
	if len(methods) == 1 {
		return "is"
	}
	return "are"
}

// onlyCertain is ": after 429, or without a connection", "" for never.
func onlyCertain(r Retry) string {
	if failures := r.CertainFailures(); failures != "" {
		return ": " + failures
	}
	return ""
}
