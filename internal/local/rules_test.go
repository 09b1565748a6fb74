package local_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/local/judge"
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
				text := "version: 1\nname: orders\nupstream: {url: \"https://api.example\"}\n" + rules + egress + "\n"
				r := run(t, text, at, skipping)
				a := r.call("GET", test.path, "")
				a.says(t, test.status)
				attempts := r.attempts(a.execution)
				same(t, "attempts", test.attempts, len(attempts))
				_, again := api(t, mockapi.Config{Paths: scripts(t, test.script)})
				isJudged(t, stackOf(t, text, at).Plan, again+test.path, attempts[0])
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

// isJudged wants that sfngen judge says of the answer at a URL what the attempt made of it.
func isJudged(t *testing.T, p *plan.Plan, url string, a timeline.Attempt) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := curl.Read(resp)
	if err != nil {
		t.Fatal(err)
	}
	v, err := judge.Of(p, judge.Case{Answer: answer, Attempt: a.Number, Method: "GET", Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	outcome := timeline.Success
	if v.Outcome != string(outcome) {
		outcome = timeline.OutcomeOf(v.Outcome)
	}
	same(t, "judged", a.Outcome, outcome)
	same(t, "judged by rule", a.Rule, v.Rule)
	same(t, "judged final", a.Final, v.Final)
	same(t, "an attempt is foreseen", a.Wait != nil || a.Final == "" && a.Outcome != timeline.Success, v.Next != nil)
	if a.Wait != nil && (a.Wait.Duration() < time.Duration(v.Next.LeastWaitSeconds)*time.Second ||
		a.Wait.Duration() > time.Duration(v.Next.MostWaitSeconds)*time.Second) {
		t.Errorf("waited %s, foreseen %+v", a.Wait.Duration(), *v.Next)
	}
}
