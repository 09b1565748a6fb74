package egress

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sfngen/sfngen/runtime/contract"
)

var unexported = cmp.AllowUnexported(want{})

func TestAnAttemptWithoutTimeIsNotStarted(t *testing.T) {
	url, calls := serve(t, answering(200, ""))
	l := newLab(url)
	l.Egress, l.Now = 2, at(111*time.Second) // 10 s of upstream time do not fit into 120
	in := after(first("GET"), &contract.Response{StatusCode: 429, Headers: map[string][]string{"retry-after": {"9"}}}, limited(1, 1, 9*time.Second))
	failed := mustFail(t, l.build(t), in)
	diff(t, "name", contract.ErrRejected, failed.name)
	wantFailure := contract.Failure{
		Reason:   "not started: 429 Too Many Requests",
		Final:    "the deadline of 2m0s leaves no time for another attempt",
		Response: &contract.Response{StatusCode: 429, Headers: map[string][]string{"retry-after": {"9"}}},
		Attempts: []contract.Attempt{limited(1, 1, 9*time.Second), {Attempt: 2, Egress: 2, Fault: contract.FaultDeadline}},
	}
	diff(t, "failure", wantFailure, failed.failure)
	diff(t, "calls", int64(0), calls.Load())

	l.Now = at(110 * time.Second)
	mustSucceed(t, l.build(t), in)
}

func TestTheFirstAttemptIsAlwaysSent(t *testing.T) {
	url, _ := serve(t, answering(200, ""))
	l := newLab(url)
	l.Now = at(time.Hour)
	mustSucceed(t, l.build(t), first("GET"))
}

// Attempt 4 finds egress 1 out, although egress 2 may go: it makes room for it.
func TestAnEgressThatIsStillBlockedSkipsItsAttempt(t *testing.T) {
	url, calls := serve(t, answering(200, ""))
	in := after(first("GET"), &contract.Response{StatusCode: 429}, limited(1, 1, time.Hour), limited(2, 2, 25*time.Second), limited(3, 3, time.Hour))
	in.Policy.MaxAttempts, in.Policy.DeadlineSeconds = 6, 3600
	failed := mustFail(t, newLab(url).build(t), in)
	check(t, want{name: contract.ErrRateLimited, wait: 25, fault: contract.FaultSkipped}, failed)
	diff(t, "reason", "skipped: egress 1 is limited for longer than retry.rateLimit.maxWait (60s)", failed.failure.Reason)
	diff(t, "the last answer stays", &contract.Response{StatusCode: 429}, failed.failure.Response)
	diff(t, "calls", int64(0), calls.Load())

	t.Run("and the next one goes", func(t *testing.T) {
		l := newLab(url)
		l.Egress, l.Now = 2, at(25*time.Second)
		next := in
		next.Attempt, next.Input.Failure = 5, failed.output()
		success := mustSucceed(t, l.build(t), next)
		diff(t, "attempts", 5, len(success.Attempts))
	})
	t.Run("unless no attempt is left", func(t *testing.T) {
		in.Policy.MaxAttempts = 4
		check(t, want{name: contract.ErrRateLimited, final: "no attempt is left", fault: contract.FaultSkipped}, mustFail(t, newLab(url).build(t), in))
	})
	t.Run("but not for a shared limit", func(t *testing.T) {
		in.Policy.RateLimited.Scope = contract.ScopeCredential
		mustSucceed(t, newLab(url).build(t), in)
	})
}

func crash(name string) *contract.ErrorOutput {
	return &contract.ErrorOutput{Error: name, Cause: `{"errorMessage":"Task timed out after 12.00 seconds"}`}
}

