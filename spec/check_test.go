package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

// found are the findings of a spec as "rule at path".
func found(t *testing.T, src string) []string {
	t.Helper()
	_, findings := spec.Parse("spec.yaml", []byte(src))
	var got []string
	for _, f := range findings {
		got = append(got, f.Rule+" at "+f.Path)
	}
	return got
}

func TestUpstreamURL(t *testing.T) {
	tests := []struct{ name, url, rule string }{
		{"with a path", "https://api.acme.example/v1", ""},
		{"with a port", "https://api.acme.example:8443", ""},
		{"a public address", "https://93.184.216.34", ""},
		{"a public IPv6 address", "https://[2606:2800:220:1::1]/", ""},
		{"scheme in capitals", "HTTPS://api.acme.example", ""},
		{"a dotted file name", "https://api.acme.example/v1/a..b", ""},
		{"relative", "/v1", "upstream-url"},
		{"without a scheme", "api.acme.example/v1", "upstream-url"},
		{"another scheme", "ftp://api.acme.example", "upstream-url"},
		{"without a host", "https:///v1", "upstream-url"},
		{"a port only", "https://:8443", "upstream-url"},
		{"no port behind the colon", "https://api.acme.example:", "upstream-url"},
		{"port zero", "https://api.acme.example:0", "upstream-url"},
		{"port too high", "https://api.acme.example:65536", "upstream-url"},
		{"a bad port", "https://api.acme.example:http", "upstream-url"},
		{"user info", "https://key:secret@api.acme.example", "upstream-url"},
		{"a query", "https://api.acme.example?key=1", "upstream-url"},
		{"an empty query", "https://api.acme.example?", "upstream-url"},
		{"a fragment", "https://api.acme.example#top", "upstream-url"},
		{"an empty fragment", "https://api.acme.example/#", "upstream-url"},
		{"a dot segment", "https://api.acme.example/v1/..", "upstream-url"},
		{"an escaped dot segment", "https://api.acme.example/v1/%2e%2e/x", "upstream-url"},
		{"a bad escape", "https://api.acme.example/%zz", "upstream-url"},
		{"a space", "https://api.acme.example/a b", "upstream-url"},
		{"unencrypted", "http://api.acme.example", "plain-http"},
		{"localhost", "http://localhost:8080", "private-upstream"},
		{"below localhost", "https://api.localhost", "private-upstream"},
		{"loopback", "https://127.0.0.1", "private-upstream"},
		{"loopback with a final dot", "https://127.0.0.1.", "private-upstream"},
		{"IPv6 loopback", "https://[::1]", "private-upstream"},
		{"mapped loopback", "https://[::ffff:127.0.0.1]", "private-upstream"},
		{"private", "https://10.0.0.1", "private-upstream"},
		{"unique local", "https://[fd00::1]", "private-upstream"},
		{"link-local, where the metadata service is", "http://169.254.169.254/latest", "private-upstream"},
		{"link-local with a zone", "https://[fe80::1%25eth0]", "private-upstream"},
		{"shared address space", "https://100.64.0.1", "private-upstream"},
		{"mapped shared address space", "https://[::ffff:100.64.0.1]", "private-upstream"},
		{"unspecified", "https://0.0.0.0", "private-upstream"},
		{"multicast", "https://224.0.0.1", "private-upstream"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var want []string
			if test.rule != "" {
				want = []string{test.rule + " at upstream.url"}
			}
			got := found(t, strings.Replace(minimal, "https://api.acme.example", fmt.Sprintf("%q", test.url), 1))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.url, diff)
			}
		})
	}
}

func TestAllowPrivate(t *testing.T) {
	src := strings.Replace(minimal, "https://api.acme.example", "'http://10.0.0.1', allowPrivate: true", 1)
	if got := found(t, src); got != nil {
		t.Errorf("got %q, want no finding: the address is allowed, and plain HTTP stays in the network", got)
	}
}

