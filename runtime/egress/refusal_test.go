package egress

import (
	"encoding/json"
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
	in := after(first("GET"), &contract.Response{StatusCode: 429, Headers: map[string][]string{"retry-after": {"9"}}},
		limited(1, 1, 9*time.Second))
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

// Later attempts need time to end; the first one goes while there is any.
func TestTheFirstAttemptIsSentUntilTheDeadline(t *testing.T) {
	for _, test := range []struct {
		name string
		now  time.Duration
		sent bool
	}{
		{"too late for a whole one", 119 * time.Second, true},
		{"too late to report it", 119*time.Second + 500*time.Millisecond, false},
		{"the end", 120 * time.Second, false},
		{"long after", time.Hour, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLab("http://127.0.0.1:9")
			l.Now = at(test.now)
			e := l.build(t)
			e.transport = answered{200, nil} // needs none of the little time
			_, failed := handle(t, e, first("GET"))
			diff(t, "sent", test.sent, failed == nil)
			if test.sent {
				return
			}
			diff(t, "name", contract.ErrRejected, failed.name)
			diff(t, "failure", contract.Failure{
				Reason:   "not started",
				Final:    "the deadline of 2m0s leaves no time for an attempt",
				Attempts: []contract.Attempt{{Attempt: 1, Egress: 1, Fault: contract.FaultDeadline}},
			}, failed.failure)
		})
	}
}

func TestACallEndsWithItsExecution(t *testing.T) {
	l := newLab("http://127.0.0.1:9")
	l.Now = at(119*time.Second + 400*time.Millisecond) // 600 ms are left, 500 of them for the report
	e := l.build(t)
	e.transport = mute{}
	failed := mustFail(t, e, first("GET"))
	diff(t, "reason", "timeout: no whole answer within 100ms", failed.failure.Reason)
	diff(t, "final", "the deadline of 2m0s leaves no time for another attempt", failed.failure.Final)
}

func TestAnAttemptWithoutTimeTellsOfTheCrashBeforeIt(t *testing.T) {
	l, in := newLab("http://127.0.0.1:9"), first("GET")
	l.Egress, l.Now = 2, at(time.Minute*2)
	in.Attempt, in.Input.Crash = 2, crash("Sandbox.Timedout")
	failed := mustFail(t, l.build(t), in)
	diff(t, "reason", "not started: egress 1 failed (Sandbox.Timedout)", failed.failure.Reason)
}

// Attempt 4 finds egress 1 out, although egress 2 may go: it makes room for it.
func TestAnEgressThatIsStillBlockedSkipsItsAttempt(t *testing.T) {
	url, calls := serve(t, answering(200, ""))
	in := after(first("GET"), &contract.Response{StatusCode: 429}, limited(1, 1, time.Hour), limited(2, 2, 25*time.Second),
		limited(3, 3, time.Hour))
	in.Policy.MaxAttempts, in.Policy.DeadlineSeconds = 6, 3600
	failed := mustFail(t, newLab(url).build(t), in)
	check(t, want{name: contract.ErrRateLimited, wait: 25, fault: contract.FaultSkipped}, failed)
	diff(t, "reason", "skipped: the upstream asks egress 1 to wait another 1h0m0s", failed.failure.Reason)
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
		check(t, want{name: contract.ErrRateLimited, final: "no attempt is left", fault: contract.FaultSkipped},
			mustFail(t, newLab(url).build(t), in))
	})
	t.Run("but not for a shared limit", func(t *testing.T) {
		in.Policy.RateLimited.Scope = contract.ScopeCredential
		mustSucceed(t, newLab(url).build(t), in)
	})
}

// The state machine leads here although the requested wait of this egress is not over. It does
// not call, and says how long the egress after it has to wait.
func TestAnEgressWhoseRequestedWaitIsNotOverIsNotCalled(t *testing.T) {
	died := crash("Lambda.TooManyRequestsException")
	tests := []struct {
		name    string
		attempt int // on egress 1 of 2, of 4 attempts
		past    []contract.Attempt
		crash   *contract.ErrorOutput
		now     time.Duration
		want    want // no name: it calls
	}{
		{"a planned skip, less than maxWait by now", 3, []contract.Attempt{limited(1, 1, 61*time.Second), limited(2, 2, 5*time.Second)}, nil,
			1500 * time.Millisecond,
			want{name: contract.ErrRateLimited, wait: 4, fault: contract.FaultSkipped}},
		{"the next one may go: the backoff", 3, []contract.Attempt{limited(1, 1, 61*time.Second), limited(2, 2, time.Second)}, nil,
			1500 * time.Millisecond,
			want{name: contract.ErrRateLimited, wait: 1, fault: contract.FaultSkipped}},
		{"a crash handed over at once", 3, []contract.Attempt{limited(1, 1, 50*time.Second)}, died, 2 * time.Second,
			want{name: contract.ErrRateLimited, wait: 1, fault: contract.FaultSkipped}},
		{"more than a second is left", 3, []contract.Attempt{limited(1, 1, 50*time.Second)}, died, 49*time.Second - time.Millisecond,
			want{name: contract.ErrRateLimited, wait: 1, fault: contract.FaultSkipped}},
		{"a second is the clocks'", 3, []contract.Attempt{limited(1, 1, 50*time.Second)}, died, 49 * time.Second, want{}},
		{"after a proper wait", 3, []contract.Attempt{limited(1, 1, 50*time.Second), broken(2, 2)}, nil, 50*time.Second - 3*time.Millisecond,
			want{}},
		{"every one is out for long", 3, []contract.Attempt{limited(1, 1, time.Hour), limited(2, 2, time.Hour)}, nil, 0,
			want{name: contract.ErrRejected, final: "every egress left is limited for longer than retry.rateLimit.maxWait (60s)",
				fault: contract.FaultSkipped}},
		{"the deadline is before the next one may go", 3, []contract.Attempt{limited(1, 1, 150*time.Second), limited(2, 2, 150*time.Second)}, nil,
			95 * time.Second,
			want{name: contract.ErrRejected, final: "the deadline of 2m0s leaves no time for another attempt", fault: contract.FaultSkipped}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, calls := serve(t, answering(200, ""))
			l, in := newLab(url), after(first("GET"), nil, test.past...)
			l.Now = at(test.now)
			in.Attempt, in.Input.Crash = test.attempt, test.crash
			in.Policy.Egresses, in.Policy.MaxAttempts = 2, 4
			_, failed := handle(t, l.build(t), in)
			diff(t, "called", test.want.name == "", calls.Load() == 1)
			if failed != nil {
				check(t, test.want, failed)
				diff(t, "attempts", test.attempt, len(failed.failure.Attempts))
			}
		})
	}
}

