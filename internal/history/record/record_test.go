package record_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/record"
	"github.com/sfngen/sfngen/internal/history/timeline"
)

// The names are those of the log (docs/operations.md, Outcomes and errors).
func TestAnAttemptInJSON(t *testing.T) {
	began := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name    string
		attempt timeline.Attempt
		want    string
	}{
		{"a success", timeline.Attempt{Number: 1, Egress: 2, Outcome: timeline.Success, StatusCode: 200, Began: began,
			Ended: began.Add(time.Second)},
			`{"attempt":1,"egress":2,"source":"a2","outcome":"success","statusCode":200,"began":"2026-11-24T10:00:00Z",` +
				`"durationMs":1000,"waitSeconds":0}`},
		{"transient", timeline.Attempt{Number: 1, Egress: 1, Outcome: timeline.Transient, StatusCode: 503,
			RequestID: timeline.RequestID{Header: "x-request-id", Value: "abc-1"}},
			`{"attempt":1,"egress":1,"source":"a1","outcome":"Upstream.Transient","statusCode":503,"requestId":{"header":"x-request-id",` +
				`"value":"abc-1"},"durationMs":0,"waitSeconds":0}`},
		{"rate-limited", timeline.Attempt{Outcome: timeline.RateLimited},
			`{"attempt":0,"egress":0,"source":"a0","outcome":"Upstream.RateLimited","durationMs":0,"waitSeconds":0}`},
		{"a wait", timeline.Attempt{Outcome: timeline.Transient, UnreadWait: "retry-after: soon",
			Wait: &timeline.Wait{Began: began, Until: began.Add(4 * time.Second), Reason: "backoff"}},
			`{"attempt":0,"egress":0,"source":"a0","outcome":"Upstream.Transient","durationMs":0,"unreadWait":"retry-after: soon",` +
				`"waitSeconds":4,"waitReason":"backoff"}`},
		{"a wait with jitter", timeline.Attempt{Outcome: timeline.Transient, Wait: &timeline.Wait{Began: began, Until: began.Add(9 * time.Second),
			Reason: "requested", RequestedOf: 1, Jitter: 2 * time.Second}},
			`{"attempt":0,"egress":0,"source":"a0","outcome":"Upstream.Transient","durationMs":0,` +
				`"waitSeconds":9,"waitReason":"requested","jitterSeconds":2}`},
		{"rejected", timeline.Attempt{Outcome: timeline.Rejected},
			`{"attempt":0,"egress":0,"source":"a0","outcome":"Upstream.Rejected","durationMs":0,"waitSeconds":0}`},
		{"crashed", timeline.Attempt{Outcome: timeline.Crashed, Fault: "egress"},
			`{"attempt":0,"egress":0,"source":"a0","outcome":"crashed","fault":"egress","durationMs":0,"waitSeconds":0}`},
		{"open", timeline.Attempt{}, `{"attempt":0,"egress":0,"source":"a0","outcome":"","durationMs":0,"waitSeconds":0}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			list := record.Attempts(&timeline.Timeline{Attempts: []timeline.Attempt{test.attempt}},
				func(k int) string { return "a" + string(rune('0'+k)) })
			written, err := json.Marshal(list[0])
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(written)); diff != "" {
				t.Errorf("JSON (-want +got):\n%s", diff)
			}
			var read record.Attempt
			if err := json.Unmarshal(written, &read); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(list[0], read); diff != "" {
				t.Errorf("read again (-written +read):\n%s", diff)
			}
		})
	}
}
