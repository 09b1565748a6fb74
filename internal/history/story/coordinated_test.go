package story_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/runtime/contract"
)

// reported is a cause of an execution that knows of others.
func reported(next []int, f contract.Failure) string {
	message, _ := json.Marshal(contract.Report{Next: next, Failure: f})
	text, _ := json.Marshal(contract.Cause{ErrorMessage: string(message)})
	return string(text)
}

// coordinated is an execution that waits for its slot, hands over once without a call, and
// works after a limit.
func coordinated() []event.Event {
	input, _ := jsonvalue.ParseString(`{"request":{"method":"GET","path":"/"},"start":{"next":[2,1],"waitSeconds":5,` +
		`"slot":{"egress":2,"at":"2026-11-23T10:00:05.4Z"}}}`)
	skip := reported([]int{1, 2}, contract.Failure{Skipped: 1, WaitSeconds: 2, WaitReason: contract.WaitSlot,
		Reason: "skipped: egress 2 cools down until 10:22:40Z (asked by execution 6a1f20c9); egress 1 goes at 10:00:07Z"})
	limit := reported([]int{2, 1}, contract.Failure{Skipped: 1, Reason: "429 Too Many Requests", Attempts: []contract.Attempt{
		{Attempt: 1, Egress: 1, StatusCode: 429}}})
	waits := func(cause string) event.StateEnteredDetails {
		return event.StateEnteredDetails{Input: jsonvalue.OfObject(jsonvalue.Member{Name: "failure", Value: jsonvalue.OfObject(
			jsonvalue.Member{Name: "Cause", Value: jsonvalue.OfString(cause)})})}
	}
	output := jsonvalue.OfObject(jsonvalue.Member{Name: "Payload", Value: jsonvalue.OfObject(
		jsonvalue.Member{Name: "response", Value: jsonvalue.OfObject(jsonvalue.Member{Name: "statusCode", Value: jsonvalue.OfInt(200)})})})
	const second = time.Second
	return []event.Event{
		happened(0, "ExecutionStarted", event.ExecutionStartedDetails{Input: input}),
		happened(0, "WaitStateEntered", event.StateEnteredDetails{Input: input}),
		happened(5*second, "WaitStateExited", event.StateExitedDetails{}),
		scheduled(5*second, 1, "orders-egress-2"),
		happened(5*second, "TaskFailed", event.TaskFailedDetails{Error: contract.ErrSkipped, Cause: skip}),
		happened(5*second, "TaskStateExited", event.StateExitedDetails{}),
		happened(5*second, "WaitStateEntered", waits(skip)),
		happened(7*second, "WaitStateExited", event.StateExitedDetails{}),
		scheduled(7*second, 1, "orders-egress-1"),
		happened(7*second, "TaskFailed", event.TaskFailedDetails{Error: contract.ErrRateLimited, Cause: limit}),
		happened(7*second, "TaskStateExited", event.StateExitedDetails{}),
		scheduled(7*second, 2, "orders-egress-2"),
		happened(8*second, "TaskSucceeded", event.TaskSucceededDetails{Output: output}),
		happened(8*second, "ExecutionSucceeded", event.ExecutionSucceededDetails{}),
	}
}

// TestStoryOfACoordinatedExecution: what is waited for, who called nothing and why, and that
// it was no attempt.
func TestStoryOfACoordinatedExecution(t *testing.T) {
	now := start
	var told, logged strings.Builder
	tale, log := story.NewStory(&told, style(&now)), story.NewLog(&logged, func() story.Style { return style(&now) })
	for _, e := range coordinated() {
		tale.Add(e)
		log.Add("one", e)
	}
	want := `10:00:00.000  waits 5s, until 10:00:05: for its slot in the API's limit
10:00:05.000  attempt 1/3  egress 2 from 127.0.0.102  skipped: egress 2 cools down until 10:22:40Z (asked by execution 6a1f20c9); ` +
		`egress 1 goes at 10:00:07Z  (0s)
10:00:05.000  waits 2s, until 10:00:07: for its slot in the API's limit
10:00:07.000  attempt 1/3  egress 1  rate-limited: 429 Too Many Requests  (0s)
10:00:08.000  attempt 2/3  egress 2 from 127.0.0.102  200  (1s)
10:00:08.000  succeeded after 2 attempts and 1 skip in 8s (2 transitions)
`
	if diff := cmp.Diff(want, told.String()); diff != "" {
		t.Errorf("story (-want +got):\n%s", diff)
	}
	if !strings.Contains(logged.String(), "waits 5s, until 10:00:05: for its slot") {
		t.Errorf("the log does not say the first wait:\n%s", logged.String())
	}
	if got := log.Totals().String(); got != "1 request: 1 succeeded, 2 attempts, rate-limited: egress 1 1×" {
		t.Errorf("totals %q", got)
	}
}

// TestSkipsOfALog: skips that only an egress's lines tell stand before the attempt of their
// number, and never replace it.
func TestSkipsOfALog(t *testing.T) {
	skip := timeline.Report{Attempt: contract.Attempt{Attempt: 1, Egress: 2}, Outcome: timeline.Skipped, Reason: "skipped: x"}
	call := timeline.Report{Attempt: contract.Attempt{Attempt: 1, Egress: 1, StatusCode: 200}, Outcome: timeline.Success}
	for name, reports := range map[string][]timeline.Report{"in order": {skip, call}, "later": {call, skip}, "twice": {skip, call, skip}} {
		var line timeline.Timeline
		for _, r := range reports {
			line.Fill(r)
		}
		var got []timeline.Outcome
		for _, a := range line.Attempts {
			got = append(got, a.Outcome)
		}
		if diff := cmp.Diff([]timeline.Outcome{timeline.Skipped, timeline.Success}, got); diff != "" || line.Made() != 1 {
			t.Errorf("%s: %d attempts (-want +got):\n%s", name, line.Made(), diff)
		}
	}
}
