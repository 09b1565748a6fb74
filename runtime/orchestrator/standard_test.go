package orchestrator

import (
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

const testLocation = "/.sfngen/executions/" + testID

var running = ended("RUNNING", nil)

func answered(t *testing.T) reply {
	return succeeded(t, contract.Response{StatusCode: 200, Body: "done"})
}

// pendingAnswer is the 202 of an execution that goes on.
func pendingAnswer(status, applied string) events.LambdaFunctionURLResponse {
	headers := map[string]string{
		"content-type": "application/json", "location": testLocation, "retry-after": "5", "x-sfngen-execution": testID,
	}
	if applied != "" {
		headers["preference-applied"] = applied
	}
	return events.LambdaFunctionURLResponse{
		StatusCode: 202, Headers: headers,
		Body: `{"execution":"` + testID + `","status":"` + status + `","location":"` + testLocation + `"}` + "\n",
	}
}

func TestStandardWaits(t *testing.T) {
	b := newBench(t, standardConfig(), standardReplies(running, ended("PENDING_REDRIVE", nil), ended("SOON_A_STATUS", nil), answered(t)))
	got := b.handle(request("POST", "/orders", withBody("x")))
	if got.StatusCode != 200 || got.Body != "done" || got.Headers["x-sfngen-egress"] != "2" {
		t.Errorf("answered %d %q %v, want 200 done", got.StatusCode, got.Body, got.Headers)
	}
	start := b.service.calls("StartExecution")
	if len(start) != 1 || start[0].Name != testID || start[0].Input != `{"request":{"method":"POST","path":"/orders","body":"x"}}` {
		t.Errorf("starts: %+v", start)
	}
	looks := b.service.calls("DescribeExecution")
	if len(looks) != 4 || looks[0].ExecutionArn != testRun+testID {
		t.Errorf("looks: %+v, want 4 at %s", looks, testRun+testID)
	}
}

// TestStandardErrors: what AWS answers to a start.
func TestStandardErrors(t *testing.T) {
	tests := []struct {
		name     string
		replies  []reply // to StartExecution
		status   int
		slug     string // "" for an answer
		starts   int
		location bool
	}{
		{"throttled, then started", []reply{refused(400, "ThrottlingException"), started()}, 200, "", 2, false},
		{"lost, then started", []reply{{drop: true}, started()}, 200, "", 2, false},
		{"failed, then started", []reply{refused(500, "InternalFailure"), started()}, 200, "", 2, false},
		{"throttled", []reply{refused(400, "ThrottlingException")}, 503, "throttled", callTries, false},
		{"lost", []reply{{drop: true}}, 502, "execution-lost", callTries, true},
		{"lost, then throttled", []reply{{drop: true}, refused(400, "ThrottlingException")}, 502, "execution-lost", callTries, true},
		{"quota", []reply{refused(400, "ExecutionLimitExceeded")}, 503, "throttled", 1, false},
		{"access denied", []reply{refused(400, "AccessDeniedException")}, 500, "misconfigured", 1, false},
		{"lost, then deleted", []reply{{drop: true}, refused(400, "StateMachineDeleting")}, 502, "execution-lost", 2, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			start := inTurn(test.replies...)
			b := newBench(t, standardConfig(), func(c call) reply {
				if c.op == "StartExecution" {
					return start(c)
				}
				return answered(t)
			})
			got := b.handle(request("POST", "/"))
			slug := ""
			if got.StatusCode != 200 {
				slug = problemType(t, got)
			}
			if got.StatusCode != test.status || slug != test.slug || (got.Headers["location"] == testLocation) != test.location {
				t.Errorf("answered %d %s %v, want %d %s", got.StatusCode, slug, got.Headers, test.status, test.slug)
			}
			if n := len(b.service.calls("StartExecution")); n != test.starts {
				t.Errorf("%d starts, want %d", n, test.starts)
			}
		})
	}
}

// TestNameInUse: only an execution of the same request is joined.
func TestNameInUse(t *testing.T) {
	own := `{"request":{"method":"GET","path":"/"}}`
	for input, want := range map[string]int{own: 200, `{"request":{"method":"GET","path":"/other"}}`: 409} {
		describe := answered(t)
		describe.body.(fields)["input"] = input
		b := newBench(t, standardConfig(), func(c call) reply {
			if c.op == "StartExecution" {
				return refused(400, "ExecutionAlreadyExists")
			}
			return describe
		})
		got := b.handle(request("GET", "/"))
		if got.StatusCode != want || len(b.service.calls("StartExecution")) != 1 {
			t.Errorf("input %s: answered %d %s, want %d", input, got.StatusCode, got.Body, want)
		}
	}
}

