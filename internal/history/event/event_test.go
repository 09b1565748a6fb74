package event_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/jsonvalue"
)

var at = time.Date(2026, 11, 23, 12, 0, 1, 250_000_000, time.UTC)

func TestEventsAsAWSPrintsThem(t *testing.T) {
	v := mustParse(`{"a":"<é>"}`)
	tests := []struct {
		details event.Details
		kind    string
		want    string
	}{
		{event.ExecutionStartedDetails{Input: v, RoleARN: "r"}, "ExecutionStarted",
			`"executionStartedEventDetails":{"input":"{\"a\":\"<é>\"}","inputDetails":{"truncated":false},"roleArn":"r"}`},
		{event.ExecutionSucceededDetails{Output: v}, "ExecutionSucceeded",
			`"executionSucceededEventDetails":{"output":"{\"a\":\"<é>\"}","outputDetails":{"truncated":false}}`},
		{event.ExecutionFailedDetails{Error: "E", Cause: "c"}, "ExecutionFailed", `"executionFailedEventDetails":{"error":"E","cause":"c"}`},
		{event.ExecutionAbortedDetails{}, "ExecutionAborted", `"executionAbortedEventDetails":{}`},
		{event.ExecutionTimedOutDetails{Error: "States.Timeout"}, "ExecutionTimedOut",
			`"executionTimedOutEventDetails":{"error":"States.Timeout"}`},
		{event.StateEnteredDetails{Name: "S", Input: v}, "PassStateEntered",
			`"stateEnteredEventDetails":{"name":"S","input":"{\"a\":\"<é>\"}","inputDetails":{"truncated":false}}`},
		{event.StateExitedDetails{Name: "S", Output: v, Assigned: mustParse(`{"x":"1","y":[2]}`)}, "PassStateExited",
			`"stateExitedEventDetails":{"name":"S","output":"{\"a\":\"<é>\"}","outputDetails":{"truncated":false},` +
				`"assignedVariables":{"x":"\"1\"","y":"[2]"},"assignedVariablesDetails":{"truncated":false}}`},
		{event.TaskScheduledDetails{ResourceType: "lambda", Resource: "invoke", Region: "eu-west-1", Parameters: v, TimeoutSeconds: 15},
			"TaskScheduled",
			`"taskScheduledEventDetails":{"resourceType":"lambda","resource":"invoke","region":"eu-west-1","parameters":"{\"a\":\"<é>\"}",` +
				`"timeoutInSeconds":15}`},
		{event.TaskStartedDetails{ResourceType: "lambda", Resource: "invoke"}, "TaskStarted",
			`"taskStartedEventDetails":{"resourceType":"lambda","resource":"invoke"}`},
		{event.TaskSucceededDetails{ResourceType: "lambda", Resource: "invoke", Output: v}, "TaskSucceeded",
			`"taskSucceededEventDetails":{"resourceType":"lambda","resource":"invoke","output":"{\"a\":\"<é>\"}",` +
				`"outputDetails":{"truncated":false}}`},
		{event.TaskFailedDetails{ResourceType: "lambda", Resource: "invoke", Error: "E"}, "TaskFailed",
			`"taskFailedEventDetails":{"resourceType":"lambda","resource":"invoke","error":"E"}`},
		{event.TaskTimedOutDetails{ResourceType: "lambda", Resource: "invoke", Error: "States.Timeout"}, "TaskTimedOut",
			`"taskTimedOutEventDetails":{"resourceType":"lambda","resource":"invoke","error":"States.Timeout"}`},
	}
	for _, tt := range tests {
		t.Run(tt.kind, func(t *testing.T) {
			one := event.Event{Timestamp: at, Type: tt.kind, ID: 3, PreviousEventID: 2, Details: tt.details}
			text, err := one.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			want := `{"timestamp":"2026-11-23T12:00:01.250Z","type":"` + tt.kind + `","id":3,"previousEventId":2,` + tt.want + `}`
			if diff := cmp.Diff(want, string(text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			var back event.Event
			if err := json.Unmarshal(text, &back); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(one, back); diff != "" || back.Timestamp.Location() != time.UTC {
				t.Errorf("read again (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnEventOfTheCommandLineIsRead(t *testing.T) {
	text := `{"timestamp":"2026-11-23T13:00:01.250000+01:00","type":"ChoiceStateEntered","id":4,"previousEventId":3,
		"stateEnteredEventDetails":{"name":"C","input":"{}","inputDetails":{"truncated":false}}}`
	var e event.Event
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		t.Fatal(err)
	}
	want := event.Event{Timestamp: at, Type: "ChoiceStateEntered", ID: 4, PreviousEventID: 3,
		Details: event.StateEnteredDetails{Name: "C", Input: mustParse(`{}`)}}
	if diff := cmp.Diff(want, e); diff != "" || e.Timestamp.Location() != time.UTC {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEventsThatAreNone(t *testing.T) {
	tests := map[string]string{
		`{"timestamp":"yesterday"}`: "timestamp",
		`[]`:                        "timestamp",
		`{"timestamp":"2026-11-23T12:00:00Z","id":"1"}`: "id: must be a number",
		`{"timestamp":"2026-11-23T12:00:00Z","id":1.5}`: "id: must be a whole number",
		`{"timestamp":"2026-11-23T12:00:00Z","id":9,"stateEnteredEventDetails":{"name":"S","input":{}}}`: "event 9 of a history: " +
			"input: must be a string",
		`{"timestamp":"2026-11-23T12:00:00Z","id":9,"executionSucceededEventDetails":{"output":"{"}}`:           "output: ",
		`{"timestamp":"2026-11-23T12:00:00Z","id":9,"stateExitedEventDetails":{"assignedVariables":{"x":"{"}}}`: "x: ",
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			var e event.Event
			if err := e.UnmarshalJSON([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q in it", err, want)
			}
		})
	}
}

func mustParse(text string) jsonvalue.Value {
	v, err := jsonvalue.ParseString(text)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", text, err))
	}
	return v
}
