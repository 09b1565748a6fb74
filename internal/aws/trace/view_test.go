package trace_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/trace"
	"github.com/sfngen/sfngen/internal/fakeaws/logs"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/history/record"
	"github.com/sfngen/sfngen/internal/history/view"
)

const wantWide = `execution  NAME of orders (express)
request    GET /orders?page
began      2026-11-24 10:00:00.000 UTC, took 5.4s
status     succeeded

ATTEMPT  EGRESS  BEGAN (UTC)          TOOK   RESULT                                                THEN
1        1       10:00:00.000  +0s    30ms   rate-limited: 429 Too Many Requests, asks to wait 5s  egress 2 at once
                                             the API said: slow down
2        2       10:00:00.030  +30ms  80ms   transient: 503 Service Unavailable                    waits 5s: requested by the API, egress 1
                                             the API said: busy  x-request-id: req_7
3        1       10:00:05.110  +5.1s  240ms  201

Succeeded after 3 attempts: the caller got the API's 201
`

const wantNarrow = `execution  NAME of orders (express)
request    GET /orders?page
began      2026-11-24 10:00:00.000 UTC, took 4s
status     failed

ATTEMPT  EGRESS  BEGAN  TOOK  RESULT
1        1       +0s    10ms  transient: 500
                              Internal Server
                              Error
                              the API said: oops
                              then waits 2s:
                              backoff
2        2       +2s    10ms  transient: 500
                              Internal Server
                              Error
                              the API said: oops
                              then waits 2s:
                              backoff
3        1       +4s    10ms  transient: 500
                              Internal Server
                              Error
                              the API said: oops
                              that was the last
                              attempt

Failed after 3 attempts: the last attempt failed
too (Upstream.Transient); the caller got the API's
own 500
look at: https://github.com/sfngen/sfngen/blob/main/docs/operations.md#why-no-attempt-follows
`

