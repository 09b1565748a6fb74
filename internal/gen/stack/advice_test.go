package stack_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

// advice is a warning of a spec, and what its hint says to do about it.
type advice struct {
	rule, src string
	mends     []mend
}

// mend follows one branch of a hint. What it leaves has to be named in that hint.
type mend struct {
	replace []string // old, new, …
	left    []string // rules
	says    string   // words of the hint that ask for this
}

const advisedHead = "version: 1\nname: acme\nupstream: {url: \"https://api.acme.example\", methods: [GET]}\n"

const aTopic = "topic: 'arn:aws:sns:eu-central-1:123456789012:on-call'"

const advisedLimit = "version: 1\nname: acme\nupstream: {url: \"https://api.acme.example\", limits: [{requests: 2, window: 1h, per: ip}]}\n"

// polled has a schedule that runs more often than two addresses may call.
const polled = advisedLimit + "retry: {maxAttempts: 2}\n" +
	"triggers: {schedules: [{name: poll, expression: rate(1 minute), request: {method: GET, path: /}}]}\n"

var (
	keyed   = "idempotency: {header: idempotency-key}"
	advised = []advice{
		{"plain-http", "version: 1\nname: acme\nupstream: {url: \"http://api.acme.example\"}\nretry: {maxAttempts: 2}\n",
			[]mend{{replace: []string{"http:", "https:"}}}},
		{"private-from-lambda", "version: 1\nname: acme\nupstream: {url: \"http://10.0.0.1\", allowPrivate: true}\nretry: {maxAttempts: 2}\n",
			[]mend{{replace: []string{"http://10.0.0.1", "https://api.acme.example"}}}},
		{"ipv6-from-ipv4", "version: 1\nname: acme\nupstream: {url: \"https://[2606:4700::1111]\"}\nretry: {maxAttempts: 2}\n", []mend{
			{replace: []string{"https://[2606:4700::1111]", "https://api.acme.example"}},
			{replace: []string{"maxAttempts: 2}", "maxAttempts: 2}\negress: {network: {type: ipv6}}"}}}},
		{"secret-in-spec", withUpstream("headers: {x-api-key: k}"), []mend{
			{replace: []string{"headers: {x-api-key: k}", "forwardHeaders: [x-api-key]"}},
			{replace: []string{"headers: {x-api-key: k}", "credentials: {headers: {x-api-key: {secret: NAME}}}"},
				says: "in upstream.credentials.headers: {x-api-key: {secret: NAME}}"}}},
		{"secret-in-spec", withUpstream("headers: {authorization: Bearer k}"), []mend{{
			replace: []string{"headers: {authorization: Bearer k}", "renameHeaders: {x-upstream-authorization: authorization}"},
			says:    "as x-upstream-authorization, by upstream.renameHeaders: {x-upstream-authorization: authorization}"}}},
		{"secret-in-spec", withUpstream("query: {api_key: k}"), []mend{
			{replace: []string{"query: {api_key: k}", "allowPrivate: false"}, says: "let the caller send it in the query"},
			{replace: []string{"query: {api_key: k}", "credentials: {query: {api_key: {secret: NAME}}}"},
				says: "in upstream.credentials.query: {api_key: {secret: NAME}}"}}},
		{"secret-in-spec", scheduled("GET, path: '/bot123456:AAExampleExampleExample/x'"), []mend{{
			replace: []string{scheduled("GET, path: '/bot123456:AAExampleExampleExample/x'"),
				withUpstream("credentials: {headers: {x-api-key: {secret: NAME}}}")},
			says: "name where it is kept in upstream.credentials"}}},
		{"secret-in-spec", "version: 1\nname: acme\nupstream: {url: \"https://api.acme.example/sk_live_1Example\"}\nretry: {maxAttempts: 2}\n",
			[]mend{{replace: []string{"/sk_live_1Example", ""}, says: "let the caller send that part of the path"}}},
		{"replaced-by-credential", withUpstream("forwardHeaders: [accept, x-a], credentials: {headers: {x-a: {secret: NAME}}}"), []mend{
			{replace: []string{"[accept, x-a]", "[accept]"}}}},
		{"prefix-without-space", withUpstream("credentials: {headers: {authorization: {secret: NAME, prefix: Bearer}}}"), []mend{
			{replace: []string{"prefix: Bearer", "prefix: 'Bearer '"}, says: `prefix: "Bearer "`}}},
		{"credential-unused", withUpstream("credentials: {ttl: 1m}"), []mend{
			{replace: []string{"credentials: {ttl: 1m}", "credentials: {}"}},
			{replace: []string{"ttl: 1m", "ttl: 1m, headers: {x-a: {secret: NAME}}"}}}},
		{"secret-in-spec", withUpstream("headers: {authorization: Bearer k}") + open, []mend{{
			replace: []string{"headers: {authorization: Bearer k}", "forwardHeaders: [authorization]"}}}},
		{"secret-in-spec", scheduled("GET, path: /, headers: {x-api-key: k}"), []mend{{
			replace: []string{scheduled("GET, path: /, headers: {x-api-key: k}"), withUpstream("forwardHeaders: [x-api-key]")},
			says:    "in place of the trigger, with the header's name in upstream.forwardHeaders"}}},
		{"secret-in-spec", scheduled("GET, path: /, headers: {authorization: k}"), []mend{{
			replace: []string{scheduled("GET, path: /, headers: {authorization: k}"),
				withUpstream("renameHeaders: {x-upstream-authorization: authorization}")},
			says: "by upstream.renameHeaders: {x-upstream-authorization: authorization}"}}},
		{"secret-in-spec", scheduled("GET, path: /, headers: {authorization: k}") + "partition: aws-us-gov\n", []mend{{
			replace: []string{scheduled("GET, path: /, headers: {authorization: k}"), withUpstream("forwardHeaders: [authorization]")}}}},
		{"forwarded-signature", withUpstream("forwardHeaders: [accept, authorization]"), []mend{
			{replace: []string{", authorization", ""}},
			{replace: []string{", authorization]", "], credentials: {headers: {authorization: {secret: NAME}}}"},
				says: "write upstream.credentials.headers: {authorization: {secret: NAME}}"},
			{replace: []string{", authorization]", "], renameHeaders: {x-upstream-authorization: authorization}"},
				says: "send theirs as x-upstream-authorization"}}},
		{"not-acted-unused", posted("maxAttempts: 2, idempotency: {header: k, notActedStatusCodes: [429, 529]}"), []mend{
			{replace: []string{", 529", ""}}, {replace: []string{"idempotency", "retryableStatusCodes: [429, 503, 529], idempotency"}}}},
		{"stale-signature", withUpstream("forwardHeaders: [accept, signature-input]"), []mend{{replace: []string{", signature-input", ""}}}},
		{"role-unused", advisedHead + "retry: {maxAttempts: 2}\noperations: {roles: {events: " + aRole + "}}\n", []mend{
			{replace: []string{"operations: {roles: {events: " + aRole + "}}\n", ""}},
			{replace: []string{"operations: {", "triggers: {events: [{name: sold, pattern: {source: [shop]}, request: {method: GET, " +
				"path: /}}]}\noperations: {"}}}},
		{"one-egress-role", "version: 1\nname: acme\nupstream: {url: \"https://api.acme.example\", credentials: {headers: {x-api-key: " +
			"[{secret: a}, {secret: b}]}}}\nretry: {maxAttempts: 2, rateLimit: {scope: credential}}\n" +
			"operations: {roles: {egress: " + aRole + "}}\n", []mend{{replace: []string{"operations: {roles: {egress: " + aRole + "}}\n", ""},
			says: "without it each egress has a role that reads its own alone"}}},
		{"boundary-unused", advisedHead + "retry: {maxAttempts: 2}\noperations: {permissionsBoundary: arn:aws:iam::123456789012:policy/a, " +
			"roles: {orchestrator: " + aRole + ", egress: " + aRole + ", workflow: " + aRole + "}}\n", []mend{
			{replace: []string{"permissionsBoundary: arn:aws:iam::123456789012:policy/a, ", ""}}}},
		{"log-class-unsearchable", advisedHead + "retry: {maxAttempts: 2}\noperations: {logClass: infrequentAccess}\n", []mend{
			{replace: []string{"infrequentAccess", "standard"}, says: "write logClass: standard"}}},
		{"alarms-without-topic", advisedHead + "retry: {maxAttempts: 2}\noperations: {alarms: {failurePercent: 1}}\n", []mend{
			{replace: []string{"failurePercent: 1", ""}, says: "remove failurePercent"},
			{replace: []string{"failurePercent: 1", "failurePercent: 1, " + aTopic}, says: "topic: arn:aws:sns:REGION:ACCOUNT:NAME"}}},
		{"alarm-without-log", advisedHead + "retry: {maxAttempts: 2}\nworkflow: {logLevel: fatal}\noperations: {alarms: {" + aTopic + "}}\n",
			[]mend{{replace: []string{"fatal", "error"}, says: "write logLevel: error"}}},
		{"open-function-url", advisedHead + "retry: {maxAttempts: 2}\n" + open, []mend{{replace: []string{"none", "iam"}}}},
		{"open-function-url", withUpstream("forwardHeaders: [accept, authorization]") + open, []mend{
			{replace: []string{"none", "iam", ", authorization]", "], renameHeaders: {x-upstream-authorization: authorization}"},
				says: "or let callers send it by upstream.renameHeaders"}}},
		{"open-function-url", advisedHead + "retry: {maxAttempts: 2}\ntriggers: {functionUrl: {auth: none, concurrency: 5}}\n",
			[]mend{{replace: []string{"none", "iam"}}}},
		{"cors-credentials-wildcard", advisedHead + "retry: {maxAttempts: 2}\ntriggers: {functionUrl: {cors: {origins: [https://shop.example], " +
			"allowCredentials: true, headers: ['*']}}}\n", []mend{{replace: []string{"'*'", "x-a"}}}},
		{"concurrency-over-quota", advisedHead + "retry: {maxAttempts: 2}\negress: {count: 2, concurrency: 500}\n", []mend{
			{replace: []string{"500", "400"}}}},
		{"key-format-unused", advisedHead + "retry: {maxAttempts: 2, idempotency: {keyFormat: text}}\n", []mend{
			{replace: []string{", idempotency: {keyFormat: text}", ""}}}},
		{"key-format-unused", strings.Replace(scheduled("GET, path: /"), "maxAttempts: 2", "maxAttempts: 2, idempotency: {keyFormat: text}", 1),
			[]mend{{replace: []string{", idempotency: {keyFormat: text}", ""}}, {replace: []string{"{keyFormat", "{header: x-key, keyFormat"}}}},
		{"no-retry", advisedHead + "retry: {maxAttempts: 1}\n", []mend{{replace: []string{"maxAttempts: 1", "maxAttempts: 2"}}}},
		{"no-retry", advisedHead + "retry: {maxAttempts: 1}\negress: {count: 1}\n",
			[]mend{{replace: []string{"maxAttempts: 1", "maxAttempts: 2", "count: 1", "count: 2"}, says: "egress.count: 2"}}},
		{"no-retry", posted("maxAttempts: 1"), []mend{
			{replace: []string{"maxAttempts: 1", "maxAttempts: 2, " + keyed}},
			{replace: []string{"maxAttempts: 1", "maxAttempts: 2"}, left: []string{"unguarded-method"}}}},
		{"no-retry", posted("maxAttempts: 1, idempotency: {unsafeMethods: allow}"), []mend{
			{replace: []string{"maxAttempts: 1", "maxAttempts: 2"}, left: []string{"unsafe-retry"}}}},
		{"no-retry", posted("maxAttempts: 1, idempotency: {unsafeMethods: refuse}"), []mend{
			{replace: []string{"maxAttempts: 1", "maxAttempts: 2"}, left: []string{"nothing-retryable"}}}},
		{"no-retry", advisedHead + "retry: {maxAttempts: 1, deadline: 20s}\n", []mend{
			{replace: []string{"maxAttempts: 1", "maxAttempts: 2"}, left: []string{"attempts-cut-off"}}}},
		{"unreachable-egress", advisedHead + "retry: {maxAttempts: 2}\negress: {count: 3, start: first}\n", []mend{
			{replace: []string{"start: first", "start: first, coordination: dynamodb"}},
			{replace: []string{"count: 3", "count: 2"}}, {replace: []string{"first", "random"}}}},
		{"shared-credential", advisedHead + "retry: {maxAttempts: 2, rateLimit: {scope: credential}}\negress: {count: 3, start: first}\n",
			[]mend{{replace: []string{"count: 3", "count: 1"}}, {replace: []string{"count: 3, ", ""}}}},
		{"attempts-wrap", advisedHead + "retry: {maxAttempts: 50, attemptTimeout: 1s}\nworkflow: {type: standard}\negress: {count: 3}\n",
			[]mend{{replace: []string{"count: 3", "count: 50"}}}},
		{"limit-of-other-scope", withUpstream("limits: [{requests: 9, window: 1m, per: credential}]"), []mend{
			{replace: []string{"maxAttempts: 2", "maxAttempts: 2, rateLimit: {scope: credential}"}},
			{replace: []string{"per: credential", "per: ip"}}}},
		{"limit-never-reached", withUpstream("limits: [{requests: 9, window: 1s, per: ip}, {requests: 900, window: 1m, per: ip}]"), []mend{
			{replace: []string{", {requests: 900, window: 1m, per: ip}", ""}}, {replace: []string{"900", "100"}}}},
		{"burst-over-requests", withUpstream("limits: [{requests: 20, window: 1s, per: ip, burst: 100}]"), []mend{
			{replace: []string{"burst: 100", "burst: 20"}}, {replace: []string{"requests: 20", "requests: 100", "burst: 100", "burst: 20"}}}},
		{"attempts-over-limit", advisedLimit + "retry: {maxAttempts: 5}\negress: {count: 2}\n", []mend{
			{replace: []string{"maxAttempts: 5", "maxAttempts: 4"}}, {replace: []string{"count: 2", "count: 3"}}}},
		{"schedules-over-limit", polled, []mend{
			{replace: []string{"rate(1 minute)", "rate(1 hour)"}}, {replace: []string{"maxAttempts: 2", "maxAttempts: 2}\negress: {count: 30"}}}},
		{"nothing-to-coordinate", advisedHead + "retry: {maxAttempts: 2, rateLimit: {maxWait: 0s}}\negress: {coordination: dynamodb}\n", []mend{
			{replace: []string{"0s", "1m"}}, {replace: []string{"dynamodb", "none"}},
			{replace: []string{"methods: [GET]", "methods: [GET], limits: [{requests: 2, window: 1s, per: ip}]"}}}},
		{"cool-down-per-process", ruled("{when: {status: 418}, is: rejected, coolDown: {pool: 10m}}"), []mend{
			{replace: []string{"retry:", "egress: {coordination: dynamodb}\nretry:"}}}},
		{"attempts-wrap", inSubnets("maxAttempts: 3"), []mend{
			{replace: []string{"1]", "1, subnet-0123456789abcdef2]"}, says: "egress.network.subnets with 3 of them"}}},
		{"unreachable-egress", strings.NewReplacer("egress: {", "egress: {start: first, ", "1]", "1, subnet-0123456789abcdef2]").Replace(
			inSubnets("maxAttempts: 2")), []mend{
			{replace: []string{", subnet-0123456789abcdef2", ""}, says: "egress.network.subnets with 2 of them"}}},
		{"shared-credential", inSubnets("maxAttempts: 2, rateLimit: {scope: credential}"), []mend{
			{replace: []string{", subnet-0123456789abcdef1", ""}, says: "egress.network.subnets with 1 of them"}}},
		{"private-from-lambda", "version: 1\nname: acme\nupstream: {url: \"http://10.0.0.1\", allowPrivate: true}\nretry: {maxAttempts: 2}\n",
			[]mend{{replace: []string{"maxAttempts: 2}", "maxAttempts: 2}\n" + twoSubnets}, says: "by egress.network.type: subnets"}}},
		{"ignored-by-strategy", advisedHead + "retry: {maxAttempts: 2, backoff: {strategy: none, multiplier: 3}}\n", []mend{
			{replace: []string{", multiplier: 3", ""}}, {replace: []string{"none", "exponential"}}}},
		{"nothing-retryable", advisedHead + "retry: {maxAttempts: 2, retryableStatusCodes: [], retryableErrors: []}\n", []mend{
			{replace: []string{"Codes: []", "Codes: [429, 503]"}}, {replace: []string{"Errors: []", "Errors: [timeout]"}}}},
		{"nothing-retryable", posted("maxAttempts: 2, idempotency: {unsafeMethods: refuse}"), []mend{
			{replace: []string{"unsafeMethods: refuse", "header: idempotency-key"}, says: "in its place set retry.idempotency.header"}}},
		{"retried-client-error", advisedHead + "retry: {maxAttempts: 2, retryableStatusCodes: [429, 403]}\n", []mend{
			{replace: []string{", 403", ""}}, {replace: []string{"403]", "403], rateLimit: {statusCodes: [403, 429]}"}, says: "beside 429"}}},
		{"retried-client-error", advisedHead + "retry: {maxAttempts: 2, retryableStatusCodes: [4xx]}\n", []mend{
			{replace: []string{"4xx", "429"}, says: "write 429 in its place"},
			{replace: []string{"4xx]", "4xx], rateLimit: {statusCodes: [4xx]}"}}}},
		{"retried-client-error", advisedHead + "retry: {maxAttempts: 2, retryableStatusCodes: [403, 503], rateLimit: {statusCodes: [503]}}\n",
			[]mend{
				{replace: []string{"403, ", ""}}, {replace: []string{"statusCodes: [503]", "statusCodes: [403, 503]"}}}},
		{"no-rate-limit", advisedHead + "retry: {maxAttempts: 2, rateLimit: {statusCodes: []}}\n",
			[]mend{{replace: []string{"statusCodes: []", ""}}}},
		{"no-rate-limit", advisedHead + "retry: {maxAttempts: 2, retryableStatusCodes: [503], rateLimit: {statusCodes: []}}\n", []mend{
			{replace: []string{"[503]", "[503, 403]", "[]", "[403]"}, says: "here and in retry.retryableStatusCodes"}}},
		{"no-rate-limit", advisedHead + "retry: {maxAttempts: 2, retryableStatusCodes: [503]}\n", []mend{
			{replace: []string{"[503]", "[503, 429]"}}, {replace: []string{"[503]", "[503, 403], rateLimit: {statusCodes: [403]}"},
				says: "here and in retry.rateLimit.statusCodes"}}},
		{"headers-not-read", advisedHead + "retry: {maxAttempts: 2, rateLimit: {maxWait: 0s, headers: [retry-after]}}\n", []mend{
			{replace: []string{", headers: [retry-after]", ""}}, {replace: []string{"0s", "10s"}}}},
		{"headers-not-read", advisedHead + "retry: {maxAttempts: 2, rateLimit: {maxWait: 0s, bodyWaits: [$.wait]}}\n", []mend{
			{replace: []string{", bodyWaits: [$.wait]", ""}}, {replace: []string{"0s", "10s"}}}},
		{"rule-never-matches", ruled("{when: {status: 4xx}, is: rejected}, {when: {status: 403, body: {contains: limit}}, is: rateLimited}"),
			[]mend{
				{replace: []string{"{when: {status: 4xx}, is: rejected}, ", ""}, says: "move it up"},
				{replace: []string{", {when: {status: 403, body: {contains: limit}}, is: rateLimited}", ""}, says: "remove it"}}},
		{"rule-never-matches", ruled("{when: {method: DELETE, status: 404}, is: transient}"), []mend{
			{replace: []string{"DELETE", "GET"}, says: "mend the condition"}}},
		{"rule-without-effect", ruled("{when: {status: 429}, is: rateLimited}"), []mend{
			{replace: []string{", rules: [{when: {status: 429}, is: rateLimited}]", ""}}}},
		{"rule-fails-successes", ruled("{when: {status: 200}, is: rateLimited}"), []mend{
			{replace: []string{"status: 200", "status: 200, body: {contains: limit}"}, says: "add a condition"},
			{replace: []string{"methods: [GET]", "methods: [GET], successStatusCodes: [201-299]"},
				says: "take the code out of upstream.successStatusCodes"}}},
		{"rule-field-unused", ruled("{when: {status: 503}, is: rejected, minWait: 5s}"),
			[]mend{{replace: []string{", minWait: 5s", ""}}}},
		{"no-wait-header", advisedHead + "retry: {maxAttempts: 2, rateLimit: {headers: [retry-after, x-ratelimit-limit]}}\n", []mend{
			{replace: []string{", x-ratelimit-limit", ""}, says: "remove it"},
			{replace: []string{"x-ratelimit-limit", "x-ratelimit-reset"}, says: "…-reset"}}},
		{"unguarded-method", posted("maxAttempts: 2"), []mend{{replace: []string{"2", "2, " + keyed}}}},
		{"unguarded-method", strings.Replace(posted("maxAttempts: 2"), "[POST]", "[GET, POST]", 1), []mend{
			{replace: []string{"2", "2, " + keyed}},
			{replace: []string{"2", "2, idempotency: {unsafeMethods: refuse}"}, says: "unsafeMethods: refuse"}}},
		{"unsafe-retry", posted("maxAttempts: 2, idempotency: {unsafeMethods: allow}"), []mend{
			{replace: []string{"unsafeMethods", "header: idempotency-key, unsafeMethods"}}}},
		{"log-data-unused", advisedHead + "retry: {maxAttempts: 2}\nworkflow: {logData: true, logLevel: \"off\"}\n", []mend{
			{replace: []string{"logData: true, ", ""}}, {replace: []string{"off", "error"}}}},
		{"trigger-at-least-once", strings.Replace(scheduled("PUT, path: /"), "PUT", "POST", 1), []mend{
			{replace: []string{"maxAttempts: 2", "maxAttempts: 2, " + keyed}}}},
		{"unknown-event-field", evented("{source: [shop], detailType: [Sold]}"), []mend{{replace: []string{"detailType", "detail-type"}}}},
		{"event-pattern-over-quota", evented("{source: [" + strings.Repeat("x", 2100) + "]}"), []mend{
			{replace: []string{strings.Repeat("x", 2100), "{prefix: x}"}}}},
		{"attempts-cut-off", advisedHead + "retry: {maxAttempts: 3, deadline: 40s}\n", []mend{
			{replace: []string{"deadline: 40s", "deadline: 48s"}},
			{replace: []string{"deadline", "attemptTimeout: 2s, deadline"}}}},
		{"attempts-cut-off", advisedHead + "retry: {maxAttempts: 3, attemptTimeout: 2m, deadline: 5m}\n", []mend{
			{replace: []string{"deadline: 5m}", "deadline: 6m18s}\nworkflow: {type: standard}"}}}},
		{"ignore-incomplete", advisedHead + "retry: {maxAttempts: 1} # sfngen:ignore no-retry\n",
			[]mend{{replace: []string{"ignore no-retry", "ignore no-retry why"}}}},
		{"ignore-unknown-rule", advisedHead + "retry: {maxAttempts: 1} # sfngen:ignore noretry why\n",
			[]mend{{replace: []string{"noretry", "no-retry"}}}},
		{"ignore-not-allowed", advisedHead + "retry: {maxAttempts: 2} # sfngen:ignore name why\n",
			[]mend{{replace: []string{" # sfngen:ignore name why", ""}}}},
		{"ignore-unused", advisedHead + "retry: # sfngen:ignore no-retry why\n  maxAttempts: 1\n",
			[]mend{{replace: []string{" # sfngen:ignore no-retry why", "", "ts: 1", "ts: 1 # sfngen:ignore no-retry why"}}}},
	}
	// onlyIgnored have no mend in the spec: their hint says what to do elsewhere, and that
	// the warning is then to be ignored.
	onlyIgnored = map[string]string{
		"event-pattern-number": evented(`{detail: {at: [{numeric: [">", 1700000000000]}]}}`),
		"network-over-quota":   advisedHead + "retry: {maxAttempts: 6}\negress: {network: {type: nat}}\n",
		"no-function-url":      advisedHead + "retry: {maxAttempts: 2}\npartition: aws-us-gov\n",
	}
	// saidByAWS have no hint that a spec could follow: the words are those of AWS, or are
	// about what AWS has.
	saidByAWS = []string{"aws-warns", "aws-says-more", "aws-network-doubt", "aws-network-unknown"}
)

