package local_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

const (
	express  = ""
	standard = "\nworkflow: {type: standard}"
)

// A waiting caller may die or disconnect; the execution continues.
func TestExecutionGoesOnWithoutThoseWhoWait(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, workflow string
		leave          func(r *rig, hangUp context.CancelFunc)
		gone           bool // the caller itself
	}{
		{"the orchestrator is killed, express", express, killOrchestrator, false},
		{"the orchestrator is killed, standard", standard, killOrchestrator, false},
		{"the client goes, express", express, func(_ *rig, hangUp context.CancelFunc) { hangUp() }, true},
		{"the client goes, standard", standard, func(_ *rig, hangUp context.CancelFunc) { hangUp() }, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			upstream := held(t, mockapi.Config{Paths: scripts(t, "/=503@1m:retry-after=9,200@1m")})
			r := run(t, base("retry: {maxAttempts: 3, backoff: {jitter: none}}"+tt.workflow), upstream.url, skipping)
			ctx, hangUp := context.WithCancel(t.Context())
			defer hangUp()
			answers := r.start(ctx, "PUT", "/orders", "three")
			upstream.await(t, 1)
			tt.leave(r, hangUp)
			g := receive(t, answers, "the caller's end")
			if gone := g.err != nil; gone != tt.gone {
				t.Fatalf("the caller got %v, %v", g.answer, g.err)
			}
			if !tt.gone { // the function URL's own 502
				g.says(t, 502, "X-Sfngen-Execution", "", "Content-Type", "application/json")
				same(t, "body", "Internal Server Error", g.body)
			}
			upstream.free()
			execution := r.only()
			same(t, "status", event.Succeeded, r.result(execution).Status)
			same(t, "story", []string{"1 by egress 1: transient 503, waits 9s", "2 by egress 2: success 200"}, storyOf(r, execution))
			same(t, "upstream", fromEgresses("PUT /orders", 1, 2), callsAt(upstream.API))
		})
	}
}

func killOrchestrator(r *rig, _ context.CancelFunc) {
	if n := r.workflow.Lambda().Kill("orders-orchestrator"); n != 1 {
		r.t.Errorf("killed %d sandboxes of the orchestrator, want 1", n)
	}
}

// The answer of a standard execution is available after its orchestrator died.
func TestAnswerAfterTheOrchestratorDied(t *testing.T) {
	t.Parallel()
	upstream := held(t, mockapi.Config{Paths: scripts(t, "/=200@1m")})
	r := run(t, base("retry: {maxAttempts: 3}"+standard), upstream.url, skipping)
	answers := r.start(t.Context(), "GET", "/orders", "")
	upstream.await(t, 1)
	killOrchestrator(r, nil)
	ended(t, answers).says(t, 502)
	upstream.free()
	execution := r.only()
	r.polled(execution).says(t, 200, "X-Sfngen-Attempts", "1", "X-Sfngen-Egress", "1", "X-Sfngen-Execution", execution)
	same(t, "upstream", fromEgresses("GET /orders", 1), callsAt(upstream.API))
}

// invokeOrchestrator sends the same event again, with the same request id, as a
// user or a retry of Lambda may.
func invokeOrchestrator(t *testing.T, r *rig, id, path string) events.LambdaFunctionURLResponse {
	t.Helper()
	event := events.LambdaFunctionURLRequest{RawPath: path, RequestContext: events.LambdaFunctionURLRequestContext{
		RequestID: id, HTTP: events.LambdaFunctionURLRequestContextHTTPDescription{Method: "POST"},
	}}
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	result, err := r.workflow.Lambda().Invoke(t.Context(), "orders-orchestrator", payload)
	if err != nil || result.FunctionError != "" {
		t.Fatalf("invoke: %v %s", err, result.Payload)
	}
	var response events.LambdaFunctionURLResponse
	if err := json.Unmarshal(result.Payload, &response); err != nil {
		t.Fatal(err)
	}
	return response
}

func TestRequestIDUsedAgain(t *testing.T) {
	t.Parallel()
	const id = "5b9e3c0e-6a53-4f0e-9d0c-2f1c3b0a7d11"
	for _, tt := range []struct {
		name, workflow, again string
		status                int
		problem               string
		calls                 int
	}{
		{"standard, the same request", standard, "/orders", 200, "", 1},
		{"standard, another request", standard, "/others", 409, "execution-conflict", 1},
		{"express, which knows no names", express, "/orders", 200, "", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			upstream, at := api(t, mockapi.Config{})
			r := run(t, base("retry: {maxAttempts: 3}"+tt.workflow), at, skipping)
			first := invokeOrchestrator(t, r, id, "/orders")
			second := invokeOrchestrator(t, r, id, tt.again)
			if first.StatusCode != 200 || first.Headers["x-sfngen-execution"] != id {
				t.Errorf("the first got %d %v", first.StatusCode, first.Headers)
			}
			if second.StatusCode != tt.status || second.Headers["x-sfngen-execution"] != id || !strings.Contains(second.Body, tt.problem) {
				t.Errorf("the second got %d %v %s", second.StatusCode, second.Headers, second.Body)
			}
			if tt.workflow == standard && tt.status == 200 && second.Body != first.Body {
				t.Errorf("the second got another answer than the first:\n%s\n%s", first.Body, second.Body)
			}
			same(t, "upstream", fromEgresses("POST /orders", []int{1, 1}[:tt.calls]...), callsAt(upstream))
		})
	}
}

// A request that joins its own execution while that runs gets the same answer.
func TestRequestIDUsedAgainMeanwhile(t *testing.T) {
	t.Parallel()
	upstream := held(t, mockapi.Config{Paths: scripts(t, "/=200@1m")})
	r := run(t, base("retry: {maxAttempts: 3}"+standard), upstream.url, skipping)
	responses := make(chan events.LambdaFunctionURLResponse, 2)
	for range 2 {
		go func() { responses <- invokeOrchestrator(t, r, "one-id", "/orders") }()
	}
	upstream.await(t, 1)
	upstream.free()
	first, second := receive(t, responses, "an answer"), receive(t, responses, "an answer")
	if first.StatusCode != 200 || first.Body != second.Body {
		t.Errorf("answers differ: %d %s, %d %s", first.StatusCode, first.Body, second.StatusCode, second.Body)
	}
	same(t, "upstream", fromEgresses("POST /orders", 1), callsAt(upstream.API))
	same(t, "execution", "one-id", r.only())
}
