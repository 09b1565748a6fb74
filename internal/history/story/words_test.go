package story_test

import (
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/runtime/contract"
)

// What a log does not tell is no part of the words.
func TestTheResultOfWhatIsHalfKnown(t *testing.T) {
	asked := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		attempt timeline.Attempt
		want    string
	}{
		{timeline.Attempt{Outcome: timeline.Crashed}, "egress crashed"},
		{timeline.Attempt{Outcome: timeline.Crashed, Reason: "Sandbox.Timedout"}, "egress crashed: Sandbox.Timedout"},
		{timeline.Attempt{Outcome: timeline.RateLimited, Reason: "429", RetryAt: asked}, "rate-limited: 429"},
		{timeline.Attempt{Outcome: timeline.RateLimited, Reason: "429", RetryAt: asked, Ended: asked.Add(-time.Second)},
			"rate-limited: 429, asks to wait 1s"},
		{timeline.Attempt{Outcome: timeline.RateLimited, Reason: "429", RetryAt: asked, Ended: asked.Add(300 * time.Millisecond)},
			"rate-limited: 429, asks to wait 0s"},
		{timeline.Attempt{Outcome: timeline.RateLimited, Reason: "429", RetryAt: asked, Ended: asked.Add(-36 * time.Hour)},
			"rate-limited: 429, asks to wait 36h0m0s"},
		{timeline.Attempt{Outcome: timeline.RateLimited, Reason: "429", RetryAt: asked, Ended: asked.Add(-87600 * time.Hour)},
			"rate-limited: 429, asks to wait 3650 days"},
		{timeline.Attempt{Outcome: timeline.RateLimited, Reason: "429", UnreadWait: "retry-after: soon\x1b[2J"},
			"rate-limited: 429, retry-after: soon [2J could not be read"},
		{timeline.Attempt{Outcome: timeline.Success, StatusCode: 200}, "200"},
		{timeline.Attempt{Outcome: timeline.Success, StatusCode: 302, Location: "https://user:pw@app.example/cb?code=abc#access_token=abc"},
			"302, to https://app.example/cb?…"},
		{timeline.Attempt{Outcome: timeline.Success, StatusCode: 303, Location: "javascript:alert(1)"}, "303"},
	} {
		if got := story.Result(test.attempt); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

// A wait has the reason that decided it, and every part of it.
func TestWhatAWaitIsFor(t *testing.T) {
	from := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		wait timeline.Wait
		want string
	}{
		{timeline.Wait{}, "backoff"},
		{timeline.Wait{Reason: contract.WaitBackoff}, "backoff"},
		{timeline.Wait{Reason: contract.WaitRequested, RequestedOf: 2}, "requested by the API, egress 2"},
		{timeline.Wait{Reason: contract.WaitRequested, RequestedOf: 2, Jitter: 3 * time.Second},
			"1m1s requested by the API, egress 2, and 3s of jitter"},
		{timeline.Wait{RequestedOf: 2}, "requested by the API, egress 2"}, // an older report
	} {
		test.wait.Began, test.wait.Until = from, from.Add(64*time.Second)
		if got := story.WaitFor(test.wait); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}
