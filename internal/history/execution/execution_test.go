package execution_test

import (
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/jsonvalue"
)

var start = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

func TestHowItEnded(t *testing.T) {
	for _, test := range []struct {
		status        event.Status
		ended, failed bool
	}{
		{"", false, false},
		{event.Running, false, false},
		{event.Succeeded, true, false},
		{event.Failed, true, true},
		{event.TimedOut, true, true},
		{event.Aborted, true, true},
	} {
		x := execution.Execution{Timeline: timeline.Timeline{Status: test.status}}
		if x.HasEnded() != test.ended || x.HasFailed() != test.failed {
			t.Errorf("%s: ended %t, failed %t; want %t, %t", test.status, x.HasEnded(), x.HasFailed(), test.ended, test.failed)
		}
	}
}

// TestWhatMayStillGetIntoTheLog: five minutes of an Express execution, one of the log.
func TestWhatMayStillGetIntoTheLog(t *testing.T) {
	x := execution.Execution{Timeline: timeline.Timeline{Began: start, Attempts: []timeline.Attempt{
		{Began: start.Add(time.Second), Ended: start.Add(time.Minute)}, {Began: start.Add(30 * time.Second)},
	}}}
	if got, want := x.LastSeen(), start.Add(time.Minute); !got.Equal(want) {
		t.Errorf("last seen %s, want %s", got, want)
	}
	for after, want := range map[time.Duration]bool{7*time.Minute - time.Second: true, 7 * time.Minute: false} {
		x.Now = start.Add(after)
		if got := x.IsRecent(); got != want {
			t.Errorf("%s after the start: recent %t, want %t", after, got, want)
		}
	}
}

// TestTheRequestIsInTheFirstEvent, with the names of its query only.
func TestTheRequestIsInTheFirstEvent(t *testing.T) {
	for input, want := range map[string]string{
		`{"request": {"method": "GET", "path": "/orders", "query": "token=secret"}}`:    "GET /orders?token",
		`{"template": {"method": "PUT", "path": "/orders/{$.id}"}, "event": {"id": 7}}`: "PUT /orders/7",
		`{"request": {}}`: "",
		`{"detail": 1}`:   "",
	} {
		parsed, err := jsonvalue.ParseString(input)
		if err != nil {
			t.Fatal(err)
		}
		var x execution.Execution
		x.Add(event.Event{ID: 1, Type: "ExecutionStarted", Timestamp: start, Details: event.ExecutionStartedDetails{Input: parsed}})
		if x.Request != want || !x.Timeline.Began.Equal(start) {
			t.Errorf("%s: request %q, began %s; want %q, %s", input, x.Request, x.Timeline.Began, want, start)
		}
	}
}
