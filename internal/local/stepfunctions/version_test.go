package stepfunctions

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/local/engine"
)

// saying succeeds with a word.
func saying(word string) machineFunc {
	return func(_ context.Context, _ engine.Execution, env engine.Environment) engine.Result {
		return engine.Result{Status: event.Succeeded, Output: jsonvalue.OfString(word), StartDate: env.Clock.Now(), StopDate: env.Clock.Now()}
	}
}

// A client of a version starts that one, and sees every execution.
func TestAVersionStaysWhatItWas(t *testing.T) {
	b := newBench(t, saying("first"))
	old := b.Put(StateMachine{ARN: expressARN, Name: "quick", Type: Express, Definition: saying("old")})
	b.Put(StateMachine{ARN: expressARN, Name: "quick", Type: Standard, Definition: saying("new")})
	server := httptest.NewServer(old)
	t.Cleanup(server.Close)
	through := newClient(server.URL)

	out, err := through.StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{StateMachineArn: aws.String(expressARN)})
	if err != nil || aws.ToString(out.Output) != `"old"` {
		t.Errorf("through the old one: %+v, %v", out, err)
	}
	if _, err := b.client.StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{StateMachineArn: aws.String(expressARN)}); err == nil {
		t.Error("the new one is Standard, but ran synchronously")
	}
	arn := b.start("shared", "{}").ExecutionArn
	if _, err := through.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: arn}); err != nil {
		t.Errorf("another version's execution: %v", err)
	}
	if x, err := old.Start("by-hand", []byte("{}")); err != nil || !strings.Contains(x.ARN, ":express:quick:by-hand:") {
		t.Errorf("Start: %+v, %v", x, err)
	}
	if err := old.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestWaitIsForTheVersionsOwnExecutions(t *testing.T) {
	g := newGate()
	b := newBench(t, saying("other"))
	v := b.Put(StateMachine{ARN: expressARN, Name: "quick", Type: Express, Definition: g})
	if _, err := v.Start("slow", nil); err != nil {
		t.Fatal(err)
	}
	<-g.entered
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := v.Wait(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("Wait with one that runs: %v, want Canceled", err)
	}
	g.open()
	if err := v.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

// invokers answer with the name of their caller.
type invoker string

func (i invoker) Invoke(context.Context, string, jsonvalue.Value) (engine.Reply, error) {
	return engine.Reply{Payload: jsonvalue.OfString(string(i))}, nil
}

func TestAVersionHasItsOwnFunctions(t *testing.T) {
	calling := machineFunc(func(ctx context.Context, _ engine.Execution, env engine.Environment) engine.Result {
		reply, err := env.Invoker.Invoke(ctx, "f", jsonvalue.Value{})
		if err != nil {
			t.Error(err)
		}
		return engine.Result{Status: event.Succeeded, Output: reply.Payload}
	})
	b := newBench(t, calling, func(o *Options) { o.Environment.Invoker = invoker("shared") })
	for name, own := range map[string]engine.Invoker{`"shared"`: nil, `"own"`: invoker("own")} {
		b.Put(StateMachine{ARN: expressARN, Name: "quick", Type: Express, Definition: calling, Invoker: own})
		out, err := b.client.StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{StateMachineArn: aws.String(expressARN)})
		if err != nil || aws.ToString(out.Output) != name {
			t.Errorf("%+v, %v, want %s", out, err, name)
		}
	}
}

// Histories are also limited by size.
func TestLargeHistoriesAreForgottenSooner(t *testing.T) {
	large := machineFunc(func(_ context.Context, x engine.Execution, env engine.Environment) engine.Result {
		env.Observe(event.Event{Type: "ExecutionStarted", Details: event.ExecutionStartedDetails{Input: x.Input}})
		return engine.Result{Status: event.Succeeded, Output: x.Input}
	})
	b := newBench(t, large, func(o *Options) { o.KeepBytes = 2500 })
	for i := range 5 {
		b.ran(fmt.Sprintf("run-%d", i), `"`+strings.Repeat("x", 1000)+`"`)
	}
	if diff := cmp.Diff([]string{"run-4", "run-3"}, names(b.list(&sfn.ListExecutionsInput{}))); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	b.ran("huge", `"`+strings.Repeat("x", 10_000)+`"`)
	if diff := cmp.Diff([]string{"huge"}, names(b.list(&sfn.ListExecutionsInput{}))); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}
