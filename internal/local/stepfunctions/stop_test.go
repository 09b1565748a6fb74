package stepfunctions

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/engine"
)

func (b *bench) stop(in *sfn.StopExecutionInput) *sfn.StopExecutionOutput {
	b.t.Helper()
	out, err := b.client.StopExecution(b.t.Context(), in)
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

func TestStopExecution(t *testing.T) {
	tests := []struct {
		name         string
		error, cause *string
	}{
		{"with a reason", aws.String("Operator.Stopped"), aws.String("wrong order")},
		{"without one", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := newGate()
			b := newBench(t, g)
			arn := b.start("run-1", "{}").ExecutionArn
			<-g.entered
			out := b.stop(&sfn.StopExecutionInput{ExecutionArn: arn, Error: test.error, Cause: test.cause})
			got := b.describe(arn)
			want := []*string{aws.String("ABORTED"), test.error, test.cause}
			if diff := cmp.Diff(want, []*string{aws.String(string(got.Status)), got.Error, got.Cause}); diff != "" {
				t.Errorf("status, error, cause (-want +got):\n%s", diff)
			}
			if !out.StopDate.Equal(*got.StopDate) || !out.StopDate.Equal(testStart) {
				t.Errorf("stopDate %s, described as %s, want %s", out.StopDate, got.StopDate, testStart)
			}
		})
	}
}

// TestStopExecutionAfterItsEnd changes nothing.
func TestStopExecutionAfterItsEnd(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	arn := b.ran("run-1", "{}")
	if out := b.stop(&sfn.StopExecutionInput{ExecutionArn: arn, Error: aws.String("late")}); !out.StopDate.Equal(testStart) {
		t.Errorf("stopDate %s, want %s", out.StopDate, testStart)
	}
	if got := b.describe(arn); got.Status != "SUCCEEDED" || got.Error != nil {
		t.Errorf("got %s %v, want SUCCEEDED", got.Status, got.Error)
	}
}

func TestCloseWaitsForWhatRuns(t *testing.T) {
	g := newGate()
	b := newBench(t, g)
	arn := b.start("run-1", `"out"`).ExecutionArn
	<-g.entered
	closed := make(chan error)
	go func() { closed <- b.Close(context.Background()) }()
	waitUntilClosing(t, b)
	select {
	case err := <-closed:
		t.Fatalf("closed with %v while an execution ran", err)
	default:
	}
	g.open()
	if err := <-closed; err != nil {
		t.Errorf("closed with %v", err)
	}
	if got := b.describe(arn); got.Status != "SUCCEEDED" {
		t.Errorf("it ended %s, want SUCCEEDED", got.Status)
	}
}

// waitUntilClosing returns when new executions are refused.
func waitUntilClosing(t *testing.T, b *bench) {
	t.Helper()
	for {
		_, err := b.Start(scope+"stateMachine:orders", "run-1", []byte(`"out"`))
		var refusal *Error
		if errors.As(err, &refusal) && refusal.Code == "StateMachineDeleting" {
			return
		}
	}
}

func TestCloseStopsWhatRunsWhenItsTimeIsOver(t *testing.T) {
	g := newGate()
	ends := map[string]engine.Result{}
	b := newBench(t, g, func(o *Options) {
		o.Ended = func(e Execution, r engine.Result) { ends[e.Name] = r }
	})
	arn := b.start("run-1", "{}").ExecutionArn
	<-g.entered
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("enough"))
	if err := b.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Close: %v, want the context's error", err)
	}
	want := engine.Result{Status: event.Aborted, Error: "Sfngen.Stopped", Cause: "sfngen was stopped while the execution ran",
		StartDate: testStart, StopDate: testStart}
	if diff := cmp.Diff(want, ends["run-1"]); diff != "" {
		t.Errorf("its end (-want +got):\n%s", diff)
	}
	if got := b.describe(arn).Status; got != "ABORTED" {
		t.Errorf("it is %s after Close, want ABORTED", got)
	}
}

// TestCloseStopsSyncExecutions: their callers get an answer instead of waiting.
func TestCloseStopsSyncExecutions(t *testing.T) {
	g := newGate()
	b := newBench(t, g)
	answered := make(chan *sfn.StartSyncExecutionOutput, 1)
	go func() {
		out, err := b.client.StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{StateMachineArn: aws.String(expressARN)})
		if err != nil {
			t.Error(err)
		}
		answered <- out
	}()
	<-g.entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Close: %v", err)
	}
	if out := <-answered; out.Status != "ABORTED" || *out.Error != "Sfngen.Stopped" {
		t.Errorf("answered %+v, want ABORTED", out)
	}
}

func TestCloseWithNothingRunning(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 2 {
		if err := b.Close(ctx); err != nil {
			t.Errorf("Close: %v, want nil: nothing was stopped", err)
		}
	}
	if _, err := b.tryStart(standardARN, "n", "{}"); codeOf(err) != "StateMachineDeleting" {
		t.Errorf("a start afterwards: %v, want StateMachineDeleting", err)
	}
}
