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

// report is the cause of a failed attempt of a coordinated execution.
func report(next []int, f contract.Failure) string {
	message, _ := json.Marshal(contract.Report{Next: next, Failure: f})
	text, _ := json.Marshal(contract.Cause{ErrorMessage: string(message), ErrorType: "Upstream"})
	return string(text)
}

func reporting(cause string) jsonvalue.Value {
	return jsonvalue.OfObject(jsonvalue.Member{Name: "failure", Value: jsonvalue.OfObject(
		jsonvalue.Member{Name: "Cause", Value: jsonvalue.OfString(cause)})})
}

func (h *history) failWith(name, cause string) *history {
	return h.add("TaskFailed", event.TaskFailedDetails{Error: name, Cause: cause}).add("TaskStateExited", event.StateExitedDetails{})
}

func TestTheWaitBeforeTheFirstAttempt(t *testing.T) {
	for input, want := range map[string]*timeline.Wait{
		`{"start":{"next":[2,1],"waitSeconds":7,"slot":{"egress":2,"at":"2026-11-23T10:00:08Z"}}}`: {Began: at(1), Until: at(8),
			Reason: contract.WaitSlot},
		`{"start":{"next":[2,1],"waitSeconds":7}}`: {Began: at(1), Until: at(8), Reason: contract.WaitRequested, RequestedOf: 2},
		`{"start":{"index":2}}`:                    nil,
		`{"start":{"waitSeconds":7}}`:              nil,
		`{"start":{"next":"x","waitSeconds":7}}`:   nil,
		`{}`:                                       nil,
		`[]`:                                       nil,
	} {
		in, _ := jsonvalue.ParseString(input)
		line, steps := read(t, (&history{}).enter("ChoiceStateEntered", "Start", in).enter("WaitStateEntered", "Wait 0", in).
			add("WaitStateExited", event.StateExitedDetails{}))
		if diff := cmp.Diff(want, line.FirstWait); diff != "" {
			t.Errorf("%s (-want +got):\n%s", input, diff)
		}
		if (steps[0] == timeline.FirstWaitStarted) != (want != nil) || len(line.Attempts) != 0 || line.Transitions != 2 {
			t.Errorf("%s: %q, %d attempts, %d transitions", input, steps, len(line.Attempts), line.Transitions)
		}
	}
}

// TestASkip: it calls nothing, its wait is said, and the same attempt follows.
func TestASkip(t *testing.T) {
	limited := report([]int{1, 2}, contract.Failure{Reason: "429 Too Many Requests",
		Attempts: []contract.Attempt{{Attempt: 1, Egress: 2, StatusCode: 429, RetryAt: "2026-11-23T10:01:00Z"}}})
	skipped := report([]int{2, 1}, contract.Failure{Reason: "egress 1 is cooling", WaitSeconds: 3, WaitReason: contract.WaitSlot, Skipped: 1,
		Attempts: []contract.Attempt{{Attempt: 1, Egress: 2, StatusCode: 429}}})
	line, _ := read(t, (&history{}).
		call(1, "orders-egress-2").failWith(contract.ErrRateLimited, limited).
		call(2, "orders-egress-1").failWith(contract.ErrSkipped, skipped).
		enter("PassStateEntered", "Read 1", reporting(skipped)).enter("WaitStateEntered", "Wait 1", reporting(skipped)).
		call(2, "orders-egress-2").add("TaskSucceeded", event.TaskSucceededDetails{Output: success(200)}))
	got := make([]timeline.Attempt, len(line.Attempts))
	for i, a := range line.Attempts {
		got[i] = timeline.Attempt{Number: a.Number, Egress: a.Egress, Outcome: a.Outcome, StatusCode: a.StatusCode, Reason: a.Reason,
			Wait: a.Wait}
	}
	if line.Made() != 2 {
		t.Errorf("%d attempts were made, want 2: a skip is none", line.Made())
	}
	waited := line.Attempts[1].Wait
	want := []timeline.Attempt{
		{Number: 1, Egress: 2, Outcome: timeline.RateLimited, StatusCode: 429, Reason: "429 Too Many Requests"},
		{Number: 2, Egress: 1, Outcome: timeline.Skipped, Reason: "egress 1 is cooling", Wait: waited},
		{Number: 2, Egress: 2, Outcome: timeline.Success, StatusCode: 200},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if waited == nil || waited.Duration() != 3*time.Second || waited.Reason != contract.WaitSlot {
		t.Errorf("waited %+v", waited)
	}
}

// TestReportsOfNoAttempt: the first egress skips, or all are cooling.
func TestReportsOfNoAttempt(t *testing.T) {
	for _, name := range []string{contract.ErrSkipped, contract.ErrRejected, contract.ErrAllLimited} {
		cause := report([]int{2, 1}, contract.Failure{Reason: "all are cooling", Skipped: 1})
		line, _ := read(t, (&history{}).call(1, "orders-egress-1").failWith(name, cause).
			add("ExecutionFailed", event.ExecutionFailedDetails{Error: name, Cause: cause}))
		got := line.Attempts
		if len(got) != 1 || got[0].Outcome != timeline.OutcomeOf(name) || got[0].Reason != "all are cooling" || got[0].StatusCode != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	// A log with the end alone.
	line, _ := read(t, (&history{}).add("ExecutionFailed", event.ExecutionFailedDetails{Error: contract.ErrRejected,
		Cause: report([]int{1}, contract.Failure{Reason: "all are cooling"})}))
	if len(line.Attempts) != 0 {
		t.Errorf("%+v", line.Attempts)
	}
}

func TestErrorOfAnOutcome(t *testing.T) {
	for range 20 { // the order of a map is another one each time
		if got := timeline.ErrorOf(timeline.RateLimited); got != contract.ErrRateLimited {
			t.Fatalf("got %q", got)
		}
	}
}