// TestNameInUseUnknown: whose execution it is cannot be found out.
func TestNameInUseUnknown(t *testing.T) {
	b := newBench(t, standardConfig(), func(c call) reply {
		if c.op == "StartExecution" {
			return refused(400, "ExecutionAlreadyExists")
		}
		return refused(400, "AccessDeniedException")
	})
	got := b.handle(request("GET", "/"))
	if got.StatusCode != 500 || problemType(t, got) != "misconfigured" || got.Headers["location"] != testLocation {
		t.Errorf("answered %d %v %s, want 500 misconfigured", got.StatusCode, got.Headers, got.Body)
	}
}

// TestLooksInVain: what a look may answer without ending the wait, or not.
func TestLooksInVain(t *testing.T) {
	tests := []struct {
		name   string
		look   reply
		status int
	}{
		{"not visible yet", refused(400, "ExecutionDoesNotExist"), 200},
		{"throttled", refused(400, "ThrottlingException"), 200},
		{"AWS failed", refused(500, "InternalFailure"), 200},
		{"connection lost", reply{drop: true}, 200},
		{"access denied", refused(400, "AccessDeniedException"), 500},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, standardConfig(), standardReplies(test.look, test.look, answered(t)))
			got := b.handle(request("GET", "/"))
			if got.StatusCode != test.status {
				t.Errorf("answered %d %s, want %d", got.StatusCode, got.Body, test.status)
			}
			if located := got.Headers["location"] == testLocation; located != (test.status != 200) {
				t.Errorf("location %q with %d", got.Headers["location"], got.StatusCode)
			}
		})
	}
}

func TestExecutionNeverVisible(t *testing.T) {
	b := newBench(t, standardConfig(), standardReplies(refused(400, "ExecutionDoesNotExist")))
	checkProblem(t, b.handle(request("GET", "/")), 502, `{"type":"`+problemsPage+`#execution-lost","title":"Execution lost","status":502,`+
		`"detail":"AWS Step Functions does not know the execution that it started.","instance":"`+testID+`"}`)
	if waited := b.clock.Now().Sub(virtualStart); waited < visibleWithin || waited > visibleWithin+longestPause {
		t.Errorf("given up after %s, want %s or a pause more", waited, visibleWithin)
	}
}

// TestThrottledLooksSlowDown: a refusal lengthens the pauses at once.
func TestThrottledLooksSlowDown(t *testing.T) {
	throttle := refused(400, "ThrottlingException")
	b := newBench(t, standardConfig(), standardReplies(throttle, throttle, throttle, throttle, answered(t)))
	b.handle(request("GET", "/"))
	want := []time.Duration{250 * time.Millisecond, time.Second, 4 * time.Second, 15 * time.Second, 15 * time.Second}
	if diff := cmp.Diff(want, b.clock.pauses()); diff != "" {
		t.Errorf("pauses (-want +got):\n%s", diff)
	}
}

// TestWaitEnds: the Lambda's time, or the deadline's, is over first.
func TestWaitEnds(t *testing.T) {
	want := `{"type":"` + problemsPage + `#wait-ended","title":"Wait ended","status":504,` +
		`"detail":"The orchestrator had no more time to wait. The execution continues; ` +
		`its answer will be at the Location.","instance":"` + testID + `"}`
	for name, limit := range map[string]time.Duration{"lambda": time.Minute, "deadline": 10*time.Minute + deadlineGrace + answerMargin} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, standardConfig(), standardReplies(running))
			ctx := t.Context()
			if name == "lambda" {
				ctx = lambdaContext{ctx, virtualStart.Add(limit)}
			}
			got := b.handleIn(ctx, request("GET", "/"))
			checkProblem(t, got, 504, want)
			if got.Headers["location"] != testLocation || got.Headers["x-sfngen-execution"] != testID {
				t.Errorf("headers %v, want the Location", got.Headers)
			}
			if waited := b.clock.Now().Sub(virtualStart); waited != limit-answerMargin-lastLook {
				t.Errorf("waited %s, want until %s before the end (%s)", waited, answerMargin+lastLook, limit)
			}
		})
	}
}

