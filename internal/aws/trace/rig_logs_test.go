package trace_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/fakeaws/logs"
	"github.com/sfngen/sfngen/internal/history/event"
)

// The details that a log has only with includeExecutionData. Errors and causes
// stay (LocalStack, test_logs: recorded from AWS with and without).
var dataFields = []string{"input", "inputDetails", "output", "outputDetails", "parameters", "assignedVariables", "assignedVariablesDetails"}

// levels are the events that each level lets into a log (Step Functions, "Log
// levels for Step Functions execution events").
var levels = map[string]*regexp.Regexp{
	"all":   regexp.MustCompile(`.`),
	"error": regexp.MustCompile(`Failed|TimedOut|Aborted|FailStateEntered`),
	"fatal": regexp.MustCompile(`^Execution(Failed|TimedOut|Aborted)`),
}

// message is an event as the log of a state machine has it.
func message(t *testing.T, arn string, e event.Event, data bool) string {
	t.Helper()
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var event map[string]any
	if err := json.Unmarshal(text, &event); err != nil {
		t.Fatal(err)
	}
	details := map[string]any{}
	if e.Details != nil {
		details = event[e.Details.Field()].(map[string]any)
	}
	for _, name := range dataFields {
		if !data {
			delete(details, name)
		}
	}
	line, err := json.Marshal(map[string]any{
		"id": fmt.Sprint(e.ID), "type": e.Type, "details": details, "previous_event_id": fmt.Sprint(e.PreviousEventID),
		"event_timestamp": fmt.Sprint(e.Timestamp.UnixMilli()), "execution_arn": arn, "redrive_count": "0",
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(line)
}

// groups are the logs of runs of the same stack.
func groups(t *testing.T, level string, data bool, runs ...*run) map[string][]logs.Event {
	t.Helper()
	out := map[string][]logs.Event{"/aws/lambda/orders-orchestrator": {}, "/aws/lambda/orders-egress-1": {}, "/aws/lambda/orders-egress-2": {}}
	machine := "/aws/vendedlogs/states/orders"
	if level != "off" {
		out[machine] = []logs.Event{}
	}
	for _, r := range runs {
		for _, e := range r.events {
			if shown := levels[level]; shown != nil && shown.MatchString(e.Type) {
				out[machine] = append(out[machine], logs.Event{Time: e.Timestamp, Message: message(t, r.x.ARN, e, data)})
			}
		}
		for _, text := range r.lines {
			var l struct {
				Timestamp time.Time
				Egress    int
			}
			if err := json.Unmarshal([]byte(text), &l); err != nil {
				t.Fatal(err)
			}
			group := "/aws/lambda/orders-orchestrator"
			if l.Egress > 0 {
				group = fmt.Sprintf("/aws/lambda/orders-egress-%d", l.Egress)
			}
			out[group] = append(out[group], logs.Event{Time: l.Timestamp, Message: text})
		}
	}
	return out
}

// shift moves a run in time, so that several can have happened after each other.
func (r *run) shift(d time.Duration) *run {
	moved := r.with(nil)
	moved.lines = nil
	for _, e := range r.events {
		e.Timestamp = e.Timestamp.Add(d)
		moved.events = append(moved.events, e)
	}
	when := regexp.MustCompile(`"timestamp":"([^"]+)"`)
	for _, l := range r.lines {
		moved.lines = append(moved.lines, when.ReplaceAllStringFunc(l, func(s string) string {
			at, _ := time.Parse(time.RFC3339Nano, when.FindStringSubmatch(s)[1])
			return `"timestamp":"` + at.Add(d).Format(time.RFC3339Nano) + `"`
		}))
	}
	return moved
}

// named is the run under another name.
func (r *run) named(name string) *run {
	other := r.with(r.events)
	other.x.Name, other.x.ARN = name, strings.ReplaceAll(r.x.ARN, r.x.Name, name)
	other.lines = nil
	for _, line := range r.lines {
		other.lines = append(other.lines, strings.ReplaceAll(line, r.x.Name, name))
	}
	return other
}
