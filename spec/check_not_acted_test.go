package spec_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

func TestNotActedStatusCodes(t *testing.T) {
	const at = "retry.idempotency.notActedStatusCodes"
	tests := []struct {
		name, methods, retry string
		want                 []string
	}{
		{"429 and an overload", "[POST]", "retryableStatusCodes: [429, 529], idempotency: {header: k, notActedStatusCodes: [429, 529]}", nil},
		{"a class of which one is retryable", "[POST]", "idempotency: {header: k, notActedStatusCodes: [4xx]}", nil},
		{"none", "[POST]", "idempotency: {header: k, notActedStatusCodes: []}", nil},
		{"a success", "[POST]", "idempotency: {header: k, notActedStatusCodes: [202]}", []string{"not-acted-code at " + at + "[0]"}},
		{"a range from the redirects up", "[POST]", "idempotency: {header: k, notActedStatusCodes: [429, 399-503]}",
			[]string{"not-acted-code at " + at + "[1]"}},
		{"not retryable", "[POST]", "idempotency: {header: k, notActedStatusCodes: [429, 423]}", []string{"not-acted-unused at " + at + "[1]"}},
		{"the default, where 429 is not retryable", "[POST]",
			"retryableStatusCodes: [503], rateLimit: {statusCodes: [503]}, idempotency: {header: k}", nil},
		{"retried by a rule", "[POST]",
			"idempotency: {header: k, notActedStatusCodes: [429, 423]}, rules: [{when: {status: 423}, is: transient}]", nil},
		{"no method that could act twice", "[GET, PUT]", "idempotency: {notActedStatusCodes: [503]}", []string{"not-acted-unused at " + at}},
		{"refuse", "[GET, POST]", "idempotency: {unsafeMethods: refuse, notActedStatusCodes: [503]}", []string{"not-acted-unused at " + at}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src := "version: 1\nname: acme\nupstream: {url: https://api.acme.example, methods: " + test.methods + "}\n" +
				"retry: {maxAttempts: 3, " + test.retry + "}\n"
			if diff := cmp.Diff(test.want, found(t, src)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCertainFailures(t *testing.T) {
	tests := []struct{ name, retry, want string }{
		{"the defaults", "", "after 429, or without a connection"},
		{"an overload too",
			", retryableStatusCodes: [429, 5xx], idempotency: {notActedStatusCodes: [429, 529]}", "after 429, 529, or without a connection"},
		{"named twice", ", idempotency: {notActedStatusCodes: [429, 4xx]}", "after 429, or without a connection"},
		{"429 is not retryable", ", retryableStatusCodes: [500]", "without a connection"},
		{"only answers are retried", ", retryableErrors: []", "after 429"},
		{"a name that does not resolve is not retried", ", retryableErrors: [timeout]", "after 429, or if no connection comes in time"},
		{"a timeout is not retried", ", retryableErrors: [connection]", "after 429, or without a connection (but for a timeout)"},
		{"nothing is certain", ", retryableErrors: [], idempotency: {notActedStatusCodes: []}", ""},
		{"a rule that makes it certain by its code", ", idempotency: {notActedStatusCodes: [429, 420-425]}, " +
			"rules: [{when: {status: 423}, is: rateLimited}]", "after 429, 423, or without a connection"},
		{"a rule that may have acted", ", rules: [{name: busy, when: {status: 429, body: {contains: busy}}, is: rateLimited, acted: true}]",
			"after 429 (but for rule busy), or without a connection"},
		{"a rule that may have acted, of no code", ", rules: [{when: {body: {contains: busy}}, is: transient, acted: true}]",
			"after 429 (but for rule 1), or without a connection"},
		{"a rule that may have acted, of another code", ", rules: [{name: busy, when: {status: 503}, is: rateLimited, acted: true}]",
			"after 429, or without a connection"},
		{"a rule that takes all of them", ", rules: [{name: busy, when: {status: 429}, is: rateLimited, acted: true}]",
			"without a connection"},
		{"a rule that rejects all of them", ", rules: [{name: gone, when: {status: 429}, is: rejected}]", "without a connection"},
		{"a rule that rejects some of them", ", rules: [{name: gone, when: {status: 429, header: {a: b}}, is: rejected}]",
			"after 429, or without a connection"},
		{"a rule", ", rules: [{name: full, when: {status: 200}, is: rateLimited, acted: false}]",
			"after 429, or after the rule full, or without a connection"},
		{"two rules", ", rules: [{name: full, when: {status: 400}, is: rateLimited, acted: false}, " +
			"{name: late, when: {status: 200}, is: transient, acted: false}]",
			"after 429, or after the rules full, late, or without a connection"},
		{"a rule without a name", ", rules: [{when: {status: 200}, is: rateLimited, acted: false}]",
			"after 429, or after the rule 1, or without a connection"},
		{"two rules, one without a name", ", rules: [{when: {status: 400}, is: rateLimited, acted: false}, " +
			"{name: rule of thumb, when: {status: 200}, is: transient, acted: false}]",
			"after 429, or after the rules 1, rule of thumb, or without a connection"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file, _ := spec.Parse("spec.yaml", []byte("version: 1\nname: acme\n"+
				"upstream: {url: https://api.acme.example, methods: [POST]}\nretry: {maxAttempts: 3"+test.retry+"}\n"))
			if got := file.Spec().Retry.CertainFailures(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