func TestPrefer(t *testing.T) {
	tests := []struct {
		name   string
		prefer string
		want   events.LambdaFunctionURLResponse
		waited time.Duration
	}{
		{"respond-async", "respond-async", pendingAnswer("RUNNING", "respond-async"), 0},
		{"a wait that is over first", "wait=3", pendingAnswer("RUNNING", "wait=3"), 2500 * time.Millisecond},
		{"both", "respond-async, wait=2", pendingAnswer("RUNNING", "respond-async, wait=2"), 1500 * time.Millisecond},
		{"no wait at all", "wait=0", pendingAnswer("RUNNING", "wait=0"), 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, standardConfig(), standardReplies(running))
			got := b.handle(request("GET", "/", withHeader("prefer", test.prefer)))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if waited := b.clock.Now().Sub(virtualStart); waited != test.waited {
				t.Errorf("waited %s, want %s", waited, test.waited)
			}
		})
	}
}

func TestPreferWaitThatSuffices(t *testing.T) {
	b := newBench(t, standardConfig(), standardReplies(running, answered(t)))
	if got := b.handle(request("GET", "/", withHeader("prefer", "respond-async, wait=60"))); got.StatusCode != 200 || got.Body != "done" {
		t.Errorf("answered %d %s, want 200 done", got.StatusCode, got.Body)
	}
}

// TestPreferWaitHidesNoRefusal: only a wait that ended is a 202.
func TestPreferWaitHidesNoRefusal(t *testing.T) {
	b := newBench(t, standardConfig(), standardReplies(refused(400, "AccessDeniedException")))
	got := b.handle(request("GET", "/", withHeader("prefer", "wait=60")))
	if got.StatusCode != 500 || got.Headers["location"] != testLocation {
		t.Errorf("answered %d %v %s, want 500 with the Location", got.StatusCode, got.Headers, got.Body)
	}
}

// TestPreferWaitBeyondTheLambda: the wish for a long wait ends with the Lambda.
func TestPreferWaitBeyondTheLambda(t *testing.T) {
	b := newBench(t, standardConfig(), standardReplies(running))
	ctx := lambdaContext{t.Context(), virtualStart.Add(time.Minute)}
	got := b.handleIn(ctx, request("GET", "/", withHeader("prefer", "wait=600")))
	if diff := cmp.Diff(pendingAnswer("RUNNING", "wait=600"), got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	if waited := b.clock.Now().Sub(virtualStart); waited != time.Minute-answerMargin-lastLook {
		t.Errorf("waited %s of the Lambda's minute", waited)
	}
}

// TestLongDeadline: what a Lambda cannot wait for is never waited for.
func TestLongDeadline(t *testing.T) {
	for deadline, want := range map[time.Duration]int{15 * time.Minute: 200, 15*time.Minute + time.Second: 202} {
		cfg := standardConfig()
		cfg.Deadline = deadline
		b := newBench(t, cfg, standardReplies(answered(t)))
		if got := b.handle(request("GET", "/")); got.StatusCode != want || want == 202 && got.Headers["location"] != testLocation {
			t.Errorf("deadline %s: answered %d %v, want %d", deadline, got.StatusCode, got.Headers, want)
		}
	}
}

func TestReadPreference(t *testing.T) {
	tests := map[string]preference{
		"":                                  {},
		"respond-async":                     {respondAsync: true},
		"Respond-Async":                     {respondAsync: true},
		`handling=lenient, respond-async`:   {respondAsync: true},
		`foo="a, respond-async"`:            {},
		`foo="a\", respond-async", wait=1`:  {hasWait: true, wait: time.Second},
		`respond-async; x=y , wait = 10`:    {respondAsync: true, hasWait: true, wait: 10 * time.Second},
		`respond-async=""`:                  {respondAsync: true},
		`wait="7"`:                          {hasWait: true, wait: 7 * time.Second},
		"wait=5, wait=9":                    {hasWait: true, wait: 5 * time.Second},
		"wait=99999999999999999999":         {hasWait: true, wait: contract.LambdaLimit},
		"wait=-1":                           {},
		"wait=1.5":                          {},
		"wait":                              {},
		"respond-asynchronously, no-wait=3": {},
		`"respond-async"`:                   {},
		`foo="never closed, respond-async`:  {},
		`wait=";", wait=3`:                  {},
	}
	for header, want := range tests {
		t.Run(header, func(t *testing.T) {
			if got := readPreference(header); got != want {
				t.Errorf("readPreference(%q) = %+v, want %+v", header, got, want)
			}
		})
	}
}
