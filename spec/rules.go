package spec

import "slices"

// Rule is one thing that a finding can be about. Its name is stable:
// docs/rules.md explains it with an input that breaks it and the real output.
type Rule struct {
	Name     string
	Severity Severity
	Meaning  string // one line, without a full stop
}

// Rules are all rules of this package, in the order of docs/rules.md: what
// stands in the way of reading a file, its keys, its fields in the order of the
// spec, rules between fields, and warnings.
func Rules() []Rule {
	return slices.Concat(
		all(Error, fileRules), all(Error, keyRules), all(Error, fieldRules), all(Error, crossRules), all(Warning, warningRules))
}

func all(severity Severity, named [][2]string) []Rule {
	var rules []Rule
	for _, r := range named {
		rules = append(rules, Rule{Name: r[0], Severity: severity, Meaning: r[1]})
	}
	return rules
}

var fileRules = [][2]string{
	{"file-too-large", "a spec has at most 1 MiB"},
	{"not-utf8", "a spec is UTF-8 text, with or without a byte order mark"},
	{"control-character", "a spec holds no control characters"},
	{"empty-file", "a spec holds more than blank lines and comments"},
	{"yaml-syntax", "a spec is YAML"},
	{"several-documents", "a file holds one spec"},
	{"nested-too-deep", "mappings and lists are nested at most 64 deep"},
	{"alias-explosion", "aliases expand to at most 20,000 values, and never to themselves"},
	{"merge-key", "<< merges mappings only"},
	{"yaml-tag", "values have no YAML tag other than !!str"},
	{"yaml-date", "a date inside JSON must be quoted"},
	{"number-notation", "numbers are written in plain decimal digits"},
}

var keyRules = [][2]string{
	{"wrong-shape", "a section is a mapping, a list of sections a list"},
	{"key-not-text", "a key is text"},
	{"duplicate-key", "a key appears once in its mapping; header names and tag keys are case-insensitive"},
	{"unknown-key", "a key is one of those that the schema knows"},
	{"foreign-word", "the words of other retry systems are answered with those of a spec"},
	{"missing-key", "the required keys are there"},
	{"duplicate-item", "an item appears once in its list, whatever its case"},
}

var fieldRules = [][2]string{
	{"version", "version is 1"},
	{"name", "name has 2 to 32 lower-case letters, digits and hyphens"},
	{"description", "description is text of at most 256 characters"},
	{"upstream-url", "upstream.url is an absolute http or https URL to which a path can be appended"},
	{"upstream-methods", "upstream.methods are methods that a function URL can deliver"},
	{"upstream-headers", "upstream.headers are header names and values (RFC 9110 5)"},
	{"upstream-forward-headers", "upstream.forwardHeaders are header names (RFC 9110 5.1)"},
	{"upstream-success-status-codes", "upstream.successStatusCodes are codes, classes and ranges, at least one"},
	{"upstream-allow-private", "upstream.allowPrivate is true or false"},
	{"retry-max-attempts", "retry.maxAttempts is between 1 and 50"},
	{"retry-retryable-status-codes", "retry.retryableStatusCodes are codes, classes and ranges"},
	{"retry-retryable-errors", "retry.retryableErrors are timeout and connection"},
	{"retry-attempt-timeout", "retry.attemptTimeout is whole seconds between 1s and 800s"},
	{"retry-deadline", "retry.deadline is whole seconds between 1s and 8760h"},
	{"retry-backoff-strategy", "retry.backoff.strategy is exponential, linear, constant or none"},
	{"retry-backoff-initial-delay", "retry.backoff.initialDelay is whole seconds between 1s and 8760h"},
	{"retry-backoff-multiplier", "retry.backoff.multiplier is between 1 and 10"},
	{"retry-backoff-max-delay", "retry.backoff.maxDelay is whole seconds between 1s and 8760h"},
	{"retry-backoff-jitter", "retry.backoff.jitter is full or none"},
	{"retry-rate-limit-status-codes", "retry.rateLimit.statusCodes are codes, classes and ranges"},
	{"retry-rate-limit-scope", "retry.rateLimit.scope is ip or credential"},
	{"retry-rate-limit-max-wait", "retry.rateLimit.maxWait is whole seconds between 0s and 8760h"},
	{"retry-rate-limit-headers", "retry.rateLimit.headers are header names, at least one"},
	{"retry-idempotency-header", "retry.idempotency.header is a header name"},
	{"retry-idempotency-unsafe-methods", "retry.idempotency.unsafeMethods is guarded, allow or refuse"},
	{"egress-count", "egress.count is between 1 and 50"},
	{"egress-start", "egress.start is random or first"},
	{"egress-memory", "egress.memory is between 128 and 10240"},
	{"egress-concurrency", "egress.concurrency is between 0 and 100000"},
	{"egress-address-echo", "egress.addressEcho is an absolute https URL that an egress can ask"},
	{"workflow-type", "workflow.type is express or standard"},
	{"workflow-log-level", "workflow.logLevel is all, error, fatal or off"},
	{"workflow-log-data", "workflow.logData is true or false"},
	{"workflow-log-retention", "workflow.logRetention is a number of days that CloudWatch Logs accepts"},
	{"workflow-tracing", "workflow.tracing is true or false"},
	{"triggers-function-url-auth", "triggers.functionUrl.auth is iam or none"},
	{"triggers-function-url-cors-origins", "cors.origins are scheme and host without a path, or *"},
	{"triggers-function-url-cors-methods", "cors.methods are methods or *; AWS answers OPTIONS itself"},
	{"triggers-function-url-cors-headers", "cors.headers are header names or *"},
	{"triggers-function-url-cors-max-age", "cors.maxAge is whole seconds between 0s and 24h"},
	{"triggers-schedules-name", "a schedule's name has lower-case letters, digits and hyphens"},
	{"triggers-schedules-expression", "a schedule's expression is rate(…), cron(…) or at(…) as EventBridge Scheduler reads it"},
	{"triggers-schedules-timezone", "a schedule's timezone is in the IANA time zone database"},
	{"triggers-schedules-request-method", "a request's method is GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS"},
	{"triggers-schedules-request-path", "a request's path begins with a slash and stays below upstream.url"},
	{"triggers-schedules-request-query", "a request's query is written as it is sent, without the question mark"},
	{"triggers-schedules-request-headers", "a request's headers are header names and values"},
	{"triggers-events-name", "an event's name has lower-case letters, digits and hyphens"},
	{"triggers-events-pattern", "an event's pattern is a mapping with something in it"},
	{"triggers-events-request-method", "a request's method is GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS"},
	{"triggers-events-request-path", "a request's path begins with a slash and stays below upstream.url"},
	{"triggers-events-request-query", "a request's query is written as it is sent, without the question mark"},
	{"triggers-events-request-headers", "a request's headers are header names and values"},
	{"triggers-events-request-body-from", "bodyFrom is a path to a field that events have"},
	{"architecture", "architecture is arm64 or x86_64"},
	{"partition", "partition is aws, aws-cn or aws-us-gov"},
	{"tags", "there are at most 49 tags, of characters that AWS accepts"},
}

