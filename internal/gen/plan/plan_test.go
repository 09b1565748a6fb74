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

// resolve reads a spec that holds the given lines beside the required ones, and
// plans it.
func resolve(t *testing.T, retry, rest string) (*plan.Plan, []spec.Finding) {
	t.Helper()
	src := "version: 1\nname: plan-test\nupstream: {url: 'https://api.example'}\nretry:\n"
	for _, line := range strings.Split(retry, "\n") {
		src += "  " + line + "\n"
	}
	file, findings := spec.Parse("spec.yaml", []byte(src+rest))
	if spec.HasErrors(findings) {
		t.Fatalf("the test's own spec is wrong: %v\n%s", findings, src+rest)
	}
	return plan.New(file)
}

// steps writes the plan's steps in short: attempt, egress offset, and for each
// kind of failure "now", "fail" or the wait as min..backoff(max).
func steps(p *plan.Plan) []string {
	short := func(s plan.Step) string {
		switch s.Kind {
		case plan.AtOnce:
			return "now"
		case plan.Fail:
			return "fail"
		}
		return fmt.Sprintf("%d..%d(%d)", int(s.Min.Seconds()), int(s.Backoff.Seconds()), int(s.Max.Seconds()))
	}
	var out []string
	for _, a := range p.Attempts {
		out = append(out, fmt.Sprintf("%d +%d limited %s transient %s", a.Number, a.Offset, short(a.RateLimited), short(a.Transient)))
	}
	return out
}