const aRole = "arn:aws:iam::123456789012:role/a"

const open = "triggers: {functionUrl: {auth: none}}\n"

const twoSubnets = "egress: {network: {type: subnets, securityGroups: [sg-01234567], " +
	"subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}}\n"

// inSubnets is a spec with two egresses in subnets of the user.
func inSubnets(retry string) string { return advisedHead + "retry: {" + retry + "}\n" + twoSubnets }

// ruled is a spec with these rules.
func ruled(rules string) string {
	return advisedHead + "retry: {maxAttempts: 2, rules: [" + rules + "]}\n"
}

func withUpstream(fields string) string {
	return "version: 1\nname: acme\nupstream: {url: \"https://api.acme.example\", " + fields + "}\nretry: {maxAttempts: 2}\n"
}

func posted(retry string) string {
	return "version: 1\nname: acme\nupstream: {url: \"https://api.acme.example\", methods: [POST]}\nretry: {" + retry + "}\n"
}

func scheduled(request string) string {
	return advisedHead + "retry: {maxAttempts: 2}\ntriggers:\n  schedules:\n    - name: nightly\n      expression: rate(5 minutes)\n" +
		"      request: {method: " + request + "}\n"
}

func evented(pattern string) string {
	return advisedHead + "retry: {maxAttempts: 2}\ntriggers:\n  events:\n    - name: sold\n      pattern: " + pattern +
		"\n      request: {method: GET, path: /}\n"
}