func TestTheViewOfAnExecution(t *testing.T) {
	for _, test := range []struct {
		name    string
		answers []answer
		style   view.Style
		want    string
	}{
		{"where there is room", mixed, view.Style{}, wantWide},
		{"where there is none", bad, view.Style{Width: 50}, wantNarrow},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := perform(t, specOf("all", true), test.answers...)
			got := text(t, read(t, r, groups(t, "all", true, r)), test.style)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("view (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNoLineIsWiderThanTheTerminal, but for what cannot be broken.
func TestNoLineIsWiderThanTheTerminal(t *testing.T) {
	r := perform(t, specOf("all", true), answer{status: 500, body: strings.Repeat("overload ", 40) + strings.Repeat("x", 200)})
	x := read(t, r, groups(t, "all", true, r))
	for _, width := range []int{60, 80, 132, 200} {
		for line := range strings.Lines(text(t, x, view.Style{Width: width})) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width && !strings.HasPrefix(line, "look at: https:") {
				t.Errorf("%d columns where there are %d: %q", n, width, line)
			}
		}
	}
}

func TestColoursAreForResultAndStatus(t *testing.T) {
	r := perform(t, specOf("all", true), mixed...)
	x := read(t, r, groups(t, "all", true, r))
	colored := text(t, x, view.Style{Width: 200, Paint: true})
	for _, want := range []string{"\x1b[33mrate-limited: 429", "\x1b[32m201\x1b[0m", "\x1b[32msucceeded\x1b[0m"} {
		if !strings.Contains(colored, want) {
			t.Errorf("no %q in:\n%q", want, colored)
		}
	}
	plain := strings.NewReplacer("\x1b[33m", "", "\x1b[32m", "", "\x1b[0m", "").Replace(colored)
	if diff := cmp.Diff(text(t, x, view.Style{Width: 200}), plain); diff != "" {
		t.Errorf("colours move the text (-without +with):\n%s", diff)
	}
}

// ending is the run up to the call, which then ends in this way.
func (r *run) ending(after time.Duration, kind string, d event.Details) *run {
	part := r.upTo("TaskStarted")
	part.lines = nil
	at := part.end().Add(after)
	return part.with(append(part.events[:len(part.events):len(part.events)],
		event.Event{Timestamp: at, Type: kind, ID: int64(len(part.events) + 1), Details: d}))
}

func TestHowAnExecutionEndsInWords(t *testing.T) {
	r := perform(t, specOf("all", true), mixed...)
	fails := func(name string) (string, event.Details) {
		return "ExecutionFailed", event.ExecutionFailedDetails{Error: name, Cause: "for a reason"}
	}
	tests := []struct {
		name  string
		fails string // the execution's error
		kind  string
		d     event.Details
		want  []string
	}{
		{"deadline", "", "ExecutionTimedOut", event.ExecutionTimedOutDetails{}, []string{
			"status     timed out", "no answer  cut off by the deadline", "Timed out after 1 attempt: its deadline (retry.deadline) has passed",
			"#statuses-of-an-execution\n"}},
		{"stopped", "", "ExecutionAborted", event.ExecutionAbortedDetails{}, []string{"Aborted after 1 attempt: somebody stopped it",
			"cut off by the stop", "#statuses-of-an-execution\n"}},
		{"throttled", "Lambda.TooManyRequestsException", "", nil,
			[]string{"Lambda refused to run the egress: too many at the same time (Lambda.TooManyRequestsException)", "#outcomes-and-errors\n"}},
		{"no permission", "Lambda.AccessDeniedException", "", nil,
			[]string{"Lambda could not run the last attempt's egress (Lambda.AccessDeniedException)"}},
		{"died", "Runtime.ExitError", "", nil, []string{"the last attempt's egress died (Runtime.ExitError)", "#outcomes-and-errors\n"}},
		{"too long", "Sandbox.Timedout", "", nil, []string{"ran into its Lambda's time limit (Sandbox.Timedout)"}},
		{"runtime", "States.Runtime", "", nil, []string{"the definition met data that it cannot work with (States.Runtime)",
			"#outcomes-and-errors\n"}},
		{"no name", "", "ExecutionFailed", event.ExecutionFailedDetails{}, []string{"Failed after 1 attempt: no log says why"}},
		{"another", "My.Error\x1b[2J", "", nil, []string{"Failed after 1 attempt: My.Error [2J\n", "#outcomes-and-errors\n"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.fails != "" {
				test.kind, test.d = fails(test.fails)
			}
			ended := r.ending(10*time.Second, test.kind, test.d)
			got := text(t, read(t, ended, groups(t, "all", true, ended)), view.Style{})
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("no %q in:\n%s", want, got)
				}
			}
		})
	}
}

// TestTheReasonThatTheTableHas is in the last sentence, too: the error's name says
// less than the egress.
func TestTheReasonThatTheTableHas(t *testing.T) {
	r := perform(t, specOf("all", false), answer{status: 404})
	got := text(t, read(t, r, groups(t, "all", false, r)), view.Style{})
	if want := "\nFailed after 1 attempt: status 404 is not retried (Upstream.Rejected); the caller got the API's " +
		"own 404\n"; !strings.Contains(got, want) {
		t.Errorf("no %q in:\n%s", want, got)
	}
}

