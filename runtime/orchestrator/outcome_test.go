package orchestrator

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

// attempts is a history that ends with a fault or a status.
func attempts(last contract.Attempt) []contract.Attempt {
	last.Attempt, last.Egress = 2, 1
	return []contract.Attempt{{Attempt: 1, Egress: 3, StatusCode: 503, WaitSeconds: 1, DurationMs: 20}, last}
}

// TestFailureForwarded: the upstream's last answer is the caller's.
func TestFailureForwarded(t *testing.T) {
	tests := []struct {
		name    string
		failure contract.Failure
		status  int
		body    string
		headers map[string]string
	}{
		{"the last attempt's answer",
			contract.Failure{Response: &contract.Response{StatusCode: 429, Headers: map[string][]string{"retry-after": {"120"}}, Body: "slow down"},
				Attempts: attempts(contract.Attempt{StatusCode: 429})},
			429, "slow down", map[string]string{"retry-after": "120", "x-sfngen-egress": "1"}},
		{"cut", contract.Failure{Response: &contract.Response{StatusCode: 500, Body: "begin", CutFrom: 70000},
			Attempts: attempts(contract.Attempt{StatusCode: 500})},
			500, "begin", map[string]string{"x-sfngen-truncated": "70000", "x-sfngen-egress": "1"}},
		{"an attempt that was not started after it",
			contract.Failure{Response: &contract.Response{StatusCode: 503, Body: "busy"},
				Attempts: attempts(contract.Attempt{Fault: contract.FaultDeadline})},
			503, "busy", map[string]string{"x-sfngen-egress": "3"}},
		{"an egress that was skipped after it",
			contract.Failure{Response: &contract.Response{StatusCode: 429, Headers: map[string][]string{"content-type": {"application/json"},
				"retry-after": {"50"}}, Body: `{"why":"slow down"}`},
				Attempts: attempts(contract.Attempt{Fault: contract.FaultSkipped})},
			429, `{"why":"slow down"}`, map[string]string{"content-type": "application/json", "retry-after": "50", "x-sfngen-egress": "3"}},
		{"a body too large to be kept until then",
			contract.Failure{Response: &contract.Response{StatusCode: 503, CutFrom: 5000},
				Attempts: attempts(contract.Attempt{Fault: contract.FaultDeadline})},
			503, "", map[string]string{"x-sfngen-truncated": "5000", "x-sfngen-egress": "3"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, expressConfig(), func(call) reply { return failed(t, contract.ErrRejected, test.failure) })
			got := b.handle(request("GET", "/"))
			test.headers["x-sfngen-attempts"], test.headers["x-sfngen-execution"] = "2", testID
			if got.StatusCode != test.status || got.Body != test.body {
				t.Errorf("answered %d %q, want %d %q", got.StatusCode, got.Body, test.status, test.body)
			}
			if diff := cmp.Diff(test.headers, got.Headers); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
		})
	}
}

