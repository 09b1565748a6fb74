package timeline_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/runtime/contract"
)

// two is the report of a second attempt, which knows the first.
func two(wait int) contract.Failure {
	return contract.Failure{
		Reason: "500 Internal Server Error", Final: "no attempt is left", WaitSeconds: wait,
		Response: &contract.Response{StatusCode: 500, Body: "oops"},
		Attempts: []contract.Attempt{
			{Attempt: 1, Egress: 2, StatusCode: 503, WaitSeconds: 4, DurationMs: 500},
			{Attempt: 2, Egress: 1, StatusCode: 500, DurationMs: 1500},
		},
	}
}

// A log without data has no parameters and no inputs: the state's name has the
// attempt's number, the report the wait.
func TestEventsWithoutData(t *testing.T) {
	report := failed(3, contract.Attempt{Attempt: 2, Egress: 2, StatusCode: 503})
	line, steps := read(t, (&history{}).
		enter("TaskStateEntered", "Attempt 2", jsonvalue.Value{}).
		add("TaskScheduled", event.TaskScheduledDetails{}).
		fail(contract.ErrTransient, report).
		enter("WaitStateEntered", "Wait 2", jsonvalue.Value{}).
		add("WaitStateExited", event.StateExitedDetails{}).
		enter("TaskStateEntered", "Attempt 3", jsonvalue.Value{}).
		add("TaskScheduled", event.TaskScheduledDetails{}).
		add("TaskSucceeded", event.TaskSucceededDetails{}))
	want := []timeline.Attempt{
		{Number: 2, Egress: 2, Began: at(1), Ended: at(3), Outcome: timeline.Transient, StatusCode: 503, Reason: "503 Service Unavailable",
			Wait: &timeline.Wait{Began: at(4), Until: at(7)}},
		{Number: 3, Began: at(7), Ended: at(8), Outcome: timeline.Success},
	}
	if diff := cmp.Diff(want, line.Attempts); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
	if steps[2] != timeline.WaitStarted {
		t.Errorf("steps %v, want the third to begin a wait", steps)
	}
}

// Without causes, too, a wait is as long as it was.
func TestEventsWithoutCauses(t *testing.T) {
	line, _ := read(t, (&history{}).call(1, "orders-egress-1").
		add("TaskFailed", event.TaskFailedDetails{Error: contract.ErrTransient}).
		add("TaskStateExited", event.StateExitedDetails{}).
		enter("WaitStateEntered", "Wait 1", jsonvalue.Value{}).
		add("WaitStateExited", event.StateExitedDetails{}))
	a := line.Attempts[0]
	if a.Outcome != timeline.Transient || a.Wait == nil || a.Wait.Duration() != time.Second {
		t.Errorf("%+v then %+v, want transient and a second", a, a.Wait)
	}
}

// A log of failures has no begin of a call.
func TestOnlyFailures(t *testing.T) {
	first := failed(4, contract.Attempt{Attempt: 1, Egress: 2, StatusCode: 503, DurationMs: 500})
	for name, h := range map[string]*history{
		"error": (&history{}).
			add("TaskFailed", event.TaskFailedDetails{Error: contract.ErrTransient, Cause: cause(first)}).
			add("TaskFailed", event.TaskFailedDetails{Error: contract.ErrRejected, Cause: cause(two(0))}).
			add("ExecutionFailed", event.ExecutionFailedDetails{Error: contract.ErrRejected, Cause: cause(two(0))}),
		"fatal": (&history{}).
			add("ExecutionFailed", event.ExecutionFailedDetails{Error: contract.ErrRejected, Cause: cause(two(0))}),
	} {
		t.Run(name, func(t *testing.T) {
			line, _ := read(t, h)
			if len(line.Attempts) != 2 || line.Status != event.Failed {
				t.Fatalf("%s after %d attempts, want FAILED after 2", line.Status, len(line.Attempts))
			}
			a, b := line.Attempts[0], line.Attempts[1]
			if a.Egress != 2 || a.StatusCode != 503 || a.Wait.Duration() != 4*time.Second {
				t.Errorf("first %+v, then %+v; want 503 of egress 2, then 4s", a, a.Wait)
			}
			if b.Outcome != timeline.Rejected || b.Said != "oops" || b.Final != "no attempt is left" ||
				b.Ended.Sub(b.Began) != 1500*time.Millisecond {
				t.Errorf("second %+v, want rejected in 1.5s", b)
			}
		})
	}
}

// A crash that only a later report tells of is one, and what events have told
// stays as it is.
func TestFillAddsOnlyWhatisMissing(t *testing.T) {
	line, _ := read(t, (&history{}).call(2, "orders-egress-1").add("TaskFailed", event.TaskFailedDetails{Error: "Sandbox.Timedout"}).
		add("TaskStateExited", event.StateExitedDetails{}))
	before := line.Attempts[0]
	line.Fill(timeline.Report{Attempt: contract.Attempt{Attempt: 2, Egress: 3, StatusCode: 200}, Outcome: timeline.Success, At: at(9)})
	line.Fill(timeline.Report{Attempt: contract.Attempt{Attempt: 1, Egress: 3, Fault: contract.FaultEgress}})
	want := []timeline.Attempt{{Number: 1, Egress: 3, Outcome: timeline.Crashed, Fault: contract.FaultEgress}, before}
	if diff := cmp.Diff(want, line.Attempts); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
}

// A report of an attempt that was not started carries the words about that, and the
// records of those before it.
func TestTheWordsOfOneThatWasNotStarted(t *testing.T) {
	h := (&history{}).call(1, "orders-egress-2").fail(contract.ErrTransient,
		failed(0, contract.Attempt{Attempt: 1, Egress: 2, StatusCode: 503}))
	refused := failed(0, contract.Attempt{Attempt: 1, Egress: 2, StatusCode: 503})
	refused.Final = "an earlier attempt may have acted"
	line, _ := read(t, h.add("ExecutionFailed", event.ExecutionFailedDetails{Error: contract.ErrRejected, Cause: cause(refused)}))
	if got := line.Attempts; len(got) != 1 || got[0].Final != "" {
		t.Errorf("%+v, want the first attempt as it was", got)
	}
}

// What begins in the middle is no reason to fall over.
func TestALogThatBeginsLater(t *testing.T) {
	for _, kind := range []struct {
		name string
		d    event.Details
	}{
		{"TaskSucceeded", event.TaskSucceededDetails{}},
		{"TaskFailed", event.TaskFailedDetails{Error: "Lambda.Unknown"}},
		{"TaskTimedOut", event.TaskTimedOutDetails{Error: "States.Timeout"}},
		{"TaskStateExited", event.StateExitedDetails{}},
		{"WaitStateExited", event.StateExitedDetails{}},
	} {
		line, _ := read(t, (&history{}).add(kind.name, kind.d).add("ExecutionFailed", event.ExecutionFailedDetails{Error: "X"}))
		if len(line.Attempts) != 0 || line.Status != event.Failed {
			t.Errorf("%s: %s after %d attempts, want FAILED after none", kind.name, line.Status, len(line.Attempts))
		}
	}
}