func TestConnectionHeaders(t *testing.T) {
	names := []string{"Connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te",
		"trailer", "transfer-encoding", "upgrade", "host", "content-length", "accept-encoding"}
	places := []struct{ name, line, path string }{
		{"sent", "upstream: {url: https://a.example, headers: {%s: x}}", "upstream.headers.%s"},
		{"forwarded", "upstream: {url: https://a.example, forwardHeaders: [%s]}", "upstream.forwardHeaders[0]"},
		{"as a key", "retry: {maxAttempts: 3, idempotency: {header: %s}}", "retry.idempotency.header"},
		{"of a schedule", "triggers: {schedules: [{name: at, expression: rate(1 day), request: {method: GET, path: /, headers: {%s: x}}}]}",
			"triggers.schedules[0].request.headers.%s"},
	}
	for _, place := range places {
		for _, name := range names {
			t.Run(place.name+" "+name, func(t *testing.T) {
				key, _, _ := strings.Cut(place.line, ":")
				src := fmt.Sprintf(place.line, name) + "\n"
				for line := range strings.Lines(minimal) {
					if !strings.HasPrefix(line, key+":") {
						src += line
					}
				}
				want := []string{"connection-header at " + strings.ReplaceAll(place.path, "%s", name)}
				if diff := cmp.Diff(want, found(t, src)); diff != "" {
					t.Errorf("findings (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestRulesBetweenFields has what docs/rules.md, with one input for each rule,
// leaves open: the other ways to break a rule, and what is near but right.
func TestRulesBetweenFields(t *testing.T) {
	tests := []struct {
		name, retry, rest string
		want              []string
	}{
		{"deadline of five minutes", "deadline: 5m", "", nil},
		{"deadline of an hour in a standard workflow", "deadline: 1h", "workflow: {type: standard}", nil},
		{"a year is the longest deadline", "deadline: 8761h", "workflow: {type: standard}", []string{"retry-deadline at retry.deadline"}},
		{"attempt timeout over 800s", "attemptTimeout: 801s", "", []string{"retry-attempt-timeout at retry.attemptTimeout"}},
		{"attempt timeout of 800s", "attemptTimeout: 13m20s", "", nil},
		{"a wait in hours", "rateLimit: {maxWait: 48h}", "workflow: {type: standard}", nil},
		{"a wait as long as an express workflow", "rateLimit: {maxWait: 5m}", "", nil},
		{"the default wait beyond the deadline is the default's", "deadline: 30s", "", nil},
		{"a fraction that is whole seconds", "attemptTimeout: 1.5m", "", nil},
		{"absurdly long", "attemptTimeout: 99999999999999h", "", []string{"retry-attempt-timeout at retry.attemptTimeout"}},
		{"initial delay up to the longest", "backoff: {initialDelay: 30s}", "", nil},
		{"initial delay over the longest", "backoff: {initialDelay: 31s, maxDelay: 30s}", "", []string{"max-delay-below-initial at retry.backoff.maxDelay"}},
		{"delays for no strategy", "backoff: {strategy: none, initialDelay: 1m, jitter: none}", "",
			[]string{"ignored-by-strategy at retry.backoff.initialDelay", "ignored-by-strategy at retry.backoff.jitter"}},
		{"constant without multiplier", "backoff: {strategy: constant, initialDelay: 2s}", "", nil},
		{"a success from a retryable class", "retryableStatusCodes: [429, 2xx]", "", []string{"success-and-retryable at retry.retryableStatusCodes[1]"}},
		{"a rate limit partly retryable", "retryableStatusCodes: [429, 500-503], rateLimit: {statusCodes: [429, 5xx]}", "",
			[]string{"rate-limit-not-retryable at retry.rateLimit.statusCodes[1]"}},
		{"a 403 that is a rate limit", "retryableStatusCodes: [403, 429], rateLimit: {statusCodes: [403, 429]}", "", nil},
		{"timeouts and conflicts of the moment", "retryableStatusCodes: [408, 425, 429]", "", nil},
		{"the whole class of client errors", "retryableStatusCodes: [4xx]", "", []string{"retried-client-error at retry.retryableStatusCodes[0]"}},
		{"no rate limit by choice", "rateLimit: {statusCodes: []}", "", []string{"no-rate-limit at retry.rateLimit.statusCodes"}},
		{"errors only", "retryableStatusCodes: []", "", nil},
		{"a pool larger than the attempts, random start", "scope: ip", "", []string{"unknown-key at retry.scope"}},
		{"a random start reaches every egress", "", "egress: {count: 10}", nil},
		{"wrapping does not matter when every egress shares the limit", "rateLimit: {scope: credential}", "egress: {count: 1}", nil},
		{"wrapping does not matter without a rate limit", "rateLimit: {statusCodes: []}", "egress: {count: 1}",
			[]string{"no-rate-limit at retry.rateLimit.statusCodes"}},
		{"no URL, so nobody waits and nobody finds it", "", "workflow: {type: standard}\ntriggers: {functionUrl: {auth: none}}\npartition: aws-us-gov", nil},
		{"data logged on errors", "", "workflow: {logData: true, logLevel: error}", nil},
		{"cors as the design writes it", "", "triggers: {functionUrl: {auth: iam, cors: {origins: [], methods: [], headers: [], maxAge: 0s}}}", nil},
		{"cors for a host", "", "triggers: {functionUrl: {cors: {origins: ['http://localhost:3000', '*']}}}", nil},
		{"cors with a path", "", "triggers: {functionUrl: {cors: {origins: ['https://a.example/x']}}}",
			[]string{"triggers-function-url-cors-origins at triggers.functionUrl.cors.origins[0]"}},
		{"our own tags", "", "tags: {sfngen:stack: x}", []string{`reserved-tag at tags["sfngen:stack"]`}},
		{"aws tags in capitals", "", "tags: {'AWS:x': x}", []string{`reserved-tag at tags["AWS:x"]`}},
		{"tags that differ by case", "", "tags: {Team: x, team: x}", []string{"duplicate-key at tags.team"}},
		{"an empty tag key", "", "tags: {'': x}", []string{"key-not-text at tags"}},
		{"a tag key of 129 characters", "", "tags: {" + strings.Repeat("k", 129) + ": x}", []string{"tags at tags." + strings.Repeat("k", 129)}},
		{"a tag value of 257 characters", "", "tags: {k: " + strings.Repeat("v", 257) + "}", []string{"tags at tags.k"}},
		{"an empty tag value, which a state machine cannot have", "", "tags: {k: ''}", []string{"tags at tags.k"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src := strings.Replace(minimal, "3}", "3, "+test.retry+"}", 1) + test.rest + "\n"
			if diff := cmp.Diff(test.want, found(t, src)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTooManyTags(t *testing.T) {
	for _, count := range []int{49, 50} {
		src := minimal + "tags:\n"
		for i := range count {
			src += fmt.Sprintf("  k%d: v\n", i)
		}
		got := found(t, src)
		if refused := len(got) > 0; refused != (count > 49) {
			t.Errorf("%d tags: got %q", count, got)
		}
	}
}

func TestTriggers(t *testing.T) {
	const keyed = "version: 1\nname: acme\nupstream: {url: https://a.example}\nretry: {maxAttempts: 3, idempotency: {header: idempotency-key}}\n"
	tests := []struct {
		name, trigger string
		want          []string
	}{
		{"a schedule and an event may share a name", "schedules: [{name: at, expression: rate(1 day), request: {method: GET, path: /}}], events: [{name: at, pattern: {source: [x]}, request: {method: GET, path: /}}]", nil},
		{"a POST that callers may not send", "events: [{name: on, pattern: {source: [x]}, request: {method: POST, path: /, bodyFrom: '$.detail.items[0]'}}]", nil},
		{"two events of a name", "events: [{name: on, pattern: {source: [x]}, request: {method: GET, path: /}}, {name: on, pattern: {source: [y]}, request: {method: GET, path: /}}]",
			[]string{"duplicate-name at triggers.events[1].name"}},
		{"a nested pattern", "events: [{name: on, pattern: {detail: {state: [{anything-but: [open]}], total: [{numeric: ['>', 5]}]}}, request: {method: GET, path: /}}]", nil},
		{"a pattern with a number", "events: [{name: on, pattern: {detail: {total: 5}}, request: {method: GET, path: /}}]",
			[]string{"event-pattern at triggers.events[0].pattern.detail.total"}},
		{"a pattern with an empty list", "events: [{name: on, pattern: {source: []}, request: {method: GET, path: /}}]",
			[]string{"event-pattern at triggers.events[0].pattern.source"}},
		{"a pattern with a date", "events: [{name: on, pattern: {time: [2026-01-31]}, request: {method: GET, path: /}}]",
			[]string{"yaml-date at triggers.events[0].pattern.time[0]"}},
		{"a pattern that is a list", "events: [{name: on, pattern: [x], request: {method: GET, path: /}}]",
			[]string{"triggers-events-pattern at triggers.events[0].pattern"}},
		{"bodyFrom in a schedule", "schedules: [{name: at, expression: rate(1 day), request: {method: POST, path: /, bodyFrom: $.detail}}]",
			[]string{"unknown-key at triggers.schedules[0].request.bodyFrom"}},
		{"bodyFrom of the whole event", "events: [{name: on, pattern: {source: [x]}, request: {method: POST, path: /, bodyFrom: $}}]",
			[]string{"triggers-events-request-body-from at triggers.events[0].request.bodyFrom"}},
		{"a body with OPTIONS", "schedules: [{name: at, expression: rate(1 day), request: {method: OPTIONS, path: /, body: x}}]",
			[]string{"body-without-method at triggers.schedules[0].request.body"}},
		{"a path with a query", "schedules: [{name: at, expression: rate(1 day), request: {method: GET, path: '/a?b'}}]",
			[]string{"triggers-schedules-request-path at triggers.schedules[0].request.path"}},
		{"a path with a bad escape", "schedules: [{name: at, expression: rate(1 day), request: {method: GET, path: /a%2}}]",
			[]string{"triggers-schedules-request-path at triggers.schedules[0].request.path"}},
		{"what a schedule needs", "schedules: [{timezone: UTC}]",
			[]string{"missing-key at triggers.schedules[0].name", "missing-key at triggers.schedules[0].expression", "missing-key at triggers.schedules[0].request"}},
		{"a schedule that is text", "schedules: [nightly]", []string{"wrong-shape at triggers.schedules[0]"}},
		{"zones", "schedules: [{name: aa, expression: rate(1 day), timezone: America/Argentina/Buenos_Aires, request: {method: GET, path: /}}, {name: bb, expression: rate(1 day), timezone: Etc/GMT+3, request: {method: GET, path: /}}, {name: cc, expression: rate(1 day), timezone: EST5EDT, request: {method: GET, path: /}}]", nil},
		{"a secret in a schedule", "schedules: [{name: at, expression: rate(1 day), request: {method: GET, path: /, headers: {X-Api-Key: abc}}}]",
			[]string{"secret-in-spec at triggers.schedules[0].request.headers.X-Api-Key"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, found(t, keyed+"triggers: {"+test.trigger+"}\n")); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
