package timeline_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/runtime/contract"
)

var start = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// history makes events a second apart.
type history struct {
	events []event.Event
}

func (h *history) add(kind string, d event.Details) *history {
	n := len(h.events)
	h.events = append(h.events, event.Event{Timestamp: start.Add(time.Duration(n) * time.Second), Type: kind, ID: int64(n + 1), Details: d})
	return h
}

func (h *history) call(attempt int64, function string) *history {
	return h.add("TaskScheduled", event.TaskScheduledDetails{Parameters: jsonvalue.OfObject(
		jsonvalue.Member{Name: "FunctionName", Value: jsonvalue.OfString(function)},
		jsonvalue.Member{Name: "Payload", Value: jsonvalue.OfObject(jsonvalue.Member{Name: "attempt", Value: jsonvalue.OfInt(attempt)})},
	)}).add("TaskStarted", event.TaskStartedDetails{})
}

func (h *history) enter(kind, name string, input jsonvalue.Value) *history {
	return h.add(kind, event.StateEnteredDetails{Name: name, Input: input})
}

func (h *history) fail(name string, f contract.Failure) *history {
	return h.add("TaskFailed", event.TaskFailedDetails{Error: name, Cause: cause(f)}).add("TaskStateExited", event.StateExitedDetails{})
}

func cause(f contract.Failure) string {
	message, _ := json.Marshal(f)
	text, _ := json.Marshal(contract.Cause{ErrorMessage: string(message), ErrorType: "Upstream"})
	return string(text)
}

func failed(wait int, a contract.Attempt) contract.Failure {
	return contract.Failure{Reason: "503 Service Unavailable", Attempts: []contract.Attempt{a}, WaitSeconds: wait}
}

func waiting(f contract.Failure) jsonvalue.Value {
	return jsonvalue.OfObject(jsonvalue.Member{Name: "failure", Value: jsonvalue.OfObject(
		jsonvalue.Member{Name: "Error", Value: jsonvalue.OfString(contract.ErrTransient)},
		jsonvalue.Member{Name: "Cause", Value: jsonvalue.OfString(cause(f))})})
}

func at(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }

func read(t *testing.T, h *history) (timeline.Timeline, []timeline.Step) {
	t.Helper()
	var line timeline.Timeline
	var steps []timeline.Step
	for _, e := range h.events {
		if step := line.Add(e); step != timeline.None {
			steps = append(steps, step)
		}
	}
	return line, steps
}

func success(status int) jsonvalue.Value {
	text, _ := json.Marshal(contract.Success{Response: contract.Response{StatusCode: status}})
	payload, _ := jsonvalue.Parse(text)
	return jsonvalue.OfObject(jsonvalue.Member{Name: "Payload", Value: payload})
}

// A report that says what decided its wait is believed; the times would fit both.
func TestTheReasonOfAWait(t *testing.T) {
	for _, test := range []struct {
		name   string
		reason contract.WaitReason
		egress int
		jitter int // seconds
		want   timeline.Wait
	}{
		{"backoff", contract.WaitBackoff, 0, 0, timeline.Wait{Reason: contract.WaitBackoff}},
		{"requested of another egress", contract.WaitRequested, 3, 0, timeline.Wait{Reason: contract.WaitRequested, RequestedOf: 3}},
		{"with jitter on top", contract.WaitRequested, 2, 3,
			timeline.Wait{Reason: contract.WaitRequested, RequestedOf: 2, Jitter: 3 * time.Second}},
		{"more jitter than there was a wait", contract.WaitRequested, 2, 8,
			timeline.Wait{Reason: contract.WaitRequested, RequestedOf: 2, Jitter: 7 * time.Second}},
		{"jitter below zero", contract.WaitRequested, 2, -1, timeline.Wait{Reason: contract.WaitRequested, RequestedOf: 2}},
		{"not said, by an older runtime", "", 0, 0, timeline.Wait{RequestedOf: 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			report := failed(7, contract.Attempt{Attempt: 1, Egress: 2, StatusCode: 503, RetryAt: "2026-11-23T10:00:10.5Z", WaitSeconds: 7})
			report.WaitReason, report.WaitEgress, report.JitterSeconds = test.reason, test.egress, test.jitter
			report.UnreadWait = "retry-after: soon"
			line, _ := read(t, (&history{}).call(1, "orders-egress-2").fail(contract.ErrTransient, report).
				enter("WaitStateEntered", "Wait 1", waiting(report)))
			test.want.Began, test.want.Until = at(4), at(11)
			if diff := cmp.Diff(&test.want, line.Attempts[0].Wait); diff != "" {
				t.Errorf("wait (-want +got):\n%s", diff)
			}
			if got := line.Attempts[0].UnreadWait; got != "retry-after: soon" {
				t.Errorf("unread %q", got)
			}

			// A log line tells the same, before the events and after them.
			var filled timeline.Timeline
			filled.Fill(timeline.Report{Attempt: report.Attempts[0], Outcome: timeline.Transient, At: at(4), UnreadWait: "retry-after: soon",
				WaitReason: test.reason, WaitEgress: test.egress, JitterSeconds: test.jitter})
			if diff := cmp.Diff(&test.want, filled.Attempts[0].Wait); diff != "" {
				t.Errorf("wait of a log line (-want +got):\n%s", diff)
			}
			if got := filled.Attempts[0].UnreadWait; got != "retry-after: soon" {
				t.Errorf("unread of a log line %q", got)
			}
		})
	}
}