// TestEveryFault: each fault has its own words, type and status.
func TestEveryFault(t *testing.T) {
	tests := []struct {
		fault  contract.Fault
		status int
		slug   string
		title  string
		detail string
	}{
		{contract.FaultDNS, 502, "upstream-unreachable", "Upstream unreachable", "The upstream's name does not resolve."},
		{contract.FaultRefused, 502, "upstream-unreachable", "Upstream unreachable", "The upstream refused the connection."},
		{contract.FaultTLS, 502, "upstream-unreachable", "Upstream unreachable", "The TLS handshake with the upstream failed."},
		{contract.FaultConnect, 502, "upstream-unreachable", "Upstream unreachable", "The connection to the upstream failed."},
		{contract.FaultConnectTimeout, 504, "upstream-timeout", "Upstream timeout", "The connection to the upstream timed out."},
		{contract.FaultTimeout, 504, "upstream-timeout", "Upstream timeout",
			"The upstream did not answer in time. It may have acted on the request."},
		{contract.FaultConnection, 502, "upstream-connection-lost", "Upstream connection lost",
			"The connection broke after the request was sent. The upstream may have acted on it."},
		{contract.FaultProtocol, 502, "upstream-protocol", "Upstream answer unusable",
			"The upstream's answer is not HTTP, or its header is larger than 2 MiB. The upstream may have acted on the request."},
		{contract.FaultCoding, 502, "upstream-protocol", "Upstream answer unusable",
			"The upstream answered, but the gzip of its answer is broken or cut off. It may have acted on the request."},
		{contract.FaultBlockedAddress, 502, "blocked-address", "Upstream address blocked",
			"The upstream's name leads to an address that is not public. No request was sent there. " +
				"If that is meant, set upstream.allowPrivate: true in the spec."},
		{contract.FaultCredential, 502, "credential-unavailable", "Credential unavailable",
			"What shows the upstream who calls could not be read from where it is kept. No request was sent."},
		{contract.FaultTooLarge, 502, "response-too-large", "Upstream answer too large",
			"The upstream's answer is too large for the workflow. The upstream has acted on the request."},
		{contract.FaultEgress, 502, "egress-failed", "Egress failed", "The egress Lambda of the last attempt failed."},
		{contract.FaultInvalidRequest, 400, "invalid-request", "Request cannot be sent",
			"The request cannot be sent to the upstream: why it failed."},
		{contract.FaultDeadline, 504, "deadline-exceeded", "Deadline exceeded", "The deadline left no time for an attempt."},
		{contract.FaultSkipped, 429, "upstream-rate-limited", "Upstream rate limit",
			"The egresses cool down, as the upstream has requested, and the workflow may not wait that long or that often."},
		{contract.FaultNewerContract, 502, "lambdas-outdated", "Lambdas outdated",
			"The Lambdas of this stack are older than its state machine, so the last attempt sent nothing to the upstream."},
	}
	for _, test := range tests {
		t.Run(string(test.fault), func(t *testing.T) {
			failure := contract.Failure{Reason: "why it failed", Attempts: attempts(contract.Attempt{Fault: test.fault})}
			b := newBench(t, expressConfig(), func(call) reply { return failed(t, contract.ErrTransient, failure) })
			got := b.handle(request("GET", "/"))
			if later := got.Headers["retry-after"] != ""; later != (test.status == 429) {
				t.Errorf("retry-after %q with status %d", got.Headers["retry-after"], test.status)
			}
			checkProblem(t, got, test.status,
				`{"type":"`+problemsPage+"#"+test.slug+`","title":"`+test.title+`","status":`+itoa(test.status)+`,"detail":"`+test.detail+
					`","instance":"`+testID+`","error":"Upstream.Transient","attempts":[`+
					`{"attempt":1,"egress":3,"statusCode":503,"waitSeconds":1,"durationMs":20},`+
					`{"attempt":2,"egress":1,"fault":"`+string(test.fault)+`","waitSeconds":0,"durationMs":0}]}`)
		})
	}
	if len(tests) != len(faultProblems) {
		t.Errorf("%d faults tested, %d have words", len(tests), len(faultProblems))
	}
}

// TestRetryAfterOfACoolDown: as long as the egress says; an older one does not say it.
func TestRetryAfterOfACoolDown(t *testing.T) {
	for seconds, want := range map[int]string{0: "5", 1: "1", 38: "38"} {
		failure := contract.Failure{Final: "no attempt is left", RetryAfterSeconds: seconds,
			Attempts: attempts(contract.Attempt{Fault: contract.FaultSkipped})}
		b := newBench(t, expressConfig(), func(call) reply { return failed(t, contract.ErrRateLimited, failure) })
		got := b.handle(request("GET", "/"))
		if got.StatusCode != 429 || got.Headers["retry-after"] != want {
			t.Errorf("%d s: answered %d, retry-after %q, want 429, %q", seconds, got.StatusCode, got.Headers["retry-after"], want)
		}
	}
}

