package spec

import (
	"strings"
)

// decode gives the Spec of a tree: the default of every field, overwritten by
// what the tree holds and the schema accepts.
func decode(root *node, sound func(path string) bool) Spec {
	s := Default()
	r := section{root, sound}
	r.integer("version", &s.Version)
	r.text("name", &s.Name)
	r.text("description", &s.Description)
	s.Description = strings.TrimSpace(s.Description)
	decodeUpstream(r.in("upstream"), &s.Upstream)
	decodeRetry(r.in("retry"), &s.Retry)
	s.Egress.Count = s.Retry.MaxAttempts
	decodeEgress(r.in("egress"), &s.Egress)
	decodeWorkflow(r.in("workflow"), &s.Workflow)
	decodeTriggers(r.in("triggers"), &s.Triggers)
	r.text("architecture", &s.Architecture)
	r.text("partition", &s.Partition)
	r.texts("tags", &s.Tags, asWritten)
	return s
}

func decodeUpstream(r section, u *Upstream) {
	r.text("url", &u.URL)
	r.list("methods", &u.Methods, asWritten)
	r.texts("headers", &u.Headers, strings.ToLower)
	r.list("forwardHeaders", &u.ForwardHeaders, strings.ToLower)
	r.codes("successStatusCodes", &u.SuccessStatusCodes)
	r.boolean("allowPrivate", &u.AllowPrivate)
}

func decodeRetry(r section, to *Retry) {
	r.integer("maxAttempts", &to.MaxAttempts)
	r.codes("retryableStatusCodes", &to.RetryableStatusCodes)
	r.list("retryableErrors", &to.RetryableErrors, asWritten)
	r.duration("attemptTimeout", &to.AttemptTimeout)
	r.duration("deadline", &to.Deadline)

	backoff := r.in("backoff")
	backoff.text("strategy", &to.Backoff.Strategy)
	backoff.duration("initialDelay", &to.Backoff.InitialDelay)
	backoff.number("multiplier", &to.Backoff.Multiplier)
	backoff.duration("maxDelay", &to.Backoff.MaxDelay)
	backoff.text("jitter", &to.Backoff.Jitter)

	decodeRateLimit(r.in("rateLimit"), to)

	idempotency := r.in("idempotency")
	idempotency.text("header", &to.Idempotency.Header)
	to.Idempotency.Header = strings.ToLower(to.Idempotency.Header)
	text(idempotency, "unsafeMethods", &to.Idempotency.UnsafeMethods)
}

// decodeRateLimit follows retryableStatusCodes where the spec does not say which
// codes are a rate limit: an answer that is not retried cannot be one.
func decodeRateLimit(r section, to *Retry) {
	if !to.RetryableStatusCodes.Contains(429) {
		to.RateLimit.StatusCodes = nil
	}
	r.codes("statusCodes", &to.RateLimit.StatusCodes)
	text(r, "scope", &to.RateLimit.Scope)
	r.duration("maxWait", &to.RateLimit.MaxWait)
	r.list("headers", &to.RateLimit.Headers, strings.ToLower)
}

func decodeEgress(r section, e *Egress) {
	r.integer("count", &e.Count)
	r.text("start", &e.Start)
	r.integer("memory", &e.Memory)
	r.integer("concurrency", &e.Concurrency)
	r.text("addressEcho", &e.AddressEcho)
}

func decodeWorkflow(r section, w *Workflow) {
	r.text("type", &w.Type)
	r.text("logLevel", &w.LogLevel)
	r.boolean("logData", &w.LogData)
	r.integer("logRetention", &w.LogRetention)
	r.boolean("tracing", &w.Tracing)
}

func decodeTriggers(r section, t *Triggers) {
	url := r.in("functionUrl")
	url.text("auth", &t.FunctionURL.Auth)
	cors := url.in("cors")
	cors.list("origins", &t.FunctionURL.CORS.Origins, asWritten)
	cors.list("methods", &t.FunctionURL.CORS.Methods, asWritten)
	cors.list("headers", &t.FunctionURL.CORS.Headers, strings.ToLower)
	cors.duration("maxAge", &t.FunctionURL.CORS.MaxAge)
	for _, r := range r.items("schedules") {
		t.Schedules = append(t.Schedules, decodeSchedule(r))
	}
	for _, r := range r.items("events") {
		t.Events = append(t.Events, decodeEvent(r))
	}
}

func decodeSchedule(r section) Schedule {
	s := Schedule{Timezone: "UTC", Request: decodeRequest(r.in("request"))}
	r.text("name", &s.Name)
	r.text("expression", &s.Expression)
	r.text("timezone", &s.Timezone)
	return s
}

func decodeEvent(r section) Event {
	e := Event{Request: decodeRequest(r.in("request"))}
	r.text("name", &e.Name)
	r.json("pattern", &e.Pattern)
	return e
}

func decodeRequest(r section) Request {
	var q Request
	r.text("method", &q.Method)
	r.text("path", &q.Path)
	r.text("query", &q.Query)
	r.texts("headers", &q.Headers, strings.ToLower)
	r.json("body", &q.Body)
	r.text("bodyFrom", &q.BodyFrom)
	return q
}
