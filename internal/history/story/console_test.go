package story_test

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/runtime/contract"
)

var start = time.Date(2026, 11, 23, 10, 0, 0, 0, time.Local)

func style(now *time.Time) story.Style {
	return story.Style{
		MaxAttempts: 3,
		Source: func(k int) netip.Addr {
			if k == 2 {
				return netip.MustParseAddr("127.0.0.102")
			}
			return netip.Addr{}
		},
		Now: func() time.Time { return *now },
	}
}

func happened(after time.Duration, kind string, d event.Details) event.Event {
	return event.Event{Timestamp: start.Add(after), Type: kind, Details: d}
}

func scheduled(after time.Duration, attempt int64, function string) event.Event {
	return happened(after, "TaskScheduled", event.TaskScheduledDetails{Parameters: jsonvalue.OfObject(
		jsonvalue.Member{Name: "FunctionName", Value: jsonvalue.OfString(function)},
		jsonvalue.Member{Name: "Payload", Value: jsonvalue.OfObject(jsonvalue.Member{Name: "attempt", Value: jsonvalue.OfInt(attempt)})},
	)})
}

func cause(f contract.Failure) string {
	message, _ := json.Marshal(f)
	text, _ := json.Marshal(contract.Cause{ErrorMessage: string(message)})
	return string(text)
}

var limited = contract.Failure{
	Reason: "429 Too Many Requests", WaitSeconds: 5,
	Attempts: []contract.Attempt{{Attempt: 1, Egress: 2, StatusCode: 429, RetryAt: start.Add(5 * time.Second).UTC().Format(time.RFC3339)}},
}

var final = contract.Failure{
	Reason: "500 Internal Server Error", Final: "no attempt is left",
	Attempts: []contract.Attempt{{Attempt: 2, Egress: 3, StatusCode: 500}},
}

func failing() []event.Event {
	request := jsonvalue.OfObject(jsonvalue.Member{Name: "request", Value: jsonvalue.OfObject(
		jsonvalue.Member{Name: "method", Value: jsonvalue.OfString("GET")},
		jsonvalue.Member{Name: "path", Value: jsonvalue.OfString("/a\x1b[31m\nb")},
		jsonvalue.Member{Name: "query", Value: jsonvalue.OfString("token=secret")})})
	failure := jsonvalue.OfObject(jsonvalue.Member{Name: "failure", Value: jsonvalue.OfObject(
		jsonvalue.Member{Name: "Cause", Value: jsonvalue.OfString(cause(limited))})})
	return []event.Event{
		happened(0, "ExecutionStarted", event.ExecutionStartedDetails{Input: request}),
		happened(0, "TaskStateEntered", event.StateEnteredDetails{}),
		scheduled(0, 1, "orders-egress-2"),
		happened(4*time.Millisecond, "TaskFailed", event.TaskFailedDetails{Error: contract.ErrRateLimited, Cause: cause(limited)}),
		happened(4*time.Millisecond, "TaskStateExited", event.StateExitedDetails{}),
		happened(4*time.Millisecond, "WaitStateEntered", event.StateEnteredDetails{Input: failure}),
		happened(5004*time.Millisecond, "WaitStateExited", event.StateExitedDetails{}),
		happened(5004*time.Millisecond, "TaskStateEntered", event.StateEnteredDetails{}),
		scheduled(5004*time.Millisecond, 2, "orders-egress-3"),
		happened(6*time.Second, "TaskFailed", event.TaskFailedDetails{Error: contract.ErrTransient, Cause: cause(final)}),
		happened(6*time.Second, "TaskStateExited", event.StateExitedDetails{}),
		happened(6*time.Second, "FailStateEntered", event.StateEnteredDetails{}),
		happened(6*time.Second, "ExecutionFailed", event.ExecutionFailedDetails{Error: contract.ErrTransient, Cause: cause(final)}),
	}
}