// Less than a millisecond is less than AWS tells, but not nothing.
func TestWhatTakesLessThanAMillisecond(t *testing.T) {
	r := perform(t, specOf("all", true), answer{status: 201})
	for i := range r.events {
		r.events[i].Timestamp = start
	}
	x := read(t, r, groups(t, "all", true, r))
	x.Timeline.Attempts[0].Ended = x.Timeline.Attempts[0].Began
	x.Timeline.Ended = x.Timeline.Began
	got := text(t, x, view.Style{})
	for _, want := range []string{" UTC, took <1ms\n", "+0s  <1ms  201\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
	var list strings.Builder
	if err := view.List(&list, &execution.List{Executions: []*execution.Execution{x}}, view.Style{}); err != nil ||
		!strings.Contains(list.String(), "succeeded  <1ms  1 ") {
		t.Errorf("%v, no <1ms in:\n%s", err, list.String())
	}
}

// TestACrashAndRepeats: Lambda's own errors, after which Step Functions calls
// again, and an egress that dies.
func TestACrashAndRepeats(t *testing.T) {
	r := perform(t, specOf("all", true), mixed...)
	part := r.upTo("TaskStarted")
	part.lines = nil
	at := part.end()
	add := func(kind string, d event.Details) {
		at = at.Add(time.Second)
		part.events = append(part.events[:len(part.events):len(part.events)],
			event.Event{Timestamp: at, Type: kind, ID: int64(len(part.events) + 1), Details: d})
	}
	add("TaskFailed", event.TaskFailedDetails{Error: "Lambda.ServiceException"})
	add("TaskScheduled", event.TaskScheduledDetails{Parameters: r.parameters()})
	add("TaskFailed", event.TaskFailedDetails{Error: "Runtime.ExitError",
		Cause: `{"errorType":"Runtime.ExitError","errorMessage":"signal: killed"}`})
	add("TaskStateExited", event.StateExitedDetails{Name: "Attempt 1"})
	add("ExecutionFailed", event.ExecutionFailedDetails{Error: "Runtime.ExitError"})
	got := text(t, read(t, part, groups(t, "all", true, part)), view.Style{})
	want := `ATTEMPT  EGRESS  BEGAN (UTC)        TOOK  RESULT                                             THEN
1        1       10:00:00.000  +0s  4s    egress crashed: Runtime.ExitError: signal: killed
                                          Lambda.ServiceException before: Step Functions called it again

Failed after 1 attempt: the last attempt's egress died (Runtime.ExitError)
look at: https://github.com/sfngen/sfngen/blob/main/docs/operations.md#outcomes-and-errors
look at: the egress's own log group, /aws/lambda/orders-egress-1
`
	if !strings.HasSuffix(got, want) {
		t.Errorf("want at the end:\n%s\ngot:\n%s", want, got)
	}
}

// TestJSONHasTheAttemptsOfARecord: who reads the one reads the other.
func TestJSONHasTheAttemptsOfARecord(t *testing.T) {
	r := perform(t, specOf("all", true), mixed...)
	var b strings.Builder
	if err := read(t, r, groups(t, "all", true, r)).JSON(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Stack, Request string
		Execution      record.Execution
		Attempts       []record.Attempt
	}
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	line := r.timeline()
	if diff := cmp.Diff(record.Attempts(&line, func(int) string { return "" }), got.Attempts); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
	want := record.Execution{ExecutionARN: r.x.ARN, Name: r.x.Name, Status: event.Succeeded, StartDate: start, StopDate: r.end(),
		Transitions: line.Transitions}
	if diff := cmp.Diff(want, got.Execution); diff != "" || got.Stack != "orders" || got.Request != "GET /orders?page" {
		t.Errorf("stack %q, request %q, execution (-want +got):\n%s", got.Stack, got.Request, diff)
	}
}

func TestTheListInJSON(t *testing.T) {
	first, logged := series(t, "all")
	list, err := source(t, first, start.Add(time.Hour), serving(logs.New(logged))).Latest(t.Context(), trace.Selection{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := list.JSON(&b); err != nil {
		t.Fatal(err)
	}
	want := `{
  "stack": "orders",
  "since": "2026-11-23T11:00:00Z",
  "executions": [
    {
      "executionArn": "` + list.Executions[0].ARN + `",
      "name": "e",
      "status": "SUCCEEDED",
      "startDate": "2026-11-24T10:04:00Z",
      "stopDate": "2026-11-24T10:04:05.35Z",
      "transitions": 5,
      "answer": 201,
      "attempts": 3,
      "statusCode": 201,
      "request": "GET /orders?page"
    }
  ]
}
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}
