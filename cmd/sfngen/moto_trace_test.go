//go:build moto

package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// An express workflow's executions are in its log: here those of a run on this
// machine, in the log group that the deployment has made.
func TestMotoTraceOfAnExpressWorkflow(t *testing.T) {
	c := account(t, strings.Replace(ordersSpec, "egress:", "workflow: {logData: true}\negress:", 1))
	succeed(t, "deploy", "orders", "--create-bucket", "--yes")
	name := logRun(t, c)

	list, _ := succeed(t, "trace", "orders")
	if !strings.Contains(list, name) || !strings.Contains(list, "succeeded") {
		t.Errorf("the list lacks the execution %s:\n%s", name, list)
	}
	view, _ := succeed(t, "trace", "orders", name)
	for _, want := range []string{"rate-limited: 429", "egress", "the API answered 200"} {
		if !strings.Contains(view, want) {
			t.Errorf("no %q in:\n%s", want, view)
		}
	}
	if short, _ := succeed(t, "trace", "orders", name[:8]); short != view {
		t.Errorf("the beginning of the name shows another execution:\n%s", short)
	}
	if none, note := succeed(t, "trace", "orders", "--failed"); none != "" || !strings.Contains(note, "no failed execution of orders since ") {
		t.Errorf("none has failed:\n%s%s", none, note)
	}
	fail(t, exitTrouble, []string{"trace", "orders", "another"}, "another", "--since")
}

// logRun runs the stack here and puts its history into the log.
func logRun(t *testing.T, c *cloud.Cloud) (name string) {
	t.Helper()
	calls := 0
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls == 1 {
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	t.Cleanup(upstream.Close)
	text, _ := succeed(t, "run", "orders.yaml", "GET", "/", "--json", "--upstream", upstream.URL)
	var record struct {
		Execution struct{ ExecutionARN, Name string }
		History   []map[string]json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &record); err != nil {
		t.Fatal(err)
	}
	group, stream := "/aws/vendedlogs/states/orders", "states/orders/1"
	if _, err := c.Logs().CreateLogStream(t.Context(), &cloudwatchlogs.CreateLogStreamInput{LogGroupName: &group,
		LogStreamName: &stream}); err != nil {
		t.Fatal(err)
	}
	var events []types.InputLogEvent
	for _, e := range record.History {
		events = append(events, logged(t, record.Execution.ExecutionARN, e))
	}
	if _, err := c.Logs().PutLogEvents(t.Context(), &cloudwatchlogs.PutLogEventsInput{LogGroupName: &group, LogStreamName: &stream,
		LogEvents: events}); err != nil {
		t.Fatal(err)
	}
	return record.Execution.Name
}

// logged is an event as Step Functions logs it ("Using CloudWatch Logs to log
// execution history"): its details under one name, numbers as text.
func logged(t *testing.T, arn string, e map[string]json.RawMessage) types.InputLogEvent {
	t.Helper()
	var at time.Time
	if err := json.Unmarshal(e["timestamp"], &at); err != nil {
		t.Fatal(err)
	}
	details := json.RawMessage("{}")
	for name, value := range e {
		if strings.HasSuffix(name, "EventDetails") {
			details = value
		}
	}
	message, err := json.Marshal(map[string]any{
		"id": string(e["id"]), "previous_event_id": string(e["previousEventId"]), "type": e["type"], "details": details,
		"event_timestamp": strconv.FormatInt(at.UnixMilli(), 10), "execution_arn": arn, "redrive_count": "0",
	})
	if err != nil {
		t.Fatal(err)
	}
	return types.InputLogEvent{Timestamp: aws.Int64(at.UnixMilli()), Message: aws.String(string(message))}
}

// A standard workflow's executions are Step Functions' to tell. moto invents their
// history.
func TestMotoTraceOfAStandardWorkflow(t *testing.T) {
	c := account(t, strings.Replace(ordersSpec, "egress:", "workflow: {type: standard}\negress:", 1))
	succeed(t, "deploy", "orders", "--create-bucket", "--yes")
	machine := "arn:aws:states:eu-central-1:123456789012:stateMachine:orders"
	if _, err := c.StepFunctions().StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &machine, Name: aws.String("first"),
		Input: aws.String("{}")}); err != nil {
		t.Fatal(err)
	}
	list, _ := succeed(t, "trace", "orders")
	if !strings.Contains(list, "first") {
		t.Errorf("the list lacks the execution:\n%s", list)
	}
	view, _ := succeed(t, "trace", "orders", "first", "--json")
	var report struct{ Execution struct{ Name string } }
	if err := json.Unmarshal([]byte(view), &report); err != nil || report.Execution.Name != "first" {
		t.Errorf("%v\n%s", err, view)
	}
	fail(t, exitTrouble, []string{"trace", "orders", "none"}, "none")
}