func TestWhereFailuresLead(t *testing.T) {
	tests := []struct {
		name, retry, rest string
		want              []string
	}{
		{"the story: every egress is fresh", "maxAttempts: 3", "", []string{
			"1 +0 limited now transient 0..1(61)",
			"2 +1 limited now transient 0..2(62)",
			"3 +2 limited fail transient fail",
		}},
		{"one attempt", "maxAttempts: 1", "", []string{"1 +0 limited fail transient fail"}},
		{"the pool is gone through twice and more: backoff counts the rounds", "maxAttempts: 7", "egress: {count: 2}", []string{
			"1 +0 limited now transient 0..1(61)",
			"2 +1 limited 0..1(61) transient 0..2(62)",
			"3 +0 limited 0..1(61) transient 0..4(64)",
			"4 +1 limited 0..2(62) transient 0..8(68)",
			"5 +0 limited 0..2(62) transient 0..16(76)",
			"6 +1 limited 0..4(64) transient 0..30(90)",
			"7 +0 limited fail transient fail",
		}},
		{"one limit for all: no egress is fresh", "maxAttempts: 3\nrateLimit: {scope: credential, maxWait: 5s}", "egress: {count: 3}", []string{
			"1 +0 limited 0..1(6) transient 0..1(6)",
			"2 +1 limited 0..2(7) transient 0..2(7)",
			"3 +2 limited fail transient fail",
		}},
		{"linear without jitter, capped", "maxAttempts: 4\nbackoff: {strategy: linear, initialDelay: 10s, maxDelay: 25s, jitter: " +
			"none}\nrateLimit: {maxWait: 0s}", "egress: {count: 1}", []string{
			"1 +0 limited 10..10(10) transient 10..10(10)",
			"2 +0 limited 20..20(20) transient 20..20(20)",
			"3 +0 limited 25..25(25) transient 25..25(25)",
			"4 +0 limited fail transient fail",
		}},
		{"a multiplier with a fraction rounds up to whole seconds", "maxAttempts: 4\nbackoff: {initialDelay: 1s, multiplier: 1.5, jitter: " +
			"none}\nrateLimit: {maxWait: 0s}", "", []string{
			"1 +0 limited now transient 1..1(1)",
			"2 +1 limited now transient 2..2(2)",
			"3 +2 limited now transient 3..3(3)",
			"4 +3 limited fail transient fail",
		}},
		{"without jitter the longer of backoff and requested wait counts",
			"maxAttempts: 4\nbackoff: {initialDelay: 20s, jitter: none}\nrateLimit: {scope: credential, maxWait: 25s}", "", []string{
				"1 +0 limited 20..20(25) transient 20..20(25)",
				"2 +0 limited 30..30(30) transient 30..30(30)",
				"3 +0 limited 30..30(30) transient 30..30(30)",
				"4 +0 limited fail transient fail",
			}},
		{"with jitter and maxWait: 0s there is nothing to be on top of", "maxAttempts: 2\nrateLimit: {maxWait: 0s}", "", []string{
			"1 +0 limited now transient 0..1(1)",
			"2 +1 limited fail transient fail",
		}},
		{"no backoff and no requested wait: nothing ever waits", "maxAttempts: 2\nbackoff: {strategy: none}\nrateLimit: {maxWait: 0s}",
			"egress: {count: 1}", []string{
				"1 +0 limited now transient now",
				"2 +0 limited fail transient fail",
			}},
		{"no backoff, but the upstream may request a wait", "maxAttempts: 2\nbackoff: {strategy: none}", "", []string{
			"1 +0 limited now transient 0..0(60)",
			"2 +1 limited fail transient fail",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, _ := resolve(t, test.retry, test.rest)
			if diff := cmp.Diff(test.want, steps(p)); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWorstCaseAndDeadline(t *testing.T) {
	tests := []struct {
		name, retry, rest string
		worst, deadline   time.Duration
		finding           string
	}{
		{"the deadline is the worst case", "maxAttempts: 3", "",
			3*15*time.Second + 2*time.Minute + 3*time.Second, 3*15*time.Second + 2*time.Minute + 3*time.Second, ""},
		{"without jitter a requested wait has nothing on top", "maxAttempts: 3\nbackoff: {jitter: none}", "",
			3*15*time.Second + 2*time.Minute, 3*15*time.Second + 2*time.Minute, ""},
		{"express ends after five minutes", "maxAttempts: 6", "", 7*time.Minute + time.Second, 5 * time.Minute, ""},
		{"express ends before attempts of one's own length", "maxAttempts: 6\nattemptTimeout: 55s", "", 11*time.Minute + 31*time.Second,
			5 * time.Minute,
			"spec.yaml:5:16: warning: retry.maxAttempts: even without requested waits all 6 attempts and their backoffs may take 6m31s, but the " +
				"deadline is 5m: only 4 of them are sure to start; an express workflow ends after 5m: lower " +
				"retry.attemptTimeout or the delays of retry.backoff, or use workflow.type: standard with a retry.deadline of at least 6m31s " +
				"(see waited-standard for what callers then wait for) [attempts-cut-off]"},
		{"express ends before backoffs of one's own length", "maxAttempts: 4\nbackoff: {initialDelay: 5m, maxDelay: 5m}\nrateLimit: " +
			"{maxWait: 0s}", "", 16 * time.Minute, 5 * time.Minute,
			"spec.yaml:5:16: warning: retry.maxAttempts: even without requested waits all 4 attempts and their backoffs may take 16m, but the " +
				"deadline is 5m: only 1 of them is sure to start; an express workflow ends after 5m: lower " +
				"retry.attemptTimeout or the delays of retry.backoff, or use workflow.type: standard with a retry.deadline of at least 16m " +
				"(callers then always get 202 and a place to poll) [attempts-cut-off]"},
		{"standard takes what it takes", "maxAttempts: 6", "workflow: {type: standard}", 421 * time.Second, 421 * time.Second,
			"spec.yaml:6:18: warning: workflow.type: the function URL polls a standard workflow, and AWS allows an account 15 such calls a " +
				"second; let callers send Prefer: respond-async, and ignore this warning; an express workflow would end after 5m " +
				"[waited-standard]"},
		{"standard beyond what a Lambda waits for", "maxAttempts: 20", "workflow: {type: standard}", 31*time.Minute + 31*time.Second,
			31*time.Minute + 31*time.Second, ""},
		{"a deadline of one's own cuts off requested waits alone", "maxAttempts: 2\ndeadline: 31s", "", 91 * time.Second, 31 * time.Second, ""},
		{"a deadline of one's own", "maxAttempts: 2\ndeadline: 30s", "", 91 * time.Second, 30 * time.Second,
			"spec.yaml:6:13: warning: retry.deadline: even without requested waits all 2 attempts and their backoffs may take 31s, but the " +
				"deadline is 30s: only 1 of them is sure to start; raise retry.deadline to 31s, or lower retry.attemptTimeout or the delays of " +
				"retry.backoff [attempts-cut-off]"},
		{"a deadline of one's own, without a backoff", "maxAttempts: 2\ndeadline: 29s\nbackoff: {strategy: none}", "", 90 * time.Second,
			29 * time.Second,
			"spec.yaml:6:13: warning: retry.deadline: even without requested waits all 2 attempts and their backoffs may take 30s, but the " +
				"deadline is 29s: only 1 of them is sure to start; raise retry.deadline to 30s, or lower retry.attemptTimeout [attempts-cut-off]"},
		{"a deadline too short for one attempt", "maxAttempts: 2\ndeadline: 10s", "", 91 * time.Second, 10 * time.Second,
			"spec.yaml:6:13: error: retry.deadline: must hold at least one attempt, which may take 15s (retry.attemptTimeout 10s + 5s to " +
				"start), got 10s; raise it or lower retry.attemptTimeout [deadline-too-short]"},
		{"an attempt too long for express", "maxAttempts: 1\nattemptTimeout: 296s", "", 301 * time.Second, 5 * time.Minute,
			"spec.yaml:6:19: error: retry.attemptTimeout: an attempt may take 5m1s, which the 5m of an express workflow cannot hold; lower it " +
				"to 4m55s or use workflow.type: standard (see waited-standard for what callers then wait for) [deadline-too-short]"},
		{"three attempts too long for express", "maxAttempts: 3\nattemptTimeout: 800s", "", 3*805*time.Second + 123*time.Second, 5 * time.Minute,
			"spec.yaml:6:19: error: retry.attemptTimeout: an attempt may take 13m25s, which the 5m of an express workflow cannot hold; lower it " +
				"to 4m55s or use workflow.type: standard (callers then always get 202 and a place to poll) [deadline-too-short]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, findings := resolve(t, test.retry, test.rest)
			if p.WorstCase.Total != test.worst || p.Deadline != test.deadline {
				t.Errorf("worst case %s, deadline %s; want %s and %s", p.WorstCase.Total, p.Deadline, test.worst, test.deadline)
			}
			got := ""
			for _, f := range findings {
				got += f.String()
			}
			if diff := cmp.Diff(test.finding, got); diff != "" {
				t.Errorf("finding (-want +got):\n%s", diff)
			}
			for _, a := range p.Attempts {
				if a.Policy.DeadlineSeconds != int(p.Deadline.Seconds()) {
					t.Errorf("attempt %d gets a deadline of %d s", a.Number, a.Policy.DeadlineSeconds)
				}
			}
		})
	}
}

// Defaults fit together: a spec that says nothing of times gets no warning, whatever
// else it says. How few attempts are certain to start, plan shows.
func TestDefaultsDoNotWarn(t *testing.T) {
	for n := 2; n <= 50; n++ {
		for _, strategy := range []string{"exponential", "linear", "constant", "none"} {
			for _, jitter := range []string{"", ", jitter: full", ", jitter: none"} {
				for _, scope := range []string{"ip", "credential"} {
					for _, workflow := range []string{spec.WorkflowExpress, spec.WorkflowStandard} {
						if strategy == "none" && jitter != "" {
							continue // jitter has no effect there: another warning
						}
						src := fmt.Sprintf("version: 1\nname: plan-test\nupstream: {url: 'https://api.example.com'}\n"+
							"retry: {maxAttempts: %d, backoff: {strategy: %s%s}, rateLimit: {scope: %s}}\nworkflow: {type: %s}\n",
							n, strategy, jitter, scope, workflow)
						file, findings := spec.Parse("spec.yaml", []byte(src))
						if len(findings) > 0 {
							t.Fatalf("%s%v", src, findings)
						}
						_, findings = plan.New(file)
						for _, f := range findings {
							if f.Rule != "waited-standard" { // about type: standard, which the spec writes
								t.Errorf("%s%v", src, f)
							}
						}
					}
				}
			}
		}
	}
}

func TestWorstCaseIsTheSumOfItsParts(t *testing.T) {
	const attempt, both = "15s retry.attemptTimeout + 5s to start", "retry.rateLimit.maxWait + retry.backoff"
	for backoff, waits := range map[string][2]string{
		"initialDelay: 2s, jitter: none":                     {"3s retry.rateLimit.maxWait", "4s retry.backoff"},
		"initialDelay: 2s":                                   {"5s " + both, "7s " + both},
		"strategy: none":                                     {"3s retry.rateLimit.maxWait", "3s retry.rateLimit.maxWait"},
		"strategy: constant, initialDelay: 3s, jitter: none": {"3s retry.backoff", "3s retry.backoff"},
	} {
		p, _ := resolve(t, "maxAttempts: 3\nrateLimit: {maxWait: 3s}\nbackoff: {"+backoff+"}", "egress: {count: 2}")
		var sum time.Duration
		var from []string
		for _, part := range p.WorstCase.Parts {
			sum += part.Time
			from = append(from, part.What+" "+part.Time.String()+" "+part.From)
		}
		want := []string{"attempt 1 " + attempt, "wait 1 " + waits[0], "attempt 2 " + attempt, "wait 2 " + waits[1], "attempt 3 " + attempt}
		if diff := cmp.Diff(want, from); diff != "" || sum != p.WorstCase.Total {
			t.Errorf("%s: sum %s, total %s, parts (-want +got):\n%s", backoff, sum, p.WorstCase.Total, diff)
		}
	}
}

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

func TestLambdaTimeLimits(t *testing.T) {
	tests := []struct {
		name, retry          string
		egress, orchestrator time.Duration
		accepted             bool
	}{
		{"short", "maxAttempts: 1", 13 * time.Second, 30 * time.Second, false},
		{"as long as a Lambda lives", "maxAttempts: 1\ndeadline: 14m50s", 13 * time.Second, 15 * time.Minute, false},
		{"longer: the orchestrator does not wait", "maxAttempts: 1\ndeadline: 15m1s", 13 * time.Second, 15 * time.Second, true},
		{"the longest attempt", "maxAttempts: 1\nattemptTimeout: 800s", 803 * time.Second, 820 * time.Second, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, _ := resolve(t, test.retry, "workflow: {type: standard}")
			if p.EgressTimeout != test.egress || p.OrchestratorTimeout != test.orchestrator || p.AlwaysAccepted() != test.accepted {
				t.Errorf("egress %s, orchestrator %s, accepted %v", p.EgressTimeout, p.OrchestratorTimeout, p.AlwaysAccepted())
			}
		})
	}
}

// A code that means a limit is in one set only, whatever class it was written in.
func TestPolicyTakesLimitsOutOfTheTransientCodes(t *testing.T) {
	p, _ := resolve(t, "maxAttempts: 1\nretryableStatusCodes: [4xx, 429, 503, 500-504]\nrateLimit: {statusCodes: [429, 503]}", "")
	if got, want := p.TransientFailures(), "400-428, 430-499, 500-502, 504, timeout, connection"; got != want {
		t.Errorf("transient failures: %s, want %s", got, want)
	}
	if got, want := p.RateLimitedFailures(), "429, 503"; got != want {
		t.Errorf("rate-limited failures: %s, want %s", got, want)
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
		return "3xx of " + of + " fails at once, because nobody follows a redirect (no upstream.successStatusCodes)"
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

func TestCost(t *testing.T) {
	p, _ := resolve(t, "maxAttempts: 3", "workflow: {type: standard}")
	const perTransition = 25.0 / 1_000_000
	for i, transitions := range []float64{2, 5, 9} {
		c := p.Cost.Cases[i]
		if want := transitions * perTransition * 1_000_000; c.StepFunctions < want-0.01 || c.StepFunctions > want+0.01 {
			t.Errorf("%s: Step Functions $%.2f, want $%.2f for %v transitions", c.Name, c.StepFunctions, want, transitions)
		}
		if c.Total != c.StepFunctions+c.Lambda || c.Lambda <= 0 {
			t.Errorf("%s: total %v is not %v + %v", c.Name, c.Total, c.StepFunctions, c.Lambda)
		}
	}
	express, _ := resolve(t, "maxAttempts: 3", "")
	if e, s := express.Cost.Cases[0].StepFunctions, p.Cost.Cases[0].StepFunctions; e >= s {
		t.Errorf("a million short express executions cost $%.2f, standard $%.2f: express should cost less", e, s)
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
		redirects = "3xx of a schedule fails at once, because nobody follows a redirect (no upstream.successStatusCodes)\n"
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
		src := fmt.Sprintf("version: 1\nname: plan-test\nupstream: {url: 'https://api.example', methods: %s}\nretry: {%s}\n",
			test.methods, test.retry)
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