// An older runtime does not say what decided a wait; one of 0 s did not.
func TestAnOlderReportOfAWaitOfNoTime(t *testing.T) {
	report := failed(0, contract.Attempt{Attempt: 1, Egress: 2, StatusCode: 503, RetryAt: "2026-11-23T10:00:03Z"})
	line, _ := read(t, (&history{}).call(1, "orders-egress-2").fail(contract.ErrTransient, report).
		enter("WaitStateEntered", "Wait 1", waiting(report)))
	if diff := cmp.Diff(&timeline.Wait{Began: at(4), Until: at(4)}, line.Attempts[0].Wait); diff != "" {
		t.Errorf("wait (-want +got):\n%s", diff)
	}
}

func TestAFailureAWaitAndASuccess(t *testing.T) {
	report := failed(7, contract.Attempt{Attempt: 1, Egress: 2, StatusCode: 503, RetryAt: "2026-11-23T10:00:12.5Z"})
	h := (&history{}).
		add("ExecutionStarted", event.ExecutionStartedDetails{}).
		enter("TaskStateEntered", "Attempt 1", jsonvalue.Value{}).
		call(1, "arn:aws:lambda:us-east-1:0:function:orders-egress-2").
		fail(contract.ErrTransient, report).
		enter("WaitStateEntered", "Wait 1", waiting(report)).
		add("WaitStateExited", event.StateExitedDetails{}).
		enter("TaskStateEntered", "Attempt 2", jsonvalue.Value{}).
		call(2, "orders-egress-3").
		add("TaskSucceeded", event.TaskSucceededDetails{Output: success(201)}).
		add("TaskStateExited", event.StateExitedDetails{}).
		add("ExecutionSucceeded", event.ExecutionSucceededDetails{})
	line, steps := read(t, h)
	want := []timeline.Attempt{
		{
			Number: 1, Egress: 2, Function: "arn:aws:lambda:us-east-1:0:function:orders-egress-2", Began: at(2), Ended: at(5),
			Outcome: timeline.Transient, StatusCode: 503, Reason: "503 Service Unavailable", RetryAt: at(12).Add(500 * time.Millisecond),
			Wait: &timeline.Wait{Began: at(6), Until: at(13), RequestedOf: 2},
		},
		{Number: 2, Egress: 3, Function: "orders-egress-3", Began: at(9), Ended: at(11), Outcome: timeline.Success, StatusCode: 201},
	}
	if diff := cmp.Diff(want, line.Attempts); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
	wantSteps := []timeline.Step{timeline.AttemptStarted, timeline.AttemptEnded, timeline.WaitStarted, timeline.WaitEnded,
		timeline.AttemptStarted, timeline.AttemptEnded, timeline.Ended}
	if diff := cmp.Diff(wantSteps, steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if line.Status != event.Succeeded || line.Transitions != 3 || !line.Ended.Equal(at(13)) {
		t.Errorf("status %s, %d transitions, ended %s; want SUCCEEDED, 3, %s", line.Status, line.Transitions, line.Ended, at(13))
	}
}

func TestALambdaErrorIsTriedAgainInTheSameAttempt(t *testing.T) {
	h := (&history{}).
		enter("TaskStateEntered", "Attempt 1", jsonvalue.Value{}).
		call(1, "orders-egress-1").
		add("TaskFailed", event.TaskFailedDetails{Error: "Lambda.TooManyRequestsException", Cause: "Rate exceeded"}).
		call(1, "orders-egress-1").
		add("TaskFailed", event.TaskFailedDetails{Error: "Lambda.ServiceException"}).
		add("TaskStateExited", event.StateExitedDetails{})
	line, steps := read(t, h)
	want := []timeline.Attempt{{
		Number: 1, Egress: 1, Function: "orders-egress-1", Began: at(1), Ended: at(7), Outcome: timeline.Crashed,
		Fault: contract.FaultEgress, Reason: "Lambda.ServiceException", Repeats: []string{"Lambda.TooManyRequestsException"},
	}}
	if diff := cmp.Diff(want, line.Attempts); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]timeline.Step{timeline.AttemptStarted, timeline.AttemptEnded}, steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if line.Transitions != 2 {
		t.Errorf("Transitions = %d, want 2: a Retry is billed as one more", line.Transitions)
	}
}

