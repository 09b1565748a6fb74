package stepfunctions

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/engine"
)

func boom(context.Context, engine.Execution, engine.Environment) engine.Result { panic("boom") }

// TestPanicOfTheMachine: the execution fails, its caller gets an error, Close does
// not hang.
func TestPanicOfTheMachine(t *testing.T) {
	ends := make(chan engine.Result, 2)
	b := newBench(t, machineFunc(boom), func(o *Options) { o.Ended = func(_ Execution, r engine.Result) { ends <- r } })
	out, err := b.client.StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{StateMachineArn: aws.String(expressARN)})
	if err != nil {
		t.Fatal(err)
	}
	if out.Status != "FAILED" || *out.Error != "States.Runtime" || !strings.HasPrefix(*out.Cause, "This is a bug of sfngen: boom. ") {
		t.Errorf("answered %s %s %s, want FAILED with the bug", out.Status, aws.ToString(out.Error), aws.ToString(out.Cause))
	}
	if r := <-ends; r.Status != event.Failed || !r.StopDate.Equal(testStart) {
		t.Errorf("Ended was told %+v", r)
	}
	got := b.history(&sfn.GetExecutionHistoryInput{ExecutionArn: b.ran("run-1", "{}")}).Events
	if len(got) != 1 || got[0].Type != "ExecutionFailed" || got[0].Id != 1 || !strings.Contains(*got[0].ExecutionFailedEventDetails.Cause,
		"boom") {
		t.Errorf("history %+v, want an ExecutionFailed with the bug", got)
	}
	b.settle()
}

// TestPanicOfAListener: Observe runs inside of the execution, Ended after it.
func TestPanicOfAListener(t *testing.T) {
	b := newBench(t, telling(everyDetail(t)), func(o *Options) {
		o.Observe = func(Execution, event.Event) { panic("observer") }
	})
	if got := b.describe(b.ran("run-1", "{}")); got.Status != "FAILED" || !strings.Contains(*got.Cause, "observer") {
		t.Errorf("got %s %v, want FAILED", got.Status, got.Cause)
	}
	b = newBench(t, machineFunc(echo), func(o *Options) { o.Ended = func(Execution, engine.Result) { panic("listener") } })
	if got := b.describe(b.ran("run-1", "{}")).Status; got != "SUCCEEDED" {
		t.Errorf("got %s, want SUCCEEDED", got)
	}
}

// TestPanicOfAnAction: the caller gets an answer, and the next one too.
func TestPanicOfAnAction(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	b.executions[scope+"execution:orders:broken"] = &execution{}
	status, body := b.post(targetPrefix+"StopExecution", arn(scope+"execution:orders:broken"))
	if status != http.StatusInternalServerError || body["__type"] != "com.amazon.coral.service#InternalFailure" {
		t.Errorf("answered %d %v, want 500 InternalFailure", status, body)
	}
	if status, body := b.post(targetPrefix+"ListStateMachines", "{}"); status != http.StatusOK {
		t.Errorf("afterwards: %d %v", status, body)
	}
}
