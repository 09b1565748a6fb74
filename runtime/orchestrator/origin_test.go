package orchestrator

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Each test is about a fault of the hand-made version that sfngen comes from.

// TestOriginFault02_FailedCallIsNoSuccess: an execution that failed is a
// failure to the caller too, with the API's own status and error, in both
// workflow types.
func TestOriginFault02_FailedCallIsNoSuccess(t *testing.T) {
	failure := contract.Failure{
		Response: &contract.Response{StatusCode: 500, Headers: map[string][]string{"content-type": {"application/json"}},
			Body: `{"error":"boom"}`},
		Attempts: attempts(contract.Attempt{StatusCode: 500}),
	}
	for _, cfg := range []Config{expressConfig(), standardConfig()} {
		t.Run(cfg.Workflow, func(t *testing.T) {
			b := newBench(t, cfg, standardReplies(failed(t, contract.ErrTransient, failure)))
			got := b.handle(request("GET", "/orders"))
			if got.StatusCode != 500 || got.Body != `{"error":"boom"}` || got.Headers["content-type"] != "application/json" ||
				got.Headers["x-sfngen-attempts"] != "2" {
				t.Errorf("answered %d %q %v, want the upstream's own 500", got.StatusCode, got.Body, got.Headers)
			}
		})
	}
}

// TestOriginFault03_PollingPauses: each look at the execution has a growing
// pause before it.
func TestOriginFault03_PollingPauses(t *testing.T) {
	b := newBench(t, standardConfig(), standardReplies(running, running, running, running, running, running, running, answered(t)))
	if got := b.handle(request("GET", "/orders")); got.StatusCode != 200 {
		t.Errorf("answered %d %s, want 200", got.StatusCode, got.Body)
	}
	ms := time.Millisecond
	want := []time.Duration{250 * ms, 500 * ms, 1000 * ms, 2000 * ms, 4000 * ms, 5000 * ms, 5000 * ms, 5000 * ms}
	if diff := cmp.Diff(want, b.clock.pauses()); diff != "" {
		t.Errorf("pauses (-want +got):\n%s", diff)
	}
	if looks := len(b.service.calls("DescribeExecution")); looks != len(want) {
		t.Errorf("%d looks, want one after each of %d pauses", looks, len(want))
	}
}

// TestOriginFault03_EveryStatusEndsTheWait: TIMED_OUT and ABORTED come without
// error and cause, and end the wait at the first look.
func TestOriginFault03_EveryStatusEndsTheWait(t *testing.T) {
	tests := []struct {
		name string
		look reply
		code int
		body string
	}{
		{"timed out", ended("TIMED_OUT", nil), 504, `{"type":"` + problemsPage + `#deadline-exceeded","title":"Deadline exceeded","status":504,` +
			`"detail":"The workflow's deadline passed before an attempt brought an answer.","instance":"` + testID + `"}`},
		{"aborted", ended("ABORTED", nil), 502, `{"type":"` + problemsPage + `#execution-aborted","title":"Execution aborted","status":502,` +
			`"detail":"Somebody stopped the execution before it had an answer.","instance":"` + testID + `"}`},
		{"a status of the future", ended("EXPIRED", fields{"stopDate": 4102444900.5}), 502, `{"type":"` + problemsPage +
			`#workflow-failed","title":"Workflow failed","status":502,` +
			`"detail":"The execution ended with the unknown status \"EXPIRED\".","instance":"` + testID + `"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, standardConfig(), standardReplies(test.look))
			checkProblem(t, b.handle(request("GET", "/orders")), test.code, test.body)
			if looks := len(b.service.calls("DescribeExecution")); looks != 1 {
				t.Errorf("%d looks, want 1", looks)
			}
		})
	}
}

// TestOriginFault03_FailedGivesJSON: whatever a failed execution says, the
// caller parses JSON.
func TestOriginFault03_FailedGivesJSON(t *testing.T) {
	for name, look := range map[string]reply{
		"a reported failure": failed(t, contract.ErrTransient,
			contract.Failure{Attempts: attempts(contract.Attempt{Fault: contract.FaultTimeout})}),
		"a crash":         ended("FAILED", fields{"error": "Runtime.ExitError", "cause": "FAILED"}),
		"no error at all": ended("FAILED", nil),
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, standardConfig(), standardReplies(look))
			got := b.handle(request("GET", "/orders"))
			var body struct {
				Status   int
				Instance string
			}
			if err := json.Unmarshal([]byte(got.Body), &body); err != nil || body.Status != got.StatusCode || body.Instance != testID {
				t.Errorf("answered %d %q (%v), want a problem about %s", got.StatusCode, got.Body, err, testID)
			}
		})
	}
}
