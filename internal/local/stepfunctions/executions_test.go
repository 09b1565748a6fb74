package stepfunctions

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/engine"
)

// byInput ends as the input says: "SUCCEEDED", "FAILED", …
func byInput(_ context.Context, x engine.Execution, env engine.Environment) engine.Result {
	return engine.Result{Status: event.Status(x.Input.Text()), StartDate: env.Clock.Now(), StopDate: env.Clock.Now()}
}

func (b *bench) list(in *sfn.ListExecutionsInput) *sfn.ListExecutionsOutput {
	b.t.Helper()
	in.StateMachineArn = aws.String(standardARN)
	out, err := b.client.ListExecutions(b.t.Context(), in)
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

func names(out *sfn.ListExecutionsOutput) []string {
	found := []string{}
	for _, x := range out.Executions {
		found = append(found, *x.Name)
	}
	return found
}

func TestListExecutions(t *testing.T) {
	b := newBench(t, machineFunc(byInput))
	arn := b.ran("run-1", `"FAILED"`)
	want := []types.ExecutionListItem{{
		ExecutionArn: arn, StateMachineArn: aws.String(standardARN), Name: aws.String("run-1"), Status: "FAILED",
		StartDate: aws.Time(testStart), StopDate: aws.Time(testStart), RedriveCount: aws.Int32(0),
	}}
	if diff := cmp.Diff(want, b.list(&sfn.ListExecutionsInput{}).Executions, unexported); diff != "" {
		t.Errorf("executions (-want +got):\n%s", diff)
	}
}

func TestListExecutionsFilters(t *testing.T) {
	b := newBench(t, machineFunc(byInput))
	for i, status := range []string{"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "SUCCEEDED"} {
		b.ran(fmt.Sprintf("run-%d", i), `"`+status+`"`)
	}
	tests := []struct {
		name string
		in   sfn.ListExecutionsInput
		want []string
	}{
		{"all, newest first", sfn.ListExecutionsInput{}, []string{"run-4", "run-3", "run-2", "run-1", "run-0"}},
		{"succeeded", sfn.ListExecutionsInput{StatusFilter: "SUCCEEDED"}, []string{"run-4", "run-0"}},
		{"timed out", sfn.ListExecutionsInput{StatusFilter: "TIMED_OUT"}, []string{"run-2"}},
		{"running", sfn.ListExecutionsInput{StatusFilter: "RUNNING"}, []string{}},
		{"redriven", sfn.ListExecutionsInput{RedriveFilter: "REDRIVEN"}, []string{}},
		{"not redriven", sfn.ListExecutionsInput{RedriveFilter: "NOT_REDRIVEN", StatusFilter: "FAILED"}, []string{"run-1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, names(b.list(&test.in))); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
}

// TestListExecutionsPages: an execution that starts between two pages shifts
// nothing, and the last page has no token.
func TestListExecutionsPages(t *testing.T) {
	b := newBench(t, machineFunc(byInput))
	for i := range 4 {
		b.ran(fmt.Sprintf("run-%d", i), `"SUCCEEDED"`)
		b.ran(fmt.Sprintf("other-%d", i), `"FAILED"`)
	}
	in := &sfn.ListExecutionsInput{MaxResults: 2, StatusFilter: "SUCCEEDED"}
	first := b.list(in)
	b.ran("later", `"SUCCEEDED"`)
	in.NextToken = first.NextToken
	second := b.list(in)
	if diff := cmp.Diff([][]string{{"run-3", "run-2"}, {"run-1", "run-0"}}, [][]string{names(first), names(second)}); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	if second.NextToken != nil {
		t.Errorf("nextToken %q after the last page", *second.NextToken)
	}
}

func TestListExecutionsKnowsOneMachineFromAnother(t *testing.T) {
	b := newBench(t, machineFunc(byInput))
	other := scope + "stateMachine:other"
	b.Put(StateMachine{ARN: other, Name: "other", Type: Standard, Definition: machineFunc(echo)})
	if _, err := b.Start(other, "elsewhere", nil); err != nil {
		t.Fatal(err)
	}
	b.ran("here", `"SUCCEEDED"`)
	if diff := cmp.Diff([]string{"here"}, names(b.list(&sfn.ListExecutionsInput{}))); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

// TestOldestIsForgotten: memory stays bounded, and a forgotten name is free.
func TestOldestIsForgotten(t *testing.T) {
	b := newBench(t, machineFunc(byInput), func(o *Options) { o.Keep = 3 })
	var oldest *string
	for i := range 10 {
		arn := b.ran(fmt.Sprintf("run-%d", i), `"SUCCEEDED"`)
		if i == 6 {
			oldest = arn
		}
	}
	if diff := cmp.Diff([]string{"run-9", "run-8", "run-7"}, names(b.list(&sfn.ListExecutionsInput{}))); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	_, err := b.client.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: oldest})
	var absent *types.ExecutionDoesNotExist
	if !errors.As(err, &absent) {
		t.Errorf("the forgotten one: %v, want ExecutionDoesNotExist", err)
	}
	if _, err := b.tryStart(standardARN, "run-6", "{}"); err != nil {
		t.Errorf("its name again: %v", err)
	}
}

// TestRunningIsNotForgotten, however many others end.
func TestRunningIsNotForgotten(t *testing.T) {
	g := newGate()
	b := newBench(t, g, func(o *Options) { o.Keep = 1 })
	slow := b.start("slow", "{}").ExecutionArn
	b.Put(StateMachine{ARN: standardARN, Name: "orders", Type: Standard, Definition: machineFunc(byInput)})
	for i := range 5 {
		b.ran(fmt.Sprintf("run-%d", i), `"SUCCEEDED"`)
	}
	if status := b.describe(slow).Status; status != "RUNNING" {
		t.Errorf("the slow one is %s, want RUNNING", status)
	}
	g.open()
}

func TestExpressIsNotRemembered(t *testing.T) {
	g := newGate()
	b := newBench(t, g)
	for range 100 {
		if _, err := b.Start(expressARN, "", nil); err != nil {
			t.Fatal(err)
		}
		<-g.entered // behind its first event
	}
	for x := range b.live {
		if n := len(x.events()); n != 0 {
			t.Errorf("a running one keeps %d events, want none", n)
		}
	}
	g.open()
	b.settle()
	if n := len(b.executions) + len(b.live) + len(b.ended); n != 0 {
		t.Errorf("%d are remembered, want none", n)
	}
}
