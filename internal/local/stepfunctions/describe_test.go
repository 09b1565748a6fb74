package stepfunctions

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/engine"
)

func TestDescribeExecutionTellsEveryEnd(t *testing.T) {
	tests := []struct {
		name   string
		result engine.Result
		want   sfn.DescribeExecutionOutput
	}{
		{"succeeded", engine.Result{Status: event.Succeeded, Output: parse(t, `[1.50]`)},
			sfn.DescribeExecutionOutput{Status: "SUCCEEDED", Output: aws.String(`[1.50]`), OutputDetails: included}},
		{"failed", engine.Result{Status: event.Failed, Error: "E", Cause: "C"},
			sfn.DescribeExecutionOutput{Status: "FAILED", Error: aws.String("E"), Cause: aws.String("C")}},
		{"timed out", engine.Result{Status: event.TimedOut}, sfn.DescribeExecutionOutput{Status: "TIMED_OUT"}},
		{"aborted", engine.Result{Status: event.Aborted}, sfn.DescribeExecutionOutput{Status: "ABORTED"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, ending(test.result))
			got := b.describe(b.ran("run-1", `{"a": 1}`))
			want := test.want
			want.ExecutionArn, want.StateMachineArn, want.Name = aws.String(scope+"execution:orders:run-1"), aws.String(standardARN),
				aws.String("run-1")
			want.Input, want.InputDetails = aws.String(`{"a": 1}`), included
			want.StartDate, want.StopDate = aws.Time(testStart), aws.Time(testStart)
			want.RedriveCount, want.RedriveStatus = aws.Int32(0), "REDRIVABLE" // test_state_fail, test_global_timeout
			if want.Status == "SUCCEEDED" {
				want.RedriveStatus, want.RedriveStatusReason = "NOT_REDRIVABLE", aws.String("Execution is SUCCEEDED and cannot be redriven")
			}
			if diff := cmp.Diff(&want, got, ignored, unexported); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTimedOutHasNoErrorKeys: as measured, not even empty ones.
func TestTimedOutHasNoErrorKeys(t *testing.T) {
	b := newBench(t, ending(engine.Result{Status: event.TimedOut}))
	_, body := b.post(targetPrefix+"DescribeExecution", arn(*b.ran("run-1", "{}")))
	for _, key := range []string{"error", "cause", "output", "outputDetails", "redriveStatusReason"} {
		if _, there := body[key]; there || body["status"] != "TIMED_OUT" {
			t.Errorf("%s is in %v", key, body)
		}
	}
}

func TestDescribeExecutionWhileItRuns(t *testing.T) {
	g := newGate()
	b := newBench(t, g)
	_, body := b.post(targetPrefix+"DescribeExecution", arn(*b.start("run-1", "{}").ExecutionArn))
	if body["status"] != "RUNNING" || body["startDate"] != 1795435200.123 {
		t.Errorf("got %v, want RUNNING since 1795435200.123", body)
	}
	if body["redriveStatus"] != "NOT_REDRIVABLE" || body["redriveStatusReason"] != "Execution is RUNNING and cannot be redriven" {
		t.Errorf("got %v, want it not to be redrivable", body)
	}
	for _, key := range []string{"stopDate", "output", "error", "cause"} {
		if _, there := body[key]; there {
			t.Errorf("%s is in %v", key, body)
		}
	}
	g.open()
}

func TestTimestampsAreEpochSecondsWithMilliseconds(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	out := b.start("run-1", "{}")
	if !out.StartDate.Equal(testStart) {
		t.Errorf("startDate %s, want %s", out.StartDate, testStart)
	}
	for ns, want := range map[int64]string{1795435200_123999999: "1795435200.123", 1795435200_007000000: "1795435200.007",
		1795435200_000000000: "1795435200.000"} {
		text, err := timestamp(time.Unix(0, ns)).MarshalJSON()
		if err != nil || string(text) != want {
			t.Errorf("%d is %s on the wire (%v), want %s", ns, text, err, want)
		}
	}
}

func TestDescribeStateMachine(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	describe := func() *sfn.DescribeStateMachineOutput {
		out, err := b.client.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: aws.String(standardARN)})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	want := &sfn.DescribeStateMachineOutput{
		StateMachineArn: aws.String(standardARN), Name: aws.String("orders"), RoleArn: aws.String(roleARN), Type: "STANDARD", Status: "ACTIVE",
		CreationDate:         aws.Time(testStart),
		LoggingConfiguration: &types.LoggingConfiguration{Level: "OFF"}, TracingConfiguration: &types.TracingConfiguration{},
	}
	if diff := cmp.Diff(want, describe(), ignored, unexported); diff != "" {
		t.Errorf("first put (-want +got):\n%s", diff)
	}
	if err := b.options.Environment.Clock.Sleep(t.Context(), 1e9); err != nil {
		t.Fatal(err)
	}
	b.Put(StateMachine{ARN: standardARN, Name: "orders", RoleARN: roleARN, Type: Standard, Definition: machineFunc(echo),
		Source: `{"StartAt": "A"}`})
	got := describe()
	if len(aws.ToString(got.RevisionId)) != 36 {
		t.Errorf("revisionId %q, want a UUID", aws.ToString(got.RevisionId))
	}
	want.Definition, want.RevisionId = aws.String(`{"StartAt": "A"}`), got.RevisionId
	if diff := cmp.Diff(want, got, ignored, unexported); diff != "" {
		t.Errorf("put again (-want +got):\n%s", diff)
	}
}

// TestPutLeavesRunningExecutions: they end with the definition that they started
// with; later ones use the new one.
func TestPutLeavesRunningExecutions(t *testing.T) {
	g := newGate()
	b := newBench(t, g)
	old := b.start("old", `"old"`).ExecutionArn
	b.Put(StateMachine{ARN: standardARN, Name: "orders", Type: Standard, Definition: ending(engine.Result{Status: event.Failed,
		Error: "New"})})
	fresh := b.ran("new", `{}`)
	g.open()
	b.waitFor(*old)
	got := []string{string(b.describe(old).Status), string(b.describe(fresh).Status)}
	if diff := cmp.Diff([]string{"SUCCEEDED", "FAILED"}, got); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
}

func TestListStateMachines(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	for _, name := range []string{"a", "z", "m"} {
		b.Put(StateMachine{ARN: scope + "stateMachine:" + name, Name: name, Type: Express, Definition: machineFunc(echo)})
	}
	var pages [][]string
	pager := sfn.NewListStateMachinesPaginator(b.client, &sfn.ListStateMachinesInput{MaxResults: 2})
	for pager.HasMorePages() {
		out, err := pager.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var page []string
		for _, m := range out.StateMachines {
			page = append(page, strings.Join([]string{*m.Name, string(m.Type), *m.StateMachineArn, m.CreationDate.Format("15:04")}, " "))
		}
		pages = append(pages, page)
	}
	want := [][]string{
		{"a EXPRESS " + scope + "stateMachine:a 12:00", "m EXPRESS " + scope + "stateMachine:m 12:00"},
		{"orders STANDARD " + standardARN + " 12:00", "quick EXPRESS " + expressARN + " 12:00"},
		{"z EXPRESS " + scope + "stateMachine:z 12:00"},
	}
	if diff := cmp.Diff(want, pages); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
}