func TestStoryOfAFailure(t *testing.T) {
	now := start
	var out strings.Builder
	story := story.NewStory(&out, style(&now))
	for _, e := range failing() {
		story.Add(e)
	}
	want := `10:00:00.004  attempt 1/3  egress 2 from 127.0.0.102  rate-limited: 429 Too Many Requests, asks to wait 5s  (4ms)
10:00:00.004  waits 5s, until 10:00:05: requested by the API, egress 2
10:00:06.000  attempt 2/3  egress 3  transient: 500 Internal Server Error  (996ms)
10:00:06.000  that was the last attempt
10:00:06.000  failed after 2 attempts in 6s: Upstream.Transient (4 transitions)
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A wait of no time is none, and there is no reason for it to be said.
func TestAWaitOfNoTimeIsNotTold(t *testing.T) {
	events := failing()[:6]
	report := limited
	report.WaitSeconds, report.Attempts = 0, []contract.Attempt{{Attempt: 1, Egress: 2, StatusCode: 429}}
	events[5].Details = event.StateEnteredDetails{Input: jsonvalue.OfObject(jsonvalue.Member{Name: "failure", Value: jsonvalue.OfObject(
		jsonvalue.Member{Name: "Cause", Value: jsonvalue.OfString(cause(report))})})}
	for _, skips := range []bool{false, true} {
		now := start
		var told, logged strings.Builder
		s := style(&now)
		s.Skips = skips
		tale, log := story.NewStory(&told, s), story.NewLog(&logged, func() story.Style { return s })
		for _, e := range events {
			tale.Add(e)
			log.Add("1", e)
		}
		for _, got := range []string{told.String(), logged.String()} {
			if !strings.Contains(got, "rate-limited") || strings.Contains(got, "wait of") || strings.Contains(got, "waits") {
				t.Errorf("skips %v: %q", skips, got)
			}
		}
	}
}

func TestStorySaysWhatItSkips(t *testing.T) {
	now := start
	var out strings.Builder
	s := style(&now)
	s.Skips = true
	story := story.NewStory(&out, s)
	for _, e := range failing()[:6] {
		story.Add(e)
	}
	if got := out.String(); !strings.HasSuffix(got, "skips a wait of 5s: requested by the API, egress 2\n") {
		t.Errorf("got %q", got)
	}
}

// On a terminal the last line is what goes on now, and is wiped before the next.
func TestTerminalShowsWhatGoesOn(t *testing.T) {
	now := start.Add(1500 * time.Millisecond)
	var out strings.Builder
	s := style(&now)
	s.Terminal, s.Paint = true, true
	story := story.NewStory(&out, s)
	take := func() string { defer out.Reset(); return out.String() }
	events := failing()
	for _, e := range events[:3] {
		story.Add(e)
	}
	if got := take(); got != "" {
		t.Errorf("before the first tick: %q, want nothing", got)
	}
	story.Tick()
	if got, want := take(), "\r\x1b[2Kattempt 1/3  egress 2 from 127.0.0.102  calling, 1.5s"; got != want {
		t.Errorf("calling: %q, want %q", got, want)
	}
	for _, e := range events[3:6] {
		story.Add(e)
	}
	got := take()
	if !strings.HasPrefix(got, "\r\x1b[2K") || !strings.Contains(got, "\x1b[33mrate-limited") ||
		!strings.HasSuffix(got, "waits 5s, until 10:00:05: requested by the API, egress 2\n\r\x1b[2K4s to go") {
		t.Errorf("waiting: %q", got)
	}
	now = start.Add(3900 * time.Millisecond)
	story.Tick()
	if got, want := take(), "\r\x1b[2K2s to go"; got != want {
		t.Errorf("tick: %q, want %q", got, want)
	}
	for _, e := range events[6:] {
		story.Add(e)
	}
	if got := take(); !strings.HasSuffix(got, "(4 transitions)\n") {
		t.Errorf("end: %q", got)
	}
}

func TestEndings(t *testing.T) {
	tests := []struct {
		name  string
		event event.Event
		want  string
	}{
		{"timed out", happened(time.Minute, "ExecutionTimedOut", event.ExecutionTimedOutDetails{Error: "States.Timeout"}),
			"timed out after 1 attempt in 1m0s: the deadline has passed\n"},
		{"aborted", happened(time.Second, "ExecutionAborted", event.ExecutionAbortedDetails{Cause: "by hand"}),
			"aborted after 1 attempt in 1s: by hand\n"},
		{"runtime", happened(time.Second, "ExecutionFailed", event.ExecutionFailedDetails{Error: "States.Runtime", Cause: "no\npath"}),
			"failed after 1 attempt in 1s: States.Runtime: no path (1 transition)\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			now := start
			var out strings.Builder
			story := story.NewStory(&out, style(&now))
			for _, e := range append(failing()[:3], test.event) {
				story.Add(e)
			}
			at := test.event.Timestamp.Format("15:04:05.000  ")
			want := at + "attempt 1/3  egress 2 from 127.0.0.102  cut off: it had not answered when the execution ended\n" + at + test.want
			if diff := cmp.Diff(want, out.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The log keeps executions apart, queries out, and others' texts in their line.
func TestLogOfTwoExecutions(t *testing.T) {
	now := start
	var out strings.Builder
	log := story.NewLog(&out, func() story.Style { return style(&now) })
	for i, e := range failing() {
		log.Add("11111111-2222", e)
		if i < 3 {
			log.Add("short", e)
		}
	}
	want := `10:00:00.000 11111111  GET /a [31m b?token
10:00:00.000 short     GET /a [31m b?token
10:00:00.004 11111111  attempt 1/3  egress 2 from 127.0.0.102  rate-limited: 429 Too Many Requests, asks to wait 5s  (4ms)
10:00:00.004 11111111  waits 5s, until 10:00:05: requested by the API, egress 2
10:00:06.000 11111111  attempt 2/3  egress 3  transient: 500 Internal Server Error  (996ms)
10:00:06.000 11111111  that was the last attempt
10:00:06.000 11111111  failed after 2 attempts in 6s: Upstream.Transient (4 transitions)
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
