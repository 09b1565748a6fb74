package stepfunctions

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/local/engine"
)

// everyDetail is one event of each kind of details that there is.
func everyDetail(t *testing.T) []event.Event {
	in := parse(t, `{"a": "<1>"}`)
	details := []event.Details{
		event.ExecutionStartedDetails{Input: in, RoleARN: roleARN},
		event.StateEnteredDetails{Name: "Attempt 1", Input: in},
		event.TaskScheduledDetails{ResourceType: "lambda", Resource: "invoke", Region: "eu-west-1", Parameters: in, TimeoutSeconds: 15},
		event.TaskStartedDetails{ResourceType: "lambda", Resource: "invoke"},
		event.TaskFailedDetails{ResourceType: "lambda", Resource: "invoke", Error: "E", Cause: "C"},
		event.TaskTimedOutDetails{ResourceType: "lambda", Resource: "invoke", Error: "States.Timeout", Cause: "late"},
		event.TaskSucceededDetails{ResourceType: "lambda", Resource: "invoke", Output: in},
		event.StateExitedDetails{Name: "Attempt 1", Output: in, Assigned: jsonvalue.OfObject(jsonvalue.Member{Name: "n",
			Value: jsonvalue.OfInt(1)})},
		event.ExecutionFailedDetails{Error: "E", Cause: "C"},
		event.ExecutionAbortedDetails{Error: "E", Cause: "C"},
		event.ExecutionTimedOutDetails{Error: "States.Timeout"},
		event.ExecutionSucceededDetails{Output: in},
		nil,
	}
	kinds := []string{"ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskFailed", "TaskTimedOut", "TaskSucceeded",
		"TaskStateExited", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut", "ExecutionSucceeded", "FailStateEntered"}
	var events []event.Event
	for i, d := range details {
		events = append(events, event.Event{
			Timestamp: testStart.Add(time.Duration(i) * time.Second), Type: kinds[i], ID: int64(i + 1), PreviousEventID: int64(i), Details: d})
	}
	return events
}

// telling emits these events and succeeds.
func telling(events []event.Event) machineFunc {
	return func(_ context.Context, x engine.Execution, env engine.Environment) engine.Result {
		for _, event := range events {
			env.Observe(event)
		}
		return engine.Result{Status: event.Succeeded, History: events}
	}
}

func (b *bench) history(in *sfn.GetExecutionHistoryInput) *sfn.GetExecutionHistoryOutput {
	b.t.Helper()
	out, err := b.client.GetExecutionHistory(b.t.Context(), in)
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// wireEvents are everyDetail as the SDK's types have them.
func wireEvents() []types.HistoryEvent {
	whole, in := &types.HistoryEventExecutionDataDetails{}, aws.String(`{"a":"<1>"}`)
	lambda, invoke := aws.String("lambda"), aws.String("invoke")
	e, c := aws.String("E"), aws.String("C")
	events := []types.HistoryEvent{
		{Type: "ExecutionStarted", ExecutionStartedEventDetails: &types.ExecutionStartedEventDetails{Input: in, InputDetails: whole,
			RoleArn: aws.String(roleARN)}},
		{Type: "TaskStateEntered", StateEnteredEventDetails: &types.StateEnteredEventDetails{Name: aws.String("Attempt 1"), Input: in,
			InputDetails: whole}},
		{Type: "TaskScheduled", TaskScheduledEventDetails: &types.TaskScheduledEventDetails{ResourceType: lambda, Resource: invoke,
			Region: aws.String("eu-west-1"), Parameters: in, TimeoutInSeconds: aws.Int64(15)}},
		{Type: "TaskStarted", TaskStartedEventDetails: &types.TaskStartedEventDetails{ResourceType: lambda, Resource: invoke}},
		{Type: "TaskFailed", TaskFailedEventDetails: &types.TaskFailedEventDetails{ResourceType: lambda, Resource: invoke, Error: e, Cause: c}},
		{Type: "TaskTimedOut", TaskTimedOutEventDetails: &types.TaskTimedOutEventDetails{ResourceType: lambda, Resource: invoke,
			Error: aws.String("States.Timeout"), Cause: aws.String("late")}},
		{Type: "TaskSucceeded", TaskSucceededEventDetails: &types.TaskSucceededEventDetails{ResourceType: lambda, Resource: invoke, Output: in,
			OutputDetails: whole}},
		{Type: "TaskStateExited", StateExitedEventDetails: &types.StateExitedEventDetails{Name: aws.String("Attempt 1"), Output: in,
			OutputDetails:     whole,
			AssignedVariables: map[string]string{"n": "1"}, AssignedVariablesDetails: &types.AssignedVariablesDetails{}}},
		{Type: "ExecutionFailed", ExecutionFailedEventDetails: &types.ExecutionFailedEventDetails{Error: e, Cause: c}},
		{Type: "ExecutionAborted", ExecutionAbortedEventDetails: &types.ExecutionAbortedEventDetails{Error: e, Cause: c}},
		{Type: "ExecutionTimedOut", ExecutionTimedOutEventDetails: &types.ExecutionTimedOutEventDetails{Error: aws.String("States.Timeout")}},
		{Type: "ExecutionSucceeded", ExecutionSucceededEventDetails: &types.ExecutionSucceededEventDetails{Output: in, OutputDetails: whole}},
		{Type: "FailStateEntered"},
	}
	for i := range events {
		events[i].Id, events[i].PreviousEventId = int64(i+1), int64(i)
		events[i].Timestamp = aws.Time(testStart.Add(time.Duration(i) * time.Second))
	}
	return events
}

func TestGetExecutionHistoryTellsEveryDetail(t *testing.T) {
	b := newBench(t, telling(everyDetail(t)))
	got := b.history(&sfn.GetExecutionHistoryInput{ExecutionArn: b.ran("run-1", "{}")})
	if diff := cmp.Diff(wireEvents(), got.Events, unexported); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if got.NextToken != nil {
		t.Errorf("nextToken %q after the only page", *got.NextToken)
	}
}

func TestGetExecutionHistoryWithoutData(t *testing.T) {
	b := newBench(t, telling(everyDetail(t)))
	got := b.history(&sfn.GetExecutionHistoryInput{ExecutionArn: b.ran("run-1", "{}"), IncludeExecutionData: aws.Bool(false)})
	want := wireEvents()
	want[0].ExecutionStartedEventDetails = &types.ExecutionStartedEventDetails{RoleArn: aws.String(roleARN)}
	want[1].StateEnteredEventDetails = &types.StateEnteredEventDetails{Name: aws.String("Attempt 1")}
	want[2].TaskScheduledEventDetails.Parameters = nil
	want[6].TaskSucceededEventDetails = &types.TaskSucceededEventDetails{ResourceType: aws.String("lambda"), Resource: aws.String("invoke")}
	want[7].StateExitedEventDetails = &types.StateExitedEventDetails{Name: aws.String("Attempt 1")}
	want[11].ExecutionSucceededEventDetails = &types.ExecutionSucceededEventDetails{}
	if diff := cmp.Diff(want, got.Events, unexported); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestGetExecutionHistoryPages(t *testing.T) {
	events := make([]event.Event, 250)
	for i := range events {
		events[i] = event.Event{Timestamp: testStart, Type: "PassStateEntered", ID: int64(i + 1), Details: event.StateEnteredDetails{Name: "A"}}
	}
	b := newBench(t, telling(events))
	arn := b.ran("run-1", "{}")
	tests := []struct {
		name    string
		max     int32
		reverse bool
		sizes   []int
		first   int64
	}{
		{"AWS's default is 100", 0, false, []int{100, 100, 50}, 1},
		{"the last page is full", 125, false, []int{125, 125}, 1},
		{"newest first", 100, true, []int{100, 100, 50}, 250},
		{"newest first, the last page is full", 125, true, []int{125, 125}, 250},
		{"all at once", 1000, false, []int{250}, 1},
		{"all at once, newest first", 1000, true, []int{250}, 250},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var sizes []int
			step, id := int64(1), test.first
			if test.reverse {
				step = -1
			}
			pager := sfn.NewGetExecutionHistoryPaginator(b.client, &sfn.GetExecutionHistoryInput{ExecutionArn: arn, MaxResults: test.max,
				ReverseOrder: test.reverse})
			for pager.HasMorePages() {
				page, err := pager.NextPage(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				sizes = append(sizes, len(page.Events))
				for _, event := range page.Events {
					if event.Id != id {
						t.Fatalf("event %d, want %d", event.Id, id)
					}
					id += step
				}
			}
			if diff := cmp.Diff(test.sizes, sizes); diff != "" {
				t.Errorf("page sizes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestHistoryOfARunningExecution: it returns the events so far, and the next page
// continues after the last one, although more happened since.
func TestHistoryOfARunningExecution(t *testing.T) {
	more, goOn := make(chan struct{}), make(chan struct{})
	b := newBench(t, machineFunc(func(_ context.Context, _ engine.Execution, env engine.Environment) engine.Result {
		for id := range int64(4) {
			env.Observe(event.Event{Timestamp: testStart, Type: "PassStateEntered", ID: id + 1, Details: event.StateEnteredDetails{Name: "A"}})
			if id == 2 {
				more <- struct{}{}
				<-goOn
			}
		}
		return engine.Result{Status: event.Succeeded}
	}))
	arn := b.start("run-1", "{}").ExecutionArn
	<-more
	in := &sfn.GetExecutionHistoryInput{ExecutionArn: arn, MaxResults: 2}
	first := b.history(in)
	close(goOn)
	b.waitFor(*arn)
	in.NextToken = first.NextToken
	second := b.history(in)
	ids := []int64{}
	for _, event := range append(first.Events, second.Events...) {
		ids = append(ids, event.Id)
	}
	if diff := cmp.Diff([]int64{1, 2, 3, 4}, ids); diff != "" || second.NextToken != nil {
		t.Errorf("ids (-want +got):\n%s nextToken %v", diff, second.NextToken)
	}
}

// TestTokensBelongToTheirRequest: AWS wants every other argument unchanged.
func TestTokensBelongToTheirRequest(t *testing.T) {
	b := newBench(t, telling(everyDetail(t)))
	one, other := b.ran("run-1", "{}"), b.ran("run-2", "{}")
	token := b.history(&sfn.GetExecutionHistoryInput{ExecutionArn: one, MaxResults: 2}).NextToken
	beyond := tokenAt("999", "GetExecutionHistory "+*one+" false")
	nonsense := tokenAt("x", "GetExecutionHistory "+*one+" false")
	for name, in := range map[string]*sfn.GetExecutionHistoryInput{
		"another execution":  {ExecutionArn: other, NextToken: token},
		"another order":      {ExecutionArn: one, NextToken: token, ReverseOrder: true},
		"beyond the end":     {ExecutionArn: one, NextToken: &beyond},
		"no number":          {ExecutionArn: one, NextToken: &nonsense},
		"not of this server": {ExecutionArn: one, NextToken: aws.String("€" + strings.Repeat("x", 10))},
	} {
		_, err := b.client.GetExecutionHistory(t.Context(), in)
		var invalid *types.InvalidToken
		if !errors.As(err, &invalid) {
			t.Errorf("%s: %v, want InvalidToken", name, err)
		}
	}
}

// TestObserveIsToldEachEventInOrder, of Express executions too.
func TestObserveIsToldEachEventInOrder(t *testing.T) {
	for _, machine := range []string{standardARN, expressARN} {
		var got []string
		var of Execution
		b := newBench(t, telling(everyDetail(t)), func(o *Options) {
			o.Observe = func(e Execution, event event.Event) { of, got = e, append(got, event.Type) }
			o.Ended = func(e Execution, r engine.Result) { got = append(got, string(r.Status)) }
		})
		x, err := b.Start(machine, "run-1", []byte(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		b.settle()
		var want []string
		for _, event := range everyDetail(t) {
			want = append(want, event.Type)
		}
		if diff := cmp.Diff(append(want, "SUCCEEDED"), got); diff != "" {
			t.Errorf("%s: told (-want +got):\n%s", machine, diff)
		}
		if diff := cmp.Diff(x, of); diff != "" {
			t.Errorf("%s: of (-want +got):\n%s", machine, diff)
		}
	}
}
