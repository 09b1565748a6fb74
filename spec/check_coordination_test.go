package spec_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

func TestCoordinationFindings(t *testing.T) {
	const polls = "triggers: {schedules: [{name: poll, expression: rate(10 minutes), request: {method: GET, path: /}}, " +
		"{name: also, expression: rate(1 hour), request: {method: GET, path: /}}, " +
		"{name: by-the-clock, expression: 'cron(* * * * ? *)', request: {method: GET, path: /}}]}\n"
	const hourly = ", limits: [{requests: 7, window: 1h, per: ip}]"
	const perCredential = ", limits: [{requests: 1000, window: 1s, per: ip}, {requests: 6, window: 1h, per: credential}]"
	tests := []struct {
		name, upstream, rest, want string
	}{
		{"nothing to keep", "", "retry: {maxAttempts: 2, rateLimit: {maxWait: 0s}}\negress: {coordination: dynamodb}\n",
			"nothing-to-coordinate egress.coordination"},
		{"limits to keep", hourly, "retry: {maxAttempts: 2, rateLimit: {maxWait: 0s}}\negress: {coordination: dynamodb}\n", ""},
		{"a cool-down to keep", "", "retry: {maxAttempts: 2, rateLimit: {maxWait: 0s}, rules: [{when: {status: 418}, is: rejected, " +
			"coolDown: {pool: 1m}}]}\negress: {coordination: dynamodb}\n", ""},
		{"a cool-down that all are told", "", "retry: {maxAttempts: 2, rules: [{when: {status: 418}, is: rejected, " +
			"coolDown: {pool: 1m}}]}\negress: {coordination: dynamodb}\n", ""},
		{"a cool-down that one process is told", "", "retry: {maxAttempts: 2, rules: [{when: {status: 418}, is: rejected, " +
			"coolDown: {pool: 1m}}]}\n",
			"cool-down-per-process retry.rules[0].coolDown"},
		{"nothing, and no table", "", "retry: {maxAttempts: 2, rateLimit: {maxWait: 0s}}\n", ""},
		{"every egress is used", "", "retry: {maxAttempts: 2}\negress: {count: 9, start: first, coordination: dynamodb}\n", ""},
		{"schedules that fit", hourly, "retry: {maxAttempts: 2}\negress: {count: 1}\n" + polls, ""},
		{"schedules beyond", ", limits: [{requests: 3, window: 1h, per: ip}]", "retry: {maxAttempts: 2}\n" + polls,
			"schedules-over-limit triggers.schedules[0].expression"},
		{"as many egresses as that takes", ", limits: [{requests: 3, window: 1h, per: ip}]",
			"retry: {maxAttempts: 2}\negress: {count: 3}\n" + polls, ""},
		{"one credential for all", perCredential, "retry: {maxAttempts: 2}\n" + polls, "schedules-over-limit triggers.schedules[0].expression"},
		{"a credential for each", perCredential + ", credentials: {headers: {x-a: [{secret: a}, {secret: b}]}}",
			"retry: {maxAttempts: 2}\n" + polls, ""},
	}
	relevant := map[string]bool{"nothing-to-coordinate": true, "schedules-over-limit": true, "unreachable-egress": true,
		"cool-down-per-process": true}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, findings := spec.Parse("spec.yaml", []byte("version: 1\nname: acme\nupstream: {url: 'https://api.acme.example'"+test.upstream+
				"}\n"+test.rest))
			got := ""
			for _, f := range findings {
				if spec.HasErrors([]spec.Finding{f}) || relevant[f.Rule] {
					got += f.Rule + " " + f.Path
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s\n%v", diff, findings)
			}
		})
	}
}

// TestSchedulesOverALimitAreSaid: with the numbers, and how to mend it.
func TestSchedulesOverALimitAreSaid(t *testing.T) {
	_, findings := spec.Parse("spec.yaml", []byte("version: 1\nname: acme\n"+
		"upstream: {url: 'https://api.acme.example', limits: [{requests: 20, window: 1h, per: ip}]}\nretry: {maxAttempts: 2}\n"+
		"triggers: {schedules: [{name: poll, expression: rate(1 minute), request: {method: GET, path: /}}]}\n"))
	want := "schedules at a fixed rate make 60 requests in 1h, but upstream.limits[0] (20 in 1h per ip) lets 2 egresses make 40: " +
		"the API refuses the others; write a longer rate, or egress.count: 3"
	if len(findings) != 1 || findings[0].Message+"; "+findings[0].Hint != want {
		t.Errorf("got %v, want %s", findings, want)
	}
}
