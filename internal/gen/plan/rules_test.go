package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/plan"
)

// TestWaitsAfterLimits: minWait, a backoff of its own, and a rule whose scope is not the
// spec's, with the worst case that follows.
func TestWaitsAfterLimits(t *testing.T) {
	const one = "egress: {count: 1}"
	for _, test := range []struct {
		name, retry, rest string
		want              []string // of the first attempts
		says              string   // of the first one after a limit
		worst, from       string   // of the first wait
	}{
		{"minWait", "maxAttempts: 2\nrateLimit: {scope: credential, minWait: 30s}", one,
			[]string{"1 +0 limited 30..1(61) transient 0..1(61)"}, "attempt 2 after 30s..31s; requested wait up to 1m + 0s..1s",
			"1m1s", "retry.rateLimit.maxWait + retry.backoff"},
		{"minWait without jitter", "maxAttempts: 2\nbackoff: {jitter: none}\nrateLimit: {scope: credential, minWait: 30s}", one,
			[]string{"1 +0 limited 30..1(60) transient 1..1(60)"}, "attempt 2 after 30s; requested wait up to 1m", "1m", "retry.rateLimit.maxWait"},
		{"minWait as long as maxWait", "maxAttempts: 2\nrateLimit: {scope: credential, minWait: 1m}", one,
			[]string{"1 +0 limited 60..1(61) transient 0..1(61)"}, "attempt 2 after 1m..1m1s", "1m1s", "retry.rateLimit.maxWait + retry.backoff"},
		{"the same without jitter", "maxAttempts: 2\nbackoff: {jitter: none}\nrateLimit: {scope: credential, minWait: 1m}", one,
			[]string{"1 +0 limited 60..1(60) transient 1..1(60)"}, "attempt 2 after 1m", "1m", "retry.rateLimit.maxWait"},
		{"minWait of an address: a fresh egress goes at once", "maxAttempts: 2\nrateLimit: {minWait: 30s}", "",
			[]string{"1 +0 limited now transient 0..1(61)"}, "attempt 2 at once", "1m1s", "retry.rateLimit.maxWait + retry.backoff"},
		{"a backoff of limits", "maxAttempts: 2\nrateLimit: {scope: credential, maxWait: 0s, backoff: {initialDelay: 40s, jitter: none}}", one,
			[]string{"1 +0 limited 40..40(40) transient 0..1(1)"}, "attempt 2 after 40s", "40s", "retry.rateLimit.backoff"},
		{"a rule of the credential", "maxAttempts: 2\nrules: [{when: {body: {contains: a}}, is: rateLimited, scope: credential}]", "",
			[]string{"1 +0 limited 0..0(61) transient 0..1(61)"},
			"attempt 2 at once; by a rule per credential: attempt 2 after 0s..1s + requested wait up to 1m", "1m1s",
			"retry.rateLimit.maxWait + retry.backoff"},
		{"rules of the credential with floors of their own", "maxAttempts: 2\nrateLimit: {minWait: 10s}\n" +
			"rules: [{when: {body: {contains: a}}, is: rateLimited, scope: credential, minWait: 40s}, " +
			"{when: {body: {contains: b}}, is: rateLimited, scope: credential, minWait: 20s}]", "",
			[]string{"1 +0 limited 0..0(61) transient 0..1(61)"},
			"attempt 2 at once; by a rule per credential: attempt 2 after 20s..21s; requested wait up to 1m + 0s..1s", "1m1s",
			"retry.rateLimit.maxWait + retry.backoff"},
		{"a coolDown", "maxAttempts: 2\nrules: [{when: {body: {contains: a}}, is: rateLimited, coolDown: {pool: 30s}}]", "",
			[]string{"1 +0 limited 0..0(61) transient 0..1(61)"},
			"attempt 2 at once; by a rule per credential: attempt 2 after 30s..31s; requested wait up to 1m + 0s..1s", "1m1s",
			"retry.rateLimit.maxWait + retry.backoff"},
		{"a coolDown that is longer than what is waited for", "maxAttempts: 2\nrules: [{when: {body: {contains: a}}, is: rateLimited, " +
			"coolDown: {pool: 10m}}]", "", []string{"1 +0 limited 0..0(61) transient 0..1(61)"},
			"attempt 2 at once; by a rule per credential: attempt 2 after 0s..1s + requested wait up to 1m", "1m1s",
			"retry.rateLimit.maxWait + retry.backoff"},
		{"a rule of the address", "maxAttempts: 2\nrateLimit: {scope: credential}\nrules: [{when: {body: {contains: a}}, is: rateLimited, " +
			"scope: ip}]",
			"egress: {count: 2}", []string{"1 +0 limited 0..1(61) transient 0..1(61)"}, "attempt 2 after 0s..1s + requested wait up to 1m", "1m1s",
			"retry.rateLimit.maxWait + retry.backoff"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, _ := resolve(t, test.retry, test.rest)
			if diff := cmp.Diff(test.want, steps(p)[:len(test.want)]); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
			first := p.Attempts[0]
			if got := first.Describe(first.RateLimited); got != test.says {
				t.Errorf("says %q, want %q", got, test.says)
			}
			if part := p.WorstCase.Parts[1]; plan.Short(part.Time) != test.worst || part.From != test.from {
				t.Errorf("worst case %s from %s, want %s from %s", plan.Short(part.Time), part.From, test.worst, test.from)
			}
		})
	}
}

// TestRulesInWords: what plan, the README and the definition say of rules.
func TestRulesInWords(t *testing.T) {
	p, _ := resolve(t, `maxAttempts: 2
rateLimit: {minWait: 5s}
rules:
  - {name: no permission, when: {status: 403, header: {x-left: {greaterThan: 0, exists: true}, x-b: {exists: false}}}, is: rejected}
  - {when: {method: [GET], body: {contains: [a, b], matches: c+}, json: {$.x: [1, "1", null]}}, is: rateLimited,
     scope: credential, acted: false}
  - {name: busy, when: {status: [404, 5xx]}, is: transient, minWait: 10s}
  - {name: gone, when: {status: 410}, is: success}
  - {name: ban, when: {status: 418}, is: rejected, coolDown: {pool: 10m}}
  - {name: calm, when: {status: 420}, is: rateLimited, coolDown: {pool: 30s}}`, "")
	want := []plan.RuleView{
		{Name: "no permission", When: "status 403; header x-b is not there; header x-left > 0 and is there", Then: "rejected"},
		{Name: "rule 2", When: `method GET; body contains "a" or "b" and matches /c+/; $.x is 1, "1" or null`,
			Then: "rate-limited per credential, at least 5s, the API did not act"},
		{Name: "busy", When: "status 404, 5xx", Then: "transient, at least 10s"},
		{Name: "gone", When: "status 410", Then: "success"},
		{Name: "ban", When: "status 418", Then: "rejected, and no egress calls for 10m"},
		{Name: "calm", When: "status 420", Then: "rate-limited, at least 5s, and no egress calls for 30s"},
	}
	if diff := cmp.Diff(want, p.View().Rules); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	text := p.Text(0, false)
	for _, line := range []string{"rate-limited: 429, rule 2, rule calm (per ip)",
		"transient: 500, 502, 503, 504, timeout, connection, rule busy",
		"1. no permission  "} {
		if !strings.Contains(text, line) {
			t.Errorf("the plan lacks %q:\n%s", line, text)
		}
	}
	if got := record(p); !strings.Contains(got, `"name": "no permission"`) || !strings.Contains(got, `"$.x"`) {
		t.Errorf("the record lacks rules:\n%s", got)
	}
}
