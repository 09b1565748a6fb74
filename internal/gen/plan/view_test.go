package plan_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/spec"
)

func TestDescribe(t *testing.T) {
	for backoff, want := range map[string]string{
		"initialDelay: 2s":               "attempt 2 after 0s..2s + requested wait up to 5s",
		"initialDelay: 2s, jitter: none": "attempt 2 after 2s; requested wait up to 5s",
		"initialDelay: 5s, jitter: none": "attempt 2 after 5s",
		"strategy: none":                 "attempt 2 after 0s; requested wait up to 5s",
	} {
		p, _ := resolve(t, "maxAttempts: 2\nrateLimit: {maxWait: 5s}\nbackoff: {"+backoff+"}", "")
		a := p.Attempts[0]
		if got := a.Describe(a.Transient); got != want {
			t.Errorf("%s: %q, want %q", backoff, got, want)
		}
	}
}

func TestResendAmbiguous(t *testing.T) {
	tests := []struct {
		name, methods, idempotency string
		want                       bool
	}{
		{"only safe methods", "[GET, PUT]", "{}", true},
		{"POST without a key", "[GET, POST]", "{}", false},
		{"POST with a key", "[POST]", "{header: idempotency-key}", true},
		{"POST allowed", "[PATCH]", "{unsafeMethods: allow}", true},
		{"POST refused, key or not", "[POST]", "{header: idempotency-key, unsafeMethods: refuse}", false},
		{"refused, but there is no such method", "[GET]", "{unsafeMethods: refuse}", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src := fmt.Sprintf("version: 1\nname: plan-test\nupstream: {url: 'https://api.example', methods: %s}\nretry: {maxAttempts: 2, "+
				"idempotency: %s}\n", test.methods, test.idempotency)
			file, findings := spec.Parse("spec.yaml", []byte(src))
			if spec.HasErrors(findings) {
				t.Fatal(findings)
			}
			p, _ := plan.New(file)
			if p.ResendAmbiguous != test.want {
				t.Errorf("ResendAmbiguous = %v, want %v", p.ResendAmbiguous, test.want)
			}
			if got := p.ResendRule() == ""; got != test.want {
				t.Errorf("ResendRule = %q", p.ResendRule())
			}
		})
	}
}

// What the spec does not say about redirects, the plan does.
func TestRedirectRule(t *testing.T) {
	const schedule = "schedules: [{name: s1, expression: rate(1 day), request: {method: GET, path: /}}]"
	const event = "events: [{name: e1, pattern: {source: [a]}, request: {method: GET, path: /}}]"
	rule := func(of string) string {
		return "3xx of " + of + " fails at once, because nobody follows a redirect, unless upstream.successStatusCodes names the code"
	}
	tests := []struct {
		name, upstream, triggers string
		fails                    bool // contract.Policy.RedirectsFail
		want                     string
	}{
		{"only GET and PUT", "methods: [GET, PUT]", "", true, ""},
		{"POST", "methods: [GET, POST]", "", true, rule("POST")},
		{"POST, PATCH and triggers", "methods: [POST, PATCH]", schedule + ", " + event, true, rule("POST, PATCH, a schedule or an event")},
		{"an event", "methods: [GET]", event, true, rule("an event")},
		{"the spec says it", "methods: [POST], successStatusCodes: [2xx, 3xx]", event, false, ""},
		{"the spec leaves 3xx out", "methods: [POST], successStatusCodes: [2xx]", event, false, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src := fmt.Sprintf("version: 1\nname: plan-test\nupstream: {url: 'https://api.example', %s}\nretry: {maxAttempts: 2}\n"+
				"triggers: {%s}\n", test.upstream, test.triggers)
			file, findings := spec.Parse("spec.yaml", []byte(src))
			if spec.HasErrors(findings) {
				t.Fatal(findings)
			}
			p, _ := plan.New(file)
			if got := p.Attempts[1].Policy.RedirectsFail; got != test.fails {
				t.Errorf("RedirectsFail = %v, want %v", got, test.fails)
			}
			if got := p.RedirectRule(); got != test.want || p.View().RedirectRule != got {
				t.Errorf("RedirectRule = %q, want %q", got, test.want)
			}
		})
	}
}

func TestShort(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", time.Second: "1s", time.Minute: "1m", 90 * time.Second: "1m30s",
		time.Hour: "1h", 61 * time.Minute: "1h1m", time.Hour + time.Second: "1h0m1s",
	} {
		if got := plan.Short(d); got != want {
			t.Errorf("Short(%s) = %s, want %s", d, got, want)
		}
	}
}