func TestFailureDetails(t *testing.T) {
	tests := []struct {
		name    string
		failure contract.Failure
		want    string
	}{
		{"the size of what is too large, which is not forwarded",
			contract.Failure{Response: &contract.Response{StatusCode: 200, Body: "x", CutFrom: 300000},
				Attempts: attempts(contract.Attempt{StatusCode: 200, Fault: contract.FaultTooLarge})},
			"The upstream's answer has 300000 bytes and is too large for the workflow. The upstream has acted on the request."},
		{"why no other attempt follows",
			contract.Failure{Final: "POST is never sent again", Attempts: attempts(contract.Attempt{Fault: contract.FaultConnection})},
			"The connection broke after the request was sent. The upstream may have acted on it. " +
				"No other attempt follows: POST is never sent again."},
		{"status below 200",
			contract.Failure{Response: &contract.Response{StatusCode: 101}, Attempts: attempts(contract.Attempt{StatusCode: 101})},
			"The upstream answered with status 101, which is not one of 200 to 599."},
		{"status above 599",
			contract.Failure{Response: &contract.Response{StatusCode: 999}, Attempts: attempts(contract.Attempt{StatusCode: 999})},
			"The upstream answered with status 999, which is not one of 200 to 599."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, expressConfig(), func(call) reply { return failed(t, contract.ErrRejected, test.failure) })
			got := b.handle(request("GET", "/"))
			if detail := detailOf(t, got); got.StatusCode != 502 || detail != test.want || got.Headers["x-sfngen-attempts"] != "2" {
				t.Errorf("answered %d %q %v, want 502 %q", got.StatusCode, detail, got.Headers, test.want)
			}
		})
	}
}

// TestCrashes: what no egress reported.
func TestCrashes(t *testing.T) {
	tests := []struct {
		error  string
		status int
		slug   string
	}{
		{"Sandbox.Timedout", 504, "egress-timeout"},
		{"Lambda.AccessDeniedException", 502, "egress-failed"},
		{"Lambda.ResourceNotFoundException", 502, "egress-failed"},
		{"States.Timeout", 504, "egress-timeout"},
		{"Lambda.TooManyRequestsException", 503, "egress-throttled"},
		{"Runtime.ExitError", 502, "egress-failed"},
		{"Lambda.Unknown", 502, "egress-failed"},
		{"Lambda.ServiceException", 502, "egress-failed"},
		{"Function.ResponseSizeTooLarge", 502, "egress-failed"},
		{"runtimeError", 502, "egress-failed"},
		{"States.DataLimitExceeded", 502, "workflow-failed"},
		{"States.Runtime", 502, "workflow-failed"},
		{"States.NoChoiceMatched", 502, "workflow-failed"},
		{"", 502, "workflow-failed"},
	}
	for _, test := range tests {
		t.Run(test.error, func(t *testing.T) {
			more := fields{"cause": "RequestId: 1 Error: secret text of the crash"}
			if test.error != "" {
				more["error"] = test.error
			}
			b := newBench(t, expressConfig(), func(call) reply { return ended("FAILED", more) })
			got := b.handle(request("GET", "/"))
			if slug := problemType(t, got); got.StatusCode != test.status || slug != test.slug {
				t.Errorf("answered %d %s, want %d %s", got.StatusCode, slug, test.status, test.slug)
			}
			if _, known := got.Headers["x-sfngen-attempts"]; known {
				t.Error("x-sfngen-attempts is set, but nobody knows how many there were")
			}
			if later := got.Headers["retry-after"] != ""; later != (test.status == 503) {
				t.Errorf("retry-after %q with status %d", got.Headers["retry-after"], test.status)
			}
			var line struct{ Level, Cause string }
			if unmarshalLine(t, b.log.String(), &line); line.Level != "ERROR" || line.Cause == "" {
				t.Errorf("the stack's own trouble is logged with level %q and the cause %q", line.Level, line.Cause)
			}
		})
	}
}