func TestASkipThatIsTheLastAttemptIsFinal(t *testing.T) {
	url, calls := serve(t, answering(200, ""))
	answer := &contract.Response{StatusCode: 429, Body: "slow down"}
	in := after(first("GET"), answer, limited(1, 1, 50*time.Second))
	in.Attempt, in.Input.Crash = 3, crash("Sandbox.Timedout")
	in.Policy.Egresses = 2
	failed := mustFail(t, newLab(url).build(t), in)
	check(t, want{name: contract.ErrRateLimited, final: "no attempt is left", fault: contract.FaultSkipped}, failed)
	diff(t, "response", answer, failed.failure.Response)
	diff(t, "calls", int64(0), calls.Load())
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
		{"POST with a key", "POST", func(in *contract.Invocation) { in.Policy.IdempotencyHeader = "idempotency-key" }, crash("Sandbox.Timedout"),
			""},
		{"POST, allow", "POST", func(in *contract.Invocation) { in.Policy.UnsafeMethods = contract.UnsafeAllow }, crash("Sandbox.Timedout"), ""},
		{"POST, refuse, not even when certain", "POST", func(in *contract.Invocation) { in.Policy.UnsafeMethods = contract.UnsafeRefuse },
			crash("Lambda.TooManyRequestsException"),
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

const newerContract = "the state machine has version 99 of the contract, this Lambda serves up to version 5: " +
	"deploy the stack's Lambdas before its state machine"

// A newer definition is refused at once, whatever else in it this runtime would not
// take. What came before, by a Lambda that served it, is still reported.
func TestANewerContractIsRefused(t *testing.T) {
	url, calls := serve(t, answering(200, ""))
	timedOut := contract.Attempt{Attempt: 1, Egress: 1, Fault: contract.FaultTimeout}
	for _, test := range []struct {
		name   string
		egress int
		in     contract.Invocation
		past   []contract.Attempt
	}{
		{"the first attempt", 1, first("POST"), nil},
		{"after an attempt that may have acted", 2, after(first("POST"), nil, timedOut), []contract.Attempt{timedOut}},
		{"with rules that are not known", 1, contract.Invocation{Attempt: 1}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(url)
			l.Egress, test.in.Policy.Contract = test.egress, 99
			failed := mustFail(t, l.build(t), test.in)
			diff(t, "name", contract.ErrRejected, failed.name)
			refused := contract.Attempt{Attempt: len(test.past) + 1, Egress: test.egress, Fault: contract.FaultNewerContract}
			diff(t, "failure", contract.Failure{
				Reason: newerContract, Final: "it would fail again", Attempts: append(test.past, refused),
			}, failed.failure)
			_, line := logged(t, l, test.in)
			diff(t, "log", []any{"ERROR", "newer-contract", newerContract}, []any{line["level"], line["fault"], line["reason"]})
		})
	}
	diff(t, "calls", int64(0), calls.Load())
	diff(t, "certain", true, contract.FaultNewerContract.NotSent())
}

// The first definitions say "ask" for requestedWait, and state no contract.
func TestTheFirstDefinitionsAreServed(t *testing.T) {
	url, _ := serve(t, answering(429, "", "X-Limit-Reset", "7", "Retry-After", "9"))
	in := first("GET")
	in.Policy.Egresses, in.Policy.FullJitter = 1, false
	in.Policy.RequestedWait = contract.RequestedWait{}
	if err := json.Unmarshal([]byte(`{"ask": {"headers": ["x-limit-reset"], "maxWaitSeconds": 60}}`), &in.Policy); err != nil {
		t.Fatal(err)
	}
	failed := mustFail(t, newLab(url).build(t), in)
	check(t, want{name: contract.ErrRateLimited, wait: 7, retryAt: "2026-03-01T12:00:07Z"}, failed)
	in.Policy.Ask.MaxWaitSeconds = 6
	failed = mustFail(t, newLab(url).build(t), in)
	diff(t, "final", "every egress left is limited for longer than retry.rateLimit.maxWait (6s)", failed.failure.Final)
}
