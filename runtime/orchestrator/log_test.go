package orchestrator

import (
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

// TestLog: one line for each request, which never holds a header, a body or a
// query value.
func TestLog(t *testing.T) {
	secrets := func(method, path string) events.LambdaFunctionURLRequest {
		return request(method, path, withHeader("accept", "secret-header"), withBody("secret-body"), func(e *events.LambdaFunctionURLRequest) {
			e.RawQueryString = "token=secret-query"
		})
	}
	timeout := contract.Failure{Reason: "secret-reason", Attempts: attempts(contract.Attempt{Fault: contract.FaultTimeout})}
	tests := []struct {
		name  string
		event events.LambdaFunctionURLRequest
		reply reply
		want  string
	}{
		{"success", secrets("POST", "/orders"), succeeded(t, contract.Response{StatusCode: 201, Body: "secret-answer"}),
			`{"level":"INFO","msg":"request","method":"POST","path":"/orders","status":201,"durationMs":1500,"execution":"` + testID +
				`","executionStatus":"SUCCEEDED","attempts":1}`},
		{"failure", secrets("POST", "/orders"), failed(t, contract.ErrTransient, timeout),
			`{"level":"INFO","msg":"request","method":"POST","path":"/orders","status":504,"durationMs":1500,"execution":"` + testID +
				`","executionStatus":"FAILED","error":"Upstream.Transient","problem":"upstream-timeout","attempts":2}`},
		{"an egress that died before one that may not send the request again", secrets("POST", "/orders"),
			failed(t, contract.ErrRejected, contract.Failure{Reason: "egress 1 failed (Sandbox.Timedout)",
				Attempts: attempts(contract.Attempt{Fault: contract.FaultEgress})}),
			`{"level":"ERROR","msg":"request","method":"POST","path":"/orders","status":502,"durationMs":1500,"execution":"` + testID +
				`","executionStatus":"FAILED","error":"Upstream.Rejected","problem":"egress-failed","attempts":2,"cause":"egress 1 failed ` +
				`(Sandbox.Timedout); look at that egress's log, and at the execution (sfngen trace)"}`},
		{"a refusal", secrets("DELETE", "/orders"), reply{},
			`{"level":"INFO","msg":"request","method":"DELETE","path":"/orders","status":405,"durationMs":0,"problem":"method-not-allowed"}`},
		{"an input that AWS refuses", secrets("POST", "/orders"), refused(400, "InvalidExecutionInput"),
			`{"level":"ERROR","msg":"request","method":"POST","path":"/orders","status":500,"durationMs":1500,"execution":"` + testID +
				`","problem":"misconfigured","cause":"InvalidExecutionInput (its message is left out: it may quote the request)"}`},
		{"a result that nobody can read", secrets("POST", "/orders"), ended("SUCCEEDED",
			fields{"output": `{"response":{"statusCode":"secret"}}`}),
			`{"level":"ERROR","msg":"request","method":"POST","path":"/orders","status":502,"durationMs":1500,"execution":"` + testID +
				`","executionStatus":"SUCCEEDED","problem":"unreadable-result","cause":"output: unexpected type in \"response.statusCode\""}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b *bench
			b = newBench(t, expressConfig(), func(call) reply {
				b.clock.advance(1500 * time.Millisecond)
				return test.reply
			})
			b.handle(test.event)
			if diff := cmp.Diff(test.want+"\n", b.log.String()); diff != "" {
				t.Errorf("log (-want +got):\n%s", diff)
			}
		})
	}
}

// TestHints: an operator reads what to do, the caller does not.
func TestHints(t *testing.T) {
	for code, hint := range hints {
		t.Run(code, func(t *testing.T) {
			b := newBench(t, expressConfig(), func(call) reply { return refused(400, code) })
			got := b.handle(request("GET", "/"))
			var line struct{ Cause string }
			unmarshalLine(t, b.log.String(), &line)
			if want := "said by the service: " + code + "; " + hint; len(line.Cause) < len(want) || line.Cause[len(line.Cause)-len(want):] != want {
				t.Errorf("cause %q, want it to end with %q", line.Cause, want)
			}
			if got.StatusCode < 500 {
				t.Errorf("answered %d %s", got.StatusCode, got.Body)
			}
		})
	}
}
