package local_test

import (
	"testing"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// TestRulesDecide: the definition holds them, each attempt passes them on, and the
// egress judges by them: a limit and a refusal of one status, by a header.
func TestRulesDecide(t *testing.T) {
	t.Parallel()
	const rules = `retry:
  maxAttempts: 3
  rules:
    - name: no permission
      when: {status: 403, header: {x-ratelimit-remaining: {greaterThan: 0}}}
      is: rejected
    - {name: quota, when: {json: {$.status: 418}}, is: rejected}
    - {name: shared, when: {status: 403}, is: rateLimited, scope: credential, minWait: 30s}
    - {name: gone, when: {status: 410}, is: success}
`
	for _, test := range []struct {
		name, script, path string
		status, attempts   int
	}{
		{"a refusal", "/a=403:x-ratelimit-remaining=7,200", "/a", 403, 1},
		{"a refusal by the body", "/b=418,200", "/b", 418, 1},
		{"a limit that all share", "/c=403:x-ratelimit-remaining=0,200", "/c", 200, 2},
		{"a success", "/d=410", "/d", 410, 1},
	} {
		for _, egress := range []string{"egress: {start: first}", "egress: {start: random}"} {
			t.Run(test.name+", "+egress, func(t *testing.T) {
				t.Parallel()
				_, at := api(t, mockapi.Config{Paths: scripts(t, test.script)})
				r := run(t, "version: 1\nname: orders\nupstream: {url: \"https://api.example\"}\n"+rules+egress+"\n", at, skipping)
				a := r.call("GET", test.path, "")
				a.says(t, test.status)
				attempts := r.attempts(a.execution)
				same(t, "attempts", test.attempts, len(attempts))
				if test.name == "a limit that all share" {
					same(t, "rule", "shared", attempts[0].Rule)
					if wait := attempts[0].Wait; wait == nil || wait.Duration().Seconds() < 30 || wait.Reason != "minimum" {
						t.Errorf("wait %+v", wait)
					}
				}
				want := event.Failed
				if test.status == 200 || test.status == 410 {
					want = event.Succeeded
				}
				same(t, "status", want, r.result(a.execution).Status)
			})
		}
	}
}