var crossRules = [][2]string{
	{"private-upstream", "an upstream at an address that is not public needs upstream.allowPrivate"},
	{"connection-header", "headers of the connection or of the client itself are not set or forwarded"},
	{"fixed-idempotency-key", "an idempotency key differs from request to request"},
	{"success-and-retryable", "no code is both a success and retryable"},
	{"rate-limit-not-retryable", "every rate limit code is retryable"},
	{"max-delay-below-initial", "maxDelay is not shorter than initialDelay"},
	{"express-deadline", "an express workflow ends after 5 minutes"},
	{"cors-without-origins", "CORS settings need an origin that they apply to"},
	{"duplicate-name", "no two schedules share a name, and no two events do"},
	{"resource-name-too-long", "resource names in AWS have at most 64 characters"},
	{"reserved-tag", "tag keys that begin with aws: or sfngen: are reserved"},
	{"event-pattern", "an event pattern compares with lists that are not empty"},
	{"body-without-method", "only POST, PUT, PATCH and DELETE requests have a body"},
	{"two-bodies", "a request has either body or bodyFrom"},
}

var warningRules = [][2]string{
	{"plain-http", "the upstream is called without TLS"},
	{"secret-in-spec", "a header that usually carries a secret is written into the spec"},
	{"forwarded-signature", "the caller's AWS signature is forwarded to the upstream"},
	{"no-retry", "maxAttempts is 1"},
	{"unreachable-egress", "an egress is never used"},
	{"attempts-wrap", "there are more attempts than egresses"},
	{"ignored-by-strategy", "a backoff setting has no effect with this strategy"},
	{"nothing-retryable", "no failure is ever retried"},
	{"retried-client-error", "a 4xx that says that the request is at fault is retried"},
	{"no-rate-limit", "no answer counts as a rate limit"},
	{"headers-not-read", "rateLimit.headers are given but ignored"},
	{"unguarded-method", "POST or PATCH is retried only when it certainly had no effect"},
	{"unsafe-retry", "POST or PATCH may act twice"},
	{"log-data-unused", "logData is on while nothing is logged"},
	{"open-function-url", "anyone may call the function URL"},
	{"trigger-at-least-once", "a POST or PATCH may be sent twice for one event or scheduled time"},
	{"unknown-event-field", "an event pattern names a field that no event has"},
}