func TestAfterACrash(t *testing.T) {
	const mayHaveActed = "POST is not sent again, because the upstream may have acted on it; retry.idempotency.header makes that safe"
	crashed := func(attempt, egress int) contract.Attempt {
		return contract.Attempt{Attempt: attempt, Egress: egress, Fault: contract.FaultEgress}
	}
	tests := []struct {
		name   string
		method string
		change func(*contract.Invocation)
		crash  *contract.ErrorOutput
		final  string // "" when it is sent
	}{
		{"GET goes on", "GET", nil, crash("Sandbox.Timedout"), ""},
		{"POST may have been sent", "POST", nil, crash("Sandbox.Timedout"), mayHaveActed},
		{"POST may have been sent before the process ended", "POST", nil, crash("Runtime.ExitError"), mayHaveActed},
		{"POST may have been sent before the task's time was up", "POST", nil, crash("States.Timeout"), mayHaveActed},
		{"a service error may come after", "POST", nil, crash("Lambda.ServiceException"), mayHaveActed},
		{"nothing known", "POST", nil, nil, mayHaveActed},
		{"throttled: never ran", "POST", nil, crash("Lambda.TooManyRequestsException"), ""},
		{"gone: never ran", "POST", nil, crash("Lambda.ResourceNotFoundException"), ""},
		{"no address: never ran", "POST", nil, crash("Lambda.SubnetIPAddressLimitReachedException"), ""},
		{"POST with a key", "POST", func(in *contract.Invocation) { in.Policy.IdempotencyHeader = "idempotency-key" }, crash("Sandbox.Timedout"), ""},
		{"POST, allow", "POST", func(in *contract.Invocation) { in.Policy.UnsafeMethods = contract.UnsafeAllow }, crash("Sandbox.Timedout"), ""},
		{"POST, refuse, not even when certain", "POST", func(in *contract.Invocation) { in.Policy.UnsafeMethods = contract.UnsafeRefuse }, crash("Lambda.TooManyRequestsException"),
			"POST is never sent again (retry.idempotency.unsafeMethods: refuse)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, calls := serve(t, answering(200, ""))
			l, in := newLab(url), first(test.method)
			l.Egress, in.Attempt, in.Input.Crash = 1, 2, test.crash
			if test.change != nil {
				test.change(&in)
			}
			success, failed := handle(t, l.build(t), in)
			if test.final == "" {
				diff(t, "attempts", []contract.Attempt{crashed(1, 3), {Attempt: 2, Egress: 1, StatusCode: 200}}, success.Attempts)
				return
			}
			if failed == nil {
				t.Fatal("it was sent again")
			}
			diff(t, "name", contract.ErrRejected, failed.name)
			diff(t, "final", test.final, failed.failure.Final)
			diff(t, "attempts", []contract.Attempt{crashed(1, 3)}, failed.failure.Attempts)
			diff(t, "calls", int64(0), calls.Load())
		})
	}
}

// Only the last crash is known: the one before it may have sent the request.
func TestOfSeveralCrashesOneMayHaveSent(t *testing.T) {
	url, calls := serve(t, answering(200, ""))
	in := first("POST")
	in.Attempt, in.Input.Crash = 3, crash("Lambda.TooManyRequestsException")
	failed := mustFail(t, newLab(url).build(t), in)
	diff(t, "name", contract.ErrRejected, failed.name)
	diff(t, "crashed attempts", 2, len(failed.failure.Attempts))
	diff(t, "calls", int64(0), calls.Load())
}

// A crash that a later report already counts is an old story.
func TestAnOldCrashDoesNotCount(t *testing.T) {
	url, _ := serve(t, answering(200, ""))
	in := after(first("POST"), nil, contract.Attempt{Attempt: 1, Egress: 2, Fault: contract.FaultEgress}, limited(2, 3, time.Second))
	in.Input.Crash = crash("Sandbox.Timedout")
	success := mustSucceed(t, newLab(url).build(t), in)
	diff(t, "attempts", 3, len(success.Attempts))
}

func TestAReportThatCannotBeReadCountsAsACrash(t *testing.T) {
	url, _ := serve(t, answering(200, ""))
	for _, cause := range []string{"", "{}", `{"errorMessage":"boom"}`, "not JSON"} {
		in := first("GET")
		in.Attempt, in.Input.Failure = 2, &contract.ErrorOutput{Error: contract.ErrTransient, Cause: cause}
		success := mustSucceed(t, newLab(url).build(t), in)
		diff(t, "first attempt of "+cause, contract.FaultEgress, success.Attempts[0].Fault)
	}
}

// The story of the pool, from one egress to the next, as the definition leads it.
func TestThreeAttemptsOverThreeEgresses(t *testing.T) {
	url, calls := serve(t, answering(429, "slow down", "Retry-After", "30"))
	in := first("GET")
	var failed *reported
	for k := 1; k <= 3; k++ {
		l := newLab(url)
		l.Egress = k%3 + 1 // the pool starts at its second egress
		in.Attempt = k
		if failed != nil {
			in.Input.Failure = failed.output()
		}
		failed = mustFail(t, l.build(t), in)
		diff(t, "wait", 0, failed.failure.WaitSeconds)
	}
	failed.failure.Response.Headers = nil
	until := limited(0, 0, 30*time.Second).RetryAt
	diff(t, "failure", contract.Failure{
		Reason:   "429 Too Many Requests",
		Final:    "no attempt is left",
		Response: &contract.Response{StatusCode: 429, Body: "slow down"},
		Attempts: []contract.Attempt{
			{Attempt: 1, Egress: 2, StatusCode: 429, RetryAt: until},
			{Attempt: 2, Egress: 3, StatusCode: 429, RetryAt: until},
			{Attempt: 3, Egress: 1, StatusCode: 429, RetryAt: until},
		},
	}, failed.failure)
	diff(t, "calls", int64(3), calls.Load())
}
