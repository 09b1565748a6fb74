package story_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/runtime/contract"
)

func newLog(now *time.Time) (*story.Log, *strings.Builder) {
	out := &strings.Builder{}
	return story.NewLog(out, func() story.Style { return style(now) }), out
}

func TestLogTellsWhatTheCallerGot(t *testing.T) {
	tests := []struct {
		name    string
		status  int
		gone    bool
		running bool
		want    string
	}{
		{"what the attempt's line has shown", 200, false, false, ""},
		{"a failure", 503, false, false, "10:00:00.000 orders    answered 503\n"},
		{"asked to poll", 202, false, true, "10:00:00.000 orders    answered 202\n"},
		{"gone while it runs", 202, true, true, "10:00:00.000 orders    the caller is gone; the execution continues\n"},
		{"gone before the end", 200, true, false, "10:00:00.000 orders    the caller had gone before the answer\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			now := start
			log, out := newLog(&now)
			if test.running {
				log.Add("orders", failing()[1])
			}
			log.Answered("orders", test.status, test.gone)
			if diff := cmp.Diff(test.want, out.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLogTellsOfRefusalsInTheirLine(t *testing.T) {
	now := start
	log, out := newLog(&now)
	log.Refused("DELETE", "/a\x1b[2K", 405, "")
	log.Refused("GET", "/a", 429, "61")
	want := "10:00:00.000 -         DELETE /a [2K  405 Method Not Allowed\n" +
		"10:00:00.000 -         GET /a  429 Too Many Requests, Retry-After: 61\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A call that takes long is reported once, and by the stack that it began with.
func TestLogTellsOfLongCalls(t *testing.T) {
	now := start.Add(1900 * time.Millisecond)
	log, out := newLog(&now)
	for _, e := range failing()[:3] {
		log.Add("orders", e)
	}
	out.Reset()
	log.Tick()
	if out.Len() > 0 {
		t.Errorf("after 1.9s: %q", out)
	}
	now = start.Add(2500 * time.Millisecond)
	log.Tick()
	log.Tick()
	want := "10:00:02.500 orders    attempt 1/3  egress 2 from 127.0.0.102  calling for 2.5s, no answer yet\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLogShowsTheAttemptThatAnEndCutsOff(t *testing.T) {
	now := start
	log, out := newLog(&now)
	for _, e := range failing()[:3] {
		log.Add("orders", e)
	}
	log.Add("orders", happened(time.Second, "ExecutionAborted", event.ExecutionAbortedDetails{Cause: "by hand"}))
	if !strings.Contains(out.String(), "egress 2 from 127.0.0.102  cut off: it had not answered when the execution ended\n") {
		t.Errorf("got\n%s", out)
	}
}

func TestTotals(t *testing.T) {
	now := start
	log, _ := newLog(&now)
	if got := log.Totals().String(); got != "" {
		t.Errorf("of nothing: %q", got)
	}
	for _, e := range failing() {
		log.Add("one", e)
	}
	log.Add("two", happened(0, "ExecutionStarted", event.ExecutionStartedDetails{}))
	if n := log.Open(); n != 1 {
		t.Errorf("Open() = %d, want 1", n)
	}
	log.Add("two", happened(0, "ExecutionSucceeded", event.ExecutionSucceededDetails{}))
	log.Refused("GET", "/", 413, "")
	want := "3 requests: 1 succeeded, 1 failed, 1 refused, 2 attempts, rate-limited: egress 2 1×"
	if got := log.Totals().String(); got != want || log.Open() != 0 {
		t.Errorf("got %q, want %q; %d open", got, want, log.Open())
	}
}

// What was skipped reached no API: it is an attempt of the execution, and no limit that the
// API has told.
func TestTotalsCountNoSkipAsRateLimited(t *testing.T) {
	now := start
	log, _ := newLog(&now)
	skipped := contract.Failure{Reason: "skipped: egress 2 cools down until 10:01:00Z (asked by execution one)",
		Attempts: []contract.Attempt{{Attempt: 1, Egress: 2, Fault: contract.FaultSkipped}}}
	for _, e := range append(failing()[:3],
		happened(0, "TaskFailed", event.TaskFailedDetails{Error: contract.ErrRateLimited, Cause: cause(skipped)}),
		happened(0, "TaskStateExited", event.StateExitedDetails{}),
		happened(0, "ExecutionFailed", event.ExecutionFailedDetails{Error: contract.ErrRateLimited, Cause: cause(skipped)})) {
		log.Add("two", e)
	}
	if got, want := log.Totals().String(), "1 request: 0 succeeded, 1 failed, 1 attempt"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Values of a query are nobody's business, nor is a value without a name.
func TestRequestLineNamesTheQueryOnly(t *testing.T) {
	for query, want := range map[string]string{
		"":                         "GET /a",
		"page=2&token=secret":      "GET /a?page,token",
		"id=1&id=2&a%20b=secret":   "GET /a?id,a b",
		"secret&other=s":           "GET /a?…,other",
		"a%0a10:00=1&%1b[2K=1":     "GET /a?a 10:00, [2K",
		strings.Repeat("k=1&", 99): "GET /a?k,…",
	} {
		now := start
		log, out := newLog(&now)
		request := jsonvalue.OfObject(jsonvalue.Member{Name: "request", Value: jsonvalue.OfObject(
			jsonvalue.Member{Name: "method", Value: jsonvalue.OfString("GET")},
			jsonvalue.Member{Name: "path", Value: jsonvalue.OfString("/a")},
			jsonvalue.Member{Name: "query", Value: jsonvalue.OfString(query)})})
		log.Add("orders", happened(0, "ExecutionStarted", event.ExecutionStartedDetails{Input: request}))
		if diff := cmp.Diff("10:00:00.000 orders    "+want+"\n", out.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}

func TestRequestLineNamesTheTrigger(t *testing.T) {
	const fromEvent = `{"trigger": "t", "template": {"method": "PUT", "path": `
	for input, want := range map[string]string{
		`{"trigger": "order-placed", "request": {"method": "POST", "path": "/orders"}}`:           "POST /orders (trigger order-placed)",
		`{"trigger": "nightly", "request": {"method": "GET", "path": "/full.csv", "query": "a"}}`: "GET /full.csv?… (trigger nightly)",
		`{"trigger": 7, "request": {"method": "GET", "path": "/"}}`:                               "GET /",
		`{"trigger": "a\n10:00:00", "request": {"method": "GET", "path": "/"}}`:                   "GET / (trigger a 10:00:00)",
		fromEvent + `"/a/{$.id}", "query": "{$.id}=s"}, "event": {"id": "a/b"}}`:                  "PUT /a/a%2Fb?a/b (trigger t)",
		fromEvent + `"/a/{$.id}"}, "event": {}}`:                                                  "PUT /a/{$.id} (trigger t)",
		fromEvent + `7}}`:                                                                         "PUT  (trigger t)",
	} {
		value, err := jsonvalue.Parse([]byte(input))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, story.RequestLine(value)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", input, diff)
		}
	}
}