// TestAdviceHolds follows the advice of each warning. The warning is gone then, and no
// other one is there that the advice did not name: advice leads in no circle.
func TestAdviceHolds(t *testing.T) {
	for _, a := range advised {
		t.Run(a.rule, func(t *testing.T) {
			hint, others := hintOf(t, a.rule, a.src)
			for _, m := range a.mends {
				mended := strings.NewReplacer(m.replace...).Replace(a.src)
				if mended == a.src {
					t.Fatalf("%q changes nothing", m.replace)
				}
				_, findings := stack.Load("spec.yaml", []byte(mended))
				left := slices.DeleteFunc(rulesFound(findings), func(rule string) bool { return slices.Contains(others, rule) })
				if diff := cmp.Diff(m.left, left, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("hint: %s\n%s\nwhat is left (-want +got):\n%s", hint, mended, diff)
				}
				if !strings.Contains(hint, m.says) {
					t.Errorf("the hint does not say %q: %s", m.says, hint)
				}
				for _, rule := range m.left {
					if !strings.Contains(hint, rule) {
						t.Errorf("the hint leads to %s and does not say so: %s", rule, hint)
					}
				}
			}
		})
	}
}

// TestNoAdviceInACircle has the advice that is good in most specs, and in these would
// lead to the warning behind it.
func TestNoAdviceInACircle(t *testing.T) {
	tests := []struct{ rule, src, advice, next string }{
		{"unguarded-method", posted("maxAttempts: 2"), "refuse", "nothing-retryable"},
		{"nothing-retryable", posted("maxAttempts: 2, idempotency: {unsafeMethods: refuse}"), "guarded", "unguarded-method"},
		{"nothing-retryable", posted("maxAttempts: 2, idempotency: {unsafeMethods: refuse}"), "maxAttempts", "no-retry"},
	}
	for _, test := range tests {
		if hint, _ := hintOf(t, test.rule, test.src); strings.Contains(hint, test.advice) {
			t.Errorf("%s advises %q, which leads to %s: %s", test.rule, test.advice, test.next, hint)
		}
	}
}

