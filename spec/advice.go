package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// The advice of warnings whose mend depends on the rest of the spec. Who follows it
// meets no other warning, or finds it named here.

// signatureHeaders carry the caller's AWS signature where auth is iam (AWS General
// Reference, Signature Version 4).
var signatureHeaders = []string{"authorization", "x-amz-security-token"}

// isSigned reports whether callers sign their requests for the function URL.
func (c *checker) isSigned() bool {
	return c.spec.Triggers.FunctionURL.Auth == "iam" && c.spec.HasFunctionURL()
}

// noRetryAdvice says what a second attempt takes.
func (c *checker) noRetryAdvice() string {
	advice := "2 allows one retry"
	if limit := c.spec.Retry.RateLimit; c.spec.Egress.Count == 1 && c.countIsStated() && limit.Scope == contract.ScopeIP &&
		len(limit.StatusCodes) > 0 {
		advice += ", and " + c.spec.PoolOf(2) + " takes it to another egress"
	}
	if rule := c.unsafeRule(); rule != "" {
		advice += ", for which the API should know idempotency keys (retry.idempotency.header, or see " + rule + ")"
	}
	if c.has("retry.deadline") {
		advice += ", for which retry.deadline must be long enough (or see attempts-cut-off)"
	}
	return advice + "; if one call is what you want, ignore this warning"
}

// unsafeRule is the rule that warns of how POST and PATCH are retried, "" for none.
func (c *checker) unsafeRule() string {
	idempotency := c.spec.Retry.Idempotency
	switch {
	case len(c.unsafeMethods()) == 0 || idempotency.UnsafeMethods != contract.UnsafeRefuse && idempotency.Header != "":
		return ""
	case idempotency.UnsafeMethods == contract.UnsafeGuarded:
		return "unguarded-method"
	case idempotency.UnsafeMethods == contract.UnsafeAllow:
		return "unsafe-retry"
	case c.allUnsafe():
		return "nothing-retryable"
	}
	return ""
}

// allUnsafe reports whether no method in use is idempotent.
func (c *checker) allUnsafe() bool {
	unsafe := c.unsafeMethods()
	return !slices.ContainsFunc(c.usedMethods(), func(method string) bool { return !slices.Contains(unsafe, method) })
}

// orRefuse is the other half of the advice to set an idempotency header. To refuse all
// methods that there are leaves nothing to retry.
func (c *checker) orRefuse() string {
	if c.allUnsafe() {
		return "; if it does not, and that is retry enough, ignore this warning"
	}
	return ", or unsafeMethods: refuse if it must never be sent twice; if neither fits, ignore this warning"
}

// secretAdvice says where to keep what should not be in the spec, or who can send it: a
// header of that name, or a parameter where name is "" or path is upstream.query.
func (c *checker) secretAdvice(path, name string) string {
	return "name where it is kept in " + credentialLine(path, name) + ", which sends it with every call; or " + c.callerAdvice(path, name)
}

// credentialLine is the line of a spec that has a reference in place of a value.
func credentialLine(path, name string) string {
	switch {
	case path == "upstream.query":
		return "upstream.credentials.query: {" + name + ": {secret: NAME}}"
	case name == "":
		return "upstream.credentials.query"
	}
	return "upstream.credentials.headers: {" + strings.ToLower(name) + ": {secret: NAME}}"
}

// callerAdvice says who else can send it.
func (c *checker) callerAdvice(path, name string) string {
	name = strings.ToLower(name)
	how := ", with its name in upstream.forwardHeaders"
	switch {
	case name == "" || path == "upstream.query":
		how = ""
	case c.isSigned() && slices.Contains(signatureHeaders, name): // holds the caller's AWS signature
		how = " as " + nameBeside(name) + ", by " + renaming(name)
	}
	switch {
	case path == "upstream.query":
		return "remove it and let the caller send it in the query" + how
	case !strings.HasPrefix(path, "triggers."):
		return "remove it and let the caller send it" + how
	}
	door := "the function URL"
	if !c.spec.HasFunctionURL() {
		door = "the orchestrator"
	}
	how = strings.Replace(how, "its name", "the header's name", 1)
	how = strings.Replace(how, " as ", ", with the header as ", 1)
	return "let a program that has the secret send this request to " + door + " in place of the trigger" + how
}

// openURLAdvice says what to do where anyone may call. A caller cannot send the API's
// own authorization together with an AWS signature, but under another name.
func (c *checker) openURLAdvice() string {
	var taken []string
	for _, name := range c.spec.Upstream.ForwardHeaders {
		if name = strings.ToLower(name); slices.Contains(signatureHeaders, name) {
			taken = append(taken, name)
		}
	}
	ignore := "ignore this warning"
	if c.spec.Triggers.FunctionURL.Concurrency == 0 {
		ignore = "bound how many requests run at once by triggers.functionUrl.concurrency, and ignore this warning"
	}
	if len(taken) == 0 {
		return "use auth: iam; a key of the API's belongs into upstream.credentials, so that no caller needs one; if everyone is meant to " +
			"call it, " + ignore
	}
	names := strings.Join(taken, " and ")
	return fmt.Sprintf("use auth: iam, which needs %s for its signature: take it out of upstream.forwardHeaders, and name "+
		"the API's own in upstream.credentials, or let callers send it by %s; if callers cannot sign and the API refuses whoever sends "+
		"no %s of its own, %s",
		names, renaming(taken[0]), names, ignore)
}

// clientErrorAdvice says what to write in place of a code that need not be retried.
func (c *checker) clientErrorAdvice(r contract.StatusRange) string {
	remove, beside := "remove it", ""
	if r.From <= 429 && 429 <= r.To {
		remove = "write 429 in its place"
	} else if c.spec.Retry.RateLimit.StatusCodes.Contains(429) {
		beside = ", beside 429"
	}
	return remove + "; or, if the API means a rate limit by it, name it in retry.rateLimit.statusCodes too" + beside
}

// emptyLimitAdvice is for retry.rateLimit.statusCodes: [].
func (c *checker) emptyLimitAdvice() string {
	if c.spec.Retry.RetryableStatusCodes.Contains(429) {
		return "remove it, and 429 counts as one; if the API has no rate limit, ignore this warning"
	}
	return "write the code by which the API says it here and in retry.retryableStatusCodes; if it has no rate limit, ignore this warning"
}
