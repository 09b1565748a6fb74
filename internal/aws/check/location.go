package check

import (
	"path"
	"strings"
)

// reasons say which field of a spec causes a part of the definition: the first that is
// the part, or that it is in. "*" is what differs between states of one kind.
var reasons = []struct{ part, field string }{
	{"States/Attempt */Parameters/Payload/policy/contract", "name"}, // sfngen's own
	{"States/Attempt */Parameters/Payload/policy/egresses", "egress.count"},
	{"States/Attempt */Parameters/Payload/policy/successStatusCodes", "upstream.successStatusCodes"},
	{"States/Attempt */Parameters/Payload/policy/rateLimited/statusCodes", "retry.rateLimit.statusCodes"},
	{"States/Attempt */Parameters/Payload/policy/rateLimited/scope", "retry.rateLimit.scope"},
	{"States/Attempt */Parameters/Payload/policy/rateLimited/backoffSeconds", "retry.backoff"},
	{"States/Attempt */Parameters/Payload/policy/rateLimited", "retry.rateLimit"},
	{"States/Attempt */Parameters/Payload/policy/transient/errors", "retry.retryableErrors"},
	{"States/Attempt */Parameters/Payload/policy/transient/backoffSeconds", "retry.backoff"},
	{"States/Attempt */Parameters/Payload/policy/transient", "retry.retryableStatusCodes"},
	{"States/Attempt */Parameters/Payload/policy/fullJitter", "retry.backoff.jitter"},
	{"States/Attempt */Parameters/Payload/policy/requestedWait/maxSeconds", "retry.rateLimit.maxWait"},
	{"States/Attempt */Parameters/Payload/policy/requestedWait", "retry.rateLimit.headers"},
	{"States/Attempt */Parameters/Payload/policy/unsafeMethods", "retry.idempotency.unsafeMethods"},
	{"States/Attempt */Parameters/Payload/policy/notActedStatusCodes", "retry.idempotency.notActedStatusCodes"},
	{"States/Attempt */Parameters/Payload/policy/redirectsFail", "upstream.successStatusCodes"},
	{"States/Attempt */Parameters/Payload/policy/idempotencyHeader", "retry.idempotency.header"},
	{"States/Attempt */Parameters/Payload/policy/attemptSeconds", "retry.attemptTimeout"},
	{"States/Attempt */Parameters/Payload/policy/deadlineSeconds", "retry.deadline"},
	{"States/Attempt */Parameters/Payload/policy/coordination", "upstream.limits"},
	{"States/Attempt */Parameters/Payload/turn", "egress.coordination"},
	{"States/Attempt */Parameters/FunctionName", "egress.count"},
	{"States/Attempt */Resource", "partition"},
	{"States/Attempt */TimeoutSeconds", "retry.attemptTimeout"},
	{"States/Attempt *", "retry.maxAttempts"},
	{"States/Read *", "retry.backoff"},
	{"States/Wait *", "retry.backoff"},
	{"States/Start/Parameters", "egress.count"},
	{"States/Start/Choices", "egress.coordination"},
	{"States/Start", "egress.start"},
	{"StartAt", "egress.start"},
	{"TimeoutSeconds", "retry.deadline"},
	{"Comment", "description"},
}

// field is the cause of a place in the definition, which AWS writes like a JSON pointer
// with the names unescaped: /States/Attempt 1/Retry/0. What no particular field causes is
// reported at the spec's name.
func field(location string) string {
	parts := strings.Split(strings.TrimPrefix(location, "/"), "/")
	for i := range parts {
		parts[i] = strings.TrimSuffix(unescape.Replace(parts[i]), ".$")
	}
	for _, r := range reasons {
		if matches(strings.Split(r.part, "/"), parts) {
			return r.field
		}
	}
	return "name"
}

// unescape undoes what a JSON pointer (RFC 6901 3) and a URL may have escaped.
var unescape = strings.NewReplacer("~1", "/", "~0", "~", "%20", " ")

func matches(pattern, parts []string) bool {
	if len(parts) < len(pattern) {
		return false
	}
	for i, p := range pattern {
		if ok, err := path.Match(p, parts[i]); err != nil || !ok {
			return false
		}
	}
	return true
}