// hintOf is the hint of a spec's warning, and the rules of the others that it has.
func hintOf(t *testing.T, rule, src string) (hint string, others []string) {
	t.Helper()
	_, findings := stack.Load("spec.yaml", []byte(src))
	i := slices.IndexFunc(findings, func(f spec.Finding) bool { return f.Rule == rule })
	if i < 0 || findings[i].Hint == "" {
		t.Fatalf("no warning %s with a hint in\n%s\n%v", rule, src, findings)
	}
	others = slices.DeleteFunc(rulesFound(findings), func(other string) bool { return other == rule })
	return findings[i].Hint, others
}

// rulesFound are the rules of the findings that are not ignored.
func rulesFound(findings []spec.Finding) []string {
	var rules []string
	for _, f := range spec.Open(findings) {
		rules = append(rules, f.Rule)
	}
	return rules
}

// TestAdviceIsTried: each warning's advice is followed above, or says that the warning
// is to be ignored.
func TestAdviceIsTried(t *testing.T) {
	for rule, src := range onlyIgnored {
		if hint, _ := hintOf(t, rule, src); !strings.Contains(hint, "ignore this warning") {
			t.Errorf("%s: the hint does not say that the warning may be ignored: %s", rule, hint)
		}
	}
	text, err := os.ReadFile(severitiesFile)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		rule, isWarning := strings.CutPrefix(strings.TrimSpace(line), "warning ")
		tried := slices.ContainsFunc(advised, func(a advice) bool { return a.rule == rule })
		if isWarning && !tried && onlyIgnored[rule] == "" && !slices.Contains(saidByAWS, rule) {
			t.Errorf("%s: no spec follows its advice", rule)
		}
	}
}
