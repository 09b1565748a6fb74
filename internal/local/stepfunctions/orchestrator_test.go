package stepfunctions

import (
	"context"
	"io"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/engine"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/orchestrator"
)

// orchestrate is one request through the orchestrator, unmodified, over the real
// client.
func orchestrate(t *testing.T, b *bench, workflow, arn string) events.LambdaFunctionURLResponse {
	t.Helper()
	o, err := orchestrator.New(orchestrator.Config{Methods: []string{"GET"}, Workflow: workflow, Deadline: time.Minute},
		orchestrator.Environment{
			StepFunctions:   b.client,
			StateMachineARN: arn,
			Clock:           clock.NewSkipping(),
			Log:             slog.New(slog.NewTextHandler(io.Discard, nil)),
		})
	if err != nil {
		t.Fatal(err)
	}
	event := events.LambdaFunctionURLRequest{Version: "2.0", RawPath: "/orders", Headers: map[string]string{}}
	event.RequestContext.RequestID = "9f3b1c52-7d0e-4b6a-8f11-2c5d7e9a0b34"
	event.RequestContext.HTTP.Method, event.RequestContext.HTTP.Path = "GET", "/orders"
	got, err := o.Handle(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

var workflows = map[string]string{contract.WorkflowExpress: expressARN, contract.WorkflowStandard: standardARN}

func TestOrchestrator(t *testing.T) {
	upstream := func(t *testing.T) engine.Result {
		return engine.Result{Status: event.Succeeded, Output: parse(t,
			`{"response": {"statusCode": 201, "headers": {"etag": ["x"]}, "body": "made"}, "attempts": [{"attempt": 1, "egress": 2, `+
				`"statusCode": 201}]}`)}
	}
	tests := []struct {
		name   string
		result func(*testing.T) engine.Result
		want   int
		body   string
	}{
		{"the upstream's answer", upstream, 201, "made"},
		{"its deadline", func(*testing.T) engine.Result { return engine.Result{Status: event.TimedOut} }, 504, ""},
		{"a crash", func(*testing.T) engine.Result {
			return engine.Result{Status: event.Failed, Error: "Runtime.ExitError", Cause: "{}"}
		}, 502, ""},
		{"stopped", func(*testing.T) engine.Result { return engine.Result{Status: event.Aborted} }, 502, ""},
	}
	for _, test := range tests {
		for workflow, arn := range workflows {
			t.Run(test.name+", "+workflow, func(t *testing.T) {
				b := newBench(t, ending(test.result(t)))
				got := orchestrate(t, b, workflow, arn)
				if got.StatusCode != test.want || test.body != "" && got.Body != test.body || got.Headers["x-sfngen-execution"] == "" &&
					test.want == 201 {
					t.Errorf("answered %d %q %v, want %d %q", got.StatusCode, got.Body, got.Headers, test.want, test.body)
				}
			})
		}
	}
}

// TestOrchestratorIsThrottled: it repeats calls that did nothing.
func TestOrchestratorIsThrottled(t *testing.T) {
	var ran atomic.Int32
	b := newBench(t, machineFunc(func(_ context.Context, _ engine.Execution, _ engine.Environment) engine.Result {
		ran.Add(1)
		return engine.Result{Status: event.Succeeded, Output: parse(t, `{"response": {"statusCode": 200}}`)}
	}))
	b.Throttle("StartSyncExecution", 2)
	if got := orchestrate(t, b, contract.WorkflowExpress, expressARN); got.StatusCode != 200 || ran.Load() != 1 {
		t.Errorf("answered %d %s after %d executions, want 200 after 1", got.StatusCode, got.Body, ran.Load())
	}
	b.Throttle("StartSyncExecution", 100)
	if got := orchestrate(t, b, contract.WorkflowExpress, expressARN); got.StatusCode != 503 || ran.Load() != 1 {
		t.Errorf("answered %d %s after %d executions, want 503 after 1", got.StatusCode, got.Body, ran.Load())
	}
}

// TestOrchestratorWhileStopping: it says that nothing was sent.
func TestOrchestratorWhileStopping(t *testing.T) {
	for workflow, arn := range workflows {
		b := newBench(t, machineFunc(echo))
		b.settle()
		if got := orchestrate(t, b, workflow, arn); got.StatusCode != 503 {
			t.Errorf("%s: answered %d %s, want 503", workflow, got.StatusCode, got.Body)
		}
	}
}
