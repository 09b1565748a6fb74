package stepfunctions

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/local/engine"
	"github.com/sfngen/sfngen/runtime/contract"
)

var _ Machine = (*engine.Machine)(nil)

// invokerFunc is a fake Lambda.
type invokerFunc func(function string, payload jsonvalue.Value) (engine.Reply, error)

func (f invokerFunc) Invoke(_ context.Context, function string, payload jsonvalue.Value) (engine.Reply, error) {
	return f(function, payload)
}

// TestGeneratedDefinition: what the generator emits, run by the engine, for the
// orchestrator and in the history as the SDK reads it.
func TestGeneratedDefinition(t *testing.T) {
	definition, err := os.ReadFile("../../../golden/acme-orders/statemachine.asl.json")
	if err != nil {
		t.Fatal(err)
	}
	machine, err := engine.Load(definition, map[string]string{"Egress1Arn": "egress-1", "Egress2Arn": "egress-2", "Egress3Arn": "egress-3"})
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, machine, func(o *Options) {
		o.Environment.Invoker = invokerFunc(func(function string, payload jsonvalue.Value) (engine.Reply, error) {
			return engine.Reply{Payload: parse(t, `{"response": {"statusCode": 200, "body": "`+function+`"}, "attempts": []}`)}, nil
		})
	})
	if got := orchestrate(t, b, contract.WorkflowExpress, expressARN); got.StatusCode != 200 || len(got.Body) != len("egress-1") {
		t.Errorf("answered %d %s", got.StatusCode, got.Body)
	}
	var kinds []string
	for _, event := range b.history(&sfn.GetExecutionHistoryInput{ExecutionArn: b.ran("run-1",
		`{"request": {"method": "GET", "path": "/"}}`)}).Events {
		kinds = append(kinds, string(event.Type))
	}
	want := []string{"ExecutionStarted", "PassStateEntered", "PassStateExited", "TaskStateEntered", "TaskScheduled", "TaskStarted",
		"TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

// TestTheDatesAreTheExecutions: what a state reads as the start time is the API's
// startDate, and stopDate of a timed-out execution lies TimeoutSeconds behind it
// (measured: floci-io/floci, issue 2733), whatever the clock says in between.
func TestTheDatesAreTheExecutions(t *testing.T) {
	machine, err := engine.Load([]byte(`{"StartAt":"S","TimeoutSeconds":5,"States":{
		"S":{"Type":"Pass","Assign":{"start.$":"$$.Execution.StartTime"},"Next":"W"},
		"W":{"Type":"Wait","Seconds":9,"End":true}}}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, machine, func(o *Options) { o.Environment.Clock = clocktest.NewVirtual(testStart.Add(456 * time.Microsecond)) })
	arn := b.ran("run-1", `{}`)
	got := b.describe(arn)
	if got.Status != "TIMED_OUT" || !got.StartDate.Equal(testStart) || !got.StopDate.Equal(testStart.Add(5*time.Second)) {
		t.Errorf("%s from %s to %s", got.Status, got.StartDate, got.StopDate)
	}
	events := b.history(&sfn.GetExecutionHistoryInput{ExecutionArn: arn}).Events
	if read := events[2].StateExitedEventDetails.AssignedVariables["start"]; read != `"2026-11-23T12:00:00.123Z"` {
		t.Errorf("a state reads %s as the start time", read)
	}
	end := events[len(events)-1]
	if end.Type != "ExecutionTimedOut" || !end.Timestamp.Equal(*got.StopDate) ||
		aws.ToString(end.ExecutionTimedOutEventDetails.Error) != "States.Timeout" {
		t.Errorf("it ends with %s at %s", end.Type, end.Timestamp)
	}
}