func TestWhatThePlanSaysOfTriggers(t *testing.T) {
	const (
		keyed     = "maxAttempts: 2\nidempotency: {header: x-key%s}"
		scheduled = "schedules: [{name: nightly, expression: rate(1 day), request: {method: PUT, path: /}}]"
		same      = ", the same for all starts and attempts of one scheduled time\n"
		redirects = "3xx of a schedule fails at once, because nobody follows a redirect, unless upstream.successStatusCodes names the code\n"
	)
	tests := map[string]struct{ retry, rest, want string }{
		"nothing": {"maxAttempts: 2", "", ""},
		"bounds": {"maxAttempts: 2", "egress: {concurrency: 1}\ntriggers: {functionUrl: {concurrency: 50}}\n",
			"each egress makes at most 1 call at once (egress.concurrency)\n" +
				"callers get at most 50 requests handled at once, Lambda answers one more 429 (triggers.functionUrl.concurrency)\n"},
		"a schedule with a key": {fmt.Sprintf(keyed, ""), "triggers: {" + scheduled + "}\n",
			redirects + "schedules send x-key: a UUID" + same},
		"one with text": {fmt.Sprintf(keyed, ", keyFormat: text"), "triggers: {" + scheduled + "}\n",
			redirects + "schedules send x-key: text" + same},
		"one with its own": {fmt.Sprintf(keyed, ""), "triggers: {schedules: [{name: once, expression: at(2030-01-31T08:00:00), " +
			"request: {method: PUT, path: /, headers: {x-key: k}}}]}\n", redirects},
		"a schedule without one": {"maxAttempts: 2", "triggers: {" + scheduled + "}\n", redirects},
		"a key and no schedule":  {fmt.Sprintf(keyed, ""), "", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p, _ := resolve(t, test.retry, test.rest)
			_, head, _ := strings.Cut(p.Text(0, false), "everything else fails at once\n")
			head, _, _ = strings.Cut(head, "\nATTEMPT")
			if diff := cmp.Diff(test.want, head); diff != "" {
				t.Errorf("end of the plan's head (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatThePlanSaysOfCalls(t *testing.T) {
	tests := map[string]struct{ upstream, want string }{
		"nothing":    {"methods: [GET]", ""},
		"parameters": {`query: {v: "2", "a b": "c&d"}`, "every call has a b=c&d and v=2 in its query\n"},
		"names": {"renameHeaders: {X-Key: Authorization, x-a: b}",
			"a caller's x-a goes out as b\na caller's x-key goes out as authorization\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			file, findings := spec.Parse("spec.yaml", []byte("version: 1\nname: acme\nretry: {maxAttempts: 2}\n"+
				"upstream: {url: https://api.acme.example, "+test.upstream+"}\n"))
			if len(findings) > 0 {
				t.Fatal(findings)
			}
			p, _ := plan.New(file)
			head, _, _ := strings.Cut(p.Text(0, false), "network: ")
			_, head, _ = strings.Cut(head, "\n\n")
			if diff := cmp.Diff(test.want, head); diff != "" {
				t.Errorf("plan (-want +got):\n%s", diff)
			}
		})
	}
}

// A rule about two methods has the verb of two; where nothing is sent again there is none.
func TestResendRule(t *testing.T) {
	for _, test := range []struct{ methods, retry, want string }{
		{"[GET, POST]", "maxAttempts: 2",
			"POST is sent again only if the API certainly did not act: after 429, or without a connection (no idempotency key)"},
		{"[POST, PATCH]", "maxAttempts: 2, retryableErrors: [timeout]",
			"POST and PATCH are sent again only if the API certainly did not act: after 429, or if no connection comes in time " +
				"(no idempotency key)"},
		{"[POST, PATCH]", "maxAttempts: 2, retryableErrors: []",
			"POST and PATCH are sent again only if the API certainly did not act: after 429 (no idempotency key)"},
		{"[POST, PATCH]", "maxAttempts: 2, idempotency: {unsafeMethods: refuse}",
			"POST and PATCH are never sent again, whatever failed (unsafeMethods: refuse)"},
		{"[POST]", "maxAttempts: 1", ""},
	} {
		src := fmt.Sprintf("version: 1\nname: plan-test\nupstream: {url: 'https://api.example', methods: %s}\nretry: {%s}\n", test.methods,
			test.retry)
		file, findings := spec.Parse("spec.yaml", []byte(src))
		if spec.HasErrors(findings) {
			t.Fatal(findings)
		}
		p, _ := plan.New(file)
		if got := p.ResendRule(); got != test.want {
			t.Errorf("%s, %s: %q, want %q", test.methods, test.retry, got, test.want)
		}
	}
}