func TestWhatLambdaSaysOfACrash(t *testing.T) {
	tests := []struct {
		name    string
		details event.Details
		kind    string
		want    string
	}{
		{"exit", event.TaskFailedDetails{Error: "Runtime.ExitError", Cause: `{"errorType":"Runtime.ExitError","errorMessage":"exit status 1"}`},
			"TaskFailed", "Runtime.ExitError: exit status 1"},
		{"cause that is no JSON", event.TaskFailedDetails{Error: "Lambda.Unknown", Cause: "went away"}, "TaskFailed",
			"Lambda.Unknown: went away"},
		{"time limit", event.TaskTimedOutDetails{Error: "States.Timeout"}, "TaskTimedOut", "States.Timeout"},
		{"an egress's name without its report", event.TaskFailedDetails{Error: contract.ErrTransient, Cause: "{}"}, "TaskFailed",
			"Upstream.Transient: {}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			line, _ := read(t, (&history{}).enter("TaskStateEntered", "Attempt 1", jsonvalue.Value{}).call(1, "orders-egress-1").
				add(test.kind, test.details).add("TaskStateExited", event.StateExitedDetails{}))
			if got := line.Attempts[0]; got.Outcome != timeline.Crashed || got.Reason != test.want {
				t.Errorf("%s %q, want crashed %q", got.Outcome, got.Reason, test.want)
			}
		})
	}
}

// The deadline ends what runs without a word of it.
func TestAnAttemptThatIsCutOffStaysOpen(t *testing.T) {
	line, steps := read(t, (&history{}).enter("TaskStateEntered", "Attempt 1", jsonvalue.Value{}).call(1, "orders-egress-1").
		add("ExecutionTimedOut", event.ExecutionTimedOutDetails{Error: "States.Timeout"}))
	if got := line.Attempts[0]; got.Outcome != timeline.Open || !got.Ended.IsZero() {
		t.Errorf("%+v, want an open attempt", got)
	}
	if line.Status != event.TimedOut || steps[len(steps)-1] != timeline.Ended {
		t.Errorf("status %s, steps %v", line.Status, steps)
	}
}

func TestAnUncaughtErrorEndsItsAttempt(t *testing.T) {
	line, _ := read(t, (&history{}).enter("TaskStateEntered", "Attempt 1", jsonvalue.Value{}).call(1, "orders-egress-1").
		add("TaskFailed", event.TaskFailedDetails{Error: "States.Runtime"}).
		add("ExecutionFailed", event.ExecutionFailedDetails{Error: "States.Runtime", Cause: "no path"}))
	if got := line.Attempts[0].Outcome; got != timeline.Crashed {
		t.Errorf("outcome %s, want crashed", got)
	}
	if line.Error != "States.Runtime" || line.Cause != "no path" {
		t.Errorf("error %q, cause %q", line.Error, line.Cause)
	}
}

// A wait that no requested wait explains is a backoff, whatever the API has requested.
func TestABackoffIsNoRequestedWait(t *testing.T) {
	for _, retryAt := range []string{"", "2026-11-23T10:00:30Z", "2026-11-23T10:00:01Z"} {
		report := failed(7, contract.Attempt{Attempt: 1, Egress: 2, StatusCode: 503, RetryAt: retryAt})
		line, _ := read(t, (&history{}).call(1, "orders-egress-2").fail(contract.ErrTransient, report).enter("WaitStateEntered", "Wait 1",
			waiting(report)))
		if got := line.Attempts[0].Wait; got == nil || got.RequestedOf != 0 {
			t.Errorf("RetryAt %q: %+v, want a backoff", retryAt, got)
		}
	}
}

func TestTheAnswerOfAFailureIsNotThatOfAnother(t *testing.T) {
	answer := &contract.Response{StatusCode: 503, Body: "down", Headers: map[string][]string{"x-request-id": {"req_1"}}}
	for name, test := range map[string]struct {
		record contract.Attempt
		id     timeline.RequestID
		said   string
	}{
		"its own": {contract.Attempt{Attempt: 1, Egress: 1, StatusCode: 503},
			timeline.RequestID{Header: "x-request-id", Value: "req_1"}, "down"},
		"of the one before":          {contract.Attempt{Attempt: 1, Egress: 1, Fault: contract.FaultDeadline}, timeline.RequestID{}, ""},
		"of one with another status": {contract.Attempt{Attempt: 1, Egress: 1, StatusCode: 500}, timeline.RequestID{}, ""},
	} {
		report := failed(0, test.record)
		report.Response = answer
		line, _ := read(t, (&history{}).call(1, "orders-egress-1").fail(contract.ErrTransient, report))
		if got := line.Attempts[0]; got.RequestID != test.id || got.Said != test.said {
			t.Errorf("%s: %q and %q, want %q and %q", name, got.RequestID, got.Said, test.id, test.said)
		}
	}
}