// TestCrashCause: the operator reads what AWS said, unless it may quote the
// request, and what to look at.
func TestCrashCause(t *testing.T) {
	tests := []struct{ name, error, cause, want string }{
		{"a function that Lambda ended", "Sandbox.Timedout",
			`{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 1 Error: Task timed out after 16.00 seconds"}`,
			"RequestId: 1 Error: Task timed out after 16.00 seconds; " +
				"look at platform.report in the egress's log; more egress.memory makes it faster"},
		{"a call that Lambda refused", "Lambda.ResourceNotFoundException",
			"Function not found: acme-orders-egress-2 (Service: Lambda, Status Code: 404)",
			"Function not found: acme-orders-egress-2 (Service: Lambda, Status Code: 404); somebody deleted the egress: deploy the stack with " +
				"--revert-drift"},
		{"a call that failed otherwise", "Lambda.ServiceException", "Service: Lambda, Status Code: 500",
			"Service: Lambda, Status Code: 500; look at the egress in the AWS console, and at health.aws.amazon.com"},
		{"nothing said", "Runtime.OutOfMemory", "", "raise egress.memory"},
		{"a panic, which may quote the request", "runtimeError", `{"errorMessage":"secret"}`, "look at the egress's log"},
		{"data that the machine could not read", "States.Runtime", "The JSONPath '$.x' could not be found in the input 'secret'",
			"open the execution in the AWS console; deploy the stack with --revert-drift if its definition was changed"},
		{"a long story, cut between characters", "Lambda.Unknown", strings.Repeat("a", saidLimit-1) + "é", strings.Repeat("a", saidLimit-1) +
			"; look at the egress's log"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, expressConfig(), func(call) reply { return ended("FAILED", fields{"error": test.error, "cause": test.cause}) })
			b.handle(request("GET", "/"))
			var line struct{ Cause string }
			if unmarshalLine(t, b.log.String(), &line); line.Cause != test.want {
				t.Errorf("cause %q, want %q", line.Cause, test.want)
			}
		})
	}
}

func TestCrashText(t *testing.T) {
	b := newBench(t, expressConfig(), func(call) reply { return ended("FAILED", fields{"error": "Runtime.ExitError", "cause": "x"}) })
	checkProblem(t, b.handle(request("GET", "/")), 502, `{"type":"`+problemsPage+`#egress-failed","title":"Egress failed","status":502,`+
		`"detail":"The egress Lambda of the last attempt crashed.","instance":"`+testID+`","error":"Runtime.ExitError"}`)
}

// TestOtherEnds: an execution that ended in no way that brings an answer.
func TestOtherEnds(t *testing.T) {
	tests := []struct {
		name   string
		reply  reply
		status int
		slug   string
	}{
		{"timed out", ended("TIMED_OUT", fields{"error": "States.Timeout"}), 504, "deadline-exceeded"},
		{"a status of the future", ended("PAUSED", nil), 502, "workflow-failed"},
		{"no output", ended("SUCCEEDED", nil), 502, "unreadable-result"},
		{"null output", ended("SUCCEEDED", fields{"output": "null"}), 502, "unreadable-result"},
		{"output is no JSON", ended("SUCCEEDED", fields{"output": "{oops"}), 502, "unreadable-result"},
		{"output of another type", ended("SUCCEEDED", fields{"output": `{"response":{"statusCode":"200"}}`}), 502, "unreadable-result"},
		{"output without a response", ended("SUCCEEDED", fields{"output": `{"response":null,"attempts":null}`}), 502, "unreadable-result"},
		{"a success with status 101", ended("SUCCEEDED", fields{"output": `{"response":{"statusCode":101}}`}), 502, "upstream-protocol"},
		{"no cause", ended("FAILED", fields{"error": contract.ErrRejected}), 502, "unreadable-result"},
		{"cause is no JSON", ended("FAILED", fields{"error": contract.ErrRejected, "cause": "x"}), 502, "unreadable-result"},
		{"message is no JSON", ended("FAILED", fields{"error": contract.ErrRejected, "cause": `{"errorMessage":"x"}`}), 502, "unreadable-result"},
		{"empty failure", ended("FAILED", fields{"error": contract.ErrRejected, "cause": `{"errorMessage":"{}"}`}), 502, "unreadable-result"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, expressConfig(), func(call) reply { return test.reply })
			got := b.handle(request("GET", "/"))
			if slug := problemType(t, got); got.StatusCode != test.status || slug != test.slug || got.Headers["x-sfngen-execution"] != testID {
				t.Errorf("answered %d %s %v, want %d %s", got.StatusCode, slug, got.Headers, test.status, test.slug)
			}
		})
	}
}
