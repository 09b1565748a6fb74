package spec_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// minimal is the smallest spec; tests put more behind it.
const minimal = `version: 1
name: acme
upstream: {url: https://api.acme.example}
retry: {maxAttempts: 3}
`

func TestParseFull(t *testing.T) {
	src, err := os.ReadFile("testdata/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file, findings := spec.Parse("full.yaml", src)
	if diff := cmp.Diff([]string(nil), lines(findings)); diff != "" {
		t.Fatalf("findings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(fullSpec(), file.Spec()); diff != "" {
		t.Errorf("spec (-want +got):\n%s", diff)
	}
}

// fullSpec is what testdata/full.yaml, the spec of the design, says.
func fullSpec() spec.Spec {
	full := spec.Default()
	full.Name, full.Description = "acme-orders", "Acme orders API"
	full.Upstream.URL = "https://api.acme.example/v1"
	full.Upstream.Methods = []string{"GET", "POST"}
	full.Upstream.SuccessStatusCodes = contract.StatusCodes{{From: 200, To: 299}, {From: 300, To: 399}}
	full.Upstream.Headers = map[string]string{"accept": "application/json"}
	full.Retry.MaxAttempts = 3
	full.Retry.RetryableStatusCodes = contract.StatusCodes{{From: 429, To: 429}, {From: 500, To: 599}}
	full.Retry.Deadline = 2 * time.Minute
	full.Retry.Idempotency.Header = "idempotency-key"
	full.Egress.Count = 3
	full.Triggers.Schedules = []spec.Schedule{{
		Name: "nightly", Expression: "rate(5 minutes)", Timezone: "UTC",
		Request: spec.Request{Method: "GET", Path: "/orders"},
	}}
	full.Triggers.Events = []spec.Event{{
		Name: "order-placed", Pattern: map[string]any{"source": []any{"shop"}},
		Request: spec.Request{Method: "POST", Path: "/orders", BodyFrom: "$.detail"},
	}}
	full.Tags = map[string]string{"team": "orders"}
	return full
}

func TestParseFillsDefaults(t *testing.T) {
	file, findings := spec.Parse("spec.yaml", []byte(minimal))
	if len(findings) > 0 {
		t.Fatalf("got findings: %s", lines(findings))
	}
	want := spec.Default()
	want.Name, want.Upstream.URL = "acme", "https://api.acme.example"
	want.Retry.MaxAttempts, want.Egress.Count = 3, 3
	if diff := cmp.Diff(want, file.Spec()); diff != "" {
		t.Errorf("spec (-want +got):\n%s", diff)
	}
}

func TestParseReportsEverythingAtOnce(t *testing.T) {
	src := `version: 1
name: Acme
description: 2026-01-31
upstream:
  url: https://api.acme.example
  methods: [GET, FETCH]
  successStatusCodes: [2xx, 2yy]
retry:
  maxRetries: 2
  attemptTimeout: 10
  deadline: 10m
  retryableStatusCodes: [429, 5xx]
  retryableStatusCodes: [200]
  backoff:
    initialDelay: 1m
    maxDelay: 1.5
egress:
  counts: 3
  memory: lots
`
	want := []string{
		`spec.yaml:2:7: error: name: must be 2 to 32 lower-case letters, digits and hyphens that begin with a letter and do not end in a ` +
			`hyphen, got "Acme"; did you mean acme? [name]`,
		`spec.yaml:3:14: error: description: must be text without control characters, got the date 2026-01-31; put it in quotes: ` +
			`"2026-01-31" [description]`,
		`spec.yaml:6:18: error: upstream.methods[1]: must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS; got "FETCH" [upstream-methods]`,
		`spec.yaml:7:29: error: upstream.successStatusCodes[1]: must be a status code (429), class (5xx) or range (500-504), got "2yy" ` +
			`[upstream-success-status-codes]`,
		`spec.yaml:9:3: error: retry.maxRetries: is a word of many HTTP clients; here it is retry.maxAttempts; write retry.maxAttempts: 3 ` +
			`(it counts the first call too) [foreign-word]`,
		`spec.yaml:10:19: error: retry.attemptTimeout: must be a duration such as 10s, 2m or 1h30m, got 10; write 10s [retry-attempt-timeout]`,
		`spec.yaml:11:13: error: retry.deadline: an express workflow ends after 5m, got 10m; write 5m or less, or set workflow.type: ` +
			`standard (sfngen plan says how callers then wait) [express-deadline]`,
		`spec.yaml:13:3: error: retry.retryableStatusCodes: written a second time; the first is on line 12; remove one of them [duplicate-key]`,
		`spec.yaml:16:15: error: retry.backoff.maxDelay: must be a duration such as 10s, 2m or 1h30m, got 1.5 [retry-backoff-max-delay]`,
		`spec.yaml:18:3: error: egress.counts: unknown key; did you mean count? [unknown-key]`,
		`spec.yaml:19:11: error: egress.memory: must be a whole number between 128 and 10240, got "lots" [egress-memory]`,
	}
	file, findings := spec.Parse("spec.yaml", []byte(src))
	if file != nil {
		t.Error("got a file in spite of errors")
	}
	if diff := cmp.Diff(want, lines(findings)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// TestOneFindingForOneMistake: what follows from a mistake is not said.
func TestOneFindingForOneMistake(t *testing.T) {
	tests := []struct{ name, old, now, want string }{
		{"a slip in a required key", "maxAttempts", "maxAttmpts",
			`spec.yaml:4:9: error: retry.maxAttmpts: unknown key; did you mean maxAttempts? [unknown-key]`},
		{"a required section under another name", "retry:", "retryPolicy:",
			`spec.yaml:4:1: error: retryPolicy: is a word of gRPC and Temporal; here it is retry [foreign-word]`},
		{"a required key in the wrong place", "retry: {maxAttempts: 3}", "egress: {maxAttempts: 3}",
			`spec.yaml:4:10: error: egress.maxAttempts: is a word of gRPC and resilience4j; here it is retry.maxAttempts; write ` +
				`retry.maxAttempts: 3 [foreign-word]`},
		{"a number with a fraction", "retry:",
			"operations: {alarms: {topic: 'arn:aws:sns:eu-central-1:123456789012:t', failurePercent: 0.05}}\nretry:",
			`spec.yaml:4:89: error: operations.alarms.failurePercent: must be between 0.1 and 100, got 0.05 [operations-alarms-failure-percent]`},
		{"no value", "name: acme", "name:",
			`spec.yaml:2:6: error: name: must be 2 to 32 lower-case letters, digits and hyphens that begin with a letter and do not end in a ` +
				`hyphen, got nothing; write a value, or remove the key if it may be left out [name]`},
		{"a section of another shape", "retry: {maxAttempts: 3}", "retry: 3",
			`spec.yaml:4:8: error: retry: must be a mapping of keys to values, got 3 [wrong-shape]`},
		{"a choice in place of the section that takes it", "retry: {maxAttempts: 3}", "retry: {maxAttempts: 3}\negress: {network: nat}",
			`spec.yaml:5:19: error: egress.network: must be a mapping of keys to values, got "nat"; write {type: nat} [wrong-shape]`},
		{"a broken value in rules between fields", "{maxAttempts: 3}",
			"{maxAttempts: 3, deadline: 10m, backoff: {initialDelay: 5m}}\nworkflow: {type: slow}",
			`spec.yaml:4:64: error: retry.backoff.initialDelay: initialDelay is 5m, but maxDelay, the longest wait, is 30s, its default; ` +
				`set maxDelay to at least 5m [max-delay-below-initial]
spec.yaml:5:18: error: workflow.type: must be one of express, standard; got "slow" [workflow-type]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, findings := spec.Parse("spec.yaml", []byte(strings.Replace(minimal, test.old, test.now, 1)))
			if diff := cmp.Diff(strings.Split(test.want, "\n"), lines(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseReadsYAML(t *testing.T) {
	tests := []struct {
		name, src string
		want      func(*spec.Spec)
	}{
		{"byte order mark and CRLF", "\ufeff" + strings.ReplaceAll(minimal, "\n", "\r\n") + "description: é\r\n",
			func(s *spec.Spec) { s.Description = "é" }},
		{"folded description", minimal + "description: >\n  two\n  lines\n",
			func(s *spec.Spec) { s.Description = "two lines" }},
		{"quoted number is text", minimal + "tags: {year: '2026'}\n",
			func(s *spec.Spec) { s.Tags = map[string]string{"year": "2026"} }},
		{"tagged text", minimal + "tags: {year: !!str 2026}\n",
			func(s *spec.Spec) { s.Tags = map[string]string{"year": "2026"} }},
		{"yes is text", minimal + "description: yes\n",
			func(s *spec.Spec) { s.Description = "yes" }},
		{"header names fold", strings.Replace(minimal, "}", ", headers: {X.Odd-Name: a}, forwardHeaders: [Accept]}", 1),
			func(s *spec.Spec) {
				s.Upstream.Headers, s.Upstream.ForwardHeaders = map[string]string{"x.odd-name": "a"}, []string{"accept"}
			}},
		{"alias", minimal + "egress: {count: &n 5}\ntags: {n: &t text, m: *t}\n",
			func(s *spec.Spec) { s.Egress.Count, s.Tags = 5, map[string]string{"n": "text", "m": "text"} }},
		{"merge, own keys win", minimal + "tags: &t {a: one, b: two}\ntriggers: {schedules: [{name: at, expression: rate(1 day), request: " +
			"{method: GET, path: /, headers: {<<: *t, b: own}}}]}\n",
			func(s *spec.Spec) {
				s.Tags = map[string]string{"a": "one", "b": "two"}
				s.Triggers.Schedules = []spec.Schedule{{Name: "at", Expression: "rate(1 day)", Timezone: "UTC",
					Request: spec.Request{Method: "GET", Path: "/", Headers: map[string]string{"a": "one", "b": "own"}}}}
			}},
		{"merge of several, the first wins", minimal + "tags: {<<: [{a: one}, {a: two, b: two}]}\n",
			func(s *spec.Spec) { s.Tags = map[string]string{"a": "one", "b": "two"} }},
		{"body of every JSON type", minimal + "triggers: {schedules: [{name: at, expression: rate(1 day), request: {method: PUT, path: /, " +
			"body: {a: [1, 2.50, true, ~, {b: text}]}}}]}\n",
			func(s *spec.Spec) {
				body := map[string]any{"a": []any{json.Number("1"), json.Number("2.50"), true, nil, map[string]any{"b": "text"}}}
				s.Triggers.Schedules = []spec.Schedule{{Name: "at", Expression: "rate(1 day)", Timezone: "UTC",
					Request: spec.Request{Method: "PUT", Path: "/", Body: body}}}
			}},
		{"no rate limit without a retried 429", strings.Replace(minimal, "3}", "3, retryableStatusCodes: [5XX]}", 1),
			func(s *spec.Spec) {
				s.Retry.RetryableStatusCodes, s.Retry.RateLimit.StatusCodes = contract.StatusCodes{{From: 500, To: 599}}, nil
			}},
		{"egress count follows attempts", strings.Replace(minimal, "3}", "7}", 1),
			func(s *spec.Spec) { s.Retry.MaxAttempts, s.Egress.Count = 7, 7 }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file, findings := spec.Parse("spec.yaml", []byte(test.src))
			if file == nil {
				t.Fatalf("refused: %s", lines(findings))
			}
			want := spec.Default()
			want.Name, want.Upstream.URL = "acme", "https://api.acme.example"
			want.Retry.MaxAttempts, want.Egress.Count = 3, 3
			test.want(&want)
			if diff := cmp.Diff(want, file.Spec()); diff != "" {
				t.Errorf("spec (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPositions(t *testing.T) {
	src := "\ufeffversion: 1\r\n" + `name: acme
upstream:
  url: "https://api.acme.example"
  headers: {ü.: 語, accept: "*/*"}
retry:
  maxAttempts: 3
  backoff:
    jitter: full
tags:
  cost.center: &c orders
  team: *c
triggers:
  schedules:
    - name: nightly
      expression: rate(1 day)
      request: {method: GET, path: /}
`
	src = strings.Replace(src, "ü.: 語", `"x.y": 語`, 1)
	file, findings := spec.Parse("spec.yaml", []byte(src))
	if file == nil {
		t.Fatalf("refused: %s", lines(findings))
	}
	tests := []struct {
		name, path string
		written    bool
		want       spec.Position
	}{
		{"a plain value", "name", true, spec.Position{Line: 2, Column: 7}},
		{"a quoted value", "upstream.url", true, spec.Position{Line: 4, Column: 8}},
		{"a mapping stands at its key", "retry.backoff", true, spec.Position{Line: 8, Column: 3}},
		{"a flow mapping too", "upstream.headers", true, spec.Position{Line: 5, Column: 3}},
		{"a key with a dot", `upstream.headers["x.y"]`, true, spec.Position{Line: 5, Column: 20}},
		{"columns count characters", "upstream.headers.accept", true, spec.Position{Line: 5, Column: 31}},
		{"an item of a list", "triggers.schedules[0]", true, spec.Position{Line: 15, Column: 7}},
		{"in an item", "triggers.schedules[0].request.method", true, spec.Position{Line: 17, Column: 25}},
		{"an alias leads to its anchor", "tags.team", true, spec.Position{Line: 11, Column: 16}},
		{"left out: its parent", "retry.backoff.maxDelay", false, spec.Position{Line: 8, Column: 3}},
		{"left out with its parent: the next one", "retry.rateLimit.scope", false, spec.Position{Line: 6, Column: 1}},
		{"left out with all parents: the beginning", "egress.count", false, spec.Position{Line: 1, Column: 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := file.Has(test.path); got != test.written {
				t.Errorf("Has(%q) = %t, want %t", test.path, got, test.written)
			}
			if diff := cmp.Diff(test.want, file.Position(test.path)); diff != "" {
				t.Errorf("Position(%q) (-want +got):\n%s", test.path, diff)
			}
		})
	}
}

func lines(findings []spec.Finding) []string {
	var text []string
	for _, f := range findings {
		text = append(text, f.String())
	}
	return text
}
